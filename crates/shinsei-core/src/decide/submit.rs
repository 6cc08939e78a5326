//! Submitting (申請): what arrives, and whether the procedure takes it.

use super::draft::{draft_of, expiry_of};
use super::fee::fee_at;
use super::{CaseDecision, notice_at_once};
use crate::application::Application;
use crate::bytes::Bytes;
use crate::command::{Submit, SubmittedForm};
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{Event, EvidenceRef, FormRef, SignatureVerified, Submitted};
use crate::event_format::Proposed;
use crate::form::{Form, FormDefect};
use crate::notice::Task;
use crate::number::ReceiptNumber;
use crate::procedure::{Applicants, FeeTiming, Procedure, SignatureRule};
use crate::rejection::Rejection;
use crate::signature::VerifiedSignature;
use crate::time::{FiscalYear, Window};
use crate::user::{Registered, UserKind};

/// The longest mail address, in bytes. Source: RFC 5321 section 4.5.3.1.3, a path of 256 with its brackets.
const CONTACT_BYTES_MAX: usize = 254;

/// 申請 → 到達, 署名検証, 受付: one decision, so that the resident has the receipt number in the answer.
pub(super) fn submit(state: &Application, submission: &Submit, context: &Context<'_>) -> CaseDecision {
    let (user, registered) = context.applicant()?;
    let draft = draft_of(state, user)?;
    let procedure = context
        .procedure
        .ok_or_else(|| Rejection::ProcedureUnknown { procedure: submission.procedure.clone() })?;
    let open = context
        .service_hours
        .open_at(context.now)
        .map_err(|closed| Rejection::OutsideServiceHours { opens_at: closed.opens_at })?;
    admits(procedure, registered)?;
    let contact = usable_contact(&submission.contact)?;
    let signature = required_signature(procedure, &submission.form, context)?;
    let form = Form::parse(content(&submission.form, signature)?)?;
    if form.procedure != procedure.id {
        return Err(Rejection::FormOfOtherProcedure { stated: form.procedure });
    }
    if form.applicant != user {
        return Err(Rejection::FormOfOtherApplicant);
    }
    let year = FiscalYear::of(context.now);
    let series = ReceiptNumber::series(year).ok_or(Rejection::YearWithoutNumbers)?;

    let mut documents = Documents::of(&context.seed, context.stream);
    let submitted = Submitted {
        procedure: procedure.id.clone(),
        edition: procedure.edition,
        terms: Box::new(procedure.terms.clone()),
        applicant: user,
        quantity: form.quantity,
        form: keep_form(&submission.form, &mut documents),
        contact: documents.keep("contact", contact),
        attachments: submission.attachments.iter().map(|one| documents.keep("attachment", one)).collect(),
    };
    let verified = signature.map(|signature| keep_verdict(signature, &mut documents));
    let assessed = fee_at(FeeTiming::AtApplication, &procedure.terms.fee, form.quantity);

    let mut decision = Decision::of(
        [Some(Event::Submitted(submitted)), verified.map(Event::SignatureVerified)]
            .into_iter()
            .flatten()
            .map(Proposed::Event)
            .chain([Proposed::Numbered { event_type: "ReceiptIssued", series }])
            .chain(assessed.map(Proposed::Event)),
    );
    decision.documents = documents.into_vec();
    decision.agenda =
        [notice_at_once(Task::ReceiptNotice, context)].into_iter().chain(expiry_of(draft, context)).collect();
    decision.window = [year.window(), signature.map_or(Window::ALWAYS, VerifiedSignature::holds)]
        .into_iter()
        .fold(open, Window::intersect);
    Ok(decision)
}

fn admits(procedure: &Procedure, registered: Option<&Registered>) -> Result<(), Rejection> {
    let Some(registered) = registered else { return Ok(()) };
    let company = registered.kind == UserKind::Company;
    match (procedure.applicants, company) {
        (Applicants::Both, _) | (Applicants::Individuals, false) | (Applicants::Corporations, true) => Ok(()),
        (Applicants::Individuals, true) | (Applicants::Corporations, false) => {
            Err(Rejection::NotForThisApplicant { company })
        }
    }
}

fn usable_contact(contact: &Bytes) -> Result<&Bytes, Rejection> {
    let address = std::str::from_utf8(contact.as_slice()).map_err(|_| Rejection::ContactUnusable)?;
    let parted =
        address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let plain = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    if parted && plain && address.len() <= CONTACT_BYTES_MAX {
        return Ok(contact);
    }
    Err(Rejection::ContactUnusable)
}

/// The judgement of exactly these bytes for exactly this procedure, by an accepted kind of certificate.
fn required_signature<'a>(
    procedure: &Procedure,
    form: &SubmittedForm,
    context: &Context<'a>,
) -> Result<Option<&'a VerifiedSignature>, Rejection> {
    let SignatureRule::Required(accepted) = &procedure.terms.signature else { return Ok(None) };
    let judged = form.signed().zip(context.signature).filter(|(signed, judged)| {
        judged.is_for(*signed, &procedure.id) && accepted.contains(&judged.kind())
    });
    match judged {
        Some((_, judged)) => Ok(Some(judged)),
        None => Err(Rejection::SignatureRequired { accepted: accepted.clone() }),
    }
}

fn content<'a>(
    form: &'a SubmittedForm,
    signature: Option<&'a VerifiedSignature>,
) -> Result<&'a [u8], FormDefect> {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => Ok(content.as_slice()),
        SubmittedForm::Attached(_) => {
            signature.and_then(VerifiedSignature::content).ok_or(FormDefect::Sealed)
        }
    }
}

fn keep_form(form: &SubmittedForm, documents: &mut Documents<'_>) -> FormRef {
    match form {
        SubmittedForm::Unsigned(content) => FormRef::Unsigned(documents.keep("form", content)),
        SubmittedForm::Detached { content, signature } => FormRef::Detached {
            content: documents.keep("form", content),
            signature: documents.keep("signature", signature),
        },
        SubmittedForm::Attached(message) => FormRef::Attached(documents.keep("signed-form", message)),
    }
}

fn keep_verdict(signature: &VerifiedSignature, documents: &mut Documents<'_>) -> SignatureVerified {
    let evidence = signature.evidence().iter().map(|evidence| {
        let document = if evidence.role.is_shared() {
            documents.keep_shared("evidence", &evidence.bytes)
        } else {
            documents.keep("evidence", &evidence.bytes)
        };
        EvidenceRef { role: evidence.role, document }
    });
    let evidence = evidence.collect();
    SignatureVerified {
        kind: signature.kind(),
        policy: signature.policy().to_owned(),
        judged_at: signature.at(),
        identity: documents.keep("identity", &signature.identity().into()),
        evidence,
    }
}
