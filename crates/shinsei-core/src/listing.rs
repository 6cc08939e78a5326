//! What lists of cases show (申請一覧): one row a case, made from what it has become, and the questions asked of them.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::application::Application;
use crate::ids::{CaseId, DivisionId, Municipality, ProcedureId, StaffId, UserId, Version};
use crate::number::ReceiptNumber;
use crate::procedure::Act;
use crate::rejection::StateName;
use crate::time::Timestamp;

/// The most rows that one question gets.
///
/// Source: what a person looks through; a machine asks page by page.
pub const LISTED_MAX: usize = 1_000;

/// What a list shows of a case: codes and days, nothing that speaks of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// Which case.
    pub case: CaseId,
    /// Its receipt number, once it has one.
    pub receipt: Option<ReceiptNumber>,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The procedure's name (手続名), as it was at arrival.
    pub procedure_name: String,
    /// What the applicant did by it.
    pub act: Act,
    /// Where the case stands.
    pub state: StateName,
    /// What the applicant reads of that.
    pub label: String,
    /// True while something is left to do.
    pub is_open: bool,
    /// The division in charge (担当課).
    pub division: DivisionId,
    /// The officer in charge (担当者), once there is one.
    pub officer: Option<StaffId>,
    /// The applicant.
    pub applicant: UserId,
    /// When it arrived; for a draft, when it was first saved.
    pub arrived_at: Timestamp,
    /// The last day on which what is awaited is in time; `None` where nothing is timed.
    pub due: Option<NaiveDate>,
    /// True when it arrived after its time (期限後). False in a row of before this was listed: such a list is being built anew.
    #[serde(default)]
    pub is_late: bool,
    /// How many things in its form are to be put right (形式上の不備), as far as the fields of its procedure say: those that the form
    /// has now. What somebody only looks at is not counted.
    #[serde(default)]
    pub form_defects: u32,
    /// True when the case has ended and its money is not in order: some of it goes back, or is owed again
    /// ([`Application::has_open_money`]). It is in the queue of its division, behind what has a day.
    #[serde(default)]
    pub has_open_money: bool,
    /// How many events the case had.
    pub version: Version,
    /// When the last of them was recorded.
    pub changed_at: Timestamp,
}

impl CaseRow {
    /// The row of a case that has become this by its `version`th event; `None` for one that nobody could list.
    pub fn of(case: CaseId, state: &Application, version: Version, changed_at: Timestamp) -> Option<Self> {
        let arrived = state.arrival()?;
        Some(Self {
            case,
            receipt: state.receipt().map(|received| received.receipt),
            procedure: arrived.procedure.clone(),
            procedure_name: arrived.terms.name.clone(),
            act: arrived.terms.act,
            state: state.name(),
            label: state.label().to_owned(),
            is_open: state.is_open(),
            division: arrived.in_charge().clone(),
            officer: state.officer().cloned(),
            applicant: arrived.applicant,
            arrived_at: arrived.arrived_at,
            due: state.expected(),
            is_late: arrived.late.is_some(),
            form_defects: count(arrived.flaws.iter().filter(|flaw| flaw.is_defect())),
            has_open_money: state.has_open_money(),
            version,
            changed_at,
        })
    }

    /// True when the division has something to do with it: what a work queue shows, and what a store may index.
    pub fn is_awaited(&self) -> bool {
        self.is_open || self.has_open_money
    }

    /// Where it stands in the answer to any question.
    pub fn place(&self) -> Place {
        Place { due: self.due, arrived_at: self.arrived_at, case: self.case }
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

/// A row, and what it is found by that speaks of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// The row.
    pub row: CaseRow,
    /// The applicant's name as a search key; `None` where there is none or it was erased.
    pub name_key: Option<String>,
}

/// Shows the row and nothing of the name.
impl std::fmt::Debug for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listed").field(&self.row).finish()
    }
}

/// A place in the order of an answer: that of the row before the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// By when.
    pub due: Option<NaiveDate>,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// Which case.
    pub case: CaseId,
}

impl Place {
    /// The day by when, as a number that a column of a table can hold: days of the common era, the largest for no day.
    pub fn day(&self) -> i32 {
        self.due.map_or(i32::MAX, |day| day.num_days_from_ce())
    }

    /// The key by which a work queue is in ascending order: what is due first comes first, what has no day last.
    pub fn urgency(&self) -> (NaiveDate, Timestamp, CaseId) {
        (self.due.unwrap_or(NaiveDate::MAX), self.arrived_at, self.case)
    }

    /// The key by which every other answer is in descending order: the newest arrival first.
    pub fn age(&self) -> (Timestamp, CaseId) {
        (self.arrived_at, self.case)
    }
}

/// A question to the list of a municipality.
#[derive(Clone, PartialEq, Eq)]
pub enum Question {
    /// The cases of a division, or of one officer in it, with which something is left to do: the open ones, and those that ended with
    /// money that is not in order. What is due first comes first.
    WorkQueue {
        /// The division in charge.
        division: DivisionId,
        /// The officer in charge; `None` for everybody's.
        officer: Option<StaffId>,
    },
    /// The cases of an applicant, the newest first.
    OfApplicant {
        /// Who.
        user: UserId,
    },
    /// The case with a receipt number.
    WithReceipt {
        /// The number.
        receipt: ReceiptNumber,
    },
    /// The cases whose applicant's search key contains this one, the newest first. An empty key finds nothing.
    Named {
        /// The search key of what is looked for.
        name_key: String,
    },
}

impl Question {
    /// True when the row belongs to the answer.
    pub fn holds(&self, listed: &Listed) -> bool {
        let row = &listed.row;
        match self {
            Self::WorkQueue { division, officer } => {
                row.is_awaited()
                    && row.division == *division
                    && officer.as_ref().is_none_or(|officer| row.officer.as_ref() == Some(officer))
            }
            Self::OfApplicant { user } => row.applicant == *user,
            Self::WithReceipt { receipt } => row.receipt == Some(*receipt),
            Self::Named { name_key } => {
                !name_key.is_empty() && listed.name_key.as_ref().is_some_and(|key| key.contains(name_key))
            }
        }
    }

    /// True when the answer is in the order of [`Place::urgency`], false when in that of [`Place::age`], reversed.
    pub fn is_by_urgency(&self) -> bool {
        matches!(self, Self::WorkQueue { .. })
    }

    /// The last place before another in the answer: what comes behind it begins with the row that stands there.
    pub fn just_before(&self, place: Place) -> Place {
        let id = place.case.0.as_u128();
        let (next, beyond) = if self.is_by_urgency() {
            let earlier = place.arrived_at.saturating_add_micros(-1);
            (id.checked_sub(1), Place { arrived_at: earlier, case: CaseId(Uuid::max()), ..place })
        } else {
            let later = place.arrived_at.saturating_add_micros(1);
            (id.checked_add(1), Place { arrived_at: later, case: CaseId(Uuid::nil()), ..place })
        };
        next.map_or(beyond, |id| Place { case: CaseId(Uuid::from_u128(id)), ..place })
    }
}

/// Shows what is asked and nothing of whom.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WorkQueue { .. } => "WorkQueue",
            Self::OfApplicant { .. } => "OfApplicant",
            Self::WithReceipt { .. } => "WithReceipt",
            Self::Named { .. } => "Named",
        })
    }
}

/// A question, and which part of the answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Whose list.
    pub municipality: Municipality,
    /// What is asked.
    pub question: Question,
    /// The place after which the page begins; `None` for the beginning.
    pub after: Option<Place>,
    /// The most rows, and at most [`LISTED_MAX`] of them.
    pub rows_max: usize,
}

/// How many cases of a procedure stand in a state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The state.
    pub state: StateName,
    /// How many.
    pub cases: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list that was kept before answers until the one that is built beside it takes its place.
    #[test]
    fn a_row_that_was_kept_by_an_earlier_version_is_read() {
        let kept = r#"{"case":"00000000-0000-0000-0000-000000000001","receipt":null,"procedure":"JU-001",
            "procedure_name":"住民票の写し交付申請","act":"Application","state":"Received","label":"受付済(審査待ち)",
            "is_open":true,"division":"SHIMIN-KOSEKI","officer":null,"applicant":"00000000-0000-0000-0000-000000000002",
            "arrived_at":"2026-05-07T06:04:00Z","due":null,"version":3,"changed_at":"2026-05-07T06:04:00Z"}"#;
        let row: CaseRow = serde_json::from_str(kept).unwrap();
        assert_eq!((row.state, row.is_late, row.form_defects), (StateName::Received, false, 0));
        assert!(row.is_awaited() && !row.has_open_money);
    }
}
