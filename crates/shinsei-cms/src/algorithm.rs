//! The algorithms that are verified, the keys they fit, and the arithmetic behind them.

use std::sync::OnceLock;

use aws_lc_rs::digest::{self, Context, Digest};
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaParameters, RsaPssSaltLength, VerificationAlgorithm};

use crate::ber::{Element, Fault, Reader, tag};
use crate::budget::{RSA_BITS_MAX, RSA_BITS_MIN};
use crate::oid::{self, Oid};
use crate::reason::Reason;

/// A digest algorithm of the SHA-2 family.
///
/// DIFFERENCE: RFC 5754 section 2.1 has SHA-224 too. It gives 112 bits, whose use CRYPTREC ends with 2030, and no signer
/// met writes it: it is unsupported, which is not the same as broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;

    /// The algorithm of this name, or why it is not taken.
    pub(crate) fn of(oid: Oid<'_>) -> Result<Self, Reason> {
        match oid {
            oid::ID_SHA_256 => Ok(Self::Sha256),
            oid::ID_SHA_384 => Ok(Self::Sha384),
            oid::ID_SHA_512 => Ok(Self::Sha512),
            oid::ID_SHA_1 | oid::ID_MD_5 => Err(Reason::DigestBroken),
            _ => Err(Reason::DigestUnsupported),
        }
    }

    /// The digest of some bytes.
    pub(crate) fn digest(self, bytes: &[u8]) -> Digest {
        digest::digest(self.algorithm(), bytes)
    }

    /// The SHA-256 of some bytes: what certificates are known by.
    pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
        let mut array = [0; 32];
        array.copy_from_slice(Self::Sha256.digest(bytes).as_ref());
        array
    }

    /// A digest to be fed piece by piece.
    pub(crate) fn pieces(self) -> Pieces {
        Pieces { context: Context::new(self.algorithm()), small: [0; SMALL_BYTES], filled: 0 }
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    fn output_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A digest that is fed piece by piece.
///
/// Security: a sender chooses the pieces, and one of a byte costs the provider as much as one of a hundred; small ones
/// are gathered first.
pub(crate) struct Pieces {
    context: Context,
    small: [u8; SMALL_BYTES],
    filled: usize,
}

/// Bytes that are gathered before they are digested. Source: measured; beyond it the call no longer shows.
const SMALL_BYTES: usize = 1024;

impl Pieces {
    /// Digests the next piece.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        if let Some(room) = self.small.get_mut(self.filled..self.filled + piece.len()) {
            room.copy_from_slice(piece);
            self.filled += piece.len();
            return;
        }
        self.context.update(&self.small[..self.filled]);
        self.filled = 0;
        if piece.len() < SMALL_BYTES {
            self.small[..piece.len()].copy_from_slice(piece);
            self.filled = piece.len();
        } else {
            self.context.update(piece);
        }
    }

    /// The digest of all pieces.
    pub(crate) fn finish(mut self) -> Digest {
        self.context.update(&self.small[..self.filled]);
        self.context.finish()
    }
}

/// An AlgorithmIdentifier, its parameters not yet judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmId<'a> {
    pub(crate) oid: Oid<'a>,
    parameters: Option<Element<'a>>,
}

impl<'a> AlgorithmId<'a> {
    /// Reads one.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Fault> {
        Self::read_fields(reader.sequence()?)
    }

    /// Reads the fields of one, whatever tag they stand under.
    pub(crate) fn read_fields(mut fields: Reader<'a>) -> Result<Self, Fault> {
        let oid = fields.oid()?;
        let parameters = if fields.is_empty() { None } else { Some(fields.read()?) };
        fields.finish()?;
        if parameters.is_some_and(|element| element.tag == tag::NULL && !element.contents.is_empty()) {
            return Err(Fault::Malformed);
        }
        Ok(Self { oid, parameters })
    }

    /// True when two name the same algorithm; absent parameters and NULL are one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let raw =
            |id: &Self| id.parameters.filter(|element| element.tag != tag::NULL).map(|element| element.raw);
        self.oid == other.oid && raw(self) == raw(other)
    }

    /// True when the parameters are absent or NULL, as both are written for RSA and for digests (RFC 5754 section 2).
    fn has_no_parameters(&self) -> bool {
        self.parameters.is_none_or(|element| element.tag == tag::NULL)
    }
}

/// What a signature is over.
///
/// Security: who sends a message decides how many keys are tried on a part of it, and how long the part is. It is digested
/// once.
pub(crate) struct Signed<'s> {
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) bytes: &'s [u8],
    /// The digest of these bytes for this algorithm, once it was needed.
    pub(crate) digest: &'s OnceLock<Digest>,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureAlgorithm {
    RsaPkcs1(Hash),
    RsaPss(Hash, Salt),
    Ecdsa(Hash),
    Ed25519,
}

/// The salt of RSASSA-PSS, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Salt(u32);

impl SignatureAlgorithm {
    /// The algorithm of a certificate or list, which names its digest.
    pub(crate) fn of(id: &AlgorithmId<'_>) -> Result<Self, Reason> {
        let algorithm = match id.oid {
            oid::SHA_256_WITH_RSA_ENCRYPTION => Self::RsaPkcs1(Hash::Sha256),
            oid::SHA_384_WITH_RSA_ENCRYPTION => Self::RsaPkcs1(Hash::Sha384),
            oid::SHA_512_WITH_RSA_ENCRYPTION => Self::RsaPkcs1(Hash::Sha512),
            oid::ECDSA_WITH_SHA_256 => Self::Ecdsa(Hash::Sha256),
            oid::ECDSA_WITH_SHA_384 => Self::Ecdsa(Hash::Sha384),
            oid::ECDSA_WITH_SHA_512 => Self::Ecdsa(Hash::Sha512),
            oid::ID_ED_25519 => Self::Ed25519,
            oid::ID_RSASSA_PSS => return pss(id.parameters),
            oid::SHA_1_WITH_RSA_ENCRYPTION
            | oid::MD_5_WITH_RSA_ENCRYPTION
            | oid::MD_2_WITH_RSA_ENCRYPTION
            | oid::ECDSA_WITH_SHA_1
            | oid::DSA_WITH_SHA_1 => return Err(Reason::DigestBroken),
            _ => return Err(Reason::SignatureUnsupported),
        };
        if id.has_no_parameters() { Ok(algorithm) } else { Err(Reason::SignatureUnsupported) }
    }

    /// The algorithm of a CMS signer, which may name its digest apart, and must agree with it.
    ///
    /// # Source
    /// RFC 5652 section 5.4; RFC 5754 section 3; RFC 8419 section 3.1 (Ed25519 goes with SHA-512).
    pub(crate) fn of_signer(id: &AlgorithmId<'_>, hash: Hash) -> Result<Self, Reason> {
        if id.oid == oid::RSA_ENCRYPTION {
            return if id.has_no_parameters() {
                Ok(Self::RsaPkcs1(hash))
            } else {
                Err(Reason::SignatureUnsupported)
            };
        }
        let algorithm = Self::of(id)?;
        let expected = match algorithm {
            Self::RsaPkcs1(own) | Self::RsaPss(own, _) | Self::Ecdsa(own) => own,
            Self::Ed25519 => Hash::Sha512,
        };
        if expected == hash { Ok(algorithm) } else { Err(Reason::AlgorithmMismatch) }
    }
}

/// Reads the parameters of RSASSA-PSS; MGF1 must use the same digest.
///
/// # Source
/// RFC 4055 section 3.1, whose defaults are SHA-1 and 20 bytes of salt.
fn pss(parameters: Option<Element<'_>>) -> Result<SignatureAlgorithm, Reason> {
    let malformed = |_: Fault| Reason::SignatureUnsupported;
    let parameters = parameters.filter(|parameters| parameters.tag == tag::SEQUENCE);
    let mut fields = parameters.ok_or(Reason::SignatureUnsupported)?.reader().map_err(malformed)?;
    let hash_id = explicit(&mut fields, 0)?.ok_or(Reason::DigestBroken)?;
    let hash = Hash::of(AlgorithmId::read(&mut Reader::der(hash_id.raw)).map_err(malformed)?.oid)?;
    let mask_id = explicit(&mut fields, 1)?.ok_or(Reason::DigestBroken)?;
    let mask = AlgorithmId::read(&mut Reader::der(mask_id.raw)).map_err(malformed)?;
    let mask_parameters = mask.parameters.ok_or(Reason::SignatureUnsupported)?;
    let mask_hash = AlgorithmId::read(&mut Reader::der(mask_parameters.raw)).map_err(malformed)?;
    if mask.oid != oid::ID_MGF_1 || Hash::of(mask_hash.oid)? != hash {
        return Err(Reason::SignatureUnsupported);
    }
    let integer = |element: Element<'_>| match element.tag {
        tag::INTEGER => element.small_integer(),
        _ => Err(Fault::Malformed),
    };
    let salt = explicit(&mut fields, 2)?.map_or(Ok(20), integer).map_err(malformed)?;
    let trailer = explicit(&mut fields, 3)?.map_or(Ok(1), integer).map_err(malformed)?;
    if trailer != 1 || !fields.is_empty() {
        return Err(Reason::SignatureUnsupported);
    }
    Ok(SignatureAlgorithm::RsaPss(hash, Salt(salt)))
}

/// The one element in an optional `[n] EXPLICIT` field of the parameters.
fn explicit<'a>(fields: &mut Reader<'a>, number: u8) -> Result<Option<Element<'a>>, Reason> {
    let mut read = || -> Result<Option<Element<'a>>, Fault> {
        let Some(field) = fields.optional(tag::context_constructed(number))? else { return Ok(None) };
        let mut inside = Reader::der(field.contents);
        let element = inside.read()?;
        inside.finish()?;
        Ok(Some(element))
    };
    read().map_err(|_| Reason::SignatureUnsupported)
}

/// What kind of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa {
        bits: usize,
        exponent_bits: usize,
        /// The only scheme the key may be used with, when its owner said so (RFC 4055 section 1.2).
        only: Option<(Hash, Salt)>,
        any_pss: bool,
    },
    P256,
    P384,
    P521,
    Ed25519,
}

/// A public key, and, once it was used, the form in which the arithmetic wants it.
#[derive(Debug)]
pub(crate) struct PublicKey {
    kind: KeyKind,
    bytes: Box<[u8]>,
    parsed: OnceLock<(SignatureAlgorithm, ParsedPublicKey)>,
}

impl PublicKey {
    /// What kind of key it is.
    pub(crate) fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Reads a SubjectPublicKeyInfo.
    pub(crate) fn read(spki: &[u8]) -> Result<Self, Reason> {
        let malformed = |_: Fault| Reason::CertificateMalformed;
        let mut fields = Reader::der(spki).sequence().map_err(malformed)?;
        let id = AlgorithmId::read(&mut fields).map_err(malformed)?;
        let bits = fields.expect(tag::BIT_STRING).map_err(malformed)?;
        fields.finish().map_err(malformed)?;
        let (&0, bytes) = bits.contents.split_first().ok_or(Reason::CertificateMalformed)? else {
            return Err(Reason::CertificateMalformed);
        };
        let kind = match id.oid {
            oid::RSA_ENCRYPTION => rsa(bytes, None, false)?,
            oid::ID_RSASSA_PSS => {
                let only = match pss(id.parameters) {
                    Ok(SignatureAlgorithm::RsaPss(hash, salt)) => Some((hash, salt)),
                    _ if id.has_no_parameters() => None,
                    Ok(_) => None,
                    Err(reason) => return Err(reason),
                };
                rsa(bytes, only, true)?
            }
            oid::ID_EC_PUBLIC_KEY => {
                let curve = id.parameters.ok_or(Reason::KeyUnsupported)?;
                match curve.oid().map_err(|_| Reason::KeyUnsupported)? {
                    oid::SECP_256_R_1 => KeyKind::P256,
                    oid::SECP_384_R_1 => KeyKind::P384,
                    oid::SECP_521_R_1 => KeyKind::P521,
                    _ => return Err(Reason::KeyUnsupported),
                }
            }
            oid::ID_ED_25519 => KeyKind::Ed25519,
            _ => return Err(Reason::KeyUnsupported),
        };
        Ok(Self { kind, bytes: bytes.into(), parsed: OnceLock::new() })
    }

    /// What the first check of a signature with this key over so many bytes costs beside their digest, in microseconds.
    ///
    /// Ed25519 digests what is signed anew with every key (RFC 8032 section 5.1.7); the others are given the digest.
    ///
    /// Source: measured with the provider of ADR 0003 on the machine of its table, rounded up. RSA grows with the square
    /// of its modulus, and with the exponent, which the owner of the key chooses.
    pub(crate) fn cost_micros(&self, bytes: usize) -> u32 {
        match self.kind {
            KeyKind::Rsa { bits, exponent_bits, .. } => {
                let digits = u32::try_from(bits.div_ceil(1024)).unwrap_or(u32::MAX);
                let squarings = u32::try_from(exponent_bits.max(17)).unwrap_or(u32::MAX);
                digits.saturating_mul(digits).saturating_mul(squarings).saturating_mul(4) / 17
            }
            KeyKind::P256 => 36,
            KeyKind::P384 => 140,
            KeyKind::P521 => 300,
            KeyKind::Ed25519 => {
                u32::try_from(bytes / SHA_512_BYTES_A_MICRO).unwrap_or(u32::MAX).saturating_add(50)
            }
        }
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// - [`Reason::AlgorithmMismatch`], [`Reason::RsaKeyTooShort`], [`Reason::RsaKeyTooLong`],
    ///   [`Reason::SignatureUnsupported`]: the key does not fit the algorithm.
    /// - [`Reason::CertificateMalformed`]: the key cannot be read, such as a point that is not on its curve.
    /// - [`Reason::SignatureInvalid`]: the signature is not of this key over these bytes.
    pub(crate) fn verify(&self, signed: &Signed<'_>, signature: &[u8]) -> Result<(), Reason> {
        let algorithm = signed.algorithm;
        let arithmetic = self.arithmetic(algorithm)?;
        let parse =
            || ParsedPublicKey::new(arithmetic, &self.bytes[..]).map_err(|_| Reason::CertificateMalformed);
        if self.parsed.get().is_none() {
            let fresh = (algorithm, parse()?);
            let _: &(SignatureAlgorithm, ParsedPublicKey) = self.parsed.get_or_init(|| fresh);
        }
        // The first algorithm a key was used with is kept; an authority that changes its digest is rare.
        let parsed_now;
        let key = match self.parsed.get() {
            Some((first, key)) if *first == algorithm => key,
            _ => {
                parsed_now = parse()?;
                &parsed_now
            }
        };
        let checked = match algorithm {
            SignatureAlgorithm::RsaPkcs1(hash)
            | SignatureAlgorithm::RsaPss(hash, _)
            | SignatureAlgorithm::Ecdsa(hash) => {
                key.verify_digest_sig(signed.digest.get_or_init(|| hash.digest(signed.bytes)), signature)
            }
            SignatureAlgorithm::Ed25519 => key.verify_sig(signed.bytes, signature),
        };
        checked.map_err(|_| Reason::SignatureInvalid)
    }

    /// The arithmetic for this key and algorithm.
    fn arithmetic(
        &self,
        algorithm: SignatureAlgorithm,
    ) -> Result<&'static dyn VerificationAlgorithm, Reason> {
        use SignatureAlgorithm as S;
        if let KeyKind::Rsa { bits, .. } = self.kind {
            if bits < RSA_BITS_MIN {
                return Err(Reason::RsaKeyTooShort);
            }
            if bits > RSA_BITS_MAX {
                return Err(Reason::RsaKeyTooLong);
            }
        }
        Ok(match (self.kind, algorithm) {
            (KeyKind::Rsa { any_pss: false, .. }, S::RsaPkcs1(hash)) => match hash {
                Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            },
            (KeyKind::Rsa { bits, only, .. }, S::RsaPss(hash, salt)) => {
                if only.is_some_and(|(own, least)| own != hash || least.0 > salt.0) {
                    return Err(Reason::AlgorithmMismatch);
                }
                pss_arithmetic(hash, salt, bits)?
            }
            (KeyKind::P256, S::Ecdsa(Hash::Sha256)) => &signature::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P256, S::Ecdsa(Hash::Sha384)) => &signature::ECDSA_P256_SHA384_ASN1,
            (KeyKind::P256, S::Ecdsa(Hash::Sha512)) => &signature::ECDSA_P256_SHA512_ASN1,
            (KeyKind::P384, S::Ecdsa(Hash::Sha256)) => &signature::ECDSA_P384_SHA256_ASN1,
            (KeyKind::P384, S::Ecdsa(Hash::Sha384)) => &signature::ECDSA_P384_SHA384_ASN1,
            (KeyKind::P384, S::Ecdsa(Hash::Sha512)) => &signature::ECDSA_P384_SHA512_ASN1,
            (KeyKind::P521, S::Ecdsa(Hash::Sha256)) => &signature::ECDSA_P521_SHA256_ASN1,
            (KeyKind::P521, S::Ecdsa(Hash::Sha384)) => &signature::ECDSA_P521_SHA384_ASN1,
            (KeyKind::P521, S::Ecdsa(Hash::Sha512)) => &signature::ECDSA_P521_SHA512_ASN1,
            (KeyKind::Ed25519, S::Ed25519) => &signature::ED25519,
            _ => return Err(Reason::AlgorithmMismatch),
        })
    }
}

/// Bytes that SHA-512 digests in a microsecond. Source: measured with the provider of ADR 0003, rounded down.
const SHA_512_BYTES_A_MICRO: usize = 500;

/// The arithmetic of RSASSA-PSS for the salts that are met: as long as the digest, the longest, the default, none.
///
/// OpenSSL signs with the longest salt unless told otherwise; RFC 4055 takes 20 bytes where nothing is said.
fn pss_arithmetic(hash: Hash, salt: Salt, bits: usize) -> Result<&'static dyn VerificationAlgorithm, Reason> {
    const fn salted(of: RsaParameters, salt: RsaPssSaltLength) -> RsaParameters {
        of.with_pss_salt_length(salt)
    }
    use RsaPssSaltLength::{Custom, Max};
    use signature::{
        RSA_PSS_2048_8192_SHA256 as P256, RSA_PSS_2048_8192_SHA384 as P384, RSA_PSS_2048_8192_SHA512 as P512,
    };
    let salt = usize::try_from(salt.0).map_err(|_| Reason::SignatureUnsupported)?;
    let longest = (bits + 6) / 8 - hash.output_bytes() - 2;
    Ok(match hash {
        _ if salt == hash.output_bytes() => match hash {
            Hash::Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
            Hash::Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
            Hash::Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
        },
        Hash::Sha256 if salt == longest => &const { salted(P256, Max) },
        Hash::Sha384 if salt == longest => &const { salted(P384, Max) },
        Hash::Sha512 if salt == longest => &const { salted(P512, Max) },
        Hash::Sha256 if salt == 20 => &const { salted(P256, Custom(20)) },
        Hash::Sha384 if salt == 20 => &const { salted(P384, Custom(20)) },
        Hash::Sha512 if salt == 20 => &const { salted(P512, Custom(20)) },
        Hash::Sha256 if salt == 0 => &const { salted(P256, Custom(0)) },
        Hash::Sha384 if salt == 0 => &const { salted(P384, Custom(0)) },
        Hash::Sha512 if salt == 0 => &const { salted(P512, Custom(0)) },
        _ => return Err(Reason::SignatureUnsupported),
    })
}

/// Reads an RSAPublicKey as far as its size goes.
fn rsa(key: &[u8], only: Option<(Hash, Salt)>, any_pss: bool) -> Result<KeyKind, Reason> {
    let read = || {
        let mut fields = Reader::der(key).sequence()?;
        let mut bits = || {
            let number = fields.expect(tag::INTEGER)?.contents;
            let digits = number.strip_prefix(&[0]).unwrap_or(number);
            let &first = digits.first().ok_or(Fault::Malformed)?;
            Ok(digits.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0))
        };
        Ok(KeyKind::Rsa { bits: bits()?, exponent_bits: bits()?, only, any_pss })
    };
    read().map_err(|_: Fault| Reason::CertificateMalformed)
}

#[cfg(test)]
mod wycheproof;
