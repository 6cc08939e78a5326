//! The mails between receipt and end: corrections (M6 to M8), fees (M9, M10), hand-over (M11, M17), withdrawal (M12),
//! extension (M13), another division (M14), another agency (M18), money that goes back (M19) or is not asked for any more (M20).

use chrono::NaiveDate;
use shinsei_core::notice::{
    CaseNotice, Correcting, FeeDue, HandOver, NextStep, Notice, PayEasy, Refunding, WithdrawnFee,
};
use shinsei_core::procedure::{Delivery, PaymentMethod};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::layout::Body;
use crate::text::main_road::{handing_over, issued, must_come};
use crate::text::{act, contact, counter, date, date_time, plain};

const NOTHING_TO_DO: &str = "お手続きは不要です。";

/// M6 補正のお願い.
pub(super) fn correction(body: &mut Body, case: &CaseNotice, correcting: &Correcting) {
    let kind = act(case.act);
    body.sentence(&format!("次の{kind}に、直していただきたい箇所が見つかりました。"));
    body.sentence(&format!("{}までに、内容を直してください。", date(correcting.due)));
    correcting_fields(body, case, correcting);
}

/// M8 補正期限が近づいています.
pub(super) fn correction_due(body: &mut Body, case: &CaseNotice, correcting: &Correcting) {
    body.sentence(&format!("次の{}の、補正の期限が近づきました。", act(case.act)));
    body.sentence(&format!("お済みでない場合は、{}までに、内容を直してください。", date(correcting.due)));
    correcting_fields(body, case, correcting);
}

fn correcting_fields(body: &mut Body, case: &CaseNotice, correcting: &Correcting) {
    let how = if correcting.resubmit {
        format!("電子申請サービスで、{}書をもう一度送信", act(case.act))
    } else {
        "電子申請サービスで、直す箇所だけを送信".to_owned()
    };
    opening(body, case);
    body.field("直す箇所", &[format!("{}か所", correcting.items)]);
    body.field("補正期限", &[date(correcting.due)]);
    body.field("修正方法", &[how]);
    body.gap();
    body.sentence("直す箇所の内容は、電子申請サービスにログインしてご確認ください。");
    if correcting.signed {
        body.sentence("送信のときに、もう一度、電子署名が必要です。");
    }
    body.sentence("期限を過ぎた場合は、担当の職員が取扱いを判断してお知らせします。");
}

/// M7 補正を受け取りました.
pub(super) fn corrected(body: &mut Body, case: &CaseNotice, at: Timestamp) {
    body.sentence(&format!("次の{}の補正を受け取りました。", act(case.act)));
    body.sentence("今のところ、お手続きは不要です。");
    opening(body, case);
    body.field("受領日時", &[date_time(at)]);
    body.gap();
    body.sentence("審査を再開しました。結果は、あらためてメールでお知らせします。");
}

/// M9 手数料納付のご案内.
pub(super) fn fee_notice(
    body: &mut Body,
    notice: &Notice,
    case: &CaseNotice,
    yen: Yen,
    due: Option<NaiveDate>,
    methods: &[PaymentMethod],
    pay_easy: Option<&PayEasy>,
) {
    body.sentence(&format!("次の{}の手数料が決まりました。", act(case.act)));
    body.sentence(&match due {
        Some(due) => format!("{}までに、手数料をお納めください。", date(due)),
        None => "手数料をお納めください。".to_owned(),
    });
    opening(body, case);
    body.field("金額", &[yen.to_string()]);
    if let Some(due) = due {
        body.field("納付期限", &[date(due)]);
    }
    let words = methods.iter().map(|method| match method {
        PaymentMethod::Counter => format!("窓口({})", counter(&notice.contact)),
        PaymentMethod::Invoice => "納入通知書".to_owned(),
        PaymentMethod::Electronic => "電子納付(ペイジー)".to_owned(),
    });
    body.field("納付方法", &words.collect::<Vec<_>>());
    match pay_easy {
        None => {}
        Some(PayEasy::AfterSigningIn) => {
            body.gap();
            body.sentence("収納機関番号などは、電子申請サービスにログインするとご覧になれます。");
        }
        Some(PayEasy::Numbers { agency, payment, confirmation }) => {
            body.field("収納機関番号", &[plain(agency)]);
            body.field("納付番号", &[plain(payment)]);
            body.field("確認番号", &[plain(confirmation)]);
        }
    }
}

/// M10 納付を確認しました.
pub(super) fn fee_paid(body: &mut Body, case: &CaseNotice, yen: Yen, on: NaiveDate, next: NextStep) {
    body.sentence(&format!("次の{}の手数料の納付を確認しました。", act(case.act)));
    body.sentence("今のところ、お手続きは不要です。");
    opening(body, case);
    body.field("金額", &[yen.to_string()]);
    body.field("納付日", &[date(on)]);
    body.gap();
    body.sentence(&match next {
        NextStep::Review => "このあと、担当の職員が内容を審査します。".to_owned(),
        NextStep::HandOver => "このあと、交付の準備をします。".to_owned(),
        NextStep::Nothing => format!("この{}の手続きは、これで終了です。", act(case.act)),
    });
}

/// M11 交付の準備ができました.
pub(super) fn ready(
    body: &mut Body,
    notice: &Notice,
    case: &CaseNotice,
    hand_over: &HandOver,
    until: Option<NaiveDate>,
) {
    body.sentence(&format!("次の{}について、交付の準備ができました。", act(case.act)));
    body.sentence(&match issued(hand_over) {
        Some((_, Delivery::Post)) if !must_come(hand_over) => {
            "今のところ、お手続きは不要です。郵送でお届けします。".to_owned()
        }
        Some((name, Delivery::Electronic)) if !must_come(hand_over) => {
            format!("電子申請サービスで{name}をお受け取りください。")
        }
        Some((name, _)) => format!("窓口で{name}をお受け取りください。"),
        None => "窓口へお越しください。".to_owned(),
    });
    opening(body, case);
    if let Some(until) = until {
        body.field("受取期限", &[date(until)]);
    }
    if let FeeDue::AtCounter(yen) = hand_over.fee {
        body.field("手数料", &[yen.to_string()]);
    }
    handing_over(body, &notice.contact, hand_over);
}

/// M12 取下げを受け付けました.
pub(super) fn withdrawn(body: &mut Body, case: &CaseNotice, at: Timestamp, fee: WithdrawnFee) {
    body.sentence(&format!("次の{}の取下げを受け付けました。", act(case.act)));
    body.sentence(NOTHING_TO_DO);
    opening(body, case);
    body.field("取下日時", &[date_time(at)]);
    body.field(
        "手数料",
        &[match fee {
            WithdrawnFee::NothingPaid => "納付いただいた手数料はありません".to_owned(),
            WithdrawnFee::Refunded(yen) => format!("納付済みの{yen}をお返しします"),
            WithdrawnFee::Kept(yen) => format!("納付済みの{yen}は、条例によりお返しできません"),
            WithdrawnFee::ToBeDecided(yen) => {
                format!("納付済みの{yen}の取扱いは、担当課からご連絡します")
            }
        }],
    );
}

/// M12 取下げに応じられません.
pub(super) fn withdrawal_declined(body: &mut Body, case: &CaseNotice, at: Timestamp) {
    body.sentence(&format!("次の{}の取下げの申出について、応じられないことが決まりました。", act(case.act)));
    body.sentence("審査は続きます。今のところ、お手続きは不要です。");
    opening(body, case);
    body.field("決定日時", &[date_time(at)]);
    body.gap();
    body.sentence("くわしくは、担当課へお問い合わせください。");
}

/// M13 処理期間の延長.
pub(super) fn extended(
    body: &mut Body,
    case: &CaseNotice,
    from: Option<NaiveDate>,
    to: NaiveDate,
    reason: &str,
) {
    body.sentence(&format!("次の{}の処理の期限を延ばしました。", act(case.act)));
    body.sentence("お手続きは不要です。お待たせして申し訳ありません。");
    opening(body, case);
    if let Some(from) = from {
        body.field("当初期限", &[date(from)]);
    }
    body.field("見込期限", &[date(to)]);
    body.field("理由", &[plain(reason)]);
}

/// M14 担当課の変更.
pub(super) fn transferred(body: &mut Body, case: &CaseNotice) {
    body.sentence(&format!("次の{}の担当課が変わりました。", act(case.act)));
    body.sentence("お手続きは不要です。受付番号は変わりません。");
    opening(body, case);
    body.gap();
    body.sentence("これからのお問い合わせは、次の新しい担当課へお願いします。");
}

/// M17 公文書の取得のお願い. A mail is no delivery: what counts is that the document is fetched.
pub(super) fn document_published(body: &mut Body, case: &CaseNotice, title: &str, until: NaiveDate) {
    body.sentence(&format!("次の{}について、公文書を発行しました。", act(case.act)));
    body.sentence(&format!("{}までに、電子申請サービスでお受け取りください。", date(until)));
    opening(body, case);
    body.field("件名", &[plain(title)]);
    body.field("取得期限", &[date(until)]);
    body.field("取得方法", &["電子申請サービスにログインして取得".to_owned()]);
    body.gap();
    body.sentence("期限を過ぎると、電子申請サービスでは取得できなくなります。");
}

/// M18 送付のお知らせ. The number stays, since the division answers for what it sent.
pub(super) fn forwarded(
    body: &mut Body,
    case: &CaseNotice,
    agency: &str,
    on: NaiveDate,
    due: Option<NaiveDate>,
) {
    body.sentence(&format!("次の{}を、決定をする機関へ送りました。", act(case.act)));
    body.sentence("お手続きは不要です。受付番号は変わりません。");
    opening(body, case);
    body.field("受付日時", &[date_time(case.received_at)]);
    body.field("送付先", &[plain(agency)]);
    body.field("送付日", &[date(on)]);
    if let Some(due) = due {
        body.field("見込期限", &[date(due)]);
    }
    body.gap();
    body.sentence("審査と決定は送付先が行い、結果は送付先からお知らせします。");
}

/// M19 還付のお知らせ. Where the money is to go is asked for by the division: no mail asks for an account.
pub(super) fn refund(body: &mut Body, case: &CaseNotice, yen: Yen, on: NaiveDate, refunding: Refunding) {
    let kind = act(case.act);
    let (happened, day, why) = match refunding {
        Refunding::Surplus => (
            format!("次の{kind}について、納めていただく必要のないお金が納付されました。"),
            "納付日",
            "納めすぎ(過誤納)",
        ),
        Refunding::SurplusDecided => (
            format!("次の{kind}について、納めすぎのお金をお返しすることが決まりました。"),
            "決定日",
            "納めすぎ(過誤納)",
        ),
        Refunding::FeeDecided => (
            format!("次の{kind}について、手数料をお返しすることが決まりました。"),
            "決定日",
            "条例による手数料の還付",
        ),
    };
    body.sentence(&happened);
    body.sentence("今のところ、お手続きは不要です。");
    body.sentence("お返しの方法は、担当課からご連絡します。");
    opening(body, case);
    body.field("還付額", &[yen.to_string()]);
    body.field("理由", &[why.to_owned()]);
    body.field(day, &[date(on)]);
    body.gap();
    body.sentence("口座番号などを、メールや電話でお尋ねすることはありません。");
    body.sentence("現金自動預払機(ATM)の操作をお願いすることもありません。");
}

/// M20 手数料の免除のお知らせ. The ground says something of the person, and stands in the case alone.
pub(super) fn exempted(body: &mut Body, case: &CaseNotice, on: NaiveDate) {
    body.sentence(&format!("次の{}の手数料が免除されました。", act(case.act)));
    body.sentence("お手続きは不要です。手数料をお納めいただく必要はありません。");
    opening(body, case);
    body.field("決定日", &[date(on)]);
    body.gap();
    body.sentence("納付のご案内が届いている場合は、そのご案内では納めないでください。");
}

/// What every one of these mails begins with: which case it is.
fn opening(body: &mut Body, case: &CaseNotice) {
    body.gap();
    body.field("手続名", &[plain(&case.procedure)]);
    body.field("受付番号", &[case.receipt.to_string()]);
}

/// What every one of these mails ends with.
pub(super) fn end(body: &mut Body, notice: &Notice) {
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
    body.gap();
    body.sentence("お問い合わせのときは、受付番号をお伝えください。");
}
