//! What lies beside the main road of a case and lasts through its states.

use chrono::NaiveDate;

use crate::document::DocumentRef;
use crate::event::{
    Amendment, AppealKind, AppealResolved, AppealResult, CertificateReissued, CertificateSerial,
    CertificateVoided, DocumentPublished, RefundDeclined, Refunded, ReissueFee, VoidCause,
};
use crate::ids::StaffId;
use crate::procedure::Visit;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::yen::Yen;

/// What lies beside the main road of a case: it begins with the receipt and is never taken away by a change of state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex {
    /// Whether the applicant wants the application back.
    pub withdrawal: Withdrawal,
    /// What the applicant was met for before the decision.
    pub visits: Vec<Visit>,
    /// How often the city did not consent to a withdrawal.
    pub withdrawals_declined: u32,
    /// How often the case was decided.
    pub decisions: u32,
    /// How often what was decided became another: decided, corrected, revoked.
    pub rulings: u32,
    /// Every request to pay, in the order in which they were issued.
    pub fee_notices: Vec<FeeNotice>,
    /// Every payment, in the order in which they were recorded.
    pub payments: Vec<Payment>,
    /// How often something was given back.
    pub refunds: u32,
    /// True once it was made sure who came for what is handed over.
    pub visitor_is_verified: bool,
    /// What the applicant said of electronic delivery; `None` as long as nothing.
    pub electronic_delivery: Option<bool>,
    /// Every document that could be fetched, in the order in which they were published.
    pub publications: Vec<Publication>,
    /// True once a document that says what was decided last has reached the applicant.
    pub document_is_delivered: bool,
    /// Every certificate of the case, in the order of their ordinals.
    pub certificates: Vec<Certificate>,
    /// Every appeal against its decisions, in the order in which they were recorded.
    pub appeals: Vec<Appeal>,
    /// Every hold, in the order in which they were placed.
    pub holds: Vec<Hold>,
    /// What is to become of the decision, while it awaits approval.
    pub amending: Option<Amending>,
}

/// What is to become of a decision, drafted for approval (更正・取消しの起案).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amending {
    /// What.
    pub amendment: Amendment,
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// Who is to approve it.
    pub approver: StaffId,
}

/// Whether the applicant wants the application back (取下げ).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Withdrawal {
    /// No, or the city did not consent.
    #[default]
    NotWanted,
    /// Yes, and the city has not answered.
    Requested {
        /// Since when.
        at: Timestamp,
    },
    /// The application is taken back.
    Done {
        /// When.
        at: Timestamp,
    },
}

/// A request to pay (納入通知).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeNotice {
    /// The last day on which it may be paid.
    pub due_on: NaiveDate,
    /// True once that day has passed without a payment.
    pub is_overdue: bool,
    /// True once it was paid: should the payment not come in after all, another request is needed.
    pub was_paid: bool,
}

/// A payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// How much.
    pub yen: Yen,
    /// Its reference.
    pub reference: DocumentRef,
    /// True when it did not come in after all.
    pub is_reversed: bool,
    /// For what.
    pub purpose: PaidFor,
    /// How much of it was given back.
    pub refunded: Yen,
    /// True when somebody decided that it is not given back.
    pub refund_is_declined: bool,
}

/// For what something was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidFor {
    /// For the fee of the case.
    Fee,
    /// For a certificate that was issued again.
    Reissue {
        /// Its ordinal.
        certificate: u32,
    },
    /// For nothing that was owed (過誤納): it goes back.
    Nothing,
    /// For what was given back of a payment that was taken back as well (返納).
    Refund {
        /// The number of that payment.
        payment: u32,
    },
}

/// An official document that could be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The document.
    pub document: DocumentRef,
    /// The last day on which it can be fetched.
    pub expires_on: NaiveDate,
    /// Who published it.
    pub by: StaffId,
    /// What became of it.
    pub state: Fetching,
}

/// What became of a document that could be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetching {
    /// It can be fetched.
    Waiting,
    /// It was fetched.
    Fetched,
    /// Nobody fetched it in time.
    Expired,
}

/// A certificate that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its serial.
    pub serial: CertificateSerial,
    /// How many copies.
    pub copies: u32,
    /// Why it is void; `None` as long as it is valid.
    pub voided: Option<Voided>,
}

/// Why a certificate is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voided {
    /// It was voided for itself.
    For(VoidCause),
    /// Another took its place.
    Replaced,
    /// The decision it rests on was revoked.
    WithDecision,
}

/// An appeal against a decision of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// How it was brought.
    pub kind: AppealKind,
    /// How it ended; `None` while it is pending.
    pub result: Option<AppealResult>,
}

/// A hold on the disposal of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// True until somebody releases it.
    pub stands: bool,
}

impl Annex {
    /// The ordinal of the next certificate.
    pub fn next_ordinal(&self) -> u32 {
        number(self.certificates.len())
    }

    /// The number of the next appeal.
    pub fn next_appeal(&self) -> u32 {
        number(self.appeals.len())
    }

    /// The number of the next hold.
    pub fn next_hold(&self) -> u32 {
        number(self.holds.len())
    }

    /// True when an appeal was upheld.
    pub fn was_upheld(&self) -> bool {
        self.appeals.iter().any(|appeal| appeal.result == Some(AppealResult::Upheld))
    }

    /// Says whether anything but time stands in the way of the disposal.
    ///
    /// # Errors
    /// [`Rejection::UnderHold`], [`Rejection::AppealPending`] and [`Rejection::SurplusHeld`].
    pub fn may_be_disposed_of(&self) -> Result<(), Rejection> {
        if self.holds.iter().any(|hold| hold.stands) {
            return Err(Rejection::UnderHold);
        }
        if self.appeals.iter().any(|appeal| appeal.result.is_none()) {
            return Err(Rejection::AppealPending);
        }
        match self.surplus() {
            Some(payment) => Err(Rejection::SurplusHeld { payment }),
            None => Ok(()),
        }
    }

    /// The first payment of what was not owed that the city still has.
    pub fn surplus(&self) -> Option<u32> {
        let is_held = |payment: &Payment| {
            payment.purpose == PaidFor::Nothing && !payment.is_reversed && payment.left() > Yen(0)
        };
        self.payments.iter().position(is_held).map(number)
    }

    /// The first payment that was taken back though it had been given back, wholly or in part, and how much of the city's own money
    /// went with it, until that is paid. `fee_is_settled_otherwise`: whoever owes the fee again, or has paid it again, owes
    /// nothing beside it for what was given back of the first payment.
    pub(super) fn unpaid_refund(&self, fee_is_settled_otherwise: bool) -> Option<(u32, Yen)> {
        let is_owed = |(number, payment): &(u32, &Payment)| {
            let is_covered = payment.purpose == PaidFor::Fee && fee_is_settled_otherwise;
            payment.is_reversed && payment.refunded > Yen(0) && !is_covered && !self.was_repaid(*number)
        };
        let (number, payment) = (1..).zip(&self.payments).find(is_owed)?;
        Some((number, payment.refunded))
    }

    fn was_repaid(&self, payment: u32) -> bool {
        let repays = |one: &Payment| one.purpose == PaidFor::Refund { payment } && !one.is_reversed;
        self.payments.iter().any(repays)
    }

    /// True when a certificate is in force whose payment did not come in after all.
    pub fn has_an_unpaid_reissue(&self) -> bool {
        self.payments.iter().filter(|payment| payment.is_reversed).any(|payment| match payment.purpose {
            PaidFor::Fee | PaidFor::Nothing | PaidFor::Refund { .. } => false,
            PaidFor::Reissue { certificate } => {
                nth(&self.certificates, certificate).is_some_and(|issued| issued.voided.is_none())
            }
        })
    }

    /// True when the last request to pay was answered by a payment: it is of no use for another one.
    pub fn fee_notice_is_spent(&self) -> bool {
        self.fee_notices.last().is_some_and(|notice| notice.was_paid)
    }

    /// The number of the next request to pay.
    pub fn next_fee_notice(&self) -> u32 {
        number(self.fee_notices.len())
    }

    /// The number of the next refund.
    pub fn next_refund(&self) -> u32 {
        self.refunds + 1
    }

    /// The number of the next payment.
    pub fn next_payment(&self) -> u32 {
        number(self.payments.len())
    }

    /// The number of the next document to fetch.
    pub fn next_publication(&self) -> u32 {
        number(self.publications.len())
    }

    /// True when the applicant was asked to pay and let the last day pass.
    pub fn payment_is_overdue(&self) -> bool {
        self.fee_notices.last().is_some_and(|notice| notice.is_overdue)
    }

    /// The document that can be fetched now, and its number.
    pub fn waiting_publication(&self) -> Option<(u32, &Publication)> {
        let last = self.publications.last().filter(|one| one.state == Fetching::Waiting)?;
        Some((number(self.publications.len() - 1), last))
    }

    pub(super) fn issue(&mut self, serial: CertificateSerial, copies: u32) {
        self.visitor_is_verified = false;
        self.certificates.push(Certificate { serial, copies, voided: None });
    }

    pub(super) fn void(&mut self, serial: CertificateSerial, why: Voided) {
        let of_that_serial = self.certificates.iter_mut().find(|certificate| certificate.serial == serial);
        if let Some(certificate) = of_that_serial {
            certificate.voided.get_or_insert(why);
        }
    }

    pub(super) fn void_one(&mut self, voided: &CertificateVoided) {
        self.void(voided.serial, Voided::For(voided.cause));
    }

    pub(super) fn void_all(&mut self) {
        for certificate in &mut self.certificates {
            certificate.voided.get_or_insert(Voided::WithDecision);
        }
    }

    pub(super) fn ask_to_pay(&mut self, due_on: NaiveDate) {
        self.fee_notices.push(FeeNotice { due_on, is_overdue: false, was_paid: false });
    }

    pub(super) fn pay(&mut self, yen: Yen, reference: DocumentRef, purpose: PaidFor) {
        if let Some(notice) = self.fee_notices.last_mut().filter(|_| purpose == PaidFor::Fee) {
            notice.was_paid = true;
        }
        self.payments.push(Payment {
            yen,
            reference,
            is_reversed: false,
            purpose,
            refunded: Yen(0),
            refund_is_declined: false,
        });
    }

    /// Takes a payment back; says whether it was one of the fee.
    pub(super) fn reverse(&mut self, payment: u32) -> bool {
        let Some(payment) = nth_mut(&mut self.payments, payment).filter(|payment| !payment.is_reversed)
        else {
            return false;
        };
        payment.is_reversed = true;
        payment.purpose == PaidFor::Fee
    }

    pub(super) fn refund(&mut self, refunded: &Refunded) {
        self.refunds += 1;
        if let Some(payment) = nth_mut(&mut self.payments, refunded.payment) {
            payment.refunded = Yen(payment.refunded.0.saturating_add(refunded.yen.0));
        }
    }

    pub(super) fn decline_withdrawal(&mut self) {
        self.withdrawal = Withdrawal::NotWanted;
        self.withdrawals_declined += 1;
    }

    pub(super) fn decline_refund(&mut self, declined: &RefundDeclined) {
        if let Some(payment) = nth_mut(&mut self.payments, declined.payment) {
            payment.refund_is_declined = true;
        }
    }

    pub(super) fn publish(&mut self, published: &DocumentPublished) {
        self.publications.push(Publication {
            document: published.document,
            expires_on: published.expires_on,
            by: published.by.clone(),
            state: Fetching::Waiting,
        });
    }

    pub(super) fn reissue(&mut self, reissued: &CertificateReissued) {
        self.void(reissued.of, Voided::Replaced);
        self.issue(reissued.serial, reissued.copies);
        if let ReissueFee::Paid { yen, reference, .. } = reissued.fee {
            self.pay(yen, reference, PaidFor::Reissue { certificate: reissued.serial.ordinal });
        }
    }

    pub(super) fn fall_overdue(&mut self, notice: u32) {
        if let Some(notice) = nth_mut(&mut self.fee_notices, notice) {
            notice.is_overdue = true;
        }
    }

    pub(super) fn fetch(&mut self, publication: u32) {
        self.end_fetching(publication, Fetching::Fetched);
        self.document_is_delivered = true;
    }

    pub(super) fn expire(&mut self, publication: u32) {
        self.end_fetching(publication, Fetching::Expired);
    }

    fn end_fetching(&mut self, publication: u32, how: Fetching) {
        if let Some(publication) = nth_mut(&mut self.publications, publication) {
            publication.state = how;
        }
    }

    /// What was decided last is new: no document says it yet.
    pub(super) fn rule(&mut self) {
        self.rulings += 1;
        self.amending = None;
        self.document_is_delivered = false;
        self.visitor_is_verified = false;
        if let Some((publication, _)) = self.waiting_publication() {
            self.expire(publication);
        }
    }

    pub(super) fn appeal(&mut self, kind: AppealKind) {
        self.appeals.push(Appeal { kind, result: None });
    }

    pub(super) fn resolve(&mut self, resolved: &AppealResolved) {
        if let Some(appeal) = nth_mut(&mut self.appeals, resolved.appeal) {
            appeal.result.get_or_insert(resolved.result);
        }
    }

    pub(super) fn release(&mut self, hold: u32) {
        if let Some(hold) = nth_mut(&mut self.holds, hold) {
            hold.stands = false;
        }
    }
}

impl Payment {
    /// What was not given back of it.
    pub fn left(&self) -> Yen {
        Yen(self.yen.0.saturating_sub(self.refunded.0))
    }
}

/// The number of what comes after so many, counted from 1.
fn number(before: usize) -> u32 {
    // OK because no case has four thousand million of anything; the last number would be refused as taken.
    u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
}

/// The one with a number, counted from 1.
pub(crate) fn nth<T>(all: &[T], number: u32) -> Option<&T> {
    all.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

fn nth_mut<T>(all: &mut [T], number: u32) -> Option<&mut T> {
    all.get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
}
