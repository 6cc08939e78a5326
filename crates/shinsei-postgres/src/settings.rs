//! What an operator may choose, and the server's settings on which the store's promises rest: read back, or refused.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::OpenError;

/// What an operator may choose about a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// By how much the clock may stand before the last record. Records then take the time of the last one; beyond it
    /// a commit fails as `ClockSuspect`.
    pub clock_step_back_max: Duration,
    /// How many connections this node keeps; whoever finds all of them in use waits.
    pub connections_max: usize,
    /// How long to wait for a connection, for an answer of the network, or for a municipality that another holds.
    pub wait_max: Duration,
    /// Whether this node tells the others for whom it has committed something, and is told by them, on a connection beside
    /// those of the pool. Without it agenda workers of other nodes look once a second.
    pub hints: bool,
    /// A file in PEM with the authorities that vouch for the server. With it the connection is TLS and the server's name
    /// is checked; without it the server must be this machine, or the address must say `sslmode=disable`.
    pub tls_roots: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Time servers slew what is less than a second; a step that is larger wants a person's eyes.
            clock_step_back_max: Duration::from_secs(10),
            // A server's default are 100 connections, and there are several nodes.
            connections_max: 16,
            wait_max: Duration::from_secs(10),
            hints: true,
            tls_roots: None,
        }
    }
}

/// The oldest server that will do. Source: the oldest that is maintained beyond 2026.
pub(crate) const SERVER_VERSION_MIN: i32 = 150_000;

/// How long a transaction may stand still: far longer than it takes to judge the largest batch.
const HELD_MILLIS_MAX: u32 = 30_000;

/// What a store was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// What each connection is told.
///
/// - Every statement of ours finds its rows by an index. While a table is young its statistics say that reading all of
///   it is cheaper, and a prepared statement would still do so when it has grown; so it may not.
/// - Whoever vanishes while it holds a municipality is cut off.
/// - A reader's transactions can write nothing, whatever its role may do.
pub(crate) fn session(settings: &Settings, access: Access) -> String {
    let wait = settings.wait_max.as_millis();
    let read_only = match access {
        Access::Write => "",
        Access::Read => "SET default_transaction_read_only = on;",
    };
    format!(
        "{read_only}
         SET search_path = pg_catalog, shinsei;
         SET plan_cache_mode = force_generic_plan;
         SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
         SET lock_timeout = {wait};
         SET idle_in_transaction_session_timeout = {HELD_MILLIS_MAX}"
    )
}

/// What is read back of each connection, in this order.
pub(crate) const PROMISES: &str = "
    SELECT current_setting('server_version_num')::int4, current_setting('fsync'),
           current_setting('full_page_writes'), current_setting('synchronous_commit')";

/// Keeps the connection at what was read back, whatever the server is told later.
pub(crate) const PIN: &str =
    "SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)";

/// Refuses a server that does not keep what it acknowledged.
pub(crate) fn check(promises: &tokio_postgres::Row) -> Result<(), OpenError> {
    let version: i32 = promises.try_get(0)?;
    if version < SERVER_VERSION_MIN {
        return Err(OpenError::ServerVersion { found: version, wanted: SERVER_VERSION_MIN });
    }
    check_setting("fsync", promises.try_get(1)?, &["on"], "on")?;
    check_setting("full_page_writes", promises.try_get(2)?, &["on"], "on")?;
    check_setting("synchronous_commit", promises.try_get(3)?, &["on", "remote_apply"], "on or remote_apply")
}

fn check_setting(
    setting: &'static str,
    found: String,
    good: &[&str],
    wanted: &'static str,
) -> Result<(), OpenError> {
    if good.contains(&found.as_str()) {
        return Ok(());
    }
    Err(OpenError::SettingRefused { setting, wanted, found })
}
