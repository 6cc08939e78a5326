//! A decision that does not stay as it was: 更正, 取消し・撤回, 審査請求, 再審査.

use chrono::NaiveDate;
use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::Voided;
use shinsei_core::command::{ApplicationFinding, Command, Finding};
use shinsei_core::event::{Amendment, AmendmentDrafted, AppealKind, AppealResult, Event, ReopeningGround};
use shinsei_core::ids::StaffId;
use shinsei_core::procedure::{Procedure, Remedy};
use shinsei_core::rejection::StateName::{Closed, Decided, Issued, UnderReview};

use crate::desk::{officer, send_back};
use crate::kit::{
    because, case, check, check_life, deliver, granted, issue, notice_delivered, officer_elsewhere, pay,
    review, said,
};
use crate::points::{
    copy_of_residence, copy_of_residence_kept_for_a_year, death_of_a_dog, paving_of_a_private_road,
};

fn refusal(words: &str) -> Finding {
    Finding::Application(ApplicationFinding::Refused(because(words)))
}

fn refused(procedure: Procedure) -> Life {
    let life = case(procedure, UnderReview);
    life.clone().run(&[
        Step::new(life.officer(), review(refusal("請求権がない"))),
        Step::new(Actor::System, notice_delivered()),
        Step::new(life.clerk(), deliver()),
    ])
}

fn correct(finding: Finding) -> Command {
    Command::CorrectDecision { finding, explanation: "理由の条文番号の誤り".into(), approver: None }
}

fn revoke() -> Command {
    Command::RevokeDecision { reasons: because("偽りの申請による"), approver: None }
}

fn appeal(filed_on: NaiveDate) -> Command {
    Command::RecordAppeal {
        kind: AppealKind::RequestForReview, filed_on, paper: "審査請求書の写し".into()
    }
}

fn resolve(result: AppealResult) -> Command {
    Command::ResolveAppeal { appeal: 1, result }
}

fn reopen(ground: ReopeningGround, approver: &str) -> Command {
    Command::Reopen { ground, approver: StaffId::new(approver).unwrap() }
}

#[test]
fn a_clerical_error_is_corrected_by_a_new_decision_that_says_the_same() {
    let life = refused(copy_of_residence());
    check(
        life.clone(),
        life.officer(),
        correct(refusal("請求権がない(12条1項)")),
        expect![[r#"
            DecisionCorrected {"by":"s-021","explanation":"document correction","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            keep reason: 請求権がない(12条1項)
            keep correction: 理由の条文番号の誤り
            schedule result-notice/2 at once in Notice: result-notice/2
        "#]],
    );
    let granted = correct(Finding::Application(ApplicationFinding::Granted));
    check(
        life.clone(),
        life.officer(),
        granted,
        expect![[r#"
        refused: OutcomeChanged
        更正では審査結果を変えられません。
    "#]],
    );
    let mute =
        Command::CorrectDecision {
            finding: refusal("請求権がない"), explanation: "".into(), approver: None
        };
    assert_eq!(said(life.clone(), &life.officer(), mute), "WordsMissing");
    assert_eq!(said(life.clone(), &life.clerk(), correct(refusal("x"))), "NotPermitted { needed: Officer }");
}

#[test]
fn the_old_decision_stays_in_the_history() {
    let life = refused(copy_of_residence());
    let corrected = life.clone().run(&[Step::new(life.officer(), correct(refusal("正しい理由")))]);
    assert_eq!(corrected.history()[..life.history().len()], *life.history());
    assert_ne!(corrected.state().decision(), life.state().decision());
}

#[test]
fn a_grant_is_revoked_with_reasons_and_the_remedy_of_the_terms() {
    let life = case(copy_of_residence(), Closed);
    check(
        life.clone(),
        life.officer(),
        revoke(),
        expect![[r#"
            DecisionRevoked {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}
            keep reason: 偽りの申請による
            schedule result-notice/2 at once in Notice: result-notice/2
        "#]],
    );
    let revoked = life.clone().run(&[Step::new(life.officer(), revoke())]);
    let received = revoked.state().receipt().unwrap();
    assert!(
        received
            .annex
            .certificates
            .iter()
            .all(|certificate| certificate.voided == Some(Voided::WithDecision))
    );
    assert_eq!(said(revoked.clone(), &life.officer(), revoke()), "AlreadyRevoked");
    let again = correct(Finding::Application(ApplicationFinding::Granted));
    assert_eq!(said(revoked, &life.officer(), again), "AlreadyRevoked");
    let mute = Command::RevokeDecision { reasons: because(""), approver: None };
    assert_eq!(
        said(life.clone(), &life.officer(), mute),
        r#"ReasonWithoutWords { code: ReasonCode("R-01") }"#
    );
}

/// A copy that was granted by two, handed over, and the case ended.
fn granted_by_two() -> Life {
    let mut procedure = copy_of_residence();
    procedure.terms.approval = true;
    case(procedure, Closed)
}

fn revoke_with(approver: &str) -> Command {
    let approver = Some(StaffId::new(approver).unwrap());
    Command::RevokeDecision { reasons: because("偽りの申請による"), approver }
}

#[test]
fn what_takes_two_to_decide_takes_two_to_revoke() {
    let life = granted_by_two();
    assert_eq!(said(life.clone(), &life.officer(), revoke()), "ApprovalNeeded");
    assert_eq!(said(life.clone(), &life.officer(), revoke_with("s-021")), "ApproverIsDrafter");
    check(
        life.clone(),
        life.officer(),
        revoke_with("s-001"),
        expect![[r#"
        AmendmentDrafted {"amendment":{"Revocation":{"reasons":[{"code":"R-01","text":"document reason"}]}},"approver":"s-001","by":"s-021"}
        keep reason: 偽りの申請による
    "#]],
    );
    let drafted = life.clone().run(&[Step::new(life.officer(), revoke_with("s-001"))]);
    assert_eq!(drafted.state().decision().unwrap().revocation, None, "nothing is revoked yet");
    assert_eq!(said(drafted.clone(), &life.officer(), revoke_with("s-001")), "AmendmentAwaitsApproval");
    let other = r#"OtherApprover { approver: StaffId("s-001") }"#;
    assert_eq!(said(drafted.clone(), &life.officer(), Command::Approve), other);
    let mut approved = drafted.clone();
    let decision = approved.ask(&Step::new(officer("s-001", &life), Command::Approve)).unwrap();
    assert_eq!(decision.agenda.len(), 1, "the applicant is told again");
    let [.., drafted, recorded] = approved.history() else { panic!("two events at least") };
    let Event::AmendmentDrafted(AmendmentDrafted { amendment, by, approver }) = &drafted.event else {
        panic!("{drafted:?}")
    };
    let Event::DecisionRevoked(revoked) = &recorded.event else { panic!("{recorded:?}") };
    let Amendment::Revocation { reasons } = amendment else { panic!("{amendment:?}") };
    assert_eq!((&revoked.reasons, &revoked.by, revoked.drafted_by.as_ref()), (reasons, approver, Some(by)));
    assert_eq!(revoked.remedy, Some(Remedy::STATUTORY));
    let received = approved.state().receipt().unwrap();
    assert_eq!(received.annex.amending, None);
    assert!(received.annex.certificates.iter().all(|one| one.voided == Some(Voided::WithDecision)));
    // Nothing is left to approve in a case of which nothing was drafted.
    assert!(said(life.clone(), &officer("s-001", &life), Command::Approve).starts_with("WrongState"));
}

#[test]
fn what_takes_two_to_decide_takes_two_to_correct_and_either_may_let_it_go() {
    let life = granted_by_two();
    let granted = || Finding::Application(ApplicationFinding::Granted);
    let approver = |id| Some(StaffId::new(id).unwrap());
    let correct = |approver| Command::CorrectDecision {
        finding: granted(),
        explanation: "番地の誤記".into(),
        approver,
    };
    assert_eq!(said(life.clone(), &life.officer(), correct(None)), "ApprovalNeeded");
    let drafted = life.clone().run(&[Step::new(life.officer(), correct(approver("s-001")))]);
    // It may be delegated, but not to who drafted it.
    let to = |id| Command::DelegateApproval { to: StaffId::new(id).unwrap() };
    assert_eq!(said(drafted.clone(), &officer("s-001", &life), to("s-021")), "ApproverIsDrafter");
    let delegated = drafted.clone().run(&[Step::new(officer("s-001", &life), to("s-002"))]);
    let approved = delegated.run(&[Step::new(officer("s-002", &life), Command::Approve)]);
    let Event::DecisionCorrected(corrected) = &approved.history().last().unwrap().event else {
        panic!("{:?}", approved.history())
    };
    let id = |id| StaffId::new(id).unwrap();
    assert_eq!((corrected.by.clone(), corrected.drafted_by.clone()), (id("s-002"), Some(id("s-021"))));
    for by in ["s-021", "s-001"] {
        let sent_back = drafted.clone().run(&[Step::new(officer(by, &life), send_back())]);
        assert_eq!(sent_back.state(), life.state(), "as if nothing had been drafted");
    }
    let stranger = officer("s-009", &life);
    assert!(said(drafted, &stranger, send_back()).starts_with("OtherApprover"));
}

#[test]
fn a_review_that_begins_anew_leaves_nothing_to_approve_of_the_old_decision() {
    let life = granted_by_two();
    let drafted = life.clone().run(&[Step::new(life.officer(), revoke_with("s-001"))]);
    let reopened = drafted.run(&[Step::new(life.officer(), reopen(ReopeningGround::OwnError, "s-001"))]);
    assert_eq!(reopened.state().receipt().unwrap().annex.amending, None);
}

#[test]
fn a_grant_under_a_guideline_is_revoked_without_a_remedy() {
    let life = case(paving_of_a_private_road(), Closed);
    check(
        life.clone(),
        life.officer(),
        revoke(),
        expect![[r#"
            DecisionRevoked {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}],"remedy":null}
            keep reason: 偽りの申請による
            schedule result-notice/2 at once in Notice: result-notice/2
        "#]],
    );
}

#[test]
fn what_is_revoked_before_the_hand_over_is_not_handed_over() {
    let told = case(copy_of_residence(), Decided).run(&[Step::new(Actor::System, notice_delivered())]);
    check(
        told.clone(),
        told.officer(),
        revoke(),
        expect![[r#"
            DecisionRevoked {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}
            keep reason: 偽りの申請による
            schedule result-notice/2 at once in Notice: result-notice/2
        "#]],
    );
    let untold = case(copy_of_residence(), Decided);
    let steps = [(untold.officer(), revoke()), (Actor::System, notice_delivered())];
    let paid =
        untold.clone().run(&[Step::new(untold.clerk(), pay(300)), Step::new(untold.officer(), revoke())]);
    assert_eq!(said(paid, &untold.clerk(), issue(1)), "NotGranted");
    check_life(
        untold,
        &steps,
        expect![[r#"
            RevokeDecision
                DecisionRevoked {"by":"s-021","reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}
            TellResult
                ResultTold {"how":"Notice"}
            Decided: 審査終了
        "#]],
    );
}

#[test]
fn what_was_refused_cannot_be_revoked() {
    let life = refused(copy_of_residence());
    check(
        life.clone(),
        life.officer(),
        revoke(),
        expect![[r#"
        refused: NothingToRevoke
        取り消す決定がありません。
    "#]],
    );
}

#[test]
fn an_appeal_is_recorded_whenever_it_is_brought_and_ends_once() {
    let life = refused(copy_of_residence_kept_for_a_year());
    let today = life.now().date_jst();
    check(
        life.clone(),
        life.officer(),
        appeal(today),
        expect![[r#"
        AppealFiled {"appeal":1,"by":"s-021","filed_on":"2026-05-07","kind":"RequestForReview","paper":"document appeal"}
        keep appeal: 審査請求書の写し
    "#]],
    );
    assert_eq!(said(life.clone(), &life.officer(), appeal(today.pred_opt().unwrap())), "AppealOutOfRange");
    assert_eq!(said(life.clone(), &life.officer(), appeal(today.succ_opt().unwrap())), "AppealOutOfRange");
    assert_eq!(said(life.clone(), &life.applicant(), appeal(today)), "NotPermitted { needed: Officer }");
    let filed = life.clone().run(&[Step::new(life.officer(), appeal(today))]);
    check(
        filed.clone(),
        life.officer(),
        resolve(AppealResult::Rejected),
        expect![[r#"
        AppealResolved {"appeal":1,"by":"s-021","result":"Rejected"}
    "#]],
    );
    let resolved = filed.run(&[Step::new(life.officer(), resolve(AppealResult::Rejected))]);
    let again = said(resolved, &life.officer(), resolve(AppealResult::Upheld));
    assert_eq!(again, "NoSuchAppeal { appeal: 1 }");
    let under_review = case(copy_of_residence(), UnderReview);
    let early = said(under_review.clone(), &under_review.officer(), appeal(today));
    assert_eq!(early, "WrongState { needed: Decided, actual: UnderReview }");
}

#[test]
fn an_appeal_that_is_upheld_reopens_the_case_under_the_same_number() {
    let life = refused(copy_of_residence_kept_for_a_year());
    let today = life.now().date_jst();
    let steps = [
        (life.officer(), appeal(today)),
        (life.officer(), resolve(AppealResult::Upheld)),
        (life.officer(), reopen(ReopeningGround::AppealUpheld, "s-001")),
        (life.officer(), granted()),
        (Actor::System, notice_delivered()),
        (life.clerk(), pay(300)),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        RecordAppeal
            AppealFiled {"appeal":1,"by":"s-021","filed_on":"2026-05-07","kind":"RequestForReview","paper":"document appeal"}
        ResolveAppeal
            AppealResolved {"appeal":1,"by":"s-021","result":"Upheld"}
        Reopen
            Reopened {"approver":"s-001","by":"s-021","ground":"AppealUpheld"}
        Review
            Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":300}
        TellResult
            ResultTold {"how":"Notice"}
        RecordPayment
            FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":300}
        IssueCertificate
            CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
            Closed {"reason":"Completed","retention":{"from":"2027-04-01","until":"2028-04-01"}}
        Closed: 手続終了
    "#]],
    );
}

#[test]
fn a_case_is_reopened_by_two_persons_and_on_a_ground_that_is_there() {
    let life = refused(copy_of_residence());
    let by = life.officer();
    assert_eq!(said(life.clone(), &by, reopen(ReopeningGround::OwnError, "s-021")), "ApproverIsActor");
    assert_eq!(said(life.clone(), &by, reopen(ReopeningGround::AppealUpheld, "s-001")), "NoAppealUpheld");
    assert_eq!(said(life.clone(), &by, reopen(ReopeningGround::NewFacts, "s-001")), "yes");
    let clerk = life.clerk();
    assert_eq!(
        said(life.clone(), &clerk, reopen(ReopeningGround::OwnError, "s-001")),
        "NotPermitted { needed: Officer }"
    );
    let elsewhere = said(life.clone(), &officer_elsewhere(), reopen(ReopeningGround::OwnError, "s-001"));
    assert_eq!(elsewhere, r#"OtherDivision { in_charge: DivisionId("shimin/koseki") }"#);
    let open = case(copy_of_residence(), Issued);
    assert_eq!(
        said(open.clone(), &open.officer(), reopen(ReopeningGround::OwnError, "s-001")),
        "WrongState { needed: Closed, actual: Issued }"
    );
    let under_review = case(death_of_a_dog(), UnderReview);
    let withdrawn = under_review.clone().run(&[Step::new(under_review.applicant(), Command::Withdraw)]);
    assert_eq!(
        said(withdrawn, &under_review.officer(), reopen(ReopeningGround::OwnError, "s-001")),
        "NothingDecided"
    );
}

#[test]
fn a_certificate_of_a_second_decision_has_a_serial_of_its_own() {
    let life = case(copy_of_residence(), Closed);
    let steps = [
        (life.officer(), reopen(ReopeningGround::OwnError, "s-001")),
        (life.officer(), granted()),
        (life.clerk(), issue(1)),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        Reopen
            Reopened {"approver":"s-001","by":"s-021","ground":"OwnError"}
        Review
            Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
        IssueCertificate
            CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/2"}
        Issued: 交付済
    "#]],
    );
}

/// A new notice for each, and a new document: the old ones stay in the history.
#[test]
fn whatever_is_ruled_anew_is_told_and_written_anew() {
    let life = refused(copy_of_residence());
    assert_eq!(
        said(life.clone(), &life.clerk(), deliver()),
        "WrongState { needed: Decided, actual: Closed }"
    );
    let correcting = correct(refusal("請求権がない(条例 3条)"));
    let corrected = life.clone().run(&[Step::new(life.officer(), correcting.clone())]);
    assert_eq!(said(corrected.clone(), &life.clerk(), deliver()), "yes");
    let delivered = corrected.run(&[Step::new(life.clerk(), deliver())]);
    check(
        delivered.clone(),
        life.officer(),
        correcting,
        expect![[r#"
            DecisionCorrected {"by":"s-021","explanation":"document correction","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            keep reason: 請求権がない(条例 3条)
            keep correction: 理由の条文番号の誤り
            schedule result-notice/3 at once in Notice: result-notice/3
        "#]],
    );
    let issued = case(copy_of_residence(), Closed);
    let revoked = issued.clone().run(&[Step::new(issued.officer(), revoke())]);
    assert_eq!(revoked.state().receipt().unwrap().annex.rulings, 2);
    assert_eq!(said(revoked.clone(), &revoked.clerk(), deliver()), "yes");
}

#[test]
fn a_certificate_does_not_outlive_the_decision_on_which_it_was_handed_over() {
    let life = case(copy_of_residence(), Closed);
    let reopened = life.clone().run(&[Step::new(life.officer(), reopen(ReopeningGround::OwnError, "s-001"))]);
    let voided = |life: &Life| {
        let certificates = &life.state().receipt().unwrap().annex.certificates;
        certificates.iter().map(|certificate| certificate.voided).collect::<Vec<_>>()
    };
    assert_eq!(voided(&reopened), [None], "nothing is decided anew yet");
    for finding in [refusal("請求権がない"), Finding::Application(ApplicationFinding::Granted)] {
        let decided = reopened.clone().run(&[Step::new(life.officer(), review(finding))]);
        assert_eq!(voided(&decided), [Some(Voided::WithDecision)]);
    }
}
