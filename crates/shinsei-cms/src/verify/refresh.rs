//! Bringing a verifier up to date while it verifies.
//!
//! A verification takes the anchors, lists and answers of the moment at which it begins, and ends with them. What was
//! proved of certificates stays: no anchor, list or answer has a part in it.

use crate::anchor::TrustAnchor;
use crate::crl::RevocationList;
use crate::lists::Lists;
use crate::ocsp::OcspAnswer;

use super::CmsVerifier;

impl CmsVerifier {
    /// Puts other revocation lists in the place of all that are looked at, while other threads go on verifying.
    ///
    /// Lists whose issuer is known here (an anchor, an intermediate) are proved now, on the caller's thread, so that
    /// nobody waits for the digest of a million entries. A list that is kept costs nothing: see [`Self::lists`].
    ///
    /// # Example
    /// A thread brings each list as it is issued, in the place of its predecessor:
    /// ```
    /// use std::sync::{Arc, mpsc};
    /// # use shinsei_cms::anchor::TrustAnchor;
    /// # use shinsei_cms::profile::Profile;
    /// use shinsei_cms::crl::RevocationList;
    /// use shinsei_cms::revocation::RevocationPolicy;
    /// # use shinsei_cms::sign::hierarchy;
    /// # use shinsei_cms::sign::key::KeyAlgorithm;
    /// # use shinsei_cms::sign::list::ListTemplate;
    /// use shinsei_cms::verify::CmsVerifier;
    /// # use shinsei_core::time::{Timestamp, Window};
    /// # let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day");
    /// # let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, Window::between(day(2025), day(2030)))?;
    /// # let anchor = TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).expect("an anchor");
    /// # let list = |number, revoked| {
    /// #     let current = Window::between(day(2026), day(2027));
    /// #     authority.revoke(&ListTemplate { number, current, revoked, extensions: vec![] })
    /// # };
    ///
    /// let verifier = CmsVerifier::new(vec![anchor]).with_revocation(RevocationPolicy::Require, vec![]);
    /// let verifier = Arc::new(verifier);
    ///
    /// // Whoever may fetch lists sends them here: `shinsei-http`, or a job that copies files.
    /// let (issued, fetched) = mpsc::channel::<Vec<u8>>();
    /// let refreshed = Arc::clone(&verifier);
    /// let refresher = std::thread::spawn(move || {
    ///     for der in fetched {
    ///         // A list that cannot be read leaves those before it in place.
    ///         let Ok(list) = RevocationList::from_der(&der) else { continue };
    ///         let mut lists = refreshed.lists();
    ///         lists.retain(|old| !old.is_succeeded_by(&list));
    ///         lists.push(list);
    ///         refreshed.replace_lists(lists);
    ///     }
    /// });
    ///
    /// issued.send(list(1, vec![])?).expect("the refresher waits");
    /// issued.send(b"an error page".to_vec()).expect("the refresher waits");
    /// issued.send(list(2, vec![vec![42]])?).expect("the refresher waits");
    /// drop(issued);
    /// refresher.join().expect("the refresher ends");
    /// let entries: Vec<_> = verifier.lists().iter().map(RevocationList::entries).collect();
    /// assert_eq!(entries, [1]);
    /// # Ok::<(), shinsei_cms::sign::SignError>(())
    /// ```
    pub fn replace_lists(&self, lists: Vec<RevocationList>) {
        let lists = Lists::new(lists);
        let anchors = self.anchors.take();
        lists.prove(anchors.iter().map(TrustAnchor::certificate).chain(&self.intermediates));
        self.lists.replace(lists);
    }

    /// The revocation lists that are looked at now; each is shared, not copied.
    pub fn lists(&self) -> Vec<RevocationList> {
        self.lists.take().all().to_vec()
    }

    /// Puts other OCSP answers in the place of all that are looked at, while other threads go on verifying.
    pub fn replace_answers(&self, answers: Vec<OcspAnswer>) {
        self.answers.replace(answers);
    }

    /// The OCSP answers that are looked at now; each is shared, not copied.
    pub fn answers(&self) -> Vec<OcspAnswer> {
        self.answers.take().to_vec()
    }

    /// Puts other anchors in the place of all that are trusted, while other threads go on verifying.
    ///
    /// An authority that is gone is not trusted from the next verification on, whatever was proved with its key.
    pub fn replace_anchors(&self, anchors: Vec<TrustAnchor>) {
        self.anchors.replace(anchors);
    }

    /// Forgets every certificate that was seen: they name people, and a disposal may ask for it. The next verification of
    /// each costs what the first one did.
    pub fn forget_known_certificates(&self) {
        self.known.forget();
    }
}
