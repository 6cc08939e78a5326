//! A list held against its log: whatever a hand did to its rows shows, and a rebuild puts it right.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use shinsei_core::ids::{CaseId, Municipality, Position, ProcedureId};
use shinsei_core::listing::{CaseRow, LISTED_MAX, Listed, Listing, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::View;
use shinsei_core::rejection::StateName;

use super::{Projector, SHAPE};

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
    /// The rows of all cases are held in memory meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the log or the list could not be read.
    pub fn compare(&self, municipality: Municipality) -> Result<Option<Vec<Difference>>, StoreError> {
        let live = self.view.standing(municipality)?.live.filter(|live| live.shape == SHAPE);
        let Some(live) = live else { return Ok(None) };
        let parked = self.view.parked(municipality)?.into_iter().map(|parked| parked.case).collect();
        let mut asked = Asked { municipality, view: &*self.view, parked, found: BTreeSet::new() };
        let wanted = self.wanted(municipality, live.reached, &mut asked.parked)?;
        for (question, mut rows) in questions(&wanted) {
            if question.is_by_urgency() {
                rows.sort_by_key(|row| row.place().urgency());
            } else {
                rows.sort_by_key(|row| Reverse(row.place().age()));
            }
            asked.ask(question, &rows)?;
        }
        asked.ask_names(&wanted)?;
        asked.ask_counts(&wanted)?;
        let is_there_still = self.view.standing(municipality)?.live == Some(live);
        Ok(is_there_still.then(|| asked.found.into_iter().collect()))
    }

    /// The rows of all cases as they were at a position; those that cannot be read are added to the parked ones.
    fn wanted(
        &self,
        municipality: Municipality,
        until: Position,
        parked: &mut BTreeSet<CaseId>,
    ) -> Result<Vec<Listed>, StoreError> {
        let (mut cases, mut after) = (BTreeSet::new(), Position(0));
        while after < until
            && let Some((touched, reached)) = self.touched(municipality, after)?
        {
            cases.extend(touched);
            after = reached;
        }
        let mut wanted = Vec::new();
        for case in cases.difference(&parked.clone()) {
            match self.folded(municipality, *case, until)? {
                Ok(folded) => wanted.extend(self.listed(municipality, *case, &folded)?),
                Err(_) => _ = parked.insert(*case),
            }
        }
        Ok(wanted)
    }
}

/// The questions that these rows answer, each with its answer: by applicant, by division and by number.
fn questions(wanted: &[Listed]) -> Vec<(Question, Vec<&CaseRow>)> {
    let (mut by_applicant, mut by_division) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    let mut questions = Vec::new();
    for Listed { row, .. } in wanted {
        by_applicant.entry(row.applicant).or_default().push(row);
        if row.is_awaited() {
            by_division.entry(row.division.clone()).or_default().push(row);
        }
        questions.extend(row.receipt.map(|receipt| (Question::WithReceipt { receipt }, vec![row])));
    }
    let applicants = by_applicant.into_iter().map(|(user, rows)| (Question::OfApplicant { user }, rows));
    let queue = |(division, rows)| (Question::WorkQueue { division, officer: None }, rows);
    questions.extend(applicants);
    questions.extend(by_division.into_iter().map(queue));
    questions
}

/// A list that is asked, and what is wrong with its answers.
struct Asked<'v> {
    municipality: Municipality,
    view: &'v dyn View,
    parked: BTreeSet<CaseId>,
    found: BTreeSet<Difference>,
}

impl Asked<'_> {
    /// Asks one question, page by page, and holds the answer against the right one.
    fn ask(&mut self, question: Question, wanted: &[&CaseRow]) -> Result<(), StoreError> {
        let mut listing =
            Listing { municipality: self.municipality, question, after: None, rows_max: LISTED_MAX };
        let mut found = Vec::new();
        loop {
            let page = self.view.list(&listing)?;
            let Some(last) = page.last() else { break };
            // A list whose order was altered could go on for ever.
            if listing.after == Some(last.place()) || found.len() > wanted.len() + self.parked.len() {
                break;
            }
            listing.after = Some(last.place());
            found.extend(page);
        }
        found.retain(|row| !self.parked.contains(&row.case));
        self.compare(wanted, &found);
        Ok(())
    }

    fn compare(&mut self, wanted: &[&CaseRow], found: &[CaseRow]) {
        let by_case: BTreeMap<CaseId, &CaseRow> = found.iter().map(|row| (row.case, row)).collect();
        let cases: BTreeSet<CaseId> = wanted.iter().map(|row| row.case).collect();
        let mut differing: Vec<Difference> = found
            .iter()
            .map(|row| row.case)
            .filter(|case| !cases.contains(case))
            .map(|case| Difference::Stranger { case })
            .collect();
        for row in wanted {
            let case = row.case;
            match by_case.get(&case) {
                None => differing.push(Difference::Missing { case }),
                Some(found) if found != row => differing.push(Difference::Altered { case }),
                Some(_) => {}
            }
        }
        if differing.is_empty() {
            let moved = wanted.iter().zip(found).find(|(one, other)| one.case != other.case);
            differing.extend(moved.map(|(row, _)| Difference::Misplaced { case: row.case }));
        }
        self.found.extend(differing);
    }

    /// Looks whether each case is found by the name of its applicant.
    fn ask_names(&mut self, wanted: &[Listed]) -> Result<(), StoreError> {
        for Listed { row, name_key } in wanted {
            let Some(name_key) = name_key.clone().filter(|key| !key.is_empty()) else { continue };
            let before = row.place().arrived_at.saturating_add_micros(1);
            let after = Some(shinsei_core::listing::Place { arrived_at: before, ..row.place() });
            let question = Question::Named { name_key };
            let listing = Listing { municipality: self.municipality, question, after, rows_max: LISTED_MAX };
            if !self.view.list(&listing)?.iter().any(|found| found.case == row.case) {
                self.found.insert(Difference::Missing { case: row.case });
            }
        }
        Ok(())
    }

    /// Holds the counts against those of the rows, where no case is parked: its last row is counted, which nobody knows.
    fn ask_counts(&mut self, wanted: &[Listed]) -> Result<(), StoreError> {
        if !self.parked.is_empty() {
            return Ok(());
        }
        let mut counts: BTreeMap<(ProcedureId, StateName), (u64, u64)> = BTreeMap::new();
        for Listed { row, .. } in wanted {
            counts.entry((row.procedure.clone(), row.state)).or_default().1 += 1;
        }
        for count in self.view.counts(self.municipality)? {
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
