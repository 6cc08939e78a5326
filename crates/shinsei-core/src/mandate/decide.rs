//! What a mandate says to a command.

use sha2::{Digest as _, Sha256};

use crate::agenda::{AgendaChange, Due};
use crate::bytes::{Bytes, hex};
use crate::command::SubmittedForm;
use crate::decide::form::{keep_form, keep_verdict, signed_statement};
use crate::decider::{Context, Decider, Decision, Needs, Signing, SigningRule};
use crate::document::Documents;
use crate::event_format::Proposed;
use crate::ids::{MandateId, StreamKind, UserId};
use crate::mandate::state::Drafted;
use crate::mandate::{
    KEY_BYTES_MIN, MANDATE_PROCEDURES_MAX, MANDATING, MANDATING_CERTIFICATES, Mandate, MandateAccepted,
    MandateCommand, MandateDeadline, MandateDisposed, MandateDrafted, MandateEvent, MandateExpired,
    MandateParty, MandateRevoked, MandateSigned, MandateState, MandateTask, MandateTerms,
};
use crate::notice::MandateNews;
use crate::record::Recorded;
use crate::rejection::{Rejection, Role};
use crate::time::{Timestamp, Window};
use crate::user::{BoundCertificate, User};
use crate::words::Words;

const DAY_MICROS: i64 = 24 * 3_600_000_000;

type MandateDecision = Result<Decision<MandateEvent>, Rejection>;

impl Decider for Mandate {
    type Command = MandateCommand;
    type Event = MandateEvent;
    const KIND: StreamKind = StreamKind::Mandate;

    fn needs<'a>(&'a self, command: &'a MandateCommand) -> Needs<'a> {
        let signed = match command {
            MandateCommand::Sign { statement, .. } => statement.signed().map(|signed| {
                let accepted = MANDATING_CERTIFICATES;
                Signing { signed, rule: SigningRule::Fixed { procedure: &MANDATING, accepted } }
            }),
            MandateCommand::Draft { .. }
            | MandateCommand::Accept { .. }
            | MandateCommand::Revoke
            | MandateCommand::PassDeadline(_) => None,
        };
        Needs { applicant: true, bound: signed.is_some(), signed, ..Needs::default() }
    }

    fn falls_due(task: &[u8]) -> Option<MandateCommand> {
        MandateDeadline::from_bytes(task).map(MandateCommand::PassDeadline)
    }

    fn decide(
        &self,
        command: &MandateCommand,
        context: &Context<'_>,
    ) -> Result<Decision<MandateEvent>, Rejection> {
        decide(self, command, context)
    }

    fn evolve(self, recorded: &Recorded<MandateEvent>) -> Self {
        self.after(recorded)
    }
}

/// Decides on a command to a mandate.
fn decide(state: &Mandate, command: &MandateCommand, context: &Context<'_>) -> MandateDecision {
    match command {
        MandateCommand::Draft { terms, principal_name } => draft(state, terms, principal_name, context),
        MandateCommand::Sign { statement, key } => sign(drafted(state)?, statement, key, context),
        MandateCommand::Accept { key } => accept(drafted(state)?, key, context),
        MandateCommand::Revoke => revoke(drafted(state)?, context),
        MandateCommand::PassDeadline(deadline) => pass(drafted(state)?, *deadline, context),
    }
}

/// 委任状の作成: by either of the two, before its last day is over.
fn draft(
    state: &Mandate,
    terms: &MandateTerms,
    principal_name: &Words,
    context: &Context<'_>,
) -> MandateDecision {
    let by = acting(context)?;
    if state.drafted().is_some() {
        return Err(Rejection::MandateExists);
    }
    if by != terms.principal && by != terms.agent {
        return Err(Rejection::NotPermitted { needed: Role::Applicant });
    }
    let ends = terms.period().until;
    let in_order = terms.from <= terms.until && terms.principal != terms.agent;
    let few = terms.procedures.as_slice().len() <= MANDATE_PROCEDURES_MAX;
    let Some(ends) = ends.filter(|ends| in_order && few && context.now < *ends) else {
        return Err(Rejection::MandateTermsInvalid);
    };
    let mut documents = Documents::of(&context.seed, context.stream);
    let principal_name = documents.keep("principal-name", principal_name.taken("principal-name")?);
    let drafted = MandateDrafted { terms: terms.clone(), principal_name };
    let decision = event(MandateEvent::MandateDrafted(drafted));
    let expiry = MandateDeadline::Expiry.at(Due::At(ends), context.stream);
    Ok(Decision { documents: documents.into_vec(), agenda: vec![expiry], ..decision })
}

/// 委任状への署名: by the principal, over exactly what was drafted, with the certificate that is bound to their account, where one
/// is: somebody else who has come into the account cannot give a mandate in its name.
fn sign(mandate: &Drafted, statement: &SubmittedForm, key: &Bytes, context: &Context<'_>) -> MandateDecision {
    if acting(context)? != mandate.terms.principal {
        return Err(Rejection::NotPermitted { needed: Role::Applicant });
    }
    if mandate.state != MandateState::Unsigned {
        return Err(Rejection::MandateNotAwaited);
    }
    if key.len() < KEY_BYTES_MIN {
        return Err(Rejection::MandateKeyWeak);
    }
    let (bytes, signature) = signed_statement(statement, &MANDATING, MANDATING_CERTIFICATES, context)?;
    let bound = context.applicant.and_then(User::registered).and_then(|user| user.certificate);
    let names_the_signer = |bound: BoundCertificate| {
        context.bound.is_some_and(|named| named.is(&bound.identity) && named.content == signature.identity())
    };
    if !bound.is_none_or(names_the_signer) {
        return Err(Rejection::SignerNotBound);
    }
    // Byte for byte: nothing may stand under the signature that the rules here do not know.
    let drafted = mandate.terms.statement(context.municipality, MandateId(context.stream.id));
    if drafted.ok().is_none_or(|drafted| drafted != bytes) {
        return Err(Rejection::StatementOfOther);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let signed = MandateSigned {
        statement: keep_form(statement, &mut documents),
        signature: keep_verdict(signature, &mut documents),
        key_sha256: digest(key),
    };
    let decision = event(MandateEvent::MandateSigned(signed));
    Ok(Decision {
        documents: documents.into_vec(),
        agenda: told(MandateNews::Signed, &[MandateParty::Principal, MandateParty::Agent], context),
        window: signature.holds().intersect(until_its_end(mandate)),
        ..decision
    })
}

/// 委任の承諾: by the agent, who shows that the principal gave them the key.
fn accept(mandate: &Drafted, key: &Bytes, context: &Context<'_>) -> MandateDecision {
    if acting(context)? != mandate.terms.agent {
        return Err(Rejection::MandateOfOtherAgent);
    }
    let MandateState::Signed { key_sha256 } = &mandate.state else {
        return Err(Rejection::MandateNotAwaited);
    };
    if *key_sha256 != digest(key) {
        return Err(Rejection::MandateKeyWrong);
    }
    let decision = event(MandateEvent::MandateAccepted(MandateAccepted {}));
    let agenda = told(MandateNews::Accepted, &[MandateParty::Principal], context);
    Ok(Decision { agenda, window: until_its_end(mandate), ..decision })
}

/// 委任の取消・辞任: by either, at any time before its end. Who is suspended may still take back what they gave.
fn revoke(mandate: &Drafted, context: &Context<'_>) -> MandateDecision {
    let by = context.actor.applicant()?;
    if by != mandate.terms.principal && by != mandate.terms.agent {
        return Err(Rejection::NotPermitted { needed: Role::Applicant });
    }
    must_not_have_ended(mandate)?;
    let both = [MandateParty::Principal, MandateParty::Agent];
    let mut agenda = match mandate.state {
        // The other one never heard of a draft.
        MandateState::Unsigned => vec![],
        MandateState::Signed { .. }
        | MandateState::InForce
        | MandateState::Revoked { .. }
        | MandateState::Expired { .. }
        | MandateState::Disposed => told(MandateNews::Revoked, &both, context),
    };
    agenda.push(MandateDeadline::Expiry.cancelled(context.stream));
    let kept_until = kept_until(context);
    agenda.push(MandateDeadline::Disposal.at(Due::At(kept_until), context.stream));
    Ok(Decision { agenda, ..event(MandateEvent::MandateRevoked(MandateRevoked { by, kept_until })) })
}

/// What falls due for a mandate.
fn pass(mandate: &Drafted, deadline: MandateDeadline, context: &Context<'_>) -> MandateDecision {
    context.actor.engine()?;
    let reached = |at: Timestamp| {
        if context.now < at { Err(Rejection::DeadlineNotReached { at }) } else { Ok(()) }
    };
    match (deadline, &mandate.state) {
        (
            MandateDeadline::Expiry,
            MandateState::Unsigned | MandateState::Signed { .. } | MandateState::InForce,
        ) => {
            mandate.terms.period().until.map_or(Ok(()), reached)?;
            let kept_until = kept_until(context);
            let agenda = vec![MandateDeadline::Disposal.at(Due::At(kept_until), context.stream)];
            Ok(Decision { agenda, ..event(MandateEvent::MandateExpired(MandateExpired { kept_until })) })
        }
        (
            MandateDeadline::Disposal,
            MandateState::Revoked { kept_until } | MandateState::Expired { kept_until },
        ) => {
            reached(*kept_until)?;
            let agenda = vec![MandateDeadline::Erasure.at(Due::AtOnce, context.stream)];
            Ok(Decision { agenda, ..event(MandateEvent::MandateDisposed(MandateDisposed {})) })
        }
        (MandateDeadline::Expiry | MandateDeadline::Disposal | MandateDeadline::Erasure, _) => {
            Err(Rejection::DeadlineMoot)
        }
    }
}

fn kept_until(context: &Context<'_>) -> Timestamp {
    context.now.saturating_add_micros(i64::from(context.accounts.mandate_kept_days) * DAY_MICROS)
}

/// The user who acts for themself and may.
fn acting(context: &Context<'_>) -> Result<UserId, Rejection> {
    context.actor.applicant()?;
    Ok(context.acting_user()?.0)
}

fn drafted(state: &Mandate) -> Result<&Drafted, Rejection> {
    state.drafted().ok_or(Rejection::MandateUnknown)
}

fn must_not_have_ended(mandate: &Drafted) -> Result<(), Rejection> {
    match mandate.state {
        MandateState::Unsigned | MandateState::Signed { .. } | MandateState::InForce => Ok(()),
        MandateState::Revoked { .. } | MandateState::Expired { .. } | MandateState::Disposed => {
            Err(Rejection::MandateNotInForce)
        }
    }
}

fn until_its_end(mandate: &Drafted) -> Window {
    Window { from: None, until: mandate.terms.period().until }
}

fn told(news: MandateNews, parties: &[MandateParty], context: &Context<'_>) -> Vec<AgendaChange> {
    parties.iter().map(|to| MandateTask { news, to: *to }.at_once(context.stream)).collect()
}

fn event(event: MandateEvent) -> Decision<MandateEvent> {
    Decision::of([Proposed::Event(event)])
}

fn digest(key: &Bytes) -> String {
    hex(&Sha256::digest(key.as_slice()))
}
