//! The tests of the engine and its store in memory.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod agenda;
mod alerts;
mod calendar_walk;
mod carrier;
mod checking;
mod compared;
mod data_alone;
mod deadlines;
mod decided_again;
mod deliveries;
mod disposal;
mod documents;
mod executor;
mod group_commit;
mod housekeeping;
mod idempotency;
mod inquiries;
mod judged_again;
mod lanes;
mod lists;
mod main_road;
mod mandates;
mod memory;
mod on_the_way;
mod panics;
mod pending;
mod procedures;
mod reading;
mod reasons;
mod rigged;
mod service;
mod shutdown;
mod town;
mod unknown_outcome;
mod users;
mod view;
mod witnessing;
