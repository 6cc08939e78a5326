//! The points on the axes that every rule must fit: procedures as the catalog states them, by hand.

use shinsei_core::form::fields::Fields;
use shinsei_core::ids::{DivisionId, ProcedureId};
use shinsei_core::period::{CountedFrom, Holidays, Period};
use shinsei_core::procedure::deciding::Deciding;
use shinsei_core::procedure::{
    Act, Agents, Applicants, BasisKind, Category, ClockStart, Deliverable, Delivery, Fee, FeeTiming,
    Guidance, Jurisdiction, PaymentMethod, Procedure, RefundRule, ReissueRule, Remedy, SignatureRule, Tariff,
    Terms, Visit, WithdrawalRule,
};
use shinsei_core::retention::Retention;
use shinsei_core::signature::CertificateKind;
use shinsei_core::yen::Yen;

/// DO-006: a filing that costs nothing, hands nothing over and needs no signature.
pub(crate) fn death_of_a_dog() -> Procedure {
    procedure("DO-006", "犬の死亡届", "hokenjo/eisei", Act::Filing, BasisKind::Act)
}

/// EI-003: a filing with a fee at arrival, an inspection and something to hand over.
pub(crate) fn barber_shop() -> Procedure {
    let mut procedure = procedure("EI-003", "理容所開設届", "hokenjo/eisei", Act::Filing, BasisKind::Act);
    procedure.terms.signature =
        SignatureRule::Required(vec![CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration]);
    procedure.terms.fee = each(16_000, "件", FeeTiming::AtApplication);
    procedure.terms.deliverable = at_the_counter("確認済証");
    procedure.terms.visits = vec![Visit::Payment, Visit::Inspection];
    procedure
}

/// ZE-003: a certificate that costs nothing.
pub(crate) fn vehicle_tax_certificate() -> Procedure {
    let mut procedure =
        procedure("ZE-003", "軽自動車税納税証明書交付申請", "zaimu/zeimu", Act::Application, BasisKind::Act);
    procedure.terms.deliverable = at_the_counter("軽自動車税納税証明書");
    procedure.terms.visits = vec![Visit::Pickup];
    procedure
}

/// ZE-008: a filing that companies alone may make, signed with the certificate of the commercial registration.
pub(crate) fn founding_of_a_company() -> Procedure {
    let mut procedure = procedure("ZE-008", "法人設立届", "zaimu/zeimu", Act::Filing, BasisKind::Ordinance);
    procedure.applicants = Applicants::Corporations;
    procedure.terms.signature = SignatureRule::Required(vec![CertificateKind::CommercialRegistration]);
    procedure
}

/// JU-001: a certificate that is paid for when it is fetched.
pub(crate) fn copy_of_residence() -> Procedure {
    let mut procedure =
        procedure("JU-001", "住民票の写し交付申請", "shimin/koseki", Act::Application, BasisKind::Act);
    procedure.applicants = Applicants::Individuals;
    procedure.terms.signature = SignatureRule::Required(vec![CertificateKind::JpkiSigning]);
    procedure.terms.fee = each(300, "通", FeeTiming::AtPickup);
    procedure.terms.deliverable = at_the_counter("住民票の写し");
    procedure.terms.visits = vec![Visit::Payment, Visit::Pickup];
    procedure
}

/// The same, kept for a year after the fiscal year of its completion.
pub(crate) fn copy_of_residence_kept_for_a_year() -> Procedure {
    let mut procedure = copy_of_residence();
    procedure.terms.retention = Retention::Years(1);
    procedure
}

/// DO-001: a tag that costs something, and something else again.
pub(crate) fn dog_tag() -> Procedure {
    let mut procedure =
        procedure("DO-001", "犬の登録申請", "hokenjo/eisei", Act::Application, BasisKind::Act);
    procedure.terms.fee = each(3_000, "頭", FeeTiming::AtPickup);
    procedure.terms.deliverable = at_the_counter("鑑札");
    procedure.terms.visits = vec![Visit::Payment, Visit::Pickup];
    procedure.terms.reissue = ReissueRule::Each(Yen(1_600));
    procedure
}

/// A permit that costs nothing and goes electronically.
pub(crate) fn electronic_permit() -> Procedure {
    let mut procedure =
        procedure("KE-010", "港湾施設内行為許可申請", "doboku/kowan", Act::Application, BasisKind::Ordinance);
    let by = Delivery::Electronic;
    procedure.terms.deliverable = Deliverable::Issued { name: "許可書".to_owned(), by };
    procedure
}

/// KA-001: an application that is decided after an interview, and answered by post.
pub(crate) fn medical_interview() -> Procedure {
    let mut procedure =
        procedure("KA-001", "要介護・要支援認定申請", "hoken/kaigo", Act::Application, BasisKind::Act);
    let by = Delivery::Post;
    procedure.terms.deliverable = Deliverable::Issued { name: "認定結果通知".to_owned(), by };
    procedure.terms.visits = vec![Visit::Interview];
    procedure
}

/// EI-001: a permit whose fee an officer assesses after a first look, before the review begins.
pub(crate) fn restaurant() -> Procedure {
    let mut procedure =
        procedure("EI-001", "飲食店営業許可申請", "hokenjo/eisei", Act::Application, BasisKind::Act);
    procedure.terms.fee = assessed(FeeTiming::BeforeReview);
    procedure.terms.deliverable = at_the_counter("営業許可証");
    procedure.terms.visits = vec![Visit::Payment, Visit::Inspection];
    procedure
}

/// KE-001: a permit whose fee an officer assesses once it is granted, paid by invoice.
pub(crate) fn use_of_a_road() -> Procedure {
    let mut procedure =
        procedure("KE-001", "道路占用許可申請", "doboku/doro", Act::Application, BasisKind::Act);
    procedure.terms.fee = assessed(FeeTiming::AfterDecision);
    procedure.terms.deliverable = Deliverable::Issued { name: "許可書".to_owned(), by: Delivery::Post };
    procedure
}

/// KE-005: an application under a guideline, whose refusal is no disposition and states no remedy.
pub(crate) fn paving_of_a_private_road() -> Procedure {
    procedure("KE-005", "私道簡易舗装整備申請", "doboku/doro", Act::Application, BasisKind::Guideline)
}

/// A request whose outcome is told and costs a fee afterwards, with nothing to hand over.
pub(crate) fn request_with_an_invoice() -> Procedure {
    let mut procedure =
        procedure("JO-001", "公文書公開請求", "somu/bunsho", Act::Request, BasisKind::Ordinance);
    procedure.terms.fee = assessed(FeeTiming::AfterDecision);
    procedure
}

/// HO-004: an application that must come through the city; the state decides, in a period of its own.
pub(crate) fn licence_of_a_doctor() -> Procedure {
    let mut procedure = procedure(
        "HO-004",
        "医師免許証再交付申請",
        "hokenjo/somu",
        Act::Application,
        BasisKind::CabinetOrder,
    );
    procedure.terms.jurisdiction = Jurisdiction::Forwarded { agency: "厚生労働省".to_owned() };
    procedure.terms.remedy = None;
    procedure.terms.standard_period =
        Some(Period { counted_from: CountedFrom::TheDay, holidays: Holidays::Skipped, ..Period::days(7) });
    procedure.terms.agency_period = Some(Period::days(60));
    procedure
}

/// DO-007: an application that was never the city's business.
pub(crate) fn registration_of_a_pet_shop() -> Procedure {
    let mut procedure = procedure(
        "DO-007",
        "第一種動物取扱業登録証再交付申請",
        "hokenjo/eisei",
        Act::Application,
        BasisKind::Act,
    );
    procedure.terms.jurisdiction =
        Jurisdiction::Foreign { agency: "北海道渡島総合振興局".to_owned() };
    procedure.terms.remedy = None;
    procedure
}

/// JK-001: a request that is answered within 14 days, corrections not counted.
pub(crate) fn request_for_documents() -> Procedure {
    let mut procedure =
        procedure("JK-001", "公文書公開請求", "somu/bunsho", Act::Request, BasisKind::Ordinance);
    procedure.terms.standard_period = Some(Period::days(14));
    procedure
}

fn procedure(id: &str, name: &str, division: &str, act: Act, basis_kind: BasisKind) -> Procedure {
    Procedure {
        id: ProcedureId::new(id).unwrap(),
        edition: 1,
        category: Category::ResidentsAndSeals,
        kana: String::new(),
        legal_basis: String::new(),
        basis_kind,
        applicants: Applicants::Both,
        agents: Agents::Allowed,
        payment: vec![PaymentMethod::Counter],
        terms: Terms {
            name: name.to_owned(),
            act,
            division: DivisionId::new(division).unwrap(),
            signature: SignatureRule::Exempt,
            fee: Fee::Free,
            deliverable: Deliverable::None,
            visits: vec![],
            standard_period: None,
            remedy: Remedy::of(act, basis_kind, &Jurisdiction::Own),
            jurisdiction: Jurisdiction::Own,
            agency_period: None,
            approval: false,
            withdrawal: WithdrawalRule::AtOnce,
            retention: Retention::Permanent,
            exemptions: None,
            refund: RefundRule::Never,
            reissue: ReissueRule::NotOffered,
            consent: None,
            identification: false,
            filing: None,
            clock_start: ClockStart::Arrival,
            deciding: Deciding::default(),
        },
        guidance: Guidance::default(),
        form: Fields::default(),
        note: String::new(),
        source: String::new(),
    }
}

fn each(yen: u32, unit: &str, timing: FeeTiming) -> Fee {
    Fee::Due { tariff: Tariff::Each { yen: Yen(yen), unit: unit.to_owned() }, timing }
}

fn assessed(timing: FeeTiming) -> Fee {
    Fee::Due { tariff: Tariff::Assessed, timing }
}

fn at_the_counter(name: &str) -> Deliverable {
    Deliverable::Issued { name: name.to_owned(), by: Delivery::Counter }
}
