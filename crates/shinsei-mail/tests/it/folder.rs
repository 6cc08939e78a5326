//! The folder: whole files under stable names, errors that a person understands.

use std::error::Error;
use std::fs;
use std::path::Path;

use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_mail::folder::{FolderError, FolderNotifier};

use crate::notices;

/// The names in a folder in order, but for the lock.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != ".lock");
    names.sort();
    names
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
fn notifiers_that_deliver_the_same_notice_at_once_leave_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let notice = notices::granted();
    let bytes = shinsei_mail::message::compose(&notice, &notices::sender()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let notifier = FolderNotifier::open(folder.path(), notices::sender()).unwrap();
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
fn what_a_crash_left_unfinished_is_removed_when_nobody_is_writing_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let open = || FolderNotifier::open(folder.path(), notices::sender()).unwrap();
    fs::write(folder.path().join("1-0.part"), "half a mail").unwrap();
    fs::write(folder.path().join("kept.eml"), "a mail").unwrap();
    let first = open();
    assert_eq!(names(folder.path()), ["kept.eml"]);
    fs::write(folder.path().join("1-1.part"), "being written by the first").unwrap();
    let second = open();
    assert_eq!(names(folder.path()), ["1-1.part", "kept.eml"]);
    drop((first, second));
    open();
    assert_eq!(names(folder.path()), ["kept.eml"]);
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
