//! 補正 and the clock: what is put right, how long it may take, and what the applicant is told to expect.

use chrono::NaiveDate;
use expect_test::expect;
use shinsei_conformance::life::{Step, form};
use shinsei_conformance::stamp::{StampVerifier, detached};
use shinsei_core::actor::Actor;
use shinsei_core::application::{Turn, Warned};
use shinsei_core::command::{Command, Correction, CorrectionRequest, SubmittedForm};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::ReversalCause;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::rejection::StateName::{AwaitingCorrection, Received, UnderReview};
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::{Timestamp, Window};

use crate::desk::{awaiting_correction, correct, extend, near, passed, request_correction, requested};
use crate::kit::{after, case, check, granted, notice_delivered, said};
use crate::points::{barber_shop, copy_of_residence};

fn day(month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, month, day)
}

#[test]
fn a_correction_is_asked_for_with_its_items_and_a_last_day() {
    let life = case(copy_of_residence(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        request_correction(&life),
        expect![[r#"
            CorrectionRequested {"by":"s-021","due":"2026-05-21","items":[{"text":"document correction-item"}],"kind":"Partial"}
            keep correction-item: 生年月日を直してください
            schedule correction-notice/1 at once in Notice: correction-notice/1
            schedule correction-due/1 at 2026-05-22 00:00 in Deadline: correction-due/1
            schedule correction-reminder/1 at 2026-05-18 00:00 in Notice: correction-reminder/1
        "#]],
    );
    let life = awaiting_correction();
    assert_eq!((life.state().turn(), life.state().label()), (Turn::Applicant, "補正をお願いしています"));
}

#[test]
fn a_last_day_comes_after_today_and_an_item_has_words() {
    let life = case(copy_of_residence(), UnderReview);
    let with = |change: &dyn Fn(&mut CorrectionRequest)| {
        let Command::RequestCorrection(mut request) = request_correction(&life) else { unreachable!() };
        change(&mut request);
        said(life.clone(), &life.officer(), Command::RequestCorrection(request))
    };
    let today = life.now().date_jst();
    assert_eq!(with(&|request| request.due = today), "DueTooEarly { after: 2026-05-07 }");
    assert_eq!(with(&|request| request.due = today.succ_opt().unwrap()), "yes");
    let silent = |request: &mut CorrectionRequest| {
        request.items =
            request.items.map(|item| shinsei_core::command::AskedItem { text: " ".into(), ..item.clone() });
    };
    assert_eq!(with(&silent), "WordsMissing");
}

#[test]
fn a_corrected_form_is_signed_anew_and_the_old_signature_is_void() {
    let life = awaiting_correction();
    check(
        life.clone(),
        life.applicant(),
        correct(&life),
        expect![[r#"
            Corrected {"form":{"Detached":{"content":"document form","signature":"document signature"}},"items":[1],"quantity":1}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:08:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            keep form: {"procedure":"JU-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep signature: stamp:jpki:55e51b79055788ca992e9b32d38bb943119d750f3c28f99c047c78ba0ff85664
            keep evidence: stamp:jpki:55e51b79055788ca992e9b32d38bb943119d750f3c28f99c047c78ba0ff85664
            keep shared evidence: the office of stamps
            keep identity: {"name":"甲野 花子","address":"北海道函館市架空町一丁目2番3号"}
            schedule corrected-notice/1 at once in Notice: corrected-notice/1
            cancel correction-due/1
            cancel correction-reminder/1
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
    let unsigned = form(life.procedure(), life.applicant_id(), 1, "{}");
    let unsigned = Correction {
        items: NonEmpty::one(1),
        form: SubmittedForm::Unsigned(unsigned.as_slice().into()),
        attachments: vec![],
    };
    assert_eq!(
        said(life.clone(), &life.applicant(), Command::Correct(unsigned)),
        "SignatureRequired { accepted: [JpkiSigning] }"
    );
    let before = life.state().arrival().cloned().unwrap();
    let corrected = life.clone().run(&[Step::new(life.applicant(), correct(&life))]);
    let now = corrected.state().arrival().unwrap();
    assert_eq!(
        (now.arrived_at, now.form_version, corrected.state().name()),
        (before.arrived_at, 2, UnderReview)
    );
    assert!(now.form != before.form && now.signature != before.signature && now.signature.is_some());
}

#[test]
fn a_correction_answers_what_was_asked_and_comes_from_the_applicant() {
    let life = awaiting_correction();
    let Command::Correct(correction) = correct(&life) else { unreachable!() };
    let of = |item| Command::Correct(Correction { items: NonEmpty::one(item), ..correction.clone() });
    for item in [0, 2] {
        let unknown = format!("CorrectionItemUnknown {{ items: 1, item: {item} }}");
        assert_eq!(said(life.clone(), &life.applicant(), of(item)), unknown);
    }
    let stranger = Actor::Applicant { user: shinsei_core::ids::UserId(uuid::Uuid::from_u128(0xbad)) };
    assert_eq!(said(life.clone(), &stranger, correct(&life)), "OtherApplicant");
    let night = Timestamp::from_jst(2026, 5, 8, 3, 0).unwrap();
    let asleep = said(life.clone().at(night), &life.applicant(), correct(&life));
    assert_eq!(asleep, "OutsideServiceHours { opens_at: Some(2026-05-07T19:00:00Z) }");
}

#[test]
fn a_correction_cannot_change_copies_whose_fee_is_fixed() {
    let life = case(barber_shop(), UnderReview);
    let life = life.clone().run(&[Step::new(life.officer(), request_correction(&life))]);
    let two = form(life.procedure(), life.applicant_id(), 2, "{}");
    let form = detached(CertificateKind::JpkiSigning, &two);
    let two = Command::Correct(Correction { items: NonEmpty::one(1), form, attachments: vec![] });
    assert_eq!(said(life.clone(), &life.applicant(), two.clone()), "QuantityFixed { quantity: 1 }");
    // It is fixed as well while it is due again.
    let reverse = Command::ReversePayment { payment: 1, cause: ReversalCause::TakenBack };
    let reversed = life.run(&[Step::new(Actor::System, reverse)]);
    assert_eq!(said(reversed.clone(), &reversed.applicant(), two), "QuantityFixed { quantity: 1 }");
}

#[test]
fn a_correction_changes_the_copies_that_are_asked_for_while_nothing_is_fixed() {
    let life = awaiting_correction();
    let form = detached(CertificateKind::JpkiSigning, &form(life.procedure(), life.applicant_id(), 2, "{}"));
    let two = Command::Correct(Correction { items: NonEmpty::one(1), form, attachments: vec![] });
    let life = life.clone().run(&[Step::new(life.applicant(), two)]);
    assert_eq!((life.state().arrival().unwrap().quantity, life.refusals()), (2, &[][..]));
}

#[test]
fn the_verdict_on_a_correction_promises_no_more_than_its_certificate_is_valid() {
    let at = |hour| Timestamp::from_jst(2026, 5, 7, hour, 0).unwrap();
    let life = awaiting_correction().with_verifier(StampVerifier { valid: Window::between(at(14), at(17)) });
    let decision = life.clone().ask(&Step::new(life.applicant(), correct(&life))).ok().unwrap();
    assert_eq!(decision.window, Window::between(at(14), at(17)));
}

#[test]
fn nothing_follows_from_an_overdue_correction_until_a_person_decides() {
    let life = awaiting_correction();
    let overdue = |request| Command::PassDeadline(Deadline::CorrectionDue { request });
    let early = said(life.clone(), &Actor::System, overdue(1));
    assert_eq!(early, "DeadlineNotReached { at: 2026-05-21T15:00:00Z }");
    let life = life.run(&[after(15, Actor::System, overdue(1))]);
    assert_eq!((life.state().name(), life.state().turn()), (AwaitingCorrection, Turn::Division));
    assert_eq!(said(life.clone(), &Actor::System, overdue(1)), "DeadlineMoot");
    // A late correction is taken; an officer may also go on without it.
    assert_eq!(said(life.clone(), &life.applicant(), correct(&life)), "yes");
    let resumed = life.clone().run(&[Step::new(life.officer(), Command::ResumeReview)]);
    assert_eq!(resumed.state().name(), UnderReview);
    assert_eq!(said(resumed.clone(), &Actor::System, overdue(1)), "DeadlineMoot");
    assert_eq!(said(resumed.clone(), &resumed.officer(), granted()), "yes");
    let again = resumed.clone().run(&[Step::new(resumed.officer(), request_correction(&resumed))]);
    assert_eq!(said(again, &Actor::System, overdue(1)), "DeadlineMoot");
}

#[test]
fn a_correction_moves_the_due_date_by_the_days_that_it_took() {
    let life = requested();
    assert_eq!(life.state().expected(), day(5, 4));
    let life = life.clone().run(&[after(3, life.officer(), request_correction(&life))]);
    assert_eq!((life.state().name(), life.state().expected()), (AwaitingCorrection, None));
    check(
        life.clone(),
        life.applicant(),
        correct(&life),
        expect![[r#"
            Corrected {"form":{"Unsigned":"document form"},"items":[1],"quantity":1}
            ClockResumed {"due":{"calendar":0,"day":"2026-05-04","ends_at":"2026-05-04T15:00:00Z","pauses":[{"from":"2026-04-23T00:02:00Z","until":"2026-04-23T00:03:00Z"}],"period":{"counted_from":"TheNextDay","holidays":"Counted","length":14,"unit":"Day"},"start":"2026-04-20T00:01:00Z"}}
            keep form: {"procedure":"JK-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            schedule corrected-notice/1 at once in Notice: corrected-notice/1
            schedule deadline-approaching/2 at 2026-05-01 00:00 in Deadline: deadline-approaching/2
            schedule deadline-exceeded/2 at 2026-05-05 00:00 in Deadline: deadline-exceeded/2
            cancel correction-due/1
            cancel correction-reminder/1
            holds from 2026-04-23 04:00 until 2026-04-24 00:00
        "#]],
    );
    let life = life.clone().run(&[after(4, life.applicant(), correct(&life))]);
    assert_eq!(life.state().expected(), day(5, 8));
    // Again for three days: seven in all.
    let again = [
        after(1, life.officer(), request_correction(&life)),
        after(3, life.officer(), Command::ResumeReview),
    ];
    assert_eq!(life.run(&again).state().expected(), day(5, 11));
}

#[test]
fn the_city_may_need_longer_and_says_so_each_time_with_a_reason() {
    let life = requested();
    check(
        life.clone(),
        life.officer(),
        extend(&life, 60),
        expect![[r#"
            DeadlineExtended {"by":"s-021","due":{"calendar":0,"day":"2026-06-19","ends_at":"2026-06-19T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":60,"unit":"Day"},"start":"2026-04-20T00:03:00Z"},"reason":{"code":"R-03","text":"document reason"}}
            keep reason: 所管が異なるため
            schedule extension-notice/1 at once in Notice: extension-notice/1
            schedule deadline-approaching/2 at 2026-06-16 00:00 in Deadline: deadline-approaching/2
            schedule deadline-exceeded/2 at 2026-06-20 00:00 in Deadline: deadline-exceeded/2
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
            holds from 2026-04-20 00:00 until 2026-04-21 00:00
        "#]],
    );
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, 14)), "DueTooEarly { after: 2026-05-04 }");
    let life = life.clone().run(&[Step::new(life.officer(), extend(&life, 30))]);
    assert_eq!(life.state().expected(), day(5, 20));
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, 29)), "DueTooEarly { after: 2026-05-20 }");
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, 31)), "yes");
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, 70_000)), "DueTooFar");
    // A correction moves it like any other due date.
    let steps =
        [after(1, life.officer(), request_correction(&life)), after(5, life.applicant(), correct(&life))];
    let waiting = life.clone().run(&steps[..1]);
    assert_eq!(said(waiting.clone(), &waiting.officer(), extend(&waiting, 60)), "ClockStandsStill");
    assert_eq!(life.run(&steps).state().expected(), day(5, 25));
}

#[test]
fn a_due_date_is_warned_of_once_when_it_is_near_and_once_when_it_has_passed() {
    let life = requested();
    assert_eq!(
        said(life.clone(), &Actor::System, near(1)),
        "DeadlineNotReached { at: 2026-04-30T15:00:00Z }"
    );
    assert_eq!(
        said(life.clone(), &Actor::System, passed(1)),
        "DeadlineNotReached { at: 2026-05-04T15:00:00Z }"
    );
    let life = life.run(&[after(11, Actor::System, near(1))]);
    assert_eq!(life.state().desk().unwrap().clock.warned, Warned::Approaching);
    assert_eq!(said(life.clone(), &Actor::System, near(1)), "DeadlineMoot");
    let late = life.clone().run(&[after(4, Actor::System, passed(1))]);
    assert_eq!(late.state().desk().unwrap().clock.warned, Warned::Exceeded);
    assert_eq!(said(late, &Actor::System, passed(1)), "DeadlineMoot");
    // Each new due date is warned of anew, and the old one no more.
    let extended = life.clone().run(&[Step::new(life.officer(), extend(&life, 30))]);
    assert_eq!(said(extended.clone(), &Actor::System, passed(1)), "DeadlineMoot");
    let extended = extended.run(&[after(40, Actor::System, passed(2))]);
    assert_eq!(extended.state().desk().unwrap().clock.warned, Warned::Exceeded);
}

#[test]
fn no_warning_is_given_while_the_clock_stands_still_or_once_the_result_is_told() {
    let life = requested();
    let waiting = life.clone().run(&[Step::new(life.officer(), request_correction(&life))]);
    let waiting = waiting.run(&[after(30, Actor::System, passed(1))]);
    assert_eq!(
        waiting.refusals().last().map(|(_, why)| why.clone()),
        Some(shinsei_core::rejection::Rejection::DeadlineMoot)
    );
    let decided = life.clone().run(&[Step::new(life.officer(), granted())]);
    // L6: the clock runs until the result is told, not until it is decided.
    assert_eq!(decided.state().expected(), day(5, 4));
    assert_eq!(
        said(decided.clone().at(Timestamp::from_jst(2026, 5, 5, 0, 0).unwrap()), &Actor::System, passed(1)),
        "yes"
    );
    let told = decided.run(&[Step::new(Actor::System, notice_delivered())]);
    assert_eq!(
        (told.state().expected(), said(told, &Actor::System, passed(1))),
        (None, "DeadlineMoot".to_owned())
    );
}

#[test]
fn a_due_date_that_rests_on_the_calendar_in_force_is_not_counted_again() {
    let life = requested();
    assert_eq!(said(life.clone(), &life.officer(), Command::RebaseDueDate), "CalendarUnchanged");
    let none = case(copy_of_residence(), Received);
    assert_eq!(said(none.clone(), &none.officer(), Command::RebaseDueDate), "CalendarUnchanged");
}
