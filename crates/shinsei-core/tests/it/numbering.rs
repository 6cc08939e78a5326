//! What happens a second time in a case has a number of its own: on the agenda, in its event, and wherever it is named later.

use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::AgendaChange;
use shinsei_core::command::{ApplicationFinding, Command, Finding};
use shinsei_core::decider::Decision;
use shinsei_core::event::{AppealKind, AppealResult, Event, ReopeningGround};
use shinsei_core::event_format::Proposed;
use shinsei_core::rejection::StateName::UnderReview;

use crate::desk::{consult, requested, staff_id};
use crate::kit::{because, case, deliver, granted, notice_delivered, review, said};
use crate::points::copy_of_residence;

/// The entries that a decision schedules.
fn scheduled(decision: &Decision<Event>) -> Vec<String> {
    let names = decision.agenda.iter().filter_map(|change| match change {
        AgendaChange::Schedule(entry) => Some(entry.key.name.to_string()),
        AgendaChange::Cancel(_) | AgendaChange::Redrive(_) => None,
    });
    names.collect()
}

#[test]
fn each_consultation_has_a_last_day_of_its_own() {
    let life = case(copy_of_residence(), UnderReview);
    let once = life.clone().run(&[Step::new(life.officer(), consult(&life))]);
    let again = once.clone().ask(&Step::new(life.officer(), consult(&once))).unwrap();
    assert_eq!(scheduled(&again), ["consultation-due/2"]);
}

#[test]
fn the_due_date_of_a_reopened_case_is_the_next_one() {
    let life = requested();
    let decided = life
        .clone()
        .run(&[Step::new(life.officer(), granted()), Step::new(Actor::System, notice_delivered())]);
    let reopen = Command::Reopen { ground: ReopeningGround::NewFacts, approver: staff_id("s-001") };
    let reopened = decided.clone().ask(&Step::new(life.officer(), reopen)).unwrap();
    assert_eq!(scheduled(&reopened), ["deadline-approaching/2", "deadline-exceeded/2"]);
}

#[test]
fn each_appeal_is_resolved_by_its_own_number() {
    let refusal = ApplicationFinding::Refused(because("請求権がない"));
    let life = case(copy_of_residence(), UnderReview);
    let file = |kind, life: &Life| {
        let filed_on = life.now().date_jst();
        Step::new(life.officer(), Command::RecordAppeal { kind, filed_on, paper: "写し".into() })
    };
    let refused = life.clone().run(&[
        Step::new(life.officer(), review(Finding::Application(refusal))),
        Step::new(Actor::System, notice_delivered()),
        Step::new(life.clerk(), deliver()),
    ]);
    let filed = refused.clone().run(&[file(AppealKind::RequestForReview, &refused)]);
    let second = filed.clone().ask(&file(AppealKind::Suit, &filed)).unwrap();
    let [Proposed::Event(Event::AppealFiled(appeal))] = &second.events[..] else { panic!("one event") };
    assert_eq!(appeal.appeal, 2);
    let resolve = |appeal| Command::ResolveAppeal { appeal, result: AppealResult::Rejected };
    assert_eq!(said(filed.clone(), &life.officer(), resolve(2)), "NoSuchAppeal { appeal: 2 }");
    let both = filed.clone().run(&[file(AppealKind::Suit, &filed)]);
    assert_eq!(said(both, &life.officer(), resolve(2)), "yes");
}

#[test]
fn each_hold_is_placed_under_its_own_number() {
    let life = case(copy_of_residence(), UnderReview);
    let place = || Step::new(life.officer(), Command::PlaceHold { reason: "訴訟の証拠として残す".into() });
    let second = life.clone().run(&[place()]).ask(&place()).unwrap();
    let [Proposed::Event(Event::HoldPlaced(placed))] = &second.events[..] else { panic!("one event") };
    assert_eq!(placed.hold, 2);
}
