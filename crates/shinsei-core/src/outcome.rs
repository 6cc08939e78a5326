//! The outcome of a review, by act: a filing cannot be refused, and what is adverse carries reasons.

use std::mem::discriminant;

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::ReasonCode;
use crate::procedure::Remedy;

/// At least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "Vec<T>",
    into = "Vec<T>",
    bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>")
)]
pub struct NonEmpty<T>(Vec<T>);

impl<T> NonEmpty<T> {
    /// Takes what has at least one; `None` for nothing.
    pub fn new(all: Vec<T>) -> Option<Self> {
        (!all.is_empty()).then_some(Self(all))
    }

    /// One.
    pub fn one(one: T) -> Self {
        Self(vec![one])
    }

    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// All of them, to be changed where they stand.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    /// The same number of something else, or the first failure.
    ///
    /// # Errors
    /// Whatever `each` fails with.
    pub fn try_map<U, E>(&self, each: impl FnMut(&T) -> Result<U, E>) -> Result<NonEmpty<U>, E> {
        self.0.iter().map(each).collect::<Result<_, E>>().map(NonEmpty)
    }

    /// The same number of something else.
    pub fn map<U>(&self, each: impl FnMut(&T) -> U) -> NonEmpty<U> {
        NonEmpty(self.0.iter().map(each).collect())
    }
}

impl<T> TryFrom<Vec<T>> for NonEmpty<T> {
    type Error = &'static str;

    fn try_from(all: Vec<T>) -> Result<Self, Self::Error> {
        Self::new(all).ok_or("at least one is needed")
    }
}

impl<T> From<NonEmpty<T>> for Vec<T> {
    fn from(all: NonEmpty<T>) -> Self {
        all.0
    }
}

/// What was decided, by act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Of a filing (届出).
    Filing(FilingOutcome),
    /// Of an application or a request (申請・請求).
    Application(ApplicationOutcome),
}

/// What may become of a filing.
///
/// # Source
/// 行政手続法 37条: it is fulfilled when a formally complete one arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilingOutcome {
    /// It is complete (受理).
    Confirmed,
    /// It is not complete in form (形式不備).
    FormalDefect {
        /// In what.
        reasons: NonEmpty<Reason>,
    },
}

/// What may become of an application or a request.
///
/// # Source
/// 行政手続法 8条: reasons at the same time; 行政不服審査法 82条: the remedy, where the act is a disposition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApplicationOutcome {
    /// It is granted (認容).
    Granted,
    /// It is granted in part (一部認容).
    PartlyGranted {
        /// Why not wholly.
        reasons: NonEmpty<Reason>,
        /// The remedy; `None` where the act is no disposition.
        remedy: Option<Remedy>,
    },
    /// It is refused (拒否).
    Refused {
        /// Why.
        reasons: NonEmpty<Reason>,
        /// The remedy; `None` where the act is no disposition.
        remedy: Option<Remedy>,
    },
    /// It is dismissed for formal reasons (却下).
    Dismissed {
        /// Why.
        reasons: NonEmpty<Reason>,
        /// The remedy; `None` where the act is no disposition.
        remedy: Option<Remedy>,
    },
}

/// A reason as the log has it: a code, and the document that holds the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code of the catalog of reasons.
    pub code: ReasonCode,
    /// The officer's words.
    pub text: DocumentRef,
}

impl Outcome {
    /// True when the applicant gets, at least in part, what was applied for or filed.
    pub fn is_favourable(&self) -> bool {
        match self {
            Self::Filing(FilingOutcome::Confirmed)
            | Self::Application(ApplicationOutcome::Granted | ApplicationOutcome::PartlyGranted { .. }) => {
                true
            }
            Self::Filing(FilingOutcome::FormalDefect { .. })
            | Self::Application(ApplicationOutcome::Refused { .. } | ApplicationOutcome::Dismissed { .. }) => {
                false
            }
        }
    }

    /// True when it judges what was asked for, and not only its form.
    pub fn is_on_the_merits(&self) -> bool {
        match self {
            Self::Filing(FilingOutcome::Confirmed)
            | Self::Application(
                ApplicationOutcome::Granted
                | ApplicationOutcome::PartlyGranted { .. }
                | ApplicationOutcome::Refused { .. },
            ) => true,
            Self::Filing(FilingOutcome::FormalDefect { .. })
            | Self::Application(ApplicationOutcome::Dismissed { .. }) => false,
        }
    }

    /// The reasons of what is adverse; none where nothing is.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Filing(FilingOutcome::Confirmed) | Self::Application(ApplicationOutcome::Granted) => &[],
            Self::Filing(FilingOutcome::FormalDefect { reasons })
            | Self::Application(
                ApplicationOutcome::PartlyGranted { reasons, .. }
                | ApplicationOutcome::Refused { reasons, .. }
                | ApplicationOutcome::Dismissed { reasons, .. },
            ) => reasons.as_slice(),
        }
    }

    /// True when it judges the form of an application alone: it could not be accepted.
    pub fn is_formal(&self) -> bool {
        matches!(
            self,
            Self::Filing(FilingOutcome::FormalDefect { .. })
                | Self::Application(ApplicationOutcome::Dismissed { .. })
        )
    }

    /// True when both say the same, whatever their reasons.
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Filing(one), Self::Filing(other)) => discriminant(one) == discriminant(other),
            (Self::Application(one), Self::Application(other)) => discriminant(one) == discriminant(other),
            (Self::Filing(_), Self::Application(_)) | (Self::Application(_), Self::Filing(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_not_read_as_at_least_one() {
        assert_eq!(NonEmpty::<u8>::new(vec![]), None);
        assert!(serde_json::from_str::<NonEmpty<u8>>("[]").is_err());
        assert_eq!(serde_json::from_str::<NonEmpty<u8>>("[7]").unwrap(), NonEmpty::one(7));
    }
}
