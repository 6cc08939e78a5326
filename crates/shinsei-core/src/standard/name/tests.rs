//! What is found under one key, what is not, and what stays as it was.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn alike(texts: &[&str]) {
    let keys: Vec<String> = texts.iter().map(|text| search_key(text)).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?} have the keys {keys:?}");
}

#[test]
fn forms_of_one_character_are_found_under_one_key() {
    alike(&["髙橋", "高橋", "高槗"]);
    alike(&["山﨑", "山崎", "山嵜"]);
    alike(&["渡邉", "渡邊", "渡辺", "渡邉\u{E0101}"]);
    alike(&["𠮷田", "吉田"]);
    alike(&["\u{FA19}田", "神田"]);
    assert_ne!(search_key("斎藤"), search_key("斉藤"));
    assert_ne!(search_key("渡辺"), search_key("渡部"));
}

#[test]
fn width_kana_and_blanks_do_not_matter() {
    alike(&["ｺｳﾉ ﾊﾅｺ", "コウノ　ハナコ", "こうのはなこ"]);
    alike(&["ﾀﾞｲｺﾞ", "ダイゴ", "だいご"]);
    alike(&["ＡＢＣ", "abc", "Abc"]);
}

#[test]
fn all_dashes_and_the_long_sound_are_one() {
    let dashes = ['-', '‐', '‑', '‒', '–', '—', '―', '−', 'ー', '－', 'ｰ'];
    let texts = dashes.map(|dash| format!("1{dash}2{dash}3"));
    alike(&texts.each_ref().map(String::as_str));
    alike(&["10〜20", "10～20", "10~20"]);
}

#[test]
fn the_words_of_addresses_are_one_however_they_are_written() {
    alike(&["霞ヶ関", "霞ケ関", "霞が関", "霞ｹ関"]);
    alike(&["3ヶ月", "３ケ月"]);
    alike(&["五稜郭町二十三丁目", "五稜郭町23丁目", "五稜郭町２３丁目", "五稜郭町二三丁目"]);
    alike(&["十丁目", "10丁目"]);
    alike(&["二十丁目", "20丁目"]);
    assert_ne!(search_key("タケダ"), search_key("タガダ"), "between kana they are two sounds");
    assert_eq!(search_key("一条三郎"), "一条三郎", "a name is no number");
}

#[test]
fn a_name_is_kept_byte_for_byte_and_shown_to_nobody() {
    for received in ["\u{FA19}田", "神\u{3099}", "か\u{3099}", "葛\u{E0100}城", " 甲野　花子 ", "\u{E123}"]
    {
        let name = Name::new(received);
        assert_eq!(name.as_received().as_bytes(), received.as_bytes());
        assert!(!format!("{name:?}").contains(received.trim()));
    }
    assert_eq!(format!("{:?}", Name::new("甲野 花子")), "Name(5 characters)");
}

#[test]
fn what_a_reader_sees_is_counted() {
    let counts =
        ["葛\u{E0100}城", "か\u{3099}", "ｶﾞ", "𠮷", "👨‍👩‍👧", "", "甲野"].map(|name| Name::new(name).characters());
    assert_eq!(counts, [2, 1, 1, 1, 1, 0, 2]);
}

#[test]
fn what_a_font_may_not_have_is_flagged() {
    let name = Name::new("髙\u{E123}葛\u{E0100}𠮷﨑\u{FFFD}\u{F0001}");
    let concerns: Vec<(usize, Concern)> =
        name.glyph_concerns().into_iter().map(|concern| (concern.place, concern.why)).collect();
    assert_eq!(
        concerns,
        [
            (1, Concern::PrivateUse),
            (2, Concern::Variation),
            (3, Concern::BeyondCp932),
            (5, Concern::Lost),
            (6, Concern::PrivateUse)
        ]
    );
    assert!(Name::new("甲野 花子").glyph_concerns().is_empty());
}

#[test]
fn no_form_is_folded_twice_into_two() {
    for (variant, usual) in VARIANTS {
        assert!(VARIANTS.iter().all(|(other, _)| other != usual), "{usual} is itself folded");
        assert_eq!(VARIANTS.iter().filter(|(other, _)| other == variant).count(), 1, "{variant} twice");
    }
}

proptest! {
    #[test]
    fn what_is_common_needs_no_glyph_check(text in "[甲野々髙﨑神葛か\u{3099}ｶaé𠮷〜−\u{E000}\u{E0100}\u{FFFD} 　]{0,6}") {
        prop_assert_eq!(Name::is_common(&text), Name::new(&text).glyph_concerns().is_empty());
    }

    #[test]
    fn a_key_is_its_own_key(text in ".{0,20}") {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key);
    }

    #[test]
    fn a_key_of_what_names_are_made_of_is_its_own_key(
        text in "[一二三四五六七八九十丁目ヶケがガか゛ﾞﾟは゜ｶﾊ髙高 \u{3000}\u{3099}\u{E0100}0-9ー-]{0,16}",
    ) {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key);
    }
}
