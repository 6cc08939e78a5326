//! What every kind of stream has in common: it decides on commands and evolves with events, both pure.

use serde::Serialize;

use crate::actor::Actor;
use crate::agenda::AgendaChange;
use crate::calendar::Calendar;
use crate::command::SubmittedForm;
use crate::document::{Document, DocumentRef, Documents, NewDocument, Seed};
use crate::event_format::{EventFormat, Proposed};
use crate::form::Form;
use crate::form::fields::Fields;
use crate::ids::{Municipality, ProcedureId, StreamId, StreamKind, UserId};
use crate::lookup::{LookedUp, Lookup};
use crate::mandate::Mandate;
use crate::port::store::NewRecord;
use crate::prepared::Prepared;
use crate::procedure::stream::Editions;
use crate::procedure::{Division, Procedure};
use crate::record::Recorded;
use crate::rejection::{Rejection, Role};
use crate::service_hours::ServiceHours;
use crate::signature::{CertificateKind, Signed, VerifiedSignature};
use crate::time::{Timestamp, Window};
use crate::user::{AccountPolicy, Registered, User};

/// The state of a stream: what its events made of it, and what it says to a command.
///
/// Implementors: one for each [`StreamKind`], such as [`crate::application::Application`], a case.
pub trait Decider: Default + Clone + Send + Sync + 'static {
    /// What may be asked.
    type Command: Clone + std::fmt::Debug + Serialize + Send + Sync + 'static;
    /// What may happen.
    type Event: EventFormat;
    /// The kind of its streams.
    const KIND: StreamKind;

    /// What a command must be decided with, besides the state.
    fn needs<'a>(&'a self, command: &'a Self::Command) -> Needs<'a>;

    /// The documents beside the log that a decision on the command must look up, such as the references of earlier payments.
    fn looks_up(&self, command: &Self::Command) -> Vec<Lookup> {
        let _ = command;
        vec![]
    }

    /// Reads and digests what the command brings, before it is decided on, with what the context has of it already. The decision
    /// is the same without it.
    fn prepare(&self, command: &Self::Command, context: &Context<'_>) -> Prepared {
        let _ = (command, context);
        Prepared::default()
    }

    /// What the engine itself asks when a deadline of the stream falls due, by what the agenda kept of it; `None` for what
    /// it cannot read.
    fn falls_due(task: &[u8]) -> Option<Self::Command> {
        let _ = task;
        None
    }

    /// Decides on a command.
    ///
    /// # Errors
    /// [`Rejection`] when the rules say no.
    fn decide(
        &self,
        command: &Self::Command,
        context: &Context<'_>,
    ) -> Result<Decision<Self::Event>, Rejection>;

    /// The state after an event. Total: what is recorded has happened.
    #[must_use]
    fn evolve(self, recorded: &Recorded<Self::Event>) -> Self;
}

/// What a command must be decided with, besides the state of its stream.
#[derive(Clone, Copy, Default)]
pub struct Needs<'a> {
    /// This procedure's edition in force.
    pub procedure: Option<&'a ProcedureId>,
    /// The registration of whoever acts, and of the principal for whom an agent does.
    pub applicant: bool,
    /// The profile that the applicant's registration names, as a document.
    pub profile: bool,
    /// Whom the certificate names that is bound to the registration of whoever acts, as a document.
    pub bound: bool,
    /// The calendar of the city hall as it was published last.
    pub calendar: bool,
    /// The service hours with the maintenance that was announced.
    pub service: bool,
    /// This signature, judged, if its rule asks for one.
    pub signed: Option<Signing<'a>>,
}

/// A signature that is to be judged, and the rule by which.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    /// What is signed.
    pub signed: Signed<'a>,
    /// Which certificates are accepted, and for what.
    pub rule: SigningRule<'a>,
}

/// Which certificates are accepted for a signature.
#[derive(Clone, Copy)]
pub enum SigningRule<'a> {
    /// Those of the needed procedure's edition in force.
    EditionInForce,
    /// Those of terms that are fixed already.
    Fixed {
        /// For what the signature is.
        procedure: &'a ProcedureId,
        /// The kinds; where there are none no verifier is called.
        accepted: &'a [CertificateKind],
    },
}

impl<'a> Signing<'a> {
    /// What of a form is to be judged by the edition in force.
    pub(crate) fn by_edition(form: &'a SubmittedForm) -> Option<Self> {
        form.signed().map(|signed| Self { signed, rule: SigningRule::EditionInForce })
    }

    /// For what the signature is judged, and by which kinds of certificate; `None` where nobody needs to.
    pub fn under(&self, in_force: Option<&'a Procedure>) -> Option<(&'a ProcedureId, &'a [CertificateKind])> {
        let (procedure, accepted) = match self.rule {
            SigningRule::EditionInForce => {
                let procedure = in_force?;
                (&procedure.id, procedure.terms.signature.accepted())
            }
            SigningRule::Fixed { procedure, accepted } => (procedure, accepted),
        };
        (!accepted.is_empty()).then_some((procedure, accepted))
    }
}

/// What a municipality is called whose name was not given.
const UNNAMED: &str = "市";

/// What a decision may look at: everything that is not in the state of the stream or in the command.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time now.
    pub now: Timestamp,
    /// The municipality.
    pub municipality: Municipality,
    /// The name of the municipality, such as 函館市: it stands in official documents.
    pub city: &'a str,
    /// The stream that is decided on.
    pub stream: StreamId,
    /// Who asks.
    pub actor: &'a Actor,
    /// The procedure's edition in force, if there is one.
    pub procedure: Option<&'a Procedure>,
    /// The days on which the city hall is open: the version published last, where it is needed.
    pub calendar: &'a Calendar,
    /// The divisions of the city hall.
    pub divisions: &'a [Division],
    /// All editions of the procedure; `None` where they were not asked for.
    pub editions: Option<&'a Editions>,
    /// The registration of whoever acts.
    pub applicant: Option<&'a User>,
    /// The mandate by which an agent acts.
    pub mandate: Option<&'a Mandate>,
    /// The registration of the principal for whom an agent acts.
    pub principal: Option<&'a User>,
    /// The applicant's profile as it is kept now.
    pub profile: Option<&'a Document>,
    /// Whom the certificate names that is bound to the registration of whoever acts.
    pub bound: Option<&'a Document>,
    /// What the municipality lays down for registrations.
    pub accounts: AccountPolicy,
    /// True when only registered users may apply (利用者登録).
    pub registration_required: bool,
    /// When applications are accepted.
    pub service_hours: &'a ServiceHours,
    /// The signature of the submission, judged.
    pub signature: Option<&'a VerifiedSignature>,
    /// The documents that the decision must look up, as far as they are not erased.
    pub documents: &'a [LookedUp],
    /// What the command brings, read and digested, if that was done before.
    pub prepared: Option<&'a Prepared>,
    /// The randomness of the command.
    pub seed: Seed,
}

impl<'a> Context<'a> {
    /// The content of a document that the decision looks up.
    pub(crate) fn content(&self, reference: &DocumentRef) -> Option<&'a [u8]> {
        self.documents.iter().find_map(|document| document.content(reference))
    }

    /// The fields that a document holds which the decision looks up.
    pub(crate) fn fields(&self, reference: &DocumentRef) -> Option<&'a Fields> {
        self.documents.iter().find_map(|document| document.fields(reference))
    }

    /// The form that a document holds which the decision looks up.
    pub(crate) fn form(&self, reference: &DocumentRef) -> Option<&'a Form> {
        self.documents.iter().find_map(|document| document.form(reference))
    }

    /// Where the documents of the command are kept, those of them that were digested before without doing so again.
    pub(crate) fn documents_of_the_command(&self) -> Documents<'_> {
        let digested = self.prepared.map(|prepared| prepared.documents(&self.seed));
        Documents::of(&self.seed, self.stream).with(digested.unwrap_or_default())
    }

    /// A context in which nothing but the time, the place and the actor is known.
    pub fn bare(
        now: Timestamp,
        municipality: Municipality,
        stream: StreamId,
        actor: &'a Actor,
        calendar: &'a Calendar,
        service_hours: &'a ServiceHours,
        seed: Seed,
    ) -> Self {
        Self {
            now,
            municipality,
            city: UNNAMED,
            stream,
            actor,
            procedure: None,
            calendar,
            divisions: &[],
            editions: None,
            applicant: None,
            mandate: None,
            principal: None,
            profile: None,
            bound: None,
            accounts: AccountPolicy::STANDARD,
            registration_required: false,
            service_hours,
            signature: None,
            documents: &[],
            prepared: None,
            seed,
        }
    }

    /// The user who is signed in, if registered or if nobody needs to be, and if nothing keeps them from acting.
    pub(crate) fn acting_user(&self) -> Result<(UserId, Option<&'a Registered>), Rejection> {
        let needed = Rejection::NotPermitted { needed: Role::Applicant };
        Ok((self.actor.user().ok_or(needed)?, self.admitted(self.applicant)?))
    }

    /// The applicant: whoever acts for themself, or the principal whom an agent's mandate names for this procedure.
    pub(crate) fn applicant(&self) -> Result<(UserId, Option<&'a Registered>), Rejection> {
        let (user, registered) = self.acting_user()?;
        if self.actor.mandate().is_none() {
            return Ok((user, registered));
        }
        let (mandate, procedure) = self.mandate.zip(self.procedure).ok_or(Rejection::MandateUnknown)?;
        let (principal, _) = mandate.covers(user, &procedure.id, self.now)?;
        Ok((principal, self.admitted(self.principal)?))
    }

    fn admitted(&self, user: Option<&'a User>) -> Result<Option<&'a Registered>, Rejection> {
        match user.and_then(User::registered) {
            None if self.registration_required => Err(Rejection::ApplicantNotRegistered),
            None => Ok(None),
            Some(registered) => registered.may_act(self.accounts).map(|()| Some(registered)),
        }
    }
}

/// What a command brings about, as data.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision<E> {
    /// The events, in order.
    pub events: Vec<Proposed<E>>,
    /// Documents to keep.
    pub documents: Vec<NewDocument>,
    /// Changes of the agenda.
    pub agenda: Vec<AgendaChange>,
    /// The recording times for which it is right.
    pub window: Window,
    /// What happens to other streams by the same commit. Each is one that the decision looked at.
    pub also: Vec<Also>,
}

/// An event of another stream that a decision brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    /// Which stream.
    pub stream: StreamId,
    /// The event, as it is recorded.
    pub record: NewRecord,
}

impl<E: EventFormat> Decision<E> {
    /// A decision that holds at any time.
    pub(crate) fn of(events: impl IntoIterator<Item = Proposed<E>>) -> Self {
        Self {
            events: events.into_iter().collect(),
            documents: vec![],
            agenda: vec![],
            window: Window::ALWAYS,
            also: vec![],
        }
    }

    /// Holds for recording times of this window only.
    pub(crate) fn holds_only(&mut self, window: Window) {
        self.window = self.window.intersect(window);
    }
}
