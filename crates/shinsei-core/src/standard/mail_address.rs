//! Mail addresses, as far as can be seen without sending a mail.

/// The longest mail address, in bytes. Source: RFC 5321 section 4.5.3.1.3, a path of 256 with its brackets.
pub const MAIL_ADDRESS_BYTES_MAX: usize = 254;

/// True when a mail can be sent to a text, as far as can be seen: an `@` between two parts, no blanks or control
/// characters, and no longer than an address may be.
///
/// # Example
/// ```
/// use shinsei_core::standard::mail_address::is_usable;
/// assert!(is_usable("hanako@example.jp") && !is_usable("hanako") && !is_usable("hanako @example.jp"));
/// ```
pub fn is_usable(address: &str) -> bool {
    let parted =
        address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let plain = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    parted && plain && address.len() <= MAIL_ADDRESS_BYTES_MAX
}
