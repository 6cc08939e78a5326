//! 処分庁, 審査請求先, 締切日: what of it goes together in a row, and what the sample says.

use expect_test::expect;

use super::defects::check;
use super::*;
use crate::procedure::deciding::{Deciding, Organ};

#[test]
fn who_decides_stands_exactly_where_there_is_something_to_contest() {
    check(
        &[
            ("KE-001", "処分庁区分", ""),
            ("KE-001", "審査請求前置", ""),
            ("KE-002", "処分庁区分", "教育委員会"),
            ("KE-003", "処分庁区分", "行政委員会等"),
            ("KE-004", "処分庁", "函館市長"),
            // A filing, what comes under a guideline, and what another agency decides.
            ("DO-006", "処分庁区分", "首長"),
            ("KE-005", "審査請求前置", "不要"),
            ("HO-004", "審査請求先", "厚生労働大臣"),
        ],
        expect![[r#"
            the catalog has 8 defects
              procedures line 16, 審査請求先: found 「厚生労働大臣」, expected a blank cell, since 所管区分 is 経由
              procedures line 51, 処分庁区分: found 「首長」, expected a blank cell, since 手続類型 is 届出
              procedures line 53, 処分庁区分: found nothing, expected one of 首長, 委任機関, 行政委員会等, 指定管理者, since 手続類型 is 申請
              procedures line 53, 審査請求前置: found nothing, expected one of 要, 不要, since 手続類型 is 申請
              procedures line 54, 処分庁区分: found 「教育委員会」, expected one of 首長, 委任機関, 行政委員会等, 指定管理者
              procedures line 55, 処分庁: found nothing, expected some text, since 処分庁区分 is 行政委員会等
              procedures line 56, 処分庁: found 「函館市長」, expected a blank cell, since 処分庁区分 is 首長
              procedures line 57, 審査請求前置: found 「不要」, expected a blank cell, since 根拠区分 is 要綱"#]],
    );
}

#[test]
fn a_period_from_a_closing_day_needs_one_that_is_the_same_for_all() {
    check(
        &[
            // At any time; within a period of a day that each states; forwarded, from its own day.
            ("JU-001", "期間の数え方", "締切日起算・休日除く"),
            ("JI-001", "期間の数え方", "締切日の翌日起算・休日含む"),
            ("HO-004", "送付先の標準処理期間", "60日"),
            ("HO-004", "送付先の期間の数え方", "締切日起算・休日含む"),
        ],
        expect![[r#"
            the catalog has 3 defects
              procedures line 16, 送付先の期間の数え方: found 「締切日起算・休日含む」, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む
              procedures line 19, 期間の数え方: found 「締切日起算・休日除く」, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む, since 受付の時期 is blank
              procedures line 33, 期間の数え方: found 「締切日の翌日起算・休日含む」, expected one of 到達日起算・休日除く, 到達日起算・休日含む, 翌日起算・休日除く, 翌日起算・休日含む, since 受付の時期 is 事由の生じた日の翌日から15日以内"#]],
    );
}

#[test]
fn the_sample_says_who_reviews_where_a_law_of_its_own_does() {
    let catalog = Catalog::sample();
    let of = |id: &str| catalog.procedure(&ProcedureId::new(id).unwrap()).unwrap().terms.deciding.clone();
    assert_eq!(of("KE-001"), Deciding::default());
    let care = Deciding {
        organ: Organ::Head,
        review_before: Some("北海道介護保険審査会".to_owned()),
        review_first: true,
    };
    assert_eq!(of("KA-001"), care);
    let building = Deciding {
        organ: Organ::Delegate { name: "函館市建築主事".to_owned() },
        review_before: Some("函館市建築審査会".to_owned()),
        review_first: false,
    };
    assert_eq!(of("KE-009"), building);
}

/// What is announced may be judged together: the sheet says so in one word, and it is written back alike.
#[test]
fn a_row_may_say_that_its_clock_starts_at_the_closing_day() {
    let mut catalog = Catalog::sample();
    let of_a_tax = catalog.procedures.iter_mut().find(|one| one.id.as_str() == "ZE-007").unwrap();
    of_a_tax.terms.clock_start = crate::procedure::ClockStart::ClosingDay;
    let written = catalog.to_csv(Encoding::Utf8).unwrap();
    assert!(String::from_utf8_lossy(&written).contains("締切日起算・休日除く"));
    let divisions = catalog.divisions_to_csv(Encoding::Utf8).unwrap();
    let forms = catalog.forms_to_csv(Encoding::Utf8).unwrap();
    assert_eq!(Catalog::read(&written, &divisions).unwrap().with_forms(&forms), Ok(catalog));
}
