//! Consultations (協議): other divisions are asked, several at once; the review waits for none, and none is forgotten.

use chrono::NaiveDate;

use super::clock;
use super::decision::CaseDecision;
use super::guard::{in_process, known_division, under_review};
use super::words::keep_words;
use crate::application::{Application, Consultation, ConsultationStanding};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{ConsultationAnswered, ConsultationOverdue, ConsultationRequested, Event};
use crate::event_format::Proposed;
use crate::ids::DivisionId;
use crate::notice::Alert;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::words::Words;

/// 協議: by an officer of the division in charge, of another one.
pub(super) fn consult(
    state: &Application,
    division: &DivisionId,
    question: &Words,
    due: NaiveDate,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &under_review(state)?.received.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let division = known_division(division, arrived, context)?;
    let due = clock::later_than_today(due, context)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let question = keep_words("question", question, &mut documents)?;
    let asked = ConsultationRequested { division, question, due, by };
    let mut decision = Decision::of([Proposed::Event(Event::ConsultationRequested(asked))]);
    decision.documents = documents.into_vec();
    let consultation = arrived.desk.next_consultation();
    decision.agenda =
        vec![Deadline::ConsultationDue { consultation }.at(Timestamp::end_of(due), context.stream)];
    Ok(decision)
}

/// 協議の回答: by an officer of the division that was asked, once, also after the last day.
pub(super) fn answer(
    state: &Application,
    consultation: u32,
    answer: &Words,
    context: &Context<'_>,
) -> CaseDecision {
    let desk = &in_process(state)?.arrived.desk;
    let asked = desk.consultation(consultation).ok_or(Rejection::ConsultationUnknown { consultation })?;
    let by = context.actor.officer_of(&asked.division)?.clone();
    if !asked.is_awaited() {
        return Err(Rejection::ConsultationAnswered { consultation });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let answer = keep_words("answer", answer, &mut documents)?;
    let answered = Event::ConsultationAnswered(ConsultationAnswered { consultation, answer, by });
    let mut decision = Decision::of([Proposed::Event(answered)]);
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 協議期限の経過: it shows as overdue, and blocks nothing.
pub(super) fn overdue(state: &Application, consultation: u32, context: &Context<'_>) -> CaseDecision {
    let open = |asked: &&Consultation| asked.standing == ConsultationStanding::Open;
    let desk =
        in_process(state).map(|received| &received.arrived.desk).map_err(|_| Rejection::DeadlineMoot)?;
    let asked = desk.consultation(consultation).filter(open).ok_or(Rejection::DeadlineMoot)?;
    clock::reached(Timestamp::end_of(asked.due), context)?;
    let event = Event::ConsultationOverdue(ConsultationOverdue { consultation });
    Ok(clock::alerting(event, Alert::ConsultationOverdue { consultation }, context))
}
