//! The folder: whole files under stable names, errors that a person understands.

use std::error::Error;
use std::fs;
use std::path::Path;

use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_mail::folder::{FolderError, FolderNotifier};

use crate::notices;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_same_notice_makes_one_file_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let notice = notices::granted();
    let first = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    first.deliver(&notice).unwrap();
    let bytes = fs::read(first.path(notice.id)).unwrap();
    first.deliver(&notice).unwrap();
    let second = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    second.deliver(&notice).unwrap();
    assert_eq!(names(folder.path()), ["01924000-0000-7000-8000-000000000001.eml"]);
    assert_eq!(fs::read(first.path(notice.id)).unwrap(), bytes);
}

#[test]
fn threads_that_deliver_the_same_notice_at_once_leave_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let notice = notices::granted();
    let notifier = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    let bytes = shinsei_mail::message::compose(&notice, &notices::sender()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    notifier.deliver(&notice).unwrap();
                    assert_eq!(fs::read(notifier.path(notice.id)).unwrap(), bytes);
                }
            });
        }
    });
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn what_a_crash_left_unfinished_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("01924000.1-0.part"), "half a mail").unwrap();
    fs::write(folder.path().join("kept.eml"), "a mail").unwrap();
    let being_written = fs::File::create(folder.path().join("busy.part")).unwrap();
    being_written.lock().unwrap();
    FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, ["busy.part", "kept.eml"]);
}

#[test]
fn an_address_nobody_can_send_to_is_undeliverable_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let notifier = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    let refused = |to: &str| {
        let mut notice = notices::receipt();
        notice.to = to.into();
        let error = notifier.deliver(&notice).unwrap_err();
        assert!(matches!(error, NotifierError::Undeliverable { .. }), "{error:?}");
        assert!(to.is_empty() || !format!("{error} {error:?}").contains(to));
        error.to_string()
    };
    let form = "the notice cannot be delivered: a mail address looks like name@example.jp";
    assert_eq!(refused(""), form);
    assert_eq!(refused("hanako.example.net"), form);
    assert_eq!(refused("hanako@example.net\r\nBcc: taro@example.net"), form);
    assert_eq!(
        refused("花子@example.net"),
        "the notice cannot be delivered: a mail address has ASCII characters only"
    );
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn a_folder_that_cannot_be_used_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let open = |path: &Path| FolderNotifier::open(path, notices::sender()).unwrap_err();
    let missing = folder.path().join("mails");
    assert_eq!(
        open(&missing).to_string(),
        format!("the folder for mails {} does not exist; create it first", missing.display())
    );
    assert_eq!(
        open(&file).to_string(),
        format!("{} is not a folder; mails need one to be written into", file.display())
    );
}

/// The kernel refuses to make files there, even to root.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_found_when_it_is_opened() {
    let error = FolderNotifier::open("/proc/self", notices::sender()).unwrap_err();
    assert!(matches!(error, FolderError::NotWritable { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the folder for mails /proc/self cannot be written to");
    assert!(error.source().is_some());
}

#[test]
fn a_folder_that_vanished_makes_the_carrier_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let notifier = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    folder.close().unwrap();
    let error = notifier.deliver(&notices::receipt()).unwrap_err();
    assert!(matches!(error, NotifierError::Unavailable { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains(notices::TO));
}
