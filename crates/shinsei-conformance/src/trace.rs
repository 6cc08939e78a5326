//! Whether what was acknowledged had been synced before, read from what strace wrote of the system calls.
//!
//! A process that is killed leaves its writes to the operating system, so killing does not show a sync that is missing.

use std::collections::{HashMap, HashSet};

/// What strace must write: the calls that write, that sync and that acknowledge, of all threads and children, with the
/// paths of files and enough of the bytes. What follows is `-o FILE` and the program.
pub const STRACE: [&str; 7] = [
    "strace",
    "-f",
    "-qq",
    "-y",
    "--string-limit=4096",
    "--trace=write,pwrite64,writev,pwritev,pwritev2,sendto,fsync,fdatasync",
    "--signal=none",
];

/// The acknowledgements in a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// How many there were.
    pub all: usize,
    /// The calls of those before which the log had not been written and synced.
    pub unsynced: Vec<String>,
}

impl Acknowledged {
    /// Reads a trace, given which file is the log and which call acknowledges something that was written to it. One
    /// acknowledgement must come after the other: they are not told apart.
    ///
    /// An acknowledgement is good when since the one before it the log was written and after that synced, and when
    /// nothing that its own thread wrote there is still unsynced.
    pub fn read(trace: &str, is_log: impl Fn(&str) -> bool, acknowledges: impl Fn(&str) -> bool) -> Self {
        let mut found = Self::default();
        let mut log = Log::default();
        let mut unfinished: HashMap<&str, Sync> = HashMap::new();
        for line in trace.lines() {
            let Some((thread, call)) = line.split_once(' ').map(|(thread, call)| (thread, call.trim_start()))
            else {
                continue;
            };
            if call.starts_with("<... ") {
                // Only a sync counts from its end; the others do from their beginning.
                if let Some(sync) = unfinished.remove(thread).filter(|_| call.ends_with(" = 0")) {
                    log.synced(&sync);
                }
                continue;
            }
            let name = call.split('(').next().unwrap_or_default();
            let is_of_the_log = path(call).is_some_and(&is_log);
            match name {
                "fsync" | "fdatasync" if is_of_the_log => {
                    let sync = Sync { of: log.dirty.clone(), covers_something: log.is_written };
                    if call.ends_with("<unfinished ...>") {
                        unfinished.insert(thread, sync);
                    } else if call.ends_with(" = 0") {
                        log.synced(&sync);
                    }
                }
                "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" if is_of_the_log => {
                    log.is_written = true;
                    log.dirty.insert(thread.to_owned());
                }
                _ if acknowledges(call) => {
                    found.all += 1;
                    if !log.is_synced || log.dirty.contains(thread) {
                        found.unsynced.push(call.to_owned());
                    }
                    (log.is_written, log.is_synced) = (false, false);
                }
                _ => {}
            }
        }
        found
    }
}

/// What became of the log since the last acknowledgement.
#[derive(Default)]
struct Log {
    /// The threads whose writes are not synced.
    dirty: HashSet<String>,
    is_written: bool,
    is_synced: bool,
}

/// A sync on its way: what had been written when it began.
struct Sync {
    of: HashSet<String>,
    covers_something: bool,
}

impl Log {
    fn synced(&mut self, sync: &Sync) {
        self.dirty.retain(|thread| !sync.of.contains(thread));
        self.is_synced |= sync.covers_something;
    }
}

/// The path of the file that a call is about: `pwrite64(5</db/city.db-wal>, ..`.
fn path(call: &str) -> Option<&str> {
    let (_, arguments) = call.split_once('(')?;
    let (number, rest) = arguments.split_once('<')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest.split('>').next())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(trace: &str) -> Acknowledged {
        Acknowledged::read(trace, |path| path.ends_with("-wal"), |call| path(call) == Some("/acks"))
    }

    fn unsynced(trace: &str) -> usize {
        read(trace).unsynced.len()
    }

    const WRITE: &str = "7 pwrite64(5</db-wal>, \"..\"..., 4096, 0) = 4096\n";
    const SYNC: &str = "7 fdatasync(5</db-wal>) = 0\n";
    const ACK: &str = "7 write(1</acks>, \"1\\n\", 2) = 2\n";

    #[test]
    fn what_is_written_and_synced_may_be_acknowledged_once() {
        assert_eq!(read(&[WRITE, SYNC, ACK].concat()), Acknowledged { all: 1, unsynced: vec![] });
        assert_eq!(unsynced(&[WRITE, SYNC, ACK, ACK].concat()), 1);
    }

    #[test]
    fn what_is_not_synced_after_it_was_written_is_found() {
        assert_eq!(unsynced(&[WRITE, ACK].concat()), 1);
        assert_eq!(unsynced(&[SYNC, WRITE, ACK].concat()), 1);
        assert_eq!(unsynced(&[WRITE, SYNC, WRITE, ACK].concat()), 1);
        assert_eq!(
            unsynced(&[WRITE, "7 fdatasync(5</db-wal>) = -1 EIO (Input/output error)\n", ACK].concat()),
            1
        );
        assert_eq!(unsynced(&[WRITE, "7 fdatasync(5</db>) = 0\n", ACK].concat()), 1);
        assert_eq!(unsynced(&[SYNC, ACK].concat()), 1, "nothing was written");
    }

    #[test]
    fn a_sync_counts_from_its_end_and_for_what_was_written_before_its_beginning() {
        let begins = "8 fdatasync(5</db-wal> <unfinished ...>\n";
        let ends = "8 <... fdatasync resumed>) = 0\n";
        assert_eq!(unsynced(&[WRITE, begins, ends, ACK].concat()), 0);
        assert_eq!(unsynced(&[WRITE, begins, ACK, ends].concat()), 1);
        assert_eq!(unsynced(&[begins, WRITE, ends, ACK].concat()), 1);
    }
}
