//! Wrong keys that were given for a number: after a few of them nobody is heard for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shinsei_core::ids::Municipality;
use shinsei_core::number::ReceiptNumber;
use shinsei_core::time::Timestamp;

/// How often a wrong key is heard for one number before nobody is heard for a while. Source: ours; whoever types from paper errs
/// once or twice.
pub const WRONG_KEYS_MAX: u32 = 5;

/// For how long nobody is heard then, from the first wrong key on.
pub const WRONG_KEYS_KEPT_MICROS: i64 = 60 * 60 * 1_000_000;

/// The most numbers of which wrong keys are remembered. Security: whoever asks for many numbers must not fill the memory.
const NUMBERS_MAX: usize = 10_000;

/// Wrong keys, by the number for which they were given.
#[derive(Debug, Default)]
pub(crate) struct WrongKeys(Mutex<HashMap<(Municipality, ReceiptNumber), Wrong>>);

#[derive(Clone, Copy, Debug)]
struct Wrong {
    times: u32,
    until: Timestamp,
}

impl WrongKeys {
    /// When somebody is heard again for a number; `None` where they are heard now.
    pub(super) fn heard_again_at(
        &self,
        number: (Municipality, ReceiptNumber),
        now: Timestamp,
    ) -> Option<Timestamp> {
        let wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = wrong.get(&number).filter(|wrong| wrong.times >= WRONG_KEYS_MAX).map(|wrong| wrong.until);
        until.filter(|until| now < *until)
    }

    pub(super) fn count(&self, number: (Municipality, ReceiptNumber), now: Timestamp) {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|_, wrong| now < wrong.until);
        if wrong.len() >= NUMBERS_MAX && !wrong.contains_key(&number) {
            let oldest = wrong.iter().min_by_key(|(_, wrong)| wrong.until).map(|(number, _)| *number);
            oldest.map(|number| wrong.remove(&number));
        }
        let until = now.saturating_add_micros(WRONG_KEYS_KEPT_MICROS);
        wrong.entry(number).or_insert(Wrong { times: 0, until }).times += 1;
    }

    pub(super) fn forget(&self, number: (Municipality, ReceiptNumber)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use shinsei_core::record::Number;
    use shinsei_core::time::FiscalYear;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_jst(2026, 5, 7, 15, 0).unwrap()
    }

    fn number(sequence: u64) -> (Municipality, ReceiptNumber) {
        let municipality: Municipality = "012025".parse().unwrap();
        let series = ReceiptNumber::series(FiscalYear::of(now())).unwrap();
        let drawn = Number { series, value: sequence };
        (municipality, ReceiptNumber::from_drawn(municipality, &drawn).unwrap())
    }

    fn tried(wrong: &WrongKeys, times: u32, now: Timestamp) -> Option<Timestamp> {
        (0..times).for_each(|_| wrong.count(number(1), now));
        wrong.heard_again_at(number(1), now)
    }

    #[test]
    fn wrong_keys_are_counted_anew_once_somebody_is_heard_again() {
        let wrong = WrongKeys::default();
        let later = |times| now().saturating_add_micros(times * WRONG_KEYS_KEPT_MICROS);
        assert_eq!(tried(&wrong, WRONG_KEYS_MAX - 1, now()), None);
        assert_eq!(tried(&wrong, 1, now()), Some(later(1)));
        assert_eq!(wrong.heard_again_at(number(2), now()), None, "another number");
        assert_eq!(wrong.heard_again_at(number(1), later(1)), None);
        assert_eq!(tried(&wrong, WRONG_KEYS_MAX - 1, later(1)), None);
        assert_eq!(tried(&wrong, 1, later(1)), Some(later(2)));
    }

    #[test]
    fn whoever_asks_for_many_numbers_does_not_fill_the_memory() {
        let wrong = WrongKeys::default();
        tried(&wrong, WRONG_KEYS_MAX, now());
        let many = u64::try_from(NUMBERS_MAX).unwrap();
        let until = now().saturating_add_micros(2 * WRONG_KEYS_KEPT_MICROS);
        wrong.0.lock().unwrap().extend((2..=many).map(|other| (number(other), Wrong { times: 1, until })));
        wrong.count(number(many + 1), now());
        assert_eq!(wrong.0.lock().unwrap().len(), NUMBERS_MAX);
        assert_eq!(wrong.heard_again_at(number(1), now()), None, "the first is forgotten");
    }
}
