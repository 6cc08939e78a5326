//! What comes of a deadline when it falls due: the engine asks, the case says what has happened.

use super::decision::CaseDecision;
use super::{clock, consultation, correction, delivery, disposal, draft, fee};
use crate::application::Application;
use crate::deadline::Deadline;
use crate::decider::Context;
use crate::rejection::Rejection;

/// 期限の到来: by the engine alone. What the case has left behind is moot.
pub(super) fn pass(state: &Application, deadline: Deadline, context: &Context<'_>) -> CaseDecision {
    context.actor.engine()?;
    match deadline {
        Deadline::DraftExpiry { saves } => draft::expire(state, saves, context),
        Deadline::CorrectionDue { request } => correction::overdue(state, request, context),
        Deadline::ConsultationDue { consultation: number } => consultation::overdue(state, number, context),
        Deadline::Approaching { due } => clock::approaching(state, due, context),
        Deadline::Exceeded { due } => clock::exceeded(state, due, context),
        Deadline::DisposalDue { year } => disposal::fall_due(state, year, context),
        Deadline::PaymentDue { notice } => fee::fall_overdue(state, notice, context),
        Deadline::FetchExpiry { publication } => delivery::expire(state, publication, context),
        Deadline::CalendarChanged { .. } => clock::count_again(state, context),
        // Nothing happens to the case: the engine erases, and asks nobody.
        Deadline::Erasure => Err(Rejection::DeadlineMoot),
    }
}
