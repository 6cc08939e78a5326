//! What happened to a registration. The shape of each payload is a file format: docs/event-format.md.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::event::{FormRef, SignatureVerified};
use crate::event_format::events;
use crate::ids::{ReasonCode, StaffId};
use crate::time::Timestamp;
use crate::user::UserKind;

events! {
    /// An event of a user.
    pub enum UserEvent {
        /// 利用者登録: the user is registered.
        UserRegistered = 1,
        /// メールアドレスの届出: an address waits to be confirmed.
        MailNamed = 1,
        /// メールアドレスの確認: the address is the user's.
        MailConfirmed = 1,
        /// 確認期限切れ: nobody confirmed the address in time.
        MailLapsed = 1,
        /// 登録内容の変更: the profile is another.
        ProfileChanged = 1,
        /// 電子証明書の登録: the user signed with a certificate of their own.
        CertificateBound = 1,
        /// 利用停止: the user may not apply.
        UserSuspended = 1,
        /// 利用再開: the user may apply again.
        UserReinstated = 1,
        /// ログイン: the user was there.
        UserSeen = 1,
        /// 休眠: the user has not been there for long.
        UserDormant = 1,
        /// 登録の抹消: the registration is gone; the cases stay.
        UserPurged = 1,
    }
}

/// The user is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    /// A person or a company.
    pub kind: UserKind,
    /// Name and what else the service keeps.
    pub profile: DocumentRef,
    /// When the registration becomes dormant unless the user signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dormant_at: Option<Timestamp>,
}

/// A mail address waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailNamed {
    /// Which address of the user it is, from 1.
    pub ordinal: u32,
    /// The address.
    pub mail: DocumentRef,
    /// The secret of the link, kept until the mail is written.
    pub secret: DocumentRef,
    /// The SHA-256 of the secret, hexadecimal: what a confirmation is compared with.
    pub secret_sha256: String,
    /// The first instant at which the link no longer works.
    pub until: Timestamp,
}

/// The address is the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailConfirmed {
    /// Which address.
    pub ordinal: u32,
}

/// Nobody confirmed the address in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLapsed {
    /// Which address.
    pub ordinal: u32,
}

/// The profile is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileChanged {
    /// The new one.
    pub profile: DocumentRef,
}

/// The user signed with a certificate of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateBound {
    /// What was signed.
    pub statement: FormRef,
    /// The judgement.
    pub signature: SignatureVerified,
}

/// The user may not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSuspended {
    /// Who said so.
    pub by: StaffId,
    /// Why.
    pub ground: ReasonCode,
}

/// The user may apply again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserReinstated {
    /// Who said so.
    pub by: StaffId,
}

/// The user was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSeen {
    /// When the registration becomes dormant unless the user signs in again.
    pub dormant_at: Timestamp,
}

/// The user has not been there for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDormant {
    /// When the registration is purged unless the user signs in.
    pub purged_at: Timestamp,
}

/// The registration is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPurged {
    /// Why.
    pub cause: PurgeCause,
}

/// Why a registration is purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PurgeCause {
    /// The user left (退会).
    Asked,
    /// It was dormant for too long.
    Dormancy,
}
