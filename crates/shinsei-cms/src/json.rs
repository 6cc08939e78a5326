//! JSON, written into bytes as it is told.
//!
//! A verdict is made for every submission: written by `serde_json`, who signed took as long as reading the message. Nothing
//! but writing is here; whatever is read is read by `serde_json`.

use serde_json::Value;

/// A value that is written as JSON.
pub(crate) trait ToJson {
    /// Room for the value.
    ///
    /// Source: the identity of a JPKI signer has 0.8 KB; up to 1,032 bytes glibc gives at once what the thread gave back.
    const USUAL_BYTES: usize = 1024;

    /// Writes the value, one and whole.
    fn write(&self, json: &mut Json);

    /// The value, written.
    fn to_json_bytes(&self) -> Vec<u8> {
        let mut json = Json { text: Vec::with_capacity(Self::USUAL_BYTES) };
        self.write(&mut json);
        json.text
    }

    /// The value as a tree.
    fn to_json_tree(&self) -> Value {
        // OK because what is written here is JSON: the property test below.
        serde_json::from_slice(&self.to_json_bytes()).unwrap_or_default()
    }
}

/// JSON as far as it is written.
pub(crate) struct Json {
    text: Vec<u8>,
}

impl Json {
    /// Writes an object of the members that are written inside.
    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.text.push(b'{');
        members(self);
        self.text.push(b'}');
    }

    /// Begins a member of an object; its value is to be written next. Its name is of ours, and needs no escape.
    pub(crate) fn member(&mut self, name: &'static str) -> &mut Self {
        self.part(b'{');
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        self
    }

    /// Writes a list, each item as it is told.
    pub(crate) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.text.push(b'[');
        for item in items {
            self.part(b'[');
            each(self, item);
        }
        self.text.push(b']');
    }

    /// Writes a list of texts.
    pub(crate) fn texts(&mut self, items: impl IntoIterator<Item = impl AsRef<str>>) {
        self.list(items, |json, item| json.text(item.as_ref()));
    }

    /// Writes a text.
    pub(crate) fn text(&mut self, text: &str) {
        self.text.push(b'"');
        // Nearly no text needs it: to ask all bytes at once is faster than to ask each and copy it.
        if text.bytes().fold(false, |found, byte| found | ESCAPED[usize::from(byte)]) {
            text.bytes().for_each(|byte| self.character(byte));
        } else {
            self.text.extend_from_slice(text.as_bytes());
        }
        self.text.push(b'"');
    }

    /// Writes bytes as a text of lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        self.text.push(b'"');
        bytes.iter().for_each(|byte| self.text.extend(digits(*byte)));
        self.text.push(b'"');
    }

    /// Writes a number.
    pub(crate) fn number(&mut self, number: u64) {
        self.text.extend_from_slice(number.to_string().as_bytes());
    }

    /// Writes true or false.
    pub(crate) fn boolean(&mut self, value: bool) {
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Writes what is there, or null.
    pub(crate) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.text.extend_from_slice(b"null"),
        }
    }

    /// Writes a tree.
    pub(crate) fn tree(&mut self, value: &Value) {
        self.text.extend_from_slice(value.to_string().as_bytes());
    }

    /// Separates a part from the one before it, unless it stands first behind this bracket: no value ends in one that opens.
    fn part(&mut self, opening: u8) {
        if self.text.last() != Some(&opening) {
            self.text.push(b',');
        }
    }

    fn character(&mut self, byte: u8) {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            0x00..0x20 => {
                self.text.extend_from_slice(b"\\u00");
                return self.text.extend(digits(byte));
            }
            _ => return self.text.push(byte),
        };
        self.text.extend([b'\\', short]);
    }
}

/// True for the bytes of a text that RFC 8259 section 7 does not let stand as they are.
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        escaped[control] = true;
        control += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped
};

/// The two hexadecimal digits of a byte.
fn digits(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    struct Sample<'t>(&'t str, &'t [u8], u64);

    impl ToJson for Sample<'_> {
        fn write(&self, json: &mut Json) {
            json.object(|json| {
                json.member("text").text(self.0);
                json.member("").object(|_| ());
                json.member("{").list([0u8; 0], |_, _| ());
                json.member("texts").texts([self.0, "[", self.0]);
                json.member("hex").hex(self.1);
                json.member("all")
                    .list(self.1, |json, byte| json.optional((*byte > 9).then_some(*byte), number));
                json.member("last").number(self.2);
                json.member("one").boolean(true);
                json.member("other").boolean(false);
            });
        }
    }

    fn number(json: &mut Json, byte: u8) {
        json.list([byte], |json, byte| json.object(|json| json.member("n").number(byte.into())));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_by_others(
            text in "[\\x00-\\x7f界]{0,9}",
            bytes in proptest::collection::vec(any::<u8>(), 0..9),
            last in any::<u64>(),
        ) {
            let each = |byte: &u8| if *byte > 9 { json!([{ "n": byte }]) } else { Value::Null };
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let expected = json!({
                "text": text, "": {}, "{": [], "texts": [text, "[", text], "hex": hex,
                "all": bytes.iter().map(each).collect::<Vec<_>>(), "one": true, "other": false,
                "last": last,
            });
            prop_assert_eq!(Sample(&text, &bytes, last).to_json_tree(), expected);
        }

        #[test]
        fn a_text_is_written_as_others_write_it(text in any::<String>()) {
            let mut json = Json { text: Vec::new() };
            json.text(&text);
            prop_assert_eq!(String::from_utf8(json.text).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
