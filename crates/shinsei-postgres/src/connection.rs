//! One connection: its statements, prepared once, and round trips that carry several of them.
//!
//! It is driven on the thread of whoever uses it, so that no other thread has to wake up for an answer.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::error::Severity;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Error, NoTls, Row, Statement};

use crate::error::{Fault, OpenError, Result, said};
use crate::settings::{self, Access, Settings};
use crate::statement::{Assembled, Rows};
use crate::tls::Address;

/// A value of a statement.
pub(crate) type Value<'p> = &'p (dyn ToSql + Sync);

/// One statement of a round trip.
pub(crate) enum Step<'p> {
    /// Without values and without rows.
    Plain(&'static str),
    /// With the values of its `$1`, `$2` and so on.
    Query(&'p str, Vec<Value<'p>>),
}

/// Begins a transaction in which each statement sees what was committed before it.
pub(crate) const BEGIN: Step<'static> = Step::Plain("BEGIN ISOLATION LEVEL READ COMMITTED");
const COMMIT: Step<'static> = Step::Plain("COMMIT");

/// A connection.
pub(crate) struct Connection {
    client: Client,
    statements: HashMap<Box<str>, Statement>,
    /// How many warnings the server has sent.
    warnings: Arc<AtomicU64>,
    is_in_transaction: bool,
    is_spoilt: bool,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Connection {
    /// Connects, and refuses a server that does not keep what it acknowledged.
    pub(crate) fn open(
        address: &Address,
        settings: &Settings,
        access: Access,
    ) -> std::result::Result<Self, OpenError> {
        let failed = |source: std::io::Error| OpenError::Driver { source: source.into() };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let warnings = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&warnings);
        let count = move |message| {
            if let AsyncMessage::Notice(notice) = message
                && notice.parsed_severity() == Some(Severity::Warning)
            {
                counted.fetch_add(1, Ordering::Release);
            }
        };
        let connected = block(&runtime, async { connect(address, count).await.map(|(client, _)| client) });
        let unreachable = |source: Error| OpenError::Unreachable { source: said(source) };
        let client = connected.map_err(unreachable)?;
        let session = settings::session(settings, access);
        let (told, promises, pinned) = block(&runtime, async {
            let told = client.batch_execute(&session);
            let promises = client.query_one(settings::PROMISES, &[]);
            let pinned = client.batch_execute(settings::PIN);
            (told.await, promises.await, pinned.await)
        });
        told?;
        settings::check(&promises?)?;
        pinned?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            warnings,
            is_in_transaction: false,
            is_spoilt: false,
            runtime: Some(runtime),
        })
    }

    /// Runs statements in order in one round trip, each seeing what those before it did, and gives the rows of each.
    /// After a failure in a transaction the later ones have done nothing.
    pub(crate) fn run(&mut self, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>> {
        if matches!(steps.first(), Some(Step::Plain(first)) if first.starts_with("BEGIN")) {
            self.is_in_transaction = true;
        }
        Ok(self.send(steps)?)
    }

    /// Runs one statement made for its rows, and gives what it answers.
    pub(crate) fn ask(&mut self, rows: Rows<'_>) -> Result<Vec<Row>> {
        let statement = Assembled::all(vec![rows]);
        Ok(self.run(&[statement.step()])?.pop().unwrap_or_default())
    }

    /// Runs one statement and visits its rows, each as soon as it is there: the server works on the next ones meanwhile.
    pub(crate) fn visit(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut each: impl FnMut(&Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        if Handle::try_current().is_ok() {
            // The rows come in on another thread, where `each` cannot go.
            let rows = self.run(&[Step::Query(sql, values.to_vec())])?.remove(0);
            let visited =
                rows.iter().map(each).find(|visited| !matches!(visited, Ok(ControlFlow::Continue(()))));
            return visited.transpose().map(|_| ());
        }
        let Self { client, statements, runtime, .. } = self;
        // OK because it is there until the connection is dropped.
        let Some(runtime) = runtime else { return Ok(()) };
        let mut visited = Ok(ControlFlow::Continue(()));
        let answered = runtime.block_on(async {
            let statement = prepared(client, statements, sql).await?;
            let mut rows = pin!(client.query_raw(&statement, values.iter().copied()).await?);
            while let Some(row) = rows.try_next().await? {
                visited = each(&row);
                if !matches!(visited, Ok(ControlFlow::Continue(()))) {
                    break;
                }
            }
            Ok(())
        });
        self.look_at(&answered);
        answered?;
        visited.map(|_| ())
    }

    /// Runs the last statements of a transaction and commits it, in one round trip.
    pub(crate) fn commit(&mut self, mut steps: Vec<Step<'_>>) -> Result<Vec<Vec<Row>>> {
        steps.push(COMMIT);
        let warnings = self.warnings.load(Ordering::Acquire);
        let rows = self.send(&steps).map_err(Fault::while_committing)?;
        self.is_in_transaction = false;
        // A server that was told to wait for another one and gave up waiting says so by a warning alone.
        if self.warnings.load(Ordering::Acquire) != warnings {
            let source = "the server warned while committing, so that it may not be on the standby".into();
            return Err(shinsei_core::port::store::StoreError::OutcomeUnknown { source }.into());
        }
        Ok(rows)
    }

    /// Gives up a transaction.
    pub(crate) fn roll_back(&mut self) -> Result<()> {
        self.send(&[Step::Plain("ROLLBACK")])?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Makes the connection fit for the next user; false when it cannot be.
    pub(crate) fn tidy(&mut self) -> bool {
        !self.is_spoilt && (!self.is_in_transaction || self.roll_back().is_ok())
    }

    fn send(&mut self, steps: &[Step<'_>]) -> std::result::Result<Vec<Vec<Row>>, Error> {
        let Self { client, statements, runtime, .. } = self;
        // OK because it is there until the connection is dropped.
        let Some(runtime) = runtime else { return Ok(Vec::new()) };
        let answered = block(runtime, async {
            prepare(client, statements, steps).await?;
            let (client, statements) = (&*client, &*statements);
            let has_failed = AtomicBool::new(false);
            let sent = join_all(steps.iter().map(|step| one(client, statements, step, &has_failed))).await;
            sent.into_iter().collect()
        });
        self.look_at(&answered);
        answered
    }

    /// Sees whether the connection can be used again after an answer.
    fn look_at<T>(&mut self, answered: &std::result::Result<T, Error>) {
        if let Err(error) = answered {
            self.is_spoilt |= Fault::spoils_the_connection(error) || self.client.is_closed();
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // OK because nothing runs on it but the connection, and waiting is not allowed everywhere.
            runtime.shutdown_background();
        }
    }
}

async fn prepare(
    client: &Client,
    statements: &mut HashMap<Box<str>, Statement>,
    steps: &[Step<'_>],
) -> std::result::Result<(), Error> {
    let unknown: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Query(sql, _) if !statements.contains_key(*sql) => Some(*sql),
            Step::Plain(_) | Step::Query(..) => None,
        })
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let prepared = join_all(unknown.iter().map(|sql| client.prepare(sql))).await;
    for (sql, statement) in unknown.into_iter().zip(prepared) {
        statements.insert(sql.into(), statement?);
    }
    Ok(())
}

/// One statement, prepared now if it was not.
async fn prepared(
    client: &Client,
    statements: &mut HashMap<Box<str>, Statement>,
    sql: &'static str,
) -> std::result::Result<Statement, Error> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(sql).await?;
    statements.insert(sql.into(), statement.clone());
    Ok(statement)
}

/// Sends a statement when it is first polled, which happens to all of them in order, and waits for its answer.
///
/// One that cannot even be sent, because a value does not fit its type, is unknown to the server: then nothing that comes
/// after it is sent either, least of all `COMMIT`.
async fn one(
    client: &Client,
    statements: &HashMap<Box<str>, Statement>,
    step: &Step<'_>,
    has_failed: &AtomicBool,
) -> std::result::Result<Vec<Row>, Error> {
    if has_failed.load(Ordering::Relaxed) {
        return Ok(Vec::new());
    }
    let answer = match step {
        Step::Plain(sql) => client.batch_execute(sql).await.map(|()| Vec::new()),
        Step::Query(sql, values) => match statements.get(*sql) {
            Some(statement) => client.query(statement, values).await,
            // OK because all were prepared.
            None => client.query(*sql, values).await,
        },
    };
    has_failed.fetch_or(answer.is_err(), Ordering::Relaxed);
    answer
}

/// Connects, in secret where the address wants it, and hands on what the server says unasked. The task ends with the
/// connection.
pub(crate) async fn connect(
    address: &Address,
    each: impl FnMut(AsyncMessage) + Send + 'static,
) -> std::result::Result<(Client, JoinHandle<()>), Error> {
    match &address.tls {
        Some(tls) => {
            let (client, connection) = address.config.connect(tls.clone()).await?;
            Ok((client, tokio::spawn(serve(connection, each))))
        }
        None => {
            let (client, connection) = address.config.connect(NoTls).await?;
            Ok((client, tokio::spawn(serve(connection, each))))
        }
    }
}

/// Carries the connection's bytes, and hands on what the server says unasked.
async fn serve<S, T>(mut connection: tokio_postgres::Connection<S, T>, mut each: impl FnMut(AsyncMessage))
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        each(message);
    }
}

/// Runs a future to its end on this thread; on one of its own where this thread must not wait, since it is an
/// asynchronous runtime's.
fn block<F>(runtime: &Runtime, work: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    if Handle::try_current().is_err() {
        return runtime.block_on(work);
    }
    std::thread::scope(|threads| match threads.spawn(|| runtime.block_on(work)).join() {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
