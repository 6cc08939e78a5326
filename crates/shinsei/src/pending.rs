//! An answer that has not been worked for yet.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::engine::{EngineError, ExecuteError};

/// The answer to a command that has done nothing yet: it is worked for when it is waited for or polled.
///
/// [`Pending::wait`] works on the caller's thread. The first poll hands the work to the engine's own threads, so that
/// any executor will do. Dropped before its first poll, nothing has happened; dropped after it, the command goes on,
/// and sending the same command id again gives its answer.
#[must_use = "nothing happens until it is waited for or polled"]
pub struct Pending<T>(State<T>);

enum State<T> {
    Idle(Box<dyn Work<T>>),
    Running(Arc<Slot<T>>),
    Taken,
}

/// Work that was not begun.
pub(crate) trait Work<T>: Send {
    /// Does it on this thread.
    fn here(self: Box<Self>) -> Result<T, ExecuteError>;

    /// Begins it on the engine's threads.
    fn elsewhere(self: Box<Self>, slot: Arc<Slot<T>>);
}

/// Where an answer appears, and who wants to know.
pub(crate) struct Slot<T>(Mutex<SlotState<T>>);

struct SlotState<T> {
    answer: Option<Result<T, ExecuteError>>,
    waker: Option<Waker>,
}

impl<T> Slot<T> {
    /// Gives the answer.
    pub(crate) fn fill(&self, answer: Result<T, ExecuteError>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.answer = Some(answer);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Result<T, ExecuteError>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
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
    /// When it was polled before: await it then.
    pub fn wait(self) -> Result<T, ExecuteError> {
        match self.0 {
            State::Idle(work) => work.here(),
            State::Running(_) | State::Taken => panic!("a pending answer is either waited for or polled"),
        }
    }
}

struct Failed(EngineError);

impl<T: Send> Work<T> for Failed {
    fn here(self: Box<Self>) -> Result<T, ExecuteError> {
        Err(self.0.into())
    }

    fn elsewhere(self: Box<Self>, slot: Arc<Slot<T>>) {
        slot.fill(Err(self.0.into()));
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, ExecuteError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Idle(_) = self.0 {
            let slot = Arc::new(Slot(Mutex::new(SlotState { answer: None, waker: None })));
            if let State::Idle(work) = std::mem::replace(&mut self.0, State::Running(Arc::clone(&slot))) {
                work.elsewhere(slot);
            }
        }
        let State::Running(slot) = &self.0 else { panic!("a pending answer is taken once") };
        let answer = slot.poll(context);
        if answer.is_ready() {
            self.0 = State::Taken;
        }
        answer
    }
}
