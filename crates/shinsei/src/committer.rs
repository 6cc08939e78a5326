//! Group commit: whoever finds the writer free commits what is queued; no timer, no delay.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use shinsei_core::port::store::{BATCH_COMMITS_MAX, Commit, Outcome, Store, StoreError};

use crate::resolution::resolve;

/// What became of a commit.
pub(crate) type Fate = Result<Outcome, Unwritten>;

/// Told what became of a commit, once.
pub(crate) type Told = Box<dyn FnOnce(Fate) + Send>;

/// The bounds of the queue and of one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most commits in the queue; one more is `Overloaded`.
    pub queue_commits_max: usize,
    /// The most bytes in the queue; what would exceed them is `Overloaded`.
    pub queue_bytes_max: usize,
    /// The most commits in one transaction: at least one, and no more than a store takes.
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

/// Why a commit has no outcome.
#[derive(Clone)]
pub(crate) enum Unwritten {
    /// The queue is full.
    Overloaded,
    /// The engine is shutting down.
    Closed,
    /// The store could not; see whether something was written.
    Store(Arc<StoreError>),
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
        let bounds = Bounds {
            batch_commits_max: bounds.batch_commits_max.clamp(1, BATCH_COMMITS_MAX),
            batch_bytes_max: bounds.batch_bytes_max.max(1),
            ..bounds
        };
        Self { store, bounds, queue: Mutex::default(), handed_over: Condvar::new() }
    }

    /// Queues a commit, or tells at once why not. When the writer is free, this thread commits it, with whatever is
    /// queued, before it returns.
    pub(crate) fn submit(&self, commit: Commit, told: Told) {
        let bytes = size(&commit);
        let mut queue = self.lock();
        if let Some(refused) = self.refusal(&queue, bytes) {
            drop(queue);
            return told(Err(refused));
        }
        queue.items.push_back(Item { commit, bytes, told });
        queue.bytes += bytes;
        if queue.writer == Writer::Free {
            queue.writer = Writer::Inline;
            self.commit_one_batch(queue);
        }
    }

    fn refusal(&self, queue: &Queue, bytes: usize) -> Option<Unwritten> {
        // A commit larger than the whole queue is let through when it is alone, or it could never be.
        let full = queue.items.len() >= self.bounds.queue_commits_max
            || (queue.bytes + bytes > self.bounds.queue_bytes_max && !queue.items.is_empty());
        match (queue.closed, full) {
            (true, _) => Some(Unwritten::Closed),
            (false, true) => Some(Unwritten::Overloaded),
            (false, false) => None,
        }
    }

    /// Commits what callers leave behind, until [`Committer::close`] and the queue is empty. Runs on a thread of its own.
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

    /// Takes nothing more. What is queued is still committed and told, by whoever has the writer.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.handed_over.notify_all();
    }

    /// Commits one batch as the holder of the writer, then frees the writer or leaves it to the committer's thread.
    fn commit_one_batch(&self, mut queue: MutexGuard<'_, Queue>) {
        let inline = queue.writer == Writer::Inline;
        let batch = self.take_batch(&mut queue);
        drop(queue);
        let (commits, told): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|item| (item.commit, item.told)).unzip();
        let fates = self.commit(&commits);
        let mut queue = self.lock();
        queue.writer = if queue.items.is_empty() { Writer::Free } else { Writer::HandedOver };
        let wake = inline && (queue.writer == Writer::HandedOver || queue.closed);
        drop(queue);
        if wake {
            self.handed_over.notify_one();
        }
        for (told, fate) in told.into_iter().zip(fates) {
            // OK because what a panic leaves unanswered is answered when it is dropped; the others want theirs.
            let _ = catch_unwind(AssertUnwindSafe(|| told(fate)));
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
    fn commit(&self, commits: &[Commit]) -> Vec<Fate> {
        match write(self.store.as_ref(), commits) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(lost @ StoreError::OutcomeUnknown { .. }) => resolve(self.store.as_ref(), commits, lost),
            // One commit that breaks the contract must not hinder its neighbours.
            Err(StoreError::Malformed { .. }) if commits.len() > 1 => {
                commits.iter().flat_map(|commit| self.commit(std::slice::from_ref(commit))).collect()
            }
            Err(error) => {
                let failed = Unwritten::Store(Arc::new(error));
                commits.iter().map(|_| Err(failed.clone())).collect()
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a store to commit. One that panics, or does not answer for each commit, has not said what became of them.
pub(crate) fn write(store: &dyn Store, commits: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
    let unknown = |what: &str| Err(StoreError::OutcomeUnknown { source: what.into() });
    match catch_unwind(AssertUnwindSafe(|| store.commit(commits))) {
        Ok(Ok(outcomes)) if outcomes.len() != commits.len() => unknown("an outcome is missing"),
        Ok(answer) => answer,
        Err(_) => unknown("the store panicked while committing"),
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
