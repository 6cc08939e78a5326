//! Laws of what is kept of people's words.

use shinsei_core::document::NewDocument;
use shinsei_core::standard::my_number;

use crate::life::{Life, content_of};

/// The roles of documents that are no free text: nobody can word an address, a reference or a number of the post otherwise.
/// A signature and what its verdict rests on are no text at all: twelve digits in a row stand in many a digest in hexadecimal.
const GIVEN: [&str; 6] =
    ["contact", "evidence", "payment-numbers", "payment-reference", "signature", "tracking"];

/// The role of a form inside its signature: the form alone is text, which begins with the first brace.
const SIGNED_FORM: &str = "signed-form";

/// No document holds what looks like a My Number, unless whoever sent it said that it is something else (番号法 20条).
///
/// # Panics
/// When it is broken.
pub fn no_unconfirmed_my_number_is_kept(life: &Life) {
    let kept = life.documents().iter().find(|document| holds_one(document, life.confirmed()));
    assert_eq!(kept.map(|document| document.role), None, "a document holds what looks like a My Number");
}

fn holds_one(document: &NewDocument, confirmed: &[Vec<u8>]) -> bool {
    let text = content_of(document).and_then(|content| std::str::from_utf8(content).ok());
    let Some(text) = text.filter(|_| !GIVEN.contains(&document.role)) else { return false };
    let begins = if document.role == SIGNED_FORM { text.find('{').unwrap_or_default() } else { 0 };
    let text = &text[begins..];
    let mut numbers = my_number::places(text).into_iter().map(|place| &text.as_bytes()[place]);
    let is_confirmed = |number: &[u8]| {
        confirmed.iter().any(|said| said.windows(number.len()).any(|window| window == number))
    };
    numbers.any(|number| !is_confirmed(number))
}

#[cfg(test)]
mod tests {
    use shinsei_core::document::{Body, Seed};
    use shinsei_core::ids::{CaseId, StreamId};
    use uuid::Uuid;

    use super::*;

    fn holds(role: &'static str, text: &str, confirmed: &str) -> bool {
        let (id, salt) = Seed([7; 32]).document(0);
        let stream: StreamId = CaseId(Uuid::nil()).into();
        let document = NewDocument { id, stream, role, salt, body: Body::Inline(text.into()) };
        holds_one(&document, &[confirmed.into()])
    }

    #[test]
    fn a_number_that_nobody_spoke_of_is_noticed_in_every_free_text() {
        assert!(holds("private-note", "番号 1234-5678-9018", ""));
        assert!(holds("private-note", "番号 1234-5678-9018", "伝票 2345-6789-0121"));
        assert!(!holds("official-document", "伝票 1234-5678-9018、ほか", "伝票 1234-5678-9018"));
        assert!(!holds("private-note", "電話 0138-21-3826", ""));
        assert!(!holds("tracking", "1234-5678-9018", ""));
        assert!(!holds("signature", "stamp:a123456789018f", ""));
        assert!(!holds("signed-form", r#"a123456789018f:{"番号":"1"}"#, ""));
        assert!(holds("signed-form", r#"ab:{"番号":"123456789018"}"#, ""));
    }
}
