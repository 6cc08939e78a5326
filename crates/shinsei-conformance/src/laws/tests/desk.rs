//! Histories that break a law of the desk. Each names all the laws that it breaks: the one it is made for, and where an event
//! says nothing new, the one of every prefix.

use shinsei_core::calendar::Calendar;
use shinsei_core::command::{AskedItem, Correction, CorrectionRequest, SubmittedForm};
use shinsei_core::due::DueDate;
use shinsei_core::event::{
    ClockStarted, Corrected, CorrectionKind, DeadlineApproaching, Forwarded, Reopened, ReopeningGround,
};
use shinsei_core::period::Period;
use shinsei_core::procedure::Jurisdiction;

use super::*;

/// A certificate with a standard processing period of two weeks.
fn timed() -> Procedure {
    let mut procedure = certificate();
    procedure.terms.standard_period = Some(Period::days(14));
    procedure
}

fn granted(drafted_by: Option<StaffId>) -> Event {
    let outcome = Outcome::Application(ApplicationOutcome::Granted);
    Event::Reviewed(Reviewed { by: by(), outcome, inspected_on: None, drafted_by })
}

/// The new form is signed, and judged in a commit of its own: in between the case had a form that nobody had signed.
#[test]
fn a_correction_whose_signature_is_judged_later_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.signature = SignatureRule::Required(vec![CertificateKind::JpkiSigning]);
    let mut life = Life::of(procedure).until(StateName::UnderReview);
    let item = AskedItem { field: None, text: "氏名を直してください".into() };
    let due = life.now().date_jst() + chrono::TimeDelta::days(7);
    let request = CorrectionRequest { items: NonEmpty::one(item), due, kind: CorrectionKind::Partial };
    life.ask(&Step::new(life.officer(), Command::RequestCorrection(request))).unwrap();
    let arrived = life.state().arrival().unwrap().clone();
    let items = NonEmpty::one(1);
    let Arrived { form, quantity, .. } = arrived;
    life.record(Event::Corrected(Corrected { items, form, quantity, attachments: vec![], flaws: vec![] }));
    life.record(Event::SignatureVerified(arrived.signature.unwrap()));
    assert_eq!(broken(&life), ["a_correction_voids_the_old_signature"]);
}

/// The first correction may have meant any place; the second puts back what the first changed, though one field was asked about.
#[test]
fn a_correction_in_part_that_changes_something_else_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.signature = SignatureRule::Exempt;
    let life = Life::of(procedure).until(StateName::UnderReview);
    let due = life.now().date_jst() + chrono::TimeDelta::days(7);
    let asked = |field: Option<&str>| {
        let field = field.map(|field| field.parse().unwrap());
        let items = NonEmpty::one(AskedItem { field, text: "直してください".into() });
        Command::RequestCorrection(CorrectionRequest { items, due, kind: CorrectionKind::Partial })
    };
    let before = life.state().arrival().unwrap().clone();
    let SubmittedForm::Unsigned(bytes) = life.submission().form else { panic!("no signature is needed") };
    let text = String::from_utf8(bytes.as_slice().to_vec()).unwrap();
    let changed = text.replacen("\"answers\":{", r#""answers":{"用途":"旅券","#, 1).replace(",}", "}");
    assert_ne!(changed, text);
    let correction = Correction {
        items: NonEmpty::one(1),
        form: SubmittedForm::Unsigned(changed.as_str().into()),
        attachments: vec![],
    };
    let mut life = life.clone().run(&[
        Step::new(life.officer(), asked(None)),
        Step::new(life.applicant(), Command::Correct(correction)),
        Step::new(life.officer(), asked(Some("氏名"))),
    ]);
    assert!(life.refusals().is_empty() && broken(&life).is_empty(), "{:?}", life.refusals());
    let (items, Arrived { form, quantity, .. }) = (NonEmpty::one(1), before);
    life.record(Event::Corrected(Corrected { items, form, quantity, attachments: vec![], flaws: vec![] }));
    assert_eq!(broken(&life), ["a_correction_in_part_changes_what_was_asked_for"]);
}

#[test]
fn a_decision_that_its_drafter_approves_is_noticed() {
    let life = at(certificate(), StateName::UnderReview, granted(Some(by())));
    assert_eq!(broken(&life), ["nobody_approves_their_own_draft"]);
}

#[test]
fn a_decision_without_the_approval_that_the_terms_ask_for_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.approval = true;
    let life = at(procedure, StateName::UnderReview, granted(None));
    assert_eq!(broken(&life), ["nobody_approves_their_own_draft"]);
}

#[test]
fn a_decision_in_place_of_another_agency_is_noticed() {
    let mut procedure = certificate();
    procedure.terms.jurisdiction = Jurisdiction::Forwarded { agency: "北海道".to_owned() };
    let life = at(procedure, StateName::UnderReview, granted(None));
    assert_eq!(broken(&life), ["the_city_decides_only_what_is_its_own"]);
}

#[test]
fn what_is_the_citys_own_and_is_sent_away_is_noticed() {
    let forwarded = Event::Forwarded(Forwarded { agency: "北海道".to_owned(), due: None, by: by() });
    let life = at(certificate(), StateName::UnderReview, forwarded);
    assert_eq!(broken(&life), ["the_city_decides_only_what_is_its_own"]);
}

#[test]
fn a_due_date_that_does_not_follow_from_its_period_is_noticed() {
    let mut life = Life::of(timed()).until(StateName::Received);
    let due = DueDate::of(Period::days(14), life.now(), &Calendar::standard(), &[]).unwrap();
    let later = DueDate { day: due.day.succ_opt().unwrap(), ..due };
    life.record(Event::ClockStarted(ClockStarted { due: later }));
    assert_eq!(broken(&life), ["a_due_date_follows_from_its_inputs"]);
}

#[test]
fn a_review_that_begins_again_without_a_clock_is_noticed() {
    let approver = StaffId::new("s-001").unwrap();
    let reopened = Event::Reopened(Reopened { ground: ReopeningGround::OwnError, by: by(), approver });
    assert_eq!(broken(&at(timed(), StateName::Closed, reopened)), ["no_clock_is_lost"]);
}

/// Of a due date of which something was said already, the same event says nothing new.
#[test]
fn a_warning_that_is_given_twice_is_noticed() {
    let mut life = Life::of(timed()).until(StateName::UnderReview);
    let day = life.state().expected().unwrap();
    for _ in 0..2 {
        life.record(Event::DeadlineApproaching(DeadlineApproaching { day }));
    }
    assert_eq!(broken(&life), ["every_prefix_is_a_legal_state", "each_warning_is_given_once"]);
}
