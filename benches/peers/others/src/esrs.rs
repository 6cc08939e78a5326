//! esrs, which is on PostgreSQL alone.

use std::convert::Infallible;
use std::ops::Range;

use esrs::manager::AggregateManager;
use esrs::store::EventStore as _;
use esrs::store::postgres::{PgStore, PgStoreBuilder};
use esrs::{Aggregate, AggregateState};
use futures_util::StreamExt as _;
use shinsei_peers_work::case::{Case, PapersFiled, case_id};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::library::{Driven, Library};
use shinsei_peers_work::peer::Peer;
use sqlx::PgPool;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::place;

struct Filing;

impl Aggregate for Filing {
    const NAME: &'static str = "filing";
    type State = Case;
    type Command = u64;
    type Event = PapersFiled;
    type Error = Infallible;

    fn handle_command(case: &Case, seed: u64) -> Result<Vec<PapersFiled>, Infallible> {
        Ok(vec![case.file(&mut Draw::new(seed))])
    }

    fn apply_event(case: Case, filed: PapersFiled) -> Case {
        case.evolve(&filed)
    }
}

struct Esrs {
    pool: PgPool,
    store: PgStore<Filing>,
    manager: AggregateManager<PgStore<Filing>>,
}

/// esrs in an empty database.
pub(crate) fn on_postgres(runtime: Runtime, address: &str) -> impl Peer + use<> {
    let (pool, store) = runtime.block_on(async {
        let pool = place::postgres(address).await;
        let store = PgStoreBuilder::new(pool.clone()).try_build().await.expect("its tables");
        (pool, store)
    });
    Driven::new(runtime, Esrs { pool, manager: AggregateManager::new(store.clone()), store })
}

impl Esrs {
    async fn state(&self, case: u64) -> AggregateState<Case> {
        let loaded = self.manager.load(Uuid::from_u128(case_id(case))).await;
        loaded.expect("the server answers").expect("a case")
    }
}

impl Library for Esrs {
    async fn fill(&self, cases: Range<u64>, events: u64, mut draw: Draw) {
        for case in cases {
            let mut state = AggregateState::with_id(Uuid::from_u128(case_id(case)));
            let filed = Case::history(events, &mut draw);
            self.store.persist(&mut state, filed).await.expect("events are written");
        }
    }

    /// Without its lock, as the version is checked anyway.
    async fn append(&self, case: u64, seed: u64) {
        while self.manager.handle_command(self.state(case).await, seed).await.is_err() {}
    }

    async fn load(&self, case: u64) -> Case {
        self.state(case).await.into_inner()
    }

    async fn replay(&self) -> u64 {
        let events = self.store.stream_events(&self.pool);
        events
            .fold(0, |seen, event| {
                assert_eq!(event.expect("an event").payload.papers.len(), 3);
                std::future::ready(seen + 1)
            })
            .await
    }

    async fn bytes(&self) -> u64 {
        place::bytes_of_tables(&self.pool).await
    }
}
