//! Messages: a mail in words becomes the bytes of RFC 5322 that any carrier takes.

use std::fmt;

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use shinsei_core::notice::Notice;
use shinsei_core::port::notifier::NotifierError;

use crate::text::Mail;

/// The longest address that fits the path of an SMTP command.
///
/// Source: RFC 5321 section 4.5.3.1.3, without the angle brackets.
const ADDRESS_OCTETS_MAX: usize = 254;

/// The longest part of an address before the `@`.
///
/// Source: RFC 5321 section 4.5.3.1.1.
const LOCAL_PART_OCTETS_MAX: usize = 64;

/// The longest label of a domain.
///
/// Source: RFC 1035 section 2.3.4.
const LABEL_OCTETS_MAX: usize = 63;

/// The address that a city's mails come from and that nobody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    address: MailAddress,
}

impl Sender {
    /// Reads the address, such as `no-reply@city.example.lg.jp`. Its domain stands in the Message-ID too.
    ///
    /// The name that the reader sees is the city and the division of each notice.
    /// # Errors
    /// [`InvalidAddress`] if nobody can send from it.
    pub fn new(address: &str) -> Result<Self, InvalidAddress> {
        Ok(Self { address: MailAddress::parse(address)? })
    }

    /// The domain of the address.
    pub(crate) fn domain(&self) -> &str {
        &self.address.domain
    }

    /// The two parts as they stand in an envelope.
    pub(crate) fn envelope(&self) -> (String, &str) {
        (self.address.written_local(), &self.address.domain)
    }
}

/// The two parts of an address as they stand in an envelope.
///
/// # Errors
/// [`InvalidAddress`] if nobody can send to it.
pub(crate) fn envelope_of(to: &str) -> Result<(String, String), InvalidAddress> {
    let address = MailAddress::parse(to)?;
    Ok((address.written_local(), address.domain))
}

/// Writes a notice as a message: header and body, lines ended by CRLF, the same bytes each time.
///
/// # Errors
/// [`NotifierError::Undeliverable`] if the applicant's address is none that a mail can be sent to.
/// # Source
/// RFC 5322, RFC 2045, RFC 2047; RFC 3834 section 5 for Auto-Submitted, so that no machine answers it.
pub fn compose(notice: &Notice, sender: &Sender) -> Result<Vec<u8>, NotifierError> {
    let to =
        MailAddress::parse(&notice.to).map_err(|why| NotifierError::Undeliverable { why: why.as_str() })?;
    let Mail { subject, body, from_name } = Mail::from_notice(notice);
    let mut bytes = Vec::new();
    // OK because a date and a Message-ID are given and there is one part: nothing is left that the builder would take
    // from a clock or a counter.
    MessageBuilder::new()
        .date(Date::new(notice.at.to_utc().timestamp()))
        .from(Address::new_address(Some(from_name), sender.address.written()))
        .to(Address::new_address(None::<&str>, to.written()))
        .subject(subject)
        .message_id(format!("{}@{}", notice.id, sender.address.domain))
        .header("Auto-Submitted", Text::new("auto-generated"))
        .header("Content-Language", Text::new("ja"))
        .text_body(body.replace('\n', "\r\n"))
        .serialize(&mut bytes);
    Ok(bytes)
}

/// A mail address in its two parts.
///
/// Security: neither part can hold white space, a control character, a bracket, a quote or a comma.
#[derive(Clone, PartialEq, Eq)]
struct MailAddress {
    local: String,
    domain: String,
}

impl MailAddress {
    /// Reads `name@domain` in ASCII. Names in quotes, comments and addresses of machines in brackets are not read.
    fn parse(text: &str) -> Result<Self, InvalidAddress> {
        if text.len() > ADDRESS_OCTETS_MAX {
            return Err(InvalidAddress::Length);
        }
        if !text.is_ascii() {
            return Err(InvalidAddress::NotAscii);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidAddress::Form)?;
        let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        if local.is_empty() || !local.bytes().all(|byte| byte == b'.' || atext(byte)) {
            return Err(InvalidAddress::Form);
        }
        if local.len() > LOCAL_PART_OCTETS_MAX {
            return Err(InvalidAddress::Length);
        }
        let label = |label: &str| {
            let hyphens = label.starts_with('-') || label.ends_with('-');
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            !label.is_empty() && label.len() <= LABEL_OCTETS_MAX && letters && !hyphens
        };
        if !domain.contains('.') || !domain.split('.').all(label) {
            return Err(InvalidAddress::Form);
        }
        Ok(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// The address as it stands in a header.
    ///
    /// DIFFERENCE: a dot at an end or two in a row are no dot-atom of RFC 5322, but Japanese telephone companies gave out
    /// such addresses for years. In quotes the same name is legal and reaches the same mailbox (RFC 5321 section 4.1.2).
    fn written(&self) -> String {
        format!("{}@{}", self.written_local(), self.domain)
    }

    fn written_local(&self) -> String {
        let Self { local, .. } = self;
        if local.split('.').any(str::is_empty) { format!("\"{local}\"") } else { local.clone() }
    }
}

/// Shows nothing of the address.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(..)")
    }
}

/// Why a text is no address that a mail can be sent to. It never shows the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAddress {
    /// It has not the form.
    #[error("{}", self.as_str())]
    Form,
    /// It has other than ASCII characters.
    #[error("{}", self.as_str())]
    NotAscii,
    /// It is longer than SMTP can carry.
    #[error("{}", self.as_str())]
    Length,
}

impl InvalidAddress {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Form => "a mail address looks like name@example.jp",
            Self::NotAscii => "a mail address has ASCII characters only",
            Self::Length => "a mail address has at most 64 characters before the @ and 254 in all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_sent_to_are_written_as_they_are_or_in_quotes() {
        let written = |text: &str| MailAddress::parse(text).map(|address| address.written());
        for text in ["hanako@example.jp", "a.b+c_d@mail.city.example.lg.jp", "0-x@xn--wgv71a.example.jp"] {
            assert_eq!(written(text).as_deref(), Ok(text));
        }
        assert_eq!(written("ha..na.@example.jp").as_deref(), Ok("\"ha..na.\"@example.jp"));
    }

    #[test]
    fn what_nobody_can_send_to_is_refused_without_showing_it() {
        let refused = |text: &str| MailAddress::parse(text).unwrap_err();
        for text in [
            "",
            "hanako",
            "@example.jp",
            "hanako@",
            "hanako@localhost",
            "hanako@example..jp",
            "hanako@-example.jp",
            "hanako@example.jp.",
            "hana ko@example.jp",
            "\"hanako\"@example.jp",
            "hanako@[192.0.2.1]",
            "a@b@example.jp",
            "hanako@example.jp, taro@example.jp",
            "<hanako@example.jp>",
            "hanako@example.jp\r\nBcc: taro@example.jp",
            "hanako\n@example.jp",
            "hanako@example.jp\0",
        ] {
            assert_eq!(refused(text), InvalidAddress::Form, "{text:?}");
        }
        assert_eq!(refused("花子@example.jp"), InvalidAddress::NotAscii);
        assert_eq!(refused(&format!("{}@example.jp", "a".repeat(65))), InvalidAddress::Length);
        assert_eq!(refused(&format!("a@{}jp", "a.".repeat(130))), InvalidAddress::Length);
        let sender = Sender::new("no-reply@city.example.lg.jp").unwrap();
        assert_eq!(format!("{sender:?}"), "Sender { address: MailAddress(..) }");
        let error = Sender::new("no-reply").unwrap_err();
        assert_eq!(error.to_string(), "a mail address looks like name@example.jp");
    }
}
