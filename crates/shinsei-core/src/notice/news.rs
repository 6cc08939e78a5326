//! What a notice about a case tells: facts that a mail may hold, never form contents, reasons of a person or files.

use chrono::NaiveDate;

use crate::period::Period;
use crate::procedure::{Deliverable, PaymentMethod, Visit};
use crate::time::Timestamp;
use crate::yen::Yen;

/// What there is to tell of a case.
#[derive(Clone, PartialEq, Eq)]
pub enum News {
    /// The application was received (M2 申請受付のお知らせ).
    Received {
        /// The standard processing period, if one is set.
        standard_period: Option<Period>,
        /// What must be paid before the review begins.
        fee: FeeDue,
        /// What somebody must meet somebody for before the decision.
        visits: Vec<Visit>,
    },
    /// The review has ended (M3, M4, M5 審査結果のお知らせ).
    Reviewed {
        /// When the officer decided (審査日時).
        reviewed_at: Timestamp,
        /// The result, as a mail may tell it.
        result: ReviewResult,
        /// What is handed over next; `None` when the case ends with the result. After [`ReviewResult::SeeDocument`] it is
        /// the decision document, and `None` leaves it to the division to say how that is received.
        hand_over: Option<HandOver>,
    },
    /// Something must be corrected (M6 補正のお願い).
    CorrectionRequested(Correcting),
    /// The correction has arrived, and the review goes on (M7 補正を受け取りました).
    Corrected {
        /// When it arrived (受領日時).
        at: Timestamp,
    },
    /// The day by which to correct comes near (M8 補正期限が近づいています).
    CorrectionDue(Correcting),
    /// The fee is to be paid (M9 手数料納付のご案内).
    FeeNotice {
        /// How much.
        yen: Yen,
        /// The last day on which it may be paid; `None` where none is set.
        due: Option<NaiveDate>,
        /// How it may be paid.
        methods: Vec<PaymentMethod>,
        /// The numbers with which it is paid electronically.
        pay_easy: Option<PayEasy>,
    },
    /// The fee was paid (M10 納付を確認しました).
    FeePaid {
        /// How much.
        yen: Yen,
        /// When (納付日).
        on: NaiveDate,
        /// What comes next.
        next: NextStep,
    },
    /// What was granted can be received (M11 交付の準備ができました).
    Ready {
        /// What, and how.
        hand_over: HandOver,
        /// The last day on which it can be received; `None` where none is set.
        until: Option<NaiveDate>,
    },
    /// The application is withdrawn (M12 取下げを受け付けました).
    Withdrawn {
        /// When.
        at: Timestamp,
        /// What becomes of a fee that was paid.
        fee: WithdrawnFee,
    },
    /// The city does not consent to a withdrawal (M12 取下げに応じられません).
    WithdrawalDeclined {
        /// When that was decided.
        at: Timestamp,
    },
    /// The city needs longer (M13 処理期間の延長).
    Extended {
        /// By when it should have been done (当初期限); `None` where no day was said.
        from: Option<NaiveDate>,
        /// By when it is now expected (新しい見込み).
        to: NaiveDate,
        /// Why, in one sentence that says nothing of the person.
        reason: String,
    },
    /// Another division is in charge, the notice's contact (M14 担当課の変更).
    Transferred,
    /// The application was sent on to the agency that decides (M18 送付のお知らせ).
    Forwarded {
        /// The agency (送付先).
        agency: String,
        /// When (送付日).
        on: NaiveDate,
        /// By when the agency is to decide (標準処理期間の満了日); `None` where its period is not known.
        due: Option<NaiveDate>,
    },
    /// Money goes back to the applicant (M19 還付のお知らせ).
    Refund {
        /// How much.
        yen: Yen,
        /// When it came in, or when it was decided.
        on: NaiveDate,
        /// Why, and how far it is.
        refunding: Refunding,
    },
    /// Nothing is to be paid any more, though the applicant was told so before (M20 手数料の免除のお知らせ).
    Exempted {
        /// When that was decided (決定日).
        on: NaiveDate,
    },
    /// A document of the city can be fetched (M17 公文書の取得のお願い).
    DocumentPublished {
        /// What it is called (件名), such as 決定通知書.
        title: String,
        /// The last day on which it can be fetched (取得期限).
        until: NaiveDate,
    },
}

impl News {
    /// Which mail of the list it is, M2 to M14 or M17 to M20.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Received { .. } => "M2",
            Self::Reviewed { result: ReviewResult::SeeDocument, .. } => "M5",
            Self::Reviewed { hand_over: Some(_), .. } => "M4",
            Self::Reviewed { hand_over: None, .. } => "M3",
            Self::CorrectionRequested(_) => "M6",
            Self::Corrected { .. } => "M7",
            Self::CorrectionDue(_) => "M8",
            Self::FeeNotice { .. } => "M9",
            Self::FeePaid { .. } => "M10",
            Self::Ready { .. } => "M11",
            Self::Withdrawn { .. } | Self::WithdrawalDeclined { .. } => "M12",
            Self::Extended { .. } => "M13",
            Self::Transferred => "M14",
            Self::DocumentPublished { .. } => "M17",
            Self::Forwarded { .. } => "M18",
            Self::Refund { .. } => "M19",
            Self::Exempted { .. } => "M20",
        }
    }
}

/// Why money goes back (還付), and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunding {
    /// It came in and was not owed (過誤納): the division asks where it is to go.
    Surplus,
    /// It was not owed, and that it goes back was decided (過誤納金の還付).
    SurplusDecided,
    /// It was a fee, and that it goes back was decided by the ordinance (手数料の還付).
    FeeDecided,
}

/// What is to be corrected (補正), and by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correcting {
    /// How many places.
    pub items: u32,
    /// The last day.
    pub due: NaiveDate,
    /// True when the whole application is sent again, false when its faulty places are put right.
    pub resubmit: bool,
    /// True when what is sent must be signed again.
    pub signed: bool,
}

/// The numbers of an electronic payment (Pay-easy).
#[derive(Clone, PartialEq, Eq)]
pub enum PayEasy {
    /// They are shown to who has signed in.
    AfterSigningIn,
    /// These.
    Numbers {
        /// 収納機関番号
        agency: String,
        /// 納付番号
        payment: String,
        /// 確認番号
        confirmation: String,
    },
}

/// What comes after a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// The review begins or goes on.
    Review,
    /// What was granted is handed over; another notice, or the counter, says when.
    HandOver,
    /// Nothing.
    Nothing,
}

/// What becomes of the fee of an application that is withdrawn (納付済手数料の扱い).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithdrawnFee {
    /// Nothing was paid.
    NothingPaid,
    /// It is paid back.
    Refunded(Yen),
    /// It is not paid back, by the ordinance.
    Kept(Yen),
    /// The division decides and tells.
    ToBeDecided(Yen),
}

/// The result as a mail may tell it: no reasons, no form contents.
#[derive(Clone, PartialEq, Eq)]
pub enum ReviewResult {
    /// A filing was confirmed (受理).
    Confirmed,
    /// An application was granted (認められた).
    Granted,
    /// It was granted in part: the decision document says which.
    PartlyGranted,
    /// It was not granted, or a filing was defective (M5): the decision document says why.
    SeeDocument,
}

/// What is handed over after a result, and what the applicant must do for it.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOver {
    /// What it is and how it is handed over.
    pub deliverable: Deliverable,
    /// How many.
    pub quantity: u32,
    /// Of what, as the tariff counts, such as 通; `None` when the procedure has no unit.
    pub unit: Option<String>,
    /// What is still to be paid.
    pub fee: FeeDue,
    /// Why the applicant must come.
    pub visits: Vec<Visit>,
}

/// What is to be paid (手数料), and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeDue {
    /// Nothing: it is free, exempt or paid.
    Nothing,
    /// This much in all, at the counter.
    AtCounter(Yen),
    /// Something: an officer assesses it, and the division tells how much.
    ToBeAssessed,
    /// By an invoice (納入通知書) that comes later.
    ByInvoice,
}
