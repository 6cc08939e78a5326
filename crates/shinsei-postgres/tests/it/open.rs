//! Opening: what is refused, and with which words.

use std::sync::Arc;
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_conformance::sample::{case, check_log, command, document, done, hakodate, submit};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Channel, LeaseRequest};
use shinsei_core::ids::{Purpose, UserId};
use shinsei_core::port::access_log::{About, Access, AccessLog, Question};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Guarantees, Store, StoreError, Writers};
use shinsei_core::time::{Timestamp, Window};
use shinsei_postgres::{OpenError, PostgresStore, Settings};

use crate::kit::open;
use shinsei_conformance::cluster::Cluster;

#[test]
fn it_promises_what_the_settings_give() {
    let store = PostgresStore::open(&Cluster::shared().database()).unwrap();
    assert_eq!(store.guarantees(), Guarantees { durable: true, lanes: true, writers: Writers::Many });
}

#[test]
fn a_database_that_acknowledges_before_it_syncs_is_refused() {
    let address = Cluster::shared().database();
    let name = address.rsplit_once('=').unwrap().1;
    for weak in ["off", "local", "remote_write"] {
        Cluster::shared().sql("postgres", &format!("ALTER DATABASE {name} SET synchronous_commit = {weak}"));
        let refused = PostgresStore::open(&address).unwrap_err();
        assert!(
            matches!(&refused, OpenError::SettingRefused { setting: "synchronous_commit", found, .. } if found == weak),
            "{refused:?}"
        );
    }
    Cluster::shared()
        .sql("postgres", &format!("ALTER DATABASE {name} SET synchronous_commit = remote_apply"));
    assert!(PostgresStore::open(&address).is_ok());
}

#[test]
fn a_server_that_never_syncs_is_refused() {
    let cluster = Cluster::start(&["fsync=off"]);
    let refused = PostgresStore::open(&cluster.database()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the server does not keep what it acknowledged: fsync is off, it must be on"
    );
}

#[test]
fn many_nodes_that_start_together_make_one_schema() {
    let address = Cluster::shared().database();
    std::thread::scope(|threads| {
        for _ in 0..6 {
            threads.spawn(|| open(&address));
        }
    });
    let versions = "SELECT string_agg(version::text, ',' ORDER BY version) FROM shinsei.migrations";
    assert_eq!(Cluster::shared().sql(&address, versions), "1,2,3,4");
    let store = open(&address);
    done(&store, submit(1, case(1), 0));
    drop(store);
    assert_eq!(check_log(&open(&address), hakodate()), 1);
}

#[test]
fn every_primary_key_begins_with_the_municipality() {
    let address = Cluster::shared().database();
    drop(open(&address));
    let others = "
        SELECT string_agg(i.indrelid::regclass::text, ',') FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND i.indrelid::regclass::text LIKE 'shinsei.%' AND a.attname <> 'municipality'";
    assert_eq!(Cluster::shared().sql(&address, others), "shinsei.migrations");
}

#[test]
fn a_newer_schema_is_refused() {
    let address = Cluster::shared().database();
    drop(open(&address));
    Cluster::shared().sql(&address, "INSERT INTO shinsei.migrations (version) VALUES (99)");
    let refused = PostgresStore::open(&address).unwrap_err();
    assert!(matches!(refused, OpenError::SchemaVersion { found: 99, known: 4 }), "{refused:?}");
}

#[test]
fn an_address_that_leads_nowhere_is_said() {
    let refused = PostgresStore::open("host=/nonexistent user=postgres").unwrap_err();
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
    let refused = PostgresStore::open("there is no = such ' address").unwrap_err();
    assert!(matches!(refused, OpenError::Address { .. }), "{refused:?}");
    let refused = PostgresStore::open("postgres://city@db.example.jp/shinsei").unwrap_err();
    assert!(matches!(refused, OpenError::TlsRootsMissing), "{refused:?}");
}

#[test]
fn a_reader_reads_what_is_there_and_writes_nothing_whatever_its_role_may() {
    let address = Cluster::shared().database();
    let reader = || PostgresStore::open_reader(&address, Settings::default());
    let absent = reader().unwrap_err();
    assert!(matches!(absent, OpenError::Empty), "{absent:?}");
    assert_eq!(Cluster::shared().sql(&address, "SELECT to_regclass('shinsei.migrations') IS NULL"), "t");
    let store = open(&address);
    let reader = reader().unwrap();
    let receipt = done(&store, submit(1, case(1), 0));
    assert_eq!(reader.find(hakodate(), command(1)).unwrap().unwrap().receipt, receipt);
    assert_eq!(check_log(&reader, hakodate()), 1);
    let refused = reader.commit(&[submit(2, case(2), 0)]);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    let refused = reader.erase(hakodate(), case(1));
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    assert_eq!(check_log(&store, hakodate()), 1);
}

#[test]
fn what_it_takes_on_disk_is_told_and_grows() {
    let store = open(&Cluster::shared().database());
    // The first row of a table and of each of its indexes takes a page.
    done(&store, submit(2, case(2), 0));
    let before = store.bytes_on_disk().unwrap();
    let mut one = submit(1, case(1), 0);
    one.documents = vec![document(1, case(1), &[7; 60_000]).0];
    done(&store, one);
    let grown = store.bytes_on_disk().unwrap() - before;
    assert!((60_000..200_000).contains(&grown), "{grown}");
}

#[test]
fn records_take_the_time_of_the_server() {
    let store = PostgresStore::open(&Cluster::shared().database()).unwrap();
    let micros = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    let now = || Cluster::shared().sql("postgres", micros).parse::<i64>().unwrap();
    let before = now();
    let recorded = done(&store, submit(1, case(1), 0)).recorded_at.micros();
    assert!((before..=now()).contains(&recorded), "{before} {recorded}");
}

#[test]
fn a_clock_that_steps_back_too_far_is_suspect_and_a_little_is_borne() {
    let clock = FakeClock::default();
    let settings = Settings { clock_step_back_max: Duration::from_secs(5), ..Settings::default() };
    let address = Cluster::shared().database();
    let store = PostgresStore::open_with(&address, settings).unwrap().with_clock(Arc::new(clock.clone()));
    let first = done(&store, submit(1, case(1), 0)).recorded_at;
    clock.set(first.saturating_add_micros(-5_000_000));
    assert_eq!(done(&store, submit(2, case(2), 0)).recorded_at, first);
    clock.set(first.saturating_add_micros(-5_000_001));
    let refused = store.commit(&[submit(3, case(3), 0)]);
    assert!(
        matches!(refused, Err(StoreError::ClockSuspect { now, last }) if now == clock.now() && last == first),
        "{refused:?}"
    );
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn a_call_on_a_thread_of_an_asynchronous_runtime_does_not_panic() {
    let store = open(&Cluster::shared().database());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        done(&store, submit(1, case(1), 0));
        drop(store);
    });
}

/// What PostgreSQL reads from one end to the other grows with the log.
#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let address = Cluster::shared().database();
    let store = open(&address);
    for n in 0..20 {
        let mut one = submit(n, case(n), 0);
        one.documents = vec![document(u8::try_from(n).unwrap(), case(n), b"form").0];
        done(&store, one);
        store.stage(hakodate(), document(100, case(1), b"").1.id, 0, b"begun").unwrap();
    }
    let request = LeaseRequest {
        municipality: None,
        channel: Channel::Notice,
        owner: uuid::Uuid::from_u128(1),
        lasts_micros: 1,
        entries_max: 10,
    };
    assert_eq!(store.lease(&request).unwrap(), vec![]);
    assert_eq!(store.agenda(hakodate(), 10).unwrap(), vec![]);
    assert!(store.document(hakodate(), document(3, case(3), b"").1.id).unwrap().is_some());
    assert!(store.find(hakodate(), command(3)).unwrap().is_some());
    assert_eq!(store.sweep(Timestamp::from_micros(0).unwrap()).unwrap(), 0);
    assert_eq!(store.erase(hakodate(), case(3)).unwrap(), 1);
    assert_eq!(check_log(&store, hakodate()), 20);
    assert_eq!(store.nodes(hakodate(), 0, 15, 10).unwrap().len(), 5);
    let access = Access {
        municipality: hakodate(),
        stream: case(3),
        document: None,
        reader: Actor::Applicant { user: UserId(uuid::Uuid::from_u128(1)) },
        purpose: Purpose::new("own-case").unwrap(),
    };
    store.record(&[access]).unwrap();
    let question = |about| Question { municipality: hakodate(), about, within: Window::ALWAYS };
    for about in [About::Stream(case(3)), About::User(UserId(uuid::Uuid::from_u128(1)))] {
        let mut found = 0;
        let count = &mut |_| {
            found += 1;
            std::ops::ControlFlow::Continue(())
        };
        store.accesses(&question(about), 0, 10, count).unwrap();
        assert_eq!(found, 1);
    }
    drop(store);
    // Creating an index reads its table once; nothing else may.
    let read_whole = "
        SELECT coalesce(string_agg(relname || ' ' || seq_scan, ', '), '') FROM pg_stat_user_tables AS read
        WHERE schemaname = 'shinsei' AND relname <> 'migrations'
          AND seq_scan > (SELECT count(*) FROM pg_index WHERE indrelid = read.relid)";
    let asked = "SELECT count(*) FROM pg_stat_user_tables WHERE relname = 'commands' AND idx_scan >= 20";
    while Cluster::shared().sql(&address, asked) == "0" {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(Cluster::shared().sql(&address, read_whole), "");
}

/// A stream of a thousand records takes no longer to append to than one of ten.
#[test]
fn a_commit_looks_at_the_last_version_of_a_stream_and_at_no_other() {
    let address = Cluster::shared().database();
    let mut long = submit(1, case(1), 0);
    let record = long.appends[0].records[0].clone();
    long.appends[0].records = vec![record; 500];
    done(&open(&address), long);
    let ask = |what: &str| Cluster::shared().sql(&address, what).parse::<u64>().unwrap();
    let read_once_written = |records| {
        while ask("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'records'") < records {
            std::thread::sleep(Duration::from_millis(20));
        }
        ask("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'records_of_stream'")
    };
    let before = read_once_written(500);
    done(&open(&address), submit(2, case(1), 500));
    assert_eq!(read_once_written(501) - before, 1);
}
