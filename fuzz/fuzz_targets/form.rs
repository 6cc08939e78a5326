//! Fields of a form and a form in any bytes, one after another on lines of their own, and a file in the rest: nothing is found in
//! a place that the form does not have, fields come back as they were, and their JSON Schema is drawn up to its end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shinsei_core::bytes::Bytes;
use shinsei_core::form::Form;
use shinsei_core::form::schema::FormSchema;
use shinsei_core::ids::ProcedureId;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (fields, form, file) = (parts.next(), parts.next(), parts.next());
    let parsed = form.map(Form::parse);
    let Some(Ok(schema)) = fields.map(serde_json::from_slice::<FormSchema>) else { return };
    let written = serde_json::to_vec(&schema).expect("what was read can be written");
    assert!(serde_json::from_slice::<FormSchema>(&written).ok() == Some(schema.clone()));
    if schema.fits() {
        let drawn = schema.json_schema(&ProcedureId::new("JU-001").expect("a code"));
        assert!(drawn["properties"]["answers"].is_object());
    }
    let Some(Ok(form)) = parsed else { return };
    let files: Vec<Bytes> = file.map(Bytes::from).into_iter().collect();
    let today = "2026-05-07".parse().expect("a day");
    for flaw in schema.flaws(&form, &files, today) {
        assert!(flaw.field.as_ref().is_none_or(|field| schema.has(field)), "{flaw:?}");
    }
});
