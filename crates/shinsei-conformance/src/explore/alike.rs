//! When two states are alike: they differ in nothing but ids, digests and instants on the same side of now.

use chrono::{DateTime, NaiveDate};
use sha2::{Digest as _, Sha256};

use crate::explore::road::Road;

/// The digest of what a state is, in all that matters.
pub(super) type Alike = [u8; 32];

/// How long an instant is at least, as it is written: 2026-05-07T06:04:00Z.
const INSTANT_CHARACTERS_MIN: usize = 20;

/// The digest of a state and of what its agenda still holds.
///
/// It is taken of the state's `Debug` form, so that a field that is added tomorrow counts without anybody thinking of it.
pub(super) fn of(road: &Road) -> Alike {
    let now = road.life.now().to_utc();
    let today = road.life.now().date_jst();
    let mut text = masked(&format!("{:?}", road.life.state()), now, today);
    for due in road.agenda() {
        text += &format!("\n{due}");
    }
    Sha256::digest(text).into()
}

fn masked(text: &str, now: DateTime<chrono::Utc>, today: NaiveDate) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("SaltedDigest([") {
            out.push('#');
            rest = after.split_once("])").map_or("", |(_, after)| after);
            continue;
        }
        let word = &rest[..rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            out.push(character);
            rest = &rest[character.len_utf8()..];
            continue;
        }
        out.push_str(&side_of_now(word, now, today).unwrap_or_else(|| word.to_owned()));
        rest = &rest[word.len()..];
    }
    out
}

fn is_of_a_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_:.".contains(character)
}

/// What stands for an instant, a day or an id; `None` for any other word.
fn side_of_now(word: &str, now: DateTime<chrono::Utc>, today: NaiveDate) -> Option<String> {
    if word.len() >= INSTANT_CHARACTERS_MIN
        && let Ok(at) = DateTime::parse_from_rfc3339(word)
    {
        return Some(if at <= now { "past" } else { "to come" }.to_owned());
    }
    if let Ok(day) = word.parse::<NaiveDate>() {
        return Some(format!("{:?}", day.cmp(&today)));
    }
    uuid::Uuid::parse_str(word).is_ok().then(|| "id".to_owned())
}

#[cfg(test)]
mod tests {
    use shinsei_core::time::Timestamp;

    use super::*;

    #[test]
    fn only_the_side_of_now_is_left_of_an_instant() {
        let now = Timestamp::from_jst(2026, 5, 7, 15, 4).expect("a time that exists");
        let masked = |text: &str| masked(text, now.to_utc(), now.date_jst());
        assert_eq!(masked("at: 2026-05-07T06:04:00Z, n: 3"), "at: past, n: 3");
        assert_eq!(masked("at: 2026-05-07T06:04:00.000001Z"), "at: to come");
        assert_eq!(masked("Some(2026-05-07) 2026-05-08"), "Some(Equal) Greater");
        assert_eq!(masked("DocumentId 0d1b1f6e-5a3c-4e0c-8d3e-2f6a7b8c9d0e!"), "DocumentId id!");
        assert_eq!(masked("digest: SaltedDigest([1, 2, 3]) }"), "digest: # }");
        assert_eq!(masked("012025-R08-0000001-9"), "012025-R08-0000001-9");
    }
}
