//! Who decides (処分庁), and so before whom and against whom a disposition is contested (審査請求先, 被告).

use serde::{Deserialize, Serialize};

use crate::event_format::is_default;

/// What an instruction on remedies (教示) follows from, beside its periods.
///
/// # Source
/// 行政不服審査法 4条, 82条; 行政事件訴訟法 8条, 11条, 46条 (DOMAIN L8)
///
/// # Example
/// ```
/// use shinsei_core::procedure::deciding::{Deciding, Organ};
///
/// let decided_by = |organ| Deciding { organ, ..Deciding::default() };
/// assert_eq!(decided_by(Organ::Head).authority("函館市"), "函館市長");
/// let school = decided_by(Organ::Board { name: "函館市教育委員会".into() });
/// assert_eq!(school.authority("函館市"), "函館市教育委員会");
/// assert_eq!(school.defendant("函館市").representative.as_deref(), Some("函館市教育委員会"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deciding {
    /// Which organ.
    #[serde(default, skip_serializing_if = "is_default")]
    pub organ: Organ,
    /// Before whom a review is requested where a law of its own says so (審査請求先), such as 北海道介護保険審査会; `None` where it follows
    /// from the organ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_before: Option<String>,
    /// True where no suit can be brought before that review has ended (審査請求前置).
    #[serde(default, skip_serializing_if = "is_default")]
    pub review_first: bool,
}

/// The organ that decides (処分庁の区分).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Organ {
    /// The head of the municipality (首長): 市長, 町長, 村長, 区長.
    #[default]
    Head,
    /// An organ to which the head has delegated it and above which the head stands (委任機関), such as 保健所長.
    Delegate {
        /// Its name.
        name: String,
    },
    /// One that nobody stands above (行政委員会等): 教育委員会, 農業委員会, 公営企業管理者. It speaks for the municipality in court.
    Board {
        /// Its name.
        name: String,
    },
    /// One that belongs to no public body (指定管理者): it is sued itself.
    Designated {
        /// Its name.
        name: String,
    },
}

/// Against whom a suit is brought (被告).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defendant {
    /// Who.
    pub party: String,
    /// Who speaks for it in court; `None` for who speaks for itself.
    pub representative: Option<String>,
}

impl Deciding {
    /// Before whom a review is requested, in the municipality of this name.
    ///
    /// # Source
    /// 行政不服審査法 4条: the highest organ above the one that decided, and that organ itself where there is none; 地方自治法 244条の4: of a
    /// 指定管理者, the head.
    pub fn authority(&self, city: &str) -> String {
        match (&self.review_before, &self.organ) {
            (Some(named), _) => named.clone(),
            (None, Organ::Board { name }) => name.clone(),
            (None, Organ::Head | Organ::Delegate { .. } | Organ::Designated { .. }) => head_of(city),
        }
    }

    /// Against whom a suit is brought, in the municipality of this name.
    ///
    /// # Source
    /// 行政事件訴訟法 11条: the public body to which the organ belongs, and an organ itself that belongs to none; 地方教育行政の組織及び運営に関する法律
    /// 56条 and others like it: a board speaks for the municipality.
    pub fn defendant(&self, city: &str) -> Defendant {
        let representative = match &self.organ {
            Organ::Head | Organ::Delegate { .. } => head_of(city),
            Organ::Board { name } => name.clone(),
            Organ::Designated { name } => return Defendant { party: name.clone(), representative: None },
        };
        Defendant { party: city.to_owned(), representative: Some(representative) }
    }
}

/// The head of the municipality of this name, as it is called: 函館市長, 森町長, 北海道知事.
fn head_of(city: &str) -> String {
    let is_prefecture = city.ends_with(['都', '道', '府', '県']);
    format!("{city}{}", if is_prefecture { "知事" } else { "長" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(organ: Organ) -> (String, String, Option<String>) {
        let deciding = Deciding { organ, ..Deciding::default() };
        let Defendant { party, representative } = deciding.defendant("函館市");
        (deciding.authority("函館市"), party, representative)
    }

    fn said(authority: &str, party: &str, by: Option<&str>) -> (String, String, Option<String>) {
        (authority.to_owned(), party.to_owned(), by.map(str::to_owned))
    }

    #[test]
    fn who_is_asked_and_who_is_sued_follows_from_who_decides() {
        assert_eq!(by(Organ::Head), said("函館市長", "函館市", Some("函館市長")));
        let health = Organ::Delegate { name: "函館市保健所長".to_owned() };
        assert_eq!(by(health), said("函館市長", "函館市", Some("函館市長")));
        let farms = Organ::Board { name: "函館市農業委員会".to_owned() };
        assert_eq!(by(farms), said("函館市農業委員会", "函館市", Some("函館市農業委員会")));
        let hall = Organ::Designated { name: "株式会社架空文化".to_owned() };
        assert_eq!(by(hall), said("函館市長", "株式会社架空文化", None));
    }

    #[test]
    fn a_law_of_its_own_names_another_authority_and_no_other_defendant() {
        let review_before = Some("北海道介護保険審査会".to_owned());
        let care = Deciding { review_before, review_first: true, ..Deciding::default() };
        assert_eq!(care.authority("函館市"), "北海道介護保険審査会");
        assert_eq!(care.defendant("函館市").party, "函館市");
    }

    #[test]
    fn the_head_is_called_as_the_municipality_is() {
        let heads = ["函館市", "森町", "泊村", "千代田区", "北海道", "青森県"].map(head_of);
        assert_eq!(heads, ["函館市長", "森町長", "泊村長", "千代田区長", "北海道知事", "青森県知事"]);
    }
}
