//! One authority and its signers, made once, with their keys in the forms that other programs read.

use std::sync::LazyLock;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::time::{Timestamp, Window};

use crate::folder::Folder;

/// What is signed; it stands nowhere else in a message.
pub(crate) const CONTENT: &[u8] = "住民票の写し 1通".as_bytes();

/// An authority and one signer for each kind of key.
pub(crate) struct Hierarchy {
    pub(crate) authority: Identity,
    /// Names of files, and who they belong to.
    pub(crate) signers: [(&'static str, Identity); 3],
}

/// The hierarchy of all tests here: a signer's file name is in its subject as well.
pub(crate) static HIERARCHY: LazyLock<Hierarchy> = LazyLock::new(|| {
    let name = |common: &str| DistinguishedName::new().country("JP").organization("Test").common_name(common);
    let key_usage = |bits: &[u8]| Extension::key_usage(bits);
    let template = |serial, subject, extensions| Template { serial, subject, validity: term(), extensions };
    let of_authority = vec![Extension::authority(None), key_usage(&[5, 6])];
    let authority = Identity::self_signed(
        SigningKey::generate(KeyAlgorithm::Rsa2048).unwrap(),
        &template(vec![1], name("Authority"), of_authority),
    )
    .unwrap();
    let signers =
        [("rsa", KeyAlgorithm::Rsa2048, 1), ("p256", KeyAlgorithm::P256, 2), ("p384", KeyAlgorithm::P384, 3)];
    let signers = signers.map(|(file, kind, serial)| {
        let subject = name(&format!("Signer {file}"));
        let key = SigningKey::generate(kind).unwrap();
        let leaf = template(vec![0x80, serial], subject, vec![key_usage(&[0, 1])]);
        (file, authority.issue(key, &leaf).unwrap())
    });
    Hierarchy { authority, signers }
});

/// A day; the other programs compare the validity of certificates with the clock, so that it must be long.
pub(crate) fn day(year: i32) -> Timestamp {
    Timestamp::from_jst(year, 4, 1, 0, 0).unwrap()
}

fn term() -> Window {
    Window::between(day(2020), day(2049))
}

impl Hierarchy {
    /// A verifier that trusts the authority.
    pub(crate) fn verifier(&self) -> CmsVerifier {
        CmsVerifier::new(vec![TrustAnchor::new(&self.authority.certificate, *Profile::NONE).unwrap()])
    }

    /// Writes everything as DER (`*.crt`, `*.pk8`) and as PEM (`*.pem`, `*.key`), the authority as `ca`.
    pub(crate) fn write(&self, folder: &Folder) {
        folder.write("content", CONTENT);
        let authority = [("ca", &self.authority)].into_iter();
        for (name, identity) in authority.chain(self.signers.iter().map(|(name, signer)| (*name, signer))) {
            let key = identity.key.to_pkcs8().unwrap();
            folder.write(&format!("{name}.crt"), &identity.certificate);
            folder.write(&format!("{name}.pk8"), &key);
            folder.write(&format!("{name}.pem"), pem("CERTIFICATE", &identity.certificate).as_bytes());
            folder.write(&format!("{name}.key"), pem("PRIVATE KEY", &key).as_bytes());
        }
    }

    /// Writes PKCS #12 files, `*.p12`, with the password `x`, as OpenSSL packs them with these options.
    pub(crate) fn write_pkcs12(&self, folder: &Folder, signers: &[&str], options: &[&str]) {
        for signer in signers {
            let (key, certificate, packed) =
                (format!("{signer}.key"), format!("{signer}.pem"), format!("{signer}.p12"));
            let mut args = vec!["pkcs12", "-export", "-inkey", &key, "-in", &certificate, "-out", &packed];
            args.extend(["-name", signer, "-passout", "pass:x"]);
            args.extend(options);
            folder.run("openssl", "openssl", &args);
        }
    }
}

/// The text form.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in der.chunks(48) {
        for three in chunk.chunks(3) {
            let bits =
                three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let letter = char::from(LETTERS[bits >> (18 - 6 * place) & 63]);
                text.push(if place <= three.len() { letter } else { '=' });
            }
        }
        text.push('\n');
    }
    format!("-----BEGIN {label}-----\n{text}-----END {label}-----\n")
}
