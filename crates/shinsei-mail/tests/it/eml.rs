//! The message as another implementation reads it: the email module of Python's standard library.

use std::io::Write;
use std::process::{Command, Stdio};

use expect_test::expect;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shinsei_core::notice::Notice;
use shinsei_mail::message::compose;
use shinsei_mail::text::Mail;

use crate::notices;

/// Debian's own Python, whatever else the path offers.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// What Python reads in a message.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Read {
    headers: Vec<String>,
    pub(crate) from_name: String,
    from_address: String,
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    date: String,
    pub(crate) message_id: String,
    auto_submitted: String,
    content_type: String,
    charset: String,
    attachments: usize,
    pub(crate) body: String,
    defects: Vec<String>,
    in_iso_2022_jp: bool,
}

/// What a script of this folder answers to something, both in JSON.
pub(crate) fn told_by_python<A: DeserializeOwned>(script: &str, asked: &impl Serialize) -> A {
    let script = format!("{}/tests/it/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new(PYTHON)
        .arg(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{PYTHON} ({error}): install the Debian package python3"));
    python.stdin.take().unwrap().write_all(&serde_json::to_vec(asked).unwrap()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Gives messages to Python's parser, all at once because starting it is slow.
pub(crate) fn read(messages: &[Vec<u8>]) -> Vec<Read> {
    let messages: Vec<&str> = messages.iter().map(|bytes| std::str::from_utf8(bytes).unwrap()).collect();
    told_by_python("read_eml.py", &messages)
}

/// Checks what every message has, and what of the notice must be found in it.
fn check(notice: &Notice, bytes: &[u8], read: &Read) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
    assert!(text.split("\r\n").all(|line| line.len() <= 78), "{text}");
    let Mail { subject, body, from_name } = Mail::from_notice(notice);
    assert_eq!(read.defects, Vec::<String>::new(), "{text}");
    let headers = [
        "Date",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    assert_eq!(read.headers, headers);
    assert_eq!(read.subject, subject);
    assert_eq!(read.from_name, from_name);
    assert_eq!(read.from_address, "no-reply@city.example.lg.jp");
    assert_eq!(read.to, [notices::TO]);
    assert_eq!(read.message_id, format!("<{}@city.example.lg.jp>", notice.id));
    assert_eq!(read.date, "2026-05-08T01:20:00+00:00");
    assert_eq!(read.body, body);
    let kind = (read.content_type.as_str(), read.charset.as_str(), read.auto_submitted.as_str());
    assert_eq!(kind, ("text/plain", "utf-8", "auto-generated"));
    assert_eq!(read.attachments, 0);
}

fn check_all(notices: &[Notice]) -> Vec<Read> {
    let bytes: Vec<Vec<u8>> =
        notices.iter().map(|notice| compose(notice, &notices::sender()).unwrap()).collect();
    let read = read(&bytes);
    assert_eq!(read.len(), notices.len());
    for ((notice, bytes), read) in notices.iter().zip(&bytes).zip(&read) {
        check(notice, bytes, read);
    }
    read
}

#[test]
fn the_bytes_of_a_message_are_the_same_each_time() {
    let notice = notices::confirmed();
    let bytes = compose(&notice, &notices::sender()).unwrap();
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    let header = text.split("\n\n").next().unwrap();
    expect![[r#"
        Date: Fri, 8 May 2026 01:20:00 +0000
        From: =?utf-8?B?5Ye96aSo5biCIOW4guawkemDqCDmiLjnsY3kvY/msJHoqrI=?=
         <no-reply@city.example.lg.jp>
        To: <hanako@example.jp>
        Subject: =?utf-8?B?44CQ5Ye96aSo5biC44CR5a+p5p+744GM57WC44KP44KK44G+44GX?=
         =?utf-8?B?44GfKOWPl+S7mOeVquWPtyAwMTIwMjUtUjA4LTAwMDEyMzQtNyk=?=
        Message-ID: <01924000-0000-7000-8000-000000000001@city.example.lg.jp>
        Auto-Submitted: auto-generated
        Content-Language: ja
        MIME-Version: 1.0
        Content-Type: text/plain; charset="utf-8"
        Content-Transfer-Encoding: base64
    "#]]
    .assert_eq(&format!("{header}\n"));
}

#[test]
fn python_reads_every_kind_of_mail_without_a_defect_and_older_programs_can_show_it() {
    let notices = [notices::all_kinds(), notices::of_the_catalog()].concat();
    for read in check_all(&notices) {
        assert!(read.in_iso_2022_jp, "{}", read.body);
    }
}

#[test]
fn an_address_with_dots_in_a_row_reaches_its_mailbox() {
    let mut notice = notices::receipt();
    notice.to = "ha..na.@example.jp".into();
    let bytes = compose(&notice, &notices::sender()).unwrap();
    assert!(std::str::from_utf8(&bytes).unwrap().contains("\r\nTo: <\"ha..na.\"@example.jp>\r\n"));
    let read = read(&[bytes]);
    assert_eq!(read[0].defects, Vec::<String>::new());
    assert_eq!(read[0].to, ["ha..na.@example.jp"]);
}

/// Python starts once for many notices, so that many can be tried.
#[test]
fn no_text_of_a_catalog_breaks_a_header() {
    let texts = || prop_oneof!["(?s).{0,60}", "[ -~]{0,60}", "[\\r\\n\\t :=?_<>\",@A-Zあ-ん]{0,60}"];
    let strategy = prop::collection::vec((texts(), texts(), texts()), 1..40);
    let mut runner = TestRunner::new(Config { cases: 4, failure_persistence: None, ..Config::default() });
    let tried = runner.run(&strategy, |texts| {
        let notices: Vec<Notice> = texts
            .into_iter()
            .map(|(city, procedure, division)| {
                let mut notice = notices::granted();
                notice.city = format!("{city}市");
                crate::notices::case(&mut notice).procedure = procedure;
                notice.contact.name = format!("{division}課");
                notice
            })
            .collect();
        check_all(&notices);
        Ok(())
    });
    tried.unwrap();
}
