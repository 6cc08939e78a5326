//! The main path of the domain: what a case says to a command.

mod contest;
mod counter;
mod deadline;
mod delivery;
mod disposal;
mod draft;
mod ending;
mod fee;
pub(crate) mod form;
mod hand_over;
pub(crate) mod party;
mod refund;
mod reissue;
mod review;
pub(crate) mod submit;
mod withdrawal;
mod words;

use uuid::Uuid;

use crate::agenda::{AgendaChange, Channel, Due, Entry, EntryKey};
use crate::application::{Application, Decided, Issued, Received, UnderReview};
use crate::command::{Command, PaymentMade};
use crate::deadline::Deadline;
use crate::decider::{Context, Decider, Decision, Needs, Signing};
use crate::document::Documents;
use crate::event::Event;
use crate::event_format::Proposed;
use crate::ids::{CommandId, DocumentId, Position, StreamKind, Version};
use crate::notice::Task;
use crate::record::Recorded;
use crate::rejection::{Rejection, StateName};

/// What is decided on a case.
pub type CaseDecision = Result<Decision<Event>, Rejection>;

impl Decider for Application {
    type Command = Command;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Case;

    fn needs<'a>(&'a self, command: &'a Command) -> Needs<'a> {
        match command {
            Command::Submit(submit) => Needs {
                procedure: Some(&submit.procedure),
                applicant: true,
                profile: true,
                signed: Signing::by_edition(&submit.form),
                service: true,
                ..Needs::default()
            },
            Command::SaveDraft { procedure, .. } => {
                Needs { procedure: Some(procedure), applicant: true, ..Needs::default() }
            }
            Command::DiscardDraft | Command::Withdraw => Needs { applicant: true, ..Needs::default() },
            Command::StartReview
            | Command::Review(_)
            | Command::AssessFee { .. }
            | Command::ExemptFee { .. }
            | Command::RecordPayment { .. }
            | Command::IssueCertificate { .. }
            | Command::TellResult { .. }
            | Command::Close { .. }
            | Command::AcceptWithdrawal
            | Command::DeclineWithdrawal { .. }
            | Command::CorrectDecision { .. }
            | Command::RevokeDecision { .. }
            | Command::RecordAppeal { .. }
            | Command::ResolveAppeal { .. }
            | Command::Reopen { .. }
            | Command::PlaceHold { .. }
            | Command::ReleaseHold { .. }
            | Command::Dispose
            | Command::IssueFeeNotice { .. }
            | Command::ReversePayment { .. }
            | Command::Refund { .. }
            | Command::DeclineRefund { .. }
            | Command::VerifyVisitor { .. }
            | Command::ServeAtCounter(_)
            | Command::RecordVisit { .. }
            | Command::ChooseElectronicDelivery { .. }
            | Command::PublishDocument { .. }
            | Command::FetchDocument
            | Command::DeliverDocument { .. }
            | Command::Reissue { .. }
            | Command::Void { .. }
            | Command::PassDeadline(_) => Needs::default(),
        }
    }

    fn reads(&self, command: &Command) -> Vec<DocumentId> {
        let reads_references = matches!(
            command,
            Command::RecordPayment { .. } | Command::ServeAtCounter(_) | Command::Reissue { .. }
        );
        let reads_reasons =
            matches!(command, Command::PublishDocument { .. } | Command::DeliverDocument { .. });
        let payments = self.receipt().filter(|_| reads_references).map(|received| &received.annex.payments);
        let reasons = self.decision().filter(|_| reads_reasons).map(Decided::reasons);
        let references = payments.into_iter().flatten().map(|payment| payment.reference.id);
        references.chain(reasons.into_iter().flatten().map(|reason| reason.text.id)).collect()
    }

    fn falls_due(task: &[u8]) -> Option<Command> {
        Deadline::from_bytes(task).map(Command::PassDeadline)
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
    let decision = answer(state, command, context)?;
    let decision = ending::end_if_nothing_is_left(state, decision, context);
    Ok(disposal::begin_retention(state, decision, context))
}

fn answer(state: &Application, command: &Command, context: &Context<'_>) -> CaseDecision {
    match command {
        Command::SaveDraft { procedure, form } => draft::save_draft(state, procedure, form, context),
        Command::DiscardDraft => draft::discard_draft(state, context),
        Command::Submit(submission) => submit::submit(state, submission, context),
        Command::StartReview => review::start_review(state, context),
        Command::Review(decision) => review::review(state, decision, context),
        Command::AssessFee { yen } => fee::assess_fee(state, *yen, context),
        Command::ExemptFee { ground } => fee::exempt_fee(state, *ground, context),
        Command::RecordPayment { yen, channel, reference } => {
            let made = PaymentMade { yen: *yen, channel: *channel, reference: reference.clone() };
            fee::record_payment(state, &made, context)
        }
        Command::IssueCertificate { copies } => hand_over::issue_certificate(state, *copies, context),
        Command::TellResult { how } => hand_over::tell_result(state, *how, context),
        Command::Close { reason } => ending::close(state, *reason, context),
        Command::Withdraw => withdrawal::withdraw(state, context),
        Command::AcceptWithdrawal => withdrawal::accept(state, context),
        Command::DeclineWithdrawal { reasons } => withdrawal::decline(state, reasons, context),
        Command::CorrectDecision { finding, explanation } => {
            contest::correct(state, finding, explanation, context)
        }
        Command::RevokeDecision { reasons } => contest::revoke(state, reasons, context),
        Command::RecordAppeal { kind, filed_on, paper } => {
            contest::record_appeal(state, *kind, *filed_on, paper, context)
        }
        Command::ResolveAppeal { appeal, result } => {
            contest::resolve_appeal(state, *appeal, *result, context)
        }
        Command::Reopen { ground, approver } => contest::reopen(state, *ground, approver, context),
        Command::PlaceHold { reason } => disposal::place_hold(state, reason, context),
        Command::ReleaseHold { hold } => disposal::release_hold(state, *hold, context),
        Command::Dispose => disposal::dispose(state, context),
        Command::IssueFeeNotice { numbers, due_on } => {
            fee::issue_fee_notice(state, numbers.as_ref(), *due_on, context)
        }
        Command::ReversePayment { payment, cause } => fee::reverse_payment(state, *payment, *cause, context),
        Command::Refund { payment, yen } => refund::refund(state, *payment, *yen, context),
        Command::DeclineRefund { payment, reasons } => refund::decline(state, *payment, reasons, context),
        Command::VerifyVisitor { identification, notice_copy } => {
            counter::verify_visitor(state, *identification, *notice_copy, context)
        }
        Command::ServeAtCounter(service) => counter::serve(state, service, context),
        Command::RecordVisit { purpose, on } => counter::record_visit(state, *purpose, *on, context),
        Command::ChooseElectronicDelivery { agrees } => delivery::choose(state, *agrees, context),
        Command::PublishDocument { document, expires_on } => {
            delivery::publish(state, document, *expires_on, context)
        }
        Command::FetchDocument => delivery::fetch(state, context),
        Command::DeliverDocument { document, way } => delivery::deliver(state, document, way, context),
        Command::Reissue { of, cause, copies, payment } => {
            reissue::reissue(state, *of, *cause, *copies, payment.as_ref(), context)
        }
        Command::Void { certificate, cause } => reissue::void(state, *certificate, *cause, context),
        Command::PassDeadline(deadline) => deadline::pass(state, *deadline, context),
    }
}

fn events(events: impl IntoIterator<Item = Event>) -> CaseDecision {
    Ok(Decision::of(events.into_iter().map(Proposed::Event)))
}

/// What a case becomes when these events are recorded now. What only recording can know is of no account here.
fn after(state: &Application, proposed: &[Proposed<Event>], context: &Context<'_>) -> Application {
    proposed.iter().fold(state.clone(), |state, proposed| match proposed {
        Proposed::Event(event) => state.evolve(&Recorded {
            position: Position::default(),
            stream: context.stream,
            version: Version::default(),
            recorded_at: context.now,
            command: CommandId(Uuid::nil()),
            event: event.clone(),
        }),
        Proposed::Numbered { .. } => state,
    })
}

fn decision_with(events: impl IntoIterator<Item = Event>, documents: Documents<'_>) -> CaseDecision {
    let decision = Decision::of(events.into_iter().map(Proposed::Event));
    Ok(Decision { documents: documents.into_vec(), ..decision })
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
    if let Application::Issued(Issued { decided }) = state {
        return Ok(decided);
    }
    decided(state)
}

fn notice_at_once(task: Task, context: &Context<'_>) -> AgendaChange {
    AgendaChange::Schedule(Entry {
        key: EntryKey { stream: context.stream, name: task.entry_name() },
        channel: Channel::Notice,
        due: Due::AtOnce,
        task: task.to_bytes(),
    })
}
