//! What is asked about commands whose outcome is not known.

use shinsei_core::ids::Municipality;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::Result;
use crate::rows::code;

/// Waits until nobody is writing the log of a municipality.
pub(crate) fn wait(connection: &mut Connection, municipality: Municipality) -> Result<()> {
    let head = "SELECT 1 FROM municipalities WHERE municipality = $1 FOR UPDATE";
    let of = code(municipality);
    connection.run(&[BEGIN, Step::Query(head, vec![&of])])?;
    connection.roll_back()
}
