//! Histories that break a law after the decision, or after the end.

use shinsei_core::command::{ApplicationFinding, Finding, Review, StatedReason};
use shinsei_core::event::{
    CertificateReissued, CloseReason, Closed, Disposed, DocumentPublished, RefundGround, Refunded,
    ReissueCause, ReissueFee, Reopened, ReopeningGround, Seal, Withdrawn,
};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::procedure::RefundRule;
use shinsei_core::record::Number;
use shinsei_core::retention::Retention;
use shinsei_core::time::FiscalYear;

use super::*;

fn kept() -> Procedure {
    let mut procedure = certificate();
    procedure.terms.retention = Retention::Years(1);
    procedure
}

fn paid(yen: u32) -> Event {
    let (channel, reference) = (PaymentChannel::Counter, nowhere());
    Event::FeePaid(FeePaid { yen: Yen(yen), channel, reference, by: None, surplus: false, repays: None })
}

fn closed() -> Event {
    Event::Closed(Closed { reason: CloseReason::Completed, retention: None })
}

#[test]
#[should_panic(expected = "a decision was withdrawn")]
fn a_decision_that_is_withdrawn_is_noticed() {
    let withdrawn = Event::Withdrawn(Withdrawn { by: None });
    what_is_decided_is_not_withdrawn(&at(certificate(), StateName::Decided, withdrawn));
}

#[test]
#[should_panic(expected = "retention")]
fn an_end_without_the_retention_of_the_terms_is_noticed() {
    a_case_is_kept_as_its_terms_say(&at(kept(), StateName::Decided, closed()));
}

#[test]
#[should_panic(expected = "disposed of before its time")]
fn an_early_disposal_is_noticed() {
    let disposed = Event::Disposed(Disposed { by: by() });
    nothing_is_disposed_of_before_its_time(&at(kept(), StateName::Closed, disposed));
}

#[test]
#[should_panic(expected = "what is kept for good is not disposed of")]
fn a_disposal_of_what_is_kept_for_good_is_noticed() {
    let disposed = Event::Disposed(Disposed { by: by() });
    nothing_is_disposed_of_before_its_time(&at(certificate(), StateName::Closed, disposed));
}

#[test]
#[should_panic(expected = "who reviews approved the reopening")]
fn a_reopening_by_one_person_alone_is_noticed() {
    let reopened = Event::Reopened(Reopened { ground: ReopeningGround::OwnError, by: by(), approver: by() });
    whoever_reopens_is_not_alone(&at(certificate(), StateName::Closed, reopened));
}

#[test]
#[should_panic(expected = "more was given back than was paid")]
fn a_refund_of_more_than_was_paid_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.refund = RefundRule::MayorsDiscretion;
    let refunded = Refunded { payment: 1, yen: Yen(301), ground: RefundGround::MayorsDiscretion, by: by() };
    no_more_is_given_back_than_was_paid(&at(procedure, StateName::Closed, Event::Refunded(refunded)));
}

#[test]
#[should_panic(expected = "given back against the terms")]
fn a_refund_against_the_terms_is_noticed() {
    let refunded = Refunded { payment: 1, yen: Yen(1), ground: RefundGround::NotAccepted, by: by() };
    no_more_is_given_back_than_was_paid(&at(certificate(), StateName::Closed, Event::Refunded(refunded)));
}

/// Of a fee that is due as one that goes back, of one that is settled as one that counts, and disposed of without giving it back.
#[test]
fn money_that_is_recorded_for_what_it_is_not_is_noticed() {
    let surplus = |event| match event {
        Event::FeePaid(paid) => Event::FeePaid(FeePaid { surplus: true, ..paid }),
        other => other,
    };
    let breaks = |life: &Life| broken(life).contains(&"what_was_not_owed_is_kept_for_nobody");
    assert!(breaks(&at(certificate(), StateName::Decided, surplus(paid(300)))));
    assert!(breaks(&at(certificate(), StateName::Issued, paid(300))));
    let mut life = at(certificate(), StateName::Closed, surplus(paid(300)));
    assert!(!breaks(&life));
    life.record(Event::Disposed(Disposed { by: by() }));
    assert!(breaks(&life));
}

/// Of what is owed for no refund, and of what was given back twice once the case has forgotten it.
#[test]
fn money_that_makes_good_what_was_not_given_back_twice_is_noticed() {
    let repays = Event::FeePaid(FeePaid {
        yen: Yen(300),
        channel: PaymentChannel::Counter,
        reference: nowhere(),
        by: None,
        surplus: false,
        repays: Some(1),
    });
    let life = at(certificate(), StateName::Closed, repays);
    assert!(broken(&life).contains(&"what_was_given_back_twice_is_owed"), "{:?}", broken(&life));
}

#[test]
#[should_panic(expected = "a payment was recorded twice")]
fn a_payment_that_counts_twice_is_noticed() {
    let mut life = at(certificate(), StateName::Decided, paid(300));
    life.record(paid(300));
    a_payment_counts_once(&life);
}

#[test]
#[should_panic(expected = "ended without the document")]
fn a_refusal_that_ends_with_a_mail_is_noticed() {
    let mut life = at(plain(Act::Request), StateName::UnderReview, refused(Some(Remedy::STATUTORY)));
    life.record(told());
    life.record(closed());
    what_is_adverse_is_delivered_with_its_reasons(&life);
}

#[test]
#[should_panic(expected = "published without consent")]
fn a_document_for_who_did_not_agree_is_noticed() {
    let published = DocumentPublished {
        publication: 1,
        document: nowhere(),
        seal: Seal::None,
        remedy: None,
        expires_on: Life::of(certificate()).now().date_jst(),
        by: by(),
    };
    let life = at(certificate(), StateName::Decided, Event::DocumentPublished(published));
    nothing_goes_electronically_without_consent(&life);
}

#[test]
fn a_refusal_under_a_guideline_that_ends_with_a_mail_is_noticed() {
    let mut procedure = plain(Act::Request);
    procedure.terms.remedy = None;
    let mut life = Life::of(procedure).until(StateName::UnderReview);
    let reasons = NonEmpty::one(StatedReason {
        code: ReasonCode::new("R-01").unwrap(),
        text: "要件に当たらない".into(),
    });
    let finding = Finding::Application(ApplicationFinding::Refused(reasons));
    let refused = Command::Review(Review { finding, inspected_on: None });
    life.ask(&Step::new(life.officer(), refused)).unwrap();
    life.record(told());
    life.record(closed());
    assert_eq!(broken(&life), ["what_is_adverse_is_delivered_with_its_reasons"]);
}

#[test]
fn two_certificates_in_force_are_noticed() {
    let mut life = Life::of(certificate()).until(StateName::Closed);
    let receipt = life.state().receipt().unwrap().receipt;
    let series = ReceiptNumber::series(FiscalYear::from_reiwa(7).unwrap()).unwrap();
    let another = ReceiptNumber::from_drawn(receipt.municipality(), &Number { series, value: 1 }).unwrap();
    let serial = CertificateSerial { receipt, ordinal: 2 };
    // In the place of a certificate of another case: that of this one stays in force.
    let of = CertificateSerial { receipt: another, ordinal: 1 };
    let (cause, fee) = (ReissueCause::Lost, ReissueFee::Free);
    let reissued = CertificateReissued { serial, of, cause, copies: 1, fee, by: by() };
    life.record(Event::CertificateReissued(reissued));
    assert_eq!(broken(&life), ["no_certificate_outlives_its_grant"]);
}

#[test]
#[should_panic(expected = "takes the place of an earlier one")]
fn a_certificate_that_takes_its_own_place_is_noticed() {
    let life = Life::of(certificate()).until(StateName::Closed);
    let serial = CertificateSerial { receipt: life.state().receipt().unwrap().receipt, ordinal: 1 };
    let (cause, fee) = (ReissueCause::Lost, ReissueFee::Free);
    let reissued = CertificateReissued { serial, of: serial, cause, copies: 1, fee, by: by() };
    every_reissue_takes_the_place_of_one(&at(
        certificate(),
        StateName::Closed,
        Event::CertificateReissued(reissued),
    ));
}
