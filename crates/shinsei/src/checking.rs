//! The dry run of a form (形式チェック): what would become of it, with nothing recorded.

use shinsei_core::actor::Actor;
use shinsei_core::application::{Application, Draft};
use shinsei_core::bytes::Bytes;
use shinsei_core::document::Document;
use shinsei_core::form::report::FormReport;
use shinsei_core::ids::{CaseId, Municipality, ProcedureId, UserId};
use shinsei_core::mandate::Mandate;
use shinsei_core::procedure::stream::Editions;
use shinsei_core::rejection::{Rejection, StateName};

use crate::engine::{Engine, EngineError, ExecuteError};

impl Engine {
    /// Holds a form, before it is signed, against the edition of its procedure that is in force now: every defect at once.
    ///
    /// `Submit` asks the same judge. Nothing is recorded, and nobody but the caller learns of it. `attachments`: the files
    /// that go with the form.
    ///
    /// # Errors
    /// - [`Rejection::ProcedureUnknown`]: no edition of such a procedure is in force.
    /// - [`EngineError`]: the log could not be read.
    pub fn check_form(
        &self,
        municipality: Municipality,
        procedure: &ProcedureId,
        applicant: UserId,
        form: &[u8],
        attachments: &[Bytes],
    ) -> Result<FormReport, ExecuteError> {
        let city = self.shared.city(municipality)?;
        let now = self.shared.clock.now();
        let (_, editions) = self.shared.fold::<Editions>(municipality, procedure.into())?;
        let in_force = match editions.is_absent() {
            true => city.catalog.procedure(procedure),
            false => editions.in_force(now).map(|(edition, _)| edition),
        };
        let in_force = in_force
            .ok_or(ExecuteError::Rejected(Rejection::ProcedureUnknown { procedure: procedure.clone() }))?;
        Ok(FormReport::of(in_force, applicant, form, attachments, now.date_jst()))
    }

    /// Holds the draft that somebody put aside against the fields of its procedure, as [`Engine::check_form`] does: for whose it is,
    /// and for an agent whose mandate from them covers the procedure now.
    ///
    /// # Errors
    /// - [`Rejection::WrongState`]: there is no draft. [`Rejection::OtherApplicant`]: it is somebody else's.
    /// - [`Rejection::MandateUnknown`], [`Rejection::MandateOfOtherAgent`], [`Rejection::MandateNotInForce`],
    ///   [`Rejection::MandateDoesNotCover`], [`Rejection::MandateOutOfPeriod`]: the mandate does not let the agent act.
    /// - As [`Engine::check_form`].
    pub fn check_draft(
        &self,
        municipality: Municipality,
        case: CaseId,
        reader: &Actor,
        attachments: &[Bytes],
    ) -> Result<FormReport, ExecuteError> {
        let (_, state) = self.shared.fold::<Application>(municipality, case.into())?;
        let Application::Draft(draft) = &state else {
            let (needed, actual) = (StateName::Draft, state.name());
            return Err(ExecuteError::Rejected(Rejection::WrongState { needed, actual }));
        };
        self.reads_draft(municipality, draft, reader)?;
        let kept = self.shared.store.document(municipality, draft.form.id).map_err(EngineError::from)?;
        let content =
            kept.filter(|document| document.is(&draft.form)).map(|Document { content, .. }| content);
        // What was erased meanwhile is no draft any more.
        let gone = Rejection::WrongState { needed: StateName::Draft, actual: StateName::Discarded };
        let content = content.ok_or(ExecuteError::Rejected(gone))?;
        self.check_form(municipality, &draft.procedure, draft.applicant, &content, attachments)
    }

    fn reads_draft(
        &self,
        municipality: Municipality,
        draft: &Draft,
        reader: &Actor,
    ) -> Result<(), ExecuteError> {
        let principal = match reader {
            Actor::Applicant { user } => Some(*user),
            Actor::Agent { user, mandate } => {
                let (_, given) = self.shared.fold::<Mandate>(municipality, (*mandate).into())?;
                let covers = given.covers(*user, &draft.procedure, self.shared.clock.now());
                Some(covers.map_err(ExecuteError::Rejected)?.0)
            }
            Actor::Officer(_) | Actor::Clerk(_) | Actor::System => None,
        };
        if principal == Some(draft.applicant) {
            return Ok(());
        }
        Err(ExecuteError::Rejected(Rejection::OtherApplicant))
    }
}
