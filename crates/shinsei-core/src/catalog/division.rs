//! A division as a row of its sheet.

use crate::catalog::columns as c;
use crate::catalog::defect::{Expected, Sheet};
use crate::catalog::row::Row;
use crate::ids::DivisionId;
use crate::procedure::Division;
use crate::sheet::cell;
use crate::standard::mail_address::is_usable;

/// Reads a row; `None` where it has defects, which it keeps.
pub(super) fn read(row: &mut Row) -> Option<Division> {
    let id = row.code(c::DIVISION_ID, DivisionId::new);
    let name = row.some_text(c::DIVISION_NAME);
    let phone = row.parsed(c::PHONE, |cell| is_phone(cell).then(|| cell.to_owned()), Expected::Phone);
    let counter = row.some_text(c::COUNTER);
    let hours = row.some_text(c::HOURS);
    let staff_mail = row.optional(c::STAFF_MAIL, mail_address(c::STAFF_MAIL));
    let head_mail = row.optional(c::HEAD_MAIL, mail_address(c::HEAD_MAIL));
    Some(Division {
        id: id?,
        name: name?,
        phone: phone?,
        counter: counter?,
        hours: hours?,
        staff_mail: staff_mail?,
        head_mail: head_mail?,
    })
}

/// Writes a row.
pub(super) fn write(division: &Division, line: u64) -> Row {
    let mut row = Row::new(Sheet::Divisions, line);
    row.set(c::DIVISION_ID, cell::code(division.id.as_str()));
    row.set(c::DIVISION_NAME, cell::text(&division.name));
    row.set(c::PHONE, cell::phone(&division.phone));
    row.set(c::COUNTER, cell::text(&division.counter));
    row.set(c::HOURS, cell::text(&division.hours));
    row.set(c::STAFF_MAIL, cell::text(division.staff_mail.as_deref().unwrap_or_default()));
    row.set(c::HEAD_MAIL, cell::text(division.head_mail.as_deref().unwrap_or_default()));
    row
}

/// Security: an address goes into the header of a mail as it stands.
fn mail_address(column: &'static str) -> impl Fn(&mut Row) -> Option<String> {
    move |row| {
        row.parsed(column, |cell| is_mail_address(cell).then(|| cell.to_owned()), Expected::MailAddress)
    }
}

/// Of the characters that need no quotation marks: what every program that sends or keeps it reads alike.
///
/// Source: RFC 5322 section 3.2.3, dot-atom.
fn is_mail_address(cell: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.@".contains(&byte);
    is_usable(cell) && cell.bytes().all(is_plain) && cell.matches('@').count() == 1
}

fn is_phone(cell: &str) -> bool {
    cell.starts_with(|first: char| first.is_ascii_digit())
        && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
