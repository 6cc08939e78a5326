//! Keys that sign: generated, or read from PKCS #8.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::{SignError, der};

/// Which kind of key, and the digest that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// RSA of 2048 bits, PKCS #1 v1.5, SHA-256: today's cards and the commercial registration.
    Rsa2048,
    /// P-256 with SHA-256.
    P256,
    /// P-384 with SHA-384: the next generation of cards.
    P384,
}

/// What signs: a key at hand, or one that never leaves its card.
pub trait Key {
    /// Which kind of key it is.
    fn algorithm(&self) -> KeyAlgorithm;

    /// Signs bytes; on a curve the signature is an ECDSA-Sig-Value, DER.
    ///
    /// # Errors
    /// [`SignError::Key`], [`SignError::Elsewhere`].
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A private key.
pub enum SigningKey {
    /// RSA of 2048 bits.
    Rsa2048(Box<RsaPair>),
    /// P-256.
    P256(Box<EcPair>),
    /// P-384.
    P384(Box<EcPair>),
}

/// A pair for RSA; its insides stay here, so that no type of the provider is public.
pub struct RsaPair(RsaKeyPair);

/// A pair on a curve; its insides stay here, so that no type of the provider is public.
pub struct EcPair(EcdsaKeyPair);

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, SignError> {
        let failed = |_| SignError::Key;
        Ok(match algorithm {
            KeyAlgorithm::Rsa2048 => {
                Self::Rsa2048(Box::new(RsaPair(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?)))
            }
            KeyAlgorithm::P256 => Self::P256(Box::new(EcPair(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?,
            ))),
            KeyAlgorithm::P384 => Self::P384(Box::new(EcPair(
                EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).map_err(failed)?,
            ))),
        })
    }

    /// Reads a key of any kind from a file: PKCS #8 without a password, PEM or DER.
    ///
    /// # Errors
    /// [`SignError::Key`]: there is none, or of no kind that signs here.
    pub fn read(file: &[u8]) -> Result<Self, SignError> {
        let pkcs8 = crate::pem::private_key(file).map_err(|_| SignError::Key)?;
        let kinds = [KeyAlgorithm::Rsa2048, KeyAlgorithm::P256, KeyAlgorithm::P384];
        kinds.into_iter().find_map(|kind| Self::from_pkcs8(kind, &pkcs8).ok()).ok_or(SignError::Key)
    }

    /// Reads a key from PKCS #8, DER.
    ///
    /// # Errors
    /// [`SignError::Key`]: it is not a key of this algorithm.
    pub fn from_pkcs8(algorithm: KeyAlgorithm, pkcs8: &[u8]) -> Result<Self, SignError> {
        let failed = |_| SignError::Key;
        Ok(match algorithm {
            KeyAlgorithm::Rsa2048 => {
                Self::Rsa2048(Box::new(RsaPair(RsaKeyPair::from_pkcs8(pkcs8).map_err(failed)?)))
            }
            KeyAlgorithm::P256 => Self::P256(Box::new(EcPair(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).map_err(failed)?,
            ))),
            KeyAlgorithm::P384 => Self::P384(Box::new(EcPair(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8).map_err(failed)?,
            ))),
        })
    }

    /// Writes the key as PKCS #8, DER.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Rsa2048(pair) => {
                let written: Pkcs8V1Der<'_> = pair.0.as_der().map_err(|_| SignError::Key)?;
                Ok(written.as_ref().to_vec())
            }
            Self::P256(pair) | Self::P384(pair) => {
                Ok(pair.0.to_pkcs8v1().map_err(|_| SignError::Key)?.as_ref().to_vec())
            }
        }
    }

    /// Which kind of key it is.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Rsa2048(_) => KeyAlgorithm::Rsa2048,
            Self::P256(_) => KeyAlgorithm::P256,
            Self::P384(_) => KeyAlgorithm::P384,
        }
    }

    /// The public half as SubjectPublicKeyInfo, DER.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not.
    pub fn public_key(&self) -> Result<Vec<u8>, SignError> {
        let written: PublicKeyX509Der<'_> = match self {
            Self::Rsa2048(pair) => pair.0.public_key().as_der(),
            Self::P256(pair) | Self::P384(pair) => pair.0.public_key().as_der(),
        }
        .map_err(|_| SignError::Key)?;
        Ok(written.as_ref().to_vec())
    }

    /// Signs bytes.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa2048(pair) => {
                let mut signature = vec![0; pair.0.public_modulus_len()];
                pair.0.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature).map_err(|_| SignError::Key)?;
                Ok(signature)
            }
            Self::P256(pair) | Self::P384(pair) => {
                Ok(pair.0.sign(&random, bytes).map_err(|_| SignError::Key)?.as_ref().to_vec())
            }
        }
    }
}

impl Key for SigningKey {
    fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm()
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign(bytes)
    }
}

impl KeyAlgorithm {
    /// The kind of key that a certificate, DER, speaks of.
    ///
    /// # Errors
    /// [`SignError::Key`]: it is no certificate, or of a key that does not sign here.
    pub fn of_certificate(certificate: &[u8]) -> Result<Self, SignError> {
        let certificate =
            crate::certificate::Certificate::from_der(certificate).map_err(|_| SignError::Key)?;
        let begins_as = |algorithm: &[u8]| {
            let fields = crate::ber::Reader::der(certificate.public_key()).sequence();
            fields.and_then(|mut fields| fields.read()).is_ok_and(|own| own.raw == algorithm)
        };
        let curve = |name| der::sequence(&[&der::oid("1.2.840.10045.2.1"), &der::oid(name)]);
        let known = [
            (Self::Rsa2048, der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &[0x05, 0x00]])),
            (Self::P256, curve("1.2.840.10045.3.1.7")),
            (Self::P384, curve("1.3.132.0.34")),
        ];
        let found = known.into_iter().find(|(_, algorithm)| begins_as(algorithm));
        found.map(|(kind, _)| kind).ok_or(SignError::Key)
    }

    /// The AlgorithmIdentifier of its signatures, DER.
    pub fn signature_algorithm(self) -> Vec<u8> {
        match self {
            Self::Rsa2048 => der::sequence(&[&der::oid("1.2.840.113549.1.1.11"), &[0x05, 0x00]]),
            Self::P256 => der::sequence(&[&der::oid("1.2.840.10045.4.3.2")]),
            Self::P384 => der::sequence(&[&der::oid("1.2.840.10045.4.3.3")]),
        }
    }

    /// The AlgorithmIdentifier of its digest, DER.
    pub fn digest_algorithm(self) -> Vec<u8> {
        match self {
            Self::Rsa2048 | Self::P256 => der::sequence(&[&der::oid("2.16.840.1.101.3.4.2.1")]),
            Self::P384 => der::sequence(&[&der::oid("2.16.840.1.101.3.4.2.2")]),
        }
    }
}

/// Shows the kind, never the key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.algorithm()).finish()
    }
}
