//! Who decides in four cells of a row: 処分庁区分, 処分庁, 審査請求先, 審査請求前置.

use crate::catalog::columns::{self as c, Closed as _, OrganKind, Signing};
use crate::catalog::row::Row;
use crate::procedure::deciding::{Deciding, Organ};
use crate::procedure::{Act, BasisKind, Jurisdiction, Remedy};
use crate::sheet::cell;

/// Reads the cells; blank where the city's act is no disposition, so that there is nothing to contest.
pub(super) fn read(
    row: &mut Row,
    act: Act,
    basis: BasisKind,
    jurisdiction: &Jurisdiction,
) -> Option<Deciding> {
    if Remedy::of(act, basis, jurisdiction).is_none() {
        let cause = match (act, jurisdiction) {
            (Act::Filing, _) => c::ACT,
            (Act::Application | Act::Request, Jurisdiction::Own) => c::BASIS_KIND,
            (
                Act::Application | Act::Request,
                Jurisdiction::Forwarded { .. } | Jurisdiction::Foreign { .. },
            ) => c::JURISDICTION,
        };
        for column in [c::ORGAN, c::ORGAN_NAME, c::REVIEW_BEFORE, c::REVIEW_FIRST] {
            row.blank_since(cause, column);
        }
        return Some(Deciding::default());
    }
    let organ = organ(row);
    let review_before = row.text(c::REVIEW_BEFORE).map(|name| Some(name).filter(|name| !name.is_empty()));
    let review_first =
        row.closed_since::<Signing>(c::ACT, c::REVIEW_FIRST).map(|first| first == Signing::Needed);
    Some(Deciding { organ: organ?, review_before: review_before?, review_first: review_first? })
}

fn organ(row: &mut Row) -> Option<Organ> {
    let kind: OrganKind = row.closed_since(c::ACT, c::ORGAN)?;
    let named = |row: &mut Row| row.some_text_since(c::ORGAN, c::ORGAN_NAME);
    match kind {
        OrganKind::Head => {
            row.blank_since(c::ORGAN, c::ORGAN_NAME);
            Some(Organ::Head)
        }
        OrganKind::Delegate => named(row).map(|name| Organ::Delegate { name }),
        OrganKind::Board => named(row).map(|name| Organ::Board { name }),
        OrganKind::Designated => named(row).map(|name| Organ::Designated { name }),
    }
}

/// Writes them, where there is a remedy.
pub(super) fn write(row: &mut Row, remedy: Option<Remedy>, deciding: &Deciding) {
    if remedy.is_none() {
        return;
    }
    let (kind, name) = match &deciding.organ {
        Organ::Head => (OrganKind::Head, ""),
        Organ::Delegate { name } => (OrganKind::Delegate, name.as_str()),
        Organ::Board { name } => (OrganKind::Board, name.as_str()),
        Organ::Designated { name } => (OrganKind::Designated, name.as_str()),
    };
    row.set(c::ORGAN, kind.word());
    row.set(c::ORGAN_NAME, cell::text(name));
    row.set(c::REVIEW_BEFORE, cell::text(deciding.review_before.as_deref().unwrap_or_default()));
    let first = if deciding.review_first { Signing::Needed } else { Signing::Exempt };
    row.set(c::REVIEW_FIRST, first.word());
}
