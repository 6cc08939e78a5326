//! What a registration is, and what its events make of it.

use crate::document::DocumentRef;
use crate::ids::ReasonCode;
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::signature::CertificateKind;
use crate::time::Timestamp;
use crate::user::{AccountPolicy, MailNamed, PurgeCause, UserEvent, UserKind};

/// The state of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum User {
    /// Nothing has happened.
    #[default]
    Absent,
    /// Registered.
    Registered(Box<Registered>),
    /// The registration is gone; cases of the user stay.
    Purged(PurgeCause),
}

/// A registered user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// A person or a company.
    pub kind: UserKind,
    /// Name and what else the service keeps.
    pub profile: DocumentRef,
    /// Since when.
    pub since: Timestamp,
    /// The mail address, once it is confirmed.
    pub mail: Option<DocumentRef>,
    /// The address that waits to be confirmed.
    pub unconfirmed: Option<MailNamed>,
    /// How many addresses were ever named.
    pub mails: u32,
    /// The certificate that the user has shown to be theirs.
    pub certificate: Option<BoundCertificate>,
    /// Why the user may not apply.
    pub suspended: Option<ReasonCode>,
    /// When the user was there last.
    pub seen_at: Timestamp,
    /// How often that was recorded.
    pub sightings: u32,
    /// When the registration becomes dormant.
    pub dormant_at: Option<Timestamp>,
    /// When it is purged: it is dormant.
    pub purged_at: Option<Timestamp>,
}

/// A certificate that a user has shown to be theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundCertificate {
    /// Its kind.
    pub kind: CertificateKind,
    /// Who it names.
    pub identity: DocumentRef,
    /// When that was judged.
    pub judged_at: Timestamp,
}

impl Registered {
    /// A registration as it begins.
    pub fn new(kind: UserKind, profile: DocumentRef, since: Timestamp) -> Self {
        Self {
            kind,
            profile,
            since,
            mail: None,
            unconfirmed: None,
            mails: 0,
            certificate: None,
            suspended: None,
            seen_at: since,
            sightings: 0,
            dormant_at: None,
            purged_at: None,
        }
    }

    /// Nothing, if this user may act in cases.
    ///
    /// # Errors
    /// [`Rejection::UserSuspended`], [`Rejection::UserDormant`], [`Rejection::MailNotConfirmed`].
    pub fn may_act(&self, policy: AccountPolicy) -> Result<(), Rejection> {
        if self.suspended.is_some() {
            return Err(Rejection::UserSuspended);
        }
        if self.purged_at.is_some() {
            return Err(Rejection::UserDormant);
        }
        if policy.confirmed_mail_required && self.mail.is_none() {
            return Err(Rejection::MailNotConfirmed);
        }
        Ok(())
    }
}

impl User {
    /// The registration, if there is one.
    pub fn registered(&self) -> Option<&Registered> {
        match self {
            Self::Absent | Self::Purged(_) => None,
            Self::Registered(registered) => Some(registered),
        }
    }

    /// The state after an event. Total: an event for which a state has no place leaves it as it is.
    pub(super) fn after(self, recorded: &Recorded<UserEvent>) -> Self {
        let at = recorded.recorded_at;
        match &recorded.event {
            UserEvent::UserRegistered(registered) => match self {
                Self::Absent => Self::Registered(Box::new(Registered {
                    dormant_at: registered.dormant_at,
                    ..Registered::new(registered.kind, registered.profile, at)
                })),
                Self::Registered(_) | Self::Purged(_) => self,
            },
            UserEvent::MailNamed(named) => self.with(|user| {
                user.mails = named.ordinal;
                user.unconfirmed = Some(named.clone());
            }),
            UserEvent::MailConfirmed(confirmed) => self.with(|user| {
                if let Some(named) = user.unconfirmed.take_if(|named| named.ordinal == confirmed.ordinal) {
                    user.mail = Some(named.mail);
                }
            }),
            UserEvent::MailLapsed(lapsed) => {
                self.with(|user| drop(user.unconfirmed.take_if(|named| named.ordinal == lapsed.ordinal)))
            }
            UserEvent::ProfileChanged(changed) => self.with(|user| user.profile = changed.profile),
            UserEvent::CertificateBound(bound) => self.with(|user| {
                user.certificate = Some(BoundCertificate {
                    kind: bound.signature.kind,
                    identity: bound.signature.identity,
                    judged_at: bound.signature.judged_at,
                });
            }),
            UserEvent::UserSuspended(suspended) => {
                self.with(|user| user.suspended = Some(suspended.ground.clone()))
            }
            UserEvent::UserReinstated(_) => self.with(|user| user.suspended = None),
            UserEvent::UserSeen(seen) => self.with(|user| {
                user.seen_at = at;
                user.sightings += 1;
                user.dormant_at = Some(seen.dormant_at);
                user.purged_at = None;
            }),
            UserEvent::UserDormant(dormant) => self.with(|user| user.purged_at = Some(dormant.purged_at)),
            UserEvent::UserPurged(purged) => match self {
                Self::Registered(_) => Self::Purged(purged.cause),
                Self::Absent | Self::Purged(_) => self,
            },
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Registered)) -> Self {
        if let Self::Registered(registered) = &mut self {
            change(registered);
        }
        self
    }
}
