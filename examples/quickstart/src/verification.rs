//! Verifies the whole log: every record's leaf, folded into the tree, must give the head that the store shows.

use std::error::Error;
use std::ops::ControlFlow;

use shinsei_core::ids::{Municipality, Position};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store};
use shinsei_core::tree::{Frontier, Head};

/// Computes the head of a municipality's log from its records alone.
pub(crate) fn head_of_records(store: &dyn Store, municipality: Municipality) -> Result<Head, Box<dyn Error>> {
    let mut frontier = Frontier::default();
    loop {
        let before = frontier.size();
        let mut gap = None;
        store.read_log(municipality, Position(before), PAGE_RECORDS_MAX, &mut |record| {
            if record.position.0 != frontier.size() + 1 {
                gap = Some(record.position);
                return ControlFlow::Break(());
            }
            frontier.append(record.leaf(), |_| {});
            ControlFlow::Continue(())
        })?;
        if let Some(position) = gap {
            return Err(format!("the log has a gap before position {position}").into());
        }
        if frontier.size() == before {
            return Ok(frontier.head());
        }
    }
}
