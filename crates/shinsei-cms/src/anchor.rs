//! Trust anchors: certificates the verifier's owner vouches for, each with the profile it vouches for.

use crate::certificate::Certificate;
use crate::profile::{Demands, Profile};
use crate::reason::Reason;

/// One certificate that paths may end at.
///
/// Several anchors may have one name: the authorities of Japan change their keys and keep their names.
#[derive(Debug)]
pub struct TrustAnchor {
    certificate: Certificate,
    profile: Profile,
    demands: Demands,
}

impl TrustAnchor {
    /// Trusts a certificate, DER or PEM, for signers of a profile.
    ///
    /// # Errors
    /// [`Reason::CertificateMalformed`]: it, or its key, cannot be read.
    pub fn new(certificate: &[u8], profile: Profile) -> Result<Self, Reason> {
        let certificate = Certificate::from_der(&crate::pem::certificate(certificate)?)?;
        // A key that is not supported is said when a path ends here; one that is broken is said now.
        if certificate.key().err() == Some(Reason::CertificateMalformed) {
            return Err(Reason::CertificateMalformed);
        }
        // Every path that ends here compares this name.
        certificate.subject_name().folded();
        Ok(Self { certificate, demands: Demands::of(&profile), profile })
    }

    /// What signers below it must be, ready to be compared.
    pub(crate) fn demands(&self) -> &Demands {
        &self.demands
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What signers below it must be.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}
