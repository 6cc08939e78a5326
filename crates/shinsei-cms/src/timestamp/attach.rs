//! CAdES-T: a token put beside the signature it is over, the signed bytes left as they are.
//!
//! # Source
//! RFC 5126 section 6.1.1; ETSI EN 319 122-1 section 5.3 (signature-time-stamp).

use crate::ber::{Element, Fault, Reader, element, range_within, tag};
use crate::oid;
use crate::pem;
use crate::reason::Reason;
use crate::signed_data::SignedData;
use crate::timestamp::info::TstInfo;

/// The value of one signer's signature in a message, by position: what a time-stamp for CAdES-T is asked over.
///
/// # Errors
/// [`Reason::NoSigner`]: there are not so many signers; or why the message cannot be read.
pub fn signature_of(message: &[u8], signer: usize) -> Result<Vec<u8>, Reason> {
    let message = pem::message(message)?;
    let signed = SignedData::read(&message)?;
    let info = signed.signers.get(signer).ok_or(Reason::NoSigner)?;
    Ok(info.signature.to_vec())
}

/// Adds a token over one signer's signature to a message, as an unsigned attribute.
///
/// Every byte that was signed, and the encoding around it, stays as it was; the lengths around the attribute grow. The
/// token must be over this signature, and nothing more is proved of it: the verifier does that.
///
/// # Errors
/// - [`Reason::NoSigner`]: there are not so many signers.
/// - [`Reason::TimestampImprintMismatch`], [`Reason::TimestampMalformed`]: it is no token over this signature.
/// - Why the message cannot be read.
pub fn attach(message: &[u8], signer: usize, token: &[u8]) -> Result<Vec<u8>, Reason> {
    let message = pem::message(message)?;
    let signed = SignedData::read(&message)?;
    let info = signed.signers.get(signer).ok_or(Reason::NoSigner)?;
    let stamp = SignedData::read(token).map_err(super::of_token)?;
    let content = super::content_of(&stamp)?;
    TstInfo::read(&content)?.is_over(&info.signature).map_err(super::of_token)?;
    // OK because the message was read whole just now.
    insert(&message, signer, token).map_err(Reason::from)
}

fn insert(message: &[u8], signer: usize, token: &[u8]) -> Result<Vec<u8>, Fault> {
    let outer = Reader::ber(message).read()?;
    let explicit = last_of(outer)?;
    let signed_data = explicit.reader()?.read()?;
    let signers = last_of(signed_data)?;
    let mut infos = signers.reader()?;
    for _ in 0..signer {
        infos.read()?;
    }
    let info = infos.read()?;

    let name = element(tag::OID, oid::ID_AA_TIME_STAMP_TOKEN.contents());
    let attribute = element(tag::SEQUENCE, &[name, element(tag::SET, token)].concat());
    let last = last_of(info)?;
    let info_after = if last.tag == tag::context_constructed(1) {
        with_part(info, last.raw, &with_contents(last, &[last.contents, &attribute].concat()))
    } else {
        let unsigned = element(tag::context_constructed(1), &attribute);
        with_contents(info, &[info.contents, &unsigned].concat())
    };
    let inside = [(signers, info), (signed_data, signers), (explicit, signed_data), (outer, explicit)];
    Ok(inside.into_iter().fold(info_after, |after, (around, part)| with_part(around, part.raw, &after)))
}

/// The last element inside an element.
fn last_of(around: Element<'_>) -> Result<Element<'_>, Fault> {
    let mut parts = around.reader()?;
    let mut last = parts.read()?;
    while !parts.is_empty() {
        last = parts.read()?;
    }
    Ok(last)
}

/// An element with one of its parts replaced.
fn with_part(around: Element<'_>, part: &[u8], by: &[u8]) -> Vec<u8> {
    let place = range_within(around.contents, part);
    let (before, after) = (&around.contents[..place.start], &around.contents[place.end..]);
    with_contents(around, &[before, by, after].concat())
}

/// An element with other contents, its length written in the form it had.
fn with_contents(around: Element<'_>, contents: &[u8]) -> Vec<u8> {
    const INDEFINITE: u8 = 0x80;
    if around.raw.get(1) == Some(&INDEFINITE) {
        return [&[around.tag, INDEFINITE], contents, &[0, 0]].concat();
    }
    element(around.tag, contents)
}
