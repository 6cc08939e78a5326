//! What does it cost to verify a signature, beside the arithmetic that the verdict needs?
//!
//! `cargo bench -p shinsei-benches --bench verify`. The floor is two verifications and one digest with parsed keys and the
//! same provider. Cold: the authority is known, the signer's certificate never seen. Warm: seen before, and all that can
//! change judged again. Policies, a revocation list, the profile and the signer's names are judged in each.

#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::list::ListTemplate;
use shinsei_core::time::Window;

use shinsei_benches::paired::{Paired, ROUNDS};
use shinsei_benches::subjects::{Subject, day};

/// Times each subject runs in a round.
const TIMES: usize = 8;

/// Certificates on the large list.
const LISTED: u32 = 1_000_000;

fn main() {
    let rsa = Subject::new("RSA-2048, 4 KiB", KeyAlgorithm::Rsa2048, 4096);
    let p256 = Subject::new("P-256, 4 KiB", KeyAlgorithm::P256, 4096);
    let p384 = Subject::new("P-384, 4 KiB", KeyAlgorithm::P384, 4096);
    let large = Subject::new("RSA-2048, 1 MiB", KeyAlgorithm::Rsa2048, 1024 * 1024);
    for (subject, cold) in [(&rsa, 1.25), (&p256, 1.10), (&p384, 1.05), (&large, 1.02)] {
        against_the_floor(subject, cold);
    }
    two_threads(&rsa);
    large_list(&rsa);
    let mut criterion = Criterion::default().configure_from_args();
    for subject in [&rsa, &p256, &p384, &large] {
        let mut group = criterion.benchmark_group(subject.name);
        group.bench_function("floor", |bencher| bencher.iter(|| subject.floor()));
        group.bench_function("cold", |bencher| bencher.iter(|| subject.cold()));
        group.bench_function("warm", |bencher| bencher.iter(|| subject.warm()));
        group.finish();
    }
    criterion.final_summary();
}

fn times(run: impl Fn()) -> impl FnMut() {
    move || (0..TIMES).for_each(|_| run())
}

fn against_the_floor(subject: &Subject, cold_max: f64) {
    let rounds = Paired::run(
        ROUNDS,
        &mut [
            &mut times(|| subject.floor()),
            &mut times(|| subject.floor_of_one()),
            &mut times(|| subject.cold()),
            &mut times(|| subject.warm()),
            &mut times(|| subject.cold_verdict()),
            &mut times(|| subject.warm_verdict()),
        ],
    );
    println!("{}", subject.name);
    println!("  floor {} µs, of one {} µs", rounds.micros(0, TIMES), rounds.micros(1, TIMES));
    println!("  cold / floor         {}", rounds.ratio(2, 0).at_most(cold_max));
    println!("  warm / floor of one  {}", rounds.ratio(3, 1).at_most(1.25));
    println!("  cold, evidence and report written: {} × floor", rounds.ratio(4, 0));
    println!("  warm, evidence and report written: {} × floor of one", rounds.ratio(5, 1));
}

/// The same work by one thread and by two at once, who know the same signer.
fn two_threads(subject: &Subject) {
    const ROUNDS_OF_THREADS: usize = 31;
    const WORK: usize = 2000;
    let message = &subject.messages[0];
    let work = |verifications: usize| {
        for _ in 0..verifications {
            subject.warm_message(message);
        }
    };
    let rounds = Paired::run(
        ROUNDS_OF_THREADS,
        &mut [&mut || work(WORK), &mut || {
            std::thread::scope(|scope| {
                scope.spawn(|| work(WORK / 2));
                work(WORK / 2);
            });
        }],
    );
    println!("one thread / two threads  {}", rounds.ratio(0, 1).at_least(1.8));
}

/// Loading, and looking up, a list of a million.
fn large_list(subject: &Subject) {
    let serial = |number: u32| {
        let scrambled = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let mut digits = scrambled.to_be_bytes();
        digits[0] = digits[0] & 0x7f | 0x40;
        digits
    };
    let revoked = (0..LISTED).map(|number| serial(2 * number).to_vec()).collect();
    let template =
        ListTemplate { number: 1, current: Window::between(day(), day()), revoked, extensions: vec![] };
    let der = subject.authority.revoke(&template).expect("a list");
    let began = Instant::now();
    let list = RevocationList::from_der(&der).expect("the list");
    let loaded = began.elapsed();
    let began = Instant::now();
    let found = (0..2 * LISTED).filter(|number| list.revokes(black_box(&serial(*number)))).count();
    let each = began.elapsed() / (2 * LISTED);
    assert_eq!(u32::try_from(found), Ok(LISTED));
    let verdict = |time: Duration, most: Duration| if time <= most { "met" } else { "NOT MET" };
    let (load_max, look_up_max) = (Duration::from_secs(2), Duration::from_micros(1));
    println!("list of {LISTED}, {} bytes", der.len());
    println!("  loaded in {loaded:.0?}  at most {load_max:?}: {}", verdict(loaded, load_max));
    println!(
        "  a look-up, half of them hits: {each:?}  under {look_up_max:?}: {}",
        verdict(each, look_up_max)
    );
}
