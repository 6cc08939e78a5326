//! The rows of a list: written with what they are found by, and asked for.
//!
//! Names stand in a table for each generation. Its rows are added at the end and keep their length, so that no page ever
//! holds a stale copy of a name: erasing overwrites it where it stands. Dropping the table zeroes its pages.

use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};
use shinsei_core::ids::{CaseId, Position};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listed, Listing, Place, Question};
use shinsei_core::port::view::{Generation, Page, Parked};
use shinsei_core::rejection::StateName;
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::rows::{bytes_at, count, limit, unsigned_at};
use crate::view::Erased;

/// Makes the table of a generation's names.
pub(crate) fn create_names(connection: &Connection, generation: Generation) -> rusqlite::Result<()> {
    let names = names(generation);
    // Once released these words are not edited: they stand in files, which are held against them.
    connection.execute_batch(&format!(
        "CREATE TABLE {names} (ordinal INTEGER PRIMARY KEY, id BLOB NOT NULL, erased INTEGER NOT NULL, key BLOB NOT NULL)
         STRICT;
         CREATE INDEX {names}_of_case ON {names} (id) WHERE erased = 0;"
    ))
}

/// Makes in a model the tables of names of the generations that are in a file.
pub(crate) fn grow_names(file: &Connection, model: &Connection) -> rusqlite::Result<()> {
    let mut statement = file.prepare("SELECT generation FROM generations")?;
    let mut rows = statement.query([])?;
    let growing = model.unchecked_transaction()?;
    while let Some(row) = rows.next()? {
        create_names(&growing, Generation(row.get::<_, i64>(0)?.unsigned_abs()))?;
    }
    growing.commit()
}

/// Takes the table of a generation's names away.
pub(crate) fn drop_names(transaction: &Transaction<'_>, generation: Generation) -> Result<()> {
    transaction.execute_batch(&format!("DROP TABLE {}", names(generation)))?;
    Ok(())
}

/// Writes the rows and the parked cases of a page.
pub(crate) fn write(transaction: &Transaction<'_>, page: &Page) -> Result<Erased> {
    let generation = count(page.generation.0);
    let mut erased = Erased::Nothing;
    for listed in &page.rows {
        put(transaction, generation, &listed.row)?;
        if rename(transaction, page.generation, listed)? == Erased::Names {
            erased = Erased::Names;
        }
        transaction
            .prepare_cached("DELETE FROM parked WHERE generation = ?1 AND id = ?2")?
            .execute(params![generation, listed.row.case.0.as_bytes()])?;
    }
    for parked in &page.parked {
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO parked (generation, id, position, why) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![generation, parked.case.0.as_bytes(), count(parked.position.0), parked.why])?;
    }
    Ok(erased)
}

fn put(transaction: &Transaction<'_>, generation: i64, row: &CaseRow) -> Result<()> {
    let body = serde_json::to_string(row).map_err(|_| Fault::malformed("a row can be written as JSON"))?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO cases
                (generation, id, is_open, division, officer, applicant, receipt, procedure, state, due, arrived_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            generation,
            row.case.0.as_bytes(),
            row.is_awaited(),
            row.division.as_str(),
            row.officer.as_ref().map(|officer| officer.as_str()),
            row.applicant.0.as_bytes(),
            row.receipt.map(|receipt| receipt.to_string()),
            row.procedure.as_str(),
            row.state.code(),
            row.place().day(),
            row.arrived_at.micros(),
            body
        ])?;
    Ok(())
}

/// Gives a case the name that its row has now; the one that it had is overwritten where it stands.
fn rename(transaction: &Transaction<'_>, generation: Generation, listed: &Listed) -> Result<Erased> {
    let (names, id) = (names(generation), listed.row.case.0.as_bytes());
    let wanted = listed.name_key.as_deref().map(str::as_bytes);
    let known: Option<(i64, Vec<u8>)> = transaction
        .prepare_cached(&format!("SELECT ordinal, key FROM {names} WHERE id = ?1 AND erased = 0"))?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if known.as_ref().map(|(_, key)| key.as_slice()) == wanted {
        return Ok(Erased::Nothing);
    }
    if let Some(key) = wanted {
        transaction
            .prepare_cached(&format!("INSERT INTO {names} (id, erased, key) VALUES (?1, 0, ?2)"))?
            .execute(params![id, key])?;
    }
    let Some((ordinal, _)) = known else { return Ok(Erased::Nothing) };
    transaction
        .prepare_cached(&format!(
            "UPDATE {names} SET erased = 1, key = zeroblob(length(key)) WHERE ordinal = ?1"
        ))?
        .execute([ordinal])?;
    Ok(Erased::Names)
}

/// The rows that answer a question.
pub(crate) fn answer(
    connection: &Connection,
    generation: Generation,
    listing: &Listing,
) -> Result<Vec<CaseRow>> {
    let of = count(generation.0);
    let most = limit(listing.rows_max.min(LISTED_MAX));
    // Before the first place of an answer: no day and no instant is earlier, none is later.
    let first = (i32::MIN, i64::MIN, Vec::new());
    let (due, since, id) = listing
        .after
        .map_or(first, |after| (after.day(), after.arrived_at.micros(), after.case.0.as_bytes().to_vec()));
    let (until, last) = match listing.after {
        Some(_) => (since, id.clone()),
        None => (i64::MAX, vec![0xff; 17]),
    };
    match &listing.question {
        Question::WorkQueue { division, officer } => bodies(
            connection,
            "SELECT body FROM cases
             WHERE generation = ?1 AND is_open = 1 AND division = ?2 AND (?3 IS NULL OR officer = ?3)
                AND (due, arrived_at, id) > (?4, ?5, ?6)
             ORDER BY due, arrived_at, id LIMIT ?7",
            params![of, division.as_str(), officer.as_ref().map(|one| one.as_str()), due, since, id, most],
        ),
        Question::OfApplicant { user } => bodies(
            connection,
            "SELECT body FROM cases WHERE generation = ?1 AND applicant = ?2 AND (arrived_at, id) < (?3, ?4)
             ORDER BY arrived_at DESC, id DESC LIMIT ?5",
            params![of, user.0.as_bytes(), until, last, most],
        ),
        Question::WithReceipt { receipt } => bodies(
            connection,
            // Named, because SQLite takes the whole generation for the cheaper way; the index is certain since the open.
            "SELECT body FROM cases INDEXED BY cases_by_receipt
             WHERE generation = ?1 AND receipt = ?2 AND (arrived_at, id) < (?3, ?4)
             ORDER BY arrived_at DESC, id DESC LIMIT ?5",
            params![of, receipt.to_string(), until, last, most],
        ),
        Question::Named { name_key } if name_key.is_empty() => Ok(Vec::new()),
        Question::Named { name_key } => bodies(
            connection,
            &format!(
                "SELECT body FROM {} AS names JOIN cases ON generation = ?1 AND cases.id = names.id
                 WHERE erased = 0 AND instr(key, ?2) > 0 AND (arrived_at, cases.id) < (?3, ?4)
                 ORDER BY arrived_at DESC, cases.id DESC LIMIT ?5",
                names(generation)
            ),
            params![of, name_key.as_bytes(), until, last, most],
        ),
    }
}

/// Whether a case has a name that is searched for, and stands at its place.
pub(crate) fn is_named(
    connection: &Connection,
    generation: Generation,
    place: Place,
    name_key: &str,
) -> Result<bool> {
    if name_key.is_empty() {
        return Ok(false);
    }
    let sql = format!(
        "SELECT EXISTS (
            SELECT 1 FROM {} AS names JOIN cases ON generation = ?1 AND cases.id = names.id
            WHERE names.id = ?2 AND erased = 0 AND instr(key, ?3) > 0 AND arrived_at = ?4)",
        names(generation)
    );
    let of =
        params![count(generation.0), place.case.0.as_bytes(), name_key.as_bytes(), place.arrived_at.micros()];
    Ok(connection.prepare_cached(&sql)?.query_row(of, |row| row.get(0))?)
}

/// How many cases stand where.
pub(crate) fn counts(connection: &Connection, generation: Generation) -> Result<Vec<Count>> {
    let mut statement = connection.prepare_cached(
        "SELECT procedure, state, count(*) FROM cases WHERE generation = ?1 GROUP BY procedure, state",
    )?;
    let mut rows = statement.query([count(generation.0)])?;
    let mut counted = Vec::new();
    while let Some(row) = rows.next()? {
        let (procedure, state): (String, String) = (row.get(0)?, row.get(1)?);
        let procedure = procedure.try_into().map_err(|_| Fault::corrupt("a procedure is no code"))?;
        let state = StateName::from_code(&state).ok_or_else(|| Fault::corrupt("a state is not known"))?;
        counted.push(Count { procedure, state, cases: unsigned_at(row, 2)? });
    }
    counted.sort_unstable();
    Ok(counted)
}

/// The cases that could not be read.
pub(crate) fn parked(connection: &Connection, generation: Generation) -> Result<Vec<Parked>> {
    let mut statement = connection
        .prepare_cached("SELECT id, position, why FROM parked WHERE generation = ?1 ORDER BY position")?;
    let mut rows = statement.query([count(generation.0)])?;
    let mut parked = Vec::new();
    while let Some(row) = rows.next()? {
        parked.push(Parked {
            case: CaseId(Uuid::from_bytes(bytes_at(row, 0)?)),
            position: Position(unsigned_at(row, 1)?),
            why: row.get(2)?,
        });
    }
    Ok(parked)
}

fn bodies(connection: &Connection, sql: &str, of: impl Params) -> Result<Vec<CaseRow>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(of)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_str().map_err(|_| Fault::corrupt("a row is no text"))?;
        found.push(serde_json::from_str(body).map_err(|_| Fault::corrupt("a row is not of its shape"))?);
    }
    Ok(found)
}

fn names(generation: Generation) -> String {
    format!("names_{}", generation.0)
}
