//! The mails of the main road: M2 申請受付, M3 to M5 審査結果.

use shinsei_core::notice::{CaseNotice, FeeDue, HandOver, Late, Notice, ReviewResult};
use shinsei_core::period::{CountedFrom, Holidays, Period, PeriodUnit};
use shinsei_core::procedure::{Act, Deliverable, Delivery, Division, Visit};
use shinsei_core::time::Timestamp;

use crate::layout::Body;
use crate::text::{act, contact, counter, date, date_time, plain};

/// M2 申請受付のお知らせ.
pub(super) fn received(
    body: &mut Body,
    notice: &Notice,
    case: &CaseNotice,
    period: Option<&Period>,
    fee: FeeDue,
    visits: &[Visit],
) {
    let requests = requests(notice, fee, visits);
    body.sentence(&format!("次の{}を受け付けました。", act(case.act)));
    body.sentence(to_do_after_arrival(fee, visits));
    body.gap();
    body.field("手続名", &[plain(&case.procedure)]);
    body.field("受付日時", &[date_time(case.received_at)]);
    body.field("受付番号", &[case.receipt.to_string()]);
    body.field("問合せ先", &contact(&notice.contact));
    body.gap();
    if let Some(late) = &case.late {
        body.sentence(&arrived_late(case.act, late));
        late.effect.iter().for_each(|effect| body.item(&plain(effect)));
        body.gap();
    }
    if !requests.is_empty() {
        body.sentence("お願い");
        requests.iter().for_each(|request| body.item(request));
        body.gap();
    }
    body.sentence("このあと、担当の職員が内容を審査します。");
    body.sentence("審査には日数がかかります。結果は、あらためてメールでお知らせします。");
    if let Some(period) = period {
        body.sentence(&standard_period(period));
    }
    body.gap();
    body.sentence("お問い合わせのときは、受付番号をお伝えください。");
    body.sentence("このメールは、控えとして保管してください。");
}

/// The line that says that it arrived after its time, and blames nobody for it.
fn arrived_late(kind: Act, late: &Late) -> String {
    let last_day = late.last_day.map(|day| format!("{}の", date(day))).unwrap_or_default();
    format!("{last_day}期限のあとに届いた{}として、受け付けました。", act(kind))
}

/// The line that says what to do after the arrival.
fn to_do_after_arrival(fee: FeeDue, visits: &[Visit]) -> &'static str {
    let must_act = matches!(fee, FeeDue::AtCounter(_)) || visits.contains(&Visit::Papers);
    let will_be_called = matches!(fee, FeeDue::ToBeAssessed)
        || visits.iter().any(|visit| matches!(visit, Visit::Interview | Visit::Inspection));
    match (must_act, will_be_called) {
        (true, _) => "このあと、お手続きが必要です。下の「お願い」をご覧ください。",
        (false, true) => "担当課からのご連絡をお待ちください。下の「お願い」をご覧ください。",
        (false, false) => "今のところ、お手続きは不要です。",
    }
}

/// What the applicant is asked for before the decision.
fn requests(notice: &Notice, fee: FeeDue, visits: &[Visit]) -> Vec<String> {
    let counter = counter(&notice.contact);
    let mut requests = Vec::new();
    match fee {
        FeeDue::Nothing => {}
        FeeDue::AtCounter(yen) => {
            requests.push(format!("手数料 {yen}を、窓口でお納めください。審査は、納付のあとに始まります。"));
        }
        FeeDue::ToBeAssessed => {
            requests.push(
                "手数料がかかります。金額は、担当課からお知らせします。審査は、納付のあとに始まります。"
                    .into(),
            );
        }
        FeeDue::ByInvoice => {
            requests.push("手数料は、あとでお送りする納入通知書でお納めください。".into());
        }
    }
    for visit in visits {
        match visit {
            Visit::Payment | Visit::Pickup => {}
            Visit::Papers => requests.push("手続の案内にある書類を、窓口へお持ちください。".into()),
            Visit::Interview => requests.push("面談の日時は、担当課からお知らせします。".into()),
            Visit::Inspection => requests.push("検査の日時は、担当課からお知らせします。".into()),
        }
    }
    if matches!(fee, FeeDue::AtCounter(_)) || visits.contains(&Visit::Papers) {
        requests.push(format!("窓口は、{counter}です。このメールの控えと受付番号をお持ちください。"));
    }
    requests
}

/// M3, M4 and M5 審査結果のお知らせ.
pub(super) fn reviewed(
    body: &mut Body,
    notice: &Notice,
    case: &CaseNotice,
    reviewed_at: Timestamp,
    result: &ReviewResult,
    hand_over: Option<&HandOver>,
) {
    body.sentence(&format!("次の{}の審査が終わりました。", act(case.act)));
    body.sentence(&to_do_after_review(result, hand_over));
    body.gap();
    body.field("手続名", &[plain(&case.procedure)]);
    body.field("受付日時", &[date_time(case.received_at)]);
    body.field("受付番号", &[case.receipt.to_string()]);
    body.field("審査日時", &[date_time(reviewed_at)]);
    body.field("審査結果", &[outcome(result, hand_over).to_owned()]);
    body.field("注意事項", &remarks(result, hand_over, case.late.as_ref()));
    body.gap();
    match (hand_over, result) {
        (Some(hand_over), _) => handing_over(body, &notice.contact, hand_over),
        (None, ReviewResult::PartlyGranted | ReviewResult::SeeDocument) => {
            body.field("受取方法", &["決定通知書のお渡し方法は、担当課からご連絡します".into()]);
        }
        (None, ReviewResult::Confirmed | ReviewResult::Granted) => {
            body.sentence(&format!("この{}の手続きは、これで終了です。", act(case.act)));
        }
    }
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
    body.gap();
    body.sentence("お問い合わせのときは、受付番号をお伝えください。");
    body.sentence("このメールは、控えとして保管してください。");
}

/// The line that says what to do after the review.
fn to_do_after_review(result: &ReviewResult, hand_over: Option<&HandOver>) -> String {
    let has_document = match result {
        ReviewResult::PartlyGranted | ReviewResult::SeeDocument => true,
        ReviewResult::Confirmed | ReviewResult::Granted => false,
    };
    if has_document && !hand_over.is_some_and(must_come) {
        return "決定通知書をご確認ください。".to_owned();
    }
    let Some(hand_over) = hand_over else { return "お手続きは不要です。".to_owned() };
    match (issued(hand_over), hand_over.fee) {
        (Some((name, Delivery::Counter)), _) => format!("窓口で{name}をお受け取りください。"),
        (_, FeeDue::AtCounter(_)) => "窓口で手数料をお納めください。".to_owned(),
        (_, FeeDue::ToBeAssessed) => "手数料の金額について、担当課からのご連絡をお待ちください。".to_owned(),
        _ if must_come(hand_over) => "窓口へお越しください。".to_owned(),
        (Some((name, Delivery::Electronic)), FeeDue::Nothing | FeeDue::ByInvoice) => {
            format!("電子申請サービスで{name}をお受け取りください。")
        }
        (Some((name, Delivery::Post)), FeeDue::Nothing | FeeDue::ByInvoice) => {
            format!("今のところ、お手続きは不要です。{name}を郵送でお送りします。")
        }
        (None, FeeDue::ByInvoice) => "今のところ、お手続きは不要です。".to_owned(),
        (None, FeeDue::Nothing) => "お手続きは不要です。".to_owned(),
    }
}

/// The result (審査結果).
fn outcome(result: &ReviewResult, hand_over: Option<&HandOver>) -> &'static str {
    match result {
        ReviewResult::Confirmed => "内容を確認しました(不備はありませんでした)",
        ReviewResult::Granted if hand_over.and_then(issued).is_some() => "認められました(交付できます)",
        ReviewResult::Granted => "認められました",
        ReviewResult::PartlyGranted => "一部が認められました。決定通知書をご確認ください",
        ReviewResult::SeeDocument => "決定通知書をご確認ください",
    }
}

/// What else the applicant must know (その他の注意事項).
fn remarks(result: &ReviewResult, hand_over: Option<&HandOver>, late: Option<&Late>) -> Vec<String> {
    let mut remarks = Vec::new();
    match result {
        ReviewResult::Confirmed | ReviewResult::Granted => {
            remarks.extend(late.and_then(|late| late.effect.as_deref()).map(plain));
        }
        ReviewResult::PartlyGranted | ReviewResult::SeeDocument => {
            remarks.push("くわしくは、決定通知書に記載しています。".to_owned());
        }
    }
    if let Some(hand_over) = hand_over {
        match hand_over.fee {
            FeeDue::Nothing => {}
            FeeDue::AtCounter(yen) => {
                remarks.push(format!("手数料 {yen}({})を窓口でお納めください。", count(hand_over)));
            }
            FeeDue::ToBeAssessed => {
                remarks.push("手数料がかかります。金額は、担当課からお知らせします。".to_owned());
            }
            FeeDue::ByInvoice => {
                remarks.push("手数料は、あとでお送りする納入通知書でお納めください。".to_owned());
            }
        }
        if hand_over.visits.contains(&Visit::Interview) {
            remarks.push("窓口で、担当の職員がお話をうかがいます。".to_owned());
        }
    }
    if remarks.is_empty() {
        remarks.push("特にありません".to_owned());
    }
    remarks
}

/// What is handed over, how, where, and what to bring.
pub(super) fn handing_over(body: &mut Body, division: &Division, hand_over: &HandOver) {
    let issued = issued(hand_over);
    if let Some((name, by)) = &issued {
        body.field("交付物", std::slice::from_ref(name));
        body.field("受取方法", &[receiving(*by, hand_over.fee)]);
    }
    if !must_come(hand_over) {
        return;
    }
    let fetched = matches!(issued, Some((_, Delivery::Counter)));
    body.field(if fetched { "交付窓口" } else { "窓口" }, &[counter(division)]);
    body.field("受付時間", &[plain(&division.hours)]);
    body.gap();
    body.sentence("お持ちいただくもの");
    body.item("このメールの控え(印刷または画面)");
    if fetched {
        body.item("本人確認書類");
    }
    if let FeeDue::AtCounter(yen) = hand_over.fee {
        body.item(&format!("手数料 {yen}"));
    }
    if hand_over.visits.contains(&Visit::Papers) {
        body.item("手続の案内にある書類");
    }
}

/// How it is received (受取方法).
fn receiving(by: Delivery, fee: FeeDue) -> String {
    let how = match by {
        Delivery::Counter => "窓口でお渡しします",
        Delivery::Post => "郵送でお送りします",
        Delivery::Electronic => "電子申請サービスでお渡しします",
    };
    match (by, fee) {
        (Delivery::Post | Delivery::Electronic, FeeDue::AtCounter(_) | FeeDue::ToBeAssessed) => {
            format!("手数料の納付のあと、{how}")
        }
        _ => how.to_owned(),
    }
}

/// True when the applicant must come to the counter after the result.
pub(super) fn must_come(hand_over: &HandOver) -> bool {
    let fetched = matches!(hand_over.deliverable, Deliverable::Issued { by: Delivery::Counter, .. });
    let paid = matches!(hand_over.fee, FeeDue::AtCounter(_));
    // An inspection is over once the decision is made, and somebody who has nothing to pay need not come to pay.
    let met = |visit: &Visit| matches!(visit, Visit::Pickup | Visit::Interview | Visit::Papers);
    fetched || paid || hand_over.visits.iter().any(met)
}

/// What is issued and how it is handed over.
pub(super) fn issued(hand_over: &HandOver) -> Option<(String, Delivery)> {
    match &hand_over.deliverable {
        Deliverable::None => None,
        Deliverable::Issued { name, by } => Some((plain(name), *by)),
    }
}

/// For how many a fee is, with their unit; what has none, or one that is no counting word (助数詞), is counted in 件.
pub(super) fn count(hand_over: &HandOver) -> String {
    let quantity = hand_over.quantity;
    let unit = hand_over.unit.as_deref().map(plain).unwrap_or_default();
    match unit.chars().count() {
        0 => format!("{quantity}件"),
        1 => format!("{quantity}{unit}"),
        _ => format!("{unit} {quantity}件分"),
    }
}

/// The standard processing period (標準処理期間), with how it is counted.
fn standard_period(period: &Period) -> String {
    let unit = match period.unit {
        PeriodUnit::Day => "日",
        PeriodUnit::Week => "週間",
        PeriodUnit::Month => "か月",
        PeriodUnit::Hour => return format!("標準処理期間：{}時間", period.length),
    };
    let from = match period.counted_from {
        CountedFrom::TheDay => "当日",
        CountedFrom::TheNextDay => "翌日",
    };
    let holidays = match period.holidays {
        Holidays::Counted => "含みます",
        Holidays::Skipped => "除きます",
    };
    format!("標準処理期間：{}{unit}({from}から数え、休日を{holidays})", period.length)
}
