//! What a mandate is, and what its events make of it.

use crate::document::DocumentRef;
use crate::ids::{ProcedureId, UserId};
use crate::mandate::{MandateEvent, MandateTerms};
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::time::{Timestamp, Window};

/// The state of a mandate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mandate {
    /// Nothing has happened.
    #[default]
    Absent,
    /// Drafted.
    Drafted(Drafted),
}

/// A mandate that was drafted, and how far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// Who, for what, how long.
    pub terms: MandateTerms,
    /// The principal's name.
    pub principal_name: DocumentRef,
    /// How far it came.
    pub state: MandateState,
    /// How often it was used.
    pub uses: u32,
    /// When the state began.
    pub since: Timestamp,
}

/// How far a mandate came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MandateState {
    /// It waits for the principal's signature.
    Unsigned,
    /// It waits for the agent, who must have the key of this digest.
    Signed {
        /// The SHA-256 of the key, hexadecimal.
        key_sha256: String,
    },
    /// It is in force.
    InForce,
    /// It was revoked.
    Revoked {
        /// Until when its documents are kept.
        kept_until: Timestamp,
    },
    /// Its last day is over.
    Expired {
        /// Until when its documents are kept.
        kept_until: Timestamp,
    },
    /// Its documents are erased.
    Disposed,
}

impl Mandate {
    /// What was drafted.
    pub fn drafted(&self) -> Option<&Drafted> {
        match self {
            Self::Absent => None,
            Self::Drafted(drafted) => Some(drafted),
        }
    }

    /// The principal for whom an agent may act now, and until when that is right.
    ///
    /// # Errors
    /// [`Rejection::MandateUnknown`], [`Rejection::MandateOfOtherAgent`], [`Rejection::MandateNotInForce`],
    /// [`Rejection::MandateDoesNotCover`], [`Rejection::MandateOutOfPeriod`].
    pub fn covers(
        &self,
        agent: UserId,
        procedure: &ProcedureId,
        now: Timestamp,
    ) -> Result<(UserId, Window), Rejection> {
        let Drafted { terms, state, .. } = self.drafted().ok_or(Rejection::MandateUnknown)?;
        if terms.agent != agent {
            return Err(Rejection::MandateOfOtherAgent);
        }
        match state {
            MandateState::InForce => {}
            MandateState::Unsigned
            | MandateState::Signed { .. }
            | MandateState::Revoked { .. }
            | MandateState::Expired { .. }
            | MandateState::Disposed => return Err(Rejection::MandateNotInForce),
        }
        if !terms.procedures.as_slice().contains(procedure) {
            return Err(Rejection::MandateDoesNotCover { procedure: procedure.clone() });
        }
        let period = terms.period();
        if !period.contains(now) {
            return Err(Rejection::MandateOutOfPeriod { from: terms.from, until: terms.until });
        }
        Ok((terms.principal, period))
    }

    /// The state after an event. Total: an event for which a state has no place leaves it as it is.
    pub(super) fn after(self, recorded: &Recorded<MandateEvent>) -> Self {
        let at = recorded.recorded_at;
        let mut drafted = match (self, &recorded.event) {
            (Self::Absent, MandateEvent::MandateDrafted(event)) => {
                return Self::Drafted(Drafted {
                    terms: event.terms.clone(),
                    principal_name: event.principal_name,
                    state: MandateState::Unsigned,
                    uses: 0,
                    since: at,
                });
            }
            (Self::Absent, _) => return Self::Absent,
            (Self::Drafted(drafted), _) => drafted,
        };
        let next = match (&drafted.state, &recorded.event) {
            (MandateState::Unsigned, MandateEvent::MandateSigned(signed)) => {
                Some(MandateState::Signed { key_sha256: signed.key_sha256.clone() })
            }
            (MandateState::Signed { .. }, MandateEvent::MandateAccepted(_)) => Some(MandateState::InForce),
            (
                MandateState::Revoked { .. } | MandateState::Expired { .. },
                MandateEvent::MandateDisposed(_),
            ) => Some(MandateState::Disposed),
            (MandateState::Revoked { .. } | MandateState::Expired { .. } | MandateState::Disposed, _) => None,
            (_, MandateEvent::MandateRevoked(revoked)) => {
                Some(MandateState::Revoked { kept_until: revoked.kept_until })
            }
            (_, MandateEvent::MandateExpired(expired)) => {
                Some(MandateState::Expired { kept_until: expired.kept_until })
            }
            (MandateState::InForce, MandateEvent::MandateUsed(_)) => {
                drafted.uses += 1;
                None
            }
            _ => None,
        };
        if let Some(state) = next {
            drafted.state = state;
            drafted.since = at;
        }
        Self::Drafted(drafted)
    }
}
