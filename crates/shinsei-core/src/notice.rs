//! Notices (通知) to people: the facts of a mail, rendered from recorded events; the words are the notifier's.

mod alert;
mod case;
mod news;
mod task;
mod user;

use std::fmt;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::ids::{MailCode, Municipality};
use crate::number::ReceiptNumber;
use crate::procedure::{Act, Division};
use crate::time::Timestamp;

pub use crate::notice::alert::{Alert, StaffNotice};
pub use crate::notice::case::{CaseFile, Correspondence, render};
pub use crate::notice::news::{
    Correcting, FeeDue, HandOver, News, NextStep, PayEasy, Refunding, ReviewResult, WithdrawnFee,
};
pub use crate::notice::task::Task;
pub use crate::notice::user::{ConfirmationToken, UserTask};

/// A notice to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// Stable: the same notice has the same id however often it is delivered.
    pub id: Uuid,
    /// Which city hall sends it.
    pub municipality: Municipality,
    /// The city's name, such as 函館市.
    pub city: String,
    /// The reader's mail address: personal data.
    pub to: String,
    /// Why this address gets it.
    pub reader: Reader,
    /// When the cause was recorded: the date of the mail.
    pub at: Timestamp,
    /// Where to ask (問合せ先): the division in charge, or the desk of the service.
    pub contact: Division,
    /// What the notice says.
    pub message: Message,
}

/// Why an address gets a notice. A reader who did not apply must be told (CiviForm issue 12607).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// It is the applicant's own.
    Applicant,
    /// It is that of the agent (代理人) who applied.
    Agent,
    /// It is that of the principal (委任者, 本人) for whom somebody acts.
    Principal,
    /// It is that of a registered user (利用者).
    User,
    /// It is that of the division in charge, or of its head: an internal mail.
    Staff,
}

/// What a notice says.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// About a case (M2 to M14, M17 to M20).
    Case(CaseNotice),
    /// A registration, or a new address, waits to be confirmed (M1 利用者登録確認).
    Confirmation {
        /// The page that confirms it, with the secret: the one link that a mail may hold.
        url: String,
        /// The first instant at which it no longer works.
        until: Timestamp,
        /// True when a registered user changes the address.
        is_change: bool,
    },
    /// The service will be closed (M15 定期メンテナンス).
    Maintenance {
        /// The first instant that is closed.
        from: Timestamp,
        /// The first instant that is open again.
        until: Timestamp,
    },
    /// About a mandate (M16 委任の受付・取消). The key of a mandate is never in it.
    Mandate(MandateNotice),
    /// To the division in charge: a last day comes near or has passed (M21 期限のお知らせ(庁内)).
    Staff(StaffNotice),
}

/// A notice about a case.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseNotice {
    /// The procedure's name (手続名).
    pub procedure: String,
    /// What the applicant did by it: the notice calls it 届出, 申請 or 請求.
    pub act: Act,
    /// When the application arrived and was received (受付日時).
    pub received_at: Timestamp,
    /// The receipt number (受付番号).
    pub receipt: ReceiptNumber,
    /// That it arrived after its time (期限後); `None` where it was in time.
    pub late: Option<Late>,
    /// What there is to tell.
    pub news: News,
}

/// That something arrived after its time (期限後), as whoever was late is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The last day on which it would have been in time; `None` where it is counted from a day that the form states.
    pub last_day: Option<NaiveDate>,
    /// What follows from it, in a sentence; `None` where the procedure says nothing of it.
    pub effect: Option<String>,
}

/// A notice about a mandate.
#[derive(Clone, PartialEq, Eq)]
pub struct MandateNotice {
    /// Who gives it (委任者): a name, personal data.
    pub principal: String,
    /// The names of the procedures that it covers (手続名).
    pub procedures: Vec<String>,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// Its number (委任状番号).
    pub number: String,
    /// What became of it.
    pub news: MandateNews,
}

/// What became of a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateNews {
    /// The principal signed it; the agent must accept it.
    Signed,
    /// The agent accepted it: it is in force.
    Accepted,
    /// It was revoked (取消).
    Revoked,
}

impl Message {
    /// Which mail of the list it is, M1 to M21, as logs and tables name it.
    ///
    /// # Source
    /// DOMAIN 8; M18 to M21 are ours: an applicant whose case leaves the city must know who decides now, whose money goes back, or
    /// is not asked for any more, must know that, and a last day that nobody is told of escalates to nobody.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirmation { .. } => "M1",
            Self::Maintenance { .. } => "M15",
            Self::Mandate(_) => "M16",
            Self::Staff(_) => "M21",
            Self::Case(case) => case.news.name(),
        }
    }
}

impl MailCode {
    /// Takes the name of a mail.
    pub fn of(message: &Message) -> Self {
        Self::constant(message.name())
    }
}

/// Shows which notice it is and nothing of whom it speaks.
impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Notice");
        shown.field("id", &self.id).field("municipality", &self.municipality);
        shown.field("mail", &self.message.name());
        match &self.message {
            Message::Case(case) => drop(shown.field("receipt", &case.receipt)),
            Message::Staff(staff) => drop(shown.field("receipt", &staff.receipt)),
            Message::Confirmation { .. } | Message::Maintenance { .. } | Message::Mandate(_) => {}
        }
        shown.finish_non_exhaustive()
    }
}
