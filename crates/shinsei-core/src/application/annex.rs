//! What lies beside the main road of a case and lasts through its states.

use crate::event::{AppealKind, AppealResult, CertificateSerial};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// What lies beside the main road of a case: it begins with the receipt and is never taken away by a change of state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex {
    /// Whether the applicant wants the application back.
    pub withdrawal: Withdrawal,
    /// How often the case was decided.
    pub decisions: u32,
    /// Every certificate of the case, in the order of their ordinals.
    pub certificates: Vec<Certificate>,
    /// Every appeal against its decisions, in the order in which they were recorded.
    pub appeals: Vec<Appeal>,
    /// Every hold, in the order in which they were placed.
    pub holds: Vec<Hold>,
}

/// Whether the applicant wants the application back (取下げ).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Withdrawal {
    /// No, or the city did not consent.
    #[default]
    NotWanted,
    /// Yes, and the city has not answered.
    Requested {
        /// Since when.
        at: Timestamp,
    },
    /// The application is taken back.
    Done {
        /// When.
        at: Timestamp,
    },
}

/// A certificate that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its serial.
    pub serial: CertificateSerial,
    /// How many copies.
    pub copies: u32,
    /// True as long as nobody voided it and no other took its place.
    pub is_valid: bool,
}

/// An appeal against a decision of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// How it was brought.
    pub kind: AppealKind,
    /// How it ended; `None` while it is pending.
    pub result: Option<AppealResult>,
}

/// A hold on the disposal of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// True until somebody releases it.
    pub stands: bool,
}

impl Annex {
    /// The ordinal of the next certificate.
    pub fn next_ordinal(&self) -> u32 {
        number(self.certificates.len())
    }

    /// The number of the next appeal.
    pub fn next_appeal(&self) -> u32 {
        number(self.appeals.len())
    }

    /// The number of the next hold.
    pub fn next_hold(&self) -> u32 {
        number(self.holds.len())
    }

    /// True when an appeal was upheld.
    pub fn was_upheld(&self) -> bool {
        self.appeals.iter().any(|appeal| appeal.result == Some(AppealResult::Upheld))
    }

    /// Says whether anything but time stands in the way of the disposal.
    ///
    /// # Errors
    /// [`Rejection::UnderHold`] and [`Rejection::AppealPending`].
    pub fn may_be_disposed_of(&self) -> Result<(), Rejection> {
        if self.holds.iter().any(|hold| hold.stands) {
            return Err(Rejection::UnderHold);
        }
        if self.appeals.iter().any(|appeal| appeal.result.is_none()) {
            return Err(Rejection::AppealPending);
        }
        Ok(())
    }

    pub(super) fn issue(&mut self, serial: CertificateSerial, copies: u32) {
        self.certificates.push(Certificate { serial, copies, is_valid: true });
    }

    pub(super) fn void_all(&mut self) {
        self.certificates.iter_mut().for_each(|certificate| certificate.is_valid = false);
    }

    pub(super) fn resolve(&mut self, appeal: u32, result: AppealResult) {
        if let Some(appeal) = nth_mut(&mut self.appeals, appeal) {
            appeal.result.get_or_insert(result);
        }
    }

    pub(super) fn release(&mut self, hold: u32) {
        if let Some(hold) = nth_mut(&mut self.holds, hold) {
            hold.stands = false;
        }
    }
}

/// The number of what comes after so many, counted from 1.
fn number(before: usize) -> u32 {
    // OK because no case has four thousand million of anything; the last number would be refused as taken.
    u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
}

/// The one with a number, counted from 1.
pub(crate) fn nth<T>(all: &[T], number: u32) -> Option<&T> {
    all.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

fn nth_mut<T>(all: &mut [T], number: u32) -> Option<&mut T> {
    all.get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
}
