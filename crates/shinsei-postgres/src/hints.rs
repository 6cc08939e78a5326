//! Hints between nodes: for whom one has committed something, told to the others by `NOTIFY`.
//!
//! A hint is sent on a connection of its own, after the commit and outside its transaction: `NOTIFY` inside it would cost
//! two thirds of the appends, since the server lets such transactions commit one after another. What is sent meanwhile
//! is told together. Nothing rests on it: whoever hears nothing looks by himself.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::{Commit, Listener, Outcome};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Error};

use crate::connection::connect;
use crate::tls::Address;

/// The channel on which nodes tell each other.
const LISTEN: &str = "LISTEN shinsei";

/// Tells of municipalities. $1 their codes.
const TELL: &str = "SELECT pg_notify('shinsei', code) FROM unnest($1::text[]) AS code";

/// The least time between two messages of a node: what it writes meanwhile is told in one.
const TELL_EVERY: Duration = Duration::from_millis(20);

/// How long to wait before a connection that was lost is opened again.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// Tells the other nodes, and is told by them, on a thread that begins when there is something to tell or to hear.
pub(crate) struct Hints {
    address: Address,
    thread: OnceLock<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Something is to be told, or it is over.
    woken: Notify,
}

#[derive(Default)]
struct State {
    written: BTreeSet<Municipality>,
    listeners: Vec<Listener>,
    closed: bool,
}

impl Hints {
    pub(crate) fn new(address: Address) -> Self {
        Self { address, thread: OnceLock::new(), shared: Arc::default() }
    }

    /// Notes for whom a batch has written something.
    pub(crate) fn wrote(&self, batch: &[Commit], outcomes: &[Outcome]) {
        let done = batch.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Outcome::Done(_)));
        let mut state = self.shared.state();
        let before = state.written.len();
        state.written.extend(done.map(|(commit, _)| commit.municipality));
        let is_more = state.written.len() > before;
        drop(state);
        if is_more {
            self.begin();
            self.shared.woken.notify_one();
        }
    }

    pub(crate) fn overhear(&self, listener: Listener) {
        self.shared.state().listeners.push(listener);
        self.begin();
    }

    fn begin(&self) {
        self.thread.get_or_init(|| {
            let (address, shared) = (self.address.clone(), Arc::clone(&self.shared));
            // OK because without the thread nobody is told, on which nothing rests.
            let _ = std::thread::Builder::new().name("shinsei-hints".to_owned()).spawn(move || {
                if let Ok(runtime) = Builder::new_current_thread().enable_all().build() {
                    runtime.block_on(live(&address, &shared));
                }
            });
        });
    }
}

/// Nobody waits for the thread: it ends by itself.
impl Drop for Hints {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.woken.notify_one();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // OK because each change is one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be told; `None` when it is over.
    fn take(&self) -> Option<Vec<String>> {
        let mut state = self.state();
        let written = std::mem::take(&mut state.written);
        (!state.closed).then(|| written.iter().map(Municipality::to_string).collect())
    }

    /// Tells the listeners what another node said. What is no code of a municipality somebody else has sent.
    fn heard(&self, payload: &str) {
        if let Ok(municipality) = payload.parse() {
            self.state().listeners.retain(|listener| listener(municipality));
        }
    }
}

/// Tells and hears until it is over; a connection that is lost is opened again.
async fn live(address: &Address, shared: &Arc<Shared>) {
    loop {
        // OK because a hint that is lost is looked for by whoever wanted it.
        if let Ok(()) = converse(address, shared).await {
            return;
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
        if shared.state().closed {
            return;
        }
    }
}

/// Tells and hears on one connection: `Ok` when it is over.
async fn converse(address: &Address, shared: &Arc<Shared>) -> Result<(), Error> {
    let own = Arc::new(OnceLock::new());
    let (hearing, own_id) = (Arc::clone(shared), Arc::clone(&own));
    let (client, gone) = connect(address, move |message| match message {
        AsyncMessage::Notification(told) if own_id.get() != Some(&told.process_id()) => {
            hearing.heard(told.payload());
        }
        _ => {}
    })
    .await?;
    let id: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)?;
    own.get_or_init(|| id);
    // A hint that a crash of the server takes away is none.
    client.batch_execute("SET synchronous_commit = off").await?;
    client.batch_execute(LISTEN).await?;
    let tell = client.prepare(TELL).await?;
    let mut gone = pin!(gone);
    loop {
        let Some(written) = shared.take() else { return Ok(()) };
        if !written.is_empty() {
            client.execute(&tell, &[&written]).await?;
            tokio::time::sleep(TELL_EVERY).await;
        }
        if let Either::Right(_) = select(pin!(shared.woken.notified()), &mut gone).await {
            // Whatever ended it is said by the next use of the client.
            client.batch_execute("SELECT 1").await?;
        }
    }
}
