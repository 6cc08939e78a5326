//! A reader as three columns: what every access log in tables keeps, so that one can be read like the other.

use uuid::Uuid;

use crate::actor::{Actor, Staff};
use crate::ids::{DivisionId, MandateId, StaffId, UserId};

const APPLICANT: i16 = 1;
const OFFICER: i16 = 2;
const CLERK: i16 = 3;
const SYSTEM: i16 = 4;
const AGENT: i16 = 5;

/// A reader, as the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderColumns {
    /// The kind of reader.
    pub role: i16,
    /// The staff number or the user's id; empty for the engine.
    pub reader: String,
    /// The division that staff work for, or the mandate by which an agent acts.
    pub division: Option<String>,
}

impl ReaderColumns {
    /// The roles of whoever has a staff number.
    pub const STAFF: [i16; 2] = [OFFICER, CLERK];
    /// The roles of whoever is a user.
    pub const USERS: [i16; 2] = [APPLICANT, AGENT];

    /// The reader; `None` when the columns are those of nobody.
    pub fn actor(self) -> Option<Actor> {
        let Self { role, reader, division } = self;
        let user = || Some(UserId(Uuid::parse_str(&reader).ok()?));
        Some(match role {
            APPLICANT => Actor::Applicant { user: user()? },
            AGENT => Actor::Agent { user: user()?, mandate: MandateId(division?.parse().ok()?) },
            OFFICER | CLERK => {
                let staff =
                    Staff { id: StaffId::new(reader).ok()?, division: DivisionId::new(division?).ok()? };
                if role == OFFICER { Actor::Officer(staff) } else { Actor::Clerk(staff) }
            }
            SYSTEM => Actor::System,
            _ => return None,
        })
    }
}

impl From<&Actor> for ReaderColumns {
    fn from(actor: &Actor) -> Self {
        let (role, reader, division) = match actor {
            Actor::Applicant { user } => (APPLICANT, user.to_string(), None),
            Actor::Agent { user, mandate } => (AGENT, user.to_string(), Some(mandate.to_string())),
            Actor::Officer(staff) => (OFFICER, staff.id.to_string(), Some(staff.division.to_string())),
            Actor::Clerk(staff) => (CLERK, staff.id.to_string(), Some(staff.division.to_string())),
            Actor::System => (SYSTEM, String::new(), None),
        };
        Self { role, reader, division }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Staff {
        let (id, division) = (StaffId::new("s-021"), DivisionId::new("SHIMIN-KOSEKI"));
        Staff { id: id.expect("a code"), division: division.expect("a code") }
    }

    fn columns(role: i16, reader: &str, division: Option<&str>) -> ReaderColumns {
        ReaderColumns { role, reader: reader.to_owned(), division: division.map(str::to_owned) }
    }

    #[test]
    fn every_reader_is_written_as_on_disk_before_and_comes_back() {
        let (user, mandate) = (UserId(Uuid::from_u128(1)), MandateId(Uuid::from_u128(2)));
        let (one, two) = ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
        for (actor, written) in [
            (Actor::Applicant { user }, columns(1, one, None)),
            (Actor::Officer(staff()), columns(2, "s-021", Some("SHIMIN-KOSEKI"))),
            (Actor::Clerk(staff()), columns(3, "s-021", Some("SHIMIN-KOSEKI"))),
            (Actor::System, columns(4, "", None)),
            (Actor::Agent { user, mandate }, columns(5, one, Some(two))),
        ] {
            assert_eq!(ReaderColumns::from(&actor), written);
            assert_eq!(written.actor(), Some(actor));
        }
    }

    #[test]
    fn what_nobody_could_have_written_is_nobody() {
        let user = "00000000-0000-0000-0000-000000000001";
        for written in [
            columns(0, user, None),
            columns(1, "s-021", None),
            columns(2, "s-021", None),
            columns(2, "", Some("SHIMIN-KOSEKI")),
            columns(3, "s-021", Some("")),
            columns(5, user, None),
            columns(5, user, Some("SHIMIN-KOSEKI")),
        ] {
            assert_eq!(written.clone().actor(), None, "{written:?}");
        }
    }
}
