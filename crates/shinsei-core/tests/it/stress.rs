//! The rows of the sample catalog that bend the axes, each lived from its arrival to its end as the catalog has it.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::command::{
    ApplicationFinding, Command, DocumentWritten, FilingFinding, Finding, Review, SealPut, StatedReason,
};
use shinsei_core::event::{CloseReason, PaymentChannel};
use shinsei_core::ids::{DivisionId, ReasonCode};
use shinsei_core::procedure::Visit;
use shinsei_core::procedure::stream::IntakePeriod;
use shinsei_core::rejection::Rejection;
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::kit::{
    assess, because, check_life, confirmed, deliver, granted, issue, notice_delivered, on, pay, pay_by,
    review, said, sample, submit,
};

/// A case of the sample's procedure that nobody has submitted yet, on Thursday 7 May 2026.
fn row(id: &str) -> Life {
    Life::of(sample(id))
}

fn inspected_today(life: &Life, finding: Finding) -> Command {
    Command::Review(Review { finding, inspected_on: Some(life.now().date_jst()) })
}

/// 道路占用許可: the price of the table times the object, by invoice after the decision, never given back.
#[test]
fn ke_001_a_permit_is_handed_over_against_its_invoice_and_ends_when_that_is_paid() {
    let life = row("KE-001");
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.officer(), assess(5_400)),
        (life.officer(), Command::IssueFeeNotice { numbers: None, due_on: on(&life, 30) }),
        (life.officer(), issue(1)),
        (Actor::System, pay_by(PaymentChannel::Invoice, 5_400)),
    ];
    // 不還付: also where the sign is taken down before the year is over.
    let paid = life.clone().run(&steps.clone().map(|(by, command)| Step::new(by, command)));
    let refund = Command::Refund { payment: 1, yen: Yen(2_700) };
    assert_eq!(said(paid.clone(), &paid.officer(), refund), "RefundExcluded");
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","attachments":["document attachment","document attachment","document attachment"],"contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"KE-001","quantity":1,"schema":"document form-fields","terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
                ClockStarted {"due":{"calendar":0,"day":"2026-05-26","ends_at":"2026-05-26T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":14,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            AssessFee
                FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":5400}
            IssueFeeNotice
                FeeNoticeIssued {"by":"s-021","due_on":"2026-06-06","notice":1,"yen":5400}
            IssueCertificate
                CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
            RecordPayment
                FeePaid {"channel":"Invoice","reference":"document payment-reference","yen":5400}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2037-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 理容所開設届: a filing with a fee at arrival, an inspection, and something to hand over.
#[test]
fn ei_003_a_filing_with_a_fee_an_inspection_and_a_document() {
    let life = row("EI-003");
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
                ClockStarted {"due":{"calendar":0,"day":"2026-05-20","ends_at":"2026-05-20T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":10,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
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
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2030-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 私道簡易舗装整備: under a guideline, refused with reasons and without a remedy, fetched electronically.
#[test]
fn ke_005_a_refusal_under_a_guideline_ends_with_being_told_and_states_no_remedy() {
    let life = row("KE-005");
    let refused = Finding::Application(ApplicationFinding::Refused(because("幅員が足りない")));
    let document = DocumentWritten { body: "整備の対象としません。".into(), seal: SealPut::None };
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), review(refused)),
        (life.officer(), Command::PublishDocument { document, expires_on: on(&life, 30) }),
        (life.applicant(), Command::FetchDocument),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"KE-005","quantity":1,"terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
                ClockStarted {"due":{"calendar":0,"day":"2026-06-06","ends_at":"2026-06-06T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":30,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":null}}}}
            PublishDocument
                DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":null,"seal":"None"}
            FetchDocument
                DocumentFetched {"publication":1}
                ResultTold {"how":"Document"}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2032-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 児童手当 多子加算の確認書: due on 16 April 2025; what comes later is taken all the same, and works from the next month on.
#[test]
fn ji_003_a_late_filing_is_received_and_confirmed_and_its_arrival_says_how_late() {
    let life = row("JI-003");
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
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"late":{"since":"2025-04-16T15:00:00Z"},"procedure":"JI-003","quantity":1,"schema":"document form-fields","terms":"those of the procedure"}
                ReceiptIssued numbered from receipt-R08
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Filing":"Confirmed"}}
            TellResult
                ResultTold {"how":"Notice"}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2030-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 飲食店営業許可: an officer asks for the fee after a first look; nothing is reviewed before it is paid.
#[test]
fn ei_001_the_review_waits_for_the_fee_and_for_the_inspection() {
    let life = row("EI-001");
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), assess(17_500)),
        (life.officer(), Command::IssueFeeNotice { numbers: None, due_on: on(&life, 14) }),
        (life.clerk(), pay(17_500)),
        (life.officer(), Command::StartReview),
        (life.officer(), inspected_today(&life, Finding::Application(ApplicationFinding::Granted))),
        (Actor::System, notice_delivered()),
        (life.officer(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"EI-001","quantity":1,"terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
                ClockStarted {"due":{"calendar":0,"day":"2026-05-26","ends_at":"2026-05-26T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":14,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
            AssessFee
                FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":17500}
            IssueFeeNotice
                FeeNoticeIssued {"by":"s-021","due_on":"2026-05-21","notice":1,"yen":17500}
            RecordPayment
                FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":17500}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","inspected_on":"2026-05-07","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2037-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 軽自動車税納税証明書(車検用): a certificate that costs nothing.
#[test]
fn ze_003_a_certificate_that_costs_nothing_is_handed_over_without_a_payment() {
    let life = row("ZE-003");
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
                ClockStarted {"due":{"calendar":0,"day":"2026-05-07","ends_at":"2026-05-07T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":1,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
            StartReview
                ReviewStarted {"by":"s-021"}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2028-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 軽自動車税減免: it is taken in a period that is announced each year; what comes before is told when it opens, what comes in it
/// is judged, and what comes later has arrived, is seen to be late, and does not fit the form (行政手続法 7条).
#[test]
fn ze_007_before_in_and_after_the_announced_period() {
    let day = |month, day| Timestamp::from_jst(2026, month, day, 0, 0).unwrap();
    let announced = vec![IntakePeriod { from: day(5, 11), until: day(6, 2) }];
    let life = row("ZE-007").with_intake(announced);
    let early = life.clone().run(&[Step::new(life.applicant(), submit(&life))]);
    assert_eq!(early.refusals()[0].1, Rejection::OutsideIntake { opens_at: Some(day(5, 11)) });
    let in_time = life.clone().at(Timestamp::from_jst(2026, 6, 1, 23, 58).unwrap());
    let in_time = in_time.run(&[Step::new(life.applicant(), submit(&life))]);
    assert_eq!(in_time.state().arrival().unwrap().late, None);
    let late = Finding::Application(ApplicationFinding::Dismissed(because("公示した期限のあとに到達した")));
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), review(late)),
        (Actor::System, notice_delivered()),
        (life.clerk(), deliver()),
    ];
    check_life(
        life.at(Timestamp::from_jst(2026, 6, 2, 9, 0).unwrap()),
        &steps,
        expect![[r#"
        Submit
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"late":{"since":"2026-06-01T15:00:00Z"},"procedure":"ZE-007","quantity":1,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-06-02T00:01:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
            ClockStarted {"due":{"calendar":0,"day":"2026-06-19","ends_at":"2026-06-19T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":14,"unit":"Day"},"start":"2026-06-02T00:01:00Z"}}
        StartReview
            ReviewStarted {"by":"s-021"}
        Review
            Reviewed {"by":"s-021","outcome":{"Application":{"Dismissed":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
        TellResult
            ResultTold {"how":"Notice"}
        DeliverDocument
            DocumentDelivered {"by":"s-107","document":"document official-document","remedy":{"review_months":3,"suit_months":6},"seal":"Paper","way":{"Post":{}}}
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2032-04-01"}}
        Closed: 手続終了
    "#]],
    );
}

fn officer_of(life: &Life, division: &str) -> Actor {
    let Actor::Officer(officer) = life.officer() else { unreachable!() };
    Actor::Officer(Staff { division: DivisionId::new(division).unwrap(), ..officer })
}

fn reason(words: &str) -> StatedReason {
    StatedReason { code: ReasonCode::new("R-01").unwrap(), text: words.into() }
}

/// 医師免許証再交付: it comes through the city, which looks at the papers and sends it on; the ministry decides.
#[test]
fn ho_004_what_comes_through_the_city_is_looked_at_sent_on_and_ends_here_undecided() {
    let life = row("HO-004");
    let papers = Command::RecordVisit { purpose: Visit::Papers, on: on(&life, 0) };
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.clerk(), papers),
        (life.officer(), Command::ForwardToAgency),
        (life.officer(), Command::Close { reason: CloseReason::Completed }),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        Submit
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"HO-004","quantity":1,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
        StartReview
            ReviewStarted {"by":"s-021"}
        RecordVisit
            VisitRecorded {"by":"s-107","on":"2026-05-07","purpose":"Papers"}
        ForwardToAgency
            Forwarded {"agency":"厚生労働省","by":"s-021"}
        Close
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2028-04-01"}}
        Closed: 手続終了
    "#]],
    );
}

/// 第一種動物取扱業登録証再交付: never the city's business; what arrives is sent on without a review.
#[test]
fn do_007_what_was_never_the_citys_has_arrived_and_is_sent_on() {
    let life = row("DO-007");
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::ForwardToAgency),
        (life.officer(), Command::Close { reason: CloseReason::Completed }),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        Submit
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"DO-007","quantity":1,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
        ForwardToAgency
            Forwarded {"agency":"北海道渡島総合振興局","by":"s-021"}
        Close
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2028-04-01"}}
        Closed: 手続終了
    "#]],
    );
}

/// 要介護認定: thirty days, an interview at home, longer with a reason and the day on which it is expected.
#[test]
fn ka_001_the_city_says_why_it_needs_longer_and_until_when() {
    let life = row("KA-001");
    let longer = Command::ExtendDeadline {
        due: on(&life, 45), reason: reason("主治医の意見書を待っている")
    };
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.clerk(), Command::RecordVisit { purpose: Visit::Interview, on: on(&life, 0) }),
        (life.officer(), longer),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.officer(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            Submit
                Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"KA-001","quantity":1,"schema":"document form-fields","terms":"those of the procedure"}
                SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
                ReceiptIssued numbered from receipt-R08
                ClockStarted {"due":{"calendar":0,"day":"2026-06-06","ends_at":"2026-06-06T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":30,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
            StartReview
                ReviewStarted {"by":"s-021"}
            RecordVisit
                VisitRecorded {"by":"s-107","on":"2026-05-07","purpose":"Interview"}
            ExtendDeadline
                DeadlineExtended {"by":"s-021","due":{"calendar":0,"day":"2026-06-21","ends_at":"2026-06-21T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":45,"unit":"Day"},"start":"2026-05-07T06:08:00Z"},"reason":{"code":"R-01","text":"document reason"}}
            Review
                Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            TellResult
                ResultTold {"how":"Notice"}
            IssueCertificate
                CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2032-04-01"}}
            Closed: 手続終了
        "#]],
    );
}

/// 教育・保育給付認定: three divisions share it by the applicant's address; number and arrival stay with the case.
#[test]
fn ji_004_the_division_of_the_applicants_address_takes_over() {
    let life = row("JI-004");
    let esan = officer_of(&life, "FUKUSHI-ESAN");
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::AssignDivision { division: DivisionId::new("FUKUSHI-ESAN").unwrap() }),
        (esan.clone(), Command::StartReview),
        (esan.clone(), granted()),
        (Actor::System, notice_delivered()),
        (esan, issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        Submit
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"JI-004","quantity":1,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
            ClockStarted {"due":{"calendar":0,"day":"2026-06-06","ends_at":"2026-06-06T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":30,"unit":"Day"},"start":"2026-05-07T06:05:00Z"}}
        AssignDivision
            DivisionAssigned {"by":"s-021","division":"FUKUSHI-ESAN"}
        StartReview
            ReviewStarted {"by":"s-021"}
        Review
            Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
        TellResult
            ResultTold {"how":"Notice"}
        IssueCertificate
            CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2032-04-01"}}
        Closed: 手続終了
    "#]],
    );
}
