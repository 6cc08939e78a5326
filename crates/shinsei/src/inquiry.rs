//! Asking how far a case is (照会), by its receipt number and its key: without an account.

mod wrong_keys;

use chrono::NaiveDate;
use shinsei_core::application::{Application, Arrived, Turn};
use shinsei_core::ids::{CaseId, Municipality};
use shinsei_core::inquiry::InquiryKey;
use shinsei_core::listing::{Listing, Question};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::procedure::Division;
use shinsei_core::rejection::StateName;
use shinsei_core::time::Timestamp;

use crate::engine::{Engine, EngineError};

pub(crate) use crate::inquiry::wrong_keys::WrongKeys;
pub use crate::inquiry::wrong_keys::{WRONG_KEYS_KEPT_MICROS, WRONG_KEYS_MAX};

/// What is told of a case on request: nothing that speaks of a person.
///
/// # Source
/// 行政手続法 9条 (DOMAIN L9): where it stands, who is in charge, when to expect the result
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// The procedure's name.
    pub procedure: String,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// The state.
    pub state: StateName,
    /// What the applicant reads of it.
    pub label: &'static str,
    /// Whose turn it is.
    pub turn: Turn,
    /// The division in charge, with its telephone; `None` for one that the catalog has no longer.
    pub division: Option<Division>,
    /// The day by which the result is to be told; `None` while the clock stands still or where no period is set.
    pub expected: Option<NaiveDate>,
}

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InquiryError {
    /// There is no such number, its documents are erased, or the key is another one: which of them is not told.
    #[error("no case has this number and this key")]
    NotFound,
    /// Too many wrong keys were given for this number.
    #[error("too many wrong keys were given for this number; ask again later")]
    TooOften {
        /// When somebody is heard again.
        again_at: Timestamp,
    },
    /// It could not be looked up.
    #[error(transparent)]
    Failed(#[from] EngineError),
}

impl Engine {
    /// The key of a case (照会キー), for the service to hand to its applicant with the receipt number; `None` before anything has arrived,
    /// and when the documents of the case are erased. Whom it is handed to is for the service to say.
    ///
    /// # Errors
    /// [`EngineError`]: the case could not be read.
    pub fn inquiry_key(
        &self,
        municipality: Municipality,
        case: CaseId,
    ) -> Result<Option<InquiryKey>, EngineError> {
        let (_, state) = self.shared.fold::<Application>(municipality, case.into())?;
        state.arrival().map_or(Ok(None), |arrived| self.key_of(municipality, arrived))
    }

    fn key_of(
        &self,
        municipality: Municipality,
        arrived: &Arrived,
    ) -> Result<Option<InquiryKey>, EngineError> {
        let contact = self.shared.store.document(municipality, arrived.contact.id)?;
        Ok(contact.filter(|contact| contact.is(&arrived.contact)).map(|contact| InquiryKey::of(&contact)))
    }

    /// Tells how far a case is to whoever has its receipt number and its key (照会キー), and to nobody else.
    ///
    /// An engine remembers wrong keys in memory; where several serve one municipality each counts for itself. The answer follows
    /// the lists, which are behind the log by moments, to find the case, and the log itself for what is told of it.
    ///
    /// # Errors
    /// - [`InquiryError::NotFound`]: the number or the key is wrong.
    /// - [`InquiryError::TooOften`]: [`WRONG_KEYS_MAX`] wrong keys were given for the number within [`WRONG_KEYS_KEPT_MICROS`].
    /// - [`InquiryError::Failed`]: the engine has no lists, or they or the log could not be read.
    pub fn inquire(
        &self,
        municipality: Municipality,
        receipt: ReceiptNumber,
        key: &InquiryKey,
    ) -> Result<Inquiry, InquiryError> {
        let city = self.shared.city(municipality)?;
        let (now, number) = (self.shared.clock.now(), (municipality, receipt));
        if let Some(again_at) = self.shared.wrong_keys.heard_again_at(number, now) {
            return Err(InquiryError::TooOften { again_at });
        }
        let question = Question::WithReceipt { receipt };
        let rows =
            self.projector()?.view().list(&Listing { municipality, question, after: None, rows_max: 1 });
        let found = rows.map_err(EngineError::from)?.into_iter().next();
        let case = match found {
            Some(row) => Some(self.shared.fold::<Application>(municipality, row.case.into())?.1),
            None => None,
        };
        let right = case.as_ref().and_then(Application::arrival);
        let right = right.map(|arrived| self.key_of(municipality, arrived)).transpose()?.flatten();
        let (Some(case), true) = (case, right.is_some_and(|right| right == *key)) else {
            self.shared.wrong_keys.count(number, now);
            return Err(InquiryError::NotFound);
        };
        let (Some(arrived), Some(status)) = (case.arrival(), case.status()) else {
            return Err(InquiryError::NotFound);
        };
        self.shared.wrong_keys.forget(number);
        Ok(Inquiry {
            procedure: arrived.terms.name.clone(),
            arrived_at: arrived.arrived_at,
            state: status.state,
            label: status.label,
            turn: status.turn,
            division: city.catalog.division(status.division).cloned(),
            expected: status.expected,
        })
    }
}
