//! Procedures in editions: a catalog is published into the log, and form files are handed out.

use sha2::{Digest as _, Sha256};
use shinsei_core::actor::Staff;
use shinsei_core::catalog::Catalog;
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, FormFileId, Municipality, ProcedureId};
use shinsei_core::procedure::Procedure;
use shinsei_core::procedure::stream::{Editions, ProcedureCommand, ProcedureEvent};

use crate::engine::{Engine, EngineError, ExecuteError, Request};

/// What became of the procedures of a catalog that was published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// Those of which a new edition is in force, each with its number.
    pub published: Vec<(ProcedureId, u32)>,
    /// Those that were in force as the catalog has them.
    pub unchanged: Vec<ProcedureId>,
}

impl Engine {
    /// Publishes each procedure of a catalog as an edition in force at once, unless it is in force as it stands there.
    ///
    /// Publishing the same catalog again changes nothing. A procedure that the catalog does not have stays as it is: it is
    /// suspended by a command of its own. What was published before one that is refused stays published.
    ///
    /// # Errors
    /// - [`ExecuteError::Rejected`]: a rule of the catalog is broken for the divisions of this city hall.
    /// - [`ExecuteError::Failed`]: the machine could not.
    pub fn publish_catalog(
        &self,
        municipality: Municipality,
        officer: &Staff,
        catalog: &Catalog,
    ) -> Result<Publication, ExecuteError> {
        let mut publication = Publication::default();
        for procedure in catalog.procedures() {
            let load = ProcedureCommand::Load(Box::new(procedure.clone()));
            let id = self.publication_id(municipality, procedure)?;
            let request = Request::procedure(municipality, id, officer.clone(), &procedure.id, load);
            let answer = self.execute(request).wait()?;
            let edition = answer.events.iter().find_map(|recorded| match &recorded.event {
                ProcedureEvent::EditionPublished(published) => Some(published.edition),
                _ => None,
            });
            match edition {
                Some(edition) => publication.published.push((procedure.id.clone(), edition)),
                None => publication.unchanged.push(procedure.id.clone()),
            }
        }
        Ok(publication)
    }

    /// A form file (様式) of a procedure for download, in its last version; `None` where there is none of that name.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be read.
    pub fn form_file(
        &self,
        municipality: Municipality,
        procedure: &ProcedureId,
        file: &FormFileId,
    ) -> Result<Option<Document>, EngineError> {
        let editions = self.state::<Editions>(municipality, procedure.into())?;
        match editions.form_file(file) {
            Some(file) => Ok(self.shared.store.document(municipality, file.document.id)?),
            None => Ok(None),
        }
    }

    /// The id of the command that publishes what stands in a catalog on top of what is in the log: after a crash the same.
    fn publication_id(
        &self,
        municipality: Municipality,
        procedure: &Procedure,
    ) -> Result<CommandId, EngineError> {
        let editions = self.state::<Editions>(municipality, (&procedure.id).into())?;
        let said = serde_json::to_vec(&(procedure, editions.published().len()))?;
        let digest: [u8; 32] = Sha256::digest(said).into();
        let seed = shinsei_core::document::Seed(digest);
        Ok(CommandId(seed.id("publication")))
    }
}
