//! Copying the WAL into the file, on a thread of its own: a commit neither copies pages nor waits for the syncs of that.
//!
//! Most of it is done beside the writer, who writes on meanwhile. The pages that came meanwhile are few; while they are
//! copied the writer waits, since a WAL is only begun anew when all of it was copied and nobody reads in it.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::{OpenError, Result};
use crate::settings::{self, Settings, driver};
use crate::wal::{self, Copied};

/// How often it copies beside the writer before it has the writer wait, and the share of the pages with which it began
/// that may be left then.
const PASSES_MAX: u32 = 4;
const LEFT_SHARE: u32 = 16;

/// By which share of them it begins later the next time when somebody reads in the WAL for long.
const LATER_SHARE: u32 = 4;

/// How often and for how long it waits for whoever reads in the WAL while the writer waits too. Who reads a case is gone
/// after 2 ms; for who reads the log nobody waits longer.
const WAITS_MAX: i32 = 20;
const WAIT: Duration = Duration::from_micros(100);

/// The thread that copies.
pub(crate) struct Copier {
    copying: Arc<Copying>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and the writer share.
pub(crate) struct Copying {
    /// Taken before the writer's mutex by whoever copies.
    connection: Mutex<Connection>,
    /// After how many pages in the WAL it begins.
    begin: u32,
    /// After how many the next time.
    next: AtomicU32,
    /// How many there are since the last commit.
    pages: AtomicU32,
    asked: Mutex<Asked>,
    told: Condvar,
}

#[derive(Default)]
struct Asked {
    to_copy: bool,
    to_end: bool,
}

impl Copier {
    /// Starts the thread, which keeps the writer out by this mutex.
    pub(crate) fn start<W: Send + 'static>(
        path: &Path,
        settings: &Settings,
        writer: Arc<Mutex<W>>,
    ) -> std::result::Result<Self, OpenError> {
        let mut connection = Connection::open(path).map_err(|source| driver(path, source))?;
        settings::apply_common(&connection, path, settings)?;
        settings::apply_durable(&connection, path, settings, 0)?;
        connection.busy_handler(Some(waits)).map_err(|source| driver(path, source))?;
        let copying = Arc::new(Copying {
            connection: Mutex::new(connection),
            begin: settings.checkpoint_pages,
            next: AtomicU32::new(settings.checkpoint_pages),
            pages: AtomicU32::new(0),
            asked: Mutex::default(),
            told: Condvar::new(),
        });
        let shared = Arc::clone(&copying);
        let thread = std::thread::Builder::new()
            .name("shinsei-copier".to_owned())
            .spawn(move || {
                while shared.is_asked() {
                    // OK because it is asked again by a later commit, and what was not copied stands in the WAL.
                    let _ = shared.copy(&writer);
                }
            })
            .map_err(|source| OpenError::Driver { path: path.to_owned(), source: source.into() })?;
        Ok(Self { copying, thread: Some(thread) })
    }

    /// What is told of each commit.
    pub(crate) fn copying(&self) -> Arc<Copying> {
        Arc::clone(&self.copying)
    }

    /// Keeps the thread from copying for as long as this is held.
    pub(crate) fn pause(&self) -> MutexGuard<'_, Connection> {
        lock(&self.copying.connection)
    }
}

impl Copying {
    /// Takes note that a commit left so many pages in the WAL.
    pub(crate) fn committed(&self, pages: u32) {
        self.pages.store(pages, Ordering::Relaxed);
        if pages >= self.next.load(Ordering::Relaxed) {
            let mut asked = lock(&self.asked);
            if !asked.to_copy {
                asked.to_copy = true;
                self.told.notify_one();
            }
        }
    }

    /// Waits until it is asked to copy; false when it is to end.
    fn is_asked(&self) -> bool {
        let idle = |asked: &mut Asked| !asked.to_copy && !asked.to_end;
        let asked = self.told.wait_while(lock(&self.asked), idle);
        let mut asked = asked.unwrap_or_else(PoisonError::into_inner);
        asked.to_copy = false;
        !asked.to_end
    }

    fn copy<W>(&self, writer: &Mutex<W>) -> Result<()> {
        let connection = lock(&self.connection);
        for _ in 0..PASSES_MAX {
            let Copied { copied, .. } = wal::copy(&connection, "PASSIVE")?;
            if self.pages.load(Ordering::Relaxed).saturating_sub(copied) <= self.begin / LEFT_SHARE {
                break;
            }
        }
        let writer = lock(writer);
        let is_whole = wal::copy(&connection, "RESTART")?.is_whole;
        let later = if is_whole { 0 } else { self.pages.load(Ordering::Relaxed) + self.begin / LATER_SHARE };
        self.next.store(self.begin.max(later), Ordering::Relaxed);
        drop(writer);
        Ok(())
    }
}

impl Drop for Copier {
    fn drop(&mut self) {
        lock(&self.copying.asked).to_end = true;
        self.copying.told.notify_one();
        // OK because one that panicked has said so.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Waits a little for a lock, so often.
fn waits(times: i32) -> bool {
    std::thread::sleep(WAIT);
    times < WAITS_MAX
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
