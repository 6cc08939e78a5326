//! Several nodes on one database: one order, no deadlock, no entry lent twice.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Mutex;

use shinsei_conformance::sample::{case, check_log, done, empty, hakodate, sapporo, submit};
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey, LeaseRequest};
use shinsei_core::ids::{EntryName, Position, Version};
use shinsei_core::port::store::{Commit, Outcome, Store};
use shinsei_core::time::Timestamp;
use shinsei_postgres::PostgresStore;
use uuid::Uuid;

use crate::kit::open;
use shinsei_conformance::cluster::Cluster;

/// Each node knows by number which kinds of events there are; a number that another gave meanwhile it reads.
#[test]
fn a_kind_of_event_that_another_node_met_first_is_read() {
    let address = Cluster::shared().database();
    let (node, other) = (open(&address), open(&address));
    let commit = |node, n, event_type| {
        let mut one = submit(n, case(n), 0);
        one.appends[0].records[0].event_type = event_type;
        done(node, one);
    };
    let types = |node: &PostgresStore| {
        let mut types = Vec::new();
        let see = &mut |record: shinsei_core::record::RawRecord<'_>| {
            types.push(record.event_type.to_owned());
            ControlFlow::Continue(())
        };
        node.read_log(hakodate(), Position(0), 10, see).unwrap();
        types
    };
    commit(&node, 1, "FirstMet");
    assert_eq!(types(&other), ["FirstMet"]);
    commit(&node, 2, "MetLater");
    commit(&node, 3, "FirstMet");
    assert_eq!(types(&other), ["FirstMet", "MetLater", "FirstMet"]);
    commit(&other, 4, "MetLater");
    assert_eq!(types(&node), ["FirstMet", "MetLater", "FirstMet", "MetLater"]);
    let kinds = "SELECT count(*) FROM shinsei.kinds";
    assert_eq!(Cluster::shared().sql(&address, kinds), "2");
}

/// A visitor should not, but whoever writes one does not see that: it waits for nobody.
#[test]
fn a_visitor_that_asks_the_store_again_is_answered() {
    let node = open(&Cluster::shared().database());
    for n in 1..=3 {
        done(&node, submit(n, case(n), 0));
    }
    let mut seen = Vec::new();
    let see = &mut |record: shinsei_core::record::RawRecord<'_>| {
        let again = &mut |again: shinsei_core::record::RawRecord<'_>| {
            let found = node.find(hakodate(), again.command).unwrap().unwrap();
            seen.push((record.position, again.position, found.receipt.first));
            ControlFlow::Continue(())
        };
        node.read_stream(hakodate(), record.stream, Version(0), 10, again).unwrap();
        ControlFlow::Continue(())
    };
    node.read_log(hakodate(), Position(0), 10, see).unwrap();
    assert_eq!(seen, [1, 2, 3].map(|n| (Position(n), Position(n), Position(n))));
}

#[test]
fn two_nodes_write_one_gapless_log_while_readers_follow() {
    let address = Cluster::shared().database();
    let nodes = [open(&address), open(&address)];
    std::thread::scope(|threads| {
        for writer in 0..4_u128 {
            let node = &nodes[usize::try_from(writer % 2).unwrap()];
            threads.spawn(move || {
                for n in 0..50 {
                    done(node, submit(writer << 64 | n, case(writer), u64::try_from(n).unwrap()));
                }
            });
        }
        for node in &nodes {
            threads.spawn(move || {
                let mut last = 0;
                while last < 200 {
                    let from = Position(last);
                    let see = &mut |record: shinsei_core::record::RawRecord<'_>| {
                        assert_eq!(record.position.0, last + 1);
                        last = record.position.0;
                        ControlFlow::Continue(())
                    };
                    node.read_log(hakodate(), from, 7, see).unwrap();
                }
            });
        }
    });
    for node in &nodes {
        assert_eq!(check_log(node, hakodate()), 200);
    }
}

/// A batch of both municipalities, whose commands are the same in every round and node, in this order or in the other.
fn both(round: u128, is_reversed: bool) -> Vec<Commit> {
    let mut here = submit(round * 2, case(round), 0);
    here.agenda = vec![notice(round)];
    let mut there = submit(round * 2 + 1, case(round), 0);
    there.municipality = sapporo();
    there.agenda = vec![notice(round)];
    let mut batch = vec![here, there];
    if is_reversed {
        batch.reverse();
    }
    batch
}

fn notice(n: u128) -> AgendaChange {
    let key = EntryKey { stream: case(n), name: EntryName::new("receipt/1").unwrap() };
    AgendaChange::Schedule(Entry { key, channel: Channel::Notice, due: Due::AtOnce, task: b"tell".to_vec() })
}

#[test]
fn nodes_that_retry_the_same_commands_in_another_order_do_not_deadlock() {
    let address = Cluster::shared().database();
    let nodes = [open(&address), open(&address)];
    let taken = Mutex::new(0);
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let (node, taken) = (&nodes[thread % 2], &taken);
            threads.spawn(move || {
                for round in 0..40 {
                    for outcome in node.commit(&both(round, thread < 2)).unwrap() {
                        match outcome {
                            Outcome::Done(_) => *taken.lock().unwrap() += 1,
                            Outcome::Again(_) => {}
                            refused => panic!("{refused:?}"),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(taken.into_inner().unwrap(), 80);
    assert_eq!((check_log(&nodes[0], hakodate()), check_log(&nodes[1], sapporo())), (40, 40));
    let name = address.rsplit_once('=').unwrap().1;
    let deadlocks = format!("SELECT deadlocks FROM pg_stat_database WHERE datname = '{name}'");
    assert_eq!(Cluster::shared().sql("postgres", &deadlocks), "0");
}

#[test]
fn no_entry_is_lent_to_two_nodes() {
    let address = Cluster::shared().database();
    let nodes = [open(&address), open(&address)];
    for n in 0..200 {
        let mut one = submit(n, case(n), 0);
        one.agenda = vec![notice(n)];
        done(&nodes[0], one);
    }
    let lent = Mutex::new(HashSet::new());
    std::thread::scope(|threads| {
        for thread in 0..4_usize {
            let (node, lent) = (&nodes[thread % 2], &lent);
            threads.spawn(move || {
                let request = LeaseRequest {
                    municipality: None,
                    channel: Channel::Notice,
                    owner: Uuid::from_u128(u128::try_from(thread).unwrap()),
                    lasts_micros: 60_000_000,
                    entries_max: 7,
                };
                while lent.lock().unwrap().len() < 200 {
                    for lease in node.lease(&request).unwrap() {
                        assert_eq!((lease.fence, lease.attempt), (1, 1));
                        assert!(lent.lock().unwrap().insert(lease.key), "an entry was lent twice");
                    }
                }
            });
        }
    });
}

#[test]
fn municipalities_do_not_wait_for_each_other() {
    let address = Cluster::shared().database();
    let store = open(&address);
    let mut neighbour = empty(1);
    neighbour.municipality = sapporo();
    done(&store, submit(1, case(1), 0));
    done(&store, neighbour);
    let holder = std::thread::spawn({
        let address = address.clone();
        move || {
            let hold = "BEGIN; SELECT 1 FROM shinsei.municipalities WHERE municipality = 12025 FOR UPDATE; SELECT pg_sleep(3)";
            Cluster::shared().sql(&address, hold)
        }
    });
    let held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(3)'";
    while Cluster::shared().sql(&address, held) == "0" {
        std::thread::yield_now();
    }
    let begun = std::time::Instant::now();
    let mut other = submit(2, case(1), 0);
    other.municipality = sapporo();
    done(&store, other);
    assert_eq!(check_log(&store, hakodate()), 1);
    assert!(!holder.is_finished(), "the neighbour is still held after {:?}", begun.elapsed());
    done(&store, submit(3, case(3), 0));
    assert!(begun.elapsed().as_secs() >= 1, "the same municipality waits");
    holder.join().unwrap();
}

/// However many wait for their day in it.
#[test]
fn a_lease_reads_what_is_due_and_not_a_whole_line() {
    const LINE: i64 = 2_000;
    const FAR: i64 = 200_000_000_000_000_000;
    let address = Cluster::shared().database();
    let entry = |n: i64| {
        let name = EntryName::new(format!("deadline/{n}")).unwrap();
        let due = Due::At(Timestamp::from_micros(if n == 1 { 1 } else { FAR + n }).unwrap());
        let key = EntryKey { stream: case(1), name };
        AgendaChange::Schedule(Entry { key, channel: Channel::Deadline, due, task: b"look".to_vec() })
    };
    let mut one = submit(1, case(1), 0);
    one.agenda = (1..=LINE).map(entry).collect();
    done(&open(&address), one);
    Cluster::shared().sql(&address, "ANALYZE shinsei.agenda");
    let read = || {
        let read = "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'agenda'";
        Cluster::shared().sql(&address, read).parse::<u64>().unwrap()
    };
    let leased = || {
        let lent = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'agenda'";
        Cluster::shared().sql(&address, lent)
    };
    let before = read();
    let request = LeaseRequest {
        municipality: None,
        channel: Channel::Deadline,
        owner: Uuid::from_u128(1),
        lasts_micros: 1,
        entries_max: 1,
    };
    let lent = open(&address).lease(&request).unwrap();
    assert_eq!(lent.iter().map(|lease| lease.key.name.as_str()).collect::<Vec<_>>(), ["deadline/1"]);
    while leased() != "1" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(read() - before < 20, "{} entries were read", read() - before);
}
