//! What is recorded of people who come to the city hall.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::StaffId;
use crate::procedure::Visit;

/// Somebody came to the counter, and it was made sure who (本人確認).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitVerified {
    /// By what.
    pub how: Identification,
    /// True when a copy of the result mail was shown (メールの控え).
    pub notice_copy: bool,
    /// Who made sure.
    pub by: StaffId,
}

/// By what it is made sure who came (本人確認書類): a kind, never a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identification {
    /// The individual number card (個人番号カード).
    IndividualNumberCard,
    /// A driving licence (運転免許証).
    DrivingLicence,
    /// A passport (旅券).
    Passport,
    /// Another document of a public office with a photograph (官公署の写真付き証明書).
    PhotographByPublicOffice,
    /// Two documents without a photograph (写真のない書類2点).
    TwoWithoutPhotograph,
}

/// The applicant was met before the decision: interviewed, or showed papers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecorded {
    /// What for.
    pub purpose: Visit,
    /// When.
    pub on: NaiveDate,
    /// Who met the applicant.
    pub by: StaffId,
}
