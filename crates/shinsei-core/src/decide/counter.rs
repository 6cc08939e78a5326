//! People who come to the city hall: identified, met, and served in one go.

use chrono::NaiveDate;

use super::decision::{CaseDecision, after, events};
use super::ending::end;
use super::fee::record_payment;
use super::guard::{decided, decided_or_issued, under_review, wrong_state};
use super::hand_over::{issue_certificate, tell_result};
use crate::application::{Application, Received, UnderReview};
use crate::command::{CounterService, Finding, Visitor};
use crate::decider::{Context, Decision};
use crate::event::{Event, TellingChannel, VisitRecorded, VisitVerified};
use crate::procedure::Visit;
use crate::rejection::{Rejection, StateName};

/// 本人確認: at the counter, by a clerk, of who comes for what was granted.
pub(super) fn verify_visitor(state: &Application, visitor: Visitor, context: &Context<'_>) -> CaseDecision {
    let received = came_for_something(state)?;
    let by = context.actor.counter_of(received.arrived.in_charge())?.clone();
    if received.annex.visitor_is_verified {
        return Err(Rejection::VisitorAlreadyVerified);
    }
    let Visitor { identification: how, notice_copy } = visitor;
    events([Event::VisitVerified(VisitVerified { how, notice_copy, by })])
}

/// 窓口対応: one visit, one commit. Each part is decided on what the parts before it made of the case.
pub(super) fn serve(state: &Application, service: &CounterService, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    let is_untold = decided.told_at.is_none();
    let is_unverified = !decided.received.annex.visitor_is_verified;
    let CounterService { identification, notice_copy, payment, copies } = service;
    let visitor = Visitor { identification: *identification, notice_copy: *notice_copy };
    let (mut served, mut reached) = (Decision::of([]), state.clone());
    let mut then = |part: &dyn Fn(&Application) -> CaseDecision| -> Result<(), Rejection> {
        let part = part(&reached)?;
        reached = after(std::mem::take(&mut reached), &part.events, context);
        served.events.extend(part.events);
        served.documents.extend(part.documents);
        served.agenda.extend(part.agenda);
        served.window = served.window.intersect(part.window);
        Ok(())
    };
    if is_unverified {
        then(&|state| verify_visitor(state, visitor, context))?;
    }
    if let Some(payment) = payment {
        then(&|state| record_payment(state, payment, context))?;
    }
    if is_untold {
        then(&|state| tell_result(state, TellingChannel::Counter, context))?;
    }
    then(&|state| issue_certificate(state, *copies, context))?;
    // Here the case is folded already.
    end(&reached, &mut served);
    Ok(served)
}

/// 面談・書類の提示: before the decision, where the terms ask for it.
pub(super) fn record_visit(
    state: &Application,
    purpose: Visit,
    on: NaiveDate,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, annex, .. } = undecided(state)?;
    let by = context.actor.counter_of(arrived.in_charge())?.clone();
    let is_needed = arrived.terms.visits_before_decision().any(|needed| needed == purpose);
    if !is_needed || annex.visits.contains(&purpose) {
        return Err(Rejection::VisitNotNeeded { purpose });
    }
    if on < arrived.arrived_at.date_jst() || on > context.now.date_jst() {
        return Err(Rejection::VisitOutOfRange);
    }
    events([Event::VisitRecorded(VisitRecorded { purpose, on, by })])
}

/// 面談・書類: a decision on the merits waits for whoever must be met.
pub(super) fn met(received: &Received, finding: &Finding) -> Result<(), Rejection> {
    let missing = received
        .arrived
        .terms
        .visits_before_decision()
        .find(|needed| !received.annex.visits.contains(needed))
        .filter(|_| finding.is_on_the_merits());
    match missing {
        Some(purpose) => Err(Rejection::VisitMissing { purpose }),
        None => Ok(()),
    }
}

fn undecided(state: &Application) -> Result<&Received, Rejection> {
    if let Application::Received(received) = state {
        return Ok(received);
    }
    let UnderReview { received, .. } = under_review(state)?;
    Ok(received)
}

/// A case for which somebody may come to the counter: decided, handed over, or closed and to be issued again.
fn came_for_something(state: &Application) -> Result<&Received, Rejection> {
    if let Application::Closed(closed) = state {
        let received = Some(closed.received()).filter(|received| !received.annex.certificates.is_empty());
        return received.ok_or_else(|| wrong_state(state, StateName::Decided));
    }
    Ok(&decided_or_issued(state)?.received)
}
