//! Bounces: a notice that a mail server took and could not bring to its reader.

use std::ops::ControlFlow;

use sha2::{Digest as _, Sha256};
use shinsei_core::actor::Actor;
use shinsei_core::delivery::{Deliveries, DeliveryCommand, DeliveryEvent, DeliveryFailure, NoticeDelivered};
use shinsei_core::event_format::decode;
use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, StreamKind};
use shinsei_core::port::store::PAGE_RECORDS_MAX;
use shinsei_core::record::Recorded;
use uuid::{Builder, Uuid};

use crate::engine::{Engine, EngineError, ExecuteError, Request, Shared};

/// The most leases of an entry that are looked through: ten attempts, and a few more each time that a person puts it back.
const LEASES_MAX: u64 = 64;

impl Engine {
    /// Records that a notice did not reach its reader after all, as a mail server says of a mail that it had taken:
    /// [`Engine::deliveries`](Engine::deliveries) shows it as failed from then on. True if it was a notice that was delivered.
    ///
    /// `notice` is the notice's id, which stands in the Message-ID of its mail; `shinsei_mail::bounce` reads both from what the mail
    /// server sends back. Saying it again changes nothing. That a result was told by that mail stays recorded: a person sees both,
    /// and tells it in another way.
    ///
    /// # Errors
    /// [`ExecuteError::Failed`] when the log could not be read or nothing be recorded.
    pub fn bounced(
        &self,
        municipality: Municipality,
        notice: Uuid,
        failure: DeliveryFailure,
    ) -> Result<bool, ExecuteError> {
        let Some((stream, delivered)) = self.shared.delivered(municipality, notice)? else {
            return Ok(false);
        };
        let NoticeDelivered { entry, attempt, .. } = delivered;
        let request = Request::<Deliveries> {
            municipality,
            command_id: derived(notice, "bounced"),
            actor: Actor::System,
            stream,
            command: DeliveryCommand::RecordFailure { entry, attempt, failure },
        };
        match self.execute(request).wait() {
            // What is said first of a notice counts: a second report may put it in other words.
            Ok(_) | Err(ExecuteError::Failed(EngineError::CommandReused)) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

impl Shared {
    /// Where it is recorded that a notice was delivered: the commands that record it have ids that follow from the notice's.
    fn delivered(
        &self,
        municipality: Municipality,
        notice: Uuid,
    ) -> Result<Option<(StreamId, NoticeDelivered)>, EngineError> {
        let leases = (1..=LEASES_MAX).map(|fence| recorded_as(notice, fence));
        for command in [told_as(notice)].into_iter().chain(leases) {
            let Some(found) = self.store.find(municipality, command)? else { continue };
            let before = Position(found.receipt.first.0.saturating_sub(1));
            let max = usize::try_from(found.receipt.records).unwrap_or(PAGE_RECORDS_MAX);
            let mut delivered = None;
            self.store.read_log(municipality, before, max, &mut |raw| {
                if raw.stream.kind == StreamKind::Delivery
                    && let Ok(Recorded { event: DeliveryEvent::NoticeDelivered(event), .. }) = decode(&raw)
                {
                    delivered = Some((raw.stream, event));
                }
                ControlFlow::Continue(())
            })?;
            if delivered.is_some() {
                return Ok(delivered);
            }
        }
        Ok(None)
    }
}

/// The command that records what became of a notice under a lease.
pub(super) fn recorded_as(notice: Uuid, fence: u64) -> CommandId {
    derived(notice, &format!("delivery/{fence}"))
}

/// The command that records that a notice told the result.
pub(super) fn told_as(notice: Uuid) -> CommandId {
    derived(notice, "told")
}

fn derived(notice: Uuid, purpose: &str) -> CommandId {
    let digest: [u8; 32] =
        Sha256::new().chain_update(notice.as_bytes()).chain_update(purpose).finalize().into();
    CommandId(Builder::from_custom_bytes(<[u8; 16]>::try_from(&digest[..16]).unwrap_or_default()).into_uuid())
}
