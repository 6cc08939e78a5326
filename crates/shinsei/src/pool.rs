//! The engine's own threads: they carry on what an executor polled, so that no runtime is needed.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

type Job = Box<dyn FnOnce() + Send>;

/// Threads that take jobs from one queue. It is not bounded here: whoever adds jobs bounds them.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    added: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Pool {
    pub(crate) fn new() -> Self {
        Self { shared: Arc::default() }
    }

    /// A thread's life: jobs until the pool is closed and empty.
    pub(crate) fn worker(&self) -> impl FnOnce() + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move || {
            while let Some(job) = shared.next() {
                // OK because whoever waits for what a panic leaves undone is told when it is dropped.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
        }
    }

    /// Adds a job. After closing it runs at once, on this thread, so that nothing that was begun is left undone.
    pub(crate) fn add(&self, job: Job) {
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.closed {
            drop(queue);
            return job();
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.shared.added.notify_one();
    }

    /// Lets the threads end once no job is left.
    pub(crate) fn close(&self) {
        self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.shared.added.notify_all();
    }
}

impl Shared {
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            queue = self.added.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
