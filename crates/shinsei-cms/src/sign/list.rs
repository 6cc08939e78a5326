//! Revocation lists, as an authority issues them.

use shinsei_core::time::{Timestamp, Window};

use super::authority::{Extension, Identity};
use super::{SignError, der};

/// What a list shall say.
#[derive(Clone, Debug)]
pub struct ListTemplate {
    /// cRLNumber.
    pub number: u8,
    /// thisUpdate and nextUpdate; an open end leaves nextUpdate out.
    pub current: Window,
    /// The digits of the serial numbers of the certificates that are revoked.
    pub revoked: Vec<Vec<u8>>,
    /// The extensions beside the number and the identifier of the key.
    pub extensions: Vec<Extension>,
}

impl Identity {
    /// Issues a revocation list, DER.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not sign.
    pub fn revoke(&self, template: &ListTemplate) -> Result<Vec<u8>, SignError> {
        let algorithm = self.key.algorithm().signature_algorithm();
        let begun = template.current.from.map_or_else(|| der::element(0x17, b"500101000000Z"), der::time);
        let entry = |serial: &Vec<u8>| der::sequence(&[&der::integer(serial), &begun]);
        let entries: Vec<u8> = template.revoked.iter().flat_map(entry).collect();
        // RFC 5280 section 5.1.2.6: without entries there is no list of them.
        let entries = if entries.is_empty() { entries } else { der::element(0x30, &entries) };
        let key = der::sequence(&[&der::element(0x80, &self.key_id()?)]);
        let mut extensions = Extension::new("2.5.29.35", false, key).to_der();
        extensions.extend(Extension::new("2.5.29.20", false, der::integer(&[template.number])).to_der());
        extensions.extend(template.extensions.iter().flat_map(Extension::to_der));
        let body = der::sequence(&[
            &der::integer(&[1]),
            &algorithm,
            &self.name().to_der(),
            &begun,
            &template.current.until.map(|until: Timestamp| der::time(until)).unwrap_or_default(),
            &entries,
            &der::explicit(0, &der::element(0x30, &extensions)),
        ]);
        Ok(der::sequence(&[&body, &algorithm, &der::bits(&self.key.sign(&body)?)]))
    }
}
