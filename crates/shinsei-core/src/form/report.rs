//! The dry run (形式チェック): what would become of a form if it were submitted, all at once, with nothing recorded.

use chrono::NaiveDate;
use serde::Serialize;

use super::flaw::Weight;
use super::path::FieldPath;
use super::refusal::{Refusal, my_numbers, refusals};
use super::remark::{Remark, WHOLE};
use super::schema::FormSchema;
use crate::bytes::Bytes;
use crate::form::Form;
use crate::ids::{ProcedureId, UserId};
use crate::procedure::Procedure;
use crate::rejection::Rejection;

/// What a dry run says of a form: everything, in the order in which it stands on the form.
///
/// `Submit` asks the same judge: for what is refused here it is refused, and with what is a defect here it arrives, the
/// defects recorded for the officer. Not judged here: the signature, who is signed in, and whether the procedure takes
/// applications now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormReport {
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its edition whose fields it was held against.
    pub edition: u32,
    /// What the form is for (手続名).
    pub name: String,
    /// What is said of it; nothing, where nothing is to be said.
    pub remarks: Vec<Remark>,
}

impl FormReport {
    /// Holds a form against an edition of a procedure, before it is signed.
    ///
    /// # Shapes and units
    /// `form`: the bytes that are to be signed. `attachments`: the files that go with it. `today`: the day in Japan.
    ///
    /// # Example
    /// ```
    /// use shinsei_core::catalog::Catalog;
    /// use shinsei_core::form::report::FormReport;
    /// use shinsei_core::ids::{ProcedureId, UserId};
    ///
    /// let catalog = Catalog::sample();
    /// let dog = catalog.procedure(&ProcedureId::new("DO-005")?).ok_or("no such procedure")?;
    /// let applicant = UserId("00000000-0000-0000-0000-00000000005a".parse()?);
    /// let form = format!(r#"{{"procedure":"DO-005","applicant":"{applicant}","answers":{{"郵便番号":"〒040"}}}}"#);
    /// let today = "2026-05-07".parse()?;
    /// let report = FormReport::of(dog, applicant, form.as_bytes(), &[], today);
    /// assert!(report.arrives() && !report.is_complete());
    /// let postal = report.remarks.iter().find(|remark| remark.code == "no-postal-code").ok_or("not found")?;
    /// assert_eq!(postal.resident, "「郵便番号」は7桁の郵便番号を「040-8666」のように記入してください。");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(
        procedure: &Procedure,
        applicant: UserId,
        form: &[u8],
        attachments: &[Bytes],
        today: NaiveDate,
    ) -> Self {
        let schema = &procedure.form;
        let remarks = match Form::read(form) {
            Err(defect) => vec![refused(Refusal::Unreadable(defect), None)],
            Ok(form) => {
                let refusals = refusals(&form, &procedure.id, applicant, &my_numbers(&form, attachments));
                let refusals = refusals.into_iter().map(|(refusal, place)| {
                    let place = place.and_then(|path| label(schema, &path).map(|label| (path, label)));
                    refused(refusal, place)
                });
                let flaws = schema.flaws(&form, attachments, today);
                refusals.chain(flaws.iter().map(|flaw| Remark::of(flaw, schema))).collect()
            }
        };
        let (id, name) = (procedure.id.clone(), procedure.terms.name.clone());
        Self { procedure: id, edition: procedure.edition, name, remarks }
    }

    /// True when it would arrive, if its signature holds and the procedure takes it.
    pub fn arrives(&self) -> bool {
        self.remarks.iter().all(|remark| remark.weight != Weight::Refused)
    }

    /// True when nothing would be to be put right.
    pub fn is_complete(&self) -> bool {
        self.remarks.iter().all(|remark| remark.weight == Weight::Notice)
    }
}

/// A free form's answers are called what its service calls them.
fn label(schema: &FormSchema, path: &FieldPath) -> Option<String> {
    if schema.is_empty() { Some(path.to_string()) } else { schema.label(path) }
}

/// Says why a form would not be taken, and where the reason lies, if it lies in a place.
fn refused(refusal: Refusal, place: Option<(FieldPath, String)>) -> Remark {
    let code = refusal.code();
    let rejection = Rejection::from(refusal);
    let (field, label) = place.map_or((None, WHOLE.to_owned()), |(field, label)| (Some(field), label));
    let (resident, operator) = match &field {
        None => (rejection.resident(), rejection.to_string()),
        Some(path) => (format!("「{label}」: {}", rejection.resident()), format!("{path}: {rejection}")),
    };
    Remark { field, label, code, weight: Weight::Refused, resident, operator }
}
