//! Looks for remnants of what was erased: in the rows, and in the bytes of the file that belong to no row.
//!
//! What was erased is zeroed where it stood. In the tables that hold it nothing moves: their rows are added at the end and
//! keep their length (migrations/0001_store.sql), and large contents stand in pages of their own (chunks.rs). So whatever
//! lies in those pages outside a row, and in pages that are free, must be zero.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use shinsei_core::audit::DISPOSALS;
use shinsei_core::port::erasure::Remnant;
use shinsei_core::port::store::StoreError;

use crate::error::Result;
use crate::lock::beside;
use crate::readers::Reader;
use crate::settings::PAGE_BYTES;

/// The bytes of a page.
const PAGE: usize = PAGE_BYTES as usize;

/// How many bytes are searched at once.
const WINDOW_BYTES: usize = 1 << 20;

/// A count that may ask for `disposals`, the types of events that erase the documents of their stream: `?1`, a list in JSON.
macro_rules! count_of {
    ($rows:literal) => {
        concat!("WITH disposals AS (SELECT value FROM json_each(?1)) SELECT count(*) FROM ", $rows)
    };
}

/// What is counted in rows, and what a count above zero means.
const ROWS: [(&str, &str, &str); 6] = [
    (
        "documents",
        "erased documents still have a salt or a content",
        count_of!(
            "documents WHERE erased = 1 AND (salt <> zeroblob(length(salt))
            OR content <> zeroblob(length(content)))"
        ),
    ),
    (
        "documents",
        "documents of disposed streams are not erased; erase their streams",
        count_of!(
            "documents AS kept WHERE erased = 0 AND EXISTS (
            SELECT 1 FROM streams CROSS JOIN records ON records.place = (streams.municipality << 40 | streams.place)
            CROSS JOIN kinds USING (kind) WHERE streams.municipality = kept.municipality
            AND streams.stream = kept.stream AND item < '' AND event_type IN disposals)"
        ),
    ),
    (
        "commands",
        "commands still have a digest that should be erased",
        count_of!(
            "commands AS kept WHERE (erased = 1 AND digest <> zeroblob(length(digest)))
            OR (erased = 0 AND EXISTS (
                SELECT 1 FROM records AS done CROSS JOIN streams USING (municipality, stream)
                CROSS JOIN records AS ended ON ended.place = (streams.municipality << 40 | streams.place)
                CROSS JOIN kinds ON kinds.kind = ended.kind
                WHERE item < '' AND done.place >= kept.municipality << 40 | kept.first
                  AND done.place < kept.municipality << 40 | (kept.first + kept.records)
                  AND done.place < ended.place AND kinds.event_type IN disposals))"
        ),
    ),
    (
        "bodies",
        "contents belong to no document",
        count_of!(
            "bodies WHERE standing <> 1 AND NOT EXISTS (
            SELECT 1 FROM documents WHERE documents.body = bodies.body AND documents.body IS NOT NULL AND erased = 0)"
        ),
    ),
    (
        "chunks",
        "parts of contents belong to none",
        count_of!(
            "chunks WHERE NOT EXISTS (SELECT 1 FROM bodies WHERE body = place >> 24)"
        ),
    ),
    (
        "erasures",
        "erasures are not finished, since somebody reads; the service finishes them when it opens the store",
        count_of!(
            "erasures"
        ),
    ),
];

/// The tables whose pages hold nothing but rows and zeros, and those of which only the overflow pages are looked at.
const TABLES: [(&str, bool); 3] = [("documents", true), ("commands", true), ("chunks", false)];

/// Every remnant that is found.
pub(crate) fn remnants(
    reader: &Reader,
    path: &Path,
    known: &[Vec<u8>],
    rows_only: bool,
) -> Result<Vec<Remnant>> {
    let mut found = rows(reader)?;
    if rows_only {
        return Ok(found);
    }
    let mut roots = Vec::new();
    for (table, whole) in TABLES {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        let root: u32 = reader.prepare_cached(sql)?.query_row([table], |row| row.get(0))?;
        roots.push((table, whole, root));
    }
    found.extend(pages(path, &roots).map_err(unreadable)?);
    for file in [path.to_owned(), beside(path, "-wal")] {
        found.extend(search(&file, known).map_err(unreadable)?);
    }
    Ok(found)
}

fn unreadable(source: io::Error) -> StoreError {
    StoreError::Driver { source: source.into() }
}

fn rows(reader: &Reader) -> Result<Vec<Remnant>> {
    let mut found = Vec::new();
    let disposals = serde_json::json!(DISPOSALS).to_string();
    for (table, meaning, sql) in ROWS {
        let count: i64 = reader.prepare_cached(sql)?.query_row([&disposals], |row| row.get(0))?;
        if count > 0 {
            found.push(Remnant { place: table.to_owned(), what: format!("{count} {meaning}") });
        }
    }
    Ok(found)
}

/// Looks into the pages of the file for bytes that belong to no row and are not zero.
///
/// # Source
/// SQLite, Database File Format, sections 1.3, 1.5 and 1.6
fn pages(path: &Path, roots: &[(&str, bool, u32)]) -> io::Result<Vec<Remnant>> {
    let mut pages = Pages { file: File::open(path)?, seen: BTreeSet::new(), found: Vec::new() };
    pages.free()?;
    for (table, whole, root) in roots {
        pages.table(table, *whole, *root)?;
    }
    Ok(pages.found)
}

struct Pages {
    file: File,
    seen: BTreeSet<u32>,
    found: Vec<Remnant>,
}

impl Pages {
    /// A page by its number; `None` behind the end and when it was read before: a file that leads in circles is torn.
    fn read(&mut self, number: u32) -> io::Result<Option<Vec<u8>>> {
        if number == 0 || !self.seen.insert(number) {
            return Ok(None);
        }
        let mut page = vec![0; PAGE];
        self.file.seek(SeekFrom::Start(u64::from(number - 1) * u64::from(PAGE_BYTES)))?;
        match self.file.read_exact(&mut page) {
            Ok(()) => Ok(Some(page)),
            // A page that stands in the WAL alone.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn find(&mut self, what: &str, number: u32) {
        let place = format!("page {number} of the file");
        self.found.push(Remnant { place, what: format!("{what} holds bytes that no row owns") });
    }

    /// Free pages are zero, but for those that name others: what is left in these are numbers of pages, those they named
    /// before included.
    fn free(&mut self) -> io::Result<()> {
        let pages = self.file.metadata()?.len() / u64::from(PAGE_BYTES);
        let mut head = [0; 100];
        self.file.seek(SeekFrom::Start(0))?;
        if self.file.read_exact(&mut head).is_err() {
            return Ok(());
        }
        let mut trunk = u32_at(&head, 32);
        while let Some(page) = self.read(trunk)? {
            // OK because a page of 4,096 bytes names no more than 1,022 others.
            let leaves = usize::try_from(u32_at(&page, 4)).unwrap_or(usize::MAX).min((PAGE - 8) / 4);
            let is_number = |at: usize| u64::from(u32_at(&page, at)) <= pages;
            if !(8 + 4 * leaves..PAGE).step_by(4).all(is_number) {
                self.find("a free page", trunk);
            }
            for leaf in 0..leaves {
                let number = u32_at(&page, 8 + 4 * leaf);
                if self.read(number)?.is_some_and(|page| !is_zero(&page)) {
                    self.find("a free page", number);
                }
            }
            trunk = u32_at(&page, 0);
        }
        Ok(())
    }

    /// The pages of a table: between the pointers to rows and the rows nothing but zeros, and so in free blocks and behind
    /// the last byte of what overflows.
    fn table(&mut self, name: &str, whole: bool, root: u32) -> io::Result<()> {
        let mut next = vec![root];
        while let Some(number) = next.pop() {
            let Some(page) = self.read(number)? else { continue };
            let is_leaf = match page[0] {
                13 => true,
                5 => false,
                _ => continue,
            };
            let cells = usize::from(u16_at(&page, 3));
            let pointers = if is_leaf { 8 } else { 12 };
            let begins = match usize::from(u16_at(&page, 5)) {
                0 => PAGE,
                begins => begins,
            };
            let gap = page.get(pointers + 2 * cells..begins).unwrap_or_default();
            if whole && !(is_zero(gap) && are_free_blocks_zero(&page)) {
                self.find(name, number);
            }
            if !is_leaf {
                next.push(u32_at(&page, 8));
            }
            for cell in 0..cells {
                let at = usize::from(u16_at(&page, pointers + 2 * cell));
                match is_leaf {
                    true => self.overflow(name, &page, at)?,
                    false => next.push(u32_at(&page, at)),
                }
            }
        }
        Ok(())
    }

    /// The pages into which a row overflows, the last of which is zero behind it.
    fn overflow(&mut self, name: &str, page: &[u8], at: usize) -> io::Result<()> {
        let Some((payload, length)) = varint(page, at) else { return Ok(()) };
        let Some((_, key)) = varint(page, at + length) else { return Ok(()) };
        let payload = usize::try_from(payload).unwrap_or(usize::MAX);
        let local = local(payload);
        if local == payload {
            return Ok(());
        }
        let (mut number, mut left) = (u32_at(page, at + length + key + local), payload - local);
        while let Some(page) = self.read(number)? {
            let here = left.min(PAGE - 4);
            if !is_zero(&page[4 + here..]) {
                self.find(name, number);
            }
            left -= here;
            number = u32_at(&page, 0);
        }
        Ok(())
    }
}

/// How many bytes of a row stay in its page.
fn local(payload: usize) -> usize {
    let most = PAGE - 35;
    if payload <= most {
        return payload;
    }
    let least = (PAGE - 12) * 32 / 255 - 23;
    let fitting = least + (payload - least) % (PAGE - 4);
    if fitting <= most { fitting } else { least }
}

fn are_free_blocks_zero(page: &[u8]) -> bool {
    let mut block = usize::from(u16_at(page, 1));
    for _ in 0..PAGE {
        if block == 0 {
            return true;
        }
        let size = usize::from(u16_at(page, block + 2));
        let inside = page.get(block + 4..block + size.max(4)).unwrap_or_default();
        if !is_zero(inside) {
            return false;
        }
        block = usize::from(u16_at(page, block));
    }
    true
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

fn u16_at(page: &[u8], at: usize) -> u16 {
    page.get(at..at + 2).map_or(0, |bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
}

fn u32_at(page: &[u8], at: usize) -> u32 {
    page.get(at..at + 4).map_or(0, |bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// A number of one to nine bytes, and how many.
fn varint(page: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for length in 1..=9 {
        let byte = *page.get(at + length - 1)?;
        if length == 9 {
            return Some((value << 8 | u64::from(byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, length));
        }
    }
    None
}

/// Searches a file for texts that are known to have been erased; none in a file that is not there.
fn search(path: &Path, known: &[Vec<u8>]) -> io::Result<Vec<Remnant>> {
    let longest = known.iter().map(Vec::len).max().unwrap_or(0);
    if longest == 0 {
        return Ok(Vec::new());
    }
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = BTreeSet::new();
    let mut window: Vec<u8> = Vec::new();
    loop {
        let read = (&mut file).take(WINDOW_BYTES as u64).read_to_end(&mut window)?;
        let stands = |text: &[u8]| window.windows(text.len()).any(|part| part == text);
        found.extend(
            (1..).zip(known).filter(|(_, text)| !text.is_empty() && stands(text)).map(|(line, _)| line),
        );
        if read == 0 {
            break;
        }
        // What begins at the end of one window and ends in the next.
        window.drain(..window.len().saturating_sub(longest - 1));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let remnant = |line: usize| Remnant {
        place: name.clone(),
        what: format!("the known text {line} stands in the file"),
    };
    Ok(found.into_iter().map(remnant).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_sqlite_writes_them() {
        assert_eq!(varint(&[0x05], 0), Some((5, 1)));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x81], 0), None);
        assert_eq!((local(4_061), local(4_062), local(4_582)), (4_061, 489, 490));
    }

    #[test]
    fn a_text_across_two_windows_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut bytes = vec![b'.'; WINDOW_BYTES - 3];
        bytes.extend_from_slice("甲野太郎".as_bytes());
        std::fs::write(&path, bytes).unwrap();
        let known = [b"absent".to_vec(), "甲野太郎".as_bytes().to_vec()];
        let found = search(&path, &known).unwrap();
        let what = "the known text 2 stands in the file".to_owned();
        assert_eq!(found, [Remnant { place: "file".to_owned(), what }]);
        assert_eq!(search(&folder.path().join("absent"), &known).unwrap(), []);
    }
}
