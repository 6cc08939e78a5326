//! Certificates nobody trusts yet: those inside a message and those supplied beside it, read only when needed.

use std::cell::OnceCell;
use std::sync::OnceLock;

use crate::ber::{Fault, Reader, tag};
use crate::budget::Work;
use crate::cache::ProvedCertificates;
use crate::certificate::Certificate;
use crate::name::{Folded, Name};
use crate::reason::Reason;
use crate::signed_data::SignerId;

/// The certificates that signers and issuers are looked for in.
pub(crate) struct Pool<'p> {
    embedded: Vec<Embedded<'p>>,
    supplied: &'p [Certificate],
    known: &'p ProvedCertificates,
    /// Of the message around this one, looked at as well.
    around: Option<&'p Pool<'p>>,
}

/// One certificate inside the message: fifty of them cost fifty looks at their names and one full reading.
struct Embedded<'p> {
    der: &'p [u8],
    serial: &'p [u8],
    issuer: &'p [u8],
    subject: &'p [u8],
    issuer_folded: OnceLock<Folded>,
    subject_folded: OnceLock<Folded>,
    read: OnceCell<Result<Certificate, Reason>>,
}

impl<'p> Pool<'p> {
    /// Takes the embedded certificates whose names can be read; the others can be nobody's.
    pub(crate) fn new(
        embedded: &[&'p [u8]],
        supplied: &'p [Certificate],
        known: &'p ProvedCertificates,
    ) -> Self {
        let named = |der: &&'p [u8]| Embedded::new(der).ok();
        Self { embedded: embedded.iter().filter_map(named).collect(), supplied, known, around: None }
    }

    /// Looks at the certificates of another pool too, which are read once for all that look there.
    pub(crate) fn inside(self, around: Option<&'p Self>) -> Self {
        Self { around, ..self }
    }

    /// The certificates of the message, and of the one around it.
    fn embedded(&self) -> impl Iterator<Item = &Embedded<'p>> {
        self.embedded.iter().chain(self.around.into_iter().flat_map(|around| &around.embedded))
    }

    /// The certificates that a signer may mean.
    ///
    /// Security: a certificate that must be looked at closely, since it bears the signer's number under another writing of a
    /// name, or since the signer is named by a key, counts as a candidate. A message full of time-stamps brings thousands.
    ///
    /// # Errors
    /// - [`Reason::SignerCertificateMissing`]: there is none; or why the only ones there are cannot be read.
    /// - [`Reason::PathSearchExhausted`]: too many had to be looked at.
    pub(crate) fn signers(&self, id: &SignerId<'_>, work: &mut Work) -> Result<Vec<&Certificate>, Reason> {
        let folded = OnceLock::new();
        let (mut found, mut unreadable) = (Vec::new(), None);
        for embedded in self.embedded() {
            if embedded.must_be_looked_at(id) && !work.spend_candidate() {
                return Err(Reason::PathSearchExhausted);
            }
            match id {
                SignerId::IssuerAndSerial { issuer, serial } => {
                    let issuer = Name { der: issuer, folded: &folded };
                    if embedded.serial == *serial && embedded.issuer().is_same(&issuer) {
                        match self.read(embedded) {
                            Ok(certificate) => found.push(certificate),
                            Err(reason) => unreadable = unreadable.or(Some(reason)),
                        }
                    }
                }
                SignerId::KeyId(id) => {
                    let has_id = |certificate: &&Certificate| certificate.subject_key_id() == Some(id);
                    found.extend(self.read(embedded).ok().filter(has_id));
                }
            }
        }
        let fits = |certificate: &&Certificate| match id {
            SignerId::IssuerAndSerial { issuer, serial } => {
                let issuer = Name { der: issuer, folded: &folded };
                certificate.serial() == *serial && certificate.issuer_name().is_same(&issuer)
            }
            SignerId::KeyId(id) => certificate.subject_key_id() == Some(id),
        };
        found.extend(self.supplied.iter().filter(fits));
        if found.is_empty() { Err(unreadable.unwrap_or(Reason::SignerCertificateMissing)) } else { Ok(found) }
    }

    /// The certificates with this subject, unreadable ones left out.
    pub(crate) fn named<'s>(&'s self, subject: Name<'s>) -> impl Iterator<Item = &'s Certificate> {
        let embedded = self.embedded().filter(move |embedded| embedded.subject().is_same(&subject));
        let supplied =
            self.supplied.iter().filter(move |certificate| certificate.subject_name().is_same(&subject));
        embedded.filter_map(|embedded| self.read(embedded).ok()).chain(supplied)
    }

    /// Keeps the certificates of a path that holds beyond this message; those supplied are kept already.
    pub(crate) fn keep(&self, path: &[&Certificate]) {
        let is_supplied = |certificate: &Certificate| {
            self.supplied.iter().any(|supplied| std::ptr::eq(supplied, certificate))
        };
        for certificate in path.iter().filter(|certificate| !is_supplied(certificate)) {
            self.known.keep(certificate);
        }
    }

    fn read<'r>(&self, embedded: &'r Embedded<'p>) -> Result<&'r Certificate, Reason> {
        embedded.read.get_or_init(|| self.known.read(embedded.der)).as_ref().map_err(|reason| *reason)
    }
}

impl<'p> Embedded<'p> {
    /// Steps over the fields of a TBSCertificate, as far as the subject.
    fn new(der: &'p [u8]) -> Result<Self, Fault> {
        let mut fields = Reader::der(der).sequence()?.sequence()?;
        fields.optional(tag::context_constructed(0))?;
        let serial = fields.expect(tag::INTEGER)?.contents;
        fields.expect(tag::SEQUENCE)?;
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        fields.expect(tag::SEQUENCE)?;
        let subject = fields.expect(tag::SEQUENCE)?.raw;
        Ok(Self {
            der,
            serial,
            issuer,
            subject,
            issuer_folded: OnceLock::new(),
            subject_folded: OnceLock::new(),
            read: OnceCell::new(),
        })
    }

    /// True when a few bytes do not tell it from the certificate that a signer names, and it was not looked at before.
    fn must_be_looked_at(&self, id: &SignerId<'_>) -> bool {
        match id {
            SignerId::IssuerAndSerial { issuer, serial } => {
                self.serial == *serial && self.issuer != *issuer && self.issuer_folded.get().is_none()
            }
            SignerId::KeyId(_) => self.read.get().is_none(),
        }
    }

    fn issuer(&self) -> Name<'_> {
        Name { der: self.issuer, folded: &self.issuer_folded }
    }

    fn subject(&self) -> Name<'_> {
        Name { der: self.subject, folded: &self.subject_folded }
    }
}
