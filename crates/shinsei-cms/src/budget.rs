//! Every limit on what an unknown sender can make the verifier do, each with where it comes from.

/// Bytes of one message, content included when it is attached.
///
/// Source: the documents of DOMAIN.md stay under 10 MiB; the stores stage larger ones outside the message.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of one certificate.
///
/// Source: a JPKI leaf has 1.7 KiB, PKITS stays under 2 KiB; the largest public roots stay under 4 KiB.
pub const CERTIFICATE_BYTES_MAX: usize = 64 * 1024;

/// Extensions of one certificate.
///
/// Source: a JPKI leaf has 9, PKITS stays under 8, certificates of the public web under 16.
pub const EXTENSIONS_MAX: usize = 64;

/// Elements inside elements.
///
/// Source: the deepest place in RFC 5652 (a name inside a signer's attribute) lies at 14; `openssl -stream`
/// adds two for its segments.
pub const NESTING_MAX: u8 = 32;

/// Pieces of any size into which content may be cut, and the bytes that further ones must have on average.
///
/// Source: Bouncy Castle writes pieces of 1,000 bytes, OpenSSL, NSS and gpgsm of 4,096; whoever signs a form field by field
/// stays under 1,024.
pub const PIECES_FREE: usize = 1024;
/// See [`PIECES_FREE`].
pub const PIECE_BYTES_MEAN_MIN: usize = 16;

/// Certificates inside one message.
///
/// Source: the longest path allowed ([`PATH_CERTIFICATES_MAX`]) for four signers, and as many strangers.
pub const EMBEDDED_CERTIFICATES_MAX: usize = 64;

/// Revocation lists and answers inside one message.
///
/// Source: one for each certificate of the longest path, for four signers.
pub const EMBEDDED_REVOCATIONS_MAX: usize = 32;

/// Signers of one message.
///
/// Source: a resident, an agent and the members of one household; joint applications are signed apart.
pub const SIGNERS_MAX: usize = 16;

/// Signed, or unsigned, attributes of one signer.
///
/// Source: OpenSSL writes 4, CAdES-LT messages stay under 16.
pub const ATTRIBUTES_MAX: usize = 64;

/// Bytes of the signed attributes of one signer.
///
/// Source: a signing-certificate attribute that names a whole path stays under 4 KiB.
pub const ATTRIBUTES_BYTES_MAX: usize = 64 * 1024;

/// Time-stamp tokens over the signature of one signer.
///
/// Source: one is usual, two when the authority changes; CAdES-A writes its later ones elsewhere.
pub const TIMESTAMPS_MAX: usize = 4;

/// Digest algorithms listed by one message.
///
/// Source: one for each signer.
pub const DIGEST_ALGORITHMS_MAX: usize = SIGNERS_MAX;

/// Certificates of one path, the anchor not counted.
///
/// Source: the GPKI bridge needs 5; PKITS 4.6.17 needs 7.
pub const PATH_CERTIFICATES_MAX: usize = 10;

/// Candidates looked at in finding the signers of one message and of its time-stamps, and in building their paths.
///
/// Source: measured; 64 certificates of one name and key, each other's candidates, stay under 1 ms.
pub const PATH_CANDIDATES_MAX: usize = 1024;

/// Public-key operations spent on one message, over all its signers and paths, in microseconds as they were measured.
///
/// Source: [`SIGNERS_MAX`] signers with P-384, two checks each. What was proved before costs nothing. An honest message
/// of 1 MiB takes 0.6 ms, and a hostile one may take ten times that (`tests/foreign/hostile_size.rs`).
pub const SIGNATURE_WORK_MICROS_MAX: u32 = 2 * 16 * 140;

/// Bits of an RSA modulus that are still verified.
///
/// Source: what aws-lc-rs verifies; one check at this size costs 0.3 ms.
pub const RSA_BITS_MAX: usize = 8192;

/// Bits of an RSA modulus below which a key is refused.
///
/// Source: CRYPTREC; SP 800-131A revision 2.
pub const RSA_BITS_MIN: usize = 2048;

/// Relative distinguished names of one name.
///
/// Source: a JPKI subject has 4, a name of the commercial registration 6.
pub const NAME_ATTRIBUTES_MAX: usize = 32;

/// Bytes of a name that is compared as text, and not byte by byte.
///
/// Source: a JPKI issuer has 150 bytes. RFC 5280 appendix A bounds countries, localities, organisations, units and common
/// names at 128 characters, and a name has 4 to 6 of them.
pub const NAME_FOLDED_BYTES_MAX: usize = 1024;

/// Comparisons of a name with a constraint, over all paths of one message, each counted once more for every
/// [`NAME_COMPARISON_BYTES`] of the name.
///
/// Source: measured; one costs under 0.1 µs, so that all stay under 5 ms.
pub const NAME_COMPARISONS_MAX: usize = 50_000;
/// See [`NAME_COMPARISONS_MAX`].
pub const NAME_COMPARISON_BYTES: usize = 64;

/// Counts down the work that one message may cause.
#[derive(Debug)]
pub(crate) struct Work {
    signature_micros: u32,
    candidates: usize,
    name_comparisons: usize,
}

impl Work {
    /// The whole allowance of one message.
    pub(crate) fn new() -> Self {
        Self {
            signature_micros: SIGNATURE_WORK_MICROS_MAX,
            candidates: PATH_CANDIDATES_MAX,
            name_comparisons: NAME_COMPARISONS_MAX,
        }
    }

    /// Pays for what takes so long, public-key operations above all; false when there is not so much left.
    pub(crate) fn spend_micros(&mut self, micros: u32) -> bool {
        let left = self.signature_micros >= micros;
        self.signature_micros = self.signature_micros.saturating_sub(micros);
        left
    }

    /// Pays for comparisons of a name with constraints; false when there are not so many left.
    pub(crate) fn spend_name_comparisons(&mut self, number: usize) -> bool {
        let left = self.name_comparisons >= number;
        self.name_comparisons = self.name_comparisons.saturating_sub(number);
        left
    }

    /// Pays for looking at one issuer candidate; false when there is nothing left.
    pub(crate) fn spend_candidate(&mut self) -> bool {
        let left = self.candidates > 0;
        self.candidates = self.candidates.saturating_sub(1);
        left
    }
}
