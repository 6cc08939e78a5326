//! Messages: any bytes, and a signed message with edits. What holds has the content that was signed.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

const CONTENT: &[u8] = b"application";

static SAMPLE: LazyLock<(CmsVerifier, Vec<u8>)> = LazyLock::new(|| {
    let term = Window::ALWAYS;
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term).expect("an authority");
    let resident = Resident {
        name: "函館 花子",
        sex: "2",
        birth: "319800217",
        address: "北海道函館市架空町1-2-3",
        localities: ["Hokkaido", "Hakodate-shi"],
        card: "0123456789ABCDEFGHIJKLMNOPQR",
    };
    let key = SigningKey::generate(KeyAlgorithm::P256).expect("a key");
    let signer = hierarchy::jpki_signing(&authority, key, &[5], &resident, term).expect("a certificate");
    let beside = [&authority.certificate[..]];
    let message = sign(CONTENT, Placement::Attached, &[&signer], &beside, None).expect("a message");
    let anchor = TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).expect("an anchor");
    let verifier = CmsVerifier::new(vec![anchor]).with_revocation(RevocationPolicy::IfAvailable, Vec::new());
    (verifier, message)
});

fn check(message: &[u8]) {
    let at = Timestamp::from_jst(2026, 5, 7, 15, 4).expect("a time");
    let signed = SignedBytes { signature: message, content: None };
    if let Ok(verified) = SAMPLE.0.judge(signed, at) {
        assert_eq!(verified.content(), Some(CONTENT));
    }
}

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // Each three bytes are an edit: where, as two bytes, and what to put there.
    let mut edited = SAMPLE.1.clone();
    for edit in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % edited.len();
        edited[at] = edit[2];
    }
    check(&edited);
});
