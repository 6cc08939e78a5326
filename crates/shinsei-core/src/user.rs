//! A registered user (利用者): a person or a company, free of charge, before the first application.

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::decider::{Context, Decider, Decision, Needs};
use crate::document::{DocumentRef, Documents};
use crate::event_format::{Proposed, events};
use crate::ids::StreamKind;
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// What may be asked of a user's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum UserCommand {
    /// Registers (利用者登録をする).
    Register {
        /// A person or a company.
        kind: UserKind,
        /// Name and mail address, JSON of the embedding service's: kept as a document.
        profile: Bytes,
    },
}

events! {
    /// An event of a user.
    pub enum UserEvent {
        /// 利用者登録: the user is registered.
        UserRegistered = 1,
    }
}

/// The user is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    /// A person or a company.
    pub kind: UserKind,
    /// Name and mail address.
    pub profile: DocumentRef,
}

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    /// A person (個人).
    Person,
    /// A company (法人).
    Company,
}

/// The state of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum User {
    /// Nothing has happened.
    #[default]
    Absent,
    /// Registered.
    Registered(Registered),
}

/// A registered user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// A person or a company.
    pub kind: UserKind,
    /// Name and mail address.
    pub profile: DocumentRef,
    /// Since when.
    pub since: Timestamp,
}

impl User {
    /// The registration, if there is one.
    pub fn registered(&self) -> Option<&Registered> {
        match self {
            Self::Absent => None,
            Self::Registered(registered) => Some(registered),
        }
    }
}

impl Decider for User {
    type Command = UserCommand;
    type Event = UserEvent;
    const KIND: StreamKind = StreamKind::User;

    fn needs<'a>(&'a self, _: &'a UserCommand) -> Needs<'a> {
        Needs::default()
    }

    fn decide(&self, command: &UserCommand, context: &Context<'_>) -> Result<Decision<UserEvent>, Rejection> {
        let UserCommand::Register { kind, profile } = command;
        if context.actor.applicant()?.0 != context.stream.id {
            return Err(Rejection::NotPermitted { needed: crate::actor::Role::Applicant });
        }
        if self.registered().is_some() {
            return Err(Rejection::UserExists);
        }
        let mut documents = Documents::of(&context.seed, context.stream);
        let profile = documents.keep("profile", profile);
        let registered = UserEvent::UserRegistered(UserRegistered { kind: *kind, profile });
        Ok(Decision { documents: documents.into_vec(), ..Decision::of([Proposed::Event(registered)]) })
    }

    fn evolve(self, recorded: &Recorded<UserEvent>) -> Self {
        let UserEvent::UserRegistered(UserRegistered { kind, profile }) = &recorded.event;
        Self::Registered(Registered { kind: *kind, profile: *profile, since: recorded.recorded_at })
    }
}
