//! Maintenance that is announced in the log closes the service, also for what was decided before it was announced.

use std::sync::Arc;

use shinsei::engine::{Engine, Request};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::ids::{CommandId, DivisionId, StaffId};
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::stream::ServiceCommand;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::rigged::Fault;
use crate::town::{Town, hakodate, rejection, submission};

fn jst(hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, 7, hour, minute).unwrap()
}

fn announce(engine: &Engine, command: u128, from: Timestamp, until: Timestamp) {
    let staff = Staff { id: StaffId::new("s-001").unwrap(), division: DivisionId::new("JOHO").unwrap() };
    let command = CommandId(Uuid::from_u128(command));
    let maintenance = ServiceCommand::AnnounceMaintenance { from, until };
    engine.execute(Request::service(hakodate(), command, Actor::Officer(staff), maintenance)).wait().unwrap();
}

#[test]
fn nobody_submits_during_maintenance_and_everybody_is_told_when_it_ends() {
    let town = Town::new();
    announce(&town.engine, 900, jst(20, 0), jst(22, 0));
    assert!(town.run(submission(1)).is_ok(), "it has not begun");
    town.clock.set(jst(20, 0));
    let opens_at = Some(jst(22, 0));
    assert_eq!(rejection(town.run(submission(2))), Rejection::OutsideServiceHours { opens_at });
    town.clock.set(jst(22, 0));
    assert!(town.run(submission(2)).is_ok());
}

#[test]
fn a_submission_that_meets_an_announcement_on_its_way_is_decided_again() {
    let town = Town::new();
    let other = Arc::new(town.other_engine());
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        announce(&other, 900, jst(20, 0), jst(22, 0));
        clock.set(jst(20, 30));
    }))]);
    let opens_at = Some(jst(22, 0));
    assert_eq!(rejection(town.run(submission(1))), Rejection::OutsideServiceHours { opens_at });
}
