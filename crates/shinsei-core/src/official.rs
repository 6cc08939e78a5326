//! The text of an official document (公文書): what the office wrote, and under it what the law wants to be in it.

use crate::bytes::Bytes;
use crate::procedure::Remedy;
use crate::procedure::deciding::{Deciding, Defendant};
use crate::rejection::Rejection;

/// The text of a document: the body, then the reasons of what is adverse, then the remedy of a disposition. A service
/// that seals with a digital signature signs these very bytes.
///
/// # Errors
/// [`Rejection::WordsMissing`] when the body or a reason cannot be read.
///
/// # Source
/// 行政手続法 8条 (reasons are given with the refusal, in writing if it is written); 行政不服審査法 82条 and 行政事件訴訟法 46条 (the
/// remedy, in writing, with that a review comes first where it does), 8条 2項: DOMAIN L7, L8.
pub fn official_text<'a>(
    body: &[u8],
    reasons: impl IntoIterator<Item = &'a [u8]>,
    remedy: Option<Instruction<'_>>,
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
    Ok(text.into_bytes().into())
}

/// What a disposition says of how it can be contested.
#[derive(Clone, Copy)]
pub struct Instruction<'a> {
    /// Until when.
    pub remedy: Remedy,
    /// Who decided: from it follows before whom, and against whom.
    pub deciding: &'a Deciding,
    /// The name of the municipality, such as 函館市.
    pub city: &'a str,
}

/// How a disposition can be contested: before whom, until when, against whom.
fn instruction(Instruction { remedy, deciding, city }: Instruction<'_>) -> String {
    let Remedy { review_months, suit_months } = remedy;
    let authority = deciding.authority(city);
    let Defendant { party, representative } = deciding.defendant(city);
    let against = match representative {
        Some(representative) => {
            format!("{party}を被告として(訴訟において{party}を代表する者は{representative}です。)")
        }
        None => format!("{party}を被告として"),
    };
    let review = format!(
        "1 この処分に不服がある場合は、処分があったことを知った日の翌日から起算して{review_months}か月以内に、{authority}に対して審査請求を\
         することができます。ただし、処分があった日の翌日から起算して1年を経過したときは、審査請求をすることができません。\n"
    );
    let suit = if deciding.review_first {
        format!(
            "2 処分の取消しの訴えは、1の審査請求に対する裁決を経た後に、その裁決があったことを知った日の翌日から起算して{suit_months}か月以内に、\
             {against}提起することができます。ただし、裁決があった日の翌日から起算して1年を経過したときは、提起することができません。\n\
             3 次のいずれかに当たるときは、裁決を経ないで提起することができます。(1) 審査請求があった日の翌日から起算して3か月を経過しても裁決が\
             ないとき。(2) 処分、処分の執行または手続の続行により生ずる著しい損害を避けるため緊急の必要があるとき。(3) そのほか裁決を経ないことに\
             つき正当な理由があるとき。\n"
        )
    } else {
        format!(
            "2 処分の取消しの訴えは、処分があったことを知った日の翌日から起算して{suit_months}か月以内に、{against}提起することができます。\
             ただし、処分があった日の翌日から起算して1年を経過したときは、提起することができません。\n\
             3 審査請求をした場合は、その裁決があったことを知った日の翌日から起算して{suit_months}か月以内に提起することができます。\n"
        )
    };
    review + &suit
}

fn words(bytes: &[u8]) -> Result<&str, Rejection> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty());
    text.ok_or(Rejection::WordsMissing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::deciding::Organ;

    #[test]
    fn a_grant_says_what_was_written_and_nothing_more() {
        let text = official_text("許可します。".as_bytes(), [], None).unwrap();
        assert_eq!(text, Bytes::from("許可します。"));
    }

    fn adverse(deciding: &Deciding) -> String {
        let reasons = ["道路の交通に支障がある。".as_bytes(), "図面が足りない。".as_bytes()];
        let instruction = Instruction { remedy: Remedy::STATUTORY, deciding, city: "函館市" };
        let text = official_text("不許可とします。".as_bytes(), reasons, Some(instruction)).unwrap();
        String::from_utf8(text.as_slice().to_vec()).unwrap()
    }

    #[test]
    fn what_is_adverse_states_each_reason_and_the_remedy() {
        let text = adverse(&Deciding::default());
        assert!(text.starts_with(
            "不許可とします。\n\n理由\n1 道路の交通に支障がある。\n2 図面が足りない。\n\n教示\n1 "
        ));
        for said in [
            "3か月以内に、函館市長に対して審査請求",
            "6か月以内に、函館市を被告として(訴訟において函館市を代表する者は函館市長です。)提起",
            "1年を経過",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
    }

    #[test]
    fn where_a_review_comes_first_no_suit_is_offered_before_it() {
        let review_before = Some("北海道介護保険審査会".to_owned());
        let text = adverse(&Deciding { review_before, review_first: true, ..Deciding::default() });
        for said in
            ["北海道介護保険審査会に対して審査請求", "裁決を経た後に", "3か月を経過しても裁決がないとき"]
        {
            assert!(text.contains(said), "{said} in {text}");
        }
        assert!(!text.contains("処分があったことを知った日の翌日から起算して6か月"), "{text}");
    }

    #[test]
    fn whoever_belongs_to_no_public_body_is_sued_itself() {
        let organ = Organ::Designated { name: "株式会社架空文化".to_owned() };
        let text = adverse(&Deciding { organ, ..Deciding::default() });
        assert!(text.contains("、株式会社架空文化を被告として提起することができます"), "{text}");
    }

    #[test]
    fn a_document_without_words_is_none() {
        assert_eq!(official_text(b" ", [], None), Err(Rejection::WordsMissing));
        assert_eq!(official_text(b"x", [&b""[..]], None), Err(Rejection::WordsMissing));
        assert_eq!(official_text(b"\xff", [], None), Err(Rejection::WordsMissing));
    }
}
