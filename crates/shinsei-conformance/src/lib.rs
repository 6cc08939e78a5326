//! What every store, signature verifier and notifier must do.
