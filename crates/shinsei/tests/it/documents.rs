//! What a decision must read beside the log is read from the store: the words of reasons, the references of payments.

use shinsei_core::command::{
    ApplicationFinding, Command, DocumentWritten, Finding, PaperDelivery, Review, SealPut, StatedReason,
};
use shinsei_core::event::Event;
use shinsei_core::ids::ReasonCode;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::port::store::Store as _;
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::yen::Yen;

use crate::carrier::Carrier;
use crate::town::{
    Town, case, command, dogs_officer, dogs_road, follow_up, hakodate, payment, rejection, submission,
};

const WORDS: &str = "同じ犬が既に登録されている。";

fn refuse() -> Command {
    let reason = StatedReason { code: ReasonCode::new("R-01").unwrap(), text: WORDS.into() };
    let finding = Finding::Application(ApplicationFinding::Refused(NonEmpty::one(reason)));
    Command::Review(Review { finding, inspected_on: None })
}

fn deliver() -> Command {
    let document = DocumentWritten {
        body: "登録しないことに決定しました。".into(), seal: SealPut::Paper
    };
    Command::DeliverDocument { document, way: PaperDelivery::Post { tracking: None } }
}

#[test]
fn the_document_of_a_refusal_holds_the_words_that_an_engine_of_yesterday_kept() {
    let town = Town::new();
    town.done(submission(1));
    town.done(follow_up(2, 1, dogs_officer(), Command::StartReview));
    town.done(follow_up(3, 1, dogs_officer(), refuse()));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    // The mail told that there is a result, and is no delivery.
    assert_eq!(town.engine.case(hakodate(), case(1)).unwrap().name(), StateName::Decided);
    let today = town.other_engine();
    let answer = today.execute(follow_up(4, 1, dogs_officer(), deliver())).wait().unwrap();
    let Event::DocumentDelivered(delivered) = &answer.events[0].event else { panic!("{answer:?}") };
    let document = town.store.document(hakodate(), delivered.document.id).unwrap().unwrap();
    let text = String::from_utf8(document.content).unwrap();
    assert!(text.contains(WORDS) && text.contains("3か月以内に"), "{text}");
    assert_eq!(today.case(hakodate(), case(1)).unwrap().name(), StateName::Closed);
}

#[test]
fn a_payment_under_another_command_id_is_known_by_its_reference() {
    let town = Town::new();
    town.done(submission(1));
    for request in dogs_road(10, 1).into_iter().take(3) {
        town.done(request);
    }
    let again = follow_up(20, 1, dogs_officer(), payment(3_000));
    assert_eq!(rejection(town.run(again.clone())), Rejection::PaymentKnown { payment: 1, yen: Yen(3_000) });
    assert!(town.store.find(hakodate(), command(20)).unwrap().is_none());
    let other = town.other_engine();
    assert_eq!(
        rejection(other.execute(again).wait()),
        Rejection::PaymentKnown { payment: 1, yen: Yen(3_000) }
    );
}
