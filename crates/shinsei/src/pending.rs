//! An answer that has not been worked for yet.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::engine::{EngineError, ExecuteError};
use crate::slot::{Owed, Slot, slot};

/// The answer to a command that has done nothing yet: it is worked for when it is waited for or polled.
///
/// [`Pending::wait`] works on the caller's thread. The first poll hands the work to the engine's own threads, so that
/// any executor will do. Dropped before its first poll, nothing has happened; dropped after it, the command goes on,
/// and sending the same command id again gives its answer.
#[must_use = "nothing happens until it is waited for or polled"]
pub struct Pending<T>(State<T>);

/// What an answer is, or why there is none.
pub(crate) type Answered<T> = Result<T, ExecuteError>;

enum State<T> {
    Idle(Box<dyn Work<T>>),
    Running(Slot<Answered<T>>),
    Taken,
}

/// Work that was not begun.
pub(crate) trait Work<T>: Send {
    /// Does it on this thread.
    fn here(self: Box<Self>) -> Answered<T>;

    /// Begins it on the engine's threads.
    fn elsewhere(self: Box<Self>, owed: Owed<Answered<T>>);
}

impl<T> Pending<T> {
    pub(crate) fn new(work: impl Work<T> + 'static) -> Self {
        Self(State::Idle(Box::new(work)))
    }

    /// An answer that is known to be a failure before anything was done.
    pub(crate) fn failed(error: EngineError) -> Self
    where
        T: 'static + Send,
    {
        Self::new(Failed(error))
    }

    /// Works for the answer on this thread; when nobody holds the writer it commits inline, with whatever is queued.
    ///
    /// # Errors
    /// [`ExecuteError`] as [`crate::engine::Engine::execute`].
    ///
    /// # Panics
    /// When it was polled before: await it then. When the verifier panics: nothing was written then.
    pub fn wait(self) -> Answered<T> {
        match self.0 {
            State::Idle(work) => work.here(),
            State::Running(_) | State::Taken => panic!("a pending answer is either waited for or polled"),
        }
    }
}

struct Failed(EngineError);

impl<T: Send> Work<T> for Failed {
    fn here(self: Box<Self>) -> Answered<T> {
        Err(self.0.into())
    }

    fn elsewhere(self: Box<Self>, owed: Owed<Answered<T>>) {
        owed.give(Err(self.0.into()));
    }
}

impl<T> Future for Pending<T> {
    type Output = Answered<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Idle(_) = self.0 {
            let (owed, slot) = slot();
            if let State::Idle(work) = std::mem::replace(&mut self.0, State::Running(slot)) {
                work.elsewhere(owed);
            }
        }
        let State::Running(slot) = &self.0 else { panic!("a pending answer is taken once") };
        match slot.poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(answer) => {
                self.0 = State::Taken;
                Poll::Ready(answer.unwrap_or_else(|_| Err(EngineError::Abandoned.into())))
            }
        }
    }
}
