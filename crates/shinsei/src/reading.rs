//! Reading a case as an officer: nothing is shown before it is recorded who reads, and what for.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::document::Document;
use shinsei_core::event::Event;
use shinsei_core::ids::{CaseId, DocumentId, Municipality, Purpose};
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, PAGE_ACCESSES_MAX, Question};
use shinsei_core::record::Recorded;
use shinsei_core::time::Window;

use crate::engine::{Engine, EngineError};

/// A case as it is read: its state, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// Its state.
    pub state: Application,
    /// What happened, in order.
    pub history: Vec<Recorded<Event>>,
}

/// Who reads, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Who; the embedding service has authenticated them.
    pub reader: Actor,
    /// What for.
    pub purpose: Purpose,
}

impl Engine {
    /// Reads a case for somebody, once it is recorded that they do.
    ///
    /// Whether they may is for the embedding service to say, which knows its officers' rights.
    ///
    /// # Errors
    /// - [`EngineError::NoAccessLog`]: the engine was opened without one.
    /// - [`EngineError::Store`]: it could not be recorded or read; then nothing is shown.
    /// - [`EngineError::Log`]: the case cannot be read.
    pub fn read_case(
        &self,
        municipality: Municipality,
        case: CaseId,
        reading: Reading,
    ) -> Result<CaseFile, EngineError> {
        let log = self.access_log()?;
        let mut state = Application::default();
        let mut history = Vec::new();
        self.shared.read::<Application>(municipality, case.into(), |recorded| {
            state = shinsei_core::decider::Decider::evolve(std::mem::take(&mut state), &recorded);
            history.push(recorded);
        })?;
        record(log, municipality, case, None, reading)?;
        Ok(CaseFile { state, history })
    }

    /// Reads a document of a case for somebody, once it is recorded that they do; `None` when the case has no such
    /// document, or no longer.
    ///
    /// # Errors
    /// As [`Engine::read_case`].
    pub fn read_document(
        &self,
        municipality: Municipality,
        case: CaseId,
        document: DocumentId,
        reading: Reading,
    ) -> Result<Option<Document>, EngineError> {
        let log = self.access_log()?;
        let found = self.shared.store.document(municipality, document)?;
        // Security: an id of another case's document is no way around the record of whose case was read.
        let Some(found) = found.filter(|found| found.stream == case.into()) else { return Ok(None) };
        record(log, municipality, case, Some(document), reading)?;
        Ok(Some(found))
    }

    /// Who saw a case and its documents, what for and when: the first question after a breach.
    ///
    /// # Errors
    /// [`EngineError::NoAccessLog`] and [`EngineError::Store`].
    pub fn who_saw(&self, municipality: Municipality, case: CaseId) -> Result<Vec<Accessed>, EngineError> {
        let about = About::Stream(case.into());
        all(self.access_log()?, &Question { municipality, about, within: Window::ALWAYS })
    }

    /// What a member of staff or a user saw within a time: the scope of a breach.
    ///
    /// # Errors
    /// [`EngineError::NoAccessLog`] and [`EngineError::Store`].
    pub fn accesses(&self, question: &Question) -> Result<Vec<Accessed>, EngineError> {
        all(self.access_log()?, question)
    }

    fn access_log(&self) -> Result<&Arc<dyn AccessLog>, EngineError> {
        self.shared.access_log.as_ref().ok_or(EngineError::NoAccessLog)
    }
}

fn record(
    log: &Arc<dyn AccessLog>,
    municipality: Municipality,
    case: CaseId,
    document: Option<DocumentId>,
    reading: Reading,
) -> Result<(), EngineError> {
    let Reading { reader, purpose } = reading;
    log.record(&[Access { municipality, stream: case.into(), document, reader, purpose }])?;
    Ok(())
}

fn all(log: &Arc<dyn AccessLog>, question: &Question) -> Result<Vec<Accessed>, EngineError> {
    let mut found: Vec<Accessed> = Vec::new();
    loop {
        let (before, after) = (found.len(), found.last().map_or(0, |last| last.ordinal));
        log.accesses(question, after, PAGE_ACCESSES_MAX, &mut |accessed| {
            found.push(accessed);
            ControlFlow::Continue(())
        })?;
        if found.len() - before < PAGE_ACCESSES_MAX {
            return Ok(found);
        }
    }
}
