//! The rows of a list: written with what they are found by, a page at once, and asked for.

use shinsei_core::ids::{CaseId, Municipality, Position};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listing, Place, Question};
use shinsei_core::port::view::{Generation, Page, Parked};
use shinsei_core::rejection::StateName;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::rows::{at, code, count, limit, unsigned_at};

/// What deleting a name leaves in the pages until it is vacuumed.
pub(crate) const VACUUM: Step<'static> = Step::Plain("VACUUM shinsei_lists.names");

const CASES: &str = "
    INSERT INTO shinsei_lists.cases
        (municipality, generation, id, is_open, division, officer, applicant, receipt, procedure, state, due,
         arrived_at, body)
    SELECT $1, $2, * FROM unnest($3::uuid[], $4::boolean[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                                 $9::text[], $10::text[], $11::integer[], $12::bigint[], $13::text[])
    ON CONFLICT (municipality, generation, id) DO UPDATE SET
        is_open = excluded.is_open, division = excluded.division, officer = excluded.officer,
        applicant = excluded.applicant, receipt = excluded.receipt, procedure = excluded.procedure,
        state = excluded.state, due = excluded.due, arrived_at = excluded.arrived_at, body = excluded.body";

/// Deletes the names that cases had and have no longer.
const RENAMED: &str = "
    WITH gone AS (
        DELETE FROM shinsei_lists.names USING unnest($3::uuid[], $4::text[]) AS given (id, key)
        WHERE municipality = $1 AND generation = $2 AND names.id = given.id AND names.key IS DISTINCT FROM given.key
        RETURNING 1)
    SELECT count(*) FROM gone";

const NAMED: &str = "
    INSERT INTO shinsei_lists.names (municipality, generation, id, key)
    SELECT $1, $2, id, key FROM unnest($3::uuid[], $4::text[]) AS given (id, key) WHERE key IS NOT NULL
    ON CONFLICT (municipality, generation, id) DO NOTHING";

const READABLE: &str = "
    DELETE FROM shinsei_lists.parked USING unnest($3::uuid[]) AS given (id)
    WHERE municipality = $1 AND generation = $2 AND parked.id = given.id";

const PARKED: &str = "
    INSERT INTO shinsei_lists.parked (municipality, generation, id, position, why)
    SELECT $1, $2, * FROM unnest($3::uuid[], $4::bigint[], $5::text[])
    ON CONFLICT (municipality, generation, id) DO UPDATE SET position = excluded.position, why = excluded.why";

/// Writes the rows and the parked cases of a page in the open transaction; true when a name was deleted.
pub(crate) fn write(connection: &mut Connection, page: &Page) -> Result<bool> {
    let (of, generation) = (code(page.municipality), count(page.generation.0));
    let rows: Vec<&CaseRow> = page.rows.iter().map(|listed| &listed.row).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.case.0).collect();
    let is_open: Vec<bool> = rows.iter().map(|row| row.is_awaited()).collect();
    let divisions: Vec<&str> = rows.iter().map(|row| row.division.as_str()).collect();
    let officers: Vec<Option<&str>> =
        rows.iter().map(|row| row.officer.as_ref().map(|officer| officer.as_str())).collect();
    let applicants: Vec<Uuid> = rows.iter().map(|row| row.applicant.0).collect();
    let receipts: Vec<Option<String>> =
        rows.iter().map(|row| row.receipt.map(|receipt| receipt.to_string())).collect();
    let procedures: Vec<&str> = rows.iter().map(|row| row.procedure.as_str()).collect();
    let states: Vec<String> = rows.iter().map(|row| row.state.code()).collect();
    let dues: Vec<i32> = rows.iter().map(|row| row.place().day()).collect();
    let arrivals: Vec<i64> = rows.iter().map(|row| row.arrived_at.micros()).collect();
    let bodies = rows.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>();
    let bodies = bodies.map_err(|_| Fault::malformed("a row can be written as JSON"))?;
    let names: Vec<Option<&str>> = page.rows.iter().map(|listed| listed.name_key.as_deref()).collect();

    let parked: Vec<Uuid> = page.parked.iter().map(|parked| parked.case.0).collect();
    let positions: Vec<i64> = page.parked.iter().map(|parked| count(parked.position.0)).collect();
    let whys: Vec<&str> = page.parked.iter().map(|parked| parked.why.as_str()).collect();

    let mut steps = Vec::new();
    if !rows.is_empty() {
        steps.push(Step::Query(RENAMED, vec![&of, &generation, &ids, &names]));
        steps.push(Step::Query(NAMED, vec![&of, &generation, &ids, &names]));
        steps.push(Step::Query(
            CASES,
            vec![
                &of,
                &generation,
                &ids,
                &is_open,
                &divisions,
                &officers,
                &applicants,
                &receipts,
                &procedures,
                &states,
                &dues,
                &arrivals,
                &bodies,
            ],
        ));
        steps.push(Step::Query(READABLE, vec![&of, &generation, &ids]));
    }
    if !parked.is_empty() {
        steps.push(Step::Query(PARKED, vec![&of, &generation, &parked, &positions, &whys]));
    }
    let answers = connection.run(&steps)?;
    let deleted = answers.first().filter(|_| !rows.is_empty()).and_then(|rows| rows.first());
    Ok(deleted.map(|row| unsigned_at(row, 0)).transpose()?.unwrap_or(0) > 0)
}

/// The rows that answer a question.
pub(crate) fn answer(
    connection: &mut Connection,
    generation: Generation,
    listing: &Listing,
) -> Result<Vec<CaseRow>> {
    let (of, generation) = (code(listing.municipality), count(generation.0));
    let most = limit(listing.rows_max.min(LISTED_MAX));
    // Before the first place of an answer: no day and no instant is earlier, none is later.
    let after = listing.after.map(|after| (after.day(), after.arrived_at.micros(), after.case.0));
    let (due, since, id) = after.unwrap_or((i32::MIN, i64::MIN, Uuid::nil()));
    let (until, last) = after.map_or((i64::MAX, Uuid::max()), |(_, at, case)| (at, case));
    let step = match &listing.question {
        Question::WorkQueue { division, officer } => {
            let (division, officer) = (division.as_str(), officer.as_ref().map(|one| one.as_str()));
            return bodies(connection, Step::Query(
                "SELECT body FROM shinsei_lists.cases
                 WHERE municipality = $1 AND generation = $2 AND is_open AND division = $3
                    AND ($4::text IS NULL OR officer = $4) AND (due, arrived_at, id) > ($5, $6, $7)
                 ORDER BY due, arrived_at, id LIMIT $8",
                vec![&of, &generation, &division, &officer, &due, &since, &id, &most],
            ));
        }
        Question::OfApplicant { user } => Step::Query(
            "SELECT body FROM shinsei_lists.cases
             WHERE municipality = $1 AND generation = $2 AND applicant = $3 AND (arrived_at, id) < ($4, $5)
             ORDER BY arrived_at DESC, id DESC LIMIT $6",
            vec![&of, &generation, &user.0, &until, &last, &most],
        ),
        Question::WithReceipt { receipt } => {
            let receipt = receipt.to_string();
            return bodies(connection, Step::Query(
                "SELECT body FROM shinsei_lists.cases
                 WHERE municipality = $1 AND generation = $2 AND receipt = $3 AND (arrived_at, id) < ($4, $5)
                 ORDER BY arrived_at DESC, id DESC LIMIT $6",
                vec![&of, &generation, &receipt, &until, &last, &most],
            ));
        }
        Question::Named { name_key } if name_key.is_empty() => return Ok(Vec::new()),
        Question::Named { name_key } => Step::Query(
            "SELECT body FROM shinsei_lists.names JOIN shinsei_lists.cases USING (municipality, generation, id)
             WHERE municipality = $1 AND generation = $2 AND strpos(key, $3) > 0 AND (arrived_at, id) < ($4, $5)
             ORDER BY arrived_at DESC, id DESC LIMIT $6",
            vec![&of, &generation, name_key, &until, &last, &most],
        ),
    };
    bodies(connection, step)
}

/// The case of a place, when it stands there and has a name that is searched for.
pub(crate) fn named(
    connection: &mut Connection,
    municipality: Municipality,
    generation: Generation,
    place: Place,
    name_key: &str,
) -> Result<Vec<CaseId>> {
    if name_key.is_empty() {
        return Ok(Vec::new());
    }
    let (of, generation, arrived_at) = (code(municipality), count(generation.0), place.arrived_at.micros());
    let step = Step::Query(
        "SELECT id FROM shinsei_lists.names JOIN shinsei_lists.cases USING (municipality, generation, id)
         WHERE municipality = $1 AND generation = $2 AND id = $3 AND strpos(key, $4) > 0 AND arrived_at = $5",
        vec![&of, &generation, &place.case.0, &name_key, &arrived_at],
    );
    let rows = connection.run(&[step])?.remove(0);
    rows.iter().map(|row| Ok(CaseId(at(row, 0)?))).collect()
}

/// How many cases stand where.
pub(crate) fn counts(
    connection: &mut Connection,
    municipality: Municipality,
    generation: Generation,
) -> Result<Vec<Count>> {
    let sql = "SELECT procedure, state, count(*) FROM shinsei_lists.cases
               WHERE municipality = $1 AND generation = $2 GROUP BY procedure, state";
    let rows = of(connection, sql, municipality, generation)?;
    let counted: Result<Vec<Count>> = rows
        .iter()
        .map(|row| {
            let procedure = at::<String>(row, 0)?.try_into();
            let state = StateName::from_code(at(row, 1)?);
            Ok(Count {
                procedure: procedure.map_err(|_| Fault::corrupt("a procedure is no code"))?,
                state: state.ok_or_else(|| Fault::corrupt("a state is not known"))?,
                cases: unsigned_at(row, 2)?,
            })
        })
        .collect();
    let mut counted = counted?;
    counted.sort_unstable();
    Ok(counted)
}

/// The cases that could not be read.
pub(crate) fn parked(
    connection: &mut Connection,
    municipality: Municipality,
    generation: Generation,
) -> Result<Vec<Parked>> {
    let sql = "SELECT id, position, why FROM shinsei_lists.parked
               WHERE municipality = $1 AND generation = $2 ORDER BY position";
    let rows = of(connection, sql, municipality, generation)?;
    let parked = |row: &Row| {
        Ok(Parked { case: CaseId(at(row, 0)?), position: Position(unsigned_at(row, 1)?), why: at(row, 2)? })
    };
    rows.iter().map(parked).collect()
}

fn of(
    connection: &mut Connection,
    sql: &'static str,
    municipality: Municipality,
    generation: Generation,
) -> Result<Vec<Row>> {
    let (of, generation) = (code(municipality), count(generation.0));
    Ok(connection.run(&[Step::Query(sql, vec![&of, &generation])])?.remove(0))
}

fn bodies(connection: &mut Connection, step: Step<'_>) -> Result<Vec<CaseRow>> {
    let rows = connection.run(&[step])?.remove(0);
    let body = |row: &Row| {
        serde_json::from_str(at(row, 0)?).map_err(|_| Fault::corrupt("a row is not of its shape"))
    };
    rows.iter().map(body).collect()
}
