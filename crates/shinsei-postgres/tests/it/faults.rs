//! What the server refuses, by SQLSTATE, and what a crash of it leaves.

use std::sync::atomic::{AtomicBool, Ordering};

use shinsei_conformance::sample::{case, check_log, command, done, hakodate, submit};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};
use shinsei_postgres::PostgresStore;

use crate::kit::open;
use shinsei_conformance::cluster::Cluster;

/// Lets every record that is written fail with a SQLSTATE, and counts how often it was tried.
pub(crate) fn fail_with(address: &str, code: &str) {
    let trigger = format!(
        "CREATE SEQUENCE IF NOT EXISTS tried;
         CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             PERFORM nextval('public.tried');
             RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'no', DETAIL = '甲野太郎';
         END $$;
         CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON shinsei.records FOR EACH ROW EXECUTE FUNCTION fail()"
    );
    Cluster::shared().sql(address, &trigger);
}

#[test]
fn a_refusal_is_judged_by_its_code_and_says_nothing_of_the_row() {
    let address = Cluster::shared().database();
    let store = open(&address);
    done(&store, submit(1, case(1), 0));
    let kinds = [
        ("53100", "the store is full; make room, then try again"),
        ("25006", "the store cannot be written to; check the permissions"),
        ("42501", "the store cannot be written to; check the permissions"),
        ("40001", "the store is not available; try again"),
        ("40P01", "the store is not available; try again"),
        ("55P03", "the store is not available; try again"),
        ("57014", "the store is not available; try again"),
        ("XX001", "the store is corrupt: PostgreSQL found a damaged page; restore it from a backup"),
        ("23514", "the store failed"),
    ];
    for (code, says) in kinds {
        fail_with(&address, code);
        let refused = store.commit(&[submit(2, case(2), 0)]).unwrap_err();
        assert_eq!(refused.to_string(), says, "{code}");
        assert!(!format!("{refused:?}").contains("甲野"), "{refused:?}");
        assert_eq!(store.find(hakodate(), command(2)).unwrap(), None);
    }
    Cluster::shared().sql(&address, "DROP TRIGGER fail ON shinsei.records");
    done(&store, submit(2, case(2), 0));
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn a_serialization_failure_is_tried_again_a_bounded_number_of_times() {
    let address = Cluster::shared().database();
    let store = open(&address);
    fail_with(&address, "40001");
    let refused = store.commit(&[submit(1, case(1), 0)]);
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
    assert_eq!(Cluster::shared().sql(&address, "SELECT last_value FROM tried"), "4");
}

/// Sends a commit until it is known what became of it.
fn insist(store: &PostgresStore, one: &Commit) -> bool {
    for _ in 0..3_000 {
        match store.commit(std::slice::from_ref(one)) {
            Ok(outcomes) => return matches!(outcomes[0], Outcome::Done(_) | Outcome::Again(_)),
            Err(StoreError::Unavailable { .. } | StoreError::OutcomeUnknown { .. }) => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    false
}

#[test]
fn what_was_acknowledged_survives_crashes_of_the_server_and_work_goes_on() {
    let cluster = Cluster::start(&[]);
    let store = open(&cluster.database());
    done(&store, submit(1 << 100, case(1 << 100), 0));
    let is_over = AtomicBool::new(false);
    let acknowledged: Vec<u128> = std::thread::scope(|threads| {
        let writers: Vec<_> = (0..4_u128)
            .map(|writer| {
                let (store, is_over) = (&store, &is_over);
                threads.spawn(move || {
                    let mut acknowledged = Vec::new();
                    for n in 0.. {
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        let id = writer << 64 | n;
                        assert!(insist(store, &submit(id, case(id), 0)), "{id}");
                        acknowledged.push(id);
                    }
                    acknowledged
                })
            })
            .collect();
        for round in 0..4 {
            std::thread::sleep(std::time::Duration::from_millis(250 + 70 * round));
            cluster.crash();
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
        is_over.store(true, Ordering::Relaxed);
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(check_log(&store, hakodate()), u64::try_from(acknowledged.len()).unwrap() + 1);
    for id in acknowledged {
        assert!(store.find(hakodate(), command(id)).unwrap().is_some(), "{id}");
    }
}
