//! Values as they stand in rows, and back; what cannot be one is corruption.

use shinsei_core::ids::{Municipality, Series, StreamId};
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::{Fault, Result};

/// A municipality as the tables keep it: its six digits as a number.
pub(crate) fn code(municipality: Municipality) -> i32 {
    municipality.as_bytes().iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0'))
}

/// A count as PostgreSQL keeps it; what is larger than any that was ever written becomes the largest.
pub(crate) fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count of which there are never two thousand million, to compare with; what is larger becomes the largest.
pub(crate) fn small(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// A length or limit as PostgreSQL keeps it.
pub(crate) fn limit(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count that PostgreSQL keeps.
pub(crate) fn unsigned(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| Fault::corrupt("a count is negative"))
}

/// A value in a column.
pub(crate) fn at<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<T> {
    row.try_get(column)
        .map_err(|_| Fault::corrupt(format!("a value in column {column} is of the wrong type")))
}

/// A count in a column.
pub(crate) fn unsigned_at(row: &Row, column: usize) -> Result<u64> {
    unsigned(at(row, column)?)
}

/// A count in a column of four bytes.
pub(crate) fn small_at(row: &Row, column: usize) -> Result<u64> {
    unsigned(at::<i32>(row, column)?.into())
}

/// A time in a column.
pub(crate) fn time_at(row: &Row, column: usize) -> Result<Timestamp> {
    time(at(row, column)?)
}

/// A time in a column, or none.
pub(crate) fn optional_time_at(row: &Row, column: usize) -> Result<Option<Timestamp>> {
    at::<Option<i64>>(row, column)?.map(time).transpose()
}

/// A municipality in a column.
pub(crate) fn municipality_at(row: &Row, column: usize) -> Result<Municipality> {
    let code: i32 = at(row, column)?;
    format!("{code:06}").parse().map_err(|_| Fault::corrupt("the code of a municipality has a wrong digit"))
}

/// A stream in a column.
pub(crate) fn stream_at(row: &Row, column: usize) -> Result<StreamId> {
    StreamId::from_bytes(at(row, column)?).ok_or_else(|| Fault::corrupt("a stream is of no known kind"))
}

/// Bytes of a fixed length in a column.
pub(crate) fn bytes_at<const N: usize>(row: &Row, column: usize) -> Result<[u8; N]> {
    optional_bytes_at(row, column)?.ok_or_else(|| Fault::corrupt("bytes are missing"))
}

/// Bytes of a fixed length in a column, or none.
pub(crate) fn optional_bytes_at<const N: usize>(row: &Row, column: usize) -> Result<Option<[u8; N]>> {
    let fixed =
        |bytes: &[u8]| bytes.try_into().map_err(|_| Fault::corrupt(format!("a value has not {N} bytes")));
    at::<Option<&[u8]>>(row, column)?.map(fixed).transpose()
}

/// A number in two columns, or none where it is 0.
pub(crate) fn number_at(row: &Row, value: usize, series: usize) -> Result<Option<Number>> {
    match small_at(row, value)? {
        0 => Ok(None),
        value => number(at(row, series)?, value).map(Some),
    }
}

/// A number of a series.
pub(crate) fn number(series: &str, value: u64) -> Result<Number> {
    let series = Series::new(series).map_err(|_| Fault::corrupt("the name of a series is no code"))?;
    Ok(Number { series, value })
}

fn time(micros: i64) -> Result<Timestamp> {
    Timestamp::from_micros(micros).ok_or_else(|| Fault::corrupt("a time is beyond all years"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_is_its_digits_as_a_number() {
        assert_eq!(code("012025".parse().unwrap()), 12_025);
        assert_eq!(code("473821".parse().unwrap()), 473_821);
    }
}
