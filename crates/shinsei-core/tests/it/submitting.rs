//! 申請: what must hold for an application to arrive.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step, form};
use shinsei_conformance::stamp::{StampVerifier, attached, detached};
use shinsei_core::actor::Actor;
use shinsei_core::application::{Application, FeeLedger};
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, Submit, SubmittedForm};
use shinsei_core::decider::{Decider as _, SigningRule};
use shinsei_core::ids::{ProcedureId, UserId};
use shinsei_core::procedure::{Fee, FeeTiming, Tariff};
use shinsei_core::rejection::Rejection;
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::{Timestamp, Window};
use shinsei_core::user::UserKind;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::kit::{check, form_of, submit, submit_with};
use crate::points::{
    barber_shop, copy_of_residence, death_of_a_dog, founding_of_a_company, restaurant,
    vehicle_tax_certificate,
};

fn unsigned(content: Vec<u8>) -> SubmittedForm {
    SubmittedForm::Unsigned(content.into())
}

#[test]
fn a_signed_application_arrives_is_verified_and_gets_its_number_at_once() {
    let life = Life::of(copy_of_residence());
    let command = submit(&life);
    check(
        life.clone(),
        life.applicant(),
        command,
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"JU-001","quantity":1,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"JU-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep signature: stamp:jpki:55e51b79055788ca992e9b32d38bb943119d750f3c28f99c047c78ba0ff85664
            keep contact: hanako.kono@example.jp
            keep evidence: stamp:jpki:55e51b79055788ca992e9b32d38bb943119d750f3c28f99c047c78ba0ff85664
            keep shared evidence: the office of stamps
            keep identity: {"name":"甲野 花子","address":"北海道函館市架空町一丁目2番3号"}
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn a_form_inside_its_signature_is_read_from_there() {
    let life = Life::of(copy_of_residence());
    let form = attached(CertificateKind::JpkiSigning, &form_of(&life, 2));
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Attached":"document signed-form"},"procedure":"JU-001","quantity":2,"terms":"those of the procedure"}
            SignatureVerified {"enclosed":{"Apart":"document form"},"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"JpkiSigning","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
            keep signed-form: stamp:jpki:bf079a66de55f3ee90d320978301752ce651bcf4aab54d51742f956f230973f2:{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":2,"answers":{"氏名":"甲野 花子"}}
            keep contact: hanako.kono@example.jp
            keep evidence: stamp:jpki:bf079a66de55f3ee90d320978301752ce651bcf4aab54d51742f956f230973f2:{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":2,"answers":{"氏名":"甲野 花子"}}
            keep shared evidence: the office of stamps
            keep identity: {"name":"甲野 花子","address":"北海道函館市架空町一丁目2番3号"}
            keep form: {"procedure":"JU-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":2,"answers":{"氏名":"甲野 花子"}}
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn an_exempt_filing_arrives_without_a_signature() {
    let life = Life::of(death_of_a_dog());
    let attachments = vec![Bytes::from("鑑札の写し")];
    let command = Command::Submit(Submit { attachments, ..life.submission() });
    check(
        life.clone(),
        life.applicant(),
        command,
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","attachments":["document attachment"],"contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep contact: hanako.kono@example.jp
            keep attachment: 鑑札の写し
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn a_fee_due_at_application_is_assessed_by_the_tariff_when_it_arrives() {
    let life = Life::of(barber_shop());
    let form = detached(CertificateKind::CommercialRegistration, &form_of(&life, 2));
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"EI-003","quantity":2,"terms":"those of the procedure"}
            SignatureVerified {"evidence":[{"document":"document evidence","role":"SignerCertificate"},{"document":"document evidence","role":"AuthorityCertificate"}],"identity":"document identity","judged_at":"2026-05-07T06:05:00Z","kind":"CommercialRegistration","policy":"stamp-1"}
            ReceiptIssued numbered from receipt-R08
            FeeAssessed {"basis":{"Tariff":{"quantity":2}},"yen":32000}
            keep form: {"procedure":"EI-003","applicant":"00000000-0000-0000-0000-00000000005a","quantity":2,"answers":{"氏名":"甲野 花子"}}
            keep signature: stamp:registration:4206f6d146e027e31f004f9e93e5db096f59f6643b562ac5383d23de7d7e52e3
            keep contact: hanako.kono@example.jp
            keep evidence: stamp:registration:4206f6d146e027e31f004f9e93e5db096f59f6643b562ac5383d23de7d7e52e3
            keep shared evidence: the office of stamps
            keep identity: {"name":"甲野 花子","address":"北海道函館市架空町一丁目2番3号"}
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn a_fee_that_an_officer_assesses_is_not_guessed_at_arrival() {
    let life = Life::of(restaurant());
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"EI-001","quantity":1,"terms":"those of the procedure"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"EI-001","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep contact: hanako.kono@example.jp
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn a_submission_inside_an_outage_is_refused_and_told_when_it_may_come() {
    let life = Life::of(death_of_a_dog()).at(Timestamp::from_jst(2026, 5, 8, 2, 59).unwrap());
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            refused: OutsideServiceHours { opens_at: Some(2026-05-07T19:00:00Z) }
            サービス停止時間です。2026年5月8日 4時00分から利用できます。
        "#]],
    );
}

#[test]
fn a_submission_at_the_end_of_an_outage_is_accepted_until_the_next_begins() {
    let life = Life::of(death_of_a_dog()).at(Timestamp::from_jst(2026, 5, 8, 3, 59).unwrap());
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep contact: hanako.kono@example.jp
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-08 04:00 until 2026-05-09 03:00
        "#]],
    );
}

#[test]
fn a_number_is_promised_within_its_fiscal_year_only() {
    let life = Life::of(death_of_a_dog()).at(Timestamp::from_jst(2027, 3, 31, 23, 58).unwrap());
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep contact: hanako.kono@example.jp
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2027-03-31 04:00 until 2027-04-01 00:00
        "#]],
    );
}

#[test]
fn a_year_without_numbers_takes_no_application() {
    let life = Life::of(death_of_a_dog()).at(Timestamp::from_jst(2019, 3, 31, 12, 0).unwrap());
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            refused: YearWithoutNumbers
            受付番号を発行できない年度です。
        "#]],
    );
}

#[test]
fn a_verdict_promises_no_more_than_its_certificate_is_valid() {
    let at = |hour| Timestamp::from_jst(2026, 5, 7, hour, 0).unwrap();
    let life =
        Life::of(copy_of_residence()).with_verifier(StampVerifier { valid: Window::between(at(14), at(17)) });
    let decision = life.clone().ask(&Step::new(life.applicant(), submit(&life))).ok().unwrap();
    assert_eq!(decision.window, Window::between(at(14), at(17)));
}

#[test]
fn a_case_is_opened_once() {
    let life = Life::of(death_of_a_dog()).until(shinsei_core::rejection::StateName::Received);
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            refused: CaseExists
            この申請は既に受け付けられています。
        "#]],
    );
}

#[test]
fn staff_cannot_apply_in_a_residents_place() {
    let life = Life::of(death_of_a_dog());
    check(
        life.clone(),
        life.officer(),
        submit(&life),
        expect![[r#"
            refused: NotPermitted { needed: Applicant }
            この操作をする権限がありません。
        "#]],
    );
}

#[test]
fn a_procedure_that_is_not_in_the_catalog_is_named() {
    let life = Life::of(death_of_a_dog());
    let procedure = ProcedureId::new("XX-999").unwrap();
    let command = Command::Submit(Submit { procedure, ..life.submission() });
    check(
        life.clone(),
        life.applicant(),
        command,
        expect![[r#"
            refused: ProcedureUnknown { procedure: ProcedureId("XX-999") }
            手続 XX-999 はありません。
        "#]],
    );
}

#[test]
fn who_has_not_registered_is_told_to() {
    let life = Life::of(death_of_a_dog()).with_stranger(true);
    check(
        life.clone(),
        life.applicant(),
        submit(&life),
        expect![[r#"
            refused: ApplicantNotRegistered
            はじめに利用者登録(無料)をしてください。
        "#]],
    );
}

#[test]
fn a_city_that_asks_for_no_registration_takes_a_stranger() {
    let life = Life::of(vehicle_tax_certificate()).with_stranger(false);
    assert!(life.clone().ask(&Step::new(life.applicant(), submit(&life))).is_ok());
}

#[test]
fn a_company_may_not_use_a_procedure_for_individuals_nor_the_other_way_round() {
    let kinds = [UserKind::Person, UserKind::Company];
    let procedures = [copy_of_residence(), founding_of_a_company(), death_of_a_dog()];
    let said = procedures.map(|procedure| {
        kinds.map(|kind| {
            let mut life = Life::of(procedure.clone()).with_applicant(kind);
            let step = Step::new(life.applicant(), submit(&life));
            life.ask(&step).err().map(|rejection| rejection.resident())
        })
    });
    expect![[r#"
        [
            [
                None,
                Some(
                    "この手続は個人の方が対象です。",
                ),
            ],
            [
                Some(
                    "この手続は法人が対象です。",
                ),
                None,
            ],
            [
                None,
                None,
            ],
        ]
    "#]]
    .assert_debug_eq(&said);
}

#[test]
fn an_address_that_no_mail_reaches_is_refused() {
    let long = |bytes: usize| format!("{}@example.jp", "a".repeat(bytes - "@example.jp".len()));
    let said = |contact: &[u8]| {
        let mut life = Life::of(death_of_a_dog());
        let command = Command::Submit(Submit { contact: contact.into(), ..life.submission() });
        let step = Step::new(life.applicant(), command);
        life.ask(&step).err()
    };
    for usable in ["a@b", "kono.hanako@example.jp", "甲野@example.jp", &long(254)] {
        assert_eq!(said(usable.as_bytes()), None, "{usable}");
    }
    let too_long = long(255);
    let unusable: [&[u8]; 10] = [
        b"",
        b"ab",
        b"kono.example.jp",
        b"@example.jp",
        b"kono@",
        b"ko no@example.jp",
        b"kono@example.jp\r\nBcc:all",
        b"kono@example.jp\0",
        b"kono\xff@example.jp",
        too_long.as_bytes(),
    ];
    for contact in unusable {
        assert_eq!(said(contact), Some(Rejection::ContactUnusable), "{}", String::from_utf8_lossy(contact));
    }
}

#[test]
fn a_required_signature_cannot_be_left_out() {
    let life = Life::of(barber_shop());
    let form = unsigned(form_of(&life, 1));
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            refused: SignatureRequired { accepted: [JpkiSigning, CommercialRegistration] }
            この手続には電子署名が必要です。
        "#]],
    );
}

#[test]
fn a_signature_over_other_bytes_is_worth_nothing() {
    let life = Life::of(copy_of_residence());
    let SubmittedForm::Detached { signature, .. } =
        detached(CertificateKind::JpkiSigning, &form_of(&life, 1))
    else {
        unreachable!("a detached stamp")
    };
    let form = SubmittedForm::Detached { content: form_of(&life, 9).into(), signature };
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            refused: SignatureInvalid(SignatureDefect { code: "stamp-of-other-bytes", resident: "署名の後に申請書が変わっています。", operator: "the stamp is of other bytes" })
            署名の後に申請書が変わっています。
        "#]],
    );
}

#[test]
fn a_signature_that_nobody_judges_hides_no_form() {
    let life = Life::of(death_of_a_dog());
    let form = attached(CertificateKind::JpkiSigning, &form_of(&life, 1));
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            refused: FormUnreadable(Sealed)
            この手続に電子署名は不要です。申請書をそのまま送信してください。
        "#]],
    );
}

#[test]
fn a_signature_that_is_not_needed_is_kept_and_not_judged() {
    let life = Life::of(death_of_a_dog());
    let form = detached(CertificateKind::JpkiSigning, &form_of(&life, 1));
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Detached":{"content":"document form","signature":"document signature"}},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
            ReceiptIssued numbered from receipt-R08
            keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"氏名":"甲野 花子"}}
            keep signature: stamp:jpki:affa576983eaeeb6e694f3ed6be1769c697235ebb4752d566948f3ac9f30e53d
            keep contact: hanako.kono@example.jp
            schedule receipt-notice at once in Notice: receipt-notice
            holds from 2026-05-07 04:00 until 2026-05-08 03:00
        "#]],
    );
}

#[test]
fn a_form_that_cannot_be_read_says_where() {
    let life = Life::of(death_of_a_dog());
    let form = unsigned(b"{\n  \"procedure\": 6".to_vec());
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, form),
        expect![[r#"
            refused: FormUnreadable(Unreadable { line: 2, column: 16 })
            申請書の内容を読み取れません。様式を確認してください。
        "#]],
    );
}

#[test]
fn a_form_of_another_procedure_is_not_taken_for_this_one() {
    let life = Life::of(death_of_a_dog());
    let other = form(&restaurant(), life.applicant_id(), 1, "{}");
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, unsigned(other)),
        expect![[r#"
            refused: FormOfOtherProcedure { stated: ProcedureId("EI-001") }
            別の手続の申請書です。手続を確認してください。
        "#]],
    );
}

#[test]
fn a_form_of_another_applicant_is_not_taken_for_ones_own() {
    let life = Life::of(death_of_a_dog());
    let other = form(life.procedure(), UserId(Uuid::from_u128(2)), 1, "{}");
    check(
        life.clone(),
        life.applicant(),
        submit_with(&life, unsigned(other)),
        expect![[r#"
            refused: FormOfOtherApplicant
            申請者が利用者登録と異なります。
        "#]],
    );
    let stranger = Actor::Applicant { user: UserId(Uuid::from_u128(2)) };
    check(
        life.clone(),
        stranger,
        submit(&life),
        expect![[r#"
            refused: FormOfOtherApplicant
            申請者が利用者登録と異なります。
        "#]],
    );
}

#[test]
fn an_amount_too_large_to_be_written_is_left_to_an_officer() {
    let mut procedure = barber_shop();
    let tariff = Tariff::Each { yen: Yen(u32::MAX), unit: "件".to_owned() };
    procedure.terms.fee = Fee::Due { tariff, timing: FeeTiming::AtApplication };
    let life = Life::of(procedure);
    let form = detached(CertificateKind::JpkiSigning, &form_of(&life, 2));
    let submitted = life.clone().run(&[Step::new(life.applicant(), submit_with(&life, form))]);
    assert_eq!(submitted.state().arrival().map(|arrived| arrived.fee), Some(FeeLedger::Unassessed));
}

#[test]
fn a_submission_is_decided_with_its_procedure_its_applicant_and_its_signature() {
    let life = Life::of(copy_of_residence());
    let submit = submit(&life);
    let needs = Application::Absent.needs(&submit);
    let Command::Submit(submission) = &submit else { unreachable!() };
    assert_eq!(needs.procedure, Some(&submission.procedure));
    let signing = needs.signed.unwrap();
    assert!(needs.applicant && Some(signing.signed) == submission.form.signed());
    assert!(matches!(signing.rule, SigningRule::EditionInForce));
    let needs = Application::Absent.needs(&Command::StartReview);
    assert!(needs.procedure.is_none() && !needs.applicant && needs.signed.is_none());
}
