//! An agent's mandate: whatever they do in the applicant's name holds no longer than it.

use chrono::NaiveDate;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::Command;
use shinsei_core::decide::decide;
use shinsei_core::decider::{Context, Decider as _};
use shinsei_core::document::{DocumentRef, SaltedDigest, Seed};
use shinsei_core::event::{Event, FormRef};
use shinsei_core::ids::{CommandId, MandateId, Position, UserId, Version};
use shinsei_core::mandate::{
    Capacity, Mandate, MandateAccepted, MandateDrafted, MandateEvent, MandateSigned, MandateTerms,
};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::{Agents, ConsentRule, Procedure};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::StateName::{Absent, AwaitingCorrection, Decided, Draft, UnderReview};
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::{Timestamp, Window};
use uuid::Uuid;

use crate::desk::{correct, request_correction};
use crate::kit::{case, save, submit, written};
use crate::points::{electronic_permit, request_for_documents};

const AGENT: UserId = UserId(Uuid::from_u128(0xa9e));
const MANDATE: MandateId = MandateId(Uuid::from_u128(0x3a));

/// A mandate in force from the 1st to the 7th of May 2026, the day on which lives are lived.
fn mandate(life: &Life) -> Mandate {
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
    let terms = MandateTerms {
        principal: life.applicant_id(),
        agent: AGENT,
        capacity: Capacity::Professional,
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
    events.into_iter().fold(Mandate::default(), |mandate, event| {
        mandate.evolve(&Recorded {
            position: Position(1),
            stream: MANDATE.into(),
            version: Version(1),
            recorded_at: Timestamp::from_jst(2026, 5, 1, 9, 0).unwrap(),
            command: CommandId(Uuid::nil()),
            event,
        })
    })
}

/// For which recording times it is right that the agent does this now; the rejection where they may not.
fn holds(life: &Life, state: &Application, command: &Command) -> Result<Window, String> {
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let actor = Actor::Agent { user: AGENT, mandate: MANDATE };
    let mandate = mandate(life);
    let context = Context {
        procedure: Some(life.procedure()),
        mandate: Some(&mandate),
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
    let decision = decide(state, command, &context);
    decision.map(|decision| decision.window).map_err(|rejection| format!("{rejection:?}"))
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
