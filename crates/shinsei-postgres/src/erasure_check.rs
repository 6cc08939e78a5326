//! Looks for remnants of what was erased: in the rows, and in the bytes of the tables' files that belong to no row.
//!
//! PostgreSQL does not overwrite what it deletes: vacuuming frees the room, and what stood there stays until something else
//! is written over it. Rewriting a table leaves it behind for good ([`rewrite`]).

use std::collections::BTreeSet;

use shinsei_core::audit::DISPOSALS;
use shinsei_core::port::erasure::Remnant;
use tokio_postgres::error::SqlState;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::rows::at;

/// The bytes of a page. Source: PostgreSQL's `block_size`, which is refused unless it is this.
const PAGE: usize = 8192;

/// How many bytes of a file are read at once, in whole pages.
const PART_BYTES: i64 = 8 * 1024 * 1024;

/// A count that may ask for `disposals`, the kinds of events that erase the documents of their stream: of the types in `$1`.
macro_rules! count_of {
    ($rows:literal) => {
        concat!(
            "WITH disposals AS (SELECT municipality, kind FROM kinds WHERE event_type = ANY ($1::text[])) SELECT count(*) FROM ",
            $rows
        )
    };
}

/// What is counted in rows, and what a count above zero means.
const ROWS: [(&str, &str, &str); 4] = [
    (
        "documents",
        "documents of disposed streams are not erased; erase their streams",
        count_of!(
            "documents AS kept WHERE EXISTS (
            SELECT FROM records WHERE records.municipality = kept.municipality AND records.stream = kept.stream
            AND (records.municipality, kind) IN (TABLE disposals))"
        ),
    ),
    (
        "commands",
        "commands still have a digest that should be erased",
        count_of!(
            "commands AS kept WHERE digest IS NOT NULL AND EXISTS (
            SELECT FROM records AS done JOIN records AS ended USING (municipality, stream)
            WHERE done.municipality = kept.municipality AND done.position >= kept.first
              AND done.position < kept.first + kept.records AND done.position < ended.position
              AND (kept.municipality, ended.kind) IN (TABLE disposals))"
        ),
    ),
    (
        "evidence",
        "contents belong to no document",
        count_of!(
            "evidence AS kept WHERE NOT EXISTS (
            SELECT FROM documents WHERE documents.municipality = kept.municipality
            AND documents.evidence = kept.sha256)"
        ),
    ),
    (
        "chunks",
        "parts of contents belong to none",
        count_of!(
            "chunks AS kept WHERE NOT EXISTS (SELECT FROM documents
            WHERE documents.municipality = kept.municipality AND documents.body = kept.body)
         AND NOT EXISTS (SELECT FROM staged
            WHERE staged.municipality = kept.municipality AND staged.body = kept.body)"
        ),
    ),
];

/// The files of the tables that hold what is erased, with those in which PostgreSQL keeps their long values.
const FILES: &str = "
    SELECT held.relname || CASE WHEN kept.oid = held.oid THEN '' ELSE ' (long values)' END,
           pg_relation_filepath(kept.oid), pg_relation_size(kept.oid)
    FROM pg_class AS held JOIN pg_class AS kept ON kept.oid IN (held.oid, held.reltoastrelid)
    WHERE held.relnamespace = 'shinsei'::regnamespace AND held.relkind = 'r'
      AND (held.relname IN ('documents', 'evidence', 'chunks', 'commands') OR held.oid IN (
          SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('shinsei.documents'::regclass,
              'shinsei.evidence'::regclass, 'shinsei.chunks'::regclass, 'shinsei.commands'::regclass)))
    ORDER BY 1";

const PART: &str = "SELECT pg_read_binary_file($1, $2, $3)";

/// Every remnant that is found.
pub(crate) fn remnants(
    connection: &mut Connection,
    known: &[Vec<u8>],
    rows_only: bool,
) -> Result<Vec<Remnant>> {
    let mut found = rows(connection)?;
    if rows_only {
        return Ok(found);
    }
    // What only the server's memory holds so far is not in its files.
    connection.run(&[Step::Plain("CHECKPOINT")]).map_err(not_permitted)?;
    let files = connection.run(&[Step::Query(FILES, Vec::new())])?.remove(0);
    for row in &files {
        let (table, path, bytes): (&str, &str, i64) = (at(row, 0)?, at(row, 1)?, at(row, 2)?);
        let mut file = Pages { table, dead: 0, stale: 0, known: BTreeSet::new() };
        let mut offset = 0;
        while offset < bytes {
            let part = connection.run(&[Step::Query(PART, vec![&path, &offset, &PART_BYTES])]);
            let part = part.map_err(not_permitted)?.remove(0);
            let part: &[u8] = part.first().map_or(Ok(&[][..]), |row| at(row, 0))?;
            part.chunks_exact(PAGE).for_each(|page| file.look(page, known));
            offset += PART_BYTES;
        }
        found.extend(file.remnants());
    }
    Ok(found)
}

/// Rewrites the tables that hold what is erased, each under a lock that lets nobody read it meanwhile.
pub(crate) fn rewrite(connection: &mut Connection) -> Result<()> {
    connection.run(&[
        Step::Plain("VACUUM (FULL) documents"),
        Step::Plain("VACUUM (FULL) chunks"),
        Step::Plain("VACUUM (FULL) evidence"),
        Step::Plain("VACUUM (FULL) commands"),
    ])?;
    Ok(())
}

fn rows(connection: &mut Connection) -> Result<Vec<Remnant>> {
    let disposals = DISPOSALS.to_vec();
    let mut found = Vec::new();
    for (table, meaning, sql) in ROWS {
        let rows = connection.run(&[Step::Query(sql, vec![&disposals])])?.remove(0);
        let count: i64 = rows.first().map_or(Ok(0), |row| at(row, 0))?;
        if count > 0 {
            found.push(Remnant { place: table.to_owned(), what: format!("{count} {meaning}") });
        }
    }
    Ok(found)
}

/// Says to whoever may not look into the server's files what would let them.
fn not_permitted(fault: Fault) -> Fault {
    match fault {
        Fault::Postgres(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            let source =
                "this role may not read the server's files: be a superuser, or look at rows only".into();
            shinsei_core::port::store::StoreError::ReadOnly { source }.into()
        }
        other => other,
    }
}

/// What was seen of a table's pages.
struct Pages<'t> {
    table: &'t str,
    /// Rows that were deleted and not vacuumed.
    dead: u64,
    /// Pages with bytes that belong to no row.
    stale: u64,
    /// The known texts that were met.
    known: BTreeSet<usize>,
}

impl Pages<'_> {
    /// Looks at one page.
    ///
    /// # Source
    /// PostgreSQL, "Database Page Layout"; src/include/storage/itemid.h: offset, state and length of a row in 15, 2 and 15
    /// bits.
    fn look(&mut self, page: &[u8], known: &[Vec<u8>]) {
        let stands = |text: &[u8]| !text.is_empty() && page.windows(text.len()).any(|part| part == text);
        self.known.extend((1..).zip(known).filter(|(_, text)| stands(text)).map(|(line, _)| line));
        let word = |at: usize| usize::from(u16::from_le_bytes([page[at], page[at + 1]]));
        let (lower, special) = (word(12), word(16));
        if lower < 24 || special > PAGE || lower > special {
            // An empty page that was never written to.
            return;
        }
        let mut owned = vec![false; PAGE];
        owned[..lower].fill(true);
        owned[special..].fill(true);
        for item in page[24..lower].chunks_exact(4) {
            let item = u32::from_le_bytes([item[0], item[1], item[2], item[3]]);
            // OK because fifteen bits fit.
            let part = |shift: u32| usize::try_from(item >> shift & 0x7fff).unwrap_or(0);
            let (offset, length, is_row) = (part(0), part(17), item >> 15 & 3 == 1);
            if !is_row || offset + length > PAGE {
                continue;
            }
            if is_deleted(&page[offset..offset + length]) {
                self.dead += 1;
            }
            // Rows begin at multiples of eight; what is between them belongs to the one before.
            owned[offset..(offset + length).next_multiple_of(8).min(PAGE)].fill(true);
        }
        let is_stale = page.iter().zip(&owned).any(|(byte, owned)| *byte != 0 && !owned);
        self.stale += u64::from(is_stale);
    }

    fn remnants(self) -> Vec<Remnant> {
        let mut found = Vec::new();
        let mut find = |what: String| found.push(Remnant { place: self.table.to_owned(), what });
        if self.dead > 0 {
            find(format!("{} deleted rows are not vacuumed; VACUUM the table", self.dead));
        }
        if self.stale > 0 {
            find(format!(
                "{} pages hold bytes of rows that were deleted; rewrite the table: VACUUM (FULL)",
                self.stale
            ));
        }
        for line in &self.known {
            find(format!("the known text {line} stands in a page"));
        }
        found
    }
}

/// True for a row that a transaction deleted or replaced.
///
/// # Source
/// src/include/access/htup_details.h: `t_xmax` at 4, `t_infomask` at 20; 0x0800 says that it was not deleted after all,
/// 0x0080 that it was only locked.
fn is_deleted(row: &[u8]) -> bool {
    let Some(head) = row.get(..22) else { return false };
    let deleted_by = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let flags = u16::from_le_bytes([head[20], head[21]]);
    deleted_by != 0 && flags & (0x0800 | 0x0080) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with one row of 32 bytes at its end.
    fn page(deleted_by: u8, flags: u16) -> Vec<u8> {
        let mut page = vec![0; PAGE];
        page[12..14].copy_from_slice(&28_u16.to_le_bytes());
        page[14..16].copy_from_slice(&8160_u16.to_le_bytes());
        page[16..18].copy_from_slice(&8192_u16.to_le_bytes());
        page[24..28].copy_from_slice(&(8160_u32 | 1 << 15 | 32 << 17).to_le_bytes());
        page[8164] = deleted_by;
        page[8180..8182].copy_from_slice(&flags.to_le_bytes());
        page[8190] = b'x';
        page
    }

    fn looked(page: &[u8]) -> (u64, u64, usize) {
        let mut pages = Pages { table: "documents", dead: 0, stale: 0, known: BTreeSet::new() };
        pages.look(page, &[b"plan".to_vec()]);
        (pages.dead, pages.stale, pages.known.len())
    }

    #[test]
    fn a_row_that_was_deleted_is_told_from_one_that_lives_or_was_only_locked() {
        assert_eq!(looked(&page(0, 0x0800)), (0, 0, 0));
        assert_eq!(looked(&page(7, 0)), (1, 0, 0));
        assert_eq!(looked(&page(7, 0x0800)), (0, 0, 0));
        assert_eq!(looked(&page(7, 0x0080)), (0, 0, 0));
        assert_eq!(looked(&[0; PAGE]), (0, 0, 0));
    }

    #[test]
    fn bytes_that_belong_to_no_row_are_seen_wherever_they_lie() {
        for place in [28, 4_000, 8_150] {
            let mut planted = page(0, 0x0800);
            planted[place..place + 4].copy_from_slice(b"plan");
            assert_eq!(looked(&planted), (0, 1, 1), "{place}");
        }
        let mut gone = page(0, 0x0800);
        gone[24..28].fill(0);
        assert_eq!(looked(&gone), (0, 1, 0), "a row whose pointer is free");
    }
}
