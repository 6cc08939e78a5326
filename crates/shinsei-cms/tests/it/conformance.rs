//! The clauses of the port, on the verifier with an authority of each kind.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_conformance::signature::{Bad, Good, VerifierUnderTest};
use shinsei_core::port::signature::SignatureVerifier;
use shinsei_core::signature::CertificateKind;

use crate::own::{company, day, resident, term};

struct City {
    individuals: Identity,
    companies: Identity,
    resident: Identity,
    company: Identity,
    /// Signed by an authority with the name of the resident's and another key.
    impostor: Identity,
}

impl VerifierUnderTest for City {
    fn verifier(&self) -> Box<dyn SignatureVerifier + '_> {
        let anchor = |authority: &Identity, profile: &Profile| {
            TrustAnchor::new(&authority.certificate, *profile).unwrap()
        };
        Box::new(CmsVerifier::new(vec![
            anchor(&self.individuals, Profile::JPKI_SIGNING),
            anchor(&self.companies, Profile::COMMERCIAL_REGISTRATION),
        ]))
    }

    fn good(&self) -> Vec<Good> {
        let signers = [
            (&self.resident, CertificateKind::JpkiSigning),
            (&self.company, CertificateKind::CommercialRegistration),
        ];
        let forms =
            [Placement::Detached, Placement::Attached].map(|form| signers.map(|signer| (form, signer)));
        let samples = forms.into_iter().flatten().zip(0..);
        let good = samples.map(|((placement, (signer, kind)), n)| {
            let document = format!("application {n}").into_bytes();
            Good {
                signature: signed(signer, &document, placement),
                document,
                enclosed: placement == Placement::Attached,
                kind,
                at: day(2026),
                in_force: term(),
            }
        });
        good.collect()
    }

    fn bad(&self) -> Vec<Bad> {
        let signature = signed(&self.resident, b"application", Placement::Detached);
        let bad = |what, detached: Option<&[u8]>| Bad {
            what,
            signature: signature.clone(),
            detached: detached.map(<[u8]>::to_vec),
            at: day(2026),
        };
        let impostor = signed(&self.impostor, b"application", Placement::Detached);
        vec![
            bad("of another document", Some(b"another")),
            bad("without its document", None),
            Bad { at: day(2031), ..bad("after its certificate expired", Some(b"application")) },
            Bad { signature: impostor, ..bad("below an authority of the same name", Some(b"application")) },
            Bad { signature: Vec::new(), ..bad("empty", Some(b"application")) },
        ]
    }
}

fn signed(by: &Identity, document: &[u8], placement: Placement) -> Vec<u8> {
    sign(document, placement, &[by], &[], None).unwrap()
}

fn city() -> City {
    let algorithm = KeyAlgorithm::P256;
    let individuals = hierarchy::jpki_authority(algorithm, 1, term()).unwrap();
    let companies = hierarchy::registrar(algorithm, 1, term()).unwrap();
    let key = SigningKey::generate(algorithm).unwrap();
    let company =
        hierarchy::commercial_registration(&companies, key, &[9], &company(), term(), true).unwrap();
    City {
        resident: resident(&individuals, algorithm),
        company,
        impostor: resident(&hierarchy::jpki_authority(algorithm, 1, term()).unwrap(), algorithm),
        individuals,
        companies,
    }
}

shinsei_conformance::signature_suite!(city);
