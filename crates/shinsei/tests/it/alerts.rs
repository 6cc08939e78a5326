//! What nobody does in time is told to the division in charge: once for each last day, by an internal mail that holds up no other.

use std::sync::Arc;

use shinsei::agenda::Worked;
use shinsei_core::catalog::{Catalog, SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV, SAMPLE_PROCEDURES_CSV};
use shinsei_core::command::Command;
use shinsei_core::delivery::DeliveryState;
use shinsei_core::notice::{Alert, Message, Reader};
use shinsei_core::time::Timestamp;

use crate::carrier::{Carrier, Trip};
use crate::town::{Town, case, dogs_officer, dogs_road, follow_up, hakodate, submission, with_periods};

const HEAD: &str = "eisei-kacho@city.example.lg.jp";

fn jst(day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, day, hour, 0).unwrap()
}

/// The sample, whose dogs are registered by a division that has stated where its head is told of last days.
fn with_a_head() -> Catalog {
    let divisions = std::str::from_utf8(SAMPLE_DIVISIONS_CSV).unwrap();
    let stated = |line: &str| match line.strip_suffix(",,") {
        Some(rest) if line.starts_with("HOKENJO-EISEI,") => format!("{rest},,{HEAD}"),
        _ => line.to_owned(),
    };
    let divisions: Vec<String> = divisions.lines().map(stated).collect();
    assert!(divisions.iter().any(|line| line.ends_with(HEAD)));
    Catalog::read_with_forms(SAMPLE_PROCEDURES_CSV, divisions.join("\r\n").as_bytes(), SAMPLE_FORMS_CSV)
        .unwrap()
}

/// A dog that was to be registered within a working day, since the morning of 7 May; its receipt is told.
fn a_dog(catalog: Catalog) -> Town {
    let town = Town::with(|settings| {
        with_periods(settings);
        settings.cities.iter_mut().for_each(|city| city.catalog = Arc::new(catalog.clone()));
    });
    town.clock.set(jst(7, 9));
    town.done(submission(1));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    town
}

#[test]
fn the_head_of_a_division_is_told_once_of_what_was_not_done_in_time() {
    let town = a_dog(with_a_head());
    let carrier = Carrier::default();
    town.clock.set(jst(8, 0));
    let worked = town.engine.work_agenda(&carrier).unwrap();
    assert_eq!((worked.passed, worked.delivered), (1, 1));
    let notices = carrier.take_notices();
    let [notice] = notices.as_slice() else { panic!("{} notices", notices.len()) };
    assert_eq!((notice.to.as_str(), notice.reader), (HEAD, Reader::Staff));
    let Message::Staff(staff) = &notice.message else { panic!("for the staff") };
    assert_eq!((staff.alert, staff.day), (Alert::Exceeded { due: 1 }, jst(7, 0).date_jst()));
    town.clock.set(jst(20, 0));
    assert_eq!(town.engine.work_agenda(&carrier).unwrap(), Worked::default());
}

#[test]
fn a_division_that_has_stated_no_address_is_written_to_by_nobody() {
    let town = a_dog(Catalog::sample());
    let carrier = Carrier::default();
    town.clock.set(jst(8, 0));
    let worked = town.engine.work_agenda(&carrier).unwrap();
    assert_eq!((worked.passed, worked.moot, carrier.take_notices().len()), (1, 1, 0));
}

#[test]
fn an_address_of_a_division_that_is_wrong_holds_up_no_mail_to_the_applicant() {
    let town = a_dog(with_a_head());
    town.clock.set(jst(8, 0));
    let carrier = Carrier::default();
    carrier.expect([Trip::Undeliverable]);
    assert_eq!(town.engine.work_agenda(&carrier).unwrap().parked, 1);
    let deliveries = town.engine.deliveries(hakodate(), case(1).into()).unwrap();
    let given_up: Vec<_> = deliveries
        .iter()
        .filter(|delivery| delivery.state == DeliveryState::PermanentFailure)
        .map(|delivery| delivery.entry.as_str())
        .collect();
    assert_eq!(given_up, ["exceeded-alert/1"], "a person sees it");
    town.clock.set(jst(8, 10));
    dogs_road(10, 1).into_iter().for_each(|step| drop(town.done(step)));
    town.engine.work_agenda(&carrier).unwrap();
    let told: Vec<_> = carrier.take_notices().iter().map(|notice| notice.message.name()).collect();
    assert_eq!(told, ["M4"]);
}

#[test]
fn what_was_done_before_the_mail_went_out_is_told_to_nobody() {
    let town = a_dog(with_a_head());
    town.clock.set(jst(8, 0));
    let carrier = Carrier::default();
    carrier.expect([Trip::Unavailable]);
    assert_eq!(town.engine.work_agenda(&carrier).unwrap().to_retry, 1);
    let due = jst(20, 0).date_jst();
    let reason = crate::on_the_way::reason();
    town.done(follow_up(10, 1, dogs_officer(), Command::ExtendDeadline { due, reason }));
    town.clock.advance(120_000_000);
    let worked = town.engine.work_agenda(&carrier).unwrap();
    assert_eq!((worked.delivered, worked.moot), (1, 1));
    let told: Vec<_> = carrier.take_notices().iter().map(|notice| notice.message.name()).collect();
    assert_eq!(told, ["M13"], "the applicant alone is told of the extension");
}
