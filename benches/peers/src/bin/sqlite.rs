//! Our engine on SQLite beside SQLite itself and beside other event stores: `cargo xtask peers sqlite [--rounds N]`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shinsei::clock::SystemClock;
use shinsei_peers::comparison::Field;
use shinsei_peers::options::{Options, folder, other};
use shinsei_peers::ours::{Ours, States};
use shinsei_peers::questions::{EVENTO, KEPT, OURS, appends, reads};
use shinsei_peers::raw_sqlite::{RawSqlite, Way, bytes_of_file};
use shinsei_peers_work::peer::Peer;
use shinsei_sqlite::SqliteStore;

const ALONE: &str = "SQLite, a transaction an append";
const DRAINED: &str = "SQLite, a queue that is drained";
const HANDED: &str = "SQLite, a queue and a thread";
const CQRS_ES: &str = "cqrs-es + sqlite-es";

fn main() {
    let options = Options::read();
    println!("SQLite {}, everything synced", rusqlite::version());
    if options.ask(&["W1", "W2"]) {
        let folder = folder();
        let first = ours(&folder.path().join("shinsei.db"), States::Loaded);
        let latencies = first.latencies();
        let mut peers = peers(&options, folder.path(), first, &[ALONE, DRAINED, HANDED]);
        peers.push((KEPT, Box::new(ours(&folder.path().join("kept.db"), States::Kept))));
        let one = [(ALONE, 0.85), (DRAINED, 0.0), (CQRS_ES, 2.0), (EVENTO, 0.0)];
        let many = [(DRAINED, 0.70), (HANDED, 0.0), (ALONE, 0.0), (CQRS_ES, 8.0), (EVENTO, 0.0)];
        appends(&options, &mut Field::new(peers), &latencies, &one, &many, Some(Duration::from_millis(10)));
    }
    if options.ask(&["W3", "W4", "W5"]) {
        let folder = folder();
        let first = ours(&folder.path().join("shinsei.db"), States::Loaded);
        let peers = peers(&options, folder.path(), first, &[ALONE]);
        let load = [(ALONE, 0.9), (CQRS_ES, 0.0), (EVENTO, 0.0)];
        reads(&options, &mut Field::new(peers), &load, &[(ALONE, 0.85)], &[(ALONE, 0.4)], 1.5);
    }
}

fn peers(
    options: &Options,
    folder: &Path,
    ours: Ours,
    bare: &[&'static str],
) -> Vec<(&'static str, Box<dyn Peer>)> {
    let mut peers: Vec<(&'static str, Box<dyn Peer>)> = vec![(OURS, Box::new(ours))];
    for (name, file, way) in [
        (ALONE, "alone.db", Way::Alone),
        (DRAINED, "drained.db", Way::Drained),
        (HANDED, "handed.db", Way::Handed),
    ] {
        if bare.contains(&name) {
            peers.push((name, Box::new(RawSqlite::open(&folder.join(file), way))));
        }
    }
    for (name, library) in [(CQRS_ES, "cqrs-es-sqlite"), (EVENTO, "evento-sqlite")] {
        if options.others {
            let path = folder.join(library).with_extension("db");
            peers.push((name, Box::new(other(library, &path.display().to_string()))));
        }
    }
    peers
}

fn ours(path: &Path, states: States) -> Ours {
    let store = SqliteStore::open(path, Arc::new(SystemClock)).expect("a store");
    let path = path.to_owned();
    Ours::new(Arc::new(store), states, move || bytes_of_file(&path))
}
