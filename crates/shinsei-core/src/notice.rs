//! Notices (通知) to applicants: the facts of a mail, rendered from recorded events; the words are the notifier's.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::application::{Application, Arrived, Decided, FeeLedger, Received};
use crate::ids::{EntryName, Municipality};
use crate::number::ReceiptNumber;
use crate::outcome::{ApplicationOutcome, FilingOutcome, Outcome};
use crate::period::Period;
use crate::procedure::{Act, Deliverable, Delivery, Division, FeeTiming, Terms, Visit};
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

/// Whom a notice is for, and who sends it.
#[derive(Clone, Copy)]
pub struct Correspondence<'a> {
    /// Which city hall.
    pub municipality: Municipality,
    /// The city's name.
    pub city: &'a str,
    /// The division in charge.
    pub contact: &'a Division,
    /// The applicant's mail address.
    pub to: &'a str,
}

/// Renders a notice from what a case has become; `None` when it no longer speaks of the case's present.
pub fn render(task: Task, id: Uuid, case: &Application, between: Correspondence<'_>) -> Option<Notice> {
    let received = case.receipt()?;
    let terms = &received.arrived.terms;
    let (at, message) = match task {
        Task::ReceiptNotice => (received.received_at, received_message(received)),
        Task::ResultNotice => {
            let decided = case.decision()?;
            (decided.reviewed_at, result_message(decided))
        }
    };
    Some(Notice {
        id,
        municipality: between.municipality,
        city: between.city.to_owned(),
        to: between.to.to_owned(),
        at,
        procedure: terms.name.clone(),
        act: terms.act,
        received_at: received.received_at,
        receipt: received.receipt,
        contact: between.contact.clone(),
        message,
    })
}

fn received_message(received: &Received) -> Message {
    let terms = &received.arrived.terms;
    let fee = if terms.fee_precedes_review() { fee_due(&received.arrived) } else { FeeDue::Nothing };
    Message::Received { standard_period: terms.standard_period, fee, visits: visits(terms, false) }
}

fn result_message(decided: &Decided) -> Message {
    let arrived = &decided.received.arrived;
    let result = match &decided.outcome {
        Outcome::Filing(FilingOutcome::Confirmed) => ReviewResult::Confirmed,
        Outcome::Application(ApplicationOutcome::Granted) => ReviewResult::Granted,
        Outcome::Application(ApplicationOutcome::PartlyGranted { .. }) => ReviewResult::PartlyGranted,
        Outcome::Filing(FilingOutcome::FormalDefect { .. })
        | Outcome::Application(ApplicationOutcome::Refused { .. } | ApplicationOutcome::Dismissed { .. }) => {
            ReviewResult::SeeDocument
        }
    };
    let hand_over = (decided.outcome.is_favourable() && decided.has_deliverable()).then(|| HandOver {
        deliverable: arrived.terms.deliverable.clone(),
        quantity: arrived.quantity,
        unit: arrived.terms.fee.unit().map(str::to_owned),
        fee: fee_due(arrived),
        visits: visits(&arrived.terms, true),
    });
    Message::Result { reviewed_at: decided.reviewed_at, result, hand_over }
}

/// The visits that come after the decision, or those that come before it.
///
/// Who must fetch something at the counter is interviewed and shows papers there, in one visit; who need not come for it,
/// was met before the decision.
fn visits(terms: &Terms, after_decision: bool) -> Vec<Visit> {
    let fetched = matches!(terms.deliverable, Deliverable::Issued { by: Delivery::Counter, .. });
    let is_after = |visit: Visit| match visit {
        Visit::Inspection => false,
        Visit::Payment => !terms.fee_precedes_review(),
        Visit::Pickup => true,
        Visit::Interview | Visit::Papers => fetched,
    };
    terms.visits.iter().copied().filter(|visit| is_after(*visit) == after_decision).collect()
}

fn fee_due(arrived: &Arrived) -> FeeDue {
    let by_invoice = arrived.terms.fee.timing() == Some(FeeTiming::AfterDecision);
    match arrived.fee {
        FeeLedger::Free | FeeLedger::Exempted | FeeLedger::Paid(_) => FeeDue::Nothing,
        FeeLedger::Unassessed | FeeLedger::Assessed(_) if by_invoice => FeeDue::ByInvoice,
        FeeLedger::Assessed(yen) => FeeDue::AtCounter(yen),
        FeeLedger::Unassessed => FeeDue::ToBeAssessed,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn a_visit_is_told_when_it_is_due() {
        let catalog = Catalog::sample();
        let told = |name: &str| {
            let procedure =
                catalog.procedures().iter().find(|procedure| procedure.terms.name == name).unwrap();
            (visits(&procedure.terms, false), visits(&procedure.terms, true))
        };
        assert_eq!(told("要介護・要支援認定申請"), (vec![Visit::Interview], vec![]));
        assert_eq!(told("妊娠の届出"), (vec![], vec![Visit::Pickup, Visit::Interview]));
        assert_eq!(
            told("印鑑登録証明書交付申請"),
            (vec![], vec![Visit::Payment, Visit::Pickup, Visit::Papers])
        );
        assert_eq!(told("飲食店営業許可申請"), (vec![Visit::Payment, Visit::Inspection], vec![]));
        assert_eq!(told("建築確認申請"), (vec![Visit::Payment, Visit::Papers], vec![]));
    }
}
