//! What is read and digested before a decision: it is never taken for what something else says, and changes no decision.

use proptest::prelude::*;
use shinsei_conformance::filled::Filled;
use shinsei_conformance::life::{Life, Step, form};
use shinsei_conformance::stamp::detached;
use shinsei_conformance::strategies;
use shinsei_conformance::strategies::form::fields;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, Submit, SubmittedForm};
use shinsei_core::decide::decide;
use shinsei_core::decider::{Context, Decider as _};
use shinsei_core::document::{Document, DocumentRef, SaltedDigest, Seed};
use shinsei_core::form::Form;
use shinsei_core::form::fields::Fields;
use shinsei_core::form::schema::FormSchema;
use shinsei_core::ids::CaseId;
use shinsei_core::lookup::{Lookup, Reading};
use shinsei_core::procedure::{Act, Procedure};
use uuid::Uuid;

use crate::kit::sample;

/// A document as a store gives it back, and what an event says of it.
fn kept(content: &[u8]) -> (Document, DocumentRef) {
    let (id, salt) = Seed([7; 32]).document(0);
    let reference = DocumentRef { id, digest: SaltedDigest::of(&salt, content) };
    let (stream, role) = (CaseId(Uuid::nil()).into(), "form-fields".to_owned());
    (Document { id, stream, role, salt, content: content.to_vec() }, reference)
}

fn submission(life: &Life, answers: &Filled) -> Command {
    let procedure = life.procedure();
    let bytes = form(procedure, life.applicant_id(), 1, &answers.to_json());
    let form = match procedure.terms.signature.accepted().first() {
        None => SubmittedForm::Unsigned(bytes.into()),
        Some(kind) => detached(*kind, &bytes),
    };
    Command::Submit(Submit { form, attachments: answers.files.clone(), ..life.submission() })
}

proptest! {
    /// Whatever an engine believes to know of a document: a case is judged by the fields that it keeps.
    #[test]
    fn the_fields_that_are_looked_up_are_those_of_the_document(of_the_case in fields(), of_another in fields()) {
        let fields = Fields::from(of_the_case.clone());
        let (document, reference) = kept(fields.document().as_slice());
        let lookup = Lookup { document: reference, reading: Reading::Fields };
        for known in [None, Some(Fields::from(of_another)), Some(Fields::from(of_the_case.clone()))] {
            let found = lookup.found(document.clone(), |_| known).unwrap();
            let read = found.fields(&reference).unwrap();
            prop_assert!(**read == of_the_case);
            prop_assert_eq!(read.document(), fields.document());
            prop_assert_eq!((found.content(&reference), found.form(&reference).is_none()), (None, true));
        }
    }

    #[test]
    fn a_changed_document_is_not_found(schema in fields(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let (mut document, reference) = kept(Fields::from(schema).document().as_slice());
        let at = at.index(document.content.len());
        document.content[at] ^= 1 << bit;
        let lookup = Lookup { document: reference, reading: Reading::Fields };
        prop_assert!(lookup.found(document, |_| None).is_none());
    }

    /// What was prepared for other bytes, another day, another edition or other randomness is of no use, and of no harm.
    #[test]
    fn what_was_prepared_for_something_else_changes_no_decision(
        (schema, other) in (fields(), fields()),
        (other_form, other_day, other_edition, other_seed) in any::<(bool, bool, bool, bool)>(),
    ) {
        let edition = |schema: FormSchema| Procedure { form: schema.into(), ..strategies::plain(Act::Filing) };
        let (procedure, revised) = (edition(schema), edition(other));
        let life = Life::of(procedure.clone());
        let right = Filled::right(&procedure.form, life.now().date_jst());
        let asked = submission(&life, &right);
        let before = if other_form { submission(&life, &Filled::free()) } else { asked.clone() };
        let step = Step::new(life.applicant(), asked.clone());
        life.in_context(&step, |context| {
            let then = Context {
                prepared: None,
                now: if other_day { life.now().saturating_add_micros(-86_400_000_000) } else { context.now },
                procedure: Some(if other_edition { &revised } else { &procedure }),
                seed: if other_seed { Seed([3; 32]) } else { context.seed },
                ..*context
            };
            let prepared = life.state().prepare(&before, &then);
            let (with, without) =
                (Context { prepared: Some(&prepared), ..*context }, Context { prepared: None, ..*context });
            assert!(decide(life.state(), &asked, &with) == decide(life.state(), &asked, &without));
        }).unwrap();
    }
}

#[test]
fn a_document_that_holds_no_fields_gives_none_and_no_panic() {
    for content in ["", "{", "null", "[]", r#"{"items":7}"#, r#"{"items":[{"Field":{"id":""}}]}"#] {
        let (document, reference) = kept(content.as_bytes());
        let lookup = Lookup { document: reference, reading: Reading::Fields };
        let found = lookup.found(document, |_| Some(FormSchema::default().into())).unwrap();
        assert!(found.fields(&reference).is_none(), "{content}");
    }
}

#[test]
fn a_form_is_looked_up_where_it_stands_in_its_document() {
    let life = Life::of(sample("JU-001"));
    let bytes = form(life.procedure(), life.applicant_id(), 2, "{}");
    let wrapped = [b"before ", bytes.as_slice(), b" after"].concat();
    let (from, until) = (7, 7 + bytes.len() as u64);
    let read = |within: Option<(u64, u64)>| {
        let (document, reference) = kept(&wrapped);
        let lookup = Lookup { document: reference, reading: Reading::Form { within } };
        lookup.found(document, |_| None).and_then(|found| found.form(&reference).cloned())
    };
    assert_eq!(read(Some((from, until))), Form::parse(&bytes).ok());
    for elsewhere in [None, Some((from, until + 9)), Some((until, from)), Some((0, u64::MAX))] {
        assert_eq!(read(elsewhere), None, "{elsewhere:?}");
    }
}

/// It is digested under the randomness of its command: the same documents under the same ids, with and without.
#[test]
fn a_prepared_submission_names_the_documents_that_it_would_name_anyway() {
    let life = Life::of(sample("KE-001"));
    let attached: Bytes = b"%PDF-1.7".as_slice().into();
    let command = Command::Submit(Submit { attachments: vec![attached], ..life.submission() });
    let step = Step::new(life.applicant(), command.clone());
    let (prepared, unprepared) = life
        .in_context(&step, |context| {
            let without = Context { prepared: None, ..*context };
            (decide(life.state(), &command, context), decide(life.state(), &command, &without))
        })
        .unwrap();
    let named = |decision: &shinsei_core::decide::CaseDecision| {
        let decision = decision.as_ref().ok().unwrap();
        decision.documents.iter().map(|document| (document.id, document.role)).collect::<Vec<_>>()
    };
    assert_eq!(named(&prepared), named(&unprepared));
    assert!(named(&prepared).iter().any(|(_, role)| *role == "form-fields"));
}
