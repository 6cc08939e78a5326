//! Accesses that were kept long enough are forgotten, by whoever may.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_core::actor::Actor;
use shinsei_core::ids::Purpose;
use shinsei_core::port::access_log::{About, Access, AccessLog, Question};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store;
use shinsei_core::time::{FiscalYear, Timestamp, Window};
use shinsei_postgres::PostgresStore;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Town, case, desk, hakodate, sqlite};

/// Records an access of long ago and one of today, in a store that holds records.
fn fill<S: Store + AccessLog + 'static>(store: &Arc<S>, clock: &FakeClock) {
    let today = clock.now();
    for at in [Timestamp::from_jst(2019, 3, 31, 23, 59).unwrap(), today] {
        clock.set(at);
        let access = Access {
            municipality: hakodate(),
            stream: case(1).into(),
            document: None,
            reader: Actor::System,
            purpose: Purpose::new("review").unwrap(),
        };
        store.record(&[access]).unwrap();
    }
    Town::on(Arc::clone(store) as _, clock).submit(1..=1);
}

fn left(log: &dyn AccessLog) -> usize {
    let about = About::Stream(case(1).into());
    let question = Question { municipality: hakodate(), about, within: Window::ALWAYS };
    let mut count = 0;
    log.accesses(&question, 0, 10, &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    count
}

#[test]
fn in_a_file_what_was_kept_long_enough_is_forgotten_while_no_service_has_it_open() {
    let (clock, folder) = (FakeClock::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("city.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap());
    fill(&store, &clock);
    let place = sqlite(&path);
    let forget = |years| desk(["--store", &place, "forget-accesses", "--years", years]);
    let (status, told) = forget("5");
    assert_eq!((status, told.starts_with("desk: ")), (2, true), "{told}");
    drop(store);
    let before = FiscalYear::of(SystemClock.now()).begins_in() - 5;
    for count in [1, 0] {
        let told = format!("012025: {count} accesses of before {before}-03-31T15:00:00Z were forgotten\n");
        assert_eq!(forget("5"), (0, told));
    }
    assert_eq!(left(&SqliteStore::open_reader(&path, Arc::new(clock)).unwrap()), 1);
    let (status, said) = desk(["--store", "sqlite:/nonexistent/city.db", "forget-accesses", "--years", "5"]);
    assert_eq!(status, 2, "{said}");
    assert_eq!(
        desk(["--store", &place, "forget-accesses"]),
        (2, "desk: forget-accesses says how long they are kept: --years\n".to_owned())
    );
}

#[test]
fn where_there_is_no_store_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.db");
    std::fs::write(&path, "").unwrap();
    let address = Cluster::shared().database();
    for place in [sqlite(&path), format!("postgres:{address}")] {
        for task in [
            &["forget-accesses", "--years", "5", "--municipality", "012025"][..],
            &["erasure-check", "--rewrite"],
        ] {
            let (status, said) = desk([&["--store", &place][..], task].concat());
            assert_eq!((status, said.starts_with("desk: ")), (2, true), "{said}");
        }
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'shinsei'";
    assert_eq!(Cluster::shared().sql(&address, tables), "0");
}

#[test]
fn in_postgresql_only_whoever_owns_the_tables_forgets() {
    let (clock, address) = (FakeClock::default(), Cluster::shared().database());
    let store = Arc::new(PostgresStore::open(&address).unwrap().with_clock(Arc::new(clock.clone())));
    fill(&store, &clock);
    Cluster::shared().sql(&address, "CREATE ROLE serves LOGIN; SELECT shinsei.grant_application('serves')");
    let forget = |address: &str| {
        let place = format!("postgres:{address}");
        desk(["--store", &place, "forget-accesses", "--years", "5", "--municipality", "012025", "--json"])
    };
    let (status, told) = forget(&address.replace("user=postgres", "user=serves"));
    assert_eq!((status, left(&*store)), (2, 2), "{told}");
    assert!(told.starts_with("desk: the store cannot be written to; check the permissions"), "{told}");
    let (status, told) = forget(&address);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told["forgotten"], left(&*store)), (0, &1.into(), 1));
}
