//! The clauses of the port, on mails in a folder as Python reads them.

use chrono::{Datelike as _, NaiveDate};
use shinsei_conformance::notifier::{Delivered, NotifierUnderTest};
use shinsei_core::port::notifier::Notifier;
use shinsei_core::time::Timestamp;
use shinsei_mail::folder::FolderNotifier;
use tempfile::TempDir;

use crate::{eml, notices};

struct Outbox(TempDir);

impl NotifierUnderTest for Outbox {
    fn notifier(&self) -> Box<dyn Notifier + '_> {
        Box::new(FolderNotifier::open(self.0.path(), notices::sender()).unwrap())
    }

    fn delivered(&self) -> Vec<Delivered> {
        let files = std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        let mails: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        let bytes: Vec<_> = mails.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let named = mails.iter().map(|path| path.file_stem().unwrap().to_str().unwrap().parse().unwrap());
        let read = named.zip(eml::read(&bytes)).map(|(id, mail)| Delivered {
            id,
            to: mail.to.concat(),
            text: format!("{}\n{}\n{}", mail.from_name, mail.subject, mail.body),
        });
        read.collect()
    }

    fn written(&self, at: Timestamp) -> String {
        written(at)
    }

    fn written_day(&self, day: NaiveDate) -> String {
        written_day(day)
    }
}

/// How the mails write an instant.
pub(crate) fn written(at: Timestamp) -> String {
    let at = at.to_jst();
    format!("{} {}", written_day(at.date_naive()), at.format("%-H時%M分"))
}

/// How the mails write a day.
pub(crate) fn written_day(day: NaiveDate) -> String {
    let weekday = ["月", "火", "水", "木", "金", "土", "日"][day.weekday().num_days_from_monday() as usize];
    day.format(&format!("%Y年%-m月%-d日({weekday})")).to_string()
}

fn outbox() -> Outbox {
    Outbox(tempfile::tempdir().unwrap())
}

shinsei_conformance::notifier_suite!(outbox);
