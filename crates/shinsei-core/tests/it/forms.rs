//! 様式: what can be read as a form, to the limits.

use shinsei_conformance::life::Life;
use shinsei_core::command::SubmittedForm;
use shinsei_core::form::{ANSWERS_MAX, FORM_BYTES_MAX, Form, FormDefect, QUANTITY_MAX};

use crate::kit::{said, submit_with};
use crate::points::death_of_a_dog;

const HEAD: &str = r#"{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-000000000001""#;

fn with_answers(number: usize) -> String {
    let answers: Vec<_> = (0..number).map(|n| format!(r#""項目{n}":"甲""#)).collect();
    format!(r#"{HEAD},"answers":{{{}}}}}"#, answers.join(","))
}

#[test]
fn a_form_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let form = format!("{HEAD}}}");
    let padded = |bytes: usize| form.clone() + &" ".repeat(bytes - form.len());
    assert!(Form::parse(padded(FORM_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(Form::parse(padded(FORM_BYTES_MAX + 1).as_bytes()), Err(FormDefect::TooLarge));
}

#[test]
fn no_copies_and_more_than_there_may_be_are_not_asked_for() {
    let asking = |quantity: u32| Form::parse(format!(r#"{HEAD},"quantity":{quantity}}}"#).as_bytes());
    assert_eq!(asking(0), Err(FormDefect::Quantity { asked: 0 }));
    assert_eq!(asking(1).map(|form| form.quantity), Ok(1));
    assert_eq!(asking(QUANTITY_MAX).map(|form| form.quantity), Ok(QUANTITY_MAX));
    assert_eq!(asking(QUANTITY_MAX + 1), Err(FormDefect::Quantity { asked: QUANTITY_MAX + 1 }));
}

#[test]
fn as_many_answers_as_there_may_be_are_read_and_one_more_is_not() {
    let read = Form::parse(with_answers(ANSWERS_MAX).as_bytes()).unwrap();
    assert_eq!(read.answers.len(), ANSWERS_MAX);
    assert_eq!(Form::parse(with_answers(ANSWERS_MAX + 1).as_bytes()), Err(FormDefect::TooManyAnswers));
}

#[test]
fn a_form_shows_which_procedure_it_is_for_and_no_answer() {
    let form = Form::parse(with_answers(1).as_bytes()).unwrap();
    assert_eq!(form.answers["項目0"], "甲");
    expect_test::expect![[r#"Form { procedure: ProcedureId("JU-001"), quantity: 1, .. }"#]]
        .assert_eq(&format!("{form:?}"));
}

#[test]
fn the_place_of_a_defect_is_told_and_the_answer_beside_it_is_not() {
    let defect = Form::parse(format!("{HEAD},\n\"quantity\":\"甲野\"}}").as_bytes()).unwrap_err();
    assert_eq!(defect.to_string(), "the form cannot be read at line 2, column 19");
}

/// 番号法 19条: what looks like a My Number does not come in, unless the applicant says under the signature what it is.
#[test]
fn a_number_that_looks_like_a_my_number_is_asked_about_and_taken_when_it_is_something_else() {
    let submit = |member: &str, answer: &str| {
        let life = Life::of(death_of_a_dog());
        let id = life.applicant_id();
        let form =
            format!(r#"{{"procedure":"DO-006","applicant":"{id}"{member},"answers":{{"備考":"{answer}"}}}}"#);
        let submitted = submit_with(&life, SubmittedForm::Unsigned(form.as_str().into()));
        let by = life.applicant();
        said(life, &by, submitted)
    };
    assert_eq!(submit("", "番号は1234-5678-9018です"), "MayHoldMyNumber");
    assert_eq!(submit(r#","no_my_number":true"#, "番号は1234-5678-9018です"), "yes");
    assert_eq!(submit("", "番号は1234-5678-9017です"), "yes");
    assert_eq!(submit(r#","no_my_number":false"#, "１２３４５６７８９０１８"), "MayHoldMyNumber");
}
