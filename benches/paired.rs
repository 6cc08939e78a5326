//! Measuring on a machine that is not ours alone: every round runs each subject once, one after another, and what counts
//! is the ratio of two subjects within a round.

use std::time::{Duration, Instant};

/// Rounds, unless said otherwise: many and short, so that what else runs here falls upon few of them.
pub const ROUNDS: usize = 201;

/// The times of some subjects over the same rounds.
pub struct Paired {
    /// A row a round, a column a subject.
    rounds: Vec<Vec<Duration>>,
}

/// A median, and the interval in which that of all rounds lies with 95 %.
#[derive(Clone, Copy)]
pub struct Median {
    /// The median.
    pub middle: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Paired {
    /// Runs so many rounds. Every subject runs once before, unmeasured; who begins a round changes from round to round.
    pub fn run(rounds: usize, subjects: &mut [&mut dyn FnMut()]) -> Self {
        subjects.iter_mut().for_each(|subject| subject());
        let rounds = (0..rounds).map(|round| {
            let mut times = vec![Duration::ZERO; subjects.len()];
            for turn in 0..subjects.len() {
                let subject = (turn + round) % subjects.len();
                let began = Instant::now();
                subjects[subject]();
                times[subject] = began.elapsed();
            }
            times
        });
        Self { rounds: rounds.collect() }
    }

    /// What one subject took, divided by what it did in a round, in microseconds.
    pub fn micros(&self, subject: usize, times: usize) -> Median {
        Median::of(self.rounds.iter().map(|round| micros(round[subject]) / count(times)).collect())
    }

    /// What one subject took beyond another in the same round, divided by what it did, in microseconds.
    pub fn beyond(&self, subject: usize, other: usize, times: usize) -> Median {
        let beyond = |round: &Vec<Duration>| micros(round[subject]) - micros(round[other]);
        Median::of(self.rounds.iter().map(|round| beyond(round) / count(times)).collect())
    }

    /// How many times as long one subject took as another.
    pub fn ratio(&self, subject: usize, other: usize) -> Median {
        Median::of(self.rounds.iter().map(|round| micros(round[subject]) / micros(round[other])).collect())
    }
}

impl Median {
    /// What was measured once, and varies with nothing.
    pub fn of_one(value: f64) -> Self {
        Self { middle: value, low: value, high: value }
    }

    /// The median of what was measured in several rounds.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        // The ranks between which the median lies with 95 %: that of a fair coin thrown as often, by the normal
        // approximation.
        let half_width = 0.98 * count(values.len()).sqrt();
        let rank = |at: f64| {
            let last = values.len() - 1;
            (0..=last).find(|rank| count(*rank) >= at).unwrap_or(last)
        };
        let middle = count(values.len() - 1) / 2.0;
        Self {
            middle: values[rank(middle)],
            low: values[rank((middle - half_width).floor().max(0.0))],
            high: values[rank((middle + half_width).ceil())],
        }
    }

    /// The ratio with its interval, and whether a target of at most so much is met: unless the interval lies wholly above.
    pub fn at_most(self, target: f64) -> String {
        let verdict = if self.low <= target { "met" } else { "NOT MET" };
        format!("{self}  at most {target:.2}: {verdict}")
    }

    /// The same for a target of at least so much.
    pub fn at_least(self, target: f64) -> String {
        let verdict = if self.high >= target { "met" } else { "NOT MET" };
        format!("{self}  at least {target:.2}: {verdict}")
    }
}

impl std::fmt::Display for Median {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { middle, low, high } = self;
        if low == high {
            return write!(f, "{middle:.2}");
        }
        write!(f, "{middle:.2} [{low:.2}, {high:.2}]")
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
