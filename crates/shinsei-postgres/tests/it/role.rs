//! The role under which a service runs: it can do its work, and it cannot rewrite what was recorded.

use shinsei_conformance::sample::{case, check_log, document, done, empty, hakodate, submit};
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey, LeaseRequest, Settled, Settlement};
use shinsei_core::ids::EntryName;
use shinsei_core::port::store::Store;
use shinsei_core::time::Timestamp;
use shinsei_postgres::{OpenError, PostgresStore};
use uuid::Uuid;

use crate::kit::open;
use shinsei_conformance::cluster::Cluster;

/// Makes a role and gives it the rights of an application; its own address.
fn application(address: &str, name: &str) -> String {
    let cluster = Cluster::shared();
    cluster.sql(address, &format!("CREATE ROLE {name} LOGIN; SELECT shinsei.grant_application('{name}')"));
    address.replace("user=postgres", &format!("user={name}"))
}

#[test]
fn the_application_does_all_its_work() {
    let owner = Cluster::shared().database();
    drop(open(&owner));
    let store = open(&application(&owner, "works"));
    let (kept, reference) = document(1, case(1), b"form");
    let key = EntryKey { stream: case(1), name: EntryName::new("receipt/1").unwrap() };
    let mut one = submit(1, case(1), 0);
    one.documents = vec![kept];
    one.agenda = vec![AgendaChange::Schedule(Entry {
        key: key.clone(),
        channel: Channel::Notice,
        due: Due::AtOnce,
        task: b"tell".to_vec(),
    })];
    done(&store, one);
    let request = LeaseRequest {
        municipality: Some(hakodate()),
        channel: Channel::Notice,
        owner: Uuid::from_u128(1),
        lasts_micros: 1_000_000,
        entries_max: 10,
    };
    let lent = store.lease(&request).unwrap();
    assert_eq!(lent.len(), 1);
    let mut told = submit(2, case(1), 1);
    told.settles = vec![Settlement { key, fence: lent[0].fence, how: Settled::Done }];
    done(&store, told);
    store.stage(hakodate(), document(2, case(1), b"").1.id, 0, b"begun").unwrap();
    store.stage(hakodate(), document(2, case(1), b"").1.id, 0, b"begun anew").unwrap();
    assert_eq!(store.sweep(Timestamp::from_jst(2100, 1, 1, 0, 0).unwrap()).unwrap(), 1);
    assert!(store.document(hakodate(), reference.id).unwrap().unwrap().is(&reference));
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn the_application_cannot_rewrite_what_was_recorded() {
    let owner = Cluster::shared().database();
    let store = open(&owner);
    done(&store, submit(1, case(1), 0));
    let address = application(&owner, "rewrites");
    let refusal = |statement: &str| {
        let tried = format!(
            "DO $$ BEGIN {statement}; RAISE 'it was done'; EXCEPTION WHEN insufficient_privilege THEN END $$"
        );
        Cluster::shared().sql(&address, &tried)
    };
    for statement in [
        "UPDATE shinsei.records SET payload = 'x'",
        "DELETE FROM shinsei.records",
        "TRUNCATE shinsei.records",
        "UPDATE shinsei.kinds SET event_type = 'x'",
        "DELETE FROM shinsei.kinds",
        "UPDATE shinsei.nodes SET hash = 'x'",
        "DELETE FROM shinsei.nodes",
        "UPDATE shinsei.commands SET first = 9",
        "DELETE FROM shinsei.commands",
        "DELETE FROM shinsei.municipalities",
        "DELETE FROM shinsei.series",
        "DELETE FROM shinsei.agenda",
        "DELETE FROM shinsei.accesses",
        "UPDATE shinsei.accesses SET reader = 'another'",
        "UPDATE shinsei.documents SET salt = 'x'",
        "INSERT INTO shinsei.migrations (version) VALUES (99)",
        "DROP TABLE shinsei.records",
        "ALTER TABLE shinsei.records DISABLE TRIGGER ALL",
        "PERFORM shinsei.grant_application('rewrites')",
        "CREATE TABLE shinsei.another ()",
    ] {
        assert_eq!(refusal(statement), "", "{statement}");
    }
    assert_eq!(check_log(&store, hakodate()), 1);
    done(&store, empty(2));
}

#[test]
fn a_role_that_may_not_make_the_schema_is_told_so() {
    let address = Cluster::shared().database();
    Cluster::shared().sql(&address, "CREATE ROLE stranger LOGIN");
    let refused = PostgresStore::open(&address.replace("user=postgres", "user=stranger")).err();
    assert!(matches!(refused, Some(OpenError::NotPermitted { found: 0, known: 4, .. })), "{refused:?}");
}
