//! Submitting (申請): what arrives, electronically or on paper, and whether the procedure takes it.

use super::decision::{CaseDecision, notice_at_once};
use super::draft::draft_of;
use super::fee::fee_at;
use super::filing::{clock_starts_at, taken_now, taken_on_paper};
use super::form::{Incoming, keep_form, keep_verdict, read};
use super::words::{keep_file, keep_words};
use super::{clock, fields, party};
use crate::application::Application;
use crate::bytes::Bytes;
use crate::command::{Paper, Submit};
use crate::decider::{Context, Decision, Needs, Signing};
use crate::document::{DocumentRef, Documents};
use crate::event::{Event, FormRef, PaperArrival, SignatureVerified, Submitted};
use crate::event_format::Proposed;
use crate::form::QUANTITY_MAX;
use crate::ids::ProcedureId;
use crate::notice::Task;
use crate::number::ReceiptNumber;
use crate::prepared::Prepared;
use crate::procedure::{Applicants, FeeTiming, Procedure};
use crate::rejection::Rejection;
use crate::signature::VerifiedSignature;
use crate::standard::mail_address;
use crate::time::{FiscalYear, Timestamp, Window};
use crate::user::{Registered, UserKind};

/// A submission is judged under the edition in force, by who is registered, within the service hours.
pub(super) fn needs(submission: &Submit) -> Needs<'_> {
    Needs {
        procedure: Some(&submission.procedure),
        applicant: true,
        profile: true,
        bound: false,
        calendar: true,
        signed: Signing::by_edition(&submission.form),
        service: true,
    }
}

/// 申請 → 到達, 署名検証, 受付: one decision, so that the resident has the receipt number in the answer.
pub(super) fn submit(state: &Application, submission: &Submit, context: &Context<'_>) -> CaseDecision {
    let (procedure, in_force) = procedure_open(&submission.procedure, context)?;
    let (applicant, registered) = context.applicant()?;
    let agent = party::agent_for(procedure, context)?;
    draft_of(state, applicant, &procedure.id)?;
    let open = context
        .service_hours
        .open_at(context.now)
        .map_err(|closed| Rejection::OutsideServiceHours { opens_at: closed.opens_at })?;
    admits(procedure, registered)?;
    usable_contact(&submission.contact)?;
    let incoming = Incoming { form: &submission.form, attachments: &submission.attachments };
    let (read, signature) = read(incoming, &procedure.id, &procedure.terms, context)?;
    let form = read.taken(&procedure.id, applicant)?;
    let in_time = taken_now(&procedure.terms, form, context)?;
    let flaws = read.flaws(&procedure.form, context.now.date_jst());
    fields::refuse_what_must_not_arrive(&flaws)?;
    let mut documents = context.documents_of_the_command();
    let kept = keep(submission, procedure, signature, &mut documents, context);
    let submitted = Submitted {
        procedure: procedure.id.clone(),
        edition: procedure.edition,
        terms: Box::new(procedure.terms.clone()),
        applicant,
        quantity: form.quantity,
        form: kept.form,
        contact: kept.contact,
        attachments: kept.attachments,
        agent: agent.map(|(agent, _)| agent),
        profile: kept.profile,
        paper: None,
        schema: kept.schema.map(Box::new),
        flaws,
        late: in_time.late,
    };
    let verified = kept.verified;
    let starts_at = clock_starts_at(&procedure.terms, context.now, Some(&in_time));
    let mut decision = arrive(submitted, verified, starts_at, documents, context)?;
    decision.holds_only(open.intersect(in_force).intersect(in_time.holds));
    decision.holds_only(fields::holds(&procedure.form, context));
    decision.holds_only(signature.map_or(Window::ALWAYS, VerifiedSignature::holds));
    if let Some((agent, holds)) = agent {
        decision.holds_only(holds);
        decision.also.push(party::used(agent, &procedure.id, context)?);
    }
    Ok(decision)
}

/// Reads and digests what a submission brings. What cannot be taken is left to the decision on it.
pub(super) fn prepare(submission: &Submit, context: &Context<'_>) -> Prepared {
    let incoming = Incoming { form: &submission.form, attachments: &submission.attachments };
    let read_by = |procedure: &Procedure| read(incoming, &procedure.id, &procedure.terms, context);
    let Ok((procedure, _)) = procedure_open(&submission.procedure, context) else {
        return Prepared::default();
    };
    let Ok((form, signature)) = read_by(procedure) else { return Prepared::default() };
    let form = form.into_owned().held_against(&procedure.form, context.now.date_jst());
    let documents = context.documents_of_the_command();
    let documents =
        documents.prepared(|documents| drop(keep(submission, procedure, signature, documents, context)));
    Prepared { seed: Some(context.seed), documents, form: Some(form) }
}

/// What a submission brings, kept as documents.
struct Kept {
    form: FormRef,
    contact: DocumentRef,
    attachments: Vec<DocumentRef>,
    profile: Option<DocumentRef>,
    schema: Option<DocumentRef>,
    verified: Option<SignatureVerified>,
}

fn keep(
    submission: &Submit,
    procedure: &Procedure,
    signature: Option<&VerifiedSignature>,
    documents: &mut Documents<'_>,
    context: &Context<'_>,
) -> Kept {
    Kept {
        form: keep_form(&submission.form, documents),
        contact: documents.keep("contact", &submission.contact),
        attachments: submission.attachments.iter().map(|one| documents.keep("attachment", one)).collect(),
        profile: context.profile.map(|profile| documents.keep_copy("applicant", &profile.content)),
        schema: fields::keep(&procedure.form, documents),
        verified: signature.map(|signature| keep_verdict(signature, documents)),
    }
}

/// 紙の申請: by the division's staff; it arrived when the city had it, and what was signed by hand needs no certificate.
pub(super) fn record_paper_arrival(
    state: &Application,
    paper: &Paper,
    context: &Context<'_>,
) -> CaseDecision {
    let procedure = procedure_at(&paper.procedure, paper.arrived_at, context)?;
    let by = context.actor.counter_of(&procedure.terms.division)?.clone();
    if *state != Application::Absent {
        return Err(Rejection::CaseExists);
    }
    if paper.arrived_at > context.now {
        return Err(Rejection::ArrivalInFuture);
    }
    if !(1..=QUANTITY_MAX).contains(&paper.quantity) {
        return Err(Rejection::QuantityOutOfRange { asked: paper.quantity });
    }
    let taken = taken_on_paper(&procedure.terms, paper.arrived_at, context);
    let mut documents = context.documents_of_the_command();
    let kept = keep_paper(paper, procedure, &mut documents)?;
    let submitted = Submitted {
        procedure: procedure.id.clone(),
        edition: procedure.edition,
        terms: Box::new(procedure.terms.clone()),
        applicant: paper.applicant,
        quantity: paper.quantity,
        form: kept.form,
        contact: kept.contact,
        attachments: kept.attachments,
        agent: None,
        profile: None,
        paper: Some(Box::new(PaperArrival { channel: paper.channel, arrived_at: paper.arrived_at, by })),
        schema: kept.schema.map(Box::new),
        // Nobody but a person reads a picture of a paper.
        flaws: vec![],
        late: taken.and_then(|taken| taken.late),
    };
    let starts_at = clock_starts_at(&procedure.terms, paper.arrived_at, taken.as_ref());
    arrive(submitted, None, starts_at, documents, context)
}

/// Digests what came on paper: a picture of it may have many megabytes.
pub(super) fn prepare_paper(paper: &Paper, context: &Context<'_>) -> Prepared {
    let Ok(procedure) = procedure_at(&paper.procedure, paper.arrived_at, context) else {
        return Prepared::default();
    };
    let documents = context.documents_of_the_command();
    // What cannot be taken is left to the decision.
    let documents = documents.prepared(|documents| drop(keep_paper(paper, procedure, documents)));
    Prepared { seed: Some(context.seed), documents, form: None }
}

fn keep_paper(
    paper: &Paper,
    procedure: &Procedure,
    documents: &mut Documents<'_>,
) -> Result<Kept, Rejection> {
    let form = FormRef::Unsigned(keep_file("paper-form", &paper.form, documents)?);
    let contact = keep_words("contact", &paper.contact, documents)?;
    let attachments = paper.attachments.iter().map(|one| keep_file("attachment", one, documents));
    let attachments = attachments.collect::<Result<_, _>>()?;
    let schema = fields::keep(&procedure.form, documents);
    Ok(Kept { form, contact, attachments, profile: None, schema, verified: None })
}

/// What every arrival brings about: its number, its fee where that is fixed already, its clock and its receipt notice.
fn arrive(
    submitted: Submitted,
    verified: Option<SignatureVerified>,
    clock_starts_at: Timestamp,
    documents: Documents<'_>,
    context: &Context<'_>,
) -> CaseDecision {
    let year = FiscalYear::of(context.now);
    let series = ReceiptNumber::series(year).ok_or(Rejection::YearWithoutNumbers)?;
    let assessed = fee_at(FeeTiming::AtApplication, &submitted.terms.fee, submitted.quantity);
    let period = submitted.terms.standard_period;
    let mut decision = Decision::of(
        [Some(Event::Submitted(submitted)), verified.map(Event::SignatureVerified)]
            .into_iter()
            .flatten()
            .map(Proposed::Event)
            .chain([Proposed::Numbered { event_type: "ReceiptIssued", series }])
            .chain(assessed.map(Proposed::Event)),
    );
    decision.documents = documents.into_vec();
    decision.agenda = vec![notice_at_once(Task::ReceiptNotice, context)];
    decision.window = year.window();
    clock::start(0, period, clock_starts_at, &mut decision, context);
    Ok(decision)
}

/// The edition in force of a procedure that is not suspended, and until when it is.
fn procedure_open<'a>(id: &ProcedureId, context: &Context<'a>) -> Result<(&'a Procedure, Window), Rejection> {
    let unknown = || Rejection::ProcedureUnknown { procedure: id.clone() };
    match context.editions.filter(|editions| !editions.is_absent()) {
        None => Ok((context.procedure.ok_or_else(unknown)?, Window::ALWAYS)),
        Some(editions) => {
            let (procedure, in_force) = editions.in_force(context.now).ok_or_else(unknown)?;
            editions.is_going_on()?;
            Ok((procedure, in_force))
        }
    }
}

/// The edition in force when paper arrived, however long after that it is recorded. What arrived before the first one is
/// governed by that of now. Paper is not turned away while a procedure is suspended: it is there.
fn procedure_at<'a>(
    id: &ProcedureId,
    arrived_at: Timestamp,
    context: &Context<'a>,
) -> Result<&'a Procedure, Rejection> {
    let then = context.editions.and_then(|editions| editions.in_force(arrived_at));
    let procedure = then.map(|(procedure, _)| procedure).or(context.procedure);
    procedure.ok_or_else(|| Rejection::ProcedureUnknown { procedure: id.clone() })
}

fn admits(procedure: &Procedure, registered: Option<&Registered>) -> Result<(), Rejection> {
    let Some(registered) = registered else { return Ok(()) };
    let company = registered.kind == UserKind::Company;
    match (procedure.applicants, company) {
        (Applicants::Both, _) | (Applicants::Individuals, false) | (Applicants::Corporations, true) => Ok(()),
        (Applicants::Individuals, true) | (Applicants::Corporations, false) => {
            Err(Rejection::NotForThisApplicant { company })
        }
    }
}

/// An address to which a mail can be sent, as far as can be seen.
pub(crate) fn usable_contact(contact: &Bytes) -> Result<&Bytes, Rejection> {
    let address = std::str::from_utf8(contact.as_slice()).map_err(|_| Rejection::ContactUnusable)?;
    if mail_address::is_usable(address) { Ok(contact) } else { Err(Rejection::ContactUnusable) }
}
