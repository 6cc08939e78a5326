//! A peer that is asynchronous: what a library or a driver does for one case, and the tasks that drive it.

use std::ops::Range;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::case::Case;
use crate::draw::Draw;
use crate::peer::{Peer, shares};

/// What a library does for one case.
pub trait Library: Send + Sync + 'static {
    /// Opens these cases, and brings each to so many events.
    fn fill(&self, cases: Range<u64>, events: u64, draw: Draw) -> impl Future<Output = ()> + Send;

    /// Loads a case, decides by a seed, appends; again when somebody else was faster.
    fn append(&self, case: u64, seed: u64) -> impl Future<Output = ()> + Send;

    /// Loads a case.
    fn load(&self, case: u64) -> impl Future<Output = Case> + Send;

    /// Reads the whole log, and says how many events it has; 0 where that is not asked.
    fn replay(&self) -> impl Future<Output = u64> + Send;

    /// How many bytes there are on disk.
    fn bytes(&self) -> impl Future<Output = u64> + Send;
}

/// Drives a library.
pub struct Driven<L> {
    runtime: Runtime,
    library: Arc<L>,
    draw: Draw,
}

impl<L: Library> Driven<L> {
    /// Drives a library on the runtime in which it was opened.
    pub fn new(runtime: Runtime, library: L) -> Self {
        Self { runtime, library: Arc::new(library), draw: Draw::new(1) }
    }
}

impl<L: Library> Peer for Driven<L> {
    fn fill(&mut self, cases: Range<u64>, events: u64) {
        let draw = Draw::new(self.draw.number());
        self.runtime.block_on(self.library.fill(cases, events, draw));
    }

    fn one(&mut self, cases: Range<u64>, appends: u64) {
        let draw = &mut self.draw;
        self.runtime.block_on(async {
            for _ in 0..appends {
                self.library.append(draw.among(&cases), draw.number()).await;
            }
        });
    }

    fn many(&mut self, cases: Range<u64>, appends: u64) {
        let tasks: Vec<_> = shares(appends)
            .map(|share| {
                let (library, cases) = (Arc::clone(&self.library), cases.clone());
                let mut draw = Draw::new(self.draw.number());
                self.runtime.spawn(async move {
                    for _ in 0..share {
                        library.append(draw.among(&cases), draw.number()).await;
                    }
                })
            })
            .collect();
        self.runtime.block_on(async {
            for task in tasks {
                task.await.expect("a task");
            }
        });
    }

    fn load(&mut self, cases: Range<u64>, events: u64, times: u64) {
        let draw = &mut self.draw;
        self.runtime.block_on(async {
            for _ in 0..times {
                assert_eq!(self.library.load(draw.among(&cases)).await.events, events);
            }
        });
    }

    fn replay(&mut self) -> u64 {
        self.runtime.block_on(self.library.replay())
    }

    fn bytes(&mut self) -> u64 {
        self.runtime.block_on(self.library.bytes())
    }
}
