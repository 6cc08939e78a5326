//! Internal approval (決裁): whoever drafts a decision does not approve it.

use super::contest;
use super::decision::{CaseDecision, events};
use super::fee::lets_the_merits_be_judged;
use super::guard::{awaiting_approval, somebody_else, under_review};
use super::review::{concluded, judged};
use super::withdrawal::unanswered;
use super::words::keep_reason;
use crate::application::{Amending, Application, AwaitingApproval};
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
    let awaited = awaited(state)?;
    let by = approver(awaited, context)?;
    somebody_else(awaited.drafted_by, to)?;
    if by == to {
        return Err(Rejection::ApproverIsActor);
    }
    events([Event::ApprovalDelegated(ApprovalDelegated { by: by.clone(), to: to.clone() })])
}

/// 差戻し: by whoever is to approve, or taken back by whoever drafted it.
pub(super) fn send_back(state: &Application, reason: &StatedReason, context: &Context<'_>) -> CaseDecision {
    let awaited = awaited(state)?;
    let by = context.actor.officer()?;
    if by != awaited.drafted_by {
        approver(awaited, context)?;
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reason = keep_reason(reason, &mut documents)?;
    let sent_back = Event::DecisionSentBack(DecisionSentBack { reason, by: by.clone() });
    let mut decision = Decision::of([Proposed::Event(sent_back)]);
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 決裁: the draft becomes the decision, word for word, unless a request to withdraw or a payment that was taken back came
/// between. What is to become of a decision that was made is approved alike.
pub(super) fn approve(state: &Application, context: &Context<'_>) -> CaseDecision {
    let by = approver(awaited(state)?, context)?.clone();
    if let Some((decided, amending)) = contest::awaiting_approval(state) {
        return contest::approve(decided, amending, by, context);
    }
    let awaiting = awaiting_approval(state)?;
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

/// Who drafted what awaits approval, and who is to approve it.
#[derive(Clone, Copy)]
struct Awaited<'a> {
    drafted_by: &'a StaffId,
    approver: &'a StaffId,
}

/// A decision, or what is to become of one that was made.
fn awaited(state: &Application) -> Result<Awaited<'_>, Rejection> {
    if let Some((_, Amending { drafted_by, approver, .. })) = contest::awaiting_approval(state) {
        return Ok(Awaited { drafted_by, approver });
    }
    let AwaitingApproval { drafted_by, approver, .. } = awaiting_approval(state)?;
    Ok(Awaited { drafted_by, approver })
}

/// Whoever was named, of whichever division: approval goes up the house.
fn approver<'a>(awaited: Awaited<'_>, context: &Context<'a>) -> Result<&'a StaffId, Rejection> {
    let by = context.actor.officer()?;
    if by == awaited.approver {
        return Ok(by);
    }
    Err(Rejection::OtherApprover { approver: awaited.approver.clone() })
}
