//! The clauses of the port `AccessLog`.
//!
//! [`access_log_suite!`](crate::access_log_suite) makes a test of each clause from a function that gives an
//! [`AccessLogUnderTest`].

use std::ops::ControlFlow;

use shinsei_core::actor::{Actor, Staff};
use shinsei_core::ids::{
    CaseId, DivisionId, DocumentId, MandateId, Municipality, Purpose, StaffId, StreamId, StreamKind, UserId,
};
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, Question};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::time::{Timestamp, Window};
use uuid::Uuid;

use crate::clause::{Clause, Kept, hold, same};
use crate::{Breach, FakeClock};

/// An access log that is empty at first.
pub trait AccessLogUnderTest {
    /// Opens the log; again means on what is in it. A clause drops the log before it opens it again.
    fn open(&self) -> Box<dyn AccessLog + '_>;

    /// The clock by which it records.
    fn clock(&self) -> &FakeClock;
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_access_log_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            access_log: what_was_recorded_comes_back, an_access_bears_the_time_of_the_clock,
                accesses_survive_reopening, a_case_has_its_own_accesses, a_reader_has_their_own_accesses,
                a_window_is_half_open, a_page_goes_on_where_the_last_ended, what_is_older_is_forgotten,
                a_place_is_given_once, municipalities_are_apart;
        }
    };
}

/// Every clause of an access log.
pub fn clauses() -> Vec<Clause<dyn AccessLogUnderTest>> {
    for_each_access_log_clause!(crate::clause::list!(crate))
}

/// Makes one test of each clause from a function that gives a fresh [`AccessLogUnderTest`].
///
/// [`AccessLogUnderTest`]: crate::access_log::AccessLogUnderTest
#[macro_export]
macro_rules! access_log_suite {
    ($fresh:ident) => {
        $crate::for_each_access_log_clause! { $crate::clause_tests!($fresh $crate) }
    };
}

/// Every field comes back, in the order of recording.
pub fn what_was_recorded_comes_back(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    same!(seen(&*log, of_case(1))?, [], "the accesses before there are any");
    let (officer, clerk) = (officer("s-17")?, clerk("s-18")?);
    let accesses = [
        access(1, officer, None, "review")?,
        access(1, clerk, Some(7), "counter")?,
        access(1, user(3), None, "own-case")?,
        access(1, Actor::System, Some(8), "notice/2026.1_a")?,
    ];
    log.record(&accesses[..1])?;
    log.record(&accesses[1..])?;
    same!(seen(&*log, of_case(1))?, accesses, "what was recorded");
    log.record(&[])?;
    same!(seen(&*log, of_case(1))?, accesses, "what was recorded, after nothing was");
    Ok(())
}

/// Each call takes the time of the clock, and says which.
pub fn an_access_bears_the_time_of_the_clock(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let mut times = vec![];
    for purpose in ["first", "second"] {
        let both = [access(1, officer("s-1")?, None, purpose)?, access(1, officer("s-2")?, None, purpose)?];
        let now = subject.clock().now();
        same!(log.record(&both)?, now, "the time of the {purpose} call");
        times.extend([now, now]);
        subject.clock().advance(1_500_001);
    }
    let found: Vec<_> = all(&*log, &of_case(1))?.iter().map(|accessed| accessed.at).collect();
    same!(found, times, "the times of four accesses in two calls");
    Ok(())
}

/// What was recorded is there when the log is opened again, and what is recorded then comes after it.
pub fn accesses_survive_reopening(subject: &dyn AccessLogUnderTest) -> Kept {
    let one = access(1, officer("s-1")?, None, "before")?;
    subject.open().record(std::slice::from_ref(&one))?;
    let log = subject.open();
    let other = access(1, officer("s-1")?, None, "after")?;
    log.record(std::slice::from_ref(&other))?;
    same!(seen(&*log, of_case(1))?, [one, other], "the accesses after reopening");
    Ok(())
}

/// A case's accesses are those of that case: not of another one, nor of a stream of another kind with the same id.
pub fn a_case_has_its_own_accesses(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let mut of_user = access(1, officer("s-1")?, None, "review")?;
    of_user.stream.kind = StreamKind::User;
    let of_one = access(1, officer("s-1")?, Some(1), "review")?;
    let of_two = access(2, officer("s-1")?, None, "review")?;
    log.record(&[of_user.clone(), of_one.clone(), of_two.clone()])?;
    same!(seen(&*log, of_case(1))?, [of_one], "who saw the first case");
    same!(seen(&*log, of_case(2))?, [of_two], "who saw the second case");
    same!(seen(&*log, About::Stream(of_user.stream))?, [of_user], "who saw the user");
    same!(seen(&*log, of_case(3))?, [], "who saw a case that nobody read");
    Ok(())
}

/// What a member of staff saw is asked by their number, as whoever they read; a user is another reader, even under the
/// same letters.
pub fn a_reader_has_their_own_accesses(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let letters = Uuid::from_u128(3).to_string();
    let agent = Actor::Agent { user: UserId(Uuid::from_u128(3)), mandate: MandateId(Uuid::from_u128(7)) };
    let accesses = [
        access(1, officer("s-1")?, None, "review")?,
        access(2, clerk("s-1")?, None, "counter")?,
        access(3, officer("s-11")?, None, "review")?,
        access(4, user(3), None, "own-case")?,
        access(7, agent, None, "agent")?,
        access(5, officer(&letters)?, None, "review")?,
        access(6, Actor::System, None, "notice")?,
    ];
    log.record(&accesses)?;
    let staff = |number: &str| Ok::<_, Breach>(About::Staff(StaffId::new(number).map_err(Breach::from)?));
    same!(seen(&*log, staff("s-1")?)?, accesses[..2], "what s-1 saw, as officer and as clerk");
    same!(seen(&*log, staff("s-11")?)?, accesses[2..3], "what s-11 saw");
    same!(
        seen(&*log, About::User(UserId(Uuid::from_u128(3))))?,
        accesses[3..5],
        "what the user saw, for themself and as an agent"
    );
    same!(seen(&*log, staff(&letters)?)?, accesses[5..6], "what an officer saw whose number is a user's id");
    Ok(())
}

/// A window holds its first instant and not its last.
pub fn a_window_is_half_open(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let mut times = vec![];
    for _ in 0..4 {
        times.push(log.record(&[access(1, officer("s-1")?, None, "review")?])?);
        subject.clock().advance(1);
    }
    let within = Window { from: Some(times[1]), until: Some(times[3]) };
    for about in [of_case(1), About::Staff(StaffId::new("s-1")?)] {
        let found = all_within(&*log, &about, within)?;
        let found: Vec<_> = found.iter().map(|accessed| accessed.at).collect();
        same!(found, times[1..3], "the times of {about:?} from the second to the fourth access");
    }
    Ok(())
}

/// A page holds as many as were asked for, ends where the visitor breaks, and the next goes on after its last.
pub fn a_page_goes_on_where_the_last_ended(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let accesses =
        (0..7).map(|n| access(1, officer("s-1")?, Some(n), "review")).collect::<Result<Vec<_>, Breach>>()?;
    log.record(&accesses)?;
    let (mut found, mut after) = (vec![], 0);
    loop {
        let mut page = vec![];
        log.accesses(&question(of_case(1), Window::ALWAYS), after, 3, &mut |accessed| {
            page.push(accessed);
            ControlFlow::Continue(())
        })?;
        hold!(page.len() <= 3, "a page of 3 has {} accesses", page.len());
        let Some(last) = page.last() else { break };
        hold!(last.ordinal > after, "a page after {after} ends with {}", last.ordinal);
        after = last.ordinal;
        found.extend(page.into_iter().map(|accessed| accessed.access));
    }
    same!(found, accesses, "the pages one after another");
    let mut visited = 0;
    log.accesses(&question(of_case(1), Window::ALWAYS), 0, 7, &mut |_| {
        visited += 1;
        if visited == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    same!(visited, 2, "how many were visited when the visitor broke at the second");
    Ok(())
}

/// What was recorded before an instant is forgotten, the earliest first and as many as were asked for at most; what was
/// recorded at it and after it stays.
pub fn what_is_older_is_forgotten(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let mut times = vec![];
    for n in 0..6 {
        times.push(subject.clock().now());
        log.record(&[access(n % 2, officer("s-1")?, Some(n), "review")?])?;
        subject.clock().advance(1);
    }
    let staff = About::Staff(StaffId::new("s-1")?);
    let left = || -> Result<Vec<Timestamp>, Breach> {
        Ok(all(&*log, &staff)?.into_iter().map(|accessed| accessed.at).collect())
    };
    same!(
        log.forget(municipality("012025")?, times[4], 3)?,
        3,
        "how many of four are forgotten, three at most"
    );
    same!(left()?, times[3..], "when what is left was recorded");
    same!(log.forget(municipality("012025")?, times[4], usize::MAX)?, 1, "how many are forgotten then");
    same!(left()?, times[4..], "when what is left then was recorded");
    same!(log.forget(municipality("012025")?, times[4], usize::MAX)?, 0, "how many are forgotten after that");
    Ok(())
}

/// A place in the order is given once, also when what stood there is forgotten: a page goes on behind it.
pub fn a_place_is_given_once(subject: &dyn AccessLogUnderTest) -> Kept {
    let one = access(1, officer("s-1")?, None, "review")?;
    let last = {
        let log = subject.open();
        log.record(&[one.clone(), one.clone()])?;
        subject.clock().advance(1);
        let last = all(&*log, &of_case(1))?.last().map_or(0, |accessed| accessed.ordinal);
        same!(log.forget(municipality("012025")?, subject.clock().now(), 10)?, 2, "how many are forgotten");
        last
    };
    let log = subject.open();
    log.record(&[one])?;
    let places: Vec<u64> = all(&*log, &of_case(1))?.iter().map(|accessed| accessed.ordinal).collect();
    hold!(
        matches!(places[..], [place] if place > last),
        "behind {last}, which is forgotten, the next access has the places {places:?}"
    );
    Ok(())
}

/// The same case and the same reader in a neighbour municipality are others.
pub fn municipalities_are_apart(subject: &dyn AccessLogUnderTest) -> Kept {
    let log = subject.open();
    let ours = access(1, officer("s-1")?, None, "review")?;
    let theirs = Access { municipality: municipality("011002")?, ..ours.clone() };
    log.record(&[theirs, ours.clone()])?;
    same!(seen(&*log, of_case(1))?, std::slice::from_ref(&ours), "who saw the case");
    same!(
        seen(&*log, About::Staff(StaffId::new("s-1")?))?,
        std::slice::from_ref(&ours),
        "what the officer saw"
    );
    let later = subject.clock().now().saturating_add_micros(1);
    same!(log.forget(municipality("011002")?, later, 10)?, 1, "how many are forgotten of the neighbour");
    same!(seen(&*log, of_case(1))?, [ours], "who saw the case, once the neighbour's are forgotten");
    Ok(())
}

fn municipality(code: &str) -> Result<Municipality, Breach> {
    Ok(code.parse()?)
}

fn case(n: u128) -> StreamId {
    CaseId(Uuid::from_u128(n)).into()
}

fn of_case(n: u128) -> About {
    About::Stream(case(n))
}

fn staff(number: &str) -> Result<Staff, Breach> {
    Ok(Staff { id: StaffId::new(number)?, division: DivisionId::new("kosekijumin")? })
}

fn officer(number: &str) -> Result<Actor, Breach> {
    staff(number).map(Actor::Officer)
}

fn clerk(number: &str) -> Result<Actor, Breach> {
    staff(number).map(Actor::Clerk)
}

fn user(n: u128) -> Actor {
    Actor::Applicant { user: UserId(Uuid::from_u128(n)) }
}

fn access(of: u128, reader: Actor, document: Option<u128>, purpose: &str) -> Result<Access, Breach> {
    Ok(Access {
        municipality: municipality("012025")?,
        stream: case(of),
        document: document.map(|n| DocumentId(Uuid::from_u128(n))),
        reader,
        purpose: Purpose::new(purpose)?,
    })
}

fn question(about: About, within: Window) -> Question {
    #[expect(clippy::expect_used, reason = "OK because it is the code of Hakodate")]
    let municipality = "012025".parse().expect("a code");
    Question { municipality, about, within }
}

fn all_within(log: &dyn AccessLog, about: &About, within: Window) -> Result<Vec<Accessed>, Breach> {
    let mut found = vec![];
    log.accesses(&question(about.clone(), within), 0, usize::MAX, &mut |accessed| {
        found.push(accessed);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn all(log: &dyn AccessLog, about: &About) -> Result<Vec<Accessed>, Breach> {
    all_within(log, about, Window::ALWAYS)
}

fn seen(log: &dyn AccessLog, about: About) -> Result<Vec<Access>, Breach> {
    Ok(all(log, &about)?.into_iter().map(|accessed| accessed.access).collect())
}
