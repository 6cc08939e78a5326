//! Every shape of an event that was ever written is read as it was meant: one file a shape in `tests/golden`.
//!
//! A file is never changed once it is released. How a new one comes about stands in docs/event-format.md.

use std::collections::BTreeMap;
use std::path::PathBuf;

use expect_test::expect;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsei_core::calendar::stream::CalendarEvent;
use shinsei_core::delivery::DeliveryEvent;
use shinsei_core::event::Event;
use shinsei_core::event_format::{EventFormat, decode};
use shinsei_core::ids::{CaseId, CommandId, Position, Version};
use shinsei_core::mandate::MandateEvent;
use shinsei_core::procedure::stream::ProcedureEvent;
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::service_hours::stream::ServiceEvent;
use shinsei_core::time::Timestamp;
use shinsei_core::user::UserEvent;
use uuid::Uuid;

/// A record as a store keeps it, without what every record has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    r#type: String,
    schema_version: u16,
    number: Option<Number>,
    payload: Value,
    /// The payload of today that an old one is read as; absent while the shape is today's.
    reads_as: Option<Value>,
}

/// The events of one kind of stream.
struct Kind {
    types: &'static [&'static str],
    schema_version: fn(&str) -> Option<u16>,
    written_again: fn(&Golden) -> (String, Value),
}

const fn kind<E: EventFormat>(types: &'static [&'static str]) -> Kind {
    Kind { types, schema_version: E::schema_version, written_again: written_again::<E> }
}

const KINDS: &[Kind] = &[
    kind::<Event>(Event::TYPES),
    kind::<UserEvent>(UserEvent::TYPES),
    kind::<MandateEvent>(MandateEvent::TYPES),
    kind::<ProcedureEvent>(ProcedureEvent::TYPES),
    kind::<DeliveryEvent>(DeliveryEvent::TYPES),
    kind::<CalendarEvent>(CalendarEvent::TYPES),
    kind::<ServiceEvent>(ServiceEvent::TYPES),
];

/// The golden records by the names of their files, `<type>.v<version>[.<what>].json`.
#[expect(clippy::disallowed_methods, reason = "OK because a test reads its own files")]
fn golden() -> BTreeMap<String, Golden> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let golden: Golden = serde_json::from_slice(&std::fs::read(path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, golden)
    };
    files.map(read).collect()
}

/// Reads a golden record as an event and writes that again.
fn written_again<E: EventFormat>(golden: &Golden) -> (String, Value) {
    let payload = serde_json::to_vec(&golden.payload).unwrap();
    let recorded = decode::<E>(&RawRecord {
        municipality: "012025".parse().unwrap(),
        position: Position(1),
        stream: CaseId(Uuid::from_u128(1)).into(),
        version: Version(1),
        recorded_at: Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap(),
        command: CommandId(Uuid::from_u128(2)),
        number: golden.number.clone(),
        event_type: &golden.r#type,
        schema_version: golden.schema_version,
        codec: Codec::Json,
        payload: &payload,
    });
    let event = recorded.unwrap_or_else(|error| panic!("{} {error:?}", golden.r#type)).event;
    (format!("{event:?}"), serde_json::from_slice(&event.payload().unwrap()).unwrap())
}

#[test]
fn a_record_that_was_ever_written_is_read_as_it_was_meant() {
    for (name, golden) in golden() {
        let kind = KINDS.iter().find(|kind| kind.types.contains(&golden.r#type.as_str()));
        let kind = kind.unwrap_or_else(|| panic!("{name}: no kind of stream has such events"));
        let (shown, payload) = (kind.written_again)(&golden);
        assert_eq!(&payload, golden.reads_as.as_ref().unwrap_or(&golden.payload), "{name}");
        if let Some(number) = golden.number {
            assert!(shown.contains(&format!("{:07}", number.value)), "{name}: {shown}");
        }
    }
}

#[test]
fn every_version_of_every_event_has_a_golden_record() {
    let golden = golden();
    let has = |event_type: &str, version: u16| {
        golden.values().any(|one| one.r#type == event_type && one.schema_version == version)
    };
    let types = KINDS.iter().flat_map(|kind| kind.types.iter().map(|one| (*one, (kind.schema_version)(one))));
    for (event_type, current) in types {
        for version in 1..=current.unwrap() {
            assert!(has(event_type, version), "write tests/golden/{event_type}.v{version}.json");
        }
    }
}

#[test]
fn every_version_of_every_event_is_described() {
    let page = include_str!("../../../../docs/event-format.md");
    for golden in golden().values() {
        let row = format!("| `{}` {} |", golden.r#type, golden.schema_version);
        assert!(page.contains(&row), "docs/event-format.md has no row {row}");
    }
}

#[test]
fn a_golden_record_lies_under_its_type_and_version() {
    for (name, golden) in golden() {
        let beginning = format!("{}.v{}.", golden.r#type, golden.schema_version);
        assert!(name.starts_with(&beginning) && name.ends_with(".json"), "{name}");
    }
}

#[test]
fn the_words_of_closed_lists_are_settled_for_ever() {
    use shinsei_core::delivery::DeliveryFailure;
    use shinsei_core::event::{
        AppealKind, AppealResult, CloseReason, CorrectionKind, DiscardCause, Identification, PaperChannel,
        PaymentChannel, RefundGround, ReissueCause, ReopeningGround, ReversalCause, TellingChannel,
        Visibility, VoidCause,
    };
    use shinsei_core::form::flaw::Fault;
    use shinsei_core::form::schema::{Days, Media};
    use shinsei_core::mandate::Capacity;
    use shinsei_core::period::{CountedFrom, Direction, Holidays, PeriodUnit, Roll};
    use shinsei_core::procedure::{
        Act, ConsentRule, Delivery, ExemptionGround, FeeTiming, RefundRule, Visit, WithdrawalRule,
    };
    use shinsei_core::procedure::{Agents, Applicants, BasisKind, Category, PaymentMethod};
    use shinsei_core::signature::CertificateKind;
    use shinsei_core::signature::EvidenceRole;
    use shinsei_core::user::{PurgeCause, UserKind};

    let lists = [
        words(&[Act::Filing, Act::Application, Act::Request]),
        words(&[
            CertificateKind::JpkiSigning,
            CertificateKind::CommercialRegistration,
            CertificateKind::Accredited,
        ]),
        words(&[
            FeeTiming::AtApplication,
            FeeTiming::BeforeReview,
            FeeTiming::AtPickup,
            FeeTiming::AfterDecision,
        ]),
        words(&[Delivery::Counter, Delivery::Post, Delivery::Electronic]),
        words(&[Visit::Payment, Visit::Pickup, Visit::Inspection, Visit::Interview, Visit::Papers]),
        words(&[PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Hour]),
        words(&[CountedFrom::TheDay, CountedFrom::TheNextDay]),
        words(&[Holidays::Counted, Holidays::Skipped]),
        words(&[Roll::None, Roll::Forward, Roll::Backward]),
        words(&[Direction::After, Direction::Before]),
        words(&[
            EvidenceRole::SignerCertificate,
            EvidenceRole::AuthorityCertificate,
            EvidenceRole::Crl,
            EvidenceRole::Ocsp,
            EvidenceRole::TimeStamp,
            EvidenceRole::Report,
        ]),
        words(&[
            ExemptionGround::PublicAssistance,
            ExemptionGround::PublicBody,
            ExemptionGround::Statute,
            ExemptionGround::Pension,
            ExemptionGround::MayorsDiscretion,
        ]),
        words(&[PaymentChannel::Counter, PaymentChannel::Electronic, PaymentChannel::Invoice]),
        words(&[
            TellingChannel::Notice,
            TellingChannel::Counter,
            TellingChannel::Telephone,
            TellingChannel::Post,
            TellingChannel::Document,
        ]),
        words(&[
            CloseReason::Completed,
            CloseReason::NotCollected,
            CloseReason::Withdrawn,
            CloseReason::Revoked,
            CloseReason::LeftToCollection,
        ]),
        words(&[WithdrawalRule::AtOnce, WithdrawalRule::ByConsent, WithdrawalRule::Never]),
        words(&[RefundRule::Never, RefundRule::IfNotAccepted, RefundRule::MayorsDiscretion]),
        words(&[RefundGround::NotAccepted, RefundGround::MayorsDiscretion]),
        words(&[ConsentRule::WithApplication, ConsentRule::Separate]),
        words(&[ReversalCause::TakenBack, ReversalCause::RecordedInError]),
        words(&[
            Identification::IndividualNumberCard,
            Identification::DrivingLicence,
            Identification::Passport,
            Identification::PhotographByPublicOffice,
            Identification::TwoWithoutPhotograph,
        ]),
        words(&[
            ReissueCause::Lost,
            ReissueCause::Damaged,
            ReissueCause::Stolen,
            ReissueCause::Changed,
            ReissueCause::IssuedInError,
        ]),
        words(&[VoidCause::IssuedInError, VoidCause::Returned, VoidCause::Misused]),
        words(&[AppealKind::RequestForReview, AppealKind::Suit]),
        words(&[
            AppealResult::Upheld,
            AppealResult::Rejected,
            AppealResult::Dismissed,
            AppealResult::Withdrawn,
        ]),
        words(&[ReopeningGround::AppealUpheld, ReopeningGround::OwnError, ReopeningGround::NewFacts]),
        words(&[UserKind::Person, UserKind::Company]),
        words(&[DeliveryFailure::Temporary, DeliveryFailure::Permanent, DeliveryFailure::Technical]),
        words(&[PurgeCause::Asked, PurgeCause::Dormancy]),
        words(&[
            Capacity::Entrusted,
            Capacity::LegalRepresentative,
            Capacity::Relative,
            Capacity::Professional,
        ]),
        words(&[
            Category::InformationDisclosure,
            Category::Tax,
            Category::HealthAndMedicine,
            Category::ResidentsAndSeals,
            Category::LongTermCare,
            Category::Children,
            Category::Sanitation,
            Category::Animals,
            Category::ConstructionAndRoads,
        ]),
        words(&[
            BasisKind::Act,
            BasisKind::CabinetOrder,
            BasisKind::MinisterialOrder,
            BasisKind::Ordinance,
            BasisKind::Rule,
            BasisKind::Guideline,
        ]),
        words(&[Applicants::Individuals, Applicants::Corporations, Applicants::Both]),
        words(&[Agents::Allowed, Agents::Restricted, Agents::Forbidden]),
        words(&[PaymentMethod::Counter, PaymentMethod::Invoice, PaymentMethod::Electronic]),
        words(&[DiscardCause::ByApplicant, DiscardCause::Expired]),
        words(&[Visibility::Private, Visibility::Public]),
        words(&[CorrectionKind::Partial, CorrectionKind::Resubmit]),
        words(&[PaperChannel::Counter, PaperChannel::Post]),
        words(&Fault::ALL),
        words(&[Days::Any, Days::UntilToday, Days::FromToday]),
        words(&Media::ALL),
    ];
    expect![[r#"
        Filing Application Request
        JpkiSigning CommercialRegistration Accredited
        AtApplication BeforeReview AtPickup AfterDecision
        Counter Post Electronic
        Payment Pickup Inspection Interview Papers
        Day Week Month Hour
        TheDay TheNextDay
        Counted Skipped
        None Forward Backward
        After Before
        SignerCertificate AuthorityCertificate Crl Ocsp TimeStamp Report
        PublicAssistance PublicBody Statute Pension MayorsDiscretion
        Counter Electronic Invoice
        Notice Counter Telephone Post Document
        Completed NotCollected Withdrawn Revoked LeftToCollection
        AtOnce ByConsent Never
        Never IfNotAccepted MayorsDiscretion
        NotAccepted MayorsDiscretion
        WithApplication Separate
        TakenBack RecordedInError
        IndividualNumberCard DrivingLicence Passport PhotographByPublicOffice TwoWithoutPhotograph
        Lost Damaged Stolen Changed IssuedInError
        IssuedInError Returned Misused
        RequestForReview Suit
        Upheld Rejected Dismissed Withdrawn
        AppealUpheld OwnError NewFacts
        Person Company
        Temporary Permanent Technical
        Asked Dormancy
        Entrusted LegalRepresentative Relative Professional
        InformationDisclosure Tax HealthAndMedicine ResidentsAndSeals LongTermCare Children Sanitation Animals ConstructionAndRoads
        Act CabinetOrder MinisterialOrder Ordinance Rule Guideline
        Individuals Corporations Both
        Allowed Restricted Forbidden
        Counter Invoice Electronic
        ByApplicant Expired
        Private Public
        Partial Resubmit
        Counter Post
        Missing NotAsked NotApplicable TooShort TooLong NotPlain NotKana NotLatin NoNumber OutOfRange NoDate InFuture InPast NoSuchChoice NoPostalCode NoPhone NoMailAddress NoCorporateNumber NoMunicipality TooFew TooMany NoFile FileMissing FileNotAsked FileTooLarge OtherMedia NoReference GlyphCheck
        Any UntilToday FromToday
        Pdf Jpeg Png Text Office
    "#]]
    .assert_eq(&(lists.join("\n") + "\n"));
}

/// A list as it is written, which must be what it is read as.
fn words<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(list: &[T]) -> String {
    let written = list.iter().map(|one| serde_json::to_string(one).unwrap());
    let checked = written.zip(list).map(|(written, one)| {
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), *one);
        written.trim_matches('"').to_owned()
    });
    checked.collect::<Vec<_>>().join(" ")
}
