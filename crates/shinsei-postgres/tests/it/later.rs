//! The agenda and staged documents, where this store's own tables could go wrong.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shinsei_conformance::FakeClock;
use shinsei_core::agenda::{
    AgendaChange, Channel, Due, Entry, EntryKey, EntryState, LeaseRequest, Settled, Settlement,
};
use shinsei_core::document::Body;
use shinsei_core::ids::EntryName;
use shinsei_core::port::store::{Outcome, Store, StoreError};
use shinsei_postgres::PostgresStore;
use uuid::Uuid;

use crate::kit::{case, commit, document, done, empty, hakodate, open, submit};
use shinsei_conformance::cluster::Cluster;

const MINUTE: i64 = 60_000_000;

fn key(name: &str) -> EntryKey {
    EntryKey { stream: case(1), name: EntryName::new(name).unwrap() }
}

fn notice(name: &str) -> AgendaChange {
    AgendaChange::Schedule(Entry {
        key: key(name),
        channel: Channel::Notice,
        due: Due::AtOnce,
        task: name.into(),
    })
}

fn request() -> LeaseRequest {
    LeaseRequest {
        municipality: Some(hakodate()),
        channel: Channel::Notice,
        owner: Uuid::from_u128(1),
        lasts_micros: MINUTE,
        entries_max: 10,
    }
}

fn settle(id: u128, name: &str, fence: u64, how: Settled) -> shinsei_core::port::store::Commit {
    let mut one = empty(id);
    one.settles = vec![Settlement { key: key(name), fence, how }];
    one
}

#[test]
fn entries_keep_their_order_through_retries_parking_and_reopening() {
    let address = Cluster::shared().database();
    let clock = FakeClock::default();
    let open = || PostgresStore::open(&address).unwrap().with_clock(Arc::new(clock.clone()));
    let store = open();
    let mut one = submit(1, case(1), 0);
    one.agenda = vec![notice("receipt/1"), notice("result/2"), notice("receipt/1")];
    done(&store, one);
    let lent = store.lease(&request()).unwrap();
    assert_eq!(lent.len(), 1);
    assert_eq!((lent[0].key.clone(), lent[0].fence, lent[0].attempt), (key("receipt/1"), 1, 1));
    assert_eq!(lent[0].task, b"receipt/1");
    assert_eq!(store.lease(&request()).unwrap(), vec![]);

    let later = lent[0].due.saturating_add_micros(10 * MINUTE);
    done(&store, settle(2, "receipt/1", 1, Settled::Retry { at: later }));
    assert_eq!(store.lease(&request()).unwrap(), vec![], "what is behind does not overtake");
    drop(store);

    clock.advance(10 * MINUTE);
    let store = open();
    let lent = store.lease(&request()).unwrap();
    assert_eq!((lent[0].key.clone(), lent[0].fence, lent[0].attempt), (key("receipt/1"), 2, 2));
    let lost = settle(3, "receipt/1", 1, Settled::Done);
    assert_eq!(commit(&store, lost), Outcome::LeaseLost { key: key("receipt/1") });
    done(&store, settle(3, "receipt/1", 2, Settled::Parked));
    assert_eq!(store.lease(&request()).unwrap(), vec![]);
    let states: Vec<_> = store.agenda(hakodate(), 10).unwrap().into_iter().map(|row| row.state).collect();
    assert_eq!(states, vec![EntryState::Waiting, EntryState::Parked]);

    let mut redrive = empty(4);
    redrive.agenda = vec![AgendaChange::Redrive(key("receipt/1"))];
    done(&store, redrive);
    let lent = store.lease(&LeaseRequest { municipality: None, ..request() }).unwrap();
    assert_eq!((lent[0].fence, lent[0].attempt, lent.len()), (3, 1, 1));
    let mut done_and_again = settle(5, "receipt/1", 3, Settled::Done);
    done_and_again.agenda = vec![notice("receipt/1")];
    done(&store, done_and_again);
    let lent = store.lease(&request()).unwrap();
    assert_eq!((lent[0].key.clone(), lent[0].fence, lent.len()), (key("result/2"), 1, 1));

    let mut cancel = empty(6);
    cancel.agenda = vec![AgendaChange::Cancel(key("result/2"))];
    done(&store, cancel);
    assert_eq!(
        commit(&store, settle(7, "result/2", 1, Settled::Done)),
        Outcome::LeaseLost { key: key("result/2") }
    );
    assert_eq!(store.agenda(hakodate(), 10).unwrap(), vec![]);
}

#[test]
fn a_lease_that_has_run_out_passes_on_and_holds_until_then() {
    let clock = FakeClock::default();
    let store =
        PostgresStore::open(&Cluster::shared().database()).unwrap().with_clock(Arc::new(clock.clone()));
    let mut one = submit(1, case(1), 0);
    one.agenda = vec![notice("receipt/1")];
    done(&store, one);
    assert_eq!(store.lease(&request()).unwrap()[0].fence, 1);
    clock.advance(MINUTE - 1);
    assert_eq!(store.lease(&request()).unwrap(), vec![]);
    clock.advance(1);
    assert_eq!(store.lease(&request()).unwrap()[0].fence, 2);
    clock.advance(2 * MINUTE);
    done(&store, settle(2, "receipt/1", 2, Settled::Done));
    assert_eq!(store.lease(&request()).unwrap(), vec![]);
}

#[test]
fn a_large_document_is_staged_linked_and_read_back() {
    let address = Cluster::shared().database();
    let store = open(&address);
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    let (mut large, reference) = document(1, case(1), &content);
    large.body = Body::Staged { bytes: u64::try_from(content.len()).unwrap(), sha256 };
    let mut one = submit(1, case(1), 0);
    one.documents = vec![large.clone()];
    let missing = Outcome::NotStaged { document: reference.id };
    assert_eq!(commit(&store, one.clone()), missing);
    let half = content.len() / 2;
    store.stage(hakodate(), reference.id, 0, b"begun and given up").unwrap();
    store.stage(hakodate(), reference.id, 0, &content[..half]).unwrap();
    assert_eq!(commit(&store, one.clone()), missing);
    let gap = store.stage(hakodate(), reference.id, 5, &content[half..]);
    assert!(matches!(gap, Err(StoreError::Malformed { .. })));
    drop(store);

    let store = open(&address);
    store.stage(hakodate(), reference.id, u64::try_from(half).unwrap(), &content[half..]).unwrap();
    let mut other = one.clone();
    other.documents[0].body = Body::Staged { bytes: u64::try_from(content.len()).unwrap(), sha256: [0; 32] };
    assert_eq!(commit(&store, other), missing);
    assert!(store.document(hakodate(), reference.id).unwrap().is_none());
    done(&store, one);
    assert!(store.document(hakodate(), reference.id).unwrap().unwrap().is(&reference));

    let mut twice = submit(2, case(1), 1);
    twice.documents = vec![document(1, case(1), b"another under the same id").0];
    assert_eq!(commit(&store, twice), missing);
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    assert!(store.document(hakodate(), reference.id).unwrap().is_none());
}

#[test]
fn what_was_staged_and_never_linked_is_swept() {
    let clock = FakeClock::default();
    let store =
        PostgresStore::open(&Cluster::shared().database()).unwrap().with_clock(Arc::new(clock.clone()));
    let id = |n| document(n, case(1), b"").1.id;
    store.stage(hakodate(), id(1), 0, &[1; 100_000]).unwrap();
    store.stage(hakodate(), id(2), 0, &[2; 100_000]).unwrap();
    clock.advance(MINUTE);
    let now = shinsei_core::port::clock::Clock::now(&clock);
    store.stage(hakodate(), id(2), 100_000, &[2; 1]).unwrap();
    assert_eq!(store.sweep(now).unwrap(), 1);
    assert_eq!(store.sweep(now).unwrap(), 0);
    assert_eq!(store.sweep(now.saturating_add_micros(1)).unwrap(), 1);
}
