//! What a procedure is at a time, and what its events make of it.

use crate::document::DocumentRef;
use crate::ids::FormFileId;
use crate::procedure::Procedure;
use crate::procedure::stream::{IntakePeriod, ProcedureEvent};
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::time::{Timestamp, Window};

/// All editions of a procedure that were ever written, and what holds for it now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editions {
    pub(super) editions: Vec<Procedure>,
    pub(super) published: Vec<Published>,
    pub(super) suspended: bool,
    pub(super) intake: Vec<IntakePeriod>,
    pub(super) form_files: Vec<FormFile>,
}

/// An edition that was put in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Which.
    pub edition: u32,
    /// From when.
    pub from: Timestamp,
}

/// A form file (様式) that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFile {
    /// Under which name.
    pub file: FormFileId,
    /// What it is called.
    pub title: String,
    /// Its bytes.
    pub document: DocumentRef,
}

impl Editions {
    /// True before anything happened: what the settings of the city hall say of the procedure holds.
    pub fn is_absent(&self) -> bool {
        self.editions.is_empty() && self.published.is_empty() && !self.suspended && self.intake.is_empty()
    }

    /// The edition in force at an instant, and the instants around it at which it is. Of two that begin at once the
    /// later published one holds.
    pub fn in_force(&self, at: Timestamp) -> Option<(&Procedure, Window)> {
        let begun = self.published.iter().filter(|published| published.from <= at);
        let current = begun.max_by_key(|published| published.from)?;
        let until = self.published.iter().map(|published| published.from).filter(|from| *from > at).min();
        let edition = self.edition(current.edition)?;
        Some((edition, Window { from: Some(current.from), until }))
    }

    /// The edition of a number.
    pub fn edition(&self, edition: u32) -> Option<&Procedure> {
        self.editions.iter().find(|procedure| procedure.edition == edition)
    }

    /// The edition written last.
    pub fn latest(&self) -> Option<&Procedure> {
        self.editions.last()
    }

    /// What was put in force, in the order of publishing.
    pub fn published(&self) -> &[Published] {
        &self.published
    }

    /// The form files, each in its last version.
    pub fn form_files(&self) -> &[FormFile] {
        &self.form_files
    }

    /// The form file of a name.
    pub fn form_file(&self, file: &FormFileId) -> Option<&FormFile> {
        self.form_files.iter().find(|one| one.file == *file)
    }

    /// The periods in which applications are taken, as they were announced last; none for what the edition says.
    pub fn intake(&self) -> &[IntakePeriod] {
        &self.intake
    }

    /// Says that applications are not suspended.
    ///
    /// # Errors
    /// [`Rejection::ProcedureSuspended`].
    pub fn is_going_on(&self) -> Result<(), Rejection> {
        if self.suspended { Err(Rejection::ProcedureSuspended) } else { Ok(()) }
    }

    /// The instants around one at which applications are taken, of a procedure that says no time of its own.
    ///
    /// # Errors
    /// [`Rejection::OutsideIntake`] says when the next period begins.
    pub fn takes_at(&self, at: Timestamp) -> Result<Window, Rejection> {
        if self.intake.is_empty() {
            return Ok(Window::ALWAYS);
        }
        let windows = self.intake.iter().map(|period| Window::between(period.from, period.until));
        let opens_at = self.intake.iter().map(|period| period.from).filter(|from| *from > at).min();
        windows.into_iter().find(|window| window.contains(at)).ok_or(Rejection::OutsideIntake { opens_at })
    }

    /// The state after an event. Total: what is recorded has happened.
    pub(super) fn after(mut self, recorded: &Recorded<ProcedureEvent>) -> Self {
        match &recorded.event {
            ProcedureEvent::ProcedureDefined(defined) => self.editions.push((*defined.procedure).clone()),
            ProcedureEvent::ProcedureRevised(revised) => self.editions.push((*revised.procedure).clone()),
            ProcedureEvent::EditionPublished(published) => self.published.push(Published {
                edition: published.edition,
                // What was decided a moment before it was recorded governs nothing that was recorded in between.
                from: published.from.max(recorded.recorded_at),
            }),
            ProcedureEvent::ProcedureSuspended(_) => self.suspended = true,
            ProcedureEvent::ProcedureResumed(_) => self.suspended = false,
            ProcedureEvent::IntakeAnnounced(announced) => self.intake.clone_from(&announced.periods),
            ProcedureEvent::FormFileAdded(added) => {
                let file = FormFile {
                    file: added.file.clone(),
                    title: added.title.clone(),
                    document: added.document,
                };
                self.form_files.retain(|one| one.file != added.file);
                self.form_files.push(file);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::ids::{CommandId, Position, StaffId, Version};
    use crate::procedure::stream::{EditionPublished, ProcedureDefined};

    fn at(hour: u32) -> Timestamp {
        Timestamp::from_jst(2026, 5, 7, hour, 0).unwrap()
    }

    fn recorded(recorded_at: Timestamp, event: ProcedureEvent) -> Recorded<ProcedureEvent> {
        let command = CommandId(uuid::Uuid::nil());
        let stream = (&Catalog::sample().procedures()[0].id).into();
        Recorded { position: Position(1), stream, version: Version(1), recorded_at, command, event }
    }

    #[test]
    fn an_edition_is_in_force_for_nothing_that_was_recorded_before_it_was_published() {
        let by = StaffId::new("s-1").unwrap();
        let procedure = Box::new(Catalog::sample().procedures()[0].clone());
        let edition = procedure.edition;
        let defined = ProcedureEvent::ProcedureDefined(ProcedureDefined { procedure, by: by.clone() });
        // Decided at nine, recorded at ten: whatever arrived in between was governed by something else.
        let published = ProcedureEvent::EditionPublished(EditionPublished { edition, from: at(9), by });
        let editions =
            Editions::default().after(&recorded(at(8), defined)).after(&recorded(at(10), published));
        assert_eq!(editions.in_force(at(9)), None);
        let (in_force, window) = editions.in_force(at(10)).unwrap();
        assert_eq!((in_force.edition, window), (edition, Window { from: Some(at(10)), until: None }));
    }
}
