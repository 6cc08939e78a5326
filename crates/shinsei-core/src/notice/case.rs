//! Rendering the notices about a case from what is recorded of it.

use uuid::Uuid;

use crate::application::{Application, Arrived, Decided, FeeLedger, Received};
use crate::event::Event;
use crate::ids::Municipality;
use crate::notice::{CaseNotice, FeeDue, HandOver, Message, News, Notice, Reader, ReviewResult, Task};
use crate::outcome::{ApplicationOutcome, FilingOutcome, Outcome};
use crate::procedure::{Deliverable, Delivery, Division, FeeTiming, Terms, Visit};
use crate::record::Recorded;
use crate::time::Timestamp;

/// Whom a notice is for, and who sends it.
#[derive(Clone, Copy)]
pub struct Correspondence<'a> {
    /// Which city hall.
    pub municipality: Municipality,
    /// The city's name.
    pub city: &'a str,
    /// The division in charge.
    pub contact: &'a Division,
    /// The applicant's mail address.
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

/// Renders a notice from what is recorded of a case; `None` when it no longer speaks of the case's present.
pub fn render(task: Task, id: Uuid, file: CaseFile<'_>, between: Correspondence<'_>) -> Option<Notice> {
    let received = file.case.receipt()?;
    let terms = &received.arrived.terms;
    let (at, news) = match task {
        Task::ReceiptNotice => (received.received_at, received_news(received)),
        Task::ResultNotice => {
            let decided = file.case.decision()?;
            (decided.reviewed_at, result_news(decided))
        }
    };
    Some(Notice {
        id,
        municipality: between.municipality,
        city: between.city.to_owned(),
        to: between.to.to_owned(),
        reader: if received.arrived.agent.is_some() { Reader::Agent } else { Reader::Applicant },
        at,
        contact: between.contact.clone(),
        message: Message::Case(CaseNotice {
            procedure: terms.name.clone(),
            act: terms.act,
            received_at: received.received_at,
            receipt: received.receipt,
            news,
        }),
    })
}

fn received_news(received: &Received) -> News {
    let terms = &received.arrived.terms;
    let fee = if terms.fee_precedes_review() { fee_due(&received.arrived) } else { FeeDue::Nothing };
    News::Received { standard_period: terms.standard_period, fee, visits: visits(terms, false) }
}

fn result_news(decided: &Decided) -> News {
    let arrived = &decided.received.arrived;
    let result = match &decided.outcome {
        Outcome::Filing(FilingOutcome::Confirmed) => ReviewResult::Confirmed,
        Outcome::Application(ApplicationOutcome::Granted) => ReviewResult::Granted,
        Outcome::Application(ApplicationOutcome::PartlyGranted { .. }) => ReviewResult::PartlyGranted,
        Outcome::Filing(FilingOutcome::FormalDefect { .. })
        | Outcome::Application(ApplicationOutcome::Refused { .. } | ApplicationOutcome::Dismissed { .. }) => {
            ReviewResult::SeeDocument
        }
    };
    let hand_over = (decided.outcome.is_favourable() && decided.has_deliverable()).then(|| HandOver {
        deliverable: arrived.terms.deliverable.clone(),
        quantity: arrived.quantity,
        unit: arrived.terms.fee.unit().map(str::to_owned),
        fee: fee_due(arrived),
        visits: visits(&arrived.terms, true),
    });
    News::Reviewed { reviewed_at: decided.reviewed_at, result, hand_over }
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
