//! What holds for every mail: its fields, its tone, what it never says, how wide it is.

use proptest::prelude::*;
use shinsei_core::notice::{FeeDue, Late, Message, News, Notice, Reader};
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
        notices::case(&mut notice).received_at = Timestamp::from_jst(2026, month, day, hour, minute).unwrap();
        let body = Mail::from_notice(&notice).body;
        body.lines().find_map(|line| line.strip_prefix("　受付日時：")).unwrap().to_owned()
    };
    assert_eq!(line(1, 1, 0, 5), "2026年1月1日(木) 0時05分");
    assert_eq!(line(3, 1, 8, 59), "2026年3月1日(日) 8時59分");
    assert_eq!(line(12, 28, 23, 0), "2026年12月28日(月) 23時00分");
}

#[test]
fn every_mail_has_the_fields_of_the_source_page_and_the_common_tone() {
    for mut notice in notices::all_kinds() {
        let Mail { subject, body, from_name } = Mail::from_notice(&notice);
        let mut fields = vec![
            "　手続名　：食",
            "　受付日時：2026年5月7日(木) 15時04分\n",
            "　受付番号：012025-R08-0001234-7\n",
        ];
        if let News::Reviewed { .. } = notices::case(&mut notice).news {
            fields.extend(["　審査日時：2026年5月8日(金) 10時20分\n", "　審査結果：", "　注意事項："]);
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
        if let News::Reviewed { hand_over: Some(hand_over), .. } = &mut notices::case(&mut notice).news {
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

/// What each mail must hold (DOMAIN 8), as words that stand in it once.
fn required(mail: &str) -> &'static [&'static str] {
    match mail {
        "M1" => &["https://shinsei.city.example.lg.jp/confirm/", "　有効期限：2026年5月9日(土) 10時20分\n"],
        "M6" => {
            &["　直す箇所：2か所\n", "　補正期限：2026年5月20日(水)\n", "　修正方法：", "期限を過ぎた場合は"]
        }
        "M7" => &["　受領日時：2026年5月18日(月) 21時30分\n", "審査を再開しました"],
        "M8" => {
            &["　直す箇所：2か所\n", "　補正期限：2026年5月20日(水)\n", "　修正方法：", "期限を過ぎた場合は"]
        }
        "M9" => &["　金額　　：16,000円\n", "　納付方法："],
        "M10" => &["　金額　　：16,000円\n", "　納付日　：2026年5月12日(火)\n"],
        "M11" => &["　交付物　：許可証\n", "　受取方法："],
        "M12" => &["日時：2026年5月1"],
        "M13" => {
            &["　当初期限：2026年6月8日(月)\n", "　見込期限：2026年7月8日(水)\n", "　理由　　：認定に必要な"]
        }
        "M14" => &["受付番号は変わりません", "新しい担当課"],
        "M18" => &[
            "　送付先　：北海道渡島総合振興局\n",
            "　送付日　：2026年5月8日(金)\n",
            "　見込期限：2026年5月22日(金)\n",
            "受付番号は変わりません",
        ],
        "M15" => &[
            "　停止開始：2026年5月27日(水) 20時00分\n",
            "　停止終了：2026年5月28日(木) 6時00分\n",
            "停止中にできないこと\n",
            "申し訳ありません",
        ],
        "M16" => &[
            "　委任者　：函館 花子\n",
            "　手続名　：住民票の写し交付申請\n",
            "印鑑登録証明書交付申請\n",
            "　有効期間：2026年5月8日(金)から\n",
            "2026年8月7日(金)まで\n",
            "　委任状番号：019240000000700080000000000000a1\n",
        ],
        "M17" => &["　件名　　：公文書公開決定通知書\n", "　取得期限：2026年6月30日(火)\n", "　取得方法："],
        "M19" => &["　還付額　：16,000円\n", "　理由　　：", "日　：2026年5月12日(火)\n", "口座番号"],
        "M20" => &["　決定日　：2026年5月8日(金)\n", "お納めいただく必要はありません"],
        "M21" => &["　受付番号：012025-R08-0001234-7\n", "期限：2026年5月21日(木)\n", "庁内連絡"],
        other => panic!("{other}"),
    }
}

#[test]
fn every_other_mail_has_its_fields_and_the_common_tone_and_no_link_but_the_one_that_confirms() {
    let cases = notices::on_the_way()
        .into_iter()
        .map(|(id, news)| (id, notices::notice("食品営業の許可と届出", Act::Application, news)));
    for (id, notice) in cases.chain(notices::about_no_case()) {
        let Mail { subject, body, from_name } = Mail::from_notice(&notice);
        let is_case = matches!(notice.message, Message::Case(_));
        let common =
            ["　問合せ先：市民部 戸籍住民課\n", "電話 0138-00-0000\n", "送信専用", "お心当たりのない場合"];
        let of_cases = ["　手続名　：食品営業の許可と届出\n", "　受付番号：012025-R08-0001234-7\n"];
        let of_cases = of_cases.iter().filter(|_| is_case);
        for field in required(id).iter().chain(&common).chain(of_cases) {
            assert_eq!(body.matches(field).count(), 1, "{id}: {field} in {body}");
        }
        assert_eq!(from_name, "函館市 市民部 戸籍住民課");
        assert!(subject.starts_with("【函館市】"), "{subject}");
        let is_numbered = is_case || id == "M21";
        assert_eq!(subject.contains("(受付番号 012025-R08-0001234-7)"), is_numbered, "{subject}");
        let (happened, to_do) = (body.lines().next().unwrap(), body.lines().nth(1).unwrap());
        assert!(["ました。", "決まりました。"].iter().any(|end| happened.ends_with(end)), "{happened}");
        let idle = to_do.contains("お手続きは不要です");
        assert!(to_do.ends_with("ください。") || idle && to_do.ends_with('。'), "{to_do}");
        for forbidden in [notices::TO, "hanako", "www", "パスワード", "不受理", "添付", "却下", "鍵："]
        {
            assert!(!body.contains(forbidden) && !subject.contains(forbidden), "{forbidden} in {body}");
        }
        assert_eq!(body.matches("http").count(), usize::from(id == "M1"), "{body}");
        for line in body.lines().filter(|line| !line.starts_with("https://")) {
            assert!(columns(line) <= LINE_COLUMNS_MAX && line == line.trim_end(), "{line}");
        }
    }
}

#[test]
fn every_mail_of_the_list_is_written() {
    let mut written: Vec<_> = notices::on_the_way().iter().map(|(id, _)| id.to_string()).collect();
    written.extend(notices::about_no_case().iter().map(|(id, _)| id.to_string()));
    written.sort_by_key(|id| id[1..].parse::<u32>().unwrap());
    written.dedup();
    let listed = [1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map(|n| format!("M{n}"));
    assert_eq!(written, listed, "M2 to M5 are tested above");
}

#[test]
fn who_gets_a_mail_as_an_agent_or_for_one_is_told_why() {
    let why = |reader| {
        let body = Mail::from_notice(&Notice { reader, ..notices::receipt() }).body;
        body.lines()
            .filter(|line| line.ends_with("お送りしています。"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(why(Reader::Applicant), Vec::<String>::new());
    assert_eq!(why(Reader::Agent), ["代理人として申請された方にお送りしています。"]);
    assert_eq!(why(Reader::Principal), ["代理人に手続きを委任された方(ご本人)にお送りしています。"]);
    assert_eq!(why(Reader::User), ["利用者登録をされた方にお送りしています。"]);
}

#[test]
fn a_name_that_is_written_otherwise_than_it_is_says_so() {
    const NOTE: &str = "お名前の一部は、メールで表示できる文字に置き換えています。";
    let body = |name: &str| {
        let (_, mut notice) = notices::about_no_case().pop().unwrap();
        let Message::Mandate(mandate) = &mut notice.message else { panic!("M16 is the last") };
        mandate.principal = name.to_owned();
        Mail::from_notice(&notice).body
    };
    assert!(!body("函館 花子").contains(NOTE));
    let written = body("\u{E000}田 花子");
    assert!(written.contains("　委任者　：〓田 花子\n") && written.contains(NOTE), "{written}");
}

proptest! {
    #[test]
    fn no_text_of_a_catalog_breaks_a_line_or_forges_a_field(texts in prop::collection::vec("(?s).{0,80}", 8)) {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let mut notice = notices::granted();
        let id = notice.contact.id.clone();
        notice.city = text();
        notices::case(&mut notice).procedure = format!("申請{}\n　審査結果：交付できます", text());
        notice.contact = Division { id, name: text(), phone: text(), counter: text(), hours: text(), staff_mail: None, head_mail: None };
        if let News::Reviewed { hand_over: Some(hand_over), .. } = &mut notices::case(&mut notice).news {
            hand_over.unit = Some(text());
        }
        let late = Some(Late { last_day: None, effect: Some(format!("{}\n　審査結果：交付できます", text())) });
        notices::case(&mut notice).late = late.clone();
        let mut receipt = notices::receipt();
        notices::case(&mut receipt).late = late;
        for (notice, results) in [(notice, 1), (receipt, 0)] {
            let Mail { subject, body, from_name } = Mail::from_notice(&notice);
            prop_assert!(!subject.chars().chain(from_name.chars()).any(char::is_control));
            for line in body.lines() {
                prop_assert!(columns(line) <= LINE_COLUMNS_MAX, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
            prop_assert_eq!(body.lines().filter(|line| line.starts_with("　審査結果：")).count(), results);
        }
    }
}
