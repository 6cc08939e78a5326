//! PostgreSQL with nothing above its driver: a table, an index, the version checked, every append on disk. In three ways.

use std::ops::Range;

use futures_util::TryStreamExt as _;
use futures_util::future::{join_all, try_join};
use shinsei_peers_work::case::{Case, PapersFiled, case_id};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::library::{Driven, Library};
use shinsei_peers_work::peer::{Peer, is_numbered, mixed};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

/// As many connections as our store keeps.
const CONNECTIONS: usize = 16;

/// The most events that one statement writes; more where nothing is measured.
const BATCH_MAX: usize = 256;
const FILL_BATCH: usize = 1_000;

const SCHEMA: &str = "
    CREATE TABLE records (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, version bigint NOT NULL,
        recorded_at bigint NOT NULL, kind integer NOT NULL, stream uuid NOT NULL, payload bytea NOT NULL,
        UNIQUE (stream, version));
    CREATE TABLE head (size bigint NOT NULL) WITH (fillfactor = 20);
    INSERT INTO head VALUES (0)";

/// Every statement finds its rows by an index, as we tell our own connections.
const SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";

const LOAD: &str =
    "SELECT position, version, recorded_at, kind, payload FROM records WHERE stream = $1 ORDER BY version";
const VERSION: &str = "SELECT version FROM records WHERE stream = $1 ORDER BY version DESC LIMIT 1";
const REPLAY: &str = "SELECT position, stream, version, recorded_at, kind, payload FROM records
    WHERE position > $1 ORDER BY position LIMIT 10000";
/// One event or many; says which were not too late.
const INSERT: &str = "INSERT INTO records (version, recorded_at, kind, stream, payload)
    SELECT version, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, kind, stream, payload
    FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::bytea[]) WITH ORDINALITY
        AS new (stream, version, kind, payload, ordinal)
    ORDER BY ordinal
    ON CONFLICT (stream, version) DO NOTHING RETURNING stream";
const INSERT_ONE: &str = "INSERT INTO records (version, recorded_at, kind, stream, payload)
    VALUES ($2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, $3, $1, $4)
    ON CONFLICT (stream, version) DO NOTHING";

const FILED: i32 = 1;
const NUMBERED: i32 = 2;

/// How appends reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Each by one statement.
    Statement,
    /// Queued; one writer takes what is queued by one statement.
    Batched,
    /// In a transaction that locks a head row and holds it: one order, in as many round trips as our store needs.
    Headed,
}

/// PostgreSQL in an empty database.
///
/// # Panics
/// When there is none.
pub fn open(runtime: Runtime, address: &str, way: Way) -> impl Peer + use<> {
    let raw = runtime.block_on(async {
        let connections = join_all((0..CONNECTIONS).map(|_| Connection::open(address)));
        let mut connections = connections.await;
        let writer = connections.pop().expect("there are some");
        writer.client.batch_execute(SCHEMA).await.expect("a schema");
        for connection in connections.iter_mut() {
            connection.prepare().await;
        }
        let (work, waiting) = mpsc::channel(1_024);
        let mut writer = writer;
        writer.prepare().await;
        tokio::spawn(write(writer, waiting));
        RawPostgres { connections: connections.into_iter().map(Mutex::new).collect(), work, way }
    });
    Driven::new(runtime, raw)
}

struct RawPostgres {
    connections: Vec<Mutex<Connection>>,
    work: mpsc::Sender<New>,
    way: Way,
}

/// An event that is to be written under a version, and who is told whether it was.
struct New {
    stream: Uuid,
    version: i64,
    payload: Vec<u8>,
    told: oneshot::Sender<bool>,
}

struct Connection {
    client: Client,
    statements: Vec<Statement>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("a server");
        tokio::spawn(connection);
        client.batch_execute(SESSION).await.expect("a session");
        Self { client, statements: vec![] }
    }

    async fn prepare(&mut self) {
        for sql in [LOAD, VERSION, INSERT, INSERT_ONE] {
            self.statements.push(self.client.prepare(sql).await.expect("a statement"));
        }
    }

    /// A case and its version.
    async fn load(&self, stream: Uuid) -> (i64, Case) {
        let rows = self.client.query(&self.statements[0], &[&stream]).await.expect("a case");
        let folded = rows.iter().filter(|row| row.get::<_, i32>(3) == FILED);
        let folded = folded.fold(Case::default(), |case, row| case.evolve(&filed(row, 4)));
        (rows.last().map_or(0, |row| row.get(1)), folded)
    }

    async fn insert_one(&self, stream: Uuid, version: i64, payload: &[u8]) -> bool {
        let values: [&(dyn ToSql + Sync); 4] = [&stream, &version, &FILED, &payload];
        self.client.execute(&self.statements[3], &values).await.expect("an event is written") == 1
    }

    /// The same as our store: what is locked and read in one round trip, what is written and committed in another.
    async fn insert_under_the_head(&self, stream: Uuid, version: i64, payload: &[u8]) -> bool {
        let client = &self.client;
        let locked = async {
            try_join(
                client.batch_execute("BEGIN; SELECT size FROM head FOR UPDATE"),
                client.query_opt(&self.statements[1], &[&stream]),
            )
            .await
        };
        let (_, newest) = locked.await.expect("the head row");
        if newest.map_or(0, |row| row.get::<_, i64>(0)) + 1 != version {
            client.batch_execute("ROLLBACK").await.expect("a server");
            return false;
        }
        let values: [&(dyn ToSql + Sync); 4] = [&stream, &version, &FILED, &payload];
        let written = client.execute(&self.statements[3], &values);
        let finished = client.batch_execute("UPDATE head SET size = size + 1; COMMIT");
        let (written, ()) = try_join(written, finished).await.expect("a commit");
        written == 1
    }

    async fn insert_all<P: AsRef<[u8]>>(&self, rows: &[(Uuid, i64, i32, P)]) -> Vec<Uuid> {
        let streams: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
        let versions: Vec<i64> = rows.iter().map(|row| row.1).collect();
        let kinds: Vec<i32> = rows.iter().map(|row| row.2).collect();
        let payloads: Vec<&[u8]> = rows.iter().map(|row| row.3.as_ref()).collect();
        let values: [&(dyn ToSql + Sync); 4] = [&streams, &versions, &kinds, &payloads];
        let written = self.client.query(&self.statements[2], &values).await.expect("events are written");
        written.iter().map(|row| row.get(0)).collect()
    }
}

/// Writes what is queued, until nobody queues any more.
async fn write(connection: Connection, mut waiting: mpsc::Receiver<New>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let rows: Vec<_> =
            batch.iter().map(|new| (new.stream, new.version, FILED, new.payload.as_slice())).collect();
        let written: std::collections::HashSet<_> = connection.insert_all(&rows).await.into_iter().collect();
        let mut told = std::collections::HashSet::new();
        for new in batch.drain(..) {
            // Of two for the same case the first was written.
            let is_written = written.contains(&new.stream) && told.insert(new.stream);
            // OK because who asked waits for the answer.
            let _ = new.told.send(is_written);
        }
    }
}

fn filed(row: &Row, column: usize) -> PapersFiled {
    PapersFiled::from_json(row.get(column))
}

impl RawPostgres {
    /// A connection that nobody else uses, or one for which not many wait.
    async fn connection(&self, case: u64) -> MutexGuard<'_, Connection> {
        for connection in &self.connections {
            if let Ok(free) = connection.try_lock() {
                return free;
            }
        }
        let turn = usize::try_from(case).unwrap_or_default() % self.connections.len();
        self.connections[turn].lock().await
    }
}

impl Library for RawPostgres {
    async fn fill(&self, cases: Range<u64>, events: u64, mut draw: Draw) {
        let mut rows = Vec::new();
        mixed(cases, events, |number, case| {
            let stream = Uuid::from_u128(case_id(number));
            let filed = case.file(&mut draw);
            // The log of our engine has records of numbers too, one behind the first event of each five.
            let version = i64::try_from(case.events + case.events.div_ceil(5) + 1).expect("a small number");
            let is_numbered = is_numbered(case);
            *case = std::mem::take(case).evolve(&filed);
            rows.push((stream, version, FILED, filed.to_json()));
            if is_numbered {
                rows.push((stream, version + 1, NUMBERED, b"{}".to_vec()));
            }
        });
        let connection = self.connection(0).await;
        for batch in rows.chunks(FILL_BATCH) {
            assert_eq!(connection.insert_all(batch).await.len(), batch.len());
        }
    }

    async fn append(&self, case: u64, seed: u64) {
        let stream = Uuid::from_u128(case_id(case));
        loop {
            let connection = self.connection(case).await;
            let (version, folded) = connection.load(stream).await;
            let (version, payload) = (version + 1, folded.file(&mut Draw::new(seed)).to_json());
            let written = match self.way {
                Way::Statement => connection.insert_one(stream, version, &payload).await,
                Way::Headed => connection.insert_under_the_head(stream, version, &payload).await,
                Way::Batched => {
                    drop(connection);
                    let (told, answer) = oneshot::channel();
                    let new = New { stream, version, payload, told };
                    assert!(self.work.send(new).await.is_ok(), "the writer works");
                    answer.await.expect("the writer answers")
                }
            };
            if written {
                return;
            }
        }
    }

    async fn load(&self, case: u64) -> Case {
        self.connection(case).await.load(Uuid::from_u128(case_id(case))).await.1
    }

    /// By pages, so that nobody needs room for all of it.
    async fn replay(&self) -> u64 {
        let connection = self.connection(0).await;
        let replay = connection.client.prepare(REPLAY).await.expect("a statement");
        let (mut seen, mut papers, mut after) = (0, 0, 0_i64);
        loop {
            let before = after;
            let rows = connection.client.query_raw(&replay, [before]).await.expect("the log");
            let mut rows = std::pin::pin!(rows);
            while let Some(row) = rows.try_next().await.expect("a row") {
                after = row.get(0);
                if row.get::<_, i32>(4) == FILED {
                    papers += filed(&row, 5).papers.len();
                }
                seen += 1;
            }
            if after == before {
                assert!(papers > 0);
                return seen;
            }
        }
    }

    async fn bytes(&self) -> u64 {
        let sql = "SELECT pg_total_relation_size('records')";
        let row = self.connection(0).await.client.query_one(sql, &[]).await.expect("a size");
        row.get::<_, i64>(0).unsigned_abs()
    }
}
