//! NIST PKITS, paths and messages, against tables of the expected results.
//!
//! The data lie in `target/pkits`; where they do not, these tests fail, and `cargo xtask pkits` fetches them.
//! A case that the exceptions name must fail as they say: an unexpected pass fails too.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

use std::collections::BTreeMap;
use std::path::Path;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::evidence::Bundle;
use shinsei_cms::policy::PolicyRules;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Timestamp;

/// 2011-04-15T00:00:00Z.
const AT_MICROS: i64 = 1_302_825_600_000_000;

/// One line of a table.
struct Case<'t> {
    id: &'t str,
    expected: &'t str,
    rules: PolicyRules,
    inputs: Vec<&'t str>,
    lists: Vec<&'t str>,
}

fn cases(table: &str) -> impl Iterator<Item = Case<'_>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, expected, initial, flags, inputs, lists, _title] = columns[..] else { panic!("{line}") };
        let flag = |name| flags.split(' ').any(|flag| flag == name);
        let rules = PolicyRules {
            initial: initial.split_whitespace().map(|policy| policy.parse().unwrap()).collect(),
            require_explicit: flag("explicit"),
            inhibit_any: flag("inhibit-any"),
            inhibit_mapping: flag("inhibit-mapping"),
            required: Vec::new(),
        };
        Case {
            id,
            expected,
            rules,
            inputs: inputs.split_whitespace().collect(),
            lists: lists.split_whitespace().collect(),
        }
    })
}

fn data(path: &str) -> Vec<u8> {
    let folder =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/pkits/cryptography_vectors/x509/PKITS_data");
    let file = Path::new(folder).join(path);
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("run `cargo xtask pkits`: {}: {error}", file.display()))
}

fn verifier(case: &Case<'_>) -> CmsVerifier {
    let anchor = TrustAnchor::new(&data("certs/TrustAnchorRootCertificate.crt"), *Profile::NONE).unwrap();
    let list = |name: &&str| RevocationList::from_der(&data(&format!("crls/{name}.crl"))).ok();
    CmsVerifier::new(vec![anchor])
        .with_policies(case.rules.clone())
        .with_revocation(RevocationPolicy::Require, case.lists.iter().filter_map(list).collect())
}

/// Compares what came out with what was expected and with the exceptions of that table.
fn compare(name: &str, table: &str, outcome: impl Fn(&Case<'_>) -> &'static str) {
    let exceptions = include_str!("exceptions.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let exceptions: BTreeMap<_, _> = exceptions
        .filter(|columns| columns.len() == 4 && columns[0] == name)
        .map(|columns| (columns[1], columns[2]))
        .collect();
    let (mut run, mut wrong) = (0, Vec::new());
    for case in cases(table) {
        run += 1;
        let found = outcome(&case);
        let agrees = (found == "valid") == (case.expected == "valid");
        let excused = exceptions.get(case.id).map(|code| *code == found);
        match (agrees, excused) {
            (true, None) | (false, Some(true)) => {}
            (true, Some(_)) => wrong.push(format!("{}: {found}, and the exceptions say otherwise", case.id)),
            (false, _) => wrong.push(format!("{}: {found}, expected {}", case.id, case.expected)),
        }
    }
    assert!(wrong.is_empty(), "{} of {run}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The target and the other certificates of a case, or why one cannot be read.
fn certificates(case: &Case<'_>) -> Result<(Certificate, Vec<Certificate>), Reason> {
    let read = |name: &&str| Certificate::from_der(&data(&format!("certs/{name}.crt")));
    let mut certificates = case.inputs.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok((certificates.pop().unwrap(), certificates))
}

#[test]
fn every_path_ends_as_the_table_says() {
    compare("paths", include_str!("paths.tsv"), |case| {
        let (target, others) = match certificates(case) {
            Ok(certificates) => certificates,
            Err(reason) => return reason.code(),
        };
        let at = Timestamp::from_micros(AT_MICROS).unwrap();
        let judged = verifier(case).with_intermediates(others).judge_path(&target, at);
        judged.map_or_else(|failure| failure.reason.code(), |_| "valid")
    });
}

/// Delta and indirect lists, signers of lists with paths of their own: what is kept of a path is enough to prove it again.
#[test]
fn every_path_that_holds_holds_again_by_its_evidence_alone() {
    let (mut again, mut with_signers_of_lists) = (0, 0);
    for case in cases(include_str!("paths.tsv")) {
        let Ok((target, others)) = certificates(&case) else { continue };
        let at = Timestamp::from_micros(AT_MICROS).unwrap();
        let Ok((signer, _)) = verifier(&case).with_intermediates(others).judge_path(&target, at) else {
            continue;
        };
        let kept: Vec<_> = signer.path.iter().chain(&signer.list_signers).cloned().collect();
        let lists = signer.lists.clone();
        let alone =
            verifier(&case).with_intermediates(kept).with_revocation(RevocationPolicy::Require, lists);
        let found = alone.judge_path(&target, at).map(|(signer, _)| signer.report());
        assert_eq!(found.map_err(|failure| failure.reason), Ok(signer.report()), "{}", case.id);
        again += 1;
        with_signers_of_lists += usize::from(!signer.list_signers.is_empty());
    }
    assert!(again > 100 && with_signers_of_lists > 5, "{again}, {with_signers_of_lists}");
}

#[test]
fn every_message_ends_as_the_table_says() {
    compare("messages", include_str!("messages.tsv"), |case| {
        let mail = data(&format!("smime/{}.eml", case.inputs[0]));
        let (content, signature) = take_apart(&mail);
        let signed = SignedBytes { signature: &signature, content: Some(&content) };
        let at = Timestamp::from_micros(AT_MICROS).unwrap();
        verifier(case).judge(signed, at).map_or_else(|failure| failure.reason.code(), |_| "valid")
    });
}

#[test]
fn every_message_that_holds_is_judged_again_from_its_evidence_alone() {
    let mut again = 0;
    for case in cases(include_str!("messages.tsv")) {
        let mail = data(&format!("smime/{}.eml", case.inputs[0]));
        let (content, signature) = take_apart(&mail);
        let signed = SignedBytes { signature: &signature, content: Some(&content) };
        let at = Timestamp::from_micros(AT_MICROS).unwrap();
        let Ok(verified) = verifier(&case).judge(signed, at) else { continue };
        let kept = Bundle::from_json(&Bundle::of(signed, at, &verified).to_json()).unwrap();
        let anchor = TrustAnchor::new(&data("certs/TrustAnchorRootCertificate.crt"), *Profile::NONE).unwrap();
        assert_eq!(kept.recheck(vec![anchor], vec![]).unwrap().differences, [], "{}", case.id);
        again += 1;
    }
    assert!(again > 100, "{again}");
}

/// The signed part of a multipart/signed mail, its lines ended as RFC 5751 section 3.1.1 asks, and the signature.
fn take_apart(mail: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let text = String::from_utf8(mail.to_vec()).unwrap().replace("\r\n", "\n");
    let boundary = text.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0;
    let delimiter = format!("\n--{boundary}");
    let mut parts = text.split(&delimiter);
    let content = parts.nth(1).unwrap().trim_start_matches('\n').replace('\n', "\r\n");
    let signature = parts.next().unwrap().split_once("\n\n").unwrap().1;
    let pem = format!("-----BEGIN CMS-----\n{}\n-----END CMS-----\n", signature.trim());
    (content.into_bytes(), pem.into_bytes())
}
