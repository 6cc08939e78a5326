//! Verifies a log where it is kept.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::audit::finding::Defect;
use crate::audit::receipts::Receipts;
use crate::audit::references::references;
use crate::audit::{Audit, Report};
use crate::document::DocumentRef;
use crate::ids::{Municipality, Position, StreamId};
use crate::port::store::{PAGE_RECORDS_MAX, Store, StoreError};
use crate::tree::{Frontier, Hash, Head, Node};

/// The most records, one after another, that are looked for one by one where a page cannot be read.
const PROBED_MAX: u64 = 10_000;

/// Verifies the log of a municipality with its documents and receipts against heads that were witnessed outside; without one
/// it is shown to be consistent in itself.
///
/// What a store itself refuses to read as corrupt is a finding, and the rest is read around it. A log that is being written
/// to is verified up to where it stood in the beginning.
///
/// # Errors
/// [`StoreError`] when the store cannot be read for another reason.
pub fn verify(store: &dyn Store, municipality: Municipality, heads: &[Head]) -> Result<Report, StoreError> {
    let mut audit = Audit::new(municipality, heads);
    let standing = match store.standing(municipality) {
        Ok(standing) => Ok(standing),
        Err(StoreError::Corrupt { what }) => Err(what),
        Err(error) => return Err(error),
    };
    let size = standing.as_ref().map_or(0, |standing| standing.head.size);
    let mut receipts = Receipts::default();
    let mut end = standing.is_ok().then_some(size);
    let mut probed = 0;
    loop {
        let after = audit.position();
        if Some(after.0) == end {
            if has_grown(store, municipality, size)? {
                break;
            }
            // Whatever lies behind the head was not put there by a commit.
            end = None;
        }
        let max = end.map_or(u64::MAX, |end| end.saturating_sub(after.0));
        let read = page(store, &mut audit, &mut receipts, usize::try_from(max).unwrap_or(usize::MAX))?;
        match read {
            Page::Ended => break,
            Page::Read(documents) => {
                probed = 0;
                check(store, &mut audit, municipality, documents)?;
                receipts.check(store, &audit, false)?;
                if audit.position() <= after {
                    // A store that shows what was not asked for would do so for ever.
                    break;
                }
            }
            Page::Corrupt(what) => {
                // A hole at the end is a log that was cut off, which its heads tell.
                if after.0 >= size || probed >= PROBED_MAX {
                    break;
                }
                probed += 1;
                audit.unreadable(what);
            }
        }
    }
    receipts.check(store, &audit, true)?;
    // Records that are wrong say why what is kept beside them is not theirs.
    if audit.is_clear() {
        check_nodes(store, &mut audit)?;
        if let Ok(standing) = &standing
            && audit.has_head(&standing.head)
        {
            audit.stands(standing);
            receipts.tell(&mut audit);
        }
    }
    Ok(audit.end(standing.map(|standing| standing.head)))
}

/// True when the log has more records by now than it had: somebody is at work.
fn has_grown(store: &dyn Store, municipality: Municipality, size: u64) -> Result<bool, StoreError> {
    match store.head(municipality) {
        Ok(head) => Ok(head.size > size),
        Err(StoreError::Corrupt { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Holds the nodes above the leaves against the leaves, both as they are kept.
fn check_nodes(store: &dyn Store, audit: &mut Audit) -> Result<(), StoreError> {
    let municipality = audit.municipality();
    let mut tree = Frontier::default();
    loop {
        let left = usize::try_from(audit.position().0 - tree.size()).unwrap_or(usize::MAX);
        let leaves = match store.nodes(municipality, 0, tree.size(), left.min(PAGE_RECORDS_MAX)) {
            Ok(leaves) => leaves,
            // What hides the leaves is found already.
            Err(StoreError::Corrupt { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        if leaves.is_empty() {
            return Ok(());
        }
        let mut completed: BTreeMap<u32, Vec<Node>> = BTreeMap::new();
        for leaf in leaves {
            tree.append(leaf, |node| {
                if node.is_kept() {
                    completed.entry(node.level).or_default().push(node);
                }
            });
        }
        for (level, nodes) in completed {
            let first = nodes.first().map_or(0, |node| node.index);
            let kept = match store.nodes(municipality, level, first, nodes.len()) {
                Ok(kept) => kept,
                Err(StoreError::Corrupt { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let kept = kept.into_iter().map(Some).chain(std::iter::repeat(None));
            if let Some((node, _)) = nodes.iter().zip(kept).find(|(node, kept)| Some(node.hash) != *kept) {
                let last = Position((node.index + 1) << level);
                audit.find(Position((node.index << level) + 1), Defect::NodeDiffers { last });
            }
        }
    }
}

/// What a record refers to.
type Referred = (Position, StreamId, DocumentRef);

enum Page {
    Read(Vec<Referred>),
    Ended,
    Corrupt(String),
}

/// Reads as many records as there are before the next that cannot be read, and at most so many.
fn page(
    store: &dyn Store,
    audit: &mut Audit,
    receipts: &mut Receipts,
    records_max: usize,
) -> Result<Page, StoreError> {
    let (municipality, after) = (audit.municipality(), audit.position());
    let max = records_max.min(PAGE_RECORDS_MAX);
    let leaves = match store.nodes(municipality, 0, after.0, max) {
        Ok(leaves) => Leaves::Page(leaves),
        // One leaf that cannot be read hides those beside it in a page.
        Err(StoreError::Corrupt { .. }) => Leaves::OneByOne,
        Err(error) => return Err(error),
    };
    let mut read = 0_usize;
    let mut waiting = Vec::new();
    let mut referred = Vec::new();
    let result = store.read_log(municipality, after, max, &mut |record| {
        receipts.record(&record);
        let found = references(record.payload).into_iter();
        referred.extend(found.map(|reference| (record.position, record.stream, reference)));
        match &leaves {
            Leaves::Page(leaves) => {
                let place = record.position.0.checked_sub(after.0 + 1);
                let leaf = place.and_then(|place| leaves.get(usize::try_from(place).ok()?));
                audit.record(&record, leaf.copied());
            }
            // OK because a visitor must not call the store: few are read this way.
            Leaves::OneByOne => waiting.push(record.position),
        }
        read += 1;
        match leaves {
            Leaves::Page(_) => ControlFlow::Continue(()),
            Leaves::OneByOne => ControlFlow::Break(()),
        }
    });
    if let Some(position) = waiting.pop() {
        return one(store, audit, position).map(|()| Page::Read(referred));
    }
    match result {
        Ok(()) if read == 0 => Ok(Page::Ended),
        Err(StoreError::Corrupt { what }) if read == 0 => Ok(Page::Corrupt(what)),
        Ok(()) | Err(StoreError::Corrupt { .. }) => Ok(Page::Read(referred)),
        Err(error) => Err(error),
    }
}

enum Leaves {
    Page(Vec<Hash>),
    OneByOne,
}

/// Reads one record with its own leaf.
fn one(store: &dyn Store, audit: &mut Audit, position: Position) -> Result<(), StoreError> {
    let municipality = audit.municipality();
    let leaf = match store.nodes(municipality, 0, position.0.saturating_sub(1), 1) {
        Ok(leaves) => leaves.first().copied(),
        Err(StoreError::Corrupt { what }) => {
            audit.find(position, Defect::Unreadable { why: what });
            None
        }
        Err(error) => return Err(error),
    };
    store.read_log(municipality, Position(position.0.saturating_sub(1)), 1, &mut |record| {
        audit.record(&record, leaf);
        ControlFlow::Continue(())
    })
}

/// Holds the documents against what the records say of them.
fn check(
    store: &dyn Store,
    audit: &mut Audit,
    municipality: Municipality,
    referred: Vec<Referred>,
) -> Result<(), StoreError> {
    for (position, stream, reference) in referred {
        let found = match store.document(municipality, reference.id) {
            Ok(Some(document)) if document.is(&reference) && document.stream != stream => {
                audit.find(position, Defect::DocumentMoved { document: reference.id });
                continue;
            }
            Ok(found) => found.map(|document| document.is(&reference)),
            Err(StoreError::Corrupt { .. }) => Some(false),
            Err(error) => return Err(error),
        };
        audit.document(position, stream, reference, found);
    }
    Ok(())
}
