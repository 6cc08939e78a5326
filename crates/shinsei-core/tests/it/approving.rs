//! Between draft and approval, and between a question and its answer: what may come between, and who may do what.

use shinsei_conformance::life::{Life, Step, staff};
use shinsei_core::actor::Actor;
use shinsei_core::application::ConsultationStanding;
use shinsei_core::command::{ApplicationFinding, Command, FilingFinding, Finding, Review, StatedReason};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{ConsultationAnswered, ConsultationOverdue, Event, ReversalCause};
use shinsei_core::ids::{DivisionId, ReasonCode};
use shinsei_core::procedure::WithdrawalRule;
use shinsei_core::rejection::StateName::{AwaitingApproval, Decided, UnderReview};
use shinsei_core::time::Timestamp;

use crate::desk::{
    answer, awaiting_correction, consult, draft_decision, drafted_decision, other_division, staff_id,
    transfer,
};
use crate::kit::{because, case, said};
use crate::points::{barber_shop, copy_of_residence};

fn approver(life: &Life) -> Actor {
    Actor::Officer(staff("s-001", life.division()))
}

fn asked() -> Life {
    let life = case(copy_of_residence(), UnderReview);
    life.clone().run(&[Step::new(life.officer(), consult(&life))])
}

fn standing(life: &Life) -> ConsultationStanding {
    life.state().desk().unwrap().consultations[0].standing
}

/// A filing with a fee and an inspection, drafted on its merits or by its form alone.
fn drafted(finding: FilingFinding) -> Life {
    let life = case(barber_shop(), UnderReview);
    let review = Review { finding: Finding::Filing(finding), inspected_on: Some(life.now().date_jst()) };
    let draft = Command::DraftDecision { review, approver: staff_id("s-001") };
    let life = life.clone().run(&[Step::new(life.officer(), draft)]);
    assert_eq!(life.state().name(), AwaitingApproval);
    life
}

#[test]
fn a_request_to_withdraw_that_comes_after_the_draft_is_answered_before_the_approval() {
    let mut procedure = copy_of_residence();
    procedure.terms.withdrawal = WithdrawalRule::ByConsent;
    let life = case(procedure, UnderReview);
    let life = life.clone().run(&[
        Step::new(life.officer(), draft_decision("s-001")),
        Step::new(life.applicant(), Command::Withdraw),
    ]);
    assert_eq!(said(life.clone(), &approver(&life), Command::Approve), "WithdrawalPending");
    let declined = Command::DeclineWithdrawal { reasons: because("審査が終わっている") };
    let life = life.clone().run(&[Step::new(life.officer(), declined)]);
    assert_eq!(said(life.clone(), &approver(&life), Command::Approve), "yes");
}

#[test]
fn merits_are_not_approved_once_the_fee_that_comes_first_is_taken_back() {
    let reversed = |finding| {
        let life = drafted(finding);
        let reverse = Command::ReversePayment { payment: 1, cause: ReversalCause::TakenBack };
        life.run(&[Step::new(Actor::System, reverse)])
    };
    let on_the_merits = reversed(FilingFinding::Confirmed);
    assert_eq!(said(on_the_merits.clone(), &approver(&on_the_merits), Command::Approve), "FeeBeforeReview");
    let by_its_form = reversed(FilingFinding::FormalDefect(because("図面が添付されていない")));
    assert_eq!(said(by_its_form.clone(), &approver(&by_its_form), Command::Approve), "yes");
}

#[test]
fn what_is_approved_is_the_draft_with_the_day_of_its_inspection() {
    let life = drafted(FilingFinding::Confirmed);
    let day = life.now().date_jst();
    let approved = life.clone().run(&[Step::new(approver(&life), Command::Approve)]);
    let Some(Event::Reviewed(reviewed)) = approved.history().last().map(|recorded| recorded.event.clone())
    else {
        panic!("{:?}", approved.refusals());
    };
    assert_eq!((reviewed.inspected_on, reviewed.by), (Some(day), staff_id("s-001")));
}

#[test]
fn a_draft_is_sent_back_with_words() {
    let life = drafted_decision();
    let mute = StatedReason { code: ReasonCode::new("R-03").unwrap(), text: "".into() };
    let said = said(life.clone(), &approver(&life), Command::SendBack { reason: mute });
    assert_eq!(said, r#"ReasonWithoutWords { code: ReasonCode("R-03") }"#);
}

#[test]
fn another_division_is_asked_that_exists_until_a_day_that_is_to_come() {
    let life = case(copy_of_residence(), UnderReview);
    let Command::Consult { question, due, .. } = consult(&life) else { unreachable!() };
    let ask = |division: &DivisionId, due| {
        let consult = Command::Consult { division: division.clone(), question: question.clone(), due };
        said(life.clone(), &life.officer(), consult)
    };
    let today = life.now().date_jst();
    assert_eq!(ask(&other_division(), today), "DueTooEarly { after: 2026-05-07 }");
    assert_eq!(ask(&other_division(), today.succ_opt().unwrap()), "yes");
    let nowhere = DivisionId::new("nowhere").unwrap();
    assert_eq!(ask(&nowhere, due), r#"DivisionUnknown { division: DivisionId("nowhere") }"#);
    let Command::Transfer { reason, .. } = transfer() else { unreachable!() };
    let away = Command::Transfer { division: nowhere, reason };
    assert_eq!(
        said(life.clone(), &life.officer(), away),
        r#"DivisionUnknown { division: DivisionId("nowhere") }"#
    );
    // Handed over, the case is that division's own: there is nobody else to ask there.
    let theirs = life.clone().run(&[Step::new(life.officer(), transfer())]);
    for own in [consult(&theirs), transfer()] {
        let in_charge = r#"InChargeAlready { division: DivisionId("ZAIMU-ZEIMU") }"#;
        assert_eq!(said(theirs.clone(), &theirs.officer(), own), in_charge);
    }
}

#[test]
fn an_answer_comes_from_an_officer_of_the_division_that_was_asked() {
    let life = asked();
    let clerk = Actor::Clerk(staff("s-900", &other_division()));
    assert_eq!(said(life.clone(), &clerk, answer()), "NotPermitted { needed: Officer }");
    let own = r#"OtherDivision { in_charge: DivisionId("ZAIMU-ZEIMU") }"#;
    assert_eq!(said(life.clone(), &life.officer(), answer()), own);
}

#[test]
fn an_answer_that_is_late_is_still_awaited_and_taken() {
    let life = asked();
    let overdue = Command::PassDeadline(Deadline::ConsultationDue { consultation: 1 });
    assert_eq!(
        said(life.clone(), &Actor::System, overdue.clone()),
        "DeadlineNotReached { at: 2026-05-14T15:00:00Z }"
    );
    let late =
        life.at(Timestamp::from_jst(2026, 5, 15, 9, 0).unwrap()).run(&[Step::new(Actor::System, overdue)]);
    assert_eq!(standing(&late), ConsultationStanding::Overdue);
    assert_eq!(late.state().status().unwrap().awaited.len(), 1, "it shows, with its age");
    let officer = Actor::Officer(staff("s-900", &other_division()));
    let answered = late.run(&[Step::new(officer, answer())]);
    assert!(
        matches!(standing(&answered), ConsultationStanding::Answered { .. }),
        "{:?}",
        answered.refusals()
    );
}

/// An order in which nobody decides them: what was answered once stays answered as it was.
#[test]
fn nothing_changes_an_answer() {
    let officer = Actor::Officer(staff("s-900", &other_division()));
    let mut life = asked().run(&[Step::new(officer, answer())]);
    let Some(Event::ConsultationAnswered(answered)) =
        life.history().last().map(|recorded| recorded.event.clone())
    else {
        panic!("{:?}", life.refusals());
    };
    let ConsultationAnswered { consultation, .. } = answered;
    let before = standing(&life);
    life = life.at(Timestamp::from_jst(2026, 6, 1, 9, 0).unwrap());
    life.record(Event::ConsultationOverdue(ConsultationOverdue { consultation }));
    life.record(Event::ConsultationAnswered(answered));
    assert_eq!(standing(&life), before);
}

/// A correction may be awaited, or a decision approved, while another division still answers.
#[test]
fn an_answer_is_taken_wherever_the_undecided_case_stands() {
    let officer = Actor::Officer(staff("s-900", &other_division()));
    let life = asked();
    let drafted = life.clone().run(&[Step::new(life.officer(), draft_decision("s-001"))]);
    assert_eq!(said(drafted, &officer, answer()), "yes");
    let waiting = awaiting_correction();
    assert_eq!(said(waiting, &officer, answer()), "ConsultationUnknown { consultation: 1 }");
    let granted = Command::Review(Review {
        finding: Finding::Application(ApplicationFinding::Granted),
        inspected_on: None,
    });
    let decided = life.clone().run(&[Step::new(life.officer(), granted)]);
    assert_eq!(decided.state().name(), Decided);
    assert_eq!(said(decided, &officer, answer()), "WrongState { needed: UnderReview, actual: Decided }");
}
