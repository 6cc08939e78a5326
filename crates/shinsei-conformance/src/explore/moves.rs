//! Everything that may be asked of a case, by everybody: one command of each kind, and a few where their contents matter.

use shinsei_core::actor::Actor;
use shinsei_core::command::{
    ApplicationFinding, AskedItem, Command, Correction, CorrectionRequest, CounterService, DocumentWritten,
    FilingFinding, Finding, Paper, PaperDelivery, PaymentMade, PaymentNumbers, Reissue, Review, SealPut,
    StatedReason, Submit, Visitor,
};
use shinsei_core::event::{
    AppealKind, AppealResult, CloseReason, CorrectionKind, Identification, PaperChannel, PaymentChannel,
    ReissueCause, ReopeningGround, ReversalCause, TellingChannel, Visibility, VoidCause,
};
use shinsei_core::ids::{ReasonCode, StaffId};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::{Act, ExemptionGround, Visit};
use shinsei_core::yen::Yen;

use crate::explore::party::{APPROVER, Party, elsewhere};
use crate::explore::road::Road;
use crate::life::{Life, Step};

fn staff_id(id: &str) -> StaffId {
    StaffId::new(id).expect("a staff number is a code")
}

/// The names of all commands that are asked; a test sees that each is granted somewhere.
pub const COMMANDS: &[&str] = &[
    "SaveDraft",
    "DiscardDraft",
    "Submit",
    "RecordPaperArrival",
    "AssignDivision",
    "AssignOfficer",
    "AddNote",
    "StartReview",
    "RequestCorrection",
    "Correct",
    "ResumeReview",
    "Consult",
    "AnswerConsultation",
    "Transfer",
    "ForwardToAgency",
    "ExtendDeadline",
    "RebaseDueDate",
    "DraftDecision",
    "DelegateApproval",
    "SendBack",
    "Approve",
    "Review",
    "AssessFee",
    "ExemptFee",
    "RecordPayment",
    "IssueCertificate",
    "TellResult",
    "Close",
    "Withdraw",
    "AcceptWithdrawal",
    "DeclineWithdrawal",
    "CorrectDecision",
    "RevokeDecision",
    "RecordAppeal",
    "ResolveAppeal",
    "Reopen",
    "PlaceHold",
    "ReleaseHold",
    "IssueFeeNotice",
    "ReversePayment",
    "Refund",
    "DeclineRefund",
    "VerifyVisitor",
    "ServeAtCounter",
    "RecordVisit",
    "ChooseElectronicDelivery",
    "PublishDocument",
    "FetchDocument",
    "DeliverDocument",
    "Reissue",
    "Void",
    "Dispose",
];

/// Every step from a state: whatever may be asked by everybody, and the deadline that falls due first.
pub(super) fn of(road: &Road) -> Vec<(Party, Step)> {
    let mut moves = vec![];
    for command in commands(&road.life) {
        for party in Party::ALL {
            moves.push((party, Step::new(party.actor(&road.life), command.clone())));
        }
    }
    if let Some((_, deadline)) = road.first_due() {
        let step = Step { after_minutes: 0, by: Actor::System, command: Command::PassDeadline(deadline) };
        moves.push((Party::Engine, step));
    }
    moves
}

fn commands(life: &Life) -> Vec<Command> {
    [
        before_the_end(life),
        at_the_desk(life),
        of_the_approval(life),
        of_the_fee(life),
        of_the_money_back(),
        at_the_counter(life),
        of_the_document(life),
        at_the_end(life),
        after_the_end(life),
    ]
    .concat()
}

fn at_the_desk(life: &Life) -> Vec<Command> {
    let in_two_weeks = life.now().date_jst() + chrono::TimeDelta::days(14);
    let (procedure, applicant) = (life.procedure().id.clone(), life.applicant_id());
    let other = || elsewhere(life);
    let note = |visibility| Command::AddNote { visibility, text: words("電話で確認した。") };
    let item = AskedItem { field: "氏名".parse().ok(), text: words("読み取れません。") };
    let asked = |kind| {
        Command::RequestCorrection(CorrectionRequest {
            items: NonEmpty::one(item.clone()),
            due: in_two_weeks,
            kind,
        })
    };
    let Submit { form, attachments, .. } = life.submission();
    let corrected = Correction { items: NonEmpty::one(1), form, attachments };
    let paper = Paper {
        procedure,
        applicant,
        quantity: 1,
        form: words("走査した申請書"),
        contact: words("hanako.kono@example.jp"),
        attachments: vec![],
        channel: PaperChannel::Counter,
        arrived_at: life.now(),
    };
    vec![
        Command::RecordPaperArrival(paper),
        Command::AssignDivision { division: other() },
        Command::AssignOfficer { officer: staff_id("s-022") },
        note(Visibility::Private),
        note(Visibility::Public),
        asked(CorrectionKind::Partial),
        asked(CorrectionKind::Resubmit),
        Command::Correct(corrected),
        Command::ResumeReview,
        Command::Consult {
            division: other(), question: words("支障はありますか。"), due: in_two_weeks
        },
        Command::AnswerConsultation { consultation: 1, answer: words("回答第17号: 支障なし") },
        Command::Transfer { division: other(), reason: reason() },
        Command::ForwardToAgency,
        Command::ExtendDeadline {
            due: life.now().date_jst() + chrono::TimeDelta::days(120),
            reason: reason(),
        },
        Command::RebaseDueDate,
    ]
}

fn of_the_approval(life: &Life) -> Vec<Command> {
    let drafted =
        |finding| Command::DraftDecision { review: review(life, finding), approver: staff_id(APPROVER) };
    let mut commands = vec![
        Command::DelegateApproval { to: staff_id("s-002") },
        Command::SendBack { reason: reason() },
        Command::Approve,
    ];
    commands.extend(findings(life.procedure().terms.act).into_iter().map(drafted));
    commands
}

fn review(life: &Life, finding: Finding) -> Review {
    let inspected_on = life.procedure().terms.needs_inspection().then(|| life.now().date_jst());
    Review { finding, inspected_on }
}

fn before_the_end(life: &Life) -> Vec<Command> {
    let procedure = life.procedure().id.clone();
    let mut commands = vec![
        Command::SaveDraft { procedure, form: words("下書き") },
        Command::DiscardDraft,
        Command::Submit(life.submission()),
        Command::StartReview,
        Command::Withdraw,
        Command::AcceptWithdrawal,
        Command::DeclineWithdrawal { reasons: reasons() },
    ];
    commands.extend(
        findings(life.procedure().terms.act)
            .into_iter()
            .map(|finding| Command::Review(review(life, finding))),
    );
    commands
}

/// The findings that an officer may come to, of the act of the procedure.
fn findings(act: Act) -> Vec<Finding> {
    match act {
        Act::Filing => {
            [FilingFinding::Confirmed, FilingFinding::FormalDefect(reasons())].map(Finding::Filing).into()
        }
        Act::Application | Act::Request => [
            ApplicationFinding::Granted,
            ApplicationFinding::PartlyGranted(reasons()),
            ApplicationFinding::Refused(reasons()),
            ApplicationFinding::Dismissed(reasons()),
        ]
        .map(Finding::Application)
        .into(),
    }
}

fn of_the_fee(life: &Life) -> Vec<Command> {
    let due = life.state().arrival().and_then(|arrived| arrived.fee.due());
    let in_two_weeks = life.now().date_jst() + chrono::TimeDelta::days(14);
    let numbers = PaymentNumbers {
        agency: "12345".to_owned(),
        payment: "00012345678901".to_owned(),
        confirmation: "123456".to_owned(),
    };
    let pay = |yen, channel| {
        let reference = words("領収 甲第1号");
        Command::RecordPayment(PaymentMade { yen, channel, reference })
    };
    let twice = {
        let reference = words("収納 乙第1号");
        Command::RecordPayment(PaymentMade { yen: Yen(300), channel: PaymentChannel::Electronic, reference })
    };
    let mut commands = vec![
        Command::AssessFee { yen: Yen(4_500) },
        Command::AssessFee { yen: Yen(0) },
        twice,
        Command::ExemptFee { ground: ExemptionGround::PublicAssistance },
        pay(Yen(1), PaymentChannel::Counter),
        Command::IssueFeeNotice { numbers: None, due_on: in_two_weeks },
        Command::IssueFeeNotice { numbers: Some(numbers), due_on: in_two_weeks },
    ];
    commands.extend(due.into_iter().flat_map(|yen| {
        [PaymentChannel::Counter, PaymentChannel::Electronic].map(|channel| pay(yen, channel))
    }));
    commands
}

fn of_the_money_back() -> Vec<Command> {
    vec![
        Command::ReversePayment { payment: 1, cause: ReversalCause::TakenBack },
        Command::ReversePayment { payment: 1, cause: ReversalCause::RecordedInError },
        Command::Refund { payment: 1, yen: Yen(1) },
        Command::DeclineRefund { payment: 1, reasons: reasons() },
    ]
}

fn at_the_counter(life: &Life) -> Vec<Command> {
    let identification = Identification::IndividualNumberCard;
    let due = life.state().arrival().and_then(|arrived| arrived.fee.due());
    let reference = words("領収 甲第2号");
    let payment = due.map(|yen| PaymentMade { yen, channel: PaymentChannel::Counter, reference });
    let on = life.now().date_jst();
    let mut commands = vec![
        Command::VerifyVisitor(Visitor { identification, notice_copy: true }),
        Command::ServeAtCounter(CounterService { identification, notice_copy: true, payment, copies: 1 }),
    ];
    commands.extend(
        [Visit::Inspection, Visit::Interview, Visit::Papers]
            .map(|purpose| Command::RecordVisit { purpose, on }),
    );
    commands
}

fn of_the_document(life: &Life) -> Vec<Command> {
    let document =
        || DocumentWritten { body: words("次のとおり決定しました。"), seal: SealPut::Paper };
    let sealed = SealPut::Electronic { signature: words("署名") };
    let published = DocumentWritten { seal: sealed, ..document() };
    let payment =
        PaymentMade {
            yen: Yen(300), channel: PaymentChannel::Counter, reference: words("領収 甲第3号")
        };
    let reissue =
        |payment| Command::Reissue(Reissue { of: 1, cause: ReissueCause::Lost, copies: 1, payment });
    let in_two_weeks = life.now().date_jst() + chrono::TimeDelta::days(14);
    vec![
        Command::ChooseElectronicDelivery { agrees: true },
        Command::ChooseElectronicDelivery { agrees: false },
        Command::PublishDocument { document: published, expires_on: in_two_weeks },
        Command::FetchDocument,
        Command::DeliverDocument { document: document(), way: PaperDelivery::Counter },
        Command::DeliverDocument { document: document(), way: PaperDelivery::Post { tracking: None } },
        reissue(None),
        reissue(Some(payment)),
        Command::Void { certificate: 1, cause: VoidCause::Misused },
    ]
}

fn at_the_end(life: &Life) -> Vec<Command> {
    let quantity = life.state().arrival().map_or(1, |arrived| arrived.quantity);
    vec![
        Command::IssueCertificate { copies: quantity },
        Command::IssueCertificate { copies: quantity + 1 },
        Command::TellResult { how: TellingChannel::Notice },
        Command::TellResult { how: TellingChannel::Counter },
        Command::Close { reason: CloseReason::Completed },
        Command::Close { reason: CloseReason::NotCollected },
    ]
}

fn after_the_end(life: &Life) -> Vec<Command> {
    let today = life.now().date_jst();
    let approver = life.procedure().terms.approval.then(|| staff_id(APPROVER));
    // Two may decide what becomes of a decision also where the terms need one alone.
    let second = Some(staff_id(APPROVER));
    let revoked = Command::RevokeDecision { reasons: reasons(), approver: second.clone() };
    let corrected = |finding| Command::CorrectDecision {
        finding,
        explanation: words("二人で確かめた誤記"),
        approver: second.clone(),
    };
    let mut commands = vec![
        Command::RevokeDecision { reasons: reasons(), approver: approver.clone() },
        Command::RecordAppeal {
            kind: AppealKind::RequestForReview,
            filed_on: today,
            paper: words("審査請求書"),
        },
        Command::ResolveAppeal { appeal: 1, result: AppealResult::Upheld },
        Command::ResolveAppeal { appeal: 1, result: AppealResult::Rejected },
        Command::PlaceHold { reason: words("係争中") },
        Command::ReleaseHold { hold: 1 },
        Command::Dispose,
    ];
    if approver.is_none() {
        commands.push(revoked);
        commands.extend(findings(life.procedure().terms.act).into_iter().map(corrected));
    }
    commands.extend([ReopeningGround::AppealUpheld, ReopeningGround::OwnError].map(|ground| {
        Command::Reopen { ground, approver: StaffId::new(APPROVER).expect("a staff number is a code") }
    }));
    commands.extend(findings(life.procedure().terms.act).into_iter().map(|finding| {
        Command::CorrectDecision { finding, explanation: words("誤記"), approver: approver.clone() }
    }));
    commands
}

fn reasons() -> NonEmpty<StatedReason> {
    NonEmpty::one(reason())
}

fn reason() -> StatedReason {
    let code = ReasonCode::new("R-01").expect("a reason's code is a code");
    StatedReason { code, text: words("要件を満たしていません。") }
}

fn words<T: for<'a> From<&'a str>>(text: &str) -> T {
    T::from(text)
}
