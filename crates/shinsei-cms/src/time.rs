//! Times as certificates, lists and answers write them.
//!
//! # Source
//! RFC 5280 section 4.1.2.5: UTCTime and GeneralizedTime, with seconds and `Z`, without fractions.

use shinsei_core::time::Timestamp;

use crate::ber::{Element, Fault};

/// UTCTime.
pub(crate) const UTC_TIME: u8 = 0x17;
/// GeneralizedTime.
pub(crate) const GENERALIZED_TIME: u8 = 0x18;

/// Reads a time, in seconds since 1970.
pub(crate) fn seconds(element: &Element<'_>) -> Result<i64, Fault> {
    let (year, rest) = match element.tag {
        UTC_TIME => {
            let (year, rest) = number(element.contents, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => number(element.contents, 4)?,
        _ => return Err(Fault::Malformed),
    };
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, rest) = number(rest, 2)?;
    let exists = (1..=12).contains(&month)
        && (1..=days_of(month, year)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !exists || rest != b"Z" {
        return Err(Fault::Malformed);
    }
    Ok(((days_before(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// The instant of so many seconds since 1970.
pub(crate) fn instant(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_micros(seconds.saturating_mul(1_000_000))
}

/// Takes so many decimal digits off the front.
fn number(text: &[u8], digits: usize) -> Result<(i64, &[u8]), Fault> {
    let (front, rest) = text.split_at_checked(digits).ok_or(Fault::Malformed)?;
    if !front.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Malformed);
    }
    Ok((front.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')), rest))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the first of a month, in the Gregorian calendar, which is taken to have always been.
fn days_before(year: i64, month: i64) -> i64 {
    // Years begin in March, so that the leap day is the last of its year.
    let years = if month > 2 { year } else { year - 1 };
    let months = (month + 9) % 12;
    let days = 365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    days + (153 * months + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Reader;
    use proptest::prelude::*;
    use x509_parser::prelude::FromDer as _;
    use x509_parser::time::ASN1Time;

    fn element(tag: u8, text: &str) -> Vec<u8> {
        [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
    }

    fn read(der: &[u8]) -> Option<i64> {
        seconds(&Reader::der(der).read().unwrap()).ok()
    }

    #[test]
    fn a_time_is_an_instant_or_nothing() {
        for (tag, text, expected) in [
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (GENERALIZED_TIME, "20300217145959Z", Some(1_897_570_799)),
            (GENERALIZED_TIME, "00000229000000Z", Some(-62_162_121_600)),
            (GENERALIZED_TIME, "99991231235959Z", Some(253_402_300_799)),
            (GENERALIZED_TIME, "19000229000000Z", None),
            (GENERALIZED_TIME, "20300217145960Z", None),
            (GENERALIZED_TIME, "20300217245959Z", None),
            (GENERALIZED_TIME, "20300217145959.5Z", None),
            (GENERALIZED_TIME, "20300217145959+0900", None),
            (UTC_TIME, "7001010000Z", None),
            (UTC_TIME, "70010100000Z", None),
            (UTC_TIME, "700001000000Z", None),
            (UTC_TIME, "7001-1000000Z", None),
            (0x16, "700101000000Z", None),
        ] {
            assert_eq!(read(&element(tag, text)), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_is_the_one_that_another_reader_finds(
            year in 0..10_000u32, month in 0..14u32, day in 0..33u32, hour in 0..25u32, minute in 0..61u32, second in 0..60u32,
        ) {
            let long = element(GENERALIZED_TIME, &format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z"));
            let other = ASN1Time::from_der(&long).ok().map(|(_, time)| time.timestamp());
            prop_assert_eq!(read(&long), other);
            let short = element(UTC_TIME, &format!("{:02}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z", year % 100));
            let other = ASN1Time::from_der(&short).ok().map(|(_, time)| time.timestamp());
            prop_assert_eq!(read(&short), other);
        }
    }
}
