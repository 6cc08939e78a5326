//! Another's witness, a program that knows nothing of us, cosigns our heads: `cargo xtask witness` installs and names it.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

#[expect(dead_code, reason = "the tests of the desk itself use more of it")]
#[path = "../it/kit.rs"]
mod kit;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Town, desk, sqlite};

/// Where `aics-witness` is, a witness of C2SP tlog-witness on PyPI.
const PROGRAM: &str = "SHINSEI_FOREIGN_WITNESS";

/// The witness's program at work in a folder of its own.
struct Foreign {
    program: PathBuf,
    folder: tempfile::TempDir,
    url: String,
    key: String,
    server: Option<Child>,
}

impl Foreign {
    fn new() -> Self {
        let program = std::env::var_os(PROGRAM).map(PathBuf::from);
        let program = program.expect("SHINSEI_FOREIGN_WITNESS names the program: cargo xtask witness");
        let folder = tempfile::tempdir().unwrap();
        // Free now, and taken again at once.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (url, listen) = (format!("http://{address}"), address.to_string());
        let mut foreign = Self { program, folder, url, key: String::new(), server: None };
        let name = "witness.example.org/w1";
        foreign.key = foreign.run(&["init", "--name", name, "--listen", &listen]).trim().to_owned();
        foreign
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.folder.path()).env("AICS_WITNESS_CONFIG", "witness.json");
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts it; it is there once it answers.
    fn serve(&mut self) {
        let mut serve = self.command();
        self.server = Some(serve.arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let address = self.url.strip_prefix("http://").unwrap();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(self.server.as_mut().unwrap().try_wait().unwrap().is_none(), "the witness has ended");
            std::thread::yield_now();
        }
    }

    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn witness(store: &str, foreign: &Foreign, seed: &Path, heads: &Path) -> (i32, String) {
    let (seed, heads) = (seed.to_string_lossy(), heads.to_string_lossy());
    let witness = ["--store", store, "witness", "--seed", &seed, "--name", "city.example.lg.jp/shinsei"];
    desk(witness.into_iter().chain(["--url", &foreign.url, "--key", &foreign.key, &heads]))
}

#[test]
fn an_existing_witness_understands_our_heads_and_refuses_a_log_that_was_altered() {
    let (clock, folder) = (FakeClock::default(), tempfile::tempdir().unwrap());
    let (path, seed, heads) =
        (folder.path().join("city.db"), folder.path().join("seed"), folder.path().join("heads"));
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    let store = sqlite(&path);
    town.submit(1..=2);
    let mut foreign = Foreign::new();
    foreign.serve();
    // It does not know the log, and the desk says which key it must be told.
    let (status, told) = witness(&store, &foreign, &seed, &heads);
    assert_eq!(status, 1, "{told}");
    let unknown = "012025: the head of 8 records is NOT witnessed by witness.example.org/w1: the witness does not know this \
                   log; register its key there";
    assert!(told.contains(unknown), "{told}");
    let log = "city.example.lg.jp/shinsei/012025";
    let log_key = told.trim_end().rsplit_once("its key ").unwrap().1.to_owned();
    foreign.stop();
    foreign.run(&["add-log", "--origin", log, "--vkey", &log_key]);
    foreign.serve();
    // In another file, since the first holds a head that we alone have witnessed.
    let heads = folder.path().join("heads of both");
    // The first head, the same once more, then two that extend it: by a few records and by more than a node holds.
    assert_eq!(witness(&store, &foreign, &seed, &heads).0, 0);
    assert_eq!(witness(&store, &foreign, &seed, &heads).0, 0);
    for more in [3..=4, 5..=100] {
        town.submit(more);
        let (status, told) = witness(&store, &foreign, &seed, &heads);
        assert_eq!(status, 0, "{told}");
    }
    let known = foreign.run(&["status"]);
    assert!(known.contains("400") && known.contains(log), "{known}");
    // Its cosignatures are kept beside ours, and its key alone pins the log.
    let heads_path = heads.display().to_string();
    let verify = || desk(["--store", &store, "verify-log", "--head", &heads_path, "--key", &foreign.key]);
    let well = "012025: nothing was altered in 400 records, as a witnessed head of 400 shows\n";
    assert_eq!(verify(), (0, well.to_owned()));
    town.close();
    // Rewritten from one end to the other, with leaves, nodes and head: no file of ours could tell, but it can.
    std::fs::remove_file(&path).unwrap();
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    town.submit(301..=420);
    town.close();
    let other = folder.path().join("other heads");
    let (status, told) = witness(&store, &foreign, &seed, &other);
    let refused = "012025: the head of 480 records is NOT witnessed by witness.example.org/w1: the head does not extend the \
                   one witnessed before";
    assert_eq!((status, told.contains(refused)), (1, true), "{told}");
}
