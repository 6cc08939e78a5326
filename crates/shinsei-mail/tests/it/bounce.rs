//! Bounces: reports as another program writes them, what is none, and bytes that nobody meant.

use proptest::prelude::*;
use serde::Serialize;
use shinsei_core::delivery::DeliveryFailure::{Permanent, Temporary};
use shinsei_mail::bounce::{self, Bounce};
use shinsei_mail::message::{Sender, compose};

use crate::eml::told_by_python;
use crate::notices;

/// A report that Python's email module is to write.
#[derive(Serialize)]
struct Report<'a> {
    /// The mail that could not be delivered.
    mail: &'a str,
    action: &'a str,
    status: &'a str,
    /// True when only its head is sent back (`text/rfc822-headers`).
    head_only: bool,
}

fn written(reports: &[Report<'_>]) -> Vec<Vec<u8>> {
    let texts: Vec<String> = told_by_python("write_dsn.py", &reports);
    texts.into_iter().map(String::into_bytes).collect()
}

fn sender() -> Sender {
    Sender::new("no-reply@city.hakodate.example.jp").unwrap()
}

/// A mail of ours, and the id of its notice.
fn mail() -> (String, uuid::Uuid) {
    let (_, notice) = notices::about_no_case().remove(0);
    (String::from_utf8(compose(&notice, &sender()).unwrap()).unwrap(), notice.id)
}

#[test]
fn what_another_program_reports_is_read() {
    let (mail, notice) = mail();
    let cases = [
        ("failed", "5.1.1", false, Some(Permanent)),
        ("failed", "5.1.1", true, Some(Permanent)),
        ("failed", "4.4.7", false, Some(Temporary)),
        ("Failed", "5.2.2 (mailbox full)", true, Some(Permanent)),
        ("failed", "unreadable", false, Some(Permanent)),
        // It is still on its way, or it arrived.
        ("delayed", "4.4.1", false, None),
        ("delivered", "2.1.5", true, None),
        ("relayed", "2.1.9", false, None),
    ];
    let reports =
        cases.map(|(action, status, head_only, _)| Report { mail: &mail, action, status, head_only });
    for (report, (action, status, _, failure)) in written(&reports).iter().zip(cases) {
        let expected = failure.map(|failure| Bounce { notice, failure });
        assert_eq!(bounce::read(report, &sender()), expected, "{action} {status}");
    }
}

#[test]
fn what_is_no_report_about_a_mail_of_ours_says_nothing() {
    let (mail, _) = mail();
    let report = Report { mail: &mail, action: "failed", status: "5.1.1", head_only: true };
    let report = String::from_utf8(written(&[report]).remove(0)).unwrap();
    assert!(bounce::read(report.as_bytes(), &sender()).is_some());
    let other = Sender::new("no-reply@city.sapporo.example.jp").unwrap();
    assert_eq!(bounce::read(report.as_bytes(), &other), None, "another city's mail");
    for (what, with) in [("multipart/report", "multipart/mixed"), ("Message-ID: <", "Message-ID: <x")] {
        assert!(report.contains(what), "{what} in {report}");
        assert_eq!(bounce::read(report.replace(what, with).as_bytes(), &sender()), None, "{with}");
    }
    // Somebody answers by hand, the mail beneath.
    let answer = format!("From: hanako@example.jp\r\nSubject: Re:\r\n\r\nどうすればいいですか\r\n> {mail}");
    assert_eq!(bounce::read(answer.as_bytes(), &sender()), None);
    assert_eq!(bounce::read(b"", &sender()), None);
}

#[test]
fn a_report_longer_than_any_is_not_read_to_its_end() {
    let (mail, _) = mail();
    let report = Report { mail: &mail, action: "failed", status: "5.1.1", head_only: true };
    let report = String::from_utf8(written(&[report]).remove(0)).unwrap();
    let words = "x".repeat(70) + "\r\n";
    let long = report.replacen("Sorry", &words.repeat(bounce::REPORT_BYTES_MAX / words.len() + 1), 1);
    assert_eq!(bounce::read(long.as_bytes(), &sender()), None);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(bounce::read(&bytes, &sender()), None);
    }
}

/// A report that was cut off or scratched anywhere is answered, and never speaks of another notice.
#[test]
fn a_damaged_report_never_speaks_of_another_notice() {
    let (mail, notice) = mail();
    let report = Report { mail: &mail, action: "failed", status: "5.1.1", head_only: false };
    let report = written(&[report]).remove(0);
    for place in 0..report.len() {
        let cut = bounce::read(&report[..place], &sender());
        assert!(cut.is_none_or(|bounce| bounce.notice == notice), "cut at {place}");
        let mut scratched = report.clone();
        for byte in [0, b'\n', b'-', 0xff] {
            scratched[place] = byte;
            let read = bounce::read(&scratched, &sender());
            let inside = |bounce: Bounce| bounce.notice == notice || is_in_the_id(&report, place, notice);
            assert!(read.is_none_or(inside), "{byte} at {place}");
        }
    }
}

/// Whether a place lies within the notice's id.
fn is_in_the_id(report: &[u8], place: usize, notice: uuid::Uuid) -> bool {
    let text = String::from_utf8_lossy(report);
    let id = notice.to_string();
    text.match_indices(&id).any(|(at, _)| (at..at + id.len()).contains(&place))
}
