//! Who acts in a case: the applicant, or an agent in the applicant's name.

use crate::actor::Actor;
use crate::application::Arrived;
use crate::decider::{Also, Context};
use crate::event::Agent;
use crate::event_format::Proposed;
use crate::ids::{CaseId, ProcedureId, StaffId, UserId};
use crate::mandate::{Capacity, MandateEvent, MandateUsed};
use crate::procedure::{Agents, Procedure};
use crate::rejection::{Rejection, Role};
use crate::time::Window;
use crate::user::User;

/// The agent who applies in somebody's name, and until when their mandate allows it; `None` for who applies for themself.
///
/// # Source
/// The catalog's 代理申請: 可, 限定, 不可. A circle of people is not anyone whom the principal trusts; whether somebody
/// belongs to it an officer sees from the papers.
pub(super) fn agent_for(
    procedure: &Procedure,
    context: &Context<'_>,
) -> Result<Option<(Agent, Window)>, Rejection> {
    let Some((user, mandate)) = context.actor.user().zip(context.actor.mandate()) else { return Ok(None) };
    let given = context.mandate.ok_or(Rejection::MandateUnknown)?;
    let (_, holds) = given.covers(user, &procedure.id, context.now)?;
    let entrusted = given.drafted().is_some_and(|drafted| drafted.terms.capacity == Capacity::Entrusted);
    match procedure.agents {
        Agents::Forbidden => Err(Rejection::AgentsNotAllowed),
        Agents::Restricted if entrusted => Err(Rejection::AgentsRestricted),
        Agents::Restricted | Agents::Allowed => Ok(Some((Agent { user, mandate }, holds))),
    }
}

/// What the mandate's own history says of its use.
pub(super) fn used(agent: Agent, procedure: &ProcedureId, context: &Context<'_>) -> Result<Also, Rejection> {
    let used = MandateUsed { case: CaseId(context.stream.id), procedure: procedure.clone() };
    let record = Proposed::Event(MandateEvent::MandateUsed(used)).to_record();
    // OK because a uuid and a code can always be written; if not, nothing is used.
    let record = record.map_err(|_| Rejection::MandateUnknown)?;
    Ok(Also { stream: agent.mandate.into(), record })
}

/// Until when the actor may act as the applicant of a case: always as themself, under a mandate as long as it is in force.
///
/// For whatever an applicant may do after the submission: correct, withdraw, fetch.
pub(crate) fn acts_for(
    applicant: UserId,
    procedure: &ProcedureId,
    context: &Context<'_>,
) -> Result<Window, Rejection> {
    if let Some(registered) = context.applicant.and_then(User::registered) {
        registered.may_act(context.accounts)?;
    }
    match context.actor {
        Actor::Applicant { user } if *user == applicant => Ok(Window::ALWAYS),
        Actor::Agent { user, .. } => {
            let given = context.mandate.ok_or(Rejection::MandateUnknown)?;
            match given.covers(*user, procedure, context.now)? {
                (principal, holds) if principal == applicant => Ok(holds),
                _ => Err(Rejection::OtherApplicant),
            }
        }
        Actor::Applicant { .. } => Err(Rejection::OtherApplicant),
        Actor::Officer(_) | Actor::Clerk(_) | Actor::System => {
            Err(Rejection::NotPermitted { needed: Role::Applicant })
        }
    }
}

/// Nobody for the applicant or their agent, and until when; or the clerk or officer in charge who acts on paper.
pub(super) fn applicant_or_counter(
    arrived: &Arrived,
    context: &Context<'_>,
) -> Result<(Option<StaffId>, Window), Rejection> {
    match context.actor {
        Actor::Officer(_) | Actor::Clerk(_) => {
            let by = context.actor.counter_of(arrived.in_charge())?;
            Ok((Some(by.clone()), Window::ALWAYS))
        }
        Actor::Applicant { .. } | Actor::Agent { .. } | Actor::System => {
            Ok((None, acts_for(arrived.applicant, &arrived.procedure, context)?))
        }
    }
}
