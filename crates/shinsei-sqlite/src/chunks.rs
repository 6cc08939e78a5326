//! The bytes of large, staged and shared contents, laid out so that deleting them leaves nothing behind.
//!
//! SQLite keeps the first bytes of a long row in a page that it shares with other rows; when such a page is divided or
//! joined with another, stale copies may stay in it that no later deletion overwrites. So that part of a row is filled
//! with padding here: the content itself begins in the row's own overflow pages, which `secure_delete` zeroes.

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use crate::error::{Fault, Result};
use crate::rows::{chunk_places, limit, unsigned};
use crate::settings::PAGE_BYTES;

/// The most bytes of content in one row; a longer piece becomes several.
const CHUNK_BYTES_MAX: usize = 1024 * 1024;

/// The bytes of a page.
const PAGE: usize = PAGE_BYTES as usize;

/// How many bytes of a row stay in the shared page when the rest fills its overflow pages exactly.
///
/// Source: SQLite, Database File Format, section 1.6, "minimum amount of payload".
const LOCAL: usize = (PAGE - 12) * 32 / 255 - 23;

/// The bytes of a row in an overflow page, which begins with the number of the next one.
const OVERFLOW: usize = PAGE - 4;

/// Appends bytes to a body.
pub(crate) fn append(connection: &Connection, body: i64, content: &[u8]) -> Result<()> {
    let places = chunk_places(body);
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(place) FROM chunks WHERE place >= ?1 AND place < ?2")?
        .query_row(params![places.start, places.end], |row| row.get(0))?;
    let next = last.map_or(places.start, |last| last + 1);
    for (place, piece) in (next..places.end).zip(content.chunks(CHUNK_BYTES_MAX)) {
        connection
            .prepare_cached("INSERT INTO chunks (place, padding, content) VALUES (?1, zeroblob(?2), ?3)")?
            .execute(params![place, limit(padding(piece.len())), piece])?;
    }
    Ok(())
}

/// Reads a body of a known length.
pub(crate) fn read(connection: &Connection, body: i64, bytes: u64) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    visit(connection, body, |piece| content.extend_from_slice(piece))?;
    if unsigned(limit(content.len()))? != bytes {
        return Err(Fault::corrupt("a document has lost bytes"));
    }
    Ok(content)
}

/// The SHA-256 of a body.
pub(crate) fn digest(connection: &Connection, body: i64) -> Result<[u8; 32]> {
    let mut digest = Sha256::new();
    visit(connection, body, |piece| digest.update(piece))?;
    Ok(digest.finalize().into())
}

/// Deletes a body's bytes.
pub(crate) fn delete(connection: &Connection, body: i64) -> Result<()> {
    let places = chunk_places(body);
    connection
        .prepare_cached("DELETE FROM chunks WHERE place >= ?1 AND place < ?2")?
        .execute(params![places.start, places.end])?;
    Ok(())
}

fn visit(connection: &Connection, body: i64, mut piece: impl FnMut(&[u8])) -> Result<()> {
    let places = chunk_places(body);
    let mut statement = connection
        .prepare_cached("SELECT content FROM chunks WHERE place >= ?1 AND place < ?2 ORDER BY place")?;
    let mut rows = statement.query(params![places.start, places.end])?;
    while let Some(row) = rows.next()? {
        piece(row.get_ref(0)?.as_blob().map_err(|_| Fault::corrupt("a content is no blob"))?);
    }
    Ok(())
}

/// The padding that makes a row end with a page, and its content begin with one or later.
fn padding(content: usize) -> usize {
    let pages = content.div_ceil(OVERFLOW).max(1);
    LOCAL + pages * OVERFLOW - header(content) - content
}

/// The bytes of a row's header: its own length, the empty place, the types of padding and content.
///
/// OK because the padding is between 128 bytes and 8 KiB, so that its type takes two bytes.
fn header(content: usize) -> usize {
    let content_type = 12 + 2 * content;
    let content_type_bytes = match content_type {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    };
    1 + 1 + 2 + content_type_bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_begins_in_a_page_of_its_own() {
        assert_eq!((LOCAL, OVERFLOW), (489, 4092));
        for content in [1, 57, 58, 2_049, 4_092, 4_093, 8_184, 8_186, 65_536, CHUNK_BYTES_MAX] {
            let (header, padding) = (header(content), padding(content));
            let row = header + padding + content;
            assert_eq!((row - LOCAL) % OVERFLOW, 0, "{content}");
            assert!(header + padding >= LOCAL, "{content}");
            assert!((128..8_186).contains(&padding), "{content}");
        }
    }
}
