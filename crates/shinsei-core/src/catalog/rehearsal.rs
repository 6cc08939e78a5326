//! A procedure gone through before anybody applies: whatever is decided, the city's own people can bring the case to its end.

use std::fmt;

use uuid::Uuid;

use crate::actor::{Actor, Staff};
use crate::application::Application;
use crate::bytes::Bytes;
use crate::calendar::Calendar;
use crate::command::{
    ApplicationFinding, Command, DocumentWritten, FilingFinding, Finding, PaperDelivery, PaymentMade, Review,
    SealPut, StatedReason, Submit, SubmittedForm, Visitor,
};
use crate::decide::decide;
use crate::decider::{Context, Decider as _};
use crate::document::{Body, Document, NewDocument, Seed};
use crate::event::{CloseReason, Event, Identification, PaymentChannel, TellingChannel};
use crate::event_format::{EventFormat as _, Proposed};
use crate::ids::{
    CaseId, CommandId, DivisionId, Municipality, Position, ReasonCode, StaffId, UserId, Version,
};
use crate::lookup::{LookedUp, Lookup};
use crate::number::ReceiptNumber;
use crate::outcome::NonEmpty;
use crate::procedure::deciding::Deciding;
use crate::procedure::{Act, ClockStart, Fee, Procedure, SignatureRule, Tariff, Terms};
use crate::record::{Number, Recorded};
use crate::rejection::StateName;
use crate::service_hours::ServiceHours;
use crate::time::Timestamp;
use crate::words::Words;
use crate::yen::Yen;

/// The most steps from the arrival to the end; no road of the rules has half as many.
const STEPS_MAX: usize = 24;

/// A state from which nobody in charge can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadEnd {
    /// What was to be decided: the name of the finding.
    pub finding: &'static str,
    /// Where the case stands, for good.
    pub state: StateName,
}

impl fmt::Display for DeadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a case that is to be {} stays {} for good", self.finding, self.state)
    }
}

/// A case and the documents that were kept with it.
type Case = (Application, Vec<NewDocument>);

/// Somebody who asks something.
type Move = (Actor, Command);

/// The procedures of a catalog, each kind of them gone through once: what differs in name, amount or period only goes the
/// same road.
#[derive(Default)]
pub(crate) struct Rehearsals {
    known: Vec<(Terms, Result<(), DeadEnd>)>,
}

impl Rehearsals {
    /// What [`rehearse`] says of a procedure.
    ///
    /// # Errors
    /// As [`rehearse`].
    pub(crate) fn of(&mut self, procedure: &Procedure) -> Result<(), DeadEnd> {
        let terms = Terms {
            name: String::new(),
            division: DivisionId::constant("rehearsal"),
            standard_period: None,
            fee: of_one_yen(&procedure.terms.fee),
            filing: None,
            clock_start: ClockStart::Arrival,
            deciding: Deciding::default(),
            ..procedure.terms.clone()
        };
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == terms) {
            return *known;
        }
        let said = rehearse(&Procedure { terms: terms.clone(), ..procedure.clone() });
        self.known.push((terms, said));
        said
    }
}

fn of_one_yen(fee: &Fee) -> Fee {
    match fee {
        Fee::Due { tariff: Tariff::Each { .. }, timing } => {
            Fee::Due { tariff: Tariff::Each { yen: Yen(1), unit: String::new() }, timing: *timing }
        }
        Fee::Due { tariff: Tariff::Assessed, .. } | Fee::Free => fee.clone(),
    }
}

/// Goes the whole road for every outcome of the procedure's act. Whether a signature holds is not its concern.
///
/// # Errors
/// [`DeadEnd`] for the first outcome that leads to a state in which nobody can go on.
fn rehearse(procedure: &Procedure) -> Result<(), DeadEnd> {
    rehearse_with(procedure, moves)
}

fn rehearse_with(
    procedure: &Procedure,
    moves: fn(&Stage<'_>, &Application, &Finding) -> Vec<Move>,
) -> Result<(), DeadEnd> {
    let mut procedure = procedure.clone();
    procedure.terms.signature = SignatureRule::Exempt;
    // It is in time: what is late goes the same road.
    procedure.terms.filing = None;
    let stage = Stage { procedure: &procedure };
    let arrived = stage.after(&(Application::Absent, vec![]), &stage.submission());
    let arrived = arrived.ok_or(DeadEnd { finding: "decided", state: StateName::Absent })?;
    for (name, finding) in findings(procedure.terms.act) {
        let mut case = arrived.clone();
        for _ in 0..STEPS_MAX {
            if case.0.name() == StateName::Closed {
                break;
            }
            let next = moves(&stage, &case.0, &finding);
            let Some(there) = next.iter().find_map(|one| stage.after(&case, one)) else { break };
            case = there;
        }
        if case.0.name() != StateName::Closed {
            return Err(DeadEnd { finding: name, state: case.0.name() });
        }
    }
    Ok(())
}

/// The city hall in which the procedure is gone through.
struct Stage<'a> {
    procedure: &'a Procedure,
}

impl Stage<'_> {
    /// The case after somebody asked something; `None` where that is refused or changes nothing.
    fn after(&self, (state, kept): &Case, (by, command): &Move) -> Option<Case> {
        // 7 May 2026, a Thursday: any business day would do.
        let now = Timestamp::from_jst(2026, 5, 7, 15, 4)?;
        let municipality: Municipality = "012025".parse().ok()?;
        let stream = CaseId(Uuid::nil()).into();
        let (calendar, hours) = (Calendar::standard(), ServiceHours::default());
        // As many documents as were kept so far: those of the next command have other ids.
        let seed = Seed([u8::try_from(kept.len()).ok()?; 32]);
        let bare = Context::bare(now, municipality, stream, by, &calendar, &hours, seed);
        let documents = look_up(kept, &state.looks_up(command));
        let context = Context {
            procedure: Some(self.procedure),
            registration_required: false,
            documents: &documents,
            ..bare
        };
        let decision = decide(state, command, &context).ok()?;
        let mut after = state.clone();
        for proposed in decision.events {
            let event = match proposed {
                Proposed::Event(event) => event,
                Proposed::Numbered { event_type, series } => {
                    let number = ReceiptNumber::from_drawn(municipality, &Number { series, value: 1 })?;
                    Event::from_number(event_type, number)?
                }
            };
            let (position, version, command) = (Position(1), Version(1), CommandId(Uuid::nil()));
            after = after.evolve(&Recorded { position, stream, version, recorded_at: now, command, event });
        }
        (after != *state).then(|| (after, [kept.as_slice(), &decision.documents].concat()))
    }

    fn submission(&self) -> Move {
        let user = UserId(Uuid::nil());
        let form = format!(
            r#"{{"procedure":"{}","applicant":"{user}","quantity":1,"answers":{{}}}}"#,
            self.procedure.id
        );
        let submit = Submit {
            procedure: self.procedure.id.clone(),
            form: SubmittedForm::Unsigned(Bytes::from(form.as_str())),
            contact: Bytes::from("applicant@example.jp"),
            attachments: vec![],
        };
        (Actor::Applicant { user }, Command::Submit(submit))
    }

    fn staff(&self, id: &str) -> Option<Staff> {
        Some(Staff { id: StaffId::new(id).ok()?, division: self.procedure.terms.division.clone() })
    }
}

/// The documents that a decision must look up.
fn look_up(kept: &[NewDocument], wanted: &[Lookup]) -> Vec<LookedUp> {
    let content = |document: &NewDocument| match &document.body {
        Body::Inline(content) | Body::Shared(content) => content.as_slice().to_vec(),
        Body::Staged { .. } | Body::StagedShared { .. } => vec![],
    };
    let as_kept = |document: &NewDocument| Document {
        id: document.id,
        stream: document.stream,
        role: document.role.to_owned(),
        salt: document.salt,
        content: content(document),
    };
    let found = |lookup: &Lookup| {
        let document = kept.iter().find(|document| document.id == lookup.document.id)?;
        lookup.found(as_kept(document), |_| None)
    };
    wanted.iter().filter_map(found).collect()
}

/// What the city's people try, in this order: an officer, a clerk, and the engine.
fn moves(stage: &Stage<'_>, state: &Application, finding: &Finding) -> Vec<Move> {
    let (Some(staff), Some(approver)) = (stage.staff("s-1"), stage.staff("s-2")) else { return vec![] };
    let (officer, clerk) = (Actor::Officer(staff.clone()), Actor::Clerk(staff));
    let today = state.arrival().map(|arrived| arrived.arrived_at.date_jst()).unwrap_or_default();
    let inspected_on = stage.procedure.terms.needs_inspection().then_some(today);
    let review = Review { finding: finding.clone(), inspected_on };
    let due = state.arrival().and_then(|arrived| arrived.fee.due());
    let made = |yen| PaymentMade { yen, channel: PaymentChannel::Counter, reference: "rehearsal".into() };
    let mut moves =
        vec![(officer.clone(), Command::StartReview), (officer.clone(), Command::AssessFee { yen: Yen(1) })];
    moves.extend(due.map(|yen| (clerk.clone(), Command::RecordPayment(made(yen)))));
    let visits = stage.procedure.terms.visits_before_decision();
    moves.extend(visits.map(|purpose| (clerk.clone(), Command::RecordVisit { purpose, on: today })));
    let document = DocumentWritten { body: Words::from("rehearsal"), seal: SealPut::Paper };
    let identification = Identification::IndividualNumberCard;
    moves.extend([
        (officer.clone(), Command::Review(review.clone())),
        (officer.clone(), Command::DraftDecision { review, approver: approver.id.clone() }),
        (Actor::Officer(approver), Command::Approve),
        (officer.clone(), Command::ForwardToAgency),
        (officer, Command::Close { reason: CloseReason::Completed }),
        (clerk.clone(), Command::DeliverDocument { document, way: PaperDelivery::Counter }),
        (clerk.clone(), Command::VerifyVisitor(Visitor { identification, notice_copy: true })),
        (clerk, Command::IssueCertificate { copies: 1 }),
        (Actor::System, Command::TellResult { how: TellingChannel::Notice }),
    ]);
    moves
}

/// The findings of an act, each with its name.
fn findings(act: Act) -> Vec<(&'static str, Finding)> {
    let Ok(code) = ReasonCode::new("rehearsal") else { return vec![] };
    let reasons = || NonEmpty::one(StatedReason { code: code.clone(), text: Words::from("rehearsal") });
    match act {
        Act::Filing => vec![
            ("confirmed", Finding::Filing(FilingFinding::Confirmed)),
            ("found defective in form", Finding::Filing(FilingFinding::FormalDefect(reasons()))),
        ],
        Act::Application | Act::Request => vec![
            ("granted", Finding::Application(ApplicationFinding::Granted)),
            ("granted in part", Finding::Application(ApplicationFinding::PartlyGranted(reasons()))),
            ("refused", Finding::Application(ApplicationFinding::Refused(reasons()))),
            ("dismissed", Finding::Application(ApplicationFinding::Dismissed(reasons()))),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_procedure_of_the_sample_has_a_way_out_whatever_is_decided() {
        let catalog = Catalog::sample();
        for procedure in catalog.procedures() {
            assert_eq!(rehearse(procedure), Ok(()), "{}", procedure.id);
        }
    }

    #[test]
    fn a_state_in_which_nobody_can_go_on_is_named() {
        let catalog = Catalog::sample();
        let undecided: fn(&Stage<'_>, &Application, &Finding) -> Vec<Move> = |stage, state, finding| {
            let all = moves(stage, state, finding).into_iter();
            all.filter(|(_, command)| !matches!(command, Command::Review(_) | Command::DraftDecision { .. }))
                .collect()
        };
        let nobody: fn(&Stage<'_>, &Application, &Finding) -> Vec<Move> = |_, _, _| vec![];
        let dog = &catalog.procedures()[0];
        let name = findings(dog.terms.act)[0].0;
        let dead_end = |moves| rehearse_with(dog, moves).unwrap_err();
        assert_eq!(dead_end(nobody), DeadEnd { finding: name, state: StateName::Received });
        assert_eq!(dead_end(undecided), DeadEnd { finding: name, state: StateName::UnderReview });
    }
}
