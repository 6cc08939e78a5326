//! Certificates nobody trusts yet: those inside a message and those supplied beside it, read only when needed.

use std::cell::OnceCell;

use crate::ber::{Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::name;
use crate::reason::Reason;
use crate::signed_data::SignerId;

/// The certificates that signers and issuers are looked for in.
pub(crate) struct Pool<'p> {
    embedded: Vec<Embedded<'p>>,
    supplied: &'p [Certificate],
}

/// One certificate inside the message: fifty of them cost fifty looks at their names and one full reading.
struct Embedded<'p> {
    der: &'p [u8],
    names: Names<'p>,
    read: OnceCell<Result<Certificate, Reason>>,
}

/// What a certificate is found by.
struct Names<'p> {
    serial: &'p [u8],
    issuer: &'p [u8],
    subject: &'p [u8],
}

impl<'p> Pool<'p> {
    /// Takes the embedded certificates whose names can be read; the others can be nobody's.
    pub(crate) fn new(embedded: &[&'p [u8]], supplied: &'p [Certificate]) -> Self {
        let named =
            |der: &&'p [u8]| Some(Embedded { der, names: Names::read(der).ok()?, read: OnceCell::new() });
        Self { embedded: embedded.iter().filter_map(named).collect(), supplied }
    }

    /// The certificates that a signer names.
    pub(crate) fn signers(&self, id: &SignerId<'_>) -> Vec<Result<&Certificate, Reason>> {
        let mut found = Vec::new();
        for embedded in &self.embedded {
            match id {
                SignerId::IssuerAndSerial { issuer, serial } => {
                    if embedded.names.serial == *serial && name::same(embedded.names.issuer, issuer) {
                        found.push(embedded.certificate());
                    }
                }
                SignerId::KeyId(id) => {
                    let certificate = embedded.certificate();
                    found.extend(
                        certificate.is_ok_and(|c| c.subject_key_id() == Some(id)).then_some(certificate),
                    );
                }
            }
        }
        let fits = |certificate: &&Certificate| match id {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.serial() == *serial && name::same(certificate.issuer(), issuer)
            }
            SignerId::KeyId(id) => certificate.subject_key_id() == Some(id),
        };
        found.extend(self.supplied.iter().filter(fits).map(Ok));
        found
    }

    /// The certificates with this subject, unreadable ones left out.
    pub(crate) fn named<'s>(&'s self, subject: &'s [u8]) -> impl Iterator<Item = &'s Certificate> {
        let embedded = self.embedded.iter().filter(|embedded| name::same(embedded.names.subject, subject));
        let supplied = self.supplied.iter().filter(|certificate| name::same(certificate.subject(), subject));
        embedded.filter_map(|embedded| embedded.certificate().ok()).chain(supplied)
    }
}

impl Embedded<'_> {
    fn certificate(&self) -> Result<&Certificate, Reason> {
        self.read.get_or_init(|| Certificate::from_der(self.der)).as_ref().map_err(|reason| *reason)
    }
}

impl<'p> Names<'p> {
    /// Steps over the fields of a TBSCertificate, as far as the subject.
    fn read(der: &'p [u8]) -> Result<Self, Fault> {
        let mut fields = Reader::der(der).sequence()?.sequence()?;
        fields.optional(tag::context_constructed(0))?;
        let serial = fields.expect(tag::INTEGER)?.contents;
        fields.expect(tag::SEQUENCE)?;
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        fields.expect(tag::SEQUENCE)?;
        let subject = fields.expect(tag::SEQUENCE)?.raw;
        Ok(Self { serial, issuer, subject })
    }
}
