//! The keys under which everything lies, in the order in which it is read; and bytes as text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shinsei_core::bytes::{from_hex, hex};
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Series, StreamId};
use shinsei_core::port::store::StoreError;

use crate::error::corrupt;

pub(crate) const HEADS: &str = "head/";

pub(crate) fn head(of: Municipality) -> String {
    format!("{HEADS}{of}")
}

pub(crate) fn records(of: Municipality) -> String {
    format!("record/{of}/")
}

/// Twenty digits, so that the order of the keys is that of the numbers.
pub(crate) fn record(of: Municipality, position: u64) -> String {
    format!("record/{of}/{position:020}")
}

/// The positions of a stream's records.
pub(crate) fn versions(of: Municipality, stream: StreamId) -> String {
    format!("version/{of}/{}/", name(stream))
}

pub(crate) fn version(of: Municipality, stream: StreamId, version: u64) -> String {
    format!("version/{of}/{}/{version:020}", name(stream))
}

/// How many records a stream has.
pub(crate) fn stream(of: Municipality, stream: StreamId) -> String {
    format!("stream/{of}/{}", name(stream))
}

pub(crate) fn nodes(of: Municipality, level: u32) -> String {
    format!("node/{of}/{level:02}/")
}

pub(crate) fn node(of: Municipality, level: u32, place: u64) -> String {
    format!("node/{of}/{level:02}/{place:020}")
}

/// The series of a municipality.
pub(crate) fn all_series(of: Municipality) -> String {
    format!("series/{of}/")
}

pub(crate) fn series(of: Municipality, series: &Series) -> String {
    format!("series/{of}/{series}")
}

pub(crate) fn command(of: Municipality, id: CommandId) -> String {
    format!("command/{of}/{}", id.0)
}

/// The agenda of a municipality, or of all.
pub(crate) fn agenda(of: Option<Municipality>) -> String {
    of.map_or_else(|| "agenda/".to_owned(), |of| format!("agenda/{of}/"))
}

pub(crate) fn documents(of: Municipality) -> String {
    format!("document/{of}/")
}

pub(crate) fn document(of: Municipality, id: DocumentId) -> String {
    format!("document/{of}/{}", id.0)
}

pub(crate) fn shared(of: Municipality, sha256: &str) -> String {
    format!("shared/{of}/{sha256}")
}

pub(crate) const STAGED: &str = "staged/";

pub(crate) fn staged(of: Municipality, id: DocumentId) -> String {
    format!("{STAGED}{of}/{}", id.0)
}

pub(crate) fn chunks(of: Municipality, id: DocumentId) -> String {
    format!("chunk/{of}/{}/", id.0)
}

pub(crate) fn chunk(of: Municipality, id: DocumentId, offset: u64) -> String {
    format!("chunk/{of}/{}/{offset:020}", id.0)
}

/// The last part of a key.
pub(crate) fn last(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(_, last)| last)
}

/// The number at the end of a key.
pub(crate) fn number(key: &str) -> Result<u64, StoreError> {
    last(key).parse().map_err(|_| corrupt(format!("the key {key} ends with no number")))
}

/// A stream as text: no name of ours may hold the letter between the parts of a key.
pub(crate) fn name(stream: StreamId) -> String {
    hex(&stream.to_bytes())
}

pub(crate) fn stream_named(text: &str) -> Result<StreamId, StoreError> {
    let stream = from_hex::<17>(text).and_then(|bytes| StreamId::from_bytes(&bytes));
    stream.ok_or_else(|| corrupt(format!("{text} names no stream")))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, StoreError> {
    STANDARD.decode(text).map_err(|_| corrupt("bytes are written otherwise than in base64"))
}

/// Bytes of a fixed length, such as a hash or a salt.
pub(crate) fn fixed<const N: usize>(text: &str) -> Result<[u8; N], StoreError> {
    from_hex(text).ok_or_else(|| corrupt(format!("{N} bytes in hexadecimal digits are wanted")))
}
