//! The main road: bytes to parsed, to signer, to attributes, to digest, to signature, to path, to profile.

mod refresh;
mod signers;

use std::borrow::Cow;

use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::signature::{CertificateKind, SignedBytes};
use shinsei_core::time::Timestamp;

use crate::anchor::TrustAnchor;
use crate::budget::Work;
use crate::cache::ProvedCertificates;
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::current::Current;
use crate::judgement::Judgement;
use crate::lists::Lists;
use crate::ocsp::OcspAnswer;
use crate::path::{Path, Search};
use crate::pem;
use crate::policy::PolicyRules;
use crate::pool::Pool;
use crate::profile::Profile;
use crate::reason::Reason;
use crate::report::Checks;
use crate::revocation::{Revocation, RevocationPolicy};
use crate::rules::Rules;
use crate::signed_data::SignedData;
use crate::signer::{Content, Digests};
use crate::timestamp::{TimestampPolicy, TimestampProof, Timestamps};
use crate::verdict::{Failure, Signer, Verified};

pub use crate::verify::signers::SignersRule;

/// Verifies CMS SignedData and certificate paths against the anchors it was given.
///
/// It reads no clock, no file and no network, and keeps no verdict. One verifier serves any number of threads, and lives
/// for as long as the service does: anchors, lists and answers are replaced while it works.
///
/// # Example
/// ```no_run
/// use shinsei_cms::anchor::TrustAnchor;
/// use shinsei_cms::profile::Profile;
/// use shinsei_cms::verify::CmsVerifier;
///
/// let root = std::fs::read("signca03.cer").expect("the root of JPKI");
/// let anchor = TrustAnchor::new(&root, *Profile::JPKI_SIGNING)?;
/// let verifier = CmsVerifier::new(vec![anchor]);
/// # let _ = verifier;
/// # Ok::<(), shinsei_cms::reason::Reason>(())
/// ```
#[derive(Debug)]
pub struct CmsVerifier {
    anchors: Current<Vec<TrustAnchor>>,
    intermediates: Vec<Certificate>,
    signers: SignersRule,
    policies: PolicyRules,
    revocation: RevocationPolicy,
    lists: Current<Lists>,
    answers: Current<Vec<OcspAnswer>>,
    known: ProvedCertificates,
    timestamps: TimestampPolicy,
    timestamp_anchors: Vec<TrustAnchor>,
}

/// Certificates of signers and authorities that are kept read and proved, unless set otherwise.
///
/// Source: those who sign for others, and companies, sign many times a day: the agents of a prefecture are some
/// thousands. At 8 KiB each, key included, they take 32 MiB.
pub const KNOWN_CERTIFICATES: usize = 4096;

/// Bytes of a certificate that is still kept. Source: a JPKI leaf has 1.7 KiB; 8 KiB bound what all of them take.
const KNOWN_CERTIFICATE_BYTES_MAX: usize = 8 * 1024;

impl CmsVerifier {
    /// Trusts these anchors, knows no intermediates, wants all signers to hold, asks nothing of revocation and time-stamps.
    pub fn new(anchors: Vec<TrustAnchor>) -> Self {
        Self {
            anchors: Current::of(anchors),
            intermediates: Vec::new(),
            signers: SignersRule::All,
            policies: PolicyRules::default(),
            revocation: RevocationPolicy::Off,
            lists: Current::default(),
            answers: Current::default(),
            known: ProvedCertificates::new(KNOWN_CERTIFICATES, KNOWN_CERTIFICATE_BYTES_MAX),
            timestamps: TimestampPolicy::Off,
            timestamp_anchors: Vec::new(),
        }
    }

    /// Uses these certificates, untrusted, to build paths and to find signers, beside those in the message.
    #[must_use]
    pub fn with_intermediates(mut self, intermediates: Vec<Certificate>) -> Self {
        self.intermediates = intermediates;
        self
    }

    /// Sets how many signers must hold.
    #[must_use]
    pub fn with_signers(mut self, signers: SignersRule) -> Self {
        self.signers = signers;
        self
    }

    /// Sets how much must be known of revocation, and the lists to look at beside those in the message.
    ///
    /// Whoever may fetch lists does so outside, and brings newer ones with [`Self::replace_lists`].
    #[must_use]
    pub fn with_revocation(mut self, policy: RevocationPolicy, lists: Vec<RevocationList>) -> Self {
        self.revocation = policy;
        self.replace_lists(lists);
        self
    }

    /// Sets the OCSP answers to look at beside those in the message.
    #[must_use]
    pub fn with_answers(self, answers: Vec<OcspAnswer>) -> Self {
        self.replace_answers(answers);
        self
    }

    /// Sets what is asked of time-stamps over signatures, and whom they may come from; the profiles of these anchors are
    /// not asked.
    ///
    /// A token proves that a signature existed at its time. It does not move the time of judgement. What is asked of
    /// revocation is asked of the authority's certificates as well.
    #[must_use]
    pub fn with_timestamps(mut self, policy: TimestampPolicy, anchors: Vec<TrustAnchor>) -> Self {
        self.timestamps = policy;
        self.timestamp_anchors = anchors;
        self
    }

    /// Sets how many certificates are kept read and proved, instead of [`KNOWN_CERTIFICATES`]; none with 0.
    #[must_use]
    pub fn with_known_certificates(mut self, certificates_max: usize) -> Self {
        self.known = ProvedCertificates::new(certificates_max, KNOWN_CERTIFICATE_BYTES_MAX);
        self
    }

    /// Sets what is asked of certificate policies.
    #[must_use]
    pub fn with_policies(mut self, policies: PolicyRules) -> Self {
        self.policies = policies;
        self
    }

    /// Judges a message at a time, for signers below any anchor.
    ///
    /// # Errors
    /// [`Failure`] with the most useful reason, whatever the bytes are.
    pub fn judge<'a>(&self, signed: SignedBytes<'a>, at: Timestamp) -> Result<Verified<'a>, Failure> {
        self.judge_kinds(signed, at, None)
    }

    /// Judges one certificate at a time: the path, and the profile of its anchor unless that is [`Profile::NONE`].
    ///
    /// # Errors
    /// [`Failure`] with the most useful reason.
    pub fn judge_path(&self, target: &Certificate, at: Timestamp) -> Result<(Signer, Checks), Failure> {
        let mut checks = Checks::default();
        let pool = Pool::new(&[], &self.intermediates, &self.known);
        let (anchors, lists, answers) = (self.anchors.take(), self.lists.take(), self.answers.take());
        let accept = |path: &Path<'_>| match path.anchor.profile() {
            Profile::NONE => Ok(()),
            _ => path.anchor.demands().check(target, &path.policies),
        };
        let search = Search {
            anchors: &anchors,
            pool: &pool,
            at,
            policies: &self.policies,
            revocation: Revocation::new(self.revocation, (&lists, &[]), [&answers, &[]]),
            accept: &accept,
        };
        match checks.note("path", search.path_from(target, &mut Work::new())) {
            Ok(path) => Ok((Signer::of(path, None, Vec::new()), checks)),
            Err(reason) => Err(Failure { reason, checks }),
        }
    }

    /// Judges a time-stamp token over some bytes, by the anchors for time-stamps: what it proves of them.
    ///
    /// The time of judgement counts for revocation alone: the certificates must have been in force at the token's time.
    ///
    /// # Errors
    /// [`Failure`] with a reason of time-stamps, or one of budgets.
    pub fn judge_timestamp(
        &self,
        token: &[u8],
        stamped: &[u8],
        at: Timestamp,
    ) -> Result<TimestampProof, Failure> {
        let mut checks = Checks::default();
        let (lists, answers) = (self.lists.take(), self.answers.take());
        let revocation = Revocation::new(self.revocation, (&lists, &[]), [&answers, &[]]);
        let judged = self.timestamps(None, revocation, at).judge(token, stamped, &mut Work::new());
        checks.note("time-stamp", judged).map_err(|reason| Failure { reason, checks })
    }

    fn timestamps<'t>(
        &'t self,
        around: Option<&'t Pool<'t>>,
        revocation: Revocation<'t>,
        at: Timestamp,
    ) -> Timestamps<'t> {
        Timestamps {
            policy: self.timestamps,
            anchors: &self.timestamp_anchors,
            around,
            supplied: &self.intermediates,
            known: &self.known,
            revocation,
            at,
        }
    }

    /// The settings that verdicts are reached under.
    pub fn rules(&self) -> Rules {
        Rules {
            signers: self.signers,
            revocation: self.revocation,
            timestamps: self.timestamps,
            policies: self.policies.clone(),
        }
    }

    /// Takes the text form off, and makes the answer outlive what was decoded.
    fn judge_kinds<'a>(
        &self,
        signed: SignedBytes<'a>,
        at: Timestamp,
        accepted: Option<&[CertificateKind]>,
    ) -> Result<Verified<'a>, Failure> {
        let mut checks = Checks::default();
        let outcome = match checks.note("encoding", pem::message(signed.signature)) {
            Ok(Cow::Borrowed(message)) => self.run(message, signed.content, at, accepted, &mut checks),
            Ok(Cow::Owned(message)) => {
                self.run(&message, signed.content, at, accepted, &mut checks).map(|held| Held {
                    content: held.content.map(|content| Cow::Owned(content.into_owned())),
                    ..held
                })
            }
            Err(reason) => Err(reason),
        };
        match outcome {
            Ok(Held { content, signers }) => Ok(Verified { content, signers, rules: self.rules(), checks }),
            Err(reason) => Err(Failure { reason, checks }),
        }
    }

    /// The steps, in order.
    fn run<'a>(
        &self,
        message: &'a [u8],
        detached: Option<&[u8]>,
        at: Timestamp,
        accepted: Option<&[CertificateKind]>,
        checks: &mut Checks,
    ) -> Result<Held<'a>, Reason> {
        let message = checks.note("signed-data", SignedData::read(message))?;
        let content = checks.note("content", Content::of(&message, detached))?;
        checks.note("signers", if message.signers.is_empty() { Err(Reason::NoSigner) } else { Ok(()) })?;

        let pool = Pool::new(&message.certificates, &self.intermediates, &self.known);
        // What nobody asks for is not read.
        let off = self.revocation == RevocationPolicy::Off;
        let (embedded_lists, embedded_answers) =
            if off { (Vec::new(), Vec::new()) } else { message.revocation_information() };
        let (anchors, lists, answers) = (self.anchors.take(), self.lists.take(), self.answers.take());
        let revocation =
            Revocation::new(self.revocation, (&lists, &embedded_lists), [&answers, &embedded_answers]);
        let judgement = Judgement {
            anchors: &anchors,
            policies: &self.policies,
            revocation,
            message: &message,
            pool: &pool,
            at,
            accepted,
            timestamps: self.timestamps(Some(&pool), revocation, at),
        };
        let mut digests = Digests::new(content);
        let mut work = Work::new();
        let mut held = Vec::new();
        let mut failures = Vec::new();
        for info in &message.signers {
            match judgement.signer(info, &mut digests, &mut work, checks) {
                Ok(signer) => held.push(signer),
                Err(reason) => failures.push(reason),
            }
        }
        let failure = failures.into_iter().max();
        match (self.signers, failure) {
            (SignersRule::All, Some(reason)) => Err(reason),
            (SignersRule::Any, Some(reason)) if held.is_empty() => Err(reason),
            _ => Ok(Held { content: message.content.map(|content| content.bytes()), signers: held }),
        }
    }
}

/// The content and the signers that hold.
struct Held<'a> {
    content: Option<Cow<'a, [u8]>>,
    signers: Vec<Signer>,
}

impl SignatureVerifier for CmsVerifier {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Ok(match self.judge_kinds(request.signed, request.at, Some(request.accepted)) {
            Ok(verified) => match verified.into_valid(request) {
                Some(valid) => Verdict::Valid(valid),
                None => Verdict::Invalid(Reason::KindNotAccepted.defect()),
            },
            Err(failure) => Verdict::Invalid(failure.reason.defect()),
        })
    }
}
