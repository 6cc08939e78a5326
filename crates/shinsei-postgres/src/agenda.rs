//! The agenda, lent to workers and shown.

use shinsei_core::agenda::{AgendaRow, Channel, EntryKey, EntryState, Lease, LeaseRequest};
use shinsei_core::ids::Municipality;
use shinsei_core::time::Timestamp;
use tokio_postgres::Row;

use crate::connection::{Connection, Step};
use crate::entries::{PARKED, SETTLED, WAITING};
use crate::error::{Fault, Result};
use crate::facts::entry_name_at;
use crate::rows::{at, code, limit, municipality_at, optional_time_at, stream_at, time_at, unsigned_at};

/// The longest that a lease may last, so that its end can be computed: a hundred thousand years.
const LASTS_MICROS_MAX: i64 = 3_000_000_000_000_000_000;

/// Lends due entries. A row that another worker is lending, or that a commit is settling, is passed over: two workers
/// neither wait for each other nor get the same entry. What stands behind it is not lent meanwhile.
///
/// $1 channel, $2 now or NULL for the server's clock, $3 municipality or NULL, $4 how many, $5 whose, $6 for how long.
const LEND: &str = "
    WITH clock AS MATERIALIZED (
        SELECT coalesce($2::bigint, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) AS now
    ), lendable AS MATERIALIZED (
        SELECT municipality, stream, name FROM agenda AS entry
        WHERE channel = $1::smallint AND state = 1 AND due <= (SELECT now FROM clock)
          AND (until IS NULL OR until <= (SELECT now FROM clock))
          AND ($3::integer IS NULL OR municipality = $3)
          AND NOT EXISTS (
              SELECT FROM agenda AS ahead
              WHERE ahead.municipality = entry.municipality AND ahead.stream = entry.stream
                AND ahead.channel = entry.channel AND ahead.state <> 3
                AND (ahead.place, ahead.ordinal) < (entry.place, entry.ordinal))
        ORDER BY due, place, ordinal LIMIT $4 FOR UPDATE OF entry SKIP LOCKED
    )
    UPDATE agenda SET fence = fence + 1, attempts = attempts + 1, owner = $5,
                      until = (SELECT now FROM clock) + $6
    FROM lendable
    WHERE agenda.municipality = lendable.municipality AND agenda.stream = lendable.stream
      AND agenda.name = lendable.name
    RETURNING agenda.municipality, agenda.stream, agenda.name, agenda.due, agenda.task, agenda.fence,
              agenda.attempts, agenda.until, agenda.place, agenda.ordinal";

const LIST: &str = "
    SELECT stream, name, channel, due, attempts, state, until FROM agenda
    WHERE municipality = $1 AND state <> 3 ORDER BY due, place, ordinal LIMIT $2";

/// Lends due entries to a worker.
pub(crate) fn lease(
    connection: &mut Connection,
    request: &LeaseRequest,
    now: Option<Timestamp>,
) -> Result<Vec<Lease>> {
    let channel = i16::from(request.channel.code());
    let now = now.map(Timestamp::micros);
    let municipality = request.municipality.map(code);
    let entries_max = limit(request.entries_max);
    let lasts = request.lasts_micros.clamp(-LASTS_MICROS_MAX, LASTS_MICROS_MAX);
    let lend = Step::Query(LEND, vec![&channel, &now, &municipality, &entries_max, &request.owner, &lasts]);
    let rows = connection.run(&[lend])?.remove(0);
    let lease = |row: &Row| {
        Ok(((at::<i64>(row, 3)?, at::<i64>(row, 8)?, at::<i64>(row, 9)?), lease_at(row, request.channel)?))
    };
    let mut leases: Vec<_> = rows.iter().map(lease).collect::<Result<_>>()?;
    leases.sort_by_key(|(place, _)| *place);
    Ok(leases.into_iter().map(|(_, lease)| lease).collect())
}

/// The entries of a municipality that are not settled, the earliest first.
pub(crate) fn list(
    connection: &mut Connection,
    municipality: Municipality,
    entries_max: usize,
) -> Result<Vec<AgendaRow>> {
    let (of, entries_max) = (code(municipality), limit(entries_max));
    let rows = connection.run(&[Step::Query(LIST, vec![&of, &entries_max])])?.remove(0);
    rows.iter().map(row_at).collect()
}

fn row_at(row: &Row) -> Result<AgendaRow> {
    let channel = u8::try_from(at::<i16>(row, 2)?).ok().and_then(Channel::from_code);
    Ok(AgendaRow {
        key: key_at(row, 0, 1)?,
        channel: channel.ok_or_else(|| Fault::corrupt("an agenda entry is in no known channel"))?,
        due: time_at(row, 3)?,
        attempts: attempts_at(row, 4)?,
        state: state_at(row, 5, 6)?,
    })
}

fn lease_at(row: &Row, channel: Channel) -> Result<Lease> {
    Ok(Lease {
        municipality: municipality_at(row, 0)?,
        key: key_at(row, 1, 2)?,
        channel,
        due: time_at(row, 3)?,
        task: at(row, 4)?,
        fence: unsigned_at(row, 5)?,
        attempt: attempts_at(row, 6)?,
        until: time_at(row, 7)?,
    })
}

fn key_at(row: &Row, stream: usize, name: usize) -> Result<EntryKey> {
    Ok(EntryKey { stream: stream_at(row, stream)?, name: entry_name_at(row, name)? })
}

fn attempts_at(row: &Row, column: usize) -> Result<u32> {
    u32::try_from(at::<i32>(row, column)?).map_err(|_| Fault::corrupt("a number of attempts is negative"))
}

fn state_at(row: &Row, state: usize, until: usize) -> Result<EntryState> {
    match (at::<i16>(row, state)?, optional_time_at(row, until)?) {
        (WAITING, None) => Ok(EntryState::Waiting),
        (WAITING, Some(until)) => Ok(EntryState::Leased { until }),
        (PARKED, _) => Ok(EntryState::Parked),
        (SETTLED, _) => Ok(EntryState::Settled),
        (state, _) => Err(Fault::corrupt(format!("an agenda entry is in the state {state}"))),
    }
}
