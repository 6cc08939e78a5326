//! 手数料: who assesses it and when, exemption, payment.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::{ApplicationFinding, Command, Finding};
use shinsei_core::event::PaymentChannel;
use shinsei_core::procedure::ExemptionGround;
use shinsei_core::rejection::StateName::{Decided, Received, UnderReview};

use crate::kit::{assess, because, case, check, issue, notice_delivered, pay, pay_by, review, said};
use crate::points::{
    barber_shop, copy_of_residence, request_with_an_invoice, restaurant, use_of_a_road,
    vehicle_tax_certificate,
};

fn exempt() -> Command {
    Command::ExemptFee { ground: ExemptionGround::PublicAssistance }
}

fn by_the_officer(life: Life, command: Command) -> Life {
    let officer = life.officer();
    life.run(&[Step::new(officer, command)])
}

#[test]
fn a_fee_before_the_review_is_assessed_by_an_officer_and_paid_at_the_counter() {
    let life = case(restaurant(), Received);
    check(
        life.clone(),
        life.officer(),
        assess(17_500),
        expect![[r#"
            FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":17500}
        "#]],
    );
    let assessed = by_the_officer(life.clone(), assess(17_500));
    check(
        assessed,
        life.clerk(),
        pay(17_500),
        expect![[r#"
            FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":17500}
            keep payment-reference: 領収 第0042号
        "#]],
    );
}

#[test]
fn a_fee_after_the_decision_is_not_assessed_before_it() {
    let life = case(use_of_a_road(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        assess(1_800),
        expect![[r#"
            refused: FeeNotDue
            手数料を決める時期ではありません。
        "#]],
    );
    let life = case(use_of_a_road(), Decided);
    check(
        life.clone(),
        life.officer(),
        assess(1_800),
        expect![[r#"
            FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":1800}
        "#]],
    );
}

#[test]
fn nothing_is_charged_for_what_was_refused() {
    let life = case(use_of_a_road(), UnderReview);
    let refused = Finding::Application(ApplicationFinding::Refused(because("交通に支障がある")));
    let life = by_the_officer(life, review(refused));
    check(
        life.clone(),
        life.officer(),
        assess(1_800),
        expect![[r#"
            refused: FeeNotDue
            手数料を決める時期ではありません。
        "#]],
    );
    check(
        life.clone(),
        life.officer(),
        exempt(),
        expect![[r#"
            refused: FeeNotDue
            手数料を決める時期ではありません。
        "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        pay(1_800),
        expect![[r#"
            refused: FeeNotDue
            手数料を決める時期ではありません。
        "#]],
    );
}

#[test]
fn an_amount_that_is_fixed_is_not_assessed_again() {
    let life = case(barber_shop(), Received);
    check(
        life.clone(),
        life.officer(),
        assess(1),
        expect![[r#"
            refused: FeeAlreadyAssessed
            手数料は既に決まっています。
        "#]],
    );
    let life = case(barber_shop(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        assess(1),
        expect![[r#"
            refused: FeeAlreadySettled
            手数料は既に納付または免除されています。
        "#]],
    );
    let life = by_the_officer(case(restaurant(), Received), exempt());
    check(
        life.clone(),
        life.officer(),
        assess(1),
        expect![[r#"
            refused: FeeAlreadySettled
            手数料は既に納付または免除されています。
        "#]],
    );
}

#[test]
fn what_is_free_is_neither_assessed_nor_exempted_nor_paid() {
    let life = case(vehicle_tax_certificate(), Received);
    check(
        life.clone(),
        life.officer(),
        assess(300),
        expect![[r#"
            refused: FeeIsFree
            この手続は無料です。
        "#]],
    );
    check(
        life.clone(),
        life.officer(),
        exempt(),
        expect![[r#"
            refused: FeeIsFree
            この手続は無料です。
        "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        pay(300),
        expect![[r#"
            refused: FeeIsFree
            この手続は無料です。
        "#]],
    );
}

#[test]
fn an_exemption_names_its_ground_and_opens_the_review() {
    let life = case(barber_shop(), Received);
    check(
        life.clone(),
        life.officer(),
        exempt(),
        expect![[r#"
            FeeExempted {"by":"s-021","ground":"PublicAssistance"}
            schedule exemption-notice at once in Notice: exemption-notice
        "#]],
    );
    let exempted = by_the_officer(life.clone(), exempt());
    check(
        exempted.clone(),
        life.officer(),
        Command::StartReview,
        expect![[r#"
            ReviewStarted {"by":"s-021"}
        "#]],
    );
    check(
        exempted.clone(),
        life.officer(),
        exempt(),
        expect![[r#"
            refused: FeeAlreadySettled
            手数料は既に納付または免除されています。
        "#]],
    );
    check(
        exempted,
        life.clerk(),
        pay(16_000),
        expect![[r#"
            refused: FeeAlreadySettled
            手数料は既に納付または免除されています。
        "#]],
    );
}

#[test]
fn what_is_paid_is_not_exempted_afterwards() {
    let life = case(barber_shop(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        exempt(),
        expect![[r#"
            refused: FeeAlreadySettled
            手数料は既に納付または免除されています。
        "#]],
    );
}

#[test]
fn an_amount_of_nothing_settles_the_fee_and_nobody_pays_or_exempts_it() {
    let life = case(restaurant(), Received);
    let nothing = by_the_officer(life.clone(), assess(0));
    assert_eq!(nothing.state().label(), "受付済(審査待ち)");
    assert_eq!(said(nothing.clone(), &life.officer(), Command::StartReview), "yes");
    assert_eq!(said(nothing.clone(), &life.officer(), assess(100)), "FeeAlreadyAssessed");
    let due_on = "2026-05-14".parse().unwrap();
    let notice = Command::IssueFeeNotice { numbers: None, due_on };
    for (by, command) in [(life.officer(), exempt()), (life.clerk(), pay(0)), (life.officer(), notice)] {
        assert_eq!(said(nothing.clone(), &by, command), "FeeAlreadySettled");
    }
    let told = case(request_with_an_invoice(), Decided);
    let told = told.clone().run(&[Step::new(Actor::System, notice_delivered())]);
    check(
        told.clone(),
        told.officer(),
        assess(0),
        expect![[r#"
            FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":0}
            Closed {"reason":"Completed"}
        "#]],
    );
}

/// 後納: what costs nothing needs no request to pay before it is handed over.
#[test]
fn what_comes_to_nothing_is_handed_over_without_an_invoice() {
    let life = case(use_of_a_road(), Decided);
    let nothing = by_the_officer(life.clone(), assess(0));
    assert_eq!(said(nothing, &life.officer(), issue(1)), "yes");
    let something = by_the_officer(life.clone(), assess(1));
    assert_eq!(said(something, &life.officer(), issue(1)), "FeeNotNotified");
}

#[test]
fn a_fee_is_paid_once_and_in_whole() {
    let life = case(copy_of_residence(), Decided);
    check(
        life.clone(),
        life.clerk(),
        pay(299),
        expect![[r#"
            refused: AmountDiffers { due: Yen(300), paid: Yen(299) }
            納付する金額は300円です。
        "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        pay(301),
        expect![[r#"
            refused: AmountDiffers { due: Yen(300), paid: Yen(301) }
            納付する金額は300円です。
        "#]],
    );
    let paid = life.clone().run(&[Step::new(life.clerk(), pay(300))]);
    check(
        paid,
        life.clerk(),
        pay(300),
        expect![[r#"
            refused: PaymentKnown { payment: 1, yen: Yen(300) }
            この納付(300円)は既に記録されています。
        "#]],
    );
}

#[test]
fn nothing_is_paid_before_the_amount_is_fixed() {
    let life = case(copy_of_residence(), Received);
    check(
        life.clone(),
        life.clerk(),
        pay(300),
        expect![[r#"
            refused: FeeNotAssessed
            手数料がまだ決まっていません。
        "#]],
    );
}

#[test]
fn an_electronic_payment_is_recorded_by_the_engine_and_by_nobody_in_person() {
    let life = case(copy_of_residence(), Decided);
    let command = pay_by(PaymentChannel::Electronic, 300);
    check(
        life,
        Actor::System,
        command,
        expect![[r#"
            FeePaid {"channel":"Electronic","reference":"document payment-reference","yen":300}
            keep payment-reference: 領収 第0042号
            schedule payment-notice/1 at once in Notice: payment-notice/1
            schedule ready-notice/1 at once in Notice: ready-notice/1
        "#]],
    );
}

#[test]
fn a_case_that_waits_for_its_fee_alone_ends_when_it_is_paid_or_exempted() {
    let life = case(request_with_an_invoice(), Decided);
    let told = life.clone().run(&[Step::new(Actor::System, notice_delivered())]);
    let assessed = by_the_officer(told.clone(), assess(450));
    check(
        assessed,
        life.clerk(),
        pay(450),
        expect![[r#"
            FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":450}
            Closed {"reason":"Completed"}
            keep payment-reference: 領収 第0042号
        "#]],
    );
    check(
        told,
        life.officer(),
        exempt(),
        expect![[r#"
            FeeExempted {"by":"s-021","ground":"PublicAssistance"}
            Closed {"reason":"Completed"}
            schedule exemption-notice at once in Notice: exemption-notice
        "#]],
    );
}

#[test]
fn a_fee_that_is_paid_before_the_result_is_told_does_not_end_the_case() {
    let life = by_the_officer(case(request_with_an_invoice(), Decided), assess(450));
    check(
        life.clone(),
        life.clerk(),
        pay(450),
        expect![[r#"
            FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":450}
            keep payment-reference: 領収 第0042号
        "#]],
    );
}

#[test]
fn cash_at_the_counter_is_not_taken_by_nobody() {
    let life = case(copy_of_residence(), Decided);
    check(
        life,
        Actor::System,
        pay(300),
        expect![[r#"
            refused: NotPermitted { needed: Counter }
            この操作をする権限がありません。
        "#]],
    );
}
