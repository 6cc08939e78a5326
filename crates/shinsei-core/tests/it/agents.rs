//! An agent's mandate: whatever they do in the applicant's name holds no longer than it.

use chrono::NaiveDate;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::Command;
use shinsei_core::decide::decide;
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::{DocumentRef, SaltedDigest, Seed};
use shinsei_core::event::{Event, FormRef};
use shinsei_core::ids::{CaseId, CommandId, MandateId, Position, ProcedureId, UserId, Version};
use shinsei_core::mandate::{
    Capacity, Mandate, MandateAccepted, MandateDrafted, MandateEvent, MandateExpired, MandateSigned,
    MandateTerms, MandateUsed,
};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::{Agents, ConsentRule, Procedure};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::rejection::StateName::{Absent, AwaitingCorrection, Decided, Draft, UnderReview};
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::{Timestamp, Window};
use uuid::Uuid;

use crate::desk::{correct, request_correction};
use crate::kit::{case, save, submit, written};
use crate::points::{death_of_a_dog, electronic_permit, request_for_documents};

const AGENT: UserId = UserId(Uuid::from_u128(0xa9e));
const MANDATE: MandateId = MandateId(Uuid::from_u128(0x3a));

/// A mandate in force from the 1st to the 7th of May 2026, the day on which lives are lived, of somebody in the profession.
fn mandate(life: &Life) -> Mandate {
    mandate_of(life, Capacity::Professional)
}

fn mandate_of(life: &Life, capacity: Capacity) -> Mandate {
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
    let terms = MandateTerms {
        principal: life.applicant_id(),
        agent: AGENT,
        capacity,
        procedures: NonEmpty::one(life.procedure().id.clone()),
        from: day(1),
        until: day(7),
    };
    let (id, salt) = Seed([0x11; 32]).document(0);
    let document = DocumentRef { id, digest: SaltedDigest::of(&salt, b"a document") };
    // Whose signature it was does not matter here.
    let verified = case(crate::points::copy_of_residence(), UnderReview);
    let Event::SignatureVerified(signature) = verified.history()[1].event.clone() else { unreachable!() };
    let events = [
        MandateEvent::MandateDrafted(MandateDrafted { terms, principal_name: document }),
        MandateEvent::MandateSigned(MandateSigned {
            statement: FormRef::Unsigned(document),
            signature,
            key_sha256: "00".repeat(32),
        }),
        MandateEvent::MandateAccepted(MandateAccepted {}),
    ];
    events.into_iter().fold(Mandate::default(), evolved)
}

/// The mandate after an event of its first morning.
fn evolved(mandate: Mandate, event: MandateEvent) -> Mandate {
    evolved_at(morning(), mandate, event)
}

fn evolved_at(recorded_at: Timestamp, mandate: Mandate, event: MandateEvent) -> Mandate {
    mandate.evolve(&Recorded {
        position: Position(1),
        stream: MANDATE.into(),
        version: Version(1),
        recorded_at,
        command: CommandId(Uuid::nil()),
        event,
    })
}

fn morning() -> Timestamp {
    Timestamp::from_jst(2026, 5, 1, 9, 0).unwrap()
}

/// For which recording times it is right that the agent does this now; the rejection where they may not.
fn holds(life: &Life, state: &Application, command: &Command) -> Result<Window, String> {
    let decision = decided(life, state, command, &mandate(life));
    decision.map(|decision| decision.window).map_err(|rejection| format!("{rejection:?}"))
}

/// What is decided when the agent of this mandate asks.
fn decided(
    life: &Life,
    state: &Application,
    command: &Command,
    mandate: &Mandate,
) -> Result<Decision<Event>, Rejection> {
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let actor = Actor::Agent { user: AGENT, mandate: MANDATE };
    let context = Context {
        procedure: Some(life.procedure()),
        mandate: Some(mandate),
        ..Context::bare(
            life.now(),
            "012025".parse().unwrap(),
            life.case().into(),
            &actor,
            &calendar,
            &hours,
            Seed([7; 32]),
        )
    };
    decide(state, command, &context)
}

fn for_agents(procedure: Procedure) -> Procedure {
    Procedure { agents: Agents::Allowed, ..procedure }
}

/// The midnight after the last day of the mandate.
fn end() -> Option<Timestamp> {
    Timestamp::from_jst(2026, 5, 8, 0, 0)
}

#[test]
fn nothing_that_an_agent_does_holds_longer_than_the_mandate() {
    let documents = || for_agents(request_for_documents());
    let absent = case(documents(), Absent);
    let draft = absent.clone().run(&[Step::new(absent.applicant(), save(&absent))]);
    assert_eq!(draft.state().name(), Draft);
    let reviewed = case(documents(), UnderReview);
    let waiting = reviewed.clone().run(&[Step::new(reviewed.officer(), request_correction(&reviewed))]);
    assert_eq!(waiting.state().name(), AwaitingCorrection);
    let mut permit = for_agents(electronic_permit());
    permit.terms.consent = Some(ConsentRule::WithApplication);
    let decided = case(permit, Decided);
    let expires_on = NaiveDate::from_ymd_opt(2026, 6, 6).unwrap();
    let mut document = written("許可します。");
    document.seal = shinsei_core::command::SealPut::None;
    let publish = Command::PublishDocument { document, expires_on };
    let published = decided.clone().run(&[Step::new(decided.officer(), publish)]);
    for (life, command) in [
        (&absent, submit(&absent)),
        (&draft, submit(&draft)),
        (&draft, Command::DiscardDraft),
        (&waiting, correct(&waiting)),
        (&reviewed, Command::Withdraw),
        (&published, Command::ChooseElectronicDelivery { agrees: false }),
        (&published, Command::FetchDocument),
    ] {
        let window = holds(life, life.state(), &command);
        assert_eq!(window.map(|window| window.until), Ok(end()), "{}", command.name());
        let over = life.clone().at(end().unwrap());
        let refused = "MandateOutOfPeriod { from: 2026-05-01, until: 2026-05-07 }";
        assert_eq!(holds(&over, over.state(), &command), Err(refused.to_owned()), "{}", command.name());
    }
}

#[test]
fn an_agent_acts_for_nobody_but_their_principal() {
    let life = case(for_agents(request_for_documents()), UnderReview);
    let other = Life::of(for_agents(request_for_documents()));
    assert!(holds(&life, life.state(), &Command::Withdraw).is_ok());
    let Application::UnderReview(mut theirs) = life.state().clone() else { unreachable!() };
    theirs.received.arrived.applicant = UserId(Uuid::from_u128(0xbad));
    let theirs = Application::UnderReview(theirs);
    assert_eq!(holds(&other, &theirs, &Command::Withdraw), Err("OtherApplicant".to_owned()));
}

#[test]
fn a_submission_of_an_agent_holds_no_longer_than_the_mandate_and_stands_in_it() {
    // Without a period that is counted: a due date would hold for the day alone.
    let life = Life::of(for_agents(death_of_a_dog()));
    let decision = decided(&life, life.state(), &submit(&life), &mandate(&life)).unwrap();
    assert_eq!(decision.window, Window { from: Timestamp::from_jst(2026, 5, 7, 4, 0), until: end() });
    let [also] = &decision.also[..] else { panic!("{}", decision.also.len()) };
    let said = String::from_utf8(also.record.payload.clone()).unwrap();
    assert_eq!((also.stream, also.record.event_type), (MANDATE.into(), "MandateUsed"));
    assert_eq!(said, format!(r#"{{"case":"{}","procedure":"DO-006"}}"#, life.case()));
    let reviewed = case(for_agents(death_of_a_dog()), UnderReview);
    let waiting = reviewed.clone().run(&[Step::new(reviewed.officer(), request_correction(&reviewed))]);
    let corrected = holds(&waiting, waiting.state(), &correct(&waiting)).map(|window| window.until);
    assert_eq!(corrected, Ok(end()));
}

#[test]
fn who_is_merely_entrusted_does_not_do_what_only_some_agents_may() {
    let said = |agents, capacity| {
        let life = Life::of(Procedure { agents, ..death_of_a_dog() });
        let decision = decided(&life, life.state(), &submit(&life), &mandate_of(&life, capacity));
        decision.err().map_or("yes".to_owned(), |rejection| format!("{rejection:?}"))
    };
    for capacity in
        [Capacity::Entrusted, Capacity::LegalRepresentative, Capacity::Relative, Capacity::Professional]
    {
        let some = if capacity == Capacity::Entrusted { "AgentsRestricted" } else { "yes" };
        let by_rule =
            [Agents::Allowed, Agents::Restricted, Agents::Forbidden].map(|rule| said(rule, capacity));
        assert_eq!(by_rule, ["yes", some, "AgentsNotAllowed"], "{capacity:?}");
    }
}

#[test]
fn a_mandate_covers_its_own_agent_and_its_procedures_on_its_days() {
    let life = Life::of(death_of_a_dog());
    let (mandate, procedure) = (mandate(&life), life.procedure().id.clone());
    let period = Window { from: Timestamp::from_jst(2026, 5, 1, 0, 0), until: end() };
    assert_eq!(mandate.covers(AGENT, &procedure, morning()), Ok((life.applicant_id(), period)));
    let stranger = UserId(Uuid::from_u128(0xbad));
    assert_eq!(mandate.covers(stranger, &procedure, morning()), Err(Rejection::MandateOfOtherAgent));
    let other = ProcedureId::new("JU-001").unwrap();
    let not_covered = Rejection::MandateDoesNotCover { procedure: other.clone() };
    assert_eq!(mandate.covers(AGENT, &other, morning()), Err(not_covered));
}

#[test]
fn a_mandate_counts_its_uses_and_says_since_when_it_is_what_it_is() {
    let life = Life::of(death_of_a_dog());
    let standing = |mandate: &Mandate| mandate.drafted().map(|drafted| (drafted.uses, drafted.since));
    let mandate = mandate(&life);
    assert_eq!(standing(&mandate), Some((0, morning())));
    let used = MandateUsed { case: CaseId(life.case().0), procedure: life.procedure().id.clone() };
    let used =
        evolved(evolved(mandate, MandateEvent::MandateUsed(used.clone())), MandateEvent::MandateUsed(used));
    assert_eq!(standing(&used), Some((2, morning())));
    let (noon, kept_until) = (Timestamp::from_jst(2026, 5, 1, 12, 0).unwrap(), morning());
    let expired = MandateEvent::MandateExpired(MandateExpired { kept_until });
    assert_eq!(standing(&evolved_at(noon, used, expired)), Some((2, noon)));
}
