//! Bounces: what a mail server says later of a mail that it took (RFC 3464), as it comes back to the sender's address.
//!
//! The embedding service fetches the mails of that address and gives the bytes of each to [`read`]; what it finds goes to
//! `Engine::bounced`.
//!
//! # Example
//! ```
//! use shinsei_core::delivery::DeliveryFailure;
//! use shinsei_mail::bounce::{self, Bounce};
//! use shinsei_mail::message::Sender;
//!
//! let report = concat!(
//!     "From: MAILER-DAEMON@mx.example.jp\r\n",
//!     "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n",
//!     "--b\r\n\r\nSorry.\r\n",
//!     "--b\r\nContent-Type: message/delivery-status\r\n\r\n",
//!     "Reporting-MTA: dns; mx.example.jp\r\n\r\n",
//!     "Final-Recipient: rfc822; hanako@example.jp\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n",
//!     "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n",
//!     "Message-ID: <01924000-0000-7000-8000-000000000001@city.example.lg.jp>\r\n\r\n",
//!     "--b--\r\n",
//! );
//! let sender = Sender::new("no-reply@city.example.lg.jp")?;
//! let bounce = bounce::read(report.as_bytes(), &sender).ok_or("no bounce of ours")?;
//! let notice = "01924000-0000-7000-8000-000000000001".parse()?;
//! assert_eq!(bounce, Bounce { notice, failure: DeliveryFailure::Permanent });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use mail_parser::{MessageParser, MessagePart, MimeHeaders as _, PartType};
use shinsei_core::delivery::DeliveryFailure;
use uuid::Uuid;

use crate::message::Sender;

/// The longest report that is read. What comes back holds our own mail, of some KiB, and the server's words around it.
pub const REPORT_BYTES_MAX: usize = 1024 * 1024;

/// The most lines of a delivery status that are read: eight fields of RFC 3464 for one reader, with room for folding.
const STATUS_LINES_MAX: usize = 1_000;

/// A notice that did not reach its reader, after a mail server had taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The notice's id: it stands in the Message-ID of the mail.
    pub notice: Uuid,
    /// Whether the address is wrong, or the servers gave up trying.
    pub failure: DeliveryFailure,
}

/// Reads a mail that came to the sender's address; `None` for whatever is no report of a failure of one of our own mails: an
/// answer by hand, a mail that is only delayed, a report about another sender's mail.
///
/// Security: the bytes come from anyone. They are bounded, nothing in them is followed, and what a report can say at worst is
/// that a notice failed whose id its writer knows.
///
/// # Source
/// RFC 3464 sections 2.1 and 2.3; RFC 3463: a status of class 5 is permanent, of class 4 one that may pass
pub fn read(report: &[u8], sender: &Sender) -> Option<Bounce> {
    let report = report.get(..report.len().min(REPORT_BYTES_MAX))?;
    let message = MessageParser::default().parse(report)?;
    let is_report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    let status =
        message.parts.iter().find(|part| is_of(part, "message", "delivery-status")).filter(|_| is_report)?;
    let failure = failure(&String::from_utf8_lossy(status.contents()))?;
    let notice = message.parts.iter().find_map(|part| returned(part, sender))?;
    Some(Bounce { notice, failure })
}

fn is_of(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(subtype))
    })
}

/// What the status says of the reader: each of our mails has one. A delay is no failure.
fn failure(status: &str) -> Option<DeliveryFailure> {
    let field = |name: &str| {
        status.lines().take(STATUS_LINES_MAX).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    if !field("action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    match field("status").and_then(|status| status.split_once('.')) {
        Some(("4", _)) => Some(DeliveryFailure::Temporary),
        // What has failed for good without saying why is no better for trying again.
        Some(_) | None => Some(DeliveryFailure::Permanent),
    }
}

/// The notice whose mail, or its head alone, comes back in this part.
fn returned(part: &MessagePart<'_>, sender: &Sender) -> Option<Uuid> {
    let id = match &part.body {
        PartType::Message(returned) => returned.message_id().map(str::to_owned),
        PartType::Text(_)
        | PartType::Html(_)
        | PartType::Binary(_)
        | PartType::InlineBinary(_)
        | PartType::Multipart(_) => {
            let is_head = is_of(part, "text", "rfc822-headers") || is_of(part, "message", "rfc822-headers");
            let head = is_head.then(|| MessageParser::default().parse_headers(part.contents()))??;
            head.message_id().map(str::to_owned)
        }
    }?;
    let (notice, domain) = id.split_once('@')?;
    domain.eq_ignore_ascii_case(sender.domain()).then(|| notice.parse().ok())?
}
