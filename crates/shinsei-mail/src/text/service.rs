//! The mails that are about no case: confirmation of an address (M1), maintenance (M15), mandates (M16); and the internal ones
//! (M21).

use shinsei_core::notice::{Alert, MandateNews, MandateNotice, Notice, Reader, StaffNotice};
use shinsei_core::standard::name::{Concern, GlyphConcern, Name};
use shinsei_core::time::Timestamp;

use crate::layout::Body;
use crate::text::{contact, date, date_time, plain};

/// M1 利用者登録確認.
pub(super) fn confirmation(body: &mut Body, notice: &Notice, url: &str, until: Timestamp, is_change: bool) {
    if is_change {
        body.sentence("メールアドレスの変更のお申し込みを受け付けました。");
        body.sentence("次のページを開いて、変更を完了してください。");
    } else {
        body.sentence("利用者登録のお申し込みを受け付けました。");
        body.sentence("次のページを開いて、登録を完了してください。");
    }
    body.gap();
    body.link(&plain(url));
    body.gap();
    body.field("有効期限", &[date_time(until)]);
    body.gap();
    body.sentence("有効期限を過ぎた場合は、もう一度お申し込みください。");
    body.sentence("ページを開かなければ、何も登録されません。");
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
}

/// M15 定期メンテナンス. Both ends have date and weekday, whether or not it crosses midnight.
pub(super) fn maintenance(body: &mut Body, notice: &Notice, from: Timestamp, until: Timestamp) {
    body.sentence("定期メンテナンスのため、電子申請サービスの停止が決まりました。");
    body.sentence("お手続きは不要です。停止中は、サービスをご利用いただけません。");
    body.gap();
    body.field("停止開始", &[date_time(from)]);
    body.field("停止終了", &[date_time(until)]);
    body.gap();
    body.sentence("停止中にできないこと");
    for item in ["申請、届出、請求", "補正の送信、取下げ", "公文書の取得", "申請の状況の確認"]
    {
        body.item(item);
    }
    body.gap();
    body.sentence("ご不便をおかけして申し訳ありません。");
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
}

/// M16 委任の受付・取消.
///
/// Security: the number alone opens nothing; the key goes another way, and no mail holds it.
pub(super) fn mandate(body: &mut Body, notice: &Notice, mandate: &MandateNotice) {
    let for_the_agent = match notice.reader {
        Reader::Agent => true,
        Reader::Applicant | Reader::Principal | Reader::User | Reader::Staff => false,
    };
    let (happened, to_do) = match (mandate.news, for_the_agent) {
        (MandateNews::Signed, true) => (
            "次の委任状を受け付けました。",
            "委任者から鍵を受け取り、電子申請サービスで委任を承諾してください。",
        ),
        (MandateNews::Signed, false) => {
            ("次の委任状を受け付けました。", "鍵は、このメールとは別の方法で、代理人の方へお渡しください。")
        }
        (MandateNews::Accepted, _) => ("代理人の方が、次の委任を承諾しました。", "お手続きは不要です。"),
        (MandateNews::Revoked, _) => {
            ("次の委任が取り消されました。", "お手続きは不要です。この委任状による申請は、もうできません。")
        }
    };
    body.sentence(happened);
    body.sentence(to_do);
    body.gap();
    let principal = renderable(&mandate.principal);
    body.field("委任者", &[plain(&principal)]);
    body.field("手続名", &mandate.procedures.iter().map(|name| plain(name)).collect::<Vec<_>>());
    body.field("有効期間", &[format!("{}から", date(mandate.from)), format!("{}まで", date(mandate.until))]);
    body.field("委任状番号", &[plain(&mandate.number)]);
    body.gap();
    if principal != mandate.principal {
        body.sentence("お名前の一部は、メールで表示できる文字に置き換えています。");
        body.gap();
    }
    body.field("問合せ先", &contact(&notice.contact));
}

/// M21 期限のお知らせ(庁内). Whoever reads it looks the case up under its number: nothing else of it is here.
pub(super) fn alert(body: &mut Body, notice: &Notice, staff: &StaffNotice) {
    let (happened, to_do, last_day) = match staff.alert {
        Alert::Approaching { .. } => (
            "担当課の次の案件の、処理の期限が近づきました。",
            "期限までに結果を知らせるか、必要なときは期間を延長してください。",
            "処理期限",
        ),
        Alert::Exceeded { .. } => (
            "担当課の次の案件が、処理の期限を過ぎました。",
            "処理の状況を確かめ、期間の延長など、必要な手当てをしてください。",
            "処理期限",
        ),
        Alert::CorrectionOverdue { .. } => (
            "担当課の次の案件が、補正の期限を過ぎました。",
            "自動では何も決まりません。取扱いを判断してください。",
            "補正期限",
        ),
        Alert::ConsultationOverdue { .. } => (
            "担当課の次の案件で、他課への協議の回答期限を過ぎました。",
            "審査は回答を待たずに進められます。協議先に状況を確かめてください。",
            "回答期限",
        ),
    };
    body.sentence(happened);
    body.sentence(to_do);
    body.gap();
    body.field("受付番号", &[staff.receipt.to_string()]);
    body.field(last_day, &[date(staff.day)]);
    body.gap();
    body.sentence("内容は、職員用の画面で受付番号からご確認ください。");
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
}

/// A name as any mail program shows it (外字の代替表記): a character that only one system's font has becomes 〓, and one of
/// which a certain glyph was meant, the character itself.
///
/// # Source
/// DOMAIN 8: 外字 → 代替表記 + note.
fn renderable(name: &str) -> String {
    let name = Name::new(name);
    let mut shown = String::new();
    let mut rest = name.as_received();
    for GlyphConcern { character, why, .. } in name.glyph_concerns() {
        let Some((before, after)) = rest.split_once(character.as_str()) else { continue };
        shown.push_str(before);
        match why {
            Concern::PrivateUse | Concern::Lost => shown.push('〓'),
            Concern::Variation => shown.extend(character.chars().take(1)),
            Concern::BeyondCp932 => shown.push_str(&character),
        }
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_with_what_every_mail_program_shows() {
        let shown = |name: &str| renderable(name);
        assert_eq!(shown("函館 花子"), "函館 花子");
        assert_eq!(shown("髙﨑 𠮷子"), "髙﨑 𠮷子", "these stand in UTF-8 and are shown");
        assert_eq!(shown("\u{E000}田 \u{F0001}子"), "〓田 〓子");
        assert_eq!(shown("葛\u{E0100}城 葛\u{E0101}子"), "葛城 葛子");
        assert_eq!(shown("\u{FFFD}田"), "〓田");
        assert_eq!(shown(""), "");
    }
}
