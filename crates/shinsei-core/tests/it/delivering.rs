//! 公文書: published for who agreed, fetched in time, or delivered on paper; reasons and remedy stand in it.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::{ApplicationFinding, Command, DocumentWritten, Finding, PaperDelivery, SealPut};
use shinsei_core::deadline::Deadline;
use shinsei_core::procedure::{ConsentRule, Fee, FeeTiming, Procedure, Tariff};
use shinsei_core::rejection::StateName::{Closed, Decided, UnderReview};

use crate::kit::{
    assess, because, case, check, check_life, deliver, notice_delivered, on, review, said, written,
};
use crate::points::{copy_of_residence, electronic_permit, paving_of_a_private_road};

fn agree(agrees: bool) -> Command {
    Command::ChooseElectronicDelivery { agrees }
}

fn publish(life: &Life) -> Command {
    let seal = SealPut::Electronic { signature: "官職の署名".into() };
    let document = DocumentWritten { body: "次のとおり決定しました。".into(), seal };
    Command::PublishDocument { document, expires_on: on(life, 30) }
}

fn expired(publication: u32) -> Command {
    Command::PassDeadline(Deadline::FetchExpiry { publication })
}

fn with(mut procedure: Procedure, consent: ConsentRule) -> Procedure {
    procedure.terms.consent = Some(consent);
    procedure
}

fn granted() -> Life {
    case(with(electronic_permit(), ConsentRule::WithApplication), Decided)
}

fn refused(procedure: Procedure) -> Life {
    let life = case(procedure, UnderReview);
    let refused = Finding::Application(ApplicationFinding::Refused(because("周辺の生活環境を害する")));
    life.clone().run(&[Step::new(life.officer(), review(refused))])
}

#[test]
fn a_permit_is_fetched_electronically_and_that_is_its_hand_over() {
    let life = granted();
    let steps = [
        (life.officer(), publish(&life)),
        (Actor::System, notice_delivered()),
        (life.applicant(), Command::FetchDocument),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            PublishDocument
                DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":null,"seal":{"Electronic":{"signature":"document seal"}}}
            TellResult
                ResultTold {"how":"Notice"}
            FetchDocument
                DocumentFetched {"publication":1}
                CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn publishing_schedules_the_mail_and_the_last_day() {
    let life = granted();
    check(
        life.clone(),
        life.officer(),
        publish(&life),
        expect![[r#"
            DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":null,"seal":{"Electronic":{"signature":"document seal"}}}
            keep official-document: 次のとおり決定しました。
            keep seal: 官職の署名
            schedule publication-notice/1 at once in Notice: publication-notice/1
            schedule fetch-expiry/1 at 2026-06-07 00:00 in Deadline: fetch-expiry/1
            holds from ever until 2026-06-07 00:00
        "#]],
    );
    let published = life.clone().run(&[Step::new(life.officer(), publish(&life))]);
    assert_eq!(said(published, &life.officer(), publish(&life)), "AlreadyPublished");
    let Command::PublishDocument { document, .. } = publish(&life) else { unreachable!() };
    let late = Command::PublishDocument { document, expires_on: on(&life, 0).pred_opt().unwrap() };
    assert_eq!(said(life.clone(), &life.officer(), late), "LastDayHasPassed { day: 2026-05-06 }");
    assert_eq!(said(life.clone(), &life.clerk(), publish(&life)), "NotPermitted { needed: Officer }");
    let on_paper =
        Command::PublishDocument { document: written("許可します。"), expires_on: on(&life, 30) };
    assert_eq!(said(life.clone(), &life.officer(), on_paper), "SealUnfit");
    let signed = DocumentWritten { body: "x".into(), seal: SealPut::Electronic { signature: "x".into() } };
    let by_hand = Command::DeliverDocument { document: signed, way: PaperDelivery::Counter };
    assert_eq!(said(life.clone(), &life.officer(), by_hand), "SealUnfit");
}

#[test]
fn nothing_is_published_before_the_fee_clears_it_nor_where_nothing_is_handed_over() {
    let mut procedure = with(electronic_permit(), ConsentRule::WithApplication);
    procedure.terms.fee = Fee::Due { tariff: Tariff::Assessed, timing: FeeTiming::AfterDecision };
    let life = case(procedure, Decided);
    assert_eq!(said(life.clone(), &life.officer(), publish(&life)), "FeeUnsettled");
    let assessed = life.clone().run(&[Step::new(life.officer(), assess(450))]);
    assert_eq!(said(assessed.clone(), &life.officer(), publish(&life)), "FeeNotNotified");
    let invoice = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 30) };
    let asked = assessed.run(&[Step::new(life.officer(), invoice)]);
    assert_eq!(said(asked, &life.officer(), publish(&life)), "yes");
    let nothing = case(with(paving_of_a_private_road(), ConsentRule::WithApplication), Decided);
    assert_eq!(said(nothing.clone(), &nothing.officer(), publish(&nothing)), "NothingToIssue");
}

#[test]
fn a_mail_is_no_delivery() {
    let life = refused(with(electronic_permit(), ConsentRule::WithApplication));
    let steps = [
        (Actor::System, notice_delivered()),
        (life.officer(), publish(&life)),
        (life.applicant(), Command::FetchDocument),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            TellResult
                ResultTold {"how":"Notice"}
            PublishDocument
                DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":{"review_months":3,"suit_months":6},"seal":{"Electronic":{"signature":"document seal"}}}
            FetchDocument
                DocumentFetched {"publication":1}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}

#[test]
fn a_refusal_that_is_fetched_states_its_reasons_and_the_remedy() {
    let life = refused(with(electronic_permit(), ConsentRule::WithApplication));
    check(
        life.clone(),
        life.officer(),
        publish(&life),
        expect![[r#"
            DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":{"review_months":3,"suit_months":6},"seal":{"Electronic":{"signature":"document seal"}}}
            keep official-document: 次のとおり決定しました。

            理由
            1 周辺の生活環境を害する

            教示
            1 この処分に不服がある場合は、処分があったことを知った日の翌日から起算して3か月以内に、市長に対して審査請求をすることができます。ただし、処分があった日の翌日から起算して1年を経過したときは、審査請求をすることができません。
            2 処分の取消しの訴えは、処分があったことを知った日の翌日から起算して6か月以内に、市を被告として(訴訟において市を代表する者は市長です。)提起することができます。ただし、処分があった日の翌日から起算して1年を経過したときは、提起することができません。
            3 審査請求をした場合は、その裁決があったことを知った日の翌日から起算して6か月以内に提起することができます。

            keep seal: 官職の署名
            schedule publication-notice/1 at once in Notice: publication-notice/1
            schedule fetch-expiry/1 at 2026-06-07 00:00 in Deadline: fetch-expiry/1
            holds from ever until 2026-06-07 00:00
        "#]],
    );
}

#[test]
fn a_refusal_under_a_guideline_states_reasons_and_no_remedy() {
    let life = refused(paving_of_a_private_road());
    check(
        life.clone(),
        life.clerk(),
        deliver(),
        expect![[r#"
        DocumentDelivered {"by":"s-107","document":"document official-document","remedy":null,"seal":"Paper","way":{"Post":{}}}
        ResultTold {"by":"s-107","how":"Document"}
        Closed {"reason":"Completed"}
        keep official-document: 次のとおり決定しました。

        理由
        1 周辺の生活環境を害する

    "#]],
    );
}

#[test]
fn nothing_is_published_for_who_did_not_agree() {
    let life = case(with(electronic_permit(), ConsentRule::Separate), Decided);
    check(
        life.clone(),
        life.officer(),
        publish(&life),
        expect![[r#"
        refused: ConsentMissing
        電子交付への同意がありません。
    "#]],
    );
    let agreed = life.clone().run(&[Step::new(life.applicant(), agree(true))]);
    assert_eq!(said(agreed.clone(), &life.officer(), publish(&life)), "yes");
    assert_eq!(said(agreed.clone(), &life.applicant(), agree(true)), "AlreadyChosen");
    let revoked = agreed.run(&[Step::new(life.applicant(), agree(false))]);
    assert_eq!(said(revoked, &life.officer(), publish(&life)), "ConsentMissing");
    let on_paper_only = case(copy_of_residence(), Decided);
    assert_eq!(
        said(on_paper_only.clone(), &on_paper_only.applicant(), agree(true)),
        "ElectronicDeliveryExcluded"
    );
    let with_it = granted();
    assert_eq!(said(with_it.clone(), &with_it.applicant(), agree(false)), "yes");
    check(
        life.clone(),
        life.clerk(),
        agree(true),
        expect![[r#"
        ElectronicDeliveryAgreed {"by":"s-107"}
    "#]],
    );
}

#[test]
fn what_nobody_fetches_in_time_goes_on_paper() {
    let life = refused(with(electronic_permit(), ConsentRule::WithApplication));
    let published = life.clone().run(&[Step::new(life.officer(), publish(&life))]);
    let midnight = shinsei_core::time::Timestamp::from_jst(2026, 6, 7, 0, 0).unwrap();
    let before = published.clone().at(midnight.saturating_add_micros(-60_000_001));
    assert_eq!(
        said(before.clone(), &Actor::System, expired(1)),
        "DeadlineNotReached { at: 2026-06-06T15:00:00Z }"
    );
    assert_eq!(said(before, &life.applicant(), Command::FetchDocument), "yes");
    let after = published.at(midnight);
    assert_eq!(said(after.clone(), &life.applicant(), Command::FetchDocument), "NothingToFetch");
    check(
        after.clone(),
        Actor::System,
        expired(1),
        expect![[r#"
        FetchExpired {"publication":1}
        holds from 2026-06-07 00:00 until ever
    "#]],
    );
    let steps = [(Actor::System, expired(1)), (life.clerk(), deliver())];
    let gone = after.clone().run(&[Step::new(Actor::System, expired(1))]);
    assert_eq!(said(gone, &Actor::System, expired(1)), "DeadlineMoot");
    check_life(
        after,
        &steps,
        expect![[r#"
        PassDeadline
            FetchExpired {"publication":1}
        DeliverDocument
            DocumentDelivered {"by":"s-107","document":"document official-document","remedy":{"review_months":3,"suit_months":6},"seal":"Paper","way":{"Post":{}}}
            ResultTold {"by":"s-107","how":"Document"}
            Closed {"reason":"Completed"}
        Closed: 手続終了
    "#]],
    );
}

#[test]
fn a_document_on_paper_is_sent_once_and_tells_the_result() {
    let life = refused(copy_of_residence());
    let sent = Command::DeliverDocument {
        document: DocumentWritten {
            body: "交付しないことに決定しました。".into(), seal: SealPut::Paper
        },
        way: PaperDelivery::Post { tracking: Some("書留 123-45".into()) },
    };
    check(
        life.clone(),
        life.clerk(),
        sent.clone(),
        expect![[r#"
            DocumentDelivered {"by":"s-107","document":"document official-document","remedy":{"review_months":3,"suit_months":6},"seal":"Paper","way":{"Post":{"tracking":"document tracking"}}}
            ResultTold {"by":"s-107","how":"Document"}
            Closed {"reason":"Completed"}
            keep official-document: 交付しないことに決定しました。

            理由
            1 周辺の生活環境を害する

            教示
            1 この処分に不服がある場合は、処分があったことを知った日の翌日から起算して3か月以内に、市長に対して審査請求をすることができます。ただし、処分があった日の翌日から起算して1年を経過したときは、審査請求をすることができません。
            2 処分の取消しの訴えは、処分があったことを知った日の翌日から起算して6か月以内に、市を被告として(訴訟において市を代表する者は市長です。)提起することができます。ただし、処分があった日の翌日から起算して1年を経過したときは、提起することができません。
            3 審査請求をした場合は、その裁決があったことを知った日の翌日から起算して6か月以内に提起することができます。

            keep tracking: 書留 123-45
        "#]],
    );
    let told = life.clone().run(&[Step::new(Actor::System, notice_delivered())]);
    let by_hand =
        Command::DeliverDocument { document: written("交付しません。"), way: PaperDelivery::Counter };
    let delivered = told.clone().run(&[Step::new(life.clerk(), by_hand)]);
    assert_eq!(delivered.state().name(), Closed);
    let mute = Command::DeliverDocument { document: written(" "), way: PaperDelivery::Counter };
    assert_eq!(said(told, &life.clerk(), mute), "WordsMissing");
    let favourable = case(copy_of_residence(), Decided);
    let twice = favourable.clone().run(&[Step::new(life.clerk(), deliver())]);
    assert_eq!(said(twice, &life.clerk(), deliver()), "AlreadyDelivered");
}

#[test]
fn a_document_is_fetched_by_the_applicant_alone() {
    let life = granted();
    let published = life.clone().run(&[Step::new(life.officer(), publish(&life))]);
    let other = Actor::Applicant { user: shinsei_core::ids::UserId(uuid::Uuid::from_u128(7)) };
    assert_eq!(said(published.clone(), &other, Command::FetchDocument), "OtherApplicant");
    assert_eq!(
        said(published, &life.officer(), Command::FetchDocument),
        "NotPermitted { needed: Applicant }"
    );
    assert_eq!(said(life.clone(), &life.applicant(), Command::FetchDocument), "NothingToFetch");
}

#[test]
fn a_revocation_after_the_end_is_delivered_as_well() {
    let life = case(copy_of_residence(), Closed);
    let revoke = Command::RevokeDecision { reasons: because("偽りの申請による"), approver: None };
    check_life(
        life.clone(),
        &[(life.officer(), revoke), (life.clerk(), deliver())],
        expect![[r#"
        RevokeDecision
            DecisionRevoked {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}
        DeliverDocument
            DocumentDelivered {"by":"s-107","document":"document official-document","remedy":{"review_months":3,"suit_months":6},"seal":"Paper","way":{"Post":{}}}
        Closed: 手続終了
    "#]],
    );
    let closed = said(life.clone(), &life.clerk(), deliver());
    assert_eq!(closed, "WrongState { needed: Decided, actual: Closed }");
}

/// What was published says what was decided then: once that is another, nobody fetches it.
#[test]
fn what_is_ruled_anew_takes_back_what_can_be_fetched() {
    let life = refused(with(electronic_permit(), ConsentRule::WithApplication));
    let published = life.clone().run(&[Step::new(life.officer(), publish(&life))]);
    assert_eq!(said(published.clone(), &life.applicant(), Command::FetchDocument), "yes");
    let finding = Finding::Application(ApplicationFinding::Refused(because("条例 3条による")));
    let correct = Command::CorrectDecision { finding, explanation: "条文の誤り".into(), approver: None };
    let corrected = published.run(&[Step::new(life.officer(), correct)]);
    assert_eq!(said(corrected.clone(), &life.applicant(), Command::FetchDocument), "NothingToFetch");
    assert_eq!(said(corrected, &life.officer(), publish(&life)), "yes");
}

#[test]
fn a_document_that_was_fetched_does_not_expire_and_an_ended_case_asks_for_no_consent() {
    let life = granted();
    let fetched = life.clone().run(&[
        Step::new(life.officer(), publish(&life)),
        Step::new(life.applicant(), Command::FetchDocument),
    ]);
    assert_eq!(fetched.state().name(), Closed);
    let later = fetched.clone().at(shinsei_core::time::Timestamp::from_jst(2026, 6, 8, 9, 0).unwrap());
    assert_eq!(said(later, &Actor::System, expired(1)), "DeadlineMoot");
    let ended = "WrongState { needed: Received, actual: Closed }";
    assert_eq!(said(fetched.clone(), &fetched.applicant(), agree(false)), ended);
}

/// Handed over at the counter while it could be fetched: it is handed over once.
#[test]
fn what_was_handed_over_is_only_read_when_it_is_fetched() {
    let life = granted();
    let steps = [
        (life.officer(), publish(&life)),
        (life.clerk(), crate::kit::issue(1)),
        (life.applicant(), Command::FetchDocument),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
            PublishDocument
                DocumentPublished {"by":"s-021","document":"document official-document","expires_on":"2026-06-06","publication":1,"remedy":null,"seal":{"Electronic":{"signature":"document seal"}}}
            IssueCertificate
                CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
            FetchDocument
                DocumentFetched {"publication":1}
                ResultTold {"how":"Document"}
                Closed {"reason":"Completed"}
            Closed: 手続終了
        "#]],
    );
}
