//! The clauses of the port `View`.
//!
//! [`view_suite!`](crate::view_suite) makes a test of each clause from a function that gives a [`ViewUnderTest`].

use chrono::NaiveDate;
use shinsei_core::ids::{
    CaseId, DivisionId, Municipality, Position, ProcedureId, Series, StaffId, UserId, Version,
};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listed, Listing, Place, Question};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Checkpoint, Generation, Page, Parked, Standing, View};
use shinsei_core::procedure::Act;
use shinsei_core::record::Number;
use shinsei_core::rejection::StateName;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::clause::{Breach, Clause, Kept, hold, same};
use crate::kit::{hakodate, sapporo};

/// 7 May 2026, 15:04 in Japan.
const ARRIVED: i64 = 1_778_133_840_000_000;

/// A view that is empty at first, and whatever is needed to test it. Each clause gets a fresh one.
///
/// Dropping it takes away what it made: a file, a database.
pub trait ViewUnderTest {
    /// Opens the view; again means on what is in it. A clause drops the view before it opens it again.
    fn open(&self) -> Box<dyn View + '_>;

    /// Whether these bytes stand anywhere in what the view keeps, looked for beside the port, after it was dropped or while
    /// it is open; `None` where nobody can look.
    fn keeps(&self, bytes: &[u8]) -> Option<bool> {
        let _ = bytes;
        None
    }
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_view_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            view: rows_and_checkpoint_move_together, a_checkpoint_is_compared_and_set,
                a_generation_is_built_beside_the_live_one, what_is_behind_is_not_swapped_in,
                what_is_gone_takes_no_page, a_queue_is_in_order_of_its_days, an_applicant_sees_own_cases,
                a_receipt_finds_its_case, a_name_finds_its_cases, pages_follow_each_other, cases_are_counted,
                a_row_is_replaced, what_is_parked_is_shown, an_erased_name_is_gone, municipalities_are_apart,
                a_list_survives_reopening;
        }
    };
}

/// Every clause of a view.
pub fn clauses() -> Vec<Clause<dyn ViewUnderTest>> {
    for_each_view_clause!(crate::clause::list!(crate))
}

/// Makes one test of each clause from a function that gives a fresh [`ViewUnderTest`].
///
/// [`ViewUnderTest`]: crate::view::ViewUnderTest
#[macro_export]
macro_rules! view_suite {
    ($fresh:ident) => {
        $crate::for_each_view_clause! { $crate::clause_tests!($fresh $crate) }
    };
}

/// A page is written whole, with the position that it reaches; one that breaks a rule leaves no trace.
pub fn rows_and_checkpoint_move_together(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let page = page(generation, 0, 2, vec![row(1), row(2)]);
    same!(view.apply(&page)?, Applied::Done, "what became of the first page");
    same!(view.standing(hakodate())?.live, Some(at(generation, 2)), "where the list stands");
    same!(numbers(&*view, everybodys())?, [1, 2], "the rows of the first page");

    let twice = self::page(generation, 2, 3, vec![row(3), row(3)]);
    let backwards = self::page(generation, 2, 1, vec![row(3)]);
    for malformed in [twice, backwards] {
        let refused = matches!(view.apply(&malformed), Err(StoreError::Malformed { .. }));
        hold!(refused, "a page that breaks a rule is malformed");
        same!(view.standing(hakodate())?.live, Some(at(generation, 2)), "where the list stands after that");
        same!(numbers(&*view, everybodys())?, [1, 2], "the rows after that");
    }
    Ok(())
}

/// A page that does not begin where the generation stands is `Moved`, and nothing of it is written.
pub fn a_checkpoint_is_compared_and_set(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    view.apply(&page(generation, 0, 5, vec![row(1)]))?;
    for (after, reached) in [(0, 5), (4, 9), (6, 9)] {
        let moved = Applied::Moved { reached: Position(5) };
        let page = page(generation, after, reached, vec![row(2)]);
        same!(view.apply(&page)?, moved, "what became of a page after {after} where 5 is reached");
        same!(numbers(&*view, everybodys())?, [1], "the rows after that");
    }
    same!(
        view.apply(&page(generation, 5, 5, vec![row(2)]))?,
        Applied::Done,
        "a page that reaches nothing new"
    );
    same!(numbers(&*view, everybodys())?, [1, 2], "the rows after that");
    Ok(())
}

/// Until it is swapped in, a generation answers nothing; then it alone does.
pub fn a_generation_is_built_beside_the_live_one(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    same!(view.standing(hakodate())?, Standing::default(), "where a list stands before it is begun");
    let old = live(&*view, hakodate())?;
    view.apply(&page(old, 0, 1, vec![row(1)]))?;
    let new = view.begin(hakodate(), 8)?;
    hold!(new != old, "two generations have one name");
    view.apply(&page(new, 0, 1, vec![row(2), row(3)]))?;
    let building = Checkpoint { generation: new, shape: 8, reached: Position(1) };
    let both = Standing { live: Some(at(old, 1)), building: Some(building) };
    same!(view.standing(hakodate())?, both, "where both stand");
    same!(numbers(&*view, everybodys())?, [1], "the rows while another generation is built");
    same!(count(&*view, hakodate())?, 1, "the cases counted while another generation is built");
    same!(view.swap(hakodate(), new)?, Applied::Done, "what became of the swap");
    same!(view.standing(hakodate())?, Standing { live: Some(building), building: None }, "after the swap");
    same!(numbers(&*view, everybodys())?, [2, 3], "the rows after the swap");
    same!(count(&*view, hakodate())?, 2, "the cases counted after the swap");
    Ok(())
}

/// A generation that has not reached what the live one has is `Moved`, and the live one stays.
pub fn what_is_behind_is_not_swapped_in(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let old = live(&*view, hakodate())?;
    view.apply(&page(old, 0, 3, vec![row(1)]))?;
    let new = view.begin(hakodate(), 8)?;
    view.apply(&page(new, 0, 2, vec![row(2)]))?;
    let behind = Applied::Moved { reached: Position(3) };
    same!(view.swap(hakodate(), new)?, behind, "what became of a swap that is behind");
    same!(numbers(&*view, everybodys())?, [1], "the rows after that");
    view.apply(&page(new, 2, 3, vec![]))?;
    same!(view.swap(hakodate(), new)?, Applied::Done, "what became of a swap that has caught up");
    same!(numbers(&*view, everybodys())?, [2], "the rows after that");
    Ok(())
}

/// A generation that was swapped out, or given up for a newer one, takes no page and is not swapped in.
pub fn what_is_gone_takes_no_page(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let old = live(&*view, hakodate())?;
    let given_up = view.begin(hakodate(), 8)?;
    let new = view.begin(hakodate(), 8)?;
    same!(view.apply(&page(given_up, 0, 1, vec![row(1)]))?, Applied::Gone, "a page to one that was given up");
    same!(view.swap(hakodate(), given_up)?, Applied::Gone, "a swap to one that was given up");
    same!(view.swap(hakodate(), new)?, Applied::Done, "a swap to the newer one");
    same!(view.apply(&page(old, 0, 1, vec![row(1)]))?, Applied::Gone, "a page to one that was swapped out");
    same!(view.swap(hakodate(), new)?, Applied::Gone, "a swap to the one that is live already");
    same!(numbers(&*view, everybodys())?, [], "the rows of pages that came too late");
    Ok(())
}

/// A queue holds the cases of a division, or of an officer in it, with which something is left to do, what is due first before the
/// rest: the open ones, and those that ended with money that is not in order.
pub fn a_queue_is_in_order_of_its_days(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let officer = StaffId::new("S-7")?;
    let rows = vec![
        with(1, |row| row.due = None),
        with(2, |row| row.due = day(12)),
        with(3, |row| (row.due, row.officer) = (day(9), Some(officer.clone()))),
        with(4, |row| (row.due, row.is_open) = (day(8), false)),
        with(5, |row| row.division = DivisionId::new("tax").expect("a code")),
        with(6, |row| row.due = day(12)),
        with(7, |row| (row.due, row.officer) = (None, Some(officer.clone()))),
        with(8, |row| (row.is_open, row.has_open_money) = (false, true)),
    ];
    view.apply(&page(generation, 0, 8, rows))?;
    let queue = |officer| Question::WorkQueue { division: division(), officer };
    same!(numbers(&*view, queue(None))?, [3, 2, 6, 1, 7, 8], "the queue of a division");
    same!(numbers(&*view, queue(Some(officer)))?, [3, 7], "the queue of an officer");
    Ok(())
}

/// An applicant's own cases, open or not, the newest arrival first.
pub fn an_applicant_sees_own_cases(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let user = UserId(Uuid::from_u128(77));
    let rows = vec![
        with(1, |row| row.applicant = user),
        row(2),
        with(3, |row| (row.applicant, row.is_open) = (user, false)),
    ];
    view.apply(&page(generation, 0, 3, rows))?;
    same!(numbers(&*view, Question::OfApplicant { user })?, [3, 1], "the cases of an applicant");
    let nobody = UserId(Uuid::from_u128(78));
    same!(numbers(&*view, Question::OfApplicant { user: nobody })?, [], "the cases of who has none");
    Ok(())
}

/// A receipt number finds its case, whole as it was put in.
pub fn a_receipt_finds_its_case(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let receipt: ReceiptNumber = "012025-R08-0001234-7".parse()?;
    let full = with(2, |row| {
        row.receipt = Some(receipt);
        row.officer = StaffId::new("S-7").ok();
        row.due = day(12);
        row.version = Version(9);
    });
    view.apply(&page(generation, 0, 2, vec![row(1), full.clone()]))?;
    let found = view.list(&listing(Question::WithReceipt { receipt }))?;
    same!(found, [full.row], "the case of a receipt number");
    let drawn = Number { series: Series::new("receipt-R08")?, value: 9 };
    let unused = ReceiptNumber::from_drawn(hakodate(), &drawn);
    let found = unused.map(|receipt| numbers(&*view, Question::WithReceipt { receipt })).transpose()?;
    same!(found, Some(vec![]), "the case of a number nobody has");
    Ok(())
}

/// A part of a search key finds the cases whose key contains it, letter by letter.
pub fn a_name_finds_its_cases(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let rows = vec![named(1, "甲野花子"), named(2, "乙山太郎"), row(3), named(4, "甲野_%'太郎")];
    view.apply(&page(generation, 0, 4, rows))?;
    for (key, wanted) in [
        ("甲野", vec![4, 1]),
        ("太郎", vec![4, 2]),
        ("花子", vec![1]),
        ("_%'", vec![4]),
        ("%", vec![4]),
        ("丙", vec![]),
        ("", vec![]),
    ] {
        let question = Question::Named { name_key: key.to_owned() };
        same!(numbers(&*view, question)?, wanted, "the cases found by {key:?}");
        for n in 1..=4 {
            let found = view.is_named(hakodate(), row(n).row.place(), key)?;
            same!(found, wanted.contains(&n), "whether {key:?} finds case {n} at its place");
        }
    }
    let place = row(1).row.place();
    let elsewhere = Place { arrived_at: place.arrived_at.saturating_add_micros(1), ..place };
    same!(
        view.is_named(hakodate(), elsewhere, "花子")?,
        false,
        "whether a name finds a case at another place"
    );
    Ok(())
}

/// A page has at most so many rows, and the next begins behind the place where it ended.
pub fn pages_follow_each_other(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let wanted = LISTED_MAX + 5;
    let rows = (1..=wanted).map(|n| with(n as u128, |row| row.due = if n % 3 == 0 { None } else { day(12) }));
    view.apply(&page(generation, 0, 1, rows.collect()))?;
    let user = row(1).row.applicant;
    for question in [everybodys(), Question::OfApplicant { user }] {
        let (mut found, mut after): (Vec<CaseId>, Option<Place>) = (Vec::new(), None);
        for rows_max in [3, usize::MAX, usize::MAX] {
            let part = view.list(&Listing { after, rows_max, ..listing(question.clone()) })?;
            let most = rows_max.min(LISTED_MAX);
            hold!(part.len() <= most, "a page of at most {most} rows has {}", part.len());
            after = part.last().map(CaseRow::place).or(after);
            found.extend(part.iter().map(|row| row.case));
        }
        let all = found.len();
        found.sort_unstable();
        found.dedup();
        same!((all, found.len()), (wanted, wanted), "the rows of all pages, and how many differ");
    }
    same!(view.list(&Listing { rows_max: 0, ..listing(everybodys()) })?, [], "a page of no rows");
    Ok(())
}

/// Cases are counted by procedure and state, in that order.
pub fn cases_are_counted(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let tax = ProcedureId::new("ZE-001")?;
    let rows = vec![
        row(1),
        row(2),
        with(3, |row| row.state = StateName::Closed),
        with(4, |row| row.procedure = tax.clone()),
    ];
    view.apply(&page(generation, 0, 4, rows))?;
    let wanted = [
        Count { procedure: procedure(), state: StateName::Received, cases: 2 },
        Count { procedure: procedure(), state: StateName::Closed, cases: 1 },
        Count { procedure: tax, state: StateName::Received, cases: 1 },
    ];
    same!(view.counts(hakodate())?, wanted, "the counts");
    Ok(())
}

/// The last row of a case is the only one, whatever it was found by before.
pub fn a_row_is_replaced(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    view.apply(&page(generation, 0, 1, vec![named(1, "甲野花子")]))?;
    let moved = Listed {
        name_key: Some("乙山花子".to_owned()),
        ..with(1, |row| row.division = DivisionId::new("tax").expect("a code"))
    };
    view.apply(&page(generation, 1, 2, vec![moved]))?;
    let by = |name: &str| Question::Named { name_key: name.to_owned() };
    same!(numbers(&*view, everybodys())?, [], "the queue of the division that it left");
    same!(numbers(&*view, by("甲野"))?, [], "what the former name finds");
    same!(numbers(&*view, by("乙山"))?, [1], "what the present name finds");
    let has = |name| view.is_named(hakodate(), row(1).row.place(), name);
    same!((has("甲野")?, has("乙山")?), (false, true), "whether it has the former name and the present one");
    same!(count(&*view, hakodate())?, 1, "the cases counted");
    Ok(())
}

/// A parked case keeps its row and is listed as parked until it has a new row.
pub fn what_is_parked_is_shown(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    view.apply(&page(generation, 0, 2, vec![row(1), row(2)]))?;
    let parked =
        |n, position, why: &str| Parked { case: case(n), position: Position(position), why: why.to_owned() };
    let (first, other) =
        (parked(1, 4, "an event type is unknown"), parked(9, 3, "a payload is not of its shape"));
    let page = Page { parked: vec![first.clone(), other.clone()], ..page(generation, 2, 4, vec![]) };
    same!(view.apply(&page)?, Applied::Done, "what became of a page with parked cases");
    same!(view.parked(hakodate())?, [other.clone(), first], "what is parked");
    same!(numbers(&*view, everybodys())?, [1, 2], "the rows beside");
    view.apply(&self::page(generation, 4, 4, vec![row(1)]))?;
    same!(view.parked(hakodate())?, [other], "what is parked after one could be read");
    Ok(())
}

/// Once a page with a row without name is written, the name that the case had is nowhere any more; others stay.
pub fn an_erased_name_is_gone(subject: &dyn ViewUnderTest) -> Kept {
    let (erased, kept) = ("甲野花子という名", "乙山太郎という名");
    let view = subject.open();
    let generation = live(&*view, hakodate())?;
    let many = (10..200).map(|n| named(n, "丙川次郎という名"));
    let rows = [named(1, erased), named(2, kept)].into_iter().chain(many).collect();
    view.apply(&page(generation, 0, 200, rows))?;
    // A neighbour that changes, and a generation that goes, must not leave a copy behind either.
    view.apply(&page(generation, 200, 201, vec![named(3, erased)]))?;
    view.apply(&page(generation, 201, 202, vec![row(1), row(3)]))?;
    let next = view.begin(hakodate(), 8)?;
    view.apply(&page(next, 0, 202, vec![named(2, kept)]))?;
    let by = |name: &str| Question::Named { name_key: name.to_owned() };
    same!(numbers(&*view, by(erased))?, [], "what the erased name finds");
    same!(numbers(&*view, by(kept))?, [2], "what another name finds");
    same!(count(&*view, hakodate())?, 193, "the cases counted");
    if let Some(found) = subject.keeps(erased.as_bytes()) {
        hold!(!found, "the erased name still stands in what the view keeps");
        hold!(subject.keeps(kept.as_bytes()) == Some(true), "the test does not find a name that is kept");
        view.swap(hakodate(), next)?;
        hold!(
            subject.keeps("丙川次郎という名".as_bytes()) == Some(false),
            "a name of a generation that was swapped out still stands in what the view keeps"
        );
    }
    Ok(())
}

/// The same cases, positions and names in two municipalities: each answers for itself.
pub fn municipalities_are_apart(subject: &dyn ViewUnderTest) -> Kept {
    let view = subject.open();
    let (here, there) = (live(&*view, hakodate())?, live(&*view, sapporo())?);
    hold!(here != there, "two generations have one name");
    view.apply(&page(here, 0, 1, vec![named(1, "甲野花子"), named(2, "甲野花子")]))?;
    let neighbours = Page { municipality: sapporo(), ..page(there, 0, 1, vec![named(1, "甲野花子")]) };
    view.apply(&neighbours)?;
    let crossed = Page { municipality: sapporo(), ..page(here, 1, 2, vec![row(3)]) };
    same!(view.apply(&crossed)?, Applied::Gone, "a page to the generation of a neighbour");
    let new = view.begin(hakodate(), 8)?;
    same!(view.swap(sapporo(), new)?, Applied::Gone, "a swap to the generation of a neighbour");
    view.apply(&page(new, 0, 1, vec![row(1)]))?;
    view.swap(hakodate(), new)?;

    let by_name = Question::Named { name_key: "花子".to_owned() };
    let found = view.list(&Listing { municipality: sapporo(), ..listing(by_name.clone()) })?;
    same!(found.iter().map(number).collect::<Vec<_>>(), [1], "what a name finds next door");
    same!(numbers(&*view, by_name)?, [], "what a name finds here");
    let has = |of| view.is_named(of, row(1).row.place(), "花子");
    same!(
        (has(sapporo())?, has(hakodate())?),
        (true, false),
        "whether a case has the name next door and here"
    );
    same!((count(&*view, hakodate())?, count(&*view, sapporo())?), (1, 1), "the cases counted on both sides");
    same!(view.standing(sapporo())?.live, Some(at(there, 1)), "where the neighbour stands");
    Ok(())
}

/// After reopening all is there again.
pub fn a_list_survives_reopening(subject: &dyn ViewUnderTest) -> Kept {
    let wanted = {
        let view = subject.open();
        let generation = live(&*view, hakodate())?;
        let parked = Parked { case: case(2), position: Position(4), why: "unknown".to_owned() };
        let page = Page { parked: vec![parked], ..page(generation, 0, 4, vec![named(1, "甲野花子")]) };
        view.apply(&page)?;
        view.begin(hakodate(), 8)?;
        (view.standing(hakodate())?, view.list(&listing(everybodys()))?, view.parked(hakodate())?)
    };
    same!((wanted.1.len(), wanted.2.len()), (1, 1), "rows and parked cases");
    let view = subject.open();
    let found = (view.standing(hakodate())?, view.list(&listing(everybodys()))?, view.parked(hakodate())?);
    same!(found, wanted, "what is there after reopening");
    let by_name = Question::Named { name_key: "花子".to_owned() };
    same!(numbers(&*view, by_name)?, [1], "what a name finds after reopening");
    Ok(())
}

/// Begins a generation of shape 7 and makes it live.
fn live(view: &dyn View, municipality: Municipality) -> Result<Generation, Breach> {
    let generation = view.begin(municipality, 7)?;
    same!(view.swap(municipality, generation)?, Applied::Done, "what became of the first swap");
    Ok(generation)
}

fn at(generation: Generation, reached: u64) -> Checkpoint {
    Checkpoint { generation, shape: 7, reached: Position(reached) }
}

fn page(generation: Generation, after: u64, reached: u64, rows: Vec<Listed>) -> Page {
    Page {
        municipality: hakodate(),
        generation,
        after: Position(after),
        reached: Position(reached),
        rows,
        parked: vec![],
    }
}

fn listing(question: Question) -> Listing {
    Listing { municipality: hakodate(), question, after: None, rows_max: LISTED_MAX }
}

/// The numbers of the cases that answer, in order.
fn numbers(view: &dyn View, question: Question) -> Result<Vec<u128>, Breach> {
    Ok(view.list(&listing(question))?.iter().map(number).collect())
}

fn number(row: &CaseRow) -> u128 {
    row.case.0.as_u128()
}

fn count(view: &dyn View, municipality: Municipality) -> Result<u64, Breach> {
    Ok(view.counts(municipality)?.iter().map(|count| count.cases).sum())
}

fn everybodys() -> Question {
    Question::WorkQueue { division: division(), officer: None }
}

fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

fn day(of_may: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 5, of_may)
}

fn division() -> DivisionId {
    DivisionId::new("residents").expect("a code")
}

fn procedure() -> ProcedureId {
    ProcedureId::new("JU-001").expect("a code")
}

/// The row of the `n`th case, which arrived `n` seconds after the first.
fn row(n: u128) -> Listed {
    let later = i64::try_from(n).expect("a small number") * 1_000_000;
    let arrived_at = Timestamp::from_micros(ARRIVED + later).expect("an instant");
    let row = CaseRow {
        case: case(n),
        receipt: None,
        procedure: procedure(),
        procedure_name: "住民票の写し交付申請".to_owned(),
        act: Act::Application,
        state: StateName::Received,
        label: "受付済(審査待ち)".to_owned(),
        is_open: true,
        division: division(),
        officer: None,
        applicant: UserId(Uuid::from_u128(7)),
        arrived_at,
        due: None,
        is_late: n % 2 == 1,
        form_defects: u32::try_from(n % 3).expect("less than three"),
        has_open_money: false,
        version: Version(3),
        changed_at: arrived_at,
    };
    Listed { row, name_key: None }
}

fn with(n: u128, change: impl FnOnce(&mut CaseRow)) -> Listed {
    let mut listed = row(n);
    change(&mut listed.row);
    listed
}

fn named(n: u128, name_key: &str) -> Listed {
    Listed { name_key: Some(name_key.to_owned()), ..row(n) }
}
