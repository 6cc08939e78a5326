//! Hints between nodes: told after the commit, to the others, and nothing rests on them.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use shinsei_conformance::cluster::Cluster;
use shinsei_conformance::sample::{case, check_log, done, empty, hakodate, sapporo, submit};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::Store;
use shinsei_postgres::{PostgresStore, Settings};

use crate::kit::open;

/// Longer than anything takes that comes about.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a node is told from now on.
fn overhear(node: &PostgresStore) -> Receiver<Municipality> {
    let (tell, told) = channel();
    node.overhear(Box::new(move |municipality| tell.send(municipality).is_ok()));
    told
}

/// Waits until a node listens: before, whatever is told is not heard.
fn await_listening(address: &str, nodes: usize) {
    let name = address.rsplit_once('=').unwrap().1;
    Cluster::shared().until(&format!(
        "SELECT count(*) >= {nodes} FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE '%pg_notify%'
            OR datname = '{name}' AND query = 'LISTEN shinsei'"
    ));
}

#[test]
fn a_node_is_told_for_whom_another_has_committed_and_not_of_its_own() {
    let address = Cluster::shared().database();
    let (here, there) = (open(&address), open(&address));
    let told = overhear(&there);
    await_listening(&address, 1);
    let mut own = empty(1);
    own.municipality = sapporo();
    done(&there, own);
    done(&here, submit(2, case(2), 0));
    assert_eq!(told.recv_timeout(PATIENCE), Ok(hakodate()));
    // It was committed before it was told.
    assert_eq!(check_log(&there, hakodate()), 1);
    // Of its own commit it would have been told before.
    assert_eq!(told.try_recv().ok(), None);
}

#[test]
fn a_listener_that_wants_no_more_is_told_no_more() {
    let address = Cluster::shared().database();
    let (here, there) = (open(&address), open(&address));
    let (once, always) = (channel(), overhear(&there));
    there.overhear(Box::new(move |municipality| {
        once.0.send(municipality).unwrap();
        false
    }));
    await_listening(&address, 1);
    for n in 1..=2 {
        done(&here, submit(n, case(n), 0));
        assert_eq!(always.recv_timeout(PATIENCE), Ok(hakodate()));
    }
    assert_eq!(once.1.iter().collect::<Vec<_>>(), [hakodate()]);
}

#[test]
fn a_connection_that_was_lost_is_opened_again_and_nobody_waits_for_it() {
    let address = Cluster::shared().database();
    let name = address.rsplit_once('=').unwrap().1;
    let (here, there) = (open(&address), open(&address));
    let told = overhear(&there);
    await_listening(&address, 1);
    let kill = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    Cluster::shared().sql("postgres", &kill);
    done(&here, submit(1, case(1), 0));
    await_listening(&address, 2);
    done(&here, submit(2, case(2), 0));
    assert_eq!(told.recv_timeout(PATIENCE), Ok(hakodate()));
    assert_eq!(check_log(&there, hakodate()), 2);
}

#[test]
fn who_wants_no_hints_has_no_connection_for_them() {
    let address = Cluster::shared().database();
    let name = address.rsplit_once('=').unwrap().1;
    let settings = Settings { hints: false, ..Settings::default() };
    let node = PostgresStore::open_with(&address, settings).unwrap();
    let told = overhear(&node);
    done(&node, submit(1, case(1), 0));
    assert!(told.recv().is_err(), "the listener was let go");
    let connections = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
    assert_eq!(Cluster::shared().sql("postgres", &connections), "1");
}
