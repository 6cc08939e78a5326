//! Connections that are lost, servers that fail: what is known, what is not, and what goes on by itself.

use std::ops::ControlFlow;
use std::time::Duration;

use shinsei_conformance::sample::{case, check_log, command, done, hakodate, submit};
use shinsei_core::ids::Position;
use shinsei_core::port::store::{Outcome, PAGE_RECORDS_MAX, Store, StoreError};

use crate::kit::open;
use crate::proxy::Proxy;
use shinsei_conformance::cluster::Cluster;

/// Waits until a query of pg_stat_activity finds a backend.
fn until(cluster: &Cluster, condition: &str) {
    let found = format!("SELECT count(*) FROM pg_stat_activity WHERE {condition}");
    while cluster.sql("postgres", &found) == "0" {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A commit that is cut off while the server works on COMMIT, before it has taken effect.
#[test]
fn a_commit_that_is_cut_off_before_it_took_effect_is_unknown_and_may_be_sent_again() {
    let cluster = Cluster::shared();
    let address = cluster.database();
    let name = address.rsplit_once('=').unwrap().1;
    let store = open(&address);
    done(&store, submit(1, case(1), 0));
    cluster.sql(
        &address,
        "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON shinsei.records DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION linger()",
    );
    let at_commit = format!("datname = '{name}' AND query = 'COMMIT' AND wait_event = 'PgSleep'");
    let outcome = std::thread::scope(|threads| {
        let committing = threads.spawn(|| store.commit(&[submit(2, case(2), 0)]));
        until(cluster, &at_commit);
        cluster.sql(
            "postgres",
            &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {at_commit}"),
        );
        committing.join().unwrap()
    });
    assert!(matches!(outcome, Err(StoreError::OutcomeUnknown { .. })), "{outcome:?}");
    assert_eq!(store.find(hakodate(), command(2)).unwrap(), None);
    cluster.sql(&address, "DROP TRIGGER linger ON shinsei.records");
    assert_eq!(done(&store, submit(2, case(2), 0)).first, Position(2));
    assert_eq!(check_log(&store, hakodate()), 2);
}

/// A wire that is cut while the server still works on COMMIT: the commit is to take effect only later. Whoever asks what
/// became of it waits until it has.
#[test]
fn what_is_asked_while_the_server_still_commits_is_answered_when_it_has() {
    let cluster = Cluster::shared();
    let address = cluster.database();
    let name = address.rsplit_once('=').unwrap().1;
    let proxy = Proxy::before(cluster.folder());
    let store = open(&proxy.address(cluster, &address));
    done(&store, submit(1, case(1), 0));
    cluster.sql(
        &address,
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON shinsei.records DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION wait()",
    );
    let mut holder = cluster.session(&address);
    holder.run("SELECT pg_advisory_lock(7)");
    let waits_with =
        |query: &str| format!("datname = '{name}' AND query LIKE '{query}' AND wait_event_type = 'Lock'");
    let (found, again) = std::thread::scope(|threads| {
        let committing = threads.spawn(|| store.commit(&[submit(2, case(2), 0)]));
        until(cluster, &waits_with("COMMIT"));
        proxy.cut_all();
        let outcome = committing.join().unwrap();
        assert!(matches!(outcome, Err(StoreError::OutcomeUnknown { .. })), "{outcome:?}");
        let finding = threads.spawn(|| store.find(hakodate(), command(2)));
        let asking = format!("SELECT count(*) FROM pg_stat_activity WHERE {}", waits_with("%FOR UPDATE"));
        while !finding.is_finished() && cluster.sql("postgres", &asking) == "0" {}
        holder.run("SELECT pg_advisory_unlock(7)");
        let found = finding.join().unwrap().unwrap().map(|found| found.receipt);
        (found, store.commit(&[submit(2, case(2), 0)]).unwrap())
    });
    assert_eq!(found.as_ref().map(|receipt| receipt.first), Some(Position(2)));
    assert_eq!(again, vec![Outcome::Again(found.unwrap())]);
    assert_eq!(check_log(&store, hakodate()), 2);
}

/// A commit that took effect, and whose answer was lost: the server waits for a standby that never comes.
#[test]
fn a_commit_that_took_effect_without_an_answer_is_found() {
    let cluster = Cluster::start(&[]);
    let store = open(&cluster.database());
    done(&store, submit(1, case(1), 0));
    let wait_for = |standby: &str| {
        cluster.sql("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'"));
        cluster.sql("postgres", "SELECT pg_reload_conf()");
    };
    let waiting = "wait_event = 'SyncRep'";
    for (n, ends) in [(2, "pg_terminate_backend"), (3, "pg_cancel_backend")] {
        wait_for("nobody");
        // OK because a commit of before the setting arrives is acknowledged, and tried again with the next command.
        let outcome = std::thread::scope(|threads| {
            let committing = threads.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                store.commit(&[submit(n, case(n), 0)])
            });
            until(&cluster, waiting);
            cluster.sql("postgres", &format!("SELECT {ends}(pid) FROM pg_stat_activity WHERE {waiting}"));
            committing.join().unwrap()
        });
        assert!(matches!(outcome, Err(StoreError::OutcomeUnknown { .. })), "{ends}: {outcome:?}");
        let found = store.find(hakodate(), command(n)).unwrap().map(|found| found.receipt);
        assert_eq!(found.as_ref().map(|receipt| u128::from(receipt.first.0)), Some(n), "{ends}");
        wait_for("");
        std::thread::sleep(Duration::from_millis(300));
        let again = store.commit(&[submit(n, case(n), 0)]).unwrap();
        assert_eq!(again, vec![Outcome::Again(found.unwrap())]);
    }
    assert_eq!(check_log(&store, hakodate()), 3);
}

/// A page comes row by row: what was visited when the wire is cut is not visited again, and what was not still is.
#[test]
fn a_page_that_is_cut_off_goes_on_behind_what_was_visited() {
    const RECORDS: u64 = 5_000;
    let cluster = Cluster::shared();
    let address = cluster.database();
    let proxy = Proxy::before(cluster.folder());
    let store = open(&proxy.address(cluster, &address));
    let batch: Vec<_> = (1..=u128::from(RECORDS)).map(|n| submit(n, case(n), 0)).collect();
    store.commit(&batch).unwrap();
    let (mut visited, mut cuts) = (Vec::new(), 0);
    store
        .read_log(hakodate(), Position(0), PAGE_RECORDS_MAX, &mut |record| {
            visited.push(record.position.0);
            if visited.len() == 10 {
                proxy.cut_all();
                cuts += 1;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((cuts, visited), (1, (1..=RECORDS).collect()));
}

#[test]
fn connections_that_died_while_they_waited_are_replaced() {
    let cluster = Cluster::shared();
    let address = cluster.database();
    let name = address.rsplit_once('=').unwrap().1;
    let store = open(&address);
    done(&store, submit(1, case(1), 0));
    std::thread::scope(|threads| {
        for _ in 0..5 {
            threads.spawn(|| check_log(&store, hakodate()));
        }
    });
    let kill = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    cluster.sql("postgres", &kill);
    done(&store, submit(2, case(2), 0));
    cluster.sql("postgres", &kill);
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn a_role_that_may_only_read_is_read_only() {
    let cluster = Cluster::shared();
    let address = cluster.database();
    done(&open(&address), submit(1, case(1), 0));
    cluster.sql(&address, "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA shinsei TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA shinsei TO reader");
    let reader = open(&address.replace("user=postgres", "user=reader"));
    assert_eq!(check_log(&reader, hakodate()), 1);
    let refused = reader.commit(&[submit(2, case(2), 0)]);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
}

/// As a standby says, or a server whose disk is to be rescued.
#[test]
fn a_server_that_takes_nothing_is_read_only_until_it_does() {
    let cluster = Cluster::start(&[]);
    let store = open(&cluster.database());
    done(&store, submit(1, case(1), 0));
    let set = |value: &str| {
        cluster.sql("postgres", &format!("ALTER SYSTEM SET default_transaction_read_only = {value}"));
        cluster.sql("postgres", "SELECT pg_reload_conf()");
        // A connection that is busy, such as this one, learns of it when it has answered.
        while cluster.sql("postgres", "SHOW default_transaction_read_only") != value {}
        std::thread::sleep(Duration::from_millis(300));
    };
    set("on");
    let refused = store.commit(&[submit(2, case(2), 0)]);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    assert_eq!(check_log(&store, hakodate()), 1);
    set("off");
    done(&store, submit(2, case(2), 0));
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn a_municipality_that_somebody_holds_too_long_is_unavailable() {
    let cluster = Cluster::shared();
    let address = cluster.database();
    let settings = shinsei_postgres::Settings { wait_max: Duration::from_millis(200), ..Default::default() };
    let store = shinsei_postgres::PostgresStore::open_with(&address, settings).unwrap();
    done(&store, submit(1, case(1), 0));
    std::thread::scope(|threads| {
        let hold = "BEGIN; SELECT 1 FROM shinsei.municipalities FOR UPDATE; SELECT pg_sleep(1.5)";
        let holder = threads.spawn(|| cluster.sql(&address, hold));
        let name = address.rsplit_once('=').unwrap().1;
        until(cluster, &format!("datname = '{name}' AND wait_event = 'PgSleep'"));
        let refused = store.commit(&[submit(2, case(2), 0)]);
        assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
        holder.join().unwrap();
    });
    done(&store, submit(2, case(2), 0));
    assert_eq!(check_log(&store, hakodate()), 2);
}
