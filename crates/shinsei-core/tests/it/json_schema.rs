//! A form as JSON Schema: another's validator says of it what the dry run says, wherever that is a matter of shape.

use std::collections::BTreeMap;

use boon::{Compiler, SchemaIndex, Schemas};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use shinsei_conformance::filled::Filled;
use shinsei_conformance::life::Life;
use shinsei_conformance::strategies;
use shinsei_conformance::strategies::form::fields;
use shinsei_core::catalog::Catalog;
use shinsei_core::form::Form;
use shinsei_core::form::schema::FormSchema;
use shinsei_core::procedure::Act;

struct Validator {
    schemas: Schemas,
    of_the_form: SchemaIndex,
}

impl Validator {
    fn of(schema: &FormSchema) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let id = strategies::plain(Act::Filing).id;
        compiler.add_resource("form.json", schema.json_schema(&id)).unwrap();
        let of_the_form = compiler.compile("form.json", &mut schemas).unwrap();
        Self { schemas, of_the_form }
    }

    fn takes(&self, form: &Value) -> bool {
        self.schemas.validate(form, self.of_the_form).is_ok()
    }
}

/// A form with these answers.
fn form(answers: &BTreeMap<String, String>) -> Value {
    let procedure = strategies::plain(Act::Filing).id;
    json!({ "procedure": procedure, "applicant": life().applicant_id(), "answers": answers })
}

fn life() -> Life {
    Life::of(strategies::plain(Act::Filing))
}

/// True where the dry run finds nothing that is a matter of shape.
fn is_in_shape(schema: &FormSchema, filled: &Filled) -> bool {
    let form = Form::parse(form(&filled.answers).to_string().as_bytes()).unwrap();
    let flaws = schema.flaws(&form, &filled.files, life().now().date_jst());
    flaws.iter().all(|flaw| !flaw.fault.is_structural())
}

/// What somebody may answer in any place, rightly or not.
fn answer() -> impl Strategy<Value = String> {
    const ODD: [&str; 16] = [
        "",
        " ",
        "\u{3000}\n",
        "本人",
        "世帯主",
        "本人・世帯主",
        "本人・本人",
        "世帯主・その他・世帯主",
        "本人・",
        " 本人",
        "12",
        " 0012 ",
        "-3",
        "1.5",
        "2026-05-07",
        "sha256:00",
    ];
    prop_oneof![3 => select(ODD.to_vec()).prop_map(ToOwned::to_owned), 1 => ".{0,6}"]
}

proptest! {
    #[test]
    fn a_validator_finds_what_the_dry_run_finds_in_the_shape_of_a_form(
        schema in fields(),
        changed in prop::collection::vec((any::<Index>(), prop::option::of(answer())), 0..4),
        added in prop::collection::btree_map("項目[0-9](/[0-4]/項目[0-3])?|[a-z]{3}|.{0,4}", answer(), 0..3),
    ) {
        let validator = Validator::of(&schema);
        let mut filled = Filled::right(&schema, life().now().date_jst());
        prop_assert!(validator.takes(&form(&filled.answers)), "what is right is taken");
        for (which, answer) in changed {
            let places: Vec<String> = filled.answers.keys().cloned().collect();
            if places.is_empty() {
                break;
            }
            let place = which.get(&places);
            match answer {
                Some(answer) => drop(filled.answers.insert(place.clone(), answer)),
                None => drop(filled.answers.remove(place)),
            }
        }
        filled.answers.extend(added);
        let (theirs, ours) = (validator.takes(&form(&filled.answers)), is_in_shape(&schema, &filled));
        prop_assert_eq!(theirs, ours, "{:?}", filled.answers);
    }
}

#[test]
fn what_is_no_form_is_no_form_to_a_validator() {
    let catalog = Catalog::sample();
    let schema =
        &catalog.procedures().iter().find(|procedure| procedure.id.as_str() == "DO-005").unwrap().form;
    let validator = Validator::of(schema);
    let right = form(&Filled::right(schema, life().now().date_jst()).answers);
    assert!(validator.takes(&right));
    let with = |key: &str, value: Value| {
        let mut form = right.clone();
        form[key] = value;
        form
    };
    for (key, value) in [
        ("procedure", json!("DO-006")),
        ("applicant", json!(7)),
        ("quantity", json!(0)),
        ("quantity", json!(101)),
        ("quantity", json!("1")),
        ("no_my_number", json!("yes")),
        ("answers", json!([])),
        ("note", json!("")),
    ] {
        assert!(!validator.takes(&with(key, value)), "{key}");
    }
    let mut without = right.clone();
    without.as_object_mut().unwrap().remove("answers");
    assert!(!validator.takes(&without), "what must be answered is not");
}

#[test]
fn a_free_form_takes_any_texts() {
    let validator = Validator::of(&FormSchema::default());
    assert!(validator.takes(&form(&[("何でも/よい".to_owned(), "答え".to_owned())].into())));
    assert!(!validator.takes(&json!({ "answers": {} })));
}

/// A portal renders it in the order of the form, by the names of its parts.
#[test]
fn a_schema_says_how_the_form_is_rendered() {
    let catalog = Catalog::sample();
    let dog = catalog.procedures().iter().find(|procedure| procedure.id.as_str() == "DO-005").unwrap();
    let answers = &dog.form.json_schema(&dog.id)["properties"]["answers"];
    let order: Vec<&str> = answers["x-shinsei-order"]
        .as_array()
        .unwrap()
        .iter()
        .take(5)
        .map(|one| one.as_str().unwrap())
        .collect();
    assert_eq!(order, ["氏名", "フリガナ", "郵便番号", "住所", "電話番号"]);
    let dogs = json!({ "title": "犬", "description": "", "minimum": 1, "maximum": 10 });
    assert_eq!(answers["x-shinsei-groups"]["犬"], dogs);
    let name =
        json!({ "type": "string", "title": "氏名", "x-shinsei-kind": { "Name": { "min": 1, "max": 60 } } });
    assert_eq!(answers["properties"]["氏名"], name);
}
