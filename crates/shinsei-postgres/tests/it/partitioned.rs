//! The schema cut into partitions by municipality: the whole contract holds on it.

use shinsei_conformance::cluster::Cluster;
use shinsei_conformance::sample::{case, check_log, document, done, hakodate, sapporo, submit};
use shinsei_core::port::store::Store;

use crate::conformance::{Emptied, OnServer};
use crate::kit::open;

/// A store in five partitions, on an empty database.
fn cut(address: &str) {
    drop(open(address));
    Cluster::shared().sql(address, "SELECT shinsei.partition_by_municipality(5)");
}

fn partitioned() -> OnServer {
    static EMPTIED: Emptied = Emptied::new(vec![]);
    OnServer::of(&EMPTIED, cut)
}

shinsei_conformance::store_suite!(partitioned, altered: partitioned);

#[test]
fn every_table_of_a_municipality_is_cut_and_keeps_what_it_was_told() {
    let address = Cluster::shared().database();
    cut(&address);
    let ask = |what: &str| Cluster::shared().sql(&address, what);
    let uncut = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class
        WHERE relnamespace = 'shinsei'::regnamespace AND relkind = 'r' AND NOT relispartition";
    assert_eq!(ask(uncut), "migrations");
    let options = "SELECT string_agg(DISTINCT reloptions::text, ' ') FROM pg_class WHERE relname ~ '^municipalities_[0-4]$'";
    assert_eq!(ask(options), "{fillfactor=20}");
    let vacuumed = "SELECT count(*) FROM pg_class AS tables JOIN pg_class AS toast ON toast.oid = tables.reltoastrelid
        WHERE tables.relname ~ '^evidence_[0-4]$' AND tables.reloptions::text LIKE '%autovacuum_vacuum_threshold=0%'
          AND toast.reloptions::text LIKE '%autovacuum_vacuum_threshold=0%'";
    assert_eq!(ask(vacuumed), "5");
}

#[test]
fn municipalities_are_kept_apart_in_partitions_and_the_application_does_its_work_in_them() {
    let owner = Cluster::shared().database();
    cut(&owner);
    let made = "CREATE ROLE parted LOGIN; SELECT shinsei.grant_application('parted')";
    Cluster::shared().sql(&owner, made);
    let address = owner.replace("user=postgres", "user=parted");
    let store = open(&address);
    for (n, municipality) in (1..).zip([hakodate(), sapporo()]) {
        let mut one = submit(n, case(n), 0);
        one.municipality = municipality;
        one.documents = vec![document(1, case(n), b"form").0];
        done(&store, one);
        assert_eq!(check_log(&store, municipality), 1);
    }
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    let parts = "SELECT count(DISTINCT tableoid) || ' ' || count(*) FROM shinsei.records";
    assert_eq!(Cluster::shared().sql(&owner, parts), "2 2");
    for forbidden in [
        "UPDATE shinsei.records SET payload = ''",
        "DELETE FROM shinsei.records_0",
        "TRUNCATE shinsei.records_1",
    ] {
        let tried = format!(
            "DO $$ BEGIN {forbidden}; RAISE 'it was done'; EXCEPTION WHEN insufficient_privilege THEN END $$"
        );
        assert_eq!(Cluster::shared().sql(&address, &tried), "", "{forbidden}");
    }
}

#[test]
fn a_store_that_holds_something_is_not_cut() {
    let address = Cluster::shared().database();
    let store = open(&address);
    done(&store, submit(1, case(1), 0));
    let tried = "DO $$ BEGIN PERFORM shinsei.partition_by_municipality(5); RAISE 'it was done';
        EXCEPTION WHEN raise_exception THEN IF SQLERRM = 'it was done' THEN RAISE; END IF; END $$";
    assert_eq!(Cluster::shared().sql(&address, tried), "");
    done(&store, submit(2, case(2), 0));
    assert_eq!(check_log(&store, hakodate()), 2);
}
