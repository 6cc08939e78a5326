//! One command on its way: verify, load, decide, commit, answer. The ten lines of the engine.

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use shinsei_core::agenda::Settlement;
use shinsei_core::decider::{Context, Decider, Decision, Needs};
use shinsei_core::document::{Body, INLINE_BYTES_MAX, NewDocument, Seed};
use shinsei_core::event_format::{EventFormat, Proposed, decode};
use shinsei_core::ids::{Municipality, Position, StreamId, Version};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::signature::{Refusal, SignatureRequest, verify};
use shinsei_core::port::store::{Append, CommandKey, Commit, Outcome, PAGE_RECORDS_MAX, Receipt, StoreError};
use shinsei_core::procedure::Procedure;
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::signature::VerifiedSignature;
use shinsei_core::time::Timestamp;
use shinsei_core::user::User;

use crate::committer::NotQueued;
use crate::engine::{Answer, EngineError, ExecuteError, Request, Shared};
use crate::pending::{Slot, Work};

/// How often a command is decided again because its streams moved on or its window closed.
const DECISIONS_MAX: u32 = 16;

/// A command on its way to its answer.
pub(crate) struct Execution<D: Decider> {
    engine: Arc<Shared>,
    request: Request<D>,
    key: CommandKey,
    seed: Seed,
    settles: Vec<Settlement>,
    verified: Option<VerifiedSignature>,
    decisions: u32,
    from_store: bool,
    proposed: Vec<Proposed<D::Event>>,
    expected: Version,
    schedules: bool,
}

/// What comes next.
enum Step<D: Decider> {
    Commit(Commit),
    Answer(Result<Answer<D>, ExecuteError>),
}

impl<D: Decider> Execution<D> {
    pub(crate) fn new(
        engine: Arc<Shared>,
        request: Request<D>,
        settles: Vec<Settlement>,
    ) -> Result<Self, EngineError> {
        let key = CommandKey { id: request.command_id, digest: content_digest(&request)? };
        let seed = engine.entropy.seed();
        Ok(Self {
            engine,
            request,
            key,
            seed,
            settles,
            verified: None,
            decisions: 0,
            from_store: false,
            proposed: vec![],
            expected: Version::default(),
            schedules: false,
        })
    }

    /// Verify, load the streams, decide: a commit to hand over, or an answer.
    fn step(&mut self) -> Step<D> {
        loop {
            match self.decide() {
                Ok(commit) => return Step::Commit(commit),
                Err(ExecuteError::Rejected(_)) if !self.from_store => self.from_store = true,
                Err(ExecuteError::Rejected(rejection)) => return Step::Answer(self.refuse(rejection)),
                Err(failure) => return Step::Answer(Err(failure)),
            }
        }
    }

    /// Nobody is refused what was granted before: a known command gets its first answer (promise 5).
    fn refuse(&self, rejection: Rejection) -> Result<Answer<D>, ExecuteError> {
        match self.engine.store.find(self.request.municipality, self.key.id)? {
            Some(found) if found.digest.is_none_or(|digest| digest == self.key.digest) => {
                self.again(&found.receipt)
            }
            Some(_) => Err(EngineError::CommandReused.into()),
            None => Err(ExecuteError::Rejected(rejection)),
        }
    }

    fn decide(&mut self) -> Result<Commit, ExecuteError> {
        self.decisions += 1;
        let engine = Arc::clone(&self.engine);
        let city = engine.city(self.request.municipality)?;
        let now = engine.clock.now();
        let needs = D::needs(&self.request.command);
        let procedure = needs.procedure.and_then(|id| city.catalog.procedure(id));
        if let Some(signature) = Self::judge(&engine, &needs, procedure, self.verified.take(), now)? {
            self.verified = Some(signature);
        }
        let (version, state) = self.load::<D>(self.request.stream)?;
        let applicant = self.request.actor.user().filter(|_| needs.applicant).map(StreamId::from);
        let applicant =
            applicant.map(|stream| Ok::<_, EngineError>((stream, self.load::<User>(stream)?))).transpose()?;
        let context = Context {
            now,
            municipality: self.request.municipality,
            stream: self.request.stream,
            actor: &self.request.actor,
            procedure,
            applicant: applicant.as_ref().map(|(_, (_, user))| user.as_ref()),
            registration_required: city.registration_required,
            service_hours: &city.service_hours,
            signature: self.verified.as_ref(),
            seed: self.seed,
        };
        let decision = state.decide(&self.request.command, &context).map_err(ExecuteError::Rejected)?;
        let read = applicant.map(|(stream, (version, _))| (stream, version));
        self.expected = version;
        Ok(self.commit_of(decision, read)?)
    }

    /// The signature judged for this procedure, now; no verifier is called where none is needed.
    fn judge(
        engine: &Shared,
        needs: &Needs<'_>,
        procedure: Option<&Procedure>,
        before: Option<VerifiedSignature>,
        now: Timestamp,
    ) -> Result<Option<VerifiedSignature>, ExecuteError> {
        let (Some(signed), Some(procedure)) = (needs.signed, procedure) else { return Ok(None) };
        let accepted = procedure.terms.signature.accepted();
        if accepted.is_empty() {
            return Ok(None);
        }
        if let Some(before) = before.filter(|before| before.holds().contains(now)) {
            return Ok(Some(before));
        }
        let request = SignatureRequest { signed, at: now, procedure: &procedure.id, accepted };
        match verify(engine.verifier.as_ref(), request) {
            Ok(signature) => Ok(Some(signature)),
            Err(Refusal::Defect(defect)) => Err(ExecuteError::Rejected(Rejection::SignatureInvalid(defect))),
            Err(Refusal::Verifier(error)) => Err(EngineError::Verifier(error).into()),
        }
    }

    /// The folded state of a stream, from the cache or from the store.
    fn load<S: Decider>(&self, stream: StreamId) -> Result<(Version, Arc<S>), EngineError> {
        let key = (self.request.municipality, stream);
        if !self.from_store
            && let Some(cached) = self.engine.cache.find::<S>(key)
        {
            return Ok(cached);
        }
        let (version, state) = self.engine.fold::<S>(self.request.municipality, stream)?;
        let state = Arc::new(state);
        self.engine.cache.put(key, version, Arc::clone(&state));
        Ok((version, state))
    }

    fn commit_of(
        &mut self,
        decision: Decision<D::Event>,
        read: Option<(StreamId, Version)>,
    ) -> Result<Commit, EngineError> {
        let records = decision.events.iter().map(Proposed::to_record).collect::<Result<_, _>>()?;
        let documents = decision.documents.into_iter().map(|document| self.stage(document));
        let documents = documents.collect::<Result<_, EngineError>>()?;
        self.proposed = decision.events;
        self.schedules = !decision.agenda.is_empty();
        Ok(Commit {
            municipality: self.request.municipality,
            command: Some(self.key),
            appends: vec![Append { stream: self.request.stream, expected: self.expected, records }],
            unchanged: read.into_iter().collect(),
            documents,
            agenda: decision.agenda,
            settles: self.settles.clone(),
            window: decision.window,
        })
    }

    /// Stages a document that is too large for a commit; nobody sees it before the commit links it.
    fn stage(&self, document: NewDocument) -> Result<NewDocument, EngineError> {
        let (Body::Inline(content) | Body::Shared(content)) = &document.body else { return Ok(document) };
        if !document.is_too_large() {
            return Ok(document);
        }
        let mut offset = 0;
        for chunk in content.as_slice().chunks(INLINE_BYTES_MAX) {
            self.engine.store.stage(self.request.municipality, document.id, offset, chunk)?;
            offset += chunk.len() as u64;
        }
        let sha256 = Sha256::digest(content.as_slice()).into();
        Ok(NewDocument { body: Body::Staged { bytes: offset, sha256 }, ..document })
    }

    /// What an outcome means for the caller; `None` when the command must be decided again.
    fn settle(
        &mut self,
        outcome: Result<Outcome, Arc<StoreError>>,
    ) -> Option<Result<Answer<D>, ExecuteError>> {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => return Some(Err(EngineError::Store(error).into())),
        };
        match outcome {
            Outcome::Done(receipt) => Some(self.done(&receipt)),
            Outcome::Again(receipt) => Some(self.again(&receipt)),
            Outcome::KeyReused => Some(Err(EngineError::CommandReused.into())),
            Outcome::LeaseLost { .. } => Some(Err(EngineError::LeaseLost.into())),
            Outcome::NotStaged { .. } | Outcome::Stale { .. } | Outcome::OutsideWindow { .. } => {
                self.from_store = true;
                (self.decisions >= DECISIONS_MAX)
                    .then(|| Err(EngineError::Contended { decisions: DECISIONS_MAX }.into()))
            }
        }
    }

    /// The answer of what was just written; the folded state moves on with it.
    fn done(&mut self, receipt: &Receipt) -> Result<Answer<D>, ExecuteError> {
        let mut events = Vec::with_capacity(self.proposed.len());
        for (n, proposed) in (0_u64..).zip(std::mem::take(&mut self.proposed)) {
            let position = Position(receipt.first.0 + n);
            events.push(Recorded {
                position,
                stream: self.request.stream,
                version: Version(self.expected.0 + n + 1),
                recorded_at: receipt.recorded_at,
                command: self.key.id,
                event: complete(self.request.municipality, proposed, position, receipt)?,
            });
        }
        let key = (self.request.municipality, self.request.stream);
        if let Some((version, state)) = self.engine.cache.find::<D>(key)
            && version == self.expected
        {
            let folded = events.iter().fold(state.as_ref().clone(), D::evolve);
            self.engine.cache.put(key, Version(version.0 + events.len() as u64), Arc::new(folded));
        }
        if self.schedules {
            self.engine.bell.ring();
        }
        Ok(Answer { recorded_at: receipt.recorded_at, events })
    }

    /// The answer of the first time, read from the log.
    fn again(&self, receipt: &Receipt) -> Result<Answer<D>, ExecuteError> {
        let mut events = Vec::new();
        let mut broken = None;
        let before = Position(receipt.first.0.saturating_sub(1));
        let max = usize::try_from(receipt.records).unwrap_or(PAGE_RECORDS_MAX);
        self.engine.store.read_log(self.request.municipality, before, max, &mut |raw| {
            if raw.stream == self.request.stream {
                match decode(&raw) {
                    Ok(recorded) => events.push(recorded),
                    Err(error) => {
                        broken = Some(error);
                        return ControlFlow::Break(());
                    }
                }
            }
            ControlFlow::Continue(())
        })?;
        match broken {
            Some(error) => Err(EngineError::Log(error).into()),
            None => Ok(Answer { recorded_at: receipt.recorded_at, events }),
        }
    }

    /// Goes on until there is an answer or a commit is queued; what is queued goes on when its outcome is told.
    fn advance(mut self: Box<Self>, slot: Arc<Slot<Answer<D>>>) {
        let commit = match self.step() {
            Step::Answer(answer) => return slot.fill(answer),
            Step::Commit(commit) => commit,
        };
        let engine = Arc::clone(&self.engine);
        let queued_for = Arc::clone(&slot);
        let told = Box::new(move |outcome| match self.settle(outcome) {
            Some(answer) => slot.fill(answer),
            None => {
                let pool = Arc::clone(&self.engine);
                pool.pool.add(Box::new(move || self.advance(slot)));
            }
        });
        if let Err(refused) = engine.committer.submit(commit, told) {
            queued_for.fill(Err(EngineError::from(refused).into()));
        }
    }
}

impl<D: Decider> Work<Answer<D>> for Execution<D> {
    fn here(mut self: Box<Self>) -> Result<Answer<D>, ExecuteError> {
        loop {
            match self.step() {
                Step::Answer(answer) => return answer,
                Step::Commit(commit) => {
                    let outcome = commit_and_wait(&self.engine, commit)?;
                    if let Some(answer) = self.settle(outcome) {
                        return answer;
                    }
                }
            }
        }
    }

    fn elsewhere(self: Box<Self>, slot: Arc<Slot<Answer<D>>>) {
        let Some(place) = self.engine.take_place() else {
            return slot.fill(Err(EngineError::Overloaded.into()));
        };
        let engine = Arc::clone(&self.engine);
        engine.pool.add(Box::new(move || {
            self.advance(slot);
            drop(place);
        }));
    }
}

/// Hands a commit over and waits for its outcome on this thread.
pub(crate) fn commit_and_wait(
    engine: &Shared,
    commit: Commit,
) -> Result<Result<Outcome, Arc<StoreError>>, EngineError> {
    let told = Arc::new((Mutex::new(None), Condvar::new()));
    let teller = Arc::clone(&told);
    engine.committer.submit(
        commit,
        Box::new(move |outcome| {
            *teller.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            teller.1.notify_one();
        }),
    )?;
    let mut outcome = told.0.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(outcome) = outcome.take() {
            return Ok(outcome);
        }
        outcome = told.1.wait(outcome).unwrap_or_else(PoisonError::into_inner);
    }
}

fn complete<E: EventFormat>(
    municipality: Municipality,
    proposed: Proposed<E>,
    position: Position,
    receipt: &Receipt,
) -> Result<E, EngineError> {
    let event_type = match proposed {
        Proposed::Event(event) => return Ok(event),
        Proposed::Numbered { event_type, .. } => event_type,
    };
    let drawn = receipt.numbers.iter().find(|(at, _)| *at == position).map(|(_, number)| number);
    drawn
        .and_then(|number| ReceiptNumber::from_drawn(municipality, number))
        .and_then(|number| E::from_number(event_type, number))
        .ok_or(EngineError::NumberMissing { event_type })
}

/// The SHA-256 of what a command says, who says it and of what: the same id with another is refused.
fn content_digest<D: Decider>(request: &Request<D>) -> Result<[u8; 32], EngineError> {
    let said = serde_json::to_vec(&(&request.actor, &request.command))?;
    Ok(Sha256::new().chain_update(request.stream.to_bytes()).chain_update(said).finalize().into())
}

impl From<NotQueued> for EngineError {
    fn from(refused: NotQueued) -> Self {
        match refused {
            NotQueued::Overloaded => Self::Overloaded,
            NotQueued::Closed => Self::ShuttingDown,
        }
    }
}
