//! `kill -9` under load: what was acknowledged is there, and nothing is there by half.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use shinsei_conformance::sample::{case, check_log, command, done, hakodate, named, submit};
use shinsei_core::document::{Body, NewDocument, Seed};
use shinsei_core::port::store::Store;

use crate::kit::open;

/// Names the database to the child process, which runs the same test.
const DATABASE: &str = "SHINSEI_SQLITE_CRASH_DATABASE";

/// What the process does that is killed: it writes without end, and says each command that was acknowledged.
fn write_without_end(path: &Path) {
    let store = open(path);
    let begun = u128::from(store.head(hakodate()).unwrap().size);
    for n in begun.. {
        let mut one = submit(n, case(n), 0);
        one.documents = vec![document_of(n)];
        done(&store, one);
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {n}").unwrap();
        out.flush().unwrap();
    }
}

fn document_of(n: u128) -> NewDocument {
    let mut seed = Seed([0; 32]);
    seed.0[..16].copy_from_slice(&n.to_be_bytes());
    let content = n.to_string().repeat(1_500);
    named(&seed, case(n), content.as_bytes(), Body::Inline).0
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    if let Some(path) = std::env::var_os(DATABASE) {
        return write_without_end(path.as_ref());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let mut acknowledged = 0_u128;
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::what_was_acknowledged_survives_kill_9", "--nocapture"])
            .env(DATABASE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // OK because the first line of the child's own test harness has no such word.
        let mut next = || {
            lines
                .by_ref()
                .map_while(Result::ok)
                .find_map(|line| line.rsplit_once("acknowledged ")?.1.parse().ok())
        };
        acknowledged = next().expect("the child acknowledges");
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60 + 35 * round));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        while let Some(n) = next() {
            acknowledged = n;
        }
        killer.join().unwrap();
        let store = open(&path);
        let size = u128::from(check_log(&store, hakodate()));
        assert!(size > acknowledged, "{size} records, {acknowledged} acknowledged last");
        for n in 0..size {
            let found = store.find(hakodate(), command(n)).unwrap().unwrap();
            assert_eq!(u128::from(found.receipt.first.0), n + 1);
            let kept = store.document(hakodate(), document_of(n).id).unwrap().unwrap();
            assert_eq!(kept.content, n.to_string().repeat(1_500).into_bytes());
        }
    }
    assert!(acknowledged > 10);
}
