//! The mails about a mandate (M16): to whom, and of what.

use crate::agenda::{AgendaChange, Channel, Due};
use crate::ids::{EntryName, StreamId, UserId};
use crate::mandate::MandateTerms;
use crate::notice::MandateNews;

/// One of the two between whom a mandate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateParty {
    /// Who gave it.
    Principal,
    /// Who acts by it.
    Agent,
}

/// A mail about a mandate, as the agenda keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MandateTask {
    /// Of what.
    pub news: MandateNews,
    /// To whom.
    pub to: MandateParty,
}

impl MandateTask {
    /// All that there are.
    pub const ALL: [Self; 6] = [
        Self { news: MandateNews::Signed, to: MandateParty::Principal },
        Self { news: MandateNews::Signed, to: MandateParty::Agent },
        Self { news: MandateNews::Accepted, to: MandateParty::Principal },
        Self { news: MandateNews::Accepted, to: MandateParty::Agent },
        Self { news: MandateNews::Revoked, to: MandateParty::Principal },
        Self { news: MandateNews::Revoked, to: MandateParty::Agent },
    ];

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name().as_bytes() == bytes)
    }

    /// Its entry in the agenda of a mandate, due at once.
    pub(super) fn at_once(self, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, EntryName::constant(self.name()), Channel::Notice, Due::AtOnce)
    }

    /// Whose address it goes to.
    pub fn reader(self, terms: &MandateTerms) -> UserId {
        match self.to {
            MandateParty::Principal => terms.principal,
            MandateParty::Agent => terms.agent,
        }
    }

    fn name(self) -> &'static str {
        match (self.news, self.to) {
            (MandateNews::Signed, MandateParty::Principal) => "signed-to-principal",
            (MandateNews::Signed, MandateParty::Agent) => "signed-to-agent",
            (MandateNews::Accepted, MandateParty::Principal) => "accepted-to-principal",
            (MandateNews::Accepted, MandateParty::Agent) => "accepted-to-agent",
            (MandateNews::Revoked, MandateParty::Principal) => "revoked-to-principal",
            (MandateNews::Revoked, MandateParty::Agent) => "revoked-to-agent",
        }
    }
}
