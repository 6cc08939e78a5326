//! Retention (保存期間), holds on it, and the disposal (廃棄) at its end.

use chrono::Datelike as _;

use super::decision::{CaseDecision, decision_with, events, passed};
use super::guard::wrong_state;
use super::words::keep_words;
use crate::agenda::AgendaChange;
use crate::application::{Application, Received, nth};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{DisposalFellDue, Disposed, Event, HoldPlaced, HoldReleased};
use crate::event_format::Proposed;
use crate::rejection::{Rejection, StateName};
use crate::retention::RetentionPeriod;
use crate::time::FiscalYear;
use crate::words::Words;

/// 保存期間の起算: whatever ends a case fixes how long it is kept, and holds in the fiscal year for which that is right.
pub(super) fn begin_retention(
    state: &Application,
    mut decision: Decision<Event>,
    context: &Context<'_>,
) -> Decision<Event> {
    let Some(arrived) = state.arrival() else { return decision };
    let year = FiscalYear::of(context.now);
    for proposed in &mut decision.events {
        if let Proposed::Event(Event::Closed(closed)) = proposed {
            closed.retention = arrived.terms.retention.after(year);
            if let Some(retention) = closed.retention {
                decision.window = decision.window.intersect(year.window());
                decision.agenda.extend(disposal_due(&retention, context));
            }
        }
    }
    decision
}

/// The same for all cases that are kept as long: a case that is reopened and ends again in that year has it already.
fn disposal_due(retention: &RetentionPeriod, context: &Context<'_>) -> Option<AgendaChange> {
    let year = disposal_year(retention)?;
    Some(Deadline::DisposalDue { year }.at(retention.over().from?, context.stream))
}

/// The year by which the entry is named that watches the end of a retention period.
pub(super) fn disposal_year(retention: &RetentionPeriod) -> Option<u32> {
    u32::try_from(retention.until.year()).ok()
}

/// 保存期間満了: the engine says so once; a person confirms the disposal.
pub(super) fn fall_due(state: &Application, year: u32, context: &Context<'_>) -> CaseDecision {
    let Application::Closed(closed) = state else { return Err(Rejection::DeadlineMoot) };
    let retention = closed.retention.filter(|kept| disposal_year(kept) == Some(year));
    let Some(retention) = retention.filter(|_| !closed.disposal_is_due) else {
        return Err(Rejection::DeadlineMoot);
    };
    let due = Event::DisposalFellDue(DisposalFellDue { since: retention.until });
    passed(retention.over(), due, context)
}

/// 廃棄の停止: by an officer, with a reason, at any time before the disposal.
pub(super) fn place_hold(state: &Application, reason: &Words, context: &Context<'_>) -> CaseDecision {
    let Received { arrived, annex, .. } = undisposed(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let mut documents = Documents::of(&context.seed, context.stream);
    let reason = keep_words("hold", reason, &mut documents)?;
    decision_with([Event::HoldPlaced(HoldPlaced { hold: annex.next_hold(), reason, by })], documents)
}

/// 廃棄の停止の解除: by an officer.
pub(super) fn release_hold(state: &Application, hold: u32, context: &Context<'_>) -> CaseDecision {
    let Received { arrived, annex, .. } = undisposed(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    match nth(&annex.holds, hold) {
        Some(placed) if placed.stands => events([Event::HoldReleased(HoldReleased { hold, by })]),
        Some(_) | None => Err(Rejection::NoSuchHold { hold }),
    }
}

/// 廃棄: confirmed by an officer once the retention period is over, never under a hold or while an appeal is pending.
pub(super) fn dispose(state: &Application, context: &Context<'_>) -> CaseDecision {
    let Application::Closed(closed) = state else { return Err(wrong_state(state, StateName::Closed)) };
    let Received { arrived, annex, .. } = closed.received();
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let retention = closed.retention.ok_or(Rejection::KeptForGood)?;
    if !retention.over().contains(context.now) {
        return Err(Rejection::RetentionRuns { until: retention.until });
    }
    annex.may_be_disposed_of()?;
    let disposed = Decision::of([Proposed::Event(Event::Disposed(Disposed { by }))]);
    let erasure = Deadline::Erasure.at(context.now, context.stream);
    Ok(Decision { window: retention.over(), agenda: vec![erasure], ..disposed })
}

fn undisposed(state: &Application) -> Result<&Received, Rejection> {
    match (state, state.receipt()) {
        (Application::Disposed(_), _) | (_, None) => Err(wrong_state(state, StateName::Received)),
        (_, Some(received)) => Ok(received),
    }
}
