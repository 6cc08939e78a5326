//! 取下げ: at once, by consent or not at all, and never after the decision.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::Command;
use shinsei_core::procedure::WithdrawalRule;
use shinsei_core::rejection::StateName::{Closed, Decided, Issued, Received, UnderReview};

use crate::kit::{because, case, check, granted, said};
use crate::points::{copy_of_residence, copy_of_residence_kept_for_a_year};

fn of(rule: WithdrawalRule) -> Life {
    let mut procedure = copy_of_residence_kept_for_a_year();
    procedure.terms.withdrawal = rule;
    case(procedure, UnderReview)
}

/// A case of which the applicant asked to be let go.
fn requested() -> Life {
    let life = of(WithdrawalRule::ByConsent);
    let applicant = life.applicant();
    life.run(&[Step::new(applicant, Command::Withdraw)])
}

#[test]
fn what_may_be_withdrawn_at_once_ends_at_once() {
    let life = of(WithdrawalRule::AtOnce);
    check(
        life.clone(),
        life.applicant(),
        Command::Withdraw,
        expect![[r#"
            Withdrawn {}
            Closed {"reason":"Withdrawn","retention":{"from":"2027-04-01","until":"2028-04-01"}}
            schedule withdrawal-notice at once in Notice: withdrawal-notice
            schedule disposal-due/2028 at 2028-04-01 00:00 in Deadline: disposal-due/2028
            holds from 2026-04-01 00:00 until 2027-04-01 00:00
        "#]],
    );
    let withdrawn = life.clone().run(&[Step::new(life.applicant(), Command::Withdraw)]);
    assert_eq!(withdrawn.state().label(), "取下げ済");
    assert_eq!(withdrawn.state().decision(), None);
}

#[test]
fn a_withdrawal_on_paper_is_recorded_by_a_clerk_of_the_division_in_charge() {
    let life = of(WithdrawalRule::AtOnce);
    check(
        life.clone(),
        life.clerk(),
        Command::Withdraw,
        expect![[r#"
            Withdrawn {"by":"s-107"}
            Closed {"reason":"Withdrawn","retention":{"from":"2027-04-01","until":"2028-04-01"}}
            schedule withdrawal-notice at once in Notice: withdrawal-notice
            schedule disposal-due/2028 at 2028-04-01 00:00 in Deadline: disposal-due/2028
            holds from 2026-04-01 00:00 until 2027-04-01 00:00
        "#]],
    );
    let stranger = Actor::Applicant { user: shinsei_core::ids::UserId(uuid::Uuid::from_u128(7)) };
    assert_eq!(said(life.clone(), &stranger, Command::Withdraw), "OtherApplicant");
    assert_eq!(said(life, &Actor::System, Command::Withdraw), "NotPermitted { needed: Applicant }");
}

#[test]
fn what_needs_consent_waits_for_it() {
    let life = of(WithdrawalRule::ByConsent);
    check(
        life.clone(),
        life.applicant(),
        Command::Withdraw,
        expect![[r#"
        WithdrawalRequested {}
    "#]],
    );
    let life = requested();
    check(
        life.clone(),
        life.applicant(),
        Command::Withdraw,
        expect![[r#"
        refused: WithdrawalPending
        取下げの申出を受け付けています。
    "#]],
    );
    check(
        life.clone(),
        life.officer(),
        granted(),
        expect![[r#"
        refused: WithdrawalPending
        取下げの申出を受け付けています。
    "#]],
    );
    check(
        life.clone(),
        life.officer(),
        Command::AcceptWithdrawal,
        expect![[r#"
            Withdrawn {"by":"s-021"}
            Closed {"reason":"Withdrawn","retention":{"from":"2027-04-01","until":"2028-04-01"}}
            schedule withdrawal-notice at once in Notice: withdrawal-notice
            schedule disposal-due/2028 at 2028-04-01 00:00 in Deadline: disposal-due/2028
            holds from 2026-04-01 00:00 until 2027-04-01 00:00
        "#]],
    );
}

#[test]
fn a_withdrawal_that_is_declined_leaves_the_review_where_it_was() {
    let life = requested();
    let decline = Command::DeclineWithdrawal { reasons: because("第三者の権利に関わる") };
    check(
        life.clone(),
        life.officer(),
        decline.clone(),
        expect![[r#"
            WithdrawalDeclined {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}]}
            keep reason: 第三者の権利に関わる
            schedule withdrawal-declined-notice/1 at once in Notice: withdrawal-declined-notice/1
        "#]],
    );
    let declined = life.clone().run(&[Step::new(life.officer(), decline.clone())]);
    assert_eq!(declined.state().name(), UnderReview);
    assert_eq!(said(declined.clone(), &life.officer(), decline), "NoWithdrawalRequested");
    assert_eq!(said(declined.clone(), &life.officer(), Command::AcceptWithdrawal), "NoWithdrawalRequested");
    assert_eq!(said(declined, &life.officer(), granted()), "yes");
    let mute = Command::DeclineWithdrawal { reasons: because(" ") };
    assert_eq!(
        said(life.clone(), &life.officer(), mute),
        r#"ReasonWithoutWords { code: ReasonCode("R-01") }"#
    );
    assert_eq!(
        said(life.clone(), &life.clerk(), Command::AcceptWithdrawal),
        "NotPermitted { needed: Officer }"
    );
}

#[test]
fn what_knows_no_withdrawal_says_so() {
    let life = of(WithdrawalRule::Never);
    check(
        life.clone(),
        life.applicant(),
        Command::Withdraw,
        expect![[r#"
        refused: WithdrawalExcluded
        この手続は取り下げることができません。
    "#]],
    );
}

#[test]
fn what_is_decided_is_not_withdrawn_any_more() {
    let said_in = |state| {
        let life = case(copy_of_residence(), state);
        format!("{state}: {}\n", said(life.clone(), &life.applicant(), Command::Withdraw))
    };
    expect![[r#"
        Received: yes
        UnderReview: yes
        Decided: AlreadyDecided
        Issued: AlreadyDecided
        Closed: WrongState { needed: Received, actual: Closed }
    "#]]
    .assert_eq(&[Received, UnderReview, Decided, Issued, Closed].map(said_in).concat());
}
