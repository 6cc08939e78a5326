//! What must hold of every case, whatever was asked of it: one public function a law, each panics when it is broken.
//!
//! Source: DOMAIN A, "Properties that must hold"; the promises of DESIGN.

use shinsei_core::application::{Application, Arrived, Decided, Turn};
use shinsei_core::audit::references::references;
use shinsei_core::event::{Event, FormRef};
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::outcome::{ApplicationOutcome, FilingOutcome, NonEmpty, Outcome, Reason};
use shinsei_core::procedure::{Act, SignatureRule};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::StateName;

use crate::life::{Life, content_of};

mod delivery;
mod desk;
mod ending;
mod money;
mod words;

pub use delivery::{
    every_reissue_takes_the_place_of_one, no_certificate_outlives_its_grant,
    nothing_goes_electronically_without_consent, what_is_adverse_is_delivered_with_its_reasons,
};
pub use desk::{
    a_correction_in_part_changes_what_was_asked_for, a_correction_voids_the_old_signature,
    a_due_date_follows_from_its_inputs, each_warning_is_given_once, no_clock_is_lost,
    nobody_approves_their_own_draft, private_notes_never_reach_the_applicant,
    the_city_decides_only_what_is_its_own,
};
pub use ending::{
    a_case_is_kept_as_its_terms_say, a_disposed_case_still_reads, nothing_happens_after_the_end,
    nothing_is_disposed_of_before_its_time, what_is_decided_is_not_withdrawn, whoever_reopens_is_not_alone,
};
pub use money::{
    a_payment_counts_once, no_more_is_given_back_than_was_paid, what_was_given_back_twice_is_owed,
    what_was_not_owed_is_kept_for_nobody,
};
pub use words::no_unconfirmed_my_number_is_kept;

/// The fewest bytes of a word that is looked for: shorter ones stand anywhere by chance.
const SECRET_BYTES_MIN: usize = 6;

/// Lists laws with their names.
macro_rules! laws {
    ($($law:ident),* $(,)?) => {
        &[$((stringify!($law), $law)),*]
    };
}

/// A law: it panics when a life breaks it.
pub type Law = fn(&Life);

/// All laws, each with its name.
pub const ALL: &[(&str, Law)] = laws![
    every_prefix_is_a_legal_state,
    arrival_never_changes,
    a_case_arrives_once_and_has_one_receipt,
    a_required_signature_was_verified_before_the_receipt,
    no_review_begins_before_a_fee_that_comes_first,
    nothing_is_issued_without_the_fee_settled,
    at_most_one_certificate_is_issued,
    an_outcome_is_of_its_act,
    refusals_carry_reasons,
    the_remedy_is_that_of_the_terms,
    nothing_happens_after_the_end,
    what_is_decided_is_not_withdrawn,
    a_case_is_kept_as_its_terms_say,
    nothing_is_disposed_of_before_its_time,
    a_disposed_case_still_reads,
    whoever_reopens_is_not_alone,
    no_more_is_given_back_than_was_paid,
    a_payment_counts_once,
    what_was_not_owed_is_kept_for_nobody,
    what_was_given_back_twice_is_owed,
    what_is_adverse_is_delivered_with_its_reasons,
    nothing_goes_electronically_without_consent,
    every_reissue_takes_the_place_of_one,
    no_certificate_outlives_its_grant,
    every_open_case_waits_for_somebody,
    a_case_without_debts_has_ended,
    every_case_can_still_end,
    a_correction_voids_the_old_signature,
    a_correction_in_part_changes_what_was_asked_for,
    nobody_approves_their_own_draft,
    the_city_decides_only_what_is_its_own,
    a_due_date_follows_from_its_inputs,
    no_clock_is_lost,
    each_warning_is_given_once,
    private_notes_never_reach_the_applicant,
    every_document_is_kept,
    no_unconfirmed_my_number_is_kept,
    no_event_or_answer_speaks_of_a_person,
];

/// All laws hold.
///
/// # Panics
/// When one is broken.
pub fn hold(life: &Life) {
    ALL.iter().for_each(|(_, law)| law(life));
}

/// Every event changed the case, and led from a state to itself or to one that may follow.
///
/// # Panics
/// When it is broken.
pub fn every_prefix_is_a_legal_state(life: &Life) {
    for (states, recorded) in life.states().windows(2).zip(life.history()) {
        let [before, after] = states else { continue };
        let (from, to) = (before.name(), after.name());
        assert!(before != after, "{:?} says nothing to a case that is {from}", recorded.event);
        assert!(from == to || may_follow(from, to), "{from} is followed by {to}");
    }
    assert_eq!(life.states().last(), Some(life.state()), "the states are what the events made");
}

fn may_follow(from: StateName, to: StateName) -> bool {
    use StateName::{
        Absent, Arrived, AwaitingApproval, AwaitingCorrection, Closed, Decided, Discarded, Disposed, Draft,
        Forwarded, Issued, Received, UnderReview,
    };
    matches!(
        (from, to),
        (Absent, Draft | Arrived)
            | (Draft, Discarded | Arrived)
            | (Arrived, Received)
            | (Received, UnderReview | Forwarded | Closed)
            | (UnderReview, AwaitingCorrection | AwaitingApproval | Forwarded | Decided | Closed)
            | (AwaitingCorrection, UnderReview | Closed)
            | (AwaitingApproval, UnderReview | Decided | Closed)
            | (Forwarded, Closed)
            | (Decided, Issued | Closed)
            | (Issued, Closed)
            | (Closed, UnderReview | Disposed)
    )
}

/// When, what, by whom and under which terms: nothing that happens later changes it.
///
/// # Panics
/// When it is broken.
pub fn arrival_never_changes(life: &Life) {
    let fixed = |arrived: &Arrived| {
        let Arrived { procedure, terms, applicant, contact, arrived_at, paper, .. } = arrived;
        (procedure.clone(), terms.clone(), *applicant, *contact, *arrived_at, *paper)
    };
    let arrivals: Vec<_> = life.states().iter().filter_map(Application::arrival).map(fixed).collect();
    assert!(arrivals.windows(2).all(|pair| pair[0] == pair[1]), "an arrival was changed");
    let submitted = |recorded: &&Recorded<Event>| matches!(recorded.event, Event::Submitted(_));
    let recorded = life.history().iter().find(submitted).map(|recorded| recorded.recorded_at);
    for (.., arrived_at, paper) in &arrivals {
        let is_recording = recorded == Some(*arrived_at);
        assert!(is_recording || (paper.is_some() && recorded > Some(*arrived_at)), "arrival is recording");
    }
}

/// One arrival, one number.
///
/// # Panics
/// When it is broken.
pub fn a_case_arrives_once_and_has_one_receipt(life: &Life) {
    let arrivals = count(life, |event| matches!(event, Event::Submitted(_)));
    let receipts = count(life, |event| matches!(event, Event::ReceiptIssued(_)));
    let expected = usize::from(life.state().arrival().is_some());
    assert_eq!((arrivals, receipts), (expected, expected), "arrivals and receipts");
}

/// By a kind of certificate that the terms accept, and never where none is needed.
///
/// # Panics
/// When it is broken.
pub fn a_required_signature_was_verified_before_the_receipt(life: &Life) {
    let Some(received) = life.state().receipt() else { return };
    if received.arrived.paper.is_some() && received.arrived.form_version == 1 {
        assert_eq!(received.arrived.signature, None, "paper has no certificate");
        return;
    }
    match (&received.arrived.terms.signature, &received.arrived.signature) {
        (SignatureRule::Exempt, None) => {}
        (SignatureRule::Required(accepted), Some(verified)) => {
            assert!(accepted.contains(&verified.kind), "the kind is accepted");
            assert!(!matches!(received.arrived.form, FormRef::Unsigned(_)), "what was signed is kept");
        }
        (rule, verified) => panic!("{rule:?}, but {verified:?}"),
    }
}

/// A fee that comes before the review was settled when the review began, or the applicant had let the last day pass: what
/// is not paid for is judged by its form alone.
///
/// # Panics
/// When it is broken.
pub fn no_review_begins_before_a_fee_that_comes_first(life: &Life) {
    for state in before(life, |event| matches!(event, Event::ReviewStarted(_))) {
        let arrived = state.arrival().expect("a review is of what arrived");
        let gated = arrived.terms.fee_precedes_review() && arrived.fee.settled().is_err();
        let is_overdue = state.receipt().is_some_and(|received| received.annex.payment_is_overdue());
        assert!(!gated || is_overdue, "a review began before the fee");
    }
    for (state, recorded) in life.states().iter().zip(life.history()) {
        let (Event::Reviewed(reviewed), Some(arrived)) = (&recorded.event, state.arrival()) else { continue };
        let gated = arrived.terms.fee_precedes_review() && arrived.fee.settled().is_err();
        assert!(!gated || reviewed.outcome.is_formal(), "what is not paid for was judged on its merits");
    }
}

/// Nothing is handed over before the fee clears it (ADR 0015), nor without a grant.
///
/// # Panics
/// When it is broken.
pub fn nothing_is_issued_without_the_fee_settled(life: &Life) {
    for state in before(life, |event| matches!(event, Event::CertificateIssued(_))) {
        let decided = state.decision().expect("what is issued was decided");
        assert!(decided.received.cleared().is_ok(), "issued before the fee was settled");
        assert!(decided.is_favourable() && decided.has_deliverable(), "issued without a grant");
    }
}

/// One hand-over at most, of no more copies than were asked for, under the case's own number.
///
/// # Panics
/// When it is broken.
pub fn at_most_one_certificate_is_issued(life: &Life) {
    let grants = count(life, |event| matches!(event, Event::Reviewed(_)));
    let issued = count(life, |event| matches!(event, Event::CertificateIssued(_)));
    assert!(issued <= grants, "issued {issued} times upon {grants} decisions");
    for recorded in life.history() {
        let Event::CertificateIssued(issued) = &recorded.event else { continue };
        let received = life.state().receipt().expect("what is issued was received");
        assert!((1..=received.arrived.quantity).contains(&issued.copies), "{} copies", issued.copies);
        assert_eq!(issued.serial.receipt, received.receipt, "the serial is of another case");
    }
}

/// A filing is confirmed or has formal defects: it is never refused. Other acts are never merely confirmed.
///
/// # Panics
/// When it is broken.
pub fn an_outcome_is_of_its_act(life: &Life) {
    let Some(decided) = life.state().decision() else { return };
    match (decided.terms().act, &decided.outcome) {
        (Act::Filing, Outcome::Filing(_)) | (Act::Application | Act::Request, Outcome::Application(_)) => {}
        (act, outcome) => panic!("{act:?} ended with {outcome:?}"),
    }
}

/// Whatever is adverse has at least one reason, and each has words.
///
/// # Panics
/// When it is broken.
pub fn refusals_carry_reasons(life: &Life) {
    let Some(decided) = life.state().decision() else { return };
    let reasons = reasons(&decided.outcome).map(NonEmpty::as_slice).unwrap_or_default();
    assert!(decided.outcome.is_favourable() || !reasons.is_empty(), "adverse without a reason");
    for reason in reasons {
        let words = life.document(&reason.text).and_then(content_of).expect("the words of a reason are kept");
        assert!(!String::from_utf8_lossy(words).trim().is_empty(), "a reason has words");
    }
}

/// What is adverse, wholly or in part, states the remedy of the terms: there is one exactly where they have one.
///
/// # Panics
/// When it is broken.
pub fn the_remedy_is_that_of_the_terms(life: &Life) {
    let Some(decided) = life.state().decision() else { return };
    match &decided.outcome {
        Outcome::Application(
            ApplicationOutcome::PartlyGranted { remedy, .. }
            | ApplicationOutcome::Refused { remedy, .. }
            | ApplicationOutcome::Dismissed { remedy, .. },
        ) => assert_eq!(*remedy, decided.terms().remedy, "the remedy"),
        Outcome::Application(ApplicationOutcome::Granted) | Outcome::Filing(_) => {}
    }
}

/// A case whose applicant was told, owes nothing and is owed nothing has ended by itself.
///
/// # Panics
/// When it is broken.
pub fn a_case_without_debts_has_ended(life: &Life) {
    let idle = match life.state() {
        Application::Decided(decided) => was_told(decided) && !awaits(decided) && !decided.owes_a_hand_over(),
        Application::Issued(issued) => was_told(&issued.decided) && !awaits(&issued.decided),
        Application::Arrived(_) => true,
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Received(_)
        | Application::UnderReview(_)
        | Application::AwaitingCorrection(_)
        | Application::AwaitingApproval(_)
        | Application::Forwarded(_)
        | Application::Closed(_)
        | Application::Disposed(_) => false,
    };
    assert!(!idle, "nothing is left to do, yet the case is {}", life.state().name());
}

fn was_told(decided: &Decided) -> bool {
    decided.told_at.is_some()
}

fn awaits(decided: &Decided) -> bool {
    let pays = decided.is_favourable() && decided.received.arrived.fee.settled().is_err();
    pays || (!decided.reasons().is_empty() && !decided.received.annex.document_is_delivered)
}

/// From where the case stands, the steps of the main road are accepted up to its end.
///
/// # Panics
/// When it is broken.
pub fn every_case_can_still_end(life: &Life) {
    let has_ended = matches!(life.state(), Application::Discarded | Application::Disposed(_));
    if !life.history().is_empty() && !has_ended {
        let _ = life.clone().until(StateName::Closed);
    }
}

/// Every state that is not final has somebody whose turn it is; so has a case that ended, while its money is not in order.
///
/// # Panics
/// When it is broken.
pub fn every_open_case_waits_for_somebody(life: &Life) {
    let waits = life.state().turn() != Turn::Nobody;
    let state = life.state();
    let is_awaited = state.is_open() || state.has_open_money();
    assert_eq!(waits, is_awaited, "{} waits for {:?}", state.name(), state.turn());
}

/// Each document of which an event speaks was kept, with that digest.
///
/// # Panics
/// When it is broken.
pub fn every_document_is_kept(life: &Life) {
    for recorded in life.history() {
        let payload = recorded.event.payload().expect("every event can be written");
        for reference in references(&payload) {
            assert!(life.document(&reference).is_some(), "a document is missing: {:?}", recorded.event);
        }
    }
}

fn reasons(outcome: &Outcome) -> Option<&NonEmpty<Reason>> {
    match outcome {
        Outcome::Filing(FilingOutcome::Confirmed) | Outcome::Application(ApplicationOutcome::Granted) => None,
        Outcome::Filing(FilingOutcome::FormalDefect { reasons })
        | Outcome::Application(
            ApplicationOutcome::PartlyGranted { reasons, .. }
            | ApplicationOutcome::Refused { reasons, .. }
            | ApplicationOutcome::Dismissed { reasons, .. },
        ) => Some(reasons),
    }
}

/// No payload, no `Debug` output and no rejection holds a word that was said to the case.
///
/// # Panics
/// When it is broken.
pub fn no_event_or_answer_speaks_of_a_person(life: &Life) {
    let mut written = vec![format!("{:?}", life.state())];
    for recorded in life.history() {
        let payload = recorded.event.payload().expect("every event can be written");
        written.extend([String::from_utf8_lossy(&payload).into_owned(), format!("{recorded:?}")]);
    }
    for (step, rejection) in life.refusals() {
        written.extend([format!("{step:?}"), format!("{rejection:?} {rejection} {}", rejection.resident())]);
    }
    for secret in life.secrets().iter().filter(|secret| secret.len() >= SECRET_BYTES_MIN) {
        let word = String::from_utf8_lossy(secret);
        let listed = format!("{secret:?}");
        let forms = [&*word, listed.trim_matches(['[', ']'])];
        let found = written.iter().any(|text| forms.iter().any(|form| text.contains(form)));
        assert!(!found, "a word of {} bytes stands where it can never be erased", secret.len());
    }
}

fn count(life: &Life, of_that_kind: impl Fn(&Event) -> bool) -> usize {
    life.history().iter().filter(|recorded| of_that_kind(&recorded.event)).count()
}

/// The case as it stood before each event of that kind.
fn before(life: &Life, of_that_kind: impl Fn(&Event) -> bool) -> Vec<Application> {
    let events = life.states().into_iter().zip(life.history());
    events.filter(|(_, recorded)| of_that_kind(&recorded.event)).map(|(state, _)| state).collect()
}

#[cfg(test)]
mod tests;
