//! 保存期間, 廃棄の停止, 廃棄: how long a case is kept, and what is left of it.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{AppealKind, AppealResult};
use shinsei_core::rejection::StateName::{Closed, Disposed, UnderReview};
use shinsei_core::retention::Retention;
use shinsei_core::time::Timestamp;

use crate::kit::{case, check, notice_delivered, said};
use crate::points::{copy_of_residence, copy_of_residence_kept_for_a_year, death_of_a_dog};

fn jst(year: i32, month: u32, day: u32) -> Timestamp {
    Timestamp::from_jst(year, month, day, 0, 0).unwrap()
}

fn place_hold() -> Command {
    Command::PlaceHold { reason: "訴訟の証拠として残す".into() }
}

/// A case that ended on 7 May 2026 and is kept until the end of March 2028.
fn ended() -> Life {
    case(copy_of_residence_kept_for_a_year(), Closed)
}

#[test]
fn a_case_is_kept_from_the_april_after_the_fiscal_year_in_which_it_was_completed() {
    let kept = |completed: Timestamp| {
        let mut procedure = death_of_a_dog();
        procedure.terms.retention = Retention::Years(5);
        let life = Life::of(procedure).at(completed).until(Closed);
        let retention = life.state().clone();
        let shinsei_core::application::Application::Closed(closed) = retention else { unreachable!() };
        closed.retention.map(|period| (period.from.to_string(), period.until.to_string()))
    };
    let period = |from: &str, until: &str| Some((from.to_owned(), until.to_owned()));
    assert_eq!(kept(jst(2027, 3, 31)), period("2027-04-01", "2032-04-01"));
    assert_eq!(kept(jst(2027, 4, 1)), period("2028-04-01", "2033-04-01"));
}

#[test]
fn an_end_holds_in_the_fiscal_year_from_which_it_is_counted() {
    let mut procedure = death_of_a_dog();
    procedure.terms.retention = Retention::Years(5);
    let life = case(procedure, shinsei_core::rejection::StateName::Decided);
    check(
        life,
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2032-04-01"}}
            schedule disposal-due/2032 at 2032-04-01 00:00 in Deadline: disposal-due/2032
            holds from 2026-04-01 00:00 until 2027-04-01 00:00
        "#]],
    );
}

#[test]
fn a_case_is_disposed_of_when_its_period_is_over_and_not_a_moment_sooner() {
    // What is asked is asked a minute later.
    let over = jst(2028, 4, 1).saturating_add_micros(-60_000_000);
    let early = ended().at(over.saturating_add_micros(-1));
    check(
        early.clone(),
        early.officer(),
        Command::Dispose,
        expect![[r#"
            refused: RetentionRuns { until: 2028-04-01 }
            保存期間中です。2028年4月1日から廃棄できます。
        "#]],
    );
    let due = ended().at(over);
    check(
        due.clone(),
        due.officer(),
        Command::Dispose,
        expect![[r#"
            Disposed {"by":"s-021"}
            schedule erasure/1 at 2028-04-01 00:00 in Deadline: erasure/1
            cancel disposal-due/2028
            holds from 2028-04-01 00:00 until ever
        "#]],
    );
    assert_eq!(said(due.clone(), &due.clerk(), Command::Dispose), "NotPermitted { needed: Officer }");
    assert_eq!(said(due.clone(), &Actor::System, Command::Dispose), "NotPermitted { needed: Officer }");
}

#[test]
fn the_agenda_says_when_a_disposal_is_due_and_a_person_confirms_it() {
    let due = |year| Command::PassDeadline(Deadline::DisposalDue { year });
    let over = jst(2028, 4, 1).saturating_add_micros(-60_000_000);
    let life = ended().at(over);
    check(
        life.clone(),
        Actor::System,
        due(2028),
        expect![[r#"
        DisposalFellDue {"since":"2028-04-01"}
        holds from 2028-04-01 00:00 until ever
    "#]],
    );
    let early = ended().at(over.saturating_add_micros(-1));
    let refused = said(early, &Actor::System, due(2028));
    assert_eq!(refused, "DeadlineNotReached { at: 2028-03-31T15:00:00Z }");
    assert_eq!(said(life.clone(), &Actor::System, due(2027)), "DeadlineMoot");
    assert_eq!(said(life.clone(), &life.officer(), due(2028)), "NotPermitted { needed: Engine }");
    let fallen_due = life.clone().run(&[Step::new(Actor::System, due(2028))]);
    assert_eq!(said(fallen_due.clone(), &Actor::System, due(2028)), "DeadlineMoot");
    assert_eq!(said(fallen_due, &life.officer(), Command::Dispose), "yes");
    let open = case(copy_of_residence_kept_for_a_year(), UnderReview);
    assert_eq!(said(open, &Actor::System, due(2028)), "DeadlineMoot");
}

#[test]
fn what_has_no_end_is_not_disposed_of() {
    let life = case(copy_of_residence(), Closed).at(jst(2126, 4, 1));
    check(
        life.clone(),
        life.officer(),
        Command::Dispose,
        expect![[r#"
        refused: KeptForGood
        永年保存の文書です。
    "#]],
    );
    let open = case(copy_of_residence_kept_for_a_year(), UnderReview);
    let said = said(open.clone(), &open.officer(), Command::Dispose);
    assert_eq!(said, "WrongState { needed: Closed, actual: UnderReview }");
}

#[test]
fn a_hold_stands_in_the_way_until_it_is_released() {
    let life = ended().at(jst(2028, 4, 1));
    let by = life.officer();
    check(
        life.clone(),
        by.clone(),
        place_hold(),
        expect![[r#"
        HoldPlaced {"by":"s-021","hold":1,"reason":"document hold"}
        keep hold: 訴訟の証拠として残す
    "#]],
    );
    let held = life.clone().run(&[Step::new(by.clone(), place_hold()), Step::new(by.clone(), place_hold())]);
    check(
        held.clone(),
        by.clone(),
        Command::Dispose,
        expect![[r#"
        refused: UnderHold
        廃棄が停止されています。
    "#]],
    );
    let first = held.clone().run(&[Step::new(by.clone(), Command::ReleaseHold { hold: 1 })]);
    assert_eq!(said(first.clone(), &by, Command::Dispose), "UnderHold");
    assert_eq!(said(first.clone(), &by, Command::ReleaseHold { hold: 1 }), "NoSuchHold { hold: 1 }");
    assert_eq!(said(first.clone(), &by, Command::ReleaseHold { hold: 3 }), "NoSuchHold { hold: 3 }");
    let second = held.run(&[Step::new(by.clone(), Command::ReleaseHold { hold: 2 })]);
    assert_eq!(said(second, &by, Command::Dispose), "UnderHold");
    let both = first.run(&[Step::new(by.clone(), Command::ReleaseHold { hold: 2 })]);
    assert_eq!(said(both, &by, Command::Dispose), "yes");
    assert_eq!(said(life.clone(), &by, Command::PlaceHold { reason: " ".into() }), "WordsMissing");
    assert_eq!(said(life.clone(), &life.clerk(), place_hold()), "NotPermitted { needed: Officer }");
}

#[test]
fn a_hold_is_placed_on_an_open_case_too_and_outlives_its_end() {
    let open = case(copy_of_residence_kept_for_a_year(), UnderReview);
    let held = open.clone().run(&[Step::new(open.officer(), place_hold())]).until(Closed).at(jst(2028, 4, 1));
    assert_eq!(said(held, &open.officer(), Command::Dispose), "UnderHold");
}

#[test]
fn a_pending_appeal_stands_in_the_way() {
    let life = ended();
    let by = life.officer();
    let filed_on = life.now().date_jst();
    let appeal = Command::RecordAppeal { kind: AppealKind::Suit, filed_on, paper: "訴状の写し".into() };
    let filed = life.run(&[Step::new(by.clone(), appeal)]).at(jst(2028, 4, 1));
    check(
        filed.clone(),
        by.clone(),
        Command::Dispose,
        expect![[r#"
        refused: AppealPending
        審査請求等の手続が終わっていません。
    "#]],
    );
    let resolve = Command::ResolveAppeal { appeal: 1, result: AppealResult::Rejected };
    assert_eq!(said(filed.run(&[Step::new(by.clone(), resolve)]), &by, Command::Dispose), "yes");
}

#[test]
fn a_disposed_case_still_reads_and_says_no_to_everything() {
    let before = ended();
    let after = case(copy_of_residence_kept_for_a_year(), Disposed);
    assert_eq!(after.state().receipt(), before.state().receipt());
    assert_eq!(after.state().decision(), before.state().decision());
    assert_eq!(after.state().label(), "手続終了(保存期間満了)");
    let by = after.officer();
    for command in [Command::Dispose, place_hold(), Command::ReleaseHold { hold: 1 }, Command::Withdraw] {
        let said = said(after.clone(), &by, command);
        assert!(said.starts_with("WrongState"), "{said}");
    }
}
