//! What may be asked of a case.

mod counter;
mod desk;

use chrono::NaiveDate;
use serde::Serialize;

pub use desk::{AskedItem, Correction, CorrectionRequest, Paper};

use crate::bytes::Bytes;
use crate::deadline::Deadline;
use crate::event::{
    AppealKind, AppealResult, CloseReason, ReopeningGround, ReversalCause, TellingChannel, Visibility,
    VoidCause,
};
use crate::ids::{DivisionId, ProcedureId, ReasonCode, StaffId};
use crate::outcome::NonEmpty;
use crate::procedure::{ExemptionGround, Visit};
use crate::signature::SignedBytes;
use crate::words::Words;
use crate::yen::Yen;

pub use counter::{
    CounterService, DocumentWritten, PaperDelivery, PaymentMade, PaymentNumbers, Reissue, SealPut, Visitor,
};

/// A command to a case. Serialised it is what its digest covers: contents stand in it as their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Command {
    /// Puts a form aside that is not complete yet (下書きを保存する).
    SaveDraft {
        /// The procedure it is for.
        procedure: ProcedureId,
        /// The form as far as it is filled in: kept as a document, and read for nothing but My Numbers.
        form: Bytes,
    },
    /// Throws a draft away (下書きを破棄する).
    DiscardDraft,
    /// Submits an application (申請する).
    Submit(Submit),
    /// Records what came on paper (紙の申請を受け付ける).
    RecordPaperArrival(Paper),
    /// Puts another division in charge before the review begins (担当課を決める).
    AssignDivision {
        /// Which one.
        division: DivisionId,
    },
    /// Gives the case to an officer (担当者を決める).
    AssignOfficer {
        /// Whom.
        officer: StaffId,
    },
    /// Notes something (メモを残す).
    AddNote {
        /// Who may read it.
        visibility: Visibility,
        /// The words: kept as a document.
        text: Words,
    },
    /// Begins the review (審査を始める).
    StartReview,
    /// Asks the applicant to put something right (補正を求める).
    RequestCorrection(CorrectionRequest),
    /// Puts it right (補正する).
    Correct(Correction),
    /// Goes on with the review without the correction (補正を待たずに審査する).
    ResumeReview,
    /// Asks another division (協議する).
    Consult {
        /// Which one.
        division: DivisionId,
        /// What: kept as a document.
        question: Words,
        /// The last day on which an answer is awaited.
        due: NaiveDate,
    },
    /// Answers a consultation (協議に回答する).
    AnswerConsultation {
        /// Which one of the case, from 1.
        consultation: u32,
        /// What: kept as a document.
        answer: Words,
    },
    /// Hands the review over to another division (移送する).
    Transfer {
        /// Which one.
        division: DivisionId,
        /// Why.
        reason: StatedReason,
    },
    /// Sends the application on to the agency that decides (送付する).
    ForwardToAgency,
    /// Needs longer (期間を延長する).
    ExtendDeadline {
        /// Until when.
        due: NaiveDate,
        /// Why.
        reason: StatedReason,
    },
    /// Counts the due date again over the calendar in force, where that gives another day (期限を計算し直す). The engine does
    /// so in every open case when the calendar is changed.
    RebaseDueDate,
    /// Drafts a decision (起案する).
    DraftDecision {
        /// What is to be decided.
        review: Review,
        /// Who is to approve it.
        approver: StaffId,
    },
    /// Lets somebody else approve (決裁を委ねる).
    DelegateApproval {
        /// Whom.
        to: StaffId,
    },
    /// Sends a draft back (差し戻す).
    SendBack {
        /// Why.
        reason: StatedReason,
    },
    /// Approves a draft (決裁する).
    Approve,
    /// Decides (審査する).
    Review(Review),
    /// Fixes the fee (手数料を決める), where the tariff leaves that to an officer.
    AssessFee {
        /// The whole amount.
        yen: Yen,
    },
    /// Exempts from the fee (手数料を免除する).
    ExemptFee {
        /// Why.
        ground: ExemptionGround,
    },
    /// Records that the fee was paid (納付を記録する).
    RecordPayment(PaymentMade),
    /// Hands over what was granted (交付する).
    IssueCertificate {
        /// How many copies.
        copies: u32,
    },
    /// Records that the result was told (結果を伝える).
    TellResult {
        /// How.
        how: TellingChannel,
    },
    /// Ends the case (完了する).
    Close {
        /// Why.
        reason: CloseReason,
    },
    /// Takes the application back, or asks to (取り下げる).
    Withdraw,
    /// Consents to the withdrawal (取下げに同意する).
    AcceptWithdrawal,
    /// Does not consent (取下げに同意しない).
    DeclineWithdrawal {
        /// Why.
        reasons: NonEmpty<StatedReason>,
    },
    /// Mends a clerical error of the decision (更正する).
    CorrectDecision {
        /// What was meant from the beginning.
        finding: Finding,
        /// What was wrong: kept as a document.
        explanation: Words,
        /// Who is to approve it (決裁); `None` where the terms need nobody.
        approver: Option<StaffId>,
    },
    /// Takes a grant back (取り消す・撤回する).
    RevokeDecision {
        /// Why.
        reasons: NonEmpty<StatedReason>,
        /// Who is to approve it (決裁); `None` where the terms need nobody.
        approver: Option<StaffId>,
    },
    /// Records that somebody contests the decision (審査請求・取消訴訟を記録する).
    RecordAppeal {
        /// How.
        kind: AppealKind,
        /// The day on which it was brought.
        filed_on: NaiveDate,
        /// The paper of it: kept as a document.
        paper: Words,
    },
    /// Records how an appeal ended (裁決・判決を記録する).
    ResolveAppeal {
        /// Which appeal of the case, from 1.
        appeal: u32,
        /// How it ended.
        result: AppealResult,
    },
    /// Reviews a case again that had ended (再び審査する).
    Reopen {
        /// Why.
        ground: ReopeningGround,
        /// Who approved.
        approver: StaffId,
    },
    /// Stops the disposal (廃棄を停止する).
    PlaceHold {
        /// Why: kept as a document.
        reason: Words,
    },
    /// Lets the disposal go on (廃棄の停止を解く).
    ReleaseHold {
        /// Which hold of the case, from 1.
        hold: u32,
    },
    /// Asks the applicant to pay (納入を通知する).
    IssueFeeNotice {
        /// The numbers for an electronic payment: kept as a document.
        numbers: Option<PaymentNumbers>,
        /// The last day on which it may be paid.
        due_on: NaiveDate,
    },
    /// Takes a payment back that did not come in after all (納付を取り消す).
    ReversePayment {
        /// Which payment of the case, from 1.
        payment: u32,
        /// Why.
        cause: ReversalCause,
    },
    /// Gives a payment back, wholly or in part (還付する).
    Refund {
        /// Which payment of the case, from 1.
        payment: u32,
        /// How much.
        yen: Yen,
    },
    /// Does not give a payment back (還付しない).
    DeclineRefund {
        /// Which payment of the case, from 1.
        payment: u32,
        /// Why.
        reasons: NonEmpty<StatedReason>,
    },
    /// Makes sure who came to the counter (本人確認をする).
    VerifyVisitor(Visitor),
    /// Serves who came to the counter: makes sure who it is, takes the fee, tells the result, hands over (窓口で対応する).
    ServeAtCounter(CounterService),
    /// Records that the applicant was met (面談・書類の提示を記録する).
    RecordVisit {
        /// What for.
        purpose: Visit,
        /// When.
        on: NaiveDate,
    },
    /// Agrees to receive documents electronically, or does not (電子交付に同意する・しない).
    ChooseElectronicDelivery {
        /// True to agree.
        agrees: bool,
    },
    /// Lets an official document be fetched (公文書を公開する).
    PublishDocument {
        /// What.
        document: DocumentWritten,
        /// The last day on which it can be fetched.
        expires_on: NaiveDate,
    },
    /// Fetches the document that is there (公文書を取得する).
    FetchDocument,
    /// Hands an official document over on paper, or sends it (公文書を交付・発送する).
    DeliverDocument {
        /// What.
        document: DocumentWritten,
        /// How.
        way: PaperDelivery,
    },
    /// Issues a certificate again (再交付する).
    Reissue(Reissue),
    /// Voids a certificate (失効させる).
    Void {
        /// Which: the ordinal of its serial.
        certificate: u32,
        /// Why.
        cause: VoidCause,
    },
    /// Erases the documents of the case (廃棄する). Give it to the engine's `dispose`, which erases them as well.
    Dispose,
    /// Lets a deadline pass (期限が到来する): the engine's own command, when it falls due.
    PassDeadline(Deadline),
}

/// An application as it is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Submit {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The form, signed or not.
    pub form: SubmittedForm,
    /// The mail address for notices: kept as a document.
    pub contact: Bytes,
    /// Documents attached to the form, not covered by its signature.
    pub attachments: Vec<Bytes>,
}

/// A form as it is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SubmittedForm {
    /// Without a signature.
    Unsigned(Bytes),
    /// Signed, the signature beside it.
    Detached {
        /// The form.
        content: Bytes,
        /// The CMS message.
        signature: Bytes,
    },
    /// Signed, the form inside the CMS message.
    Attached(Bytes),
}

/// An officer's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The outcome.
    pub finding: Finding,
    /// When the premises were inspected, where the procedure asks for it.
    pub inspected_on: Option<NaiveDate>,
}

/// What an officer found, by act. Reasons come with it or it cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Finding {
    /// Of a filing (届出).
    Filing(FilingFinding),
    /// Of an application or a request (申請・請求).
    Application(ApplicationFinding),
}

/// What may be found of a filing: it cannot be refused on its merits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum FilingFinding {
    /// It is complete.
    Confirmed,
    /// It is not complete in form.
    FormalDefect(NonEmpty<StatedReason>),
}

/// What may be found of an application or a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ApplicationFinding {
    /// It is granted (認容).
    Granted,
    /// It is granted in part (一部認容).
    PartlyGranted(NonEmpty<StatedReason>),
    /// It is refused (拒否).
    Refused(NonEmpty<StatedReason>),
    /// It is dismissed for formal reasons (却下).
    Dismissed(NonEmpty<StatedReason>),
}

/// A reason as an officer states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedReason {
    /// The code of the catalog of reasons.
    pub code: ReasonCode,
    /// The officer's words: kept as a document.
    pub text: Words,
}

impl Finding {
    /// The reasons stated for what is adverse; none where nothing is.
    pub fn reasons(&self) -> &[StatedReason] {
        match self {
            Self::Filing(FilingFinding::FormalDefect(reasons))
            | Self::Application(
                ApplicationFinding::PartlyGranted(reasons)
                | ApplicationFinding::Refused(reasons)
                | ApplicationFinding::Dismissed(reasons),
            ) => reasons.as_slice(),
            Self::Filing(FilingFinding::Confirmed) | Self::Application(ApplicationFinding::Granted) => &[],
        }
    }

    /// True when it judges what was asked for, and not only its form.
    pub fn is_on_the_merits(&self) -> bool {
        match self {
            Self::Filing(FilingFinding::Confirmed)
            | Self::Application(
                ApplicationFinding::Granted
                | ApplicationFinding::PartlyGranted(_)
                | ApplicationFinding::Refused(_),
            ) => true,
            Self::Filing(FilingFinding::FormalDefect(_))
            | Self::Application(ApplicationFinding::Dismissed(_)) => false,
        }
    }
}

impl Command {
    /// The command's name, as it stands in tables and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SaveDraft { .. } => "SaveDraft",
            Self::DiscardDraft => "DiscardDraft",
            Self::Submit(_) => "Submit",
            Self::RecordPaperArrival(_) => "RecordPaperArrival",
            Self::AssignDivision { .. } => "AssignDivision",
            Self::AssignOfficer { .. } => "AssignOfficer",
            Self::AddNote { .. } => "AddNote",
            Self::StartReview => "StartReview",
            Self::RequestCorrection(_) => "RequestCorrection",
            Self::Correct(_) => "Correct",
            Self::ResumeReview => "ResumeReview",
            Self::Consult { .. } => "Consult",
            Self::AnswerConsultation { .. } => "AnswerConsultation",
            Self::Transfer { .. } => "Transfer",
            Self::ForwardToAgency => "ForwardToAgency",
            Self::ExtendDeadline { .. } => "ExtendDeadline",
            Self::RebaseDueDate => "RebaseDueDate",
            Self::DraftDecision { .. } => "DraftDecision",
            Self::DelegateApproval { .. } => "DelegateApproval",
            Self::SendBack { .. } => "SendBack",
            Self::Approve => "Approve",
            Self::Review(_) => "Review",
            Self::AssessFee { .. } => "AssessFee",
            Self::ExemptFee { .. } => "ExemptFee",
            Self::RecordPayment(_) => "RecordPayment",
            Self::IssueCertificate { .. } => "IssueCertificate",
            Self::TellResult { .. } => "TellResult",
            Self::Close { .. } => "Close",
            Self::Withdraw => "Withdraw",
            Self::AcceptWithdrawal => "AcceptWithdrawal",
            Self::DeclineWithdrawal { .. } => "DeclineWithdrawal",
            Self::CorrectDecision { .. } => "CorrectDecision",
            Self::RevokeDecision { .. } => "RevokeDecision",
            Self::RecordAppeal { .. } => "RecordAppeal",
            Self::ResolveAppeal { .. } => "ResolveAppeal",
            Self::Reopen { .. } => "Reopen",
            Self::PlaceHold { .. } => "PlaceHold",
            Self::ReleaseHold { .. } => "ReleaseHold",
            Self::Dispose => "Dispose",
            Self::IssueFeeNotice { .. } => "IssueFeeNotice",
            Self::ReversePayment { .. } => "ReversePayment",
            Self::Refund { .. } => "Refund",
            Self::DeclineRefund { .. } => "DeclineRefund",
            Self::VerifyVisitor(_) => "VerifyVisitor",
            Self::ServeAtCounter(_) => "ServeAtCounter",
            Self::RecordVisit { .. } => "RecordVisit",
            Self::ChooseElectronicDelivery { .. } => "ChooseElectronicDelivery",
            Self::PublishDocument { .. } => "PublishDocument",
            Self::FetchDocument => "FetchDocument",
            Self::DeliverDocument { .. } => "DeliverDocument",
            Self::Reissue(_) => "Reissue",
            Self::Void { .. } => "Void",
            Self::PassDeadline(_) => "PassDeadline",
        }
    }
}

impl SubmittedForm {
    /// What is to be judged by a verifier; `None` without a signature.
    pub fn signed(&self) -> Option<SignedBytes<'_>> {
        match self {
            Self::Unsigned(_) => None,
            Self::Detached { content, signature } => {
                Some(SignedBytes { signature: signature.as_slice(), content: Some(content.as_slice()) })
            }
            Self::Attached(message) => Some(SignedBytes { signature: message.as_slice(), content: None }),
        }
    }
}
