//! The notifier: the mails of the main road as files.
