//! The words: the subject and the body of the mail that a notice becomes. Nothing here knows who carries it.
//!
//! A mail tells facts of the catalog and of the record, never what the applicant wrote in the form, no reasons of a person,
//! and no links but the one that confirms an address. Characters that other machines lack (外字) stand only in names of
//! people and places; a mandate's principal is the one whom a mail names.

mod main_road;
mod on_the_way;
mod service;

use std::fmt;

use chrono::{Datelike, NaiveDate, Timelike};
use shinsei_core::notice::{Alert, CaseNotice, MandateNews, Message, News, Notice, Reader};
use shinsei_core::procedure::{Act, Division};
use shinsei_core::time::Timestamp;

use crate::layout::Body;

/// What stands between the mail and its footer.
const RULE: &str = "------------------------------------------------------------";

/// A mail to a person, in words; whom it goes to and by whom it is carried is not its business.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The subject (件名), one line.
    pub subject: String,
    /// The body, lines of at most [`LINE_COLUMNS_MAX`](crate::layout::LINE_COLUMNS_MAX) columns, each ended by `\n`; a
    /// link alone may be longer, since one that is broken does not work.
    pub body: String,
    /// Under which name it is sent: the city and the division in charge.
    pub from_name: String,
}

impl Mail {
    /// Writes the mail of a notice.
    ///
    /// Text of the catalog is used as it is, but for control characters, which become spaces.
    /// # Source
    /// The mails of the source page with their fields (申請受付通知, 審査結果通知, メンテナンス); DOMAIN 8, M1 to M17; M18 to M21 are ours.
    pub fn from_notice(notice: &Notice) -> Self {
        let city = plain(&notice.city);
        let mut body = Body::default();
        match &notice.message {
            Message::Case(case) => about_a_case(&mut body, notice, case),
            Message::Confirmation { url, until, is_change } => {
                service::confirmation(&mut body, notice, url, *until, *is_change);
            }
            Message::Maintenance { from, until } => service::maintenance(&mut body, notice, *from, *until),
            Message::Mandate(mandate) => service::mandate(&mut body, notice, mandate),
            Message::Staff(staff) => service::alert(&mut body, notice, staff),
        }
        footer(&mut body, notice);
        Self {
            subject: format!("【{city}】{}", subject(&notice.message)),
            body: body.finish(),
            from_name: format!("{city} {}", plain(&notice.contact.name)),
        }
    }
}

/// Shows the subject alone: who reads a log need not know what somebody applied for.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// The subject (件名) after the city's name.
fn subject(message: &Message) -> String {
    match message {
        Message::Case(case) => format!("{}(受付番号 {})", headline(case), case.receipt),
        Message::Confirmation { is_change: false, .. } => "利用者登録のご確認".to_owned(),
        Message::Confirmation { is_change: true, .. } => "メールアドレスの変更のご確認".to_owned(),
        Message::Maintenance { .. } => "電子申請サービスの停止のお知らせ".to_owned(),
        Message::Staff(staff) => {
            let what = match staff.alert {
                Alert::Approaching { .. } => "処理の期限が近づいています",
                Alert::Exceeded { .. } => "処理の期限を過ぎました",
                Alert::CorrectionOverdue { .. } => "補正の期限を過ぎました",
                Alert::ConsultationOverdue { .. } => "協議の回答期限を過ぎました",
            };
            format!("[庁内]{what}(受付番号 {})", staff.receipt)
        }
        Message::Mandate(mandate) => match mandate.news {
            MandateNews::Signed => format!("委任状を受け付けました(委任状番号 {})", plain(&mandate.number)),
            MandateNews::Accepted => format!("委任が承諾されました(委任状番号 {})", plain(&mandate.number)),
            MandateNews::Revoked => format!("委任が取り消されました(委任状番号 {})", plain(&mandate.number)),
        },
    }
}

/// What happened to a case, in a few words.
fn headline(case: &CaseNotice) -> String {
    match &case.news {
        News::Received { .. } => format!("{}を受け付けました", act(case.act)),
        News::Reviewed { .. } => "審査が終わりました".to_owned(),
        News::CorrectionRequested(_) => "補正のお願い".to_owned(),
        News::Corrected { .. } => "補正を受け取りました".to_owned(),
        News::CorrectionDue(_) => "補正の期限が近づいています".to_owned(),
        News::FeeNotice { .. } => "手数料納付のご案内".to_owned(),
        News::FeePaid { .. } => "手数料の納付を確認しました".to_owned(),
        News::Ready { .. } => "交付の準備ができました".to_owned(),
        News::Withdrawn { .. } => "取下げを受け付けました".to_owned(),
        News::WithdrawalDeclined { .. } => "取下げについてのお知らせ".to_owned(),
        News::Extended { .. } => "処理期間の延長のお知らせ".to_owned(),
        News::Transferred => "担当課が変わりました".to_owned(),
        News::DocumentPublished { .. } => "公文書の取得のお願い".to_owned(),
        News::Forwarded { .. } => "送付のお知らせ".to_owned(),
        News::Refund { .. } => "還付のお知らせ".to_owned(),
        News::Exempted { .. } => "手数料の免除のお知らせ".to_owned(),
    }
}

fn about_a_case(body: &mut Body, notice: &Notice, case: &CaseNotice) {
    match &case.news {
        News::Received { standard_period, fee, visits } => {
            main_road::received(body, notice, case, standard_period.as_ref(), *fee, visits);
        }
        News::Reviewed { reviewed_at, result, hand_over } => {
            main_road::reviewed(body, notice, case, *reviewed_at, result, hand_over.as_ref());
        }
        News::CorrectionRequested(correcting) => on_the_way::correction(body, case, correcting),
        News::Corrected { at } => on_the_way::corrected(body, case, *at),
        News::CorrectionDue(correcting) => on_the_way::correction_due(body, case, correcting),
        News::FeeNotice { yen, due, methods, pay_easy } => {
            on_the_way::fee_notice(body, notice, case, *yen, *due, methods, pay_easy.as_ref());
        }
        News::FeePaid { yen, on, next } => on_the_way::fee_paid(body, case, *yen, *on, *next),
        News::Ready { hand_over, until } => on_the_way::ready(body, notice, case, hand_over, *until),
        News::Withdrawn { at, fee } => on_the_way::withdrawn(body, case, *at, *fee),
        News::WithdrawalDeclined { at } => on_the_way::withdrawal_declined(body, case, *at),
        News::Extended { from, to, reason } => on_the_way::extended(body, case, *from, *to, reason),
        News::Transferred => on_the_way::transferred(body, case),
        News::DocumentPublished { title, until } => on_the_way::document_published(body, case, title, *until),
        News::Forwarded { agency, on, due } => on_the_way::forwarded(body, case, agency, *on, *due),
        News::Refund { yen, on, refunding } => on_the_way::refund(body, case, *yen, *on, *refunding),
        News::Exempted { on } => on_the_way::exempted(body, case, *on),
    }
    match &case.news {
        News::Received { .. } | News::Reviewed { .. } => {}
        News::CorrectionRequested(_)
        | News::Corrected { .. }
        | News::CorrectionDue(_)
        | News::FeeNotice { .. }
        | News::FeePaid { .. }
        | News::Ready { .. }
        | News::Withdrawn { .. }
        | News::WithdrawalDeclined { .. }
        | News::Extended { .. }
        | News::Transferred
        | News::DocumentPublished { .. }
        | News::Forwarded { .. }
        | News::Refund { .. }
        | News::Exempted { .. } => on_the_way::end(body, notice),
    }
}

/// Whom to ask (問合せ先).
fn contact(division: &Division) -> Vec<String> {
    let phone = plain(&division.phone);
    let lines = [plain(&division.name), format!("電話 {phone}"), plain(&division.hours)];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The counter of a division (窓口).
fn counter(division: &Division) -> String {
    format!("{}({})", plain(&division.name), plain(&division.counter))
}

/// Who sent it, that nobody reads the answers, and where to turn if it came to the wrong person.
fn footer(body: &mut Body, notice: &Notice) {
    body.gap();
    body.sentence(RULE);
    if let Some(why) = why_this_address(notice) {
        body.sentence(why);
    }
    body.sentence("このメールは送信専用です。返信をいただいてもお答えできません。");
    body.sentence("お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。");
    body.sentence(&format!("{} {}", plain(&notice.city), plain(&notice.contact.name)));
}

/// Why this address gets the mail, where its owner could wonder.
fn why_this_address(notice: &Notice) -> Option<&'static str> {
    match (notice.reader, &notice.message) {
        (Reader::Applicant, _) | (_, Message::Confirmation { .. }) => None,
        (Reader::Agent, Message::Mandate(_)) => Some("代理人とされた方にお送りしています。"),
        (Reader::Agent, _) => Some("代理人として申請された方にお送りしています。"),
        (Reader::Principal, _) => Some("代理人に手続きを委任された方(ご本人)にお送りしています。"),
        (Reader::Staff, _) => Some("担当課の通知先にお送りしています(庁内連絡)。"),
        (Reader::User, _) => Some("利用者登録をされた方にお送りしています。"),
    }
}

/// What the applicant did by it.
fn act(act: Act) -> &'static str {
    match act {
        Act::Filing => "届出",
        Act::Application => "申請",
        Act::Request => "請求",
    }
}

/// A day, such as 2026年5月7日(木).
fn date(day: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
    let weekday = DAYS.iter().cycle().nth(day.weekday() as usize).copied().unwrap_or_default();
    format!("{}年{}月{}日({weekday})", day.year(), day.month(), day.day())
}

/// A time on Japan's wall clock, such as 2026年5月7日(木) 15時04分.
fn date_time(at: Timestamp) -> String {
    let at = at.to_jst();
    format!("{} {}時{:02}分", date(at.date_naive()), at.hour(), at.minute())
}

/// A text of the catalog as it may stand in a mail.
///
/// Security: what could begin a new line or turn the order of the characters around (CR, LF, bidirectional marks) becomes
/// a space, so that no name can forge a header, a field or a number. Spaces in a row become one: mail programs differ in
/// how many they keep.
fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let shown: String = text.chars().map(shown).collect();
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
