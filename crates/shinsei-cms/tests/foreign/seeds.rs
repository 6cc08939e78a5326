//! The seeds of the fuzz targets: what they are, and each of them and many mutants of each through its target.
//!
//! `UPDATE_SEEDS=1 cargo test -p shinsei-cms --test foreign seeds` makes them anew, with new keys.

use std::path::PathBuf;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::evidence::Bundle;
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, der, sign};
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::timestamp::request::TimestampRequest;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

use crate::folder::Folder;
use crate::hierarchy::pem;
use crate::mutation::Mutator;
use crate::targets::{self, CONTENT, day, verifier};
use crate::tree::{Body, Node};

/// What a target does with bytes.
type Target = fn(&[u8]);

/// The targets, named as the folders of their seeds are.
const TARGETS: &[(&str, Target)] = &[
    ("ber", targets::ber),
    ("certificate", targets::certificate),
    ("cms", targets::cms),
    ("crl", targets::crl),
    ("evidence", targets::evidence),
    ("ocsp", targets::ocsp),
    ("timestamp", targets::timestamp),
    ("verify", targets::verify),
];

/// Mutants of one seed that an ordinary test run tries.
const MUTANTS: usize = 300;

fn fuzz(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(path)
}

/// The files of a folder, in the order of their names; none when there is no folder.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(fuzz(folder)) else { return Vec::new() };
    let name = |entry: std::fs::DirEntry| (entry.file_name().into_string().unwrap(), entry.path());
    let mut paths: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
    paths.sort();
    paths.into_iter().map(|(name, path)| (name, std::fs::read(path).unwrap())).collect()
}

/// One seed.
pub(crate) fn seed(path: &str) -> Vec<u8> {
    std::fs::read(fuzz("seeds").join(path)).unwrap()
}

/// The messages among the seeds.
pub(crate) fn messages() -> Vec<(String, Vec<u8>)> {
    files("seeds/cms")
}

#[test]
fn every_seed_is_what_it_says() {
    if std::env::var_os("UPDATE_SEEDS").is_some() {
        make();
    }
    let mut total = 0;
    for (target, _) in TARGETS {
        let seeds = files(&format!("seeds/{target}"));
        assert!(seeds.len() >= 2, "{target} has seeds");
        total += seeds.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    }
    assert!(total < 64 * 1024, "the seeds stay small: {total} bytes");
    for (name, message) in messages() {
        let verified = verifier().judge(SignedBytes { signature: &message, content: None }, day());
        assert_eq!(verified.map_err(|failure| failure.reason).unwrap().content(), Some(CONTENT), "{name}");
    }
    for (name, certificate) in files("seeds/certificate") {
        assert_eq!(Certificate::from_der(&certificate).unwrap().der(), certificate, "{name}");
    }
}

/// Every seed, every input that cargo-fuzz kept, and mutants, in the target: no panic, and what must hold does.
#[test]
fn every_seed_and_its_mutants_pass_the_target() {
    for (target, run) in TARGETS {
        for (name, bytes) in files(&format!("seeds/{target}")) {
            run(&bytes);
            let mut mutator = Mutator::new(&format!("{target} {name}"));
            for _ in 0..MUTANTS {
                run(&mutator.mutate_bytes(&bytes));
            }
        }
        for (_, bytes) in
            files(&format!("corpus/{target}")).into_iter().chain(files(&format!("artifacts/{target}")))
        {
            run(&bytes);
        }
    }
}

fn year(year: i32) -> Timestamp {
    Timestamp::from_jst(year, 1, 1, 0, 0).unwrap()
}

/// Makes the seeds: an authority, its signers, what they and OpenSSL sign, lists and answers.
fn make() {
    let term = Window::between(year(2020), year(2049));
    let authority = hierarchy::registrar(KeyAlgorithm::P256, 1, term).unwrap();
    let signer = |kind, serial| {
        let key = SigningKey::generate(kind).unwrap();
        hierarchy::jpki_signing(&authority, key, &[serial], &Resident::SAMPLE, term).unwrap()
    };
    let (p256, p384) = (signer(KeyAlgorithm::P256, 2), signer(KeyAlgorithm::P384, 3));
    let rsa = signer(KeyAlgorithm::Rsa2048, 4);
    let save = |path: &str, bytes: &[u8]| {
        let path = fuzz("seeds").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    save("authority.der", &authority.certificate);
    save("certificate/jpki", &p256.certificate);
    save("certificate/authority", &authority.certificate);
    let attached = |of: &[&Identity]| sign(CONTENT, Placement::Attached, of, &[], Some(day())).unwrap();
    save("cms/ours-p256", &attached(&[&p256]));
    save("cms/ours-two", &attached(&[&p256, &p384]));

    let folder = Folder::new();
    folder.write("content", CONTENT);
    for (name, identity) in [("ca", &authority), ("p256", &p256), ("p384", &p384), ("rsa", &rsa)] {
        folder.write(&format!("{name}.pem"), pem("CERTIFICATE", &identity.certificate).as_bytes());
        folder
            .write(&format!("{name}.key"), pem("PRIVATE KEY", &identity.key.to_pkcs8().unwrap()).as_bytes());
    }
    let openssl = |args: &[&str]| folder.run("openssl", "openssl", args);
    let sign = |signer: &str, options: &[&str]| {
        let (certificate, key) = (format!("{signer}.pem"), format!("{signer}.key"));
        let mut args = vec!["cms", "-sign", "-binary", "-nodetach", "-in", "content", "-out", "message"];
        args.extend(["-outform", "DER", "-signer", &certificate, "-inkey", &key]);
        args.extend(options);
        openssl(&args);
        folder.read("message")
    };
    save("cms/openssl-key-id-stream", &sign("p256", &["-keyid", "-stream"]));
    save("cms/openssl-cades", &sign("p384", &["-cades", "-md", "sha384"]));
    save("cms/openssl-pss", &sign("rsa", &["-keyopt", "rsa_padding_mode:pss"]));

    folder.write("index.txt", b"");
    folder.write("crlnumber", b"01\n");
    folder.write("ca.cnf", b"[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    let authority_files = ["-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key"];
    let lists = ["-gencrl", "-crl_lastupdate", "20250101000000Z", "-crl_nextupdate", "20480101000000Z"];
    let list = |name: &str| {
        openssl(&[&["ca"], &authority_files[..], &lists, &["-out", "crl.pem"]].concat());
        openssl(&["crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl"]);
        save(name, &folder.read("crl"));
        folder.read("crl")
    };
    let empty = list("crl/empty");
    save("cms/ours-with-list", &with_list(&attached(&[&p256]), &empty));
    openssl(
        &[&["ca"], &authority_files[..], &["-revoke", "rsa.pem", "-crl_reason", "keyCompromise"]].concat(),
    );
    list("crl/one");
    let responder = ["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key"];
    for (name, of) in [("ocsp/unknown", "p256.pem"), ("ocsp/revoked", "rsa.pem")] {
        let request = ["-issuer", "ca.pem", "-cert", of, "-no_nonce", "-noverify", "-ndays", "7000"];
        openssl(&[&responder[..], &request, &["-respout", "answer"]].concat());
        save(name, &folder.read("answer"));
    }
    make_stamped(&folder, term, &save);
    for (name, bytes) in [
        ("ber/plain", &b"\x04\x03abc"[..]),
        ("ber/segments", b"\x24\x80\x04\x01a\x24\x03\x04\x01b\x04\x81\x01c\x00\x00"),
        ("ber/nested", b"\x24\x80\x24\x80\x24\x80\x04\x82\x00\x01x\x00\x00\x00\x00\x04\x00\x00\x00"),
    ] {
        save(name, bytes);
    }
}

/// Makes an authority for time-stamps, what it answers, and what rests on that and on all before it.
fn make_stamped(folder: &Folder, term: Window, save: &dyn Fn(&str, &[u8])) {
    let name = |common: &str| DistinguishedName::new().country("JP").common_name(common);
    let stamping = der::sequence(&[&der::oid("1.3.6.1.5.5.7.3.8")]);
    let template =
        |serial, subject, extensions| Template { serial: vec![serial], subject, validity: term, extensions };
    let key = || SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let root = template(1, name("Time"), vec![Extension::authority(None)]);
    let root = Identity::self_signed(key(), &root).unwrap();
    let leaf = template(2, name("TSA"), vec![Extension::new("2.5.29.37", true, stamping)]);
    let leaf = root.issue(key(), &leaf).unwrap();
    save("time-authority.der", &root.certificate);
    folder.write("tsa.pem", pem("CERTIFICATE", &leaf.certificate).as_bytes());
    folder.write("tsa.key", pem("PRIVATE KEY", &leaf.key.to_pkcs8().unwrap()).as_bytes());
    folder.write("serial", b"01\n");
    folder.write("ts.cnf", b"[tsa]\ndefault_tsa=x\n[x]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\naccuracy=secs:1,millisecs:5\n");
    let honest = seed("cms/ours-p256");
    let signature = signature_of(&honest, 0).unwrap();
    folder.write("query", &TimestampRequest::over(&signature, Some(7)).to_der());
    let reply = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-signer", "tsa.pem"];
    folder.run("openssl", "openssl", &[&reply[..], &["-inkey", "tsa.key", "-out", "reply"]].concat());
    let token = TimestampRequest::over(&signature, Some(7)).token(&folder.read("reply")).unwrap();
    save("timestamp/reply", &folder.read("reply"));
    save("timestamp/token", &token);
    let stamped = attach(&honest, 0, &token).unwrap();
    save("timestamp/message", &stamped);

    let (empty, one) = (seed("crl/empty"), seed("crl/one"));
    let parts = |rules: u8, parts: &[&[u8]]| {
        let part = |part: &&[u8]| [&u16::try_from(part.len()).unwrap().to_be_bytes()[..], part].concat();
        [vec![rules], parts.iter().flat_map(part).collect()].concat()
    };
    save("verify/stamped-with-list", &parts(0b01010, &[&stamped, b"", &empty]));
    save("verify/answer", &parts(0b00001, &[&honest, b"", &one, &seed("ocsp/unknown")]));
    save(
        "verify/any-of-two",
        &parts(0b10000, &[&seed("cms/ours-two"), b"", b"", b"", &seed("certificate/jpki")]),
    );

    let anchor = TrustAnchor::new(&seed("authority.der"), *Profile::COMMERCIAL_REGISTRATION).unwrap();
    let stamps = TrustAnchor::new(&root.certificate, *Profile::NONE).unwrap();
    let verifier = CmsVerifier::new(vec![anchor])
        .with_revocation(RevocationPolicy::IfAvailable, vec![RevocationList::from_der(&empty).unwrap()])
        .with_timestamps(TimestampPolicy::Require, vec![stamps]);
    let signed = SignedBytes { signature: &stamped, content: None };
    let kept = Bundle::of(signed, day(), &verifier.judge(signed, day()).unwrap());
    save("evidence/stamped", &kept.to_json());
    let kept = Bundle { signature: honest, content: Some(b"x".to_vec()), kind: None, ..kept };
    save("evidence/contradicted", &kept.to_json());
}

/// Puts a list into a message.
fn with_list(message: &[u8], list: &[u8]) -> Vec<u8> {
    let mut tree = Node::parse(message);
    let fields = tree.children()[1].children()[0].children();
    let lists = Node { tag: 0xa1, is_indefinite: false, body: Body::Nodes(vec![Node::parse(list)]) };
    fields.insert(fields.len() - 1, lists);
    tree.encode()
}
