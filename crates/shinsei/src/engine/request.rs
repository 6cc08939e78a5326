//! A command with all that must be known of it, and what it brought about.

use std::fmt;

use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::calendar::stream::{CalendarCommand, Calendars};
use shinsei_core::command::Command;
use shinsei_core::decider::Decider;
use shinsei_core::event::Event;
use shinsei_core::ids::{
    CalendarId, CaseId, CommandId, MandateId, Municipality, ProcedureId, StreamId, UserId,
};
use shinsei_core::mandate::{Mandate, MandateCommand};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::procedure::stream::{Editions, ProcedureCommand};
use shinsei_core::record::Recorded;
use shinsei_core::service_hours::stream::{Service, ServiceCommand};
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand};

/// A command with all that must be known of it.
#[derive(Clone)]
pub struct Request<D: Decider> {
    /// Whose log.
    pub municipality: Municipality,
    /// Chosen by the caller: the same id again gets the identical answer.
    pub command_id: CommandId,
    /// Who asks; the embedding service has authenticated them.
    pub actor: Actor,
    /// Of what.
    pub stream: StreamId,
    /// What is asked.
    pub command: D::Command,
}

impl Request<Application> {
    /// A command to a case.
    pub fn case(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        case: CaseId,
        command: Command,
    ) -> Self {
        Self { municipality, command_id, actor, stream: case.into(), command }
    }
}

impl Request<User> {
    /// A command to a user's registration, by that user.
    pub fn user(
        municipality: Municipality,
        command_id: CommandId,
        user: UserId,
        command: UserCommand,
    ) -> Self {
        Self::of_user(municipality, command_id, Actor::Applicant { user }, user, command)
    }

    /// A command to a user's registration, by an officer or the service.
    pub fn of_user(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        user: UserId,
        command: UserCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: user.into(), command }
    }
}

impl Request<Mandate> {
    /// A command to a mandate, by one of the two between whom it is.
    pub fn mandate(
        municipality: Municipality,
        command_id: CommandId,
        user: UserId,
        mandate: MandateId,
        command: MandateCommand,
    ) -> Self {
        Self { municipality, command_id, actor: Actor::Applicant { user }, stream: mandate.into(), command }
    }
}

impl Request<Editions> {
    /// A command to a procedure, by an officer.
    pub fn procedure(
        municipality: Municipality,
        command_id: CommandId,
        officer: Staff,
        procedure: &ProcedureId,
        command: ProcedureCommand,
    ) -> Self {
        let actor = Actor::Officer(officer);
        Self { municipality, command_id, actor, stream: procedure.into(), command }
    }
}

impl Request<Calendars> {
    /// A command to a calendar.
    pub fn calendar(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        calendar: CalendarId,
        command: CalendarCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: calendar.into(), command }
    }
}

impl Request<Service> {
    /// A command to the service of a municipality: its maintenance and outages.
    pub fn service(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        command: ServiceCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: StreamId::SERVICE, command }
    }
}

/// What a command brought about, as it was recorded: the same however often it is asked for.
pub struct Answer<D: Decider> {
    /// When it was recorded: of a submission, the time of arrival by law.
    pub recorded_at: Timestamp,
    /// What happened.
    pub events: Vec<Recorded<D::Event>>,
}

impl<D: Decider> PartialEq for Answer<D> {
    fn eq(&self, other: &Self) -> bool {
        self.recorded_at == other.recorded_at && self.events == other.events
    }
}

impl<D: Decider> fmt::Debug for Answer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("recorded_at", &self.recorded_at)
            .field("events", &self.events)
            .finish()
    }
}

impl Answer<Application> {
    /// The receipt number, where one was issued.
    pub fn receipt(&self) -> Option<ReceiptNumber> {
        self.events.iter().find_map(|recorded| match &recorded.event {
            Event::ReceiptIssued(receipt) => Some(receipt.number),
            _ => None,
        })
    }
}
