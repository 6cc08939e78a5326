//! Internal approval (決裁): whoever drafts a decision does not approve it.

use super::fee::lets_the_merits_be_judged;
use super::review::{concluded, judged};
use super::withdrawal::unanswered;
use super::words::{keep_reason, reasoned};
use super::{CaseDecision, awaiting_approval, events, under_review};
use crate::application::{Application, AwaitingApproval};
use crate::command::{Review, StatedReason};
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{ApprovalDelegated, DecisionDrafted, DecisionSentBack, Event, Reviewed};
use crate::event_format::Proposed;
use crate::ids::StaffId;
use crate::rejection::Rejection;

/// 起案: by an officer of the division in charge, for somebody else to approve.
pub(super) fn draft(
    state: &Application,
    review: &Review,
    approver: &StaffId,
    context: &Context<'_>,
) -> CaseDecision {
    let received = &under_review(state)?.received;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    somebody_else(&by, approver)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let outcome = judged(received, review, &mut documents, context)?;
    let inspected_on = review.inspected_on;
    let drafted = DecisionDrafted { outcome, inspected_on, by, approver: approver.clone() };
    let mut decision = Decision::of([Proposed::Event(Event::DecisionDrafted(drafted))]);
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 決裁の委任: by whoever is to approve, to anybody but the drafter.
pub(super) fn delegate(state: &Application, to: &StaffId, context: &Context<'_>) -> CaseDecision {
    let awaiting = awaiting_approval(state)?;
    let by = approver(awaiting, context)?;
    somebody_else(&awaiting.drafted_by, to)?;
    if by == to {
        return Err(Rejection::ApproverIsActor);
    }
    events([Event::ApprovalDelegated(ApprovalDelegated { by: by.clone(), to: to.clone() })])
}

/// 差戻し: by whoever is to approve, or taken back by whoever drafted it.
pub(super) fn send_back(state: &Application, reason: &StatedReason, context: &Context<'_>) -> CaseDecision {
    let awaiting = awaiting_approval(state)?;
    let by = context.actor.officer()?;
    if *by != awaiting.drafted_by {
        approver(awaiting, context)?;
    }
    reasoned(std::slice::from_ref(reason))?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let reason = keep_reason(reason, &mut documents);
    let sent_back = Event::DecisionSentBack(DecisionSentBack { reason, by: by.clone() });
    let mut decision = Decision::of([Proposed::Event(sent_back)]);
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 決裁: the draft becomes the decision, word for word, unless a request to withdraw or a payment that was taken back came
/// between.
pub(super) fn approve(state: &Application, context: &Context<'_>) -> CaseDecision {
    let awaiting = awaiting_approval(state)?;
    let by = approver(awaiting, context)?.clone();
    let AwaitingApproval { received, outcome, inspected_on, drafted_by, .. } = awaiting;
    unanswered(received)?;
    // A payment may have been reversed since the draft.
    lets_the_merits_be_judged(received, outcome.is_on_the_merits())?;
    let reviewed = Reviewed {
        by,
        outcome: outcome.clone(),
        inspected_on: *inspected_on,
        drafted_by: Some(drafted_by.clone()),
    };
    Ok(concluded(received, reviewed, context))
}

/// Whoever was named, of whichever division: approval goes up the house.
fn approver<'a>(awaiting: &AwaitingApproval, context: &Context<'a>) -> Result<&'a StaffId, Rejection> {
    let by = context.actor.officer()?;
    if *by == awaiting.approver {
        return Ok(by);
    }
    Err(Rejection::OtherApprover { approver: awaiting.approver.clone() })
}

fn somebody_else(drafter: &StaffId, approver: &StaffId) -> Result<(), Rejection> {
    if drafter == approver { Err(Rejection::ApproverIsDrafter) } else { Ok(()) }
}
