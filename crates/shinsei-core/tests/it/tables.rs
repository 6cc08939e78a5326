//! Who may do what, and which command fits which state: whole tables.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CloseReason, PaymentChannel, Visibility};
use shinsei_core::procedure::ExemptionGround;
use shinsei_core::rejection::StateName::{self, Decided, Received, UnderReview};

use crate::desk::{
    answer, awaiting_correction, consult, correct, draft_decision, drafted_decision, extend, note,
    other_division, paper, request_correction, send_back, staff_id, transfer,
};
use crate::kit::{
    assess, case, clerk_elsewhere, granted, issue, notice_delivered, officer_elsewhere, pay, pay_by, said,
    save, submit,
};
use crate::points::licence_of_a_doctor;
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
        (Life::of(copy_of_residence()), paper(&Life::of(copy_of_residence()))),
        (at(Received), Command::AssignDivision { division: other_division() }),
        (at(Received), Command::AssignOfficer { officer: staff_id("s-022") }),
        (at(Received), note(Visibility::Public)),
        (at(Received), Command::StartReview),
        (at(UnderReview), request_correction(&at(UnderReview))),
        (awaiting_correction(), correct(&awaiting_correction())),
        (awaiting_correction(), Command::ResumeReview),
        (at(UnderReview), consult(&at(UnderReview))),
        (at(UnderReview), transfer()),
        (case(licence_of_a_doctor(), UnderReview), Command::ForwardToAgency),
        (at(UnderReview), extend(&at(UnderReview), 60)),
        (at(UnderReview), draft_decision("s-001")),
        (drafted_decision(), Command::DelegateApproval { to: staff_id("s-002") }),
        (drafted_decision(), send_back()),
        (drafted_decision(), Command::Approve),
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
        RecordPaperArrival
            applicant: NotPermitted { needed: Counter }
            officer: yes
            clerk: yes
            engine: NotPermitted { needed: Counter }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        AssignDivision
            applicant: NotPermitted { needed: Counter }
            officer: yes
            clerk: yes
            engine: NotPermitted { needed: Counter }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        AssignOfficer
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        AddNote
            applicant: NotPermitted { needed: Counter }
            officer: yes
            clerk: yes
            engine: NotPermitted { needed: Counter }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
        StartReview
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        RequestCorrection
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        Correct
            applicant: yes
            officer: NotPermitted { needed: Applicant }
            clerk: NotPermitted { needed: Applicant }
            engine: NotPermitted { needed: Applicant }
            officer elsewhere: NotPermitted { needed: Applicant }
            clerk elsewhere: NotPermitted { needed: Applicant }
        ResumeReview
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        Consult
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        Transfer
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        ForwardToAgency
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("hokenjo/somu") }
            clerk elsewhere: NotPermitted { needed: Officer }
        ExtendDeadline
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        DraftDecision
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherDivision { in_charge: DivisionId("shimin/koseki") }
            clerk elsewhere: NotPermitted { needed: Officer }
        DelegateApproval
            applicant: NotPermitted { needed: Officer }
            officer: OtherApprover { approver: StaffId("s-001") }
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherApprover { approver: StaffId("s-001") }
            clerk elsewhere: NotPermitted { needed: Officer }
        SendBack
            applicant: NotPermitted { needed: Officer }
            officer: yes
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherApprover { approver: StaffId("s-001") }
            clerk elsewhere: NotPermitted { needed: Officer }
        Approve
            applicant: NotPermitted { needed: Officer }
            officer: OtherApprover { approver: StaffId("s-001") }
            clerk: NotPermitted { needed: Officer }
            engine: NotPermitted { needed: Officer }
            officer elsewhere: OtherApprover { approver: StaffId("s-001") }
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
            StateName::AwaitingCorrection => awaiting_correction(),
            StateName::AwaitingApproval => drafted_decision(),
            StateName::Forwarded => case(licence_of_a_doctor(), state),
            state => case(copy_of_residence(), state),
        };
        let (officer, clerk) = (life.officer(), life.clerk());
        let commands = [
            (life.applicant(), save(&life)),
            (life.applicant(), Command::DiscardDraft),
            (Actor::System, Command::PassDeadline(Deadline::DraftExpiry { saves: 1 })),
            (life.applicant(), submit(&life)),
            (clerk.clone(), paper(&life)),
            (clerk.clone(), Command::AssignDivision { division: other_division() }),
            (officer.clone(), Command::AssignOfficer { officer: staff_id("s-022") }),
            (clerk.clone(), note(Visibility::Private)),
            (officer.clone(), Command::StartReview),
            (officer.clone(), request_correction(&life)),
            (life.applicant(), correct(&life)),
            (officer.clone(), Command::ResumeReview),
            (officer.clone(), consult(&life)),
            (officer.clone(), answer()),
            (officer.clone(), transfer()),
            (officer.clone(), Command::ForwardToAgency),
            (officer.clone(), extend(&life, 60)),
            (officer.clone(), Command::RebaseDueDate),
            (officer.clone(), draft_decision("s-001")),
            (officer.clone(), Command::DelegateApproval { to: staff_id("s-002") }),
            (officer.clone(), send_back()),
            (officer.clone(), Command::Approve),
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
            RecordPaperArrival: yes
            AssignDivision: CaseUnknown
            AssignOfficer: CaseUnknown
            AddNote: CaseUnknown
            StartReview: CaseUnknown
            RequestCorrection: CaseUnknown
            Correct: CaseUnknown
            ResumeReview: CaseUnknown
            Consult: CaseUnknown
            AnswerConsultation: CaseUnknown
            Transfer: CaseUnknown
            ForwardToAgency: CaseUnknown
            ExtendDeadline: CaseUnknown
            RebaseDueDate: CaseUnknown
            DraftDecision: CaseUnknown
            DelegateApproval: CaseUnknown
            SendBack: CaseUnknown
            Approve: CaseUnknown
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Draft }
            AssignOfficer: WrongState { needed: UnderReview, actual: Draft }
            AddNote: WrongState { needed: Received, actual: Draft }
            StartReview: WrongState { needed: Received, actual: Draft }
            RequestCorrection: WrongState { needed: UnderReview, actual: Draft }
            Correct: WrongState { needed: AwaitingCorrection, actual: Draft }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Draft }
            Consult: WrongState { needed: UnderReview, actual: Draft }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Draft }
            Transfer: WrongState { needed: UnderReview, actual: Draft }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Draft }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Draft }
            RebaseDueDate: WrongState { needed: Received, actual: Draft }
            DraftDecision: WrongState { needed: UnderReview, actual: Draft }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Draft }
            SendBack: WrongState { needed: AwaitingApproval, actual: Draft }
            Approve: WrongState { needed: AwaitingApproval, actual: Draft }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Discarded }
            AssignOfficer: WrongState { needed: UnderReview, actual: Discarded }
            AddNote: WrongState { needed: Received, actual: Discarded }
            StartReview: WrongState { needed: Received, actual: Discarded }
            RequestCorrection: WrongState { needed: UnderReview, actual: Discarded }
            Correct: WrongState { needed: AwaitingCorrection, actual: Discarded }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Discarded }
            Consult: WrongState { needed: UnderReview, actual: Discarded }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Discarded }
            Transfer: WrongState { needed: UnderReview, actual: Discarded }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Discarded }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Discarded }
            RebaseDueDate: WrongState { needed: Received, actual: Discarded }
            DraftDecision: WrongState { needed: UnderReview, actual: Discarded }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Discarded }
            SendBack: WrongState { needed: AwaitingApproval, actual: Discarded }
            Approve: WrongState { needed: AwaitingApproval, actual: Discarded }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Arrived }
            AssignOfficer: WrongState { needed: UnderReview, actual: Arrived }
            AddNote: WrongState { needed: Received, actual: Arrived }
            StartReview: WrongState { needed: Received, actual: Arrived }
            RequestCorrection: WrongState { needed: UnderReview, actual: Arrived }
            Correct: WrongState { needed: AwaitingCorrection, actual: Arrived }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Arrived }
            Consult: WrongState { needed: UnderReview, actual: Arrived }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Arrived }
            Transfer: WrongState { needed: UnderReview, actual: Arrived }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Arrived }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Arrived }
            RebaseDueDate: WrongState { needed: Received, actual: Arrived }
            DraftDecision: WrongState { needed: UnderReview, actual: Arrived }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Arrived }
            SendBack: WrongState { needed: AwaitingApproval, actual: Arrived }
            Approve: WrongState { needed: AwaitingApproval, actual: Arrived }
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
            RecordPaperArrival: CaseExists
            AssignDivision: yes
            AssignOfficer: yes
            AddNote: yes
            StartReview: yes
            RequestCorrection: WrongState { needed: UnderReview, actual: Received }
            Correct: WrongState { needed: AwaitingCorrection, actual: Received }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Received }
            Consult: WrongState { needed: UnderReview, actual: Received }
            AnswerConsultation: ConsultationUnknown { consultation: 1 }
            Transfer: WrongState { needed: UnderReview, actual: Received }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Received }
            ExtendDeadline: yes
            RebaseDueDate: CalendarUnchanged
            DraftDecision: WrongState { needed: UnderReview, actual: Received }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Received }
            SendBack: WrongState { needed: AwaitingApproval, actual: Received }
            Approve: WrongState { needed: AwaitingApproval, actual: Received }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: UnderReview }
            AssignOfficer: yes
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: UnderReview }
            RequestCorrection: yes
            Correct: WrongState { needed: AwaitingCorrection, actual: UnderReview }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: UnderReview }
            Consult: yes
            AnswerConsultation: ConsultationUnknown { consultation: 1 }
            Transfer: yes
            ForwardToAgency: DecidedHere
            ExtendDeadline: yes
            RebaseDueDate: CalendarUnchanged
            DraftDecision: yes
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: UnderReview }
            SendBack: WrongState { needed: AwaitingApproval, actual: UnderReview }
            Approve: WrongState { needed: AwaitingApproval, actual: UnderReview }
            Review: yes
            AssessFee: FeeNotDue
            ExemptFee: yes
            RecordPayment: FeeNotAssessed
            IssueCertificate: WrongState { needed: Decided, actual: UnderReview }
            TellResult: WrongState { needed: Decided, actual: UnderReview }
            Close: WrongState { needed: Decided, actual: UnderReview }
        AwaitingCorrection: 補正をお願いしています
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: AwaitingCorrection }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: AwaitingCorrection }
            AssignOfficer: yes
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: AwaitingCorrection }
            RequestCorrection: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            Correct: yes
            ResumeReview: yes
            Consult: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            AnswerConsultation: ConsultationUnknown { consultation: 1 }
            Transfer: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            ForwardToAgency: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            ExtendDeadline: ClockStandsStill
            RebaseDueDate: ClockStandsStill
            DraftDecision: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: AwaitingCorrection }
            SendBack: WrongState { needed: AwaitingApproval, actual: AwaitingCorrection }
            Approve: WrongState { needed: AwaitingApproval, actual: AwaitingCorrection }
            Review: WrongState { needed: UnderReview, actual: AwaitingCorrection }
            AssessFee: FeeNotDue
            ExemptFee: yes
            RecordPayment: FeeNotAssessed
            IssueCertificate: WrongState { needed: Decided, actual: AwaitingCorrection }
            TellResult: WrongState { needed: Decided, actual: AwaitingCorrection }
            Close: WrongState { needed: Decided, actual: AwaitingCorrection }
        AwaitingApproval: 審査中
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: AwaitingApproval }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: AwaitingApproval }
            AssignOfficer: yes
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: AwaitingApproval }
            RequestCorrection: WrongState { needed: UnderReview, actual: AwaitingApproval }
            Correct: WrongState { needed: AwaitingCorrection, actual: AwaitingApproval }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: AwaitingApproval }
            Consult: WrongState { needed: UnderReview, actual: AwaitingApproval }
            AnswerConsultation: ConsultationUnknown { consultation: 1 }
            Transfer: WrongState { needed: UnderReview, actual: AwaitingApproval }
            ForwardToAgency: WrongState { needed: UnderReview, actual: AwaitingApproval }
            ExtendDeadline: yes
            RebaseDueDate: CalendarUnchanged
            DraftDecision: WrongState { needed: UnderReview, actual: AwaitingApproval }
            DelegateApproval: OtherApprover { approver: StaffId("s-001") }
            SendBack: yes
            Approve: OtherApprover { approver: StaffId("s-001") }
            Review: WrongState { needed: UnderReview, actual: AwaitingApproval }
            AssessFee: FeeNotDue
            ExemptFee: yes
            RecordPayment: FeeNotAssessed
            IssueCertificate: WrongState { needed: Decided, actual: AwaitingApproval }
            TellResult: WrongState { needed: Decided, actual: AwaitingApproval }
            Close: WrongState { needed: Decided, actual: AwaitingApproval }
        Forwarded: 送付済
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Forwarded }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Forwarded }
            AssignOfficer: WrongState { needed: UnderReview, actual: Forwarded }
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: Forwarded }
            RequestCorrection: WrongState { needed: UnderReview, actual: Forwarded }
            Correct: WrongState { needed: AwaitingCorrection, actual: Forwarded }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Forwarded }
            Consult: WrongState { needed: UnderReview, actual: Forwarded }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Forwarded }
            Transfer: WrongState { needed: UnderReview, actual: Forwarded }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Forwarded }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Forwarded }
            RebaseDueDate: CalendarUnchanged
            DraftDecision: WrongState { needed: UnderReview, actual: Forwarded }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Forwarded }
            SendBack: WrongState { needed: AwaitingApproval, actual: Forwarded }
            Approve: WrongState { needed: AwaitingApproval, actual: Forwarded }
            Review: WrongState { needed: UnderReview, actual: Forwarded }
            AssessFee: WrongState { needed: Received, actual: Forwarded }
            ExemptFee: WrongState { needed: Received, actual: Forwarded }
            RecordPayment: WrongState { needed: Received, actual: Forwarded }
            IssueCertificate: WrongState { needed: Decided, actual: Forwarded }
            TellResult: WrongState { needed: Decided, actual: Forwarded }
            Close: StillDue
        Decided: 手数料の納付待ち
            SaveDraft: CaseExists
            DiscardDraft: WrongState { needed: Draft, actual: Decided }
            PassDeadline: DeadlineMoot
            Submit: CaseExists
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Decided }
            AssignOfficer: WrongState { needed: UnderReview, actual: Decided }
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: Decided }
            RequestCorrection: WrongState { needed: UnderReview, actual: Decided }
            Correct: WrongState { needed: AwaitingCorrection, actual: Decided }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Decided }
            Consult: WrongState { needed: UnderReview, actual: Decided }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Decided }
            Transfer: WrongState { needed: UnderReview, actual: Decided }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Decided }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Decided }
            RebaseDueDate: CalendarUnchanged
            DraftDecision: WrongState { needed: UnderReview, actual: Decided }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Decided }
            SendBack: WrongState { needed: AwaitingApproval, actual: Decided }
            Approve: WrongState { needed: AwaitingApproval, actual: Decided }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Issued }
            AssignOfficer: WrongState { needed: UnderReview, actual: Issued }
            AddNote: yes
            StartReview: WrongState { needed: Received, actual: Issued }
            RequestCorrection: WrongState { needed: UnderReview, actual: Issued }
            Correct: WrongState { needed: AwaitingCorrection, actual: Issued }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Issued }
            Consult: WrongState { needed: UnderReview, actual: Issued }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Issued }
            Transfer: WrongState { needed: UnderReview, actual: Issued }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Issued }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Issued }
            RebaseDueDate: CalendarUnchanged
            DraftDecision: WrongState { needed: UnderReview, actual: Issued }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Issued }
            SendBack: WrongState { needed: AwaitingApproval, actual: Issued }
            Approve: WrongState { needed: AwaitingApproval, actual: Issued }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Closed }
            AssignOfficer: WrongState { needed: UnderReview, actual: Closed }
            AddNote: WrongState { needed: Received, actual: Closed }
            StartReview: WrongState { needed: Received, actual: Closed }
            RequestCorrection: WrongState { needed: UnderReview, actual: Closed }
            Correct: WrongState { needed: AwaitingCorrection, actual: Closed }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Closed }
            Consult: WrongState { needed: UnderReview, actual: Closed }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Closed }
            Transfer: WrongState { needed: UnderReview, actual: Closed }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Closed }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Closed }
            RebaseDueDate: WrongState { needed: Received, actual: Closed }
            DraftDecision: WrongState { needed: UnderReview, actual: Closed }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Closed }
            SendBack: WrongState { needed: AwaitingApproval, actual: Closed }
            Approve: WrongState { needed: AwaitingApproval, actual: Closed }
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
            RecordPaperArrival: CaseExists
            AssignDivision: WrongState { needed: Received, actual: Disposed }
            AssignOfficer: WrongState { needed: UnderReview, actual: Disposed }
            AddNote: WrongState { needed: Received, actual: Disposed }
            StartReview: WrongState { needed: Received, actual: Disposed }
            RequestCorrection: WrongState { needed: UnderReview, actual: Disposed }
            Correct: WrongState { needed: AwaitingCorrection, actual: Disposed }
            ResumeReview: WrongState { needed: AwaitingCorrection, actual: Disposed }
            Consult: WrongState { needed: UnderReview, actual: Disposed }
            AnswerConsultation: WrongState { needed: UnderReview, actual: Disposed }
            Transfer: WrongState { needed: UnderReview, actual: Disposed }
            ForwardToAgency: WrongState { needed: UnderReview, actual: Disposed }
            ExtendDeadline: WrongState { needed: UnderReview, actual: Disposed }
            RebaseDueDate: WrongState { needed: Received, actual: Disposed }
            DraftDecision: WrongState { needed: UnderReview, actual: Disposed }
            DelegateApproval: WrongState { needed: AwaitingApproval, actual: Disposed }
            SendBack: WrongState { needed: AwaitingApproval, actual: Disposed }
            Approve: WrongState { needed: AwaitingApproval, actual: Disposed }
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
