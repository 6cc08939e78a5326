//! The main path of the domain: what a case says to a command.

use crate::actor::Role;
use crate::agenda::{AgendaChange, Channel, Due, Entry, EntryKey};
use crate::application::{
    Application, Arrived, Decided, FeeLedger, Issued, Received, SettledFee, UnderReview,
};
use crate::bytes::Bytes;
use crate::command::{
    ApplicationFinding, Command, FilingFinding, Finding, Review, StatedReason, Submit, SubmittedForm,
};
use crate::decider::{Context, Decider, Decision, Needs};
use crate::document::Documents;
use crate::event::{
    CertificateIssued, CertificateSerial, CloseReason, Closed, Event, EvidenceRef, ExemptionGround,
    FeeAssessed, FeeBasis, FeeExempted, FeePaid, FormRef, PaymentChannel, ResultTold, ReviewStarted,
    Reviewed, SignatureVerified, Submitted, TellingChannel,
};
use crate::event_format::Proposed;
use crate::form::{Form, FormDefect};
use crate::ids::{StaffId, StreamKind};
use crate::notice::Task;
use crate::number::ReceiptNumber;
use crate::outcome::{ApplicationOutcome, FilingOutcome, NonEmpty, Outcome, Reason};
use crate::procedure::{Act, Applicants, Fee, FeeTiming, Procedure, SignatureRule, Tariff};
use crate::record::Recorded;
use crate::rejection::{Rejection, StateName};
use crate::signature::VerifiedSignature;
use crate::time::{FiscalYear, Window};
use crate::user::{Registered, UserKind};
use crate::yen::Yen;

/// The longest mail address, in bytes. Source: RFC 5321 section 4.5.3.1.3, a path of 256 with its brackets.
const CONTACT_BYTES_MAX: usize = 254;

/// What is decided on a case.
pub type CaseDecision = Result<Decision<Event>, Rejection>;

impl Decider for Application {
    type Command = Command;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Case;

    fn needs(command: &Command) -> Needs<'_> {
        match command {
            Command::Submit(submit) => {
                Needs { procedure: Some(&submit.procedure), applicant: true, signed: submit.form.signed() }
            }
            Command::StartReview
            | Command::Review(_)
            | Command::AssessFee { .. }
            | Command::ExemptFee { .. }
            | Command::RecordPayment { .. }
            | Command::IssueCertificate { .. }
            | Command::TellResult { .. }
            | Command::Close { .. } => Needs::default(),
        }
    }

    fn decide(&self, command: &Command, context: &Context<'_>) -> CaseDecision {
        decide(self, command, context)
    }

    fn evolve(self, recorded: &Recorded<Event>) -> Self {
        Application::evolve(self, recorded)
    }
}

/// Decides on a command to a case: what happens, or why the rules say no.
///
/// # Errors
/// [`Rejection`] when the rules say no. Nothing is recorded then.
pub fn decide(state: &Application, command: &Command, context: &Context<'_>) -> CaseDecision {
    match command {
        Command::Submit(submission) => submit(state, submission, context),
        Command::StartReview => start_review(state, context),
        Command::Review(decision) => review(state, decision, context),
        Command::AssessFee { yen } => assess_fee(state, *yen, context),
        Command::ExemptFee { ground } => exempt_fee(state, *ground, context),
        Command::RecordPayment { yen, channel, reference } => {
            record_payment(state, *yen, *channel, reference, context)
        }
        Command::IssueCertificate { copies } => issue_certificate(state, *copies, context),
        Command::TellResult { how } => tell_result(state, *how, context),
        Command::Close { reason } => close(state, *reason, context),
    }
}

/// 申請 → 到達, 署名検証, 受付: one decision, so that the resident has the receipt number in the answer.
fn submit(state: &Application, submission: &Submit, context: &Context<'_>) -> CaseDecision {
    must_be_absent(state)?;
    let (user, registered) = context.applicant()?;
    let procedure = context
        .procedure
        .ok_or_else(|| Rejection::ProcedureUnknown { procedure: submission.procedure.clone() })?;
    let open = context
        .service_hours
        .open_at(context.now)
        .map_err(|closed| Rejection::OutsideServiceHours { opens_at: closed.opens_at })?;
    admits(procedure, registered)?;
    let contact = usable_contact(&submission.contact)?;
    let signature = required_signature(procedure, &submission.form, context)?;
    let form = Form::parse(content(&submission.form, signature)?)?;
    if form.procedure != procedure.id {
        return Err(Rejection::FormOfOtherProcedure { stated: form.procedure });
    }
    if form.applicant != user {
        return Err(Rejection::FormOfOtherApplicant);
    }
    let year = FiscalYear::of(context.now);
    let series = ReceiptNumber::series(year).ok_or(Rejection::YearWithoutNumbers)?;

    let mut documents = Documents::of(&context.seed, context.stream);
    let submitted = Submitted {
        procedure: procedure.id.clone(),
        edition: procedure.edition,
        terms: Box::new(procedure.terms.clone()),
        applicant: user,
        quantity: form.quantity,
        form: keep_form(&submission.form, &mut documents),
        contact: documents.keep("contact", contact),
        attachments: submission.attachments.iter().map(|one| documents.keep("attachment", one)).collect(),
    };
    let verified = signature.map(|signature| keep_verdict(signature, &mut documents));
    let assessed = fee_at(FeeTiming::AtApplication, &procedure.terms.fee, form.quantity);

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
    decision.window = [year.window(), signature.map_or(Window::ALWAYS, VerifiedSignature::holds)]
        .into_iter()
        .fold(open, Window::intersect);
    Ok(decision)
}

/// 審査を始める: by an officer of the division in charge, once a fee that comes first is settled.
fn start_review(state: &Application, context: &Context<'_>) -> CaseDecision {
    let received = received(state)?;
    let terms = &received.arrived.terms;
    let by = context.actor.officer_of(&terms.division)?;
    if terms.fee_precedes_review() {
        received.arrived.fee.settled().map_err(|_| Rejection::FeeBeforeReview)?;
    }
    events([Event::ReviewStarted(ReviewStarted { by: by.clone() })])
}

/// 審査: the outcome, by act; the result notice is due, and the fee of a grant where it is paid at the hand-over.
fn review(state: &Application, review: &Review, context: &Context<'_>) -> CaseDecision {
    let UnderReview { received, .. } = under_review(state)?;
    let Arrived { terms, quantity, .. } = &received.arrived;
    let by = context.actor.officer_of(&terms.division)?.clone();
    inspected(received, review, context)?;
    reasoned(&review.finding)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let outcome = outcome(&received.arrived, &review.finding, &mut documents)?;
    let assessed = outcome
        .is_favourable()
        .then(|| fee_at(FeeTiming::AtPickup, &terms.fee, *quantity))
        .flatten()
        .filter(|_| received.arrived.fee == FeeLedger::Unassessed);

    let reviewed = Event::Reviewed(Reviewed { by, outcome, inspected_on: review.inspected_on });
    let mut decision = Decision::of([reviewed].into_iter().chain(assessed).map(Proposed::Event));
    decision.documents = documents.into_vec();
    decision.agenda = vec![notice_at_once(Task::ResultNotice, context)];
    Ok(decision)
}

/// 手数料の決定: by an officer, where the tariff leaves it to one and it is time.
fn assess_fee(state: &Application, yen: Yen, context: &Context<'_>) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.officer_of(&arrived.terms.division)?;
    match arrived.fee {
        FeeLedger::Unassessed => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Assessed(_) => return Err(Rejection::FeeAlreadyAssessed),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    if !arrived.terms.fee_precedes_review() && state.decision().is_none() {
        return Err(Rejection::FeeNotDue);
    }
    events([Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Officer { by: by.clone() } })])
}

/// 手数料の免除: by an officer, before it is paid.
fn exempt_fee(state: &Application, ground: ExemptionGround, context: &Context<'_>) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.officer_of(&arrived.terms.division)?;
    match arrived.fee {
        FeeLedger::Unassessed | FeeLedger::Assessed(_) => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    let exempted = Event::FeeExempted(FeeExempted { by: by.clone(), ground });
    events([exempted].into_iter().chain(end_once_settled(state)))
}

/// 手数料納付: the whole amount, once; what is paid at the counter was taken by somebody.
fn record_payment(
    state: &Application,
    paid: Yen,
    channel: PaymentChannel,
    reference: &Bytes,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.system_or_staff_of(&arrived.terms.division)?.cloned();
    let due = match arrived.fee {
        FeeLedger::Assessed(due) => due,
        FeeLedger::Unassessed => return Err(Rejection::FeeNotAssessed),
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    };
    if paid != due {
        return Err(Rejection::AmountDiffers { due, paid });
    }
    if by.is_none() && channel == PaymentChannel::Counter {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reference = documents.keep("payment-reference", reference);
    let payment = Event::FeePaid(FeePaid { yen: paid, channel, reference, by });
    let mut decision =
        Decision::of([payment].into_iter().chain(end_once_settled(state)).map(Proposed::Event));
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 交付: of what was granted, at most as many as asked for, once, and never before the fee is settled.
fn issue_certificate(state: &Application, copies: u32, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    let by = context.actor.counter_of(&decided.terms().division)?;
    if !decided.has_deliverable() {
        return Err(Rejection::NothingToIssue);
    }
    if !decided.outcome.is_favourable() {
        return Err(Rejection::NotGranted);
    }
    let fee = decided.received.arrived.fee.settled()?;
    let issued = issue(decided, fee, copies, by)?;
    let end = decided.told_at.map(|_| completed());
    events([Event::CertificateIssued(issued)].into_iter().chain(end))
}

/// 結果の通知: by the delivered notice, or by staff in another way, once; a case with nothing else to do ends with it.
fn tell_result(state: &Application, how: TellingChannel, context: &Context<'_>) -> CaseDecision {
    let decided = decided_or_issued(state)?;
    let by = context.actor.system_or_staff_of(&decided.terms().division)?.cloned();
    if decided.told_at.is_some() {
        return Err(Rejection::AlreadyTold);
    }
    if by.is_none() && how != TellingChannel::Notice {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let handed_over = matches!(state, Application::Issued(_)) || !owes_a_hand_over(decided);
    let end = (handed_over && !owes_a_fee(decided)).then(completed);
    events([Event::ResultTold(ResultTold { how, by })].into_iter().chain(end))
}

/// 完了: by an officer, of what was never fetched; all else ends by itself.
fn close(state: &Application, reason: CloseReason, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    context.actor.officer_of(&decided.terms().division)?;
    if reason == CloseReason::NotCollected && owes_a_hand_over(decided) && decided.told_at.is_some() {
        return events([Event::Closed(Closed { reason })]);
    }
    Err(Rejection::StillDue)
}

fn events(events: impl IntoIterator<Item = Event>) -> CaseDecision {
    Ok(Decision::of(events.into_iter().map(Proposed::Event)))
}

fn must_be_absent(state: &Application) -> Result<(), Rejection> {
    match state {
        Application::Absent => Ok(()),
        Application::Arrived(_)
        | Application::Received(_)
        | Application::UnderReview(_)
        | Application::Decided(_)
        | Application::Issued(_)
        | Application::Closed(_) => Err(Rejection::CaseExists),
    }
}

fn wrong_state(state: &Application, needed: StateName) -> Rejection {
    let actual = state.name();
    if actual == StateName::Absent {
        Rejection::CaseUnknown
    } else {
        Rejection::WrongState { needed, actual }
    }
}

fn received(state: &Application) -> Result<&Received, Rejection> {
    if let Application::Received(received) = state {
        return Ok(received);
    }
    Err(wrong_state(state, StateName::Received))
}

fn under_review(state: &Application) -> Result<&UnderReview, Rejection> {
    if let Application::UnderReview(under_review) = state {
        return Ok(under_review);
    }
    Err(wrong_state(state, StateName::UnderReview))
}

fn decided(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Decided(decided) = state {
        return Ok(decided);
    }
    Err(wrong_state(state, StateName::Decided))
}

fn decided_or_issued(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Issued(Issued { decided, .. }) = state {
        return Ok(decided);
    }
    decided(state)
}

/// The arrival of a case for which a fee may be assessed, exempted or paid: received, open, and not decided against.
fn payable(state: &Application) -> Result<&Arrived, Rejection> {
    match state {
        Application::Received(received) | Application::UnderReview(UnderReview { received, .. }) => {
            Ok(&received.arrived)
        }
        Application::Decided(decided) if decided.outcome.is_favourable() => Ok(&decided.received.arrived),
        Application::Decided(_) => Err(Rejection::FeeNotDue),
        Application::Absent | Application::Arrived(_) | Application::Issued(_) | Application::Closed(_) => {
            Err(wrong_state(state, StateName::Received))
        }
    }
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

fn usable_contact(contact: &Bytes) -> Result<&Bytes, Rejection> {
    let address = std::str::from_utf8(contact.as_slice()).map_err(|_| Rejection::ContactUnusable)?;
    let parted =
        address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let plain = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    if parted && plain && address.len() <= CONTACT_BYTES_MAX {
        return Ok(contact);
    }
    Err(Rejection::ContactUnusable)
}

/// The judgement of exactly these bytes for exactly this procedure, by an accepted kind of certificate.
fn required_signature<'a>(
    procedure: &Procedure,
    form: &SubmittedForm,
    context: &Context<'a>,
) -> Result<Option<&'a VerifiedSignature>, Rejection> {
    let SignatureRule::Required(accepted) = &procedure.terms.signature else { return Ok(None) };
    let judged = form.signed().zip(context.signature).filter(|(signed, judged)| {
        judged.is_for(*signed, &procedure.id) && accepted.contains(&judged.kind())
    });
    match judged {
        Some((_, judged)) => Ok(Some(judged)),
        None => Err(Rejection::SignatureRequired { accepted: accepted.clone() }),
    }
}

fn content<'a>(
    form: &'a SubmittedForm,
    signature: Option<&'a VerifiedSignature>,
) -> Result<&'a [u8], FormDefect> {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => Ok(content.as_slice()),
        SubmittedForm::Attached(_) => {
            signature.and_then(VerifiedSignature::content).ok_or(FormDefect::Sealed)
        }
    }
}

fn keep_form(form: &SubmittedForm, documents: &mut Documents<'_>) -> FormRef {
    match form {
        SubmittedForm::Unsigned(content) => FormRef::Unsigned(documents.keep("form", content)),
        SubmittedForm::Detached { content, signature } => FormRef::Detached {
            content: documents.keep("form", content),
            signature: documents.keep("signature", signature),
        },
        SubmittedForm::Attached(message) => FormRef::Attached(documents.keep("signed-form", message)),
    }
}

fn keep_verdict(signature: &VerifiedSignature, documents: &mut Documents<'_>) -> SignatureVerified {
    let evidence = signature.evidence().iter().map(|evidence| {
        let document = if evidence.role.is_shared() {
            documents.keep_shared("evidence", &evidence.bytes)
        } else {
            documents.keep("evidence", &evidence.bytes)
        };
        EvidenceRef { role: evidence.role, document }
    });
    let evidence = evidence.collect();
    SignatureVerified {
        kind: signature.kind(),
        policy: signature.policy().to_owned(),
        judged_at: signature.at(),
        identity: documents.keep("identity", &signature.identity().into()),
        evidence,
    }
}

/// What the tariff says is due at this time; nothing where an officer must assess it.
fn fee_at(now: FeeTiming, fee: &Fee, quantity: u32) -> Option<Event> {
    match fee {
        Fee::Due { tariff: Tariff::Each { yen, .. }, timing } if *timing == now => {
            let yen = yen.times(quantity)?;
            Some(Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Tariff { quantity } }))
        }
        Fee::Due { .. } | Fee::Free => None,
    }
}

/// 検査: before a decision on the merits; what is missing in form shows without one.
fn inspected(received: &Received, review: &Review, context: &Context<'_>) -> Result<(), Rejection> {
    let needed = received.arrived.terms.needs_inspection() && review.finding.is_on_the_merits();
    match review.inspected_on {
        None if needed => Err(Rejection::InspectionMissing),
        Some(day) if day < received.arrived.arrived_at.date_jst() || day > context.now.date_jst() => {
            Err(Rejection::InspectionOutOfRange)
        }
        None | Some(_) => Ok(()),
    }
}

/// 理由の提示: a code alone tells the applicant nothing.
fn reasoned(finding: &Finding) -> Result<(), Rejection> {
    match finding.reasons().iter().find(|reason| !reason.has_words()) {
        Some(StatedReason { code, .. }) => Err(Rejection::ReasonWithoutWords { code: code.clone() }),
        None => Ok(()),
    }
}

/// The outcome as the log has it. What is found of a filing fits a filing only; the remedy comes from the terms.
fn outcome(
    arrived: &Arrived,
    finding: &Finding,
    documents: &mut Documents<'_>,
) -> Result<Outcome, Rejection> {
    let remedy = arrived.terms.remedy;
    let mut keep = |reasons: &NonEmpty<StatedReason>| {
        reasons
            .map(|reason| Reason { code: reason.code.clone(), text: documents.keep("reason", &reason.text) })
    };
    match (arrived.terms.act, finding) {
        (Act::Filing, Finding::Filing(finding)) => Ok(Outcome::Filing(match finding {
            FilingFinding::Confirmed => FilingOutcome::Confirmed,
            FilingFinding::FormalDefect(reasons) => FilingOutcome::FormalDefect { reasons: keep(reasons) },
        })),
        (Act::Application | Act::Request, Finding::Application(finding)) => {
            Ok(Outcome::Application(match finding {
                ApplicationFinding::Granted => ApplicationOutcome::Granted,
                ApplicationFinding::PartlyGranted(reasons) => {
                    ApplicationOutcome::PartlyGranted { reasons: keep(reasons), remedy }
                }
                ApplicationFinding::Refused(reasons) => {
                    ApplicationOutcome::Refused { reasons: keep(reasons), remedy }
                }
                ApplicationFinding::Dismissed(reasons) => {
                    ApplicationOutcome::Dismissed { reasons: keep(reasons), remedy }
                }
            }))
        }
        (Act::Filing, Finding::Application(_)) | (Act::Application | Act::Request, Finding::Filing(_)) => {
            Err(Rejection::FindingOfOtherAct)
        }
    }
}

/// Hands over; the proof that the fee is settled is asked for, so that this cannot be called without it.
fn issue(
    decided: &Decided,
    _: SettledFee,
    copies: u32,
    by: &StaffId,
) -> Result<CertificateIssued, Rejection> {
    let requested = decided.received.arrived.quantity;
    if !(1..=requested).contains(&copies) {
        return Err(Rejection::CopiesOutOfRange { requested, copies });
    }
    let serial = CertificateSerial { receipt: decided.received.receipt, ordinal: 1 };
    Ok(CertificateIssued { serial, copies, by: by.clone() })
}

fn owes_a_hand_over(decided: &Decided) -> bool {
    decided.outcome.is_favourable() && decided.has_deliverable()
}

fn owes_a_fee(decided: &Decided) -> bool {
    decided.outcome.is_favourable() && decided.received.arrived.fee.settled().is_err()
}

/// The end of a case that waited for nothing but its fee.
fn end_once_settled(state: &Application) -> Option<Event> {
    let decided = decided(state).ok()?;
    (decided.told_at.is_some() && !owes_a_hand_over(decided)).then(completed)
}

fn completed() -> Event {
    Event::Closed(Closed { reason: CloseReason::Completed })
}

fn notice_at_once(task: Task, context: &Context<'_>) -> AgendaChange {
    AgendaChange::Schedule(Entry {
        key: EntryKey { stream: context.stream, name: task.entry_name() },
        channel: Channel::Notice,
        due: Due::AtOnce,
        task: task.to_bytes(),
    })
}
