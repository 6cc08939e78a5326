//! Who acts: an applicant, an officer, a clerk, or the engine itself.

use serde::{Deserialize, Serialize};

use crate::ids::{DivisionId, MandateId, StaffId, UserId};
use crate::rejection::{Rejection, Role};

/// Who gives a command. The embedding service has authenticated them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// An applicant (申請者), signed in as a registered user.
    Applicant {
        /// Which user.
        user: UserId,
    },
    /// An agent (代理人), signed in as a registered user, for whoever gave the mandate.
    Agent {
        /// Which user.
        user: UserId,
        /// By which mandate.
        mandate: MandateId,
    },
    /// An officer (担当者) of a division: reviews and decides.
    Officer(Staff),
    /// A clerk at the counter (窓口) of a division: takes fees and hands over.
    Clerk(Staff),
    /// The engine itself, for what falls due.
    System,
}

/// A member of the city's staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The staff number.
    pub id: StaffId,
    /// The division they work for.
    pub division: DivisionId,
}

impl Actor {
    /// The user who is signed in, for themself or for another.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Applicant { user } | Self::Agent { user, .. } => Some(*user),
            Self::Officer(_) | Self::Clerk(_) | Self::System => None,
        }
    }

    /// The mandate by which an agent acts.
    pub fn mandate(&self) -> Option<MandateId> {
        match self {
            Self::Agent { mandate, .. } => Some(*mandate),
            Self::Applicant { .. } | Self::Officer(_) | Self::Clerk(_) | Self::System => None,
        }
    }

    /// The user, if the actor is one who acts for themself.
    pub(crate) fn applicant(&self) -> Result<UserId, Rejection> {
        match self {
            Self::Applicant { user } => Ok(*user),
            Self::Agent { .. } | Self::Officer(_) | Self::Clerk(_) | Self::System => {
                Err(Rejection::NotPermitted { needed: Role::Applicant })
            }
        }
    }

    /// The officer, of whatever division: for what no division alone is in charge of.
    pub(crate) fn officer(&self) -> Result<&StaffId, Rejection> {
        match self {
            Self::Officer(staff) => Ok(&staff.id),
            Self::Applicant { .. } | Self::Agent { .. } | Self::Clerk(_) | Self::System => {
                Err(Rejection::NotPermitted { needed: Role::Officer })
            }
        }
    }

    /// The officer, if the actor is one of the division in charge.
    pub(crate) fn officer_of(&self, division: &DivisionId) -> Result<&StaffId, Rejection> {
        match self {
            Self::Officer(staff) => staff.of(division),
            Self::Applicant { .. } | Self::Agent { .. } | Self::Clerk(_) | Self::System => {
                Err(Rejection::NotPermitted { needed: Role::Officer })
            }
        }
    }

    /// The clerk or officer, if the actor is one of the division in charge.
    pub(crate) fn counter_of(&self, division: &DivisionId) -> Result<&StaffId, Rejection> {
        match self {
            Self::Officer(staff) | Self::Clerk(staff) => staff.of(division),
            Self::Applicant { .. } | Self::Agent { .. } | Self::System => {
                Err(Rejection::NotPermitted { needed: Role::Counter })
            }
        }
    }

    /// Nothing, if the actor is the engine itself.
    pub(crate) fn engine(&self) -> Result<(), Rejection> {
        match self {
            Self::System => Ok(()),
            Self::Applicant { .. } | Self::Agent { .. } | Self::Officer(_) | Self::Clerk(_) => {
                Err(Rejection::NotPermitted { needed: Role::Engine })
            }
        }
    }

    /// Nobody for the engine itself, or the member of staff of the division in charge.
    pub(crate) fn system_or_staff_of(&self, division: &DivisionId) -> Result<Option<&StaffId>, Rejection> {
        match self {
            Self::System => Ok(None),
            Self::Officer(staff) | Self::Clerk(staff) => staff.of(division).map(Some),
            Self::Applicant { .. } | Self::Agent { .. } => {
                Err(Rejection::NotPermitted { needed: Role::System })
            }
        }
    }
}

impl Staff {
    fn of(&self, division: &DivisionId) -> Result<&StaffId, Rejection> {
        if self.division == *division {
            return Ok(&self.id);
        }
        Err(Rejection::OtherDivision { in_charge: division.clone() })
    }
}
