//! The words of each mail, whole, and what holds for all of them.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use shinsei_core::notice::{FeeDue, Message, Notice, ReviewResult};
use shinsei_core::period::{CountedFrom, Holidays, Period, PeriodUnit};
use shinsei_core::procedure::{Act, Delivery, Division, Visit};
use shinsei_core::yen::Yen;
use shinsei_mail::layout::{LINE_COLUMNS_MAX, columns};
use shinsei_mail::text::Mail;

use crate::notices;

fn check(notice: &Notice, whole: Expect) {
    let mail = Mail::from_notice(notice);
    whole.assert_eq(&format!("差出人: {}\n件名: {}\n\n{}", mail.from_name, mail.subject, mail.body));
}

#[test]
fn m2_a_received_application() {
    check(
        &notices::receipt(),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】申請を受け付けました(受付番号 012025-R08-0001234-7)

        次の申請を受け付けました。
        今のところ、お手続きは不要です。

        　手続名　：住民票の写し交付申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        このあと、担当の職員が内容を審査します。
        審査には日数がかかります。結果は、あらためてメールでお知らせします。
        標準処理期間：14日(翌日から数え、休日を含みます)

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m2_a_received_application_that_is_paid_before_the_review() {
    let visits = [Visit::Payment, Visit::Inspection, Visit::Papers];
    let message = notices::received(None, FeeDue::AtCounter(Yen(16_000)), &visits);
    check(
        &notices::notice("理容所開設届", Act::Filing, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】届出を受け付けました(受付番号 012025-R08-0001234-7)

        次の届出を受け付けました。
        このあと、お手続きが必要です。下の「お願い」をご覧ください。

        　手続名　：理容所開設届
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お願い
        　・手数料 16,000円を、窓口でお納めください。審査は、納付のあとに始ま
        　　ります。
        　・検査の日時は、担当課からお知らせします。
        　・手続の案内にある書類を、窓口へお持ちください。
        　・窓口は、市民部 戸籍住民課(本庁舎1階)です。このメールの控えと受付番
        　　号をお持ちください。

        このあと、担当の職員が内容を審査します。
        審査には日数がかかります。結果は、あらためてメールでお知らせします。

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m2_a_received_request_whose_fee_must_be_assessed() {
    let message = notices::received(None, FeeDue::ToBeAssessed, &[Visit::Interview]);
    check(
        &notices::notice("都市計画図等の頒布請求", Act::Request, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】請求を受け付けました(受付番号 012025-R08-0001234-7)

        次の請求を受け付けました。
        担当課からのご連絡をお待ちください。下の「お願い」をご覧ください。

        　手続名　：都市計画図等の頒布請求
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お願い
        　・手数料がかかります。金額は、担当課からお知らせします。審査は、納付
        　　のあとに始まります。
        　・面談の日時は、担当課からお知らせします。

        このあと、担当の職員が内容を審査します。
        審査には日数がかかります。結果は、あらためてメールでお知らせします。

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m3_a_confirmed_filing() {
    check(
        &notices::confirmed(),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の届出の審査が終わりました。
        お手続きは不要です。

        　手続名　：犬の登録事項変更届
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：内容を確認しました(不備はありませんでした)
        　注意事項：特にありません

        この届出の手続きは、これで終了です。

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m3_a_confirmed_filing_with_something_to_fetch() {
    let visits = [Visit::Pickup, Visit::Interview];
    let handbook = notices::hand_over("母子健康手帳", Delivery::Counter, FeeDue::Nothing, &visits);
    let message = notices::result(ReviewResult::Confirmed, Some(handbook));
    check(
        &notices::notice("妊娠の届出", Act::Filing, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の届出の審査が終わりました。
        窓口で母子健康手帳をお受け取りください。

        　手続名　：妊娠の届出
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：内容を確認しました(不備はありませんでした)
        　注意事項：窓口で、担当の職員がお話をうかがいます。

        　交付物　：母子健康手帳
        　受取方法：窓口でお渡しします
        　交付窓口：市民部 戸籍住民課(本庁舎1階)
        　受付時間：平日 8時45分~17時30分

        お持ちいただくもの
        　・このメールの控え(印刷または画面)
        　・本人確認書類

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m4_a_granted_certificate_at_the_counter() {
    check(
        &notices::granted(),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の申請の審査が終わりました。
        窓口で住民票の写しをお受け取りください。

        　手続名　：住民票の写し交付申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：交付できます
        　注意事項：手数料 600円(2通)を窓口でお納めください。

        　交付物　：住民票の写し(2通分)
        　受取方法：窓口でお渡しします
        　交付窓口：市民部 戸籍住民課(本庁舎1階)
        　受付時間：平日 8時45分~17時30分

        お持ちいただくもの
        　・このメールの控え(印刷または画面)
        　・本人確認書類
        　・手数料 600円

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m4_a_granted_certificate_by_post() {
    let fee = FeeDue::AtCounter(Yen(300));
    let posted = notices::hand_over("幅員証明書", Delivery::Post, fee, &[Visit::Payment]);
    let message = notices::result(ReviewResult::Granted, Some(posted));
    check(
        &notices::notice("市道幅員証明交付申請", Act::Application, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の申請の審査が終わりました。
        窓口で手数料をお納めください。

        　手続名　：市道幅員証明交付申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：交付できます
        　注意事項：手数料 300円(1通)を窓口でお納めください。

        　交付物　：幅員証明書
        　受取方法：手数料の納付のあと、郵送でお送りします
        　窓口　　：市民部 戸籍住民課(本庁舎1階)
        　受付時間：平日 8時45分~17時30分

        お持ちいただくもの
        　・このメールの控え(印刷または画面)
        　・手数料 300円

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m4_a_granted_permit_that_is_invoiced() {
    let permit = notices::hand_over("許可書", Delivery::Post, FeeDue::ByInvoice, &[]);
    let message = notices::result(ReviewResult::Granted, Some(permit));
    check(
        &notices::notice("道路占用許可申請", Act::Application, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の申請の審査が終わりました。
        今のところ、お手続きは不要です。許可書を郵送でお送りします。

        　手続名　：道路占用許可申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：交付できます
        　注意事項：手数料は、あとでお送りする納入通知書でお納めください。

        　交付物　：許可書
        　受取方法：郵送でお送りします

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m4_a_granted_document_in_electronic_form() {
    let document = notices::hand_over("決定通知書", Delivery::Electronic, FeeDue::Nothing, &[]);
    let message = notices::result(ReviewResult::Granted, Some(document));
    check(
        &notices::notice("公文書公開請求", Act::Request, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の請求の審査が終わりました。
        電子申請サービスで決定通知書をお受け取りください。

        　手続名　：公文書公開請求
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：交付できます
        　注意事項：特にありません

        　交付物　：決定通知書
        　受取方法：電子申請サービスでお渡しします

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m5_an_application_granted_in_part() {
    let message = notices::result(ReviewResult::PartlyGranted, None);
    check(
        &notices::notice("公文書公開請求", Act::Request, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の請求の審査が終わりました。
        決定通知書をご確認ください。

        　手続名　：公文書公開請求
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：一部が認められました。決定通知書をご確認ください
        　注意事項：くわしくは、決定通知書に記載しています。

        　受取方法：決定通知書のお渡し方法は、担当課からご連絡します

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m5_a_refused_application() {
    check(
        &notices::refused(),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の申請の審査が終わりました。
        決定通知書をご確認ください。

        　手続名　：飲食店営業許可申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：決定通知書をご確認ください
        　注意事項：くわしくは、決定通知書に記載しています。

        　交付物　：決定通知書
        　受取方法：郵送でお送りします

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m5_a_refused_application_whose_document_is_fetched() {
    let document = notices::hand_over("決定通知書", Delivery::Counter, FeeDue::Nothing, &[Visit::Pickup]);
    let message = notices::result(ReviewResult::SeeDocument, Some(document));
    check(
        &notices::notice("飲食店営業許可申請", Act::Application, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の申請の審査が終わりました。
        窓口で決定通知書をお受け取りください。

        　手続名　：飲食店営業許可申請
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：決定通知書をご確認ください
        　注意事項：くわしくは、決定通知書に記載しています。

        　交付物　：決定通知書
        　受取方法：窓口でお渡しします
        　交付窓口：市民部 戸籍住民課(本庁舎1階)
        　受付時間：平日 8時45分~17時30分

        お持ちいただくもの
        　・このメールの控え(印刷または画面)
        　・本人確認書類

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn m5_a_filing_with_a_formal_defect() {
    let message = notices::result(ReviewResult::SeeDocument, None);
    check(
        &notices::notice("食品営業届出", Act::Filing, message),
        expect![[r#"
        差出人: 函館市 市民部 戸籍住民課
        件名: 【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)

        次の届出の審査が終わりました。
        決定通知書をご確認ください。

        　手続名　：食品営業届出
        　受付日時：2026年5月7日(木) 15時04分
        　受付番号：012025-R08-0001234-7
        　審査日時：2026年5月8日(金) 10時20分
        　審査結果：決定通知書をご確認ください
        　注意事項：くわしくは、決定通知書に記載しています。

        　受取方法：決定通知書のお渡し方法は、担当課からご連絡します

        　問合せ先：市民部 戸籍住民課
        　　　　　　電話 0138-00-0000
        　　　　　　平日 8時45分~17時30分

        お問い合わせのときは、受付番号をお伝えください。
        このメールは、控えとして保管してください。

        ------------------------------------------------------------
        このメールは送信専用です。返信をいただいてもお答えできません。
        お心当たりのない場合は、お手数ですが、上の問合せ先へご連絡ください。
        函館市 市民部 戸籍住民課
    "#]],
    );
}

#[test]
fn the_standard_period_says_how_it_is_counted() {
    let line = |length, unit, counted_from, holidays| {
        let period = Period { length, unit, counted_from, holidays };
        let message = notices::received(Some(period), FeeDue::Nothing, &[]);
        let mail = Mail::from_notice(&notices::notice("公文書公開請求", Act::Request, message));
        mail.body.lines().find(|line| line.starts_with("標準処理期間")).unwrap().to_owned()
    };
    let lines = [
        line(14, PeriodUnit::Day, CountedFrom::TheNextDay, Holidays::Counted),
        line(10, PeriodUnit::Day, CountedFrom::TheDay, Holidays::Skipped),
        line(2, PeriodUnit::Week, CountedFrom::TheNextDay, Holidays::Skipped),
        line(1, PeriodUnit::Month, CountedFrom::TheDay, Holidays::Counted),
    ];
    assert_eq!(
        lines,
        [
            "標準処理期間：14日(翌日から数え、休日を含みます)",
            "標準処理期間：10日(当日から数え、休日を除きます)",
            "標準処理期間：2週間(翌日から数え、休日を除きます)",
            "標準処理期間：1か月(当日から数え、休日を含みます)",
        ]
    );
    let without = Mail::from_notice(&notices::confirmed());
    assert!(!without.body.contains("標準処理期間"));
}

#[test]
fn every_mail_has_the_fields_of_the_source_page_and_the_common_tone() {
    for notice in notices::all_kinds() {
        let Mail { subject, body, from_name } = Mail::from_notice(&notice);
        let mut fields = vec![
            "　手続名　：食",
            "　受付日時：2026年5月7日(木) 15時04分\n",
            "　受付番号：012025-R08-0001234-7\n",
        ];
        match &notice.message {
            Message::Received { .. } => {}
            Message::Result { .. } => {
                fields.extend(["　審査日時：2026年5月8日(金) 10時20分\n", "　審査結果：", "　注意事項："]);
            }
        }
        fields.extend([
            "　問合せ先：市民部 戸籍住民課\n",
            "電話 0138-00-0000\n",
            "送信専用",
            "お心当たりのない場合",
        ]);
        for field in fields {
            assert_eq!(body.matches(field).count(), 1, "{field} in {body}");
        }
        assert!(subject.starts_with("【函館市】") && subject.contains("012025-R08-0001234-7"), "{subject}");
        assert_eq!(from_name, "函館市 市民部 戸籍住民課");
        let mut lines = body.lines();
        let (happened, to_do) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(happened.ends_with("ました。"), "{happened}");
        assert!(
            to_do.ends_with("ください。") || to_do.ends_with('。') && to_do.contains("お手続きは不要です"),
            "{to_do}"
        );
        for forbidden in [notices::TO, "hanako", "http", "www", "パスワード", "不受理", "添付"] {
            assert!(!body.contains(forbidden) && !subject.contains(forbidden), "{forbidden} in {body}");
        }
        for line in body.lines() {
            assert!(columns(line) <= LINE_COLUMNS_MAX && line == line.trim_end(), "{line}");
        }
    }
}

#[test]
fn a_mail_that_says_nothing_must_be_done_asks_for_nothing() {
    for notice in notices::all_kinds() {
        let body = Mail::from_notice(&notice).body;
        let idle = body.lines().nth(1).unwrap().contains("お手続きは不要です");
        let asked = ["お持ちいただくもの", "お納めいただく", "窓口で手数料", "窓口へお", "ご連絡をお待ち"];
        if idle {
            assert!(!asked.iter().any(|asked| body.contains(asked)), "{body}");
        }
    }
}

#[test]
fn what_is_shown_of_a_mail_in_a_log_is_its_subject() {
    let shown = format!("{:?}", Mail::from_notice(&notices::granted()));
    assert_eq!(
        shown,
        r#"Mail { subject: "【函館市】審査が終わりました(受付番号 012025-R08-0001234-7)", .. }"#
    );
}

proptest! {
    #[test]
    fn no_text_of_a_catalog_breaks_a_line_or_forges_a_field(texts in prop::collection::vec("(?s).{0,80}", 7)) {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let mut notice = notices::granted();
        let Division { id, .. } = notice.contact;
        notice.city = text();
        notice.procedure = format!("申請{}\n　審査結果：交付できます", text());
        notice.contact = Division { id, name: text(), phone: text(), counter: text(), hours: text() };
        if let Message::Result { hand_over: Some(hand_over), .. } = &mut notice.message {
            hand_over.unit = Some(text());
        }
        let Mail { subject, body, from_name } = Mail::from_notice(&notice);
        prop_assert!(!subject.chars().chain(from_name.chars()).any(char::is_control));
        for line in body.lines() {
            prop_assert!(columns(line) <= LINE_COLUMNS_MAX, "{line:?}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        prop_assert_eq!(body.lines().filter(|line| line.starts_with("　審査結果：")).count(), 1);
    }
}
