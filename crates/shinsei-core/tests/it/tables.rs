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

/// A line for each answer, with those who got it.
fn by_answer(given: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let mut answers: Vec<(String, Vec<&str>)> = vec![];
    for (name, answer) in given {
        match answers.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, names)) => names.push(name),
            None => answers.push((answer, vec![name])),
        }
    }
    answers.iter().map(|(answer, names)| format!("    {answer}: {}\n", names.join(", "))).collect()
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
        table += &by_answer(actors.map(|(name, actor)| (name, said(life.clone(), &actor, command.clone()))));
    }
    expect![[r#"
        SaveDraft
            yes: applicant
            NotPermitted { needed: Applicant }: officer, clerk, engine, officer elsewhere, clerk elsewhere
        DiscardDraft
            yes: applicant
            NotPermitted { needed: Applicant }: officer, clerk, engine, officer elsewhere, clerk elsewhere
        PassDeadline
            NotPermitted { needed: Engine }: applicant, officer, clerk, officer elsewhere, clerk elsewhere
            DeadlineNotReached { at: 2026-06-06T06:05:00Z }: engine
        Submit
            yes: applicant
            NotPermitted { needed: Applicant }: officer, clerk, engine, officer elsewhere, clerk elsewhere
        RecordPaperArrival
            NotPermitted { needed: Counter }: applicant, engine
            yes: officer, clerk
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        AssignDivision
            NotPermitted { needed: Counter }: applicant, engine
            yes: officer, clerk
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        AssignOfficer
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        AddNote
            NotPermitted { needed: Counter }: applicant, engine
            yes: officer, clerk
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        StartReview
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        RequestCorrection
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        Correct
            yes: applicant
            NotPermitted { needed: Applicant }: officer, clerk, engine, officer elsewhere, clerk elsewhere
        ResumeReview
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        Consult
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        Transfer
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        ForwardToAgency
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("hokenjo/somu") }: officer elsewhere
        ExtendDeadline
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        DraftDecision
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        DelegateApproval
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            OtherApprover { approver: StaffId("s-001") }: officer, officer elsewhere
        SendBack
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherApprover { approver: StaffId("s-001") }: officer elsewhere
        Approve
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            OtherApprover { approver: StaffId("s-001") }: officer, officer elsewhere
        Review
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        AssessFee
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("hokenjo/eisei") }: officer elsewhere
        ExemptFee
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
        RecordPayment
            NotPermitted { needed: System }: applicant
            yes: officer, clerk
            NotPermitted { needed: Counter }: engine
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        RecordPayment
            NotPermitted { needed: System }: applicant
            yes: officer, clerk, engine
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        IssueCertificate
            NotPermitted { needed: Counter }: applicant, engine
            yes: officer, clerk
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        TellResult
            NotPermitted { needed: System }: applicant
            yes: officer, clerk, engine
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere, clerk elsewhere
        Close
            NotPermitted { needed: Officer }: applicant, clerk, engine, clerk elsewhere
            yes: officer
            OtherDivision { in_charge: DivisionId("shimin/koseki") }: officer elsewhere
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
        table += &by_answer(commands.map(|(by, command)| (command.name(), said(life.clone(), &by, command))));
    }
    expect![[r#"
        Absent: 未申請
            yes: SaveDraft, Submit, RecordPaperArrival
            CaseUnknown: DiscardDraft, AssignDivision, AssignOfficer, AddNote, StartReview, RequestCorrection, Correct, ResumeReview, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, RebaseDueDate, DraftDecision, DelegateApproval, SendBack, Approve, Review, AssessFee, ExemptFee, RecordPayment, IssueCertificate, TellResult, Close
            DeadlineMoot: PassDeadline
        Draft: 作成中
            yes: SaveDraft, DiscardDraft, Submit
            DeadlineNotReached { at: 2026-06-06T06:05:00Z }: PassDeadline
            CaseExists: RecordPaperArrival
            WrongState { needed: Received, actual: Draft }: AssignDivision, AddNote, StartReview, RebaseDueDate, AssessFee, ExemptFee, RecordPayment
            WrongState { needed: UnderReview, actual: Draft }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Draft }: Correct, ResumeReview
            WrongState { needed: AwaitingApproval, actual: Draft }: DelegateApproval, SendBack, Approve
            WrongState { needed: Decided, actual: Draft }: IssueCertificate, TellResult, Close
        Discarded: 破棄済
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Discarded }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Discarded }: AssignDivision, AddNote, StartReview, RebaseDueDate, AssessFee, ExemptFee, RecordPayment
            WrongState { needed: UnderReview, actual: Discarded }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Discarded }: Correct, ResumeReview
            WrongState { needed: AwaitingApproval, actual: Discarded }: DelegateApproval, SendBack, Approve
            WrongState { needed: Decided, actual: Discarded }: IssueCertificate, TellResult, Close
        Arrived: 到達
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Arrived }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Arrived }: AssignDivision, AddNote, StartReview, RebaseDueDate, AssessFee, ExemptFee, RecordPayment
            WrongState { needed: UnderReview, actual: Arrived }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Arrived }: Correct, ResumeReview
            WrongState { needed: AwaitingApproval, actual: Arrived }: DelegateApproval, SendBack, Approve
            WrongState { needed: Decided, actual: Arrived }: IssueCertificate, TellResult, Close
        Received: 受付済(審査待ち)
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Received }: DiscardDraft
            DeadlineMoot: PassDeadline
            yes: AssignDivision, AssignOfficer, AddNote, StartReview, ExtendDeadline, ExemptFee
            WrongState { needed: UnderReview, actual: Received }: RequestCorrection, Consult, Transfer, ForwardToAgency, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Received }: Correct, ResumeReview
            ConsultationUnknown { consultation: 1 }: AnswerConsultation
            CalendarUnchanged: RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: Received }: DelegateApproval, SendBack, Approve
            FeeNotDue: AssessFee
            FeeNotAssessed: RecordPayment
            WrongState { needed: Decided, actual: Received }: IssueCertificate, TellResult, Close
        UnderReview: 審査中
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: UnderReview }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: UnderReview }: AssignDivision, StartReview
            yes: AssignOfficer, AddNote, RequestCorrection, Consult, Transfer, ExtendDeadline, DraftDecision, Review, ExemptFee
            WrongState { needed: AwaitingCorrection, actual: UnderReview }: Correct, ResumeReview
            ConsultationUnknown { consultation: 1 }: AnswerConsultation
            DecidedHere: ForwardToAgency
            CalendarUnchanged: RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: UnderReview }: DelegateApproval, SendBack, Approve
            FeeNotDue: AssessFee
            FeeNotAssessed: RecordPayment
            WrongState { needed: Decided, actual: UnderReview }: IssueCertificate, TellResult, Close
        AwaitingCorrection: 補正をお願いしています
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: AwaitingCorrection }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: AwaitingCorrection }: AssignDivision, StartReview
            yes: AssignOfficer, AddNote, Correct, ResumeReview, ExemptFee
            WrongState { needed: UnderReview, actual: AwaitingCorrection }: RequestCorrection, Consult, Transfer, ForwardToAgency, DraftDecision, Review
            ConsultationUnknown { consultation: 1 }: AnswerConsultation
            ClockStandsStill: ExtendDeadline, RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: AwaitingCorrection }: DelegateApproval, SendBack, Approve
            FeeNotDue: AssessFee
            FeeNotAssessed: RecordPayment
            WrongState { needed: Decided, actual: AwaitingCorrection }: IssueCertificate, TellResult, Close
        AwaitingApproval: 審査中
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: AwaitingApproval }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: AwaitingApproval }: AssignDivision, StartReview
            yes: AssignOfficer, AddNote, ExtendDeadline, SendBack, ExemptFee
            WrongState { needed: UnderReview, actual: AwaitingApproval }: RequestCorrection, Consult, Transfer, ForwardToAgency, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: AwaitingApproval }: Correct, ResumeReview
            ConsultationUnknown { consultation: 1 }: AnswerConsultation
            CalendarUnchanged: RebaseDueDate
            OtherApprover { approver: StaffId("s-001") }: DelegateApproval, Approve
            FeeNotDue: AssessFee
            FeeNotAssessed: RecordPayment
            WrongState { needed: Decided, actual: AwaitingApproval }: IssueCertificate, TellResult, Close
        Forwarded: 送付済
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Forwarded }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Forwarded }: AssignDivision, StartReview, AssessFee, ExemptFee, RecordPayment
            WrongState { needed: UnderReview, actual: Forwarded }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            yes: AddNote
            WrongState { needed: AwaitingCorrection, actual: Forwarded }: Correct, ResumeReview
            CalendarUnchanged: RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: Forwarded }: DelegateApproval, SendBack, Approve
            WrongState { needed: Decided, actual: Forwarded }: IssueCertificate, TellResult
            StillDue: Close
        Decided: 手数料の納付待ち
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Decided }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Decided }: AssignDivision, StartReview
            WrongState { needed: UnderReview, actual: Decided }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            yes: AddNote, ExemptFee, RecordPayment, TellResult
            WrongState { needed: AwaitingCorrection, actual: Decided }: Correct, ResumeReview
            CalendarUnchanged: RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: Decided }: DelegateApproval, SendBack, Approve
            FeeAlreadyAssessed: AssessFee
            FeeUnsettled: IssueCertificate
            StillDue: Close
        Issued: 交付済
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Issued }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Issued }: AssignDivision, StartReview
            WrongState { needed: UnderReview, actual: Issued }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            yes: AddNote, TellResult
            WrongState { needed: AwaitingCorrection, actual: Issued }: Correct, ResumeReview
            CalendarUnchanged: RebaseDueDate
            WrongState { needed: AwaitingApproval, actual: Issued }: DelegateApproval, SendBack, Approve
            FeeAlreadySettled: AssessFee, ExemptFee
            PaymentKnown { payment: 1, yen: Yen(300) }: RecordPayment
            WrongState { needed: Decided, actual: Issued }: IssueCertificate
            StillDue: Close
        Closed: 手続終了
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Closed }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Closed }: AssignDivision, AddNote, StartReview, RebaseDueDate, AssessFee, ExemptFee
            WrongState { needed: UnderReview, actual: Closed }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Closed }: Correct, ResumeReview
            WrongState { needed: AwaitingApproval, actual: Closed }: DelegateApproval, SendBack, Approve
            PaymentKnown { payment: 1, yen: Yen(300) }: RecordPayment
            WrongState { needed: Decided, actual: Closed }: IssueCertificate, TellResult, Close
        Disposed: 手続終了(保存期間満了)
            CaseExists: SaveDraft, Submit, RecordPaperArrival
            WrongState { needed: Draft, actual: Disposed }: DiscardDraft
            DeadlineMoot: PassDeadline
            WrongState { needed: Received, actual: Disposed }: AssignDivision, AddNote, StartReview, RebaseDueDate, AssessFee, ExemptFee, RecordPayment
            WrongState { needed: UnderReview, actual: Disposed }: AssignOfficer, RequestCorrection, Consult, AnswerConsultation, Transfer, ForwardToAgency, ExtendDeadline, DraftDecision, Review
            WrongState { needed: AwaitingCorrection, actual: Disposed }: Correct, ResumeReview
            WrongState { needed: AwaitingApproval, actual: Disposed }: DelegateApproval, SendBack, Approve
            WrongState { needed: Decided, actual: Disposed }: IssueCertificate, TellResult, Close
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
