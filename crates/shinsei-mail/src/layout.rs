//! Plain text in lines that every mail program shows whole: width, line breaks, fields, lists.

/// The widest line: 35 full-width characters, each two columns.
///
/// Source: DOMAIN 8.
pub const LINE_COLUMNS_MAX: usize = 70;

/// The full-width characters of a field's name; shorter names are filled up with spaces.
const LABEL_CHARS: usize = 4;

/// Columns that a text takes where full-width characters take two and all others one.
///
/// Characters of ambiguous width (such as …) are taken as full-width, as Japanese mail programs show them.
///
/// # Example
/// ```
/// assert_eq!(shinsei_mail::layout::columns("7日(木)"), 7);
/// ```
pub fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// A body that grows line by line.
#[derive(Default)]
pub(crate) struct Body {
    lines: Vec<String>,
}

impl Body {
    /// Adds a sentence on a line of its own.
    pub(crate) fn sentence(&mut self, text: &str) {
        self.hang("", "", text);
    }

    /// Adds an empty line, unless one is there already.
    pub(crate) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// Adds a named field; each value begins a line, under the first.
    pub(crate) fn field(&mut self, name: &str, values: &[String]) {
        let fill = "　".repeat(LABEL_CHARS.saturating_sub(name.chars().count()));
        let rest = "　".repeat(LABEL_CHARS + 2);
        let mut first = format!("　{name}{fill}：");
        for value in values {
            self.hang(&first, &rest, value);
            first.clone_from(&rest);
        }
    }

    /// Adds an item of a list.
    pub(crate) fn item(&mut self, text: &str) {
        self.hang("　・", "　　", text);
    }

    /// Adds a link on a line of its own, however long: one that is broken does not work.
    pub(crate) fn link(&mut self, url: &str) {
        self.lines.push(url.to_owned());
    }

    /// The whole body; it ends with a line break.
    pub(crate) fn finish(self) -> String {
        self.lines.join("\n") + "\n"
    }

    fn hang(&mut self, first: &str, rest: &str, text: &str) {
        let room = LINE_COLUMNS_MAX - columns(first).max(columns(rest));
        let mut before = first;
        for line in wrap(text, room) {
            self.lines.push(format!("{before}{line}"));
            before = rest;
        }
    }
}

/// Breaks a text into lines of at most so many columns, where Japanese may be broken if there is such a place.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let fitting = fits(&chars[start..], room);
        let end = if start + fitting == chars.len() {
            chars.len()
        } else {
            let breakable =
                (start + 1..=start + fitting).rev().find(|at| may_break(chars[at - 1], chars[*at]));
            breakable.unwrap_or(start + fitting)
        };
        lines.push(chars[start..end].iter().collect::<String>().trim_end_matches(' ').to_owned());
        start = end + chars[end..].iter().take_while(|next| **next == ' ').count();
    }
    lines
}

/// How many of the characters fit, at least one.
fn fits(chars: &[char], room: usize) -> usize {
    let mut taken = 0;
    let within = chars.iter().take_while(|next| {
        taken += char_columns(**next);
        taken <= room
    });
    within.count().max(1)
}

/// True between two characters that may stand on different lines: no word or number is torn, no line begins with what
/// closes and none ends with what opens (禁則処理).
fn may_break(before: char, after: char) -> bool {
    const NEVER_FIRST: &str = "、。，．,.)）]］」』】〉》〕}｝!！?？:：;；・ーｰ々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ〜~円日時分通";
    const NEVER_LAST: &str = "(（[［「『【〈《〔{｛";
    let in_word = |c: char| c.is_ascii_graphic() && !"()[]{}".contains(c);
    let torn = in_word(before) && in_word(after);
    !torn && char_columns(after) > 0 && !NEVER_FIRST.contains(after) && !NEVER_LAST.contains(before)
}

/// Columns of one character: none for marks that sit on the character before.
fn char_columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' => 0,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => 0,
        '\u{20}'..='\u{7e}' | '\u{ff61}'..='\u{ff9f}' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_breaks_where_japanese_may_break() {
        let check = |text: &str, room, lines: expect_test::Expect| {
            lines.assert_eq(&(wrap(text, room).join("\n") + "\n"));
        };
        check(
            "手数料を、お納めください。",
            8,
            expect![[r#"
                手数料
                を、お納
                めくださ
                い。
            "#]],
        );
        check(
            "受付番号 012025-R08-0001234-7(控え)",
            22,
            expect![[r#"
                受付番号
                012025-R08-0001234-7
                (控え)
            "#]],
        );
        check(
            "0120250120250",
            6,
            expect![[r#"
                012025
                012025
                0
            "#]],
        );
    }

    #[test]
    fn fields_hang_under_their_first_line() {
        let mut body = Body::default();
        body.sentence("次の届出を受け付けました。");
        body.field(
            "手続名",
            &["居宅介護(介護予防)サービス計画作成依頼(変更)届出と住宅改修費の支給申請".into()],
        );
        body.field("問合せ先", &["市民部 戸籍住民課".into(), "電話 000-0000-0000".into()]);
        body.item("本人確認書類");
        expect![[r#"
            次の届出を受け付けました。
            　手続名　：居宅介護(介護予防)サービス計画作成依頼(変更)届出と住宅改修
            　　　　　　費の支給申請
            　問合せ先：市民部 戸籍住民課
            　　　　　　電話 000-0000-0000
            　・本人確認書類
        "#]]
        .assert_eq(&body.finish());
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_spaces_and_keeps_the_width(text in "\\PC{0,120}", room in 2_usize..80) {
            let lines = wrap(&text, room);
            for line in &lines {
                prop_assert!(columns(line) <= room, "{line:?}");
            }
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
