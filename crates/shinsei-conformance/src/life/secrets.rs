//! The words in a command that must stand in no event.

use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, PaperDelivery, SubmittedForm};
use shinsei_core::form::Form;

use crate::stamp;

/// The form, wherever it is: inside a stamp it begins with the first brace.
fn form_within(form: &SubmittedForm) -> &[u8] {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => content.as_slice(),
        SubmittedForm::Attached(message) => {
            let start = message.as_slice().iter().position(|byte| *byte == b'{');
            &message.as_slice()[start.unwrap_or_default()..]
        }
    }
}

/// The words in a command that speak of a person: whole texts, and each answer of a form that can be read.
pub(super) fn secrets_of(command: &Command) -> Vec<Vec<u8>> {
    let words = |bytes: &Bytes| bytes.as_slice().to_vec();
    match command {
        Command::SaveDraft { form, .. } => vec![words(form)],
        Command::Submit(submit) => {
            let mut secrets = vec![words(&submit.contact), stamp::IDENTITY.as_bytes().to_vec()];
            secrets.extend(submit.attachments.iter().map(words));
            let parsed = Form::parse(form_within(&submit.form));
            secrets.extend(parsed.into_iter().flat_map(|form| form.answers).map(|(_, answer)| answer.into()));
            secrets
        }
        Command::Review(review) => review.finding.reasons().iter().map(|one| words(&one.text)).collect(),
        Command::RecordPayment(made) => vec![words(&made.reference)],
        Command::ServeAtCounter(service) => {
            service.payment.iter().map(|made| words(&made.reference)).collect()
        }
        Command::Reissue(asked) => asked.payment.iter().map(|made| words(&made.reference)).collect(),
        Command::IssueFeeNotice { numbers, .. } => {
            numbers.iter().map(|numbers| numbers.payment.as_bytes().to_vec()).collect()
        }
        Command::PublishDocument { document, .. } => vec![words(&document.body)],
        Command::DeliverDocument { document, way } => {
            let tracking = match way {
                PaperDelivery::Post { tracking: Some(number) } => vec![words(number)],
                PaperDelivery::Post { tracking: None } | PaperDelivery::Counter => vec![],
            };
            tracking.into_iter().chain([words(&document.body)]).collect()
        }
        Command::DeclineWithdrawal { reasons }
        | Command::DeclineRefund { reasons, .. }
        | Command::RevokeDecision { reasons, .. } => {
            reasons.as_slice().iter().map(|one| words(&one.text)).collect()
        }
        Command::CorrectDecision { finding, explanation, .. } => {
            let reasons = finding.reasons().iter().map(|one| words(&one.text));
            reasons.chain([words(explanation)]).collect()
        }
        Command::RecordPaperArrival(paper) => {
            paper.attachments.iter().chain([&paper.form, &paper.contact]).map(words).collect()
        }
        Command::Correct(correction) => correction.attachments.iter().map(words).collect(),
        Command::RequestCorrection(request) => {
            request.items.as_slice().iter().map(|item| words(&item.text)).collect()
        }
        Command::AddNote { text: said, .. }
        | Command::Consult { question: said, .. }
        | Command::AnswerConsultation { answer: said, .. } => vec![words(said)],
        Command::Transfer { reason, .. }
        | Command::ExtendDeadline { reason, .. }
        | Command::SendBack { reason } => vec![words(&reason.text)],
        Command::DraftDecision { review, .. } => {
            review.finding.reasons().iter().map(|one| words(&one.text)).collect()
        }
        Command::RecordAppeal { paper, .. } => vec![words(paper)],
        Command::PlaceHold { reason } => vec![words(reason)],
        Command::AssignDivision { .. }
        | Command::AssignOfficer { .. }
        | Command::ResumeReview
        | Command::ForwardToAgency
        | Command::RebaseDueDate
        | Command::DelegateApproval { .. }
        | Command::Approve
        | Command::Withdraw
        | Command::AcceptWithdrawal
        | Command::ResolveAppeal { .. }
        | Command::Reopen { .. }
        | Command::ReleaseHold { .. }
        | Command::Dispose
        | Command::ReversePayment { .. }
        | Command::Refund { .. }
        | Command::VerifyVisitor(_)
        | Command::RecordVisit { .. }
        | Command::ChooseElectronicDelivery { .. }
        | Command::FetchDocument
        | Command::Void { .. }
        | Command::DiscardDraft
        | Command::PassDeadline(_)
        | Command::StartReview
        | Command::AssessFee { .. }
        | Command::ExemptFee { .. }
        | Command::IssueCertificate { .. }
        | Command::TellResult { .. }
        | Command::Close { .. } => vec![],
    }
}
