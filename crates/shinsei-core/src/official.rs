//! The text of an official document (公文書): what the office wrote, and under it what the law wants to be in it.

use crate::bytes::Bytes;
use crate::procedure::Remedy;
use crate::rejection::Rejection;

/// The text of a document: the body, then the reasons of what is adverse, then the remedy of a disposition. A service
/// that seals with a digital signature signs these very bytes.
///
/// # Errors
/// [`Rejection::WordsMissing`] when the body or a reason cannot be read.
///
/// # Source
/// 行政手続法 8条 (reasons are given with the refusal, in writing if it is written); 行政不服審査法 82条 and 行政事件訴訟法 46条 (the
/// remedy, in writing): DOMAIN L7, L8.
pub fn official_text<'a>(
    body: &[u8],
    reasons: impl IntoIterator<Item = &'a [u8]>,
    remedy: Option<Remedy>,
) -> Result<Bytes, Rejection> {
    let mut text = words(body)?.to_owned();
    for (n, reason) in reasons.into_iter().enumerate() {
        if n == 0 {
            text.push_str("\n\n理由\n");
        }
        text.push_str(&format!("{} {}\n", n + 1, words(reason)?));
    }
    if let Some(remedy) = remedy {
        text.push_str("\n教示\n");
        text.push_str(&instruction(remedy));
    }
    Ok(Bytes::from(text.as_str()))
}

/// How a disposition can be contested: before whom, until when, against whom.
fn instruction(remedy: Remedy) -> String {
    let Remedy { review_months, suit_months } = remedy;
    format!(
        "1 この処分に不服がある場合は、処分があったことを知った日の翌日から起算して{review_months}か月以内に、市長に対して審査請求をすることが\
         できます。ただし、処分があった日の翌日から起算して1年を経過したときは、審査請求をすることができません。\n\
         2 処分の取消しの訴えは、処分があったことを知った日の翌日から起算して{suit_months}か月以内に、市を被告として(訴訟において市を代表\
         する者は市長です。)提起することができます。ただし、処分があった日の翌日から起算して1年を経過したときは、提起することができません。\n\
         3 審査請求をした場合は、その裁決があったことを知った日の翌日から起算して{suit_months}か月以内に提起することができます。\n"
    )
}

fn words(bytes: &[u8]) -> Result<&str, Rejection> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty());
    text.ok_or(Rejection::WordsMissing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_says_what_was_written_and_nothing_more() {
        let text = official_text("許可します。".as_bytes(), [], None).unwrap();
        assert_eq!(text, Bytes::from("許可します。"));
    }

    #[test]
    fn what_is_adverse_states_each_reason_and_the_remedy() {
        let reasons = ["道路の交通に支障がある。".as_bytes(), "図面が足りない。".as_bytes()];
        let text = official_text("不許可とします。".as_bytes(), reasons, Some(Remedy::STATUTORY)).unwrap();
        let text = String::from_utf8(text.as_slice().to_vec()).unwrap();
        assert!(text.starts_with(
            "不許可とします。\n\n理由\n1 道路の交通に支障がある。\n2 図面が足りない。\n\n教示\n1 "
        ));
        for said in ["3か月以内に、市長に対して審査請求", "6か月以内に、市を被告として", "1年を経過"]
        {
            assert!(text.contains(said), "{said}");
        }
    }

    #[test]
    fn a_document_without_words_is_none() {
        assert_eq!(official_text(b" ", [], None), Err(Rejection::WordsMissing));
        assert_eq!(official_text(b"x", [&b""[..]], None), Err(Rejection::WordsMissing));
        assert_eq!(official_text(b"\xff", [], None), Err(Rejection::WordsMissing));
    }
}
