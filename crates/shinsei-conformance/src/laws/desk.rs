//! Laws of the work at the desk: corrections, approval, forwarding, the clock.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shinsei_core::application::{Application, Clock, for_the_applicant};
use shinsei_core::calendar::Calendar;
use shinsei_core::due::DueDate;
use shinsei_core::event::{CorrectionKind, EnclosedForm, Event, FormRef, Visibility};
use shinsei_core::form::path::FieldPath;
use shinsei_core::form::schema::{FormSchema, Item};
use shinsei_core::procedure::SignatureRule;
use shinsei_core::rejection::StateName;

use crate::life::{Life, content_of};

/// Nothing of the old judgement is left; where a signature is needed, the new one is judged in the same commit.
///
/// # Panics
/// When it is broken.
pub fn a_correction_voids_the_old_signature(life: &Life) {
    let states = life.states();
    for (n, recorded) in life.history().iter().enumerate() {
        let (Event::Corrected(_), Some(arrived)) = (&recorded.event, states[n + 1].arrival()) else {
            continue;
        };
        assert_eq!(arrived.signature, None, "the signature of the form before is void");
        if let SignatureRule::Required(_) = arrived.terms.signature {
            let next = life.history().get(n + 1).expect("the new form is signed");
            assert!(matches!(next.event, Event::SignatureVerified(_)), "the new form is signed");
            assert_eq!(next.command, recorded.command, "it is judged with the correction");
        }
    }
}

/// What was to be put right in part leaves every other answer as it was, but those that are asked for only under a condition.
///
/// # Panics
/// When it is broken.
pub fn a_correction_in_part_changes_what_was_asked_for(life: &Life) {
    let states = life.states();
    for (n, recorded) in life.history().iter().enumerate() {
        let Event::Corrected(corrected) = &recorded.event else { continue };
        let Application::AwaitingCorrection(awaiting) = &states[n] else { continue };
        let fields = corrected.items.as_slice().iter().map(|item| awaiting.item(*item).flatten());
        let Some(asked) = fields.collect::<Option<Vec<&FieldPath>>>() else { continue };
        // That of the new form stands behind the correction, in the same commit.
        let judged = states.get(n + 2).filter(|state| state.name() == StateName::UnderReview);
        let after = judged.unwrap_or(&states[n + 1]);
        let both = (form_of(life, &states[n]), form_of(life, after));
        let (CorrectionKind::Partial, (Some(before), Some(after))) = (awaiting.kind, both) else { continue };
        let schema = states[n].arrival().and_then(|arrived| arrived.schema);
        let schema: Option<FormSchema> =
            schema.and_then(|fields| serde_json::from_slice(content_of(life.document(&fields)?)?).ok());
        let (answered, answers) = (answers_of(&before), answers_of(&after));
        for place in answered.keys().chain(answers.keys()) {
            let path: Option<FieldPath> = place.parse().ok();
            let is_asked = asked.iter().any(|asked| {
                path.as_ref().is_some_and(|path| {
                    path == *asked || (asked.within.is_none() && path.field == asked.field)
                })
            });
            let is_conditional = schema.as_ref().zip(path.as_ref()).is_some_and(|(schema, path)| {
                let of_group = match schema.item(&path.field) {
                    Some(Item::Group(group)) => group.when.is_some(),
                    Some(Item::Field(_)) | None => false,
                };
                of_group || schema.field(path).is_some_and(|field| field.when.is_some())
            });
            let is_same = answered.get(place) == answers.get(place);
            assert!(is_same || is_asked || is_conditional, "an answer was changed that nobody asked about");
        }
        assert_eq!(
            before.get("quantity"),
            after.get("quantity"),
            "the copies were changed that nobody asked about"
        );
    }
}

fn answers_of(form: &Value) -> Map<String, Value> {
    form.get("answers").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// The form in force, where it can be read from the documents of the case.
fn form_of(life: &Life, state: &Application) -> Option<Value> {
    let arrived = state.arrival()?;
    let enclosed = arrived.signature.as_ref().and_then(|signature| signature.enclosed);
    let (document, part) = match (arrived.form, enclosed) {
        (FormRef::Attached(_), Some(EnclosedForm::Apart(form))) => (form, None),
        (FormRef::Attached(message), Some(EnclosedForm::At { from, until })) => {
            (message, Some((from, until)))
        }
        (FormRef::Attached(_), None) => return None,
        (FormRef::Unsigned(form) | FormRef::Detached { content: form, .. }, _) => (form, None),
    };
    let content = content_of(life.document(&document)?)?;
    let written = match part {
        None => content,
        Some((from, until)) => content.get(usize::try_from(from).ok()?..usize::try_from(until).ok()?)?,
    };
    serde_json::from_slice(written).ok()
}

/// Four eyes: where the terms ask for them, and wherever a decision, its correction or its revocation was drafted.
///
/// # Panics
/// When it is broken.
pub fn nobody_approves_their_own_draft(life: &Life) {
    let Some(arrived) = life.state().arrival() else { return };
    for recorded in life.history() {
        let (by, drafted_by) = match &recorded.event {
            Event::Reviewed(reviewed) => (&reviewed.by, &reviewed.drafted_by),
            Event::DecisionCorrected(corrected) => (&corrected.by, &corrected.drafted_by),
            Event::DecisionRevoked(revoked) => (&revoked.by, &revoked.drafted_by),
            _ => continue,
        };
        assert_ne!(drafted_by.as_ref(), Some(by), "one person drafted and approved");
        assert!(!arrived.terms.approval || drafted_by.is_some(), "decided or undone without approval");
    }
}

/// What another agency decides is forwarded, never decided.
///
/// # Panics
/// When it is broken.
pub fn the_city_decides_only_what_is_its_own(life: &Life) {
    let Some(arrived) = life.state().arrival() else { return };
    let is_own = arrived.terms.jurisdiction.agency().is_none();
    for recorded in life.history() {
        assert!(
            is_own || !matches!(recorded.event, Event::Reviewed(_)),
            "decided in place of another agency"
        );
        assert!(
            !is_own || !matches!(recorded.event, Event::Forwarded(_)),
            "forwarded what is the city's own"
        );
    }
}

/// Every due date can be counted again from what is kept with it.
///
/// # Panics
/// When it is broken.
pub fn a_due_date_follows_from_its_inputs(life: &Life) {
    let calendar = Calendar::standard();
    let dues = life.states().into_iter().filter_map(|state| state.desk()?.clock.due.clone());
    for due in dues.filter(|due| due.calendar == calendar.version()) {
        let counted = DueDate::of(due.period, due.start, &calendar, &due.pauses);
        assert_eq!(counted, Some(due), "a due date follows from its inputs");
    }
}

/// A procedure with a period has a due date from its receipt until the result is told, and it stands still exactly while a
/// correction is awaited.
///
/// # Panics
/// When it is broken.
pub fn no_clock_is_lost(life: &Life) {
    // While a command is being recorded its events stand one after another; only its end is looked at.
    let state = life.state();
    let Some(clock) = state.clock() else { return };
    let has_period = state.arrival().is_some_and(|arrived| arrived.terms.standard_period.is_some());
    assert!(!has_period || clock.due.is_some(), "the clock was lost");
    let awaits = matches!(state, Application::AwaitingCorrection(_));
    assert_eq!(clock.stands_still(), awaits, "the clock stands still while a correction is awaited");
    assert_eq!(state.expected(), clock.running().map(|due| due.day), "the applicant is told the due date");
}

/// That it comes near and that it has passed is said once for each due date.
///
/// # Panics
/// When it is broken.
pub fn each_warning_is_given_once(life: &Life) {
    let mut given = BTreeMap::new();
    for (state, recorded) in life.states().iter().zip(life.history()) {
        let kind = match &recorded.event {
            Event::DeadlineApproaching(_) => "approaching",
            Event::DeadlineExceeded(_) => "exceeded",
            _ => continue,
        };
        let number = state.clock().map(|clock: &Clock| clock.dues).expect("the clock runs");
        *given.entry((kind, number)).or_insert(0) += 1;
    }
    assert!(given.values().all(|times| *times == 1), "a warning was given twice: {given:?}");
}

/// The applicant's view holds none of them.
///
/// # Panics
/// When it is broken.
pub fn private_notes_never_reach_the_applicant(life: &Life) {
    for recorded in for_the_applicant(life.history()) {
        if let Event::NoteAdded(note) = &recorded.event {
            assert_eq!(note.visibility, Visibility::Public, "a private note reached the applicant");
        }
    }
}
