//! The service as a stream of the log: maintenance that was announced, and outages that nobody planned.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::agenda::{AgendaChange, Channel, Due};
use crate::decider::{Context, Decider, Decision, Needs};
use crate::event_format::{Proposed, events};
use crate::ids::{EntryName, StaffId, StreamId, StreamKind};
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::service_hours::{OUTAGE_HOURS_MAX, Outage, ServiceHours};
use crate::time::{Timestamp, Window};

/// What may be asked of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ServiceCommand {
    /// Announces maintenance (メンテナンスを告知する): the service will be closed.
    AnnounceMaintenance {
        /// The first instant that is closed.
        from: Timestamp,
        /// The first instant that is open again.
        until: Timestamp,
    },
    /// Calls maintenance off (メンテナンスを取りやめる), or ends it early.
    CancelMaintenance {
        /// Which one, from 1.
        ordinal: u32,
    },
    /// Records an outage that is over (障害を記録する): nobody had planned it.
    RecordOutage {
        /// When it began.
        from: Timestamp,
        /// When it ended.
        until: Timestamp,
    },
}

events! {
    /// An event of the service.
    pub enum ServiceEvent {
        /// メンテナンスの告知: the service will be closed.
        MaintenanceAnnounced = 1,
        /// メンテナンスの取りやめ: it will not, or not any longer.
        MaintenanceCancelled = 1,
        /// 障害の記録: the service was out of order.
        OutageRecorded = 1,
    }
}

/// The service will be closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceAnnounced {
    /// Which maintenance it is, from 1.
    pub ordinal: u32,
    /// The first instant that is closed.
    pub from: Timestamp,
    /// The first instant that is open again.
    pub until: Timestamp,
    /// Who announced it.
    pub by: StaffId,
}

/// Maintenance was called off, or ended early: the service is open from this event's recording on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceCancelled {
    /// Which maintenance.
    pub ordinal: u32,
    /// Who called it off.
    pub by: StaffId,
}

/// The service was out of order. No deadline moves by itself: an officer may extend one for this reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageRecorded {
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub until: Timestamp,
    /// Who recorded it; `None` when a watching program did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// What is known of the service beside its regular hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    maintenance: Vec<Maintenance>,
    outages: Vec<Window>,
}

/// What the agenda keeps of a maintenance that was announced: every registered user is to be told. The engine does so
/// itself, and records nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaintenanceMailing {
    /// Which maintenance.
    pub ordinal: u32,
}

impl MaintenanceMailing {
    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ordinal = std::str::from_utf8(bytes).ok()?.strip_prefix("mailing/")?.parse().ok()?;
        let read = Self { ordinal };
        (read.name().as_str().as_bytes() == bytes).then_some(read)
    }

    fn at_once(self) -> AgendaChange {
        AgendaChange::schedule(StreamId::SERVICE, self.name(), Channel::Deadline, Due::AtOnce)
    }

    fn name(self) -> EntryName {
        EntryName::numbered("mailing", self.ordinal)
    }
}

/// One maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// The first instant that is closed.
    pub from: Timestamp,
    /// The first instant that is open again.
    pub until: Timestamp,
    /// When it was called off; `None` while it stands.
    pub cancelled_at: Option<Timestamp>,
}

/// How long after its end a maintenance still counts among the hours, in microseconds: a day.
///
/// The clocks of engine and store may differ: a decision must name a time at which the store finds it open, too.
const KEPT_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

impl Service {
    /// The hours in which the service is open: the regular ones without the maintenance that is to come or just over.
    pub fn hours<'a>(&self, regular: &'a ServiceHours, now: Timestamp) -> Cow<'a, ServiceHours> {
        let since = now.saturating_add_micros(-KEPT_MICROS);
        let closed = self.maintenance.iter().filter_map(Maintenance::closed);
        let mut closed = closed.filter(|outage| outage.until.is_none_or(|until| until > since)).peekable();
        if closed.peek().is_none() {
            return Cow::Borrowed(regular);
        }
        let once = |window: Window| Some(Outage::Once { from: window.from?, until: window.until? });
        Cow::Owned(closed.filter_map(once).fold(regular.clone(), ServiceHours::with))
    }

    /// All maintenance that was ever announced, in order: the n-th has the ordinal n.
    pub fn maintenance(&self) -> &[Maintenance] {
        &self.maintenance
    }

    /// All outages that nobody had planned, in the order in which they were recorded.
    pub fn outages(&self) -> &[Window] {
        &self.outages
    }

    /// The maintenance of an ordinal.
    pub fn nth(&self, ordinal: u32) -> Option<&Maintenance> {
        self.maintenance.get(usize::try_from(ordinal).ok()?.checked_sub(1)?)
    }
}

impl Maintenance {
    /// When it closes the service; `None` if it was called off before it began.
    fn closed(&self) -> Option<Window> {
        let until = self.cancelled_at.map_or(self.until, |cancelled| cancelled.min(self.until));
        (self.from < until).then_some(Window::between(self.from, until))
    }
}

impl Decider for Service {
    type Command = ServiceCommand;
    type Event = ServiceEvent;
    const KIND: StreamKind = StreamKind::Service;

    fn needs<'a>(&'a self, _: &'a ServiceCommand) -> Needs<'a> {
        Needs::default()
    }

    fn decide(
        &self,
        command: &ServiceCommand,
        context: &Context<'_>,
    ) -> Result<Decision<ServiceEvent>, Rejection> {
        match *command {
            ServiceCommand::AnnounceMaintenance { from, until } => self.announce(from, until, context),
            ServiceCommand::CancelMaintenance { ordinal } => self.cancel(ordinal, context),
            ServiceCommand::RecordOutage { from, until } => record_outage(from, until, context),
        }
    }

    fn evolve(mut self, recorded: &Recorded<ServiceEvent>) -> Self {
        match &recorded.event {
            ServiceEvent::MaintenanceAnnounced(MaintenanceAnnounced { from, until, .. }) => {
                self.maintenance.push(Maintenance { from: *from, until: *until, cancelled_at: None });
            }
            ServiceEvent::MaintenanceCancelled(cancelled) => {
                let at = usize::try_from(cancelled.ordinal).ok().and_then(|ordinal| ordinal.checked_sub(1));
                if let Some(maintenance) = at.and_then(|at| self.maintenance.get_mut(at)) {
                    maintenance.cancelled_at = Some(recorded.recorded_at);
                }
            }
            ServiceEvent::OutageRecorded(outage) => {
                self.outages.push(Window::between(outage.from, outage.until))
            }
        }
        self
    }
}

impl Service {
    /// Before it begins: whoever comes in time must find it announced.
    fn announce(
        &self,
        from: Timestamp,
        until: Timestamp,
        context: &Context<'_>,
    ) -> Result<Decision<ServiceEvent>, Rejection> {
        let by = context.actor.officer()?.clone();
        let longest = from.saturating_add_micros(i64::from(OUTAGE_HOURS_MAX) * 60 * 60 * 1_000_000);
        if until <= from || until > longest {
            return Err(Rejection::OutageOutOfRange);
        }
        if from <= context.now {
            return Err(Rejection::MaintenanceTooLate);
        }
        let ordinal = u32::try_from(self.maintenance.len()).unwrap_or(u32::MAX).saturating_add(1);
        let announced = MaintenanceAnnounced { ordinal, from, until, by };
        let decision = Decision::of([Proposed::Event(ServiceEvent::MaintenanceAnnounced(announced))]);
        let agenda = vec![MaintenanceMailing { ordinal }.at_once()];
        Ok(Decision { agenda, window: Window { from: None, until: Some(from) }, ..decision })
    }

    /// While it is not over.
    fn cancel(&self, ordinal: u32, context: &Context<'_>) -> Result<Decision<ServiceEvent>, Rejection> {
        let by = context.actor.officer()?.clone();
        let open = self.nth(ordinal).filter(|one| one.cancelled_at.is_none() && context.now < one.until);
        let until = open.ok_or(Rejection::MaintenanceUnknown { ordinal })?.until;
        let cancelled = MaintenanceCancelled { ordinal, by };
        let decision = Decision::of([Proposed::Event(ServiceEvent::MaintenanceCancelled(cancelled))]);
        Ok(Decision { window: Window { from: None, until: Some(until) }, ..decision })
    }
}

/// Once it is over: what it will have been is not known before.
fn record_outage(
    from: Timestamp,
    until: Timestamp,
    context: &Context<'_>,
) -> Result<Decision<ServiceEvent>, Rejection> {
    let by = match context.actor {
        Actor::System => None,
        Actor::Applicant { .. } | Actor::Agent { .. } | Actor::Officer(_) | Actor::Clerk(_) => {
            Some(context.actor.officer()?.clone())
        }
    };
    if until <= from || until > context.now {
        return Err(Rejection::OutageOutOfRange);
    }
    Ok(Decision::of([Proposed::Event(ServiceEvent::OutageRecorded(OutageRecorded { from, until, by }))]))
}
