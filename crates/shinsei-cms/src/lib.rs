//! The signature verifier: CMS SignedData, X.509 paths and time-stamps, judged at a given time against given anchors.
//!
//! It reads no clock, no file and no network. Bad input of any kind gives a [`reason::Reason`], never a panic, within
//! the limits of [`budget`].
//!
//! # Loading anchors, bringing lists, reading reasons
//! An anchor is a certificate that the city vouches for, with the profile of those below it. Authorities change their keys
//! and keep their names, so there are several of one name. Lists come from outside, while the verifier verifies: from
//! `shinsei-http`'s fetcher (the README has a service that does it) or from files.
//! ```
//! use shinsei_cms::anchor::TrustAnchor;
//! use shinsei_cms::crl::RevocationList;
//! use shinsei_cms::profile::Profile;
//! use shinsei_cms::reason::{Family, Reason};
//! use shinsei_cms::revocation::RevocationPolicy;
//! use shinsei_cms::verify::CmsVerifier;
//! # use shinsei_cms::sign::hierarchy::{self, Resident};
//! # use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
//! # use shinsei_cms::sign::list::ListTemplate;
//! # use shinsei_cms::sign::{Placement, sign};
//! # use shinsei_core::signature::SignedBytes;
//! # use shinsei_core::time::{Timestamp, Window};
//! # let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day");
//! # let term = Window::between(day(2025), day(2030));
//! # let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term)?;
//! # let company = hierarchy::registrar(KeyAlgorithm::P256, 1, term)?;
//! # let key = SigningKey::generate(KeyAlgorithm::P256)?;
//! # let hanako = hierarchy::jpki_signing(&authority, key, &[42], &Resident::SAMPLE, term)?;
//! # let message = sign(b"application", Placement::Attached, &[&hanako], &[], None)?;
//! # let list = |number, revoked| {
//! #     let current = Window::between(day(2026), day(2027));
//! #     authority.revoke(&ListTemplate { number, current, revoked, extensions: vec![] })
//! # };
//! # let (first_list, newer_list) = (list(1, vec![])?, list(2, vec![vec![42]])?);
//! # let [jpki, registrar] = [&authority.certificate, &company.certificate];
//! # let (signed, arrival) = (SignedBytes { signature: &message, content: None }, day(2026));
//!
//! // Each authority vouches for its own kind of certificate.
//! let anchors = vec![
//!     TrustAnchor::new(jpki, *Profile::JPKI_SIGNING)?,
//!     TrustAnchor::new(registrar, *Profile::COMMERCIAL_REGISTRATION)?,
//! ];
//! let verifier = CmsVerifier::new(anchors).with_revocation(RevocationPolicy::Require, vec![]);
//!
//! // Without a list nothing is known, which is not the same as good.
//! let failure = verifier.judge(signed, arrival).expect_err("nobody spoke of the certificate");
//! assert_eq!(failure.reason, Reason::RevocationUndetermined);
//!
//! // From any thread, while others verify: a new list takes the place of the one before it.
//! let bring = |der: &[u8]| -> Result<(), Reason> {
//!     let list = RevocationList::from_der(der)?;
//!     let mut lists = verifier.lists();
//!     lists.retain(|old| !old.is_succeeded_by(&list));
//!     lists.push(list);
//!     verifier.replace_lists(lists);
//!     Ok(())
//! };
//! bring(&first_list)?;
//! assert_eq!(verifier.judge(signed, arrival).expect("it holds").content(), Some(&b"application"[..]));
//! bring(&newer_list)?;
//!
//! // A reason has a stable code, a sentence for each of its readers, and a family.
//! let reason = verifier.judge(signed, arrival).expect_err("it was revoked").reason;
//! assert_eq!((reason.code(), reason.family()), ("certificate-revoked", Family::Invalid));
//! assert!(reason.resident().starts_with("電子証明書が失効しています。"));
//! assert_eq!(reason.operator(), "the signer's certificate is revoked");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a verdict rested on is kept, and judged again years later, by [`evidence`]. [`timestamp`] says what a time-stamp
//! proves.

mod algorithm;
pub mod anchor;
mod attributes;
mod ber;
pub mod budget;
mod cache;
pub mod certificate;
pub mod crl;
mod current;
mod distribution;
pub mod evidence;
mod extensions;
mod general_name;
mod identity;
mod json;
mod judgement;
mod lists;
mod name;
mod name_constraints;
pub mod ocsp;
mod oid;
mod path;
pub mod pem;
pub mod policy;
mod pool;
pub mod profile;
pub mod reason;
pub mod report;
pub mod revocation;
pub mod rules;
#[cfg(test)]
mod second_opinion;
#[cfg(feature = "sign")]
pub mod sign;
mod signed_data;
mod signer;
mod time;
pub mod timestamp;
mod validate;
pub mod verdict;
pub mod verify;
