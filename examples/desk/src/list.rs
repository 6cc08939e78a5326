//! Cases, as the lists of them answer for an officer.

use std::error::Error;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei::projection::Projector;
use shinsei_core::ids::Municipality;
use shinsei_core::listing::{CaseRow, LISTED_MAX, Listing, Question};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Store, StoreError};
use shinsei_core::port::view::View;

use crate::arguments::Asked;
use crate::only_one;
use crate::tell::Teller;

/// Shows what the lists answer, and what they cannot; true when they could show every case of which they know.
pub(crate) fn list(
    store: Arc<dyn Store>,
    view: Arc<dyn View>,
    only: Option<Municipality>,
    asked: &Asked,
    rows_max: usize,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let municipality = match (only, asked) {
        (Some(only), _) => only,
        (None, Asked::Cases(Question::WithReceipt { receipt })) => receipt.municipality(),
        (None, _) => only_one(store.as_ref(), None)?,
    };
    if view.standing(municipality)?.live.is_none() {
        return Ok(teller.no_lists(municipality)?);
    }
    match asked {
        Asked::Counts => teller.counts(municipality, &view.counts(municipality)?)?,
        Asked::Cases(question) => {
            // One more than is shown, to know whether there is more.
            let mut rows = rows(view.as_ref(), municipality, question, rows_max.saturating_add(1))?;
            let is_cut = rows.len() > rows_max;
            rows.truncate(rows_max);
            teller.cases(municipality, &rows, is_cut, SystemClock.now().date_jst())?;
        }
    }
    let parked = view.parked(municipality)?;
    let lag = Projector::new(store, view).lag(municipality)?;
    Ok(teller.left_out(municipality, &parked, &lag)?)
}

/// The first rows of an answer, page by page.
fn rows(
    view: &dyn View,
    municipality: Municipality,
    question: &Question,
    rows_max: usize,
) -> Result<Vec<CaseRow>, StoreError> {
    let mut rows: Vec<CaseRow> = Vec::new();
    loop {
        let wanted = LISTED_MAX.min(rows_max - rows.len());
        let after = rows.last().map(CaseRow::place);
        let page =
            view.list(&Listing { municipality, question: question.clone(), after, rows_max: wanted })?;
        let is_last = page.len() < wanted;
        rows.extend(page);
        if is_last || rows.len() == rows_max {
            return Ok(rows);
        }
    }
}
