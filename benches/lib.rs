//! What benches share, with each other and with `benches/peers`.

pub mod paired;
pub mod subjects;
