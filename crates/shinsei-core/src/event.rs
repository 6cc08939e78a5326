//! What happened to a case. The shape of each payload is a file format: docs/event-format.md.

mod approval;
mod arrival;
mod clock;
mod consultation;
mod correction;
mod desk;
mod draft;
mod ending;
mod fee;
mod hand_over;
mod review;

pub use approval::{ApprovalDelegated, DecisionDrafted, DecisionSentBack};
pub use arrival::{
    EvidenceRef, FormRef, PaperArrival, PaperChannel, ReceiptIssued, SignatureVerified, Submitted,
};
pub use clock::{
    ClockResumed, ClockStarted, DeadlineApproaching, DeadlineExceeded, DeadlineExtended, DueDateRebased,
};
pub use consultation::{ConsultationAnswered, ConsultationOverdue, ConsultationRequested};
pub use correction::{
    Corrected, CorrectionItem, CorrectionKind, CorrectionOverdue, CorrectionRequested, ReviewResumed,
};
pub use desk::{DivisionAssigned, Forwarded, NoteAdded, OfficerAssigned, Transferred, Visibility};
pub use draft::{DiscardCause, DraftDiscarded, DraftSaved};
pub use ending::{CloseReason, Closed};
pub use fee::{ExemptionGround, FeeAssessed, FeeBasis, FeeExempted, FeePaid, PaymentChannel};
pub use hand_over::{CertificateIssued, CertificateSerial, ResultTold, TellingChannel};
pub use review::{ReviewStarted, Reviewed};

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
    }
    /// 受付: the receipt number; it stands in the envelope, given when the event was recorded.
    numbered ReceiptIssued = 1
}
