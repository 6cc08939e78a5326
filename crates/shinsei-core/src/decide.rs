//! The main path of the domain: what a case says to a command.

mod approval;
mod clock;
mod consultation;
mod contest;
mod correction;
mod counter;
mod deadline;
mod decision;
mod delivery;
mod desk;
mod disposal;
mod draft;
mod ending;
mod fee;
mod fields;
mod filing;
pub(crate) mod form;
mod guard;
mod hand_over;
mod partial;
pub(crate) mod party;
mod refund;
mod reissue;
mod review;
pub(crate) mod submit;
mod superseded;
mod withdrawal;
mod words;

use crate::application::{Application, Decided};
use crate::command::Command;
use crate::deadline::Deadline;
use crate::decider::{Context, Decider, Needs};
use crate::event::Event;
use crate::ids::StreamKind;
use crate::lookup::Lookup;
use crate::prepared::Prepared;
use crate::record::Recorded;

pub use crate::decide::decision::CaseDecision;

impl Decider for Application {
    type Command = Command;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Case;

    fn needs<'a>(&'a self, command: &'a Command) -> Needs<'a> {
        match command {
            Command::Submit(submission) => submit::needs(submission),
            Command::Correct(correction) => correction::needs(self, correction),
            Command::RecordPaperArrival(paper) => {
                Needs { procedure: Some(&paper.procedure), calendar: true, ..Needs::default() }
            }
            Command::SaveDraft { procedure, .. } => {
                Needs { procedure: Some(procedure), applicant: true, ..Needs::default() }
            }
            Command::ResumeReview
            | Command::ForwardToAgency
            | Command::ExtendDeadline { .. }
            | Command::PassDeadline(Deadline::CalendarChanged { .. })
            | Command::Reopen { .. } => Needs { calendar: true, ..Needs::default() },
            Command::RebaseDueDate => Needs {
                procedure: self.arrival().map(|arrived| &arrived.procedure),
                calendar: true,
                ..Needs::default()
            },
            Command::DiscardDraft | Command::Withdraw => Needs { applicant: true, ..Needs::default() },
            Command::AssignDivision { .. }
            | Command::AssignOfficer { .. }
            | Command::AddNote { .. }
            | Command::RequestCorrection(_)
            | Command::Consult { .. }
            | Command::AnswerConsultation { .. }
            | Command::Transfer { .. }
            | Command::DraftDecision { .. }
            | Command::DelegateApproval { .. }
            | Command::SendBack { .. }
            | Command::Approve
            | Command::StartReview
            | Command::Review(_)
            | Command::AssessFee { .. }
            | Command::ExemptFee { .. }
            | Command::RecordPayment(_)
            | Command::IssueCertificate { .. }
            | Command::TellResult { .. }
            | Command::Close { .. }
            | Command::AcceptWithdrawal
            | Command::DeclineWithdrawal { .. }
            | Command::CorrectDecision { .. }
            | Command::RevokeDecision { .. }
            | Command::RecordAppeal { .. }
            | Command::ResolveAppeal { .. }
            | Command::PlaceHold { .. }
            | Command::ReleaseHold { .. }
            | Command::Dispose
            | Command::IssueFeeNotice { .. }
            | Command::ReversePayment { .. }
            | Command::Refund { .. }
            | Command::DeclineRefund { .. }
            | Command::VerifyVisitor(_)
            | Command::ServeAtCounter(_)
            | Command::RecordVisit { .. }
            | Command::ChooseElectronicDelivery { .. }
            | Command::PublishDocument { .. }
            | Command::FetchDocument
            | Command::DeliverDocument { .. }
            | Command::Reissue(_)
            | Command::Void { .. }
            | Command::PassDeadline(_) => Needs::default(),
        }
    }

    fn looks_up(&self, command: &Command) -> Vec<Lookup> {
        let looks_up_references =
            matches!(command, Command::RecordPayment(_) | Command::ServeAtCounter(_) | Command::Reissue(_));
        let looks_up_reasons =
            matches!(command, Command::PublishDocument { .. } | Command::DeliverDocument { .. });
        let looks_up_fields = matches!(command, Command::RequestCorrection(_) | Command::Correct(_));
        let fields = self.arrival().filter(|_| looks_up_fields).and_then(fields::lookup);
        let payments =
            self.receipt().filter(|_| looks_up_references).map(|received| &received.annex.payments);
        let reasons = self.decision().filter(|_| looks_up_reasons).map(Decided::reasons);
        let references = payments.into_iter().flatten().map(|payment| payment.reference);
        let reasons = reasons.into_iter().flatten().map(|reason| reason.text);
        let before = self.arrival().filter(|_| matches!(command, Command::Correct(_)));
        let before = before.and_then(partial::form_in_force);
        references.chain(reasons).map(Lookup::words).chain(fields).chain(before).collect()
    }

    fn prepare(&self, command: &Command, context: &Context<'_>) -> Prepared {
        if let Command::Submit(submission) = command {
            return submit::prepare(submission, context);
        }
        if let Command::RecordPaperArrival(paper) = command {
            return submit::prepare_paper(paper, context);
        }
        if let Command::Correct(correction) = command {
            return correction::prepare(self, correction, context);
        }
        // A document of a few words is digested as it is kept: that costs no more than to look for its digest.
        Prepared::default()
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
/// [`Rejection`](crate::rejection::Rejection) when the rules say no. Nothing is recorded then.
pub fn decide(state: &Application, command: &Command, context: &Context<'_>) -> CaseDecision {
    let decision = answer(state, command, context)?;
    let decision = ending::end_if_nothing_is_left(state, decision, context);
    let mut decision = disposal::begin_retention(state, decision, context);
    superseded::cancel(state, &mut decision, context);
    Ok(decision)
}

fn answer(state: &Application, command: &Command, context: &Context<'_>) -> CaseDecision {
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
        Command::RecordPayment(made) => fee::record_payment(state, made, context),
        Command::IssueCertificate { copies } => hand_over::issue_certificate(state, *copies, context),
        Command::TellResult { how } => hand_over::tell_result(state, *how, context),
        Command::Close { reason } => ending::close(state, *reason, context),
        Command::Withdraw => withdrawal::withdraw(state, context),
        Command::AcceptWithdrawal => withdrawal::accept(state, context),
        Command::DeclineWithdrawal { reasons } => withdrawal::decline(state, reasons, context),
        Command::CorrectDecision { finding, explanation, approver } => {
            contest::correct(state, finding, explanation, approver, context)
        }
        Command::RevokeDecision { reasons, approver } => contest::revoke(state, reasons, approver, context),
        Command::RecordAppeal { kind, filed_on, paper } => {
            contest::record_appeal(state, *kind, *filed_on, paper, context)
        }
        Command::ResolveAppeal { appeal, result } => contest::resolve(state, *appeal, *result, context),
        Command::Reopen { ground, approver } => contest::reopen(state, *ground, approver, context),
        Command::PlaceHold { reason } => disposal::place_hold(state, reason, context),
        Command::ReleaseHold { hold } => disposal::release_hold(state, *hold, context),
        Command::Dispose => disposal::dispose(state, context),
        Command::IssueFeeNotice { numbers, due_on } => fee::issue_notice(state, numbers, *due_on, context),
        Command::ReversePayment { payment, cause } => fee::reverse_payment(state, *payment, *cause, context),
        Command::Refund { payment, yen } => refund::refund(state, *payment, *yen, context),
        Command::DeclineRefund { payment, reasons } => refund::decline(state, *payment, reasons, context),
        Command::VerifyVisitor(visitor) => counter::verify_visitor(state, *visitor, context),
        Command::ServeAtCounter(service) => counter::serve(state, service, context),
        Command::RecordVisit { purpose, on } => counter::record_visit(state, *purpose, *on, context),
        Command::ChooseElectronicDelivery { agrees } => delivery::choose(state, *agrees, context),
        Command::PublishDocument { document, expires_on } => {
            delivery::publish(state, document, *expires_on, context)
        }
        Command::FetchDocument => delivery::fetch(state, context),
        Command::DeliverDocument { document, way } => delivery::deliver(state, document, way, context),
        Command::Reissue(asked) => reissue::reissue(state, asked, context),
        Command::Void { certificate, cause } => reissue::void(state, *certificate, *cause, context),
        Command::PassDeadline(deadline) => deadline::pass(state, *deadline, context),
    }
}
