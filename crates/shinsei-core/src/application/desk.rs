//! What the city does with a case: who is in charge, whom it asks, how its clock runs.

use chrono::NaiveDate;

use super::Clock;
use crate::due::DueDate;
use crate::event::{ConsultationAnswered, ConsultationRequested};
use crate::ids::{DivisionId, StaffId};
use crate::time::Timestamp;

/// What the city does with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The division in charge (担当課): exactly one at any time.
    pub division: DivisionId,
    /// The officer who works on it; `None` until somebody does.
    pub officer: Option<StaffId>,
    /// How often the applicant was asked for a correction.
    pub corrections: u32,
    /// How often it was handed over to another division.
    pub transfers: u32,
    /// How much was noted.
    pub notes: u32,
    /// How often the city said that it needs longer.
    pub extensions: u32,
    /// Whom it was asked, in the order in which they were asked.
    pub consultations: Vec<Consultation>,
    /// The clock.
    pub clock: Clock,
}

/// A consultation (協議) of another division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    /// Which division was asked.
    pub division: DivisionId,
    /// When.
    pub asked_at: Timestamp,
    /// The last day on which an answer is awaited.
    pub due: NaiveDate,
    /// What became of it.
    pub standing: ConsultationStanding,
}

/// What became of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsultationStanding {
    /// An answer is awaited.
    Open,
    /// An answer is awaited, and the last day has passed.
    Overdue,
    /// It was answered.
    Answered {
        /// When.
        at: Timestamp,
    },
}

impl Desk {
    pub(super) fn of(division: DivisionId) -> Self {
        Self {
            division,
            officer: None,
            corrections: 0,
            transfers: 0,
            notes: 0,
            extensions: 0,
            consultations: vec![],
            clock: Clock::default(),
        }
    }

    /// The consultation of a number, from 1.
    pub fn consultation(&self, number: u32) -> Option<&Consultation> {
        self.consultations.get(place(number)?)
    }

    /// The number of the next consultation.
    pub fn next_consultation(&self) -> u32 {
        // OK because no case has four thousand million of them.
        u32::try_from(self.consultations.len()).unwrap_or(u32::MAX - 1) + 1
    }

    pub(super) fn assign(&mut self, division: &DivisionId) {
        self.division = division.clone();
        self.officer = None;
    }

    pub(super) fn transfer(&mut self, to: &DivisionId) {
        self.assign(to);
        self.transfers += 1;
    }

    pub(super) fn extend(&mut self, due: &DueDate) {
        self.extensions += 1;
        self.clock.set(due);
    }

    pub(super) fn consult(&mut self, asked: &ConsultationRequested, asked_at: Timestamp) {
        self.consultations.push(Consultation {
            division: asked.division.clone(),
            asked_at,
            due: asked.due,
            standing: ConsultationStanding::Open,
        });
    }

    pub(super) fn answer(&mut self, answered: &ConsultationAnswered, at: Timestamp) {
        if let Some(consultation) = self.awaited(answered.consultation) {
            consultation.standing = ConsultationStanding::Answered { at };
        }
    }

    pub(super) fn overdue(&mut self, number: u32) {
        if let Some(consultation) = self.awaited(number) {
            consultation.standing = ConsultationStanding::Overdue;
        }
    }

    fn awaited(&mut self, number: u32) -> Option<&mut Consultation> {
        self.consultations.get_mut(place(number)?).filter(|consultation| consultation.is_awaited())
    }
}

impl Consultation {
    /// True while an answer is awaited.
    pub fn is_awaited(&self) -> bool {
        match self.standing {
            ConsultationStanding::Open | ConsultationStanding::Overdue => true,
            ConsultationStanding::Answered { .. } => false,
        }
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
