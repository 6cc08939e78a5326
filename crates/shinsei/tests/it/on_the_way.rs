//! What an applicant is told between receipt and result: corrections, extensions, another division.

use chrono::NaiveDate;
use shinsei_core::command::{AskedItem, Command, Correction, CorrectionRequest, StatedReason, SubmittedForm};
use shinsei_core::event::CorrectionKind;
use shinsei_core::ids::{DivisionId, ReasonCode};
use shinsei_core::notice::{Correcting, Message, News};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::time::Timestamp;

use crate::carrier::Carrier;
use crate::town::{DOG, Town, dogs_officer, follow_up, form, officer, submission, user, with_periods};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn jst(day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, day, hour, 0).unwrap()
}

pub(crate) fn reason() -> StatedReason {
    StatedReason { code: ReasonCode::new("R-03").unwrap(), text: "照会中のため".into() }
}

/// What is told now, with the name of the mail and the division that answers.
fn told(town: &Town) -> Vec<(&'static str, News, String)> {
    let carrier = Carrier::default();
    town.engine.work_agenda(&carrier).unwrap();
    let notices = carrier.take_notices().into_iter();
    notices
        .map(|notice| {
            let name = notice.message.name();
            let Message::Case(case) = notice.message else { panic!("about no case") };
            (name, case.news, notice.contact.id.to_string())
        })
        .collect()
}

/// A case under review since the morning of 7 May, its receipt told.
fn under_review() -> Town {
    let town = Town::with(with_periods);
    town.clock.set(jst(7, 9));
    town.done(submission(1));
    town.done(follow_up(10, 1, dogs_officer(), Command::StartReview));
    told(&town);
    town
}

fn ask(town: &Town) {
    let item = |text: &str| AskedItem { field: None, text: text.into() };
    let request = CorrectionRequest {
        items: NonEmpty::new(vec![item("生年月日"), item("住所")]).unwrap(),
        due: day(5, 20),
        kind: CorrectionKind::Resubmit,
    };
    town.done(follow_up(11, 1, dogs_officer(), Command::RequestCorrection(request)));
}

fn correct(town: &Town) {
    let correction = Correction {
        items: NonEmpty::new(vec![1, 2]).unwrap(),
        form: SubmittedForm::Unsigned(form(DOG, 1).into()),
        attachments: vec![],
    };
    let applicant = shinsei_core::actor::Actor::Applicant { user: user(1) };
    town.done(follow_up(12, 1, applicant, Command::Correct(correction)));
}

#[test]
fn who_must_correct_is_asked_reminded_and_told_that_it_arrived() {
    let town = under_review();
    ask(&town);
    let correcting = Correcting { items: 2, due: day(5, 20), resubmit: true, signed: false };
    let of = |mail, news| (mail, news, "HOKENJO-EISEI".to_owned());
    assert!(told(&town) == [of("M6", News::CorrectionRequested(correcting))]);
    town.clock.set(jst(17, 0).saturating_add_micros(-1));
    assert!(told(&town).is_empty());
    town.clock.set(jst(17, 0));
    assert!(told(&town) == [of("M8", News::CorrectionDue(correcting))]);
    town.clock.set(jst(18, 21));
    correct(&town);
    assert!(told(&town) == [of("M7", News::Corrected { at: jst(18, 21) })]);
}

#[test]
fn who_has_corrected_is_not_reminded() {
    let town = under_review();
    ask(&town);
    told(&town);
    correct(&town);
    told(&town);
    town.clock.set(jst(17, 0));
    assert!(told(&town).is_empty());
}

#[test]
fn another_last_day_and_another_division_are_told() {
    let town = under_review();
    let extend = |due| Command::ExtendDeadline { due, reason: reason() };
    town.done(follow_up(11, 1, dogs_officer(), extend(day(6, 8))));
    town.done(follow_up(12, 1, dogs_officer(), extend(day(7, 8))));
    let told_of = |from, to| {
        let reason = "審査に時間を要するため(理由番号 R-03)".to_owned();
        ("M13", News::Extended { from, to, reason }, "HOKENJO-EISEI".to_owned())
    };
    // The dog's standard period is one working day.
    assert!(told(&town) == [told_of(Some(day(5, 7)), day(6, 8)), told_of(Some(day(6, 8)), day(7, 8))]);
    let division = DivisionId::new("ZAIMU-ZEIMU").unwrap();
    town.done(follow_up(13, 1, dogs_officer(), Command::Transfer { division, reason: reason() }));
    assert!(told(&town) == [("M14", News::Transferred, "ZAIMU-ZEIMU".to_owned())]);
    town.done(follow_up(14, 1, officer("ZAIMU-ZEIMU"), extend(day(8, 8))));
}
