//! The engine: event-sourced workflow for applications to a municipality.
//!
//! An embedding service opens an [`engine::Engine`] on a store and a signature verifier, tells it of its
//! [`city_hall::CityHall`]s, and gives it commands. An [agenda worker](engine::Engine::start_agenda_worker) brings the
//! notices that follow to a notifier.

pub mod agenda;
mod bell;
mod cache;
pub mod catalog_folder;
pub mod checking;
pub mod city_hall;
pub mod clock;
pub mod committer;
pub mod disposal;
pub mod engine;
pub mod entropy;
mod execution;
mod fate;
mod fields;
pub mod housekeeping;
pub mod inquiry;
pub mod memory;
pub mod pending;
mod pool;
pub mod projection;
pub mod publishing;
pub mod reading;
#[cfg(doctest)]
mod readme;
mod resolution;
mod slot;
pub mod witnessing;

pub use shinsei_core as core;
