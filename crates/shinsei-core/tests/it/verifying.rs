//! The one door to a verified signature: what a verifier says is bound to bytes, procedure and time, or not believed.

use expect_test::expect;
use shinsei_conformance::life::{Life, form};
use shinsei_conformance::stamp::{StampVerifier, detached};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::bytes::Bytes;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::{Command, Submit, SubmittedForm};
use shinsei_core::decide::decide;
use shinsei_core::decider::Context;
use shinsei_core::document::Seed;
use shinsei_core::form::FormDefect;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::{
    Refusal, SignatureRequest, SignatureVerifier, Verdict, VerifierError, verify,
};
use shinsei_core::procedure::{Procedure, SignatureRule};
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::signature::{CertificateKind, Enclosed, Evidence, EvidenceRole, Valid, VerifiedSignature};
use shinsei_core::time::{Timestamp, Window};

use crate::points::{barber_shop, copy_of_residence, founding_of_a_company};

/// A verifier with one thing to say.
struct Says(Verdict);

impl SignatureVerifier for Says {
    fn verify(&self, _: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Ok(self.0.clone())
    }
}

/// A verifier that cannot be reached.
struct Silent;

impl SignatureVerifier for Silent {
    fn verify(&self, _: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Err(VerifierError::Unavailable { source: "no route to the host".into() })
    }
}

fn detached_by(signature: &str, content: &str) -> SubmittedForm {
    SubmittedForm::Detached { content: content.into(), signature: signature.into() }
}

fn beside() -> SubmittedForm {
    detached_by("signature", "content")
}

fn within() -> SubmittedForm {
    SubmittedForm::Attached("signature".into())
}

fn at(hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, 7, hour, 0).unwrap()
}

fn valid() -> Valid {
    Valid {
        kind: CertificateKind::JpkiSigning,
        policy: "policy-1".to_owned(),
        content: None,
        identity: b"{}".to_vec(),
        holds: Window::between(at(9), at(17)),
        evidence: vec![Evidence { role: EvidenceRole::Report, bytes: "{}".into() }],
    }
}

fn ask(verifier: &dyn SignatureVerifier, form: &SubmittedForm) -> Result<VerifiedSignature, Refusal> {
    let accepted = [CertificateKind::JpkiSigning, CertificateKind::Accredited];
    let procedure = ProcedureId::new("JU-001").unwrap();
    verify(verifier, form.signed().unwrap(), at(15), (&procedure, &accepted))
}

fn broken(valid: Valid, form: &SubmittedForm) -> &'static str {
    match ask(&Says(Verdict::Valid(valid)), form) {
        Err(Refusal::Verifier(VerifierError::BrokenContract { clause })) => clause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_verdict_is_bound_to_its_bytes_its_procedure_and_its_time() {
    let judged = ask(&Says(Verdict::Valid(valid())), &beside()).unwrap();
    assert_eq!(
        (judged.kind(), judged.policy(), judged.at()),
        (CertificateKind::JpkiSigning, "policy-1", at(15))
    );
    assert_eq!((judged.holds(), judged.content(b"signature")), (Window::between(at(9), at(17)), None));
    let is_for = |form: &SubmittedForm, procedure: &str| {
        judged.is_for(form.signed().unwrap(), &ProcedureId::new(procedure).unwrap())
    };
    assert!(is_for(&beside(), "JU-001"));
    assert!(!is_for(&beside(), "JU-002"));
    assert!(!is_for(&detached_by("signature", "contents"), "JU-001"));
    assert!(!is_for(&detached_by("signaturf", "content"), "JU-001"));
    assert!(!is_for(&within(), "JU-001"));
}

#[test]
fn bytes_moved_from_the_signature_into_the_content_are_other_bytes() {
    let forms = [
        detached_by("ab", "c"),
        detached_by("a", "bc"),
        detached_by("abc", ""),
        SubmittedForm::Attached("abc".into()),
    ];
    let procedure = ProcedureId::new("JU-001").unwrap();
    for (n, judged) in forms.iter().enumerate() {
        let content = judged.signed().unwrap().content.is_none().then(|| Enclosed::Apart("c".into()));
        let verdict = ask(&Says(Verdict::Valid(Valid { content, ..valid() })), judged).unwrap();
        let carried = forms.iter().map(|form| verdict.is_for(form.signed().unwrap(), &procedure));
        assert_eq!(carried.collect::<Vec<_>>(), (0..forms.len()).map(|other| other == n).collect::<Vec<_>>());
    }
}

#[test]
fn a_defect_is_passed_on_as_it_is() {
    let defect = shinsei_core::signature::SignatureDefect {
        code: "certificate-expired",
        resident: "電子証明書の有効期間が過ぎています。",
        operator: "the certificate is out of its validity",
    };
    let refused = ask(&Says(Verdict::Invalid(defect)), &beside()).unwrap_err();
    expect!["the signature does not hold: the certificate is out of its validity (certificate-expired)"]
        .assert_eq(&refused.to_string());
}

#[test]
fn no_answer_of_the_verifier_is_no_verdict_on_the_signature() {
    let refused = ask(&Silent, &beside()).unwrap_err();
    expect![[r#"
        Verifier(
            Unavailable {
                source: "no route to the host",
            },
        )
    "#]]
    .assert_debug_eq(&refused);
}

#[test]
fn a_kind_that_was_not_asked_for_breaks_the_contract() {
    let kind = CertificateKind::CommercialRegistration;
    assert_eq!(broken(Valid { kind, ..valid() }, &beside()), "names_the_kind");
}

#[test]
fn a_window_that_does_not_hold_the_time_breaks_the_contract() {
    for holds in [Window::between(at(9), at(15)), Window::between(at(16), at(17))] {
        assert_eq!(broken(Valid { holds, ..valid() }, &beside()), "window_holds_the_time");
    }
}

#[test]
fn a_content_beside_and_inside_or_nowhere_breaks_the_contract() {
    let inside = Valid { content: Some(Enclosed::Apart("other content".into())), ..valid() };
    assert_eq!(broken(inside.clone(), &beside()), "judges_the_bytes");
    assert_eq!(broken(valid(), &within()), "judges_the_bytes");
    let judged = ask(&Says(Verdict::Valid(inside)), &within()).unwrap();
    assert_eq!(judged.content(b"signature"), Some(&b"other content"[..]));

    let at = |range| Valid { content: Some(Enclosed::At(range)), ..valid() };
    let judged = ask(&Says(Verdict::Valid(at(4..9))), &within()).unwrap();
    assert_eq!(judged.content(b"signature"), Some(&b"ature"[..]));
    assert_eq!(broken(at(4..10), &within()), "judges_the_bytes");
}

#[test]
fn a_verdict_without_evidence_breaks_the_contract() {
    assert_eq!(broken(Valid { evidence: vec![], ..valid() }, &beside()), "gives_evidence");
}

#[test]
fn a_verdict_shows_nothing_of_whose_it_is() {
    let identity = "甲野 花子".as_bytes().to_vec();
    let judged = ask(&Says(Verdict::Valid(Valid { identity, ..valid() })), &beside()).unwrap();
    expect![[r#"VerifiedSignature { kind: JpkiSigning, procedure: ProcedureId("JU-001"), at: 2026-05-07T06:00:00Z, .. }"#]].assert_eq(&format!("{judged:?}"));
}

/// Decides on a submission with whatever judgement is at hand.
fn submit(
    procedure: &Procedure,
    form: SubmittedForm,
    signature: Option<&VerifiedSignature>,
) -> Option<Rejection> {
    let life = Life::of(procedure.clone());
    let contact = Bytes::from("hanako.kono@example.jp");
    let submission = Submit { procedure: procedure.id.clone(), form, contact, attachments: vec![] };
    let actor = Actor::Applicant { user: life.applicant_id() };
    let (calendar, hours) = (Calendar::standard(), ServiceHours::default());
    let context = Context {
        procedure: Some(procedure),
        signature,
        ..Context::bare(
            life.now(),
            "012025".parse().unwrap(),
            life.case().into(),
            &actor,
            &calendar,
            &hours,
            Seed([1; 32]),
        )
    };
    decide(&Application::Absent, &Command::Submit(submission), &context).err()
}

fn judged(procedure: &Procedure, form: &SubmittedForm) -> VerifiedSignature {
    let accepted = [CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration];
    let at = Life::of(procedure.clone()).now();
    verify(&StampVerifier::default(), form.signed().unwrap(), at, (&procedure.id, &accepted)).unwrap()
}

fn stamped(procedure: &Procedure, kind: CertificateKind, quantity: u32) -> SubmittedForm {
    let life = Life::of(procedure.clone());
    detached(kind, &form(procedure, life.applicant_id(), quantity, "{}"))
}

#[test]
fn a_judgement_of_another_document_does_not_carry_this_one() {
    let procedure = copy_of_residence();
    let [one, other] = [1, 2].map(|quantity| stamped(&procedure, CertificateKind::JpkiSigning, quantity));
    let judged = judged(&procedure, &one);
    assert_eq!(submit(&procedure, one, Some(&judged)), None);
    let accepted = vec![CertificateKind::JpkiSigning];
    assert_eq!(submit(&procedure, other, Some(&judged)), Some(Rejection::SignatureRequired { accepted }));
}

#[test]
fn a_judgement_for_another_procedure_does_not_carry_this_one() {
    let form = stamped(&copy_of_residence(), CertificateKind::JpkiSigning, 1);
    let judged = judged(&barber_shop(), &form);
    let accepted = vec![CertificateKind::JpkiSigning];
    let refused = submit(&copy_of_residence(), form, Some(&judged));
    assert_eq!(refused, Some(Rejection::SignatureRequired { accepted }));
}

#[test]
fn a_kind_of_certificate_that_the_terms_do_not_accept_is_refused_whatever_was_asked_of_the_verifier() {
    let procedure = founding_of_a_company();
    let form = stamped(&procedure, CertificateKind::JpkiSigning, 1);
    let judged = judged(&procedure, &form);
    let accepted = vec![CertificateKind::CommercialRegistration];
    assert_eq!(submit(&procedure, form, Some(&judged)), Some(Rejection::SignatureRequired { accepted }));
}

#[test]
fn a_procedure_that_accepts_no_kind_accepts_no_signature() {
    let mut procedure = copy_of_residence();
    procedure.terms.signature = SignatureRule::Required(vec![]);
    let form = stamped(&procedure, CertificateKind::JpkiSigning, 1);
    let judged = judged(&procedure, &form);
    let refused = submit(&procedure, form, Some(&judged));
    assert_eq!(refused, Some(Rejection::SignatureRequired { accepted: vec![] }));
}

#[test]
fn what_was_signed_is_what_is_decided_on() {
    let procedure = copy_of_residence();
    let nothing_to_read = detached(CertificateKind::JpkiSigning, b"a photograph of the form");
    let judged = judged(&procedure, &nothing_to_read);
    let refused = submit(&procedure, nothing_to_read, Some(&judged));
    assert_eq!(refused, Some(FormDefect::Unreadable { line: 1, column: 1 }.into()));
}
