//! Threads that each take one case after another along its road.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use shinsei::engine::{Answer, Engine, Request};
use shinsei_core::application::Application;
use shinsei_core::ids::{CaseId, Municipality};
use shinsei_core::port::entropy::Entropy;

use crate::acknowledged::{Acknowledged, Acknowledgements};
use crate::arguments::{Plan, Signatures};
use crate::latency::Latencies;
use crate::resident::{Applicant, without_signature};
use crate::road::{Case, Road, time_ordered};

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// What went wrong on the way.
pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// All that the threads share.
pub(crate) struct Drive<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) engine: &'a Engine,
    pub(crate) entropy: &'a dyn Entropy,
    pub(crate) municipalities: &'a [Municipality],
    /// Those whose forms were signed before; none when no signature is needed.
    pub(crate) signed: &'a [Applicant],
    pub(crate) acks: Option<&'a Acknowledgements>,
}

/// What came of it.
pub(crate) struct Driven {
    pub(crate) took: Duration,
    pub(crate) cases: u64,
    /// Of every command that was answered.
    pub(crate) commands: Latencies,
    /// Of the submissions among them.
    pub(crate) submissions: Latencies,
}

/// Where the threads stand.
struct Progress {
    started: Instant,
    begun: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
}

impl Drive<'_> {
    /// Drives all cases.
    ///
    /// # Errors
    /// The first thing that went wrong; the cases that were under way are left as they are.
    pub(crate) fn run(&self) -> Result<Driven, Trouble> {
        let road = Road::of(self.plan.signatures)?;
        let progress = Progress {
            started: Instant::now(),
            begun: AtomicU64::new(0),
            done: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        };
        let (ended, all_ended) = channel::<()>();
        let results: Vec<_> = thread::scope(|scope| {
            let (road, progress) = (&road, &progress);
            let mut threads = Vec::with_capacity(self.plan.concurrency);
            for _ in 0..self.plan.concurrency {
                let ended = ended.clone();
                threads.push(scope.spawn(move || {
                    let result = self.cases(road, progress);
                    // One that cannot go on stops the others too.
                    progress.stop.fetch_or(result.is_err(), Ordering::Relaxed);
                    drop(ended);
                    result
                }));
            }
            drop(ended);
            if std::io::stderr().is_terminal() {
                while all_ended.recv_timeout(PROGRESS_EVERY) == Err(RecvTimeoutError::Timeout) {
                    self.show(progress);
                }
                eprintln!();
            }
            let panicked = || Err::<_, Trouble>("a thread panicked".into());
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
        });
        let took = progress.started.elapsed();
        let mut driven = Driven {
            took,
            cases: progress.done.load(Ordering::Relaxed),
            commands: Latencies::default(),
            submissions: Latencies::default(),
        };
        for result in results {
            let (commands, submissions) = result?;
            driven.commands.merge(&commands);
            driven.submissions.merge(&submissions);
        }
        Ok(driven)
    }

    /// One thread's cases: how long their commands took, and the submissions among them.
    fn cases(&self, road: &Road, progress: &Progress) -> Result<(Latencies, Latencies), Trouble> {
        let (mut commands, mut submissions) = (Latencies::default(), Latencies::default());
        while let Some(n) = self.next(progress) {
            let seed = self.entropy.seed();
            let municipality = self.municipalities[index(n, self.municipalities.len())];
            let case = Case { municipality, id: CaseId(time_ordered(&seed, "case")), seed };
            let fresh;
            let applicant = match self.plan.signatures {
                Signatures::Real => &self.signed[index(n, self.signed.len())],
                Signatures::Exempt => {
                    fresh = without_signature(self.entropy);
                    &fresh
                }
            };
            let submission = road.submission(&case, applicant);
            let command = submission.command_id;
            let (answer, took) = self.execute(submission)?;
            submissions.add(took);
            commands.add(took);
            let receipt = answer.receipt().ok_or("a submission was answered without a receipt number")?;
            if let Some(acks) = self.acks {
                acks.add(&Acknowledged { command, case: case.id, receipt })?;
            }
            for request in road.rest(&case) {
                commands.add(self.execute(request)?.1);
            }
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok((commands, submissions))
    }

    fn execute(&self, request: Request<Application>) -> Result<(Answer<Application>, Duration), Trouble> {
        let before = Instant::now();
        let answer = self.engine.execute(request).wait()?;
        Ok((answer, before.elapsed()))
    }

    /// The next case, while there is one and time for it.
    fn next(&self, progress: &Progress) -> Option<u64> {
        let late = self.plan.time.is_some_and(|time| progress.started.elapsed() >= time);
        if late || progress.stop.load(Ordering::Relaxed) {
            return None;
        }
        let n = progress.begun.fetch_add(1, Ordering::Relaxed);
        self.plan.cases.is_none_or(|cases| n < cases).then_some(n)
    }

    fn show(&self, progress: &Progress) {
        let done = progress.done.load(Ordering::Relaxed);
        let of = self.plan.cases.map(|cases| format!(" of {cases}")).unwrap_or_default();
        let seconds = progress.started.elapsed().as_secs_f64();
        eprint!("\r{done}{of} cases, {seconds:.1} s ");
        // OK because progress is for looking at.
        let _ = std::io::stderr().flush();
    }
}

/// Where a number stands in turn among so many.
fn index(n: u64, of: usize) -> usize {
    usize::try_from(n % of.max(1) as u64).unwrap_or(0)
}
