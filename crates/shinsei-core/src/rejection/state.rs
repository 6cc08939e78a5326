//! Where a case stands, by name.

use serde::{Deserialize, Serialize};

/// Where a case stands, as rejections, tables and labels name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StateName {
    /// Nothing has happened.
    Absent,
    /// 作成中: a draft; nothing has arrived.
    Draft,
    /// A draft that was thrown away.
    Discarded,
    /// 到達: recorded, without a number yet.
    Arrived,
    /// 受付済
    Received,
    /// 審査中
    UnderReview,
    /// 補正待ち
    AwaitingCorrection,
    /// 決裁待ち
    AwaitingApproval,
    /// 送付済
    Forwarded,
    /// 審査済
    Decided,
    /// 交付済
    Issued,
    /// 完了
    Closed,
    /// 廃棄
    Disposed,
}

impl StateName {
    /// All, in the order of the main road.
    pub const ALL: [Self; 13] = [
        Self::Absent,
        Self::Draft,
        Self::Discarded,
        Self::Arrived,
        Self::Received,
        Self::UnderReview,
        Self::AwaitingCorrection,
        Self::AwaitingApproval,
        Self::Forwarded,
        Self::Decided,
        Self::Issued,
        Self::Closed,
        Self::Disposed,
    ];

    /// The code under which a list keeps it: the name of the variant.
    pub fn code(self) -> String {
        self.to_string()
    }

    /// Reads the code under which a list keeps it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the applicant reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Absent => "未申請",
            Self::Draft => "作成中",
            Self::Discarded => "破棄済",
            Self::Arrived => "到達",
            Self::Received => "受付済(審査待ち)",
            // The approval is the city's own business: to the applicant the review goes on.
            Self::UnderReview | Self::AwaitingApproval => "審査中",
            Self::AwaitingCorrection => "補正をお願いしています",
            Self::Forwarded => "送付済",
            Self::Decided => "審査終了",
            Self::Issued => "交付済",
            Self::Closed => "手続終了",
            Self::Disposed => "手続終了(保存期間満了)",
        }
    }
}

impl std::fmt::Display for StateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}
