//! What an event leaves behind is taken off the agenda with it.

use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::AgendaChange;
use shinsei_core::command::{AskedItem, Command, CorrectionRequest, FilingFinding, Finding};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::CorrectionKind;
use shinsei_core::ids::DivisionId;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::period::Period;
use shinsei_core::procedure::Jurisdiction;
use shinsei_core::rejection::StateName::{Decided, Received, UnderReview};

use crate::kit::{assess, because, case, granted, notice_delivered, on, pay, review, said, written};
use crate::points::{copy_of_residence, death_of_a_dog, electronic_permit, restaurant};

/// What a step takes off the agenda, in order.
#[track_caller]
fn cancelled(mut life: Life, by: Actor, command: Command) -> Vec<String> {
    let decision = life.ask(&Step::new(by, command)).unwrap();
    let cancelled = decision.agenda.iter().filter_map(|change| match change {
        AgendaChange::Cancel(key) => Some(key.name.to_string()),
        AgendaChange::Schedule(_) | AgendaChange::Redrive(_) => None,
    });
    cancelled.collect()
}

/// A case under review whose result is due in two weeks.
fn with_a_clock() -> Life {
    let mut procedure = copy_of_residence();
    procedure.terms.standard_period = Some(Period::days(14));
    case(procedure, UnderReview)
}

fn correction(life: &Life) -> Command {
    let item = AskedItem { field: None, text: "地図を添付してください。".into() };
    let items = NonEmpty::one(item);
    Command::RequestCorrection(CorrectionRequest { items, due: on(life, 7), kind: CorrectionKind::Partial })
}

fn asked(life: Life) -> Life {
    let request = correction(&life);
    by_the_officer(life, request)
}

fn by_the_officer(life: Life, command: Command) -> Life {
    let officer = life.officer();
    life.run(&[Step::new(officer, command)])
}

fn consult(life: &Life, due: u64) -> Command {
    let division = DivisionId::new("HOKENJO-EISEI").unwrap();
    Command::Consult { division, question: "支障はありますか。".into(), due: on(life, due) }
}

#[test]
fn while_a_correction_is_awaited_no_due_date_is_watched_and_afterwards_no_correction() {
    let life = with_a_clock();
    let request = correction(&life);
    let due = ["deadline-approaching/1", "deadline-exceeded/1"];
    assert_eq!(cancelled(life.clone(), life.officer(), request), due);
    let awaiting = asked(life);
    let correction = ["correction-due/1", "correction-reminder/1"];
    assert_eq!(cancelled(awaiting.clone(), awaiting.officer(), Command::ResumeReview), correction);
    assert_eq!(cancelled(awaiting.clone(), awaiting.applicant(), Command::Withdraw), correction);
    let overdue = awaiting.clone().at(shinsei_core::time::Timestamp::end_of(on(&awaiting, 7)));
    let passed = Command::PassDeadline(Deadline::CorrectionDue { request: 1 });
    assert_eq!(cancelled(overdue.clone(), Actor::System, passed.clone()), [""; 0], "it settles itself");
    let overdue = overdue.run(&[Step::new(Actor::System, passed)]);
    assert_eq!(cancelled(overdue.clone(), overdue.officer(), Command::ResumeReview), [""; 0]);
}

#[test]
fn a_due_date_is_watched_until_the_result_is_told() {
    let life = with_a_clock().until(Decided);
    let due = ["deadline-approaching/1", "deadline-exceeded/1"];
    assert_eq!(cancelled(life.clone(), Actor::System, notice_delivered()), due);
    let told = life.run(&[Step::new(Actor::System, notice_delivered())]);
    assert_eq!(cancelled(told.clone(), told.clerk(), pay(300)), [""; 0]);
}

#[test]
fn an_answer_ends_its_consultation_and_a_decision_all_of_them() {
    let life = with_a_clock();
    let life = by_the_officer(life.clone(), consult(&life, 7));
    let life = by_the_officer(life.clone(), consult(&life, 9));
    let asked =
        Actor::Officer(shinsei_conformance::life::staff("s-301", &DivisionId::new("HOKENJO-EISEI").unwrap()));
    let answer = Command::AnswerConsultation { consultation: 1, answer: "ありません。".into() };
    assert_eq!(cancelled(life.clone(), asked.clone(), answer.clone()), ["consultation-due/1"]);
    let answered = life.run(&[Step::new(asked, answer)]);
    assert_eq!(cancelled(answered.clone(), answered.officer(), granted()), ["consultation-due/2"]);
}

#[test]
fn a_request_to_pay_ends_with_the_payment_the_next_request_the_exemption_and_the_case() {
    let life = by_the_officer(case(restaurant(), Received), assess(17_500));
    let notice = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 7) };
    let life = by_the_officer(life, notice.clone());
    let exempt = Command::ExemptFee { ground: shinsei_core::procedure::ExemptionGround::PublicBody };
    for (by, command) in [
        (life.clerk(), pay(17_500)),
        (life.officer(), notice),
        (life.officer(), exempt),
        (life.applicant(), Command::Withdraw),
    ] {
        assert_eq!(cancelled(life.clone(), by, command), ["payment-due/1"]);
    }
}

/// Neither by when it is due here nor by when it is paid here counts any more.
#[test]
fn what_is_forwarded_leaves_nothing_behind_that_falls_due_here() {
    let mut procedure = restaurant();
    procedure.terms.standard_period = Some(Period::days(14));
    procedure.terms.jurisdiction =
        Jurisdiction::Foreign { agency: "北海道渡島総合振興局".to_owned() };
    let life = by_the_officer(case(procedure, Received), assess(17_500));
    let notice = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 7) };
    let life = by_the_officer(life, notice);
    assert_eq!(
        cancelled(life.clone(), life.officer(), Command::ForwardToAgency),
        ["deadline-approaching/1", "deadline-exceeded/1", "payment-due/1"]
    );
}

#[test]
fn a_document_that_was_fetched_or_that_says_what_is_no_longer_so_does_not_expire() {
    let mut procedure = electronic_permit();
    procedure.terms.consent = Some(shinsei_core::procedure::ConsentRule::WithApplication);
    let life = case(procedure, Decided);
    let document = shinsei_core::command::DocumentWritten {
        seal: shinsei_core::command::SealPut::Electronic { signature: "署名".into() },
        ..written("許可します。")
    };
    let publish = Command::PublishDocument { document, expires_on: on(&life, 14) };
    let life = by_the_officer(life, publish);
    assert_eq!(cancelled(life.clone(), life.applicant(), Command::FetchDocument), ["fetch-expiry/1"]);
    let revoke = Command::RevokeDecision { reasons: because("要件を欠いていた"), approver: None };
    assert_eq!(cancelled(life.clone(), life.officer(), revoke), ["fetch-expiry/1"]);
}

/// A name that was taken off is never scheduled again, and a case that is reopened may end in the same year.
#[test]
fn the_end_of_a_retention_period_stays_on_the_agenda_of_a_case_that_is_reopened() {
    let mut procedure = death_of_a_dog();
    procedure.terms.retention = shinsei_core::retention::Retention::Years(5);
    let life = case(procedure, shinsei_core::rejection::StateName::Closed);
    let reopen = Command::Reopen {
        ground: shinsei_core::event::ReopeningGround::OwnError,
        approver: shinsei_core::ids::StaffId::new("s-001").unwrap(),
    };
    assert_eq!(cancelled(life.clone(), life.officer(), reopen.clone()), [""; 0]);
    let again = by_the_officer(life, reopen);
    let confirmed = review(Finding::Filing(FilingFinding::Confirmed));
    assert_eq!(said(again.clone(), &again.officer(), confirmed), "yes");
}
