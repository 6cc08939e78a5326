//! Our engine on PostgreSQL beside PostgreSQL itself and beside other event stores: `cargo xtask peers postgres
//! [--rounds N]`. The server is one of its own, as Debian's package sets it up, on a socket.

use std::sync::Arc;

use shinsei_conformance::cluster::Cluster;
use shinsei_peers::comparison::Field;
use shinsei_peers::options::{Options, other};
use shinsei_peers::ours::{Ours, States};
use shinsei_peers::questions::{EVENTO, KEPT, OURS, appends, reads};
use shinsei_peers::raw_postgres::{Way, open};
use shinsei_peers_work::peer::Peer;
use shinsei_postgres::PostgresStore;
use tokio::runtime::{Builder, Runtime};

const HEADED: &str = "PostgreSQL, under a head row";
const STATEMENT: &str = "PostgreSQL, a statement an append";
const BATCHED: &str = "PostgreSQL, a queue and a writer";
const CQRS_ES: &str = "cqrs-es + postgres-es";
const ESRS: &str = "esrs";

fn main() {
    let options = Options::read();
    let cluster = Cluster::start(&[]);
    println!("PostgreSQL {}, its own settings", cluster.sql("postgres", "SHOW server_version"));
    if options.ask(&["W1"]) {
        let (first, latencies) = measured(&cluster);
        let mut peers = peers(&options, &cluster, first, &[HEADED, STATEMENT, BATCHED], alone);
        peers.push((KEPT, Box::new(ours(&cluster, States::Kept))));
        let one = [(HEADED, 0.85), (STATEMENT, 0.0), (CQRS_ES, 1.2), (ESRS, 0.0), (EVENTO, 0.0)];
        appends(&options.only("W1"), &mut Field::new(peers), &latencies, &one, &[], None);
    }
    if options.ask(&["W2"]) {
        let (first, latencies) = measured(&cluster);
        let mut peers = peers(&options, &cluster, first, &[HEADED, STATEMENT, BATCHED], many);
        peers.push((KEPT, Box::new(ours(&cluster, States::Kept))));
        let many =
            [(STATEMENT, 1.2), (BATCHED, 0.0), (HEADED, 0.0), (CQRS_ES, 3.0), (ESRS, 0.0), (EVENTO, 0.0)];
        appends(&options.only("W2"), &mut Field::new(peers), &latencies, &[], &many, None);
    }
    if options.ask(&["W3", "W4", "W5"]) {
        let (first, _) = measured(&cluster);
        let peers = peers(&options, &cluster, first, &[STATEMENT], alone);
        let load = [(STATEMENT, 0.9), (CQRS_ES, 0.0), (ESRS, 0.0), (EVENTO, 0.0)];
        reads(&options, &mut Field::new(peers), &load, &[(STATEMENT, 0.85)], &[(STATEMENT, 0.0)], 1.6);
    }
}

fn measured(cluster: &Cluster) -> (Ours, shinsei_peers::ours::Latencies) {
    let ours = ours(cluster, States::Loaded);
    let latencies = ours.latencies();
    (ours, latencies)
}

fn ours(cluster: &Cluster, states: States) -> Ours {
    let store = Arc::new(PostgresStore::open(&cluster.database()).expect("a store"));
    let asked = Arc::clone(&store);
    Ours::new(store, states, move || asked.bytes_on_disk().expect("a size"))
}

fn peers(
    options: &Options,
    cluster: &Cluster,
    ours: Ours,
    bare: &[&'static str],
    runtime: fn() -> Runtime,
) -> Vec<(&'static str, Box<dyn Peer>)> {
    let mut peers: Vec<(&'static str, Box<dyn Peer>)> = vec![(OURS, Box::new(ours))];
    for (name, way) in [(HEADED, Way::Headed), (STATEMENT, Way::Statement), (BATCHED, Way::Batched)] {
        if bare.contains(&name) {
            peers.push((name, Box::new(open(runtime(), &cluster.database(), way))));
        }
    }
    for (name, library) in [(CQRS_ES, "cqrs-es-postgres"), (ESRS, "esrs"), (EVENTO, "evento-postgres")] {
        if options.others {
            peers.push((name, Box::new(other(library, &cluster.database()))));
        }
    }
    peers
}

/// On the thread of whoever asks: one task then waits for nobody else.
fn alone() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// On all processors.
fn many() -> Runtime {
    Builder::new_multi_thread().enable_all().build().expect("a runtime")
}
