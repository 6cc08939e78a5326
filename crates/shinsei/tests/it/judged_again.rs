//! What a case keeps of a verdict, judged again years later from the store alone.

use std::sync::Arc;

use shinsei::engine::Engine;
use shinsei::memory::MemoryStore;
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::evidence::Bundle;
use shinsei_cms::evidence::case::CaseError;
use shinsei_cms::evidence::recheck::Difference;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::list::ListTemplate;
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_conformance::FakeClock;
use shinsei_core::command::SubmittedForm;
use shinsei_core::document::Document;
use shinsei_core::event::{Event, FormRef, SignatureVerified};
use shinsei_core::ids::DocumentId;
use shinsei_core::port::store::{Store, StoreError};
use shinsei_core::signature::EvidenceRole;
use shinsei_core::time::{Timestamp, Window};
use shinsei_sqlite::SqliteStore;

use crate::town::{RESIDENCE, case, form, hakodate, settings, submit};

fn day(year: i32, month: u32, day: u32) -> Timestamp {
    Timestamp::from_jst(year, month, day, 0, 0).unwrap()
}

/// An authority, its list of the day, and a resident with a card.
struct Authority {
    authority: Identity,
    resident: Identity,
    list: Vec<u8>,
}

fn authority() -> Authority {
    let term = Window::between(day(2025, 4, 1), day(2027, 4, 1));
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P384, 1, term).unwrap();
    let key = SigningKey::generate(KeyAlgorithm::P384).unwrap();
    let resident = hierarchy::jpki_signing(&authority, key, &[5], &Resident::SAMPLE, term).unwrap();
    // Long enough that it travels beside the commit and not in it.
    let list = authority
        .revoke(&ListTemplate {
            number: 1,
            current: Window::between(day(2026, 5, 7), day(2026, 5, 8)),
            revoked: (0..4_000u32).map(|n| [&[1; 12], &n.to_be_bytes()[..]].concat()).collect(),
            extensions: vec![],
        })
        .unwrap();
    Authority { authority, resident, list }
}

impl Authority {
    fn anchor(&self) -> TrustAnchor {
        TrustAnchor::new(&self.authority.certificate, *Profile::JPKI_SIGNING).unwrap()
    }
}

/// Submits a form signed with the resident's card, attached or detached.
fn submit_signed(store: &Arc<dyn Store>, clock: &FakeClock, city: &Authority, placement: Placement) {
    let list = RevocationList::from_der(&city.list).unwrap();
    let verifier =
        CmsVerifier::new(vec![city.anchor()]).with_revocation(RevocationPolicy::Require, vec![list]);
    let engine = Engine::volatile(Arc::clone(store), Arc::new(verifier), settings(clock)).unwrap();
    let form = form(RESIDENCE, 1);
    let signature = sign(&form, placement, &[&city.resident], &[], None).unwrap();
    let submitted = match placement {
        Placement::Attached => SubmittedForm::Attached(signature.into()),
        Placement::Detached => SubmittedForm::Detached { content: form.into(), signature: signature.into() },
    };
    engine.execute(submit(1, RESIDENCE, submitted)).wait().unwrap();
}

/// Where the form is and what was judged, from the records of the case.
fn recorded(store: &Arc<dyn Store>, clock: &FakeClock) -> (FormRef, SignatureVerified) {
    let reader =
        Engine::volatile(Arc::clone(store), Arc::new(CmsVerifier::new(vec![])), settings(clock)).unwrap();
    let history = reader.history(hakodate(), case(1)).unwrap();
    let form = history.iter().find_map(|recorded| match &recorded.event {
        Event::Submitted(submitted) => Some(submitted.form),
        _ => None,
    });
    let verified = history.into_iter().find_map(|recorded| match recorded.event {
        Event::SignatureVerified(verified) => Some(verified),
        _ => None,
    });
    (form.unwrap(), verified.unwrap())
}

fn gather(store: &Arc<dyn Store>, clock: &FakeClock) -> Result<Bundle, CaseError<StoreError>> {
    let (form, verified) = recorded(store, clock);
    Bundle::of_case(&form, &verified, |id| store.document(hakodate(), id))
}

fn stores(clock: &FakeClock, folder: &std::path::Path) -> [Arc<dyn Store>; 2] {
    let clock = || Arc::new(clock.clone());
    [
        Arc::new(MemoryStore::new(clock())),
        Arc::new(SqliteStore::open(folder.join("city.db"), clock()).unwrap()),
    ]
}

#[test]
fn a_case_is_judged_again_after_its_certificates_have_ended() {
    let city = authority();
    for placement in [Placement::Attached, Placement::Detached] {
        let folder = tempfile::tempdir().unwrap();
        let clock = FakeClock::default();
        for store in stores(&clock, folder.path()) {
            submit_signed(&store, &clock, &city, placement);
            // Ten years later the certificates and the list are long past; what was judged is judged as of then.
            let later = FakeClock::at(day(2036, 5, 7));
            let bundle = gather(&store, &later).unwrap();
            let roles: Vec<_> = bundle.evidence.iter().map(|piece| piece.role).collect();
            use EvidenceRole::{AuthorityCertificate, Crl, Report, SignerCertificate};
            assert_eq!(roles, [SignerCertificate, AuthorityCertificate, Crl, Report]);
            let kept = Bundle::from_json(&bundle.to_json()).unwrap();
            let recheck = kept.recheck(vec![city.anchor()], vec![]).unwrap();
            assert_eq!(recheck.differences, []);
            assert!(recheck.holds.unwrap().contains(kept.at));

            // An anchor of the same name that did not sign.
            let strange = authority().anchor();
            let reason = Reason::CertificateSignatureInvalid;
            let differences = kept.recheck(vec![strange], vec![]).unwrap().differences;
            assert_eq!(differences, [Difference::NotValid { reason }]);
        }
    }
}

#[test]
fn a_document_that_is_gone_or_altered_is_named() {
    let city = authority();
    let clock = FakeClock::default();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
    submit_signed(&store, &clock, &city, Placement::Attached);
    let (form, verified) = recorded(&store, &clock);
    let whole = |id: DocumentId| store.document(hakodate(), id);
    for piece in &verified.evidence {
        let wanted = piece.document.id;
        let gone = Bundle::of_case(&form, &verified, |id| if id == wanted { Ok(None) } else { whole(id) });
        assert!(matches!(gone, Err(CaseError::Missing { document }) if document == wanted));
        let altered = Bundle::of_case(&form, &verified, |id| {
            let mut found = whole(id)?;
            if let Some(Document { content, .. }) = found.as_mut().filter(|document| document.id == wanted) {
                content[0] ^= 1;
            }
            Ok::<_, StoreError>(found)
        });
        assert!(matches!(altered, Err(CaseError::Altered { document }) if document == wanted));
    }
    let FormRef::Attached(reference) = form else { panic!("attached") };
    let unsigned = Bundle::of_case(&FormRef::Unsigned(reference), &verified, whole);
    assert!(matches!(unsigned, Err(CaseError::NotSigned)));
    // A disposal takes the evidence of the person with it.
    store.erase(hakodate(), case(1).into()).unwrap();
    assert!(matches!(gather(&store, &clock), Err(CaseError::Missing { .. })));
}
