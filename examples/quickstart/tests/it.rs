//! The quickstart tells its story, goes on from a file, and says in one sentence what is wrong with one.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn quickstart(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quickstart")).args(arguments).output().expect("the quickstart runs")
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn all<'a>(lines: &'a [Value], kind: &str, field: &str) -> Vec<&'a str> {
    lines.iter().filter(|line| line["kind"] == kind).filter_map(|line| line[field].as_str()).collect()
}

fn fact(lines: &[Value], name: &str) -> Value {
    lines.iter().find(|line| line["name"] == name).map(|line| line["value"].clone()).unwrap_or_default()
}

fn failure(arguments: &[&str]) -> String {
    let output = quickstart(arguments);
    assert_eq!(output.status.code(), Some(1));
    let sentence = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

#[test]
fn the_story_goes_from_a_signed_application_to_its_certificate() {
    let told = lines(&quickstart(&["--json"]));
    let road = [
        "Submitted",
        "SignatureVerified",
        "ReceiptIssued",
        "ClockStarted",
        "ReviewStarted",
        "Reviewed",
        "FeeAssessed",
        "DeadlineExceeded",
        "ResultTold",
        "VisitVerified",
        "FeePaid",
        "CertificateIssued",
        "Closed",
    ];
    let events = all(&told, "event", "event");
    assert_eq!(events[..13], road);
    assert_eq!(events[events.len() - 13..], road, "the history at the end");
    let remarks = told.iter().filter(|line| line["name"] == "form_remark");
    let remarks: Vec<_> = remarks.filter_map(|line| line["value"]["code"].as_str()).collect();
    assert_eq!(remarks, ["not-kana", "missing", "no-date"], "a dry run says everything at once");
    assert_eq!(all(&told, "refused", "what").len(), 6);
    assert_eq!(all(&told, "mail", "to").len(), 4);
    assert_eq!(fact(&told, "receipt"), "012025-R08-0000001-6");
    assert_eq!(fact(&told, "repeat_has_the_same_answer"), true);
    assert_eq!(fact(&told, "state"), "Closed");
    assert_eq!(fact(&told, "log_verified"), true);
    assert_eq!(fact(&told, "signature_judged_again"), true);
}

#[test]
fn a_kept_database_is_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("city.db");
    let db = db.to_str().unwrap();
    let first = lines(&quickstart(&["--json", "--db", db]));
    let second = lines(&quickstart(&["--json", "--db", db]));
    assert_eq!(fact(&first, "tree_size"), 26, "four of them of mails that were delivered");
    assert_eq!(fact(&second, "tree_size"), 26 + 24, "everything but the two registrations, which are known");
    assert_eq!(fact(&second, "receipt").as_str().map(|receipt| &receipt[..18]), Some("012025-R08-0000003"));
    let mails = std::fs::read_dir(folder.path().join("city.db-mails")).unwrap();
    let mails = mails
        .filter(|mail| Path::new(&mail.as_ref().unwrap().file_name()).extension() == Some("eml".as_ref()));
    assert_eq!(mails.count(), 8);
}

#[test]
fn what_is_no_database_ends_with_one_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let corrupt = folder.path().join("letter.txt");
    std::fs::write(&corrupt, "this is a letter, not a database; it is longer than a header".repeat(20))
        .unwrap();
    let sentence = failure(&["--db", corrupt.to_str().unwrap()]);
    assert!(sentence.contains("letter.txt"), "{sentence}");
    let missing = failure(&["--db", folder.path().join("no/such/folder.db").to_str().unwrap()]);
    assert!(missing.contains("no/such"), "{missing}");
    assert!(failure(&["--bogus"]).contains("--help"));
}

#[test]
fn where_nobody_listens_the_status_is_the_same() {
    let (reader, nobody) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut quickstart = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    let status = quickstart.arg("--nonsense").stderr(nobody).status().expect("the quickstart runs");
    assert_eq!(status.code(), Some(1));
}
