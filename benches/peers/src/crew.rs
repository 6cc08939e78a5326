//! Threads that wait for work, so that no round pays for starting them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use shinsei_peers_work::peer::{TASKS, shares};

type Job = Box<dyn FnOnce() + Send>;

/// One thread for each of the tasks.
pub struct Crew {
    threads: Vec<(Sender<Job>, JoinHandle<()>)>,
    ended: (Sender<()>, Receiver<()>),
}

impl Default for Crew {
    fn default() -> Self {
        let start = |_| {
            let (work, jobs) = channel::<Job>();
            (work, std::thread::spawn(move || jobs.into_iter().for_each(|job| job())))
        };
        Self { threads: (0..TASKS).map(start).collect(), ended: channel() }
    }
}

impl Crew {
    /// Has every thread do its share, and waits until all have.
    ///
    /// # Panics
    /// When a thread did.
    pub fn share<J: FnOnce() + Send + 'static>(&self, appends: u64, mut job: impl FnMut(u64) -> J) {
        for ((work, _), share) in self.threads.iter().zip(shares(appends)) {
            let (job, ended) = (job(share), self.ended.0.clone());
            let all = move || {
                job();
                // OK because somebody waits below.
                let _ = ended.send(());
            };
            work.send(Box::new(all)).expect("a thread waits for work");
        }
        for _ in &self.threads {
            while self.ended.1.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
                assert!(!self.threads.iter().any(|(_, thread)| thread.is_finished()), "a thread panicked");
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for (work, thread) in self.threads.drain(..) {
            drop(work);
            // OK because one that panicked has said so.
            let _ = thread.join();
        }
    }
}
