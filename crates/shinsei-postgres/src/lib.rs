//! The store on PostgreSQL: many nodes, one database.
//!
//! [`PostgresStore`] implements `shinsei_core::port::store::Store`, [`PostgresView`] `shinsei_core::port::view::View`.
//! How a commit goes through the database, and why, is told in `docs/adr/0006-postgres-lanes.md`.

mod access_log;
mod agenda;
mod batch;
mod commit;
mod connection;
mod documents;
mod entries;
mod erase;
mod erasure_check;
mod error;
mod facts;
mod find;
mod hints;
mod kinds;
mod listed;
mod nodes;
mod pool;
mod read;
mod rows;
mod schema;
mod settings;
mod statement;
mod store;
mod tls;
mod together;
mod view;
mod writes;

pub use error::OpenError;
pub use settings::Settings;
pub use store::PostgresStore;
pub use view::PostgresView;
