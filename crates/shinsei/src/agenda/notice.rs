//! A notice that is due: rendered from what the case has become, delivered, and settled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Lease, Settled};
use shinsei_core::application::Application;
use shinsei_core::command::Command;
use shinsei_core::delivery::{Deliveries, DeliveryCommand, DeliveryFailure};
use shinsei_core::document::DocumentRef;
use shinsei_core::event::TellingChannel;
use shinsei_core::ids::{MailCode, MandateId, StreamId, StreamKind, UserId};
use shinsei_core::mandate::{Mandate, MandateParty, MandateTask};
use shinsei_core::notice::{
    CaseFile, ConfirmationToken, Correspondence, MandateNotice, Message, Notice, Reader, Task, UserTask,
    render,
};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::procedure::Division;
use shinsei_core::service_hours::stream::{Maintenance, Service};
use shinsei_core::time::Timestamp;
use shinsei_core::user::User;

use super::bounce;
use super::settling::{again, settle, settlement};
use crate::engine::{EngineError, ExecuteError, Request, Shared};
use crate::execution::Execution;

/// For what an entry's id is the notice's own: it stands in the mail.
const NOTICE: &str = "notice";

/// Delivers a notice, records what became of it and settles its entry, both in one commit.
pub(super) fn deliver(
    shared: &Arc<Shared>,
    notifier: &dyn Notifier,
    lease: &Lease,
) -> Result<Settled, EngineError> {
    let notice = match notice(shared, lease) {
        Ok(Due::Notice(notice)) => notice,
        Ok(Due::Nothing) => return settle(shared, lease, Settled::Moot),
        // A stream that cannot be read must not hold up the others.
        Ok(Due::Unaddressed) | Err(EngineError::Log(_)) => {
            return given_up(shared, lease, DeliveryFailure::Technical);
        }
        Err(error) => return Err(error),
    };
    match catch_unwind(AssertUnwindSafe(|| notifier.deliver(&notice))) {
        Ok(Ok(())) => delivered(shared, lease, &notice),
        Ok(Err(NotifierError::Unavailable { .. })) => later(shared, lease, DeliveryFailure::Temporary),
        // Whether a notifier that panicked had delivered is not known: at least once, it is tried again.
        Err(_) => later(shared, lease, DeliveryFailure::Technical),
        Ok(Err(_)) => given_up(shared, lease, DeliveryFailure::Permanent),
    }
}

fn delivered(shared: &Arc<Shared>, lease: &Lease, notice: &Notice) -> Result<Settled, EngineError> {
    let record = DeliveryCommand::RecordDelivery {
        entry: lease.key.name.clone(),
        mail: MailCode::of(&notice.message),
        attempt: lease.attempt,
    };
    if lease.key.stream.kind == StreamKind::Case
        && Task::from_bytes(&lease.task).is_some_and(Task::tells_the_result)
        && let Some(told) = tell_result(shared, lease, &record)?
    {
        return Ok(told);
    }
    settle_and_record(shared, lease, Settled::Done, record)
}

/// Tries again after a while, until the attempts are used up.
fn later(shared: &Arc<Shared>, lease: &Lease, failure: DeliveryFailure) -> Result<Settled, EngineError> {
    match again(shared, lease) {
        Settled::Parked => given_up(shared, lease, failure),
        how => settle(shared, lease, how),
    }
}

/// Parks the entry: a person must look.
fn given_up(shared: &Arc<Shared>, lease: &Lease, failure: DeliveryFailure) -> Result<Settled, EngineError> {
    let record =
        DeliveryCommand::RecordFailure { entry: lease.key.name.clone(), attempt: lease.attempt, failure };
    settle_and_record(shared, lease, Settled::Parked, record)
}

/// The command's id follows from the lease, so that it takes effect once.
fn settle_and_record(
    shared: &Arc<Shared>,
    lease: &Lease,
    how: Settled,
    record: DeliveryCommand,
) -> Result<Settled, EngineError> {
    let request = Request::<Deliveries> {
        municipality: lease.municipality,
        command_id: bounce::recorded_as(lease.key.stable_id(lease.municipality, NOTICE), lease.fence),
        actor: Actor::System,
        stream: lease.key.stream.deliveries(),
        command: record,
    };
    match Execution::new(Arc::clone(shared), request, vec![settlement(lease, how)])?.run() {
        Ok(_) => Ok(how),
        // OK because no rule refuses what the engine itself records.
        Err(ExecuteError::Rejected(_)) => settle(shared, lease, how),
        Err(ExecuteError::Failed(error)) => Err(error),
    }
}

/// What an entry has become by the time it is due.
enum Due {
    Notice(Box<Notice>),
    /// It no longer speaks of the present of its stream, or the documents were erased.
    Nothing,
    /// The city's settings no longer name the division that answers or the page that confirms, or what is due is newer
    /// than this program.
    Unaddressed,
}

fn notice(shared: &Shared, lease: &Lease) -> Result<Due, EngineError> {
    match lease.key.stream.kind {
        StreamKind::Case => of_a_case(shared, lease),
        StreamKind::User => to_a_user(shared, lease),
        StreamKind::Mandate => of_a_mandate(shared, lease),
        StreamKind::Procedure | StreamKind::Calendar | StreamKind::Service | StreamKind::Delivery => {
            Ok(Due::Unaddressed)
        }
    }
}

fn of_a_case(shared: &Shared, lease: &Lease) -> Result<Due, EngineError> {
    let Some(task) = Task::from_bytes(&lease.task) else { return Ok(Due::Unaddressed) };
    let mut history = Vec::new();
    shared.read::<Application>(lease.municipality, lease.key.stream, |recorded| history.push(recorded))?;
    let case = history.iter().fold(Application::default(), Application::evolve);
    let city = shared.city(lease.municipality)?;
    let Some(arrived) = case.arrival() else { return Ok(Due::Nothing) };
    let Some(contact) = city.catalog.division(arrived.in_charge()) else { return Ok(Due::Unaddressed) };
    let to = match task {
        // A division that has stated no address is not written to.
        Task::Alert(alert) => alert.address(contact).map(str::to_owned),
        _ => text(shared, lease, &arrived.contact)?,
    };
    let Some(to) = to else { return Ok(Due::Nothing) };
    let between = Correspondence { municipality: lease.municipality, city: &city.name, contact, to: &to };
    let id = lease.key.stable_id(lease.municipality, NOTICE);
    let file = CaseFile { case: &case, history: &history };
    Ok(render(task, id, file, between).map_or(Due::Nothing, |notice| Due::Notice(Box::new(notice))))
}

fn to_a_user(shared: &Shared, lease: &Lease) -> Result<Due, EngineError> {
    match UserTask::from_bytes(&lease.task) {
        Some(UserTask::Confirmation { ordinal }) => confirmation(shared, lease, ordinal),
        Some(UserTask::Maintenance { ordinal }) => maintenance(shared, lease, ordinal),
        None => Ok(Due::Unaddressed),
    }
}

/// M15: to whoever has a confirmed address, as long as the maintenance is to come.
fn maintenance(shared: &Shared, lease: &Lease, ordinal: u32) -> Result<Due, EngineError> {
    let (_, service) = shared.fold::<Service>(lease.municipality, StreamId::SERVICE)?;
    let to_come = |one: &&Maintenance| one.cancelled_at.is_none() && shared.clock.now() < one.from;
    let Some(maintenance) = service.nth(ordinal).filter(to_come) else { return Ok(Due::Nothing) };
    let (_, user) = shared.fold::<User>(lease.municipality, lease.key.stream)?;
    let city = shared.city(lease.municipality)?;
    let Some(mail) = user.registered().and_then(|user| user.mail) else { return Ok(Due::Nothing) };
    let Some(to) = text(shared, lease, &mail)? else { return Ok(Due::Nothing) };
    let Some(desk) = city.desk() else { return Ok(Due::Unaddressed) };
    let message = Message::Maintenance { from: maintenance.from, until: maintenance.until };
    Ok(letter(lease, &city.name, desk, to, Reader::User, message, lease.due))
}

/// M1: to the address that waits, as long as it does.
fn confirmation(shared: &Shared, lease: &Lease, ordinal: u32) -> Result<Due, EngineError> {
    let (_, user) = shared.fold::<User>(lease.municipality, lease.key.stream)?;
    let city = shared.city(lease.municipality)?;
    let waiting = user.registered().and_then(|user| Some((user, user.unconfirmed.as_ref()?)));
    let Some((user, waiting)) = waiting.filter(|(_, waiting)| waiting.ordinal == ordinal) else {
        return Ok(Due::Nothing);
    };
    let (Some(page), Some(desk)) = (&city.confirmation_page, city.desk()) else {
        return Ok(Due::Unaddressed);
    };
    let secret = shared.store.document(lease.municipality, waiting.secret.id)?;
    let of_user = UserId(lease.key.stream.id);
    let token = secret.and_then(|secret| ConfirmationToken::of(of_user, &secret.content));
    let (Some(to), Some(token)) = (text(shared, lease, &waiting.mail)?, token) else {
        return Ok(Due::Nothing);
    };
    let message = Message::Confirmation {
        url: format!("{page}{token}"),
        until: waiting.until,
        is_change: user.mail.is_some(),
    };
    Ok(letter(lease, &city.name, desk, to, Reader::User, message, lease.due))
}

/// M16: to one of the two, where they have a confirmed address.
fn of_a_mandate(shared: &Shared, lease: &Lease) -> Result<Due, EngineError> {
    let Some(task) = MandateTask::from_bytes(&lease.task) else { return Ok(Due::Unaddressed) };
    let (_, mandate) = shared.fold::<Mandate>(lease.municipality, lease.key.stream)?;
    let city = shared.city(lease.municipality)?;
    let Some(drafted) = mandate.drafted() else { return Ok(Due::Nothing) };
    let Some(desk) = city.desk() else { return Ok(Due::Unaddressed) };
    let reader = task.reader(&drafted.terms);
    let (_, user) = shared.fold::<User>(lease.municipality, reader.into())?;
    let Some(mail) = user.registered().and_then(|user| user.mail) else { return Ok(Due::Nothing) };
    let Some(to) = text(shared, lease, &mail)? else { return Ok(Due::Nothing) };
    let Some(principal) = text(shared, lease, &drafted.principal_name)? else { return Ok(Due::Nothing) };
    let names = drafted.terms.procedures.as_slice().iter();
    let procedures =
        names.map(|id| shared.procedure_name(lease.municipality, id)).collect::<Result<_, _>>()?;
    let message = Message::Mandate(MandateNotice {
        principal,
        procedures,
        from: drafted.terms.from,
        until: drafted.terms.until,
        number: MandateId(lease.key.stream.id).to_string(),
        news: task.news,
    });
    let reader = match task.to {
        MandateParty::Principal => Reader::Principal,
        MandateParty::Agent => Reader::Agent,
    };
    Ok(letter(lease, &city.name, desk, to, reader, message, lease.due))
}

/// A document that holds text; `None` once it is erased.
fn text(shared: &Shared, lease: &Lease, document: &DocumentRef) -> Result<Option<String>, EngineError> {
    let document = shared.store.document(lease.municipality, document.id)?;
    Ok(document.and_then(|document| String::from_utf8(document.content).ok()))
}

fn letter(
    lease: &Lease,
    city: &str,
    contact: &Division,
    to: String,
    reader: Reader,
    message: Message,
    at: Timestamp,
) -> Due {
    Due::Notice(Box::new(Notice {
        id: lease.key.stable_id(lease.municipality, NOTICE),
        municipality: lease.municipality,
        city: city.to_owned(),
        to,
        reader,
        at,
        contact: contact.clone(),
        message,
    }))
}

/// Records that the result was told, in the commit that settles its notice and says that it was delivered. The command's
/// id follows from the entry, so that it takes effect once. `None` when staff told it first.
fn tell_result(
    shared: &Arc<Shared>,
    lease: &Lease,
    delivery: &DeliveryCommand,
) -> Result<Option<Settled>, EngineError> {
    let request = Request::<Application> {
        municipality: lease.municipality,
        command_id: bounce::told_as(lease.key.stable_id(lease.municipality, NOTICE)),
        actor: Actor::System,
        stream: lease.key.stream,
        command: Command::TellResult { how: TellingChannel::Notice },
    };
    let execution = Execution::new(Arc::clone(shared), request, vec![settlement(lease, Settled::Done)])?;
    match execution.and_deliver(delivery.event()).run() {
        Ok(_) => Ok(Some(Settled::Done)),
        Err(ExecuteError::Rejected(_)) => Ok(None),
        Err(ExecuteError::Failed(error)) => Err(error),
    }
}
