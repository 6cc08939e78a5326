//! Which mails follow from what happens after the arrival, and that none is sent of what is past.

use chrono::NaiveDate;
use shinsei_conformance::life::{Life, Step, staff};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::AgendaChange;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, DocumentWritten, PaymentMade, SealPut};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{PaymentChannel, ReversalCause};
use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{
    Alert, CaseFile, CaseNotice, Correspondence, Message, News, Reader, Refunding, Task, WithdrawnFee, render,
};
use shinsei_core::procedure::{ConsentRule, Division, ExemptionGround, RefundRule, WithdrawalRule};
use shinsei_core::rejection::StateName::{Closed, Decided, Received, UnderReview};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::desk::{answer, awaiting_correction, consult, extend, near, other_division, passed, requested};
use crate::kit::{assess, because, case, notice_delivered, on, pay, pay_by, said};
use crate::points::{barber_shop, copy_of_residence, electronic_permit, restaurant};

/// Asks, and returns the life with the notices that the answer scheduled.
fn ask(mut life: Life, by: Actor, command: Command) -> (Life, Vec<Task>) {
    let decision = life.ask(&Step::new(by, command)).unwrap();
    let scheduled = decision.agenda.iter().filter_map(|change| match change {
        AgendaChange::Schedule(entry) => Task::from_bytes(&entry.task),
        AgendaChange::Cancel(_) | AgendaChange::Redrive(_) => None,
    });
    (life, scheduled.collect())
}

fn division(staff: Option<&str>, head: Option<&str>) -> Division {
    Division {
        id: DivisionId::new("shimin").unwrap(),
        name: "市民課".to_owned(),
        phone: "0138-00-0000".to_owned(),
        counter: "1階".to_owned(),
        hours: "平日".to_owned(),
        staff_mail: staff.map(str::to_owned),
        head_mail: head.map(str::to_owned),
    }
}

/// What the mail of a task tells of a case; `None` when it would not be sent any more.
pub(crate) fn told(life: &Life, task: Task) -> Option<CaseNotice> {
    let contact = division(None, None);
    let between = Correspondence {
        municipality: "012025".parse().unwrap(),
        city: "函館市",
        contact: &contact,
        to: "hanako@example.jp",
    };
    let file = CaseFile { case: life.state(), history: life.history() };
    let notice = render(task, Uuid::nil(), file, between)?;
    let Message::Case(case) = notice.message else { unreachable!() };
    Some(case)
}

fn news(life: &Life, task: Task) -> Option<News> {
    told(life, task).map(|case| case.news)
}

/// What the division reads; `None` when it would not be written to any more.
fn alert(life: &Life, alert: Alert) -> Option<(String, NaiveDate)> {
    let contact = division(Some("koseki@city.example.lg.jp"), None);
    let between = Correspondence {
        municipality: "012025".parse().unwrap(),
        city: "函館市",
        contact: &contact,
        to: alert.address(&contact).unwrap(),
    };
    let file = CaseFile { case: life.state(), history: life.history() };
    let notice = render(Task::Alert(alert), Uuid::nil(), file, between)?;
    assert_eq!((notice.to.as_str(), notice.reader), ("koseki@city.example.lg.jp", Reader::Staff));
    let Message::Staff(staff) = notice.message else { panic!("an alert is for the staff") };
    assert_eq!(staff.alert, alert);
    Some((staff.receipt.to_string(), staff.day))
}

/// Which mail a task is now; `-` when it would not be sent any more.
fn mail(life: &Life, task: Task) -> &'static str {
    match news(life, task) {
        Some(News::FeeNotice { .. }) => "M9",
        Some(News::FeePaid { .. }) => "M10",
        Some(News::Ready { .. }) => "M11",
        Some(News::Withdrawn { .. } | News::WithdrawalDeclined { .. }) => "M12",
        Some(News::DocumentPublished { .. }) => "M17",
        Some(News::Refund { .. }) => "M19",
        Some(News::Exempted { .. }) => "M20",
        Some(News::Reviewed { .. }) => "M3 to M5",
        Some(_) => "another",
        None => "-",
    }
}

#[test]
fn a_request_to_pay_is_mailed_while_it_is_the_last_and_unpaid() {
    let life = case(restaurant(), Received);
    let officer = life.officer();
    let (life, _) = ask(life, officer.clone(), assess(17_500));
    let request = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 7) };
    let (life, tasks) = ask(life, officer.clone(), request.clone());
    assert_eq!(tasks, [Task::FeeNotice { notice: 1 }]);
    assert_eq!(mail(&life, tasks[0]), "M9");
    let (again, later) = ask(life.clone(), officer, request);
    assert_eq!((mail(&again, tasks[0]), mail(&again, later[0])), ("-", "M9"));
    let clerk = life.clerk();
    let (paid, tasks_of_cash) = ask(life, clerk, pay(17_500));
    assert_eq!((mail(&paid, tasks[0]), tasks_of_cash.len()), ("-", 0));
}

#[test]
fn a_payment_from_afar_is_confirmed_and_says_what_can_be_fetched() {
    let life = case(copy_of_residence(), Decided);
    let (life, tasks) = ask(life, Actor::System, pay_by(PaymentChannel::Electronic, 300));
    let mails: Vec<_> = tasks.iter().map(|task| mail(&life, *task)).collect();
    assert_eq!(mails, ["M10", "M11"]);
}

#[test]
fn a_withdrawal_is_mailed_with_what_becomes_of_the_fee() {
    let withdrawn = |rule| {
        let mut procedure = barber_shop();
        procedure.terms.refund = rule;
        let life = case(procedure, UnderReview);
        let applicant = life.applicant();
        let (life, tasks) = ask(life, applicant, Command::Withdraw);
        match news(&life, tasks[0]) {
            Some(News::Withdrawn { fee, .. }) => fee,
            _ => panic!("a withdrawal is told"),
        }
    };
    assert_eq!(withdrawn(RefundRule::Never), WithdrawnFee::Kept(Yen(16_000)));
    assert_eq!(withdrawn(RefundRule::MayorsDiscretion), WithdrawnFee::ToBeDecided(Yen(16_000)));
    let life = case(copy_of_residence(), UnderReview);
    let applicant = life.applicant();
    let (life, tasks) = ask(life, applicant, Command::Withdraw);
    let Some(News::Withdrawn { fee, .. }) = news(&life, tasks[0]) else { panic!("a withdrawal is told") };
    assert_eq!(fee, WithdrawnFee::NothingPaid);
}

#[test]
fn a_withdrawal_that_is_declined_is_mailed_each_time() {
    let mut procedure = copy_of_residence();
    procedure.terms.withdrawal = WithdrawalRule::ByConsent;
    let mut life = case(procedure, UnderReview);
    for declined in 1..=2 {
        let (applicant, officer) = (life.applicant(), life.officer());
        let (requested, none) = ask(life, applicant, Command::Withdraw);
        assert_eq!(none, []);
        let decline = Command::DeclineWithdrawal { reasons: because("第三者の権利に関わる") };
        let (answered, tasks) = ask(requested, officer, decline);
        assert_eq!(tasks, [Task::WithdrawalDeclinedNotice { declined }]);
        assert_eq!(mail(&answered, tasks[0]), "M12");
        life = answered;
    }
}

#[test]
fn a_document_is_announced_while_it_can_be_fetched() {
    let mut procedure = electronic_permit();
    procedure.terms.consent = Some(ConsentRule::WithApplication);
    let life = case(procedure, Decided);
    let document = DocumentWritten { body: "許可します。".into(), seal: SealPut::None };
    let (officer, applicant) = (life.officer(), life.applicant());
    let publish = Command::PublishDocument { document, expires_on: on(&life, 30) };
    let (life, tasks) = ask(life, officer, publish);
    assert_eq!(
        (tasks.as_slice(), mail(&life, tasks[0])),
        (&[Task::PublicationNotice { publication: 1 }][..], "M17")
    );
    let (fetched, _) = ask(life, applicant, Command::FetchDocument);
    assert_eq!(mail(&fetched, tasks[0]), "-");
}

#[test]
fn what_is_decided_otherwise_is_told_again() {
    let life = case(copy_of_residence(), Decided).run(&[Step::new(Actor::System, notice_delivered())]);
    let officer = life.officer();
    let revoke = Command::RevokeDecision { reasons: because("偽りの申請による"), approver: None };
    let (life, tasks) = ask(life, officer, revoke);
    assert_eq!(tasks, [Task::LaterResultNotice { ruling: 2 }]);
    assert_eq!(mail(&life, tasks[0]), "M3 to M5");
}

#[test]
fn who_was_told_to_pay_is_told_of_an_exemption_and_nobody_else() {
    let exempt = |life: Life| {
        let officer = life.officer();
        ask(life, officer, Command::ExemptFee { ground: ExemptionGround::MayorsDiscretion })
    };
    let mut procedure = restaurant();
    procedure.terms.exemptions = Some(vec![ExemptionGround::MayorsDiscretion]);
    // By the receipt, since the fee comes first; by a request; by the result.
    let (early, told) = exempt(case(procedure, Received));
    assert_eq!(told, [Task::ExemptionNotice]);
    let Some(News::Exempted { on: decided_on }) = news(&early, told[0]) else {
        panic!("an exemption is told")
    };
    assert_eq!(decided_on, early.now().date_jst());
    let mut later = copy_of_residence();
    later.terms.exemptions = Some(vec![ExemptionGround::MayorsDiscretion]);
    let (decided, told) = exempt(case(later.clone(), Decided));
    assert_eq!((told.as_slice(), mail(&decided, told[0])), ([Task::ExemptionNotice].as_slice(), "M20"));
    let life = case(later.clone(), Decided);
    let officer = life.officer();
    let request = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 7) };
    let (asked, requested) = ask(life, officer, request);
    assert_eq!(mail(&asked, requested[0]), "M9");
    let (exempted, told) = exempt(asked);
    assert_eq!((mail(&exempted, requested[0]), mail(&exempted, told[0])), ("-", "M20"));
    let (_, told) = exempt(case(later, UnderReview));
    assert_eq!(told, [], "nobody was told to pay yet");
}

#[test]
fn money_that_goes_back_is_told_of_when_it_comes_in_and_when_it_is_decided() {
    let payment = |reference: &str| {
        let (yen, channel) = (Yen(300), PaymentChannel::Electronic);
        Command::RecordPayment(PaymentMade { yen, channel, reference: Bytes::from(reference) })
    };
    let (life, tasks) = ask(case(copy_of_residence(), Closed), Actor::System, payment("収納 第0001号"));
    assert_eq!(tasks, [Task::SurplusNotice { payment: 2 }]);
    let Some(News::Refund { yen, refunding, .. }) = news(&life, tasks[0]) else { panic!("M19") };
    assert_eq!((yen, refunding), (Yen(300), Refunding::Surplus));
    let officer = life.officer();
    let (back, refunds) = ask(life.clone(), officer, Command::Refund { payment: 2, yen: Yen(200) });
    assert_eq!(refunds, [Task::RefundNotice { refund: 1 }]);
    let Some(News::Refund { yen, refunding, .. }) = news(&back, refunds[0]) else { panic!("M19") };
    assert_eq!((yen, refunding), (Yen(200), Refunding::SurplusDecided));
    assert_eq!(mail(&back, tasks[0]), "-", "what is decided is told by the later mail");
    let reverse = Command::ReversePayment { payment: 2, cause: ReversalCause::TakenBack };
    let (taken_back, none) = ask(life, Actor::System, reverse);
    assert_eq!((mail(&taken_back, tasks[0]), none.len()), ("-", 0), "there is nothing to give back");
}

#[test]
fn a_fee_that_is_given_back_is_told_of_each_time() {
    let mut procedure = copy_of_residence();
    procedure.terms.refund = RefundRule::MayorsDiscretion;
    let mut life = case(procedure, Closed);
    for refund in 1..=2 {
        let officer = life.officer();
        let (given, tasks) = ask(life, officer, Command::Refund { payment: 1, yen: Yen(100 * refund) });
        assert_eq!(tasks, [Task::RefundNotice { refund }]);
        let Some(News::Refund { yen, refunding, .. }) = news(&given, tasks[0]) else { panic!("M19") };
        assert_eq!((yen, refunding), (Yen(100 * refund), Refunding::FeeDecided));
        life = given;
    }
}

#[test]
fn what_has_passed_goes_to_the_head_and_all_else_to_who_does_the_work() {
    let (staff, head) = ("koseki@city.example.lg.jp", "kacho@city.example.lg.jp");
    let both = division(Some(staff), Some(head));
    let others = [
        Alert::Approaching { due: 1 },
        Alert::CorrectionOverdue { request: 1 },
        Alert::ConsultationOverdue { consultation: 1 },
    ];
    for alert in others {
        assert_eq!(alert.address(&both), Some(staff));
        assert_eq!(alert.address(&division(None, Some(head))), Some(head));
        assert_eq!(alert.address(&division(None, None)), None);
    }
    let exceeded = Alert::Exceeded { due: 1 };
    assert_eq!(exceeded.address(&both), Some(head));
    assert_eq!(exceeded.address(&division(Some(staff), None)), Some(staff));
    assert_eq!(exceeded.address(&division(None, None)), None);
}

#[test]
fn the_division_is_written_to_once_for_each_due_date_while_the_case_waits() {
    let life = requested();
    let due = life.state().clock().unwrap().running().unwrap().clone();
    let number = life.state().receipt().unwrap().receipt.to_string();
    let (life, tasks) = ask(life.at(jst(5, 1, 9)), Actor::System, near(1));
    assert_eq!(tasks, [Task::Alert(Alert::Approaching { due: 1 })]);
    assert_eq!(alert(&life, Alert::Approaching { due: 1 }), Some((number.clone(), due.day)));
    assert_eq!(said(life.clone(), &Actor::System, near(1)), "DeadlineMoot");
    let (life, tasks) = ask(life.at(jst(5, 5, 9)), Actor::System, passed(1));
    assert_eq!(tasks, [Task::Alert(Alert::Exceeded { due: 1 })]);
    assert_eq!(alert(&life, Alert::Exceeded { due: 1 }), Some((number, due.day)));
    assert_eq!(alert(&life, Alert::Approaching { due: 1 }), None, "the graver one takes its place");
    assert_eq!(said(life.clone(), &Actor::System, passed(1)), "DeadlineMoot");
    // A later due date is another one.
    let officer = life.officer();
    let later = extend(&life, 10);
    let (extended, _) = ask(life, officer, later);
    assert_eq!(alert(&extended, Alert::Exceeded { due: 1 }), None);
}

#[test]
fn a_correction_or_an_answer_that_does_not_come_is_told_to_the_division_until_it_has_come() {
    let life = awaiting_correction();
    let overdue = Command::PassDeadline(Deadline::CorrectionDue { request: 1 });
    let (late, tasks) = ask(life.at(jst(5, 22, 9)), Actor::System, overdue);
    let of_a_correction = Alert::CorrectionOverdue { request: 1 };
    assert_eq!(tasks, [Task::Alert(of_a_correction)]);
    assert_eq!(alert(&late, of_a_correction).unwrap().1, NaiveDate::from_ymd_opt(2026, 5, 21).unwrap());
    let officer = late.officer();
    let (resumed, _) = ask(late, officer, Command::ResumeReview);
    assert_eq!(alert(&resumed, of_a_correction), None);

    let life = case(copy_of_residence(), UnderReview);
    let (officer, asks) = (life.officer(), consult(&life));
    let (asked, none) = ask(life, officer, asks);
    assert_eq!(none, []);
    let overdue = Command::PassDeadline(Deadline::ConsultationDue { consultation: 1 });
    let (late, tasks) = ask(asked.at(jst(5, 15, 9)), Actor::System, overdue);
    let of_an_answer = Alert::ConsultationOverdue { consultation: 1 };
    assert_eq!(tasks, [Task::Alert(of_an_answer)]);
    assert_eq!(alert(&late, of_an_answer).unwrap().1, NaiveDate::from_ymd_opt(2026, 5, 14).unwrap());
    let theirs = Actor::Officer(staff("s-900", &other_division()));
    let (answered, _) = ask(late, theirs, answer());
    assert_eq!(alert(&answered, of_an_answer), None);
}

fn jst(month: u32, day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, month, day, hour, 0).unwrap()
}
