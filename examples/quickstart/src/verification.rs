//! Verifies the whole log: every record's leaf, folded into the tree, must give the head that the store shows. And judges
//! a signature again, from what its case has kept.

use std::error::Error;
use std::ops::ControlFlow;

use shinsei_cms::evidence::Bundle;
use shinsei_cms::evidence::recheck::Recheck;
use shinsei_core::event::Event;
use shinsei_core::ids::{CaseId, Municipality, Position};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store};
use shinsei_core::tree::{Frontier, Head};

use crate::city::City;
use crate::demo;

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

/// Judges the signature of a case again: by the documents that the case has kept, and nothing else.
pub(crate) fn signature_again(city: &City, case: CaseId) -> Result<Recheck, Box<dyn Error>> {
    let (mut form, mut verified) = (None, None);
    for recorded in city.engine.history(city.municipality, case)? {
        match recorded.event {
            Event::Submitted(submitted) => form = Some(submitted.form),
            Event::SignatureVerified(judged) => verified = Some(judged),
            _ => {}
        }
    }
    let (form, verified) = form.zip(verified).ok_or("the case has no signature")?;
    let kept = Bundle::of_case(&form, &verified, |id| city.store.document(city.municipality, id))?;
    Ok(kept.recheck(demo::anchors()?, vec![])?)
}
