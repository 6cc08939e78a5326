//! Maintenance that was announced: every registered user gets a notice of their own, so that each is tried again by itself.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_core::agenda::{Lease, Settled};
use shinsei_core::ids::{Municipality, Position, StreamId, StreamKind};
use shinsei_core::notice::UserTask;
use shinsei_core::port::store::{Commit, Outcome, PAGE_RECORDS_MAX};
use shinsei_core::service_hours::stream::{MaintenanceMailing, Service};

use super::settling::settle;
use crate::engine::{EngineError, Shared};
use crate::execution::commit_and_wait;

/// The most notices that one commit schedules.
const SCHEDULED_MAX: usize = 1_000;

/// Schedules a notice to each user who ever registered, and settles the entry that asks for it.
///
/// Whoever has left, or has no confirmed address, gets none: that shows when their notice is due. A notice whose key is on
/// the agenda already is not scheduled twice, so that a mailing that was interrupted is begun anew.
pub(super) fn tell_everyone(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    let Some(MaintenanceMailing { ordinal }) = MaintenanceMailing::from_bytes(&lease.task) else {
        return settle(shared, lease, Settled::Parked);
    };
    let (_, service) = shared.fold::<Service>(lease.municipality, lease.key.stream)?;
    if service.nth(ordinal).is_none_or(|maintenance| maintenance.cancelled_at.is_some()) {
        return settle(shared, lease, Settled::Moot);
    }
    let users: Vec<StreamId> = users(shared, lease.municipality)?.into_iter().collect();
    for some in users.chunks(SCHEDULED_MAX) {
        let commit = Commit {
            agenda: some.iter().map(|user| UserTask::Maintenance { ordinal }.at_once(*user)).collect(),
            ..Commit::nothing(lease.municipality)
        };
        match commit_and_wait(shared, commit)?? {
            Outcome::Done(_) => {}
            // OK because a commit that appends, reads and settles nothing can only be done.
            _ => return Err(EngineError::Abandoned),
        }
    }
    shared.bell.ring(lease.municipality);
    settle(shared, lease, Settled::Done)
}

/// Everyone who ever registered, read from the log: announced maintenance is rare, and a list of users is nowhere else.
fn users(shared: &Shared, municipality: Municipality) -> Result<BTreeSet<StreamId>, EngineError> {
    let mut users = BTreeSet::new();
    let mut after = Position::default();
    loop {
        let before = after;
        shared.store.read_log(municipality, before, PAGE_RECORDS_MAX, &mut |raw| {
            after = raw.position;
            if raw.stream.kind == StreamKind::User {
                users.insert(raw.stream);
            }
            ControlFlow::Continue(())
        })?;
        if after == before {
            return Ok(users);
        }
    }
}
