//! The review (審査): it begins, and an officer decides.

use super::counter::met;
use super::decision::{CaseDecision, events, notice_at_once};
use super::fee::{fee_at, lets_the_merits_be_judged, lets_the_review_begin};
use super::guard::{received, under_review};
use super::withdrawal::unanswered;
use super::words::keep_reasons;
use crate::application::{Application, Arrived, FeeLedger, Received};
use crate::command::{ApplicationFinding, FilingFinding, Finding, Review, StatedReason};
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{Event, ReviewStarted, Reviewed};
use crate::event_format::Proposed;
use crate::notice::Task;
use crate::outcome::{ApplicationOutcome, FilingOutcome, NonEmpty, Outcome};
use crate::procedure::{Act, FeeTiming, Jurisdiction};
use crate::rejection::Rejection;

/// 審査を始める: by an officer of the division in charge, once a fee that comes first is settled.
pub(super) fn start_review(state: &Application, context: &Context<'_>) -> CaseDecision {
    let received = received(state)?;
    let by = context.actor.officer_of(received.arrived.in_charge())?;
    if let Jurisdiction::Foreign { agency } = &received.arrived.terms.jurisdiction {
        return Err(Rejection::DecidedElsewhere { agency: agency.clone() });
    }
    lets_the_review_begin(received)?;
    events([Event::ReviewStarted(ReviewStarted { by: by.clone() })])
}

/// 審査: the outcome, by act; the result notice is due, and the fee of a grant where it is paid at the hand-over.
pub(super) fn review(state: &Application, review: &Review, context: &Context<'_>) -> CaseDecision {
    let received = &under_review(state)?.received;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    if received.arrived.terms.approval {
        return Err(Rejection::ApprovalNeeded);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let outcome = judged(received, review, &mut documents, context)?;
    let reviewed = Reviewed { by, outcome, inspected_on: review.inspected_on, drafted_by: None };
    let decision = concluded(received, reviewed, context);
    Ok(Decision { documents: documents.into_vec(), ..decision })
}

/// What a review comes to, if the city may decide and everything is there that a decision needs.
pub(super) fn judged(
    received: &Received,
    review: &Review,
    documents: &mut Documents<'_>,
    context: &Context<'_>,
) -> Result<Outcome, Rejection> {
    let arrived = &received.arrived;
    if let Some(agency) = arrived.terms.jurisdiction.agency() {
        return Err(Rejection::DecidedElsewhere { agency: agency.to_owned() });
    }
    unanswered(received)?;
    lets_the_merits_be_judged(received, review.finding.is_on_the_merits())?;
    met(received, &review.finding)?;
    inspected(received, review, context)?;
    outcome(arrived, &review.finding, documents)
}

/// What a decision brings about: the fee of a grant that is paid at the hand-over, and the result notice.
pub(super) fn concluded(received: &Received, reviewed: Reviewed, context: &Context<'_>) -> Decision<Event> {
    let Arrived { terms, quantity, fee, .. } = &received.arrived;
    let assessed = reviewed
        .outcome
        .is_favourable()
        .then(|| fee_at(FeeTiming::AtPickup, &terms.fee, *quantity))
        .flatten()
        .filter(|_| *fee == FeeLedger::Unassessed);
    let decided = [Event::Reviewed(reviewed)].into_iter().chain(assessed);
    let mut decision = Decision::of(decided.map(Proposed::Event));
    decision.agenda = vec![notice_at_once(Task::result(received.annex.rulings + 1), context)];
    decision
}

/// 検査: before a decision on the merits; what is missing in form shows without one.
fn inspected(received: &Received, review: &Review, context: &Context<'_>) -> Result<(), Rejection> {
    let needed = received.arrived.terms.needs_inspection() && review.finding.is_on_the_merits();
    match review.inspected_on {
        None if needed => Err(Rejection::InspectionMissing),
        Some(day) if day < received.arrived.arrived_at.date_jst() || day > context.now.date_jst() => {
            Err(Rejection::InspectionOutOfRange)
        }
        None | Some(_) => Ok(()),
    }
}

/// The outcome as the log has it. What is found of a filing fits a filing only; the remedy comes from the terms.
pub(super) fn outcome(
    arrived: &Arrived,
    finding: &Finding,
    documents: &mut Documents<'_>,
) -> Result<Outcome, Rejection> {
    let remedy = arrived.terms.remedy;
    let mut keep = |reasons: &NonEmpty<StatedReason>| keep_reasons(reasons, documents);
    match (arrived.terms.act, finding) {
        (Act::Filing, Finding::Filing(finding)) => Ok(Outcome::Filing(match finding {
            FilingFinding::Confirmed => FilingOutcome::Confirmed,
            FilingFinding::FormalDefect(reasons) => FilingOutcome::FormalDefect { reasons: keep(reasons)? },
        })),
        (Act::Application | Act::Request, Finding::Application(finding)) => {
            Ok(Outcome::Application(match finding {
                ApplicationFinding::Granted => ApplicationOutcome::Granted,
                ApplicationFinding::PartlyGranted(reasons) => {
                    ApplicationOutcome::PartlyGranted { reasons: keep(reasons)?, remedy }
                }
                ApplicationFinding::Refused(reasons) => {
                    ApplicationOutcome::Refused { reasons: keep(reasons)?, remedy }
                }
                ApplicationFinding::Dismissed(reasons) => {
                    ApplicationOutcome::Dismissed { reasons: keep(reasons)?, remedy }
                }
            }))
        }
        (Act::Filing, Finding::Application(_)) | (Act::Application | Act::Request, Finding::Filing(_)) => {
            Err(Rejection::FindingOfOtherAct)
        }
    }
}
