//! What a kind of field takes, seen from both sides of each bound.

use shinsei_conformance::life::{Life, form};
use shinsei_conformance::strategies;
use shinsei_core::form::path::FieldId;
use shinsei_core::form::report::FormReport;
use shinsei_core::form::schema::{Bounds, Field, FieldKind, FormSchema, Group, Item};
use shinsei_core::procedure::{Act, Procedure};

fn field(id: &str, kind: FieldKind) -> Field {
    let id = FieldId::new(id).unwrap();
    Field { label: id.to_string(), id, kind, required: false, when: None, hint: String::new() }
}

#[test]
fn lines_break_in_prose_alone_and_a_lost_character_is_no_rare_one() {
    let free = Bounds::default();
    let schema = FormSchema {
        items: vec![
            Item::Field(field("文章", FieldKind::Prose(free))),
            Item::Field(field("文字列", FieldKind::Text(free))),
            Item::Field(field("氏名", FieldKind::Name(free))),
        ],
    };
    let procedure = Procedure { form: schema.into(), ..strategies::plain(Act::Filing) };
    let codes = |answers: &str| {
        let life = Life::of(procedure.clone());
        let bytes = form(&procedure, life.applicant_id(), 1, answers);
        let report = FormReport::of(&procedure, life.applicant_id(), &bytes, &[], life.now().date_jst());
        report.remarks.iter().map(|remark| format!("{} {}", remark.label, remark.code)).collect::<Vec<_>>()
    };
    assert_eq!(codes(r#"{"文章":"一\n二\r\n\t三","文字列":"一\n二"}"#), ["文字列 not-plain"]);
    assert_eq!(codes(r#"{"氏名":"甲\ufffd花子"}"#), ["氏名 not-plain"]);
    assert_eq!(codes(r#"{"氏名":"髙𠮷"}"#), ["氏名 glyph-check"]);
}

#[test]
fn bounds_are_within_and_a_form_may_have_as_many_places_as_answers() {
    let three = Bounds { min: Some(2), max: Some(3) };
    assert_eq!([1, 2, 3, 4].map(|number| three.contain(number)), [false, true, true, false]);
    let several = |times_max| {
        let id = FieldId::new("連絡先").unwrap();
        let fields = ["電話", "夜の電話"].map(|id| field(id, FieldKind::Phone)).into();
        let group = Group {
            label: id.to_string(),
            id,
            times_min: 0,
            times_max,
            when: None,
            hint: String::new(),
            fields,
        };
        FormSchema { items: vec![Item::Group(group)] }
    };
    assert_eq!([500, 501].map(|times| several(times).fits()), [true, false]);
}
