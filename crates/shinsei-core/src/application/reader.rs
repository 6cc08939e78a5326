//! Who may read a case.

use super::Application;
use crate::actor::Actor;
use crate::event::Agent;

impl Application {
    /// True when somebody may read this case: the applicant, also where an agent applied for them; the agent who applied;
    /// whoever works for the city. Which of the staff may, the embedding service knows.
    pub fn may_be_seen_by(&self, reader: &Actor) -> bool {
        match reader {
            Actor::Officer(_) | Actor::Clerk(_) | Actor::System => true,
            Actor::Applicant { user } => {
                let drafted = if let Self::Draft(draft) = self { Some(draft.applicant) } else { None };
                drafted.or_else(|| self.arrival().map(|arrived| arrived.applicant)) == Some(*user)
            }
            Actor::Agent { user, mandate } => {
                let agent = self.arrival().and_then(|arrived| arrived.agent);
                agent == Some(Agent { user: *user, mandate: *mandate })
            }
        }
    }
}
