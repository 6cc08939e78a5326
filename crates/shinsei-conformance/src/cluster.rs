//! Throw-away clusters of PostgreSQL for tests, each on a socket in a folder of its own, gone when the tests are.
//!
//! A small shell script stands over each server and reads orders from a pipe that the tests hold. When the tests end,
//! however they do, the pipe ends; then the script stops the server and removes the folder, unless it is one to keep.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Where Debian's package keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// How often, and how many times, what must come about is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 3_000;

/// Stands over the server: `$1` is the folder, the rest the server's command line. Each line that it reads is an order.
///
/// A server that has just been started does not listen to signals yet, so that of a crash is repeated. One that is killed
/// leaves processes that have not noticed yet, and no other starts before they are gone; so they are killed with it. Whose
/// parent is dead may stay as a zombie where nobody reaps it, so nobody is waited for without end.
const KEEPER: &str = r#"
folder=$1; shift
server=
start() { "$@" >> "$folder/log" 2>&1 < /dev/null & server=$!; }
crash() {
    [ -n "$server" ] || return 0
    while kill -QUIT "$server"; do sleep 0.1; done &
    insisting=$!
    wait "$server"
    kill "$insisting"
    wait "$insisting"
    server=
}
slay() {
    [ -n "$server" ] || return 0
    kill -STOP "$server"
    children=$(cat "/proc/$server/task/$server/children")
    kill -KILL "$server" $children
    wait "$server"
    for child in $children; do
        looks=0
        while [ "$looks" -lt 100 ] && grep -qs '^State:[[:space:]]*[^Z]' "/proc/$child/status"; do
            sleep 0.02; looks=$((looks + 1))
        done
    done
    server=
}
start "$@"
while read -r order; do
    case $order in
        crash) crash; start "$@" ;;
        kill) slay; start "$@" ;;
        down) slay ;;
        up) start "$@" ;;
    esac
    echo "$order" >> "$folder/orders"
done
if [ -e "$folder/keep" ]; then
    kill -INT "$server"
    wait "$server"
else
    crash
    rm -rf "$folder"
fi
"#;

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    keeper: Child,
    pipe: Mutex<Option<ChildStdin>>,
    databases: AtomicU32,
    emptied: Mutex<Vec<String>>,
    port: String,
}

impl Cluster {
    /// The cluster that the tests of a binary share. Each has a database of its own in it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// Starts a cluster with settings beside PostgreSQL's own, such as `fsync=off`.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; the text says what it said.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_behind(&[], settings)
    }

    /// Starts a cluster whose server is started by another program, which must become the server by `exec`: to look on
    /// or to put it somewhere.
    ///
    /// # Panics
    /// As [`Cluster::start`].
    pub fn start_behind(wrapper: &[&str], settings: &[&str]) -> Self {
        let folder = folder();
        initialise(&folder);
        Self::serve(folder, wrapper, settings)
    }

    /// Starts the cluster of a folder, which is made when it is not there, and stays: for what takes long to fill.
    ///
    /// # Panics
    /// As [`Cluster::start`], and when the folder cannot be made.
    pub fn kept(folder: &Path) -> Self {
        if !folder.join("keep").exists() {
            std::fs::create_dir_all(folder).expect("a folder");
            own(folder);
            initialise(folder);
            std::fs::write(folder.join("keep"), "").expect("a file");
        }
        Self::serve(folder.to_owned(), &[], &[])
    }

    /// Starts a standby that follows this cluster, with settings of its own.
    ///
    /// # Panics
    /// When it cannot be copied or does not follow.
    pub fn standby(&self, settings: &[&str]) -> Self {
        let folder = folder();
        let mut copy = as_postgres("pg_basebackup");
        copy.args(["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "--username=postgres"]);
        copy.args(["--port", &self.port, "--host"]).arg(&self.folder).arg("-D").arg(folder.join("data"));
        said(copy.current_dir(&folder));
        let standby = Self::serve(folder, &[], settings);
        self.until("SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'");
        standby
    }

    fn serve(folder: PathBuf, wrapper: &[&str], settings: &[&str]) -> Self {
        let server = as_postgres("postgres");
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).args(wrapper);
        keeper.arg(server.get_program()).args(server.get_args());
        keeper.arg("-D").arg(folder.join("data")).arg("-k").arg(&folder);
        let defaults = ["listen_addresses=", "max_connections=200"];
        for setting in defaults.iter().chain(settings) {
            keeper.args(["-c", setting]);
        }
        keeper.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let port = settings.iter().find_map(|setting| setting.strip_prefix("port=")).unwrap_or("5432");
        let mut keeper = keeper.spawn().expect("`sh` starts");
        let pipe = Mutex::new(keeper.stdin.take());
        let cluster = Self {
            folder,
            keeper,
            pipe,
            databases: AtomicU32::new(0),
            emptied: Mutex::default(),
            port: port.to_owned(),
        };
        cluster.wait();
        cluster
    }

    /// The folder in which it lives.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lets the server crash, without writing down what only its memory holds, and starts it again.
    ///
    /// # Panics
    /// When nobody stands over the server any more.
    pub fn crash(&self) {
        self.order("crash");
    }

    /// Kills every process of the server with SIGKILL, and starts it again.
    ///
    /// # Panics
    /// When nobody stands over the server any more.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Kills every process of the server with SIGKILL, and leaves it so.
    ///
    /// # Panics
    /// When nobody stands over the server any more.
    pub fn down(&self) {
        self.order("down");
    }

    /// Starts the server again after [`Cluster::down`], and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not start.
    pub fn up(&self) {
        self.order("up");
        self.wait();
    }

    /// Gives an order, and waits until it is carried out.
    fn order(&self, order: &str) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let done = || std::fs::read_to_string(self.folder.join("orders")).unwrap_or_default().lines().count();
        let before = done();
        let keeper = pipe.as_mut().expect("the pipe is there until the cluster is dropped");
        keeper.write_all(format!("{order}\n").as_bytes()).expect("somebody stands over the server");
        eventually(|| done() > before, || format!("nobody did what was ordered: {order}"));
    }

    /// An empty database, by its address.
    pub fn database(&self) -> String {
        if let Some(emptied) = self.emptied.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return emptied;
        }
        let name = format!("city{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.address(&name)
    }

    /// The database of a name, made when it is not there, by its address.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn database_named(&self, name: &str) -> String {
        let known =
            self.sql("postgres", &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
        if known == "0" {
            self.sql("postgres", &format!("CREATE DATABASE {name}"));
        }
        self.address(name)
    }

    /// Takes back a database, emptied, for whoever asks next: making a new one costs far more.
    pub fn take_back(&self, address: String) {
        let empty = "DROP SCHEMA IF EXISTS shinsei, shinsei_lists CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        self.sql(&address, empty);
        self.emptied.lock().unwrap_or_else(PoisonError::into_inner).push(address);
    }

    /// The address of a database.
    pub fn address(&self, database: &str) -> String {
        format!("host={} port={} user=postgres dbname={database}", self.folder.display(), self.port)
    }

    /// Runs statements by PostgreSQL's own client, in a database by its name or address, and gives what it prints.
    ///
    /// # Panics
    /// When the server refuses a statement.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        said(self.client(database).args(["-c", statements]))
    }

    /// Opens a session of PostgreSQL's own client in a database, by its name or address.
    ///
    /// # Panics
    /// When the client is not installed.
    pub fn session(&self, database: &str) -> Session {
        let mut client = self.client(database);
        let mut client = client.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`psql` starts");
        let said = BufReader::new(client.stdout.take().expect("what it says is piped"));
        Session { client, said }
    }

    fn client(&self, database: &str) -> Command {
        let address = if database.contains('=') { database.to_owned() } else { self.address(database) };
        let mut client = Command::new(program("psql"));
        client.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"]);
        client.args(["-d", &address]);
        client
    }

    /// Waits until a statement answers `t`.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn until(&self, statement: &str) {
        eventually(|| self.sql("postgres", statement) == "t", || format!("never true: {statement}"));
    }

    /// Waits until the server takes connections.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn wait(&self) {
        let ready = || {
            let mut ask = Command::new(program("pg_isready"));
            let asked = ask.args(["-q", "-p", &self.port, "-h"]).arg(&self.folder).status();
            asked.expect("`pg_isready` runs").success()
        };
        eventually(ready, || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take());
        // OK because one that cannot be waited for is not there.
        let _ = self.keeper.wait();
    }
}

/// A session that stays open until it is dropped, and holds what its statements took: a lock, a transaction.
#[derive(Debug)]
pub struct Session {
    client: Child,
    said: BufReader<ChildStdout>,
}

impl Session {
    /// Runs statements, and waits until they are done.
    ///
    /// # Panics
    /// When the server refuses a statement.
    pub fn run(&mut self, statements: &str) {
        let input = self.client.stdin.as_mut().expect("its input is there until it is dropped");
        input.write_all(format!("{statements};\n\\echo done\n").as_bytes()).expect("the client reads");
        let mut line = String::new();
        while line != "done\n" {
            line.clear();
            let read = self.said.read_line(&mut line).expect("the client writes");
            assert_ne!(read, 0, "the session ended with: {statements}");
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.client.stdin.take());
        // OK because one that cannot be waited for is not there.
        let _ = self.client.wait();
    }
}

/// Waits until something has come about.
fn eventually(has_come: impl Fn() -> bool, otherwise: impl FnOnce() -> String) {
    for _ in 0..LOOKS_MAX {
        if has_come() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("{}", otherwise());
}

/// Makes the files of a new cluster in a folder.
fn initialise(folder: &Path) {
    let initdb = ["--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"];
    let mut init = as_postgres("initdb");
    said(init.args(initdb).arg("-D").arg(folder.join("data")).current_dir(folder));
}

/// A new folder of the user under whom the server runs.
fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("shinsei").tempdir().expect("a temporary folder").keep();
    own(&folder);
    folder
}

/// What a program prints that must succeed.
fn said(command: &mut Command) -> String {
    let output = command.output().expect("a program of PostgreSQL starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A program of PostgreSQL, of the newest version that is installed.
///
/// # Panics
/// When it is not installed; the text says how to install it.
pub fn program(name: &str) -> PathBuf {
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
    let wrapper: &[&str] = match (is_root(), has_other_users()) {
        (false, _) => return Command::new(program),
        (true, true) => &["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"],
        // Root only of a world of its own, in which there is nobody else: somebody in another one.
        (true, false) => &["unshare", "--user", "--map-user=1", "--map-group=1", "--"],
    };
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(program);
    command
}

/// Whether this process may become another user: not where one user is mapped to root alone.
///
/// # Source
/// user_namespaces(7): the third number of a line is the length of the range.
fn has_other_users() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    map.split_whitespace().nth(2).is_none_or(|length| length != "1")
}

/// Gives a file or folder to the user under whom the server runs.
///
/// # Panics
/// When there is no such user, although PostgreSQL's package makes one.
pub fn own(path: &Path) {
    if is_root() && has_other_users() {
        let id = |kind: &str| said(Command::new("id").args([kind, "postgres"])).parse().ok();
        chown(path, id("-u"), id("-g")).expect("root gives away what it made");
    }
}

/// Whether this is root, under whom PostgreSQL's server refuses to run.
pub fn is_root() -> bool {
    said(Command::new("id").arg("-u")) == "0"
}
