//! Every clause of the lists, on a database of its own; and two nodes that follow one log.

use std::sync::Barrier;

use shinsei_conformance::cluster::Cluster;
use shinsei_conformance::view::ViewUnderTest;
use shinsei_core::ids::Position;
use shinsei_core::port::view::{Applied, Page, View};
use shinsei_postgres::PostgresView;

use shinsei_conformance::sample::hakodate;

struct OnServer {
    address: String,
}

impl ViewUnderTest for OnServer {
    fn open(&self) -> Box<dyn View + '_> {
        Box::new(PostgresView::open(&self.address).unwrap())
    }

    /// Looks at every line pointer of the names' pages that leads to a row, living or dead.
    fn keeps(&self, bytes: &[u8]) -> Option<bool> {
        let sought = String::from_utf8(bytes.to_vec()).unwrap();
        let found = format!(
            "CREATE EXTENSION IF NOT EXISTS pageinspect;
             SELECT count(*) FROM generate_series(0, pg_relation_size('shinsei_lists.names') / 8192 - 1) AS block,
                  heap_page_items(get_raw_page('shinsei_lists.names', block::integer)) AS item
             WHERE item.lp_flags = 1 AND position('{sought}'::bytea IN item.t_data) > 0"
        );
        Some(Cluster::shared().sql(&self.address, &found) != "0")
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            Cluster::shared().take_back(std::mem::take(&mut self.address));
        }
    }
}

fn fresh() -> OnServer {
    OnServer { address: Cluster::shared().database() }
}

shinsei_conformance::view_suite!(fresh);

#[test]
fn of_two_nodes_that_write_the_same_page_one_does() {
    let lists = fresh();
    let nodes = [PostgresView::open(&lists.address).unwrap(), PostgresView::open(&lists.address).unwrap()];
    let generation = nodes[0].begin(hakodate(), 1).unwrap();
    let started = Barrier::new(2);
    for round in 0..20 {
        let (after, reached) = (Position(round), Position(round + 1));
        let page =
            Page { municipality: hakodate(), generation, after, reached, rows: vec![], parked: vec![] };
        let mut became: Vec<Applied> = std::thread::scope(|scope| {
            let both = nodes.each_ref().map(|node| {
                scope.spawn(|| {
                    started.wait();
                    node.apply(&page).unwrap()
                })
            });
            both.into_iter().map(|node| node.join().unwrap()).collect()
        });
        became.sort_by_key(|applied| *applied != Applied::Done);
        assert_eq!(became, [Applied::Done, Applied::Moved { reached }]);
    }
}
