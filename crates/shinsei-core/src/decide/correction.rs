//! Corrections (補正): asked for, made, overdue. The arrival stays what it was; the clock stands still meanwhile.

use super::decision::{CaseDecision, notice_at, notice_at_once};
use super::form::{Incoming, keep_form, keep_verdict, read};
use super::guard::{awaiting_correction, under_review};
use super::words::keep_words;
use super::{clock, fields, party};
use crate::agenda::Due;
use crate::application::{Application, Arrived, AwaitingCorrection, FeeLedger};
use crate::command::{Correction, CorrectionRequest};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision, Needs, Signing, SigningRule};
use crate::document::{DocumentRef, Documents};
use crate::event::{
    Corrected, CorrectionItem, CorrectionOverdue, CorrectionRequested, Event, FormRef, ReviewResumed,
    SignatureVerified,
};
use crate::event_format::Proposed;
use crate::form::path::FieldPath;
use crate::notice::{Alert, Task};
use crate::prepared::Prepared;
use crate::rejection::Rejection;
use crate::signature::VerifiedSignature;
use crate::time::{Timestamp, Window};

/// 補正の求め: by an officer, of at least one thing, until a day that is to come.
pub(super) fn request(
    state: &Application,
    request: &CorrectionRequest,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &under_review(state)?.received.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let due = clock::later_than_today(request.due, context)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    fields::names_fields(request, arrived, context)?;
    let items = request.items.try_map(|item| {
        let text = keep_words("correction-item", &item.text, &mut documents)?;
        Ok::<_, Rejection>(CorrectionItem { field: item.field.as_ref().map(ToString::to_string), text })
    })?;
    let requested = CorrectionRequested { items, due, kind: request.kind, by };
    let mut decision = Decision::of([Proposed::Event(Event::CorrectionRequested(requested))]);
    decision.documents = documents.into_vec();
    let number = arrived.desk.corrections + 1;
    decision.agenda = vec![
        notice_at_once(Task::CorrectionNotice { request: number }, context),
        Deadline::CorrectionDue { request: number }.at(Timestamp::end_of(due), context.stream),
    ];
    let remind_at = clock::some_days_before(due);
    if remind_at > context.now {
        decision.agenda.push(notice_at(
            Task::CorrectionReminder { request: number },
            Due::At(remind_at),
            context,
        ));
    }
    Ok(decision)
}

/// A correction is judged under the terms of the arrival, within the service hours of now.
pub(super) fn needs<'a>(state: &'a Application, correction: &'a Correction) -> Needs<'a> {
    let signed = correction.form.signed().zip(state.arrival()).map(|(signed, arrived)| {
        let accepted = arrived.terms.signature.accepted();
        Signing { signed, rule: SigningRule::Fixed { procedure: &arrived.procedure, accepted } }
    });
    Needs { applicant: true, calendar: true, service: true, signed, ..Needs::default() }
}

/// 補正: by the applicant, also after the last day, as long as nobody went on without it. A new version of the whole form
/// is in force, signed anew where a signature is needed; that of the old one is void.
pub(super) fn correct(state: &Application, correction: &Correction, context: &Context<'_>) -> CaseDecision {
    let awaiting = awaiting_correction(state)?;
    let arrived = &awaiting.received.arrived;
    let acts = party::acts_for(arrived.applicant, &arrived.procedure, context)?;
    let open = context
        .service_hours
        .open_at(context.now)
        .map_err(|closed| Rejection::OutsideServiceHours { opens_at: closed.opens_at })?;
    let asked = asked_for(awaiting, correction)?;
    let incoming = Incoming { form: &correction.form, attachments: &correction.attachments };
    let (read, signature) = read(incoming, &arrived.procedure, &arrived.terms, context)?;
    let form = read.taken(&arrived.procedure, arrived.applicant)?;
    same_quantity(arrived, form.quantity)?;
    let (flaws, fits) = fields::corrected(arrived, (awaiting.kind, &asked), (form, &read), context)?;
    let mut documents = context.documents_of_the_command();
    let (form_ref, attachments, verified) = keep(correction, signature, &mut documents);
    let (items, quantity) = (correction.items.clone(), form.quantity);
    let corrected = Corrected { items, form: form_ref, quantity, attachments, flaws };
    let made = [Some(Event::Corrected(corrected)), verified.map(Event::SignatureVerified)];
    let mut decision = Decision::of(made.into_iter().flatten().map(Proposed::Event));
    decision.documents = documents.into_vec();
    decision.window = open.intersect(acts).intersect(fits);
    decision.holds_only(signature.map_or(Window::ALWAYS, VerifiedSignature::holds));
    let request = arrived.desk.corrections;
    decision.agenda = vec![notice_at_once(Task::CorrectedNotice { request }, context)];
    clock::resume(&arrived.desk.clock, &mut decision, context);
    Ok(decision)
}

/// Reads and digests what a correction brings. What cannot be taken is left to the decision on it.
pub(super) fn prepare(state: &Application, correction: &Correction, context: &Context<'_>) -> Prepared {
    let Some(arrived) = state.arrival() else { return Prepared::default() };
    let incoming = Incoming { form: &correction.form, attachments: &correction.attachments };
    let Ok((form, signature)) = read(incoming, &arrived.procedure, &arrived.terms, context) else {
        return Prepared::default();
    };
    let mut form = form.into_owned();
    if let Ok(Some(fields)) = fields::kept(arrived, context) {
        form = form.held_against(fields, context.now.date_jst());
    }
    let documents = context.documents_of_the_command();
    let documents = documents.prepared(|documents| drop(keep(correction, signature, documents)));
    Prepared { seed: Some(context.seed), documents, form: Some(form) }
}

/// Keeps what a correction brings: the form, what is attached to it, and what the verdict on it rests on.
fn keep(
    correction: &Correction,
    signature: Option<&VerifiedSignature>,
    documents: &mut Documents<'_>,
) -> (FormRef, Vec<DocumentRef>, Option<SignatureVerified>) {
    let form = keep_form(&correction.form, documents);
    let attachments = correction.attachments.iter().map(|one| documents.keep("attachment", one)).collect();
    (form, attachments, signature.map(|signature| keep_verdict(signature, documents)))
}

/// 審査の再開: by an officer, who goes on without the correction.
pub(super) fn resume_review(state: &Application, context: &Context<'_>) -> CaseDecision {
    let arrived = &awaiting_correction(state)?.received.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let mut decision = Decision::of([Proposed::Event(Event::ReviewResumed(ReviewResumed { by }))]);
    clock::resume(&arrived.desk.clock, &mut decision, context);
    Ok(decision)
}

/// 補正期限の経過: nothing follows by itself, a person decides.
pub(super) fn overdue(state: &Application, request: u32, context: &Context<'_>) -> CaseDecision {
    let awaiting = awaiting_correction(state).map_err(|_| Rejection::DeadlineMoot)?;
    if awaiting.received.arrived.desk.corrections != request || awaiting.is_overdue {
        return Err(Rejection::DeadlineMoot);
    }
    clock::reached(Timestamp::end_of(awaiting.due), context)?;
    let event = Event::CorrectionOverdue(CorrectionOverdue { request });
    Ok(clock::alerting(event, Alert::CorrectionOverdue { request }, context))
}

/// The fields of what is put right, all of which was asked for; `None` for what names none.
fn asked_for<'a>(
    awaiting: &'a AwaitingCorrection,
    correction: &Correction,
) -> Result<Vec<Option<&'a FieldPath>>, Rejection> {
    let mut fields = vec![];
    for item in correction.items.as_slice() {
        let field = awaiting.item(*item).ok_or(Rejection::CorrectionItemUnknown {
            items: u32::try_from(awaiting.items.len()).unwrap_or(u32::MAX),
            item: *item,
        })?;
        fields.push(field);
    }
    Ok(fields)
}

/// A fee that is fixed was counted by the copies.
fn same_quantity(arrived: &Arrived, quantity: u32) -> Result<(), Rejection> {
    match arrived.fee {
        FeeLedger::Free | FeeLedger::Unassessed | FeeLedger::Exempted => Ok(()),
        FeeLedger::Assessed(_) | FeeLedger::Paid(_) if quantity == arrived.quantity => Ok(()),
        FeeLedger::Assessed(_) | FeeLedger::Paid(_) => {
            Err(Rejection::QuantityFixed { quantity: arrived.quantity })
        }
    }
}
