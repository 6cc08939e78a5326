//! The engine: event-sourced workflow for applications to a municipality.

pub mod memory;
