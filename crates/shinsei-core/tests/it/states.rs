//! What events make of a case, also when they come in an order in which nobody decides them, and what applicants read.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::{Application, FeeLedger};
use shinsei_core::command::{ApplicationFinding, Command, Finding};
use shinsei_core::event::Event;
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::procedure::ExemptionGround;
use shinsei_core::record::Recorded;
use shinsei_core::rejection::StateName::{Absent, Closed, Decided, Issued, Received, UnderReview};
use shinsei_core::yen::Yen;

use crate::kit::{assess, because, case, notice_delivered, pay, review};
use crate::points::{
    barber_shop, copy_of_residence, death_of_a_dog, request_with_an_invoice, restaurant,
    vehicle_tax_certificate,
};

/// The first event of that kind, an hour later.
fn again(life: &Life, of_that_kind: fn(&Event) -> bool) -> Recorded<Event> {
    let first = life.history().iter().find(|recorded| of_that_kind(&recorded.event)).unwrap();
    Recorded { recorded_at: first.recorded_at.saturating_add_micros(3_600_000_000), ..first.clone() }
}

#[test]
fn a_second_submission_in_the_log_does_not_move_the_arrival() {
    let life = case(copy_of_residence(), Decided);
    let second = again(&life, |event| matches!(event, Event::Submitted(_)));
    assert_eq!(life.state().clone().evolve(&second), *life.state());
}

#[test]
fn a_second_telling_in_the_log_does_not_move_the_first() {
    let life = case(copy_of_residence(), Decided).run(&[Step::new(Actor::System, notice_delivered())]);
    let second = again(&life, |event| matches!(event, Event::ResultTold(_)));
    assert_eq!(life.state().clone().evolve(&second), *life.state());
}

#[test]
fn the_judgement_of_a_signature_is_not_replaced() {
    let life = case(copy_of_residence(), Received);
    let mut other = again(&life, |event| matches!(event, Event::SignatureVerified(_)));
    let Event::SignatureVerified(verified) = &mut other.event else { unreachable!() };
    verified.policy = "another".to_owned();
    assert_eq!(life.state().clone().evolve(&other), *life.state());
    let [submitted, verified, ..] = life.history() else { unreachable!() };
    let arrived = Application::Absent.evolve(submitted).evolve(verified);
    assert_eq!(arrived.clone().evolve(&other), arrived);
}

#[test]
fn an_event_for_which_a_state_has_no_place_leaves_it_as_it_is() {
    let whole = case(copy_of_residence(), Closed);
    let mut table = String::new();
    for name in [Absent, Received, UnderReview, Decided, Issued, Closed] {
        let life = case(copy_of_residence(), name);
        let changes = |recorded: &&Recorded<Event>| life.state().clone().evolve(recorded) != *life.state();
        let names = whole.history().iter().filter(changes).map(|recorded| recorded.event.event_type().0);
        table += &format!("{name} is changed by {:?}\n", names.collect::<Vec<_>>());
    }
    expect![[r#"
        Absent is changed by ["Submitted"]
        Received is changed by ["ReviewStarted", "FeeAssessed", "Closed"]
        UnderReview is changed by ["Reviewed", "FeeAssessed", "Closed"]
        Decided is changed by ["ResultTold", "FeePaid", "CertificateIssued", "Closed"]
        Issued is changed by ["ResultTold", "Closed"]
        Closed is changed by []
    "#]]
    .assert_eq(&table);
}

#[test]
fn a_fee_is_free_open_fixed_and_settled_in_turn() {
    let ledger = |life: &Life| life.state().arrival().map(|arrived| (arrived.fee, arrived.fee.due()));
    let open = case(restaurant(), Received);
    let fixed = open.clone().run(&[Step::new(open.officer(), assess(17_500))]);
    let paid = fixed.clone().run(&[Step::new(open.clerk(), pay(17_500))]);
    let exempt = Command::ExemptFee { ground: ExemptionGround::Statute };
    let exempted = fixed.clone().run(&[Step::new(open.officer(), exempt)]);
    assert_eq!(ledger(&case(death_of_a_dog(), Received)), Some((FeeLedger::Free, None)));
    assert_eq!(ledger(&open), Some((FeeLedger::Unassessed, None)));
    assert_eq!(ledger(&fixed), Some((FeeLedger::Assessed(Yen(17_500)), Some(Yen(17_500)))));
    assert_eq!(ledger(&paid), Some((FeeLedger::Paid(Yen(17_500)), None)));
    assert_eq!(ledger(&exempted), Some((FeeLedger::Exempted, None)));
}

#[test]
fn the_applicant_reads_what_is_outstanding() {
    let label = |life: &Life| life.state().label();
    let by = |life: Life, actor: Actor, command| life.run(&[Step::new(actor, command)]);
    assert_eq!(label(&Life::of(death_of_a_dog())), "未申請");
    assert_eq!(label(&case(death_of_a_dog(), Received)), "受付済(審査待ち)");
    assert_eq!(label(&case(death_of_a_dog(), UnderReview)), "審査中");
    assert_eq!(label(&case(death_of_a_dog(), Decided)), "審査終了");
    assert_eq!(label(&case(death_of_a_dog(), Closed)), "手続終了");
    assert_eq!(label(&case(vehicle_tax_certificate(), Decided)), "交付準備完了");
    assert_eq!(label(&case(vehicle_tax_certificate(), Issued)), "交付済");

    let arrived = case(barber_shop(), Received);
    assert_eq!(label(&arrived), "手数料の納付待ち");
    let (clerk, officer) = (arrived.clerk(), arrived.officer());
    assert_eq!(label(&by(arrived, clerk, pay(16_000))), "受付済(審査待ち)");
    let arrived = case(restaurant(), Received);
    assert_eq!(label(&arrived), "受付済(審査待ち)");
    assert_eq!(label(&by(arrived, officer, assess(17_500))), "手数料の納付待ち");

    let decided = case(copy_of_residence(), Decided);
    assert_eq!(label(&decided), "手数料の納付待ち");
    let clerk = decided.clerk();
    assert_eq!(label(&by(decided, clerk, pay(300))), "交付準備完了");
    let decided = case(request_with_an_invoice(), Decided);
    assert_eq!(label(&decided), "手数料の納付待ち");
    let officer = decided.officer();
    let exempted = by(decided, officer, Command::ExemptFee { ground: ExemptionGround::Statute });
    assert_eq!(label(&exempted), "審査終了");

    let under_review = case(copy_of_residence(), UnderReview);
    let refused = review(Finding::Application(ApplicationFinding::Refused(because("請求権がない"))));
    let officer = under_review.officer();
    assert_eq!(label(&by(under_review, officer, refused)), "審査終了");
}
