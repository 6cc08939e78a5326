//! Every clause of the port, on a database of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_conformance::access_log::AccessLogUnderTest;
use shinsei_conformance::store::StoreUnderTest;
use shinsei_conformance::store::altered::{Alteration, StoreToAlter};
use shinsei_conformance::store::faults::{Fault, StoreWithFaults};
use shinsei_core::ids::Municipality;
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::store::Store;
use shinsei_postgres::{PostgresStore, Settings};

use crate::faults::fail_with;
use crate::proxy::{Cut, Proxy};

use shinsei_conformance::cluster::{Cluster, Session};

pub(crate) struct OnServer {
    clock: FakeClock,
    address: String,
    emptied: &'static Emptied,
}

/// Databases whose schema is there and whose tables are empty, for whoever asks next: making either costs far more than
/// deleting what a clause has written.
pub(crate) type Emptied = Mutex<Vec<String>>;

/// Deletes whatever is in a store, and nothing else.
const EMPTY: &str = "DO $$ DECLARE store record; BEGIN
    FOR store IN SELECT relname FROM pg_class
        WHERE relnamespace = 'shinsei'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations'
    LOOP EXECUTE format('DELETE FROM shinsei.%I', store.relname); END LOOP;
END $$";

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
            Cluster::shared().sql(&self.address, EMPTY);
            self.emptied.lock().unwrap().push(std::mem::take(&mut self.address));
        }
    }
}

impl OnServer {
    /// A store that is empty: one that was emptied, or one that is made.
    pub(crate) fn of(emptied: &'static Emptied, make: fn(&str)) -> Self {
        let one = emptied.lock().unwrap().pop();
        let address = one.unwrap_or_else(|| {
            let address = Cluster::shared().database();
            make(&address);
            address
        });
        Self { clock: FakeClock::default(), address, emptied }
    }
}

fn fresh() -> OnServer {
    static EMPTIED: Emptied = Emptied::new(vec![]);
    OnServer::of(&EMPTIED, |_| {})
}

impl AccessLogUnderTest for OnServer {
    fn open(&self) -> Box<dyn AccessLog + '_> {
        Box::new(PostgresStore::open(&self.address).unwrap().with_clock(Arc::new(self.clock.clone())))
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }
}

impl StoreToAlter for OnServer {
    fn alter(&self, municipality: Municipality, alteration: &Alteration) {
        let of = format!("municipality = '{municipality}'::integer AND position");
        let statements = match alteration {
            Alteration::Edit { position, payload } => {
                let payload: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("UPDATE shinsei.records SET payload = '\\x{payload}' WHERE {of} = {position}")
            }
            Alteration::Delete { position } => {
                format!("DELETE FROM shinsei.records WHERE {of} = {position}")
            }
            Alteration::Swap { one, other } => format!(
                "UPDATE shinsei.records SET position = -1 WHERE {of} = {one};
                 UPDATE shinsei.records SET position = {one} WHERE {of} = {other};
                 UPDATE shinsei.records SET position = {other} WHERE {of} = -1"
            ),
            Alteration::Insert { at } => format!(
                "UPDATE shinsei.records SET position = -position WHERE {of} >= {at};
                 UPDATE shinsei.records SET position = 1 - position WHERE {of} < 0;
                 INSERT INTO shinsei.records (position, version, recorded_at, municipality, kind, stream, leaf, command,
                     payload)
                 SELECT {at}, 1000000, recorded_at, municipality, kind, stream, leaf, command, payload
                 FROM shinsei.records WHERE {of} = {at} - 1"
            ),
            Alteration::CutOff { last } => format!("DELETE FROM shinsei.records WHERE {of} > {last}"),
            Alteration::Renumber { series, last } => {
                let of = format!("municipality = '{municipality}'::integer");
                format!("UPDATE shinsei.series SET last = {last} WHERE {of} AND series = '{series}'")
            }
        };
        Cluster::shared().sql(&self.address, &statements);
    }
}

/// The messages of a batch of the clauses, and of a new connection before it, are fewer.
const MESSAGES_MAX: u32 = 150;

/// The same behind a wire that can be cut, with a store that does not wait for long.
struct BehindAWire {
    server: OnServer,
    proxy: Proxy,
    /// Whoever stands in the way.
    holder: Mutex<Option<Session>>,
}

impl BehindAWire {
    fn sql(&self, statements: &str) {
        Cluster::shared().sql(&self.server.address, statements);
    }
}

impl StoreUnderTest for BehindAWire {
    fn open(&self) -> Box<dyn Store + '_> {
        let address = self.proxy.address(Cluster::shared(), &self.server.address);
        let settings = Settings { wait_max: Duration::from_millis(500), ..Settings::default() };
        let store = PostgresStore::open_with(&address, settings).unwrap();
        Box::new(store.with_clock(Arc::new(self.clock().clone())))
    }

    fn clock(&self) -> &FakeClock {
        &self.server.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        StoreUnderTest::step_back_max_micros(&self.server)
    }
}

impl StoreWithFaults for BehindAWire {
    fn faults(&self) -> Vec<Fault> {
        // Before a message is behind the answers to the one before it, as after that one is not.
        let cut =
            |message| if message % 2 == 0 { Fault::CutBefore(message) } else { Fault::CutAfter(message) };
        [Fault::Busy, Fault::Full, Fault::ReadOnly].into_iter().chain((0..MESSAGES_MAX).map(cut)).collect()
    }

    fn inject(&self, fault: Fault) {
        match fault {
            Fault::Busy => {
                let mut session = Cluster::shared().session(&self.server.address);
                session.run("BEGIN; LOCK TABLE shinsei.municipalities IN EXCLUSIVE MODE");
                *self.holder.lock().unwrap() = Some(session);
            }
            Fault::Full => fail_with(&self.server.address, "53100"),
            Fault::ReadOnly => fail_with(&self.server.address, "25006"),
            Fault::CutBefore(message) => self.proxy.cut(Some(Cut::Before(message))),
            Fault::CutAfter(message) => self.proxy.cut(Some(Cut::After(message))),
        }
    }

    fn mend(&self) {
        self.proxy.cut(None);
        drop(self.holder.lock().unwrap().take());
        self.sql("DROP TRIGGER IF EXISTS fail ON shinsei.records; DROP SEQUENCE IF EXISTS public.tried");
    }
}

fn behind_a_wire() -> BehindAWire {
    BehindAWire {
        server: fresh(),
        proxy: Proxy::before(Cluster::shared().folder()),
        holder: Mutex::default(),
    }
}

shinsei_conformance::store_suite!(fresh, faults: behind_a_wire, altered: fresh);
shinsei_conformance::access_log_suite!(fresh);
