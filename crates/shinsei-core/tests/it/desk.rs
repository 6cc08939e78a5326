//! The work at the desk: papers, divisions, officers, notes, consultations, transfer, forwarding, approval.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::{Turn, for_the_applicant};
use shinsei_core::command::{AskedItem, Command, Correction, CorrectionRequest, Paper, Review, StatedReason};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CloseReason, CorrectionKind, PaperChannel, Visibility};
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::ids::{DivisionId, ReasonCode, StaffId};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::WithdrawalRule;
use shinsei_core::rejection::StateName::{AwaitingApproval, Closed, Forwarded, Received, UnderReview};
use shinsei_core::time::Timestamp;

use crate::kit::{after, case, check, check_life, granted, said};
use crate::points::{
    copy_of_residence, death_of_a_dog, licence_of_a_doctor, registration_of_a_pet_shop, request_for_documents,
};

pub(crate) fn staff_id(id: &str) -> StaffId {
    StaffId::new(id).unwrap()
}

pub(crate) fn other_division() -> DivisionId {
    DivisionId::new("ZAIMU-ZEIMU").unwrap()
}

fn officer_of(id: &str, division: &DivisionId) -> Actor {
    Actor::Officer(Staff { id: staff_id(id), division: division.clone() })
}

pub(crate) fn officer(id: &str, life: &Life) -> Actor {
    officer_of(id, life.division())
}

pub(crate) fn reason() -> StatedReason {
    StatedReason { code: ReasonCode::new("R-03").unwrap(), text: "所管が異なるため".into() }
}

pub(crate) fn paper(life: &Life) -> Command {
    Command::RecordPaperArrival(Paper {
        procedure: life.procedure().id.clone(),
        applicant: life.applicant_id(),
        quantity: 1,
        form: "手書きの申請書".into(),
        contact: "函館市東雲町4番13号".into(),
        attachments: vec![],
        channel: PaperChannel::Post,
        arrived_at: life.now().saturating_add_micros(-86_400_000_000),
    })
}

pub(crate) fn note(visibility: Visibility) -> Command {
    Command::AddNote { visibility, text: "電話で確認した".into() }
}

pub(crate) fn request_correction(life: &Life) -> Command {
    let item = AskedItem { field: None, text: "生年月日を直してください".into() };
    let due = life.now().date_jst() + chrono::TimeDelta::days(14);
    let request = CorrectionRequest { items: NonEmpty::one(item), due, kind: CorrectionKind::Partial };
    Command::RequestCorrection(request)
}

pub(crate) fn correct(life: &Life) -> Command {
    let items = NonEmpty::one(1);
    Command::Correct(Correction { items, form: life.submission().form, attachments: vec![] })
}

/// The request of the golden vector: it arrived on 20 April 2026, is being reviewed, and is due on 4 May.
pub(crate) fn requested() -> Life {
    Life::of(request_for_documents()).at(Timestamp::from_jst(2026, 4, 20, 9, 0).unwrap()).until(UnderReview)
}

/// What the engine says of a due date that comes near.
pub(crate) fn near(due: u32) -> Command {
    Command::PassDeadline(Deadline::Approaching { due })
}

/// What the engine says of a due date that has passed.
pub(crate) fn passed(due: u32) -> Command {
    Command::PassDeadline(Deadline::Exceeded { due })
}

pub(crate) fn awaiting_correction() -> Life {
    let life = case(copy_of_residence(), UnderReview);
    let step = Step::new(life.officer(), request_correction(&life));
    life.run(&[step])
}

pub(crate) fn consult(life: &Life) -> Command {
    let due = life.now().date_jst() + chrono::TimeDelta::days(7);
    Command::Consult { division: other_division(), question: "滞納はありますか".into(), due }
}

pub(crate) fn answer() -> Command {
    Command::AnswerConsultation { consultation: 1, answer: "ありません".into() }
}

pub(crate) fn transfer() -> Command {
    Command::Transfer { division: other_division(), reason: reason() }
}

pub(crate) fn extend(life: &Life, days: i64) -> Command {
    Command::ExtendDeadline { due: life.now().date_jst() + chrono::TimeDelta::days(days), reason: reason() }
}

pub(crate) fn draft_decision(approver: &str) -> Command {
    let Command::Review(review) = granted() else { unreachable!() };
    Command::DraftDecision { review, approver: staff_id(approver) }
}

pub(crate) fn send_back() -> Command {
    Command::SendBack { reason: reason() }
}

pub(crate) fn drafted_decision() -> Life {
    let life = case(copy_of_residence(), UnderReview);
    let step = Step::new(life.officer(), draft_decision("s-001"));
    life.run(&[step])
}

#[test]
fn what_comes_by_post_arrived_when_the_city_had_it() {
    let life = Life::of(copy_of_residence());
    check(
        life.clone(),
        life.clerk(),
        paper(&life),
        expect![[r#"
        Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document paper-form"},"paper":{"arrived_at":"2026-05-06T06:04:00Z","by":"s-107","channel":"Post"},"procedure":"JU-001","quantity":1,"terms":"those of the procedure"}
        ReceiptIssued numbered from receipt-R08
        keep paper-form: 手書きの申請書
        keep contact: 函館市東雲町4番13号
        schedule receipt-notice at once in Notice: receipt-notice
        holds from 2026-04-01 00:00 until 2027-04-01 00:00
    "#]],
    );
    let life = life.clone().run(&[Step::new(life.clerk(), paper(&life))]);
    let arrived = life.state().arrival().unwrap();
    assert_eq!((arrived.paper, arrived.signature.is_none()), (Some(PaperChannel::Post), true));
    assert!(arrived.arrived_at < life.history()[0].recorded_at);
}

#[test]
fn paper_cannot_arrive_before_it_is_there_nor_ask_for_nothing() {
    let life = Life::of(death_of_a_dog());
    let with = |change: fn(&mut Paper)| {
        let Command::RecordPaperArrival(mut paper) = paper(&life) else { unreachable!() };
        change(&mut paper);
        said(life.clone(), &life.clerk(), Command::RecordPaperArrival(paper))
    };
    let tomorrow =
        |paper: &mut Paper| paper.arrived_at = paper.arrived_at.saturating_add_micros(172_800_000_000);
    assert_eq!(with(tomorrow), "ArrivalInFuture");
    assert_eq!(with(|paper| paper.quantity = 0), "QuantityOutOfRange { asked: 0 }");
    assert_eq!(with(|paper| paper.quantity = 101), "QuantityOutOfRange { asked: 101 }");
    assert_eq!(with(|paper| paper.contact = " ".into()), "WordsMissing");
    assert_eq!(with(|_| ()), "yes");
}

#[test]
fn one_division_is_in_charge_and_hands_on_what_is_not_its_own() {
    let life = case(copy_of_residence(), Received);
    let assign = |division: &str| Command::AssignDivision { division: DivisionId::new(division).unwrap() };
    let was = life.officer();
    assert_eq!(
        said(life.clone(), &was, assign("nowhere")),
        r#"DivisionUnknown { division: DivisionId("nowhere") }"#
    );
    assert_eq!(
        said(life.clone(), &was, assign("shimin/koseki")),
        r#"DivisionUnknown { division: DivisionId("shimin/koseki") }"#
    );
    let life = life.run(&[Step::new(was.clone(), assign("ZAIMU-ZEIMU"))]);
    assert_eq!(life.state().in_charge(), Some(&other_division()));
    assert_eq!(
        said(life.clone(), &was, Command::StartReview),
        r#"OtherDivision { in_charge: DivisionId("ZAIMU-ZEIMU") }"#
    );
    let now = officer_of("s-300", &other_division());
    assert_eq!(said(life.clone(), &now, Command::StartReview), "yes");
    assert_eq!(
        said(life, &now, assign("ZAIMU-ZEIMU")),
        r#"InChargeAlready { division: DivisionId("ZAIMU-ZEIMU") }"#
    );
}

#[test]
fn a_transfer_keeps_number_arrival_and_clock_and_needs_a_reason() {
    let life = case(request_for_documents(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        transfer(),
        expect![[r#"
            Transferred {"by":"s-021","reason":{"code":"R-03","text":"document reason"},"to":"ZAIMU-ZEIMU"}
            keep reason: 所管が異なるため
            schedule transfer-notice/1 at once in Notice: transfer-notice/1
        "#]],
    );
    let after = life.clone().run(&[Step::new(life.officer(), transfer())]);
    let kept = |life: &Life| {
        let received = life.state().receipt().unwrap();
        (received.receipt, received.arrived.arrived_at, received.arrived.desk.clock.clone())
    };
    assert_eq!(kept(&after), kept(&life));
    assert_eq!((after.state().in_charge(), after.state().officer()), (Some(&other_division()), None));
    let silent = StatedReason { text: " ".into(), ..reason() };
    let silent = Command::Transfer { division: other_division(), reason: silent };
    assert_eq!(
        said(life.clone(), &life.officer(), silent),
        r#"ReasonWithoutWords { code: ReasonCode("R-03") }"#
    );
}

#[test]
fn an_officer_is_assigned_once_and_another_one_after() {
    let life = case(copy_of_residence(), Received);
    let assign = |officer| Command::AssignOfficer { officer: staff_id(officer) };
    let life = life.clone().run(&[Step::new(life.officer(), assign("s-022"))]);
    assert_eq!(life.state().officer(), Some(&staff_id("s-022")));
    assert_eq!(
        said(life.clone(), &life.officer(), assign("s-022")),
        r#"AssignedAlready { officer: StaffId("s-022") }"#
    );
    assert_eq!(said(life.clone(), &life.officer(), assign("s-023")), "yes");
}

#[test]
fn the_applicant_sees_public_notes_and_nothing_that_the_city_thinks_aloud() {
    let life = case(copy_of_residence(), UnderReview);
    let (by, other) = (life.officer(), officer_of("s-900", &other_division()));
    let steps = [
        Step::new(by.clone(), note(Visibility::Private)),
        Step::new(by.clone(), note(Visibility::Public)),
        Step::new(by.clone(), Command::AssignOfficer { officer: staff_id("s-022") }),
        Step::new(by.clone(), consult(&life)),
        Step::new(other, answer()),
        Step::new(by, draft_decision("s-001")),
        Step::new(officer("s-001", &life), send_back()),
    ];
    let life = life.run(&steps);
    let names =
        |recorded: &shinsei_core::record::Recorded<shinsei_core::event::Event>| recorded.event.event_type().0;
    let seen: Vec<_> = for_the_applicant(life.history()).map(names).collect();
    assert_eq!(seen, ["Submitted", "SignatureVerified", "ReceiptIssued", "ReviewStarted", "NoteAdded"]);
    assert_eq!(life.history().len(), 11);
}

#[test]
fn a_note_is_kept_under_the_name_of_who_may_read_it() {
    let life = case(copy_of_residence(), UnderReview);
    for (visibility, role) in [(Visibility::Private, "private-note"), (Visibility::Public, "public-note")] {
        let decision = life.clone().ask(&Step::new(life.clerk(), note(visibility))).unwrap();
        assert_eq!(decision.documents.iter().map(|document| document.role).collect::<Vec<_>>(), [role]);
    }
}

#[test]
fn several_divisions_are_asked_at_once_and_the_review_waits_for_none() {
    let life = case(copy_of_residence(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        consult(&life),
        expect![[r#"
        ConsultationRequested {"by":"s-021","division":"ZAIMU-ZEIMU","due":"2026-05-14","question":"document question"}
        keep question: 滞納はありますか
        schedule consultation-due/1 at 2026-05-15 00:00 in Deadline: consultation-due/1
    "#]],
    );
    let soumu = DivisionId::new("SOMU-BUNSHO").unwrap();
    let Command::Consult { question, due, .. } = consult(&life) else { unreachable!() };
    let second = Command::Consult { division: soumu.clone(), question, due };
    let life =
        life.clone().run(&[Step::new(life.officer(), consult(&life)), Step::new(life.officer(), second)]);
    let awaited = |life: &Life| {
        let status = life.state().status().unwrap();
        status.awaited.iter().map(|one| one.division.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(awaited(&life), ["ZAIMU-ZEIMU", "SOMU-BUNSHO"]);
    assert_eq!(said(life.clone(), &life.officer(), granted()), "yes");
    let overdue = |n| Command::PassDeadline(Deadline::ConsultationDue { consultation: n });
    let life = life.run(&[after(8, Actor::System, overdue(1))]);
    assert!(life.refusals().is_empty(), "{:?}", life.refusals());
    assert_eq!(said(life.clone(), &Actor::System, overdue(1)), "DeadlineMoot");
    let asked = officer_of("s-900", &other_division());
    assert_eq!(
        said(life.clone(), &officer_of("s-901", &soumu), answer()),
        r#"OtherDivision { in_charge: DivisionId("ZAIMU-ZEIMU") }"#
    );
    let life = life.run(&[Step::new(asked.clone(), answer())]);
    assert_eq!(awaited(&life), ["SOMU-BUNSHO"]);
    assert_eq!(said(life.clone(), &asked, answer()), "ConsultationAnswered { consultation: 1 }");
    let third = Command::AnswerConsultation { consultation: 3, answer: "?".into() };
    assert_eq!(said(life, &asked, third), "ConsultationUnknown { consultation: 3 }");
}

#[test]
fn what_comes_through_the_city_has_a_leg_of_each_and_is_not_decided_here() {
    let life = case(licence_of_a_doctor(), UnderReview);
    let elsewhere = r#"DecidedElsewhere { agency: "厚生労働省" }"#;
    assert_eq!(said(life.clone(), &life.officer(), granted()), elsewhere);
    assert_eq!(said(life.clone(), &life.officer(), draft_decision("s-001")), elsewhere);
    let day = |life: &Life| life.state().expected().unwrap().to_string();
    assert_eq!(day(&life), "2026-05-15");
    check(
        life.clone(),
        life.officer(),
        Command::ForwardToAgency,
        expect![[r#"
            Forwarded {"agency":"厚生労働省","by":"s-021","due":{"calendar":0,"day":"2026-07-06","ends_at":"2026-07-06T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":60,"unit":"Day"},"start":"2026-05-07T06:07:00Z"}}
            schedule forwarding-notice at once in Notice: forwarding-notice
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
        "#]],
    );
    let life = life.until(Forwarded);
    assert_eq!((day(&life), life.state().turn()), ("2026-07-06".to_owned(), Turn::Agency));
    assert_eq!(
        said(life.clone(), &life.applicant(), Command::Withdraw),
        r#"WrongState { needed: Received, actual: Forwarded }"#
    );
    let not_collected = Command::Close { reason: CloseReason::NotCollected };
    assert_eq!(said(life.clone(), &life.officer(), not_collected), "StillDue");
    assert_eq!(life.until(Closed).state().decision(), None);
}

/// Found by the law that every case can still end: nobody could answer it once another agency had the case.
#[test]
fn a_request_to_withdraw_is_answered_before_anything_is_forwarded() {
    let mut procedure = licence_of_a_doctor();
    procedure.terms.withdrawal = WithdrawalRule::ByConsent;
    let life = case(procedure, UnderReview);
    let life = life.clone().run(&[Step::new(life.applicant(), Command::Withdraw)]);
    assert_eq!(said(life.clone(), &life.officer(), Command::ForwardToAgency), "WithdrawalPending");
}

#[test]
fn what_was_never_the_citys_is_sent_on_without_a_review() {
    let life = case(registration_of_a_pet_shop(), Received);
    let elsewhere = r#"DecidedElsewhere { agency: "北海道渡島総合振興局" }"#;
    assert_eq!(said(life.clone(), &life.officer(), Command::StartReview), elsewhere);
    let (officer, close) = (life.officer(), Command::Close { reason: CloseReason::Completed });
    check_life(
        life,
        &[(officer.clone(), Command::ForwardToAgency), (officer, close)],
        expect![[r#"
        ForwardToAgency
            Forwarded {"agency":"北海道渡島総合振興局","by":"s-021"}
        Close
            Closed {"reason":"Completed"}
        Closed: 手続終了
    "#]],
    );
    let own = case(copy_of_residence(), UnderReview);
    assert_eq!(said(own.clone(), &own.officer(), Command::ForwardToAgency), "DecidedHere");
    // What only has to come through the city is looked at first.
    let through = case(licence_of_a_doctor(), Received);
    let unopened = "WrongState { needed: UnderReview, actual: Received }";
    assert_eq!(said(through.clone(), &through.officer(), Command::ForwardToAgency), unopened);
}

#[test]
fn whoever_drafts_a_decision_does_not_approve_it() {
    let mut procedure = copy_of_residence();
    procedure.terms.approval = true;
    let life = case(procedure, UnderReview);
    assert_eq!(said(life.clone(), &life.officer(), granted()), "ApprovalNeeded");
    assert_eq!(said(life.clone(), &life.officer(), draft_decision("s-021")), "ApproverIsDrafter");
    check(
        life.clone(),
        life.officer(),
        draft_decision("s-001"),
        expect![[r#"
        DecisionDrafted {"approver":"s-001","by":"s-021","outcome":{"Application":"Granted"}}
    "#]],
    );
    let life = life.clone().run(&[Step::new(life.officer(), draft_decision("s-001"))]);
    assert_eq!((life.state().name(), life.state().label()), (AwaitingApproval, "審査中"));
    let other = r#"OtherApprover { approver: StaffId("s-001") }"#;
    assert_eq!(said(life.clone(), &life.officer(), Command::Approve), other);
    check(
        life.clone(),
        officer("s-001", &life),
        Command::Approve,
        expect![[r#"
        Reviewed {"by":"s-001","drafted_by":"s-021","outcome":{"Application":"Granted"}}
        FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":300}
        schedule result-notice at once in Notice: result-notice
    "#]],
    );
}

#[test]
fn approval_is_handed_on_to_anybody_but_the_drafter() {
    let life = drafted_decision();
    let delegate = |to: &str| Command::DelegateApproval { to: staff_id(to) };
    let approver = officer("s-001", &life);
    assert_eq!(said(life.clone(), &approver, delegate("s-021")), "ApproverIsDrafter");
    assert_eq!(said(life.clone(), &approver, delegate("s-001")), "ApproverIsActor");
    let life = life.run(&[Step::new(approver.clone(), delegate("s-002"))]);
    let other = r#"OtherApprover { approver: StaffId("s-002") }"#;
    assert_eq!(said(life.clone(), &approver, Command::Approve), other);
    assert_eq!(said(life.clone(), &officer("s-002", &life), Command::Approve), "yes");
}

#[test]
fn a_draft_is_sent_back_by_its_approver_or_taken_back_by_its_drafter() {
    let life = drafted_decision();
    for by in [officer("s-001", &life), life.officer()] {
        let back = life.clone().run(&[Step::new(by, send_back())]);
        assert_eq!(back.state().name(), UnderReview);
        assert_eq!(said(back.clone(), &back.officer(), draft_decision("s-001")), "yes");
    }
    let other = r#"OtherApprover { approver: StaffId("s-001") }"#;
    assert_eq!(said(life.clone(), &officer("s-050", &life), send_back()), other);
}

#[test]
fn a_draft_needs_all_that_a_decision_needs() {
    let life = case(death_of_a_dog(), UnderReview);
    let Command::Review(review) = granted() else { unreachable!() };
    let draft = Command::DraftDecision { review: Review { ..review }, approver: staff_id("s-001") };
    assert_eq!(said(life.clone(), &life.officer(), draft), "FindingOfOtherAct");
}
