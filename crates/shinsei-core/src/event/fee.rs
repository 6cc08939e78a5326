//! What is recorded of a fee.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::StaffId;
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

/// Why a fee is not taken (免除事由).
///
/// # Source
/// DOMAIN 1.4; the ordinances of 村上市 and others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExemptionGround {
    /// Public assistance (生活保護).
    PublicAssistance,
    /// The state or another municipality asks (国・地方公共団体).
    PublicBody,
    /// A law makes it free (法令).
    Statute,
    /// A pensioner needs it for the pension (年金受給者).
    Pension,
    /// The mayor's discretion (市長が特に認める).
    MayorsDiscretion,
}

/// The fee was paid.
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
