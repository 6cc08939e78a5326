//! Disposal (廃棄): what is confirmed is recorded, and the documents of the case are erased.

use std::sync::Arc;

use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Lease, Settled};
use shinsei_core::application::Application;
use shinsei_core::command::Command;
use shinsei_core::ids::{CaseId, CommandId, Municipality};

use crate::agenda::settling::settle;
use crate::engine::{Answer, Engine, EngineError, ExecuteError, Request, Shared};

/// What a disposal left.
#[derive(Debug, PartialEq)]
pub struct Disposal {
    /// What was recorded: the same however often it is asked for.
    pub answer: Answer<Application>,
    /// How many documents were erased this time.
    pub documents: u64,
}

impl Engine {
    /// Disposes of a case whose retention period is over: records that an officer confirmed it, then has the store erase
    /// the documents of the case and the digests of its commands. The log still verifies and the case still reads.
    ///
    /// What is recorded is on the agenda too: when the machine goes down between the two, a worker erases later. Asking
    /// again with the same command id erases again, which changes nothing.
    ///
    /// # Errors
    /// - [`ExecuteError::Rejected`]: the period runs, the case is kept for good or under a hold, or an appeal is pending.
    ///   Nothing was recorded and nothing erased.
    /// - [`ExecuteError::Failed`]: the machine could not; what was recorded is erased later.
    pub fn dispose(
        &self,
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        case: CaseId,
    ) -> Result<Disposal, ExecuteError> {
        let request = Request::case(municipality, command_id, actor, case, Command::Dispose);
        let answer = self.execute(request).wait()?;
        let documents = self.shared.store.erase(municipality, case.into())?;
        self.shared.project(municipality)?;
        Ok(Disposal { answer, documents })
    }
}

/// Erases the documents of a case that was disposed of, or of a draft that was thrown away, and settles the entry that says so.
pub(crate) fn erase(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    let (_, case) = shared.fold::<Application>(lease.municipality, lease.key.stream)?;
    if !matches!(case, Application::Disposed(_) | Application::Discarded) {
        return settle(shared, lease, Settled::Moot);
    }
    shared.store.erase(lease.municipality, lease.key.stream)?;
    shared.project(lease.municipality)?;
    settle(shared, lease, Settled::Done)
}
