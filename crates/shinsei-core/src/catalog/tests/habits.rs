//! What spreadsheets do to a sheet that nobody meant, and sheets of which much is wrong at once.

use expect_test::expect;

use super::defects::check_sheets;
use super::*;
use crate::catalog::columns;
use crate::sheet::cell;

type Cells = Vec<Vec<String>>;

/// The three sheets of the sample as cells, in the order in which they are read.
fn sample() -> [Cells; 3] {
    [SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV].map(|bytes| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let mut sheet: Cells = reader.records().map(|record| cells(record.unwrap())).collect();
        sheet[0][0] = sheet[0][0].trim_start_matches('\u{FEFF}').to_owned();
        sheet
    })
}

fn bytes(sheet: &Cells) -> Vec<u8> {
    let line = |row: &Vec<String>| row.iter().map(|cell| cell::quoted(cell)).collect::<Vec<_>>().join(",");
    super::defects::lines(sheet.iter().map(line))
}

fn read(sheets: &[Cells; 3]) -> Result<Catalog, CatalogError> {
    let [procedures, divisions, forms] = sheets.each_ref().map(bytes);
    Catalog::read_with_forms(&procedures, &divisions, &forms)
}

#[test]
fn columns_may_stand_in_any_order() {
    let mut sheets = sample();
    for sheet in &mut sheets {
        let middle = sheet[0].len() / 2;
        sheet.iter_mut().for_each(|row| row.rotate_left(middle));
        sheet.iter_mut().for_each(|row| row.swap(0, 1));
    }
    assert_eq!(read(&sheets).unwrap(), Catalog::sample());
}

#[test]
fn blank_columns_and_rows_at_the_end_are_left_out_and_so_may_be_commas_behind_the_last_cell() {
    let mut padded = sample();
    for sheet in &mut padded {
        let width = sheet[0].len() + 3;
        sheet.iter_mut().for_each(|row| row.resize(width, String::new()));
        sheet.extend(vec![vec![String::new(); width]; 3]);
    }
    assert_eq!(read(&padded).unwrap(), Catalog::sample());
    let mut cut = sample();
    for row in cut.iter_mut().flat_map(|sheet| sheet.iter_mut()) {
        row.truncate(1 + row.iter().rposition(|cell| !cell.is_empty()).unwrap());
    }
    assert!(cut[2].iter().any(|row| row.len() < cut[2][0].len()));
    assert_eq!(read(&cut).unwrap(), Catalog::sample());
}

/// The cells of a column that is missing are missed once, and not in each row.
#[test]
fn a_column_that_is_missing_is_one_defect_and_one_that_is_misspelt_two() {
    for (at, sheet) in [Sheet::Procedures, Sheet::Divisions, Sheet::Forms].into_iter().enumerate() {
        for place in 0..sample()[at][0].len() {
            let mut sheets = sample();
            let name = sheets[at][0][place].clone();
            sheets[at].iter_mut().for_each(|row| drop(row.remove(place)));
            if columns::MAY_BE_MISSING.contains(&name.as_str()) {
                assert!(read(&sheets).is_ok(), "{name}");
                continue;
            }
            let said = read(&sheets).unwrap_err().to_string();
            let missing =
                format!("{sheet} line 1, {name}: found nothing, expected this column in the header");
            assert_eq!(said, format!("the catalog has a defect\n  {missing}"));

            let mut sheets = sample();
            sheets[at][0][place] = format!("{name} ");
            let said = read(&sheets).unwrap_err().to_string();
            let strange = format!("{sheet} line 1: found 「{name} 」, expected no column of this name");
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!((lines.len(), lines[1].starts_with(&format!("  {strange}"))), (3, true), "{said}");
            assert_eq!(lines[2], format!("  {missing}"));
        }
    }
}

/// An office that sends its three sheets is sent back once.
#[test]
fn headers_and_rows_of_all_three_sheets_are_reported_in_one_round() {
    let mut sheets = sample();
    sheets[0][0][3] = "手続き名".to_owned();
    sheets[0][1][2] = "情報".to_owned();
    sheets[0][2][0] = "JK-001".to_owned();
    sheets[0][3].push("余り".to_owned());
    sheets[0][4].remove(5);
    sheets[1][0][4] = "窓口".to_owned();
    sheets[1][2][2] = "０１３８".to_owned();
    sheets[2][1][0] = "ZZ-999".to_owned();
    sheets[2][2][4] = "文字".to_owned();
    let told = read(&sheets).unwrap_err().to_string();
    expect![[r#"
        the catalog has 13 defects
          procedures line 1: found 「手続き名」, expected no column of this name: take it out, or spell it as the one that is missing
          procedures line 1, 手続名: found nothing, expected this column in the header
          procedures line 2, 分類: found 「情報」, expected one of 情報公開関係, 税金関係, 保健・医関係, 住民・印鑑関連, 介護保険関連, 児童関連, 衛生関連, 動物関連, 建築・土木関連
          procedures line 3, 手続ID: found 「JK-001」, expected a value of its own: line 2 has this one
          procedures line 4: found 「55」, expected 54 cells, as the header has; an open quotation mark hides some
          procedures line 5: found 「53」, expected 54 cells, as the header has; an open quotation mark hides some
          divisions line 1, 窓口: found 「窓口」, expected this column once
          divisions line 1, 受付時間: found nothing, expected this column in the header
          divisions line 3, 電話: found 「０１３８」, expected half-width digits and hyphens, a digit first
          forms line 2, 手続ID: found 「ZZ-999」, expected the code of a procedure of the catalog
          forms line 3, 種類: found 「文字」, expected one of 文字列, 文章, 氏名等, カナ, 英数字, 数値, 日付, 過去日付, 未来日付, 選択, 複数選択, 郵便番号, 電話番号, メールアドレス, 法人番号, 団体コード, 個人番号参照, 添付, 繰返し
          forms line 4, 条件項目: found 「請求者の区分」, expected the code of a row of this form above; none of them fits
          forms line 5, 条件項目: found 「請求者の区分」, expected the code of a row of this form above; none of them fits"#]].assert_eq(&told);
}

#[test]
fn a_column_without_a_name_is_named_by_its_want() {
    let mut sheets = sample();
    sheets[1].iter_mut().for_each(|row| row.insert(2, String::new()));
    expect![[r#"
        the catalog has a defect
          divisions line 1: found nothing, expected a name above each column, or no column there"#]]
    .assert_eq(&read(&sheets).unwrap_err().to_string());
}

#[test]
fn what_is_no_csv_is_told_how_it_is_saved() {
    let tabs = String::from_utf8(SAMPLE_PROCEDURES_CSV.to_vec()).unwrap().replace(',', "\t");
    let utf_16: Vec<u8> =
        [0xFEFF].into_iter().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (procedures, expected) in [
        (
            &b"PK\x03\x04\x14\x00\x06\x00"[..],
            expect![[r#"
            the catalog has a defect
              procedures line 1: found 「a workbook (.xlsx or .ods)」, expected CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」"#]],
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            expect![[r#"
            the catalog has a defect
              procedures line 1: found 「a workbook (.xls)」, expected CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」"#]],
        ),
        (
            &utf_16,
            expect![[r#"
            the catalog has a defect
              procedures line 1: found 「UTF-16」, expected CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」"#]],
        ),
        (
            tabs.as_bytes(),
            expect![[r#"
            the catalog has a defect
              procedures line 1: found 「手続ID\t版\t分類\t手続名\t手続名カナ\t手続類型\t根拠法令\t根拠区分\t所管区分\t送付先\t処分庁区分\t処分庁\t審査請求先\t…」, expected CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」"#]],
        ),
        (
            tabs.replace('\t', ";").as_bytes(),
            expect![[r#"
            the catalog has a defect
              procedures line 1: found 「手続ID;版;分類;手続名;手続名カナ;手続類型;根拠法令;根拠区分;所管区分;送付先;処分庁区分;処分庁;審査請求先;…」, expected CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」"#]],
        ),
        // 手続ID in EUC-JP.
        (
            b"\xBC\xEA\xC2\xB3ID,\xC8\xC7\r\n",
            expect![[r#"
                the catalog has a defect
                  procedures line 1: found 「ｼ�ｳID」, expected in UTF-8 or CP932 the header 手続ID,版,分類,手続名,手続名カナ,手続類型,根拠法令,根拠区分,所管区分,送付先,処分庁区分,処分庁,審査請求先,審査請求前置,担当部署コード,担当部署,電話,対象者,電子署名,証明書種別,代理申請,添付書類,手数料,手数料単位,納付時期,納付方法,免除事由,還付,交付物,交付方法,再交付,電子交付,本人確認,来庁,標準処理期間,期間の数え方,送付先の標準処理期間,送付先の期間の数え方,決裁,取下げ,保存期間,提出期限,受付期間,受付の時期,期限日の休日,期限後,期限後の効果,案内URL,様式URL,様式版,公開日,更新日,備考,出典"#]],
        ),
    ] {
        check_sheets(procedures, SAMPLE_DIVISIONS_CSV, expected);
    }
}
