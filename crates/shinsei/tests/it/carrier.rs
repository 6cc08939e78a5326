//! A carrier of notices that remembers what it was given and can be told to fail.

use std::sync::Mutex;

use shinsei_core::notice::{Message, Notice};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use uuid::Uuid;

/// What happens to a notice.
pub(crate) enum Trip {
    /// The carrier does not answer.
    Unavailable,
    /// It can never be delivered.
    Undeliverable,
    /// The carrier panics.
    Panics,
    /// Something happens on the way, then it is delivered.
    Meanwhile(Box<dyn FnOnce() + Send>),
}

/// The carrier.
#[derive(Default)]
pub(crate) struct Carrier {
    trips: Mutex<Vec<Trip>>,
    delivered: Mutex<Vec<Delivered>>,
    notices: Mutex<Vec<Notice>>,
}

/// A notice that was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) id: Uuid,
    pub(crate) to: String,
    /// `M2` of the receipt, `M3` of the result.
    pub(crate) mail: &'static str,
    /// The receipt's place in its year.
    pub(crate) sequence: u64,
}

impl Carrier {
    /// Says what happens to the next notices, one after another; those after them are delivered.
    pub(crate) fn expect(&self, trips: impl IntoIterator<Item = Trip>) {
        self.trips.lock().unwrap().extend(trips);
    }

    /// What was delivered since it was last taken.
    pub(crate) fn take(&self) -> Vec<Delivered> {
        std::mem::take(&mut self.delivered.lock().unwrap())
    }

    /// The notices as they were delivered since they were last taken.
    pub(crate) fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut self.notices.lock().unwrap())
    }

    /// The mails since they were last taken, each with the receipt's place in its year.
    pub(crate) fn take_mails(&self) -> Vec<(&'static str, u64)> {
        self.take().into_iter().map(|delivered| (delivered.mail, delivered.sequence)).collect()
    }
}

impl Notifier for Carrier {
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        let trip = {
            let mut trips = self.trips.lock().unwrap();
            (!trips.is_empty()).then(|| trips.remove(0))
        };
        match trip {
            None => {}
            Some(Trip::Unavailable) => {
                return Err(NotifierError::Unavailable { source: "nobody answers".into() });
            }
            Some(Trip::Undeliverable) => {
                return Err(NotifierError::Undeliverable { why: "as the test wants" });
            }
            Some(Trip::Panics) => panic!("the carrier panics, as it was told to"),
            Some(Trip::Meanwhile(something)) => something(),
        }
        self.notices.lock().unwrap().push(notice.clone());
        self.delivered.lock().unwrap().push(Delivered {
            id: notice.id,
            to: notice.to.clone(),
            mail: notice.message.name(),
            sequence: match &notice.message {
                Message::Case(case) => case.receipt.sequence(),
                Message::Staff(staff) => staff.receipt.sequence(),
                Message::Confirmation { .. } | Message::Maintenance { .. } | Message::Mandate(_) => 0,
            },
        });
        Ok(())
    }
}
