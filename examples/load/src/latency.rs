//! How long things took: counts by duration in buckets of at most one sixteenth of their value, so that memory stays flat.

use std::time::Duration;

/// Buckets to each doubling.
const STEPS: u64 = 16;

/// Counts by duration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    counts: Vec<u64>,
    total: u64,
}

impl Latencies {
    pub(crate) fn add(&mut self, took: Duration) {
        let bucket = bucket(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.counts.resize(self.counts.len().max(other.counts.len()), 0);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
        self.total += other.total;
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The duration that this many of a thousand did not exceed, in milliseconds; zero when there were none.
    pub(crate) fn of_thousand(&self, wanted: u64) -> f64 {
        let rank = (self.total * wanted).div_ceil(1_000);
        let mut seen = 0;
        let reached = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        reached.filter(|_| self.total > 0).map_or(0.0, |bucket| upper_micros(bucket) / 1_000.0)
    }
}

/// The bucket of a number of microseconds: exact below [`STEPS`], then [`STEPS`] to each doubling.
fn bucket(micros: u64) -> usize {
    let doublings =
        micros.checked_div(STEPS).and_then(u64::checked_ilog2).map_or(0, |log| u64::from(log) + 1);
    let bucket =
        if doublings == 0 { micros } else { doublings * STEPS + (micros >> (doublings - 1)) - STEPS };
    usize::try_from(bucket).unwrap_or(usize::MAX)
}

/// The microseconds at which a bucket ends.
fn upper_micros(bucket: usize) -> f64 {
    let bucket = bucket as u64;
    let upper = match bucket / STEPS {
        0 => bucket + 1,
        doublings => (bucket % STEPS + STEPS + 1).saturating_mul(1 << (doublings - 1)),
    };
    upper as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_falls_below_the_end_of_its_bucket_and_not_below_that_of_the_one_before() {
        for micros in (0..5_000).chain([1 << 20, (1 << 20) + 1, 987_654_321]) {
            let bucket = bucket(micros);
            assert!((micros as f64) < upper_micros(bucket), "{micros}");
            assert!(bucket == 0 || upper_micros(bucket - 1) <= micros as f64, "{micros}");
        }
    }

    #[test]
    fn percentiles_are_within_a_sixteenth() {
        let mut latencies = Latencies::default();
        let mut others = Latencies::default();
        (1..=500).for_each(|millis| latencies.add(Duration::from_millis(millis)));
        (501..=1_000).for_each(|millis| others.add(Duration::from_millis(millis)));
        latencies.merge(&others);
        for (wanted, exact) in [(500, 500.0), (990, 990.0), (999, 999.0)] {
            let found = latencies.of_thousand(wanted);
            assert!((exact..exact * 1.07).contains(&found), "{wanted}: {found}");
        }
        assert_eq!(Latencies::default().of_thousand(500), 0.0);
    }
}
