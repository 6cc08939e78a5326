//! Official documents (公文書): published for who agreed to it, fetched, or delivered on paper. A mail is no delivery.

use chrono::NaiveDate;

use super::decision::{CaseDecision, decision_with, events, notice_at_once, passed};
use super::fee::end_of_day;
use super::guard::{decided_or_issued, wrong_state};
use super::hand_over::{issue, may_be_handed_over};
use super::party::{acts_for, applicant_or_counter};
use crate::application::{Application, Decided, Fetching, Received, nth};
use crate::command::{DocumentWritten, PaperDelivery, SealPut};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::{DocumentRef, Documents};
use crate::event::{
    DocumentDelivered, DocumentFetched, DocumentPublished, ElectronicDeliveryAgreed,
    ElectronicDeliveryDeclined, Event, FetchExpired, PaperWay, ResultTold, Seal, TellingChannel,
};
use crate::event_format::Proposed;
use crate::ids::StaffId;
use crate::notice::Task;
use crate::official::{Instruction, official_text};
use crate::rejection::{Rejection, StateName};
use crate::time::{Timestamp, Window};

/// 電子交付の同意: by the applicant, or by a clerk who has it on paper, until the case has ended.
pub(super) fn choose(state: &Application, agrees: bool, context: &Context<'_>) -> CaseDecision {
    let received = state.receipt().filter(|_| state.is_open());
    let received = received.ok_or_else(|| wrong_state(state, StateName::Received))?;
    let (by, window) = applicant_or_counter(&received.arrived, context)?;
    if received.arrived.terms.consent.is_none() {
        return Err(Rejection::ElectronicDeliveryExcluded);
    }
    if received.annex.electronic_delivery == Some(agrees) {
        return Err(Rejection::AlreadyChosen);
    }
    let chosen = if agrees {
        Event::ElectronicDeliveryAgreed(ElectronicDeliveryAgreed { by })
    } else {
        Event::ElectronicDeliveryDeclined(ElectronicDeliveryDeclined { by })
    };
    Ok(Decision { window, ..events([chosen])? })
}

/// 公文書の公開: by an officer, of what was decided last, for an applicant who agreed. What was granted must be cleared.
pub(super) fn publish(
    state: &Application,
    written: &DocumentWritten,
    expires_on: NaiveDate,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = deliverable(state)?;
    let by = context.actor.officer_of(decided.received.arrived.in_charge())?.clone();
    if !decided.received.agrees_to_electronic_delivery() {
        return Err(Rejection::ConsentMissing);
    }
    if written.seal == SealPut::Paper {
        return Err(Rejection::SealUnfit);
    }
    if decided.received.annex.waiting_publication().is_some() {
        return Err(Rejection::AlreadyPublished);
    }
    if decided.is_favourable() {
        may_be_handed_over(decided)?;
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let (document, seal) = keep(decided, written, &mut documents, context)?;
    let publication = decided.received.annex.next_publication();
    let remedy = decided.remedy();
    let published = DocumentPublished { publication, document, seal, remedy, expires_on, by };
    let mut decision = decision_with([Event::DocumentPublished(published)], documents)?;
    let expires_at = end_of_day(expires_on, context)?;
    decision.window = Window { from: None, until: Some(expires_at) };
    decision.agenda = vec![
        notice_at_once(Task::PublicationNotice { publication }, context),
        Deadline::FetchExpiry { publication }.at(expires_at, context.stream),
    ];
    Ok(decision)
}

/// 公文書の取得: by the applicant or their agent, in time. It tells the result, and what was granted is handed over with it.
pub(super) fn fetch(state: &Application, context: &Context<'_>) -> CaseDecision {
    let decided = deliverable(state)?;
    let Received { arrived, annex, .. } = &decided.received;
    let may_act = acts_for(arrived.applicant, &arrived.procedure, context)?;
    let (publication, waiting) = annex.waiting_publication().ok_or(Rejection::NothingToFetch)?;
    let until = Some(end_of_day(waiting.expires_on, context).map_err(|_| Rejection::NothingToFetch)?);
    let fetched = Event::DocumentFetched(DocumentFetched { publication });
    let told = told_by_it(decided, None);
    let is_handed_over = !matches!(state, Application::Decided(_));
    let issued = if decided.owes_a_hand_over() && !is_handed_over {
        let fee = may_be_handed_over(decided)?;
        Some(Event::CertificateIssued(issue(decided, fee, arrived.quantity, &waiting.by)?))
    } else {
        None
    };
    let decision = Decision::of([Some(fetched), told, issued].into_iter().flatten().map(Proposed::Event));
    Ok(Decision { window: may_act.intersect(Window { from: None, until }), ..decision })
}

/// 取得期限の経過: of a document that nobody fetched; a person decides how it is delivered now.
pub(super) fn expire(state: &Application, publication: u32, context: &Context<'_>) -> CaseDecision {
    let received = state.receipt().ok_or(Rejection::DeadlineMoot)?;
    let waiting = nth(&received.annex.publications, publication).filter(|one| one.state == Fetching::Waiting);
    let waiting = waiting.ok_or(Rejection::DeadlineMoot)?;
    let from = waiting.expires_on.succ_opt().and_then(Timestamp::start_of_day);
    let expired = Event::FetchExpired(FetchExpired { publication });
    passed(Window { from, until: None }, expired, context)
}

/// 公文書の交付・発送: by a clerk or an officer, on paper. It tells the result.
pub(super) fn deliver(
    state: &Application,
    written: &DocumentWritten,
    way: &PaperDelivery,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = deliverable(state)?;
    let by = context.actor.counter_of(decided.received.arrived.in_charge())?.clone();
    if decided.received.annex.document_is_delivered {
        return Err(Rejection::AlreadyDelivered);
    }
    if matches!(written.seal, SealPut::Electronic { .. }) {
        return Err(Rejection::SealUnfit);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let (document, seal) = keep(decided, written, &mut documents, context)?;
    let way = match way {
        PaperDelivery::Counter => PaperWay::Counter,
        PaperDelivery::Post { tracking } => {
            PaperWay::Post { tracking: tracking.as_ref().map(|number| documents.keep("tracking", number)) }
        }
    };
    let told = told_by_it(decided, Some(&by));
    let remedy = decided.remedy();
    let delivered = Event::DocumentDelivered(DocumentDelivered { document, seal, remedy, way, by });
    decision_with([delivered].into_iter().chain(told), documents)
}

/// What was decided last of a case that still says something: open, or ended and contested.
fn deliverable(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Closed(closed) = state {
        let owing = closed.decision().filter(|decided| decided.owes_a_document());
        return owing.ok_or_else(|| wrong_state(state, StateName::Decided));
    }
    decided_or_issued(state)
}

/// The document: what was written, with the reasons and the remedy of what was decided; and its seal.
fn keep(
    decided: &Decided,
    written: &DocumentWritten,
    documents: &mut Documents<'_>,
    context: &Context<'_>,
) -> Result<(DocumentRef, Seal), Rejection> {
    let reasons = decided.reasons().iter().map(|reason| context.content(&reason.text).unwrap_or_default());
    let deciding = &decided.terms().deciding;
    let remedy = decided.remedy().map(|remedy| Instruction { remedy, deciding, city: context.city });
    let text = official_text(written.body.read("official-document")?.as_slice(), reasons, remedy)?;
    let document = documents.keep("official-document", &text);
    let seal = match &written.seal {
        SealPut::Paper => Seal::Paper,
        SealPut::Electronic { signature } => {
            Seal::Electronic { signature: documents.keep("seal", signature) }
        }
        SealPut::None => Seal::None,
    };
    Ok((document, seal))
}

/// Whoever has the document was told.
fn told_by_it(decided: &Decided, by: Option<&StaffId>) -> Option<Event> {
    let how = TellingChannel::Document;
    let told = ResultTold { how, by: by.cloned() };
    decided.told_at.is_none().then_some(Event::ResultTold(told))
}
