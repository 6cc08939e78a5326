//! What may be asked at the desk: papers, corrections, consultations, approval, the clock.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use shinsei_core::actor::Actor;
use shinsei_core::command::{AskedItem, Command, Correction, CorrectionRequest, Paper, Review, StatedReason};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CorrectionKind, PaperChannel, Visibility};
use shinsei_core::ids::{DivisionId, ReasonCode, StaffId};
use shinsei_core::outcome::NonEmpty;

use super::{file, finding, form, written};
use crate::life::{Life, Step};

/// Something that the city or the applicant does while a case is in the city hall.
pub(super) fn at_the_desk(life: &Life) -> impl Strategy<Value = Command> + use<> {
    prop_oneof![6 => corrections(life), 3 => between_divisions(life), 3 => approval(life), 2 => clock(life)]
}

/// Some of the ways that a review may take, each by who may go it, with pauses of days between the steps.
pub(super) fn detour(life: &Life) -> impl Strategy<Value = Vec<Step>> + use<> {
    let (officer, applicant, day) = (life.officer(), life.applicant(), 24 * 60);
    let steps = prop_oneof![
        3 => request(life).prop_map({
            let officer = officer.clone();
            move |command| (officer.clone(), command)
        }),
        3 => correction(life).prop_map(move |command| (applicant.clone(), command)),
        2 => between_divisions(life).prop_map({
            let officer = officer.clone();
            move |command| (officer.clone(), command)
        }),
        2 => clock(life).prop_map(move |command| match command {
            Command::PassDeadline(_) => (Actor::System, command),
            command => (officer.clone(), command),
        }),
    ];
    let step = (0_u32..30, steps).prop_map(move |(days, (by, command))| Step {
        after_minutes: days * day,
        by,
        command,
    });
    vec(step, 1..6)
}

fn corrections(life: &Life) -> impl Strategy<Value = Command> + use<> {
    prop_oneof![3 => request(life), 3 => correction(life), 1 => Just(Command::ResumeReview)]
}

fn request(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let today = life.now().date_jst();
    let due = (-1_i64..40).prop_map(move |days| today + chrono::TimeDelta::days(days));
    let kind = select(vec![CorrectionKind::Partial, CorrectionKind::Resubmit]);
    let item = written().prop_map(|text| AskedItem { field: None, text });
    (vec(item, 1..3), due, kind).prop_map(|(items, due, kind)| {
        let items = NonEmpty::new(items).expect("at least one");
        Command::RequestCorrection(CorrectionRequest { items, due, kind })
    })
}

fn correction(life: &Life) -> impl Strategy<Value = Command> + use<> {
    (1_u32..3, form(life.procedure(), life.applicant_id()), vec(file(), 0..2)).prop_map(
        |(item, form, attachments)| {
            Command::Correct(Correction { items: NonEmpty::one(item), form, attachments })
        },
    )
}

fn between_divisions(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let today = life.now().date_jst();
    let due = (-1_i64..20).prop_map(move |days| today + chrono::TimeDelta::days(days));
    let division = || {
        select(vec!["SOMU-BUNSHO", "ZAIMU-ZEIMU", "nowhere"])
            .prop_map(|code| DivisionId::new(code).expect("a code"))
    };
    let visibility = select(vec![Visibility::Private, Visibility::Public]);
    prop_oneof![
        (division(), written(), due).prop_map(|(division, question, due)| Command::Consult {
            division,
            question,
            due
        }),
        (1_u32..3, written())
            .prop_map(|(consultation, answer)| Command::AnswerConsultation { consultation, answer }),
        (division(), reason()).prop_map(|(division, reason)| Command::Transfer { division, reason }),
        division().prop_map(|division| Command::AssignDivision { division }),
        officer().prop_map(|officer| Command::AssignOfficer { officer }),
        (visibility, written()).prop_map(|(visibility, text)| Command::AddNote { visibility, text }),
        Just(Command::ForwardToAgency),
        paper(life),
    ]
}

fn approval(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let drafted = (finding(life.procedure().terms.act), officer()).prop_map(|(finding, approver)| {
        Command::DraftDecision { review: Review { finding, inspected_on: None }, approver }
    });
    prop_oneof![
        2 => drafted,
        1 => officer().prop_map(|to| Command::DelegateApproval { to }),
        1 => reason().prop_map(|reason| Command::SendBack { reason }),
        2 => Just(Command::Approve),
    ]
}

fn clock(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let today = life.now().date_jst();
    let due = (-1_i64..120).prop_map(move |days| today + chrono::TimeDelta::days(days));
    let deadline = (1_u32..4, 0_u8..4).prop_map(|(number, kind)| match kind {
        0 => Deadline::CorrectionDue { request: number },
        1 => Deadline::ConsultationDue { consultation: number },
        2 => Deadline::Approaching { due: number },
        _ => Deadline::Exceeded { due: number },
    });
    prop_oneof![
        2 => (due, reason()).prop_map(|(due, reason)| Command::ExtendDeadline { due, reason }),
        1 => Just(Command::RebaseDueDate),
        4 => deadline.prop_map(Command::PassDeadline),
    ]
}

fn paper(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let (procedure, applicant, now) = (life.procedure().id.clone(), life.applicant_id(), life.now());
    let channel = select(vec![PaperChannel::Counter, PaperChannel::Post]);
    (0_u32..4, written(), written(), option::of(written()), channel, -100_i64..3).prop_map(
        move |(quantity, form, contact, attachment, channel, hours)| {
            Command::RecordPaperArrival(Paper {
                procedure: procedure.clone(),
                applicant,
                quantity,
                form,
                contact,
                attachments: attachment.into_iter().collect(),
                channel,
                arrived_at: now.saturating_add_micros(hours * 3_600_000_000),
            })
        },
    )
}

fn reason() -> impl Strategy<Value = StatedReason> {
    written().prop_map(|text| StatedReason { code: ReasonCode::new("R-03").expect("a code"), text })
}

fn officer() -> impl Strategy<Value = StaffId> {
    select(vec!["s-001", "s-021", "s-900"]).prop_map(|id| StaffId::new(id).expect("a code"))
}
