//! Procedures in editions through the engine: published while somebody submits, suspended, with intake periods and files.

use std::sync::Arc;

use shinsei::engine::{Answer, ExecuteError, Request};
use shinsei::publishing::Publication;
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{Command, Paper};
use shinsei_core::event::{Event, PaperChannel};
use shinsei_core::ids::{FormFileId, ProcedureId, ReasonCode};
use shinsei_core::procedure::filing::{Filing, FilingTime, LateArrival, LateFiling};
use shinsei_core::procedure::stream::{Editions, IntakePeriod, ProcedureCommand};
use shinsei_core::procedure::{Fee, Procedure, Tariff};
use shinsei_core::rejection::Rejection;
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::rigged::Fault;
use crate::town::{
    DOG, Town, case, command, dogs_officer, dogs_road, follow_up, hakodate, officer, rejection, submission,
    user,
};
use crate::users::refused;

fn staff() -> Staff {
    let Actor::Officer(staff) = officer("SOUMU") else { unreachable!() };
    staff
}

fn dog() -> ProcedureId {
    ProcedureId::new(DOG).unwrap()
}

/// The dog's registration as the sample catalog has it, for another price.
fn for_yen(yen: u32) -> Procedure {
    let mut procedure = Catalog::sample().procedure(&dog()).unwrap().clone();
    if let Fee::Due { tariff: Tariff::Each { yen: price, .. }, .. } = &mut procedure.terms.fee {
        *price = Yen(yen);
    }
    procedure
}

fn order(n: u128, what: ProcedureCommand) -> Request<Editions> {
    Request::procedure(hakodate(), command(n), staff(), &dog(), what)
}

fn tell(town: &Town, n: u128, what: ProcedureCommand) -> Result<Answer<Editions>, ExecuteError> {
    town.engine.execute(order(n, what)).wait()
}

fn editions(town: &Town) -> Editions {
    town.engine.state(hakodate(), (&dog()).into()).unwrap()
}

fn jst(month: u32, day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, month, day, hour, 0).unwrap()
}

fn town() -> Town {
    let town = Town::new();
    town.clock.set(jst(5, 7, 12));
    town
}

/// The edition, and the price of one, that govern what was submitted.
fn pinned(answer: &Answer<shinsei_core::application::Application>) -> (u32, u32) {
    let Event::Submitted(submitted) = &answer.events[0].event else { panic!("{answer:?}") };
    match &submitted.terms.fee {
        Fee::Due { tariff: Tariff::Each { yen, .. }, .. } => (submitted.edition, yen.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_edition_that_is_published_while_somebody_submits_governs_the_case_or_the_one_before_does() {
    let town = town();
    assert_eq!(pinned(&town.done(submission(1))), (1, 3_000), "by the settings of the city hall");
    tell(&town, 10, ProcedureCommand::Load(Box::new(for_yen(3_100)))).unwrap();
    assert_eq!(pinned(&town.done(submission(2))), (1, 3_100), "its first edition in the log");
    // Decided under one edition; before it is written another one comes into force on another node.
    let other = Arc::new(town.other_engine());
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        other.execute(order(11, ProcedureCommand::Load(Box::new(for_yen(3_500))))).wait().unwrap();
    }))]);
    assert_eq!(pinned(&town.done(submission(3))), (2, 3_500));
    // What arrived before is governed for life by what was in force then.
    for (n, of, yen) in [(100, 2, 3_100), (200, 3, 3_500)] {
        for request in dogs_road(n, of).into_iter().take(2) {
            town.done(request);
        }
        let short = town.run(follow_up(n + 50, of, dogs_officer(), crate::town::payment(1)));
        assert_eq!(rejection(short), Rejection::AmountDiffers { due: Yen(yen), paid: Yen(1) });
    }
}

#[test]
fn an_edition_with_a_date_comes_into_force_by_itself() {
    let town = town();
    tell(&town, 10, ProcedureCommand::Load(Box::new(for_yen(3_000)))).unwrap();
    tell(&town, 11, ProcedureCommand::Draft(Box::new(for_yen(4_000)))).unwrap();
    let from = Some(jst(6, 1, 0));
    tell(&town, 12, ProcedureCommand::Publish { edition: 2, from }).unwrap();
    assert_eq!(pinned(&town.done(submission(1))), (1, 3_000));
    // Decided in the last instant of May and recorded in June: it is decided again.
    town.clock.set(jst(6, 1, 0).saturating_add_micros(-1));
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.set(jst(6, 1, 0))))]);
    assert_eq!(pinned(&town.done(submission(2))), (2, 4_000));
}

#[test]
fn paper_is_governed_by_the_edition_in_force_when_it_arrived() {
    let town = town();
    for (n, yen, day) in [(10, 3_100, 8), (11, 4_000, 20)] {
        town.clock.set(jst(5, day, 12));
        tell(&town, n, ProcedureCommand::Load(Box::new(for_yen(yen)))).unwrap();
    }
    let paper = |of, arrived_at| {
        let paper = Paper {
            procedure: dog(),
            applicant: user(1),
            quantity: 1,
            form: "手書きの申請書".into(),
            contact: "函館市東雲町4番13号".into(),
            attachments: vec![],
            channel: PaperChannel::Post,
            arrived_at,
        };
        follow_up(of, of, dogs_officer(), Command::RecordPaperArrival(paper))
    };
    // What came on the 19th is recorded on the 20th, when another edition is in force.
    assert_eq!(pinned(&town.done(paper(1, jst(5, 19, 17)))), (1, 3_100));
    assert_eq!(pinned(&town.done(paper(2, jst(5, 20, 12)))), (2, 4_000));
    assert_eq!(pinned(&town.done(paper(3, jst(5, 7, 9)))), (2, 4_000), "no edition was in force then");
}

#[test]
fn editions_are_published_in_their_order_and_never_for_the_past() {
    let town = town();
    let publish = |edition, from| ProcedureCommand::Publish { edition, from };
    assert_eq!(refused(tell(&town, 1, publish(1, None))), Rejection::EditionUnknown { edition: 1 });
    for (n, yen) in [(10, 3_000), (11, 4_000), (12, 5_000)] {
        tell(&town, n, ProcedureCommand::Draft(Box::new(for_yen(yen)))).unwrap();
    }
    // Nothing is in force before the first is: whoever asks is told so.
    let unknown = Rejection::ProcedureUnknown { procedure: dog() };
    assert_eq!(rejection(town.run(submission(1))), unknown);
    let past = Some(jst(5, 1, 0));
    assert_eq!(refused(tell(&town, 13, publish(1, past))), Rejection::EditionTooEarly);
    tell(&town, 14, publish(2, Some(jst(6, 1, 0)))).unwrap();
    assert_eq!(refused(tell(&town, 15, publish(2, None))), Rejection::EditionNotNewer { edition: 2 });
    assert_eq!(refused(tell(&town, 16, publish(1, None))), Rejection::EditionNotNewer { edition: 1 });
    assert_eq!(refused(tell(&town, 17, publish(3, None))), Rejection::EditionTooEarly);
    tell(&town, 18, publish(3, Some(jst(6, 2, 0)))).unwrap();
    assert_eq!(editions(&town).in_force(jst(6, 1, 0)).unwrap().0.edition, 2);
    assert_eq!(editions(&town).in_force(jst(6, 2, 0)).unwrap().0.edition, 3);
    assert_eq!(editions(&town).in_force(jst(5, 31, 23)), None);
}

#[test]
fn a_defective_edition_is_not_even_drafted_and_says_what_is_wrong() {
    let town = town();
    let mut defective = for_yen(3_000);
    defective.payment.clear();
    let refusal = refused(tell(&town, 10, ProcedureCommand::Draft(Box::new(defective))));
    let Rejection::ProcedureDefective { defects, first } = &refusal else { panic!("{refusal:?}") };
    assert!(*defects > 0 && first.contains("納付方法"), "{first}");
    let mut elsewhere = for_yen(3_000);
    elsewhere.id = ProcedureId::new("DO-002").unwrap();
    let refusal = refused(tell(&town, 11, ProcedureCommand::Load(Box::new(elsewhere.clone()))));
    assert_eq!(refusal, Rejection::ProcedureOfOtherStream { procedure: elsewhere.id });
    assert!(editions(&town).is_absent());
}

#[test]
fn a_suspended_procedure_takes_nothing_and_what_has_arrived_goes_on() {
    let town = town();
    town.done(submission(1));
    tell(&town, 10, ProcedureCommand::Load(Box::new(for_yen(3_000)))).unwrap();
    let ground = ReasonCode::new("vaccine-shortage").unwrap();
    let other = Arc::new(town.other_engine());
    let suspend = ProcedureCommand::Suspend { ground };
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        other.execute(order(11, suspend)).wait().unwrap();
    }))]);
    assert_eq!(rejection(town.run(submission(2))), Rejection::ProcedureSuspended);
    town.done(follow_up(20, 1, dogs_officer(), Command::StartReview));
    tell(&town, 12, ProcedureCommand::Resume).unwrap();
    assert_eq!(refused(tell(&town, 13, ProcedureCommand::Resume)), Rejection::ProcedureNotSuspended);
    town.done(submission(2));
}

#[test]
fn applications_are_taken_in_the_announced_period_from_its_first_instant_to_its_last() {
    let town = town();
    tell(&town, 10, ProcedureCommand::Load(Box::new(for_yen(3_000)))).unwrap();
    let period = |from, until| IntakePeriod { from, until };
    let overlapping = vec![period(jst(6, 1, 0), jst(6, 10, 0)), period(jst(6, 9, 0), jst(6, 20, 0))];
    let refusal = refused(tell(&town, 11, ProcedureCommand::AnnounceIntake { periods: overlapping }));
    assert_eq!(refusal, Rejection::IntakeInvalid);
    let periods = vec![period(jst(6, 1, 9), jst(6, 10, 17))];
    tell(&town, 12, ProcedureCommand::AnnounceIntake { periods }).unwrap();
    let opens = Rejection::OutsideIntake { opens_at: Some(jst(6, 1, 9)) };
    assert_eq!(rejection(town.run(submission(1))), opens);
    assert_eq!(opens.resident(), "受付期間外です。2026年6月1日 9時00分から受け付けます。");
    town.clock.set(jst(6, 1, 9));
    town.done(submission(1));
    town.clock.set(jst(6, 10, 17).saturating_add_micros(-1));
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.set(jst(6, 10, 17))))]);
    assert_eq!(rejection(town.run(submission(2))), Rejection::OutsideIntake { opens_at: None });
    tell(&town, 13, ProcedureCommand::AnnounceIntake { periods: vec![] }).unwrap();
    town.done(submission(2));
}

#[test]
fn what_is_sent_in_the_last_second_and_recorded_in_the_next_has_arrived_late() {
    let town = town();
    let filing = Filing { time: FilingTime::Announced, late: LateFiling::Received, late_effect: None };
    let mut procedure = for_yen(3_000);
    procedure.terms.filing = Some(filing);
    tell(&town, 10, ProcedureCommand::Load(Box::new(procedure))).unwrap();
    assert_eq!(rejection(town.run(submission(1))), Rejection::OutsideIntake { opens_at: None });
    let periods = vec![IntakePeriod { from: jst(5, 1, 0), until: jst(6, 2, 0) }];
    tell(&town, 11, ProcedureCommand::AnnounceIntake { periods }).unwrap();
    let late = |n| town.engine.case(hakodate(), case(n)).unwrap().arrival().unwrap().late;
    town.clock.set(jst(6, 2, 0).saturating_add_micros(-1));
    town.done(submission(1));
    assert_eq!(late(1), None);
    let clock = town.clock.clone();
    town.clock.set(jst(6, 2, 0).saturating_add_micros(-1));
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.set(jst(6, 2, 0))))]);
    town.done(submission(2));
    assert_eq!(late(2), Some(LateArrival { since: Some(jst(6, 2, 0)) }));
}

#[test]
fn a_catalog_is_published_as_editions_and_publishing_it_again_changes_nothing() {
    let town = town();
    let catalog = Catalog::sample();
    let ids: Vec<_> = catalog.procedures().iter().map(|procedure| procedure.id.clone()).collect();
    let published = town.engine.publish_catalog(hakodate(), &staff(), &catalog).unwrap();
    let first: Vec<_> = ids.iter().map(|id| (id.clone(), 1)).collect();
    assert_eq!(published, Publication { published: first, unchanged: vec![] });
    let again = town.engine.publish_catalog(hakodate(), &staff(), &catalog).unwrap();
    assert_eq!(again, Publication { published: vec![], unchanged: ids });
    let in_force = editions(&town).in_force(town_now(&town)).unwrap().0.clone();
    assert_eq!(&in_force, catalog.procedure(&dog()).unwrap());
    assert_eq!(pinned(&town.done(submission(1))), (1, 3_000));
}

fn town_now(town: &Town) -> Timestamp {
    use shinsei_core::port::clock::Clock as _;
    town.clock.now()
}

#[test]
fn a_form_file_is_downloaded_in_its_last_version() {
    let town = town();
    let file = FormFileId::new("application.pdf").unwrap();
    let add = |content: &str| ProcedureCommand::AddFormFile {
        file: FormFileId::new("application.pdf").unwrap(),
        title: "犬の登録申請書".into(),
        content: content.into(),
    };
    let early = refused(tell(&town, 10, add("%PDF-1.7")));
    assert_eq!(early, Rejection::EditionUnknown { edition: 1 });
    tell(&town, 11, ProcedureCommand::Load(Box::new(for_yen(3_000)))).unwrap();
    assert_eq!(town.engine.form_file(hakodate(), &dog(), &file).unwrap().map(|file| file.id), None);
    tell(&town, 12, add("%PDF-1.7 old")).unwrap();
    // Larger than what travels in a commit.
    let large = "%PDF-1.7 ".repeat(20_000);
    tell(&town, 13, add(&large)).unwrap();
    let found = town.engine.form_file(hakodate(), &dog(), &file).unwrap().unwrap();
    assert_eq!((found.role.as_str(), found.content.len()), ("form-file", large.len()));
    assert_eq!(editions(&town).form_files().len(), 1);
    assert_eq!(refused(tell(&town, 14, add(""))), Rejection::FormFileUnusable);
}

#[test]
fn only_an_officer_writes_editions() {
    let town = town();
    let actors = [Actor::System, Actor::Applicant { user: crate::town::user(1) }, Actor::Clerk(staff())];
    for (n, actor) in (10..).zip(actors) {
        let load = ProcedureCommand::Load(Box::new(for_yen(3_000)));
        let refusal = refused(town.engine.execute(Request { actor, ..order(n, load) }).wait());
        assert!(matches!(refusal, Rejection::NotPermitted { .. }), "{refusal:?}");
    }
}
