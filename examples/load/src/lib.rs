//! Invented residents, their signed forms, and the road of their cases: what `load` drives, for other measurements too.

pub mod resident;
pub mod road;
pub mod town;
