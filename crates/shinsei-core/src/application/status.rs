//! What may be told of a case on request: where it stands, who is in charge, when to expect the result.
//!
//! Source: 行政手続法 9条 (DOMAIN L9).

use chrono::NaiveDate;

use super::{Application, Clock, Consultation, Desk, Turn};
use crate::ids::{DivisionId, StaffId};
use crate::rejection::StateName;

/// Where a case stands: it holds nothing that the applicant may not know but the consultations, which are the city's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status<'a> {
    /// The state.
    pub state: StateName,
    /// What the applicant reads of it.
    pub label: &'static str,
    /// The division in charge.
    pub division: &'a DivisionId,
    /// The officer who works on it, if somebody does.
    pub officer: Option<&'a StaffId>,
    /// Whose turn it is.
    pub turn: Turn,
    /// True when it arrived after its time (期限後).
    pub is_late: bool,
    /// The day by which the result is to be told; `None` while the clock stands still or where no period is set.
    pub expected: Option<NaiveDate>,
    /// What other divisions were asked and have not answered.
    pub awaited: Vec<&'a Consultation>,
}

impl Application {
    /// Where the case stands; `None` before anything has arrived.
    pub fn status(&self) -> Option<Status<'_>> {
        let desk = self.desk()?;
        Some(Status {
            state: self.name(),
            label: self.label(),
            division: &desk.division,
            officer: desk.officer.as_ref(),
            turn: self.turn(),
            is_late: self.arrival().is_some_and(|arrived| arrived.late.is_some()),
            expected: self.expected(),
            awaited: desk.consultations.iter().filter(|consultation| consultation.is_awaited()).collect(),
        })
    }

    /// What the city does with the case, in every state since its arrival.
    pub fn desk(&self) -> Option<&Desk> {
        self.arrival().map(|arrived| &arrived.desk)
    }

    /// The division in charge.
    pub fn in_charge(&self) -> Option<&DivisionId> {
        self.desk().map(|desk| &desk.division)
    }

    /// The officer who works on it.
    pub fn officer(&self) -> Option<&StaffId> {
        self.desk()?.officer.as_ref()
    }

    /// The day by which the result is to be told, while the clock runs; of what was forwarded, that of the agency.
    pub fn expected(&self) -> Option<NaiveDate> {
        if let Self::Forwarded(forwarded) = self {
            return forwarded.due.as_ref().map(|due| due.day);
        }
        Some(self.clock()?.running()?.day)
    }

    /// The clock, until the result is told.
    pub fn clock(&self) -> Option<&Clock> {
        match self {
            Self::Received(_)
            | Self::UnderReview(_)
            | Self::AwaitingCorrection(_)
            | Self::AwaitingApproval(_)
            | Self::Decided(_)
            | Self::Issued(_) => {}
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::Forwarded(_)
            | Self::Closed(_)
            | Self::Disposed(_) => return None,
        }
        let was_told = self.decision().is_some_and(|decided| decided.told_at.is_some());
        self.desk().map(|desk| &desk.clock).filter(|_| !was_told)
    }
}
