//! A deadline that has passed: the engine asks its stream what has happened, in the commit that settles the entry.

use std::sync::Arc;

use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Lease, Settled};
use shinsei_core::application::Application;
use shinsei_core::deadline::Deadline;
use shinsei_core::decider::Decider;
use shinsei_core::ids::{CommandId, StreamKind};
use shinsei_core::mandate::{Mandate, MandateDeadline, MandateState};
use shinsei_core::user::{User, UserDeadline};

use super::settling::{again, settle, settlement};
use super::{calendar_walk, mailing};
use crate::disposal;
use crate::engine::{EngineError, ExecuteError, Request, Shared};
use crate::execution::Execution;

/// Records that a deadline has passed, or settles it as moot when its stream has moved on.
pub(super) fn pass(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    match lease.key.stream.kind {
        StreamKind::Case if Deadline::from_bytes(&lease.task) == Some(Deadline::Erasure) => {
            disposal::erase(shared, lease)
        }
        StreamKind::Case => pass_of::<Application>(shared, lease),
        StreamKind::User if UserDeadline::from_bytes(&lease.task) == Some(UserDeadline::Erasure) => {
            erase_user(shared, lease)
        }
        StreamKind::User => pass_of::<User>(shared, lease),
        StreamKind::Mandate if MandateDeadline::from_bytes(&lease.task) == Some(MandateDeadline::Erasure) => {
            erase_mandate(shared, lease)
        }
        StreamKind::Mandate => pass_of::<Mandate>(shared, lease),
        StreamKind::Service => mailing::tell_everyone(shared, lease),
        StreamKind::Calendar => calendar_walk::go_on(shared, lease),
        // Nothing decides on these: whatever scheduled it is newer than this program.
        StreamKind::Procedure | StreamKind::Delivery => settle(shared, lease, Settled::Parked),
    }
}

/// Erases the documents of a registration that is gone, and settles the entry that says so.
fn erase_user(shared: &Shared, lease: &Lease) -> Result<Settled, EngineError> {
    let (_, user) = shared.fold::<User>(lease.municipality, lease.key.stream)?;
    if !matches!(user, User::Purged(_)) {
        return settle(shared, lease, Settled::Moot);
    }
    shared.store.erase(lease.municipality, lease.key.stream)?;
    settle(shared, lease, Settled::Done)
}

/// Erases the documents of a mandate that was disposed of, and settles the entry that says so.
fn erase_mandate(shared: &Shared, lease: &Lease) -> Result<Settled, EngineError> {
    let (_, mandate) = shared.fold::<Mandate>(lease.municipality, lease.key.stream)?;
    if mandate.drafted().is_none_or(|drafted| drafted.state != MandateState::Disposed) {
        return settle(shared, lease, Settled::Moot);
    }
    shared.store.erase(lease.municipality, lease.key.stream)?;
    settle(shared, lease, Settled::Done)
}

/// The command's id follows from the entry, so that it takes effect once. A stream that refuses it has moved on.
fn pass_of<D: Decider>(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    let Some(command) = D::falls_due(&lease.task) else { return settle(shared, lease, Settled::Parked) };
    let request = Request::<D> {
        municipality: lease.municipality,
        command_id: CommandId(lease.key.stable_id(lease.municipality, "command")),
        actor: Actor::System,
        stream: lease.key.stream,
        command,
    };
    let execution = Execution::new(Arc::clone(shared), request, vec![settlement(lease, Settled::Done)])?;
    match execution.due(lease.due).run() {
        Ok(_) => Ok(Settled::Done),
        Err(ExecuteError::Rejected(_)) => settle(shared, lease, Settled::Moot),
        Err(ExecuteError::Failed(EngineError::Contended { .. })) => {
            settle(shared, lease, again(shared, lease))
        }
        // A stream that cannot be read must not hold up the others.
        Err(ExecuteError::Failed(EngineError::Log(_))) => settle(shared, lease, Settled::Parked),
        Err(ExecuteError::Failed(error)) => Err(error),
    }
}
