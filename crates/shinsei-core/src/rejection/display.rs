//! What staff, logs and the services that embed us read of each rejection, in English.

use std::fmt;

use super::Rejection;
use crate::time::Timestamp;

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CaseExists => f.write_str("the case was opened before; choose a new case id"),
            Self::CaseUnknown => f.write_str("there is no such case"),
            Self::WrongState { needed, actual } => {
                write!(f, "the case is {actual}; this needs it to be {needed}")
            }
            Self::ProcedureUnknown { procedure } => write!(f, "there is no procedure {procedure}"),
            Self::OutsideServiceHours { opens_at } => write!(f, "the service is closed{}", opens(*opens_at)),
            Self::UserExists => f.write_str("this user is registered already"),
            Self::ApplicantNotRegistered => {
                f.write_str("the applicant is not registered; register first, it is free")
            }
            Self::NotForThisApplicant { company: true } => f.write_str("this procedure is not for companies"),
            Self::NotForThisApplicant { company: false } => {
                f.write_str("this procedure is not for individuals")
            }
            Self::NotPermitted { needed } => write!(f, "this needs {needed}"),
            Self::OtherDivision { in_charge } => write!(f, "division {in_charge} is in charge of this case"),
            Self::FormUnreadable(defect) => defect.fmt(f),
            Self::FormOfOtherProcedure { stated } => write!(f, "the form is for {stated}"),
            Self::FormOfOtherApplicant => {
                f.write_str("the form is from another applicant than the one signed in")
            }
            Self::DraftOfOtherProcedure { saved_for } => write!(
                f,
                "the draft of this case is for {saved_for}; submit it for that, or throw it away and choose a new case id"
            ),
            Self::ContactUnusable => f.write_str(
                "the mail address for notices has at most 254 bytes, an @ within them and no \
                 spaces",
            ),
            Self::SignatureRequired { .. } => f.write_str("this procedure needs a digital signature"),
            Self::SignatureInvalid(defect) => write!(f, "the signature does not hold: {defect}"),
            Self::FeeBeforeReview => f.write_str("the fee must be settled before the review begins"),
            Self::InspectionMissing => {
                f.write_str("the day of the inspection is missing; this procedure needs one")
            }
            Self::InspectionOutOfRange => {
                f.write_str("the inspection must lie between the arrival and today")
            }
            Self::FindingOfOtherAct => f.write_str(
                "a filing is confirmed or has formal defects; an application is granted, refused or \
                 dismissed",
            ),
            Self::ReasonWithoutWords { code } => {
                write!(f, "reason {code} has no words that the applicant can read")
            }
            Self::FeeIsFree => f.write_str("this procedure is free"),
            Self::FeeAlreadyAssessed => f.write_str("the fee is assessed already"),
            Self::FeeNotDue => f.write_str("this fee is not due now"),
            Self::FeeNotAssessed => f.write_str("the fee is not assessed yet"),
            Self::FeeAlreadySettled => f.write_str("the fee is settled already"),
            Self::AmountDiffers { due, paid } => write!(f, "{due} are due, not {paid}"),
            Self::FeeUnsettled => f.write_str("the fee is not settled"),
            Self::NothingToIssue => f.write_str("nothing is handed over in this procedure"),
            Self::NotGranted => f.write_str("the application was not granted"),
            Self::CopiesOutOfRange { requested, copies } => {
                write!(f, "{requested} copies were asked for, not {copies}")
            }
            Self::AlreadyTold => f.write_str("the result was told already"),
            Self::StillDue => {
                f.write_str("the case cannot be closed: something is still due to the applicant")
            }
            Self::DivisionUnknown { division } => write!(f, "there is no division {division}"),
            Self::InChargeAlready { division } => write!(f, "division {division} is in charge already"),
            Self::AssignedAlready { officer } => write!(f, "{officer} works on this already"),
            Self::DueTooEarly { after } => write!(f, "the last day must come after {after}"),
            Self::DueTooFar => f.write_str("the last day lies too far ahead"),
            Self::CorrectionItemUnknown { items, item } => {
                write!(f, "{items} things were to be put right; there is no number {item}")
            }
            Self::FieldUnknown { item } => {
                write!(f, "thing {item} to be put right names no field that the form of this case has")
            }
            Self::CorrectionDefective { remarks } => {
                let said: Vec<&str> = remarks.iter().map(|remark| remark.operator.as_str()).collect();
                write!(f, "what was to be put right does not fit the form: {}", said.join("; "))
            }
            Self::CorrectionBeyondAsked { changed, labels } => {
                f.write_str("a correction in part changes only what was asked for; ")?;
                write!(f, "beside it {changed} differ from the form before")?;
                if labels.is_empty() { Ok(()) } else { write!(f, ": {}", labels.join(", ")) }
            }
            Self::FormFieldsMissing => {
                f.write_str("the fields of the form as they were at the arrival cannot be read")
            }
            Self::QuantityFixed { quantity } => {
                write!(f, "the fee was fixed for {quantity} copies: a correction cannot change their number")
            }
            Self::DecidedElsewhere { agency } => {
                write!(f, "{agency} decides on this, not the city: forward it")
            }
            Self::DecidedHere => {
                f.write_str("the city itself decides on this: there is nobody to forward it to")
            }
            Self::ConsultationUnknown { consultation } => {
                write!(f, "there is no consultation {consultation}")
            }
            Self::ConsultationAnswered { consultation } => {
                write!(f, "consultation {consultation} was answered already")
            }
            Self::ApprovalNeeded => {
                f.write_str("a decision of this procedure must be drafted and approved by somebody else")
            }
            Self::ApproverIsDrafter => f.write_str("whoever drafted a decision cannot approve it"),
            Self::OtherApprover { approver } => write!(f, "{approver} is to approve this"),
            Self::ClockStandsStill => f.write_str("the clock stands still while a correction is awaited"),
            Self::CalendarUnchanged => f.write_str("the due date rests on the calendar in force"),
            Self::ArrivalInFuture => f.write_str("what comes on paper arrived before it is recorded"),
            Self::QuantityOutOfRange { asked } => {
                write!(f, "{asked} copies are asked for; 1 to 100 are possible")
            }
            Self::WithdrawalExcluded => f.write_str("an application of this procedure cannot be withdrawn"),
            Self::WithdrawalPending => f.write_str("the applicant asked to withdraw; answer that first"),
            Self::NoWithdrawalRequested => f.write_str("nobody asked to withdraw this application"),
            Self::AlreadyDecided => f.write_str("the case is decided already"),
            Self::AlreadyRevoked => f.write_str("the decision was revoked already"),
            Self::NothingToRevoke => f.write_str("nothing was granted that could be revoked"),
            Self::OutcomeChanged => f.write_str(
                "a correction keeps the outcome; revoke the decision or reopen the case to decide \
                 otherwise",
            ),
            Self::NoSuchAppeal { appeal } => write!(f, "there is no pending appeal {appeal} of this case"),
            Self::AppealPending => f.write_str("an appeal against the decision is pending"),
            Self::NoAppealUpheld => f.write_str("no appeal against the decision was upheld"),
            Self::AppealOutOfRange => f.write_str("an appeal lies between the decision and today"),
            Self::NothingDecided => {
                f.write_str("the case ended without a decision; a new application is needed")
            }
            Self::ApproverIsActor => f.write_str("whoever approves must be another person"),
            Self::WordsMissing => f.write_str("words are needed that somebody can read"),
            Self::NoSuchHold { hold } => write!(f, "there is no hold {hold} of this case"),
            Self::UnderHold => f.write_str("the case is under a hold; release it first"),
            Self::FeeNotNotified => f.write_str("the request to pay is missing; issue the fee notice first"),
            Self::PaymentKnown { payment, yen } => {
                write!(f, "a payment with this reference is recorded already: number {payment}, of {yen}")
            }
            Self::SurplusHeld { payment } => {
                write!(f, "payment {payment} was not owed; give back what is left of it first")
            }
            Self::NoGroundForExemption { ground } => {
                write!(f, "this procedure knows no exemption on the ground {ground:?}")
            }
            Self::PaymentNumbersMalformed => f.write_str(
                "the collecting agency's number has 5 digits, the payment number up to 20, the \
                 confirmation number up to 6",
            ),
            Self::LastDayHasPassed { day } => write!(f, "the last day {day} has passed already"),
            Self::NoSuchPayment { payment } => write!(f, "there is no such payment {payment} of this case"),
            Self::RefundExcluded => f.write_str("the fee of this procedure is not given back in this case"),
            Self::RefundOutOfRange { left } => write!(f, "a refund is at least 1 yen and at most {left}"),
            Self::VisitorNotVerified => f.write_str("make sure first who came to the counter"),
            Self::VisitorAlreadyVerified => f.write_str("it was made sure already who came"),
            Self::VisitNotNeeded { purpose } => {
                write!(f, "no visit for {purpose:?} is needed before the decision")
            }
            Self::VisitMissing { purpose } => {
                write!(f, "the visit for {purpose:?} must be recorded before the decision")
            }
            Self::VisitOutOfRange => f.write_str("a visit must lie between the arrival and today"),
            Self::ElectronicDeliveryExcluded => f.write_str("this procedure delivers on paper only"),
            Self::AlreadyChosen => f.write_str("the applicant said so already"),
            Self::ConsentMissing => {
                f.write_str("the applicant has not agreed to electronic delivery; deliver on paper")
            }
            Self::AlreadyPublished => f.write_str("a document waits to be fetched already"),
            Self::SealUnfit => f.write_str(
                "a seal on paper is for documents on paper, a digital signature for those that are \
                 fetched",
            ),
            Self::NothingToFetch => f.write_str("there is no document to fetch"),
            Self::AlreadyDelivered => f.write_str("the document has reached the applicant already"),
            Self::DocumentTellsItself => {
                f.write_str("a document tells the result when it is delivered or fetched; record that")
            }
            Self::ReissueNotOffered => f.write_str("what this procedure hands over is applied for anew"),
            Self::NoSuchCertificate { certificate } => {
                write!(f, "there is no certificate {certificate} of this case")
            }
            Self::CertificateNotInForce { certificate } => {
                write!(f, "certificate {certificate} of this case is not in force")
            }
            Self::KeptForGood => f.write_str("the case is kept for good"),
            Self::RetentionRuns { until } => write!(f, "the case is kept until {until}"),
            Self::OtherApplicant => f.write_str("this belongs to another applicant"),
            Self::DeadlineNotReached { at } => write!(f, "this deadline comes at {at}"),
            Self::DeadlineMoot => f.write_str("the case has moved on: this deadline means nothing any more"),
            Self::YearWithoutNumbers => f.write_str("receipt numbers exist from fiscal 令和元年 to 令和99年"),
            Self::MayHoldMyNumber => f.write_str(
                "a number in the form looks like a My Number; take it out, or say in the form that it \
                 is something else",
            ),
            Self::NoSensitiveReference => f.write_str(
                "the form has something else where the reference to the city's separate store belongs; register the number \
                 with that store, and send the reference that it gives",
            ),
            Self::WordsMayHoldMyNumber { role } => write!(
                f,
                "a number in what was written ({role}) looks like a My Number; take it out, mask it, or say that it is \
                 something else"
            ),
            Self::CalendarDefective(defect) => defect.fmt(f),
            Self::OutageOutOfRange => f.write_str(
                "an outage ends after it begins and lasts at most a week; one that happened is \
                 recorded once it is over",
            ),
            Self::MaintenanceTooLate => {
                f.write_str("maintenance is announced before it begins; record an outage once it is over")
            }
            Self::MaintenanceUnknown { ordinal } => {
                write!(f, "there is no maintenance {ordinal} to call off")
            }
            Self::CalendarNotPublished => f.write_str("this calendar was never published; publish it first"),
            Self::UserPurged => f.write_str("this registration is gone; register with a new id"),
            Self::UserSuspended => f.write_str("this user is suspended; ask the city"),
            Self::UserNotSuspended => f.write_str("this user is not suspended"),
            Self::UserDormant => f.write_str("this registration is dormant; sign in first"),
            Self::MailNotConfirmed => {
                f.write_str("the mail address is not confirmed; open the link of the mail")
            }
            Self::ConfirmationUnknown => f.write_str("no address waits for this confirmation; name it again"),
            Self::ConfirmationExpired { at } => {
                write!(f, "the link worked until {at}; name the address again")
            }
            Self::StatementOfOther => f.write_str("what was signed is not the statement that is asked for"),
            Self::MandateUnknown => f.write_str("there is no such mandate"),
            Self::MandateExists => f.write_str("this mandate was drafted before; choose a new id"),
            Self::MandateTermsInvalid => f.write_str(
                "a mandate is between two people, for at most 100 procedures, and ends after it \
                 begins and after now",
            ),
            Self::MandateNotAwaited => f.write_str("this mandate does not wait for that"),
            Self::MandateKeyWeak => f.write_str("the key of a mandate has at least 16 random bytes"),
            Self::MandateKeyWrong => f.write_str("this is not the key of the mandate"),
            Self::MandateNotInForce => f.write_str("this mandate is not in force"),
            Self::MandateOfOtherAgent => f.write_str("this mandate is for another agent"),
            Self::MandateDoesNotCover { procedure } => write!(f, "this mandate does not cover {procedure}"),
            Self::MandateOutOfPeriod { from, until } => {
                write!(f, "this mandate may be used from {from} to {until}")
            }
            Self::AgentsNotAllowed => f.write_str("nobody may apply in another's name in this procedure"),
            Self::AgentsRestricted => {
                f.write_str("only agents of a certain circle may apply in this procedure; see its note")
            }
            Self::ProcedureSuspended => f.write_str("this procedure takes no applications now"),
            Self::ProcedureNotSuspended => f.write_str("this procedure is not suspended"),
            Self::OutsideIntake { opens_at } => {
                write!(f, "applications are not taken now{}", opens(*opens_at))
            }
            Self::AmendmentAwaitsApproval => f.write_str(
                "what is to become of this decision awaits approval; approve it or send it back first",
            ),
            Self::SignerNotBound => f.write_str(
                "the certificate that signed is not the one that is bound to the account; sign with that one, or bind this one first",
            ),
            Self::FilingDayNotStated { field } => {
                write!(f, "the form does not state the day {field}, such as 2026-05-07")
            }
            Self::EditionUnknown { edition } => write!(f, "there is no edition {edition} of this procedure"),
            Self::EditionNotNewer { edition } => {
                write!(f, "edition {edition} is not newer than what was published")
            }
            Self::EditionTooEarly => f.write_str(
                "an edition comes into force neither in the past nor before one that is published \
                 already",
            ),
            Self::ProcedureOfOtherStream { procedure } => write!(f, "{procedure} has a stream of its own"),
            Self::ProcedureDefective { defects, first } => {
                write!(f, "the procedure has {defects} defects: {first}")
            }
            Self::IntakeInvalid => f.write_str("intake periods begin before they end, in order and apart"),
            Self::FormFileUnusable => f.write_str("a form file has a title and 1 byte to 32 MiB"),
        }
    }
}

fn opens(at: Option<Timestamp>) -> String {
    at.map(|at| format!("; it opens at {}", at.to_jst().format("%Y-%m-%d %H:%M JST"))).unwrap_or_default()
}
