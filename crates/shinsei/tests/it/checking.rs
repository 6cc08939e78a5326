//! Forms through the engine: a dry run records nothing, and a case keeps the fields that it arrived under.

use shinsei::engine::{ExecuteError, Request};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{
    AskedItem, Command, Correction, CorrectionRequest, FilingFinding, Finding, Review, Submit, SubmittedForm,
};
use shinsei_core::event::CorrectionKind;
use shinsei_core::form::flaw::{Fault, Flaw, Weight};
use shinsei_core::form::schema::{Bounds, FieldKind, Item};
use shinsei_core::ids::ProcedureId;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::Procedure;
use shinsei_core::procedure::stream::ProcedureCommand;
use shinsei_core::rejection::{Rejection, StateName};

use crate::town::{Town, case, command, follow_up, hakodate, officer, rejection, user, with_periods};

/// A filing whose form has fields: what of a dog changed.
const CHANGE: &str = "DO-005";

fn change() -> ProcedureId {
    ProcedureId::new(CHANGE).unwrap()
}

fn in_charge() -> Actor {
    officer("HOKENJO-EISEI")
}

fn form(answers: &[(&str, &str)]) -> Vec<u8> {
    let answers: Vec<String> =
        answers.iter().map(|(place, answer)| format!(r#""{place}":"{answer}""#)).collect();
    let applicant = user(1);
    format!(r#"{{"procedure":"{CHANGE}","applicant":"{applicant}","answers":{{{}}}}}"#, answers.join(","))
        .into_bytes()
}

/// Everything but the telephone number.
const ANSWERS: [(&str, &str); 9] = [
    ("氏名", "甲野 花子"),
    ("フリガナ", "コウノ ハナコ"),
    ("郵便番号", "040-8666"),
    ("住所", "北海道函館市東雲町4番13号"),
    ("犬/1/鑑札番号", "2026-0001"),
    ("犬/1/名前", "ポチ"),
    ("犬/1/変更の内容", "所在地"),
    ("変更日", "令和8年5月1日"),
    ("犬/1/新しい所在地", "北海道函館市東雲町4番13号"),
];

fn submission(form: Vec<u8>) -> Request<Application> {
    let submit = Submit {
        procedure: change(),
        form: SubmittedForm::Unsigned(form.into()),
        contact: "hanako@example.jp".into(),
        attachments: vec![],
    };
    Request::case(
        hakodate(),
        command(1),
        Actor::Applicant { user: user(1) },
        case(1),
        Command::Submit(submit),
    )
}

fn state(town: &Town) -> Application {
    town.engine.state(hakodate(), case(1).into()).unwrap()
}

fn flaws(town: &Town) -> Vec<Flaw> {
    state(town).arrival().unwrap().flaws.clone()
}

fn said(town: &Town, form: &[u8]) -> Vec<(String, &'static str)> {
    let report = town.engine.check_form(hakodate(), &change(), user(1), form, &[]).unwrap();
    report.remarks.into_iter().map(|remark| (remark.label, remark.code)).collect()
}

#[test]
fn a_dry_run_says_what_a_submission_would_record_and_records_nothing() {
    let town = Town::with(with_periods);
    assert_eq!(said(&town, &form(&ANSWERS)), [("電話番号".to_owned(), "missing")]);
    assert_eq!(state(&town), Application::Absent);
    town.done(submission(form(&ANSWERS)));
    assert_eq!(flaws(&town), [Flaw::at("電話番号".parse().unwrap(), Fault::Missing)]);
    let unknown = town.engine.check_form(hakodate(), &ProcedureId::new("XX-1").unwrap(), user(1), b"{}", &[]);
    assert!(matches!(unknown, Err(ExecuteError::Rejected(Rejection::ProcedureUnknown { .. }))));
}

#[test]
fn a_draft_is_checked_for_whose_it_is_and_as_long_as_it_is_one() {
    let town = Town::with(with_periods);
    let applicant = Actor::Applicant { user: user(1) };
    let save = Command::SaveDraft { procedure: change(), form: form(&ANSWERS[..8]).into() };
    town.done(follow_up(1, 1, applicant.clone(), save));
    let check = |by: &Actor| town.engine.check_draft(hakodate(), case(1), by, &[]);
    let report = check(&applicant).unwrap();
    let said: Vec<_> = report.remarks.iter().map(|remark| (remark.label.as_str(), remark.weight)).collect();
    assert_eq!(said, [("電話番号", Weight::Defect), ("犬(1件目)の新しい所在地", Weight::Defect)]);
    for other in [Actor::Applicant { user: user(2) }, in_charge()] {
        assert!(matches!(check(&other), Err(ExecuteError::Rejected(Rejection::OtherApplicant))));
    }
    town.done(follow_up(2, 1, applicant.clone(), Command::DiscardDraft));
    let discarded = check(&applicant).map_err(|error| match error {
        ExecuteError::Rejected(rejection) => rejection,
        ExecuteError::Failed(error) => panic!("{error}"),
    });
    let (needed, actual) = (StateName::Draft, StateName::Discarded);
    assert_eq!(discarded, Err(Rejection::WrongState { needed, actual }));
}

/// Promise 9, of fields: an edition that asks for more changes nothing for what arrived before.
#[test]
fn a_case_is_corrected_by_the_fields_that_it_arrived_under() {
    let town = Town::with(with_periods);
    town.done(submission(form(&ANSWERS)));
    let mut stricter = Catalog::sample().procedure(&change()).unwrap().clone();
    stricter.form = stricter.form.with(|form| {
        for item in &mut form.items {
            if let Item::Field(field) = item
                && field.id.as_str() == "住所"
            {
                field.kind = FieldKind::Name(Bounds { min: Some(100), max: None });
            }
        }
    });
    publish(&town, stricter);
    assert!(said(&town, &form(&ANSWERS)).contains(&("住所".to_owned(), "too-short")));
    town.done(follow_up(11, 1, in_charge(), Command::StartReview));
    let ask = |field: &str| {
        let item = AskedItem {
            field: field.parse().ok(), text: "電話番号を記入してください。".into()
        };
        let due = "2026-05-21".parse().unwrap();
        let (items, kind) = (NonEmpty::one(item), CorrectionKind::Resubmit);
        Command::RequestCorrection(CorrectionRequest { items, due, kind })
    };
    let unknown = rejection(town.run(follow_up(12, 1, in_charge(), ask("生年月日"))));
    assert_eq!(unknown, Rejection::FieldUnknown { item: 1 });
    town.done(follow_up(13, 1, in_charge(), ask("電話番号")));
    let correct = |answers: &[(&str, &str)]| {
        let form = SubmittedForm::Unsigned(form(answers).into());
        Command::Correct(Correction { items: NonEmpty::one(1), form, attachments: vec![] })
    };
    let applicant = Actor::Applicant { user: user(1) };
    let again = rejection(town.run(follow_up(14, 1, applicant.clone(), correct(&ANSWERS))));
    assert_eq!(again.resident(), "「電話番号」を記入してください。");
    let complete = [ANSWERS.as_slice(), &[("電話番号", "0138-21-3826")]].concat();
    town.done(follow_up(15, 1, applicant, correct(&complete)));
    assert_eq!((state(&town).name(), flaws(&town)), (StateName::UnderReview, vec![]));
    let confirmed = Review { finding: Finding::Filing(FilingFinding::Confirmed), inspected_on: None };
    town.done(follow_up(16, 1, in_charge(), Command::Review(confirmed)));
}

fn publish(town: &Town, procedure: Procedure) {
    let Actor::Officer(staff): Actor = officer("SOUMU") else { unreachable!() };
    let staff: Staff = staff;
    let load = ProcedureCommand::Load(Box::new(procedure));
    town.engine.execute(Request::procedure(hakodate(), command(90), staff, &change(), load)).wait().unwrap();
}
