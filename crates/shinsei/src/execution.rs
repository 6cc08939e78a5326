//! One command on its way: verify, load, decide, commit, answer. The ten lines of the engine.

use std::ops::ControlFlow;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shinsei_core::agenda::Settlement;
use shinsei_core::bytes::Bytes;
use shinsei_core::calendar::stream::Calendars;
use shinsei_core::decider::{Also, Context, Decider, Decision, Needs};
use shinsei_core::delivery::{Deliveries, DeliveryEvent};
use shinsei_core::document::{Body, Document, INLINE_BYTES_MAX, NewDocument, Seed};
use shinsei_core::event_format::{EventFormat, Proposed, decode};
use shinsei_core::ids::{CalendarId, Municipality, Position, ProcedureId, StreamId, Version};
use shinsei_core::mandate::Mandate;
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::signature::{Refusal, verify};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, PAGE_RECORDS_MAX, Receipt};
use shinsei_core::prepared::Prepared;
use shinsei_core::procedure::Procedure;
use shinsei_core::procedure::stream::Editions;
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::stream::Service;
use shinsei_core::signature::{CertificateKind, SignatureDefect, VerifiedSignature};
use shinsei_core::time::Timestamp;
use shinsei_core::user::User;

use crate::engine::{Answer, EngineError, ExecuteError, Request, Shared};
use crate::fate::{Fate, Unwritten};
use crate::pending::{Answered, Work};
use crate::slot::{Owed, slot};

/// How often a command is decided again because its streams moved on or its window closed.
const DECISIONS_MAX: u32 = 16;

/// A command on its way to its answer.
pub(crate) struct Execution<D: Decider> {
    engine: Arc<Shared>,
    request: Arc<Request<D>>,
    key: CommandKey,
    seed: Seed,
    settles: Vec<Settlement>,
    judgement: Option<Judgement>,
    /// What the command brings, read and digested.
    prepared: Option<Prepared>,
    decisions: u32,
    /// What became of a notice about the stream.
    delivery: Option<DeliveryEvent>,
    /// The time before which it is not decided: that at which it was due.
    earliest: Option<Timestamp>,
    /// The store's time, once it said that the decision does not hold then.
    recorded_at: Option<Timestamp>,
    from_store: bool,
    proposed: Vec<Proposed<D::Event>>,
    expected: Version,
    schedules: bool,
    /// The other streams that the commit appends to.
    also: Vec<StreamId>,
}

/// What the verifier said of the signature, and under which rule.
struct Judgement {
    rule: (ProcedureId, Vec<CertificateKind>),
    at: Timestamp,
    verdict: Result<VerifiedSignature, SignatureDefect>,
}

impl Judgement {
    fn is_under(&self, rule: &(ProcedureId, Vec<CertificateKind>)) -> bool {
        self.rule == *rule
    }

    /// True when nobody needs to be asked again at this time.
    fn holds_at(&self, now: Timestamp) -> bool {
        match &self.verdict {
            Ok(verified) => verified.holds().contains(now),
            Err(_) => self.at == now,
        }
    }
}

/// Streams that were only looked at, with the version that was read.
type Read = Vec<(StreamId, Version)>;

/// Who stands behind a command.
#[derive(Default)]
struct People {
    acting: Option<Arc<User>>,
    mandate: Option<Arc<Mandate>>,
    principal: Option<Arc<User>>,
    profile: Option<Document>,
    bound: Option<Document>,
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
            request: Arc::new(request),
            key,
            seed,
            settles,
            judgement: None,
            prepared: None,
            decisions: 0,
            delivery: None,
            earliest: None,
            recorded_at: None,
            from_store: false,
            proposed: vec![],
            expected: Version::default(),
            schedules: false,
            also: vec![],
        })
    }

    /// The same for what was due then: by a clock that is behind the store's it would not be yet.
    pub(crate) fn due(self, at: Timestamp) -> Self {
        Self { earliest: Some(at), ..self }
    }

    /// The same, with what became of a notice about its stream recorded in the same commit.
    pub(crate) fn and_deliver(self, delivery: DeliveryEvent) -> Self {
        Self { delivery: Some(delivery), ..self }
    }

    /// Load the streams, verify, decide: a commit to hand over, or an answer.
    fn step(&mut self) -> Step<D> {
        let now = self.recorded_at.take().unwrap_or_else(|| self.engine.clock.now());
        let now = self.earliest.map_or(now, |earliest| earliest.max(now));
        loop {
            match self.decide(now) {
                Ok(commit) => return Step::Commit(commit),
                Err(ExecuteError::Rejected(_)) if !self.from_store => self.from_store = true,
                // A repeat needs no verdict: it is answered though the verifier is not there.
                Err(no @ (ExecuteError::Rejected(_) | ExecuteError::Failed(EngineError::Verifier(_)))) => {
                    return Step::Answer(self.unless_known(no));
                }
                Err(failure) => return Step::Answer(Err(failure)),
            }
        }
    }

    /// Nobody is refused what was granted before: a known command gets its first answer (promise 5).
    fn unless_known(&self, refusal: ExecuteError) -> Answered<Answer<D>> {
        match self.engine.store.find(self.request.municipality, self.key.id)? {
            Some(found) if found.is(self.key) => self.again(&found.receipt),
            Some(_) => Err(EngineError::CommandReused.into()),
            None => Err(refusal),
        }
    }

    /// Has the signature judged at this time, unless a judgement under the same rule that holds then is there; no verifier
    /// is called where none is needed.
    fn judge(
        &mut self,
        now: Timestamp,
        needs: &Needs<'_>,
        in_force: Option<&Procedure>,
    ) -> Result<(), ExecuteError> {
        let before = self.judgement.take();
        let Some(signing) = needs.signed else { return Ok(()) };
        let Some((procedure, accepted)) = signing.under(in_force) else { return Ok(()) };
        let rule = (procedure.clone(), accepted.to_vec());
        let judgement = match before.filter(|before| before.is_under(&rule) && before.holds_at(now)) {
            Some(before) => before,
            None => match verify(self.engine.verifier.as_ref(), signing.signed, now, (procedure, accepted)) {
                Ok(verified) => Judgement { rule, at: now, verdict: Ok(verified) },
                Err(Refusal::Defect(defect)) => Judgement { rule, at: now, verdict: Err(defect) },
                Err(Refusal::Verifier(error)) => return Err(EngineError::Verifier(error).into()),
            },
        };
        let defect = judgement.verdict.as_ref().err().cloned();
        self.judgement = Some(judgement);
        defect.map_or(Ok(()), |defect| Err(ExecuteError::Rejected(Rejection::SignatureInvalid(defect))))
    }

    fn decide(&mut self, now: Timestamp) -> Result<Commit, ExecuteError> {
        self.decisions += 1;
        let engine = Arc::clone(&self.engine);
        let request = Arc::clone(&self.request);
        let city = engine.city(request.municipality)?;
        let (version, state) = self.load::<D>(request.stream)?;
        let needs = state.needs(&request.command);
        let mut read = Vec::new();
        let editions = match needs.procedure {
            Some(id) => Some(self.read::<Editions>(id.into(), &mut read)?),
            None => None,
        };
        let published = editions.as_deref().filter(|editions| !editions.is_absent());
        let procedure = match published {
            Some(editions) => editions.in_force(now).map(|(edition, _)| edition),
            None => needs.procedure.and_then(|id| city.catalog.procedure(id)),
        };
        self.judge(now, &needs, procedure)?;
        let people = self.people(&needs, &mut read)?;
        let calendars = match needs.calendar {
            true => Some(self.read::<Calendars>(CalendarId::CITY_HALL.into(), &mut read)?),
            false => None,
        };
        let service = match needs.service {
            true => Some(self.read::<Service>(StreamId::SERVICE, &mut read)?),
            false => None,
        };
        let hours = service.as_ref().map(|service| service.hours(&city.service_hours, now));
        let calendar = calendars.as_deref().and_then(Calendars::current);
        let mut documents = Vec::new();
        for lookup in state.looks_up(&request.command) {
            let document = engine.store.document(request.municipality, lookup.document.id)?;
            let known = |content: &Bytes| engine.fields.of(content);
            documents.extend(document.and_then(|document| lookup.found(document, known)));
        }
        let context = Context {
            now,
            municipality: request.municipality,
            city: &city.name,
            stream: request.stream,
            actor: &request.actor,
            procedure,
            calendar: calendar.unwrap_or(&city.calendar),
            divisions: city.catalog.divisions(),
            editions: editions.as_deref(),
            applicant: people.acting.as_deref(),
            mandate: people.mandate.as_deref(),
            principal: people.principal.as_deref(),
            profile: people.profile.as_ref(),
            bound: people.bound.as_ref(),
            accounts: city.accounts,
            registration_required: city.registration_required,
            service_hours: hours.as_deref().unwrap_or(&city.service_hours),
            signature: self.judgement.as_ref().and_then(|judgement| judgement.verdict.as_ref().ok()),
            documents: &documents,
            prepared: self.prepared.as_ref(),
            seed: self.seed,
        };
        // Once: what is decided again was read and digested the first time.
        let prepared = state.prepare(&request.command, &context);
        let context = Context { prepared: Some(&prepared), ..context };
        let decision = state.decide(&request.command, &context);
        self.prepared = Some(prepared);
        let mut decision = decision.map_err(ExecuteError::Rejected)?;
        if let Some(delivery) = &self.delivery {
            let stream = request.stream.deliveries();
            self.read::<Deliveries>(stream, &mut read)?;
            let record = Proposed::Event(delivery.clone()).to_record().map_err(EngineError::from)?;
            decision.also.push(Also { stream, record });
        }
        self.expected = version;
        Ok(self.commit_of(decision, read)?)
    }

    /// Whoever acts, for whom, and by which mandate.
    fn people(&self, needs: &Needs<'_>, read: &mut Read) -> Result<People, EngineError> {
        let mut people = People::default();
        if let Some(user) = self.request.actor.user().filter(|_| needs.applicant) {
            people.acting = Some(self.read::<User>(user.into(), read)?);
        }
        if let Some(mandate) = self.request.actor.mandate() {
            let mandate = self.read::<Mandate>(mandate.into(), read)?;
            let principal = mandate.drafted().map(|drafted| drafted.terms.principal);
            if let Some(principal) = principal.filter(|_| needs.applicant) {
                people.principal = Some(self.read::<User>(principal.into(), read)?);
            }
            people.mandate = Some(mandate);
        }
        let applicant = if people.mandate.is_some() { &people.principal } else { &people.acting };
        let registered = applicant.as_deref().and_then(User::registered).filter(|_| needs.profile);
        if let Some(registered) = registered {
            people.profile = self.engine.store.document(self.request.municipality, registered.profile.id)?;
        }
        let acting = people.acting.as_deref().and_then(User::registered).filter(|_| needs.bound);
        if let Some(certificate) = acting.and_then(|user| user.certificate) {
            people.bound = self.engine.store.document(self.request.municipality, certificate.identity.id)?;
        }
        Ok(people)
    }

    /// The folded state of a stream that is only looked at: it must not move on until the commit.
    fn read<S: Decider>(&self, stream: StreamId, read: &mut Read) -> Result<Arc<S>, EngineError> {
        let (version, state) = self.load::<S>(stream)?;
        if stream != self.request.stream && !read.contains(&(stream, version)) {
            read.push((stream, version));
        }
        Ok(state)
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

    fn commit_of(&mut self, decision: Decision<D::Event>, unchanged: Read) -> Result<Commit, EngineError> {
        let records = decision.events.iter().map(Proposed::to_record).collect::<Result<_, _>>()?;
        let documents = decision.documents.into_iter().map(|document| self.stage(document));
        let documents = documents.collect::<Result<_, EngineError>>()?;
        self.proposed = decision.events;
        self.schedules = !decision.agenda.is_empty();
        let (appends, unchanged) = self.appends(records, decision.also, unchanged)?;
        Ok(Commit {
            municipality: self.request.municipality,
            command: Some(self.key),
            appends,
            unchanged,
            documents,
            agenda: decision.agenda,
            settles: self.settles.clone(),
            window: decision.window,
        })
    }

    /// What is appended, the command's own stream first, and what was only looked at.
    fn appends(
        &mut self,
        own: Vec<NewRecord>,
        also: Vec<Also>,
        mut unchanged: Read,
    ) -> Result<(Vec<Append>, Read), EngineError> {
        let own = Append { stream: self.request.stream, expected: self.expected, records: own };
        let mut appends = vec![];
        if own.records.is_empty() {
            unchanged.push((own.stream, own.expected));
        } else {
            appends.push(own);
        }
        self.also.clear();
        for Also { stream, record } in also {
            let looked_at = unchanged.iter().position(|(read, _)| *read == stream);
            let (stream, expected) =
                unchanged.remove(looked_at.ok_or(EngineError::ChangedUnseen { stream })?);
            appends.push(Append { stream, expected, records: vec![record] });
            self.also.push(stream);
        }
        Ok((appends, unchanged))
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
        let sha256 = content.sha256();
        let body = match &document.body {
            Body::Shared(_) => Body::StagedShared { bytes: offset, sha256 },
            _ => Body::Staged { bytes: offset, sha256 },
        };
        Ok(NewDocument { body, ..document })
    }

    /// What a fate means for the caller; `None` when the command must be decided again.
    fn settle(&mut self, fate: Fate) -> Option<Answered<Answer<D>>> {
        let outcome = match fate {
            Ok(outcome) => outcome,
            Err(why) => return Some(Err(EngineError::from(why).into())),
        };
        match outcome {
            Outcome::Done(receipt) => return Some(self.done(&receipt)),
            Outcome::Again(receipt) => return Some(self.again(&receipt)),
            Outcome::KeyReused => return Some(Err(EngineError::CommandReused.into())),
            Outcome::LeaseLost { .. } => return Some(Err(EngineError::LeaseLost.into())),
            // The two clocks need not agree; what counts is the one by which it is recorded.
            Outcome::OutsideWindow { at } => self.recorded_at = Some(at),
            Outcome::NotStaged { .. } | Outcome::Stale { .. } => {}
        }
        self.from_store = true;
        let contended = EngineError::Contended { decisions: DECISIONS_MAX };
        (self.decisions >= DECISIONS_MAX).then(|| Err(contended.into()))
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
        // Taken, not looked at: as a rule nobody else holds the state by now, and it goes on without being copied.
        if let Some(state) = self.engine.cache.take::<D>(key, self.expected) {
            let folded = events.iter().fold(Arc::unwrap_or_clone(state), D::evolve);
            let version = Version(self.expected.0 + events.len() as u64);
            self.engine.cache.put(key, version, Arc::new(folded));
        }
        for stream in std::mem::take(&mut self.also) {
            self.engine.cache.forget((self.request.municipality, stream));
        }
        if self.schedules {
            self.engine.bell.ring(self.request.municipality);
        }
        Ok(Answer { recorded_at: receipt.recorded_at, events })
    }

    /// The answer of the first time, read from the log. Once its digest is erased, the stream tells commands apart.
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
            None if events.is_empty() && receipt.records > 0 => Err(EngineError::CommandReused.into()),
            None => Ok(Answer { recorded_at: receipt.recorded_at, events }),
        }
    }

    /// Goes on until there is an answer or a commit is queued; what is queued goes on when its fate is told.
    fn advance(mut self: Box<Self>, owed: Owed<Answered<Answer<D>>>) {
        let commit = match self.step() {
            Step::Answer(answer) => return owed.give(answer),
            Step::Commit(commit) => commit,
        };
        let engine = Arc::clone(&self.engine);
        engine.committer.submit(commit, Box::new(move |fate| self.resume(fate, owed)));
    }

    /// Goes on after a fate. What must ask the store again does so elsewhere, so that it does not keep the writer.
    fn resume(mut self: Box<Self>, fate: Fate, owed: Owed<Answered<Answer<D>>>) {
        let engine = Arc::clone(&self.engine);
        let elsewhere = !matches!(fate, Ok(Outcome::Done(_)) | Err(_));
        let rest = move || match self.settle(fate) {
            Some(answer) => owed.give(answer),
            None => self.advance(owed),
        };
        if elsewhere { engine.pool.add(Box::new(rest)) } else { rest() }
    }
}

impl<D: Decider> Execution<D> {
    /// Works for the answer on this thread.
    pub(crate) fn run(mut self) -> Answered<Answer<D>> {
        loop {
            match self.step() {
                Step::Answer(answer) => return answer,
                Step::Commit(commit) => {
                    let fate = commit_and_wait(&self.engine, commit)?;
                    if let Some(answer) = self.settle(fate) {
                        return answer;
                    }
                }
            }
        }
    }
}

impl<D: Decider> Work<Answer<D>> for Execution<D> {
    fn here(self: Box<Self>) -> Answered<Answer<D>> {
        self.engine.admits()?;
        self.run()
    }

    fn elsewhere(self: Box<Self>, owed: Owed<Answered<Answer<D>>>) {
        let engine = Arc::clone(&self.engine);
        let place = match engine.admits().and_then(|()| engine.take_place()) {
            Ok(place) => place,
            Err(refused) => return owed.give(Err(refused.into())),
        };
        engine.pool.add(Box::new(move || {
            self.advance(owed);
            drop(place);
        }));
    }
}

/// Hands a commit over and waits for its fate on this thread.
pub(crate) fn commit_and_wait(engine: &Shared, commit: Commit) -> Result<Fate, EngineError> {
    let (owed, slot) = slot();
    engine.committer.submit(commit, Box::new(move |fate| owed.give(fate)));
    slot.wait().map_err(|_| EngineError::Abandoned)
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

impl From<Unwritten> for EngineError {
    fn from(why: Unwritten) -> Self {
        match why {
            Unwritten::Overloaded => Self::Overloaded,
            Unwritten::Closed => Self::ShuttingDown,
            Unwritten::Store(error) => Self::Store(error),
        }
    }
}
