//! Rendering the notices about a case from what is recorded of it.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::application::{Application, Arrived, Decided, FeeLedger, Received, nth};
use crate::event::{CorrectionKind, Event, FeePaid, RefundGround, ReissueFee};
use crate::ids::Municipality;
use crate::notice::{
    Alert, CaseNotice, Correcting, FeeDue, HandOver, Late, Message, News, NextStep, Notice, PayEasy, Reader,
    Refunding, ReviewResult, StaffNotice, Task, WithdrawnFee,
};
use crate::outcome::{ApplicationOutcome, FilingOutcome, Outcome};
use crate::procedure::{Deliverable, Delivery, Division, FeeTiming, PaymentMethod, RefundRule, Terms, Visit};
use crate::record::Recorded;
use crate::time::Timestamp;
use crate::yen::Yen;

/// Whom a notice is for, and who sends it.
#[derive(Clone, Copy)]
pub struct Correspondence<'a> {
    /// Which city hall.
    pub municipality: Municipality,
    /// The city's name.
    pub city: &'a str,
    /// The division in charge.
    pub contact: &'a Division,
    /// The mail address: the applicant's, or for [`Task::Alert`] that of the division ([`Alert::address`]).
    pub to: &'a str,
}

/// A case and how it came about.
#[derive(Clone, Copy)]
pub struct CaseFile<'a> {
    /// What it has become.
    pub case: &'a Application,
    /// All that happened.
    pub history: &'a [Recorded<Event>],
}

impl<'a> CaseFile<'a> {
    /// The n-th event of a kind, from 1, and when it was recorded: the cause of a notice.
    pub fn nth<T>(&self, n: u32, kind: impl Fn(&'a Event) -> Option<&'a T>) -> Option<(Timestamp, &'a T)> {
        let before = usize::try_from(n.checked_sub(1)?).ok()?;
        let of_kind = |recorded: &'a Recorded<Event>| Some((recorded.recorded_at, kind(&recorded.event)?));
        self.history.iter().filter_map(of_kind).nth(before)
    }
}

/// The events of one kind.
macro_rules! only {
    ($kind:ident) => {
        |event| if let Event::$kind(of_it) = event { Some(of_it) } else { None }
    };
}

/// Renders a notice from what is recorded of a case; `None` when it no longer speaks of the case's present.
pub fn render(task: Task, id: Uuid, file: CaseFile<'_>, between: Correspondence<'_>) -> Option<Notice> {
    let received = file.case.receipt()?;
    let (at, told) = told(task, file, received)?;
    let (reader, message) = match told {
        Told::Staff(notice) => (Reader::Staff, Message::Staff(notice)),
        Told::Applicant(news) => {
            let reader = if received.arrived.agent.is_some() { Reader::Agent } else { Reader::Applicant };
            let terms = &received.arrived.terms;
            let message = Message::Case(CaseNotice {
                procedure: terms.name.clone(),
                act: terms.act,
                received_at: received.received_at,
                receipt: received.receipt,
                late: late(&received.arrived),
                news,
            });
            (reader, message)
        }
    };
    Some(Notice {
        id,
        municipality: between.municipality,
        city: between.city.to_owned(),
        to: between.to.to_owned(),
        reader,
        at,
        contact: between.contact.clone(),
        message,
    })
}

/// Who is told what.
enum Told {
    Applicant(News),
    Staff(StaffNotice),
}

/// What there is to tell, and when its cause was recorded.
fn told(task: Task, file: CaseFile<'_>, received: &Received) -> Option<(Timestamp, Told)> {
    if let Task::Alert(alert) = task {
        let day = alert.day(file.case)?;
        let at = file.history.iter().rfind(|recorded| says(&recorded.event, alert))?.recorded_at;
        return Some((at, Told::Staff(StaffNotice { receipt: received.receipt, alert, day })));
    }
    let (at, news) = news(task, file, received)?;
    Some((at, Told::Applicant(news)))
}

/// True of the event that an alert speaks of; of several due dates the last one is in force.
fn says(event: &Event, alert: Alert) -> bool {
    match alert {
        Alert::Approaching { .. } => matches!(event, Event::DeadlineApproaching(_)),
        Alert::Exceeded { .. } => matches!(event, Event::DeadlineExceeded(_)),
        Alert::CorrectionOverdue { request } => {
            matches!(event, Event::CorrectionOverdue(overdue) if overdue.request == request)
        }
        Alert::ConsultationOverdue { consultation } => {
            matches!(event, Event::ConsultationOverdue(overdue) if overdue.consultation == consultation)
        }
    }
}

fn news(task: Task, file: CaseFile<'_>, received: &Received) -> Option<(Timestamp, News)> {
    match task {
        Task::ReceiptNotice => Some((received.received_at, received_news(received))),
        Task::ResultNotice => {
            let decided = file.case.decision()?;
            Some((decided.reviewed_at, result_news(decided)))
        }
        Task::LaterResultNotice { ruling } => {
            let (at, _) = file.nth(ruling, ruling_of)?;
            Some((at, result_news(file.case.decision()?)))
        }
        Task::CorrectionNotice { request } => {
            let (at, correcting) = correcting(file, received, request)?;
            Some((at, News::CorrectionRequested(correcting)))
        }
        Task::CorrectionReminder { request } => {
            let (at, correcting) = correcting(file, received, request)?;
            Some((at, News::CorrectionDue(correcting)))
        }
        Task::CorrectedNotice { request } => corrected_news(file, request),
        Task::ExtensionNotice { extension } => extension_news(file, extension),
        Task::TransferNotice { transfer } => {
            let (at, _) = file.nth(transfer, only!(Transferred))?;
            Some((at, News::Transferred))
        }
        Task::ForwardingNotice => forwarding_news(file),
        Task::FeeNotice { notice } => fee_news(file, received, notice),
        Task::PaymentNotice { payment } => {
            let (at, paid) = paid(file, payment)?;
            Some((at, News::FeePaid { yen: paid.yen, on: at.date_jst(), next: next_step(file.case) }))
        }
        Task::ReadyNotice { payment } => {
            let (at, _) = paid(file, payment)?;
            let Application::Decided(decided) = file.case else { return None };
            Some((at, News::Ready { hand_over: hand_over(decided)?, until: None }))
        }
        Task::WithdrawalNotice => {
            let (at, _) = file.nth(1, only!(Withdrawn))?;
            Some((at, News::Withdrawn { at, fee: withdrawn_fee(received) }))
        }
        Task::WithdrawalDeclinedNotice { declined } => {
            let (at, _) = file.nth(declined, only!(WithdrawalDeclined))?;
            Some((at, News::WithdrawalDeclined { at }))
        }
        Task::PublicationNotice { publication } => publication_news(file, received, publication),
        Task::SurplusNotice { payment } => surplus_news(file, received, payment),
        Task::RefundNotice { refund } => refund_news(file, refund),
        Task::ExemptionNotice => {
            let (at, _) = file.nth(1, only!(FeeExempted))?;
            let is_exempted = received.arrived.fee == FeeLedger::Exempted;
            is_exempted.then(|| (at, News::Exempted { on: at.date_jst() }))
        }
        // Told to the division, not to the applicant.
        Task::Alert(_) => None,
    }
}

/// Of what went back meanwhile, or was taken back, another notice tells, or none.
fn surplus_news(file: CaseFile<'_>, received: &Received, payment: u32) -> Option<(Timestamp, News)> {
    let (at, paid) = paid(file, payment)?;
    let known = nth(&received.annex.payments, payment)?;
    let is_held = paid.surplus && !known.is_reversed && known.refunded == Yen(0);
    let news = News::Refund { yen: paid.yen, on: at.date_jst(), refunding: Refunding::Surplus };
    is_held.then_some((at, news))
}

fn refund_news(file: CaseFile<'_>, refund: u32) -> Option<(Timestamp, News)> {
    let (at, refunded) = file.nth(refund, only!(Refunded))?;
    let refunding = match refunded.ground {
        RefundGround::NotOwed => Refunding::SurplusDecided,
        RefundGround::NotAccepted | RefundGround::MayorsDiscretion => Refunding::FeeDecided,
    };
    Some((at, News::Refund { yen: refunded.yen, on: at.date_jst(), refunding }))
}

/// What was put right, or gone on without, is not asked for any more.
fn correcting(file: CaseFile<'_>, received: &Received, request: u32) -> Option<(Timestamp, Correcting)> {
    let (at, requested) = file.nth(request, only!(CorrectionRequested))?;
    let Application::AwaitingCorrection(_) = file.case else { return None };
    let correcting = Correcting {
        items: u32::try_from(requested.items.as_slice().len()).unwrap_or(u32::MAX),
        due: requested.due,
        resubmit: requested.kind == CorrectionKind::Resubmit,
        signed: !received.arrived.terms.signature.accepted().is_empty(),
    };
    (received.arrived.desk.corrections == request).then_some((at, correcting))
}

fn corrected_news(file: CaseFile<'_>, request: u32) -> Option<(Timestamp, News)> {
    let (asked, _) = file.nth(request, only!(CorrectionRequested))?;
    let corrected = |recorded: &&Recorded<Event>| {
        matches!(recorded.event, Event::Corrected(_)) && recorded.recorded_at >= asked
    };
    let at = file.history.iter().find(corrected)?.recorded_at;
    Some((at, News::Corrected { at }))
}

fn forwarding_news(file: CaseFile<'_>) -> Option<(Timestamp, News)> {
    let (at, forwarded) = file.nth(1, only!(Forwarded))?;
    let due = if let Application::Forwarded(now) = file.case { &now.due } else { &forwarded.due };
    let due = due.as_ref().map(|due| due.day);
    Some((at, News::Forwarded { agency: forwarded.agency.clone(), on: at.date_jst(), due }))
}

fn publication_news(file: CaseFile<'_>, received: &Received, publication: u32) -> Option<(Timestamp, News)> {
    let (at, published) = file.nth(publication, only!(DocumentPublished))?;
    let (waiting, _) = received.annex.waiting_publication()?;
    let title = title_of(&received.arrived.terms);
    let news = News::DocumentPublished { title, until: published.expires_on };
    (waiting == publication).then_some((at, news))
}

/// The day that was said before, and the one that is said now. The officer's words stand in a document: a mail names the
/// reason by its code, with which the division explains it.
fn extension_news(file: CaseFile<'_>, extension: u32) -> Option<(Timestamp, News)> {
    let (at, extended) = file.nth(extension, only!(DeadlineExtended))?;
    let (mut from, mut extensions) = (None, 0);
    for recorded in file.history {
        if let Event::DeadlineExtended(_) = &recorded.event {
            extensions += 1;
            if extensions == extension {
                break;
            }
        }
        from = said_of(&recorded.event).or(from);
    }
    let reason = format!("審査に時間を要するため(理由番号 {})", extended.reason.code);
    Some((at, News::Extended { from, to: extended.due.day, reason }))
}

/// The last day that an event says.
fn said_of(event: &Event) -> Option<NaiveDate> {
    if let Event::ClockStarted(started) = event {
        return Some(started.due.day);
    }
    if let Event::ClockResumed(resumed) = event {
        return Some(resumed.due.day);
    }
    if let Event::DueDateRebased(rebased) = event {
        return Some(rebased.due.day);
    }
    if let Event::DeadlineExtended(extended) = event { Some(extended.due.day) } else { None }
}

/// The payment of a number, if it is one of the fee: those of certificates that were issued again are counted with them.
fn paid(file: CaseFile<'_>, payment: u32) -> Option<(Timestamp, &FeePaid)> {
    let (at, event) = file.nth(payment, |event| pays(event).then_some(event))?;
    if let Event::FeePaid(paid) = event { Some((at, paid)) } else { None }
}

/// That it arrived after its time, and what the procedure says of that.
fn late(arrived: &Arrived) -> Option<Late> {
    // A time that ends at midnight ended with the day before.
    let last_day = |since: Timestamp| since.saturating_add_micros(-1).date_jst();
    let effect = arrived.terms.filing.as_ref().and_then(|filing| filing.late_effect.clone());
    arrived.late.map(|late| Late { last_day: late.since.map(last_day), effect })
}

fn pays(event: &Event) -> bool {
    if let Event::CertificateReissued(reissued) = event {
        return matches!(reissued.fee, ReissueFee::Paid { .. });
    }
    matches!(event, Event::FeePaid(_))
}

fn received_news(received: &Received) -> News {
    let terms = &received.arrived.terms;
    let fee = if terms.fee_precedes_review() { fee_due(&received.arrived) } else { FeeDue::Nothing };
    News::Received { standard_period: terms.standard_period, fee, visits: visits(terms, false) }
}

fn result_news(decided: &Decided) -> News {
    let result = match &decided.outcome {
        _ if decided.revocation.is_some() => ReviewResult::SeeDocument,
        Outcome::Filing(FilingOutcome::Confirmed) => ReviewResult::Confirmed,
        Outcome::Application(ApplicationOutcome::Granted) => ReviewResult::Granted,
        Outcome::Application(ApplicationOutcome::PartlyGranted { .. }) => ReviewResult::PartlyGranted,
        Outcome::Filing(FilingOutcome::FormalDefect { .. })
        | Outcome::Application(ApplicationOutcome::Refused { .. } | ApplicationOutcome::Dismissed { .. }) => {
            ReviewResult::SeeDocument
        }
    };
    News::Reviewed { reviewed_at: decided.reviewed_at, result, hand_over: hand_over(decided) }
}

fn hand_over(decided: &Decided) -> Option<HandOver> {
    let arrived = &decided.received.arrived;
    decided.owes_a_hand_over().then(|| HandOver {
        deliverable: arrived.terms.deliverable.clone(),
        quantity: arrived.quantity,
        unit: arrived.terms.fee.unit().map(str::to_owned),
        fee: fee_due(arrived),
        visits: visits(&arrived.terms, true),
    })
}

/// What made that which was decided another.
fn ruling_of(event: &Event) -> Option<&Event> {
    let rules = matches!(event, Event::Reviewed(_) | Event::DecisionCorrected(_) | Event::DecisionRevoked(_));
    rules.then_some(event)
}

/// A request that was paid, or that a later one replaced, is not sent any more.
fn fee_news(file: CaseFile<'_>, received: &Received, notice: u32) -> Option<(Timestamp, News)> {
    let (at, issued) = file.nth(notice, only!(FeeNoticeIssued))?;
    let is_last = received.annex.next_fee_notice() == notice + 1;
    received.arrived.fee.due().filter(|_| is_last)?;
    let by = if issued.numbers.is_some() { PaymentMethod::Electronic } else { PaymentMethod::Invoice };
    let news = News::FeeNotice {
        yen: issued.yen,
        due: Some(issued.due_on),
        methods: vec![by],
        // The numbers are a document: who signs in is shown them.
        pay_easy: issued.numbers.map(|_| PayEasy::AfterSigningIn),
    };
    Some((at, news))
}

fn next_step(case: &Application) -> NextStep {
    match case.decision() {
        None => NextStep::Review,
        Some(decided) if decided.owes_a_hand_over() && case.is_open() => NextStep::HandOver,
        Some(_) => NextStep::Nothing,
    }
}

fn withdrawn_fee(received: &Received) -> WithdrawnFee {
    let came_in = received.annex.payments.iter().filter(|payment| !payment.is_reversed);
    let yen = Yen(came_in.map(|payment| payment.yen.0).fold(0, u32::saturating_add));
    if yen == Yen(0) {
        return WithdrawnFee::NothingPaid;
    }
    match received.arrived.terms.refund {
        RefundRule::Never | RefundRule::IfNotAccepted => WithdrawnFee::Kept(yen),
        RefundRule::MayorsDiscretion => WithdrawnFee::ToBeDecided(yen),
    }
}

/// What a document is called in a mail: never what it says.
fn title_of(terms: &Terms) -> String {
    match &terms.deliverable {
        Deliverable::Issued { name, .. } => name.clone(),
        Deliverable::None => "決定通知書".to_owned(),
    }
}

/// The visits that come after the decision, or those that come before it.
///
/// Who must fetch something at the counter is interviewed and shows papers there, in one visit; who need not come for it,
/// was met before the decision.
fn visits(terms: &Terms, after_decision: bool) -> Vec<Visit> {
    let fetched = matches!(terms.deliverable, Deliverable::Issued { by: Delivery::Counter, .. });
    let is_after = |visit: Visit| match visit {
        Visit::Inspection => false,
        Visit::Payment => !terms.fee_precedes_review(),
        Visit::Pickup => true,
        Visit::Interview | Visit::Papers => fetched,
    };
    terms.visits.iter().copied().filter(|visit| is_after(*visit) == after_decision).collect()
}

fn fee_due(arrived: &Arrived) -> FeeDue {
    let by_invoice = arrived.terms.fee.timing() == Some(FeeTiming::AfterDecision);
    match arrived.fee {
        FeeLedger::Free | FeeLedger::Exempted | FeeLedger::Paid(_) => FeeDue::Nothing,
        FeeLedger::Unassessed | FeeLedger::Assessed(_) if by_invoice => FeeDue::ByInvoice,
        FeeLedger::Assessed(yen) => FeeDue::AtCounter(yen),
        FeeLedger::Unassessed => FeeDue::ToBeAssessed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn a_visit_is_told_when_it_is_due() {
        let catalog = Catalog::sample();
        let told = |name: &str| {
            let procedure =
                catalog.procedures().iter().find(|procedure| procedure.terms.name == name).unwrap();
            (visits(&procedure.terms, false), visits(&procedure.terms, true))
        };
        assert_eq!(told("要介護・要支援認定申請"), (vec![Visit::Interview], vec![]));
        assert_eq!(told("妊娠の届出"), (vec![], vec![Visit::Pickup, Visit::Interview]));
        assert_eq!(
            told("印鑑登録証明書交付申請"),
            (vec![], vec![Visit::Payment, Visit::Pickup, Visit::Papers])
        );
        assert_eq!(told("飲食店営業許可申請"), (vec![Visit::Payment, Visit::Inspection], vec![]));
        assert_eq!(told("建築確認申請"), (vec![Visit::Payment, Visit::Papers], vec![]));
    }
}
