//! Invented residents and their forms, signed before the clock starts.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy::{Resident, jpki_authority, jpki_signing};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, SignError, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::SubmittedForm;
use shinsei_core::ids::UserId;
use shinsei_core::port::entropy::Entropy;
use shinsei_core::time::{Timestamp, Window};

use crate::road::{EXEMPT, SIGNED};

/// The most forms that are signed beforehand; each takes two signatures and some 3 KiB. Beyond them residents apply again.
pub const SIGNED_FORMS_MAX: u64 = 10_000;

const YEAR_MICROS: i64 = 365 * 86_400 * 1_000_000;

/// A resident with a form that is ready to be sent.
pub struct Applicant {
    /// Under which registration.
    pub user: UserId,
    /// The form.
    pub form: SubmittedForm,
}

/// A resident who needs no signature.
pub fn without_signature(entropy: &dyn Entropy) -> Applicant {
    let user = UserId(entropy.seed().id("resident"));
    Applicant { user, form: SubmittedForm::Unsigned(form(EXEMPT, user).into()) }
}

/// Residents with signed forms, each by a certificate of their own, and the verifier that trusts who issued them.
///
/// # Errors
/// [`SignError`] when the provider cannot make keys or sign.
pub fn with_signatures(
    number: u64,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<(Vec<Applicant>, CmsVerifier), SignError> {
    let term =
        Window::between(now.saturating_add_micros(-YEAR_MICROS), now.saturating_add_micros(4 * YEAR_MICROS));
    let authority = jpki_authority(KeyAlgorithm::Rsa2048, 1, term)?;
    let anchor =
        TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).map_err(|_| SignError::Key)?;
    let next = AtomicU32::new(1);
    let threads = u64::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap_or(1);
    let office = Office { authority, term, now, next: &next, number };
    let signed = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(|| office.issue_and_sign(entropy))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or(Err(SignError::Key)));
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    Ok((signed.into_iter().flatten().collect(), CmsVerifier::new(vec![anchor])))
}

/// Who issues the cards, and how many.
struct Office<'a> {
    authority: Identity,
    term: Window,
    now: Timestamp,
    next: &'a AtomicU32,
    number: u64,
}

impl Office<'_> {
    /// Issues cards and signs a form with each. The cards of a thread share a key, since making one takes as long as a
    /// hundred signatures; each has its own certificate.
    fn issue_and_sign(&self, entropy: &dyn Entropy) -> Result<Vec<Applicant>, SignError> {
        let key = SigningKey::generate(KeyAlgorithm::Rsa2048)?.to_pkcs8()?;
        let mut applicants = Vec::new();
        loop {
            let serial = self.next.fetch_add(1, Ordering::Relaxed);
            if u64::from(serial) > self.number {
                return Ok(applicants);
            }
            let card = format!("{serial:028}");
            let resident = Resident {
                name: "架空 花子",
                sex: "2",
                birth: "319800217",
                address: &format!("北海道函館市架空町{serial}"),
                localities: ["Hokkaido", "Hakodate-shi"],
                card: &card,
            };
            let key = SigningKey::from_pkcs8(KeyAlgorithm::Rsa2048, &key)?;
            let holder = jpki_signing(&self.authority, key, &serial.to_be_bytes(), &resident, self.term)?;
            let user = UserId(entropy.seed().id("resident"));
            let message = sign(&form(SIGNED, user), Placement::Attached, &[&holder], &[], Some(self.now))?;
            applicants.push(Applicant { user, form: SubmittedForm::Attached(message.into()) });
        }
    }
}

/// The mail address to which nothing is sent.
pub fn contact() -> Bytes {
    "resident@example.jp".into()
}

fn form(procedure: &str, user: UserId) -> Vec<u8> {
    let answers = r#"{"氏名":"架空 花子","住所":"北海道函館市架空町1-2-3","使用目的":"提出先の指定による"}"#;
    format!(r#"{{"procedure":"{procedure}","applicant":"{user}","quantity":1,"answers":{answers}}}"#)
        .into_bytes()
}
