//! Two processes on one PostgreSQL: one order, gapless numbers, and a reader who never sees a hole.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use shinsei_conformance::cluster::Cluster;
use shinsei_core::ids::Position;
use shinsei_core::port::store::Store as _;
use shinsei_postgres::{PostgresStore, Settings};

use crate::loader::{Loader, acknowledged, check, cities};
use crate::whole;

#[test]
fn two_processes_on_one_database_give_gapless_numbers_and_one_order() {
    let address = Cluster::shared().database();
    let store = format!("postgres:{address}");
    let folder = tempfile::tempdir().unwrap();
    let acks = ["one", "other"].map(|name| folder.path().join(name));
    let reader = PostgresStore::open(&address).unwrap();
    let is_over = AtomicBool::new(false);
    let (said, followed) = std::thread::scope(|threads| {
        let follower = threads.spawn(|| follow(&reader, &is_over));
        let options = ["--cases", "120", "--concurrency", "12", "--municipalities", "2", "--json"];
        let loaders = acks.each_ref().map(|acks| Loader::start(&store, acks, &options));
        let said = loaders.map(Loader::finish);
        is_over.store(true, Ordering::SeqCst);
        (said, follower.join().unwrap())
    });
    for said in said {
        let figures: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((figures["store"].as_str(), figures["commands"].as_u64()), (Some("postgres"), Some(600)));
        assert!(figures["bytes_per_event"].as_f64().unwrap() > 100.0, "{said}");
        assert!(figures["durable_transactions"].as_u64().unwrap() > 0, "{said}");
    }
    let mut lines = vec![];
    for acks in &acks {
        assert_eq!(check(&store, acks), (Some(0), "120 acknowledged submissions, none missing\n".into()));
        lines.extend(acknowledged(acks));
    }
    let reader = PostgresStore::open_reader(&address, Settings::default()).unwrap();
    let logs = whole::check(&reader, cities(2), &lines);
    assert_eq!(logs.iter().map(whole::Log::receipts).collect::<Vec<_>>(), [120, 120]);
    assert_eq!(followed, logs[0].records());
}

/// Follows the log of the first municipality to its end; how many records it saw, each after the one before it.
fn follow(store: &PostgresStore, is_over: &AtomicBool) -> u64 {
    let city = cities(1).next().unwrap();
    let mut last = Position(0);
    loop {
        let was_over = is_over.load(Ordering::SeqCst);
        let before = last;
        let visit = &mut |record: shinsei_core::record::RawRecord<'_>| {
            assert_eq!(record.position, last.next());
            last = record.position;
            ControlFlow::Continue(())
        };
        store.read_log(city, before, 100, visit).unwrap();
        if was_over && last == before {
            return last.0;
        }
    }
}

#[test]
fn a_forged_acknowledgement_is_found_in_a_database_too() {
    let address = Cluster::shared().database();
    let store = format!("postgres:{address}");
    let folder = tempfile::tempdir().unwrap();
    let acks = folder.path().join("acks");
    // An empty database is not made a store by whoever only looks.
    std::fs::write(&acks, "").unwrap();
    let (code, said) = check(&store, &acks);
    assert_eq!(code, Some(2));
    assert!(said.contains("does not hold a store yet"), "{said}");
    Loader::start(&store, &acks, &["--cases", "3"]).finish();
    let lines = std::fs::read_to_string(&acks).unwrap();
    std::fs::write(&acks, lines.replacen(&lines[..36], "00000000-0000-0000-0000-000000000000", 1)).unwrap();
    let (code, said) = check(&store, &acks);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("load: 1 of 3 acknowledged submissions are missing\nline 1: "), "{said}");
}
