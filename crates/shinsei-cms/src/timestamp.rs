//! Time-stamp tokens: proof by a third party that some bytes existed at a time.
//!
//! A token over the value of a signature (CAdES-T) proves that the signature existed at `genTime`, and nothing more: not
//! when the document arrived, and not that it was signed then. So it never moves the time of judgement. A signature is
//! judged at its arrival, by the city's own clock, with a token or without; a token may be younger than that, since the
//! city itself may ask for one afterwards. Years later, when the signer's certificate has expired and its key may be
//! broken, a token made while it was in force shows that the signature is older than that; [`crate::evidence`] says so
//! when a verdict is checked again.
//!
//! # Source
//! RFC 3161; RFC 5816 (ESSCertIDv2); RFC 5126 section 6.1.1.

pub mod attach;
mod info;
pub mod request;

use std::borrow::Cow;

use serde_json::{Value, json};
use shinsei_core::bytes::Bytes;
use shinsei_core::time::Timestamp;

use crate::anchor::TrustAnchor;
use crate::budget::Work;
use crate::cache::ProvedCertificates;
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::json::{Json, ToJson};
use crate::name;
use crate::ocsp::OcspAnswer;
use crate::oid;
use crate::path::{Path, Search};
use crate::policy::PolicyRules;
use crate::pool::Pool;
use crate::reason::Reason;
use crate::report::{Checks, fingerprint};
use crate::revocation::{Revocation, RevocationPolicy, RevocationStatus};
use crate::signed_data::{SignedData, SignerInfo};
use crate::signer::{Content, Digests, Proved, prove};

use info::TstInfo;

/// What is asked of time-stamps over a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimestampPolicy {
    /// Tokens are not looked at, and the report says so.
    #[default]
    Off,
    /// Where there are tokens, at least one must hold.
    IfPresent,
    /// There must be a token that holds.
    Require,
}

impl TimestampPolicy {
    /// The stable code, as it stands in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::IfPresent => "if-present",
            Self::Require => "require",
        }
    }

    /// The policy with a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Off, Self::IfPresent, Self::Require].into_iter().find(|policy| policy.code() == code)
    }
}

/// A token that holds: the stamped bytes existed at this time.
#[derive(Clone, PartialEq, Eq)]
pub struct TimestampProof {
    /// genTime.
    pub at: Timestamp,
    /// By how much genTime may be wrong; `None` when the token does not say.
    pub accuracy_micros: Option<u64>,
    /// The authority's policy, dotted.
    pub policy: String,
    /// The serial number, in hexadecimal digits.
    pub serial: String,
    /// The name of the authority, as its certificate gives it.
    pub authority: Value,
    /// What is known of the revocation of the authority's certificates.
    pub revocation: RevocationStatus,
    /// The revocation lists that this rests on.
    pub lists: Vec<RevocationList>,
    /// The OCSP answers that this rests on.
    pub answers: Vec<OcspAnswer>,
    /// The certificates of the path, the authority's first and the anchor's last.
    pub path: Vec<Certificate>,
    /// The certificates of who signed the lists, and of their paths, where that was not the issuer itself.
    pub list_signers: Vec<Certificate>,
    /// The token.
    pub token: Bytes,
}

impl TimestampProof {
    /// The latest time at which the stamped bytes can have come to be.
    pub fn existed_by(&self) -> Timestamp {
        let accuracy = self.accuracy_micros.unwrap_or(0);
        self.at.saturating_add_micros(i64::try_from(accuracy).unwrap_or(i64::MAX))
    }

    /// The proof as JSON, for the report.
    pub fn report(&self) -> Value {
        json!({
            "at": self.at.to_string(),
            "accuracy_micros": self.accuracy_micros,
            "policy": self.policy,
            "serial": self.serial,
            "authority": self.authority,
            "path": self.path.iter().map(|certificate| name::hex(certificate.digest())).collect::<Vec<_>>(),
            "revocation": self.revocation.code(),
            "revocation_lists": self.lists.iter().map(|list| name::hex(list.digest())).collect::<Vec<_>>(),
            "ocsp_answers": self.answers.iter().map(|answer| fingerprint(answer.der())).collect::<Vec<_>>(),
            "token": fingerprint(self.token.as_slice()),
        })
    }
}

impl ToJson for TimestampProof {
    fn write(&self, json: &mut Json) {
        json.tree(&self.report());
    }
}

/// Shows when, never over what.
impl std::fmt::Debug for TimestampProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimestampProof").field("at", &self.at).finish_non_exhaustive()
    }
}

/// What tokens are judged with.
#[derive(Clone, Copy)]
pub(crate) struct Timestamps<'t> {
    pub(crate) policy: TimestampPolicy,
    pub(crate) anchors: &'t [TrustAnchor],
    /// Certificates that nobody trusts yet, beside those in a token: of the message around it, and supplied.
    pub(crate) around: Option<&'t Pool<'t>>,
    pub(crate) supplied: &'t [Certificate],
    /// What there is to look at, in the verifier and in the message around the token.
    pub(crate) revocation: Revocation<'t>,
    /// The certificates that are kept read and proved.
    pub(crate) known: &'t ProvedCertificates,
    /// The time of judgement, for revocation information that is younger than the token.
    pub(crate) at: Timestamp,
}

impl Timestamps<'_> {
    /// Judges the tokens over one signer's signature and gives those that hold, in their order.
    ///
    /// One that holds is enough: whoever passes the message on can add others.
    ///
    /// # Errors
    /// The greatest reason of all tokens when none holds; [`Reason::TimestampMissing`], [`Reason::TooManyElements`].
    pub(crate) fn of_signer(
        &self,
        info: &SignerInfo<'_>,
        work: &mut Work,
    ) -> Result<Vec<TimestampProof>, Reason> {
        let (mut proofs, mut failure) = (Vec::new(), None);
        for token in info.timestamp_tokens()? {
            match self.judge(token, &info.signature, work) {
                Ok(proof) => proofs.push(proof),
                Err(reason) => failure = failure.max(Some(reason)),
            }
        }
        match (proofs.is_empty(), failure) {
            (false, _) => Ok(proofs),
            (true, Some(reason)) => Err(reason),
            (true, None) if self.policy == TimestampPolicy::Require => Err(Reason::TimestampMissing),
            (true, None) => Ok(proofs),
        }
    }

    /// Judges one token over some bytes.
    ///
    /// # Errors
    /// A reason of time-stamps, or one of budgets.
    pub(crate) fn judge(
        &self,
        token: &[u8],
        stamped: &[u8],
        work: &mut Work,
    ) -> Result<TimestampProof, Reason> {
        let message = SignedData::read(token).map_err(of_token)?;
        let content = content_of(&message)?;
        let info = TstInfo::read(&content)?;
        info.is_over(stamped).map_err(of_token)?;
        // RFC 3161 section 2.4.2: no signature but that of the authority.
        let [signer] = &message.signers[..] else { return Err(Reason::TimestampSigners) };
        let pool = Pool::new(&message.certificates, self.supplied, self.known).inside(self.around);
        let mut digests = Digests::new(Content::of(&message, None).map_err(of_token)?);
        let proved = prove(&message, &pool, signer, &mut digests, work, &mut Checks::default());
        let Proved { certificate, .. } = proved.map_err(of_token)?;
        signer_is_bound(signer)?;
        may_stamp(certificate)?;
        let (embedded_lists, embedded_answers) = match self.revocation.policy {
            RevocationPolicy::Off => (Vec::new(), Vec::new()),
            RevocationPolicy::IfAvailable | RevocationPolicy::Require => message.revocation_information(),
        };
        let (held, around) = self.revocation.lists;
        let lists = [around, &embedded_lists].concat();
        let [held_answers, around] = self.revocation.answers;
        let answers = [around, &embedded_answers].concat();
        let revocation = Revocation::new(self.revocation.policy, (held, &lists), [held_answers, &answers]);
        let path = self.path(certificate, &pool, info.at, revocation, work).map_err(of_token)?;
        pool.keep(&path.certificates);
        Ok(TimestampProof {
            at: info.at,
            accuracy_micros: info.accuracy_micros,
            policy: info.policy.to_string(),
            serial: name::hex(info.serial),
            authority: name::Attributes(certificate.subject()).to_json_tree(),
            revocation: path.revocation.status,
            lists: path.revocation.lists(),
            answers: path.revocation.answers(),
            path: path.chain(),
            list_signers: path.revocation.beneath.certificates,
            token: token.into(),
        })
    }

    /// Finds a path that held when the token was made.
    ///
    /// What speaks of revocation may be from that time or from the time of judgement: a list is often younger than the
    /// token that came with the document. A revocation in either is believed.
    ///
    /// DIFFERENCE: RFC 3161 section 4 lets tokens stand that are older than a revocation for another reason than a
    /// compromise of the key; here a certificate that is revoked at the time of judgement proves nothing. What was judged
    /// before stays judged: its evidence holds the list of that time.
    fn path<'p>(
        &self,
        certificate: &'p Certificate,
        pool: &'p Pool<'p>,
        stamped_at: Timestamp,
        revocation: Revocation<'p>,
        work: &mut Work,
    ) -> Result<Path<'p>, Reason>
    where
        Self: 'p,
    {
        static ANY: PolicyRules = PolicyRules {
            initial: Vec::new(),
            require_explicit: false,
            inhibit_any: false,
            inhibit_mapping: false,
            required: Vec::new(),
        };
        let search = |at, revocation| Search {
            anchors: self.anchors,
            pool,
            at,
            policies: &ANY,
            revocation,
            accept: &anything,
        };
        let then = search(stamped_at, revocation).path_from(certificate, work);
        if revocation.policy == RevocationPolicy::Off {
            return then;
        }
        let now = search(self.at, revocation).path_from(certificate, work);
        if let Err(revoked @ (Reason::CertificateRevoked | Reason::IssuerRevoked)) = now {
            return Err(revoked);
        }
        let is_good = |path: &Path<'_>| path.revocation.status == RevocationStatus::Good;
        match (then, now) {
            (Ok(then), now) => Ok(now.ok().filter(|now| is_good(now) && !is_good(&then)).unwrap_or(then)),
            (Err(Reason::RevocationUndetermined | Reason::RevocationStale), Ok(now)) => {
                search(stamped_at, revocation.off()).path_from(certificate, work).map(|_| now)
            }
            (Err(reason), _) => Err(reason),
        }
    }
}

/// Paths of authorities for time-stamps are asked for nothing beyond the standard: [`may_stamp`] has asked the rest.
fn anything(_: &Path<'_>) -> Result<(), Reason> {
    Ok(())
}

/// The TSTInfo of a token, as bytes.
fn content_of<'a>(message: &SignedData<'a>) -> Result<Cow<'a, [u8]>, Reason> {
    if message.content_type != oid::ID_CT_TST_INFO {
        return Err(Reason::TimestampMalformed);
    }
    message.content.map(|content| content.bytes()).ok_or(Reason::TimestampMalformed)
}

/// Checks that the signature is bound to one certificate; that it is the right one was checked before.
///
/// # Source
/// RFC 3161 section 2.4.2 (ESSCertID must be there); RFC 5816 section 2.2.1 (or ESSCertIDv2).
fn signer_is_bound(signer: &SignerInfo<'_>) -> Result<(), Reason> {
    let attributes = signer.signed_attributes.as_ref().ok_or(Reason::TimestampSignatureInvalid)?;
    for attribute in [oid::ID_AA_SIGNING_CERTIFICATE, oid::ID_AA_SIGNING_CERTIFICATE_V_2] {
        if attributes.single(attribute).map_err(of_token)?.is_some() {
            return Ok(());
        }
    }
    Err(Reason::TimestampSigningCertificate)
}

/// Checks that a certificate is for time-stamps and nothing else.
///
/// # Source
/// RFC 3161 section 2.3: extKeyUsage is critical and has id-kp-timeStamping alone. That a keyUsage, where there is one,
/// allows signing is asked as OpenSSL asks it.
fn may_stamp(certificate: &Certificate) -> Result<(), Reason> {
    let usages = certificate.extended_key_usages().map_err(of_token)?;
    let is_alone = usages.is_some_and(|usages| usages == [oid::ID_KP_TIME_STAMPING]);
    let is_critical = certificate.is_critical(oid::ID_CE_EXT_KEY_USAGE);
    let may_sign =
        certificate.key_usage().is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
    if is_alone && is_critical && may_sign { Ok(()) } else { Err(Reason::TimestampKeyUsage) }
}

/// What a reason found inside a token means for the message that carries it.
///
/// Budgets stay what they are: a token too large for them is over budget, not malformed.
fn of_token(reason: Reason) -> Reason {
    use Reason as R;
    match reason {
        R::UntrustedIssuer
        | R::CertificateSignatureInvalid
        | R::IssuerIsNoAuthority
        | R::IssuerKeyUsage
        | R::PathTooLong
        | R::CriticalExtension
        | R::NameConstraints
        | R::Policy
        | R::ProfilePolicy
        | R::ProfileKey
        | R::KindNotAccepted
        | R::AuthenticationCertificate => R::TimestampUntrusted,
        R::RevocationUndetermined
        | R::RevocationStale
        | R::RevocationListMalformed
        | R::OcspMalformed
        | R::OcspNonceMismatch => R::TimestampRevocationUndetermined,
        R::IssuerRevoked | R::CertificateRevoked => R::TimestampCertificateRevoked,
        R::IssuerExpired | R::IssuerNotYetValid | R::CertificateExpired | R::CertificateNotYetValid => {
            R::TimestampCertificateNotInForce
        }
        R::KeyUsage | R::ExtendedKeyUsage => R::TimestampKeyUsage,
        R::DigestUnsupported | R::SignatureUnsupported | R::KeyUnsupported | R::RsaKeyTooLong => {
            R::TimestampUnsupported
        }
        R::DigestBroken | R::RsaKeyTooShort => R::TimestampBroken,
        R::NoSigner => R::TimestampSigners,
        R::SignerCertificateMissing => R::TimestampCertificateMissing,
        R::SigningCertificateMismatch => R::TimestampSigningCertificate,
        R::SignedAttributesMissing
        | R::SignedAttributesMalformed
        | R::ContentTypeMismatch
        | R::DigestNotListed
        | R::AlgorithmMismatch
        | R::AlgorithmProtectionMismatch
        | R::MessageDigestMismatch
        | R::SignatureInvalid => R::TimestampSignatureInvalid,
        R::ContentMissing
        | R::ContentTwice
        | R::CertificateMalformed
        | R::TrailingBytes
        | R::MessageMalformed
        | R::NotSignedData => R::TimestampMalformed,
        own => own,
    }
}
