//! One borrowed cursor over BER and DER: definite and indefinite lengths, a depth budget, no recursion, no copies.
//!
//! # Source
//! ITU-T X.690. Tags beyond 30 occur nowhere in RFC 5652 or RFC 5280 and are refused.

use std::borrow::Cow;
use std::ops::Range;

use crate::budget::{NESTING_MAX, PIECE_BYTES_MEAN_MIN, PIECES_FREE};
use crate::oid::Oid;

/// Tags of the universal class, as they stand in the first byte.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    /// The bit that says an element consists of elements.
    pub(crate) const CONSTRUCTED: u8 = 0x20;

    /// `[n]` of a primitive value.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[n]` of a constructed value.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// Why bytes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They break the encoding rules or are not what must stand here.
    Malformed,
    /// They nest deeper than [`NESTING_MAX`].
    TooDeep,
    /// They are cut into more pieces than [`pieces_max`] allows.
    TooMany,
}

/// Which encoding rules hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    Ber,
    Der,
}

/// A position in a run of elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    rules: Rules,
    depth_left: u8,
}

/// One element: its first tag byte, its contents without the end-of-contents mark, and all its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) raw: &'a [u8],
    rules: Rules,
    depth_left: u8,
}

/// Tag and length; `length` is `None` when indefinite.
struct Header {
    tag: u8,
    size: usize,
    length: Option<usize>,
}

impl<'a> Reader<'a> {
    /// Reads by the basic rules.
    pub(crate) fn ber(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, rules: Rules::Ber, depth_left: NESTING_MAX }
    }

    /// Reads by the distinguished rules: definite, shortest lengths.
    pub(crate) fn der(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, rules: Rules::Der, depth_left: NESTING_MAX }
    }

    /// True when nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads the next element, whatever it is.
    #[inline]
    pub(crate) fn read(&mut self) -> Result<Element<'a>, Fault> {
        // Nearly all elements are shorter than 128 bytes, and are read here.
        if let &[tag, length @ ..INDEFINITE, ..] = self.rest
            && is_tag(tag)
            && let Some((raw, rest)) = self.rest.split_at_checked(SHORT_HEADER + usize::from(length))
        {
            self.rest = rest;
            let (rules, depth_left) = (self.rules, self.depth_left);
            return Ok(Element { tag, contents: &raw[SHORT_HEADER..], raw, rules, depth_left });
        }
        self.read_long()
    }

    /// Reads an element whose length is indefinite or takes several bytes.
    fn read_long(&mut self) -> Result<Element<'a>, Fault> {
        let header = header(self.rest, self.rules)?;
        let body = &self.rest[header.size..];
        let (length, total) = match header.length {
            Some(length) => (length, header.size + length),
            None => {
                let length = indefinite_length(body, self.depth_left)?;
                (length, header.size + length + END_OF_CONTENTS.len())
            }
        };
        let element = Element {
            tag: header.tag,
            contents: &body[..length],
            raw: &self.rest[..total],
            rules: self.rules,
            depth_left: self.depth_left,
        };
        self.rest = &self.rest[total..];
        Ok(element)
    }

    /// Reads the next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, Fault> {
        self.optional(tag)?.ok_or(Fault::Malformed)
    }

    /// Reads the next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Fault> {
        if self.rest.first() == Some(&tag) { self.read().map(Some) } else { Ok(None) }
    }

    /// Reads a SEQUENCE and steps into it.
    pub(crate) fn sequence(&mut self) -> Result<Reader<'a>, Fault> {
        self.expect(tag::SEQUENCE)?.reader()
    }

    /// Reads an object identifier.
    pub(crate) fn oid(&mut self) -> Result<Oid<'a>, Fault> {
        self.expect(tag::OID)?.oid()
    }

    /// Says that all was read.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(Fault::Malformed) }
    }
}

impl<'a> Element<'a> {
    /// Steps into an element that consists of elements.
    pub(crate) fn reader(&self) -> Result<Reader<'a>, Fault> {
        if self.tag & tag::CONSTRUCTED == 0 {
            return Err(Fault::Malformed);
        }
        let depth_left = self.depth_left.checked_sub(1).ok_or(Fault::TooDeep)?;
        Ok(Reader { rest: self.contents, rules: self.rules, depth_left })
    }

    /// The object identifier that stands here.
    pub(crate) fn oid(&self) -> Result<Oid<'a>, Fault> {
        if self.tag != tag::OID {
            return Err(Fault::Malformed);
        }
        Oid::from_contents(self.contents).ok_or(Fault::Malformed)
    }

    /// A BOOLEAN by the distinguished rules: one byte, all bits or none (X.690 section 11.1).
    pub(crate) fn boolean(&self) -> Result<bool, Fault> {
        match self.contents {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(Fault::Malformed),
        }
    }

    /// A small unsigned integer in its one shortest form (X.690 section 8.3.2), under whatever tag.
    pub(crate) fn small_integer(&self) -> Result<u32, Fault> {
        let is_shortest = match self.contents {
            [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => false,
            [_, ..] => true,
        };
        if !is_shortest {
            return Err(Fault::Malformed);
        }
        let digits = self.contents.strip_prefix(&[0]).unwrap_or(self.contents);
        if digits.len() > 4 {
            return Err(Fault::Malformed);
        }
        Ok(digits.iter().fold(0, |value, digit| value << 8 | u32::from(*digit)))
    }

    /// The octet string that stands here, under whatever tag, its segments checked.
    pub(crate) fn octet_string(&self) -> Result<OctetString<'a>, Fault> {
        let string = OctetString { element: *self };
        string.for_each_segment(|_| ())?;
        Ok(string)
    }
}

/// An octet string, in one piece or in segments as BER allows, checked when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OctetString<'a> {
    element: Element<'a>,
}

impl<'a> OctetString<'a> {
    /// Visits the segments in order.
    ///
    /// One pass over the bytes, however deep they nest: an indefinite length ends where its mark is met, and is not
    /// looked for before. The walk keeps its own stack, at most [`NESTING_MAX`] high.
    pub(crate) fn for_each_segment(&self, mut visit: impl FnMut(&'a [u8])) -> Result<(), Fault> {
        let Element { contents, rules, depth_left, .. } = self.element;
        if self.element.tag & tag::CONSTRUCTED == 0 {
            visit(contents);
            return Ok(());
        }
        let mut open = [Level { behind: 0, is_marked: false }; NESTING_MAX as usize];
        let (mut depth, depth_max) = (1, usize::from(depth_left));
        let mut pieces_left = pieces_max(contents.len());
        if depth > depth_max {
            return Err(Fault::TooDeep);
        }
        let mut rest = contents;
        while depth > 0 {
            let level = open[depth - 1];
            let inside = &rest[..rest.len() - level.behind];
            if level.is_marked && inside.starts_with(&END_OF_CONTENTS) {
                rest = &rest[END_OF_CONTENTS.len()..];
                depth -= 1;
                continue;
            }
            if !level.is_marked && inside.is_empty() {
                depth -= 1;
                continue;
            }
            let header = header(inside, rules)?;
            let body = &rest[header.size..];
            pieces_left = pieces_left.checked_sub(1).ok_or(Fault::TooMany)?;
            match (header.tag, header.length) {
                (tag::OCTET_STRING, Some(length)) => {
                    visit(&body[..length]);
                    rest = &body[length..];
                }
                (SEGMENTS, length) => {
                    if depth == depth_max {
                        return Err(Fault::TooDeep);
                    }
                    let behind = length.map_or(level.behind, |length| body.len() - length);
                    open[depth] = Level { behind, is_marked: length.is_none() };
                    depth += 1;
                    rest = body;
                }
                _ => return Err(Fault::Malformed),
            }
        }
        Ok(())
    }

    /// The bytes when they stand in one piece.
    pub(crate) fn in_one_piece(&self) -> Option<&'a [u8]> {
        (self.element.tag & tag::CONSTRUCTED == 0).then_some(self.element.contents)
    }

    /// The bytes, borrowed when they stand in one piece.
    pub(crate) fn bytes(&self) -> Cow<'a, [u8]> {
        if let Some(contents) = self.in_one_piece() {
            return Cow::Borrowed(contents);
        }
        let mut joined = Vec::new();
        let checked_before = self.for_each_segment(|segment| joined.extend_from_slice(segment));
        debug_assert!(checked_before.is_ok());
        Cow::Owned(joined)
    }
}

/// A run of segments that is being walked: how many bytes lie behind it, and whether a mark ends it before them.
#[derive(Clone, Copy)]
struct Level {
    behind: usize,
    is_marked: bool,
}

/// Writes an element with these contents, its length definite and shortest.
pub(crate) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut element = vec![tag];
    match u8::try_from(contents.len()) {
        Ok(short) if short < INDEFINITE => element.push(short),
        _ => {
            let digits = contents.len().to_be_bytes();
            let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
            // OK because a length has at most eight digits.
            element.push(INDEFINITE | u8::try_from(digits.len()).unwrap_or(0));
            element.extend(digits);
        }
    }
    element.extend(contents);
    element
}

/// Where a slice lies in the bytes it was cut from.
pub(crate) fn range_within(whole: &[u8], slice: &[u8]) -> Range<usize> {
    let start = slice.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    if start + slice.len() <= whole.len() { start..start + slice.len() } else { 0..0 }
}

const SEGMENTS: u8 = tag::OCTET_STRING | tag::CONSTRUCTED;
const END_OF_CONTENTS: [u8; 2] = [0, 0];
const INDEFINITE: u8 = 0x80;
const HIGH_TAG: u8 = 0x1f;

/// Bytes of a tag and a length that is short or indefinite.
const SHORT_HEADER: usize = 2;

/// True for a tag of one byte that can begin an element.
fn is_tag(tag: u8) -> bool {
    tag != 0 && tag & HIGH_TAG != HIGH_TAG
}

/// Reads tag and length and sees that a definite length lies inside the bytes.
#[inline]
fn header(bytes: &[u8], rules: Rules) -> Result<Header, Fault> {
    let &[tag, first, ref after_first @ ..] = bytes else { return Err(Fault::Malformed) };
    if !is_tag(tag) {
        return Err(Fault::Malformed);
    }
    let size = SHORT_HEADER;
    if first < INDEFINITE {
        let length = usize::from(first);
        let fits = length <= after_first.len();
        return if fits { Ok(Header { tag, size, length: Some(length) }) } else { Err(Fault::Malformed) };
    }
    if first == INDEFINITE {
        let allowed = rules == Rules::Ber && tag & tag::CONSTRUCTED != 0;
        return if allowed { Ok(Header { tag, size, length: None }) } else { Err(Fault::Malformed) };
    }
    let count = usize::from(first & 0x7f);
    let digits = after_first.get(..count).filter(|_| count <= 8).ok_or(Fault::Malformed)?;
    let length = digits.iter().fold(0u64, |length, digit| length << 8 | u64::from(*digit));
    if rules == Rules::Der && (digits[0] == 0 || length < 0x80) {
        return Err(Fault::Malformed);
    }
    let length = usize::try_from(length).map_err(|_| Fault::Malformed)?;
    if after_first.len() - count < length {
        return Err(Fault::Malformed);
    }
    Ok(Header { tag, size: SHORT_HEADER + count, length: Some(length) })
}

/// The pieces into which so many bytes may be cut.
///
/// Security: each level of indefinite lengths around a piece looks at it once more.
fn pieces_max(bytes: usize) -> usize {
    PIECES_FREE + bytes / PIECE_BYTES_MEAN_MIN
}

/// Finds where the contents of an indefinite length end.
///
/// Definite elements are stepped over whole; only indefinite ones inside are counted, up to the depth that is left.
fn indefinite_length(bytes: &[u8], depth_left: u8) -> Result<usize, Fault> {
    let mut open = 1u8;
    let mut at = 0;
    let mut pieces_left = pieces_max(bytes.len());
    loop {
        let rest = &bytes[at..];
        if rest.starts_with(&END_OF_CONTENTS) {
            open -= 1;
            if open == 0 {
                return Ok(at);
            }
            at += END_OF_CONTENTS.len();
            continue;
        }
        let header = header(rest, Rules::Ber)?;
        pieces_left = pieces_left.checked_sub(1).ok_or(Fault::TooMany)?;
        at += header.size + header.length.unwrap_or(0);
        if header.length.is_none() {
            open += 1;
            if open > depth_left {
                return Err(Fault::TooDeep);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_indefinite_length_ends_at_its_own_mark() {
        let bytes = [0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05];
        let mut reader = Reader::ber(&bytes);
        let outer = reader.read().unwrap();
        assert_eq!(outer.contents, &bytes[2..10]);
        assert_eq!(reader.rest, &[0x05]);
        let string = outer.reader().unwrap().read().unwrap().octet_string().unwrap();
        assert_eq!(string.bytes().as_ref(), [0, 0]);
    }

    #[test]
    fn segments_inside_segments_are_joined_in_order() {
        let bytes =
            [0x24, 0x80, 0x04, 0x01, b'a', 0x24, 0x03, 0x04, 0x01, b'b', 0x04, 0x01, b'c', 0x00, 0x00];
        let string = Reader::ber(&bytes).read().unwrap().octet_string().unwrap();
        assert_eq!(string.bytes().as_ref(), b"abc");
    }

    #[test]
    fn der_knows_one_way_to_write_a_length() {
        for bytes in
            [&[0x30, 0x80, 0x00, 0x00][..], &[0x04, 0x81, 0x01, 0x00], &[0x04, 0x82, 0x00, 0x01, 0x00]]
        {
            assert_eq!(Reader::der(bytes).read().unwrap_err(), Fault::Malformed);
            assert_eq!(Reader::ber(bytes).read().unwrap().raw, bytes);
        }
    }

    #[test]
    fn a_length_beyond_the_bytes_is_malformed() {
        for bytes in [
            &[0x04, 0x02, 0x00][..],
            &[0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00],
            &[0x04, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x30, 0x80, 0x05, 0x00],
            &[0x04],
            &[],
        ] {
            assert_eq!(Reader::ber(bytes).read().unwrap_err(), Fault::Malformed);
        }
    }

    #[test]
    fn nesting_costs_no_stack_and_has_an_end() {
        let deep = [0x30, 0x80].repeat(500_000);
        assert_eq!(Reader::ber(&deep).read().unwrap_err(), Fault::TooDeep);
        let mut segments = [0x24, 0x80].repeat(usize::from(NESTING_MAX));
        segments.extend([0, 0].repeat(usize::from(NESTING_MAX)));
        assert_eq!(Reader::ber(&segments).read().unwrap().octet_string().unwrap().bytes().len(), 0);
        let mut one_more = [0x24, 0x80].to_vec();
        one_more.extend(&segments);
        one_more.extend([0, 0]);
        assert_eq!(Reader::ber(&one_more).read().unwrap_err(), Fault::TooDeep);
    }

    #[test]
    fn pieces_are_counted_by_the_bytes_that_they_cut() {
        let cut = |pieces: usize, beside: usize| {
            let mut string = [0x24, 0x80].to_vec();
            string.extend([0x04, 0x01, b'x'].repeat(pieces));
            string.extend([0x04, 0x84]);
            string.extend(u32::try_from(beside).unwrap().to_be_bytes());
            string.extend(vec![0; beside]);
            string.extend([0, 0]);
            Reader::ber(&string).read().and_then(|element| element.octet_string()).map(|_| ()).err()
        };
        assert_eq!(cut(PIECES_FREE, 0), None);
        assert_eq!(cut(2 * PIECES_FREE, 0), Some(Fault::TooMany));
        assert_eq!(cut(2 * PIECES_FREE, PIECES_FREE * PIECE_BYTES_MEAN_MIN), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            for mut reader in [Reader::ber(&bytes), Reader::der(&bytes)] {
                while let Ok(element) = reader.read() {
                    prop_assert!(element.contents.len() < element.raw.len());
                    let _: Result<OctetString<'_>, Fault> = element.octet_string();
                }
            }
        }
    }
}
