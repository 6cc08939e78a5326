//! The entries of a list: left where they stand in its bytes, found by an index of 12 bytes an entry.
//!
//! The bytes are kept as evidence in any case. To copy a million serial numbers out of them would take more memory
//! than to say where they are.

use std::hash::{BuildHasher as _, RandomState};

use crate::ber::{Element, Fault, Reader, range_within, tag};
use crate::distribution::PointName;
use crate::extensions::extension;
use crate::oid;

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    No,
    Revoked,
    /// Only on a delta list: it was on hold and no longer is.
    Removed,
}

/// Where the entries stand, by their serial numbers.
pub(crate) struct Entries {
    /// Half a hash of the serial number and the position of the entry; 0 where there is none, since no entry stands at
    /// the beginning of a list. Whoever is not in a slot is in the next one, up to the first empty one.
    slots: Box<[u64]>,
    count: usize,
    /// Where entries of the certificates of another issuer begin: only on indirect lists.
    runs: Vec<Run>,
    /// True when an entry has a critical extension that is not known.
    unprocessed_critical: bool,
    /// Security: keyed, since who sends a message with a list in it chooses the serial numbers.
    hash: RandomState,
}

/// Entries from a position on are of the certificates of this issuer.
struct Run {
    from: usize,
    issuer: PointName,
}

/// One entry, in place.
struct Entry<'l> {
    serial: &'l [u8],
    reason: u8,
    issuer: Option<PointName>,
    unprocessed_critical: bool,
}

/// reasonCode removeFromCRL: on a delta list the certificate is no longer revoked.
const REMOVE_FROM_CRL: u8 = 8;

impl Entries {
    /// Entries of a list without any.
    pub(crate) fn none() -> Self {
        Self {
            slots: Box::default(),
            count: 0,
            runs: Vec::new(),
            unprocessed_critical: false,
            hash: RandomState::new(),
        }
    }

    /// Reads the entries of a list and notes where they are.
    pub(crate) fn read(list: &[u8], revoked: &Element<'_>) -> Result<Self, Fault> {
        // Positions are kept in 32 bits.
        if u32::try_from(list.len()).is_err() {
            return Err(Fault::Malformed);
        }
        let mut all = Self::none();
        let mut entries = revoked.reader()?;
        let mut positions = Vec::new();
        let mut position = range_within(list, revoked.contents).start;
        while !entries.is_empty() {
            let entry = entries.expect(tag::SEQUENCE)?;
            let read = Entry::read(&entry)?;
            all.unprocessed_critical |= read.unprocessed_critical;
            // It holds for the entries after this one as well (RFC 5280 section 5.3.3).
            all.runs.extend(read.issuer.map(|issuer| Run { from: position, issuer }));
            positions.push((all.hash.hash_one(read.serial), position));
            position += entry.raw.len();
        }
        all.count = positions.len();
        all.slots = vec![0; slots_for(positions.len())].into();
        for (hash, position) in positions {
            all.insert(hash, position);
        }
        Ok(all)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// True when an entry has a critical extension that is not known.
    pub(crate) fn has_unprocessed_critical_extension(&self) -> bool {
        self.unprocessed_critical
    }

    /// What is said of a serial number among the entries of the issuers that are meant; `None` is the list's own.
    ///
    /// An entry that revokes is believed before one that does not.
    pub(crate) fn lookup(
        &self,
        list: &[u8],
        serial: &[u8],
        is_meant: impl Fn(Option<&PointName>) -> bool,
    ) -> Listed {
        let mut listed = Listed::No;
        if self.slots.is_empty() {
            return listed;
        }
        let hash = self.hash.hash_one(serial);
        let mut at = self.home(hash);
        while self.slots[at] != 0 {
            let slot = self.slots[at];
            if slot & !POSITION == tag_of(hash) {
                let position = position(slot);
                let found = list.get(position..).and_then(|rest| Reader::der(rest).read().ok());
                let entry = found.and_then(|element| Entry::read(&element).ok());
                if let Some(entry) = entry.filter(|entry| entry.serial == serial)
                    && is_meant(self.issuer_at(position))
                {
                    if entry.reason != REMOVE_FROM_CRL {
                        return Listed::Revoked;
                    }
                    listed = Listed::Removed;
                }
            }
            at = self.next(at);
        }
        listed
    }

    /// Whose certificates the entry at a position speaks of; `None` is the list's issuer.
    fn issuer_at(&self, position: usize) -> Option<&PointName> {
        let before = self.runs.partition_point(|run| run.from <= position);
        before.checked_sub(1).map(|last| &self.runs[last].issuer)
    }

    fn insert(&mut self, hash: u64, position: usize) {
        let mut at = self.home(hash);
        while self.slots[at] != 0 {
            at = self.next(at);
        }
        self.slots[at] = tag_of(hash) | u64::try_from(position).unwrap_or(0) & POSITION;
    }

    /// The slot at which a hash is looked for first.
    fn home(&self, hash: u64) -> usize {
        let slots = u128::try_from(self.slots.len()).unwrap_or(0);
        usize::try_from((u128::from(hash) * slots) >> 64).unwrap_or(0)
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }
}

/// The half of a slot that is the position.
const POSITION: u64 = 0xffff_ffff;

/// The other half: the low bits of a hash, since its high ones have chosen the slot.
fn tag_of(hash: u64) -> u64 {
    hash << 32
}

/// Slots for so many entries: a third stays empty, so that a serial number that is not listed is soon known not to be.
fn slots_for(entries: usize) -> usize {
    if entries == 0 { 0 } else { entries + entries / 2 + 1 }
}

fn position(slot: u64) -> usize {
    usize::try_from(slot & POSITION).unwrap_or(0)
}

impl<'l> Entry<'l> {
    fn read(entry: &Element<'l>) -> Result<Self, Fault> {
        const ENUMERATED: u8 = 0x0a;
        let mut fields = entry.reader()?;
        let serial = minimal(fields.expect(tag::INTEGER)?.contents);
        fields.read()?;
        let mut read = Self { serial, reason: 0, issuer: None, unprocessed_critical: false };
        if fields.is_empty() {
            return Ok(read);
        }
        let mut extensions = fields.sequence()?;
        fields.finish()?;
        while !extensions.is_empty() {
            let (oid, critical, value) = extension(&mut extensions)?;
            match oid {
                oid::ID_CE_CRL_REASONS => {
                    let code = Reader::der(value).expect(ENUMERATED)?.small_integer()?;
                    read.reason = u8::try_from(code).map_err(|_| Fault::Malformed)?;
                }
                oid::ID_CE_CERTIFICATE_ISSUER => {
                    let names = PointName::read_all(Reader::der(value).sequence()?)?;
                    read.issuer = Some(names.into_iter().next().ok_or(Fault::Malformed)?);
                }
                oid::ID_CE_INVALIDITY_DATE => {}
                _ => read.unprocessed_critical |= critical,
            }
        }
        Ok(read)
    }
}

/// The contents of an INTEGER without what DER would not have written; the sign stays.
pub(crate) fn minimal(mut contents: &[u8]) -> &[u8] {
    while let [first @ (0x00 | 0xff), second, ..] = contents
        && (*first == 0xff) == (second & 0x80 != 0)
    {
        contents = &contents[1..];
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
        let header = match contents.len() {
            0..0x80 => vec![tag, length[1]],
            0x80..0x100 => vec![tag, 0x81, length[1]],
            _ => vec![tag, 0x82, length[0], length[1]],
        };
        [header, contents.to_vec()].concat()
    }

    fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
        let date = element(0x17, b"250401000000Z");
        let extensions =
            if extensions.is_empty() { Vec::new() } else { element(tag::SEQUENCE, &extensions.concat()) };
        element(tag::SEQUENCE, &[element(tag::INTEGER, serial), date, extensions].concat())
    }

    fn reason(code: u8) -> Vec<u8> {
        let value = element(tag::OCTET_STRING, &element(0x0a, &[code]));
        element(tag::SEQUENCE, &[element(tag::OID, &[0x55, 0x1d, 0x15]), value].concat())
    }

    fn issuer(uri: &[u8]) -> Vec<u8> {
        let value = element(tag::OCTET_STRING, &element(tag::SEQUENCE, &element(0x86, uri)));
        element(tag::SEQUENCE, &[element(tag::OID, &[0x55, 0x1d, 0x1d]), value].concat())
    }

    fn read(entries: &[Vec<u8>]) -> (Vec<u8>, Entries) {
        let list = [vec![0xee; 7], element(tag::SEQUENCE, &entries.concat())].concat();
        let entries = Entries::read(&list, &Reader::der(&list[7..]).read().unwrap()).unwrap();
        (list, entries)
    }

    #[test]
    fn a_serial_is_found_whatever_its_length_and_sign() {
        let serials: [&[u8]; 7] = [&[0], &[0xff], &[0, 0xff], &[1, 2, 3], &[0x7f; 20], &[0; 1], &[0x55; 30]];
        let listed: Vec<_> = [1, 3, 4, 6].map(|n| entry(serials[n], &[reason(4)])).into();
        let (list, entries) = read(&listed);
        let found = serials.map(|serial| entries.lookup(&list, minimal(serial), |_| true) == Listed::Revoked);
        assert_eq!(found, [false, true, false, true, true, false, true]);
        assert_eq!(entries.len(), 4);
    }

    #[test]
    fn an_issuer_holds_for_the_entries_behind_it() {
        let (list, entries) = read(&[
            entry(&[1], &[]),
            entry(&[2], &[issuer(b"a")]),
            entry(&[3], &[reason(8)]),
            entry(&[1], &[issuer(b"b")]),
            entry(&[4], &[issuer(b"a")]),
        ]);
        let of = |uri: Option<&str>, serial: u8| {
            let wanted = uri.map(|uri| PointName::Uri(uri.as_bytes().to_vec()));
            entries.lookup(&list, &[serial], |issuer| issuer == wanted.as_ref())
        };
        let found = [None, Some("a"), Some("b")].map(|uri| [1, 2, 3, 4].map(|serial| of(uri, serial)));
        use Listed::{No, Removed, Revoked};
        assert_eq!(found, [[Revoked, No, No, No], [No, Revoked, Removed, Revoked], [Revoked, No, No, No]]);
    }

    #[test]
    fn an_entry_that_revokes_is_believed_before_one_that_does_not() {
        for reasons in [[8, 1], [1, 8]] {
            let (list, entries) = read(&reasons.map(|code| entry(&[7], &[reason(code)])));
            assert_eq!(entries.lookup(&list, &[7], |_| true), Listed::Revoked);
        }
    }

    #[test]
    fn an_integer_loses_what_der_would_not_have_written() {
        for (written, expected) in [
            (&[0u8, 0, 5][..], &[5u8][..]),
            (&[0, 0x80], &[0, 0x80]),
            (&[0xff, 0x80], &[0x80]),
            (&[0xff], &[0xff]),
            (&[0], &[0]),
        ] {
            assert_eq!(minimal(written), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_listed_is_found_and_nothing_else(
            listed in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 1..4), 0u8..11), 0..300),
            asked in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..4), 0..100),
        ) {
            let (list, entries) =
                read(&listed.iter().map(|(serial, code)| entry(serial, &[reason(*code)])).collect::<Vec<_>>());
            let mut expected = BTreeMap::new();
            for (serial, code) in &listed {
                let removed = expected.entry(minimal(serial)).or_insert(true);
                *removed &= *code == REMOVE_FROM_CRL;
            }
            for serial in asked.iter().chain(listed.iter().map(|(serial, _)| serial)) {
                let found = match entries.lookup(&list, minimal(serial), |_| true) {
                    Listed::No => None,
                    Listed::Removed => Some(true),
                    Listed::Revoked => Some(false),
                };
                prop_assert_eq!(found, expected.get(minimal(serial)).copied());
            }
        }
    }
}
