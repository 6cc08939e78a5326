//! What the comparison with OpenSSL found: messages that held here and did not there, each shrunk to its cause.

use shinsei_cms::certificate::Certificate;
use shinsei_cms::reason::Reason;
use shinsei_core::signature::SignedBytes;

use crate::seeds::seed;
use crate::targets::{day, verifier};
use crate::tree::{Body, Node};

const NULL: Node = Node { tag: 0x05, is_indefinite: false, body: Body::Bytes(Vec::new()) };

fn judge(message: &Node) -> Option<Reason> {
    let signed = SignedBytes { signature: &message.encode(), content: None };
    verifier().judge(signed, day()).err().map(|failure| failure.reason)
}

/// The fields of the only signer: version, identifier, digest, attributes, algorithm, signature.
fn signer(message: &mut Node) -> &mut Vec<Node> {
    let signers = message.children()[1].children()[0].children().last_mut().unwrap();
    signers.children()[0].children()
}

#[test]
fn something_behind_the_signature_of_a_certificate_becomes_no_evidence() {
    let mut certificate = Node::parse(&seed("certificate/jpki"));
    assert_eq!(Certificate::from_der(&certificate.encode()).err(), None);
    certificate.children().push(NULL);
    assert_eq!(Certificate::from_der(&certificate.encode()).err(), Some(Reason::CertificateMalformed));
}

#[test]
fn a_name_with_more_in_an_attribute_is_another_name() {
    let mut message = Node::parse(&seed("cms/ours-p256"));
    assert_eq!(judge(&message), None);
    let issuer = &mut signer(&mut message)[1].children()[0];
    issuer.children()[0].children()[0].children().push(NULL);
    assert_eq!(judge(&message), Some(Reason::SignerCertificateMissing));
}

#[test]
fn parameters_of_pss_have_one_form() {
    let changes: [fn(&mut Node); 5] = [
        |parameters| parameters.tag = 0x31,
        // More in the tag of the salt.
        |parameters| parameters.children()[2].children().push(NULL),
        // A salt in more bytes than it needs.
        |parameters| parameters.children()[2].children()[0].bytes().insert(0, 0),
        // More in the tag of the mask.
        |parameters| parameters.children()[1].children().push(NULL),
        // A NULL with contents.
        |parameters| parameters.children()[0].children()[0].children()[1].bytes().push(0),
    ];
    for change in changes {
        let mut message = Node::parse(&seed("cms/openssl-pss"));
        assert_eq!(judge(&message), None);
        change(&mut signer(&mut message)[4].children()[1]);
        assert_eq!(judge(&message), Some(Reason::SignatureUnsupported));
    }
}
