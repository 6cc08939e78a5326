//! Procedures at different points on the axes, each lived from its arrival to its end.

use expect_test::expect;
use shinsei_conformance::life::Life;
use shinsei_core::actor::Actor;
use shinsei_core::command::{ApplicationFinding, Command, FilingFinding, Finding, Review};
use shinsei_core::event::PaymentChannel;

use crate::kit::{
    assess, because, check_life, confirmed, deliver, granted, issue, notice_delivered, pay, pay_by, review,
    submit,
};
use crate::points::{
    barber_shop, copy_of_residence, death_of_a_dog, founding_of_a_company, paving_of_a_private_road,
    request_with_an_invoice, restaurant, use_of_a_road, vehicle_tax_certificate,
};

fn inspected_today(life: &Life, finding: Finding) -> Command {
    Command::Review(Review { finding, inspected_on: Some(life.now().date_jst()) })
}

fn by_invoice(yen: u32) -> Command {
    pay_by(PaymentChannel::Invoice, yen)
}

#[test]
fn a_filing_without_anything_ends_with_its_result() {
    let life = Life::of(death_of_a_dog());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), confirmed()),
        (Actor::System, notice_delivered()),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Filing":"Confirmed"}}
            TellResult
                ResultTold {"how":"Notice"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_filing_with_a_fee_an_inspection_and_a_document_goes_the_whole_road() {
    let life = Life::of(barber_shop());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.clerk(), pay(16_000)),
        (life.officer(), Command::StartReview),
        (life.officer(), inspected_today(&life, Finding::Filing(FilingFinding::Confirmed))),
        (Actor::System, notice_delivered()),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"EI-003","quantity":1,"terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
                FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":16000}
            RecordPayment
                FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":16000}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","inspected_on":"2026-05-07","outcome":{"Filing":"Confirmed"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_free_certificate_goes_to_the_hand_over_without_a_payment() {
    let life = Life::of(vehicle_tax_certificate());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"ZE-003","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_filing_for_companies_is_signed_by_the_commercial_registration() {
    let life = Life::of(founding_of_a_company());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), confirmed()),
        (Actor::System, notice_delivered()),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"ZE-008","quantity":1,"terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"CommercialRegistration","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Filing":"Confirmed"}}
            TellResult
                ResultTold {"how":"Notice"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_certificate_is_paid_for_and_fetched_at_the_counter() {
    let life = Life::of(copy_of_residence());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.clerk(), pay(300)),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"JU-001","quantity":1,"terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
                FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":300}
            TellResult
                ResultTold {"how":"Notice"}
            RecordPayment
                FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":300}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_permit_whose_fee_an_officer_assesses_before_the_review_is_paid_first() {
    let life = Life::of(restaurant());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), assess(17_500)),
        (life.clerk(), pay(17_500)),
        (life.officer(), Command::StartReview),
        (life.officer(), inspected_today(&life, Finding::Application(ApplicationFinding::Granted))),
        (Actor::System, notice_delivered()),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"EI-001","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            AssessFee
                FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":17500}
            RecordPayment
                FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":17500}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","inspected_on":"2026-05-07","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_permit_whose_fee_comes_after_the_decision_is_invoiced_before_the_hand_over() {
    let life = Life::of(use_of_a_road());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.officer(), assess(1_800)),
        (Actor::System, by_invoice(1_800)),
        (life.officer(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"KE-001","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            AssessFee
                FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":1800}
            RecordPayment
                FeePaid {"channel":"Invoice","reference":"document payment-reference","yen":1800}
            IssueCertificate
                CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_request_with_nothing_to_hand_over_ends_when_its_invoice_is_paid() {
    let life = Life::of(request_with_an_invoice());
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.officer(), assess(450)),
        (Actor::System, by_invoice(450)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"JO-001","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            AssessFee
                FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":450}
            RecordPayment
                FeePaid {"channel":"Invoice","reference":"document payment-reference","yen":450}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn an_application_under_a_guideline_is_refused_without_a_remedy_and_ends_with_its_document() {
    let life = Life::of(paving_of_a_private_road());
    let refused = Finding::Application(ApplicationFinding::Refused(because("要件に当たらない")));
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), review(refused)),
        (Actor::System, notice_delivered()),
        (life.clerk(), deliver()),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"KE-005","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":null}}}}
            TellResult
                ResultTold {"how":"Notice"}
            DeliverDocument
                DocumentDelivered {"by":"s-107","document":"document official-document","remedy":null,"seal":"Paper","way":{"Post":{}}}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}
