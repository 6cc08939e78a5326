//! Messages of 1 MiB made to cost as much as they can: each is refused for its own reason, within its budget.
//!
//! `cargo test --release -p shinsei-cms --test foreign hostile_size -- --nocapture` says how long each takes, beside an
//! honest one of that size. Time is not asserted: the machines that run tests differ.

use std::time::Instant;

use shinsei_cms::reason::Reason;
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::der;
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Window;

use crate::hierarchy::{CONTENT, HIERARCHY, day};
use crate::tree::{Body, Node};

const SIZE: usize = 1024 * 1024;

fn judge(name: &str, message: &[u8]) -> Option<Reason> {
    assert!((SIZE / 2..2 * SIZE).contains(&message.len()), "{name}: {}", message.len());
    let verifier = HIERARCHY.verifier();
    let signed = SignedBytes { signature: message, content: None };
    let began = Instant::now();
    let judged = verifier.judge(signed, day(2026));
    let took = began.elapsed();
    eprintln!("{name}: {} µs", took.as_micros());
    judged.err().map(|failure| failure.reason)
}

fn honest(content: &[u8]) -> Vec<u8> {
    sign(content, Placement::Attached, &[&HIERARCHY.signers[1].1], &[], None).unwrap()
}

/// The content of a message as it is written.
fn content(message: &mut Node) -> &mut Node {
    let encapsulated = &mut message.children()[1].children()[0].children()[2];
    &mut encapsulated.children()[1].children()[0]
}

/// A message whose signer leads into so many certificates of one key, whose names, so many bytes long, are the same
/// but for the case of a letter: each may have issued each.
fn circles(kind: KeyAlgorithm, certificates: usize, name_bytes: usize) -> Vec<u8> {
    let pkcs8 = SigningKey::generate(kind).unwrap().to_pkcs8().unwrap();
    let key = || SigningKey::from_pkcs8(kind, &pkcs8).unwrap();
    let template = |serial: usize| {
        let mut text = "a".repeat(name_bytes);
        text.replace_range(serial..=serial, "A");
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
    sign(&vec![0; SIZE - certificates * 2 * name_bytes], Placement::Attached, &[&others[0]], &beside, None)
        .unwrap()
}

#[test]
fn a_hostile_message_is_refused_within_its_budget() {
    assert_eq!(judge("honest", &honest(&vec![0; SIZE])), None);

    let mut segments = Node::parse(&honest(CONTENT));
    let one = Node { tag: 0x04, is_indefinite: false, body: Body::Bytes(b"x".to_vec()) };
    *content(&mut segments) = Node { tag: 0x24, is_indefinite: true, body: Body::Nodes(vec![one; SIZE / 3]) };
    assert_eq!(judge("segments of one byte", &segments.encode()), Some(Reason::MessageDigestMismatch));

    let mut empty = Node::parse(&honest(CONTENT));
    let none = Node { tag: 0x24, is_indefinite: true, body: Body::Nodes(Vec::new()) };
    *content(&mut empty) = Node { tag: 0x24, is_indefinite: true, body: Body::Nodes(vec![none; SIZE / 4]) };
    assert_eq!(judge("segments of nothing", &empty.encode()), Some(Reason::MessageDigestMismatch));

    assert_eq!(judge("nesting", &[0x30, 0x80].repeat(SIZE / 2)), Some(Reason::NestingTooDeep));

    let attributes =
        der::element(0xa0, &der::sequence(&[&der::oid("1.2.3"), &der::set(&[])]).repeat(SIZE / 8));
    let mut many = Node::parse(&honest(CONTENT));
    let signers = many.children()[1].children()[0].children().last_mut().unwrap();
    signers.children()[0].children()[3] = Node::parse(&attributes);
    assert_eq!(judge("attributes", &many.encode()), Some(Reason::TooManyElements));

    let circles_of_rsa = circles(KeyAlgorithm::Rsa2048, 60, 64);
    assert_eq!(judge("circles of RSA", &circles_of_rsa), Some(Reason::PathSearchExhausted));
    let circles_of_p384 = circles(KeyAlgorithm::P384, 60, 64);
    assert_eq!(judge("circles of P-384", &circles_of_p384), Some(Reason::PathSearchExhausted));
    let long_names = circles(KeyAlgorithm::P256, 60, 8000);
    assert_eq!(judge("circles of long names", &long_names), Some(Reason::PathSearchExhausted));
}
