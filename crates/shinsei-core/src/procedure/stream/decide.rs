//! What a procedure says to a command. All of it is an officer's.

use crate::catalog::Catalog;
use crate::decider::{Context, Decider, Decision, Needs};
use crate::document::Documents;
use crate::event_format::Proposed;
use crate::ids::{FormFileId, ReasonCode, StreamId, StreamKind};
use crate::procedure::Procedure;
use crate::procedure::stream::{
    EditionPublished, Editions, FormFileAdded, IntakeAnnounced, IntakePeriod, ProcedureCommand,
    ProcedureDefined, ProcedureEvent, ProcedureResumed, ProcedureRevised, ProcedureSuspended,
};
use crate::record::Recorded;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::words::Words;

/// The most bytes of a form file. Source: ours; the form files of cities are PDF and word files of at most some MiB.
const FORM_FILE_BYTES_MAX: usize = 32 * 1024 * 1024;

type ProcedureDecision = Result<Decision<ProcedureEvent>, Rejection>;

impl Decider for Editions {
    type Command = ProcedureCommand;
    type Event = ProcedureEvent;
    const KIND: StreamKind = StreamKind::Procedure;

    fn needs<'a>(&'a self, _: &'a ProcedureCommand) -> Needs<'a> {
        Needs::default()
    }

    fn decide(
        &self,
        command: &ProcedureCommand,
        context: &Context<'_>,
    ) -> Result<Decision<ProcedureEvent>, Rejection> {
        decide(self, command, context)
    }

    fn evolve(self, recorded: &Recorded<ProcedureEvent>) -> Self {
        self.after(recorded)
    }
}

/// Decides on a command to a procedure.
fn decide(state: &Editions, command: &ProcedureCommand, context: &Context<'_>) -> ProcedureDecision {
    match command {
        ProcedureCommand::Draft(procedure) => draft(state, procedure, context),
        ProcedureCommand::Publish { edition, from } => publish(state, *edition, *from, context),
        ProcedureCommand::Load(procedure) => load(state, procedure, context),
        ProcedureCommand::Suspend { ground } => suspend(state, ground, context),
        ProcedureCommand::Resume => resume(state, context),
        ProcedureCommand::AnnounceIntake { periods } => announce_intake(periods, context),
        ProcedureCommand::AddFormFile { file, title, content } => {
            add_form_file(state, file, title, content, context)
        }
    }
}

/// 版の作成: complete in itself, and newer than those before.
fn draft(state: &Editions, procedure: &Procedure, context: &Context<'_>) -> ProcedureDecision {
    Ok(event(drafted(state, procedure, context)?))
}

/// 公開: of an edition that is still without a defect, from now or later on, in the order of the editions.
fn publish(
    state: &Editions,
    edition: u32,
    from: Option<Timestamp>,
    context: &Context<'_>,
) -> ProcedureDecision {
    let procedure = state.edition(edition).ok_or(Rejection::EditionUnknown { edition })?;
    check(procedure, context)?;
    if state.published.iter().any(|published| published.edition >= edition) {
        return Err(Rejection::EditionNotNewer { edition });
    }
    let from = from.unwrap_or(context.now);
    let last = state.published.last().map(|published| published.from);
    if from < context.now || last.is_some_and(|last| from < last) {
        return Err(Rejection::EditionTooEarly);
    }
    let by = context.actor.officer()?.clone();
    Ok(event(ProcedureEvent::EditionPublished(EditionPublished { edition, from, by })))
}

/// 一覧からの公開: nothing happens when it says what is in force already.
fn load(state: &Editions, procedure: &Procedure, context: &Context<'_>) -> ProcedureDecision {
    let in_force = state.in_force(context.now).map(|(edition, _)| edition);
    let same = |edition: &Procedure| *edition == Procedure { edition: edition.edition, ..procedure.clone() };
    if in_force.is_some_and(same) {
        context.actor.officer()?;
        return Ok(Decision::of([]));
    }
    if state.published.last().is_some_and(|last| last.from > context.now) {
        return Err(Rejection::EditionTooEarly);
    }
    let drafted = drafted(state, procedure, context)?;
    let edition = next_edition(state, procedure);
    let by = context.actor.officer()?.clone();
    let published = EditionPublished { edition, from: context.now, by };
    Ok(Decision::of([drafted, ProcedureEvent::EditionPublished(published)].map(Proposed::Event)))
}

fn drafted(
    state: &Editions,
    procedure: &Procedure,
    context: &Context<'_>,
) -> Result<ProcedureEvent, Rejection> {
    let by = context.actor.officer()?.clone();
    if StreamId::from(&procedure.id) != context.stream {
        return Err(Rejection::ProcedureOfOtherStream { procedure: procedure.id.clone() });
    }
    let edition = next_edition(state, procedure);
    let procedure = Box::new(Procedure { edition, ..procedure.clone() });
    check(&procedure, context)?;
    Ok(if state.editions.is_empty() {
        ProcedureEvent::ProcedureDefined(ProcedureDefined { procedure, by })
    } else {
        ProcedureEvent::ProcedureRevised(ProcedureRevised { procedure, by })
    })
}

/// The number of the next edition: the one it states, if that is newer than those before.
fn next_edition(state: &Editions, procedure: &Procedure) -> u32 {
    let after = state.latest().map_or(1, |latest| latest.edition.saturating_add(1));
    procedure.edition.max(after)
}

fn check(procedure: &Procedure, context: &Context<'_>) -> Result<(), Rejection> {
    Catalog::check(procedure, context.divisions).map_err(|error| Rejection::ProcedureDefective {
        defects: error.defects.len(),
        first: error.to_string(),
    })
}

/// 受付停止: those that have arrived go on.
fn suspend(state: &Editions, ground: &ReasonCode, context: &Context<'_>) -> ProcedureDecision {
    let by = context.actor.officer()?.clone();
    if state.suspended {
        return Err(Rejection::ProcedureSuspended);
    }
    Ok(event(ProcedureEvent::ProcedureSuspended(ProcedureSuspended { ground: ground.clone(), by })))
}

/// 受付再開.
fn resume(state: &Editions, context: &Context<'_>) -> ProcedureDecision {
    let by = context.actor.officer()?.clone();
    if !state.suspended {
        return Err(Rejection::ProcedureNotSuspended);
    }
    Ok(event(ProcedureEvent::ProcedureResumed(ProcedureResumed { by })))
}

/// 受付期間の公示: in order, none within another.
fn announce_intake(periods: &[IntakePeriod], context: &Context<'_>) -> ProcedureDecision {
    let by = context.actor.officer()?.clone();
    let each = periods.iter().all(|period| period.from < period.until);
    let in_order = periods.windows(2).all(|pair| pair[0].until <= pair[1].from);
    if !each || !in_order {
        return Err(Rejection::IntakeInvalid);
    }
    Ok(event(ProcedureEvent::IntakeAnnounced(IntakeAnnounced { periods: periods.to_vec(), by })))
}

/// 様式の登録: of a procedure that exists.
fn add_form_file(
    state: &Editions,
    file: &FormFileId,
    title: &str,
    content: &Words,
    context: &Context<'_>,
) -> ProcedureDecision {
    let by = context.actor.officer()?.clone();
    if state.editions.is_empty() {
        return Err(Rejection::EditionUnknown { edition: 1 });
    }
    let bytes = content.content().len();
    if bytes > FORM_FILE_BYTES_MAX || bytes == 0 || title.trim().is_empty() {
        return Err(Rejection::FormFileUnusable);
    }
    Words::from(title).read("title")?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let document = documents.keep("form-file", content.taken("form-file")?);
    let added = FormFileAdded { file: file.clone(), title: title.to_owned(), document, by };
    let added = event(ProcedureEvent::FormFileAdded(added));
    Ok(Decision { documents: documents.into_vec(), ..added })
}

fn event(event: ProcedureEvent) -> Decision<ProcedureEvent> {
    Decision::of([Proposed::Event(event)])
}
