//! Certificates in any bytes: what is read keeps its bytes, and a path that ends at another anchor never holds.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::time::{Timestamp, Window};

static VERIFIER: LazyLock<CmsVerifier> = LazyLock::new(|| {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, Window::ALWAYS).expect("an authority");
    let anchor = TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).expect("an anchor");
    CmsVerifier::new(vec![anchor]).with_revocation(RevocationPolicy::IfAvailable, Vec::new())
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = Certificate::from_der(bytes) else { return };
    assert_eq!(read.der(), bytes);
    let at = Timestamp::from_jst(2026, 5, 7, 15, 4).expect("a time");
    assert!(VERIFIER.judge_path(&read, at).is_err());
});
