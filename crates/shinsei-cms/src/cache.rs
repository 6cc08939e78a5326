//! Certificates that were part of a path that held, kept read and proved: facts, never verdicts.
//!
//! What is kept of a certificate cannot change: what its bytes say, the form of its key that the arithmetic wants, and
//! that these bytes were signed by that key. Dates, revocation, policies, profiles and anchors are judged every time.
//!
//! Security: a certificate is found by comparing all of its bytes, no digest or number in their place, and what was proved
//! of it names all the bytes of the key (docs/adr/0019-proved-certificates.md). Only paths to an anchor put certificates
//! here, so that a stranger's messages push nobody's out.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::certificate::Certificate;
use crate::reason::Reason;

/// Certificates that a set holds. Source: as wide as the caches of processors, for the same reason: a few neighbours
/// are searched faster than a table is kept.
const WAYS: usize = 8;

/// Certificates that are kept, read and proved.
///
/// Like the cache of a processor it consists of small sets, each with its own lock: threads meet only over certificates
/// of one set, for the time of a few comparisons.
pub(crate) struct ProvedCertificates {
    /// Of each set the certificate used last stands first.
    sets: Box<[Mutex<Vec<Known>>]>,
    bytes_max: usize,
}

/// One certificate, and a mark by which most others are passed over without a look at their bytes.
struct Known {
    mark: Mark,
    certificate: Certificate,
}

/// Some bytes of a certificate's signature: those of different certificates differ, and decide nothing.
type Mark = [u8; 8];

impl Known {
    fn is(&self, der: &[u8], mark: Mark) -> bool {
        self.mark == mark && self.certificate.der() == der
    }
}

impl ProvedCertificates {
    /// Room for so many certificates, rounded up to whole sets, none of them longer than so many bytes.
    pub(crate) fn new(certificates_max: usize, bytes_max: usize) -> Self {
        let sets = (0..certificates_max.div_ceil(WAYS)).map(|_| Mutex::default()).collect();
        Self { sets, bytes_max }
    }

    /// The certificate of these bytes, as it is known here or read anew.
    ///
    /// # Errors
    /// [`Reason::CertificateMalformed`]: it is not known and cannot be read.
    pub(crate) fn read(&self, der: &[u8]) -> Result<Certificate, Reason> {
        match self.find(der) {
            Some(known) => Ok(known),
            None => Certificate::from_der(der),
        }
    }

    /// Keeps a certificate of a path that held, in the place of the one in its set that was used longest ago.
    pub(crate) fn keep(&self, certificate: &Certificate) {
        if certificate.der().len() > self.bytes_max {
            return;
        }
        let Some((mut set, mark)) = self.set(certificate.der()) else { return };
        if set.iter().any(|known| known.is(certificate.der(), mark)) {
            return;
        }
        let oldest = if set.len() == WAYS { set.pop() } else { None };
        set.insert(0, Known { mark, certificate: certificate.clone() });
        // It is freed behind the lock, not under it.
        drop(set);
        drop(oldest);
    }

    /// Gives up all of them.
    pub(crate) fn forget(&self) {
        for set in &self.sets {
            set.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    fn find(&self, der: &[u8]) -> Option<Certificate> {
        let (mut set, mark) = self.set(der)?;
        let at = set.iter().position(|known| known.is(der, mark))?;
        set[..=at].rotate_right(1);
        set.first().map(|known| known.certificate.clone())
    }

    /// The set of a certificate, and its mark: four bytes of its signature choose the one, the next eight are the other.
    /// They are as good as random where an authority made them, and certificates that are alike differ in them.
    fn set(&self, der: &[u8]) -> Option<(MutexGuard<'_, Vec<Known>>, Mark)> {
        let (_, end) = der.split_last_chunk::<16>()?;
        let (number, rest) = end.split_first_chunk()?;
        let number = usize::try_from(u32::from_be_bytes(*number)).ok()?;
        let set = self.sets.get(number.checked_rem(self.sets.len())?)?;
        // OK because what is in a set is right whenever its lock is free, also after a panic.
        Some((set.lock().unwrap_or_else(PoisonError::into_inner), *rest.first_chunk()?))
    }
}

/// Shows how much room there is, and nothing of whose certificates are there.
impl fmt::Debug for ProvedCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvedCertificates")
            .field("certificates_max", &(self.sets.len() * WAYS))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::authority::{DistinguishedName, Identity, Template};
    use crate::sign::key::{KeyAlgorithm, SigningKey};
    use shinsei_core::time::Window;

    /// So many certificates that differ by their serial numbers.
    fn certificates(number: u8) -> Vec<Vec<u8>> {
        let pkcs8 = SigningKey::generate(KeyAlgorithm::P256).unwrap().to_pkcs8().unwrap();
        let issue = |serial| {
            let key = SigningKey::from_pkcs8(KeyAlgorithm::P256, &pkcs8).unwrap();
            let subject = DistinguishedName::new().common_name("one name");
            let template =
                Template { serial: vec![serial], subject, validity: Window::ALWAYS, extensions: vec![] };
            Identity::self_signed(key, &template).unwrap().certificate
        };
        (0..number).map(issue).collect()
    }

    /// True when what is known of a certificate is what was kept, and not read anew.
    fn is_kept(known: &ProvedCertificates, der: &[u8]) -> bool {
        known.find(der).is_some()
    }

    #[test]
    fn nothing_is_kept_before_it_was_part_of_a_path() {
        let known = ProvedCertificates::new(8, 8192);
        let der = &certificates(1)[0];
        let certificate = known.read(der).unwrap();
        assert!(!is_kept(&known, der));
        assert!(certificate.prove(&certificate).is_ok());
        known.keep(&certificate);
        assert!(known.read(der).unwrap().is_proved_by(&certificate));
    }

    #[test]
    fn a_full_set_gives_up_the_one_used_longest_ago() {
        let known = ProvedCertificates::new(8, 8192);
        let all = certificates(9);
        let keep = |der: &Vec<u8>| known.keep(&known.read(der).unwrap());
        all[..8].iter().for_each(keep);
        assert!(is_kept(&known, &all[0]), "which uses it");
        keep(&all[8]);
        let kept: Vec<_> = all.iter().map(|der| is_kept(&known, der)).collect();
        assert_eq!(kept, [true, false, true, true, true, true, true, true, true]);
    }

    #[test]
    fn what_is_forgotten_is_not_kept() {
        let known = ProvedCertificates::new(64, 8192);
        let all = certificates(9);
        all.iter().for_each(|der| known.keep(&known.read(der).unwrap()));
        known.forget();
        assert!(!all.iter().any(|der| is_kept(&known, der)));
    }

    #[test]
    fn what_is_too_long_or_has_no_room_is_read_and_not_kept() {
        let der = &certificates(1)[0];
        for known in [ProvedCertificates::new(8, der.len() - 1), ProvedCertificates::new(0, 8192)] {
            let certificate = known.read(der).unwrap();
            known.keep(&certificate);
            assert!(!is_kept(&known, der));
        }
    }
}
