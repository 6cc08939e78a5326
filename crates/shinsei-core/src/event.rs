//! What happened to a case. The shape of each payload is a file format: docs/event-format.md.

mod approval;
mod arrival;
mod clock;
mod consultation;
mod contest;
mod correction;
mod counter;
mod delivery;
mod desk;
mod draft;
mod ending;
mod fee;
mod hand_over;
mod review;
mod withdrawal;

pub use approval::{Amendment, AmendmentDrafted, ApprovalDelegated, DecisionDrafted, DecisionSentBack};
pub use arrival::{
    Agent, EnclosedForm, EvidenceRef, FormRef, PaperArrival, PaperChannel, ReceiptIssued, SignatureVerified,
    Submitted,
};
pub use clock::{
    ClockResumed, ClockStarted, DeadlineApproaching, DeadlineExceeded, DeadlineExtended, DueDateRebased,
};
pub use consultation::{ConsultationAnswered, ConsultationOverdue, ConsultationRequested};
pub use contest::{
    AppealFiled, AppealKind, AppealResolved, AppealResult, DecisionCorrected, DecisionRevoked, Reopened,
    ReopeningGround,
};
pub use correction::{
    Corrected, CorrectionItem, CorrectionKind, CorrectionOverdue, CorrectionRequested, ReviewResumed,
};
pub use counter::{Identification, VisitRecorded, VisitVerified};
pub use delivery::{
    CertificateReissued, CertificateVoided, DocumentDelivered, DocumentFetched, DocumentPublished,
    ElectronicDeliveryAgreed, ElectronicDeliveryDeclined, FetchExpired, PaperWay, ReissueCause, ReissueFee,
    Seal, VoidCause,
};
pub use desk::{DivisionAssigned, Forwarded, NoteAdded, OfficerAssigned, Transferred, Visibility};
pub use draft::{DiscardCause, DraftDiscarded, DraftSaved};
pub use ending::{CloseReason, Closed, DisposalFellDue, Disposed, HoldPlaced, HoldReleased};
pub use fee::{
    FeeAssessed, FeeBasis, FeeExempted, FeeNoticeIssued, FeePaid, PaymentChannel, PaymentFellOverdue,
    PaymentReversed, RefundDeclined, RefundGround, Refunded, ReversalCause,
};
pub use hand_over::{CertificateIssued, CertificateSerial, ResultTold, TellingChannel};
pub use review::{ReviewStarted, Reviewed};
pub use withdrawal::{WithdrawalDeclined, WithdrawalRequested, Withdrawn};

use crate::event_format::events;

events! {
    /// An event of a case. The six of the main road are `Submitted`, `SignatureVerified`, `ReceiptIssued`, `Reviewed`,
    /// `FeePaid` and `CertificateIssued`.
    pub enum Event {
        /// 下書き保存: a form is put aside before it is submitted.
        DraftSaved = 1,
        /// 下書き破棄: a draft was thrown away.
        DraftDiscarded = 1,
        /// 到達: the application is in the city's file.
        Submitted = 1,
        /// 署名検証: whose kind of signature it is, judged at arrival.
        SignatureVerified = 1,
        /// 標準処理期間の開始: the clock runs.
        ClockStarted = 1,
        /// 期間の再開: the clock goes on after it stood still.
        ClockResumed = 1,
        /// 期間の延長: the city needs longer.
        DeadlineExtended = 1,
        /// 期限の再計算: the calendar was changed.
        DueDateRebased = 1,
        /// 期限の接近: the due date comes near.
        DeadlineApproaching = 1,
        /// 期限の超過: the due date has passed.
        DeadlineExceeded = 1,
        /// 担当課の決定: another division is in charge.
        DivisionAssigned = 1,
        /// 担当者の決定: one officer is to work on it.
        OfficerAssigned = 1,
        /// メモ: something was noted.
        NoteAdded = 1,
        /// 審査開始: an officer has begun.
        ReviewStarted = 1,
        /// 補正の求め: the applicant is asked to put something right.
        CorrectionRequested = 1,
        /// 補正: a new version of the form is in force.
        Corrected = 1,
        /// 補正期限の経過: nothing was put right in time.
        CorrectionOverdue = 1,
        /// 審査の再開: the review goes on without the correction.
        ReviewResumed = 1,
        /// 協議: another division is asked.
        ConsultationRequested = 1,
        /// 協議の回答: a division has answered.
        ConsultationAnswered = 1,
        /// 協議期限の経過: a division has not answered in time.
        ConsultationOverdue = 1,
        /// 移送: another division goes on with the review.
        Transferred = 1,
        /// 送付: the application was sent on to the agency that decides.
        Forwarded = 1,
        /// 起案: a decision was drafted.
        DecisionDrafted = 1,
        /// 決裁の委任: somebody else is to approve.
        ApprovalDelegated = 1,
        /// 差戻し: a draft was sent back.
        DecisionSentBack = 1,
        /// 審査: an officer decided.
        Reviewed = 1,
        /// 手数料の決定: the amount is fixed.
        FeeAssessed = 1,
        /// 手数料の免除: nothing is to be paid.
        FeeExempted = 1,
        /// 手数料納付: the fee was paid.
        FeePaid = 1,
        /// 交付: what was granted was handed over.
        CertificateIssued = 1,
        /// 結果の通知: the applicant was told the result.
        ResultTold = 1,
        /// 完了: nothing is left to do.
        Closed = 1,
        /// 取下げの申出: the applicant asks to take the application back.
        WithdrawalRequested = 1,
        /// 取下げ: the application is taken back.
        Withdrawn = 1,
        /// 取下げの不同意: the city does not consent.
        WithdrawalDeclined = 1,
        /// 更正・取消しの起案: what was decided is to become another.
        AmendmentDrafted = 1,
        /// 更正: a clerical error of the decision is mended.
        DecisionCorrected = 1,
        /// 取消し・撤回: a grant is taken back.
        DecisionRevoked = 1,
        /// 審査請求・取消訴訟: somebody contests the decision.
        AppealFiled = 1,
        /// 裁決・判決: an appeal has come to its end.
        AppealResolved = 1,
        /// 再審査: a case that had ended is reviewed again.
        Reopened = 1,
        /// 廃棄の停止: the case must be kept.
        HoldPlaced = 1,
        /// 廃棄の停止の解除: a hold no longer stands in the way.
        HoldReleased = 1,
        /// 保存期間満了: somebody must confirm the disposal.
        DisposalFellDue = 1,
        /// 廃棄: the documents of the case are erased.
        Disposed = 1,
        /// 納入通知: the applicant is asked to pay.
        FeeNoticeIssued = 1,
        /// 納期限の経過: nobody has paid in time.
        PaymentFellOverdue = 1,
        /// 納付の取消し: a payment did not come in after all.
        PaymentReversed = 1,
        /// 還付: a payment is given back.
        Refunded = 1,
        /// 還付しない決定: a payment is not given back.
        RefundDeclined = 1,
        /// 本人確認: somebody came, and it was made sure who.
        VisitVerified = 1,
        /// 面談・書類の提示: the applicant was met before the decision.
        VisitRecorded = 1,
        /// 電子交付の同意: the applicant agrees to receive documents electronically.
        ElectronicDeliveryAgreed = 1,
        /// 電子交付の不同意: the applicant does not agree.
        ElectronicDeliveryDeclined = 1,
        /// 公文書の公開: an official document can be fetched.
        DocumentPublished = 1,
        /// 公文書の取得: it was fetched.
        DocumentFetched = 1,
        /// 取得期限の経過: nobody has fetched it in time.
        FetchExpired = 1,
        /// 公文書の交付・発送: an official document was handed over or sent on paper.
        DocumentDelivered = 1,
        /// 再交付: another certificate takes the place of one.
        CertificateReissued = 1,
        /// 失効: a certificate is void.
        CertificateVoided = 1,
    }
    /// 受付: the receipt number; it stands in the envelope, given when the event was recorded.
    numbered ReceiptIssued = 1
}
