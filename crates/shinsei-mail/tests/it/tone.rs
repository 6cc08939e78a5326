//! What holds for every mail: its fields, its tone, what it never says, how wide it is.

use proptest::prelude::*;
use shinsei_core::notice::{FeeDue, Message};
use shinsei_core::period::{CountedFrom, Holidays, Period, PeriodUnit};
use shinsei_core::procedure::{Act, Division};
use shinsei_core::time::Timestamp;
use shinsei_mail::layout::{LINE_COLUMNS_MAX, columns};
use shinsei_mail::text::Mail;

use crate::notices;

#[test]
fn the_standard_period_says_how_it_is_counted() {
    let line = |length, unit, counted_from, holidays| {
        let period = Period { unit, counted_from, holidays, ..Period::days(length) };
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
fn times_are_those_of_the_wall_clock_in_japan() {
    let line = |month, day, hour, minute| {
        let mut notice = notices::receipt();
        notice.received_at = Timestamp::from_jst(2026, month, day, hour, minute).unwrap();
        let body = Mail::from_notice(&notice).body;
        body.lines().find_map(|line| line.strip_prefix("　受付日時：")).unwrap().to_owned()
    };
    assert_eq!(line(1, 1, 0, 5), "2026年1月1日(木) 0時05分");
    assert_eq!(line(3, 1, 8, 59), "2026年3月1日(日) 8時59分");
    assert_eq!(line(12, 28, 23, 0), "2026年12月28日(月) 23時00分");
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
fn the_mails_of_the_sample_catalog_fit_and_count_what_a_fee_is_for() {
    for notice in notices::of_the_catalog() {
        let body = Mail::from_notice(&notice).body;
        assert!(body.contains(&notice.contact.phone));
        for line in body.lines() {
            assert!(columns(line) <= LINE_COLUMNS_MAX, "{line}");
        }
    }
    let fee = |unit: Option<&str>| {
        let mut notice = notices::granted();
        if let Message::Result { hand_over: Some(hand_over), .. } = &mut notice.message {
            hand_over.unit = unit.map(str::to_owned);
        }
        let body = Mail::from_notice(&notice).body;
        body.lines().find_map(|line| line.strip_prefix("　注意事項：")).unwrap().to_owned()
    };
    assert_eq!(fee(Some("通")), "手数料 600円(2通)を窓口でお納めください。");
    assert_eq!(fee(Some("税目・年度")), "手数料 600円(税目・年度 2件分)を窓口でお納めください。");
    assert_eq!(fee(None), "手数料 600円(2件)を窓口でお納めください。");
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
