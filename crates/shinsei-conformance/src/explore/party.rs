//! Who asks something of a case: the applicant, the division's people, others, and the engine.

use std::fmt;
use std::sync::LazyLock;

use shinsei_core::actor::Actor;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::{DivisionId, UserId};
use shinsei_core::procedure::Division;
use uuid::Uuid;

use crate::life::{Life, staff};

/// Who asks, as a table names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The applicant (申請者).
    Applicant,
    /// Somebody else who applies for things (他の利用者).
    Stranger,
    /// An officer of the division in charge (担当者).
    Officer,
    /// Another officer of that division, such as the one who approves (決裁者).
    Approver,
    /// A clerk of the division in charge (窓口).
    Clerk,
    /// An officer of another division (他課の担当者).
    OtherDivision,
    /// The engine itself (自動).
    Engine,
}

impl Party {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Applicant,
        Self::Stranger,
        Self::Officer,
        Self::Approver,
        Self::Clerk,
        Self::OtherDivision,
        Self::Engine,
    ];

    /// Its name in Japanese.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applicant => "申請者",
            Self::Stranger => "他の利用者",
            Self::Officer => "担当者",
            Self::Approver => "決裁者",
            Self::Clerk => "窓口",
            Self::OtherDivision => "他課",
            Self::Engine => "自動",
        }
    }

    /// True for those who answer for the case: the division's people, and the engine where it acts for them.
    pub fn is_of_the_city(self) -> bool {
        match self {
            Self::Officer | Self::Approver | Self::Clerk | Self::Engine => true,
            Self::Applicant | Self::Stranger | Self::OtherDivision => false,
        }
    }

    /// Who it is that takes a step of the main road.
    pub(super) fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Applicant { .. } | Actor::Agent { .. } => Self::Applicant,
            Actor::Officer(staff) if staff.id.as_str() == APPROVER => Self::Approver,
            Actor::Officer(_) => Self::Officer,
            Actor::Clerk(_) => Self::Clerk,
            Actor::System => Self::Engine,
        }
    }

    /// Its letter in a table.
    pub fn letter(self) -> char {
        match self {
            Self::Applicant => 'A',
            Self::Stranger => 'X',
            Self::Officer => 'O',
            Self::Approver => 'V',
            Self::Clerk => 'C',
            Self::OtherDivision => 'D',
            Self::Engine => 'E',
        }
    }

    pub(super) fn actor(self, life: &Life) -> Actor {
        let own = in_charge(life);
        match self {
            Self::Applicant => life.applicant(),
            Self::Stranger => Actor::Applicant { user: UserId(Uuid::from_u128(0xbad)) },
            Self::Officer => Actor::Officer(staff("s-021", own)),
            Self::Approver => Actor::Officer(staff(APPROVER, own)),
            Self::Clerk => Actor::Clerk(staff("s-107", own)),
            Self::OtherDivision => Actor::Officer(staff("s-900", &elsewhere(life))),
            Self::Engine => Actor::System,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Another officer of the division in charge.
pub(super) const APPROVER: &str = "s-001";

/// The divisions of the sample catalog, which the city hall of a life has.
static DIVISIONS: LazyLock<Vec<Division>> = LazyLock::new(|| Catalog::sample().divisions().to_vec());

/// The division in charge of a case, or of its procedure before it has arrived.
fn in_charge(life: &Life) -> &DivisionId {
    life.state().in_charge().unwrap_or(&life.procedure().terms.division)
}

/// A division that is not in charge.
pub(super) fn elsewhere(life: &Life) -> DivisionId {
    let mut others = DIVISIONS.iter().map(|division| &division.id).filter(|id| *id != in_charge(life));
    others.next().expect("the sample has several divisions").clone()
}
