//! TSTInfo: what a time-stamp authority signs.
//!
//! # Source
//! RFC 3161 section 2.4.2, as updated by RFC 5816.

use shinsei_core::time::Timestamp;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::algorithm::{AlgorithmId, Hash};
use crate::ber::{Element, Fault, Reader, tag};
use crate::crl::minimal;
use crate::extensions::extension;
use crate::oid::Oid;
use crate::reason::Reason;

/// The content of a token, its form right.
pub(super) struct TstInfo<'a> {
    /// The policy under which it was issued.
    pub(super) policy: Oid<'a>,
    hash: Oid<'a>,
    imprint: &'a [u8],
    /// The bytes of the serial number.
    pub(super) serial: &'a [u8],
    /// genTime.
    pub(super) at: Timestamp,
    /// By how much genTime may be wrong; `None` when the token does not say.
    pub(super) accuracy_micros: Option<u64>,
    /// The bytes of the nonce, without what DER would not have written.
    pub(super) nonce: Option<&'a [u8]>,
}

impl<'a> TstInfo<'a> {
    /// Reads one, DER.
    ///
    /// # Errors
    /// [`Reason::TimestampMalformed`]; [`Reason::TimestampUnsupported`] for a version or a critical extension that is
    /// not known.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, Reason> {
        let (info, is_understood) = Self::read_fields(der).map_err(|_| Reason::TimestampMalformed)?;
        if is_understood { Ok(info) } else { Err(Reason::TimestampUnsupported) }
    }

    fn read_fields(der: &'a [u8]) -> Result<(Self, bool), Fault> {
        const VERSION: u32 = 1;
        const GENERALIZED_TIME: u8 = 0x18;
        let mut outside = Reader::der(der);
        let mut fields = outside.sequence()?;
        outside.finish()?;
        let mut is_understood = fields.expect(tag::INTEGER)?.small_integer()? == VERSION;
        let policy = fields.oid()?;
        let mut imprint = fields.sequence()?;
        let hash = AlgorithmId::read(&mut imprint)?.oid;
        let digest = imprint.expect(tag::OCTET_STRING)?.contents;
        imprint.finish()?;
        let serial = fields.expect(tag::INTEGER)?.contents;
        let at = generalized_time(&fields.expect(GENERALIZED_TIME)?)?;
        let accuracy_micros =
            fields.optional(tag::SEQUENCE)?.map(|accuracy| micros(&accuracy)).transpose()?;
        // Ordering says how tokens of one authority compare; one token is all there is here.
        fields.optional(tag::BOOLEAN)?;
        let nonce = fields.optional(tag::INTEGER)?.map(|nonce| minimal(nonce.contents));
        // The name of the authority is a hint: who signed is found by the certificate.
        fields.optional(tag::context_constructed(0))?;
        if let Some(extensions) = fields.optional(tag::context_constructed(1))? {
            let mut extensions = extensions.reader()?;
            while !extensions.is_empty() {
                let (_, critical, _) = extension(&mut extensions)?;
                is_understood &= !critical;
            }
        }
        fields.finish()?;
        Ok((Self { policy, hash, imprint: digest, serial, at, accuracy_micros, nonce }, is_understood))
    }

    /// Checks that these bytes are what was stamped.
    ///
    /// # Errors
    /// [`Reason::TimestampImprintMismatch`], or why the digest is not taken.
    pub(super) fn is_over(&self, stamped: &[u8]) -> Result<(), Reason> {
        let hash = Hash::of(self.hash)?;
        if hash.digest(stamped).as_ref() == self.imprint {
            Ok(())
        } else {
            Err(Reason::TimestampImprintMismatch)
        }
    }
}

/// Reads `YYYYMMDDhhmmss[.f]Z`; digits beyond microseconds are dropped.
fn generalized_time(element: &Element<'_>) -> Result<Timestamp, Fault> {
    const WHOLE_SECONDS: usize = 14;
    let (whole, rest) = element.contents.split_at_checked(WHOLE_SECONDS).ok_or(Fault::Malformed)?;
    let fraction = match rest {
        b"Z" => &[],
        [b'.', digits @ .., b'Z'] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => digits,
        _ => return Err(Fault::Malformed),
    };
    let seconds = crate::ber::element(element.tag, &[whole, b"Z"].concat());
    let (_, seconds) = ASN1Time::from_der(&seconds).map_err(|_| Fault::Malformed)?;
    let digit = |place: usize| fraction.get(place).map_or(0, |digit| i64::from(digit - b'0'));
    let micros = (0..6).fold(0, |micros, place| micros * 10 + digit(place));
    seconds
        .timestamp()
        .checked_mul(1_000_000)
        .and_then(|whole| Timestamp::from_micros(whole + micros))
        .ok_or(Fault::Malformed)
}

/// Reads Accuracy: seconds, [0] milliseconds and [1] microseconds, each optional, the latter two from 1 to 999.
fn micros(accuracy: &Element<'_>) -> Result<u64, Fault> {
    let mut fields = accuracy.reader()?;
    let seconds = fields.optional(tag::INTEGER)?.map_or(Ok(0), |field| field.small_integer())?;
    let mut part = |number| {
        let Some(field) = fields.optional(tag::context(number))? else { return Ok(0) };
        let value = field.small_integer()?;
        if (1..=999).contains(&value) { Ok(u64::from(value)) } else { Err(Fault::Malformed) }
    };
    let (millis, micros) = (part(0)?, part(1)?);
    fields.finish()?;
    Ok(u64::from(seconds) * 1_000_000 + millis * 1_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::element;

    fn time(text: &str) -> Option<String> {
        let bytes = element(0x18, text.as_bytes());
        let read = Reader::der(&bytes).read().and_then(|element| generalized_time(&element));
        read.ok().map(|at| at.to_string())
    }

    #[test]
    fn the_time_is_read_to_the_microsecond() {
        assert_eq!(time("20260507060400Z").as_deref(), Some("2026-05-07T06:04:00Z"));
        assert_eq!(time("20260507060400.5Z").as_deref(), Some("2026-05-07T06:04:00.500Z"));
        assert_eq!(time("20260507060400.1234567Z").as_deref(), Some("2026-05-07T06:04:00.123456Z"));
        for wrong in
            ["20260507060400", "20260507060400.Z", "20260507060400,5Z", "20261307060400Z", "2026Z", ""]
        {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_accuracy_is_the_sum_of_its_parts() {
        let read = |parts: &[&[u8]]| {
            let bytes = element(0x30, &parts.concat());
            let read = Reader::der(&bytes).read().and_then(|element| micros(&element));
            read.ok()
        };
        assert_eq!(read(&[]), Some(0));
        assert_eq!(read(&[&[0x02, 1, 2], &[0x80, 1, 3], &[0x81, 1, 4]]), Some(2_003_004));
        assert_eq!(read(&[&[0x81, 2, 0x03, 0xe7]]), Some(999));
        for wrong in [&[0x80, 1, 0][..], &[0x80, 2, 0x03, 0xe8], &[0x02, 1, 0xff], &[0x82, 1, 1]] {
            assert_eq!(read(&[wrong]), None, "{wrong:?}");
        }
    }
}
