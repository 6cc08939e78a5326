//! Whatever somebody wrote or sent in a command.
//!
//! Every field of every command is named here, so that the compiler asks of a new one what it is.

use shinsei_core::bytes::Bytes;
use shinsei_core::command::{
    ApplicationFinding, AskedItem, Command, Correction, CorrectionRequest, CounterService, DocumentWritten,
    FilingFinding, Finding, Paper, PaperDelivery, PaymentMade, PaymentNumbers, Reissue, Review, SealPut,
    StatedReason, Submit, SubmittedForm, Visitor,
};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::words::Words;

/// Something that somebody wrote or sent, where it stands in a command.
pub enum Text<'a> {
    /// Free text, or a file of a paper: searched for My Numbers by itself.
    Words(&'a mut Words),
    /// A form, searched for My Numbers unless it says that it holds none; it may be signed.
    Form(&'a mut SubmittedForm),
    /// A form that is not complete yet, searched in the same way.
    Draft(&'a mut Bytes),
    /// A file beside a form, searched where the form is.
    Attached(&'a mut Bytes),
    /// What nobody can word otherwise, and what is no free text: an address to which mails go, a number of a payment or of the
    /// post. One in eleven numbers of twelve digits only looks like a My Number; refused, its payment would not be recorded.
    Given(&'a mut Bytes),
    /// The numbers with which a fee is paid: digits whose count is fixed.
    Numbers(&'a mut PaymentNumbers),
    /// A signature: no text.
    Signature(&'a mut Bytes),
}

/// All of it, in the order of the fields.
pub fn texts_of(command: &mut Command) -> Vec<Text<'_>> {
    match command {
        Command::SaveDraft { procedure: _, form } => vec![Text::Draft(form)],
        Command::Submit(Submit { procedure: _, form, contact, attachments }) => {
            let with = [Text::Form(form), Text::Given(contact)];
            with.into_iter().chain(attachments.iter_mut().map(Text::Attached)).collect()
        }
        Command::RecordPaperArrival(Paper {
            procedure: _,
            applicant: _,
            quantity: _,
            form,
            contact,
            attachments,
            channel: _,
            arrived_at: _,
        }) => [form, contact].into_iter().chain(attachments).map(Text::Words).collect(),
        Command::RequestCorrection(CorrectionRequest { items, due: _, kind: _ }) => {
            items.as_mut_slice().iter_mut().map(of_item).collect()
        }
        Command::Correct(Correction { items: _, form, attachments }) => {
            [Text::Form(form)].into_iter().chain(attachments.iter_mut().map(Text::Attached)).collect()
        }
        Command::AddNote { visibility: _, text: words }
        | Command::Consult { division: _, question: words, due: _ }
        | Command::AnswerConsultation { consultation: _, answer: words }
        | Command::RecordAppeal { kind: _, filed_on: _, paper: words }
        | Command::PlaceHold { reason: words } => vec![Text::Words(words)],
        Command::Transfer { division: _, reason }
        | Command::ExtendDeadline { due: _, reason }
        | Command::SendBack { reason } => vec![of_reason(reason)],
        Command::DraftDecision { review: Review { finding, inspected_on: _ }, approver: _ }
        | Command::Review(Review { finding, inspected_on: _ }) => of_finding(finding),
        Command::DeclineWithdrawal { reasons }
        | Command::RevokeDecision { reasons, approver: _ }
        | Command::DeclineRefund { payment: _, reasons } => of_reasons(reasons),
        Command::CorrectDecision { finding, explanation, approver: _ } => {
            of_finding(finding).into_iter().chain([Text::Words(explanation)]).collect()
        }
        Command::RecordPayment(made) => vec![of_payment(made)],
        Command::ServeAtCounter(CounterService { identification: _, notice_copy: _, payment, copies: _ })
        | Command::Reissue(Reissue { of: _, cause: _, copies: _, payment }) => {
            payment.iter_mut().map(of_payment).collect()
        }
        Command::IssueFeeNotice { numbers, due_on: _ } => numbers.iter_mut().map(Text::Numbers).collect(),
        Command::PublishDocument { document, expires_on: _ } => of_document(document),
        Command::DeliverDocument { document, way } => {
            let tracking = match way {
                PaperDelivery::Post { tracking } => tracking.as_mut(),
                PaperDelivery::Counter => None,
            };
            of_document(document).into_iter().chain(tracking.map(Text::Given)).collect()
        }
        Command::DiscardDraft
        | Command::AssignDivision { division: _ }
        | Command::AssignOfficer { officer: _ }
        | Command::StartReview
        | Command::ResumeReview
        | Command::ForwardToAgency
        | Command::RebaseDueDate
        | Command::DelegateApproval { to: _ }
        | Command::Approve
        | Command::AssessFee { yen: _ }
        | Command::ExemptFee { ground: _ }
        | Command::IssueCertificate { copies: _ }
        | Command::TellResult { how: _ }
        | Command::Close { reason: _ }
        | Command::Withdraw
        | Command::AcceptWithdrawal
        | Command::ResolveAppeal { appeal: _, result: _ }
        | Command::Reopen { ground: _, approver: _ }
        | Command::ReleaseHold { hold: _ }
        | Command::ReversePayment { payment: _, cause: _ }
        | Command::Refund { payment: _, yen: _ }
        | Command::VerifyVisitor(Visitor { identification: _, notice_copy: _ })
        | Command::RecordVisit { purpose: _, on: _ }
        | Command::ChooseElectronicDelivery { agrees: _ }
        | Command::FetchDocument
        | Command::Void { certificate: _, cause: _ }
        | Command::Dispose
        | Command::PassDeadline(_) => vec![],
    }
}

fn of_item(item: &mut AskedItem) -> Text<'_> {
    let AskedItem { field: _, text } = item;
    Text::Words(text)
}

fn of_payment(made: &mut PaymentMade) -> Text<'_> {
    let PaymentMade { yen: _, channel: _, reference } = made;
    Text::Given(reference)
}

fn of_finding(finding: &mut Finding) -> Vec<Text<'_>> {
    match finding {
        Finding::Filing(FilingFinding::FormalDefect(reasons))
        | Finding::Application(
            ApplicationFinding::PartlyGranted(reasons)
            | ApplicationFinding::Refused(reasons)
            | ApplicationFinding::Dismissed(reasons),
        ) => of_reasons(reasons),
        Finding::Filing(FilingFinding::Confirmed) | Finding::Application(ApplicationFinding::Granted) => {
            vec![]
        }
    }
}

fn of_reasons(reasons: &mut NonEmpty<StatedReason>) -> Vec<Text<'_>> {
    reasons.as_mut_slice().iter_mut().map(of_reason).collect()
}

fn of_reason(reason: &mut StatedReason) -> Text<'_> {
    let StatedReason { code: _, text } = reason;
    Text::Words(text)
}

fn of_document(document: &mut DocumentWritten) -> Vec<Text<'_>> {
    let DocumentWritten { body, seal } = document;
    let signature = match seal {
        SealPut::Electronic { signature } => Some(signature),
        SealPut::Paper | SealPut::None => None,
    };
    [Text::Words(body)].into_iter().chain(signature.map(Text::Signature)).collect()
}
