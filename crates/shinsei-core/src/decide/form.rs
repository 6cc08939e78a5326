//! A form that comes in: signed as it must be, for this procedure, from this applicant.

use std::borrow::Cow;

use crate::bytes::Bytes;
use crate::command::SubmittedForm;
use crate::decider::Context;
use crate::document::Documents;
use crate::event::{EnclosedForm, EvidenceRef, FormRef, SignatureVerified};
use crate::form::read::{ReadForm, content};
use crate::ids::ProcedureId;
use crate::procedure::{SignatureRule, Terms};
use crate::rejection::Rejection;
use crate::signature::{CertificateKind, Enclosed, VerifiedSignature};

/// A form and the files that come with it.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'a> {
    /// The form, signed or not.
    pub(super) form: &'a SubmittedForm,
    /// The files.
    pub(super) attachments: &'a [Bytes],
}

/// Reads a form under the terms that govern it: what it says is what was signed.
pub(super) fn read<'a>(
    incoming: Incoming<'_>,
    procedure: &ProcedureId,
    terms: &Terms,
    context: &Context<'a>,
) -> Result<(Cow<'a, ReadForm>, Option<&'a VerifiedSignature>), Rejection> {
    let signature = required_signature(procedure, terms, incoming.form, context)?;
    let Incoming { form, attachments } = incoming;
    let prepared = context.prepared.and_then(|prepared| prepared.form.as_ref());
    let read = match prepared.filter(|read| read.is_of(form, attachments, signature)) {
        Some(read) => Cow::Borrowed(read),
        None => Cow::Owned(ReadForm::of(form, attachments, signature)),
    };
    Ok((read, signature))
}

/// The judgement of exactly these bytes for exactly this procedure, by an accepted kind of certificate.
fn required_signature<'a>(
    procedure: &ProcedureId,
    terms: &Terms,
    form: &SubmittedForm,
    context: &Context<'a>,
) -> Result<Option<&'a VerifiedSignature>, Rejection> {
    match &terms.signature {
        SignatureRule::Exempt => Ok(None),
        SignatureRule::Required(accepted) => judged(procedure, accepted, form, context).map(Some),
    }
}

/// The judgement of exactly these bytes for exactly this purpose.
fn judged<'a>(
    purpose: &ProcedureId,
    accepted: &[CertificateKind],
    form: &SubmittedForm,
    context: &Context<'a>,
) -> Result<&'a VerifiedSignature, Rejection> {
    let judged = form
        .signed()
        .zip(context.signature)
        .filter(|(signed, judged)| judged.is_for(*signed, purpose) && accepted.contains(&judged.kind()));
    match judged {
        Some((_, judged)) => Ok(judged),
        None => Err(Rejection::SignatureRequired { accepted: accepted.to_vec() }),
    }
}

/// The bytes of a statement that is no form, and the judgement of its signature.
pub(crate) fn signed_statement<'a>(
    statement: &'a SubmittedForm,
    purpose: &ProcedureId,
    accepted: &[CertificateKind],
    context: &Context<'a>,
) -> Result<(&'a [u8], &'a VerifiedSignature), Rejection> {
    let signature = judged(purpose, accepted, statement, context)?;
    Ok((content(statement, Some(signature))?, signature))
}

/// Keeps a form as it came.
pub(crate) fn keep_form(form: &SubmittedForm, documents: &mut Documents<'_>) -> FormRef {
    match form {
        SubmittedForm::Unsigned(content) => FormRef::Unsigned(documents.keep("form", content)),
        SubmittedForm::Detached { content, signature } => FormRef::Detached {
            content: documents.keep("form", content),
            signature: documents.keep("signature", signature),
        },
        SubmittedForm::Attached(message) => FormRef::Attached(documents.keep("signed-form", message)),
    }
}

/// Keeps what a verdict rests on.
pub(crate) fn keep_verdict(
    signature: &VerifiedSignature,
    documents: &mut Documents<'_>,
) -> SignatureVerified {
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
        identity: documents.keep_copy("identity", signature.identity()),
        evidence,
        enclosed: signature.enclosed().and_then(|content| keep_enclosed(content, documents)),
    }
}

/// Says where a form is that travelled inside its signature: what was put together from pieces is kept for itself.
fn keep_enclosed(content: &Enclosed, documents: &mut Documents<'_>) -> Option<EnclosedForm> {
    match content {
        Enclosed::At(range) => {
            let (from, until) = (u64::try_from(range.start).ok()?, u64::try_from(range.end).ok()?);
            Some(EnclosedForm::At { from, until })
        }
        Enclosed::Apart(form) => Some(EnclosedForm::Apart(documents.keep("form", form))),
    }
}
