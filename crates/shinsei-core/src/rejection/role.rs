//! Who may do what the actor may not.

use std::fmt;

/// What an actor is allowed to do, as a rejection names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An applicant.
    Applicant,
    /// An officer of the division in charge.
    Officer,
    /// A clerk, or an officer, of the division in charge.
    Counter,
    /// The engine itself, or staff of the division in charge.
    System,
    /// The engine itself, for what falls due.
    Engine,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Applicant => "the applicant",
            Self::Officer => "an officer",
            Self::Counter => "a clerk or an officer",
            Self::System => "the engine or the city's staff",
            Self::Engine => "the engine itself",
        })
    }
}
