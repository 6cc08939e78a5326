//! The port of whoever keeps the lists of cases: rows and the position of the log that they speak of, together.

use crate::ids::{CaseId, Municipality, Position};
use crate::listing::{CaseRow, Count, Listed, Listing, Place, Question};
use crate::port::store::StoreError;

/// The most rows in one page of changes.
///
/// Source: a page of the log has at most 10,000 records, each of another case.
pub const PAGE_ROWS_MAX: usize = crate::port::store::PAGE_RECORDS_MAX;

/// Keeps a list of the cases of municipalities, made from their logs and made anew from them at any time.
///
/// What is kept is no truth of its own: losing it costs the time to build it again. A list is built in generations: one is
/// live and answers, another may be built beside it and takes its place.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::view`.
/// - `rows_and_checkpoint_move_together`: a page is written whole, with the position that it reaches, or not at all.
/// - `a_checkpoint_is_compared_and_set`: a page that does not begin where the generation stands is `Moved`, and nothing of
///   it is written.
/// - `a_generation_is_built_beside_the_live_one`: until it is swapped in, answers come from the live one alone.
/// - `what_is_behind_is_not_swapped_in`: a generation that has not reached what the live one has is `Moved`.
/// - `what_is_gone_takes_no_page`: a generation that was swapped out, or given up for a newer one, is `Gone`.
/// - `a_queue_is_in_order_of_its_days`, `an_applicant_sees_own_cases`, `a_receipt_finds_its_case`,
///   `a_name_finds_its_cases`, `pages_follow_each_other`, `cases_are_counted`: questions are answered as
///   [`Question`] says.
/// - `a_row_is_replaced`: the last row of a case is the only one.
/// - `what_is_parked_is_shown`: a parked case keeps its last row, is listed as parked, and no longer is once it has a new row.
/// - `an_erased_name_is_gone`: once a page with a row without name is written, the name that the case had is found neither
///   by a question nor in what is kept.
/// - `municipalities_are_apart`: no operation on one municipality reads or changes another.
/// - `a_list_survives_reopening`: rows, checkpoint, generations and parked cases are there again.
pub trait View: Send + Sync {
    /// Where the generations of a municipality's list stand.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError>;

    /// Begins a generation beside the live one, empty and at the beginning of the log; one that was being built is given
    /// up. `shape` says by which version of the projecting code.
    ///
    /// # Errors
    /// [`StoreError`] when none was begun.
    fn begin(&self, municipality: Municipality, shape: u32) -> Result<Generation, StoreError>;

    /// Writes a page of changes in one transaction.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it was written, except for [`StoreError::OutcomeUnknown`]: then look at the standing.
    fn apply(&self, page: &Page) -> Result<Applied, StoreError>;

    /// Puts the generation that is being built in the place of the live one, which is removed.
    ///
    /// # Errors
    /// [`StoreError`] as for [`View::apply`].
    fn swap(&self, municipality: Municipality, generation: Generation) -> Result<Applied, StoreError>;

    /// The rows that answer a question, in its order; none while no generation is live.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn list(&self, listing: &Listing) -> Result<Vec<CaseRow>, StoreError>;

    /// Whether the case of a place stands there in the answer to [`Question::Named`].
    ///
    /// Asks [`View::list`] unless a view knows better: where a name is found by going through all of them, this is to look
    /// at that of one case, or whoever asks it of every case waits for the square of them.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn is_named(&self, municipality: Municipality, place: Place, name_key: &str) -> Result<bool, StoreError> {
        let question = Question::Named { name_key: name_key.to_owned() };
        let after = Some(question.just_before(place));
        let there = self.list(&Listing { municipality, question, after, rows_max: 1 })?;
        Ok(there.iter().any(|row| row.place().age() == place.age()))
    }

    /// How many cases stand where, by procedure and state, in that order.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn counts(&self, municipality: Municipality) -> Result<Vec<Count>, StoreError>;

    /// The cases of the live generation that could not be read, by position.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn parked(&self, municipality: Municipality) -> Result<Vec<Parked>, StoreError>;
}

/// Names a generation of a municipality's list, never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// Where the generations of a list stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The one that answers.
    pub live: Option<Checkpoint>,
    /// The one that is being built.
    pub building: Option<Checkpoint>,
}

/// How far a generation has followed the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which generation.
    pub generation: Generation,
    /// The version of the code that projects into it.
    pub shape: u32,
    /// The last position that its rows speak of.
    pub reached: Position,
}

/// What a part of the log changes in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Whose list.
    pub municipality: Municipality,
    /// Which generation.
    pub generation: Generation,
    /// Where it stood when the page was made.
    pub after: Position,
    /// The last position that the page speaks of, at or after that.
    pub reached: Position,
    /// The rows of the cases that changed, each once; a case that was parked is so no longer.
    pub rows: Vec<Listed>,
    /// The cases that could not be read. Each keeps the row that it has.
    pub parked: Vec<Parked>,
}

/// A case that cannot be shown as it is: a record of it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Which case.
    pub case: CaseId,
    /// The first record that cannot be read.
    pub position: Position,
    /// Why not, in words that say nothing of a person.
    pub why: String,
}

/// What became of a page or a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It took effect.
    Done,
    /// The generation stands elsewhere: somebody else moved it, or for a swap, it is behind the live one.
    Moved {
        /// Where the generation stands; for a swap, where the live one does.
        reached: Position,
    },
    /// There is no such generation any more.
    Gone,
}

impl Page {
    /// Checks what every view must refuse before it writes.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] names the rule.
    pub fn check(&self) -> Result<(), StoreError> {
        let rule = |rule| Err(StoreError::Malformed { rule });
        if self.reached < self.after {
            return rule("a page does not end before it begins");
        }
        if self.rows.len() + self.parked.len() > PAGE_ROWS_MAX {
            return rule("a page has at most 10,000 rows and parked cases");
        }
        let mut cases: Vec<_> = self.rows.iter().map(|listed| listed.row.case).collect();
        cases.extend(self.parked.iter().map(|parked| parked.case));
        cases.sort_unstable();
        if cases.windows(2).any(|pair| pair[0] == pair[1]) {
            return rule("a page names a case once");
        }
        Ok(())
    }
}
