//! Our readers beside those of others: what both can read, both read alike.
//!
//! Certificates and messages are read here by a cursor of our own, for speed and for BER. A reader that is wrong alone would
//! be wrong in every test that it reads for.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData as TheirSignedData;
use der::{Decode as _, Encode as _};
use proptest::prelude::*;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer as _;

use crate::certificate::Certificate;
use crate::oid::Oid;
use crate::reason::Reason;
use crate::signed_data::SignedData;

const CERTIFICATES: [&[u8]; 4] = [
    include_bytes!("../../../fuzz/seeds/certificate/authority"),
    include_bytes!("../../../fuzz/seeds/certificate/jpki"),
    include_bytes!("../../../fuzz/seeds/authority.der"),
    include_bytes!("../../../fuzz/seeds/time-authority.der"),
];

/// Those of the seeds that are DER, as the other reader needs it.
const MESSAGES: [&[u8]; 2] =
    [include_bytes!("../../../fuzz/seeds/cms/ours-p256"), include_bytes!("../../../fuzz/seeds/cms/ours-two")];

/// Holds what two readers say of a certificate against each other; false when one of them cannot read it.
fn agree_on_certificate(der: &[u8]) -> bool {
    let (Ok(ours), Ok((rest, theirs))) = (Certificate::from_der(der), X509Certificate::from_der(der)) else {
        return false;
    };
    assert_eq!(rest, b"");
    assert_eq!(ours.serial(), theirs.raw_serial());
    assert_eq!(ours.issuer(), theirs.issuer().as_raw());
    assert_eq!(ours.subject(), theirs.subject().as_raw());
    // The other reader passes over what stands behind the key inside its field; such a key is malformed here.
    if ours.key().err() != Some(Reason::CertificateMalformed) {
        assert_eq!(ours.public_key(), theirs.public_key().raw);
        assert_eq!(ours.key_bits(), &*theirs.public_key().subject_public_key.data);
    }
    let validity = theirs.validity();
    let seconds =
        [ours.validity().from, ours.validity().until].map(|at| at.map(|at| at.micros() / 1_000_000));
    let expected = [validity.not_before.timestamp(), validity.not_after.timestamp() + 1].map(Some);
    assert_eq!(seconds, expected);
    for extension in theirs.extensions() {
        let Some(oid) = Oid::from_contents(extension.oid.as_bytes()) else { continue };
        assert_eq!(ours.extension(oid), Some(extension.value));
        assert_eq!(ours.is_critical(oid), extension.critical);
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(constraints) => {
                assert_eq!(ours.is_authority(), Some(constraints.ca));
                assert_eq!(ours.path_length_max(), constraints.path_len_constraint);
            }
            ParsedExtension::KeyUsage(theirs) => {
                let ours = ours.key_usage().map(|own| {
                    [own.digital_signature(), own.non_repudiation(), own.key_cert_sign(), own.crl_sign()]
                });
                let theirs = [
                    theirs.digital_signature(),
                    theirs.non_repudiation(),
                    theirs.key_cert_sign(),
                    theirs.crl_sign(),
                ];
                assert_eq!(ours, Some(theirs));
            }
            ParsedExtension::SubjectKeyIdentifier(id) => assert_eq!(ours.subject_key_id(), Some(id.0)),
            _ => {}
        }
    }
    true
}

/// The same of a message; false when one of them cannot read it.
fn agree_on_message(der: &[u8]) -> bool {
    let theirs = ContentInfo::from_der(der).and_then(|info| info.content.decode_as::<TheirSignedData>());
    let (Ok(ours), Ok(theirs)) = (SignedData::read(der), theirs) else { return false };
    // The other reader passes over a field of a certificate that it does not expect; ours hands it on, and the one that
    // reads certificates refuses it. Then what it writes again is not what it read.
    let is_whole = theirs.to_der().is_ok_and(|again| der.ends_with(&again));
    if !is_whole {
        return false;
    }
    assert_eq!(ours.content_type.contents(), theirs.encap_content_info.econtent_type.as_bytes());
    let content = ours.content.map(|content| content.bytes().into_owned());
    assert_eq!(content, theirs.encap_content_info.econtent.map(|any| any.value().to_vec()));
    let certificates = theirs.certificates.map_or_else(Vec::new, |all| all.0.into_vec());
    let certificates = certificates.iter().filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => certificate.to_der().ok(),
        CertificateChoices::Other(_) => None,
    });
    assert_eq!(ours.certificates, certificates.collect::<Vec<_>>());
    let signers = theirs.signer_infos.0.into_vec();
    assert_eq!(ours.signers.len(), signers.len());
    for (ours, theirs) in ours.signers.iter().zip(signers) {
        assert_eq!(&*ours.signature, theirs.signature.as_bytes());
        assert_eq!(ours.digest.oid.contents(), theirs.digest_alg.oid.as_bytes());
        assert_eq!(ours.algorithm.oid.contents(), theirs.signature_algorithm.oid.as_bytes());
        let attributes = theirs.signed_attrs.and_then(|attributes| attributes.to_der().ok());
        assert_eq!(ours.signed_attributes.as_ref().map(|own| own.signed_bytes()), attributes);
    }
    true
}

#[test]
fn two_readers_agree_on_what_is_well_formed() {
    assert!(CERTIFICATES.into_iter().all(agree_on_certificate));
    assert!(MESSAGES.into_iter().all(agree_on_message));
}

fn altered(original: &[u8], edits: Vec<(prop::sample::Index, u8)>) -> Vec<u8> {
    let mut bytes = original.to_vec();
    edits.into_iter().for_each(|(index, byte)| *index.get_mut(&mut bytes) = byte);
    bytes
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn two_readers_agree_on_an_altered_certificate(original in prop::sample::select(&CERTIFICATES), edits in edits()) {
        agree_on_certificate(&altered(original, edits));
    }

    #[test]
    fn two_readers_agree_on_an_altered_message(original in prop::sample::select(&MESSAGES), edits in edits()) {
        agree_on_message(&altered(original, edits));
    }
}
