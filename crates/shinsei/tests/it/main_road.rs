//! The main road through the engine, from the registration to the end of the case, on each store.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei::engine::{Request, Settings};
use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::command::{Command, Submit, Visitor};
use shinsei_core::document::{DocumentRef, INLINE_BYTES_MAX};
use shinsei_core::event::{Event, Identification};
use shinsei_core::ids::{CommandId, Position};
use shinsei_core::port::store::Store;
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::tree::{Frontier, Head};
use shinsei_core::user::{UserCommand, UserKind};
use shinsei_sqlite::SqliteStore;
use uuid::Uuid;

use crate::carrier::Carrier;
use crate::rigged::Call;
use crate::town::{
    Town, case, follow_up, grant, hakodate, officer, payment, rejection, signed_submission, submission, user,
};

fn registration_required(settings: &mut Settings) {
    settings.cities[0].registration_required = true;
}

fn residents_officer() -> Actor {
    officer("SHIMIN-KOSEKI")
}

/// From the registration to the result notice.
fn first_half(town: &Town) {
    assert_eq!(rejection(town.run(signed_submission(1))), Rejection::ApplicantNotRegistered);
    let profile = "函館 花子".into();
    let register = UserCommand::Register { kind: UserKind::Person, profile, mail: None };
    let id = CommandId(Uuid::from_u128(100));
    town.engine.execute(Request::user(hakodate(), id, user(1), register)).wait().unwrap();
    let received = town.done(signed_submission(1));
    assert_eq!(received.receipt().unwrap().to_string()[..18], *"012025-R08-0000001");
    town.done(follow_up(101, 1, residents_officer(), Command::StartReview));
    town.done(follow_up(102, 1, residents_officer(), grant()));
}

/// From the result notice to the end.
fn second_half(town: &Town) {
    let carrier = Carrier::default();
    assert_eq!(town.engine.work_agenda(&carrier).unwrap().delivered, 2);
    assert_eq!(carrier.take_mails(), [("M2", 1), ("M4", 1)]);
    let issue = || follow_up(103, 1, residents_officer(), Command::IssueCertificate { copies: 1 });
    assert_eq!(rejection(town.run(issue())), Rejection::FeeUnsettled);
    town.done(follow_up(104, 1, residents_officer(), payment(300)));
    assert_eq!(rejection(town.run(issue())), Rejection::VisitorNotVerified);
    let identification = Identification::IndividualNumberCard;
    let verify = Command::VerifyVisitor(Visitor { identification, notice_copy: true });
    town.done(follow_up(105, 1, residents_officer(), verify));
    let issued = town.done(issue());
    assert_eq!(issued.events.len(), 2);
    // What was answered before the restart is answered again.
    assert_eq!(town.done(signed_submission(1)).receipt().unwrap().sequence(), 1);
    assert_eq!(town.engine.case(hakodate(), case(1)).unwrap().name(), StateName::Closed);
}

/// The history of the case, whose documents are all there, in a log whose leaves make the head.
fn verify(town: &Town) {
    let history = town.engine.history(hakodate(), case(1)).unwrap();
    let names: Vec<_> = history
        .iter()
        .map(|recorded| shinsei_core::event_format::EventFormat::event_type(&recorded.event).0)
        .collect();
    assert_eq!(
        names,
        [
            "Submitted",
            "SignatureVerified",
            "ReceiptIssued",
            "ReviewStarted",
            "Reviewed",
            "FeeAssessed",
            "ResultTold",
            "FeePaid",
            "VisitVerified",
            "CertificateIssued",
            "Closed"
        ]
    );
    let Event::Submitted(submitted) = &history[0].event else { panic!("{history:?}") };
    assert_eq!(content(town, &submitted.contact), b"hanako@example.jp");
    let folded = history.iter().fold(Application::Absent, Application::evolve);
    assert_eq!(folded, town.engine.case(hakodate(), case(1)).unwrap());
    assert_eq!(rebuilt_head(town), town.store.head(hakodate()).unwrap());
}

fn content(town: &Town, reference: &DocumentRef) -> Vec<u8> {
    let document = town.store.document(hakodate(), reference.id).unwrap().unwrap();
    assert!(document.is(reference));
    document.content
}

fn rebuilt_head(town: &Town) -> Head {
    let mut tree = Frontier::default();
    let mut leaf = |record: shinsei_core::record::RawRecord<'_>| {
        assert_eq!(record.position, Position(tree.size() + 1));
        tree.append(record.leaf(), |_| {});
        ControlFlow::Continue(())
    };
    town.store.read_log(hakodate(), Position(0), 10_000, &mut leaf).unwrap();
    tree.head()
}

#[test]
fn a_case_goes_from_registration_to_its_end_in_memory() {
    let clock = FakeClock::default();
    let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
    let town = Town::on(store, clock, registration_required);
    first_half(&town);
    second_half(&town);
    verify(&town);
}

#[test]
fn a_case_goes_on_after_the_file_was_closed_and_opened_by_another_engine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let clock = FakeClock::default();
    let open = || {
        let store = Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap());
        Town::on(store, clock.clone(), registration_required)
    };
    let town = open();
    first_half(&town);
    let before = town.store.head(hakodate()).unwrap();
    drop(town);
    let town = open();
    assert_eq!(town.store.head(hakodate()).unwrap(), before);
    second_half(&town);
    verify(&town);
    drop(town);
    verify(&open());
}

#[test]
fn what_is_too_large_for_a_commit_is_staged_and_linked() {
    let town = Town::new();
    let large: Vec<u8> = (0..3 * INLINE_BYTES_MAX + 1).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let mut request = submission(1);
    let Command::Submit(submit) = request.command else { panic!("a submission") };
    let attachments = vec!["small".into(), large.clone().into()];
    request.command = Command::Submit(Submit { attachments, ..submit });
    let answer = town.done(request);
    let Event::Submitted(submitted) = &answer.events[0].event else { panic!("{answer:?}") };
    let [small, staged] = &submitted.attachments[..] else { panic!("two attachments") };
    assert_eq!(content(&town, small), b"small");
    assert_eq!(content(&town, staged), large);
    let staged = town.store.take_calls().into_iter().filter(|call| matches!(call, Call::Stage(_)));
    assert!(staged.eq([INLINE_BYTES_MAX, INLINE_BYTES_MAX, INLINE_BYTES_MAX, 1].map(Call::Stage)));
    let end = town.clock.clone();
    end.advance(1);
    assert_eq!(town.store.sweep(shinsei_core::port::clock::Clock::now(&end)).unwrap(), 0);
}

/// A list of revoked certificates may have megabytes, and every case of a day rests on it.
#[test]
fn evidence_that_is_too_large_for_a_commit_is_kept_once_for_all_cases() {
    const BYTES: u64 = 200_000;
    let clock = FakeClock::default();
    let kept = MemoryStore::new(Arc::new(clock.clone()));
    let town = Town::on(Arc::new(kept.clone()), clock, |_| {});
    town.verifier.rest_on(vec![7; usize::try_from(BYTES).unwrap()]);
    let mut bytes = vec![];
    for n in 1..=3 {
        let answer = town.done(signed_submission(n));
        let list = answer.events.iter().find_map(|recorded| match &recorded.event {
            Event::SignatureVerified(verified) => verified.evidence.last().map(|evidence| evidence.document),
            _ => None,
        });
        assert_eq!(content(&town, &list.unwrap()).len() as u64, BYTES);
        bytes.push(kept.document_bytes(hakodate()));
    }
    assert!((BYTES..BYTES + 10_000).contains(&bytes[0]), "{bytes:?}");
    assert!(bytes[2] - bytes[0] < 10_000, "{bytes:?}");
}
