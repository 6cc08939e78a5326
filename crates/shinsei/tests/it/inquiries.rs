//! 照会: whoever has the receipt number and the key of a case is told how far it is, and nobody else.

use std::sync::Arc;

use shinsei::inquiry::{InquiryError, WRONG_KEYS_KEPT_MICROS, WRONG_KEYS_MAX};
use shinsei::memory::MemoryView;
use shinsei_core::application::Turn;
use shinsei_core::command::Command;
use shinsei_core::inquiry::InquiryKey;
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store as _;
use shinsei_core::rejection::StateName;

use crate::town::{Town, case, dogs_officer, follow_up, hakodate, submission};

/// A town that keeps lists, with two cases of which the lists know.
fn town() -> Town {
    let town = Town::with(|settings| settings.lists = Some(Arc::new(MemoryView::new())));
    town.done(submission(1));
    town.done(submission(2));
    town.engine.follow_lists().unwrap();
    town
}

fn key(town: &Town, n: u128) -> InquiryKey {
    town.engine.inquiry_key(hakodate(), case(n)).unwrap().unwrap()
}

fn number(town: &Town, n: u128) -> ReceiptNumber {
    town.engine.case(hakodate(), case(n)).unwrap().receipt().unwrap().receipt
}

#[test]
fn who_has_the_number_and_the_key_is_told_how_far_it_is() {
    let town = town();
    let told = town.engine.inquire(hakodate(), number(&town, 1), &key(&town, 1)).unwrap();
    let arrived_at = town.engine.case(hakodate(), case(1)).unwrap().arrival().unwrap().arrived_at;
    assert_eq!(
        (told.state, told.label, told.turn),
        (StateName::Received, "受付済(審査待ち)", Turn::Division)
    );
    assert_eq!((told.procedure.as_str(), told.arrived_at), ("犬の登録申請", arrived_at));
    assert_eq!(told.division.unwrap().id.as_str(), "HOKENJO-EISEI");
    // The log answers, not the lists, which are behind it.
    town.done(follow_up(10, 1, dogs_officer(), Command::StartReview));
    let told = town.engine.inquire(hakodate(), number(&town, 1), &key(&town, 1)).unwrap();
    assert_eq!(told.state, StateName::UnderReview);
}

#[test]
fn a_key_is_that_of_one_case_alone_and_the_same_whoever_asks_for_it() {
    let town = town();
    assert_ne!(key(&town, 1), key(&town, 2));
    assert_eq!(town.other_engine().inquiry_key(hakodate(), case(1)).unwrap(), Some(key(&town, 1)));
    assert_eq!(town.engine.inquiry_key(hakodate(), case(9)).unwrap(), None);
    let wrong = town.engine.inquire(hakodate(), number(&town, 1), &key(&town, 2));
    assert!(matches!(wrong, Err(InquiryError::NotFound)), "{wrong:?}");
    // Whether there is such a number is not told either.
    let unknown: ReceiptNumber = "012025-R08-0001234-7".parse().unwrap();
    assert!(matches!(town.engine.inquire(hakodate(), unknown, &key(&town, 1)), Err(InquiryError::NotFound)));
}

#[test]
fn whoever_tries_keys_is_not_heard_for_an_hour() {
    let town = town();
    let (asked, wrong, right) = (number(&town, 1), key(&town, 2), key(&town, 1));
    let first = town.clock.now();
    for _ in 1..WRONG_KEYS_MAX {
        assert!(matches!(town.engine.inquire(hakodate(), asked, &wrong), Err(InquiryError::NotFound)));
    }
    // The right key clears what was mistyped before.
    town.engine.inquire(hakodate(), asked, &right).unwrap();
    for _ in 0..WRONG_KEYS_MAX {
        assert!(matches!(town.engine.inquire(hakodate(), asked, &wrong), Err(InquiryError::NotFound)));
    }
    let until = first.saturating_add_micros(WRONG_KEYS_KEPT_MICROS);
    match town.engine.inquire(hakodate(), asked, &right) {
        Err(InquiryError::TooOften { again_at }) => assert_eq!(again_at, until),
        other => panic!("{other:?}"),
    }
    town.engine.inquire(hakodate(), number(&town, 2), &wrong).unwrap();
    town.clock.set(until);
    town.engine.inquire(hakodate(), asked, &right).unwrap();
}

#[test]
fn a_key_dies_with_the_documents_of_its_case() {
    let town = town();
    let (asked, right) = (number(&town, 1), key(&town, 1));
    let contact = town.engine.case(hakodate(), case(1)).unwrap().arrival().unwrap().contact;
    town.store.erase(hakodate(), case(1).into()).unwrap();
    assert!(town.store.document(hakodate(), contact.id).unwrap().is_none());
    assert_eq!(town.engine.inquiry_key(hakodate(), case(1)).unwrap(), None);
    assert!(matches!(town.engine.inquire(hakodate(), asked, &right), Err(InquiryError::NotFound)));
}
