//! A list held against its log: whatever a hand did to its rows shows, and a rebuild puts it right.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use shinsei_core::ids::{CaseId, Municipality, Position, ProcedureId, StreamKind, Version};
use shinsei_core::listing::{CaseRow, LISTED_MAX, Listed, Listing, Place, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::rejection::StateName;

use super::{Projector, RECORDS_MAX, SHAPE};

/// The most cases whose rows are remembered: the first of each queue is asked for again and again.
const REMEMBERED_MAX: usize = 1_024;

/// In what way a list is not what its log says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A case is not found by a question that it answers.
    Missing {
        /// Which case.
        case: CaseId,
    },
    /// The row of a case is not what the case has become.
    Altered {
        /// Which case.
        case: CaseId,
    },
    /// A row answers a question that it does not belong to, or no case has become it.
    Stranger {
        /// The case that it names.
        case: CaseId,
    },
    /// A case stands elsewhere in an answer.
    Misplaced {
        /// Which case.
        case: CaseId,
    },
    /// Another number of cases of a procedure is counted in a state.
    Counted {
        /// Which procedure.
        procedure: ProcedureId,
        /// In which state.
        state: StateName,
        /// How many the list counts.
        counted: u64,
        /// How many there are.
        cases: u64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { case } => write!(f, "case {case} is not found where it belongs"),
            Self::Altered { case } => write!(f, "the row of case {case} is not what the case has become"),
            Self::Stranger { case } => write!(f, "case {case} is found where it does not belong"),
            Self::Misplaced { case } => write!(f, "case {case} stands at another place of a list"),
            Self::Counted { procedure, state, counted, cases } => {
                write!(f, "{counted} cases of {procedure} are counted as {state:?}, and there are {cases}")
            }
        }
    }
}

impl Projector {
    /// Holds the live list of a municipality against the part of the log that it speaks of: every question that a case
    /// answers is asked. Parked cases, whose rows are not the newest, are left out. `None` when no list of this version of
    /// the code is there, or it has moved on meanwhile.
    ///
    /// However long the list, a few rows of it are in memory at a time. Each case is looked for at its own place in each
    /// answer, and so are the row that the answer begins with and the one behind the case: where each of these is right,
    /// none can stand between.
    ///
    /// # Errors
    /// [`StoreError`] when the log or the list could not be read.
    pub fn compare(&self, municipality: Municipality) -> Result<Option<Vec<Difference>>, StoreError> {
        let live = self.view.standing(municipality)?.live.filter(|live| live.shape == SHAPE);
        let Some(live) = live else { return Ok(None) };
        let parked = self.view.parked(municipality)?.into_iter().map(|parked| parked.case).collect();
        let mut asked = Asked {
            municipality,
            projector: self,
            until: live.reached,
            parked,
            remembered: BTreeMap::new(),
            cases: BTreeMap::new(),
            found: BTreeSet::new(),
        };
        let mut after = Position(0);
        while after < live.reached {
            let (opened, reached) = self.opened(municipality, after, live.reached)?;
            if reached == after {
                break;
            }
            opened.into_iter().try_for_each(|case| asked.ask_for(case))?;
            after = reached;
        }
        asked.ask_counts()?;
        let is_there_still = self.view.standing(municipality)?.live == Some(live);
        Ok(is_there_still.then(|| asked.found.into_iter().collect()))
    }

    /// The cases that begin in the page behind a position, and where that page ends.
    fn opened(
        &self,
        municipality: Municipality,
        after: Position,
        until: Position,
    ) -> Result<(Vec<CaseId>, Position), StoreError> {
        let (mut opened, mut reached) = (Vec::new(), after);
        self.store.read_log(municipality, after, RECORDS_MAX, &mut |raw| {
            if raw.position > until {
                return ControlFlow::Break(());
            }
            reached = raw.position;
            if raw.stream.kind == StreamKind::Case && raw.version == Version(1) {
                opened.push(CaseId(raw.stream.id));
            }
            ControlFlow::Continue(())
        })?;
        Ok((opened, reached))
    }
}

/// The questions that a case answers, but for that of its name.
fn questions(listed: &Listed) -> impl Iterator<Item = Question> + use<'_> {
    let row = &listed.row;
    let of_all = Question::OfApplicant { user: row.applicant };
    let queue = Question::WorkQueue { division: row.division.clone(), officer: None };
    let by_number = row.receipt.map(|receipt| Question::WithReceipt { receipt });
    [of_all, queue].into_iter().chain(by_number).filter(|question| question.holds(listed))
}

/// A list that is asked, and what is wrong with its answers.
struct Asked<'p> {
    municipality: Municipality,
    projector: &'p Projector,
    until: Position,
    parked: BTreeSet<CaseId>,
    remembered: BTreeMap<CaseId, Option<Listed>>,
    /// How many cases there are of each procedure in each state.
    cases: BTreeMap<(ProcedureId, StateName), u64>,
    found: BTreeSet<Difference>,
}

impl Asked<'_> {
    /// Asks every question that a case answers.
    fn ask_for(&mut self, case: CaseId) -> Result<(), StoreError> {
        let Some(listed) = self.become_of(case)? else { return Ok(()) };
        *self.cases.entry((listed.row.procedure.clone(), listed.row.state)).or_default() += 1;
        for question in questions(&listed) {
            self.ask(&question, &listed.row)?;
        }
        if let Some(name_key) = listed.name_key.filter(|key| !key.is_empty()) {
            let place = listed.row.place();
            if !self.projector.view.is_named(self.municipality, place, &name_key)? {
                self.found.insert(Difference::Missing { case });
            }
        }
        Ok(())
    }

    /// What is listed of a case; `None` when nothing is, or it is parked or cannot be read and therefore parked from now on.
    fn become_of(&mut self, case: CaseId) -> Result<Option<Listed>, StoreError> {
        if self.parked.contains(&case) {
            return Ok(None);
        }
        if let Some(listed) = self.remembered.get(&case) {
            return Ok(listed.clone());
        }
        let Ok(folded) = self.projector.folded(self.municipality, case, self.until)? else {
            self.parked.insert(case);
            return Ok(None);
        };
        let listed = self.projector.listed(self.municipality, case, &folded)?;
        if self.remembered.len() >= REMEMBERED_MAX {
            self.remembered.clear();
        }
        self.remembered.insert(case, listed.clone());
        Ok(listed)
    }

    /// Looks at the place of a row in the answer to a question, at what comes behind it and at how the answer begins.
    fn ask(&mut self, question: &Question, row: &CaseRow) -> Result<(), StoreError> {
        let before = question.just_before(row.place());
        let here = self.unparked(question, Some(before), 2)?;
        let case = row.case;
        match here.first() {
            Some(found) if found == row => {}
            Some(found) if found.case == case => _ = self.found.insert(Difference::Altered { case }),
            _ => self.look_elsewhere(question, row)?,
        }
        let begins = self.unparked(question, None, 1)?;
        here.iter()
            .chain(&begins)
            .filter(|other| other.case != case)
            .try_for_each(|other| self.hold(question, other))
    }

    /// Holds a row of an answer against what its case has become.
    fn hold(&mut self, question: &Question, found: &CaseRow) -> Result<(), StoreError> {
        let case = found.case;
        let listed = self.become_of(case)?;
        if self.parked.contains(&case) {
            return Ok(());
        }
        match listed.filter(|listed| question.holds(listed)) {
            Some(listed) if listed.row == *found => {}
            Some(_) => _ = self.found.insert(Difference::Altered { case }),
            None => _ = self.found.insert(Difference::Stranger { case }),
        }
        Ok(())
    }

    /// Says of a row that is not at its place whether it is somewhere else in the answer.
    fn look_elsewhere(&mut self, question: &Question, row: &CaseRow) -> Result<(), StoreError> {
        let (mut after, mut looked) = (None, 0_u64);
        loop {
            let page = self.page(question, after, LISTED_MAX)?;
            if let Some(found) = page.iter().find(|found| found.case == row.case) {
                let case = row.case;
                let is_same = found == row;
                self.found.insert(if is_same {
                    Difference::Misplaced { case }
                } else {
                    Difference::Altered { case }
                });
                return Ok(());
            }
            looked += page.len() as u64;
            let last = page.last().map(CaseRow::place);
            // A list whose order was altered could go on for ever; no case is without a record.
            if last.is_none() || last == after || looked > self.until.0 {
                self.found.insert(Difference::Missing { case: row.case });
                return Ok(());
            }
            after = last;
        }
    }

    /// The next rows of an answer behind a place that are not of parked cases.
    fn unparked(
        &self,
        question: &Question,
        mut after: Option<Place>,
        rows_max: usize,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let mut rows: Vec<CaseRow> = Vec::new();
        while rows.len() < rows_max {
            let page = self.page(question, after, rows_max)?;
            let last = page.last().map(CaseRow::place);
            if last.is_none() || last == after {
                break;
            }
            after = last;
            rows.extend(page.into_iter().filter(|row| !self.parked.contains(&row.case)));
        }
        rows.truncate(rows_max);
        Ok(rows)
    }

    fn page(
        &self,
        question: &Question,
        after: Option<Place>,
        rows_max: usize,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let (municipality, question) = (self.municipality, question.clone());
        self.projector.view.list(&Listing { municipality, question, after, rows_max })
    }

    /// Holds the counts against those of the rows, where no case is parked: its last row is counted, which nobody knows.
    fn ask_counts(&mut self) -> Result<(), StoreError> {
        if !self.parked.is_empty() {
            return Ok(());
        }
        let cases = std::mem::take(&mut self.cases).into_iter().map(|(of, cases)| (of, (0, cases)));
        let mut counts: BTreeMap<(ProcedureId, StateName), (u64, u64)> = cases.collect();
        for count in self.projector.view.counts(self.municipality)? {
            counts.entry((count.procedure, count.state)).or_default().0 = count.cases;
        }
        let differing = counts.into_iter().filter(|(_, (counted, cases))| counted != cases);
        self.found.extend(differing.map(|((procedure, state), (counted, cases))| Difference::Counted {
            procedure,
            state,
            counted,
            cases,
        }));
        Ok(())
    }
}
