//! The connections of this node: lent one at a time, kept for the next, never more than so many.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use shinsei_core::port::store::StoreError;

use crate::connection::Connection;
use crate::error::{OpenError, Result};
use crate::settings::{Access, Settings};
use crate::tls::Address;

/// How often work is begun anew that met a deadlock or a connection that had died.
const ATTEMPTS_MAX: u32 = 4;

/// The connections of a node.
pub(crate) struct Pool {
    address: Address,
    settings: Settings,
    access: Access,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
}

impl Pool {
    pub(crate) fn new(address: Address, settings: Settings, access: Access) -> Self {
        Self { address, settings, access, state: Mutex::default(), freed: Condvar::new() }
    }

    /// A new connection outside the pool.
    pub(crate) fn connect(&self) -> std::result::Result<Connection, OpenError> {
        Connection::open(&self.address, &self.settings, self.access)
    }

    /// Does work on a connection; again, a bounded number of times, when nothing came of it by a deadlock or because the
    /// connection was dead already.
    pub(crate) fn run<T>(&self, mut work: impl FnMut(&mut Connection) -> Result<T>) -> Result<T> {
        let mut attempt = 1;
        loop {
            match self.run_once(&mut work) {
                Err(fault) if fault.is_worth_another_try() && attempt < ATTEMPTS_MAX => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    fn run_once<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut place = Place { pool: self, connection: self.take()? };
        let connection = match &mut place.connection {
            Some(connection) => connection,
            unopened => unopened.insert(self.connect()?),
        };
        work(connection)
    }

    /// Waits until one more may be used, and gives it if it is open already.
    fn take(&self) -> Result<Option<Connection>> {
        let deadline = Instant::now() + self.settings.wait_max;
        let mut state = self.state();
        while state.lent >= self.settings.connections_max.max(1) {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                let source = "every connection of this node is in use".into();
                return Err(StoreError::Unavailable { source }.into());
            }
            state = self.freed.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.lent += 1;
        Ok(state.idle.pop())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // OK because a connection is taken out or put in by one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a connection back; `None` when it is not to be used again, and then no other that waits, for what ended it
    /// will have ended them.
    fn put_back(&self, connection: Option<Connection>) {
        let mut state = self.state();
        state.lent -= 1;
        let dead = match connection {
            Some(connection) => {
                state.idle.push(connection);
                Vec::new()
            }
            None => std::mem::take(&mut state.idle),
        };
        drop(state);
        self.freed.notify_one();
        drop(dead);
    }
}

/// The right to one connection, which goes back when this is dropped, also by a panic.
struct Place<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let tidy = |mut connection: Connection| connection.tidy().then_some(connection);
        self.pool.put_back(self.connection.take().and_then(tidy));
    }
}
