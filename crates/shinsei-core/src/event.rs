//! What happened to a case. The shape of each payload is a file format: docs/event-format.md.

mod arrival;
mod draft;
mod ending;
mod fee;
mod hand_over;
mod review;

pub use arrival::{EvidenceRef, FormRef, ReceiptIssued, SignatureVerified, Submitted};
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
        /// 審査開始: an officer has begun.
        ReviewStarted = 1,
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
