//! A primary that is lost under load, and a standby that takes over: nothing acknowledged is lost, and clients go on.

use shinsei_conformance::cluster::Cluster;
use shinsei_core::port::store::{Commit, Store as _, StoreError};
use shinsei_postgres::{PostgresStore, Settings};

use crate::loader::{Loader, acknowledged, check, cities};
use crate::whole;

#[test]
fn a_promoted_standby_has_what_was_acknowledged_and_clients_go_on_with_it() {
    let primary = Cluster::start(&[]);
    let on_primary = primary.database();
    let name = on_primary.rsplit_once('=').unwrap().1.to_owned();
    let standby = primary.standby(&[]);
    // From here on the primary acknowledges only what the standby has on its disk.
    primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("postgres", "SELECT pg_reload_conf()");
    primary.until("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");

    let folder = tempfile::tempdir().unwrap();
    let acks = folder.path().join("acks");
    let hosts = format!("host={},{}", standby.folder().display(), primary.folder().display());
    // Whoever writes finds the one of them that takes it.
    let store = format!("postgres:{hosts} port=5432 user=postgres dbname={name}");
    let options = ["--cases", "1000000", "--concurrency", "16", "--municipalities", "3"];
    let mut loader = Loader::start(&store, &acks, &options);
    loader.await_bytes(8_000);
    // A standby may be read, and says that it takes nothing.
    let follower = PostgresStore::open_reader(&standby.address(&name), Settings::default()).unwrap();
    assert!(follower.head(cities(1).next().unwrap()).unwrap().size > 0);
    let follower = PostgresStore::open(&standby.address(&name)).unwrap();
    let refused = follower.commit(&[quiet()]);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    primary.down();
    let before = loader.bytes();
    standby.sql("postgres", "SELECT pg_promote()");
    loader.await_bytes(before + 8_000);
    loader.kill();

    let lines = acknowledged(&acks);
    let (code, said) = check(&store, &acks);
    assert_eq!((code, said), (Some(0), format!("{} acknowledged submissions, none missing\n", lines.len())));
    let promoted = PostgresStore::open_reader(&standby.address(&name), Settings::default()).unwrap();
    whole::check(&promoted, cities(3), &lines);
}

/// A commit of nothing.
fn quiet() -> Commit {
    Commit::nothing(cities(1).next().unwrap())
}
