//! Mandates through the engine: signed, accepted, used, and revoked while the agent submits.

use std::sync::Arc;

use chrono::NaiveDate;
use shinsei::engine::{Answer, ExecuteError, Request};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{Command, Submit, SubmittedForm};
use shinsei_core::event::{Agent, Event};
use shinsei_core::ids::{MandateId, ProcedureId};
use shinsei_core::mandate::{Capacity, Mandate, MandateCommand, MandateState, MandateTerms};
use shinsei_core::notice::{MandateNews, Message, Reader};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::port::store::Store as _;
use shinsei_core::procedure::Agents;
use shinsei_core::procedure::stream::ProcedureCommand;
use shinsei_core::rejection::Rejection;
use shinsei_core::time::Timestamp;
use shinsei_core::user::UserCommand;
use uuid::Uuid;

use crate::carrier::Carrier;
use crate::rigged::Fault;
use crate::town::{DOG, Town, case, command, dogs_officer, follow_up, form, hakodate, rejection, user};
use crate::users::{ask, refused, registered, strict_town};

const KEY: &str = "0123456789abcdef";
const PRINCIPAL: u128 = 1;
const AGENT: u128 = 2;

fn mandate(n: u128) -> MandateId {
    MandateId(Uuid::from_u128(n))
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

fn terms(procedure: &str) -> MandateTerms {
    MandateTerms {
        principal: user(PRINCIPAL),
        agent: user(AGENT),
        capacity: Capacity::Entrusted,
        procedures: NonEmpty::one(ProcedureId::new(procedure).unwrap()),
        from: day(1),
        until: day(31),
    }
}

fn tell(town: &Town, n: u128, by: u128, what: MandateCommand) -> Result<Answer<Mandate>, ExecuteError> {
    town.engine.execute(Request::mandate(hakodate(), command(n), user(by), mandate(9), what)).wait()
}

fn draft(terms: MandateTerms) -> MandateCommand {
    MandateCommand::Draft { terms, principal_name: "函館 花子".into() }
}

fn sign(terms: &MandateTerms) -> MandateCommand {
    let statement = terms.statement(hakodate(), mandate(9)).unwrap();
    MandateCommand::Sign { statement: SubmittedForm::Attached(statement.into()), key: KEY.into() }
}

fn accept() -> MandateCommand {
    MandateCommand::Accept { key: KEY.into() }
}

/// A town at noon of 7 May 2026 in which both are registered.
fn town() -> Town {
    let town = strict_town();
    town.clock.set(Timestamp::from_jst(2026, 5, 7, 12, 0).unwrap());
    registered(&town, 100, PRINCIPAL, "hanako@example.jp");
    registered(&town, 200, AGENT, "gyosei@example.jp");
    town
}

/// The same with a mandate in force.
fn with_mandate() -> Town {
    let town = town();
    let terms = terms(DOG);
    tell(&town, 301, PRINCIPAL, draft(terms.clone())).unwrap();
    tell(&town, 302, PRINCIPAL, sign(&terms)).unwrap();
    tell(&town, 303, AGENT, accept()).unwrap();
    town
}

fn agent() -> Actor {
    Actor::Agent { user: user(AGENT), mandate: mandate(9) }
}

/// The agent submits for the principal: command and case of this number.
fn by_agent(n: u128, procedure: &str) -> Request<Application> {
    let submit = Submit {
        procedure: ProcedureId::new(procedure).unwrap(),
        form: SubmittedForm::Unsigned(form(procedure, PRINCIPAL).into()),
        contact: "gyosei@example.jp".into(),
        attachments: vec![],
    };
    Request::case(hakodate(), command(n), agent(), case(n), Command::Submit(submit))
}

fn state(town: &Town) -> MandateState {
    let mandate = town.engine.state::<Mandate>(hakodate(), mandate(9).into()).unwrap();
    mandate.drafted().unwrap().state.clone()
}

#[test]
fn an_agent_applies_in_the_principals_name_and_the_mandate_knows_of_it() {
    let town = with_mandate();
    let answer = town.done(by_agent(1, DOG));
    let Event::Submitted(submitted) = &answer.events[0].event else { panic!("{answer:?}") };
    assert_eq!(submitted.applicant, user(PRINCIPAL));
    assert_eq!(submitted.agent, Some(Agent { user: user(AGENT), mandate: mandate(9) }));
    let used = town.engine.state::<Mandate>(hakodate(), mandate(9).into()).unwrap();
    assert_eq!(used.drafted().unwrap().uses, 1);
    // The answer is the same however often it is asked for, and the mandate was used once.
    assert_eq!(town.done(by_agent(1, DOG)), answer);
    town.done(by_agent(2, DOG));
    let used = town.engine.state::<Mandate>(hakodate(), mandate(9).into()).unwrap();
    assert_eq!(used.drafted().unwrap().uses, 2);
}

#[test]
fn both_may_act_in_the_case_and_nobody_else() {
    let town = with_mandate();
    town.done(by_agent(1, DOG));
    let withdraw = |n, actor| town.run(follow_up(n, 1, actor, Command::Withdraw));
    registered(&town, 400, 3, "taro@example.jp");
    assert_eq!(rejection(withdraw(10, Actor::Applicant { user: user(3) })), Rejection::OtherApplicant);
    assert_eq!(rejection(withdraw(11, Actor::Applicant { user: user(AGENT) })), Rejection::OtherApplicant);
    let seen = town.engine.case(hakodate(), case(1)).unwrap();
    assert!(seen.may_be_seen_by(&Actor::Applicant { user: user(PRINCIPAL) }));
    assert!(seen.may_be_seen_by(&agent()));
    assert!(seen.may_be_seen_by(&dogs_officer()));
    assert!(!seen.may_be_seen_by(&Actor::Applicant { user: user(3) }));
    withdraw(12, Actor::Applicant { user: user(PRINCIPAL) }).unwrap();
    town.done(by_agent(2, DOG));
    town.run(follow_up(13, 2, agent(), Command::Withdraw)).unwrap();
}

#[test]
fn an_agent_checks_the_draft_that_their_mandate_covers() {
    let town = with_mandate();
    let save = |procedure: &str| Command::SaveDraft {
        procedure: ProcedureId::new(procedure).unwrap(),
        form: form(procedure, PRINCIPAL).into(),
    };
    let principal = Actor::Applicant { user: user(PRINCIPAL) };
    town.done(follow_up(10, 1, principal.clone(), save(DOG)));
    town.done(follow_up(11, 2, principal.clone(), save("DO-006")));
    let check = |by: &Actor, n| town.engine.check_draft(hakodate(), case(n), by, &[]);
    assert_eq!(check(&agent(), 1).unwrap(), check(&principal, 1).unwrap());
    let refused = |by: &Actor, n| match check(by, n) {
        Err(ExecuteError::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    };
    let procedure = ProcedureId::new("DO-006").unwrap();
    assert_eq!(refused(&agent(), 2), Rejection::MandateDoesNotCover { procedure });
    assert_eq!(refused(&Actor::Applicant { user: user(AGENT) }, 1), Rejection::OtherApplicant);
    let thief = Actor::Agent { user: user(3), mandate: mandate(9) };
    assert_eq!(refused(&thief, 1), Rejection::MandateOfOtherAgent);
    tell(&town, 500, PRINCIPAL, MandateCommand::Revoke).unwrap();
    assert_eq!(refused(&agent(), 1), Rejection::MandateNotInForce);
}

#[test]
fn a_mandate_that_is_revoked_while_the_agent_submits_is_used_before_or_not_at_all() {
    let town = with_mandate();
    let other = Arc::new(town.other_engine());
    let revoke =
        || Request::mandate(hakodate(), command(500), user(PRINCIPAL), mandate(9), MandateCommand::Revoke);
    let meanwhile = Arc::clone(&other);
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        meanwhile.execute(revoke()).wait().unwrap();
    }))]);
    assert_eq!(rejection(town.run(by_agent(1, DOG))), Rejection::MandateNotInForce);
    assert_eq!(town.engine.case(hakodate(), case(1)).unwrap(), Application::Absent);
    assert!(matches!(state(&town), MandateState::Revoked { .. }));
}

#[test]
fn a_submission_that_is_recorded_first_stays_when_the_mandate_is_revoked() {
    let town = with_mandate();
    let answer = town.done(by_agent(1, DOG));
    // The revocation was decided on the mandate as it was before its use: it is decided again and takes effect after.
    tell(&town, 500, PRINCIPAL, MandateCommand::Revoke).unwrap();
    assert_eq!(town.done(by_agent(1, DOG)), answer);
    assert_eq!(rejection(town.run(by_agent(2, DOG))), Rejection::MandateNotInForce);
    let withdraw = town.run(follow_up(13, 1, agent(), Command::Withdraw));
    assert_eq!(rejection(withdraw), Rejection::MandateNotInForce);
}

#[test]
fn two_submissions_by_one_mandate_at_once_both_arrive() {
    let town = with_mandate();
    let other = Arc::new(town.other_engine());
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        other.execute(by_agent(1, DOG)).wait().unwrap();
    }))]);
    town.done(by_agent(2, DOG));
    let used = town.engine.state::<Mandate>(hakodate(), mandate(9).into()).unwrap();
    assert_eq!(used.drafted().unwrap().uses, 2);
}

#[test]
fn a_mandate_holds_for_its_agent_its_procedures_and_its_days() {
    let town = with_mandate();
    let procedure = ProcedureId::new("DO-006").unwrap();
    assert_eq!(rejection(town.run(by_agent(1, "DO-006"))), Rejection::MandateDoesNotCover { procedure });
    registered(&town, 400, 3, "taro@example.jp");
    let actor = Actor::Agent { user: user(3), mandate: mandate(9) };
    let thief = Request { actor, ..by_agent(2, DOG) };
    assert_eq!(rejection(town.run(thief)), Rejection::MandateOfOtherAgent);
    let actor = Actor::Agent { user: user(AGENT), mandate: mandate(8) };
    let unknown = Request { actor, ..by_agent(3, DOG) };
    assert_eq!(rejection(town.run(unknown)), Rejection::MandateUnknown);
    // Until the last instant of its last day, and what is recorded after that was not in time.
    town.clock.set(Timestamp::from_jst(2026, 5, 31, 23, 59).unwrap());
    town.done(by_agent(4, DOG));
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        clock.set(Timestamp::from_jst(2026, 6, 1, 0, 0).unwrap());
    }))]);
    let over = Rejection::MandateOutOfPeriod { from: day(1), until: day(31) };
    assert_eq!(rejection(town.run(by_agent(5, DOG))), over);
    assert_eq!(town.engine.work_agenda(&Carrier::default()).unwrap().passed, 1);
    assert!(matches!(state(&town), MandateState::Expired { .. }));
}

#[test]
fn a_procedure_that_takes_no_agents_or_a_circle_of_them_takes_no_others() {
    let town = with_mandate();
    let mut procedure = Catalog::sample().procedure(&ProcedureId::new(DOG).unwrap()).unwrap().clone();
    let mut load = |n, agents| {
        procedure.agents = agents;
        procedure.note = "法定代理人に限る".into();
        let load = ProcedureCommand::Load(Box::new(procedure.clone()));
        let Actor::Officer(staff) = dogs_officer() else { unreachable!() };
        let request = Request::procedure(hakodate(), command(n), staff, &procedure.id, load);
        town.engine.execute(request).wait().unwrap();
    };
    load(400, Agents::Forbidden);
    assert_eq!(rejection(town.run(by_agent(1, DOG))), Rejection::AgentsNotAllowed);
    load(401, Agents::Restricted);
    assert_eq!(rejection(town.run(by_agent(1, DOG))), Rejection::AgentsRestricted);
    load(402, Agents::Allowed);
    town.done(by_agent(1, DOG));
    // A representative by law is of the circle; whether they are one an officer sees from the papers.
    load(403, Agents::Restricted);
    let by_law = MandateTerms { capacity: Capacity::LegalRepresentative, ..terms(DOG) };
    let tell = |n, by, what| {
        town.engine
            .execute(Request::mandate(hakodate(), command(n), user(by), mandate(10), what))
            .wait()
            .unwrap()
    };
    tell(500, PRINCIPAL, draft(by_law.clone()));
    let statement = by_law.statement(hakodate(), mandate(10)).unwrap();
    let sign = MandateCommand::Sign { statement: SubmittedForm::Attached(statement.into()), key: KEY.into() };
    tell(501, PRINCIPAL, sign);
    tell(502, AGENT, accept());
    let actor = Actor::Agent { user: user(AGENT), mandate: mandate(10) };
    town.done(Request { actor, ..by_agent(2, DOG) });
}

#[test]
fn only_the_principal_signs_exactly_what_was_drafted() {
    let town = town();
    let drafted = terms(DOG);
    tell(&town, 301, AGENT, draft(drafted.clone())).unwrap();
    let by_the_agent = tell(&town, 302, AGENT, sign(&drafted));
    assert!(matches!(refused(by_the_agent), Rejection::NotPermitted { .. }));
    let longer = MandateTerms { until: day(30), ..drafted.clone() };
    assert_eq!(refused(tell(&town, 303, PRINCIPAL, sign(&longer))), Rejection::StatementOfOther);
    let weak = MandateCommand::Sign {
        statement: SubmittedForm::Attached(drafted.statement(hakodate(), mandate(9)).unwrap().into()),
        key: "short".into(),
    };
    assert_eq!(refused(tell(&town, 304, PRINCIPAL, weak)), Rejection::MandateKeyWeak);
    let unsigned = MandateCommand::Sign {
        statement: SubmittedForm::Unsigned(drafted.statement(hakodate(), mandate(9)).unwrap().into()),
        key: KEY.into(),
    };
    assert!(matches!(refused(tell(&town, 305, PRINCIPAL, unsigned)), Rejection::SignatureRequired { .. }));
    assert_eq!(refused(tell(&town, 306, AGENT, accept())), Rejection::MandateNotAwaited);
    tell(&town, 307, PRINCIPAL, sign(&drafted)).unwrap();
    let guessed = MandateCommand::Accept { key: "fedcba9876543210".into() };
    assert_eq!(refused(tell(&town, 308, AGENT, guessed)), Rejection::MandateKeyWrong);
    assert_eq!(rejection(town.run(by_agent(1, DOG))), Rejection::MandateNotInForce);
    tell(&town, 309, AGENT, accept()).unwrap();
    town.done(by_agent(1, DOG));
}

#[test]
fn who_has_bound_a_certificate_gives_a_mandate_with_that_one() {
    let town = town();
    let statement = format!(r#"{{"user":"{}","municipality":"012025"}}"#, user(PRINCIPAL));
    let bind = UserCommand::BindCertificate { statement: SubmittedForm::Attached(statement.as_str().into()) };
    ask(&town, 300, PRINCIPAL, bind.clone()).unwrap();
    let terms = terms(DOG);
    tell(&town, 301, PRINCIPAL, draft(terms.clone())).unwrap();
    // Whoever has come into the account signs with a certificate of their own.
    town.verifier.name(r#"{"name":"乙山 太郎"}"#);
    let refusal = refused(tell(&town, 302, PRINCIPAL, sign(&terms)));
    assert_eq!(refusal, Rejection::SignerNotBound);
    assert!(refusal.resident().contains("先に証明書を登録し直してください"));
    assert_eq!(state(&town), MandateState::Unsigned);
    // Who has a new certificate binds it first.
    ask(&town, 303, PRINCIPAL, bind).unwrap();
    tell(&town, 304, PRINCIPAL, sign(&terms)).unwrap();
    assert!(matches!(state(&town), MandateState::Signed { .. }));
}

#[test]
fn number_and_key_never_travel_together() {
    let town = town();
    let terms = terms(DOG);
    let mut said = vec![tell(&town, 301, PRINCIPAL, draft(terms.clone())).unwrap()];
    said.push(tell(&town, 302, PRINCIPAL, sign(&terms)).unwrap());
    said.push(tell(&town, 303, AGENT, accept()).unwrap());
    said.push(tell(&town, 304, PRINCIPAL, MandateCommand::Revoke).unwrap());
    assert!(!format!("{said:?}").contains(KEY));
    let carrier = Carrier::default();
    town.engine.work_agenda(&carrier).unwrap();
    let told: Vec<_> = carrier
        .take_notices()
        .into_iter()
        .map(|notice| {
            let Message::Mandate(mandate) = notice.message else { panic!("{notice:?}") };
            assert_eq!(mandate.procedures, ["犬の登録申請"], "the names of the catalog");
            assert_eq!(
                (mandate.principal.as_str(), mandate.from, mandate.until),
                ("函館 花子", day(1), day(31))
            );
            assert_eq!(mandate.number, "00000000-0000-0000-0000-000000000009");
            (mandate.news, notice.reader, notice.to)
        })
        .collect();
    let (principal, agent) = ("hanako@example.jp".to_owned(), "gyosei@example.jp".to_owned());
    assert_eq!(
        told,
        [
            (MandateNews::Signed, Reader::Principal, principal.clone()),
            (MandateNews::Signed, Reader::Agent, agent.clone()),
            (MandateNews::Accepted, Reader::Principal, principal.clone()),
            (MandateNews::Revoked, Reader::Principal, principal),
            (MandateNews::Revoked, Reader::Agent, agent),
        ]
    );
}

#[test]
fn an_agent_who_is_suspended_cannot_act_and_a_principal_can_still_revoke() {
    let town = with_mandate();
    let suspend = UserCommand::Suspend { ground: shinsei_core::ids::ReasonCode::new("misuse").unwrap() };
    for (n, of) in [(400, AGENT), (401, PRINCIPAL)] {
        let request = Request::of_user(hakodate(), command(n), dogs_officer(), user(of), suspend.clone());
        town.engine.execute(request).wait().unwrap();
        assert_eq!(rejection(town.run(by_agent(n + 10, DOG))), Rejection::UserSuspended);
    }
    assert_eq!(refused(ask(&town, 402, PRINCIPAL, UserCommand::SignIn)), Rejection::UserSuspended);
    tell(&town, 403, PRINCIPAL, MandateCommand::Revoke).unwrap();
    assert!(matches!(state(&town), MandateState::Revoked { .. }));
}

#[test]
fn five_years_after_its_end_a_mandate_is_erased_and_the_cases_stay() {
    for ends_by_itself in [true, false] {
        let town = with_mandate();
        let answer = town.done(by_agent(1, DOG));
        let name = {
            let mandate = town.engine.state::<Mandate>(hakodate(), mandate(9).into()).unwrap();
            mandate.drafted().unwrap().principal_name.id
        };
        let ended = if ends_by_itself {
            Timestamp::from_jst(2026, 6, 1, 0, 0).unwrap()
        } else {
            tell(&town, 500, PRINCIPAL, MandateCommand::Revoke).unwrap();
            Timestamp::from_jst(2026, 5, 7, 12, 0).unwrap()
        };
        town.clock.set(ended);
        town.engine.work_agenda(&Carrier::default()).unwrap();
        let five_years = 5 * 365 * 86_400_000_000;
        town.clock.set(ended.saturating_add_micros(five_years - 1));
        town.engine.work_agenda(&Carrier::default()).unwrap();
        assert!(town.store.document(hakodate(), name).unwrap().is_some());
        town.clock.set(ended.saturating_add_micros(five_years));
        town.engine.work_agenda(&Carrier::default()).unwrap();
        assert_eq!(state(&town), MandateState::Disposed);
        assert!(town.store.document(hakodate(), name).unwrap().is_none());
        let Event::Submitted(submitted) = &answer.events[0].event else { panic!("{answer:?}") };
        assert!(town.store.document(hakodate(), submitted.contact.id).unwrap().is_some());
    }
}
