//! Which mails follow from what happens after the arrival, and that none is sent of what is past.

use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::AgendaChange;
use shinsei_core::command::{Command, DocumentWritten, SealPut};
use shinsei_core::event::PaymentChannel;
use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{CaseFile, CaseNotice, Correspondence, Message, News, Task, WithdrawnFee, render};
use shinsei_core::procedure::{ConsentRule, Division, RefundRule, WithdrawalRule};
use shinsei_core::rejection::StateName::{Decided, Received, UnderReview};
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::kit::{assess, because, case, notice_delivered, on, pay, pay_by};
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

/// What the mail of a task tells of a case; `None` when it would not be sent any more.
pub(crate) fn told(life: &Life, task: Task) -> Option<CaseNotice> {
    let contact = Division {
        id: DivisionId::new("shimin").unwrap(),
        name: "市民課".to_owned(),
        phone: "0138-00-0000".to_owned(),
        counter: "1階".to_owned(),
        hours: "平日".to_owned(),
    };
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

/// Which mail a task is now; `-` when it would not be sent any more.
fn mail(life: &Life, task: Task) -> &'static str {
    match news(life, task) {
        Some(News::FeeNotice { .. }) => "M9",
        Some(News::FeePaid { .. }) => "M10",
        Some(News::Ready { .. }) => "M11",
        Some(News::Withdrawn { .. } | News::WithdrawalDeclined { .. }) => "M12",
        Some(News::DocumentPublished { .. }) => "M17",
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
