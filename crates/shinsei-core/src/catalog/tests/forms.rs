//! The sheet of the fields of forms: what it is read as, and what keeps it from being read.

use expect_test::{Expect, expect};

use super::*;
use crate::catalog::columns::FORMS;

fn read(rows: &[&str]) -> Result<Catalog, CatalogError> {
    let sheet = [&[FORMS.join(",").as_str()], rows].concat().join("\r\n");
    Catalog::sample().with_forms(sheet.as_bytes())
}

#[track_caller]
fn refused(rows: &[&str], expected: Expect) {
    expected.assert_eq(&read(rows).unwrap_err().to_string());
}

#[test]
fn a_sheet_without_rows_leaves_every_form_free() {
    let catalog = read(&[]).unwrap();
    assert!(catalog.procedures().iter().all(|procedure| procedure.form.is_empty()));
}

#[test]
fn the_rows_of_a_form_may_stand_anywhere_below_what_they_speak_of() {
    let catalog = read(&[
        "JU-002,犬,犬,,繰返し,,,,1,3,,,",
        "JU-001,氏名,氏名,,氏名等,要,,,,40,,,",
        "JU-002,氏名,飼い主,,氏名等,要,,,1,40,,,",
        "JU-002,名前,名前,犬,文字列,要,,,,,,,呼び名",
    ]);
    let catalog = catalog.unwrap();
    let form = |id: &str| &catalog.procedure(&ProcedureId::new(id).unwrap()).unwrap().form;
    assert_eq!((form("JU-002").places(), form("JU-001").places()), (4, 1));
    let label = |place: &str| form("JU-002").label(&place.parse().unwrap());
    assert_eq!(label("犬/2/名前").as_deref(), Some("犬(2件目)の名前"));
    assert_eq!((label("氏名").as_deref(), label("犬/4/名前"), label("名前")), (Some("飼い主"), None, None));
}

#[test]
fn every_cell_that_does_not_fit_is_named_at_once() {
    refused(
        &[
            "ZZ-999,氏名,氏名,,氏名等,要,,,,,,,",
            "JU-002,氏 名,,,姓名,可,,,,,,,",
            "JU-002,氏名,氏名,,氏名等,要,,,5,4,,,",
            "JU-002,住所,住所,,氏名等,,,,多く,0,,,",
            "JU-002,区分,区分,,選択,要,,,,,,,",
            "JU-002,方法,方法,,複数選択,要,,,,,窓口・窓口,,",
            "JU-002,電話,電話,,電話番号,要,,,,10,一・二,PDF,",
            "JU-002,図面,図面,,添付,要,,,1,,,TIFF,",
        ],
        expect![[r#"
            the catalog has 15 defects
              forms line 2, 手続ID: found 「ZZ-999」, expected the code of a procedure of the catalog
              forms line 3, 項目コード: found 「氏 名」, expected 1 to 64 letters or digits, '-', '_' or '・'
              forms line 3, 項目名: found nothing, expected some text
              forms line 3, 種類: found 「姓名」, expected one of 文字列, 文章, 氏名等, カナ, 英数字, 数値, 日付, 過去日付, 未来日付, 選択, 複数選択, 郵便番号, 電話番号, メールアドレス, 法人番号, 団体コード, 個人番号参照, 添付, 繰返し
              forms line 4, 上限: found 「4」, expected a whole number from 5, since 下限 is 5
              forms line 5, 必須: found nothing, expected one of 要, 不要, since 種類 is 氏名等
              forms line 5, 下限: found 「多く」, expected a whole number in half-width digits
              forms line 6, 選択肢: found nothing, expected texts, each once, with ・ between, since 種類 is 選択
              forms line 7, 選択肢: found 「窓口・窓口」, expected texts, each once, with ・ between
              forms line 8, 上限: found 「10」, expected a blank cell, since 種類 is 電話番号
              forms line 8, 選択肢: found 「一・二」, expected a blank cell, since 種類 is 電話番号
              forms line 8, 添付形式: found 「PDF」, expected a blank cell, since 種類 is 電話番号
              forms line 9, 下限: found 「1」, expected a blank cell, since 種類 is 添付
              forms line 9, 上限: found nothing, expected a whole number from 1, in half-width digits, since 種類 is 添付
              forms line 9, 添付形式: found 「TIFF」, expected some of PDF, JPEG, PNG, テキスト, Office, each once, with ・ between"#]],
    );
}

#[test]
fn codes_are_unique_in_their_form_or_group_and_groups_are_above_and_have_fields() {
    refused(
        &[
            "JU-002,名前,名前,犬,文字列,要,,,,,,,",
            "JU-002,犬,犬,,繰返し,,,,,,,,",
            "JU-002,猫,猫,,繰返し,要,,,2,1,,,",
            "JU-002,鳥,鳥,,繰返し,,,,,2,,,",
            "JU-002,雛,雛,鳥,繰返し,,,,,2,,,",
            "JU-002,氏名,氏名,,文字列,要,,,,,,,",
            "JU-002,氏名,氏名,,カナ,要,,,,,,,",
            "JU-002,年齢,年齢,氏名,数値,要,,,,,,,",
        ],
        expect![[r#"
            the catalog has 11 defects
              forms line 2, 繰返し項目: found 「犬」, expected the code of a row of this form above; none of them fits
              forms line 3, 項目コード: found 「犬」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition
              forms line 3, 上限: found nothing, expected a whole number from 1, in half-width digits, since 種類 is 繰返し
              forms line 4, 項目コード: found 「猫」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition
              forms line 4, 必須: found 「要」, expected a blank cell, since 種類 is 繰返し
              forms line 4, 上限: found 「1」, expected a whole number from 2, since 下限 is 2
              forms line 5, 項目コード: found 「鳥」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition
              forms line 6, 項目コード: found 「雛」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition
              forms line 6, 繰返し項目: found 「鳥」, expected a blank cell, since 種類 is 繰返し
              forms line 8, 項目コード: found 「氏名」, expected a value of its own: line 7 has this one
              forms line 9, 繰返し項目: found 「氏名」, expected the code of a row of this form above: 鳥"#]],
    );
}

#[test]
fn a_condition_speaks_of_choices_above_in_the_same_group_or_in_none() {
    refused(
        &[
            "JU-002,住所,転居先,,氏名等,要,転居,はい,,,,,",
            "JU-002,転居,転居,,選択,要,,,,,はい・いいえ,,",
            "JU-002,番地,番地,,文字列,要,転居,たぶん,,,,,",
            "JU-002,建物,建物,,文字列,要,転居,,,,,,",
            "JU-002,部屋,部屋,,文字列,要,建物,はい,,,,,",
            "JU-002,階,階,,文字列,要,,はい,,,,,",
            "JU-002,犬,犬,,繰返し,,,,,3,,,",
            "JU-002,性別,性別,犬,選択,要,,,,,おす・めす,,",
            "JU-002,去勢,去勢,,文字列,不要,性別,おす,,,,,",
        ],
        expect![[r#"
            the catalog has 5 defects
              forms line 2, 条件項目: found 「転居」, expected the code of a row of this form above; none of them fits
              forms line 4, 条件値: found 「たぶん」, expected some of はい, いいえ, each once, with ・ between, since 条件項目 is 転居
              forms line 5, 条件値: found nothing, expected some of はい, いいえ, each once, with ・ between, since 条件項目 is 転居
              forms line 7, 条件値: found 「はい」, expected a blank cell, since 条件項目 is blank
              forms line 10, 条件項目: found 「性別」, expected the code of a row of this form above: 転居"#]],
    );
}

#[test]
fn a_form_has_no_more_places_than_a_form_may_have_answers() {
    let rows = |most: &str| {
        [
            format!("JU-002,犬,犬,,繰返し,,,,,{most},,,"),
            "JU-002,名前,名前,犬,文字列,要,,,,,,,".to_owned(),
            "JU-002,毛色,毛色,犬,文字列,要,,,,,,,".to_owned(),
        ]
    };
    let read = |most: &str| read(&rows(most).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(read("500").is_ok());
    expect![[r#"
        the catalog has a defect
          forms line 2: found nothing, expected a form with at most 1000 places to answer, those of groups as often as 上限 says"#]].assert_eq(&read("501").unwrap_err().to_string());
}

#[test]
fn one_of_several_is_there_by_a_field_that_is_always_answered() {
    refused(
        &[
            "JU-002,犬,犬,,繰返し,,,,,3,,,",
            "JU-002,名前,名前,犬,文字列,不要,,,,,,,",
            "JU-002,猫,猫,,繰返し,,,,,3,,,",
            "JU-002,登録,登録,猫,選択,不要,,,,,あり・なし,,",
            "JU-002,番号,番号,猫,文字列,要,登録,あり,,,,,",
        ],
        expect![[r#"
            the catalog has 2 defects
              forms line 2, 項目コード: found 「犬」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition
              forms line 4, 項目コード: found 「猫」, expected a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition"#]],
    );
}

#[test]
fn a_form_asks_for_the_day_that_its_time_of_filing_counts_from() {
    refused(
        &["DO-006,氏名,氏名,,氏名等,要,,,,,,,"],
        expect![[r#"
        the catalog has a defect
          forms line 2: found nothing, expected a 日付 死亡日 outside of 繰返し, since 受付の時期 of the procedure counts from it"#]],
    );
    refused(
        &["DO-006,死亡日,死亡日,,文字列,要,,,,,,,"],
        expect![[r#"
        the catalog has a defect
          forms line 2: found nothing, expected a 日付 死亡日 outside of 繰返し, since 受付の時期 of the procedure counts from it"#]],
    );
    assert!(read(&["DO-006,死亡日,死亡日,,過去日付,要,,,,,,,"]).is_ok());
}
