//! cqrs-es on SQLite and on PostgreSQL.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore, QueryReplay, SerializedEvent};
use cqrs_es::{
    Aggregate, AggregateContext as _, AggregateError, CqrsFramework, DomainEvent, EventEnvelope,
    EventStore as _, Query,
};
use futures_util::future::BoxFuture;
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use shinsei_peers_work::case::{Case, PapersFiled, case_id, uuid};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::library::{Driven, Library};
use shinsei_peers_work::peer::Peer;
use sqlite_es::SqliteEventRepository;
use sqlx::{PgPool, SqlitePool};
use tokio::runtime::Runtime;

use crate::place;

/// Its own schemas, which it asks its users to create.
const ON_SQLITE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
    sequence integer CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, event_version text NOT NULL,
    payload text NOT NULL, metadata text NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence)) STRICT";
const ON_POSTGRES: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
    sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, event_version text NOT NULL,
    payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

#[derive(Default, Serialize, Deserialize)]
struct Filing(Case);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Filed(PapersFiled);

impl DomainEvent for Filed {
    fn event_type(&self) -> String {
        "PapersFiled".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Filing {
    const TYPE: &'static str = "case";
    type Command = u64;
    type Event = Filed;
    type Error = Infallible;
    type Services = ();

    async fn handle(&mut self, seed: u64, (): &(), sink: &EventSink<Self>) -> Result<(), Infallible> {
        let filed = self.0.file(&mut Draw::new(seed));
        sink.write(Filed(filed), self).await;
        Ok(())
    }

    fn apply(&mut self, event: Filed) {
        self.0 = std::mem::take(&mut self.0).evolve(&event.0);
    }
}

/// Counts what is replayed.
struct Counted(Arc<AtomicU64>);

impl Query<Filing> for Counted {
    fn dispatch<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        _: &'life1 str,
        events: &'life2 [EventEnvelope<Filing>],
    ) -> BoxFuture<'async_trait, ()>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        let papers: usize = events.iter().map(|event| event.payload.0.papers.len()).sum();
        assert_eq!(papers, 3 * events.len());
        self.0.fetch_add(events.len() as u64, Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }
}

/// What differs between the databases.
trait Pool: Clone + Send + Sync + 'static {
    type Repository: PersistedEventRepository + Send + Sync + 'static;

    fn repository(&self) -> Self::Repository;

    fn bytes(&self) -> impl Future<Output = u64> + Send;
}

impl Pool for SqlitePool {
    type Repository = SqliteEventRepository;

    fn repository(&self) -> SqliteEventRepository {
        SqliteEventRepository::new(self.clone())
    }

    async fn bytes(&self) -> u64 {
        place::bytes_of_file(self).await
    }
}

impl Pool for PgPool {
    type Repository = PostgresEventRepository;

    fn repository(&self) -> PostgresEventRepository {
        PostgresEventRepository::new(self.clone())
    }

    async fn bytes(&self) -> u64 {
        place::bytes_of_tables(self).await
    }
}

type Store<P> = PersistedEventStore<<P as Pool>::Repository, Filing>;

struct CqrsEs<P: Pool> {
    pool: P,
    store: Store<P>,
    framework: CqrsFramework<Filing, Store<P>>,
}

/// cqrs-es in a new file.
pub(crate) fn on_sqlite(runtime: Runtime, path: &str) -> impl Peer + use<> {
    let pool = runtime.block_on(async {
        let pool = place::sqlite(path).await;
        sqlx::query(ON_SQLITE).execute(&pool).await.expect("a table");
        pool
    });
    Driven::new(runtime, CqrsEs::new(pool))
}

/// cqrs-es in an empty database.
pub(crate) fn on_postgres(runtime: Runtime, address: &str) -> impl Peer + use<> {
    let pool = runtime.block_on(async {
        let pool = place::postgres(address).await;
        sqlx::query(ON_POSTGRES).execute(&pool).await.expect("a table");
        pool
    });
    Driven::new(runtime, CqrsEs::new(pool))
}

impl<P: Pool> CqrsEs<P> {
    fn new(pool: P) -> Self {
        let store = || Store::<P>::new_event_store(pool.repository());
        let framework = CqrsFramework::new(store(), vec![], ());
        Self { store: store(), framework, pool }
    }
}

impl<P: Pool> Library for CqrsEs<P> {
    async fn fill(&self, cases: Range<u64>, events: u64, mut draw: Draw) {
        let name = |text: &str| text.to_owned();
        let repository = self.pool.repository();
        for case in cases {
            let record = |(sequence, filed)| SerializedEvent {
                aggregate_id: uuid(case_id(case)),
                sequence,
                aggregate_type: name(Filing::TYPE),
                event_type: name("PapersFiled"),
                event_version: name("1"),
                payload: serde_json::to_value(filed).expect("JSON"),
                metadata: serde_json::json!({}),
            };
            let records: Vec<_> = (1..).zip(Case::history(events, &mut draw)).map(record).collect();
            repository.persist::<Filing>(&records, None).await.expect("events are written");
        }
    }

    async fn append(&self, case: u64, seed: u64) {
        let id = uuid(case_id(case));
        loop {
            match self.framework.execute(&id, seed).await {
                Ok(()) => return,
                // Somebody else was faster, or held the file for too long.
                Err(AggregateError::AggregateConflict | AggregateError::DatabaseConnectionError(_)) => {}
                Err(error) => panic!("cqrs-es: {error}"),
            }
        }
    }

    async fn load(&self, case: u64) -> Case {
        let mut loaded = self.store.load_aggregate(&uuid(case_id(case))).await.expect("a case");
        std::mem::take(&mut loaded.aggregate().0)
    }

    async fn replay(&self) -> u64 {
        let seen = Arc::new(AtomicU64::new(0));
        let replay = QueryReplay::new(self.pool.repository(), Counted(Arc::clone(&seen)));
        replay.replay_all().await.expect("the log");
        seen.load(Ordering::Relaxed)
    }

    async fn bytes(&self) -> u64 {
        self.pool.bytes().await
    }
}
