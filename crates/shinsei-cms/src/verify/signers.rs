//! The rule on messages with several signers.

/// How many of the signatures of one message must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignersRule {
    /// All: a document jointly signed is signed by everybody or not at all.
    #[default]
    All,
    /// One is enough; the others are left out.
    Any,
}

impl SignersRule {
    /// The stable code, as it stands in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }

    /// The rule with a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::All, Self::Any].into_iter().find(|rule| rule.code() == code)
    }
}
