//! The rows of the sample that bend the axes once more: what each refuses on its way, and what its remarks say beside the main road.

use expect_test::{Expect, expect};
use shinsei_conformance::life::{Life, Step, form};
use shinsei_conformance::stamp::detached;
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::command::{
    ApplicationFinding, Command, FilingFinding, Finding, Review, StatedReason, Submit, SubmittedForm,
};
use shinsei_core::event::{AppealKind, CloseReason, PaymentChannel, Visibility};
use shinsei_core::ids::{DivisionId, ReasonCode};
use shinsei_core::notice::{Late, Task};
use shinsei_core::period::{CountedFrom, Holidays, Period};
use shinsei_core::procedure::filing::LateArrival;
use shinsei_core::procedure::{ExemptionGround, Visit};
use shinsei_core::rejection::StateName::{Closed, Decided, Received, UnderReview};
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::kit::{
    assess, because, confirmed, deliver, granted, issue, notice_delivered, on, pay, pay_by, review, said,
    sample, submit,
};
use crate::notifying::told;

fn row(id: &str) -> Life {
    Life::of(sample(id))
}

/// What a case answers to each of these alone.
#[track_caller]
fn answers(life: &Life, asked: &[(Actor, Command)], expected: Expect) {
    let answer = |(by, command): &(Actor, Command)| {
        format!("{}: {}\n", command.name(), said(life.clone(), by, command.clone()))
    };
    expected.assert_eq(&asked.iter().map(answer).collect::<String>());
}

/// The life after these, all of which must be accepted.
#[track_caller]
fn after(life: &Life, steps: &[(Actor, Command)]) -> Life {
    let steps: Vec<Step> = steps.iter().map(|(by, command)| Step::new(by.clone(), command.clone())).collect();
    let lived = life.clone().run(&steps);
    assert!(lived.refusals().is_empty(), "{:?}", lived.refusals());
    lived
}

fn inspected(life: &Life, finding: Finding) -> Command {
    Command::Review(Review { finding, inspected_on: Some(life.now().date_jst()) })
}

/// 道路占用料 = 単価×数量: of three square metres for a year, asked for after the permit, waived for public bodies, never given back.
#[test]
fn ke_001_is_priced_by_its_table_after_the_permit_and_given_back_to_nobody() {
    let life = row("KE-001");
    let (officer, notice) =
        (life.officer(), |life: &Life| Command::IssueFeeNotice { numbers: None, due_on: on(life, 30) });
    let reviewed =
        after(&life, &[(life.applicant(), submit(&life)), (officer.clone(), Command::StartReview)]);
    answers(
        &reviewed,
        &[(officer.clone(), assess(5_400)), (officer.clone(), issue(1))],
        expect![[r#"
        AssessFee: FeeNotDue
        IssueCertificate: WrongState { needed: Decided, actual: UnderReview }
    "#]],
    );
    let decided = after(&reviewed, &[(officer.clone(), granted()), (Actor::System, notice_delivered())]);
    let waive = |ground| (officer.clone(), Command::ExemptFee { ground });
    answers(
        &decided,
        &[
            (officer.clone(), issue(1)),
            (officer.clone(), notice(&decided)),
            (Actor::System, pay_by(PaymentChannel::Invoice, 5_400)),
            waive(ExemptionGround::PublicBody),
            waive(ExemptionGround::PublicAssistance),
        ],
        expect![[r#"
            IssueCertificate: FeeUnsettled
            IssueFeeNotice: FeeNotAssessed
            RecordPayment: FeeNotAssessed
            ExemptFee: yes
            ExemptFee: NoGroundForExemption { ground: PublicAssistance }
        "#]],
    );
    // The price of the table, times three square metres, for one year.
    let asked = after(&decided, &[(officer.clone(), assess(3 * 1_800)), (officer.clone(), notice(&decided))]);
    let paid = after(
        &asked,
        &[(officer.clone(), issue(1)), (Actor::System, pay_by(PaymentChannel::Invoice, 5_400))],
    );
    answers(
        &asked,
        &[
            (officer.clone(), assess(1_800)),
            (Actor::System, pay_by(PaymentChannel::Invoice, 1_800)),
            (life.clerk(), pay(5_400)),
        ],
        expect![[r#"
            AssessFee: FeeAlreadyAssessed
            RecordPayment: AmountDiffers { due: Yen(5400), paid: Yen(1800) }
            RecordPayment: yes
        "#]],
    );
    answers(
        &paid,
        &[
            (officer.clone(), Command::Refund { payment: 1, yen: Yen(1) }),
            (officer, Command::Refund { payment: 1, yen: Yen(5_400) }),
        ],
        expect![[r#"
            Refund: RefundExcluded
            Refund: RefundExcluded
        "#]],
    );
}

/// 理容所 and 美容所: no finding before the fee and the inspection, and no finding on the merits.
#[test]
fn ei_003_and_ei_004_wait_for_the_fee_and_the_inspection() {
    for id in ["EI-003", "EI-004"] {
        let life = row(id);
        let arrived = after(&life, &[(life.applicant(), submit(&life))]);
        let fee = "FeeBeforeReview";
        assert_eq!(said(arrived.clone(), &life.officer(), Command::StartReview), fee, "{id}");
        let reviewed =
            after(&arrived, &[(life.clerk(), pay(16_000)), (life.officer(), Command::StartReview)]);
        answers(
            &reviewed,
            &[
                (life.officer(), confirmed()),
                (life.officer(), inspected(&reviewed, Finding::Application(ApplicationFinding::Granted))),
                (life.clerk(), issue(1)),
                (life.officer(), inspected(&reviewed, Finding::Filing(FilingFinding::Confirmed))),
            ],
            expect![[r#"
                Review: InspectionMissing
                Review: FindingOfOtherAct
                IssueCertificate: WrongState { needed: Decided, actual: UnderReview }
                Review: yes
            "#]],
        );
        let defect = Finding::Filing(FilingFinding::FormalDefect(because("構造設備の概要がない")));
        let returned = after(&reviewed, &[(life.officer(), inspected(&reviewed, defect))]);
        assert_eq!(returned.state().name(), Decided, "{id}");
        assert_eq!(said(returned, &life.clerk(), issue(1)), "NotGranted", "{id}");
        let inspection = inspected(&reviewed, Finding::Filing(FilingFinding::Confirmed));
        let ended = after(
            &reviewed,
            &[(life.officer(), inspection), (Actor::System, notice_delivered()), (life.clerk(), issue(1))],
        );
        assert_eq!(ended.state().name(), Closed, "{id}");
    }
}

/// 経由: the city's leg and the state's, each with its own period; what the state answers is noted for the applicant, and ends it here.
#[test]
fn ho_004_has_a_leg_of_the_city_and_one_of_the_state_and_ends_with_its_answer() {
    let mut procedure = sample("HO-004");
    let city = Period { counted_from: CountedFrom::TheDay, holidays: Holidays::Skipped, ..Period::days(7) };
    (procedure.terms.standard_period, procedure.terms.agency_period) = (Some(city), Some(Period::days(60)));
    let life = Life::of(procedure);
    let papers = Command::RecordVisit { purpose: Visit::Papers, on: on(&life, 0) };
    let looked_at = after(
        &life,
        &[(life.applicant(), submit(&life)), (life.officer(), Command::StartReview), (life.clerk(), papers)],
    );
    let day = |life: &Life| life.state().expected().map(|day| day.to_string());
    assert_eq!(day(&looked_at), Some("2026-05-15".to_owned()));
    answers(
        &looked_at,
        &[
            (life.officer(), granted()),
            (life.officer(), assess(3_100)),
            (life.clerk(), pay(3_100)),
            (life.clerk(), issue(1)),
        ],
        expect![[r#"
            Review: DecidedElsewhere { agency: "厚生労働省" }
            AssessFee: FeeIsFree
            RecordPayment: FeeIsFree
            IssueCertificate: WrongState { needed: Decided, actual: UnderReview }
        "#]],
    );
    let sent = after(&looked_at, &[(life.officer(), Command::ForwardToAgency)]);
    assert_eq!(day(&sent), Some("2026-07-06".to_owned()));
    let answer = Command::AddNote {
        visibility: Visibility::Public,
        text: "厚生労働省から免許証が届きました。".into(),
    };
    let done = Command::Close { reason: CloseReason::Completed };
    let ended = after(&sent, &[(life.officer(), answer), (life.officer(), done)]);
    assert_eq!((ended.state().name(), day(&ended)), (Closed, None));
}

/// 所管外: nothing of it is the city's to decide, to charge or to hand over.
#[test]
fn do_007_is_sent_on_and_nothing_else_is_done_with_it() {
    let life = row("DO-007");
    let arrived = after(&life, &[(life.applicant(), submit(&life))]);
    answers(
        &arrived,
        &[
            (life.officer(), Command::StartReview),
            (life.officer(), granted()),
            (life.officer(), assess(1_150)),
            (life.clerk(), pay(1_150)),
            (life.clerk(), issue(1)),
            (life.officer(), Command::Close { reason: CloseReason::Completed }),
            (life.officer(), Command::ForwardToAgency),
        ],
        expect![[r#"
            StartReview: DecidedElsewhere { agency: "北海道渡島総合振興局" }
            Review: WrongState { needed: UnderReview, actual: Received }
            AssessFee: FeeIsFree
            RecordPayment: FeeIsFree
            IssueCertificate: WrongState { needed: Decided, actual: Received }
            Close: WrongState { needed: Decided, actual: Received }
            ForwardToAgency: yes
        "#]],
    );
}

/// 要綱: no disposition, and so nobody is told where to seek a remedy. Whoever seeks one all the same has done so, and it is recorded.
#[test]
fn ke_005_names_no_remedy_and_refuses_no_paper() {
    let life = row("KE-005");
    assert_eq!(life.procedure().terms.remedy, None);
    let refused = Finding::Application(ApplicationFinding::Refused(because("幅員が足りない")));
    let decided = after(
        &life,
        &[
            (life.applicant(), submit(&life)),
            (life.officer(), Command::StartReview),
            (life.officer(), review(refused)),
        ],
    );
    let appeal = |kind| Command::RecordAppeal { kind, filed_on: on(&decided, 0), paper: "写し".into() };
    answers(
        &decided,
        &[
            (life.officer(), appeal(AppealKind::RequestForReview)),
            (life.officer(), appeal(AppealKind::Suit)),
            (life.clerk(), deliver()),
        ],
        expect![[r#"
            RecordAppeal: yes
            RecordAppeal: yes
            DeliverDocument: yes
        "#]],
    );
}

/// 多子加算の確認書: what came late is received, and both mails say what follows: it works from the next month on.
#[test]
fn ji_003_tells_whoever_was_late_what_follows() {
    let life = row("JI-003");
    let arrived = after(&life, &[(life.applicant(), submit(&life))]);
    let effect = Some("翌月分からの適用になります。".to_owned());
    let late = Late { last_day: "2025-04-16".parse().ok(), effect };
    assert_eq!(told(&arrived, Task::ReceiptNotice).unwrap().late, Some(late.clone()));
    let confirmed = after(&arrived, &[(life.officer(), Command::StartReview), (life.officer(), confirmed())]);
    assert_eq!(told(&confirmed, Task::ResultNotice).unwrap().late, Some(late));
    let in_time = life.clone().at(Timestamp::from_jst(2025, 4, 16, 23, 58).unwrap());
    let in_time = after(&in_time, &[(life.applicant(), submit(&life))]);
    assert_eq!(told(&in_time, Task::ReceiptNotice).unwrap().late, None);
}

/// 所管の振り分け: the division of the address has it, alone; the first one lets go of it, and no day moves.
#[test]
fn ji_004_is_in_the_hands_of_one_division_at_a_time() {
    let life = row("JI-004");
    let arrived = after(&life, &[(life.applicant(), submit(&life))]);
    let assign = |division: &str| Command::AssignDivision { division: DivisionId::new(division).unwrap() };
    answers(
        &arrived,
        &[
            (officer_of(&life, "FUKUSHI-ESAN"), Command::StartReview),
            (life.officer(), assign("FUKUSHI-YAMA")),
            (life.officer(), assign("FUKUSHI-ESAN")),
            (life.clerk(), assign("FUKUSHI-MINAMIKAYABE")),
        ],
        expect![[r#"
            StartReview: OtherDivision { in_charge: DivisionId("FUKUSHI-KODOMO") }
            AssignDivision: DivisionUnknown { division: DivisionId("FUKUSHI-YAMA") }
            AssignDivision: yes
            AssignDivision: yes
        "#]],
    );
    let assigned = after(&arrived, &[(life.officer(), assign("FUKUSHI-MINAMIKAYABE"))]);
    let here = officer_of(&life, "FUKUSHI-MINAMIKAYABE");
    answers(
        &assigned,
        &[
            (life.officer(), Command::StartReview),
            (life.officer(), assign("FUKUSHI-KODOMO")),
            (here, Command::StartReview),
        ],
        expect![[r#"
            StartReview: OtherDivision { in_charge: DivisionId("FUKUSHI-MINAMIKAYABE") }
            AssignDivision: OtherDivision { in_charge: DivisionId("FUKUSHI-MINAMIKAYABE") }
            StartReview: yes
        "#]],
    );
    let of = |life: &Life| {
        let (received, status) = (life.state().receipt().unwrap(), life.state().status().unwrap());
        (
            received.receipt,
            received.arrived.arrived_at,
            life.state().expected(),
            status.division.as_str().to_owned(),
        )
    };
    let (receipt, arrived_at, due, first) = of(&arrived);
    assert_eq!(first, "FUKUSHI-KODOMO");
    assert_eq!(of(&assigned), (receipt, arrived_at, due, "FUKUSHI-MINAMIKAYABE".to_owned()));
}

/// 要介護認定: longer twice, each time with a reason and a later day, and both are kept.
#[test]
fn ka_001_may_take_longer_more_than_once_and_each_time_says_why() {
    let life = row("KA-001");
    let reviewed = after(&life, &[(life.applicant(), submit(&life)), (life.officer(), Command::StartReview)]);
    let longer = |days, why: &str| Command::ExtendDeadline { due: on(&life, days), reason: reason(why) };
    answers(
        &reviewed,
        &[
            (life.officer(), longer(30, "変わらない")),
            (life.officer(), longer(20, "早くなる")),
            (life.officer(), granted()),
        ],
        expect![[r#"
            ExtendDeadline: DueTooEarly { after: 2026-06-06 }
            ExtendDeadline: DueTooEarly { after: 2026-06-06 }
            Review: VisitMissing { purpose: Interview }
        "#]],
    );
    let twice = after(
        &reviewed,
        &[
            (life.officer(), longer(45, "主治医の意見書を待っている")),
            (life.officer(), longer(60, "審査会が延びた")),
        ],
    );
    assert_eq!(twice.state().expected(), Some(on(&life, 60)));
    let extended = |n| match told(&twice, Task::ExtensionNotice { extension: n }).unwrap().news {
        shinsei_core::notice::News::Extended { from, to, reason } => (from, to, reason),
        _ => unreachable!("M13"),
    };
    assert_eq!(extended(1).1, on(&life, 45));
    assert_eq!(
        extended(2),
        (Some(on(&life, 45)), on(&life, 60), "審査に時間を要するため(理由番号 R-01)".to_owned())
    );
}

/// 飲食店営業許可: the application is complete with its fee.
#[test]
fn ei_001_is_not_looked_at_before_its_fee_and_not_granted_before_its_inspection() {
    let life = row("EI-001");
    let arrived = after(&life, &[(life.applicant(), submit(&life)), (life.officer(), assess(17_500))]);
    answers(
        &arrived,
        &[(life.officer(), Command::StartReview), (life.clerk(), pay(17_000)), (life.clerk(), pay(17_500))],
        expect![[r#"
            StartReview: FeeBeforeReview
            RecordPayment: AmountDiffers { due: Yen(17500), paid: Yen(17000) }
            RecordPayment: yes
        "#]],
    );
    let reviewed = after(&arrived, &[(life.clerk(), pay(17_500)), (life.officer(), Command::StartReview)]);
    answers(
        &reviewed,
        &[(life.officer(), granted())],
        expect![[r#"
        Review: InspectionMissing
    "#]],
    );
}

/// 車検用の納税証明書: nothing is asked for, taken or awaited, and it does not end before it is handed over.
#[test]
fn ze_003_costs_nothing_and_ends_with_the_hand_over() {
    let life = row("ZE-003");
    let steps = [
        (life.applicant(), submit(&life)),
        (life.officer(), Command::StartReview),
        (life.officer(), granted()),
    ];
    let decided = after(&life, &steps);
    answers(
        &decided,
        &[
            (life.officer(), assess(300)),
            (life.clerk(), pay(300)),
            (life.officer(), Command::ExemptFee { ground: ExemptionGround::Statute }),
            (life.officer(), Command::Close { reason: CloseReason::Completed }),
            (life.clerk(), issue(2)),
            (life.clerk(), issue(1)),
        ],
        expect![[r#"
            AssessFee: FeeIsFree
            RecordPayment: FeeIsFree
            ExemptFee: FeeIsFree
            Close: StillDue
            IssueCertificate: CopiesOutOfRange { requested: 1, copies: 2 }
            IssueCertificate: yes
        "#]],
    );
}

/// 着手の30日前まで: counted back from the day that the form states, and no holiday makes it later or earlier.
#[test]
fn ke_007_is_due_before_the_works_begin() {
    let submit_for = |life: &Life, day: &str| {
        let form = form(life.procedure(), life.applicant_id(), 1, &format!(r#"{{"着手日":"{day}"}}"#));
        let form: SubmittedForm = detached(CertificateKind::JpkiSigning, &form);
        Command::Submit(Submit { form, ..life.submission() })
    };
    // 30 days before 2 June is Sunday 3 May, in a row of holidays.
    let last = row("KE-007").at(Timestamp::from_jst(2026, 5, 3, 23, 58).unwrap());
    let in_time = after(&last, &[(last.applicant(), submit_for(&last, "令和8年6月2日"))]);
    assert_eq!(in_time.state().arrival().unwrap().late, None);
    let late = after(&last, &[(last.applicant(), submit_for(&last, "2026-06-01"))]);
    assert_eq!(late.state().arrival().unwrap().late, Some(LateArrival { since: None }));
    for arrived in [in_time, late] {
        assert_eq!(arrived.state().name(), Received);
        let steps = [
            (last.officer(), Command::StartReview),
            (last.officer(), confirmed()),
            (Actor::System, notice_delivered()),
        ];
        let reviewed = after(&arrived, &steps[..1]);
        assert_eq!(reviewed.state().name(), UnderReview);
        // 届出: it was fulfilled when it arrived, and nothing refuses it on its merits.
        let refused = Finding::Application(ApplicationFinding::Refused(because("計画に合わない")));
        assert_eq!(said(reviewed, &last.officer(), review(refused)), "FindingOfOtherAct");
        assert_eq!(after(&arrived, &steps).state().name(), Closed);
    }
}

fn officer_of(life: &Life, division: &str) -> Actor {
    let Actor::Officer(officer) = life.officer() else { unreachable!() };
    Actor::Officer(Staff { division: DivisionId::new(division).unwrap(), ..officer })
}

fn reason(words: &str) -> StatedReason {
    StatedReason { code: ReasonCode::new("R-01").unwrap(), text: words.into() }
}
