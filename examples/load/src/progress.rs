//! Where the threads stand, and the bar that shows it on a terminal.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::arguments::Plan;

/// The width of the bar.
const BAR_CHARACTERS: usize = 30;

/// Where the threads stand.
pub(crate) struct Progress {
    started: Instant,
    begun: AtomicU64,
    /// Cases that went their whole road.
    pub(crate) done: AtomicU64,
    /// Commands that were answered.
    pub(crate) commands: AtomicU64,
    /// How often a command was sent again, since it was not known what became of it.
    pub(crate) sent_again: AtomicU64,
    /// Whether one thread could not go on, so that the others need not.
    pub(crate) stop: AtomicBool,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            begun: AtomicU64::new(0),
            done: AtomicU64::new(0),
            commands: AtomicU64::new(0),
            sent_again: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The next case, while there is one and time for it.
    pub(crate) fn next(&self, plan: &Plan) -> Option<u64> {
        let late = plan.time.is_some_and(|time| self.elapsed() >= time);
        if late || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let n = self.begun.fetch_add(1, Ordering::Relaxed);
        plan.cases.is_none_or(|cases| n < cases).then_some(n)
    }

    /// One line that says where it stands.
    pub(crate) fn line(&self, plan: &Plan) -> String {
        let done = self.done.load(Ordering::Relaxed);
        line(plan, done, self.commands.load(Ordering::Relaxed), self.elapsed())
    }
}

fn line(plan: &Plan, done: u64, commands: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let of_cases = plan.cases.map(|cases| done as f64 / cases.max(1) as f64);
    let of_time = plan.time.map(|time| seconds / time.as_secs_f64().max(1e-9));
    // Whichever limit is reached first ends the run.
    let part = of_cases.unwrap_or(0.0).max(of_time.unwrap_or(0.0)).clamp(0.0, 1.0);
    let of = plan.cases.map(|cases| format!(" of {cases}")).unwrap_or_default();
    let rate = commands as f64 / seconds.max(1e-9);
    format!("[{}] {:3.0} %  {done}{of} cases  {seconds:.1} s  {rate:.0} commands/s", bar(part), part * 100.0)
}

/// A bar of which this part is filled.
fn bar(part: f64) -> String {
    let filled = (0..BAR_CHARACTERS).filter(|n| (*n as f64 + 0.5) / (BAR_CHARACTERS as f64) < part).count();
    format!("{}{}", "#".repeat(filled), ".".repeat(BAR_CHARACTERS - filled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Job, read};

    fn shown(arguments: &[&str], done: u64, millis: u64) -> String {
        let store = ["--store", "memory"];
        match read(lexopt::Parser::from_args(store.iter().chain(arguments))) {
            Ok(Job::Drive(plan)) => line(&plan, done, done * 5, Duration::from_millis(millis)),
            _ => panic!("{arguments:?}"),
        }
    }

    #[test]
    fn the_bar_fills_with_the_cases_or_with_the_time_whichever_ends_first() {
        let half = "[###############...............]  50 %";
        assert_eq!(
            shown(&["--cases", "1000"], 500, 2_000),
            format!("{half}  500 of 1000 cases  2.0 s  1250 commands/s")
        );
        assert_eq!(
            shown(&["--seconds", "4"], 500, 2_000),
            format!("{half}  500 cases  2.0 s  1250 commands/s")
        );
        assert_eq!(
            shown(&["--seconds", "4", "--cases", "1000"], 100, 2_000),
            format!("{half}  100 of 1000 cases  2.0 s  250 commands/s")
        );
        assert_eq!((bar(0.0), bar(1.0)), (".".repeat(30), "#".repeat(30)));
    }
}
