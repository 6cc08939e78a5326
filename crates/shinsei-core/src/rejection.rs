//! Why the rules said no: facts that the person who asked can read and act on. Nothing of it is recorded.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::actor::Role;
use crate::calendar::CalendarDefect;
use crate::form::FormDefect;
use crate::ids::{DivisionId, ProcedureId, ReasonCode, StaffId};
use crate::procedure::{ExemptionGround, Visit};
use crate::signature::{CertificateKind, SignatureDefect};
use crate::time::Timestamp;
use crate::yen::Yen;

/// The rules said no. Nothing was written; the same command may succeed later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The case has events already.
    #[error("the case was opened before; choose a new case id")]
    CaseExists,
    /// The case has no events.
    #[error("there is no such case")]
    CaseUnknown,
    /// The command does not fit the state of the case.
    #[error("the case is {actual}; this needs it to be {needed}")]
    WrongState {
        /// Where the case must stand.
        needed: StateName,
        /// Where it stands.
        actual: StateName,
    },
    /// No such procedure is in the catalog.
    #[error("there is no procedure {procedure}")]
    ProcedureUnknown {
        /// Which.
        procedure: ProcedureId,
    },
    /// The service is closed.
    #[error("the service is closed{}", opens(.opens_at))]
    OutsideServiceHours {
        /// When it opens; `None` if it never does.
        opens_at: Option<Timestamp>,
    },
    /// The user is registered already.
    #[error("this user is registered already")]
    UserExists,
    /// The applicant is not registered.
    #[error("the applicant is not registered; register first, it is free")]
    ApplicantNotRegistered,
    /// The procedure is for others.
    #[error("this procedure is not for {}", if *.company { "companies" } else { "individuals" })]
    NotForThisApplicant {
        /// True when a company applied.
        company: bool,
    },
    /// The actor may not do this.
    #[error("this needs {}", role(.needed))]
    NotPermitted {
        /// Who may.
        needed: Role,
    },
    /// The actor works for another division.
    #[error("division {in_charge} is in charge of this case")]
    OtherDivision {
        /// Which division is in charge.
        in_charge: DivisionId,
    },
    /// The form cannot be read.
    #[error(transparent)]
    FormUnreadable(#[from] FormDefect),
    /// The form is for another procedure.
    #[error("the form is for {stated}")]
    FormOfOtherProcedure {
        /// Which procedure the form names.
        stated: ProcedureId,
    },
    /// The form is from another applicant.
    #[error("the form is from another applicant than the one signed in")]
    FormOfOtherApplicant,
    /// The mail address is too long, has no @ between two parts, or has spaces or control characters.
    #[error("the mail address for notices has at most 254 bytes, an @ within them and no spaces")]
    ContactUnusable,
    /// The procedure needs a signature.
    #[error("this procedure needs a digital signature")]
    SignatureRequired {
        /// The kinds of certificate it accepts.
        accepted: Vec<CertificateKind>,
    },
    /// The signature does not hold.
    #[error("the signature does not hold: {0}")]
    SignatureInvalid(SignatureDefect),
    /// The fee must be settled before the review begins.
    #[error("the fee must be settled before the review begins")]
    FeeBeforeReview,
    /// The premises must be inspected before the decision.
    #[error("the day of the inspection is missing; this procedure needs one")]
    InspectionMissing,
    /// The inspection is said to be of a day that has not come, or before the arrival.
    #[error("the inspection must lie between the arrival and today")]
    InspectionOutOfRange,
    /// The finding is of another act: a filing cannot be granted or refused, an application not confirmed.
    #[error("a filing is confirmed or has formal defects; an application is granted, refused or dismissed")]
    FindingOfOtherAct,
    /// A reason is stated by its code alone, or by bytes that are no text.
    #[error("reason {code} has no words that the applicant can read")]
    ReasonWithoutWords {
        /// Which reason.
        code: ReasonCode,
    },
    /// The procedure costs nothing.
    #[error("this procedure is free")]
    FeeIsFree,
    /// The amount is fixed already.
    #[error("the fee is assessed already")]
    FeeAlreadyAssessed,
    /// It is not yet the time at which this fee is assessed, or the case was not granted.
    #[error("this fee is not due now")]
    FeeNotDue,
    /// The amount is not fixed yet.
    #[error("the fee is not assessed yet")]
    FeeNotAssessed,
    /// The fee is paid or exempted already.
    #[error("the fee is settled already")]
    FeeAlreadySettled,
    /// Another amount is due.
    #[error("{due} are due, not {paid}")]
    AmountDiffers {
        /// What is due.
        due: Yen,
        /// What was paid.
        paid: Yen,
    },
    /// Something is still to be paid.
    #[error("the fee is not settled")]
    FeeUnsettled,
    /// The procedure hands nothing over.
    #[error("nothing is handed over in this procedure")]
    NothingToIssue,
    /// The application was not granted.
    #[error("the application was not granted")]
    NotGranted,
    /// Fewer were asked for, or none are handed over.
    #[error("{requested} copies were asked for, not {copies}")]
    CopiesOutOfRange {
        /// How many were asked for.
        requested: u32,
        /// How many were to be handed over.
        copies: u32,
    },
    /// The result was told already.
    #[error("the result was told already")]
    AlreadyTold,
    /// Something is still due to the applicant.
    #[error("the case cannot be closed: something is still due to the applicant")]
    StillDue,
    /// No such division is in the catalog.
    #[error("there is no division {division}")]
    DivisionUnknown {
        /// Which.
        division: DivisionId,
    },
    /// The division is in charge already, so that nothing would be handed over or asked.
    #[error("division {division} is in charge already")]
    InChargeAlready {
        /// Which.
        division: DivisionId,
    },
    /// The officer works on it already.
    #[error("{officer} works on this already")]
    AssignedAlready {
        /// Who.
        officer: StaffId,
    },
    /// A last day is not after today, or not after the one that it takes the place of.
    #[error("the last day must come after {after}")]
    DueTooEarly {
        /// After which day.
        after: NaiveDate,
    },
    /// The last day is beyond what can be counted.
    #[error("the last day lies too far ahead")]
    DueTooFar,
    /// The request for a correction has no such item.
    #[error("{items} things were to be put right; there is no number {item}")]
    CorrectionItemUnknown {
        /// How many there are.
        items: u32,
        /// Which was named.
        item: u32,
    },
    /// A correction cannot change the number of copies once the fee is fixed.
    #[error("the fee was fixed for {quantity} copies: a correction cannot change their number")]
    QuantityFixed {
        /// For how many.
        quantity: u32,
    },
    /// Another agency decides.
    #[error("{agency} decides on this, not the city: forward it")]
    DecidedElsewhere {
        /// Which.
        agency: String,
    },
    /// The city itself decides.
    #[error("the city itself decides on this: there is nobody to forward it to")]
    DecidedHere,
    /// The case has no such consultation.
    #[error("there is no consultation {consultation}")]
    ConsultationUnknown {
        /// Which.
        consultation: u32,
    },
    /// The consultation was answered.
    #[error("consultation {consultation} was answered already")]
    ConsultationAnswered {
        /// Which.
        consultation: u32,
    },
    /// Somebody else must approve a decision of this procedure.
    #[error("a decision of this procedure must be drafted and approved by somebody else")]
    ApprovalNeeded,
    /// Whoever drafted a decision cannot approve it.
    #[error("whoever drafted a decision cannot approve it")]
    ApproverIsDrafter,
    /// Another person was named to approve.
    #[error("{approver} is to approve this")]
    OtherApprover {
        /// Who.
        approver: StaffId,
    },
    /// The clock stands still.
    #[error("the clock stands still while a correction is awaited")]
    ClockStandsStill,
    /// No due date is to be counted again.
    #[error("the due date rests on the calendar in force")]
    CalendarUnchanged,
    /// An arrival on paper is said to be of a time that has not come.
    #[error("what comes on paper arrived before it is recorded")]
    ArrivalInFuture,
    /// A number of copies that nobody may ask for.
    #[error("{asked} copies are asked for; 1 to 100 are possible")]
    QuantityOutOfRange {
        /// How many.
        asked: u32,
    },
    /// The procedure knows no withdrawal.
    #[error("an application of this procedure cannot be withdrawn")]
    WithdrawalExcluded,
    /// The applicant asked to withdraw, and nobody has answered.
    #[error("the applicant asked to withdraw; answer that first")]
    WithdrawalPending,
    /// Nobody asked to withdraw.
    #[error("nobody asked to withdraw this application")]
    NoWithdrawalRequested,
    /// The case is decided: what is decided is not withdrawn.
    #[error("the case is decided already")]
    AlreadyDecided,
    /// The decision was revoked before.
    #[error("the decision was revoked already")]
    AlreadyRevoked,
    /// Nothing was granted that could be revoked.
    #[error("nothing was granted that could be revoked")]
    NothingToRevoke,
    /// A correction mends what was written, not what was decided.
    #[error("a correction keeps the outcome; revoke the decision or reopen the case to decide otherwise")]
    OutcomeChanged,
    /// No such appeal, or it has ended.
    #[error("there is no pending appeal {appeal} of this case")]
    NoSuchAppeal {
        /// Which.
        appeal: u32,
    },
    /// An appeal is pending.
    #[error("an appeal against the decision is pending")]
    AppealPending,
    /// No appeal was upheld.
    #[error("no appeal against the decision was upheld")]
    NoAppealUpheld,
    /// The day lies before the decision or in the future.
    #[error("an appeal lies between the decision and today")]
    AppealOutOfRange,
    /// The case ended without a decision.
    #[error("the case ended without a decision; a new application is needed")]
    NothingDecided,
    /// Whoever approves must be another person.
    #[error("whoever approves must be another person")]
    ApproverIsActor,
    /// Free words are needed where there are none.
    #[error("words are needed that somebody can read")]
    WordsMissing,
    /// No such hold, or it was released.
    #[error("there is no hold {hold} of this case")]
    NoSuchHold {
        /// Which.
        hold: u32,
    },
    /// A hold stands in the way.
    #[error("the case is under a hold; release it first")]
    UnderHold,
    /// The fee comes after the decision, and nobody asked the applicant to pay.
    #[error("the request to pay is missing; issue the fee notice first")]
    FeeNotNotified,
    /// A payment with this reference is recorded already: it counts once.
    #[error("a payment with this reference is recorded already")]
    PaymentKnown,
    /// The terms do not list this ground.
    #[error("this procedure knows no exemption on the ground {ground:?}")]
    NoGroundForExemption {
        /// Which.
        ground: ExemptionGround,
    },
    /// The numbers of an electronic payment have other digits.
    #[error(
        "the collecting agency's number has 5 digits, the payment number up to 20, the confirmation number up to 6"
    )]
    PaymentNumbersMalformed,
    /// The last day lies in the past.
    #[error("the last day {day} has passed already")]
    LastDayHasPassed {
        /// Which day.
        day: NaiveDate,
    },
    /// No such payment came in, or nothing more is to be decided about it.
    #[error("there is no such payment {payment} of this case")]
    NoSuchPayment {
        /// Which.
        payment: u32,
    },
    /// The ordinance gives no fee back in this case.
    #[error("the fee of this procedure is not given back in this case")]
    RefundExcluded,
    /// Nothing, or more than is left of the payment.
    #[error("a refund is at least 1 yen and at most {left}")]
    RefundOutOfRange {
        /// What is left of it.
        left: Yen,
    },
    /// Nobody made sure who came.
    #[error("make sure first who came to the counter")]
    VisitorNotVerified,
    /// It was made sure already who came.
    #[error("it was made sure already who came")]
    VisitorAlreadyVerified,
    /// The terms ask for no such visit before the decision, or it was recorded.
    #[error("no visit for {purpose:?} is needed before the decision")]
    VisitNotNeeded {
        /// What for.
        purpose: Visit,
    },
    /// The applicant must be met before the decision.
    #[error("the visit for {purpose:?} must be recorded before the decision")]
    VisitMissing {
        /// What for.
        purpose: Visit,
    },
    /// The visit is said to be of a day that has not come, or before the arrival.
    #[error("a visit must lie between the arrival and today")]
    VisitOutOfRange,
    /// The procedure delivers nothing electronically.
    #[error("this procedure delivers on paper only")]
    ElectronicDeliveryExcluded,
    /// The applicant said so before.
    #[error("the applicant said so already")]
    AlreadyChosen,
    /// The applicant has not agreed to electronic delivery.
    #[error("the applicant has not agreed to electronic delivery; deliver on paper")]
    ConsentMissing,
    /// A document is there to be fetched.
    #[error("a document waits to be fetched already")]
    AlreadyPublished,
    /// What is fetched has no seal on paper, and what goes on paper no digital signature.
    #[error("a seal on paper is for documents on paper, a digital signature for those that are fetched")]
    SealUnfit,
    /// There is nothing to fetch, or no longer.
    #[error("there is no document to fetch")]
    NothingToFetch,
    /// A document that says what was decided has reached the applicant.
    #[error("the document has reached the applicant already")]
    AlreadyDelivered,
    /// An official document tells the result when it is delivered or fetched.
    #[error("a document tells the result when it is delivered or fetched; record that")]
    DocumentTellsItself,
    /// The procedure issues nothing again.
    #[error("what this procedure hands over is applied for anew")]
    ReissueNotOffered,
    /// No such certificate.
    #[error("there is no certificate {certificate} of this case")]
    NoSuchCertificate {
        /// Its ordinal.
        certificate: u32,
    },
    /// The certificate is void, replaced, or rests on a decision that was revoked.
    #[error("certificate {certificate} of this case is not in force")]
    CertificateNotInForce {
        /// Its ordinal.
        certificate: u32,
    },
    /// The case is kept for good.
    #[error("the case is kept for good")]
    KeptForGood,
    /// The retention period has not ended.
    #[error("the case is kept until {until}")]
    RetentionRuns {
        /// The first day on which it may be disposed of.
        until: NaiveDate,
    },
    /// Another applicant's case or draft.
    #[error("this belongs to another applicant")]
    OtherApplicant,
    /// The deadline has not come.
    #[error("this deadline comes at {at}")]
    DeadlineNotReached {
        /// When it comes.
        at: Timestamp,
    },
    /// The deadline no longer speaks of the case's present.
    #[error("the case has moved on: this deadline means nothing any more")]
    DeadlineMoot,
    /// The fiscal year has no receipt numbers of this form.
    #[error("receipt numbers exist from fiscal 令和元年 to 令和99年")]
    YearWithoutNumbers,
    /// A number of twelve digits in the form looks like a My Number.
    #[error(
        "a number in the form looks like a My Number; take it out, or say in the form that it is something else"
    )]
    MayHoldMyNumber,
    /// The calendar cannot be as it is asked for.
    #[error(transparent)]
    CalendarDefective(#[from] CalendarDefect),
    /// An outage ends before it begins, lasts longer than a week, or is said to be over before it is.
    #[error(
        "an outage ends after it begins and lasts at most a week; one that happened is recorded once it is over"
    )]
    OutageOutOfRange,
    /// Maintenance is announced when it has begun.
    #[error("maintenance is announced before it begins; record an outage once it is over")]
    MaintenanceTooLate,
    /// There is no such maintenance, or it is over or called off already.
    #[error("there is no maintenance {ordinal} to call off")]
    MaintenanceUnknown {
        /// Which.
        ordinal: u32,
    },
    /// The calendar has no version yet that could be amended.
    #[error("this calendar was never published; publish it first")]
    CalendarNotPublished,
    /// The registration is gone: its id is never used again.
    #[error("this registration is gone; register with a new id")]
    UserPurged,
    /// The user is suspended.
    #[error("this user is suspended; ask the city")]
    UserSuspended,
    /// The user is not suspended.
    #[error("this user is not suspended")]
    UserNotSuspended,
    /// The registration is dormant.
    #[error("this registration is dormant; sign in first")]
    UserDormant,
    /// No mail address is confirmed, and the city asks for one.
    #[error("the mail address is not confirmed; open the link of the mail")]
    MailNotConfirmed,
    /// No address waits for this secret: it was used, replaced, or never given.
    #[error("no address waits for this confirmation; name it again")]
    ConfirmationUnknown,
    /// The link came too late.
    #[error("the link worked until {at}; name the address again")]
    ConfirmationExpired {
        /// When it ended.
        at: Timestamp,
    },
    /// What was signed is another statement, or of another user, city or mandate.
    #[error("what was signed is not the statement that is asked for")]
    StatementOfOther,
    /// There is no such mandate.
    #[error("there is no such mandate")]
    MandateUnknown,
    /// The mandate was drafted before.
    #[error("this mandate was drafted before; choose a new id")]
    MandateExists,
    /// Its terms cannot be as they are.
    #[error(
        "a mandate is between two people, for at most 100 procedures, and ends after it begins and after now"
    )]
    MandateTermsInvalid,
    /// It does not wait for a signature, or for being accepted.
    #[error("this mandate does not wait for that")]
    MandateNotAwaited,
    /// The key is too short.
    #[error("the key of a mandate has at least 16 random bytes")]
    MandateKeyWeak,
    /// It is not the key of the mandate.
    #[error("this is not the key of the mandate")]
    MandateKeyWrong,
    /// It is not accepted yet, revoked or expired.
    #[error("this mandate is not in force")]
    MandateNotInForce,
    /// It is for another agent.
    #[error("this mandate is for another agent")]
    MandateOfOtherAgent,
    /// It is for other procedures.
    #[error("this mandate does not cover {procedure}")]
    MandateDoesNotCover {
        /// Which.
        procedure: ProcedureId,
    },
    /// It is not yet, or no longer, its time.
    #[error("this mandate may be used from {from} to {until}")]
    MandateOutOfPeriod {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        until: NaiveDate,
    },
    /// The procedure takes no agents.
    #[error("nobody may apply in another's name in this procedure")]
    AgentsNotAllowed,
    /// The procedure takes agents of a circle only.
    #[error("only agents of a certain circle may apply in this procedure; see its note")]
    AgentsRestricted,
    /// The procedure is suspended.
    #[error("this procedure takes no applications now")]
    ProcedureSuspended,
    /// The procedure is not suspended.
    #[error("this procedure is not suspended")]
    ProcedureNotSuspended,
    /// The intake period is over, or has not begun.
    #[error("applications are not taken now{}", opens(.opens_at))]
    OutsideIntake {
        /// When the next period begins; `None` if none is announced.
        opens_at: Option<Timestamp>,
    },
    /// There is no such edition.
    #[error("there is no edition {edition} of this procedure")]
    EditionUnknown {
        /// Which.
        edition: u32,
    },
    /// The edition, or a later one, was published before.
    #[error("edition {edition} is not newer than what was published")]
    EditionNotNewer {
        /// Which.
        edition: u32,
    },
    /// It would be in force before one that is published already, or in the past.
    #[error("an edition comes into force neither in the past nor before one that is published already")]
    EditionTooEarly,
    /// The procedure belongs to another stream.
    #[error("{procedure} has a stream of its own")]
    ProcedureOfOtherStream {
        /// Which.
        procedure: ProcedureId,
    },
    /// The procedure breaks rules of the catalog.
    #[error("the procedure has {defects} defects: {first}")]
    ProcedureDefective {
        /// How many.
        defects: usize,
        /// They, in words.
        first: String,
    },
    /// The intake periods are no periods, or overlap.
    #[error("intake periods begin before they end, in order and apart")]
    IntakeInvalid,
    /// The form file has no title, is empty or too large.
    #[error("a form file has a title and 1 byte to 32 MiB")]
    FormFileUnusable,
}

/// Where a case stands, as rejections, tables and labels name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StateName {
    /// Nothing has happened.
    Absent,
    /// 作成中: a draft; nothing has arrived.
    Draft,
    /// A draft that was thrown away.
    Discarded,
    /// 到達: recorded, without a number yet.
    Arrived,
    /// 受付済
    Received,
    /// 審査中
    UnderReview,
    /// 補正待ち
    AwaitingCorrection,
    /// 決裁待ち
    AwaitingApproval,
    /// 送付済
    Forwarded,
    /// 審査済
    Decided,
    /// 交付済
    Issued,
    /// 完了
    Closed,
    /// 廃棄
    Disposed,
}

impl StateName {
    /// All, in the order of the main road.
    pub const ALL: [Self; 13] = [
        Self::Absent,
        Self::Draft,
        Self::Discarded,
        Self::Arrived,
        Self::Received,
        Self::UnderReview,
        Self::AwaitingCorrection,
        Self::AwaitingApproval,
        Self::Forwarded,
        Self::Decided,
        Self::Issued,
        Self::Closed,
        Self::Disposed,
    ];

    /// The code under which a list keeps it: the name of the variant.
    pub fn code(self) -> String {
        self.to_string()
    }

    /// Reads the code under which a list keeps it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the applicant reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Absent => "未申請",
            Self::Draft => "作成中",
            Self::Discarded => "破棄済",
            Self::Arrived => "到達",
            Self::Received => "受付済(審査待ち)",
            // The approval is the city's own business: to the applicant the review goes on.
            Self::UnderReview | Self::AwaitingApproval => "審査中",
            Self::AwaitingCorrection => "補正をお願いしています",
            Self::Forwarded => "送付済",
            Self::Decided => "審査終了",
            Self::Issued => "交付済",
            Self::Closed => "手続終了",
            Self::Disposed => "手続終了(保存期間満了)",
        }
    }
}

impl std::fmt::Display for StateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

fn opens(at: &Option<Timestamp>) -> String {
    at.map(|at| format!("; it opens at {}", at.to_jst().format("%Y-%m-%d %H:%M JST"))).unwrap_or_default()
}

fn role(role: &Role) -> &'static str {
    match role {
        Role::Applicant => "the applicant",
        Role::Officer => "an officer",
        Role::Counter => "a clerk or an officer",
        Role::System => "the engine or the city's staff",
        Role::Engine => "the engine itself",
    }
}

impl Rejection {
    /// What the person who asked reads, in Japanese.
    pub fn resident(&self) -> String {
        match self {
            Self::CaseExists => "この申請は既に受け付けられています。".into(),
            Self::CaseUnknown => "該当する申請がありません。".into(),
            Self::WrongState { actual, .. } => {
                format!("現在「{}」のため、この操作はできません。", actual.label())
            }
            Self::ProcedureUnknown { procedure } => format!("手続 {procedure} はありません。"),
            Self::OutsideServiceHours { opens_at: Some(at) } => {
                format!(
                    "サービス停止時間です。{}から利用できます。",
                    at.to_jst().format("%Y年%-m月%-d日 %-H時%M分")
                )
            }
            Self::OutsideServiceHours { opens_at: None } => "サービスを停止しています。".into(),
            Self::UserExists => "この利用者は登録済みです。".into(),
            Self::ApplicantNotRegistered => "はじめに利用者登録(無料)をしてください。".into(),
            Self::NotForThisApplicant { company: true } => "この手続は個人の方が対象です。".into(),
            Self::NotForThisApplicant { company: false } => "この手続は法人が対象です。".into(),
            Self::NotPermitted { .. } => "この操作をする権限がありません。".into(),
            Self::OtherDivision { .. } => "この申請の担当課ではありません。".into(),
            Self::FormUnreadable(_) => "申請書の内容を読み取れません。様式を確認してください。".into(),
            Self::FormOfOtherProcedure { .. } => "別の手続の申請書です。手続を確認してください。".into(),
            Self::FormOfOtherApplicant => "申請者が利用者登録と異なります。".into(),
            Self::ContactUnusable => "メールアドレスを確認してください。".into(),
            Self::SignatureRequired { .. } => "この手続には電子署名が必要です。".into(),
            Self::SignatureInvalid(defect) => defect.resident.into(),
            Self::FeeBeforeReview => "手数料の納付を確認してから審査を始めます。".into(),
            Self::InspectionMissing => "検査の日付がありません。".into(),
            Self::InspectionOutOfRange => "検査の日付が正しくありません。".into(),
            Self::FindingOfOtherAct => "この手続の種類では選べない審査結果です。".into(),
            Self::ReasonWithoutWords { code } => format!("理由 {code} の説明を記入してください。"),
            Self::FeeIsFree => "この手続は無料です。".into(),
            Self::FeeAlreadyAssessed => "手数料は既に決まっています。".into(),
            Self::FeeNotDue => "手数料を決める時期ではありません。".into(),
            Self::FeeNotAssessed => "手数料がまだ決まっていません。".into(),
            Self::FeeAlreadySettled => "手数料は既に納付または免除されています。".into(),
            Self::AmountDiffers { due, .. } => format!("納付する金額は{due}です。"),
            Self::FeeUnsettled => "手数料の納付が済んでいません。".into(),
            Self::NothingToIssue => "交付する物のない手続です。".into(),
            Self::NotGranted => "交付の対象となる決定がありません。".into(),
            Self::CopiesOutOfRange { requested, .. } => format!("申請された通数は{requested}通です。"),
            Self::AlreadyTold => "審査結果は既にお知らせしています。".into(),
            Self::StillDue => "まだ終わっていない手続があります。".into(),
            Self::DivisionUnknown { .. } => "該当する担当課がありません。".into(),
            Self::InChargeAlready { .. } => "既に担当している課です。".into(),
            Self::DueTooEarly { after } => {
                format!("期限は{}より後の日にしてください。", after.format("%Y年%-m月%-d日"))
            }
            Self::AssignedAlready { .. } => "既に担当している職員です。".into(),
            Self::DueTooFar => "期限が遠すぎます。".into(),
            Self::CorrectionItemUnknown { item, .. } => format!("補正事項{item}はありません。"),
            Self::QuantityFixed { quantity } => {
                format!("手数料が決まっているため、通数は{quantity}通のままです。")
            }
            Self::DecidedElsewhere { agency } => format!("この手続は{agency}が処理します。"),
            Self::DecidedHere => "この手続は市が処理します。".into(),
            Self::ConsultationUnknown { .. } => "該当する協議がありません。".into(),
            Self::ConsultationAnswered { .. } => "この協議には既に回答があります。".into(),
            Self::ApprovalNeeded => "この手続の決定には決裁が必要です。".into(),
            Self::ApproverIsDrafter => "起案した人は決裁できません。".into(),
            Self::OtherApprover { .. } => "決裁する人が異なります。".into(),
            Self::ClockStandsStill => "補正をお待ちしているため、期限は止まっています。".into(),
            Self::CalendarUnchanged => "計算し直す期限がありません。".into(),
            Self::ArrivalInFuture => "到達の日時が正しくありません。".into(),
            Self::QuantityOutOfRange { .. } => "通数は1通から100通までです。".into(),
            Self::WithdrawalExcluded => "この手続は取り下げることができません。".into(),
            Self::WithdrawalPending => "取下げの申出を受け付けています。".into(),
            Self::NoWithdrawalRequested => "取下げの申出がありません。".into(),
            Self::AlreadyDecided => "既に審査が終わっています。".into(),
            Self::AlreadyRevoked => "決定は既に取り消されています。".into(),
            Self::NothingToRevoke => "取り消す決定がありません。".into(),
            Self::OutcomeChanged => "更正では審査結果を変えられません。".into(),
            Self::NoSuchAppeal { .. } => "該当する審査請求等がありません。".into(),
            Self::AppealPending => "審査請求等の手続が終わっていません。".into(),
            Self::NoAppealUpheld => "審査請求等は認められていません。".into(),
            Self::AppealOutOfRange => "審査請求等の日付が正しくありません。".into(),
            Self::NothingDecided => "決定のないまま終わった手続です。改めて申請してください。".into(),
            Self::ApproverIsActor => "承認は別の職員が行ってください。".into(),
            Self::WordsMissing => "説明を記入してください。".into(),
            Self::NoSuchHold { .. } => "該当する廃棄の停止がありません。".into(),
            Self::UnderHold => "廃棄が停止されています。".into(),
            Self::FeeNotNotified => "納入通知がまだ発行されていません。".into(),
            Self::PaymentKnown => "この納付は既に記録されています。".into(),
            Self::NoGroundForExemption { .. } => "この手続では、その事由による免除はできません。".into(),
            Self::PaymentNumbersMalformed => "収納機関番号・納付番号・確認番号を確認してください。".into(),
            Self::LastDayHasPassed { .. } => "期限には今日以後の日付を指定してください。".into(),
            Self::NoSuchPayment { .. } => "該当する納付がありません。".into(),
            Self::RefundExcluded => "この手数料は還付されません。".into(),
            Self::RefundOutOfRange { left } => format!("還付できる金額は{left}までです。"),
            Self::VisitorNotVerified => "窓口で本人確認をしてから交付します。".into(),
            Self::VisitorAlreadyVerified => "本人確認は済んでいます。".into(),
            Self::VisitNotNeeded { .. } => "審査の前に必要な面談・書類の提示ではありません。".into(),
            Self::VisitMissing { .. } => "面談または書類の提示が済んでいません。".into(),
            Self::VisitOutOfRange => "面談・書類の提示の日付が正しくありません。".into(),
            Self::ElectronicDeliveryExcluded => "この手続は電子交付に対応していません。".into(),
            Self::AlreadyChosen => "既に選択されています。".into(),
            Self::ConsentMissing => "電子交付への同意がありません。".into(),
            Self::AlreadyPublished => "取得を待っている文書があります。".into(),
            Self::SealUnfit => "文書の種類に合わない公印です。".into(),
            Self::NothingToFetch => "取得できる文書がありません。".into(),
            Self::AlreadyDelivered => "決定の文書は既にお届けしています。".into(),
            Self::DocumentTellsItself => "文書の交付または取得を記録してください。".into(),
            Self::ReissueNotOffered => "この手続では再交付できません。改めて申請してください。".into(),
            Self::NoSuchCertificate { .. } => "該当する証明書等がありません。".into(),
            Self::CertificateNotInForce { .. } => "その証明書等は効力がありません。".into(),
            Self::KeptForGood => "永年保存の文書です。".into(),
            Self::RetentionRuns { until } => {
                format!("保存期間中です。{}から廃棄できます。", until.format("%Y年%-m月%-d日"))
            }
            Self::OtherApplicant => "ほかの方の申請です。".into(),
            Self::DeadlineNotReached { .. } => "期限はまだ来ていません。".into(),
            Self::DeadlineMoot => "この期限は既に効力がありません。".into(),
            Self::YearWithoutNumbers => "受付番号を発行できない年度です。".into(),
            Self::MayHoldMyNumber => {
                "マイナンバー(個人番号)と思われる12桁の数字があります。マイナンバーは記入しないでください。\
                                      別の番号であるときは、その旨を選んでから、もう一度申請してください。"
                    .into()
            }
            Self::CalendarDefective(_) => "暦の内容を確認してください。".into(),
            Self::OutageOutOfRange => "停止の開始と終了の日時を確認してください。".into(),
            Self::MaintenanceTooLate => "開始時刻を過ぎたメンテナンスは告知できません。".into(),
            Self::MaintenanceUnknown { .. } => "取りやめるメンテナンスがありません。".into(),
            Self::CalendarNotPublished => "暦がまだ定められていません。".into(),
            Self::UserPurged => "この利用者登録は抹消されています。新しく登録してください。".into(),
            Self::UserSuspended => {
                "この利用者登録は利用を停止しています。市の窓口へお問い合わせください。".into()
            }
            Self::UserNotSuspended => "この利用者登録は停止されていません。".into(),
            Self::UserDormant => "長期間ご利用がなかったため休眠中です。ログインしてください。".into(),
            Self::MailNotConfirmed => {
                "メールアドレスが確認されていません。メールの案内に従ってください。".into()
            }
            Self::ConfirmationUnknown => "この確認用リンクは使えません。もう一度お申し込みください。".into(),
            Self::ConfirmationExpired { .. } => {
                "確認用リンクの有効期限が過ぎています。もう一度お申し込みください。".into()
            }
            Self::StatementOfOther => "署名された内容が、求められている内容と異なります。".into(),
            Self::MandateUnknown => "該当する委任状がありません。".into(),
            Self::MandateExists => "この委任状は既に作成されています。".into(),
            Self::MandateTermsInvalid => "委任状の内容(当事者、手続、期間)を確認してください。".into(),
            Self::MandateNotAwaited => "この委任状は、この操作を待っている状態ではありません。".into(),
            Self::MandateKeyWeak => "委任状の鍵が短すぎます。".into(),
            Self::MandateKeyWrong => "委任状の鍵が違います。".into(),
            Self::MandateNotInForce => "この委任は有効ではありません。".into(),
            Self::MandateOfOtherAgent => "この委任状の代理人ではありません。".into(),
            Self::MandateDoesNotCover { procedure } => {
                format!("この委任の対象ではない手続です({procedure})。")
            }
            Self::MandateOutOfPeriod { from, until } => {
                format!("委任の有効期間({from}から{until}まで)の外です。")
            }
            Self::AgentsNotAllowed => "この手続は代理人による申請ができません。".into(),
            Self::AgentsRestricted => "この手続の代理人は、法定代理人など一定の方に限られます。".into(),
            Self::ProcedureSuspended => "この手続は現在受付を停止しています。".into(),
            Self::ProcedureNotSuspended => "この手続は停止されていません。".into(),
            Self::OutsideIntake { opens_at: Some(at) } => {
                format!(
                    "受付期間外です。{}から受け付けます。",
                    at.to_jst().format("%Y年%-m月%-d日 %-H時%M分")
                )
            }
            Self::OutsideIntake { opens_at: None } => "受付期間外です。".into(),
            Self::EditionUnknown { edition } => format!("この手続に第{edition}版はありません。"),
            Self::EditionNotNewer { edition } => {
                format!("第{edition}版は、公開済みの版より新しくありません。")
            }
            Self::EditionTooEarly => "公開の時期が、現在または公開済みの版より前です。".into(),
            Self::ProcedureOfOtherStream { procedure } => format!("手続 {procedure} の登録先が異なります。"),
            Self::ProcedureDefective { defects, .. } => format!("手続の内容に{defects}件の不備があります。"),
            Self::IntakeInvalid => "受付期間の指定を確認してください。".into(),
            Self::FormFileUnusable => "様式の名称またはファイルを確認してください。".into(),
        }
    }
}
