//! The main path of the domain: what a case says to a command.

mod approval;
mod clock;
mod consultation;
mod correction;
mod deadline;
mod desk;
mod draft;
mod ending;
mod fee;
mod form;
mod hand_over;
mod review;
mod submit;
mod words;

use crate::agenda::{AgendaChange, Channel, Due, Entry, EntryKey};
use crate::application::{
    Application, Arrived, AwaitingApproval, AwaitingCorrection, Decided, Issued, Received, UnderReview,
};
use crate::command::Command;
use crate::deadline::Deadline;
use crate::decider::{Context, Decider, Decision, Needs, Signing, SigningRule};
use crate::event::Event;
use crate::event_format::Proposed;
use crate::ids::{DivisionId, StreamKind};
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
            Command::Submit(submit) => {
                let signed = submit.form.signed();
                let signed = signed.map(|bytes| Signing { bytes, rule: SigningRule::EditionInForce });
                Needs { procedure: Some(&submit.procedure), applicant: true, signed }
            }
            Command::SaveDraft { procedure, .. } => {
                Needs { procedure: Some(procedure), applicant: true, signed: None }
            }
            Command::RecordPaperArrival(paper) => {
                Needs { procedure: Some(&paper.procedure), ..Needs::default() }
            }
            Command::Correct(correction) => Needs {
                signed: correction.form.signed().zip(self.arrival()).map(|(bytes, arrived)| {
                    let accepted = arrived.terms.signature.accepted();
                    Signing { bytes, rule: SigningRule::Fixed { procedure: &arrived.procedure, accepted } }
                }),
                ..Needs::default()
            },
            Command::DiscardDraft
            | Command::AssignDivision { .. }
            | Command::AssignOfficer { .. }
            | Command::AddNote { .. }
            | Command::RequestCorrection(_)
            | Command::ResumeReview
            | Command::Consult { .. }
            | Command::AnswerConsultation { .. }
            | Command::Transfer { .. }
            | Command::ForwardToAgency
            | Command::ExtendDeadline { .. }
            | Command::RebaseDueDate
            | Command::DraftDecision { .. }
            | Command::DelegateApproval { .. }
            | Command::SendBack { .. }
            | Command::Approve
            | Command::StartReview
            | Command::Review(_)
            | Command::AssessFee { .. }
            | Command::ExemptFee { .. }
            | Command::RecordPayment { .. }
            | Command::IssueCertificate { .. }
            | Command::TellResult { .. }
            | Command::Close { .. }
            | Command::PassDeadline(_) => Needs::default(),
        }
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
    match command {
        Command::SaveDraft { procedure, form } => draft::save_draft(state, procedure, form, context),
        Command::DiscardDraft => draft::discard_draft(state, context),
        Command::Submit(submission) => submit::submit(state, submission, context),
        Command::RecordPaperArrival(paper) => submit::record_paper_arrival(state, paper, context),
        Command::AssignDivision { division } => desk::assign_division(state, division, context),
        Command::AssignOfficer { officer } => desk::assign_officer(state, officer, context),
        Command::AddNote { visibility, text } => desk::add_note(state, *visibility, text, context),
        Command::StartReview => review::start_review(state, context),
        Command::RequestCorrection(request) => correction::request(state, request, context),
        Command::Correct(made) => correction::correct(state, made, context),
        Command::ResumeReview => correction::resume_review(state, context),
        Command::Consult { division, question, due } => {
            consultation::consult(state, division, question, *due, context)
        }
        Command::AnswerConsultation { consultation, answer } => {
            consultation::answer(state, *consultation, answer, context)
        }
        Command::Transfer { division, reason } => desk::transfer(state, division, reason, context),
        Command::ForwardToAgency => desk::forward(state, context),
        Command::ExtendDeadline { due, reason } => clock::extend(state, *due, reason, context),
        Command::RebaseDueDate => clock::rebase(state, context),
        Command::DraftDecision { review, approver } => approval::draft(state, review, approver, context),
        Command::DelegateApproval { to } => approval::delegate(state, to, context),
        Command::SendBack { reason } => approval::send_back(state, reason, context),
        Command::Approve => approval::approve(state, context),
        Command::Review(decision) => review::review(state, decision, context),
        Command::AssessFee { yen } => fee::assess_fee(state, *yen, context),
        Command::ExemptFee { ground } => fee::exempt_fee(state, *ground, context),
        Command::RecordPayment { yen, channel, reference } => {
            fee::record_payment(state, *yen, *channel, reference, context)
        }
        Command::IssueCertificate { copies } => hand_over::issue_certificate(state, *copies, context),
        Command::TellResult { how } => hand_over::tell_result(state, *how, context),
        Command::Close { reason } => ending::close(state, *reason, context),
        Command::PassDeadline(deadline) => deadline::pass(state, *deadline, context),
    }
}

fn events(events: impl IntoIterator<Item = Event>) -> CaseDecision {
    Ok(Decision::of(events.into_iter().map(Proposed::Event)))
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

fn awaiting_correction(state: &Application) -> Result<&AwaitingCorrection, Rejection> {
    if let Application::AwaitingCorrection(awaiting) = state {
        return Ok(awaiting);
    }
    Err(wrong_state(state, StateName::AwaitingCorrection))
}

fn awaiting_approval(state: &Application) -> Result<&AwaitingApproval, Rejection> {
    if let Application::AwaitingApproval(awaiting) = state {
        return Ok(awaiting);
    }
    Err(wrong_state(state, StateName::AwaitingApproval))
}

/// What was received and is not decided yet, wherever it stands in the city hall.
fn in_process(state: &Application) -> Result<&Received, Rejection> {
    match state {
        Application::Received(received)
        | Application::UnderReview(UnderReview { received })
        | Application::AwaitingCorrection(AwaitingCorrection { received, .. })
        | Application::AwaitingApproval(AwaitingApproval { received, .. }) => Ok(received),
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Arrived(_)
        | Application::Forwarded(_)
        | Application::Decided(_)
        | Application::Issued(_)
        | Application::Closed(_) => Err(wrong_state(state, StateName::UnderReview)),
    }
}

/// What was received, as long as anything is left to do.
fn receipt(state: &Application) -> Result<&Received, Rejection> {
    let open = state.receipt().filter(|_| state.name() != StateName::Closed);
    open.ok_or_else(|| wrong_state(state, StateName::Received))
}

/// 申請者: whoever submitted the application.
fn applicant_of(arrived: &Arrived, context: &Context<'_>) -> Result<(), Rejection> {
    if context.actor.applicant()? == arrived.applicant { Ok(()) } else { Err(Rejection::OtherApplicant) }
}

/// A division of the catalog that is not in charge already.
fn known_division(
    division: &DivisionId,
    arrived: &Arrived,
    context: &Context<'_>,
) -> Result<DivisionId, Rejection> {
    if !context.divisions.iter().any(|known| known.id == *division) {
        return Err(Rejection::DivisionUnknown { division: division.clone() });
    }
    if division == arrived.in_charge() {
        return Err(Rejection::InChargeAlready { division: division.clone() });
    }
    Ok(division.clone())
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

fn notice_at_once(task: Task, context: &Context<'_>) -> AgendaChange {
    AgendaChange::Schedule(Entry {
        key: EntryKey { stream: context.stream, name: task.entry_name() },
        channel: Channel::Notice,
        due: Due::AtOnce,
        task: task.to_bytes(),
    })
}
