//! The clock (標準処理期間): it begins with the arrival, stands still while a correction is awaited, and is told of in time.

use chrono::NaiveDate;

use super::decision::{CaseDecision, notice_at_once};
use super::filing::clock_restarts_at;
use super::guard::{in_process, receipt};
use super::words::keep_reason;
use crate::application::{Application, Clock, Warned};
use crate::command::StatedReason;
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::due::DueDate;
use crate::event::{
    ClockResumed, ClockStarted, DeadlineApproaching, DeadlineExceeded, DeadlineExtended, DueDateRebased,
    Event,
};
use crate::event_format::Proposed;
use crate::notice::{Alert, Task};
use crate::period::Period;
use crate::rejection::Rejection;
use crate::time::{Timestamp, Window};

/// How many days before the last one the division is told that it comes near. Source: ours; three days leave one of work
/// over a weekend.
const APPROACHING_DAYS: u64 = 3;

/// Begins the clock of what arrives, or of what is reviewed again, where the procedure sets a period. `dues` is how many
/// due dates the case has had.
pub(super) fn start(
    dues: u32,
    period: Option<Period>,
    from: Timestamp,
    decision: &mut Decision<Event>,
    context: &Context<'_>,
) {
    let due = period.and_then(|period| DueDate::of(period, from, context.calendar, &[]));
    if let Some(due) = due {
        run(dues + 1, due, |due| Event::ClockStarted(ClockStarted { due }), decision, context);
    }
}

/// Lets the clock go on, where there is one: what it stood still for is not counted.
pub(super) fn resume(clock: &Clock, decision: &mut Decision<Event>, context: &Context<'_>) {
    let pauses = clock.pauses_until(context.now);
    let due =
        clock.due.as_ref().and_then(|due| DueDate::of(due.period, due.start, context.calendar, &pauses));
    if let Some(due) = due {
        run(clock.dues + 1, due, |due| Event::ClockResumed(ClockResumed { due }), decision, context);
    }
}

/// 期間の延長: by an officer, with a reason, as often as it takes; always later than what was said before.
///
/// The new last day is kept as a period of calendar days from today, so that a correction moves it like any other.
pub(super) fn extend(
    state: &Application,
    day: NaiveDate,
    reason: &StatedReason,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &in_process(state)?.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let clock = &arrived.desk.clock;
    if clock.stands_still() {
        return Err(Rejection::ClockStandsStill);
    }
    let today = context.now.date_jst();
    let after = clock.due.as_ref().map_or(today, |due| due.day.max(today));
    if day <= after {
        return Err(Rejection::DueTooEarly { after });
    }
    let days = u16::try_from((day - today).num_days()).map_err(|_| Rejection::DueTooFar)?;
    let due =
        DueDate::of(Period::days(days), context.now, context.calendar, &[]).ok_or(Rejection::DueTooFar)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let reason = keep_reason(reason, &mut documents)?;
    let mut decision = Decision::of([]);
    decision.documents = documents.into_vec();
    let extended = |due| Event::DeadlineExtended(DeadlineExtended { due, reason, by });
    let extension = arrived.desk.extensions + 1;
    decision.agenda = vec![notice_at_once(Task::ExtensionNotice { extension }, context)];
    run(clock.dues + 1, due, extended, &mut decision, context);
    Ok(decision)
}

/// 期限の再計算: by the calendar in force, and from the closing day as it is announced now (締切日の延長), where that gives another day;
/// that of an agency too.
pub(super) fn rebase(state: &Application, context: &Context<'_>) -> CaseDecision {
    context.actor.system_or_staff_of(receipt(state)?.arrived.in_charge())?;
    if state.clock().is_some_and(Clock::stands_still) {
        return Err(Rejection::ClockStandsStill);
    }
    count_again(state, context)
}

/// The same for the engine, once the calendar was changed. A case whose day does not move is left alone.
pub(super) fn count_again(state: &Application, context: &Context<'_>) -> CaseDecision {
    let start = clock_restarts_at(state, context);
    let due = state.rebased_from(start, context.calendar).ok_or(Rejection::CalendarUnchanged)?;
    let rebased = |due| Event::DueDateRebased(DueDateRebased { due });
    // Of the agency's time nobody here is warned.
    let Some(clock) = state.clock() else {
        let mut decision = Decision::of([Proposed::Event(rebased(due))]);
        decision.holds_only(Window::day_of(context.now));
        return Ok(decision);
    };
    let mut decision = Decision::of([]);
    run(clock.dues + 1, due, rebased, &mut decision, context);
    Ok(decision)
}

/// 期限の接近: once for each due date.
pub(super) fn approaching(state: &Application, number: u32, context: &Context<'_>) -> CaseDecision {
    let due = in_force(state, number, Warned::Approaching)?;
    reached(approaching_at(due), context)?;
    let event = Event::DeadlineApproaching(DeadlineApproaching { day: due.day });
    Ok(alerting(event, Alert::Approaching { due: number }, context))
}

/// 期限の超過: once for each due date.
pub(super) fn exceeded(state: &Application, number: u32, context: &Context<'_>) -> CaseDecision {
    let due = in_force(state, number, Warned::Exceeded)?;
    reached(due.ends_at, context)?;
    let event = Event::DeadlineExceeded(DeadlineExceeded { day: due.day });
    Ok(alerting(event, Alert::Exceeded { due: number }, context))
}

/// What has happened to a last day, and that the division is told of it: by an internal mail, once for each day.
pub(super) fn alerting(event: Event, alert: Alert, context: &Context<'_>) -> Decision<Event> {
    let mut decision = Decision::of([Proposed::Event(event)]);
    decision.agenda = vec![notice_at_once(Task::Alert(alert), context)];
    decision
}

/// Says that a deadline has come.
pub(super) fn reached(at: Timestamp, context: &Context<'_>) -> Result<(), Rejection> {
    if context.now < at { Err(Rejection::DeadlineNotReached { at }) } else { Ok(()) }
}

/// A last day that somebody else gets: it must not be today or before.
pub(super) fn later_than_today(day: NaiveDate, context: &Context<'_>) -> Result<NaiveDate, Rejection> {
    let today = context.now.date_jst();
    if day > today { Ok(day) } else { Err(Rejection::DueTooEarly { after: today }) }
}

/// The due date of this number, while it is the one in force, the clock runs, and that was not said of it.
fn in_force(state: &Application, number: u32, of: Warned) -> Result<&DueDate, Rejection> {
    let clock = state.clock().filter(|clock| clock.dues == number && clock.warned < of);
    clock.and_then(Clock::running).ok_or(Rejection::DeadlineMoot)
}

/// Puts a due date in force in the place of the one before, with what must happen when it comes near and when it passes. It
/// holds today only, since tomorrow it would be counted otherwise.
fn run(
    number: u32,
    due: DueDate,
    event: impl FnOnce(DueDate) -> Event,
    decision: &mut Decision<Event>,
    context: &Context<'_>,
) {
    let near = approaching_at(&due);
    if near > context.now {
        decision.agenda.push(Deadline::Approaching { due: number }.at(near, context.stream));
    }
    decision.agenda.push(Deadline::Exceeded { due: number }.at(due.ends_at, context.stream));
    decision.events.push(Proposed::Event(event(due)));
    decision.holds_only(Window::day_of(context.now));
}

fn approaching_at(due: &DueDate) -> Timestamp {
    some_days_before(due.day)
}

/// When a last day comes near.
pub(super) fn some_days_before(day: NaiveDate) -> Timestamp {
    let day = day.checked_sub_days(chrono::Days::new(APPROACHING_DAYS + 1)).unwrap_or(day);
    Timestamp::end_of(day)
}
