//! Throw-away clusters of PostgreSQL, each on a socket in a folder of its own, gone when the tests are.
//!
//! A small shell script stands over each server and reads from a pipe that the tests hold. When the tests end, however
//! they do, the pipe ends; then the script stops the server and removes the folder.

use std::io::Write as _;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// Where Debian's package keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Stands over the server: `$1` is the folder, the rest the server's command line. Each line that it reads lets the server
/// crash and start again. A server that has just been started does not listen to signals yet, so they are repeated.
const KEEPER: &str = r#"
folder=$1; shift
start() { "$@" >> "$folder/log" 2>&1 < /dev/null & server=$!; }
crash() {
    while kill -QUIT "$server"; do sleep 0.1; done &
    insisting=$!
    wait "$server"
    kill "$insisting"
    wait "$insisting"
}
start "$@"
while read -r _; do crash; start "$@"; done
crash
rm -rf "$folder"
"#;

/// A running cluster.
pub(crate) struct Cluster {
    folder: PathBuf,
    keeper: Child,
    pipe: Option<ChildStdin>,
    databases: AtomicU32,
    emptied: Mutex<Vec<String>>,
    port: String,
}

impl Cluster {
    /// The cluster that the tests of this binary share. Each has a database of its own in it.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// Starts a cluster with settings beside PostgreSQL's own, such as `fsync=off`.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("shinsei").tempdir().unwrap().keep();
        own(&folder);
        let data = folder.join("data");
        let initdb = ["--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"];
        let mut init = as_postgres("initdb");
        let made = init.args(initdb).arg("-D").arg(&data).current_dir(&folder).output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let server = as_postgres("postgres");
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(server.get_program()).args(server.get_args());
        keeper.arg("-D").arg(&data).arg("-k").arg(&folder);
        let defaults = ["listen_addresses=", "max_connections=200"];
        for setting in defaults.iter().chain(settings) {
            keeper.args(["-c", setting]);
        }
        keeper.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let port =
            settings.iter().find_map(|setting| setting.strip_prefix("port=")).unwrap_or("5432").to_owned();
        let mut keeper = keeper.spawn().unwrap();
        let pipe = keeper.stdin.take();
        let cluster =
            Self { folder, keeper, pipe, databases: AtomicU32::new(0), emptied: Mutex::default(), port };
        cluster.wait();
        cluster
    }

    /// Lets the server crash, without writing down what only its memory holds, and starts it again.
    pub(crate) fn crash(&self) {
        self.pipe.as_ref().unwrap().write_all(b"crash\n").unwrap();
    }

    /// An empty database, by its address.
    pub(crate) fn database(&self) -> String {
        if let Some(emptied) = self.emptied.lock().unwrap().pop() {
            return emptied;
        }
        let name = format!("city{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.address(&name)
    }

    /// Takes back a database, emptied, for whoever asks next: making a new one costs far more.
    pub(crate) fn take_back(&self, address: String) {
        self.sql(&address, "DROP SCHEMA IF EXISTS shinsei CASCADE");
        self.emptied.lock().unwrap().push(address);
    }

    /// The address of a database.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("host={} port={} user=postgres dbname={database}", self.folder.display(), self.port)
    }

    /// Runs statements by PostgreSQL's own client, in a database by its name or address, and gives what it prints.
    pub(crate) fn sql(&self, database: &str, statements: &str) -> String {
        let address = if database.contains('=') { database.to_owned() } else { self.address(database) };
        let mut client = Command::new(program("psql"));
        client.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"]);
        let said = client.args(["-d", &address, "-c", statements]).output().unwrap();
        assert!(said.status.success(), "{statements}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    fn wait(&self) {
        let ready = || {
            let mut ask = Command::new(program("pg_isready"));
            ask.args(["-q", "-p", &self.port, "-h"]).arg(&self.folder).status().unwrap().success()
        };
        for _ in 0..600 {
            if ready() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{}", std::fs::read_to_string(self.folder.join("log")).unwrap_or_default());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pipe.take());
        self.keeper.wait().unwrap();
    }
}

/// A program of PostgreSQL, of the newest version that is installed.
pub(crate) fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            let program = version.path().join("bin").join(name);
            program.is_file().then_some((number, program))
        })
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
    };
    found.pop().map(|(_, program)| program).or_else(on_path).unwrap_or_else(|| {
        panic!("`{name}` is missing; run as root: apt-get install postgresql (the Debian package postgresql)")
    })
}

/// A command line for a program of PostgreSQL that refuses to run as root.
fn as_postgres(name: &str) -> Command {
    let program = program(name);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

/// Gives a folder to the user under whom the server runs.
pub(crate) fn own(path: &Path) {
    if is_root() {
        let id = |kind: &str| {
            let said = Command::new("id").args([kind, "postgres"]).output().unwrap().stdout;
            String::from_utf8(said).unwrap().trim().parse().ok()
        };
        chown(path, id("-u"), id("-g")).unwrap();
    }
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output().unwrap().stdout;
    said.starts_with(b"0\n")
}
