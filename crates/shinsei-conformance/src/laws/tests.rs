//! Each law notices a history that breaks it. `arrival_never_changes`, `a_disposed_case_still_reads`,
//! `every_open_case_waits_for_somebody` and `private_notes_never_reach_the_applicant` have none: no event moves an arrival,
//! changes what is disposed of, leaves nobody in charge, or makes a private note public.

mod afterwards;
mod desk;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shinsei_core::actor::Actor;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, PaymentMade};
use shinsei_core::document::{DocumentRef, SaltedDigest, Seed};
use shinsei_core::event::{
    CertificateIssued, CertificateSerial, FeeAssessed, FeeBasis, FeePaid, PaymentChannel, ResultTold,
    ReviewStarted, Reviewed, TellingChannel,
};
use shinsei_core::ids::{ReasonCode, StaffId};
use shinsei_core::procedure::{Deliverable, Delivery, Fee, FeeTiming, Procedure, Remedy, Tariff};
use shinsei_core::signature::CertificateKind;
use shinsei_core::yen::Yen;

use super::*;
use crate::life::Step;
use crate::strategies::plain;

fn certificate() -> Procedure {
    let mut procedure = plain(Act::Application);
    let tariff = Tariff::Each { yen: Yen(300), unit: "通".to_owned() };
    procedure.terms.fee = Fee::Due { tariff, timing: FeeTiming::AtPickup };
    procedure.terms.deliverable = Deliverable::Issued { name: "証明書".to_owned(), by: Delivery::Counter };
    procedure
}

fn at(procedure: Procedure, state: StateName, event: Event) -> Life {
    let mut life = Life::of(procedure).until(state);
    life.record(event);
    life
}

fn by() -> StaffId {
    StaffId::new("s-021").unwrap()
}

fn issued(life: &Life, copies: u32) -> Event {
    let receipt = life.state().receipt().unwrap().receipt;
    let serial = CertificateSerial { receipt, ordinal: 1 };
    Event::CertificateIssued(CertificateIssued { serial, copies, by: by() })
}

fn nowhere() -> DocumentRef {
    let (id, salt) = Seed([9; 32]).document(0);
    DocumentRef { id, digest: SaltedDigest::of(&salt, b"nowhere") }
}

fn reviewed(outcome: Outcome) -> Event {
    Event::Reviewed(Reviewed { by: by(), outcome, inspected_on: None, drafted_by: None })
}

fn refused(remedy: Option<Remedy>) -> Event {
    let code = ReasonCode::new("R-01").unwrap();
    let reasons = NonEmpty::one(Reason { code, text: nowhere() });
    reviewed(Outcome::Application(ApplicationOutcome::Refused { reasons, remedy }))
}

/// The laws that a history breaks, by name.
fn broken(life: &Life) -> Vec<&'static str> {
    let breaks = |law: Law| catch_unwind(AssertUnwindSafe(|| law(life))).is_err();
    ALL.iter().filter(|(_, law)| breaks(*law)).map(|(name, _)| *name).collect()
}

fn told() -> Event {
    Event::ResultTold(ResultTold { how: TellingChannel::Notice, by: None })
}

#[test]
#[should_panic(expected = "says nothing to a case")]
fn an_event_out_of_place_is_noticed() {
    let started = Event::ReviewStarted(ReviewStarted { by: by() });
    every_prefix_is_a_legal_state(&at(plain(Act::Filing), StateName::Decided, started));
}

#[test]
#[should_panic(expected = "arrivals and receipts")]
fn a_second_arrival_is_noticed() {
    let life = Life::of(plain(Act::Filing)).until(StateName::Received);
    let submitted = life.history()[0].event.clone();
    a_case_arrives_once_and_has_one_receipt(&at(plain(Act::Filing), StateName::Received, submitted));
}

#[test]
#[should_panic(expected = "but None")]
fn a_receipt_without_the_required_signature_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.signature = SignatureRule::Required(vec![CertificateKind::JpkiSigning]);
    let whole = Life::of(procedure.clone()).until(StateName::Received);
    let mut life = Life::of(procedure);
    for place in [0, 2] {
        life.record(whole.history()[place].event.clone());
    }
    a_required_signature_was_verified_before_the_receipt(&life);
}

#[test]
#[should_panic(expected = "a review began before the fee")]
fn a_review_before_the_fee_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.fee = Fee::Due { tariff: Tariff::Assessed, timing: FeeTiming::BeforeReview };
    let started = Event::ReviewStarted(ReviewStarted { by: by() });
    no_review_begins_before_a_fee_that_comes_first(&at(procedure, StateName::Received, started));
}

#[test]
#[should_panic(expected = "issued before the fee was settled")]
fn a_certificate_before_payment_is_noticed() {
    let mut life = Life::of(certificate()).until(StateName::Decided);
    life.record(issued(&life, 1));
    nothing_is_issued_without_the_fee_settled(&life);
}

#[test]
#[should_panic(expected = "issued without a grant")]
fn a_certificate_of_what_hands_nothing_over_is_noticed() {
    let mut life = Life::of(plain(Act::Application)).until(StateName::Decided);
    life.record(issued(&life, 1));
    nothing_is_issued_without_the_fee_settled(&life);
}

#[test]
#[should_panic(expected = "issued 2 times upon 1 decisions")]
fn a_second_certificate_is_noticed() {
    let mut life = Life::of(certificate()).until(StateName::Issued);
    life.record(issued(&life, 1));
    at_most_one_certificate_is_issued(&life);
}

#[test]
#[should_panic(expected = "9 copies")]
fn more_copies_than_were_asked_for_are_noticed() {
    let mut life = Life::of(certificate()).until(StateName::Decided);
    life.record(issued(&life, 9));
    at_most_one_certificate_is_issued(&life);
}

#[test]
#[should_panic(expected = "Filing ended with")]
fn a_refused_filing_is_noticed() {
    an_outcome_is_of_its_act(&at(plain(Act::Filing), StateName::UnderReview, refused(None)));
}

#[test]
#[should_panic(expected = "the words of a reason are kept")]
fn a_reason_whose_words_are_lost_is_noticed() {
    let remedy = Some(Remedy::STATUTORY);
    refusals_carry_reasons(&at(plain(Act::Request), StateName::UnderReview, refused(remedy)));
}

#[test]
#[should_panic(expected = "the remedy")]
fn a_refusal_that_hides_the_remedy_is_noticed() {
    the_remedy_is_that_of_the_terms(&at(plain(Act::Request), StateName::UnderReview, refused(None)));
}

#[test]
#[should_panic(expected = "after the end")]
fn what_happens_after_the_end_is_noticed() {
    nothing_happens_after_the_end(&at(plain(Act::Filing), StateName::Closed, told()));
}

#[test]
#[should_panic(expected = "nothing is left to do")]
fn a_case_that_lingers_is_noticed() {
    a_case_without_debts_has_ended(&at(plain(Act::Filing), StateName::Decided, told()));
}

#[test]
#[should_panic(expected = "a step that goes on")]
fn a_case_that_cannot_end_is_noticed() {
    let whole = Life::of(plain(Act::Filing)).until(StateName::Received);
    let mut life = Life::of(plain(Act::Filing));
    life.record(whole.history()[0].event.clone());
    every_case_can_still_end(&life);
}

#[test]
#[should_panic(expected = "a document is missing")]
fn a_lost_document_is_noticed() {
    let paid = FeePaid {
        yen: Yen(1),
        channel: PaymentChannel::Counter,
        reference: nowhere(),
        by: None,
        surplus: false,
        repays: None,
    };
    every_document_is_kept(&at(certificate(), StateName::Decided, Event::FeePaid(paid)));
}

/// Wherever in its event it stands: here the fields of the form.
#[test]
#[should_panic(expected = "a document is missing")]
fn lost_fields_of_a_form_are_noticed() {
    let mut life = Life::of(plain(Act::Filing)).until(StateName::Received);
    every_document_is_kept(&life);
    let Event::Submitted(mut submitted) = life.history()[0].event.clone() else { unreachable!() };
    submitted.schema = Some(Box::new(nowhere()));
    life.record(Event::Submitted(submitted));
    every_document_is_kept(&life);
}

#[test]
#[should_panic(expected = "where it can never be erased")]
fn a_word_of_a_person_in_an_event_is_noticed() {
    let mut life = Life::of(certificate()).until(StateName::Decided);
    let reference = Bytes::from("kono-hanako");
    let made = PaymentMade { yen: Yen(1), channel: PaymentChannel::Invoice, reference };
    let command = Command::RecordPayment(made);
    assert!(life.ask(&Step::new(Actor::System, command)).is_err(), "another amount");
    let basis = FeeBasis::Officer { by: StaffId::new("kono-hanako").unwrap() };
    life.record(Event::FeeAssessed(FeeAssessed { yen: Yen(1), basis }));
    no_event_or_answer_speaks_of_a_person(&life);
}

#[test]
fn a_lawful_case_is_left_in_peace() {
    hold(&Life::of(certificate()).until(StateName::Closed));
    hold(&Life::of(plain(Act::Filing)));
}
