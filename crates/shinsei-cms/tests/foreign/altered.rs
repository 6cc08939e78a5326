//! What every honest message must be, and what must be said of it once a part of it was altered.

use shinsei_cms::reason::Reason;
use shinsei_cms::sign::der;
use shinsei_cms::verdict::Signer;
use shinsei_core::signature::SignedBytes;

use crate::hierarchy::{CONTENT, HIERARCHY, day};
use crate::tree::Node;

const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";

/// A message that another implementation signed.
pub(crate) struct Foreign<'m> {
    /// Who made it, and how.
    pub(crate) name: &'m str,
    pub(crate) message: &'m [u8],
    /// The content travels beside it.
    pub(crate) is_detached: bool,
    /// Who signed, sorted.
    pub(crate) signers: &'m [&'m str],
}

impl Foreign<'_> {
    /// The content of a message that holds, and the names of its signers, sorted.
    pub(crate) fn judge(
        &self,
        message: &[u8],
        beside: &[u8],
    ) -> Result<(Option<Vec<u8>>, Vec<String>), Reason> {
        let signed = SignedBytes { signature: message, content: self.is_detached.then_some(beside) };
        let verified = HIERARCHY.verifier().judge(signed, day(2026)).map_err(|failure| failure.reason)?;
        let common_name =
            |signer: &Signer| signer.identity()["subject"][2]["value"].as_str().unwrap().to_owned();
        let mut signers: Vec<_> = verified.signers().iter().map(common_name).collect();
        signers.sort_unstable();
        Ok((verified.content().map(<[u8]>::to_vec), signers))
    }

    /// Expects the message to hold, and each altered one to be refused for its own reason.
    pub(crate) fn check(&self) {
        let content = (!self.is_detached).then(|| CONTENT.to_vec());
        let signers = self.signers.iter().map(|signer| format!("Signer {signer}")).collect();
        assert_eq!(self.judge(self.message, CONTENT), Ok((content, signers)), "{}", self.name);

        let tree = Node::parse(self.message);
        assert_eq!(tree.encode(), self.message, "{}: the tree keeps every byte", self.name);
        let refused = |what: &str, message: &[u8], beside: &[u8], reason: Reason| {
            assert_eq!(self.judge(message, beside), Err(reason), "{}: {what}", self.name);
        };
        if self.is_detached {
            refused("other content", self.message, b"another", Reason::MessageDigestMismatch);
            let nothing = SignedBytes { signature: self.message, content: None };
            let failure = HIERARCHY.verifier().judge(nothing, day(2026)).unwrap_err();
            assert_eq!(failure.reason, Reason::ContentMissing, "{}", self.name);
        } else {
            let other = self.with_leaf("content", |leaf| leaf.as_slice() == CONTENT);
            refused("other content", &other, b"", Reason::MessageDigestMismatch);
        }
        let digest = self.after(MESSAGE_DIGEST);
        refused("another digest", &digest, CONTENT, Reason::MessageDigestMismatch);
        refused("another type", &self.after(CONTENT_TYPE), CONTENT, Reason::ContentTypeMismatch);
        refused("another signature", &self.with_signature(), CONTENT, Reason::SignatureInvalid);
        let subject = self.with_leaf("subject", |leaf| leaf.starts_with(b"Signer"));
        refused("another subject", &subject, CONTENT, Reason::CertificateSignatureInvalid);
        let cut = &self.message[..self.message.len() - 1];
        refused("cut", cut, CONTENT, Reason::MessageMalformed);
        refused("more", &[self.message, &[0]].concat(), CONTENT, Reason::TrailingBytes);
    }

    /// Flips a bit of the last byte of the first leaf that is wanted.
    fn with_leaf(&self, what: &str, is_wanted: impl Fn(&Vec<u8>) -> bool) -> Vec<u8> {
        let mut tree = Node::parse(self.message);
        let found = tree.leaves().into_iter().map(Node::bytes).find(|bytes| is_wanted(bytes));
        *found.unwrap_or_else(|| panic!("{}: {what}", self.name)).last_mut().unwrap() ^= 1;
        tree.encode()
    }

    /// Flips a bit of the value of the first attribute of a type.
    fn after(&self, attribute: &str) -> Vec<u8> {
        let identifier = der::oid(attribute)[2..].to_vec();
        let mut tree = Node::parse(self.message);
        let leaves = tree.leaves().into_iter().map(Node::bytes);
        let value =
            leaves.skip_while(|bytes| **bytes != identifier).nth(1).expect("the attribute has a value");
        *value.last_mut().unwrap() ^= 1;
        tree.encode()
    }

    /// Flips a bit of the last signature: the last leaf, since nobody here writes unsigned attributes.
    fn with_signature(&self) -> Vec<u8> {
        let mut tree = Node::parse(self.message);
        let last = tree.leaves().into_iter().last().expect("leaves");
        assert_eq!(last.tag, 0x04, "{}: the signature comes last", self.name);
        *last.bytes().last_mut().unwrap() ^= 1;
        tree.encode()
    }
}
