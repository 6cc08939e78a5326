//! The store on embedded SQLite: one file, one writing process, any number of readers.
//!
//! [`SqliteStore`] implements `shinsei_core::port::store::Store`, [`SqliteView`] `shinsei_core::port::view::View`. How
//! records lie in the file, and why, is told in `docs/adr/0002-sealed-record-and-sqlite-schema.md`.

mod access_log;
mod agenda;
mod chunks;
mod commit;
mod copier;
mod documents;
mod erase;
mod erasure_check;
mod error;
mod find;
mod heads;
mod kinds;
mod listed;
mod lock;
mod nodes;
mod read;
mod readers;
mod rows;
mod schema;
mod settings;
mod store;
mod tail;
mod view;
mod wal;
mod writer;

pub use error::{OpenError, SchemaDifference};
pub use settings::Settings;
pub use store::SqliteStore;
pub use view::SqliteView;
