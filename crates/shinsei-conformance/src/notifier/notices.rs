//! Invented notices of every form.

use chrono::NaiveDate;
use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{
    Alert, CaseNotice, Correcting, FeeDue, HandOver, Late, MandateNews, MandateNotice, Message, News,
    NextStep, Notice, Reader, Refunding, ReviewResult, StaffNotice, WithdrawnFee,
};
use shinsei_core::period::{Holidays, Period};
use shinsei_core::procedure::{Act, Deliverable, Delivery, Division, PaymentMethod, Visit};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::clause::Breach;

/// Notices of each form.
pub(super) fn notices() -> Result<Vec<Notice>, Breach> {
    let certificate = HandOver {
        deliverable: Deliverable::Issued { name: "住民票の写し".to_owned(), by: Delivery::Counter },
        quantity: 37,
        unit: Some("通".to_owned()),
        fee: FeeDue::AtCounter(Yen(11_100)),
        visits: vec![Visit::Payment, Visit::Pickup],
    };
    let mut notices = vec![
        received()?,
        reviewed(ReviewResult::Granted, Some(certificate.clone()))?,
        reviewed(ReviewResult::SeeDocument, None)?,
    ];
    let correcting = Correcting { items: 43, due: day(19)?, resubmit: false, signed: true };
    let (at, until) = (jst(11, 9, 5)?, Some(day(29)?));
    let fee = WithdrawnFee::Kept(Yen(300));
    let methods = vec![PaymentMethod::Counter];
    for (id, news) in (4..).zip([
        News::CorrectionRequested(correcting),
        News::Corrected { at },
        News::CorrectionDue(correcting),
        News::FeeNotice { yen: Yen(17_500), due: until, methods, pay_easy: None },
        News::FeePaid { yen: Yen(17_500), on: day(12)?, next: NextStep::Review },
        News::Ready { hand_over: certificate, until },
        News::Withdrawn { at, fee },
        News::WithdrawalDeclined { at },
        News::Extended {
            from: Some(day(8)?),
            to: day(28)?,
            reason: "関係課への照会に時間がかかるため".to_owned(),
        },
        News::Transferred,
        News::Forwarded {
            agency: "北海道渡島総合振興局".to_owned(), on: day(8)?, due: Some(day(22)?)
        },
        News::DocumentPublished { title: "決定通知書".to_owned(), until: day(30)? },
        News::Refund { yen: Yen(17_500), on: day(12)?, refunding: Refunding::Surplus },
        News::Exempted { on: day(12)? },
    ]) {
        notices.push(notice(id, news)?);
    }
    for (id, message) in (30..).zip(about_no_case()?) {
        notices.push(Notice { id: Uuid::from_u128(id), reader: Reader::Principal, message, ..received()? });
    }
    Ok(notices)
}

/// What there is to tell beside cases.
fn about_no_case() -> Result<Vec<Message>, Breach> {
    let url = "https://shinsei.city.example.lg.jp/confirm/ZWluIEdlaGVpbW5pcw".to_owned();
    Ok(vec![
        Message::Confirmation { url, until: jst(8, 15, 4)?, is_change: false },
        Message::Maintenance { from: jst(27, 20, 0)?, until: jst(28, 6, 0)? },
        Message::Mandate(MandateNotice {
            principal: "函館 花子".to_owned(),
            procedures: vec!["住民票の写し等の交付請求".to_owned()],
            from: day(8)?,
            until: day(31)?,
            number: "0192400000007000".to_owned(),
            news: MandateNews::Signed,
        }),
        Message::Staff(StaffNotice {
            receipt: "012025-R08-0001234-7".parse()?,
            alert: Alert::Exceeded { due: 1 },
            day: day(21)?,
        }),
    ])
}

/// A day of May 2026.
fn day(day: u32) -> Result<NaiveDate, Breach> {
    NaiveDate::from_ymd_opt(2026, 5, day).ok_or_else(|| Breach::new("no such day"))
}

/// A notice of receipt.
pub(super) fn received() -> Result<Notice, Breach> {
    let standard_period = Some(Period { holidays: Holidays::Skipped, ..Period::days(45) });
    let fee = FeeDue::AtCounter(Yen(17_500));
    notice(1, News::Received { standard_period, fee, visits: vec![Visit::Payment] })
}

/// A notice of a result.
pub(super) fn reviewed(result: ReviewResult, hand_over: Option<HandOver>) -> Result<Notice, Breach> {
    let id = if hand_over.is_some() { 2 } else { 3 };
    notice(id, News::Reviewed { reviewed_at: jst(8, 9, 58)?, result, hand_over })
}

fn notice(id: u128, news: News) -> Result<Notice, Breach> {
    Ok(Notice {
        id: Uuid::from_u128(id),
        municipality: "012025".parse()?,
        city: "函館市".to_owned(),
        to: "hanako@example.jp".to_owned(),
        reader: Reader::Applicant,
        at: jst(7, 15, 4)?,
        contact: Division {
            id: DivisionId::new("koseki")?,
            name: "市民部 戸籍住民課".to_owned(),
            phone: "0138-00-0001".to_owned(),
            counter: "本庁舎1階".to_owned(),
            hours: "平日 8時45分~17時30分".to_owned(),
            staff_mail: None,
            head_mail: None,
        },
        message: Message::Case(CaseNotice {
            procedure: "住民票の写し等の交付請求".to_owned(),
            act: Act::Application,
            received_at: jst(7, 15, 4)?,
            receipt: "012025-R08-0001234-7".parse()?,
            late: Some(Late {
                last_day: Some(day(6)?),
                effect: Some("翌月分からの適用になります。".to_owned()),
            }),
            news,
        }),
    })
}

/// A time of May 2026 in Japan.
fn jst(day: u32, hour: u32, minute: u32) -> Result<Timestamp, Breach> {
    Timestamp::from_jst(2026, 5, day, hour, minute).ok_or_else(|| Breach::new("no such time"))
}
