//! Every clause of the port, on a database of its own.

use std::sync::Arc;
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_conformance::access_log::AccessLogUnderTest;
use shinsei_conformance::store::StoreUnderTest;
use shinsei_core::ids::Municipality;
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::store::Store;
use shinsei_postgres::{PostgresStore, Settings};

use shinsei_conformance::cluster::Cluster;

struct OnServer {
    clock: FakeClock,
    address: String,
}

const STEP_BACK_MAX: Duration = Duration::from_secs(10);

impl StoreUnderTest for OnServer {
    fn open(&self) -> Box<dyn Store + '_> {
        let settings = Settings { clock_step_back_max: STEP_BACK_MAX, ..Settings::default() };
        let store = PostgresStore::open_with(&self.address, settings).unwrap();
        Box::new(store.with_clock(Arc::new(self.clock.clone())))
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        i64::try_from(STEP_BACK_MAX.as_micros()).unwrap()
    }

    fn document_bytes(&self, municipality: Municipality) -> Option<u64> {
        let bytes = format!(
            "SELECT coalesce(sum(length(content)), 0) FROM (
                 SELECT municipality, content FROM shinsei.documents
                 UNION ALL SELECT municipality, content FROM shinsei.evidence
                 UNION ALL SELECT municipality, content FROM shinsei.chunks) AS kept
             WHERE municipality = '{municipality}'::integer"
        );
        Cluster::shared().sql(&self.address, &bytes).parse().ok()
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
    OnServer { clock: FakeClock::default(), address: Cluster::shared().database() }
}

impl AccessLogUnderTest for OnServer {
    fn open(&self) -> Box<dyn AccessLog + '_> {
        Box::new(PostgresStore::open(&self.address).unwrap().with_clock(Arc::new(self.clock.clone())))
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }
}

shinsei_conformance::store_suite!(fresh);
shinsei_conformance::access_log_suite!(fresh);
