//! The withdrawal (取下げ) of an application that is not decided: at once, or if the city consents.

use super::decision::{CaseDecision, decision_with, events, notice_at_once};
use super::ending::closed_for;
use super::guard::wrong_state;
use super::party::applicant_or_counter;
use super::words::keep_reasons;
use crate::application::{Application, Received, Withdrawal};
use crate::command::StatedReason;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{CloseReason, Event, WithdrawalDeclined, WithdrawalRequested, Withdrawn};
use crate::notice::Task;
use crate::outcome::NonEmpty;
use crate::procedure::WithdrawalRule;
use crate::rejection::{Rejection, StateName};

/// 取下げ: by the applicant or their agent, or by a clerk who has it on paper; at once, or as a request that the city must answer.
pub(super) fn withdraw(state: &Application, context: &Context<'_>) -> CaseDecision {
    let received @ Received { arrived, .. } = undecided(state)?;
    let (by, window) = applicant_or_counter(arrived, context)?;
    let decision = match arrived.terms.withdrawal {
        WithdrawalRule::Never => return Err(Rejection::WithdrawalExcluded),
        WithdrawalRule::AtOnce => withdrawn(Withdrawn { by }, context)?,
        WithdrawalRule::ByConsent => {
            unanswered(received)?;
            events([Event::WithdrawalRequested(WithdrawalRequested { by })])?
        }
    };
    Ok(Decision { window, ..decision })
}

/// 取下げの同意: by an officer; the case ends.
pub(super) fn accept(state: &Application, context: &Context<'_>) -> CaseDecision {
    let received = undecided(state)?;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    requested(received)?;
    withdrawn(Withdrawn { by: Some(by) }, context)
}

/// 取下げの不同意: by an officer, with reasons; the review goes on.
pub(super) fn decline(
    state: &Application,
    reasons: &NonEmpty<StatedReason>,
    context: &Context<'_>,
) -> CaseDecision {
    let received = undecided(state)?;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    requested(received)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let reasons = keep_reasons(reasons, &mut documents)?;
    let declined = Event::WithdrawalDeclined(WithdrawalDeclined { by, reasons });
    let mut decision = decision_with([declined], documents)?;
    let declined = received.annex.withdrawals_declined + 1;
    decision.agenda = vec![notice_at_once(Task::WithdrawalDeclinedNotice { declined }, context)];
    Ok(decision)
}

/// A request to withdraw is answered before the case is decided.
pub(super) fn unanswered(received: &Received) -> Result<(), Rejection> {
    match received.annex.withdrawal {
        Withdrawal::Requested { .. } => Err(Rejection::WithdrawalPending),
        Withdrawal::NotWanted | Withdrawal::Done { .. } => Ok(()),
    }
}

fn requested(received: &Received) -> Result<(), Rejection> {
    match received.annex.withdrawal {
        Withdrawal::Requested { .. } => Ok(()),
        Withdrawal::NotWanted | Withdrawal::Done { .. } => Err(Rejection::NoWithdrawalRequested),
    }
}

fn withdrawn(withdrawn: Withdrawn, context: &Context<'_>) -> CaseDecision {
    let mut decision = events([Event::Withdrawn(withdrawn), closed_for(CloseReason::Withdrawn)])?;
    decision.agenda = vec![notice_at_once(Task::WithdrawalNotice, context)];
    Ok(decision)
}

/// What was received and is not decided: what is decided is not withdrawn any more.
fn undecided(state: &Application) -> Result<&Received, Rejection> {
    // What was forwarded is taken back from the agency that has it.
    let is_here = state.is_open() && !matches!(state, Application::Forwarded(_));
    let received = state.receipt().filter(|_| is_here);
    let received = received.ok_or_else(|| wrong_state(state, StateName::Received))?;
    if received.annex.decisions > 0 { Err(Rejection::AlreadyDecided) } else { Ok(received) }
}
