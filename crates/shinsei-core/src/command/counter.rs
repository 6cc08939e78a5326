//! What is brought along when somebody pays, comes to the counter, or is sent a document.

use serde::Serialize;

use crate::bytes::Bytes;
use crate::event::{Identification, PaymentChannel, ReissueCause};
use crate::words::Words;
use crate::yen::Yen;

/// The most digits of a payment number (納付番号). Source: the forms of Pay-easy.
const PAYMENT_DIGITS_MAX: usize = 20;

/// The digits of an agency's number (収納機関番号). Source: the forms of Pay-easy.
const AGENCY_DIGITS: usize = 5;

/// The most digits of a confirmation number (確認番号). Source: the forms of Pay-easy.
const CONFIRMATION_DIGITS_MAX: usize = 6;

/// The numbers with which a fee is paid electronically. They lead to one person's payment: kept as a document.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PaymentNumbers {
    /// Who collects (収納機関番号).
    pub agency: String,
    /// Which payment (納付番号).
    pub payment: String,
    /// What makes sure of it (確認番号).
    pub confirmation: String,
}

impl PaymentNumbers {
    /// True when each has as many digits as it may have, and nothing else.
    pub fn are_well_formed(&self) -> bool {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let counts = self.agency.len() == AGENCY_DIGITS
            && (1..=PAYMENT_DIGITS_MAX).contains(&self.payment.len())
            && (1..=CONFIRMATION_DIGITS_MAX).contains(&self.confirmation.len());
        counts && [&self.agency, &self.payment, &self.confirmation].iter().all(|text| digits(text))
    }

    /// The document that is kept of them.
    pub fn to_document(&self) -> Bytes {
        let Self { agency, payment, confirmation } = self;
        let text =
            format!(r#"{{"収納機関番号":"{agency}","納付番号":"{payment}","確認番号":"{confirmation}"}}"#);
        Bytes::from(text.as_str())
    }
}

/// Shows nothing of them.
impl std::fmt::Debug for PaymentNumbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PaymentNumbers").finish_non_exhaustive()
    }
}

/// A payment as it is brought along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentMade {
    /// How much.
    pub yen: Yen,
    /// How.
    pub channel: PaymentChannel,
    /// Its reference: kept as a document.
    pub reference: Bytes,
}

/// Who came to the counter, as a clerk makes sure of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Visitor {
    /// By what it is made sure.
    pub identification: Identification,
    /// True when a copy of the result mail is shown.
    pub notice_copy: bool,
}

/// A certificate as it is asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reissue {
    /// Whose place it takes: the ordinal of its serial.
    pub of: u32,
    /// Why.
    pub cause: ReissueCause,
    /// How many copies.
    pub copies: u32,
    /// What is paid, where the terms ask for it.
    pub payment: Option<PaymentMade>,
}

/// Everything that happens when somebody comes to the counter and goes home with what was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CounterService {
    /// By what it is made sure who came.
    pub identification: Identification,
    /// True when a copy of the result mail is shown.
    pub notice_copy: bool,
    /// What is paid, where anything is due.
    pub payment: Option<PaymentMade>,
    /// How many copies are handed over.
    pub copies: u32,
}

/// The seal of an official document, as it is put on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SealPut {
    /// By a seal on paper (公印の押印).
    Paper,
    /// By a digital signature of the office over the whole text: kept as a document.
    Electronic {
        /// The signature.
        signature: Bytes,
    },
    /// Not at all (公印省略).
    None,
}

/// An official document, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentWritten {
    /// What it says before reasons and remedy, which are put under it: kept as a document.
    pub body: Words,
    /// Its seal.
    pub seal: SealPut,
}

/// How an official document goes on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum PaperDelivery {
    /// At the counter (窓口).
    Counter,
    /// By post (郵送).
    Post {
        /// The number under which the post carries it: kept as a document.
        tracking: Option<Bytes>,
    },
}
