//! evento on SQLite and on PostgreSQL. Its own format is around our JSON, and it keeps a snapshot of each case.

use std::ops::Range;

use bincode::{Decode, Encode};
use evento::sql::Sql;
use evento::sql_migrator::{InitMigration, M0002};
use evento::{AggregatorName, EventDetails, Executor};
use futures_util::future::BoxFuture;
use shinsei_peers_work::case::{Case, PapersFiled};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::library::{Driven, Library};
use shinsei_peers_work::peer::Peer;
use sqlx::{Database, Pool, Postgres, Sqlite};
use sqlx_migrator::{Migrate as _, Migration, Migrator, Plan};
use tokio::runtime::Runtime;

use crate::place;

#[derive(AggregatorName, Encode, Decode)]
struct Filed {
    json: Vec<u8>,
}

/// A case in evento's own format: events, papers, bytes, the time of the last.
#[derive(Clone, Debug, Default, Encode, Decode)]
struct Filing([u64; 4]);

impl Filing {
    fn case(&self) -> Case {
        let [events, papers, bytes, begun_at] = self.0;
        Case { events, papers, bytes, begun_at }
    }
}

#[evento::aggregator]
impl Filing {
    async fn filed(&mut self, event: EventDetails<Filed>) -> anyhow::Result<()> {
        let case = self.case().evolve(&PapersFiled::from_json(&event.data.json));
        self.0 = [case.events, case.papers, case.bytes, case.begun_at];
        Ok(())
    }
}

struct Evento<D: Database> {
    pool: Pool<D>,
    executor: Sql<D>,
    bytes: fn(Pool<D>) -> BoxFuture<'static, u64>,
}

/// evento in a new file.
pub(crate) fn on_sqlite(runtime: Runtime, path: &str) -> impl Peer + use<> {
    let pool = runtime.block_on(async {
        let pool = place::sqlite(path).await;
        let mut connection = pool.acquire().await.expect("a connection");
        tables::<Sqlite>().run(&mut *connection, &Plan::apply_all()).await.expect("its tables");
        pool
    });
    let bytes = |pool| Box::pin(async move { place::bytes_of_file(&pool).await }) as BoxFuture<'static, u64>;
    Driven::new(runtime, Evento { executor: Sql::from(pool.clone()), pool, bytes })
}

/// evento in an empty database.
pub(crate) fn on_postgres(runtime: Runtime, address: &str) -> impl Peer + use<> {
    let pool = runtime.block_on(async {
        let pool = place::postgres(address).await;
        let mut connection = pool.acquire().await.expect("a connection");
        tables::<Postgres>().run(&mut *connection, &Plan::apply_all()).await.expect("its tables");
        pool
    });
    let bytes =
        |pool| Box::pin(async move { place::bytes_of_tables(&pool).await }) as BoxFuture<'static, u64>;
    Driven::new(runtime, Evento { executor: Sql::from(pool.clone()), pool, bytes })
}

/// Its tables on PostgreSQL have room for 26 characters.
fn id(case: u64) -> String {
    format!("{case:026}")
}

fn tables<D: Database>() -> Migrator<D>
where
    InitMigration: Migration<D>,
    M0002: Migration<D>,
{
    evento::sql_migrator::new().expect("its migrations")
}

impl<D: Database> Library for Evento<D>
where
    Sql<D>: Executor,
{
    async fn fill(&self, cases: Range<u64>, events: u64, mut draw: Draw) {
        for case in cases {
            let mut create = evento::create_with::<Filing>(id(case));
            for filed in Case::history(events, &mut draw) {
                create = create.data(&Filed { json: filed.to_json() }).expect("an event");
            }
            let create = create.metadata(&true).expect("metadata");
            create.commit(&self.executor).await.expect("events are written");
        }
    }

    async fn append(&self, case: u64, seed: u64) {
        let id = id(case);
        loop {
            // What fails was slower than somebody else, or kept waiting for the file for too long.
            let Ok(loaded) = evento::load::<Filing, _>(&self.executor, &id).await else { continue };
            let json = loaded.item.case().file(&mut Draw::new(seed)).to_json();
            let save = evento::save_with(loaded).data(&Filed { json }).expect("an event");
            if save.metadata(&true).expect("metadata").commit(&self.executor).await.is_ok() {
                return;
            }
        }
    }

    async fn load(&self, case: u64) -> Case {
        let loaded = evento::load::<Filing, _>(&self.executor, id(case)).await;
        loaded.expect("a case").item.case()
    }

    /// It is not asked: what a page costs grows with the pages before it, so that 200,000 events take minutes.
    async fn replay(&self) -> u64 {
        0
    }

    async fn bytes(&self) -> u64 {
        (self.bytes)(self.pool.clone()).await
    }
}
