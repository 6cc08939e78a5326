//! Notices (通知) to applicants: the facts of a mail, rendered from recorded events; the words are the notifier's.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{EntryName, Municipality};
use crate::number::ReceiptNumber;
use crate::period::Period;
use crate::procedure::{Act, Deliverable, Division, Visit};
use crate::time::Timestamp;
use crate::yen::Yen;

/// What the agenda keeps of a notice until it is due: which one. All else is rendered from what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Send M2 申請受付のお知らせ.
    ReceiptNotice,
    /// Send M3, M4 or M5 審査結果のお知らせ; delivering it tells the result.
    ResultNotice,
}

impl Task {
    /// The name of its entry in the case's agenda: one notice for each cause.
    pub fn entry_name(self) -> EntryName {
        EntryName::constant(match self {
            Self::ReceiptNotice => "receipt-notice",
            Self::ResultNotice => "result-notice",
        })
    }

    /// The bytes that the agenda keeps.
    pub fn to_bytes(self) -> Vec<u8> {
        self.entry_name().as_str().as_bytes().to_vec()
    }

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        [Self::ReceiptNotice, Self::ResultNotice].into_iter().find(|task| task.to_bytes() == bytes)
    }
}

/// A notice to one applicant about one case.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// Stable: the same notice has the same id however often it is delivered.
    pub id: Uuid,
    /// Which city hall sends it.
    pub municipality: Municipality,
    /// The city's name, such as 函館市.
    pub city: String,
    /// The applicant's mail address: personal data.
    pub to: String,
    /// When the cause was recorded: the date of the mail.
    pub at: Timestamp,
    /// The procedure's name (手続名).
    pub procedure: String,
    /// What the applicant did by it: the notice calls it 届出, 申請 or 請求.
    pub act: Act,
    /// When the application arrived and was received (受付日時).
    pub received_at: Timestamp,
    /// The receipt number (受付番号).
    pub receipt: ReceiptNumber,
    /// Where to ask (問合せ先): the division in charge.
    pub contact: Division,
    /// What the notice says.
    pub message: Message,
}

/// What a notice says.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
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
    Result {
        /// When the officer decided (審査日時).
        reviewed_at: Timestamp,
        /// The result, as a mail may tell it.
        result: ReviewResult,
        /// What is handed over next; `None` when the case ends with the result. After [`ReviewResult::SeeDocument`] it is
        /// the decision document, and `None` leaves it to the division to say how that is received.
        hand_over: Option<HandOver>,
    },
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

/// Shows which notice it is and nothing of whom it speaks.
impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("id", &self.id)
            .field("municipality", &self.municipality)
            .field("receipt", &self.receipt)
            .finish_non_exhaustive()
    }
}
