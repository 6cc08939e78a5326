//! Why the rules said no: facts that the person who asked can read and act on. Nothing of it is recorded.

mod resident;
mod state;

use chrono::NaiveDate;

use crate::actor::Role;
use crate::calendar::CalendarDefect;
use crate::form::FormDefect;
use crate::ids::{DivisionId, ProcedureId, ReasonCode, StaffId};
use crate::procedure::{ExemptionGround, Visit};
use crate::signature::{CertificateKind, SignatureDefect};
use crate::time::Timestamp;
use crate::yen::Yen;

pub use state::StateName;

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
