//! The text form (RFC 7468) beside the binary one: which it is, and the bytes inside.

use std::borrow::Cow;

use x509_parser::pem::parse_x509_pem;

use crate::reason::Reason;

const BEGIN: &[u8] = b"-----BEGIN ";

/// The binary form of one message: PEM with a label of CMS or PKCS #7 is decoded, everything else is left as it is.
///
/// # Errors
/// - [`Reason::NotSignedData`]: the text is broken or carries another label.
/// - [`Reason::TrailingBytes`]: more than blanks stand after it.
pub(crate) fn message(input: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    if !input.trim_ascii_start().starts_with(BEGIN) {
        return Ok(Cow::Borrowed(input));
    }
    let (rest, pem) = parse_x509_pem(input).map_err(|_| Reason::NotSignedData)?;
    if !["CMS", "PKCS7", "PKCS #7 SIGNED DATA"].contains(&pem.label.as_str()) {
        return Err(Reason::NotSignedData);
    }
    if !rest.trim_ascii().is_empty() {
        return Err(Reason::TrailingBytes);
    }
    Ok(Cow::Owned(pem.contents))
}

/// The binary form of the one certificate in a file: PEM, with text around it as OpenSSL writes it, or DER.
///
/// # Errors
/// [`Reason::CertificateMalformed`]: there is no certificate, or several.
pub fn certificate(input: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    labelled(input, &["CERTIFICATE", "X509 CERTIFICATE"], Reason::CertificateMalformed)
}

/// The binary form of the one revocation list in a file, PEM or DER.
///
/// # Errors
/// [`Reason::RevocationListMalformed`]: there is no list, or several.
pub fn revocation_list(input: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    labelled(input, &["X509 CRL"], Reason::RevocationListMalformed)
}

/// The binary form of the one OCSP response in a file, PEM or DER.
///
/// # Errors
/// [`Reason::OcspMalformed`]: there is no response, or several.
pub fn ocsp_response(input: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    labelled(input, &["OCSP RESPONSE"], Reason::OcspMalformed)
}

/// The binary form of the one private key in a file, PEM or DER.
#[cfg(feature = "sign")]
pub(crate) fn private_key(input: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    labelled(input, &["PRIVATE KEY"], Reason::KeyUnsupported)
}

/// The one block with one of these labels, or the input when it is not text.
fn labelled<'a>(input: &'a [u8], labels: &[&str], malformed: Reason) -> Result<Cow<'a, [u8]>, Reason> {
    const SEQUENCE: u8 = 0x30;
    if input.first() == Some(&SEQUENCE) || !has_block(input) {
        return Ok(Cow::Borrowed(input));
    }
    let mut found = None;
    let mut rest = input;
    while has_block(rest) {
        let (after, pem) = parse_x509_pem(rest).map_err(|_| malformed)?;
        rest = after;
        if labels.contains(&pem.label.as_str()) && found.replace(pem.contents).is_some() {
            return Err(malformed);
        }
    }
    found.map(Cow::Owned).ok_or(malformed)
}

fn has_block(text: &[u8]) -> bool {
    text.windows(BEGIN.len()).any(|window| window == BEGIN)
}
