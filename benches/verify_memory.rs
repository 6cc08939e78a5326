//! What does a verification allocate, and what does a revocation list take?
//!
//! `cargo bench -p shinsei-benches --bench verify_memory`. Counted is what Rust allocates; the provider's own heap, in C, is
//! not in it. A file of its own, since counting takes time.

#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

use allocation_counter::{AllocationInfo, measure};
use shinsei_cms::crl::RevocationList;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::list::ListTemplate;
use shinsei_core::time::Window;

use shinsei_benches::subjects::{Subject, day};

/// Bytes that a verification may hold at once, besides the content.
const BYTES_MAX: u64 = 64 * 1024;

/// Bytes that an entry of a list may take, besides the list itself, which is evidence.
const ENTRY_BYTES_MAX: f64 = 24.0;

/// Certificates on the large list.
const LISTED: u32 = 1_000_000;

fn main() {
    for (name, algorithm, content_bytes) in [
        ("RSA-2048, 4 KiB", KeyAlgorithm::Rsa2048, 4096),
        ("P-256, 4 KiB", KeyAlgorithm::P256, 4096),
        ("P-384, 4 KiB", KeyAlgorithm::P384, 4096),
        ("RSA-2048, 1 MiB", KeyAlgorithm::Rsa2048, 1024 * 1024),
    ] {
        let subject = Subject::new(name, algorithm, content_bytes);
        // The sets of known certificates are full, and what is known of the authority is known.
        (0..64).for_each(|_| subject.cold());
        subject.warm();
        println!("{name}");
        report("cold", measure(|| subject.cold()));
        report("warm", measure(|| subject.warm()));
        report("cold, evidence and report written", measure(|| subject.cold_verdict()));
        report("warm, evidence and report written", measure(|| subject.warm_verdict()));
    }
    large_list();
}

fn report(what: &str, counted: AllocationInfo) {
    let AllocationInfo { bytes_max, bytes_total, count_total, .. } = counted;
    let verdict = if bytes_max < BYTES_MAX { "met" } else { "NOT MET" };
    println!(
        "  {what}: {bytes_max} bytes at once (under {BYTES_MAX}: {verdict}), {bytes_total} in all, {count_total} times"
    );
}

fn large_list() {
    let authority = Subject::new("", KeyAlgorithm::P256, 1).authority;
    let revoked = (0..LISTED).map(|number| [&[0x40; 12][..], &number.to_be_bytes()].concat()).collect();
    let current = Window::between(day(), day());
    let list = authority.revoke(&ListTemplate { number: 1, current, revoked, extensions: vec![] });
    let der = list.expect("a list");
    let mut read = None;
    let counted = measure(|| read = RevocationList::from_der(&der).ok());
    assert_eq!(read.map(|list| list.entries()), usize::try_from(LISTED).ok());
    let list_bytes = f64::from(u32::try_from(der.len()).expect("a length"));
    let taken = f64::from(u32::try_from(counted.bytes_current).expect("a length"));
    let each = (taken - list_bytes) / f64::from(LISTED);
    let verdict = if each <= ENTRY_BYTES_MAX { "met" } else { "NOT MET" };
    println!("list of {LISTED}, {} bytes, kept as evidence", der.len());
    println!(
        "  {each:.1} bytes an entry beside it (at most {ENTRY_BYTES_MAX}: {verdict}), {} at once while loading",
        counted.bytes_max
    );
}
