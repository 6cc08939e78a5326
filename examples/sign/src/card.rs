//! A key on a card, reached through the card's own library (PKCS #11): the key never comes here, only its signatures do.

use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use sha2::{Digest as _, Sha256, Sha384};
use shinsei_cms::sign::key::{Key, KeyAlgorithm};
use shinsei_cms::sign::{SignError, der};

/// A card whose PIN was accepted, and one of its keys.
pub(crate) struct Card {
    session: Session,
    key: ObjectHandle,
    algorithm: KeyAlgorithm,
}

impl Card {
    /// Opens a card by its label and finds the private key by its own, for this certificate, DER.
    ///
    /// The number of a slot changes from one start to the next; labels stay.
    ///
    /// # Errors
    /// One sentence. A wrong PIN counts: a JPKI card locks after five of them.
    pub(crate) fn open(
        module: &Path,
        token: &str,
        label: &str,
        pin: &str,
        certificate: &[u8],
    ) -> Result<Self, String> {
        let algorithm = KeyAlgorithm::of_certificate(certificate).map_err(|error| error.to_string())?;
        let said = |error: cryptoki::error::Error| error.to_string();
        let library = Pkcs11::new(module).map_err(said)?;
        library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(said)?;
        for slot in library.get_slots_with_token().map_err(said)? {
            if library.get_token_info(slot).map_err(said)?.label() != token {
                continue;
            }
            let session = library.open_ro_session(slot).map_err(said)?;
            session.login(UserType::User, Some(&AuthPin::new(pin.into()))).map_err(said)?;
            let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(label.into())];
            return match session.find_objects(&wanted).map_err(said)?[..] {
                [key] => Ok(Self { session, key, algorithm }),
                [] => Err(format!("it has no private key {label}")),
                _ => Err(format!("it has several private keys {label}")),
            };
        }
        Err(format!("there is none labelled {token}"))
    }
}

impl Key for Card {
    fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let sign = |mechanism: &Mechanism<'_>, bytes: &[u8]| {
            let signed = self.session.sign(mechanism, self.key, bytes);
            signed.map_err(|error| SignError::Elsewhere { source: Box::new(error) })
        };
        match self.algorithm {
            KeyAlgorithm::Rsa2048 => sign(&Mechanism::Sha256RsaPkcs, bytes),
            KeyAlgorithm::P256 => sign(&Mechanism::Ecdsa, &Sha256::digest(bytes)).map(ecdsa_value),
            KeyAlgorithm::P384 => sign(&Mechanism::Ecdsa, &Sha384::digest(bytes)).map(ecdsa_value),
        }
    }
}

/// What a card gives is r and s side by side (PKCS #11 section 2.3.1); CMS wants them as a SEQUENCE (RFC 3279).
fn ecdsa_value(signature: Vec<u8>) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    der::sequence(&[&der::integer(r), &der::integer(s)])
}
