//! What is recorded of a fee.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::StaffId;
use crate::outcome::{NonEmpty, Reason};
use crate::procedure::ExemptionGround;
use crate::yen::Yen;

/// The amount is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeAssessed {
    /// The whole amount.
    pub yen: Yen,
    /// How it came about.
    pub basis: FeeBasis,
}

/// How an amount came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeeBasis {
    /// By the tariff, so many times.
    Tariff {
        /// How many.
        quantity: u32,
    },
    /// By an officer.
    Officer {
        /// Who.
        by: StaffId,
    },
}

/// Nothing is to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeExempted {
    /// Who said so.
    pub by: StaffId,
    /// Why.
    pub ground: ExemptionGround,
}

/// The fee was paid, or something that was not owed came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePaid {
    /// The amount.
    pub yen: Yen,
    /// How.
    pub channel: PaymentChannel,
    /// The payment's reference.
    pub reference: DocumentRef,
    /// Who took it; `None` when the system recorded an electronic payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// True when it was not owed (過誤納): paid twice, or for what had come to its end. The fee is what it was, and the money goes
    /// back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surplus: bool,
    /// The payment whose refund it brings back to the city (返納): that payment was taken back after it had been given back. Absent
    /// for what pays a fee, and for what was not owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repays: Option<u32>,
}

/// How a fee is paid (納付方法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentChannel {
    /// At the counter (窓口).
    Counter,
    /// Electronically (電子納付).
    Electronic,
    /// By invoice (納入通知書).
    Invoice,
}

/// The applicant is asked to pay (納入通知): the claim is fixed and notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeNoticeIssued {
    /// Which notice of the case, from 1.
    pub notice: u32,
    /// How much.
    pub yen: Yen,
    /// The numbers for an electronic payment (収納機関番号, 納付番号, 確認番号); absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<DocumentRef>,
    /// The last day on which it may be paid (納期限).
    pub due_on: NaiveDate,
    /// Who issued it.
    pub by: StaffId,
}

/// The last day of a notice has passed without a payment. Nothing else follows: a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFellOverdue {
    /// Which notice.
    pub notice: u32,
}

/// A payment that was recorded did not come in after all: the fee is due again. What was given back of it meanwhile was given from
/// the city's own money, and is owed to the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReversed {
    /// Which payment of the case, from 1.
    pub payment: u32,
    /// Why.
    pub cause: ReversalCause,
    /// Who said so; `None` when the payment service did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// Why a payment did not come in after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReversalCause {
    /// The payment service took it back (取消し・組戻し).
    TakenBack,
    /// It was recorded in error (誤記録).
    RecordedInError,
}

/// A payment is given back, wholly or in part (還付).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunded {
    /// Which payment.
    pub payment: u32,
    /// How much.
    pub yen: Yen,
    /// By which rule.
    pub ground: RefundGround,
    /// Who decided so.
    pub by: StaffId,
}

/// By which rule of the ordinance a fee is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundGround {
    /// The application could not be accepted (不受理).
    NotAccepted,
    /// The mayor finds a special reason (市長の裁量).
    MayorsDiscretion,
    /// It was not owed (過誤納): by no rule of the ordinance, and whatever that says.
    NotOwed,
}

/// A payment is not given back (還付しない決定).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundDeclined {
    /// Which payment.
    pub payment: u32,
    /// Why.
    pub reasons: NonEmpty<Reason>,
    /// Who decided so.
    pub by: StaffId,
}
