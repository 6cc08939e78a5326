//! A decision does not stay as it was: corrected (更正), revoked (取消し・撤回), appealed against (審査請求・取消訴訟), reviewed
//! again.

use chrono::NaiveDate;

use super::clock;
use super::decision::{CaseDecision, decision_with, events, notice_at_once};
use super::guard::{decided_or_issued, somebody_else, wrong_state};
use super::review::outcome;
use super::words::{keep_file, keep_reasons, keep_words};
use crate::application::{Amending, Application, Closed, Decided, nth};
use crate::command::{Finding, StatedReason};
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{
    Amendment, AmendmentDrafted, AppealFiled, AppealKind, AppealResolved, AppealResult, DecisionCorrected,
    DecisionRevoked, Event, Reopened, ReopeningGround,
};
use crate::event_format::Proposed;
use crate::ids::StaffId;
use crate::notice::Task;
use crate::outcome::NonEmpty;
use crate::rejection::{Rejection, StateName};
use crate::words::Words;

/// 更正: by an officer; what was decided stays, what was written of it is mended.
pub(super) fn correct(
    state: &Application,
    finding: &Finding,
    explanation: &Words,
    approver: &Option<StaffId>,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = decided_ever(state)?;
    let arrived = &decided.received.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    in_force(decided)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let outcome = outcome(arrived, finding, &mut documents)?;
    if !outcome.is_alike(&decided.outcome) {
        return Err(Rejection::OutcomeChanged);
    }
    let explanation = keep_words("correction", explanation, &mut documents)?;
    amended(
        decided,
        Amendment::Correction { outcome, explanation },
        by,
        approver.as_ref(),
        documents,
        context,
    )
}

/// 取消し・撤回: by an officer, with reasons and the remedy of the terms; what was granted is void with it.
pub(super) fn revoke(
    state: &Application,
    reasons: &NonEmpty<StatedReason>,
    approver: &Option<StaffId>,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = decided_ever(state)?;
    let by = context.actor.officer_of(decided.received.arrived.in_charge())?.clone();
    in_force(decided)?;
    if !decided.outcome.is_favourable() {
        return Err(Rejection::NothingToRevoke);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reasons = keep_reasons(reasons, &mut documents)?;
    amended(decided, Amendment::Revocation { reasons }, by, approver.as_ref(), documents, context)
}

/// At once, or drafted for somebody else to approve: always so where the terms need approval, since what takes two to decide
/// takes two to undo.
fn amended(
    decided: &Decided,
    amendment: Amendment,
    by: StaffId,
    approver: Option<&StaffId>,
    documents: Documents<'_>,
    context: &Context<'_>,
) -> CaseDecision {
    if decided.received.annex.amending.is_some() {
        return Err(Rejection::AmendmentAwaitsApproval);
    }
    match approver {
        Some(approver) => {
            somebody_else(&by, approver)?;
            let drafted = AmendmentDrafted { amendment, by, approver: approver.clone() };
            decision_with([Event::AmendmentDrafted(drafted)], documents)
        }
        None if decided.terms().approval => Err(Rejection::ApprovalNeeded),
        None => ruled(decided, decision_with([ruling(decided, amendment, by, None)], documents)?, context),
    }
}

/// 決裁: what was drafted becomes of the decision, word for word.
pub(super) fn approve(
    decided: &Decided,
    amending: &Amending,
    by: StaffId,
    context: &Context<'_>,
) -> CaseDecision {
    in_force(decided)?;
    let Amending { amendment, drafted_by, .. } = amending.clone();
    ruled(decided, Decision::of([Proposed::Event(ruling(decided, amendment, by, Some(drafted_by)))]), context)
}

/// What awaits approval of a decision that was made.
pub(super) fn awaiting_approval(state: &Application) -> Option<(&Decided, &Amending)> {
    let decided = decided_ever(state).ok()?;
    Some((decided, decided.received.annex.amending.as_ref()?))
}

fn ruling(decided: &Decided, amendment: Amendment, by: StaffId, drafted_by: Option<StaffId>) -> Event {
    match amendment {
        Amendment::Correction { outcome, explanation } => {
            Event::DecisionCorrected(DecisionCorrected { by, outcome, explanation, drafted_by })
        }
        Amendment::Revocation { reasons } => {
            let remedy = decided.terms().remedy;
            Event::DecisionRevoked(DecisionRevoked { by, reasons, remedy, drafted_by })
        }
    }
}

/// What was decided is another now: a new notice is due.
fn ruled(decided: &Decided, mut decision: Decision<Event>, context: &Context<'_>) -> CaseDecision {
    let ruling = decided.received.annex.rulings + 1;
    decision.agenda.push(notice_at_once(Task::result(ruling), context));
    Ok(decision)
}

/// 審査請求・取消訴訟: recorded by an officer whenever one is brought. Whether it is in time is for those to say who judge it.
pub(super) fn record_appeal(
    state: &Application,
    kind: AppealKind,
    filed_on: NaiveDate,
    paper: &Words,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = decided_ever(state)?;
    let by = context.actor.officer_of(decided.received.arrived.in_charge())?.clone();
    if filed_on < decided.reviewed_at.date_jst() || filed_on > context.now.date_jst() {
        return Err(Rejection::AppealOutOfRange);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let paper = keep_file("appeal", paper, &mut documents)?;
    let appeal = decided.received.annex.next_appeal();
    decision_with([Event::AppealFiled(AppealFiled { appeal, kind, filed_on, paper, by })], documents)
}

/// 裁決・判決: recorded by an officer; what follows from it is decided by a person.
pub(super) fn resolve(
    state: &Application,
    appeal: u32,
    result: AppealResult,
    context: &Context<'_>,
) -> CaseDecision {
    let received = state.receipt().ok_or(Rejection::CaseUnknown)?;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    match nth(&received.annex.appeals, appeal) {
        Some(pending) if pending.result.is_none() => {
            events([Event::AppealResolved(AppealResolved { appeal, result, by })])
        }
        Some(_) | None => Err(Rejection::NoSuchAppeal { appeal }),
    }
}

/// 再審査: of a case that had ended with a decision, by an officer and with the approval of another person.
pub(super) fn reopen(
    state: &Application,
    ground: ReopeningGround,
    approver: &StaffId,
    context: &Context<'_>,
) -> CaseDecision {
    let Application::Closed(closed) = state else { return Err(wrong_state(state, StateName::Closed)) };
    let by = context.actor.officer_of(closed.received().arrived.in_charge())?;
    if by == approver {
        return Err(Rejection::ApproverIsActor);
    }
    let decided = closed.decision().ok_or(Rejection::NothingDecided)?;
    if ground == ReopeningGround::AppealUpheld && !decided.received.annex.was_upheld() {
        return Err(Rejection::NoAppealUpheld);
    }
    let arrived = &decided.received.arrived;
    let reopened = Event::Reopened(Reopened { ground, by: by.clone(), approver: approver.clone() });
    let mut decision = Decision::of([Proposed::Event(reopened)]);
    // The old due date was met when the result was told: the new review has one of its own.
    clock::start(arrived.desk.clock.dues, arrived.terms.standard_period, context.now, &mut decision, context);
    Ok(decision)
}

/// The decision of a case that was ever decided, as long as its documents are there.
fn decided_ever(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Closed(closed) = state {
        return Closed::decision(closed).ok_or(Rejection::NothingDecided);
    }
    decided_or_issued(state)
}

fn in_force(decided: &Decided) -> Result<(), Rejection> {
    if decided.revocation.is_some() { Err(Rejection::AlreadyRevoked) } else { Ok(()) }
}
