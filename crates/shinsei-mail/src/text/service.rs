//! The mails that are about no case: confirmation of an address (M1), maintenance (M15), mandates (M16).

use shinsei_core::notice::{MandateNews, MandateNotice, Notice, Reader};
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
        Reader::Applicant | Reader::Principal | Reader::User => false,
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
    body.field("委任者", &[plain(&mandate.principal)]);
    body.field("手続名", &mandate.procedures.iter().map(|name| plain(name)).collect::<Vec<_>>());
    body.field("有効期間", &[format!("{}から", date(mandate.from)), format!("{}まで", date(mandate.until))]);
    body.field("委任状番号", &[plain(&mandate.number)]);
    body.gap();
    body.field("問合せ先", &contact(&notice.contact));
}
