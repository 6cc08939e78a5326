//! Messages of 1 MiB made to cost as much as they can: each is refused for its own reason, within its budget.
//!
//! `cargo test --release -p shinsei-cms --test foreign hostile_size -- --nocapture` says how long each takes, beside an
//! honest one of that size. Time is not asserted: the machines that run tests differ.

use std::time::Instant;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::der;
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

use crate::hierarchy::{CONTENT, HIERARCHY, day, pem};
use crate::seeds::seed;
use crate::targets;
use crate::tree::{Body, Node};

const SIZE: usize = 1024 * 1024;

fn judge(name: &str, message: &[u8]) -> Option<Reason> {
    judge_with(&HIERARCHY.verifier(), day(2026), name, message)
}

fn judge_with(verifier: &CmsVerifier, at: Timestamp, name: &str, message: &[u8]) -> Option<Reason> {
    assert!((SIZE / 2..2 * SIZE).contains(&message.len()), "{name}: {}", message.len());
    let signed = SignedBytes { signature: message, content: None };
    let times = (0..7).map(|_| {
        let began = Instant::now();
        let judged = verifier.judge(signed, at);
        (began.elapsed(), judged.err().map(|failure| failure.reason))
    });
    // The least of them is the verifier's; the others are also whose else ran here.
    let (took, reason) = times.min().unwrap();
    eprintln!("{name}: {} µs", took.as_micros());
    reason
}

fn honest(content: &[u8]) -> Vec<u8> {
    sign(content, Placement::Attached, &[&HIERARCHY.signers[1].1], &[], None).unwrap()
}

/// The content of a message as it is written.
fn content(message: &mut Node) -> &mut Node {
    let encapsulated = &mut message.children()[1].children()[0].children()[2];
    &mut encapsulated.children()[1].children()[0]
}

/// Makes every length indefinite, down to the content.
fn make_indefinite(message: &mut Node) {
    let mut at = message;
    for child in [1, 0, 2, 1] {
        at.is_indefinite = true;
        at = &mut at.children()[child];
    }
    at.is_indefinite = true;
}

/// Content in pieces of these bytes, inside so many levels.
fn pieces(bytes: &[u8], number: usize, levels: usize) -> Node {
    let piece = Node { tag: 0x04, is_indefinite: false, body: Body::Bytes(bytes.to_vec()) };
    let innermost = Node { tag: 0x24, is_indefinite: true, body: Body::Nodes(vec![piece; number]) };
    (1..levels).fold(innermost, |inside, _| Node {
        tag: 0x24,
        is_indefinite: true,
        body: Body::Nodes(vec![inside]),
    })
}

/// A list in the name of an authority, with as many entries as fit, that a stranger wrote.
fn list_of_nobody(authority: &[u8]) -> Vec<u8> {
    let algorithm = der::sequence(&[&der::oid("1.2.840.113549.1.1.11"), &[0x05, 0x00]]);
    let entry = |serial: u32| der::sequence(&[&der::integer(&serial.to_be_bytes()), &[0x05, 0x00]]);
    let entries: Vec<u8> = (1 << 24..).map(entry).take(SIZE / 10).flatten().collect();
    let body = der::sequence(&[
        &der::integer(&[1]),
        &algorithm,
        authority,
        &der::time(day(2025)),
        &der::time(day(2027)),
        &der::element(0x30, &entries),
    ]);
    der::sequence(&[&body, &algorithm, &der::bits(&[0; 256])])
}

/// A message whose signer leads into so many certificates of one key, whose names, of so many letters, are the same
/// but for the case of one: each may have issued each.
fn circles(kind: KeyAlgorithm, certificates: usize, letters: [char; 2], name_letters: usize) -> Vec<u8> {
    let pkcs8 = SigningKey::generate(kind).unwrap().to_pkcs8().unwrap();
    let key = || SigningKey::from_pkcs8(kind, &pkcs8).unwrap();
    let template = |serial: usize| {
        let [small, large] = letters;
        let text: String = (0..name_letters).map(|at| if at == serial { large } else { small }).collect();
        Template {
            serial: vec![1, u8::try_from(serial).unwrap()],
            subject: DistinguishedName::new().common_name(&text),
            validity: Window::between(day(2020), day(2049)),
            extensions: vec![Extension::authority(None)],
        }
    };
    let first = Identity::self_signed(key(), &template(0)).unwrap();
    let issue = |serial| first.issue(key(), &template(serial)).unwrap();
    let others: Vec<_> = (1..certificates).map(issue).collect();
    let beside: Vec<&[u8]> = others.iter().map(|other| &other.certificate[..]).collect();
    let names_bytes = certificates * 2 * name_letters * letters[0].len_utf8();
    sign(&vec![0; SIZE - names_bytes], Placement::Attached, &[&others[0]], &beside, None).unwrap()
}

#[test]
fn a_hostile_message_is_refused_within_its_budget() {
    assert_eq!(judge("honest", &honest(&vec![0; SIZE])), None);
    assert_eq!(judge("honest, as text", pem("CMS", &honest(&vec![0; SIZE])).as_bytes()), None);

    let cut = |name, content_node: Node| {
        let mut message = Node::parse(&honest(CONTENT));
        *content(&mut message) = content_node;
        make_indefinite(&mut message);
        judge(name, &message.encode())
    };
    assert_eq!(cut("pieces of one byte", pieces(b"x", SIZE / 3, 1)), Some(Reason::TooManyElements));
    assert_eq!(cut("pieces of nothing", pieces(b"", SIZE / 3, 1)), Some(Reason::TooManyElements));
    let small = pieces(&[0; 14], SIZE / 16, 1);
    assert_eq!(cut("pieces as small as may be", small), Some(Reason::MessageDigestMismatch));
    let deep = pieces(&[0; 14], SIZE / 16, 24);
    assert_eq!(cut("the same, deep inside", deep), Some(Reason::MessageDigestMismatch));

    assert_eq!(judge("nesting", &[0x30, 0x80].repeat(SIZE / 2)), Some(Reason::NestingTooDeep));

    let attributes =
        der::element(0xa0, &der::sequence(&[&der::oid("1.2.3"), &der::set(&[])]).repeat(SIZE / 8));
    let mut many = Node::parse(&honest(CONTENT));
    let signers = many.children()[1].children()[0].children().last_mut().unwrap();
    signers.children()[0].children()[3] = Node::parse(&attributes);
    assert_eq!(judge("attributes", &many.encode()), Some(Reason::TooManyElements));

    for (name, kind, letters, number) in [
        ("circles of RSA", KeyAlgorithm::Rsa2048, ['a', 'A'], 64),
        ("circles of P-384", KeyAlgorithm::P384, ['a', 'A'], 64),
        ("circles of long names", KeyAlgorithm::P256, ['a', 'A'], 990),
        ("circles of long names that are not ASCII", KeyAlgorithm::P256, ['я', 'Я'], 490),
    ] {
        assert_eq!(judge(name, &circles(kind, 60, letters, number)), Some(Reason::PathSearchExhausted));
    }

    let mut with_list = Node::parse(&honest(CONTENT));
    let fields = with_list.children()[1].children()[0].children();
    let signers = fields.len() - 1;
    let list = list_of_nobody(&HIERARCHY.authority.name().to_der());
    fields.insert(signers, Node::parse(&der::element(0xa1, &list)));
    let asking = HIERARCHY.verifier().with_revocation(RevocationPolicy::Require, Vec::new());
    let judged = judge_with(&asking, day(2026), "a list of a stranger", &with_list.encode());
    assert_eq!(judged, Some(Reason::RevocationUndetermined));
    let signers = with_list.children()[1].children()[0].children().last_mut().unwrap().children();
    *signers = vec![signers[0].clone(); SIGNERS];
    let judged = judge_with(&asking, day(2026), "a list of a stranger, for all signers", &with_list.encode());
    assert_eq!(judged, Some(Reason::RevocationUndetermined));
}

/// Signers of one message, time-stamps over each of their signatures, and certificates of a message: as many as may be.
const SIGNERS: usize = 16;
const TIMESTAMPS: usize = 4;
const CERTIFICATES: usize = 64;

/// The message of the seeds, signed by one person as often as may be, each signature stamped as often as may be by an
/// authority that is trusted; what is changed of the tokens is not what the authority signed.
fn stamped(change: impl Fn(&mut Node)) -> Node {
    let mut token = Node::parse(&seed("timestamp/token"));
    change(&mut token);
    let tokens = der::element(0x31, &token.encode().repeat(TIMESTAMPS));
    let attribute = der::sequence(&[&der::oid("1.2.840.113549.1.9.16.2.14"), &tokens]);
    let mut message = Node::parse(&seed("cms/ours-p256"));
    let signers = fields(&mut message).last_mut().unwrap().children();
    signers[0].children().push(Node::parse(&der::element(0xa1, &attribute)));
    *signers = vec![signers[0].clone(); SIGNERS];
    message
}

/// The fields of SignedData.
fn fields(message: &mut Node) -> &mut Vec<Node> {
    message.children()[1].children()[0].children()
}

/// The issuer and the serial number by which the signer of a token is named.
fn signer_of(token: &[u8]) -> (Vec<u8>, Node) {
    let mut token = Node::parse(token);
    let signer = &mut fields(&mut token).last_mut().unwrap().children()[0].children()[1];
    (signer.children()[0].encode(), signer.children()[1].clone())
}

/// As many certificates as fit, of so many letters in each name, that bear the number of another and nearly its name.
fn pretenders(serial: &Node, number: usize, name_letters: usize) -> Vec<u8> {
    let name = |at: usize| {
        let text: String = (0..name_letters).map(|letter| if letter == at { 'A' } else { 'a' }).collect();
        DistinguishedName::new().common_name(&text).to_der()
    };
    let empty = der::sequence(&[]);
    let certificate = |at| {
        let fields = [&serial.encode()[..], &empty, &name(at), &empty, &name(at + 1), &empty];
        der::sequence(&[&der::sequence(&fields), &empty, &der::bits(&[])])
    };
    (0..number).flat_map(certificate).collect()
}

/// Puts others beside the certificates that are there already.
fn crowd(certificates: &mut Node, others: &[u8]) {
    let others = Node::parse(&der::element(0x31, others)).children().clone();
    certificates.children().extend(others);
}

#[test]
fn a_message_full_of_time_stamps_is_judged_within_its_budget() {
    let judge = |name, revocation, message: &Node| {
        let authority = TrustAnchor::new(&seed("time-authority.der"), *Profile::NONE).unwrap();
        let verifier = targets::verifier().with_revocation(revocation, Vec::new());
        let verifier = verifier.with_timestamps(TimestampPolicy::Require, vec![authority]);
        judge_with(&verifier, targets::day(), name, &message.encode())
    };
    let (authority, serial) = signer_of(&seed("timestamp/token"));

    // Each token brings a crowd of its own, whose names are compared with that of its signer.
    let alone = stamped(|token| {
        crowd(&mut fields(token)[3], &pretenders(&serial, CERTIFICATES - 1, 60));
    });
    let exhausted = Some(Reason::PathSearchExhausted);
    assert_eq!(judge("time-stamps, each in a crowd", RevocationPolicy::Off, &alone), exhausted);

    // The same, their signers named by a key identifier: whose it is, each certificate must be read to know.
    let by_key = stamped(|token| {
        let signer = &mut fields(token).last_mut().unwrap().children()[0].children()[1];
        *signer = Node { tag: 0x80, is_indefinite: false, body: Body::Bytes(vec![7; 20]) };
        let certificate = fields(token)[3].children()[0].clone();
        fields(token)[3].children().extend(vec![certificate; CERTIFICATES / 3]);
    });
    let missing = Some(Reason::TimestampCertificateMissing);
    assert_eq!(judge("time-stamps of keys, each in a crowd", RevocationPolicy::Off, &by_key), missing);

    // All look into one crowd around them, whose names are as long as those may be that are compared as text.
    let mut around = stamped(|_| ());
    let certificates = &mut fields(&mut around)[3];
    let free = CERTIFICATES - certificates.children().len() - 1;
    crowd(certificates, &pretenders(&serial, free, 990));
    crowd(certificates, &der::element(0xa3, &der::octets(&vec![0; SIZE / 2])));
    assert_eq!(judge("time-stamps in one crowd", RevocationPolicy::Off, &around), None);

    // All ask the same list, once for the time of the token and once for the time of judgement.
    let mut listed = stamped(|_| ());
    let signers = fields(&mut listed).len() - 1;
    let list = der::element(0xa1, &list_of_nobody(&authority));
    fields(&mut listed).insert(signers, Node::parse(&list));
    let judged = judge("time-stamps and a list of a stranger", RevocationPolicy::IfAvailable, &listed);
    assert_eq!(judged, exhausted);
}
