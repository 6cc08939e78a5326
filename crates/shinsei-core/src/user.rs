//! A registered user (利用者): a person or a company, free of charge, before the first application.

mod deadline;
mod decide;
mod event;
mod policy;
mod state;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bytes::Bytes;
use crate::command::SubmittedForm;
use crate::ids::{ProcedureId, ReasonCode};
use crate::words::Words;

pub use crate::user::deadline::UserDeadline;
pub use crate::user::event::{
    CertificateBound, MailConfirmed, MailLapsed, MailNamed, ProfileChanged, PurgeCause, UserDormant,
    UserEvent, UserPurged, UserRegistered, UserReinstated, UserSeen, UserSuspended,
};
pub use crate::user::policy::AccountPolicy;
pub use crate::user::state::{BoundCertificate, Registered, User};

/// For what a signature is judged by which a user binds a certificate: it holds for nothing else.
pub static BINDING: LazyLock<ProcedureId> = LazyLock::new(|| ProcedureId::constant("certificate-binding"));

/// What may be asked of a user's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum UserCommand {
    /// Registers (利用者登録をする).
    Register {
        /// A person or a company.
        kind: UserKind,
        /// Name and what else the embedding service keeps, JSON of its own: kept as a document.
        profile: Words,
        /// The mail address, to be confirmed; `None` where the service knows by itself who somebody is.
        mail: Option<Bytes>,
    },
    /// Names another mail address (メールアドレスを変える): in force once it is confirmed.
    NameMail {
        /// The address: kept as a document.
        mail: Bytes,
    },
    /// Confirms the address that waits (メールアドレスを確認する).
    ConfirmMail {
        /// The secret of the link.
        secret: Uuid,
    },
    /// Changes the profile (登録内容を変える).
    ChangeProfile {
        /// The new one.
        profile: Words,
    },
    /// Shows that a certificate is the user's (電子証明書を登録する).
    BindCertificate {
        /// `{"user":"<uuid>","municipality":"<code>"}`, signed with it.
        statement: SubmittedForm,
    },
    /// Keeps the user from applying (利用を停止する).
    Suspend {
        /// Why.
        ground: ReasonCode,
    },
    /// Lets the user apply again (利用を再開する).
    Reinstate,
    /// Says that the user has signed in (ログイン).
    SignIn,
    /// Gives the registration up (退会する).
    Leave,
    /// Says that a deadline has passed: the engine's alone.
    PassDeadline(UserDeadline),
}

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    /// A person (個人).
    Person,
    /// A company (法人).
    Company,
}
