//! The rules of the domain, tested through what they say to commands, and the formats they are recorded in.

#![expect(clippy::unwrap_used, reason = "OK because a test that cannot go on has failed")]

mod agents;
mod approving;
mod audit;
mod axes;
mod calendars;
mod clock;
mod closing_day;
mod contesting;
mod correcting;
mod correcting_fields;
mod counter;
mod delivering;
mod desk;
mod disposing;
mod drafts;
mod event_format;
mod fees;
mod filing;
mod form_fields;
mod forms;
mod golden;
mod handing_over;
mod kit;
mod late_money;
mod law;
mod notifying;
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
mod superseding;
mod tables;
mod users;
mod verifying;
mod withdrawing;
mod words;
