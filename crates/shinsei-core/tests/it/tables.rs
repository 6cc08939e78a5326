//! Who may do what, and which command fits which state: whole tables.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CloseReason, PaymentChannel};
use shinsei_core::procedure::ExemptionGround;
use shinsei_core::rejection::StateName::{self, Decided, Received, UnderReview};

use crate::kit::{
    assess, case, clerk_elsewhere, granted, issue, notice_delivered, officer_elsewhere, pay, pay_by, said,
    save, submit,
};
use crate::points::{copy_of_residence, copy_of_residence_kept_for_a_year, restaurant};

fn exempt() -> Command {
    Command::ExemptFee { ground: ExemptionGround::PublicAssistance }
}

fn not_collected() -> Command {
    Command::Close { reason: CloseReason::NotCollected }
}

/// A form that was put aside once.
fn drafted() -> Life {
    let life = Life::of(copy_of_residence());
    let step = Step::new(life.applicant(), save(&life));
    life.run(&[step])
}

/// A granted case whose applicant was told and exempted.
fn told_and_exempted(life: Life) -> Life {
    let (officer, system) = (life.officer(), Actor::System);
    life.run(&[Step::new(system, notice_delivered()), Step::new(officer, exempt())])
}

#[test]
fn an_officer_of_another_division_may_do_nothing() {
    let at = |state| case(copy_of_residence(), state);
    let rows = [
        (Life::of(copy_of_residence()), save(&Life::of(copy_of_residence()))),
        (drafted(), Command::DiscardDraft),
        (drafted(), Command::PassDeadline(Deadline::DraftExpiry { saves: 1 })),
        (Life::of(copy_of_residence()), submit(&Life::of(copy_of_residence()))),
        (at(Received), Command::StartReview),
        (at(UnderReview), granted()),
        (case(restaurant(), Received), assess(17_500)),
        (at(Decided), exempt()),
        (at(Decided), pay(300)),
        (at(Decided), pay_by(PaymentChannel::Electronic, 300)),
        (told_and_exempted(at(Decided)), issue(1)),
        (at(Decided), notice_delivered()),
        (told_and_exempted(at(Decided)), not_collected()),
    ];
    let mut table = String::new();
    for (life, command) in rows {
        table += &format!("{}\n", command.name());
        let actors = [
            ("applicant", life.applicant()),
            ("officer", life.officer()),
            ("clerk", life.clerk()),
            ("engine", Actor::System),
            ("officer elsewhere", officer_elsewhere()),
            ("clerk elsewhere", clerk_elsewhere()),
        ];
        for (name, actor) in actors {
            table += &format!("    {name}: {}\n", said(life.clone(), &actor, command.clone()));
        }
    }
    expect![[r#"
        SaveDraft
            applicant: yes
            officer: NotPermitted { needed: Applicant }
            clerk: NotPermitted { needed: Applicant }
            engine: NotPermitted { needed: Applicant }
            officer elsewhere: NotPermitted { needed: Applicant }
            clerk elsewhere: NotPermitted { needed: Applicant }
        DiscardDraft
            applicant: yes
            officer: NotPermitted { needed: Applicant }
            clerk: NotPermitted { needed: Applicant }
            engine: NotPermitted { needed: Applicant }
            officer elsewhere: NotPermitted { needed: Applicant }
            clerk elsewhere: NotPermitted { needed: Applicant }
        PassDeadline
            applicant: NotPermitted { needed: Engine }
            officer: NotPermitted { needed: Engine }
            clerk: NotPermitted { needed: Engine }
            engine: DeadlineNotReached { at: 2026-06-06T06:05:00Z }
            officer elsewhere: NotPermitted { needed: Engine }
            clerk elsewhere: NotPermitted { needed: Engine }
        Submit
            applicant: yes
            officer: NotPermitted { needed: Applicant }
            clerk: NotPermitted { needed: Applicant }
            engine: NotPermitted { needed: Applicant }
            officer elsewhere: NotPermitted { needed: Applicant }
            clerk elsewhere: NotPermitted { needed: Applicant }
        StartReview
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        Review
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        AssessFee
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("hokenjo/eisei") }
            clerk elsewhere: NotPermitted { needed: Officer }
        ExemptFee
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        RecordPayment
            applicant: NotPermitted { needed: System }
            officer: yes
            clerk: yes
            engine: NotPermitted { needed: Counter }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        RecordPayment
            applicant: NotPermitted { needed: System }
            officer: yes
            clerk: yes
            engine: yes
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        IssueCertificate
            applicant: NotPermitted { needed: Counter }
            officer: yes
            clerk: yes
            engine: NotPermitted { needed: Counter }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        TellResult
            applicant: NotPermitted { needed: System }
            officer: yes
            clerk: yes
            engine: yes
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        Close
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
    "#]]
    .assert_eq(&table);
}

#[test]
fn each_command_fits_its_own_states_only() {
    let mut table = String::new();
    for state in StateName::ALL {
        let life = match state {
            StateName::Arrived => arrived(),
            StateName::Disposed => case(copy_of_residence_kept_for_a_year(), state),
            StateName::Draft => drafted(),
            StateName::Discarded => {
                let life = drafted();
                let by = life.applicant();
                life.run(&[Step::new(by, Command::DiscardDraft)])
            }
            state => case(copy_of_residence(), state),
        };
        let (officer, clerk) = (life.officer(), life.clerk());
        let commands = [
            (life.applicant(), save(&life)),
            (life.applicant(), Command::DiscardDraft),
            (Actor::System, Command::PassDeadline(Deadline::DraftExpiry { saves: 1 })),
            (life.applicant(), submit(&life)),
            (officer.clone(), Command::StartReview),
            (officer.clone(), granted()),
            (officer.clone(), assess(300)),
            (officer.clone(), exempt()),
            (clerk.clone(), pay(300)),
            (clerk, issue(1)),
            (Actor::System, notice_delivered()),
            (officer, not_collected()),
        ];
        table += &format!("{state}: {}\n", life.state().label());
        for (by, command) in commands {
            table += &format!("    {}: {}\n", command.name(), said(life.clone(), &by, command));
        }
    }
    expect![[r#"
        Absent: 未申請
            SaveDraft: yes
            DiscardDraft: CaseUnknown
            PassDeadline: DeadlineMoot
            Submit: yes
            StartReview: CaseUnknown
            Review: CaseUnknown
            AssessFee: CaseUnknown
            ExemptFee: CaseUnknown
            RecordPayment: CaseUnknown
            IssueCertificate: CaseUnknown
            TellResult: CaseUnknown
            Close: CaseUnknown
        Draft: 作成中
            SaveDraft: yes
            DiscardDraft: yes
            PassDeadline: DeadlineNotReached { at: 2026-06-06T06:05:00Z }
            Submit: yes
            StartReview: WrongState { needed: Received, actual: Draft }
            Review: WrongState { needed: UnderReview, actual: Draft }
            AssessFee: WrongState { needed: Received, actual: Draft }
            ExemptFee: WrongState { needed: Received, actual: Draft }
            RecordPayment: WrongState { needed: Received, actual: Draft }
            IssueCertificate: WrongState { needed: Decided, actual: Draft }
            TellResult: WrongState { needed: Decided, actual: Draft }
            Close: WrongState { needed: Decided, actual: Draft }
        Discarded: 破棄済
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Discarded }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Discarded }
            Review: WrongState { needed: UnderReview, actual: Discarded }
            AssessFee: WrongState { needed: Received, actual: Discarded }
            ExemptFee: WrongState { needed: Received, actual: Discarded }
            RecordPayment: WrongState { needed: Received, actual: Discarded }
            IssueCertificate: WrongState { needed: Decided, actual: Discarded }
            TellResult: WrongState { needed: Decided, actual: Discarded }
            Close: WrongState { needed: Decided, actual: Discarded }
        Arrived: 到達
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Arrived }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Arrived }
            Review: WrongState { needed: UnderReview, actual: Arrived }
            AssessFee: WrongState { needed: Received, actual: Arrived }
            ExemptFee: WrongState { needed: Received, actual: Arrived }
            RecordPayment: WrongState { needed: Received, actual: Arrived }
            IssueCertificate: WrongState { needed: Decided, actual: Arrived }
            TellResult: WrongState { needed: Decided, actual: Arrived }
            Close: WrongState { needed: Decided, actual: Arrived }
        Received: 受付済(審査待ち)
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Received }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: yes
            Review: WrongState { needed: UnderReview, actual: Received }
            AssessFee: FeeNotDue
            ExemptFee: yes
            RecordPayment: FeeNotAssessed
            IssueCertificate: WrongState { needed: Decided, actual: Received }
            TellResult: WrongState { needed: Decided, actual: Received }
            Close: WrongState { needed: Decided, actual: Received }
        UnderReview: 審査中
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: UnderReview }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: UnderReview }
            Review: yes
            AssessFee: FeeNotDue
            ExemptFee: yes
            RecordPayment: FeeNotAssessed
            IssueCertificate: WrongState { needed: Decided, actual: UnderReview }
            TellResult: WrongState { needed: Decided, actual: UnderReview }
            Close: WrongState { needed: Decided, actual: UnderReview }
        Decided: 手数料の納付待ち
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Decided }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Decided }
            Review: WrongState { needed: UnderReview, actual: Decided }
            AssessFee: FeeAlreadyAssessed
            ExemptFee: yes
            RecordPayment: yes
            IssueCertificate: FeeUnsettled
            TellResult: yes
            Close: StillDue
        Issued: 交付済
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Issued }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Issued }
            Review: WrongState { needed: UnderReview, actual: Issued }
            AssessFee: FeeAlreadySettled
            ExemptFee: FeeAlreadySettled
            RecordPayment: PaymentKnown
            IssueCertificate: WrongState { needed: Decided, actual: Issued }
            TellResult: yes
            Close: StillDue
        Closed: 手続終了
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Closed }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Closed }
            Review: WrongState { needed: UnderReview, actual: Closed }
            AssessFee: WrongState { needed: Received, actual: Closed }
            ExemptFee: WrongState { needed: Received, actual: Closed }
            RecordPayment: WrongState { needed: Received, actual: Closed }
            IssueCertificate: WrongState { needed: Decided, actual: Closed }
            TellResult: WrongState { needed: Decided, actual: Closed }
            Close: WrongState { needed: Decided, actual: Closed }
        Disposed: 手続終了(保存期間満了)
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Disposed }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            StartReview: WrongState { needed: Received, actual: Disposed }
            Review: WrongState { needed: UnderReview, actual: Disposed }
            AssessFee: WrongState { needed: Received, actual: Disposed }
            ExemptFee: WrongState { needed: Received, actual: Disposed }
            RecordPayment: WrongState { needed: Received, actual: Disposed }
            IssueCertificate: WrongState { needed: Decided, actual: Disposed }
            TellResult: WrongState { needed: Decided, actual: Disposed }
            Close: WrongState { needed: Decided, actual: Disposed }
    "#]]
    .assert_eq(&table);
}

/// No decision leaves a case without its number; a history that was cut off does.
fn arrived() -> Life {
    let whole = case(copy_of_residence(), Received);
    let mut life = Life::of(copy_of_residence());
    life.record(whole.history()[0].event.clone());
    life
}
