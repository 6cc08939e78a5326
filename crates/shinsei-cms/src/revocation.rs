//! What is known of a certificate's revocation (失効), and what the verifier's owner demands to know.

use std::fmt;

/// What is known of the revocation of the certificates of a path.
///
/// A verdict always carries one of these; what was not looked at is never called good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// Nobody asked: the policy is [`RevocationPolicy::Off`].
    NotChecked,
}

impl RevocationStatus {
    /// The stable code, as it stands in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
        }
    }
}

impl fmt::Display for RevocationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How much must be known of revocation for a signature to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationPolicy {
    /// Nothing is looked at, and the report says so.
    #[default]
    Off,
}

impl RevocationPolicy {
    /// The status of a path under this policy.
    pub(crate) fn status(self) -> RevocationStatus {
        match self {
            Self::Off => RevocationStatus::NotChecked,
        }
    }
}
