//! ContentInfo and SignedData, read in place: every part is a slice of the message.
//!
//! # Source
//! RFC 5652 sections 3, 5 and 11; appendix A for what is optional.

use std::borrow::Cow;

use crate::algorithm::AlgorithmId;
use crate::ber::{Element, Fault, OctetString, Reader, tag};
use crate::budget::{
    ATTRIBUTES_BYTES_MAX, ATTRIBUTES_MAX, DIGEST_ALGORITHMS_MAX, EMBEDDED_CERTIFICATES_MAX,
    EMBEDDED_REVOCATIONS_MAX, MESSAGE_BYTES_MAX, SIGNERS_MAX, TIMESTAMPS_MAX,
};
use crate::crl::RevocationList;
use crate::ocsp::OcspAnswer;
use crate::oid::{self, Oid};
use crate::reason::Reason;
use crate::time;

/// A message whose form is known to be right; nothing is proved of it yet.
pub(crate) struct SignedData<'a> {
    /// The digest algorithms that the message lists.
    pub(crate) digests: Vec<Oid<'a>>,
    /// The type of the content.
    pub(crate) content_type: Oid<'a>,
    /// The content, unless it is detached.
    pub(crate) content: Option<OctetString<'a>>,
    /// The certificates, each a slice; other formats are left out.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// What speaks of revocation, each a slice, of whatever format.
    pub(crate) revocations: Vec<&'a [u8]>,
    /// The signers.
    pub(crate) signers: Vec<SignerInfo<'a>>,
}

/// One signer.
pub(crate) struct SignerInfo<'a> {
    pub(crate) id: SignerId<'a>,
    pub(crate) digest: AlgorithmId<'a>,
    pub(crate) signed_attributes: Option<SignedAttributes<'a>>,
    pub(crate) algorithm: AlgorithmId<'a>,
    pub(crate) signature: Cow<'a, [u8]>,
    /// The unsigned attributes, each whole: whoever passes the message on may add some.
    unsigned: Vec<&'a [u8]>,
}

/// How a signer names their certificate.
pub(crate) enum SignerId<'a> {
    /// The issuer's name, DER, and the bytes of the serial number.
    IssuerAndSerial { issuer: &'a [u8], serial: &'a [u8] },
    /// The subject key identifier.
    KeyId(Cow<'a, [u8]>),
}

impl<'a> SignedData<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// - [`Reason::NotSignedData`]: the bytes are no ContentInfo with signed-data.
    /// - [`Reason::TrailingBytes`]: they are, and more follows.
    /// - [`Reason::MessageMalformed`]: they break their own form.
    /// - [`Reason::MessageTooLarge`], [`Reason::NestingTooDeep`], [`Reason::TooManyElements`]: over budget.
    pub(crate) fn read(message: &'a [u8]) -> Result<Self, Reason> {
        if message.len() > MESSAGE_BYTES_MAX {
            return Err(Reason::MessageTooLarge);
        }
        let mut outside = Reader::ber(message);
        let content_info = outside.sequence().map_err(|fault| match fault {
            Fault::Malformed if claims_signed_data(message) => Reason::MessageMalformed,
            Fault::Malformed => Reason::NotSignedData,
            Fault::TooDeep => Reason::NestingTooDeep,
            Fault::TooMany => Reason::TooManyElements,
        })?;
        let signed_data = unwrap_content_info(content_info)?;
        if !outside.is_empty() {
            return Err(Reason::TrailingBytes);
        }
        Self::read_fields(signed_data)
    }

    fn read_fields(mut fields: Reader<'a>) -> Result<Self, Reason> {
        version(&mut fields)?;
        let digests = collect(fields.expect(tag::SET)?, DIGEST_ALGORITHMS_MAX, |set| {
            Ok(Some(AlgorithmId::read(set)?.oid))
        })?;
        let mut encapsulated = fields.sequence()?;
        let content_type = encapsulated.oid()?;
        let content = match encapsulated.optional(tag::context_constructed(0))? {
            Some(explicit) => {
                let mut inner = explicit.reader()?;
                let string = inner.read()?;
                inner.finish()?;
                if string.tag & !tag::CONSTRUCTED != tag::OCTET_STRING {
                    return Err(Reason::MessageMalformed);
                }
                Some(string.octet_string()?)
            }
            None => None,
        };
        encapsulated.finish()?;
        let certificates = match fields.optional(tag::context_constructed(0))? {
            Some(set) => collect(set, EMBEDDED_CERTIFICATES_MAX, |set| {
                let choice = set.read()?;
                Ok((choice.tag == tag::SEQUENCE).then_some(choice.raw))
            })?,
            None => Vec::new(),
        };
        let revocations = match fields.optional(tag::context_constructed(1))? {
            Some(set) => collect(set, EMBEDDED_REVOCATIONS_MAX, |set| Ok(Some(set.read()?.raw)))?,
            None => Vec::new(),
        };
        let signers = collect(fields.expect(tag::SET)?, SIGNERS_MAX, |set| SignerInfo::read(set).map(Some))?;
        fields.finish()?;
        Ok(Self { digests, content_type, content, certificates, revocations, signers })
    }
}

impl SignedData<'_> {
    /// The revocation lists and OCSP answers in the message that can be read.
    ///
    /// # Source
    /// RFC 5652 section 10.2.1; RFC 5940 section 2 for answers.
    pub(crate) fn revocation_information(&self) -> (Vec<RevocationList>, Vec<OcspAnswer>) {
        let (mut lists, mut answers) = (Vec::new(), Vec::new());
        for choice in &self.revocations {
            if choice.first() == Some(&tag::SEQUENCE) {
                lists.extend(RevocationList::from_der_unread(choice).ok());
            } else {
                answers.extend(embedded_answer(choice).ok().flatten());
            }
        }
        (lists, answers)
    }
}

/// Reads `[1]` of RevocationInfoChoice when it holds an OCSP response.
fn embedded_answer(choice: &[u8]) -> Result<Option<OcspAnswer>, Fault> {
    let mut fields = Reader::ber(choice).expect(tag::context_constructed(1))?.reader()?;
    if fields.oid()? != oid::ID_RI_OCSP_RESPONSE {
        return Ok(None);
    }
    Ok(OcspAnswer::from_der(fields.read()?.raw).ok())
}

/// Steps over a version: it says what may stand behind it, and that is read for what it is, whatever the version says.
fn version(fields: &mut Reader<'_>) -> Result<(), Reason> {
    // X.690 section 8.3.1: an integer has at least one octet.
    if fields.expect(tag::INTEGER)?.contents.is_empty() { Err(Reason::MessageMalformed) } else { Ok(()) }
}

/// Steps through ContentInfo to the fields of SignedData.
fn unwrap_content_info(mut content_info: Reader<'_>) -> Result<Reader<'_>, Reason> {
    if content_info.oid() != Ok(oid::ID_SIGNED_DATA) {
        return Err(Reason::NotSignedData);
    }
    let mut explicit = content_info.expect(tag::context_constructed(0))?.reader()?;
    content_info.finish()?;
    let fields = explicit.sequence()?;
    explicit.finish()?;
    Ok(fields)
}

impl<'a> SignerInfo<'a> {
    fn read(set: &mut Reader<'a>) -> Result<Self, Reason> {
        let mut fields = set.sequence()?;
        version(&mut fields)?;
        let id = SignerId::read(fields.read()?)?;
        let digest = AlgorithmId::read(&mut fields)?;
        let signed_attributes = match fields.optional(tag::context_constructed(0))? {
            Some(set) => Some(SignedAttributes::read(set)?),
            None => None,
        };
        let algorithm = AlgorithmId::read(&mut fields)?;
        let signature = fields.read()?;
        if signature.tag & !tag::CONSTRUCTED != tag::OCTET_STRING {
            return Err(Reason::MessageMalformed);
        }
        let signature = signature.octet_string()?.bytes();
        let unsigned = match fields.optional(tag::context_constructed(1))? {
            Some(set) => collect(set, ATTRIBUTES_MAX, |set| Ok(Some(set.read()?.raw)))?,
            None => Vec::new(),
        };
        fields.finish()?;
        Ok(Self { id, digest, signed_attributes, algorithm, signature, unsigned })
    }

    /// The time-stamp tokens over the signature, each a ContentInfo; other unsigned attributes are nobody's concern.
    ///
    /// # Errors
    /// - [`Reason::TimestampMalformed`]: an attribute for tokens is none, or is empty.
    /// - [`Reason::TooManyElements`]: there are more than [`TIMESTAMPS_MAX`].
    pub(crate) fn timestamp_tokens(&self) -> Result<Vec<&'a [u8]>, Reason> {
        let malformed = |_: Fault| Reason::TimestampMalformed;
        let mut tokens = Vec::new();
        for attribute in &self.unsigned {
            let Ok(mut fields) = Reader::ber(attribute).sequence() else { continue };
            if fields.oid() != Ok(oid::ID_AA_TIME_STAMP_TOKEN) {
                continue;
            }
            let values = fields.expect(tag::SET).and_then(|values| values.reader());
            let mut values = values.map_err(malformed)?;
            tokens.push(values.expect(tag::SEQUENCE).map_err(malformed)?.raw);
            while !values.is_empty() && tokens.len() <= TIMESTAMPS_MAX {
                tokens.push(values.expect(tag::SEQUENCE).map_err(malformed)?.raw);
            }
        }
        if tokens.len() > TIMESTAMPS_MAX { Err(Reason::TooManyElements) } else { Ok(tokens) }
    }
}

impl<'a> SignerId<'a> {
    fn read(choice: Element<'a>) -> Result<Self, Reason> {
        if choice.tag & !tag::CONSTRUCTED == tag::context(0) {
            return Ok(Self::KeyId(choice.octet_string()?.bytes()));
        }
        if choice.tag != tag::SEQUENCE {
            return Err(Reason::MessageMalformed);
        }
        let mut fields = choice.reader()?;
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        let serial = fields.expect(tag::INTEGER)?.contents;
        fields.finish()?;
        Ok(Self::IssuerAndSerial { issuer, serial })
    }
}

/// The signed attributes, as received.
pub(crate) struct SignedAttributes<'a> {
    raw: &'a [u8],
    all: Result<Vec<(Oid<'a>, &'a [u8])>, Reason>,
}

impl<'a> SignedAttributes<'a> {
    /// Reads them; what is wrong inside them is said when they are asked.
    fn read(set: Element<'a>) -> Result<Self, Reason> {
        if set.raw.len() > ATTRIBUTES_BYTES_MAX {
            return Err(Reason::TooManyElements);
        }
        let all = Self::read_all(set.raw).map_err(|reason| match reason {
            Reason::MessageMalformed => Reason::SignedAttributesMalformed,
            other => other,
        });
        Ok(Self { raw: set.raw, all })
    }

    /// Reads each as its type and the run of its values, by the distinguished rules that RFC 5652 section 5.3 demands.
    fn read_all(raw: &'a [u8]) -> Result<Vec<(Oid<'a>, &'a [u8])>, Reason> {
        let mut outside = Reader::der(raw);
        let set = outside.expect(tag::context_constructed(0))?;
        outside.finish()?;
        collect(set, ATTRIBUTES_MAX, |set| {
            let mut fields = set.sequence()?;
            let oid = fields.oid()?;
            let values = fields.expect(tag::SET)?.contents;
            fields.finish()?;
            Ok(Some((oid, values)))
        })
    }

    /// The bytes that were signed: as received, the tag `[0]` put back to that of a SET.
    ///
    /// Nothing is encoded anew, so that what verifies is what was received.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        let mut signed = self.raw.to_vec();
        if let Some(first) = signed.first_mut() {
            *first = tag::SET;
        }
        signed
    }

    /// The one value of an attribute that must be there once.
    ///
    /// # Errors
    /// - [`Reason::SignedAttributesMissing`]: it is not there.
    /// - [`Reason::SignedAttributesMalformed`]: it is there twice, has several values, or the attributes are not DER.
    pub(crate) fn required(&self, oid: Oid<'_>) -> Result<Element<'a>, Reason> {
        self.single(oid)?.ok_or(Reason::SignedAttributesMissing)
    }

    /// The type of the content that the signer saw.
    pub(crate) fn content_type(&self) -> Result<Oid<'a>, Reason> {
        self.required(oid::ID_CONTENT_TYPE)?.oid().map_err(|_| Reason::SignedAttributesMalformed)
    }

    /// The digest of the content that the signer saw.
    pub(crate) fn message_digest(&self) -> Result<&'a [u8], Reason> {
        let value = self.required(oid::ID_MESSAGE_DIGEST)?;
        if value.tag == tag::OCTET_STRING {
            Ok(value.contents)
        } else {
            Err(Reason::SignedAttributesMalformed)
        }
    }

    /// When the signer says to have signed: reported, never trusted.
    pub(crate) fn signing_time(&self) -> Result<Option<u64>, Reason> {
        let Some(value) = self.single(oid::ID_SIGNING_TIME)? else { return Ok(None) };
        let seconds = time::seconds(&value).map_err(|_| Reason::SignedAttributesMalformed)?;
        u64::try_from(seconds).map(Some).map_err(|_| Reason::SignedAttributesMalformed)
    }

    /// The one value of an attribute that may be there once.
    ///
    /// # Errors
    /// [`Reason::SignedAttributesMalformed`]: it is there twice, has several values, or the attributes are not DER.
    pub(crate) fn single(&self, oid: Oid<'_>) -> Result<Option<Element<'a>>, Reason> {
        let all = self.all.as_ref().map_err(|reason| *reason)?;
        let mut found = all.iter().filter(|(own, _)| *own == oid);
        let Some((_, values)) = found.next() else { return Ok(None) };
        let mut values = Reader::der(values);
        let value = values.read().map_err(|_| Reason::SignedAttributesMalformed)?;
        if !values.is_empty() || found.next().is_some() {
            return Err(Reason::SignedAttributesMalformed);
        }
        Ok(Some(value))
    }
}

/// Reads the members of a set, up to a number; `None` leaves a member out but counts it.
fn collect<'a, T>(
    set: Element<'a>,
    max: usize,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<Option<T>, Reason>,
) -> Result<Vec<T>, Reason> {
    let mut members = set.reader()?;
    // There is one of most things; of a signer more than one is large.
    let mut all = Vec::with_capacity(1);
    for _ in 0..max {
        if members.is_empty() {
            return Ok(all);
        }
        all.extend(read(&mut members)?);
    }
    if members.is_empty() { Ok(all) } else { Err(Reason::TooManyElements) }
}

/// What a fault of the message means.
impl From<Fault> for Reason {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed => Self::MessageMalformed,
            Fault::TooDeep => Self::NestingTooDeep,
            Fault::TooMany => Self::TooManyElements,
        }
    }
}

/// True when the bytes begin as signed data does, and so are a damaged message rather than something else.
fn claims_signed_data(message: &[u8]) -> bool {
    const OID: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let [tag::SEQUENCE, first, rest @ ..] = message else { return false };
    let length_bytes = if *first > 0x80 { usize::from(first & 0x7f) } else { 0 };
    rest.get(length_bytes..).is_some_and(|contents| contents.starts_with(&OID))
}
