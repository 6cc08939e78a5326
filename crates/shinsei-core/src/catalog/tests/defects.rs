//! Broken sheets, and every word of what is said about them.

use expect_test::{Expect, expect};

use super::*;
use crate::catalog::columns;
use crate::sheet::cell;

/// The sample with some cells replaced: id, column, what stands there instead.
fn edited(edits: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(SAMPLE_PROCEDURES_CSV);
    let mut rows: Vec<Vec<String>> = vec![columns::PROCEDURES.iter().map(ToString::to_string).collect()];
    rows.extend(reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()));
    for (id, column, text) in edits {
        let place = columns::PROCEDURES.iter().position(|header| header == column).unwrap();
        let row = rows.iter_mut().find(|row| row[0] == *id).unwrap();
        row[place] = (*text).to_owned();
    }
    lines(rows.iter().map(|row| row.iter().map(|cell| cell::quoted(cell)).collect::<Vec<_>>().join(",")))
}

pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Vec<u8> {
    lines.into_iter().map(|line| line + "\r\n").collect::<String>().into_bytes()
}

pub(super) fn check_sheets(procedures: &[u8], divisions: &[u8], expected: Expect) {
    let read = Catalog::read(procedures, divisions);
    expected.assert_eq(&read.map_or_else(|error| error.to_string(), |_| "no defect".to_owned()));
}

pub(super) fn check(edits: &[(&str, &str, &str)], expected: Expect) {
    check_sheets(&edited(edits), SAMPLE_DIVISIONS_CSV, expected);
}

/// The sample without its BOM as text.
fn sample() -> String {
    String::from_utf8(SAMPLE_PROCEDURES_CSV.to_vec()).unwrap().trim_start_matches('\u{FEFF}').to_owned()
}

#[test]
fn a_word_that_is_not_of_the_list_is_answered_with_the_list() {
    check(
        &[
            ("JU-001", "分類", "住民関係"),
            ("JU-001", "手続類型", "届"),
            ("JU-001", "根拠区分", ""),
            ("JU-001", "対象者", "法人・個人"),
            ("JU-001", "電子署名", "必要"),
            ("JU-001", "代理申請", "可(委任状)"),
            ("JU-001", "納付時期", "後で"),
            ("JU-001", "納付方法", "窓口・窓口"),
            ("JU-001", "交付方法", "Post"),
            ("JU-001", "来庁", "受取、手数料納付"),
            ("JU-001", "期間の数え方", "到達日"),
        ],
        expect![[r#"
            the catalog has 11 defects
              procedures line 19, 分類: found 「住民関係」, expected one of 情報公開関係, 税金関係, 保健・医関係, 住民・印鑑関連, 介護保険関連, 児童関連, 衛生関連, 動物関連, 建築・土木関連
              procedures line 19, 手続類型: found 「届」, expected one of 届出, 申請, 請求
              procedures line 19, 根拠区分: found nothing, expected one of 法律, 政令, 省令, 条例, 規則, 要綱
              procedures line 19, 対象者: found 「法人・個人」, expected one of 個人, 法人, 個人・法人
              procedures line 19, 電子署名: found 「必要」, expected one of 要, 不要
              procedures line 19, 代理申請: found 「可(委任状)」, expected one of 可, 限定, 不可
              procedures line 19, 納付時期: found 「後で」, expected one of 申請時, 審査前, 交付時, 決定後
              procedures line 19, 納付方法: found 「窓口・窓口」, expected some of 窓口, 納入通知書, 電子納付, each once, with ・ between
              procedures line 19, 交付方法: found 「Post」, expected one of 窓口, 郵送, 電子
              procedures line 19, 来庁: found 「受取、手数料納付」, expected some of 手数料納付, 受取, 検査, 面談, 書類, each once, with ・ between
              procedures line 19, 期間の数え方: found 「到達日」, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む, 締切日起算・休日除く, 締切日起算・休日含む, 締切日の翌日起算・休日除く, 締切日の翌日起算・休日含む"#]],
    );
}

#[test]
fn a_cell_of_the_wrong_form_is_answered_with_the_form() {
    check(
        &[
            ("JU-001", "版", "0"),
            ("JU-001", "手続名", ""),
            ("JU-001", "手続名カナ", "ジュウミン票"),
            ("JU-001", "根拠法令", " 住民基本台帳法"),
            ("JU-001", "手数料", "３００円"),
            ("JU-001", "標準処理期間", "0日"),
            ("JU-001", "案内URL", "www.example.jp"),
            ("JU-001", "様式URL", "https://"),
            ("JU-001", "様式版", "1.0"),
            ("JU-001", "公開日", "2026-02-30"),
            ("JU-001", "更新日", "令和8年5月7日"),
            ("JU-001", "備考", "一行目\n二行目"),
            ("JU-001", "出典", "函\u{FFFD}市"),
        ],
        expect![[r#"
            the catalog has 13 defects
              procedures line 19, 版: found 「0」, expected a whole number from 1, in half-width digits
              procedures line 19, 手続名: found nothing, expected some text
              procedures line 19, 手続名カナ: found 「ジュウミン票」, expected full-width katakana
              procedures line 19, 根拠法令: found 「 住民基本台帳法」, expected text without line breaks, control or lost characters, and without a blank at either end
              procedures line 19, 手数料: found 「３００円」, expected whole yen in half-width digits alone, without 円 or commas: 0 if it is free, blank if it is not known
              procedures line 19, 標準処理期間: found 「0日」, expected a number from 1 to 65535 in half-width digits with 日, 週 or 月, such as 14日
              procedures line 19, 案内URL: found 「www.example.jp」, expected an address that begins with https:// or http://
              procedures line 19, 様式URL: found 「https://」, expected an address that begins with https:// or http://
              procedures line 19, 様式版: found 「1.0」, expected a whole number from 1, in half-width digits
              procedures line 19, 公開日: found 「2026-02-30」, expected a date such as 2026-05-07, in half-width digits and years of the common era
              procedures line 19, 更新日: found 「令和8年5月7日」, expected a date such as 2026-05-07, in half-width digits and years of the common era
              procedures line 19, 備考: found 「一行目\n二行目」, expected text without line breaks, control or lost characters, and without a blank at either end
              procedures line 19, 出典: found 「函�市」, expected text without line breaks, control or lost characters, and without a blank at either end"#]],
    );
    check(
        &[("JU-001", "手数料", "17,500"), ("JU-002", "手数料", "-300")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 19, 手数料: found 「17,500」, expected whole yen in half-width digits alone, without 円 or commas: 0 if it is free, blank if it is not known
              procedures line 20, 手数料: found 「-300」, expected whole yen in half-width digits alone, without 円 or commas: 0 if it is free, blank if it is not known"#]],
    );
    check(
        &[("JU-001", "手続ID", "住民票"), ("JU-002", "手続ID", "")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 19, 手続ID: found 「住民票」, expected 1 to 64 ASCII letters, digits, '-', '_', '.' or '/'
              procedures line 20, 手続ID: found nothing, expected 1 to 64 ASCII letters, digits, '-', '_', '.' or '/'"#]],
    );
}

#[test]
fn ids_are_unique() {
    check(
        &[("JU-002", "手続ID", "JU-001")],
        expect![[r#"
            the catalog has a defect
              procedures line 20, 手続ID: found 「JU-001」, expected a value of its own: line 19 has this one"#]],
    );
    let sample = String::from_utf8(SAMPLE_DIVISIONS_CSV.to_vec()).unwrap();
    let twice = sample.replace("ZAIMU-SHIMINZEI,", "ZAIMU-ZEIMU,").replace("母子保健課", "子育て支援課");
    check_sheets(
        SAMPLE_PROCEDURES_CSV,
        twice.as_bytes(),
        expect![[r#"
            the catalog has 6 defects
              procedures line 11, 担当部署コード: found 「ZAIMU-SHIMINZEI」, expected a division: SOMU-BUNSHO, ZAIMU-ZEIMU, ZAIMU-ZEIMU, HOKENJO-SOMU, HOKENJO-EISEI, KODOMO-BOSHI, KODOMO-KOSODATE, FUKUSHI-KODOMO, FUKUSHI-ESAN, FUKUSHI-MINAMIKAYABE, SHIMIN-KOSEKI, HOKEN-KAIGO, DOBOKU-DORO, TOSHI-KENSETSU, TOSHI-KEIKAKU, TOSHI-KENCHIKU, KOWAN
              procedures line 12, 担当部署コード: found 「ZAIMU-SHIMINZEI」, expected a division: SOMU-BUNSHO, ZAIMU-ZEIMU, ZAIMU-ZEIMU, HOKENJO-SOMU, HOKENJO-EISEI, KODOMO-BOSHI, KODOMO-KOSODATE, FUKUSHI-KODOMO, FUKUSHI-ESAN, FUKUSHI-MINAMIKAYABE, SHIMIN-KOSEKI, HOKEN-KAIGO, DOBOKU-DORO, TOSHI-KENSETSU, TOSHI-KEIKAKU, TOSHI-KENCHIKU, KOWAN
              procedures line 17, 担当部署: found 「子ども未来部 母子保健課」, expected 子ども未来部 子育て支援課, or a blank cell, since 担当部署コード is KODOMO-BOSHI
              procedures line 18, 担当部署: found 「子ども未来部 母子保健課」, expected 子ども未来部 子育て支援課, or a blank cell, since 担当部署コード is KODOMO-BOSHI
              divisions line 4, 担当部署コード: found 「ZAIMU-ZEIMU」, expected a value of its own: line 3 has this one
              divisions line 8, 担当部署: found 「子ども未来部 子育て支援課」, expected a value of its own: line 7 has this one"#]],
    );
}

#[test]
fn a_procedure_needs_a_division_and_repeats_what_that_one_says() {
    check(
        &[("JU-001", "担当部署コード", "SHIMIN")],
        expect![[r#"
            the catalog has a defect
              procedures line 19, 担当部署コード: found 「SHIMIN」, expected a division: SOMU-BUNSHO, ZAIMU-ZEIMU, ZAIMU-SHIMINZEI, HOKENJO-SOMU, HOKENJO-EISEI, KODOMO-BOSHI, KODOMO-KOSODATE, FUKUSHI-KODOMO, FUKUSHI-ESAN, FUKUSHI-MINAMIKAYABE, SHIMIN-KOSEKI, HOKEN-KAIGO, DOBOKU-DORO, TOSHI-KENSETSU, TOSHI-KEIKAKU, TOSHI-KENCHIKU, KOWAN"#]],
    );
    check(
        &[("JU-001", "担当部署", "戸籍住民課"), ("JU-001", "電話", "0138-21-0000")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 19, 担当部署: found 「戸籍住民課」, expected 市民部 戸籍住民課, or a blank cell, since 担当部署コード is SHIMIN-KOSEKI
              procedures line 19, 電話: found 「0138-21-0000」, expected 0138-00-0009, or a blank cell, since 担当部署コード is SHIMIN-KOSEKI"#]],
    );
    check(&[("JU-001", "担当部署", ""), ("JU-001", "電話", "")], expect!["no defect"]);
}

#[test]
fn faulty_divisions_are_named_and_do_not_make_their_procedures_faulty() {
    let sample = String::from_utf8(SAMPLE_DIVISIONS_CSV.to_vec()).unwrap();
    let faulty =
        sample.replace("0138-00-0002", "(0138)00").replace("本庁舎4階", "").replace("保健所3階", "a\tb");
    check_sheets(
        SAMPLE_PROCEDURES_CSV,
        faulty.as_bytes(),
        expect![[r#"
            the catalog has 3 defects
              divisions line 3, 電話: found 「(0138)00」, expected half-width digits and hyphens, a digit first
              divisions line 7, 窓口: found 「a\tb」, expected text without line breaks, control or lost characters, and without a blank at either end
              divisions line 14, 窓口: found nothing, expected some text"#]],
    );
    check_sheets(
        SAMPLE_PROCEDURES_CSV,
        b"",
        expect![[r#"
            the catalog has a defect
              divisions line 1: found nothing, expected in UTF-8 or CP932 the header 担当部署コード,担当部署,電話,窓口,受付時間,職員通知先,所属長通知先"#]],
    );
}

#[test]
fn certificates_fit_those_who_may_apply() {
    check(
        &[
            ("JU-001", "証明書種別", "商業登記"),
            ("ZE-008", "証明書種別", "公的個人認証・商業登記"),
            ("ZE-002", "証明書種別", "公的個人認証"),
            ("ZE-004", "証明書種別", ""),
            ("ZE-005", "証明書種別", "認定認証業務"),
            ("DO-006", "証明書種別", "公的個人認証"),
        ],
        expect![[r#"
            the catalog has 6 defects
              procedures line 6, 証明書種別: found 「公的個人認証」, expected a list with 商業登記 in it, since 対象者 is 個人・法人
              procedures line 8, 証明書種別: found nothing, expected some of 公的個人認証, 商業登記, 認定認証業務, each once, with ・ between, since 電子署名 is 要
              procedures line 12, 証明書種別: found 「公的個人認証・商業登記」, expected a list without 公的個人認証, since 対象者 is 法人
              procedures line 19, 証明書種別: found 「商業登記」, expected a list with 公的個人認証 in it, since 対象者 is 個人
              procedures line 19, 証明書種別: found 「商業登記」, expected a list without 商業登記, since 対象者 is 個人
              procedures line 51, 証明書種別: found 「公的個人認証」, expected a blank cell, since 電子署名 is 不要"#]],
    );
}

#[test]
fn what_is_free_has_no_unit_time_or_way_of_payment() {
    check(
        &[("JU-001", "手数料", "0")],
        expect![[r#"
            the catalog has 6 defects
              procedures line 19, 手数料単位: found 「通」, expected a blank cell, since 手数料 is 0
              procedures line 19, 納付時期: found 「交付時」, expected a blank cell, since 手数料 is 0
              procedures line 19, 納付方法: found 「窓口」, expected a blank cell, since 手数料 is 0
              procedures line 19, 免除事由: found 「生活保護・公共団体・法令・年金受給」, expected a blank cell, since 手数料 is 0
              procedures line 19, 還付: found 「しない」, expected a blank cell, since 手数料 is 0
              procedures line 19, 来庁: found 「手数料納付・受取」, expected a list without 手数料納付, since 手数料 is 0"#]],
    );
    check(
        &[("JK-001", "手数料", "")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 2, 納付時期: found nothing, expected one of 申請時, 審査前, 交付時, 決定後, since 手数料 is blank
              procedures line 2, 納付方法: found nothing, expected some of 窓口, 納入通知書, 電子納付, each once, with ・ between, since 手数料 is blank"#]],
    );
    check(
        &[("JU-001", "手数料単位", ""), ("JU-001", "納付時期", ""), ("JU-001", "納付方法", "")],
        expect![[r#"
            the catalog has 3 defects
              procedures line 19, 手数料単位: found nothing, expected some text, since 手数料 is 300
              procedures line 19, 納付時期: found nothing, expected one of 申請時, 審査前, 交付時, 決定後, since 手数料 is 300
              procedures line 19, 納付方法: found nothing, expected some of 窓口, 納入通知書, 電子納付, each once, with ・ between, since 手数料 is 300"#]],
    );
}

#[test]
fn what_nobody_knows_cannot_be_assessed_at_arrival() {
    check(
        &[("EI-003", "手数料", ""), ("EI-003", "手数料単位", "")],
        expect![[r#"
            the catalog has a defect
              procedures line 42, 納付時期: found 「申請時」, expected one of 審査前, 交付時, 決定後, since 手数料 is blank"#]],
    );
    check(
        &[("EI-006", "手数料単位", "件")],
        expect![[r#"
            the catalog has a defect
              procedures line 45, 手数料単位: found 「件」, expected a blank cell, since 手数料 is blank"#]],
    );
}

#[test]
fn what_is_paid_at_the_hand_over_is_handed_over_at_the_counter() {
    check(
        &[("JU-001", "交付方法", "郵送"), ("JU-001", "来庁", "手数料納付")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 19, 交付方法: found 「郵送」, expected 窓口, since 納付時期 is 交付時
              procedures line 19, 本人確認: found 「要」, expected 不要, since 交付方法 is 郵送"#]],
    );
    check(
        &[("JU-001", "交付物", ""), ("JU-001", "交付方法", ""), ("JU-001", "来庁", "手数料納付")],
        expect![[r#"
            the catalog has 2 defects
              procedures line 19, 交付物: found nothing, expected some text, since 納付時期 is 交付時
              procedures line 19, 本人確認: found 「要」, expected 不要, since 交付方法 is blank"#]],
    );
}

#[test]
fn a_deliverable_and_its_delivery_go_together() {
    check(
        &[("JK-001", "交付方法", "")],
        expect![[r#"
            the catalog has a defect
              procedures line 2, 交付方法: found nothing, expected one of 窓口, 郵送, 電子, since 交付物 is 決定通知書"#]],
    );
    check(
        &[("DO-006", "交付方法", "郵送")],
        expect![[r#"
            the catalog has a defect
              procedures line 51, 交付方法: found 「郵送」, expected a blank cell, since 交付物 is blank"#]],
    );
}

#[test]
fn visits_are_for_what_is_done_at_the_counter() {
    check(
        &[
            ("JU-001", "来庁", ""),
            ("JK-001", "来庁", "受取"),
            ("KE-001", "来庁", "手数料納付"),
            ("ZE-003", "来庁", "手数料納付・受取"),
        ],
        expect![[r#"
            the catalog has 5 defects
              procedures line 2, 来庁: found 「受取」, expected a list without 受取, since 交付方法 is 郵送
              procedures line 7, 来庁: found 「手数料納付・受取」, expected a list without 手数料納付, since 手数料 is 0
              procedures line 19, 来庁: found nothing, expected a list with 受取 in it, since 交付方法 is 窓口
              procedures line 19, 来庁: found nothing, expected a list with 手数料納付 in it, since 納付方法 is 窓口
              procedures line 53, 来庁: found 「手数料納付」, expected a list without 手数料納付, since 納付方法 is 納入通知書"#]],
    );
    check(&[("JU-001", "納付方法", "窓口・電子納付"), ("JU-001", "来庁", "受取")], expect!["no defect"]);
}

#[test]
fn a_period_says_how_it_is_counted() {
    check(
        &[
            ("JU-001", "期間の数え方", ""),
            ("JU-002", "標準処理期間", ""),
            ("JU-003", "標準処理期間", "2週"),
            ("JU-004", "標準処理期間", "65536日"),
            ("JU-005", "標準処理期間", "三日"),
        ],
        expect![[r#"
            the catalog has 5 defects
              procedures line 19, 期間の数え方: found nothing, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む, 締切日起算・休日除く, 締切日起算・休日含む, 締切日の翌日起算・休日除く, 締切日の翌日起算・休日含む, since 標準処理期間 is 1日
              procedures line 20, 期間の数え方: found 「到達日起算・休日除く」, expected a blank cell, since 標準処理期間 is blank
              procedures line 21, 期間の数え方: found 「到達日起算・休日除く」, expected 到達日起算・休日含む, since 標準処理期間 is 2週
              procedures line 22, 標準処理期間: found 「65536日」, expected a number from 1 to 65535 in half-width digits with 日, 週 or 月, such as 14日
              procedures line 23, 標準処理期間: found 「三日」, expected a number from 1 to 65535 in half-width digits with 日, 週 or 月, such as 14日"#]],
    );
}

#[test]
fn what_comes_after_the_decision_goes_together() {
    check(
        &[
            ("JU-001", "保存期間", "31年"),
            ("JU-002", "保存期間", "五年"),
            ("JU-003", "取下げ", ""),
            ("JU-004", "還付", ""),
            ("JU-005", "免除事由", "生活保護・生活保護"),
            ("JU-006", "再交付", "0"),
            ("JU-007", "本人確認", ""),
            ("JU-008", "再交付", "無料"),
            ("KA-001", "本人確認", "要"),
            ("KA-001", "電子交付", "要"),
            ("KA-002", "交付方法", "電子"),
            ("KA-003", "還付", "しない"),
            ("KA-004", "決裁", ""),
            ("KA-005", "送付先の標準処理期間", "60日"),
            ("HO-004", "送付先の標準処理期間", "60日"),
        ],
        expect![[r#"
            the catalog has 15 defects
              procedures line 16, 送付先の期間の数え方: found nothing, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む, since 送付先の標準処理期間 is 60日
              procedures line 19, 保存期間: found 「31年」, expected 永年, or a number from 1 to 30 in half-width digits with 年, such as 5年
              procedures line 20, 保存期間: found 「五年」, expected 永年, or a number from 1 to 30 in half-width digits with 年, such as 5年
              procedures line 21, 取下げ: found nothing, expected one of 自由, 同意, 不可
              procedures line 22, 還付: found nothing, expected one of しない, 不受理のとき, 市長の裁量, since 手数料 is 450
              procedures line 23, 免除事由: found 「生活保護・生活保護」, expected some of 生活保護, 公共団体, 法令, 年金受給, 市長の裁量, each once, with ・ between
              procedures line 24, 再交付: found 「0」, expected a blank cell where nothing is issued again, 無料, or whole yen in half-width digits alone
              procedures line 25, 本人確認: found nothing, expected one of 要, 不要
              procedures line 26, 再交付: found 「無料」, expected a blank cell, since 交付物 is blank
              procedures line 27, 電子交付: found 「要」, expected one of 申請時, 個別
              procedures line 27, 本人確認: found 「要」, expected 不要, since 交付方法 is 郵送
              procedures line 28, 電子交付: found nothing, expected one of 申請時, 個別, since 交付方法 is 電子
              procedures line 29, 還付: found 「しない」, expected a blank cell, since 手数料 is 0
              procedures line 30, 決裁: found nothing, expected one of 要, 不要
              procedures line 31, 送付先の標準処理期間: found 「60日」, expected a blank cell, since 所管区分 is 市"#]],
    );
}

#[test]
fn another_agency_is_named_exactly_where_there_is_one() {
    check(
        &[("HO-004", "送付先", ""), ("DO-007", "送付先", ""), ("JU-001", "送付先", "北海道")],
        expect![[r#"
            the catalog has 3 defects
              procedures line 16, 送付先: found nothing, expected some text, since 所管区分 is 経由
              procedures line 19, 送付先: found 「北海道」, expected a blank cell, since 所管区分 is 市
              procedures line 52, 送付先: found nothing, expected some text, since 所管区分 is 所管外"#]],
    );
}

#[test]
fn whoever_alone_may_act_for_another_is_named() {
    check(
        &[("ZE-008", "備考", "")],
        expect![[r#"
        the catalog has a defect
          procedures line 12, 備考: found nothing, expected some text, since 代理申請 is 限定"#]],
    );
}

#[test]
fn a_column_is_there_once_under_its_name() {
    let sample = sample();
    let check = |from: &str, to: &str, expected: Expect| {
        check_sheets(sample.replacen(from, to, 1).as_bytes(), SAMPLE_DIVISIONS_CSV, expected);
    };
    check(
        "手続名カナ,",
        "",
        expect![[r#"
            the catalog has a defect
              procedures line 1, 手続名カナ: found nothing, expected this column in the header"#]],
    );
    check(
        "手続名カナ,",
        "カナ,",
        expect![[r#"
            the catalog has 2 defects
              procedures line 1: found 「カナ」, expected no column of this name: take it out, or spell it as the one that is missing
              procedures line 1, 手続名カナ: found nothing, expected this column in the header"#]],
    );
    check(
        "手続ID,",
        "手続ID,手続ID,",
        expect![[r#"
            the catalog has a defect
              procedures line 1, 手続ID: found 「手続ID」, expected this column once"#]],
    );
}

#[test]
fn a_sheet_without_rows_is_no_catalog() {
    check_sheets(
        b"",
        b"\xEF\xBB\xBF",
        expect![[r#"
            the catalog has 2 defects
              procedures line 1: found nothing, expected in UTF-8 or CP932 the header 手続ID,版,分類,手続名,手続名カナ,手続類型,根拠法令,根拠区分,所管区分,送付先,処分庁区分,処分庁,審査請求先,審査請求前置,担当部署コード,担当部署,電話,対象者,電子署名,証明書種別,代理申請,添付書類,手数料,手数料単位,納付時期,納付方法,免除事由,還付,交付物,交付方法,再交付,電子交付,本人確認,来庁,標準処理期間,期間の数え方,送付先の標準処理期間,送付先の期間の数え方,決裁,取下げ,保存期間,提出期限,受付期間,受付の時期,期限日の休日,期限後,期限後の効果,案内URL,様式URL,様式版,公開日,更新日,備考,出典
              divisions line 1: found nothing, expected in UTF-8 or CP932 the header 担当部署コード,担当部署,電話,窓口,受付時間,職員通知先,所属長通知先"#]],
    );
    let header = columns::PROCEDURES.join(",");
    check_sheets(
        header.as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has a defect
              procedures line 2: found nothing, expected at least one row below the header"#]],
    );
    let blank_rows = format!("{header}\r\n{}\r\n\r\n", ",".repeat(columns::PROCEDURES.len() - 1));
    check_sheets(
        blank_rows.as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has a defect
              procedures line 3: found nothing, expected at least one row below the header"#]],
    );
}

#[test]
fn a_row_has_as_many_cells_as_the_header() {
    let short = sample().replacen("JK-001,1,", "JK-001,", 1).replacen("JU-001,1,", "JU-001,1,,,", 1);
    check_sheets(
        short.as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has 2 defects
              procedures line 2: found 「53」, expected 54 cells, as the header has; an open quotation mark hides some
              procedures line 19: found 「56」, expected 54 cells, as the header has; an open quotation mark hides some"#]],
    );
}

#[test]
fn lines_are_those_of_the_file_even_after_blank_lines_and_cells_of_several_lines() {
    let mut text = sample().replacen("\r\nJK-002", "\r\n\r\n\r\nJK-002", 1);
    text = text.replacen("JK-002,1", "JK-002,\"1\n1\"", 1).replacen("JK-003,1", "JK-003,x", 1);
    check_sheets(
        text.as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has 2 defects
              procedures line 5, 版: found 「1\n1」, expected a whole number from 1, in half-width digits
              procedures line 7, 版: found 「x」, expected a whole number from 1, in half-width digits"#]],
    );
    check_sheets(
        text.replace("\r\n", "\n").as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has 2 defects
              procedures line 5, 版: found 「1\n1」, expected a whole number from 1, in half-width digits
              procedures line 7, 版: found 「x」, expected a whole number from 1, in half-width digits"#]],
    );
}

#[test]
fn bytes_that_are_no_characters_are_named_with_their_cell() {
    let mut utf8 = SAMPLE_PROCEDURES_CSV.to_vec();
    let place = sample().find("コウブンショ").unwrap() + 3;
    utf8[place] = 0xFF;
    check_sheets(
        &utf8,
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has a defect
              procedures line 2, 手続名カナ: found 「���ウブンショコウカイセイキュウ」, expected characters of UTF-8 with BOM"#]],
    );
    let catalog = Catalog::sample();
    let mut cp932 = catalog.to_csv(Encoding::Cp932).unwrap();
    let place = cp932.windows(6).position(|bytes| bytes == b"JK-002").unwrap() + 9;
    cp932[place] = 0xFF;
    check_sheets(
        &cp932,
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has a defect
              procedures line 3, 分類: found 「�﨣J関係」, expected characters of CP932"#]],
    );
}

#[test]
fn a_defect_can_be_taken_apart() {
    let error = Catalog::read(&edited(&[("JU-001", "手数料単位", "")]), SAMPLE_DIVISIONS_CSV).unwrap_err();
    let expected = Defect {
        sheet: Sheet::Procedures,
        line: 19,
        column: Some("手数料単位"),
        found: Some(String::new()),
        expected: Expected::Text,
        because: Some(Because { column: "手数料", value: "300".to_owned() }),
    };
    assert_eq!(error.defects, [expected]);
}

#[test]
fn a_forgotten_quotation_mark_does_not_fill_the_screen() {
    let open = sample().replacen("住民票の写し交付申請", "\"住民票\u{1b}[2Jの写し交付申請", 1);
    check_sheets(
        open.as_bytes(),
        SAMPLE_DIVISIONS_CSV,
        expect![[r#"
            the catalog has a defect
              procedures line 19: found 「37」, expected 54 cells, as the header has; an open quotation mark hides some"#]],
    );
}

#[test]
fn a_time_of_filing_is_one_that_can_be_counted_and_says_what_becomes_of_what_is_late() {
    check(
        &[
            ("ZE-007", "受付の時期", "年度ごとに公示する日まで"),
            ("HO-001", "受付の時期", "毎年2月29日から3月15日まで"),
            ("HO-003", "受付の時期", "2025-05-01から2025-04-16まで"),
            ("DO-006", "受付の時期", "死亡日から0日以内"),
            ("DO-005", "受付の時期", "から30日以内"),
            ("JI-005", "期限日の休日", ""),
            ("JI-007", "期限後", ""),
            ("KE-007", "期限日の休日", "翌開庁日"),
            ("JI-003", "受付の時期", ""),
        ],
        expect![[r#"
            the catalog has 11 defects
              procedures line 11, 受付の時期: found 「年度ごとに公示する日まで」, expected 公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, 転入日から14日以内 or 着手日の30日前まで
              procedures line 13, 受付の時期: found 「毎年2月29日から3月15日まで」, expected 公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, 転入日から14日以内 or 着手日の30日前まで
              procedures line 15, 受付の時期: found 「2025-05-01から2025-04-16まで」, expected 公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, 転入日から14日以内 or 着手日の30日前まで
              procedures line 35, 期限日の休日: found 「翌開庁日」, expected a blank cell, since 受付の時期 is blank
              procedures line 35, 期限後: found 「受け付ける」, expected a blank cell, since 受付の時期 is blank
              procedures line 35, 期限後の効果: found 「翌月分からの適用になります。」, expected a blank cell, since 受付の時期 is blank
              procedures line 37, 期限日の休日: found nothing, expected one of 翌開庁日, そのまま, 直前の開庁日, since 受付の時期 is 対象となった日の翌日から14日以内
              procedures line 39, 期限後: found nothing, expected one of 受け付ける, 受け付けない, since 受付の時期 is 毎年8月1日から8月31日まで
              procedures line 50, 受付の時期: found 「から30日以内」, expected 公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, 転入日から14日以内 or 着手日の30日前まで
              procedures line 51, 受付の時期: found 「死亡日から0日以内」, expected 公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, 転入日から14日以内 or 着手日の30日前まで
              procedures line 59, 期限日の休日: found 「翌開庁日」, expected one of そのまま, 直前の開庁日, since 受付の時期 is 着手日の30日前まで"#]],
    );
    check(
        &[("ZE-007", "期限日の休日", "翌開庁日")],
        expect![[r#"
        the catalog has a defect
          procedures line 11, 期限日の休日: found 「翌開庁日」, expected a blank cell, since 受付の時期 is 公示"#]],
    );
}

#[test]
fn what_the_law_makes_the_city_receive_is_received_though_it_is_late() {
    check(
        &[("DO-006", "期限後", "受け付けない"), ("ZE-007", "期限後", "受け付けない")],
        expect![[r#"
        the catalog has 2 defects
          procedures line 11, 期限後: found 「受け付けない」, expected 受け付ける, since 手続類型 is 申請
          procedures line 51, 期限後: found 「受け付けない」, expected 受け付ける, since 手続類型 is 届出"#]],
    );
    let call = ("2026-05-31まで", "翌開庁日", "受け付けない");
    let edits =
        [("KE-005", "受付の時期", call.0), ("KE-005", "期限日の休日", call.1), ("KE-005", "期限後", call.2)];
    check(&edits, expect![["no defect"]]);
}
