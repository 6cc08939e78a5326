//! Where the others keep their events: pools of connections as their documents make them, but durable.

use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

/// As many connections as our store on PostgreSQL keeps.
const CONNECTIONS: u32 = 16;

/// As many connections as sqlite-es's own pool has.
const READERS: u32 = 10;

/// Opens a new file: WAL, and unlike sqlite-es's own pool every commit is on disk.
pub(crate) async fn sqlite(path: &str) -> SqlitePool {
    let options = SqliteConnectOptions::from_str(path)
        .expect("a path")
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await.expect("a file")
}

/// Opens an empty database, by an address of `key=value` as PostgreSQL's own programs take it.
pub(crate) async fn postgres(address: &str) -> PgPool {
    let mut options = PgConnectOptions::new();
    for (key, value) in address.split(' ').filter_map(|word| word.split_once('=')) {
        options = match key {
            "host" => options.socket(value),
            "port" => options.port(value.parse().expect("a port")),
            "user" => options.username(value),
            "dbname" => options.database(value),
            other => panic!("an address with {other}"),
        };
    }
    PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.expect("a server")
}

/// The bytes of a file that are not in free pages.
pub(crate) async fn bytes_of_file(pool: &SqlitePool) -> u64 {
    const USED: &str = "SELECT (page_count - freelist_count) * page_size
        FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()";
    let bytes: i64 = sqlx::query_scalar(USED).fetch_one(pool).await.expect("a size");
    bytes.unsigned_abs()
}

/// The bytes of all tables and their indexes.
pub(crate) async fn bytes_of_tables(pool: &PgPool) -> u64 {
    const USED: &str = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let bytes: i64 = sqlx::query_scalar(USED).fetch_one(pool).await.expect("a size");
    bytes.unsigned_abs()
}
