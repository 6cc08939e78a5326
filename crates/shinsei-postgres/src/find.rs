//! Commands that took effect, looked up by id.

use shinsei_core::ids::{CommandId, Municipality};
use shinsei_core::port::store::Found;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::Result;
use crate::facts::{COMMANDS, commands};
use crate::rows::code;

/// The receipt of a command that took effect.
pub(crate) fn find(
    connection: &mut Connection,
    municipality: Municipality,
    id: CommandId,
) -> Result<Option<Found>> {
    let (of, ids) = (vec![code(municipality)], vec![id.0]);
    let rows = connection.run(&[Step::Query(COMMANDS, vec![&of, &ids])])?.remove(0);
    Ok(commands(&rows)?.remove(&(municipality, id)))
}

/// Waits until nobody is writing the log of a municipality.
pub(crate) fn wait(connection: &mut Connection, municipality: Municipality) -> Result<()> {
    let head = "SELECT 1 FROM municipalities WHERE municipality = $1 FOR UPDATE";
    let of = code(municipality);
    connection.run(&[BEGIN, Step::Query(head, vec![&of])])?;
    connection.roll_back()
}
