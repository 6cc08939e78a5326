//! Why the rules said no: facts that the person who asked can read and act on. Nothing of it is recorded.

mod display;
mod resident;
mod role;
mod state;

use chrono::NaiveDate;

use crate::calendar::CalendarDefect;
use crate::form::FormDefect;
use crate::form::refusal::Refusal;
use crate::form::remark::Remark;
use crate::ids::{DivisionId, ProcedureId, ReasonCode, StaffId};
use crate::procedure::{ExemptionGround, Visit};
use crate::signature::{CertificateKind, SignatureDefect};
use crate::time::Timestamp;
use crate::yen::Yen;

pub use role::Role;
pub use state::StateName;

/// The rules said no. Nothing was written; the same command may succeed later.
///
/// Its `Display` is what staff and logs read; [`Rejection::resident`] is what the person who asked reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The case has events already.
    CaseExists,
    /// The case has no events.
    CaseUnknown,
    /// The command does not fit the state of the case.
    WrongState {
        /// Where the case must stand.
        needed: StateName,
        /// Where it stands.
        actual: StateName,
    },
    /// No such procedure is in the catalog.
    ProcedureUnknown {
        /// Which.
        procedure: ProcedureId,
    },
    /// The service is closed.
    OutsideServiceHours {
        /// When it opens; `None` if it never does.
        opens_at: Option<Timestamp>,
    },
    /// The user is registered already.
    UserExists,
    /// The applicant is not registered.
    ApplicantNotRegistered,
    /// The procedure is for others.
    NotForThisApplicant {
        /// True when a company applied.
        company: bool,
    },
    /// The actor may not do this.
    NotPermitted {
        /// Who may.
        needed: Role,
    },
    /// The actor works for another division.
    OtherDivision {
        /// Which division is in charge.
        in_charge: DivisionId,
    },
    /// The form cannot be read.
    FormUnreadable(FormDefect),
    /// The form is for another procedure.
    FormOfOtherProcedure {
        /// Which procedure the form names.
        stated: ProcedureId,
    },
    /// The form is from another applicant.
    FormOfOtherApplicant,
    /// The draft is for another procedure.
    DraftOfOtherProcedure {
        /// For which it was saved.
        saved_for: ProcedureId,
    },
    /// The mail address is too long, has no @ between two parts, or has spaces or control characters.
    ContactUnusable,
    /// The procedure needs a signature.
    SignatureRequired {
        /// The kinds of certificate it accepts.
        accepted: Vec<CertificateKind>,
    },
    /// The signature does not hold.
    SignatureInvalid(SignatureDefect),
    /// The fee must be settled before the review begins.
    FeeBeforeReview,
    /// The premises must be inspected before the decision.
    InspectionMissing,
    /// The inspection is said to be of a day that has not come, or before the arrival.
    InspectionOutOfRange,
    /// The finding is of another act: a filing cannot be granted or refused, an application not confirmed.
    FindingOfOtherAct,
    /// A reason is stated by its code alone, or by bytes that are no text.
    ReasonWithoutWords {
        /// Which reason.
        code: ReasonCode,
    },
    /// The procedure costs nothing.
    FeeIsFree,
    /// The amount is fixed already.
    FeeAlreadyAssessed,
    /// It is not yet the time at which this fee is assessed, or the case was not granted.
    FeeNotDue,
    /// The amount is not fixed yet.
    FeeNotAssessed,
    /// The fee is paid or exempted already.
    FeeAlreadySettled,
    /// Another amount is due.
    AmountDiffers {
        /// What is due.
        due: Yen,
        /// What was paid.
        paid: Yen,
    },
    /// Something is still to be paid.
    FeeUnsettled,
    /// The procedure hands nothing over.
    NothingToIssue,
    /// The application was not granted.
    NotGranted,
    /// Fewer were asked for, or none are handed over.
    CopiesOutOfRange {
        /// How many were asked for.
        requested: u32,
        /// How many were to be handed over.
        copies: u32,
    },
    /// The result was told already.
    AlreadyTold,
    /// Something is still due to the applicant.
    StillDue,
    /// No such division is in the catalog.
    DivisionUnknown {
        /// Which.
        division: DivisionId,
    },
    /// The division is in charge already, so that nothing would be handed over or asked.
    InChargeAlready {
        /// Which.
        division: DivisionId,
    },
    /// The officer works on it already.
    AssignedAlready {
        /// Who.
        officer: StaffId,
    },
    /// A last day is not after today, or not after the one that it takes the place of.
    DueTooEarly {
        /// After which day.
        after: NaiveDate,
    },
    /// The last day is beyond what can be counted.
    DueTooFar,
    /// The request for a correction has no such item.
    CorrectionItemUnknown {
        /// How many there are.
        items: u32,
        /// Which was named.
        item: u32,
    },
    /// A thing that is to be put right names no field that the form of the case has.
    FieldUnknown {
        /// Which of the things, from 1.
        item: u32,
    },
    /// What was to be put right still does not fit the form.
    CorrectionDefective {
        /// All that does not: never empty.
        remarks: Vec<Remark>,
    },
    /// A correction in part changes what nobody asked for.
    CorrectionBeyondAsked {
        /// How many answers, the number of copies counted with them.
        changed: usize,
        /// Those of them that the form has, by their names.
        labels: Vec<String>,
    },
    /// The fields of the form as they were at the arrival are not there.
    FormFieldsMissing,
    /// A correction cannot change the number of copies once the fee is fixed.
    QuantityFixed {
        /// For how many.
        quantity: u32,
    },
    /// Another agency decides.
    DecidedElsewhere {
        /// Which.
        agency: String,
    },
    /// The city itself decides.
    DecidedHere,
    /// The case has no such consultation.
    ConsultationUnknown {
        /// Which.
        consultation: u32,
    },
    /// The consultation was answered.
    ConsultationAnswered {
        /// Which.
        consultation: u32,
    },
    /// Somebody else must approve a decision of this procedure.
    ApprovalNeeded,
    /// Whoever drafted a decision cannot approve it.
    ApproverIsDrafter,
    /// Another person was named to approve.
    OtherApprover {
        /// Who.
        approver: StaffId,
    },
    /// The clock stands still.
    ClockStandsStill,
    /// No due date is to be counted again.
    CalendarUnchanged,
    /// An arrival on paper is said to be of a time that has not come.
    ArrivalInFuture,
    /// A number of copies that nobody may ask for.
    QuantityOutOfRange {
        /// How many.
        asked: u32,
    },
    /// The procedure knows no withdrawal.
    WithdrawalExcluded,
    /// The applicant asked to withdraw, and nobody has answered.
    WithdrawalPending,
    /// Nobody asked to withdraw.
    NoWithdrawalRequested,
    /// The case is decided: what is decided is not withdrawn.
    AlreadyDecided,
    /// The decision was revoked before.
    AlreadyRevoked,
    /// Nothing was granted that could be revoked.
    NothingToRevoke,
    /// A correction mends what was written, not what was decided.
    OutcomeChanged,
    /// No such appeal, or it has ended.
    NoSuchAppeal {
        /// Which.
        appeal: u32,
    },
    /// An appeal is pending.
    AppealPending,
    /// No appeal was upheld.
    NoAppealUpheld,
    /// The day lies before the decision or in the future.
    AppealOutOfRange,
    /// The case ended without a decision.
    NothingDecided,
    /// Whoever approves must be another person.
    ApproverIsActor,
    /// Free words are needed where there are none.
    WordsMissing,
    /// No such hold, or it was released.
    NoSuchHold {
        /// Which.
        hold: u32,
    },
    /// A hold stands in the way.
    UnderHold,
    /// The fee comes after the decision, and nobody asked the applicant to pay.
    FeeNotNotified,
    /// A payment with this reference is recorded already: it counts once.
    PaymentKnown {
        /// Which payment of the case, from 1.
        payment: u32,
        /// How much was recorded.
        yen: Yen,
    },
    /// The city has money that was not owed: it is given back, and nothing else.
    SurplusHeld {
        /// Which payment of the case, from 1.
        payment: u32,
    },
    /// The terms do not list this ground.
    NoGroundForExemption {
        /// Which.
        ground: ExemptionGround,
    },
    /// The numbers of an electronic payment have other digits.
    PaymentNumbersMalformed,
    /// The last day lies in the past.
    LastDayHasPassed {
        /// Which day.
        day: NaiveDate,
    },
    /// No such payment came in, or nothing more is to be decided about it.
    NoSuchPayment {
        /// Which.
        payment: u32,
    },
    /// The ordinance gives no fee back in this case.
    RefundExcluded,
    /// Nothing, or more than is left of the payment.
    RefundOutOfRange {
        /// What is left of it.
        left: Yen,
    },
    /// Nobody made sure who came.
    VisitorNotVerified,
    /// It was made sure already who came.
    VisitorAlreadyVerified,
    /// The terms ask for no such visit before the decision, or it was recorded.
    VisitNotNeeded {
        /// What for.
        purpose: Visit,
    },
    /// The applicant must be met before the decision.
    VisitMissing {
        /// What for.
        purpose: Visit,
    },
    /// The visit is said to be of a day that has not come, or before the arrival.
    VisitOutOfRange,
    /// The procedure delivers nothing electronically.
    ElectronicDeliveryExcluded,
    /// The applicant said so before.
    AlreadyChosen,
    /// The applicant has not agreed to electronic delivery.
    ConsentMissing,
    /// A document is there to be fetched.
    AlreadyPublished,
    /// What is fetched has no seal on paper, and what goes on paper no digital signature.
    SealUnfit,
    /// There is nothing to fetch, or no longer.
    NothingToFetch,
    /// A document that says what was decided has reached the applicant.
    AlreadyDelivered,
    /// An official document tells the result when it is delivered or fetched.
    DocumentTellsItself,
    /// The procedure issues nothing again.
    ReissueNotOffered,
    /// No such certificate.
    NoSuchCertificate {
        /// Its ordinal.
        certificate: u32,
    },
    /// The certificate is void, replaced, or rests on a decision that was revoked.
    CertificateNotInForce {
        /// Its ordinal.
        certificate: u32,
    },
    /// The case is kept for good.
    KeptForGood,
    /// The retention period has not ended.
    RetentionRuns {
        /// The first day on which it may be disposed of.
        until: NaiveDate,
    },
    /// Another applicant's case or draft.
    OtherApplicant,
    /// The deadline has not come.
    DeadlineNotReached {
        /// When it comes.
        at: Timestamp,
    },
    /// The deadline no longer speaks of the case's present.
    DeadlineMoot,
    /// The fiscal year has no receipt numbers of this form.
    YearWithoutNumbers,
    /// A number of twelve digits in the form looks like a My Number.
    MayHoldMyNumber,
    /// What stands in the place of a reference to the city's separate store is none: it may be the number itself.
    NoSensitiveReference,
    /// A number of twelve digits in words that are no form, or in a file beside them, looks like a My Number.
    WordsMayHoldMyNumber {
        /// What would have been kept of them: the role of the document.
        role: &'static str,
    },
    /// The calendar cannot be as it is asked for.
    CalendarDefective(CalendarDefect),
    /// An outage ends before it begins, lasts longer than a week, or is said to be over before it is.
    OutageOutOfRange,
    /// Maintenance is announced when it has begun.
    MaintenanceTooLate,
    /// There is no such maintenance, or it is over or called off already.
    MaintenanceUnknown {
        /// Which.
        ordinal: u32,
    },
    /// The calendar has no version yet that could be amended.
    CalendarNotPublished,
    /// The registration is gone: its id is never used again.
    UserPurged,
    /// The user is suspended.
    UserSuspended,
    /// The user is not suspended.
    UserNotSuspended,
    /// The registration is dormant.
    UserDormant,
    /// No mail address is confirmed, and the city asks for one.
    MailNotConfirmed,
    /// No address waits for this secret: it was used, replaced, or never given.
    ConfirmationUnknown,
    /// The link came too late.
    ConfirmationExpired {
        /// When it ended.
        at: Timestamp,
    },
    /// What was signed is another statement, or of another user, city or mandate.
    StatementOfOther,
    /// There is no such mandate.
    MandateUnknown,
    /// The mandate was drafted before.
    MandateExists,
    /// Its terms cannot be as they are.
    MandateTermsInvalid,
    /// It does not wait for a signature, or for being accepted.
    MandateNotAwaited,
    /// The key is too short.
    MandateKeyWeak,
    /// It is not the key of the mandate.
    MandateKeyWrong,
    /// It is not accepted yet, revoked or expired.
    MandateNotInForce,
    /// It is for another agent.
    MandateOfOtherAgent,
    /// It is for other procedures.
    MandateDoesNotCover {
        /// Which.
        procedure: ProcedureId,
    },
    /// It is not yet, or no longer, its time.
    MandateOutOfPeriod {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        until: NaiveDate,
    },
    /// The procedure takes no agents.
    AgentsNotAllowed,
    /// The procedure takes agents of a circle only.
    AgentsRestricted,
    /// The procedure is suspended.
    ProcedureSuspended,
    /// The procedure is not suspended.
    ProcedureNotSuspended,
    /// The intake period is over, or has not begun.
    OutsideIntake {
        /// When the next period begins; `None` if none is announced.
        opens_at: Option<Timestamp>,
    },
    /// What is to become of the decision was drafted already and awaits approval.
    AmendmentAwaitsApproval,
    /// The certificate that signed is not the one that is bound to the account.
    SignerNotBound,
    /// The time of filing counts from a day that the form does not state.
    FilingDayNotStated {
        /// The field that states it.
        field: String,
    },
    /// There is no such edition.
    EditionUnknown {
        /// Which.
        edition: u32,
    },
    /// The edition, or a later one, was published before.
    EditionNotNewer {
        /// Which.
        edition: u32,
    },
    /// It would be in force before one that is published already, or in the past.
    EditionTooEarly,
    /// The procedure belongs to another stream.
    ProcedureOfOtherStream {
        /// Which.
        procedure: ProcedureId,
    },
    /// The procedure breaks rules of the catalog.
    ProcedureDefective {
        /// How many.
        defects: usize,
        /// They, in words.
        first: String,
    },
    /// The intake periods are no periods, or overlap.
    IntakeInvalid,
    /// The form file has no title, is empty or too large.
    FormFileUnusable,
}

impl std::error::Error for Rejection {}

impl From<FormDefect> for Rejection {
    fn from(defect: FormDefect) -> Self {
        Self::FormUnreadable(defect)
    }
}

impl From<CalendarDefect> for Rejection {
    fn from(defect: CalendarDefect) -> Self {
        Self::CalendarDefective(defect)
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unreadable(defect) => Self::FormUnreadable(defect),
            Refusal::OtherProcedure { stated } => Self::FormOfOtherProcedure { stated },
            Refusal::OtherApplicant => Self::FormOfOtherApplicant,
            Refusal::MyNumber => Self::MayHoldMyNumber,
        }
    }
}
