//! 下書き: what is put aside before it is submitted, and what becomes of it.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::form::FORM_BYTES_MAX;
use shinsei_core::ids::UserId;
use shinsei_core::rejection::StateName;
use uuid::Uuid;

use crate::kit::{after, check, said, save, submit};
use crate::points::{copy_of_residence, death_of_a_dog};

const DAY_MINUTES: u32 = 24 * 60;

fn expiry(saves: u32) -> Command {
    Command::PassDeadline(Deadline::DraftExpiry { saves })
}

fn saved(times: usize) -> Life {
    let life = Life::of(death_of_a_dog());
    let step = Step::new(life.applicant(), save(&life));
    life.run(&vec![step; times])
}

fn after_days(mut life: Life, days: u32) -> Life {
    assert!(life.ask(&after(days, Actor::System, Command::StartReview)).is_err());
    life
}

#[test]
fn a_draft_is_no_arrival_and_falls_due_after_thirty_days() {
    let life = Life::of(death_of_a_dog());
    check(
        life.clone(),
        life.applicant(),
        save(&life),
        expect![[r#"
        DraftSaved {"applicant":"00000000-0000-0000-0000-00000000005a","form":"document draft","procedure":"DO-006"}
        keep draft: 下書き
        schedule draft-expiry/1 at 2026-06-06 15:05 in Deadline: draft-expiry/1
    "#]],
    );
}

#[test]
fn the_thirty_days_begin_anew_with_each_saving() {
    let life = saved(1);
    check(
        life.clone(),
        life.applicant(),
        save(&life),
        expect![[r#"
            DraftSaved {"applicant":"00000000-0000-0000-0000-00000000005a","form":"document draft","procedure":"DO-006"}
            keep draft: 下書き
            schedule draft-expiry/2 at 2026-06-06 15:06 in Deadline: draft-expiry/2
            cancel draft-expiry/1
        "#]],
    );
}

#[test]
fn a_submission_ends_the_draft_it_comes_from() {
    let life = saved(2);
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
        Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
        ReceiptIssued numbered from receipt-R08
        keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
        keep contact: hanako.kono@example.jp
        schedule receipt-notice at once in Notice: receipt-notice
        cancel draft-expiry/2
        holds from 2026-05-07 04:00 until 2026-05-08 03:00
    "#]],
    );
}

#[test]
fn a_draft_is_thrown_away_by_its_applicant_alone() {
    let life = saved(1);
    check(
        life.clone(),
        life.applicant(),
        Command::DiscardDraft,
        expect![[r#"
            DraftDiscarded {"cause":"ByApplicant"}
            schedule erasure/1 at 2026-05-07 15:06 in Deadline: erasure/1
            cancel draft-expiry/1
        "#]],
    );
    let other = Actor::Applicant { user: UserId(Uuid::from_u128(0xbad)) };
    for command in [save(&life), submit(&life), Command::DiscardDraft] {
        assert_eq!(said(life.clone(), &other, command), "OtherApplicant");
    }
}

/// Neither with a submission nor with another saving: an agent may hold a mandate for the one procedure and not for the other.
#[test]
fn a_draft_stays_one_for_its_procedure() {
    let elsewhere = saved(1).with_edition(copy_of_residence());
    for command in [save(&elsewhere), submit(&elsewhere)] {
        let other = said(elsewhere.clone(), &elsewhere.applicant(), command);
        assert_eq!(other, r#"DraftOfOtherProcedure { saved_for: ProcedureId("DO-006") }"#);
    }
}

#[test]
fn a_draft_expires_when_its_month_is_over_and_not_a_minute_before() {
    let at = |minutes| {
        let mut life = saved(1);
        life.ask(&Step { after_minutes: minutes, by: Actor::System, command: expiry(1) })
            .map(|_| life.state().name())
    };
    assert_eq!(at(30 * DAY_MINUTES), Ok(StateName::Discarded));
    assert!(at(30 * DAY_MINUTES - 1).is_err());
}

#[test]
fn the_expiry_of_an_earlier_saving_is_moot() {
    assert_eq!(said(after_days(saved(2), 40), &Actor::System, expiry(1)), "DeadlineMoot");
    assert_eq!(said(after_days(saved(2), 40), &Actor::System, expiry(2)), "yes");
}

#[test]
fn nothing_follows_a_draft_that_was_thrown_away() {
    let life = saved(1);
    let life = life.clone().run(&[Step::new(life.applicant(), Command::DiscardDraft)]);
    for command in [save(&life), submit(&life)] {
        assert_eq!(said(life.clone(), &life.applicant(), command), "CaseExists");
    }
}

#[test]
fn as_large_a_draft_as_a_form_may_be_is_kept() {
    let life = Life::of(copy_of_residence());
    let form = vec![b' '; shinsei_core::form::FORM_BYTES_MAX];
    let save = Command::SaveDraft { procedure: life.procedure().id.clone(), form: form.as_slice().into() };
    assert_eq!(said(life.clone(), &life.applicant(), save), "yes");
}

#[test]
fn a_draft_is_for_a_procedure_that_exists_and_no_larger_than_a_form() {
    let life = Life::of(death_of_a_dog());
    let elsewhere = Life::of(copy_of_residence());
    let said = |command| said(life.clone(), &life.applicant(), command);
    assert_eq!(said(save(&elsewhere)), r#"ProcedureUnknown { procedure: ProcedureId("JU-001") }"#);
    let form = Bytes::from(vec![b' '; FORM_BYTES_MAX + 1].as_slice());
    let large = Command::SaveDraft { procedure: life.procedure().id.clone(), form };
    assert_eq!(said(large), "FormUnreadable(TooLarge)");
}
