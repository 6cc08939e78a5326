//! Object identifiers: compared where they stand, named by the constants of RFC 5280, 5652, 5912 and 8410.
//!
//! The type of the `const-oid` crate holds no arc beyond 32 bits and nothing under three bytes; certificates carry
//! both (2.25 is the arc of UUIDs), and one that it cannot hold must not make a whole certificate unreadable.

use std::fmt;

/// Bytes of an identifier.
///
/// Source: the longest in use have 20 (2.25 and a UUID); the arcs of X.660 have no limit of their own.
const OID_BYTES_MAX: usize = 63;

/// An object identifier where it stands: the contents of its encoding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Oid<'a>(&'a [u8]);

/// The identifier of a dotted name that is written in the code.
macro_rules! known {
    ($dotted:literal) => {{
        const OWNED: &$crate::oid::OwnedOid = &$crate::oid::OwnedOid::known($dotted);
        OWNED.oid()
    }};
}
pub(crate) use known;

/// An object identifier of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OwnedOid {
    /// First, since most identifiers that differ differ in it.
    length: u8,
    bytes: [u8; OID_BYTES_MAX],
}

impl OwnedOid {
    /// The identifier of a dotted name that is written in the code: see [`known`].
    pub(crate) const fn known(dotted: &str) -> Self {
        match Self::parse(dotted) {
            Some(oid) => oid,
            None => panic!("a dotted identifier"),
        }
    }

    /// Reads a dotted name; `None` when it is none.
    pub(crate) const fn parse(dotted: &str) -> Option<Self> {
        let text = dotted.as_bytes();
        let mut oid = Self { bytes: [0; OID_BYTES_MAX], length: 0 };
        let (mut at, mut arcs, mut first) = (0, 0u32, 0u128);
        while at < text.len() {
            let start = at;
            let mut arc = 0u128;
            while at < text.len() && text[at] != b'.' {
                if !text[at].is_ascii_digit() || arc >> 120 != 0 {
                    return None;
                }
                arc = arc * 10 + (text[at] - b'0') as u128;
                at += 1;
            }
            if at == start || at + 1 == text.len() && text[at] == b'.' {
                return None;
            }
            at += 1;
            arcs += 1;
            if arcs == 1 {
                if arc > 2 {
                    return None;
                }
                first = arc;
                continue;
            }
            if arcs == 2 {
                if first < 2 && arc > 39 {
                    return None;
                }
                arc += first * 40;
            }
            oid = match oid.with_arc(arc) {
                Some(longer) => longer,
                None => return None,
            };
        }
        if arcs < 2 { None } else { Some(oid) }
    }

    /// The identifier with one more arc, in digits to the base of 128.
    const fn with_arc(mut self, arc: u128) -> Option<Self> {
        let mut digits = 1;
        while digits < 19 && arc >> (7 * digits) != 0 {
            digits += 1;
        }
        while digits > 0 {
            digits -= 1;
            if self.length as usize == OID_BYTES_MAX {
                return None;
            }
            let more = if digits == 0 { 0 } else { 0x80 };
            self.bytes[self.length as usize] = more | (arc >> (7 * digits)).to_le_bytes()[0] & 0x7f;
            self.length += 1;
        }
        Some(self)
    }

    /// The identifier, to be compared.
    pub(crate) const fn oid(&self) -> Oid<'_> {
        Oid(self.bytes.split_at(self.length as usize).0)
    }
}

impl<'a> Oid<'a> {
    /// Takes the contents of an encoded identifier; `None` when they are none, or longer than any in use.
    pub(crate) fn from_contents(contents: &'a [u8]) -> Option<Self> {
        let mut begins = true;
        for byte in contents {
            if begins && *byte == 0x80 {
                return None;
            }
            begins = byte & 0x80 == 0;
        }
        (begins && (1..=OID_BYTES_MAX).contains(&contents.len())).then_some(Self(contents))
    }

    /// The same, kept beyond the bytes that it stands in.
    pub(crate) fn owned(self) -> OwnedOid {
        let mut owned = OwnedOid { bytes: [0; OID_BYTES_MAX], length: 0 };
        for (to, from) in owned.bytes.iter_mut().zip(self.0) {
            *to = *from;
            owned.length += 1;
        }
        owned
    }

    /// The contents of the encoded identifier.
    pub(crate) fn contents(self) -> &'a [u8] {
        self.0
    }
}

/// The dotted name; an arc beyond 128 bits is shown as `*`.
impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc = Some(0u128);
        let mut is_first = true;
        for byte in self.contents() {
            arc = arc.filter(|arc| arc >> 121 == 0).map(|arc| arc << 7 | u128::from(byte & 0x7f));
            if byte & 0x80 != 0 {
                continue;
            }
            match arc {
                Some(arc) if is_first => write!(f, "{}.{}", (arc / 40).min(2), arc - (arc / 40).min(2) * 40)?,
                Some(arc) => write!(f, ".{arc}")?,
                None => f.write_str(".*")?,
            }
            (arc, is_first) = (Some(0), false);
        }
        Ok(())
    }
}

impl fmt::Debug for OwnedOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.oid(), f)
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(crate) const DSA_WITH_SHA_1: Oid<'static> = known!("1.2.840.10040.4.3");
pub(crate) const ID_EC_PUBLIC_KEY: Oid<'static> = known!("1.2.840.10045.2.1");
pub(crate) const SECP_256_R_1: Oid<'static> = known!("1.2.840.10045.3.1.7");
pub(crate) const ECDSA_WITH_SHA_1: Oid<'static> = known!("1.2.840.10045.4.1");
pub(crate) const ECDSA_WITH_SHA_256: Oid<'static> = known!("1.2.840.10045.4.3.2");
pub(crate) const ECDSA_WITH_SHA_384: Oid<'static> = known!("1.2.840.10045.4.3.3");
pub(crate) const ECDSA_WITH_SHA_512: Oid<'static> = known!("1.2.840.10045.4.3.4");
pub(crate) const RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.1");
pub(crate) const MD_2_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.2");
pub(crate) const MD_5_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.4");
pub(crate) const SHA_1_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.5");
pub(crate) const ID_MGF_1: Oid<'static> = known!("1.2.840.113549.1.1.8");
pub(crate) const ID_RSASSA_PSS: Oid<'static> = known!("1.2.840.113549.1.1.10");
pub(crate) const SHA_256_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.11");
pub(crate) const SHA_384_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.12");
pub(crate) const SHA_512_WITH_RSA_ENCRYPTION: Oid<'static> = known!("1.2.840.113549.1.1.13");
pub(crate) const ID_KP_OCSP_SIGNING: Oid<'static> = known!("1.3.6.1.5.5.7.3.9");
pub(crate) const ID_PKIX_OCSP_BASIC: Oid<'static> = known!("1.3.6.1.5.5.7.48.1.1");
pub(crate) const ID_PKIX_OCSP_NONCE: Oid<'static> = known!("1.3.6.1.5.5.7.48.1.2");
pub(crate) const ID_RI_OCSP_RESPONSE: Oid<'static> = known!("1.3.6.1.5.5.7.16.2");
pub(crate) const ID_AA_SIGNING_CERTIFICATE: Oid<'static> = known!("1.2.840.113549.1.9.16.2.12");
pub(crate) const ID_AA_SIGNING_CERTIFICATE_V_2: Oid<'static> = known!("1.2.840.113549.1.9.16.2.47");
pub(crate) const ID_AA_TIME_STAMP_TOKEN: Oid<'static> = known!("1.2.840.113549.1.9.16.2.14");
pub(crate) const ID_CT_TST_INFO: Oid<'static> = known!("1.2.840.113549.1.9.16.1.4");
pub(crate) const ID_KP_TIME_STAMPING: Oid<'static> = known!("1.3.6.1.5.5.7.3.8");
pub(crate) const ID_AA_CMS_ALGORITHM_PROTECTION: Oid<'static> = known!("1.2.840.113549.1.9.52");
pub(crate) const ID_SIGNED_DATA: Oid<'static> = known!("1.2.840.113549.1.7.2");
pub(crate) const ID_CONTENT_TYPE: Oid<'static> = known!("1.2.840.113549.1.9.3");
pub(crate) const ID_MESSAGE_DIGEST: Oid<'static> = known!("1.2.840.113549.1.9.4");
pub(crate) const ID_SIGNING_TIME: Oid<'static> = known!("1.2.840.113549.1.9.5");
pub(crate) const ID_MD_5: Oid<'static> = known!("1.2.840.113549.2.5");
pub(crate) const ID_KP_EMAIL_PROTECTION: Oid<'static> = known!("1.3.6.1.5.5.7.3.4");
pub(crate) const ID_SHA_1: Oid<'static> = known!("1.3.14.3.2.26");
pub(crate) const ID_ED_25519: Oid<'static> = known!("1.3.101.112");
pub(crate) const SECP_384_R_1: Oid<'static> = known!("1.3.132.0.34");
pub(crate) const SECP_521_R_1: Oid<'static> = known!("1.3.132.0.35");
pub(crate) const ID_CE_SUBJECT_KEY_IDENTIFIER: Oid<'static> = known!("2.5.29.14");
pub(crate) const ID_CE_KEY_USAGE: Oid<'static> = known!("2.5.29.15");
pub(crate) const ID_CE_SUBJECT_ALT_NAME: Oid<'static> = known!("2.5.29.17");
pub(crate) const ID_CE_ISSUER_ALT_NAME: Oid<'static> = known!("2.5.29.18");
pub(crate) const ID_CE_BASIC_CONSTRAINTS: Oid<'static> = known!("2.5.29.19");
pub(crate) const ID_CE_CRL_NUMBER: Oid<'static> = known!("2.5.29.20");
pub(crate) const ID_CE_CRL_REASONS: Oid<'static> = known!("2.5.29.21");
pub(crate) const ID_CE_INVALIDITY_DATE: Oid<'static> = known!("2.5.29.24");
pub(crate) const ID_CE_DELTA_CRL_INDICATOR: Oid<'static> = known!("2.5.29.27");
pub(crate) const ID_CE_ISSUING_DISTRIBUTION_POINT: Oid<'static> = known!("2.5.29.28");
pub(crate) const ID_CE_CERTIFICATE_ISSUER: Oid<'static> = known!("2.5.29.29");
pub(crate) const ID_CE_NAME_CONSTRAINTS: Oid<'static> = known!("2.5.29.30");
pub(crate) const ID_CE_CRL_DISTRIBUTION_POINTS: Oid<'static> = known!("2.5.29.31");
pub(crate) const ID_CE_CERTIFICATE_POLICIES: Oid<'static> = known!("2.5.29.32");
pub(crate) const ANY_POLICY: Oid<'static> = known!("2.5.29.32.0");
pub(crate) const ID_CE_POLICY_MAPPINGS: Oid<'static> = known!("2.5.29.33");
pub(crate) const ID_CE_AUTHORITY_KEY_IDENTIFIER: Oid<'static> = known!("2.5.29.35");
pub(crate) const ID_CE_POLICY_CONSTRAINTS: Oid<'static> = known!("2.5.29.36");
pub(crate) const ID_CE_EXT_KEY_USAGE: Oid<'static> = known!("2.5.29.37");
pub(crate) const ANY_EXTENDED_KEY_USAGE: Oid<'static> = known!("2.5.29.37.0");
pub(crate) const ID_CE_FRESHEST_CRL: Oid<'static> = known!("2.5.29.46");
pub(crate) const ID_CE_INHIBIT_ANY_POLICY: Oid<'static> = known!("2.5.29.54");
pub(crate) const ID_SHA_256: Oid<'static> = known!("2.16.840.1.101.3.4.2.1");
pub(crate) const ID_SHA_384: Oid<'static> = known!("2.16.840.1.101.3.4.2.2");
pub(crate) const ID_SHA_512: Oid<'static> = known!("2.16.840.1.101.3.4.2.3");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_and_contents_are_the_same_identifier() {
        for (dotted, contents) in [
            ("1.2.3", &[0x2a, 0x03][..]),
            ("2.999.1", &[0x88, 0x37, 0x01]),
            ("2.5.29.15", &[0x55, 0x1d, 0x0f]),
            ("1.2.840.113549.1.1.11", &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]),
        ] {
            let owned = OwnedOid::parse(dotted).unwrap();
            assert_eq!(owned.oid().contents(), contents);
            assert_eq!(Oid::from_contents(contents), Some(owned.oid()));
            assert_eq!(owned.oid().owned(), owned);
            assert_eq!(owned.oid().to_string(), dotted);
        }
        let uuid = "2.25.329800735698586629295641978511506172918";
        assert_eq!(
            OwnedOid::parse(uuid),
            None,
            "arcs beyond 120 bits are read from certificates, and not from command lines"
        );
        for wrong in ["", "1", "1.", ".1", "1..2", "3.1", "1.40", "a.b", "1.2 "] {
            assert_eq!(OwnedOid::parse(wrong), None, "{wrong}");
        }
        for wrong in [&[][..], &[0x80, 0x01], &[0x2a, 0x80, 0x01], &[0x2a, 0x86], &[0x2a; 64]] {
            assert_eq!(Oid::from_contents(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_table_of_const_oid() {
        assert_eq!(ID_SIGNED_DATA.contents(), const_oid::db::rfc5911::ID_SIGNED_DATA.as_bytes());
        assert_eq!(SECP_384_R_1.contents(), const_oid::db::rfc5912::SECP_384_R_1.as_bytes());
    }
}
