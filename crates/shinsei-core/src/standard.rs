//! National data standards: numbers with check digits, eras, addresses, names as they are received.

pub mod corporate_number;
pub mod era;
pub mod kana;
pub mod mail_address;
pub mod my_number;
pub mod name;
pub mod phone;
pub mod postal_code;
pub mod sensitive_ref;

mod digits;
