//! The headers of all sheets and the closed values of their cells: one format, read and written.

use crate::form::schema::Media;
use crate::period::{CountedFrom, Holidays, PeriodUnit, Roll};
use crate::procedure::filing::LateFiling;
use crate::procedure::{
    Act, Agents, Applicants, BasisKind, Category, ClockStart, ConsentRule, Delivery, ExemptionGround,
    FeeTiming, PaymentMethod, RefundRule, Visit, WithdrawalRule,
};
use crate::signature::CertificateKind;

/// What stands between the values of a list.
pub(super) const BETWEEN: &str = "・";

macro_rules! headers {
    ($all:ident: $($name:ident = $header:literal),+ $(,)?) => {
        $(pub(super) const $name: &str = $header;)+
        /// The header, in its order.
        pub(super) const $all: &[&str] = &[$($name),+];
    };
}

headers! { PROCEDURES:
    ID = "手続ID",
    EDITION = "版",
    CATEGORY = "分類",
    NAME = "手続名",
    KANA = "手続名カナ",
    ACT = "手続類型",
    BASIS = "根拠法令",
    BASIS_KIND = "根拠区分",
    JURISDICTION = "所管区分",
    AGENCY = "送付先",
    ORGAN = "処分庁区分",
    ORGAN_NAME = "処分庁",
    REVIEW_BEFORE = "審査請求先",
    REVIEW_FIRST = "審査請求前置",
    DIVISION_ID = "担当部署コード",
    DIVISION_NAME = "担当部署",
    PHONE = "電話",
    APPLICANTS = "対象者",
    SIGNATURE = "電子署名",
    CERTIFICATES = "証明書種別",
    AGENTS = "代理申請",
    ATTACHMENTS = "添付書類",
    FEE = "手数料",
    FEE_UNIT = "手数料単位",
    FEE_TIMING = "納付時期",
    PAYMENT = "納付方法",
    EXEMPTIONS = "免除事由",
    REFUND = "還付",
    DELIVERABLE = "交付物",
    DELIVERY = "交付方法",
    REISSUE = "再交付",
    CONSENT = "電子交付",
    IDENTIFICATION = "本人確認",
    VISITS = "来庁",
    PERIOD = "標準処理期間",
    COUNTING = "期間の数え方",
    AGENCY_PERIOD = "送付先の標準処理期間",
    AGENCY_COUNTING = "送付先の期間の数え方",
    APPROVAL = "決裁",
    WITHDRAWAL = "取下げ",
    RETENTION = "保存期間",
    DEADLINE = "提出期限",
    INTAKE = "受付期間",
    FILING = "受付の時期",
    FILING_ROLL = "期限日の休日",
    LATE = "期限後",
    LATE_EFFECT = "期限後の効果",
    GUIDE_URL = "案内URL",
    FORM_URL = "様式URL",
    FORM_VERSION = "様式版",
    PUBLISHED = "公開日",
    UPDATED = "更新日",
    NOTE = "備考",
    SOURCE = "出典",
}

/// The header of the divisions; the first three columns are named as in the procedures.
pub(super) const DIVISIONS: &[&str] =
    &[DIVISION_ID, DIVISION_NAME, PHONE, COUNTER, HOURS, STAFF_MAIL, HEAD_MAIL];
pub(super) const COUNTER: &str = "窓口";
pub(super) const HOURS: &str = "受付時間";
pub(super) const STAFF_MAIL: &str = "職員通知先";
pub(super) const HEAD_MAIL: &str = "所属長通知先";

/// The columns that a sheet may leave out, as one of before them does: it says nothing there.
pub(super) const MAY_BE_MISSING: &[&str] = &[LATE_EFFECT, STAFF_MAIL, HEAD_MAIL];

/// The header of the fields of forms; the first column is named as in the procedures.
pub(super) const FORMS: &[&str] =
    &[ID, FIELD, LABEL, GROUP, KIND, REQUIRED, WHEN, IS, MIN, MAX, CHOICES, MEDIA, HINT];
pub(super) const FIELD: &str = "項目コード";
pub(super) const LABEL: &str = "項目名";
pub(super) const GROUP: &str = "繰返し項目";
pub(super) const KIND: &str = "種類";
pub(super) const REQUIRED: &str = "必須";
pub(super) const WHEN: &str = "条件項目";
pub(super) const IS: &str = "条件値";
pub(super) const MIN: &str = "下限";
pub(super) const MAX: &str = "上限";
pub(super) const CHOICES: &str = "選択肢";
pub(super) const MEDIA: &str = "添付形式";
pub(super) const HINT: &str = "説明";

/// A type whose values a cell names by fixed words.
pub(super) trait Closed: Copy + PartialEq + 'static {
    /// Every value, in the order in which messages and the manual give them.
    const ALL: &'static [Self];

    /// The word for it.
    fn word(self) -> &'static str;

    /// The value that a word names.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }

    /// The words for all of them.
    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|value| value.word()).collect()
    }
}

// A match without a wildcard: a variant without a word does not compile, and so ALL is complete.
macro_rules! closed {
    ($type:ident: $($variant:ident = $word:literal),+ $(,)?) => {
        impl Closed for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

closed! { Category:
    InformationDisclosure = "情報公開関係",
    Tax = "税金関係",
    HealthAndMedicine = "保健・医関係",
    ResidentsAndSeals = "住民・印鑑関連",
    LongTermCare = "介護保険関連",
    Children = "児童関連",
    Sanitation = "衛生関連",
    Animals = "動物関連",
    ConstructionAndRoads = "建築・土木関連",
}

closed! { Act: Filing = "届出", Application = "申請", Request = "請求" }

closed! { BasisKind:
    Act = "法律",
    CabinetOrder = "政令",
    MinisterialOrder = "省令",
    Ordinance = "条例",
    Rule = "規則",
    Guideline = "要綱",
}

closed! { Applicants: Individuals = "個人", Corporations = "法人", Both = "個人・法人" }

closed! { Agents: Allowed = "可", Restricted = "限定", Forbidden = "不可" }

closed! { CertificateKind:
    JpkiSigning = "公的個人認証",
    CommercialRegistration = "商業登記",
    Accredited = "認定認証業務",
}

closed! { FeeTiming:
    AtApplication = "申請時",
    BeforeReview = "審査前",
    AtPickup = "交付時",
    AfterDecision = "決定後",
}

closed! { PaymentMethod: Counter = "窓口", Invoice = "納入通知書", Electronic = "電子納付" }

closed! { Delivery: Counter = "窓口", Post = "郵送", Electronic = "電子" }

closed! { Visit:
    Payment = "手数料納付",
    Pickup = "受取",
    Inspection = "検査",
    Interview = "面談",
    Papers = "書類",
}

closed! { ExemptionGround:
    PublicAssistance = "生活保護",
    PublicBody = "公共団体",
    Statute = "法令",
    Pension = "年金受給",
    MayorsDiscretion = "市長の裁量",
}

closed! { RefundRule: Never = "しない", IfNotAccepted = "不受理のとき", MayorsDiscretion = "市長の裁量" }

closed! { ConsentRule: WithApplication = "申請時", Separate = "個別" }

closed! { WithdrawalRule: AtOnce = "自由", ByConsent = "同意", Never = "不可" }

closed! { PeriodUnit: Day = "日", Week = "週", Month = "月", Hour = "時間" }

closed! { Roll: Forward = "翌開庁日", None = "そのまま", Backward = "直前の開庁日" }

closed! { LateFiling: Received = "受け付ける", Refused = "受け付けない" }

/// Whether a signature, a document of who fetches, or an approval is needed (電子署名, 本人確認, 決裁).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    Needed,
    Exempt,
}

closed! { Signing: Needed = "要", Exempt = "不要" }

/// Whose business it is (所管区分), without the agency.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    Own,
    Forwarded,
    Foreign,
}

closed! { Charge: Own = "市", Forwarded = "経由", Foreign = "所管外" }

/// What may be answered in a field (種類), without its bounds and choices.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Prose,
    Name,
    Kana,
    Latin,
    Number,
    Date,
    PastDate,
    FutureDate,
    Choice,
    Choices,
    PostalCode,
    Phone,
    MailAddress,
    CorporateNumber,
    Municipality,
    SensitiveRef,
    Attachment,
    Group,
}

closed! { Kind:
    Text = "文字列",
    Prose = "文章",
    Name = "氏名等",
    Kana = "カナ",
    Latin = "英数字",
    Number = "数値",
    Date = "日付",
    PastDate = "過去日付",
    FutureDate = "未来日付",
    Choice = "選択",
    Choices = "複数選択",
    PostalCode = "郵便番号",
    Phone = "電話番号",
    MailAddress = "メールアドレス",
    CorporateNumber = "法人番号",
    Municipality = "団体コード",
    SensitiveRef = "個人番号参照",
    Attachment = "添付",
    Group = "繰返し",
}

impl Closed for Media {
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

/// Which organ decides (処分庁区分), without its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OrganKind {
    Head,
    Delegate,
    Board,
    Designated,
}

closed! { OrganKind: Head = "首長", Delegate = "委任機関", Board = "行政委員会等", Designated = "指定管理者" }

/// How a period is counted, and from when (期間の数え方).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Counting {
    pub(super) start: ClockStart,
    pub(super) from: CountedFrom,
    pub(super) holidays: Holidays,
}

impl Counting {
    const fn of(start: ClockStart, from: CountedFrom, holidays: Holidays) -> Self {
        Self { start, from, holidays }
    }
}

impl Closed for Counting {
    const ALL: &'static [Self] = &[
        Self::of(ClockStart::Arrival, CountedFrom::TheDay, Holidays::Skipped),
        Self::of(ClockStart::Arrival, CountedFrom::TheDay, Holidays::Counted),
        Self::of(ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Skipped),
        Self::of(ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Counted),
        Self::of(ClockStart::ClosingDay, CountedFrom::TheDay, Holidays::Skipped),
        Self::of(ClockStart::ClosingDay, CountedFrom::TheDay, Holidays::Counted),
        Self::of(ClockStart::ClosingDay, CountedFrom::TheNextDay, Holidays::Skipped),
        Self::of(ClockStart::ClosingDay, CountedFrom::TheNextDay, Holidays::Counted),
    ];

    fn word(self) -> &'static str {
        match (self.start, self.from, self.holidays) {
            (ClockStart::Arrival, CountedFrom::TheDay, Holidays::Skipped) => "到達日起算・休日除く",
            (ClockStart::Arrival, CountedFrom::TheDay, Holidays::Counted) => "到達日起算・休日含む",
            (ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Skipped) => "翌日起算・休日除く",
            (ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Counted) => "翌日起算・休日含む",
            (ClockStart::ClosingDay, CountedFrom::TheDay, Holidays::Skipped) => "締切日起算・休日除く",
            (ClockStart::ClosingDay, CountedFrom::TheDay, Holidays::Counted) => "締切日起算・休日含む",
            (ClockStart::ClosingDay, CountedFrom::TheNextDay, Holidays::Skipped) => {
                "締切日の翌日起算・休日除く"
            }
            (ClockStart::ClosingDay, CountedFrom::TheNextDay, Holidays::Counted) => {
                "締切日の翌日起算・休日含む"
            }
        }
    }
}

/// How a period is counted that runs from the arrival of each case (送付先の期間の数え方).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ArrivalCounting(pub(super) Counting);

impl Closed for ArrivalCounting {
    const ALL: &'static [Self] = &[
        Self(Counting::of(ClockStart::Arrival, CountedFrom::TheDay, Holidays::Skipped)),
        Self(Counting::of(ClockStart::Arrival, CountedFrom::TheDay, Holidays::Counted)),
        Self(Counting::of(ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Skipped)),
        Self(Counting::of(ClockStart::Arrival, CountedFrom::TheNextDay, Holidays::Counted)),
    ];

    fn word(self) -> &'static str {
        self.0.word()
    }
}

impl From<ArrivalCounting> for Counting {
    fn from(counting: ArrivalCounting) -> Self {
        counting.0
    }
}
