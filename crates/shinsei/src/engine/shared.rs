//! What the engine's threads share: the cities, the streams as the store has them, and how much is under way.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use shinsei_core::decider::Decider;
use shinsei_core::event_format::decode;
use shinsei_core::ids::{Municipality, ProcedureId, StreamId, Version};
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::clock::Clock;
use shinsei_core::port::entropy::Entropy;
use shinsei_core::port::signature::SignatureVerifier;
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store};
use shinsei_core::procedure::stream::Editions;
use shinsei_core::record::Recorded;

use super::EngineError;
use crate::bell::Bell;
use crate::cache::Cache;
use crate::city_hall::CityHall;
use crate::committer::Committer;
use crate::fields::ReadFields;
use crate::inquiry::WrongKeys;
use crate::pool::Pool;
use crate::projection::Projector;

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) verifier: Arc<dyn SignatureVerifier>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) cache: Cache,
    pub(crate) fields: ReadFields,
    pub(crate) committer: Committer,
    pub(crate) pool: Pool,
    pub(crate) bell: Bell,
    pub(crate) access_log: Option<Arc<dyn AccessLog>>,
    pub(crate) projector: Option<Arc<Projector>>,
    pub(super) cities: HashMap<Municipality, CityHall>,
    pub(super) closing: AtomicBool,
    /// Wrong keys of those who ask without an account.
    pub(crate) wrong_keys: WrongKeys,
    pub(super) polled: AtomicUsize,
    pub(super) polled_max: usize,
}

impl Shared {
    pub(crate) fn city(&self, municipality: Municipality) -> Result<&CityHall, EngineError> {
        self.cities.get(&municipality).ok_or(EngineError::MunicipalityUnknown { municipality })
    }

    /// The municipalities that are served.
    pub(crate) fn municipalities(&self) -> impl Iterator<Item = Municipality> {
        self.cities.keys().copied()
    }

    /// Refuses what comes after the engine began to shut down.
    pub(crate) fn admits(&self) -> Result<(), EngineError> {
        if self.closing.load(Ordering::Acquire) { Err(EngineError::ShuttingDown) } else { Ok(()) }
    }

    /// The state of a stream and its version, folded from the store.
    pub(crate) fn fold<D: Decider>(
        &self,
        municipality: Municipality,
        stream: StreamId,
    ) -> Result<(Version, D), EngineError> {
        let mut state = D::default();
        let version = self.read::<D>(municipality, stream, |recorded| {
            state = std::mem::take(&mut state).evolve(&recorded)
        })?;
        Ok((version, state))
    }

    /// Reads a stream from its beginning; says the version it has.
    pub(crate) fn read<D: Decider>(
        &self,
        municipality: Municipality,
        stream: StreamId,
        mut each: impl FnMut(Recorded<D::Event>),
    ) -> Result<Version, EngineError> {
        let mut version = Version::default();
        loop {
            let (mut broken, mut page) = (None, 0);
            self.store.read_stream(municipality, stream, version, PAGE_RECORDS_MAX, &mut |raw| {
                page += 1;
                match decode(&raw) {
                    Ok(recorded) => {
                        version = raw.version;
                        each(recorded);
                        ControlFlow::Continue(())
                    }
                    Err(error) => {
                        broken = Some(error);
                        ControlFlow::Break(())
                    }
                }
            })?;
            match broken {
                Some(error) => return Err(error.into()),
                None if page < PAGE_RECORDS_MAX => return Ok(version),
                None => {}
            }
        }
    }

    /// What a procedure is called: in its latest edition, in the settings of the city hall, or by its code.
    pub(crate) fn procedure_name(
        &self,
        municipality: Municipality,
        procedure: &ProcedureId,
    ) -> Result<String, EngineError> {
        let (_, editions) = self.fold::<Editions>(municipality, procedure.into())?;
        let city = self.city(municipality)?;
        let edition = editions.latest().or_else(|| city.catalog.procedure(procedure));
        Ok(edition.map_or_else(|| procedure.to_string(), |edition| edition.terms.name.clone()))
    }

    /// A place among the commands that were polled, while there is one.
    pub(crate) fn take_place(self: &Arc<Self>) -> Result<Place, EngineError> {
        if self.polled.fetch_add(1, Ordering::Relaxed) >= self.polled_max {
            self.polled.fetch_sub(1, Ordering::Relaxed);
            return Err(EngineError::Overloaded);
        }
        Ok(Place(Arc::clone(self)))
    }
}

/// A place among the commands that were polled, given back when it is dropped.
pub(crate) struct Place(Arc<Shared>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.polled.fetch_sub(1, Ordering::Relaxed);
    }
}
