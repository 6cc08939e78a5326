//! What became of notices, as an officer sees it; and the notice of maintenance to every registered user.

use shinsei::agenda::ATTEMPTS_MAX;
use shinsei::engine::Request;
use shinsei_core::agenda::EntryKey;
use shinsei_core::delivery::{DeliveryFailure, DeliveryState as State};
use shinsei_core::ids::{EntryName, StreamId};
use shinsei_core::notice::{Message, Reader};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store as _;
use shinsei_core::service_hours::stream::ServiceCommand;
use shinsei_core::time::Timestamp;
use shinsei_core::user::UserCommand;
use uuid::Uuid;

use crate::carrier::{Carrier, Trip};
use crate::town::{Town, case, command, dogs_officer, dogs_road, hakodate, submission, user};
use crate::users::{ask, registered, strict_town};

/// What an officer sees of the notices about the first case.
fn seen(town: &Town) -> Vec<(String, Option<String>, State, u32)> {
    let deliveries = town.engine.deliveries(hakodate(), case(1).into()).unwrap();
    let shown = |mail: &shinsei_core::ids::MailCode| mail.as_str().to_owned();
    deliveries
        .into_iter()
        .map(|one| (one.entry.to_string(), one.mail.as_ref().map(shown), one.state, one.attempts))
        .collect()
}

fn row(entry: &str, mail: Option<&str>, state: State, attempts: u32) -> (String, Option<String>, State, u32) {
    (entry.into(), mail.map(str::to_owned), state, attempts)
}

#[test]
fn a_notice_is_created_and_delivered_at_a_time() {
    let town = Town::new();
    town.done(submission(1));
    assert_eq!(seen(&town), [row("receipt-notice", None, State::Created, 0)]);
    town.clock.advance(60_000_000);
    town.engine.work_agenda(&Carrier::default()).unwrap();
    assert_eq!(seen(&town), [row("receipt-notice", Some("M2"), State::Delivered, 1)]);
    let deliveries = town.engine.deliveries(hakodate(), case(1).into()).unwrap();
    assert_eq!(deliveries[0].at, Some(town.clock.now()));
}

#[test]
fn a_result_is_told_and_its_delivery_recorded_in_one_commit() {
    let town = Town::new();
    town.done(submission(1));
    for request in dogs_road(10, 1).into_iter().take(2) {
        town.done(request);
    }
    town.store.take_calls();
    town.engine.work_agenda(&Carrier::default()).unwrap();
    assert_eq!(
        seen(&town),
        [
            row("receipt-notice", Some("M2"), State::Delivered, 1),
            row("result-notice", Some("M4"), State::Delivered, 1)
        ]
    );
    let told = town.engine.case(hakodate(), case(1)).unwrap().decision().unwrap().told_at;
    let deliveries = town.engine.deliveries(hakodate(), case(1).into()).unwrap();
    assert_eq!(told, deliveries[1].at);
}

/// The id of a notice about the first case, as it stands in the mail.
fn notice(entry: &str) -> Uuid {
    let name = EntryName::new(entry).unwrap();
    EntryKey { stream: case(1).into(), name }.stable_id(hakodate(), "notice")
}

#[test]
fn what_a_mail_server_sends_back_later_shows_as_failed_and_is_recorded_once() {
    let town = Town::new();
    town.done(submission(1));
    let carrier = Carrier::default();
    carrier.expect([Trip::Unavailable]);
    town.engine.work_agenda(&carrier).unwrap();
    let bounced = |entry, failure| town.engine.bounced(hakodate(), notice(entry), failure).unwrap();
    assert!(!bounced("receipt-notice", DeliveryFailure::Permanent), "it was not delivered yet");
    town.clock.advance(60_000_000);
    town.engine.work_agenda(&carrier).unwrap();
    assert_eq!(carrier.take()[0].id, notice("receipt-notice"));
    assert_eq!(seen(&town), [row("receipt-notice", Some("M2"), State::Delivered, 2)]);
    let recorded = town.store.head(hakodate()).unwrap().size;
    assert!(bounced("receipt-notice", DeliveryFailure::Permanent));
    let failed = [row("receipt-notice", None, State::PermanentFailure, 2)];
    assert_eq!(seen(&town), failed);
    assert!(bounced("receipt-notice", DeliveryFailure::Permanent));
    assert!(bounced("receipt-notice", DeliveryFailure::Temporary), "the first report counts");
    assert_eq!((seen(&town), town.store.head(hakodate()).unwrap().size), (failed.to_vec(), recorded + 1));
    assert!(!bounced("result-notice", DeliveryFailure::Permanent), "there is none");
}

#[test]
fn a_result_whose_mail_comes_back_was_told_and_shows_as_failed() {
    let town = Town::new();
    town.done(submission(1));
    for request in dogs_road(10, 1).into_iter().take(2) {
        town.done(request);
    }
    town.engine.work_agenda(&Carrier::default()).unwrap();
    let told_at = || town.engine.case(hakodate(), case(1)).unwrap().decision().unwrap().told_at;
    let told = told_at();
    assert!(town.engine.bounced(hakodate(), notice("result-notice"), DeliveryFailure::Temporary).unwrap());
    assert_eq!(seen(&town)[1], row("result-notice", None, State::TemporaryFailure, 1));
    assert_eq!(told_at(), told);
}

#[test]
fn a_notice_that_is_being_sent_shows_so() {
    let town = std::sync::Arc::new(Town::new());
    town.done(submission(1));
    let carrier = Carrier::default();
    let looking = std::sync::Arc::clone(&town);
    carrier.expect([Trip::Meanwhile(Box::new(move || {
        assert_eq!(seen(&looking), [row("receipt-notice", None, State::Sending, 1)]);
    }))]);
    town.engine.work_agenda(&carrier).unwrap();
    assert_eq!(carrier.take_mails(), [("M2", 1)]);
}

#[test]
fn a_failure_that_may_pass_is_temporary_and_stays_so_when_the_attempts_are_used_up() {
    let town = Town::new();
    town.done(submission(1));
    let carrier = Carrier::default();
    carrier.expect((0..ATTEMPTS_MAX).map(|_| Trip::Unavailable));
    for attempt in 1..=ATTEMPTS_MAX {
        town.engine.work_agenda(&carrier).unwrap();
        assert_eq!(seen(&town), [row("receipt-notice", None, State::TemporaryFailure, attempt)]);
        town.clock.advance(3_600_000_000);
    }
    assert_eq!(town.engine.work_agenda(&carrier).unwrap().delivered, 0, "it is parked");
}

#[test]
fn an_address_that_nobody_can_send_to_is_a_permanent_failure_at_once() {
    let town = Town::new();
    town.done(submission(1));
    let carrier = Carrier::default();
    carrier.expect([Trip::Undeliverable]);
    assert_eq!(town.engine.work_agenda(&carrier).unwrap().parked, 1);
    assert_eq!(seen(&town), [row("receipt-notice", None, State::PermanentFailure, 1)]);
}

#[test]
fn what_could_not_be_given_to_the_carrier_is_a_technical_failure() {
    // The settings name no page that confirms an address.
    let town = Town::new();
    let profile = "{}".into();
    let register = UserCommand::Register {
        kind: shinsei_core::user::UserKind::Person,
        profile,
        mail: Some("hanako@example.jp".into()),
    };
    ask(&town, 10, 1, register).unwrap();
    assert_eq!(town.engine.work_agenda(&Carrier::default()).unwrap().parked, 1);
    let deliveries = town.engine.deliveries(hakodate(), user(1).into()).unwrap();
    assert_eq!(deliveries.iter().map(|one| one.state).collect::<Vec<_>>(), [State::TechnicalFailure]);
}

#[test]
fn what_is_recorded_of_a_delivery_speaks_of_nobody() {
    let town = Town::new();
    town.done(submission(1));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    let mut records = Vec::new();
    let stream = StreamId::from(case(1)).deliveries();
    let store = &town.store;
    shinsei_core::port::store::Store::read_stream(
        &**store,
        hakodate(),
        stream,
        Default::default(),
        10,
        &mut |raw| {
            records.push(String::from_utf8(raw.payload.to_vec()).unwrap());
            std::ops::ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!(records, [r#"{"entry":"receipt-notice","mail":"M2","attempt":1}"#]);
}

/// The maintenance of the source page, a year when there are users.
fn maintenance() -> (Timestamp, Timestamp) {
    let at = |day, hour| Timestamp::from_jst(2026, 5, day, hour, 0).unwrap();
    (at(27, 20), at(28, 6))
}

fn announce(town: &Town) {
    let (from, until) = maintenance();
    let announce = ServiceCommand::AnnounceMaintenance { from, until };
    town.engine.execute(Request::service(hakodate(), command(900), dogs_officer(), announce)).wait().unwrap();
}

/// A town in which three have registered, one of them without a confirmed address.
fn town_of_three() -> Town {
    let town = strict_town();
    town.clock.set(Timestamp::from_jst(2026, 5, 7, 12, 0).unwrap());
    registered(&town, 100, 1, "hanako@example.jp");
    registered(&town, 200, 2, "taro@example.jp");
    let kind = shinsei_core::user::UserKind::Person;
    ask(&town, 300, 3, UserCommand::Register { kind, profile: "{}".into(), mail: None }).unwrap();
    town
}

#[test]
fn announced_maintenance_is_told_to_everyone_with_a_confirmed_address_once() {
    let town = town_of_three();
    announce(&town);
    let carrier = Carrier::default();
    // One cannot be reached now: that hinders no other, and is tried again for this one alone.
    carrier.expect([Trip::Unavailable]);
    town.engine.work_agenda(&carrier).unwrap();
    town.clock.advance(3_600_000_000);
    town.engine.work_agenda(&carrier).unwrap();
    let (from, until) = maintenance();
    let mut told: Vec<_> = carrier
        .take_notices()
        .into_iter()
        .map(|notice| {
            assert!(notice.message == Message::Maintenance { from, until } && notice.reader == Reader::User);
            notice.to
        })
        .collect();
    told.sort();
    assert_eq!(told, ["hanako@example.jp", "taro@example.jp"]);
    assert_eq!(town.engine.work_agenda(&carrier).unwrap(), Default::default());
}

#[test]
fn maintenance_that_was_called_off_is_told_to_nobody() {
    let town = town_of_three();
    announce(&town);
    let cancel = ServiceCommand::CancelMaintenance { ordinal: 1 };
    town.engine.execute(Request::service(hakodate(), command(901), dogs_officer(), cancel)).wait().unwrap();
    let carrier = Carrier::default();
    town.engine.work_agenda(&carrier).unwrap();
    assert_eq!(carrier.take_notices().len(), 0);
}

#[test]
fn maintenance_that_is_called_off_or_has_begun_before_a_mail_could_be_sent_is_not_told_any_more() {
    for called_off in [true, false] {
        let town = town_of_three();
        announce(&town);
        let carrier = Carrier::default();
        carrier.expect([Trip::Unavailable, Trip::Unavailable]);
        assert_eq!(town.engine.work_agenda(&carrier).unwrap().to_retry, 2);
        if called_off {
            let cancel = ServiceCommand::CancelMaintenance { ordinal: 1 };
            let request = Request::service(hakodate(), command(901), dogs_officer(), cancel);
            town.engine.execute(request).wait().unwrap();
            town.clock.advance(3_600_000_000);
        } else {
            town.clock.set(maintenance().0);
        }
        let worked = town.engine.work_agenda(&carrier).unwrap();
        assert_eq!((worked.delivered, worked.moot), (0, 2), "called off: {called_off}");
    }
}
