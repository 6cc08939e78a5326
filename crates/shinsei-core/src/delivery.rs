//! What became of the notices about a stream (送達状況): a stream of its own beside it, without a word of whom it speaks.

use serde::{Deserialize, Serialize};

use crate::decider::{Context, Decider, Decision, Needs};
use crate::event_format::{Proposed, events};
use crate::ids::{EntryName, MailCode, StreamKind};
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Where a notice stands.
///
/// # Source
/// The states of GOV.UK Notify, whose meaning city staff can look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is on the agenda.
    Created,
    /// A worker has it.
    Sending,
    /// The carrier took it.
    Delivered,
    /// The carrier could not take it; it is tried again, or its attempts are used up.
    TemporaryFailure,
    /// The carrier will never take it: nobody can be reached at this address.
    PermanentFailure,
    /// It could not even be given to the carrier: a setting, a document or a record is missing.
    TechnicalFailure,
}

/// Why a notice was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryFailure {
    /// Its attempts are used up.
    Temporary,
    /// The carrier refuses it.
    Permanent,
    /// It could not be given to the carrier.
    Technical,
}

/// What may be said of the notices of a stream: the engine's alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum DeliveryCommand {
    /// Says that the carrier took a notice.
    RecordDelivery {
        /// Its entry in the agenda.
        entry: EntryName,
        /// Which mail it is.
        mail: MailCode,
        /// At which attempt.
        attempt: u32,
    },
    /// Says that a notice was given up: a person must look.
    RecordFailure {
        /// Its entry in the agenda.
        entry: EntryName,
        /// After which attempt.
        attempt: u32,
        /// Why.
        failure: DeliveryFailure,
    },
}

events! {
    /// An event of the notices of a stream.
    pub enum DeliveryEvent {
        /// 送信: the carrier took a notice.
        NoticeDelivered = 1,
        /// 送信不能: a notice was given up.
        NoticeFailed = 1,
    }
}

/// The carrier took a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDelivered {
    /// Its entry in the agenda.
    pub entry: EntryName,
    /// Which mail it is.
    pub mail: MailCode,
    /// At which attempt, from 1.
    pub attempt: u32,
}

/// A notice was given up: its entry is parked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFailed {
    /// Its entry in the agenda.
    pub entry: EntryName,
    /// After which attempt, from 1.
    pub attempt: u32,
    /// Why.
    pub failure: DeliveryFailure,
}

/// What is recorded of the notices of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    notices: Vec<Delivery>,
}

/// What became of one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its entry in the agenda.
    pub entry: EntryName,
    /// Which mail it is; `None` as long as it was not delivered.
    pub mail: Option<MailCode>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it stands there; `None` while it is on its way.
    pub at: Option<Timestamp>,
}

impl Deliveries {
    /// The notices that were delivered or given up, in the order in which they first were.
    pub fn notices(&self) -> &[Delivery] {
        &self.notices
    }

    fn set(&mut self, delivery: Delivery) {
        match self.notices.iter_mut().find(|known| known.entry == delivery.entry) {
            Some(known) => *known = delivery,
            None => self.notices.push(delivery),
        }
    }
}

impl DeliveryFailure {
    /// Where a notice stands that was given up.
    pub fn state(self) -> DeliveryState {
        match self {
            Self::Temporary => DeliveryState::TemporaryFailure,
            Self::Permanent => DeliveryState::PermanentFailure,
            Self::Technical => DeliveryState::TechnicalFailure,
        }
    }
}

impl DeliveryCommand {
    /// What is recorded of it.
    pub fn event(&self) -> DeliveryEvent {
        match self.clone() {
            Self::RecordDelivery { entry, mail, attempt } => {
                DeliveryEvent::NoticeDelivered(NoticeDelivered { entry, mail, attempt })
            }
            Self::RecordFailure { entry, attempt, failure } => {
                DeliveryEvent::NoticeFailed(NoticeFailed { entry, attempt, failure })
            }
        }
    }
}

impl Decider for Deliveries {
    type Command = DeliveryCommand;
    type Event = DeliveryEvent;
    const KIND: StreamKind = StreamKind::Delivery;

    fn needs<'a>(&'a self, _: &'a DeliveryCommand) -> Needs<'a> {
        Needs::default()
    }

    fn decide(
        &self,
        command: &DeliveryCommand,
        context: &Context<'_>,
    ) -> Result<Decision<DeliveryEvent>, Rejection> {
        context.actor.engine()?;
        Ok(Decision::of([Proposed::Event(command.event())]))
    }

    fn evolve(mut self, recorded: &Recorded<DeliveryEvent>) -> Self {
        let at = Some(recorded.recorded_at);
        self.set(match recorded.event.clone() {
            DeliveryEvent::NoticeDelivered(NoticeDelivered { entry, mail, attempt }) => {
                Delivery { entry, mail: Some(mail), state: DeliveryState::Delivered, attempts: attempt, at }
            }
            DeliveryEvent::NoticeFailed(NoticeFailed { entry, attempt, failure }) => {
                Delivery { entry, mail: None, state: failure.state(), attempts: attempt, at }
            }
        });
        self
    }
}
