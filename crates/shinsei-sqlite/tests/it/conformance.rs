//! Every clause of the port, on a file of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_conformance::access_log::AccessLogUnderTest;
use shinsei_conformance::store::StoreUnderTest;
use shinsei_conformance::store::altered::{Alteration, StoreToAlter};
use shinsei_conformance::store::faults::{Fault, StoreWithFaults};
use shinsei_core::ids::{Municipality, Position};
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::store::Store;
use shinsei_sqlite::{Settings, SqliteStore};
use tempfile::TempDir;

struct OnDisk {
    clock: FakeClock,
    folder: TempDir,
    pages_max: Option<u32>,
    /// Whoever stands in the way.
    other: Mutex<Option<Connection>>,
}

/// Pages of a file that can be filled in no time.
const FEW_PAGES: u32 = 2_000;

const STEP_BACK_MAX: Duration = Duration::from_secs(10);

impl OnDisk {
    fn fresh(pages_max: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { clock: FakeClock::default(), folder, pages_max, other: Mutex::default() }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("city.db")
    }
}

impl StoreUnderTest for OnDisk {
    fn open(&self) -> Box<dyn Store + '_> {
        let settings = Settings {
            clock_step_back_max: STEP_BACK_MAX,
            checkpoint_pages: 100,
            busy_max: Duration::from_millis(100),
            pages_max: self.pages_max,
            ..Settings::default()
        };
        Box::new(SqliteStore::open_with(self.path(), Arc::new(self.clock.clone()), settings).unwrap())
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        i64::try_from(STEP_BACK_MAX.as_micros()).unwrap()
    }

    fn document_bytes(&self, municipality: Municipality) -> Option<u64> {
        let in_rows = "SELECT coalesce(sum(length(content)), 0) FROM documents
                       JOIN municipalities ON municipality = municipalities.ordinal WHERE code = ?1 AND erased = 0";
        let in_chunks =
            "SELECT coalesce(sum(length(content)), 0) FROM chunks JOIN bodies ON body = place >> 24
                         JOIN municipalities ON municipality = ordinal WHERE code = ?1";
        let beside = Connection::open(self.path()).unwrap();
        let bytes =
            |sql| -> i64 { beside.query_row(sql, [municipality.as_str()], |row| row.get(0)).unwrap() };
        u64::try_from(bytes(in_rows) + bytes(in_chunks)).ok()
    }
}

/// A file that cannot be written to needs no clause: nobody takes it away from a store that has it open.
impl StoreWithFaults for OnDisk {
    fn faults(&self) -> Vec<Fault> {
        vec![Fault::Busy, Fault::Full]
    }

    fn inject(&self, fault: Fault) {
        let other = Connection::open(self.path()).unwrap();
        match fault {
            Fault::Busy => other.execute_batch("BEGIN IMMEDIATE").unwrap(),
            Fault::Full => {
                let bytes = 4_096 * i64::from(FEW_PAGES);
                other.execute("INSERT INTO chunks VALUES (-1, x'', zeroblob(?1))", [bytes]).unwrap();
            }
            other => panic!("a file cannot meet {other:?}"),
        }
        *self.other.lock().unwrap() = Some(other);
    }

    fn mend(&self) {
        if let Some(other) = self.other.lock().unwrap().take() {
            let mend = if other.is_autocommit() { "DELETE FROM chunks WHERE place = -1" } else { "ROLLBACK" };
            other.execute_batch(mend).unwrap();
        }
    }
}

/// Places of Hakodate's records, which are the only ones in the file.
impl StoreToAlter for OnDisk {
    fn alter(&self, _: Municipality, alteration: &Alteration) {
        let place = |position: &Position| format!("((SELECT min(place) - 1 FROM records) + {position})");
        let statements = match alteration {
            Alteration::Edit { position, payload } => {
                let payload: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("UPDATE records SET payload = x'{payload}' WHERE place = {}", place(position))
            }
            Alteration::Delete { position } => {
                format!("DELETE FROM records WHERE place = {}", place(position))
            }
            Alteration::Swap { one, other } => format!(
                "CREATE TEMP TABLE places AS SELECT {} AS one, {} AS other;
                 UPDATE records SET place = -1 WHERE place = (SELECT one FROM places);
                 UPDATE records SET place = (SELECT one FROM places) WHERE place = (SELECT other FROM places);
                 UPDATE records SET place = (SELECT other FROM places) WHERE place = -1",
                place(one),
                place(other)
            ),
            Alteration::Insert { at } => format!(
                "UPDATE records SET place = -place WHERE place >= {};
                 UPDATE records SET place = 1 - place WHERE place < 0;
                 INSERT INTO records SELECT place + 1, municipality, stream, 1000000, recorded_at, command, kind, series,
                     number, payload FROM records WHERE place = {}",
                place(at),
                place(&Position(at.0 - 1))
            ),
            Alteration::CutOff { last } => format!("DELETE FROM records WHERE place > {}", place(last)),
            Alteration::Renumber { series, last } => {
                format!("UPDATE series SET last = {last} WHERE series = '{series}'")
            }
        };
        Connection::open(self.path()).unwrap().execute_batch(&statements).unwrap();
    }
}

fn fresh() -> OnDisk {
    OnDisk::fresh(None)
}

fn small() -> OnDisk {
    OnDisk::fresh(Some(FEW_PAGES))
}

impl AccessLogUnderTest for OnDisk {
    fn open(&self) -> Box<dyn AccessLog + '_> {
        Box::new(SqliteStore::open(self.path(), Arc::new(self.clock.clone())).unwrap())
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }
}

shinsei_conformance::store_suite!(fresh, faults: small, altered: fresh);
shinsei_conformance::access_log_suite!(fresh);
