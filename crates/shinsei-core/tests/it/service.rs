//! 利用時間: maintenance that is announced and called off, and outages that nobody planned.

use expect_test::{Expect, expect};
use shinsei_conformance::life::Life;
use shinsei_core::actor::Actor;
use shinsei_core::calendar::Calendar;
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::Seed;
use shinsei_core::event_format::Proposed;
use shinsei_core::ids::{CommandId, Position, StaffId, StreamId, Version};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::service_hours::stream::{MaintenanceCancelled, Service, ServiceCommand, ServiceEvent};
use shinsei_core::time::{Timestamp, Window};
use uuid::Uuid;

use crate::kit::{refused, shown};
use crate::points::death_of_a_dog;

fn at(day: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_jst(2017, 9, day, hour, minute).unwrap()
}

fn decide(
    service: &Service,
    now: Timestamp,
    actor: &Actor,
    command: &ServiceCommand,
) -> Result<Decision<ServiceEvent>, Rejection> {
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let context = Context {
        registration_required: true,
        ..Context::bare(
            now,
            "012025".parse().unwrap(),
            StreamId::SERVICE,
            actor,
            &calendar,
            &hours,
            Seed([7; 32]),
        )
    };
    service.decide(command, &context)
}

fn officer() -> Actor {
    Life::of(death_of_a_dog()).officer()
}

/// The maintenance of the source page: 2017-09-27 20:00 to 09-28 06:00.
const fn announce(from: Timestamp, until: Timestamp) -> ServiceCommand {
    ServiceCommand::AnnounceMaintenance { from, until }
}

fn of_the_source_page() -> ServiceCommand {
    announce(at(27, 20, 0), at(28, 6, 0))
}

#[track_caller]
fn check(service: &Service, now: Timestamp, actor: &Actor, command: &ServiceCommand, then: Expect) {
    then.assert_eq(&match decide(service, now, actor, command) {
        Ok(decision) => shown(&decision, &serde_json::Value::Bool(false)),
        Err(rejection) => refused(&rejection),
    });
}

/// What becomes of the service when an officer asks all this at these times.
fn after(commands: &[(Timestamp, ServiceCommand)]) -> Service {
    commands.iter().fold(Service::default(), |service, (now, command)| {
        let decision = decide(&service, *now, &officer(), command).ok().unwrap();
        let [Proposed::Event(event)] = &decision.events[..] else { panic!("one event") };
        evolved(service, *now, event.clone())
    })
}

/// The service after an event that was recorded at this time.
fn evolved(service: Service, recorded_at: Timestamp, event: ServiceEvent) -> Service {
    service.evolve(&Recorded {
        position: Position(1),
        stream: StreamId::SERVICE,
        version: Version(1),
        recorded_at,
        command: CommandId(Uuid::nil()),
        event,
    })
}

#[test]
fn maintenance_that_is_announced_closes_the_service_across_midnight() {
    let service = after(&[(at(20, 9, 0), of_the_source_page())]);
    let regular = ServiceHours::daily_three_to_four();
    let hours = service.hours(&regular, at(27, 21, 0));
    assert_eq!(hours.next_open(at(27, 21, 0)), Some(at(28, 6, 0)));
    assert_eq!(hours.next_open(at(28, 3, 30)), Some(at(28, 6, 0)));
    assert_eq!(hours.open_at(at(27, 19, 59)), Ok(Window::between(at(27, 4, 0), at(27, 20, 0))));
    assert_eq!(hours.open_at(at(28, 6, 0)), Ok(Window::between(at(28, 6, 0), at(29, 3, 0))));
    assert!(*service.hours(&regular, at(29, 6, 0)) == regular, "a day after its end nothing is left of it");
    assert!(*service.hours(&regular, at(29, 5, 59)) != regular, "until then it is told from the day before");
}

#[test]
fn maintenance_is_announced_before_it_begins() {
    check(
        &Service::default(),
        at(20, 9, 0),
        &officer(),
        &of_the_source_page(),
        expect![[r#"
            MaintenanceAnnounced {"by":"s-021","from":"2017-09-27T11:00:00Z","ordinal":1,"until":"2017-09-27T21:00:00Z"}
            schedule mailing/1 at once in Deadline: mailing/1
            holds from ever until 2017-09-27 20:00
        "#]],
    );
    check(
        &Service::default(),
        at(27, 20, 0),
        &officer(),
        &of_the_source_page(),
        expect![[r#"
            refused: MaintenanceTooLate
            開始時刻を過ぎたメンテナンスは告知できません。
        "#]],
    );
}

#[test]
fn maintenance_that_is_called_off_closes_nothing_and_one_that_ends_early_no_longer() {
    let regular = ServiceHours::daily_three_to_four();
    let cancel = ServiceCommand::CancelMaintenance { ordinal: 1 };
    let off = after(&[(at(20, 9, 0), of_the_source_page()), (at(21, 9, 0), cancel.clone())]);
    assert!(*off.hours(&regular, at(27, 21, 0)) == regular);
    let early = after(&[(at(20, 9, 0), of_the_source_page()), (at(27, 23, 0), cancel.clone())]);
    assert_eq!(early.hours(&regular, at(27, 23, 0)).next_open(at(27, 22, 59)), Some(at(27, 23, 0)));
    for (service, now) in
        [(off, at(22, 9, 0)), (after(&[(at(20, 9, 0), of_the_source_page())]), at(28, 6, 0))]
    {
        check(
            &service,
            now,
            &officer(),
            &cancel,
            expect![[r#"
                refused: MaintenanceUnknown { ordinal: 1 }
                取りやめるメンテナンスがありません。
            "#]],
        );
    }
}

#[test]
fn an_outage_is_recorded_once_it_is_over_by_whoever_watched() {
    let outage = ServiceCommand::RecordOutage { from: at(20, 8, 0), until: at(20, 9, 0) };
    check(
        &Service::default(),
        at(20, 9, 0),
        &Actor::System,
        &outage,
        expect![[r#"
            OutageRecorded {"from":"2017-09-19T23:00:00Z","until":"2017-09-20T00:00:00Z"}
        "#]],
    );
    check(
        &Service::default(),
        at(20, 8, 59),
        &officer(),
        &outage,
        expect![[r#"
            refused: OutageOutOfRange
            停止の開始と終了の日時を確認してください。
        "#]],
    );
    let recorded = after(&[(at(20, 9, 0), outage)]);
    assert_eq!(recorded.outages(), [Window::between(at(20, 8, 0), at(20, 9, 0))]);
    let regular = ServiceHours::daily_three_to_four();
    assert!(*recorded.hours(&regular, at(20, 8, 30)) == regular, "what was out of order was not closed");
}

#[test]
fn what_ends_before_it_begins_or_never_seems_to_end_is_refused() {
    let empty = ServiceCommand::RecordOutage { from: at(20, 8, 0), until: at(20, 8, 0) };
    let recorded = decide(&Service::default(), at(20, 9, 0), &officer(), &empty).map(|_| ());
    assert_eq!(recorded, Err(Rejection::OutageOutOfRange));
    for (from, until) in
        [(at(28, 6, 0), at(27, 20, 0)), (at(21, 0, 0), at(21, 0, 0)), (at(21, 0, 0), at(28, 0, 1))]
    {
        check(
            &Service::default(),
            at(20, 9, 0),
            &officer(),
            &announce(from, until),
            expect![[r#"
                refused: OutageOutOfRange
                停止の開始と終了の日時を確認してください。
            "#]],
        );
    }
}

#[test]
fn nobody_but_an_officer_closes_the_service() {
    let life = Life::of(death_of_a_dog());
    for actor in [life.applicant(), life.clerk(), Actor::System] {
        check(
            &Service::default(),
            at(20, 9, 0),
            &actor,
            &of_the_source_page(),
            expect![[r#"
                refused: NotPermitted { needed: Officer }
                この操作をする権限がありません。
            "#]],
        );
    }
}

#[test]
fn maintenance_lasts_a_week_at_the_longest_and_is_called_off_while_it_lasts() {
    let week = announce(at(20, 20, 0), at(27, 20, 0));
    let said =
        |command: &ServiceCommand| decide(&Service::default(), at(20, 9, 0), &officer(), command).map(|_| ());
    assert_eq!(said(&week), Ok(()));
    let longer = announce(at(20, 20, 0), at(27, 20, 0).saturating_add_micros(1));
    assert_eq!(said(&longer), Err(Rejection::OutageOutOfRange));
    let announced = after(&[(at(20, 9, 0), week)]);
    let cancel = ServiceCommand::CancelMaintenance { ordinal: 1 };
    let decision = decide(&announced, at(21, 9, 0), &officer(), &cancel).ok().unwrap();
    assert_eq!(decision.window, Window { from: None, until: Some(at(27, 20, 0)) });
}

#[test]
fn an_outage_is_recorded_by_an_officer_or_by_the_engine() {
    let life = Life::of(death_of_a_dog());
    let outage = ServiceCommand::RecordOutage { from: at(20, 9, 0), until: at(20, 10, 0) };
    let by = |actor: &Actor| decide(&Service::default(), at(20, 11, 0), actor, &outage).map(|_| ());
    assert_eq!((by(&officer()), by(&Actor::System)), (Ok(()), Ok(())));
    let needed = Rejection::NotPermitted { needed: shinsei_core::rejection::Role::Officer };
    for actor in [life.clerk(), life.applicant()] {
        assert_eq!(by(&actor), Err(needed.clone()));
    }
}

/// The clock of a store may be ahead: what was decided a moment before the end may be recorded a moment after it.
#[test]
fn maintenance_that_is_called_off_when_it_begins_or_was_over_closes_no_more_than_was_announced() {
    let regular = ServiceHours::daily_three_to_four();
    let announced = after(&[(at(20, 9, 0), of_the_source_page())]);
    let called_off = |at| {
        let cancelled = MaintenanceCancelled { ordinal: 1, by: StaffId::new("s-021").unwrap() };
        evolved(announced.clone(), at, ServiceEvent::MaintenanceCancelled(cancelled))
    };
    let late = called_off(at(28, 7, 0));
    assert_eq!(
        late.hours(&regular, at(28, 8, 0)).open_at(at(28, 6, 30)),
        Ok(Window::between(at(28, 6, 0), at(29, 3, 0)))
    );
    assert!(*called_off(at(27, 20, 0)).hours(&regular, at(27, 20, 0)) == regular, "it had not begun");
}
