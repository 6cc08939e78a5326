//! Group commit: whoever finds the writer free commits what is queued; no timer, no delay.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use shinsei_core::port::store::{CommandKey, Commit, Outcome, Receipt, Store, StoreError};

/// Told what became of a commit.
pub(crate) type Told = Box<dyn FnOnce(Result<Outcome, Arc<StoreError>>) + Send>;

/// How often a commit whose outcome is unknown is looked up or sent again before its caller is told so.
const RESOLUTIONS_MAX: usize = 5;

/// The bounds of the queue and of one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most commits in the queue; one more is `Overloaded`.
    pub queue_commits_max: usize,
    /// The most bytes in the queue; what would exceed them is `Overloaded`.
    pub queue_bytes_max: usize,
    /// The most commits in one transaction.
    pub batch_commits_max: usize,
    /// The bytes after which a transaction is full.
    pub batch_bytes_max: usize,
}

impl Default for Bounds {
    /// A batch of 32 gives 90 % of what 256 gives (docs/adr/0005-group-commit.md); the rest bounds memory.
    fn default() -> Self {
        Self {
            queue_commits_max: 4_096,
            queue_bytes_max: 64 * 1024 * 1024,
            batch_commits_max: 256,
            batch_bytes_max: 4 * 1024 * 1024,
        }
    }
}

/// Why a commit was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// The queue is full.
    Overloaded,
    /// The engine is shutting down.
    Closed,
}

/// Queues commits and writes them in groups.
///
/// The thread that finds the writer free commits at once, inline: a hop to another thread costs more than all else.
/// What queued up meanwhile is left to the committer's own thread, which keeps the writer until the queue is empty.
pub(crate) struct Committer {
    store: Arc<dyn Store>,
    bounds: Bounds,
    queue: Mutex<Queue>,
    handed_over: Condvar,
    idle: Condvar,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    writer: Writer,
    closed: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Writer {
    #[default]
    Free,
    /// Held by the thread that found it free.
    Inline,
    /// Left to the committer's own thread.
    HandedOver,
}

struct Item {
    commit: Commit,
    bytes: usize,
    told: Told,
}

impl Committer {
    pub(crate) fn new(store: Arc<dyn Store>, bounds: Bounds) -> Self {
        Self { store, bounds, queue: Mutex::default(), handed_over: Condvar::new(), idle: Condvar::new() }
    }

    /// Queues a commit. When the writer is free, this thread commits it, with whatever is queued, before it returns.
    pub(crate) fn submit(&self, commit: Commit, told: Told) -> Result<(), NotQueued> {
        let bytes = size(&commit);
        let mut queue = self.lock();
        if queue.closed {
            return Err(NotQueued::Closed);
        }
        // A commit larger than the whole queue is let through when it is alone, or it could never be.
        let full = queue.items.len() >= self.bounds.queue_commits_max
            || (queue.bytes + bytes > self.bounds.queue_bytes_max && !queue.items.is_empty());
        if full {
            return Err(NotQueued::Overloaded);
        }
        queue.items.push_back(Item { commit, bytes, told });
        queue.bytes += bytes;
        if queue.writer == Writer::Free {
            queue.writer = Writer::Inline;
            self.commit_one_batch(queue);
        }
        Ok(())
    }

    /// Commits what callers leave behind, until [`Committer::close`]. Runs on a thread of its own.
    pub(crate) fn run(&self) {
        let mut queue = self.lock();
        loop {
            while queue.writer != Writer::HandedOver {
                if queue.closed && queue.writer == Writer::Free {
                    return;
                }
                queue = self.handed_over.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            self.commit_one_batch(queue);
            queue = self.lock();
        }
    }

    /// Takes nothing more, and returns once all that was queued is committed and told.
    pub(crate) fn close(&self) {
        let mut queue = self.lock();
        queue.closed = true;
        self.handed_over.notify_all();
        while queue.writer != Writer::Free {
            queue = self.idle.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Commits one batch as the holder of the writer, then frees the writer or leaves it to the committer's thread.
    fn commit_one_batch(&self, mut queue: MutexGuard<'_, Queue>) {
        let batch = self.take_batch(&mut queue);
        drop(queue);
        let (commits, told): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|item| (item.commit, item.told)).unzip();
        let outcomes = self.commit(&commits);
        let mut queue = self.lock();
        queue.writer = if queue.items.is_empty() { Writer::Free } else { Writer::HandedOver };
        match queue.writer {
            Writer::HandedOver => self.handed_over.notify_all(),
            Writer::Free | Writer::Inline => {
                self.idle.notify_all();
                if queue.closed {
                    self.handed_over.notify_all();
                }
            }
        }
        drop(queue);
        for (told, outcome) in told.into_iter().zip(outcomes) {
            told(outcome);
        }
    }

    fn take_batch(&self, queue: &mut Queue) -> Vec<Item> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < self.bounds.batch_commits_max && bytes < self.bounds.batch_bytes_max {
            let Some(item) = queue.items.pop_front() else { break };
            bytes += item.bytes;
            batch.push(item);
        }
        queue.bytes -= bytes;
        batch
    }

    /// Writes a batch, and says of each commit what became of it; nobody is told an outcome that is not known.
    fn commit(&self, commits: &[Commit]) -> Vec<Result<Outcome, Arc<StoreError>>> {
        match self.store.commit(commits) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(StoreError::OutcomeUnknown { .. }) => {
                commits.iter().map(|commit| self.resolve(commit)).collect()
            }
            // One commit that breaks the contract must not hinder its neighbours.
            Err(StoreError::Malformed { .. }) if commits.len() > 1 => {
                commits.iter().flat_map(|commit| self.commit(std::slice::from_ref(commit))).collect()
            }
            Err(error) => {
                let error = Arc::new(error);
                commits.iter().map(|_| Err(Arc::clone(&error))).collect()
            }
        }
    }

    /// Finds out what became of a commit after the connection was lost: it is there, or it is sent again.
    fn resolve(&self, commit: &Commit) -> Result<Outcome, Arc<StoreError>> {
        let mut unknown = None;
        for _ in 0..RESOLUTIONS_MAX {
            match self.recorded(commit) {
                Ok(Some(receipt)) => return Ok(Outcome::Done(receipt)),
                Ok(None) => {}
                Err(error) => {
                    unknown = Some(error);
                    continue;
                }
            }
            match self.store.commit(std::slice::from_ref(commit)) {
                Ok(mut outcomes) if outcomes.len() == 1 => return Ok(outcomes.remove(0)),
                Ok(_) => return Err(Arc::new(StoreError::Malformed { rule: "one outcome for each commit" })),
                Err(error @ StoreError::OutcomeUnknown { .. }) => unknown = Some(error),
                Err(error) => return Err(Arc::new(error)),
            }
        }
        let rule = StoreError::Malformed { rule: "an unknown outcome has a cause" };
        Err(Arc::new(unknown.unwrap_or(rule)))
    }

    fn recorded(&self, commit: &Commit) -> Result<Option<Receipt>, StoreError> {
        let Some(CommandKey { id, digest }) = commit.command else { return Ok(None) };
        let found = self.store.find(commit.municipality, id)?;
        Ok(found.filter(|found| found.digest == Some(digest)).map(|found| found.receipt))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// About how many bytes a commit keeps in memory and writes.
fn size(commit: &Commit) -> usize {
    use shinsei_core::document::Body;
    let records =
        commit.appends.iter().flat_map(|append| &append.records).map(|record| record.payload.len() + 128);
    let documents = commit.documents.iter().map(|document| match &document.body {
        Body::Inline(content) | Body::Shared(content) => content.len() + 128,
        Body::Staged { .. } => 128,
    });
    128 + records.sum::<usize>() + documents.sum::<usize>() + commit.agenda.len() * 128
}
