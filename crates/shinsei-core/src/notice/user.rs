//! The mails to a registered user that are about no case: confirmation of an address (M1), maintenance (M15).

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::agenda::{AgendaChange, Channel, Due};
use crate::bytes::{from_hex, hex};
use crate::ids::{EntryName, StreamId, UserId};

/// A mail to a user, as the agenda keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserTask {
    /// Send M1 利用者登録確認.
    Confirmation {
        /// For which address of the user.
        ordinal: u32,
    },
    /// Send M15 定期メンテナンス.
    Maintenance {
        /// Of which maintenance.
        ordinal: u32,
    },
}

impl UserTask {
    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, ordinal) = std::str::from_utf8(bytes).ok()?.split_once('/')?;
        let ordinal = ordinal.parse().ok()?;
        let read = match kind {
            "confirmation-notice" => Self::Confirmation { ordinal },
            "maintenance-notice" => Self::Maintenance { ordinal },
            _ => return None,
        };
        (read.name().as_str().as_bytes() == bytes).then_some(read)
    }

    /// Its entry in the agenda of a user, due at once.
    pub fn at_once(self, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, self.name(), Channel::Notice, Due::AtOnce)
    }

    fn name(self) -> EntryName {
        match self {
            Self::Confirmation { ordinal } => EntryName::numbered("confirmation-notice", ordinal),
            Self::Maintenance { ordinal } => EntryName::numbered("maintenance-notice", ordinal),
        }
    }
}

/// What stands at the end of the link that confirms an address: whose it is, and the secret.
///
/// As text it has 64 hexadecimal digits. `Debug` shows no secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ConfirmationToken {
    /// Which user.
    pub user: UserId,
    /// The secret.
    pub secret: Uuid,
}

impl ConfirmationToken {
    /// The token of a user and a secret as it was kept; `None` if it is none.
    pub fn of(user: UserId, secret: &[u8]) -> Option<Self> {
        Some(Self { user, secret: Uuid::from_slice(secret).ok()? })
    }
}

impl fmt::Display for ConfirmationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.user.0.as_bytes()))?;
        f.write_str(&hex(self.secret.as_bytes()))
    }
}

impl fmt::Debug for ConfirmationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmationToken").field("user", &self.user).finish_non_exhaustive()
    }
}

impl FromStr for ConfirmationToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 32] = from_hex(text).ok_or("a confirmation has 64 hexadecimal digits")?;
        let half = |half: &[u8]| Uuid::from_slice(half).unwrap_or_default();
        Ok(Self { user: UserId(half(&bytes[..16])), secret: half(&bytes[16..]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_shows_no_secret() {
        let token = ConfirmationToken { user: UserId(Uuid::from_u128(7)), secret: Uuid::from_u128(9) };
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!(token.to_string().len(), 64);
        assert!(!format!("{token:?}").contains('9'));
        assert!("00".parse::<ConfirmationToken>().is_err());
    }

    #[test]
    fn a_task_survives_its_bytes() {
        assert_eq!(
            UserTask::from_bytes(b"confirmation-notice/3"),
            Some(UserTask::Confirmation { ordinal: 3 })
        );
        for bytes in [&b"confirmation-notice"[..], b"confirmation-notice/03", b"x/1", b""] {
            assert_eq!(UserTask::from_bytes(bytes), None);
        }
    }
}
