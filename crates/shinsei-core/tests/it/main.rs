//! The rules of the domain, tested through what they say to commands, and the formats they are recorded in.

#![expect(clippy::unwrap_used, reason = "OK because a test that cannot go on has failed")]

mod agents;
mod approving;
mod audit;
mod axes;
mod calendars;
mod clock;
mod contesting;
mod correcting;
mod counter;
mod delivering;
mod desk;
mod disposing;
mod drafts;
mod event_format;
mod fees;
mod field_kinds;
mod filing;
mod form_fields;
mod forms;
mod golden;
mod handing_over;
mod holding;
mod json_schema;
mod kit;
mod law;
mod notifying;
mod numbering;
mod paying;
mod points;
mod properties;
mod rebasing;
mod refunding;
mod reissuing;
mod reviewing;
mod service;
mod states;
mod stress;
mod submitting;
mod tables;
mod users;
mod verifying;
mod withdrawing;
mod words;
