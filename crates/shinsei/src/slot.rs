//! Where an answer appears: given by one thread, waited for or polled by another, and never waited for in vain.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Makes a slot, and the debt of giving its answer.
pub(crate) fn slot<A>() -> (Owed<A>, Slot<A>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State { answer: Answer::Owed, waker: None }),
        given: Condvar::new(),
    });
    (Owed(Arc::clone(&shared)), Slot(shared))
}

/// An answer that is owed. Dropped without giving it, as by a panic, whoever waits learns that none will come.
pub(crate) struct Owed<A>(Arc<Shared<A>>);

/// Where the answer appears.
pub(crate) struct Slot<A>(Arc<Shared<A>>);

/// No answer will come.
#[derive(Debug)]
pub(crate) struct Abandoned;

struct Shared<A> {
    state: Mutex<State<A>>,
    given: Condvar,
}

struct State<A> {
    answer: Answer<A>,
    waker: Option<Waker>,
}

enum Answer<A> {
    Owed,
    Given(A),
    Abandoned,
}

impl<A> Owed<A> {
    /// Gives the answer.
    pub(crate) fn give(self, answer: A) {
        self.0.settle(Answer::Given(answer));
    }
}

impl<A> Drop for Owed<A> {
    fn drop(&mut self) {
        self.0.settle(Answer::Abandoned);
    }
}

impl<A> Slot<A> {
    /// The answer, or a promise to wake when it is there.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<Result<A, Abandoned>> {
        let mut state = self.0.lock();
        match state.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Waits for the answer.
    pub(crate) fn wait(self) -> Result<A, Abandoned> {
        let mut state = self.0.lock();
        loop {
            if let Some(answer) = state.take() {
                return answer;
            }
            state = self.0.given.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<A> State<A> {
    fn take(&mut self) -> Option<Result<A, Abandoned>> {
        match std::mem::replace(&mut self.answer, Answer::Abandoned) {
            Answer::Given(answer) => Some(Ok(answer)),
            Answer::Abandoned => Some(Err(Abandoned)),
            Answer::Owed => {
                self.answer = Answer::Owed;
                None
            }
        }
    }
}

impl<A> Shared<A> {
    /// Settles the debt, unless it is settled.
    fn settle(&self, answer: Answer<A>) {
        let mut state = self.lock();
        if !matches!(state.answer, Answer::Owed) {
            return;
        }
        state.answer = answer;
        let waker = state.waker.take();
        drop(state);
        self.given.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
