//! A wire between a store and its server that is cut at a message of choice.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use shinsei_conformance::cluster::Cluster;
use tempfile::TempDir;

/// The name under which PostgreSQL's clients look for a server in a folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// Where a wire is cut, counted in messages of the client from when it is said.
#[derive(Clone, Copy)]
pub(crate) enum Cut {
    /// This message does not arrive.
    Before(u32),
    /// This message arrives, and no answer to it.
    After(u32),
}

/// A folder in which a server seems to be.
pub(crate) struct Proxy {
    folder: TempDir,
    /// Where the next cut is, and how many messages have gone by.
    next: Arc<Mutex<Option<(Cut, u32)>>>,
    clients: Arc<Mutex<Vec<UnixStream>>>,
}

impl Proxy {
    /// Stands before the server in a folder.
    pub(crate) fn before(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (next, clients): (Arc<_>, Arc<Mutex<Vec<UnixStream>>>) = (Arc::default(), Arc::default());
        let (server, cuts, all) = (server.join(SOCKET), Arc::clone(&next), Arc::clone(&clients));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server, cuts) = (client.unwrap(), PathBuf::clone(&server), Arc::clone(&cuts));
                all.lock().unwrap().push(client.try_clone().unwrap());
                thread::spawn(move || serve(client, &server, &cuts));
            }
        });
        Self { folder, next, clients }
    }

    /// The address of a database of a cluster, by way of the folder.
    pub(crate) fn address(&self, cluster: &Cluster, database: &str) -> String {
        database.replace(&*cluster.folder().to_string_lossy(), &self.folder.path().to_string_lossy())
    }

    /// Cuts every connection there is, whatever the server is doing.
    pub(crate) fn cut_all(&self) {
        for client in self.clients.lock().unwrap().drain(..) {
            // OK because one that is gone is cut.
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// Cuts one connection, once.
    pub(crate) fn cut(&self, cut: Option<Cut>) {
        *self.next.lock().unwrap() = cut.map(|cut| (cut, 0));
    }
}

/// Carries what goes to and fro, until an end is gone or the wire is cut.
fn serve(mut client: UnixStream, server: &Path, next: &Mutex<Option<(Cut, u32)>>) {
    let Ok(mut server) = UnixStream::connect(server) else { return };
    let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let answering = thread::spawn(move || {
        // OK because an end that is gone is the end.
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut is_first = true;
    while let Ok(message) = message(&mut client, is_first) {
        match fate(next, is_first) {
            Fate::Lost => break,
            Fate::Last => {
                // Nobody hears the answer; the server reads this message, then the end.
                let _ = client.shutdown(Shutdown::Both);
                let _ = server.write_all(&message);
                break;
            }
            Fate::Passes => {
                if server.write_all(&message).is_err() {
                    break;
                }
            }
        }
        is_first = false;
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Write);
    let _ = answering.join();
}

enum Fate {
    Passes,
    Last,
    Lost,
}

/// What becomes of the next message. That with which a connection begins is none of those that are counted.
fn fate(next: &Mutex<Option<(Cut, u32)>>, is_first: bool) -> Fate {
    let mut next = next.lock().unwrap();
    let Some((cut, gone_by)) = next.as_mut().filter(|_| !is_first) else { return Fate::Passes };
    let (at, fate) = match *cut {
        Cut::Before(at) => (at, Fate::Lost),
        Cut::After(at) => (at, Fate::Last),
    };
    if *gone_by < at {
        *gone_by += 1;
        return Fate::Passes;
    }
    *next = None;
    fate
}

/// Reads one message: a type, but for the first of a connection, and a length that counts itself.
///
/// # Source
/// PostgreSQL's documentation, "Frontend/Backend Protocol", "Message Formats".
fn message(client: &mut UnixStream, is_first: bool) -> io::Result<Vec<u8>> {
    let mut head = vec![0; if is_first { 4 } else { 5 }];
    client.read_exact(&mut head)?;
    let length = head.last_chunk::<4>().copied().map_or(4, u32::from_be_bytes);
    let mut body = vec![0; usize::try_from(length).unwrap() - 4];
    client.read_exact(&mut body)?;
    head.append(&mut body);
    Ok(head)
}
