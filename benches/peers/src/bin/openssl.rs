//! OpenSSL's `CMS_verify` with its chain, through the C API, beside us and beside the floor, in one process.
//!
//! `cargo xtask peers openssl`. OpenSSL decodes the message, builds the path to the same authority, verifies both signatures
//! and drops the content; it is asked for no policy, no revocation list, no profile and no names, all of which we judge.

use std::ffi::{CStr, c_long};
use std::ptr;

use openssl_sys as ffi;
use shinsei_benches::paired::Paired;
use shinsei_benches::subjects::{KeyAlgorithm, Subject, day};

/// Rounds.
const ROUNDS: usize = 101;

/// Times each subject runs in a round: enough that none is measured in the caches that another one left.
const TIMES: usize = 32;

fn main() {
    println!("{}, {ROUNDS} rounds; ratios are medians with their 95 % interval", version());
    for (name, algorithm, content_bytes, cold_max, ahead_min) in [
        ("RSA-2048, 4 KiB", KeyAlgorithm::Rsa2048, 4096, 1.25, 2.4),
        ("P-256, 4 KiB", KeyAlgorithm::P256, 4096, 1.10, 1.0),
        ("P-384, 4 KiB", KeyAlgorithm::P384, 4096, 1.05, 1.0),
        ("RSA-2048, 1 MiB", KeyAlgorithm::Rsa2048, 1024 * 1024, 1.02, 1.0),
    ] {
        compare(&Subject::new(name, algorithm, content_bytes), cold_max, ahead_min);
    }
}

/// Prints the ratios of one subject: ours is asked for at most so much of the floor, and to be so many times as fast.
fn compare(subject: &Subject, cold_max: f64, ahead_min: f64) {
    let openssl = Openssl::trusting(&subject.authority.certificate);
    // Whatever it does, it does the whole of it: it refuses what we refuse.
    let mut altered = subject.messages[0].clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    assert!(openssl.verifies(&subject.messages[0]) && !openssl.verifies(&altered));
    let stranger = Subject::new("", KeyAlgorithm::P256, 1).authority.certificate;
    assert!(!Openssl::trusting(&stranger).verifies(&subject.messages[0]));
    let times = |run: &dyn Fn()| (0..TIMES).for_each(|_| run());
    let rounds = Paired::run(
        ROUNDS,
        &mut [
            &mut || times(&|| subject.floor()),
            &mut || times(&|| subject.floor_of_one()),
            &mut || times(&|| subject.cold()),
            &mut || times(&|| subject.warm()),
            &mut || times(&|| assert!(openssl.verifies(subject.next_message()))),
        ],
    );
    println!("{}", subject.name);
    println!("  floor {} µs", rounds.micros(0, TIMES));
    println!("  cold / floor         {}", rounds.ratio(2, 0).at_most(cold_max));
    println!("  warm / floor of one  {}", rounds.ratio(3, 1).at_most(1.25));
    println!("  OpenSSL / floor      {}", rounds.ratio(4, 0));
    println!("  OpenSSL / cold       {}", rounds.ratio(4, 2).at_least(ahead_min));
    println!("  OpenSSL / warm       {}", rounds.ratio(4, 3).at_least(1.0));
}

/// Certificates that OpenSSL trusts, at the day of judgement.
struct Openssl {
    store: *mut ffi::X509_STORE,
}

impl Openssl {
    fn trusting(authority: &[u8]) -> Self {
        let seconds = day().micros() / 1_000_000;
        let length = c_long::try_from(authority.len()).expect("a length");
        let mut at = authority.as_ptr();
        // SAFETY: d2i_X509 reads `length` bytes from `at`, which `authority` holds, and gives a certificate or null. The
        // store and the parameters are new; the store takes a reference to the certificate and copies the parameters, so
        // that ours are freed here.
        unsafe {
            let certificate = ffi::d2i_X509(ptr::null_mut(), &raw mut at, length);
            let store = ffi::X509_STORE_new();
            let parameters = ffi::X509_VERIFY_PARAM_new();
            assert!(!certificate.is_null() && !store.is_null() && !parameters.is_null());
            ffi::X509_VERIFY_PARAM_set_time(parameters, libc::time_t::from(seconds));
            assert_eq!(ffi::X509_STORE_set1_param(store, parameters), 1);
            assert_eq!(ffi::X509_STORE_add_cert(store, certificate), 1);
            ffi::X509_VERIFY_PARAM_free(parameters);
            ffi::X509_free(certificate);
            Self { store }
        }
    }

    /// Decodes and verifies a message; the content goes nowhere.
    fn verifies(&self, message: &[u8]) -> bool {
        let length = c_long::try_from(message.len()).expect("a length");
        let mut at = message.as_ptr();
        // SAFETY: d2i_CMS_ContentInfo reads `length` bytes from `at`, which `message` holds, and gives a message or null.
        // CMS_verify takes null for certificates beside, for detached content and for where the content goes; the store
        // lives as long as self. The message is freed once, and not used after.
        unsafe {
            let parsed = ffi::d2i_CMS_ContentInfo(ptr::null_mut(), &raw mut at, length);
            if parsed.is_null() {
                return false;
            }
            let (beside, detached, out) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            let verified = ffi::CMS_verify(parsed, beside, self.store, detached, out, ffi::CMS_BINARY);
            ffi::CMS_ContentInfo_free(parsed);
            verified == 1
        }
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        // SAFETY: the store was made in `trusting`, is freed here alone, and nothing keeps it.
        unsafe { ffi::X509_STORE_free(self.store) }
    }
}

fn version() -> String {
    // SAFETY: OpenSSL_version gives a string that is there for as long as the process.
    let text = unsafe { CStr::from_ptr(ffi::OpenSSL_version(ffi::OPENSSL_VERSION)) };
    text.to_string_lossy().into_owned()
}
