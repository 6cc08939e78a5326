//! Given a life, when somebody asks something, then this is decided: the whole decision as text, or the rejection.

use std::sync::LazyLock;

use expect_test::Expect;
use serde_json::Value;
use shinsei_conformance::laws;
use shinsei_conformance::life::{Life, Step, form, staff};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::{AgendaChange, Due};
use shinsei_core::bytes::Bytes;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{
    ApplicationFinding, Command, DocumentWritten, FilingFinding, Finding, PaperDelivery, PaymentMade, Review,
    SealPut, StatedReason, SubmittedForm,
};
use shinsei_core::decider::Decision;
use shinsei_core::document::Body;
use shinsei_core::event::{PaymentChannel, TellingChannel};
use shinsei_core::event_format::{EventFormat, Proposed};
use shinsei_core::ids::{DivisionId, ProcedureId, ReasonCode};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::Procedure;
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::time::{Timestamp, Window};
use shinsei_core::yen::Yen;

/// Asks one thing of a case and compares all that was decided.
#[track_caller]
pub(crate) fn check(mut given: Life, by: Actor, when: Command, then: Expect) {
    let said = given.ask(&Step::new(by, when));
    let terms = serde_json::to_value(&given.procedure().terms).unwrap();
    then.assert_eq(&match said {
        Ok(decision) => shown(&decision, &terms),
        Err(rejection) => refused(&rejection),
    });
    laws::hold(&given);
}

/// Asks one thing of a case: `yes`, or the rejection.
pub(crate) fn said(mut life: Life, by: &Actor, command: Command) -> String {
    match life.ask(&Step::new(by.clone(), command)) {
        Ok(_) => "yes".to_owned(),
        Err(rejection) => format!("{rejection:?}"),
    }
}

/// Lives through all steps, which must be accepted, and compares the history: one line an event.
#[track_caller]
pub(crate) fn check_life(given: Life, steps: &[(Actor, Command)], then: Expect) {
    let mut life = given;
    let mut lines = String::new();
    let terms = serde_json::to_value(&life.procedure().terms).unwrap();
    for (by, command) in steps {
        let decision = life.ask(&Step::new(by.clone(), command.clone())).unwrap();
        lines += &format!("{}\n", command.name());
        for line in events(&decision, &terms) {
            lines += &format!("    {line}\n");
        }
    }
    lines += &format!("{}: {}\n", life.state().name(), life.state().label());
    then.assert_eq(&lines);
    laws::hold(&life);
}

/// A decision as text: its events, what it keeps, what is due, and when it holds.
pub(crate) fn shown<E: EventFormat>(decision: &Decision<E>, terms: &Value) -> String {
    let mut lines = events(decision, terms);
    lines.extend(decision.documents.iter().map(|document| {
        let (content, kept) = match &document.body {
            Body::Inline(content) => (content, "keep"),
            Body::Shared(content) => (content, "keep shared"),
            Body::Staged { .. } | Body::StagedShared { .. } => {
                unreachable!("nothing is staged by a decision")
            }
        };
        format!("{kept} {}: {}", document.role, String::from_utf8_lossy(content.as_slice()))
    }));
    lines.extend(decision.agenda.iter().map(|change| match change {
        AgendaChange::Schedule(entry) => {
            let due = match entry.due {
                Due::AtOnce => "at once".to_owned(),
                Due::At(at) => at.to_jst().format("at %Y-%m-%d %H:%M").to_string(),
            };
            let task = String::from_utf8_lossy(&entry.task);
            format!("schedule {} {due} in {:?}: {task}", entry.key.name, entry.channel)
        }
        AgendaChange::Cancel(key) => format!("cancel {}", key.name),
        AgendaChange::Redrive(key) => format!("redrive {}", key.name),
    }));
    if decision.window != Window::ALWAYS {
        let end = |at: Option<Timestamp>| {
            at.map_or("ever".to_owned(), |at| at.to_jst().format("%Y-%m-%d %H:%M").to_string())
        };
        lines.push(format!("holds from {} until {}", end(decision.window.from), end(decision.window.until)));
    }
    lines.join("\n") + "\n"
}

/// A rejection as text: the fact, and what the resident reads.
pub(crate) fn refused(rejection: &Rejection) -> String {
    format!("refused: {rejection:?}\n{}\n", rejection.resident())
}

/// One line an event; a document that was kept with it stands as its role, the procedure's terms as a word.
fn events<E: EventFormat>(decision: &Decision<E>, terms: &Value) -> Vec<String> {
    let line = |proposed: &Proposed<E>| match proposed {
        Proposed::Event(event) => {
            let mut payload = serde_json::from_slice(&event.payload().unwrap()).unwrap();
            name(&mut payload, decision, terms);
            format!("{} {payload}", event.event_type().0)
        }
        Proposed::Numbered { event_type, series } => format!("{event_type} numbered from {series}"),
    };
    decision.events.iter().map(line).collect()
}

fn name<E: EventFormat>(value: &mut Value, decision: &Decision<E>, terms: &Value) {
    if value == terms {
        *value = "those of the procedure".into();
    }
    let id = value.get("id").and_then(Value::as_str).filter(|_| value.get("digest").is_some());
    if let Some(id) = id {
        let document = decision.documents.iter().find(|document| document.id.to_string() == id);
        *value = format!("document {}", document.expect("a document that is kept").role).into();
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| name(field, decision, terms)),
        Value::Array(items) => items.iter_mut().for_each(|item| name(item, decision, terms)),
        _ => {}
    }
}

/// The sample catalog, read once.
pub(crate) static SAMPLE: LazyLock<Catalog> = LazyLock::new(Catalog::sample);

/// A procedure of the sample catalog.
pub(crate) fn sample(id: &str) -> Procedure {
    SAMPLE.procedure(&ProcedureId::new(id).unwrap()).unwrap().clone()
}

/// A step so many days after the one before.
pub(crate) fn after(days: u32, by: Actor, command: Command) -> Step {
    Step { after_minutes: days * 24 * 60, by, command }
}

/// A case of the procedure that the main road led to this state.
pub(crate) fn case(procedure: Procedure, state: StateName) -> Life {
    Life::of(procedure).until(state)
}

/// A form for the procedure, with these answers in JSON.
pub(crate) fn form_of(life: &Life, quantity: u32) -> Vec<u8> {
    form(life.procedure(), life.applicant_id(), quantity, r#"{"氏名":"甲野 花子"}"#)
}

/// The submission of this life with another form.
pub(crate) fn submit_with(life: &Life, form: SubmittedForm) -> Command {
    Command::Submit(shinsei_core::command::Submit { form, ..life.submission() })
}

/// Puts a form aside.
pub(crate) fn save(life: &Life) -> Command {
    Command::SaveDraft { procedure: life.procedure().id.clone(), form: "下書き".into() }
}

/// The submission of this life.
pub(crate) fn submit(life: &Life) -> Command {
    Command::Submit(life.submission())
}

pub(crate) fn granted() -> Command {
    review(Finding::Application(ApplicationFinding::Granted))
}

pub(crate) fn confirmed() -> Command {
    review(Finding::Filing(FilingFinding::Confirmed))
}

pub(crate) fn review(finding: Finding) -> Command {
    Command::Review(Review { finding, inspected_on: None })
}

/// One reason with these words.
pub(crate) fn because(words: &str) -> NonEmpty<StatedReason> {
    NonEmpty::one(StatedReason { code: ReasonCode::new("R-01").unwrap(), text: words.into() })
}

pub(crate) fn pay(yen: u32) -> Command {
    pay_by(PaymentChannel::Counter, yen)
}

pub(crate) fn pay_by(channel: PaymentChannel, yen: u32) -> Command {
    Command::RecordPayment(PaymentMade {
        yen: Yen(yen), channel, reference: Bytes::from("領収 第0042号")
    })
}

pub(crate) fn assess(yen: u32) -> Command {
    Command::AssessFee { yen: Yen(yen) }
}

/// A document on paper, sent by post.
pub(crate) fn deliver() -> Command {
    Command::DeliverDocument {
        document: written("次のとおり決定しました。"),
        way: PaperDelivery::Post { tracking: None },
    }
}

pub(crate) fn written(body: &str) -> DocumentWritten {
    DocumentWritten { body: body.into(), seal: SealPut::Paper }
}

/// A payment of so much in cash, under a reference.
pub(crate) fn cash(yen: u32, reference: &str) -> PaymentMade {
    PaymentMade { yen: Yen(yen), channel: PaymentChannel::Counter, reference: reference.into() }
}

/// The same later in the day, or on another.
pub(crate) fn on(life: &Life, days: u64) -> chrono::NaiveDate {
    life.now().date_jst() + chrono::Days::new(days)
}

pub(crate) fn issue(copies: u32) -> Command {
    Command::IssueCertificate { copies }
}

pub(crate) fn notice_delivered() -> Command {
    Command::TellResult { how: TellingChannel::Notice }
}

pub(crate) fn officer_elsewhere() -> Actor {
    Actor::Officer(staff("s-900", &DivisionId::new("elsewhere").unwrap()))
}

pub(crate) fn clerk_elsewhere() -> Actor {
    Actor::Clerk(staff("s-901", &DivisionId::new("elsewhere").unwrap()))
}
