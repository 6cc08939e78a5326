//! Decisions and ports of shinsei: no I/O, no clock, no randomness, no runtime. Adapters depend on this crate alone.

#![warn(clippy::disallowed_methods, clippy::disallowed_types, clippy::wildcard_enum_match_arm)]

pub mod actor;
pub mod agenda;
pub mod application;
pub mod bytes;
pub mod calendar;
pub mod catalog;
pub mod command;
pub mod deadline;
pub mod decide;
pub mod decider;
pub mod document;
pub mod due;
pub mod event;
pub mod event_format;
pub mod form;
pub mod ids;
pub mod listing;
pub mod notice;
pub mod number;
pub mod outcome;
pub mod period;
pub mod port;
pub mod procedure;
pub mod record;
pub mod rejection;
pub mod retention;
pub mod service_hours;
pub mod sheet;
pub mod signature;
pub mod standard;
pub mod time;
pub mod tree;
pub mod user;
pub mod yen;
