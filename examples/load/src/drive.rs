//! Threads that each take one case after another along its road.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use residents::resident::{Applicant, without_signature};
use residents::road::{Case, Road, Signatures, time_ordered};
use shinsei::engine::{Answer, Engine, EngineError, ExecuteError, Request};
use shinsei_core::application::Application;
use shinsei_core::ids::{CaseId, Municipality};
use shinsei_core::port::entropy::Entropy;
use shinsei_core::port::store::StoreError;

use crate::acknowledged::{Acknowledged, Acknowledgements};
use crate::arguments::Plan;
use crate::latency::Latencies;
use crate::progress::Progress;

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// How long a store that cannot be reached is waited for. A standby is promoted within seconds, by hand within minutes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first wait before a command is sent again; it doubles up to the longest.
const WAIT_MIN: Duration = Duration::from_millis(10);
const WAIT_MAX: Duration = Duration::from_millis(500);

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
    /// How often a command was sent again, since it was not known what became of it.
    pub(crate) sent_again: u64,
    /// Of every command that was answered.
    pub(crate) commands: Latencies,
    /// Of the submissions among them.
    pub(crate) submissions: Latencies,
}

impl Drive<'_> {
    /// Drives all cases.
    ///
    /// # Errors
    /// The first thing that went wrong; the cases that were under way are left as they are.
    pub(crate) fn run(&self) -> Result<Driven, Trouble> {
        let road = Road::of(self.plan.signatures)?;
        let progress = Progress::start();
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
                    show(&progress.line(self.plan));
                }
                show(&progress.line(self.plan));
                eprintln!();
            }
            let panicked = || Err::<_, Trouble>("a thread panicked".into());
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
        });
        let took = progress.elapsed();
        let mut driven = Driven {
            took,
            sent_again: progress.sent_again.load(Ordering::Relaxed),
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
        while let Some(n) = progress.next(self.plan) {
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
            let (answer, took) = self.execute(submission, progress)?;
            submissions.add(took);
            commands.add(took);
            let receipt = answer.receipt().ok_or("a submission was answered without a receipt number")?;
            if let Some(acks) = self.acks {
                acks.add(&Acknowledged { command, case: case.id, receipt })?;
            }
            for request in road.rest(&case) {
                commands.add(self.execute(request, progress)?.1);
            }
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
        Ok((commands, submissions))
    }

    /// Sends a command until there is an answer, as a client of a city hall does: the same id again cannot take effect
    /// twice. Says how long that took.
    fn execute(
        &self,
        request: Request<Application>,
        progress: &Progress,
    ) -> Result<(Answer<Application>, Duration), Trouble> {
        let before = Instant::now();
        let mut wait = WAIT_MIN;
        loop {
            match self.engine.execute(request.clone()).wait() {
                Ok(answer) => {
                    progress.commands.fetch_add(1, Ordering::Relaxed);
                    return Ok((answer, before.elapsed()));
                }
                Err(error) if may_pass(&error) && before.elapsed() < PATIENCE => {
                    progress.sent_again.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(wait);
                    wait = (wait * 2).min(WAIT_MAX);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// True when the same command may be answered later without anybody at the store doing anything for us: a server is
/// started again, or another one takes over.
fn may_pass(error: &ExecuteError) -> bool {
    match error {
        ExecuteError::Failed(EngineError::Overloaded) => true,
        ExecuteError::Failed(EngineError::Store(error)) => {
            error.is_transient() || matches!(**error, StoreError::OutcomeUnknown { .. })
        }
        _ => false,
    }
}

/// Shows a line in place of the one before.
fn show(line: &str) {
    eprint!("\r{line} ");
    // OK because progress is for looking at.
    let _ = std::io::stderr().flush();
}

/// Where a number stands in turn among so many.
fn index(n: u64, of: usize) -> usize {
    usize::try_from(n % of.max(1) as u64).unwrap_or(0)
}
