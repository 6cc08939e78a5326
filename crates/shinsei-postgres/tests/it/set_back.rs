//! A database that is set back to an earlier state while its nodes run.

use std::ops::ControlFlow;
use std::process::Command;

use shinsei_conformance::cluster::{Cluster, program};
use shinsei_conformance::sample::{case, check_log, done, hakodate, submit};
use shinsei_core::ids::{Position, Version};
use shinsei_core::port::store::Store;
use shinsei_core::record::RawRecord;
use shinsei_postgres::PostgresStore;

use crate::kit::open;

/// The store as it is, to be put in its place again.
fn backup(address: &str) -> String {
    let mut dump = Command::new(program("pg_dump"));
    dump.args(["--clean", "--if-exists", "--schema=shinsei", "-d", address]);
    let dumped = dump.output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap()
}

fn commit(node: &PostgresStore, n: u128, event_type: &'static str) {
    let mut one = submit(n, case(n), 0);
    one.appends[0].records[0].event_type = event_type;
    done(node, one);
}

/// What the records of the log are, and what each is in its stream.
fn types(node: &PostgresStore) -> Vec<String> {
    let mut log = Vec::new();
    let see = &mut |record: RawRecord<'_>| {
        log.push((record.stream, record.event_type.to_owned()));
        ControlFlow::Continue(())
    };
    node.read_log(hakodate(), Position(0), 10, see).unwrap();
    let mut types = Vec::new();
    for (stream, wanted) in log {
        let see = &mut |record: RawRecord<'_>| {
            assert_eq!(record.event_type, wanted);
            ControlFlow::Continue(())
        };
        node.read_stream(hakodate(), stream, Version(0), 10, see).unwrap();
        types.push(wanted);
    }
    types
}

/// The numbers of kinds that were lost are given to others. Who knew them must neither read nor write by them.
#[test]
fn no_node_goes_by_kinds_that_a_database_lost_when_it_was_set_back() {
    let address = Cluster::shared().database();
    let [writer, reader] = [open(&address), open(&address)];
    commit(&writer, 1, "BeforeTheBackup");
    let backup = backup(&address);
    commit(&writer, 2, "LostWithIt");
    assert_eq!(types(&reader), ["BeforeTheBackup", "LostWithIt"]);

    Cluster::shared().session(&address).run(&backup);
    assert_eq!(types(&reader), ["BeforeTheBackup"]);
    commit(&open(&address), 3, "OfAnotherNode");
    let number = "SELECT kind FROM shinsei.kinds WHERE event_type = 'OfAnotherNode'";
    assert_eq!(Cluster::shared().sql(&address, number), "2", "it has the number of the one that was lost");
    assert_eq!(types(&reader), ["BeforeTheBackup", "OfAnotherNode"]);

    commit(&writer, 4, "LostWithIt");
    commit(&writer, 5, "OfAnotherNode");
    let whole = ["BeforeTheBackup", "OfAnotherNode", "LostWithIt", "OfAnotherNode"];
    for node in [&writer, &reader] {
        assert_eq!(types(node), whole);
        assert_eq!(check_log(node, hakodate()), 4);
    }
}

/// A hand that takes a kind away and leaves the records of it is told of, by whoever reads them.
#[test]
fn a_kind_that_was_taken_away_by_hand_is_said_to_be_missing() {
    let address = Cluster::shared().database();
    commit(&open(&address), 1, "Kept");
    commit(&open(&address), 2, "TakenAway");
    Cluster::shared().sql(&address, "DELETE FROM shinsei.kinds WHERE event_type = 'TakenAway'");
    let read = open(&address).read_log(hakodate(), Position(0), 10, &mut |_| ControlFlow::Continue(()));
    let said =
        "the store is corrupt: a record is of a kind of event that is not there; restore it from a backup";
    assert_eq!(read.unwrap_err().to_string(), said);
}

/// What is to be shown of a log whose head row is gone can still be read.
#[test]
fn a_log_without_its_head_row_is_read_as_what_it_is() {
    let address = Cluster::shared().database();
    commit(&open(&address), 1, "Kept");
    Cluster::shared().sql(&address, "DELETE FROM shinsei.municipalities");
    assert_eq!(types(&open(&address)), ["Kept"]);
}
