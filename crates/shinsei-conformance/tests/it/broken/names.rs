//! Wrong about names: what is not quite the same is taken for the same, or comes back as something else.

use std::collections::BTreeMap;
use std::sync::Mutex;

use shinsei::memory::MemoryStore;
use shinsei_core::agenda::{AgendaChange, Due, EntryKey};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, Series, StreamId};
use shinsei_core::port::store::{Commit, Found, Outcome, Store as _, Visit};
use shinsei_core::time::Timestamp;

use super::log::Edits;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_names_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("keeps half of a command's id", &["names::an_id_counts_with_every_byte"], || {
        Broken::new(HalvesIds::default())
    }),
    Flaw::new("compares half of a digest", &["names::a_digest_counts_with_every_byte"], || {
        Broken::new(Edits(|commit, whole| {
            let known = commit.command.and_then(|key| whole.find(commit.municipality, key.id).ok()?);
            if let (Some(key), Some(digest)) = (&mut commit.command, known.and_then(|found| found.digest))
                && digest[..16] == key.digest[..16]
            {
                key.digest = digest;
            }
        }))
    }),
    Flaw::new(
        "takes capitals of a series for small letters",
        &["names::a_series_counts_with_every_letter"],
        || Broken::new(IgnoresCase::OfSeries(Mutex::default())),
    ),
    Flaw::new(
        "takes capitals of an entry for small letters",
        &["names::an_entry_counts_with_every_letter"],
        || Broken::new(IgnoresCase::OfEntries(Mutex::default())),
    ),
    Flaw::new("keeps tasks as text", &["names::a_task_is_any_bytes"], || {
        Broken::new(Edits(|commit, _| {
            for change in &mut commit.agenda {
                if let AgendaChange::Schedule(entry) = change {
                    entry.task = String::from_utf8_lossy(&entry.task).into_owned().into_bytes();
                }
            }
        }))
    }),
    Flaw::new("knows no time before 1970", &["names::an_entry_is_due_at_any_instant"], || {
        Broken::new(Edits(|commit, _| {
            for change in &mut commit.agenda {
                if let AgendaChange::Schedule(entry) = change
                    && let Due::At(due) = &mut entry.due
                {
                    *due = (*due).max(Timestamp::from_micros(0).expect("1970"));
                }
            }
        }))
    }),
    Flaw::new("cuts roles to 32 letters", &["names::each_document_has_what_was_said_of_it"], || {
        Broken::new(CutsRoles)
    }),
    Flaw::new("counts places in 32 bits", &["names::a_place_may_be_any_number"], || {
        Broken::new(NarrowPlaces)
    }),
];

/// The first command of each lower half of an id.
#[derive(Default)]
struct HalvesIds(Mutex<BTreeMap<(Municipality, u64), CommandId>>);

fn half(id: CommandId) -> u64 {
    id.0.as_u64_pair().1
}

impl Wrong for HalvesIds {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if let (Some(key), Outcome::Done(_)) = (commit.command, outcome) {
                let mut first = self.0.lock().expect("not poisoned");
                first.entry((commit.municipality, half(key.id))).or_insert(key.id);
            }
        }
        Ok(outcomes)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        let first = self.0.lock().expect("not poisoned").get(&(of, half(command))).copied();
        whole.find(of, first.unwrap_or(command))
    }
}

/// Under which name something was known first that differs from others by capitals alone.
enum IgnoresCase {
    OfSeries(Mutex<BTreeMap<(Municipality, String), Series>>),
    OfEntries(Mutex<BTreeMap<(Municipality, StreamId, String), EntryKey>>),
}

impl Wrong for IgnoresCase {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        for commit in &mut batch {
            let of = commit.municipality;
            match self {
                Self::OfSeries(first) => {
                    let mut first = first.lock().expect("not poisoned");
                    let records = commit.appends.iter_mut().flat_map(|append| &mut append.records);
                    for series in records.filter_map(|record| record.number_from.as_mut()) {
                        let known = first.entry((of, series.as_str().to_lowercase()));
                        *series = known.or_insert_with(|| series.clone()).clone();
                    }
                }
                Self::OfEntries(first) => {
                    let mut first = first.lock().expect("not poisoned");
                    for change in &mut commit.agenda {
                        let AgendaChange::Schedule(entry) = change else { continue };
                        let name = entry.key.name.as_str().to_lowercase();
                        let known = first.entry((of, entry.key.stream, name));
                        entry.key = known.or_insert_with(|| entry.key.clone()).clone();
                    }
                }
            }
        }
        whole.commit(&batch)
    }
}

struct CutsRoles;

impl Wrong for CutsRoles {
    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        let mut document = whole.document(of, id)?;
        if let Some(document) = &mut document {
            document.role.truncate(32);
        }
        Ok(document)
    }
}

struct NarrowPlaces;

impl Wrong for NarrowPlaces {
    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_log(of, Position(after.0 & u64::from(u32::MAX)), max, visit)
    }
}
