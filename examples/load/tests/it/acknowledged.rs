//! What load acknowledged is in the store, also when it was killed; what is not there is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A folder with a database and a file of acknowledgements.
struct Run {
    folder: tempfile::TempDir,
}

impl Run {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("city.db")
    }

    fn acks(&self) -> PathBuf {
        self.folder.path().join("acks")
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.acks()).unwrap().lines().map(str::to_owned).collect()
    }

    fn load(&self, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
        command.arg("--store").arg(format!("sqlite:{}", self.db().display()));
        command.arg("--acks").arg(self.acks()).args(options);
        command
    }

    fn check(&self, db: &Path) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
        command.args(["check", "--store", &format!("sqlite:{}", db.display()), "--acks"]).arg(self.acks());
        command.output().unwrap()
    }
}

fn status(output: &Output) -> (Option<i32>, String) {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn every_acknowledged_submission_is_there_and_the_figures_add_up() {
    let run = Run::new();
    let options = ["--cases", "6", "--concurrency", "3", "--municipalities", "2", "--json"];
    let output = run.load(&options).output().unwrap();
    let (code, said) = status(&output);
    assert_eq!(code, Some(0), "{said}");
    let figures: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((figures["cases"].as_u64(), figures["commands"].as_u64()), (Some(6), Some(30)));
    // Submitted, SignatureVerified, ReceiptIssued, ClockStarted, ReviewStarted, Reviewed, FeeAssessed, FeePaid, and of one
    // visit VisitVerified, ResultTold, CertificateIssued, Closed.
    assert_eq!((figures["events"].as_u64(), figures["signed_forms"].as_u64()), (Some(72), Some(6)));
    assert!((1..=30).contains(&figures["durable_transactions"].as_u64().unwrap()), "{said}");
    let mut receipts: Vec<_> = run.lines().iter().map(|line| line[74..].to_owned()).collect();
    receipts.sort_unstable();
    let of = |city: &str| receipts.iter().filter(|receipt| receipt.starts_with(city)).count();
    assert_eq!((receipts.len(), of("012025"), of("012033")), (6, 3, 3));
    receipts.dedup();
    assert_eq!(receipts.len(), 6);
    assert_eq!(status(&run.check(&run.db())), (Some(0), "6 acknowledged submissions, none missing\n".into()));
}

#[test]
fn a_forged_acknowledgement_is_found() {
    let run = Run::new();
    let options = ["--cases", "3", "--signatures", "exempt", "--concurrency", "1"];
    assert_eq!(run.load(&options).output().unwrap().status.code(), Some(0));
    let lines = run.lines();
    let (first, second) = (&lines[0], &lines[1]);
    let of_another_case = format!("{}{}", &first[..37], &second[37..]);
    let of_another_number = format!("{}{}", &first[..74], &second[74..]);
    let unknown = format!("{}{}", "00000000-0000-0000-0000-000000000000", &first[36..]);
    for (forged, why) in [
        (of_another_case.as_str(), "another case or receipt number"),
        (&of_another_number, "another case or receipt number"),
        (&unknown, "does not know the command"),
        ("nonsense", "is not `<command id>"),
    ] {
        fs::write(run.acks(), format!("{second}\n{forged}\n")).unwrap();
        let (code, said) = status(&run.check(&run.db()));
        assert_eq!(code, Some(1), "{said}");
        assert!(said.starts_with("load: 1 of 2 acknowledged submissions are missing\nline 2: "), "{said}");
        assert!(said.contains(why) && said.contains(forged), "{said}");
    }
}

#[test]
fn a_backup_that_is_older_than_an_acknowledgement_is_found() {
    let run = Run::new();
    let options = ["--cases", "2", "--signatures", "exempt"];
    assert_eq!(run.load(&options).output().unwrap().status.code(), Some(0));
    let backup = run.folder.path().join("backup.db");
    fs::copy(run.db(), &backup).unwrap();
    assert_eq!(run.load(&options).output().unwrap().status.code(), Some(0));
    assert_eq!(status(&run.check(&run.db())).0, Some(0));
    let (code, said) = status(&run.check(&backup));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("load: 2 of 4 acknowledged submissions are missing\nline 3: "), "{said}");
}

#[test]
fn a_loader_that_is_killed_loses_nothing_that_it_acknowledged() {
    let run = Run::new();
    for round in 1..=3 {
        let options = ["--cases", "1000000", "--signatures", "exempt", "--concurrency", "16"];
        let before = fs::metadata(run.acks()).map_or(0, |file| file.len());
        let mut child = run.load(&options).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let patience = Instant::now() + Duration::from_secs(60);
        // Some forty acknowledgements into its run, with sixteen commands under way.
        while fs::metadata(run.acks()).map_or(0, |file| file.len()) < before + 4_000 {
            assert!(child.try_wait().unwrap().is_none() && Instant::now() < patience);
            thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (code, said) = status(&run.check(&run.db()));
        assert_eq!(code, Some(0), "round {round}: {said}");
        let checked: usize = said.split(' ').next().unwrap().parse().unwrap();
        assert!(checked >= 40 * round, "{said}");
    }
}

#[test]
fn what_cannot_be_done_ends_with_status_2_and_a_sentence() {
    let run = Run::new();
    let load = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_load")).args(arguments).output().unwrap();
        status(&output)
    };
    let nowhere = "postgres:host=/nonexistent user=city";
    for arguments in [&["--store", nowhere][..], &["check", "--acks", "/dev/null", "--store", nowhere]] {
        let (code, said) = load(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.starts_with("load: the database cannot be reached; check its address"), "{said}");
    }
    assert_eq!(load(&["--store", "sqlite:/nowhere/city.db"]).0, Some(2));
    assert_eq!(load(&["check", "--store", "memory", "--acks", "/dev/null"]).0, Some(2));
    fs::write(run.acks(), "").unwrap();
    assert_eq!(status(&run.check(&run.db())).0, Some(2));
}
