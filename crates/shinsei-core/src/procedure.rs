//! A procedure (手続) as a point on independent axes, and the terms of it that a case keeps for life.

pub mod deciding;
pub mod filing;
pub mod stream;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::event_format::is_default;
use crate::form::fields::Fields;
use crate::ids::{DivisionId, ProcedureId};
use crate::period::Period;
use crate::procedure::deciding::Deciding;
use crate::procedure::filing::Filing;
use crate::retention::Retention;
use crate::signature::CertificateKind;
use crate::yen::Yen;

/// One edition of a procedure, as the catalog states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Its id (手続ID).
    pub id: ProcedureId,
    /// The edition of it, from 1.
    pub edition: u32,
    /// The category of the source page (分類).
    pub category: Category,
    /// Its name in kana (手続名カナ).
    pub kana: String,
    /// The law it rests on (根拠法令).
    pub legal_basis: String,
    /// What kind of law that is (根拠区分).
    pub basis_kind: BasisKind,
    /// Who may apply (対象者).
    pub applicants: Applicants,
    /// Whether an agent may apply (代理申請).
    pub agents: Agents,
    /// How its fee may be paid (納付方法); empty exactly where it is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment: Vec<PaymentMethod>,
    /// What governs a case from its arrival on.
    pub terms: Terms,
    /// What an applicant is told beside the terms.
    pub guidance: Guidance,
    /// What its form asks for (様式の項目): without any field the form is free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: Fields,
    /// What else an applicant must know (備考): our own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Where the entry comes from and who may use it (出典): it travels with the data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// What an applicant is told and no rule depends on. An empty text is one that the catalog does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// The papers to attach (添付書類).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub attachments: String,
    /// By when to apply, such as 死亡から30日以内 (提出期限).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deadline: String,
    /// When applications are taken, such as 毎年8月 (受付期間).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub intake: String,
    /// The page that explains it (案内URL).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guide_url: String,
    /// Where its form is (様式URL).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub form_url: String,
    /// The version of its form (様式版).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_version: Option<u32>,
    /// The day from which the entry was public (公開日).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// The day on which the entry was last changed (更新日).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_on: Option<NaiveDate>,
}

/// What governs a case for life: pinned in `Submitted` (promise 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The procedure's name (手続名).
    pub name: String,
    /// Filing, application or request.
    pub act: Act,
    /// The division in charge (所管課).
    pub division: DivisionId,
    /// Whose signature it needs.
    pub signature: SignatureRule,
    /// What it costs and when that is paid.
    pub fee: Fee,
    /// What is handed over at the end.
    pub deliverable: Deliverable,
    /// Why somebody must meet somebody.
    pub visits: Vec<Visit>,
    /// The standard processing period (標準処理期間); `None` where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_period: Option<Period>,
    /// From when that period runs (期間の起点).
    #[serde(default, skip_serializing_if = "is_default")]
    pub clock_start: ClockStart,
    /// The remedy (教示) that a refusal must state; `None` where the act is no disposition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// Who decides (処分庁): from it follows before whom and against whom the remedy is sought.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deciding: Deciding,
    /// Whose business it is in the end (所管区分, 送付先).
    #[serde(default, skip_serializing_if = "is_default")]
    pub jurisdiction: Jurisdiction,
    /// In what time the agency decides to which it is forwarded (処分庁の標準処理期間); `None` where none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_period: Option<Period>,
    /// True where somebody else than the drafter must approve a decision (決裁).
    #[serde(default, skip_serializing_if = "is_default")]
    pub approval: bool,
    /// Whether the applicant may take the application back (取下げ).
    #[serde(default, skip_serializing_if = "is_default")]
    pub withdrawal: WithdrawalRule,
    /// How long the completed case is kept (保存期間).
    #[serde(default, skip_serializing_if = "is_default")]
    pub retention: Retention,
    /// The grounds on which nothing is to be paid (免除事由); `None` where the edition does not list them: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemptions: Option<Vec<ExemptionGround>>,
    /// Whether a fee that was paid is given back (還付).
    #[serde(default, skip_serializing_if = "is_default")]
    pub refund: RefundRule,
    /// Whether what was handed over is issued again, and for how much (再交付).
    #[serde(default, skip_serializing_if = "is_default")]
    pub reissue: ReissueRule,
    /// How the applicant agrees to receive documents electronically (電子交付の同意); `None` where they go on paper only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRule>,
    /// True when it is made sure at the counter who fetches what is handed over (本人確認).
    #[serde(default, skip_serializing_if = "is_default")]
    pub identification: bool,
    /// When it may be applied for, and what becomes of what comes later (受付の時期, 期限後); `None` for at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Filing>,
}

/// From when the standard processing period runs (期間の起点).
///
/// # Source
/// DOMAIN L6: from the arrival, or, where applications are taken up to a closing day and judged together, from that day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockStart {
    /// From the arrival of each (到達日).
    #[default]
    Arrival,
    /// From the closing day of the time in which it arrived (締切日).
    ClosingDay,
}

/// Why a fee is not taken (免除事由).
///
/// # Source
/// DOMAIN 1.4; the ordinances of 村上市 and others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExemptionGround {
    /// Public assistance (生活保護).
    PublicAssistance,
    /// The state or another municipality asks (国・地方公共団体).
    PublicBody,
    /// A law makes it free (法令).
    Statute,
    /// A pensioner needs it for the pension (年金受給者).
    Pension,
    /// The mayor's discretion (市長が特に認める).
    MayorsDiscretion,
}

/// Whether a fee that was paid is given back (還付).
///
/// # Source
/// DOMAIN 1.4: 筑後市5条 (never), 市川三郷町5条 (only if the application could not be accepted), 高崎市4条・白老町4条 (if the mayor finds
/// a special reason).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundRule {
    /// It is not (しない).
    #[default]
    Never,
    /// If the application could not be accepted (不受理のとき).
    IfNotAccepted,
    /// If the mayor finds a special reason (市長の裁量).
    MayorsDiscretion,
}

/// Whether what was handed over is issued again (再交付).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReissueRule {
    /// No: it is applied for anew.
    #[default]
    NotOffered,
    /// Yes, for nothing (無料).
    Free,
    /// Yes, for so much a copy.
    Each(Yen),
}

/// How an applicant agrees to receive documents electronically.
///
/// # Source
/// DOMAIN L19: a disposition arrives by electronic means only if the recipient has said so (デジタル手続法7条).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentRule {
    /// With the application: its form says so (申請時).
    WithApplication,
    /// Separately, for the single case (個別).
    Separate,
}

/// Whether an applicant may take an application back before it is decided (取下げ).
///
/// # Source
/// DOMAIN finding 8: whether, and when, depends on the procedure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WithdrawalRule {
    /// At once (自由).
    #[default]
    AtOnce,
    /// If the city consents (同意).
    ByConsent,
    /// Not at all (不可).
    Never,
}

/// What the applicant does by it (手続類型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A filing (届出): fulfilled when a complete one arrives; it cannot be refused on its merits.
    Filing,
    /// An application (申請): asks for a disposition or a certificate.
    Application,
    /// A request (請求): asks for what one has a right to.
    Request,
}

/// The nine categories of the source page (分類).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// 情報公開関係
    InformationDisclosure,
    /// 税金関係
    Tax,
    /// 保健・医関係
    HealthAndMedicine,
    /// 住民・印鑑関連
    ResidentsAndSeals,
    /// 介護保険関連
    LongTermCare,
    /// 児童関連
    Children,
    /// 衛生関連
    Sanitation,
    /// 動物関連
    Animals,
    /// 建築・土木関連
    ConstructionAndRoads,
}

/// What kind of law a procedure rests on (根拠区分).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BasisKind {
    /// 法律
    Act,
    /// 政令
    CabinetOrder,
    /// 省令
    MinisterialOrder,
    /// 条例
    Ordinance,
    /// 規則
    Rule,
    /// 要綱, and 要領 like it: acts under it are as a rule no dispositions.
    Guideline,
}

/// Whose business a procedure is in the end (所管区分).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Jurisdiction {
    /// The city decides (市).
    #[default]
    Own,
    /// It must come through the city (経由), and another agency decides.
    Forwarded {
        /// That agency (送付先).
        agency: String,
    },
    /// It was never the city's (所管外): what arrives is sent on.
    Foreign {
        /// The agency in charge (送付先).
        agency: String,
    },
}

/// Who may apply (対象者).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Applicants {
    /// 個人
    Individuals,
    /// 法人
    Corporations,
    /// 個人・法人
    Both,
}

/// Whether an agent may apply (代理申請).
///
/// A letter of attorney does not make it restricted; a circle of people does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Agents {
    /// 可
    Allowed,
    /// 限定: only those whom the catalog's note names, such as 法定代理人
    Restricted,
    /// 不可
    Forbidden,
}

/// Whose signature a procedure needs (電子署名, 証明書種別).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureRule {
    /// None: no verifier is called.
    Exempt,
    /// One by a certificate of these kinds, never empty.
    Required(Vec<CertificateKind>),
}

/// What a procedure costs and when that is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fee {
    /// Nothing: no fee is assessed, and what is free needs no exemption.
    Free,
    /// Something.
    Due {
        /// The amount.
        tariff: Tariff,
        /// When it is paid.
        timing: FeeTiming,
    },
}

/// The amount of a fee (手数料, 手数料単位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tariff {
    /// An amount for each of a unit.
    Each {
        /// For one.
        yen: Yen,
        /// Of what, such as 通 or 頭.
        unit: String,
    },
    /// The catalog does not know it, or it depends on the case: an officer assesses it.
    Assessed,
}

/// When a fee is paid (納付時期).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeeTiming {
    /// With the application (申請時): assessed at arrival; the review does not begin before it is settled.
    AtApplication,
    /// After a first look (申請後): an officer assesses it; the review does not begin before it is settled.
    BeforeReview,
    /// At the hand-over (交付時): assessed when it is granted.
    AtPickup,
    /// After the decision by invoice (後納): an officer assesses it once it is granted.
    AfterDecision,
}

/// How a fee may be paid (納付方法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PaymentMethod {
    /// In cash at the counter (窓口).
    Counter,
    /// By an invoice of the city (納入通知書).
    Invoice,
    /// Electronically (電子納付).
    Electronic,
}

/// What is handed over at the end (交付物, 交付方法).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deliverable {
    /// Nothing: the case ends with the result.
    None,
    /// A certificate, permit, tag or decision document.
    Issued {
        /// Its name (交付物).
        name: String,
        /// How it is handed over (交付方法).
        by: Delivery,
    },
}

/// How something is handed over (交付方法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// At the counter (窓口).
    Counter,
    /// By post (郵送).
    Post,
    /// Electronically (電子).
    Electronic,
}

/// Why somebody must meet somebody (来庁).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Visit {
    /// The applicant pays at the counter (手数料納付).
    Payment,
    /// The applicant fetches something (受取).
    Pickup,
    /// An officer inspects the premises (検査): no decision on the merits before it.
    Inspection,
    /// The applicant is interviewed (面談).
    Interview,
    /// The applicant shows or hands in papers (書類の提示・提出).
    Papers,
}

/// The remedy (教示) that a refusal must state.
///
/// # Source
/// 行政不服審査法 82条, 行政事件訴訟法 46条 (DOMAIN L8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// Months from the day after learning of it in which a review may be requested (審査請求).
    pub review_months: u8,
    /// Months in which a suit may be brought (取消訴訟).
    pub suit_months: u8,
}

impl Remedy {
    /// The periods of the two laws: three and six months.
    pub const STATUTORY: Self = Self { review_months: 3, suit_months: 6 };

    /// The remedy that a procedure calls for: one exactly where the city's act is a disposition (処分).
    ///
    /// That is an answer to an application or a request, given by the city itself, on a basis that is law. What
    /// another agency decides carries that agency's remedy.
    pub fn of(act: Act, basis: BasisKind, jurisdiction: &Jurisdiction) -> Option<Self> {
        let asks = match act {
            Act::Application | Act::Request => true,
            Act::Filing => false,
        };
        let is_law = match basis {
            BasisKind::Act
            | BasisKind::CabinetOrder
            | BasisKind::MinisterialOrder
            | BasisKind::Ordinance
            | BasisKind::Rule => true,
            BasisKind::Guideline => false,
        };
        let decides = match jurisdiction {
            Jurisdiction::Own => true,
            Jurisdiction::Forwarded { .. } | Jurisdiction::Foreign { .. } => false,
        };
        (asks && is_law && decides).then_some(Self::STATUTORY)
    }
}

/// A division (所管課) as an applicant meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub id: DivisionId,
    /// Its name, such as 市民部 戸籍住民課.
    pub name: String,
    /// Its telephone number.
    pub phone: String,
    /// Where its counter is, such as 本庁舎1階.
    pub counter: String,
    /// When it is open, such as 平日 8時45分~17時30分.
    pub hours: String,
    /// Where those who do the work are told of last days (職員通知先): an address of the division, not of a person; `None` where nobody
    /// is written to.
    pub staff_mail: Option<String>,
    /// Where its head is told of last days that have passed (所属長通知先); `None` where nobody is written to.
    pub head_mail: Option<String>,
}

impl Act {
    /// True where the law makes the city receive what is late: a filing, and whatever asks for a disposition, its own or that of
    /// the agency to which it is forwarded. A call under a guideline may end with its day.
    pub(crate) fn must_be_received(self, basis: BasisKind, jurisdiction: &Jurisdiction) -> bool {
        self == Self::Filing || basis != BasisKind::Guideline || *jurisdiction != Jurisdiction::Own
    }
}

impl Jurisdiction {
    /// The agency that decides, where the city does not (送付先).
    pub fn agency(&self) -> Option<&str> {
        match self {
            Self::Own => None,
            Self::Forwarded { agency } | Self::Foreign { agency } => Some(agency),
        }
    }
}

impl SignatureRule {
    /// The kinds of certificate that are accepted; empty where none is needed.
    pub fn accepted(&self) -> &[CertificateKind] {
        match self {
            Self::Exempt => &[],
            Self::Required(kinds) => kinds,
        }
    }
}

impl Fee {
    /// When it is paid; `None` when it is free.
    pub fn timing(&self) -> Option<FeeTiming> {
        match self {
            Self::Free => None,
            Self::Due { timing, .. } => Some(*timing),
        }
    }

    /// Of what the tariff counts, such as 通; `None` when it does not count.
    pub fn unit(&self) -> Option<&str> {
        match self {
            Self::Due { tariff: Tariff::Each { unit, .. }, .. } => Some(unit),
            Self::Due { tariff: Tariff::Assessed, .. } | Self::Free => None,
        }
    }
}

impl Terms {
    /// True when it was never the city's business: what arrives is sent on.
    pub fn is_foreign(&self) -> bool {
        matches!(self.jurisdiction, Jurisdiction::Foreign { .. })
    }

    /// True when something is handed over at the end.
    pub fn has_deliverable(&self) -> bool {
        matches!(self.deliverable, Deliverable::Issued { .. })
    }

    /// True when the review must wait for the fee.
    pub fn fee_precedes_review(&self) -> bool {
        matches!(self.fee.timing(), Some(FeeTiming::AtApplication | FeeTiming::BeforeReview))
    }

    /// What the applicant must be met for before a decision on the merits, beside the inspection of premises. Who fetches
    /// something at the counter is interviewed and shows papers there, in one visit.
    pub fn visits_before_decision(&self) -> impl Iterator<Item = Visit> + '_ {
        let is_met_before = |visit: &Visit| {
            matches!(visit, Visit::Interview | Visit::Papers) && !self.is_fetched_at_the_counter()
        };
        self.visits.iter().copied().filter(is_met_before)
    }

    /// True when what is handed over is fetched at the counter.
    pub fn is_fetched_at_the_counter(&self) -> bool {
        matches!(self.deliverable, Deliverable::Issued { by: Delivery::Counter, .. })
    }

    /// True when an officer must have inspected before deciding on the merits.
    pub fn needs_inspection(&self) -> bool {
        self.visits.contains(&Visit::Inspection)
    }
}
