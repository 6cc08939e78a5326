//! The demonstration's documents, signed by OpenSSL (`demo/make.sh`), and its invented people.

use std::error::Error;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::command::{Submit, SubmittedForm};
use shinsei_core::ids::{DivisionId, ProcedureId, StaffId, UserId};
use uuid::Uuid;

/// 函館 花子, a resident.
pub(crate) const HANAKO: UserId = UserId(Uuid::from_u128(0x0190a000_0000_7000_8000_000000000001));
/// 株式会社見本商会, a company.
pub(crate) const COMPANY: UserId = UserId(Uuid::from_u128(0x0190a000_0000_7000_8000_000000000002));

const RESIDENCE_FORM: &[u8] = include_bytes!("../demo/residence.json");
const RESIDENCE_SIGNATURE: &[u8] = include_bytes!("../demo/residence.p7s");
const EXPIRED_SIGNATURE: &[u8] = include_bytes!("../demo/expired.p7s");
const ESTABLISHMENT: &[u8] = include_bytes!("../demo/establishment.p7m");
const INDIVIDUALS: &[u8] = include_bytes!("../demo/individuals.pem");
const COMPANIES: &[u8] = include_bytes!("../demo/companies.pem");

/// The demonstration's two authorities, each trusted for its kind of certificate.
pub(crate) fn anchors() -> Result<Vec<TrustAnchor>, Reason> {
    Ok(vec![
        TrustAnchor::new(INDIVIDUALS, *Profile::JPKI_SIGNING)?,
        TrustAnchor::new(COMPANIES, *Profile::COMMERCIAL_REGISTRATION)?,
    ])
}

/// A verifier that trusts them.
pub(crate) fn verifier() -> Result<CmsVerifier, Reason> {
    Ok(CmsVerifier::new(anchors()?))
}

/// Hanako's filing of what changed of her dog, as she has filled it in so far.
pub(crate) fn change_with_defects() -> String {
    let answers = r#"{"氏名":"函館 花子","フリガナ":"はこだて はなこ","郵便番号":"040-8666","住所":"北海道函館市東雲町4番13号",
        "変更日":"平成31年5月1日","犬/1/鑑札番号":"2026-0001","犬/1/名前":"ポチ","犬/1/変更の内容":"所在地",
        "犬/1/新しい所在地":"北海道函館市東雲町4番13号"}"#;
    format!(r#"{{"procedure":"DO-005","applicant":"{HANAKO}","answers":{answers}}}"#)
}

/// Hanako's application for two copies of her certificate of residence, her signature beside it.
pub(crate) fn residence() -> Result<Submit, Box<dyn Error>> {
    residence_with(RESIDENCE_FORM.into(), RESIDENCE_SIGNATURE.into())
}

/// The same with another purpose written in after it was signed.
pub(crate) fn tampered_residence() -> Result<Submit, Box<dyn Error>> {
    let altered = String::from_utf8(RESIDENCE_FORM.to_vec())?.replace("\"quantity\":2", "\"quantity\":9");
    residence_with(altered.into_bytes(), RESIDENCE_SIGNATURE.into())
}

/// The same, signed with a certificate that ended on 2026-04-29.
pub(crate) fn expired_residence() -> Result<Submit, Box<dyn Error>> {
    residence_with(RESIDENCE_FORM.into(), EXPIRED_SIGNATURE.into())
}

/// The same without a signature.
pub(crate) fn unsigned_residence() -> Result<Submit, Box<dyn Error>> {
    submit("JU-001", SubmittedForm::Unsigned(RESIDENCE_FORM.into()), "hanako@example.jp")
}

/// The company's filing of its establishment, the form inside the signature.
pub(crate) fn establishment() -> Result<Submit, Box<dyn Error>> {
    submit("ZE-008", SubmittedForm::Attached(ESTABLISHMENT.into()), "soumu@example.co.jp")
}

fn residence_with(content: Vec<u8>, signature: Vec<u8>) -> Result<Submit, Box<dyn Error>> {
    let form = SubmittedForm::Detached { content: content.into(), signature: signature.into() };
    submit("JU-001", form, "hanako@example.jp")
}

fn submit(procedure: &str, form: SubmittedForm, mail: &str) -> Result<Submit, Box<dyn Error>> {
    Ok(Submit { procedure: ProcedureId::new(procedure)?, form, contact: mail.into(), attachments: vec![] })
}

/// An officer of a division.
pub(crate) fn officer(division: &DivisionId) -> Result<Actor, Box<dyn Error>> {
    Ok(Actor::Officer(Staff { id: StaffId::new("S-0123")?, division: division.clone() }))
}

/// A clerk at the counter of a division.
pub(crate) fn clerk(division: &DivisionId) -> Result<Actor, Box<dyn Error>> {
    Ok(Actor::Clerk(Staff { id: StaffId::new("S-0456")?, division: division.clone() }))
}
