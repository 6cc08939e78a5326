//! Group commit: whoever finds the writer free commits what is queued; no timer, no delay. A store with lanes has a
//! writer for each municipality.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use shinsei_core::ids::Municipality;
use shinsei_core::port::store::{BATCH_COMMITS_MAX, Commit, Store, StoreError};

use crate::fate::{Fate, Unwritten, write};
use crate::resolution::resolve;

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
    /// The engine's own threads that commit what callers leave behind, where the store has lanes: so many municipalities
    /// are written by them at once. One is enough where it has none.
    pub lane_threads: usize,
}

impl Default for Bounds {
    /// A batch of 32 gives 90 % of what 256 gives (docs/adr/0005-group-commit.md); the rest bounds memory.
    fn default() -> Self {
        Self {
            queue_commits_max: 4_096,
            queue_bytes_max: 64 * 1024 * 1024,
            batch_commits_max: 256,
            batch_bytes_max: 4 * 1024 * 1024,
            // Half of the connections that the store on PostgreSQL keeps: the others are for inline commits and readers.
            lane_threads: 8,
        }
    }
}

/// The lanes for which room is kept while none is in use: enough that a quiet engine makes none anew for each command.
const IDLE_LANES_MAX: usize = 64;

/// Queues commits and writes them in groups, each lane for itself.
///
/// The thread that finds a lane free commits at once, inline: a hop to another thread costs more than all else. What
/// queued up meanwhile is left to the committer's own threads. They take one batch of a lane and put it behind the
/// others that wait, so that none is starved, until nothing is left.
pub(crate) struct Committer {
    store: Arc<dyn Store>,
    bounds: Bounds,
    has_lanes: bool,
    queues: Mutex<Queues>,
    handed_over: Condvar,
}

/// Whose commits one transaction takes: a municipality's, or everybody's where the store has no lanes.
type Lane = Option<Municipality>;

#[derive(Default)]
struct Queues {
    /// The lanes that somebody is writing or has handed over. One in which nothing is done is not there, and costs
    /// nothing.
    held: HashMap<Lane, Queue>,
    /// Those of them that are left to the committer's threads, in the order in which they are served.
    handed_over: VecDeque<Lane>,
    commits: usize,
    bytes: usize,
    closed: bool,
}

/// What waits for the writer of a lane.
#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
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
            lane_threads: bounds.lane_threads.max(1),
            ..bounds
        };
        let has_lanes = store.guarantees().lanes;
        Self { store, bounds, has_lanes, queues: Mutex::default(), handed_over: Condvar::new() }
    }

    /// How many threads are to [`Committer::run`].
    pub(crate) fn threads(&self) -> usize {
        if self.has_lanes { self.bounds.lane_threads } else { 1 }
    }

    /// Queues a commit, or tells at once why not. When its lane is free, this thread commits it before it returns.
    pub(crate) fn submit(&self, commit: Commit, told: Told) {
        let lane = self.has_lanes.then_some(commit.municipality);
        let bytes = size(&commit);
        let mut queues = self.lock();
        if let Some(refused) = self.refusal(&queues, lane, bytes) {
            drop(queues);
            return told(Err(refused));
        }
        let is_free = !queues.held.contains_key(&lane);
        queues.add(lane, Item { commit, bytes, told });
        if is_free {
            self.commit_one_batch(queues, lane, Writer::Inline);
        }
    }

    fn refusal(&self, queues: &Queues, lane: Lane, bytes: usize) -> Option<Unwritten> {
        if queues.closed {
            return Some(Unwritten::Closed);
        }
        let commits_left = self.bounds.queue_commits_max.saturating_sub(queues.commits);
        let bytes_left = self.bounds.queue_bytes_max.saturating_sub(queues.bytes);
        let waiting = queues.held.get(&lane).map_or((0, 0), |queue| (queue.items.len(), queue.bytes));
        // A commit larger than the whole queue is let through when it is alone, or it could never be.
        let full = commits_left == 0 || (bytes > bytes_left && waiting.0 > 0);
        // A municipality that cannot be written, or sends more than can be, leaves as much to the others as it takes.
        let greedy = self.has_lanes && (waiting.0 >= commits_left || waiting.1 + bytes > bytes_left);
        (full || (greedy && waiting.0 > 0)).then_some(Unwritten::Overloaded)
    }

    /// Commits what callers leave behind, until [`Committer::close`] and nothing is left. Runs on threads of its own.
    pub(crate) fn run(&self) {
        let mut queues = self.lock();
        loop {
            if let Some(lane) = queues.handed_over.pop_front() {
                self.commit_one_batch(queues, lane, Writer::Own);
                queues = self.lock();
            } else if queues.closed && queues.held.is_empty() {
                return;
            } else {
                queues = self.handed_over.wait(queues).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Takes nothing more. What is queued is still committed and told, by whoever writes its lane.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.handed_over.notify_all();
    }

    /// Commits one batch of a lane that this thread holds, then frees the lane or leaves it to the committer's threads.
    fn commit_one_batch(&self, mut queues: MutexGuard<'_, Queues>, lane: Lane, writer: Writer) {
        let batch = queues.take_batch(lane, &self.bounds);
        drop(queues);
        let (commits, told): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|item| (item.commit, item.told)).unzip();
        let fates = self.commit(&commits);
        let mut queues = self.lock();
        let is_left = queues.held.get(&lane).is_some_and(|queue| !queue.items.is_empty());
        if is_left {
            queues.handed_over.push_back(lane);
        } else {
            queues.free(lane);
        }
        let is_over = queues.closed && queues.held.is_empty();
        drop(queues);
        if is_over {
            self.handed_over.notify_all();
        } else if is_left && writer == Writer::Inline {
            // One of the committer's own threads takes a lane next anyway.
            self.handed_over.notify_one();
        }
        for (told, fate) in told.into_iter().zip(fates) {
            // OK because what a panic leaves unanswered is answered when it is dropped; the others want theirs.
            let _ = catch_unwind(AssertUnwindSafe(|| told(fate)));
        }
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

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On which thread a batch is committed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    /// That of a caller who found the lane free.
    Inline,
    /// One of the committer's own.
    Own,
}

impl Queues {
    fn add(&mut self, lane: Lane, item: Item) {
        self.commits += 1;
        self.bytes += item.bytes;
        let queue = self.held.entry(lane).or_default();
        queue.bytes += item.bytes;
        queue.items.push_back(item);
    }

    /// Takes what one transaction holds, in the order in which it came.
    fn take_batch(&mut self, lane: Lane, bounds: &Bounds) -> Vec<Item> {
        let mut batch = Vec::new();
        let Some(queue) = self.held.get_mut(&lane) else { return batch };
        let mut bytes = 0;
        while batch.len() < bounds.batch_commits_max && bytes < bounds.batch_bytes_max {
            let Some(item) = queue.items.pop_front() else { break };
            bytes += item.bytes;
            batch.push(item);
        }
        queue.bytes -= bytes;
        self.bytes -= bytes;
        self.commits -= batch.len();
        batch
    }

    /// Frees a lane in which nothing waits. Once none is held, the room for them is given back too.
    fn free(&mut self, lane: Lane) {
        self.held.remove(&lane);
        if self.held.is_empty() && self.held.capacity() > IDLE_LANES_MAX {
            self.held = HashMap::new();
            self.handed_over = VecDeque::new();
        }
    }
}

/// About how many bytes a commit keeps in memory and writes.
fn size(commit: &Commit) -> usize {
    use shinsei_core::document::Body;
    let records =
        commit.appends.iter().flat_map(|append| &append.records).map(|record| record.payload.len() + 128);
    let documents = commit.documents.iter().map(|document| match &document.body {
        Body::Inline(content) | Body::Shared(content) => content.len() + 128,
        Body::Staged { .. } | Body::StagedShared { .. } => 128,
    });
    128 + records.sum::<usize>() + documents.sum::<usize>() + commit.agenda.len() * 128
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::clock::SystemClock;
    use crate::memory::MemoryStore;

    fn with_lanes(bounds: Bounds) -> Committer {
        let store = Arc::new(MemoryStore::new(Arc::new(SystemClock)));
        Committer { has_lanes: true, ..Committer::new(store, bounds) }
    }

    fn item(municipality: Municipality, told: Told) -> Item {
        let commit = Commit::nothing(municipality);
        Item { commit, bytes: 1, told }
    }

    fn codes(number: usize) -> Vec<Municipality> {
        let code = |digits| (0..10).find_map(|check| format!("{digits:05}{check}").parse().ok());
        (1_001..).filter_map(code).take(number).collect()
    }

    #[test]
    fn lanes_that_wait_take_turns() {
        let committer = with_lanes(Bounds { batch_commits_max: 2, ..Bounds::default() });
        let served = Arc::new(Mutex::new(vec![]));
        let mut queues = committer.lock();
        for (name, code) in ["here", "there"].into_iter().zip(codes(2)) {
            for _ in 0..3 {
                let served = Arc::clone(&served);
                queues.add(Some(code), item(code, Box::new(move |_| served.lock().unwrap().push(name))));
            }
            queues.handed_over.push_back(Some(code));
        }
        queues.closed = true;
        drop(queues);
        committer.run();
        assert_eq!(*served.lock().unwrap(), ["here", "here", "there", "there", "here", "there"]);
    }

    /// Every municipality of Japan at once, and then none: nothing is kept of them.
    #[test]
    fn lanes_in_which_nothing_is_done_cost_nothing() {
        let committer = with_lanes(Bounds::default());
        let codes = codes(1_741);
        let mut queues = committer.lock();
        for code in &codes {
            queues.add(Some(*code), item(*code, Box::new(|_| {})));
        }
        assert_eq!((queues.held.len(), queues.commits, queues.bytes), (1_741, 1_741, 1_741));
        drop(queues);
        for code in codes {
            committer.commit_one_batch(committer.lock(), Some(code), Writer::Own);
        }
        let queues = committer.lock();
        assert!(queues.held.is_empty() && queues.handed_over.is_empty());
        assert_eq!((queues.held.capacity(), queues.commits, queues.bytes), (0, 0, 0));
    }
}
