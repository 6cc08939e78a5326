//! What a batch leaves, put down by one statement for what nearly every commit writes, and one for each table that few do.

use shinsei_core::document::{Body, NewDocument};
use shinsei_core::ids::Municipality;
use uuid::Uuid;

use crate::batch::{Known, Staged, Written};
use crate::entries::SETTLED;
use crate::kinds::Numbers;
use crate::rows::{code, count, limit};
use crate::statement::{Assembled, Part, Rows, Size};

/// The most bytes of payloads or contents in one statement. Source: PostgreSQL refuses a message of 1 GiB.
const STATEMENT_BYTES_MAX: usize = 64 * 1024 * 1024;

const RECORDS: Part = Part {
    before: "INSERT INTO records (municipality, position, stream, version, recorded_at, command, kind, series, number,
                             payload, leaf)
        SELECT * FROM ",
    types: &["integer", "bigint", "bytea", "bigint", "bigint", "uuid", "integer", "text", "bigint", "bytea", "bytea"],
    after: " AS new",
};

const COMMANDS: Part = Part {
    before: "INSERT INTO commands (municipality, command, first, records, recorded_at, digest) SELECT * FROM ",
    types: &["integer", "uuid", "bigint", "bigint", "bigint", "bytea"],
    after: " AS new",
};

const HEADS: Part = Part {
    before: "UPDATE municipalities AS head
        SET size = left_.size, frontier = left_.frontier, recorded_at = left_.recorded_at, scheduled = left_.scheduled
        FROM ",
    types: &["integer", "bigint", "bytea", "bigint", "bigint"],
    after: " AS left_ (municipality, size, frontier, recorded_at, scheduled)
        WHERE head.municipality = left_.municipality",
};

const SERIES: Part = Part {
    before: "INSERT INTO series (municipality, series, last) SELECT * FROM ",
    types: &["integer", "text", "bigint"],
    after: " AS new
        ON CONFLICT (municipality, series) DO UPDATE SET last = excluded.last",
};

const NODES: Part = Part {
    before: "INSERT INTO nodes (municipality, level, place, hash) SELECT * FROM ",
    types: &["integer", "integer", "bigint", "bytea"],
    after: " AS new",
};

const SCHEDULED: Part = Part {
    before: "INSERT INTO agenda (municipality, stream, name, channel, place, due, ordinal, state, fence, attempts, task)
        SELECT municipality, stream, name, channel, due, due, ordinal, state, 0, 0, task FROM ",
    types: &["integer", "bytea", "text", "smallint", "bigint", "bigint", "smallint", "bytea"],
    after: " AS entry (municipality, stream, name, channel, due, ordinal, state, task)",
};

/// Whatever changes an entry ends its lease; one that is settled forgets what was to be done.
const CHANGED: Part = Part {
    before: "UPDATE agenda AS entry
        SET state = left_.state, due = left_.due, attempts = left_.attempts, owner = NULL, until = NULL,
            task = CASE WHEN left_.state <> 3 THEN entry.task END
        FROM ",
    types: &["integer", "bytea", "text", "smallint", "bigint", "integer"],
    after: " AS left_ (municipality, stream, name, state, due, attempts)
        WHERE entry.municipality = left_.municipality AND entry.stream = left_.stream AND entry.name = left_.name",
};

const DOCUMENTS: Part = Part {
    before:
        "INSERT INTO documents (municipality, document, stream, role, salt, bytes, body, evidence, content)
        SELECT * FROM ",
    types: &["integer", "uuid", "bytea", "text", "bytea", "bigint", "uuid", "bytea", "bytea"],
    after: " AS new",
};

const EVIDENCE: Part = Part {
    before: "INSERT INTO evidence (municipality, sha256, content) SELECT * FROM ",
    types: &["integer", "bytea", "bytea"],
    after: " AS new ON CONFLICT DO NOTHING",
};

/// Puts what was staged together as evidence; what is kept already is not kept twice.
const GATHERED: Part = Part {
    before: "INSERT INTO evidence (municipality, sha256, content)
        SELECT staged.municipality, staged.sha256, (
            SELECT coalesce(string_agg(content, ''::bytea ORDER BY place), ''::bytea) FROM chunks
            WHERE chunks.municipality = staged.municipality AND chunks.body = staged.body)
        FROM ",
    types: &["integer", "bytea", "uuid"],
    after: " AS staged (municipality, sha256, body) ON CONFLICT DO NOTHING",
};

/// Deletes the chunks of what was put together.
const SCATTERED: Part = Part {
    before: "DELETE FROM chunks USING ",
    types: &["integer", "uuid"],
    after: " AS gathered (municipality, body)
        WHERE chunks.municipality = gathered.municipality AND chunks.body = gathered.body",
};

const UNSTAGED: Part = Part {
    before: "DELETE FROM staged USING ",
    types: &["integer", "uuid"],
    after: " AS linked (municipality, document)
        WHERE staged.municipality = linked.municipality AND staged.document = linked.document",
};

/// The statements that put a batch down.
pub(crate) struct Writes<'w> {
    /// What nearly every commit writes, in one statement.
    first: Vec<Rows<'w>>,
    /// What few do, a statement each, after it.
    others: Vec<Rows<'w>>,
    size: Size,
}

impl<'w> Writes<'w> {
    /// The statements for what a batch left.
    pub(crate) fn of(known: &'w Known<'_>, written: &'w Written<'_>, kinds: &Numbers, size: Size) -> Self {
        let mut writes = Self { first: Vec::new(), others: Vec::new(), size };
        writes.records(written, kinds);
        writes.commands(written);
        writes.heads(known);
        writes.nodes(written);
        writes.agenda(known);
        writes.documents(written);
        writes
    }

    /// True when the batch left nothing to write.
    pub(crate) fn are_none(&self) -> bool {
        self.first.is_empty() && self.others.is_empty()
    }

    /// The statements, in order.
    pub(crate) fn assembled(self) -> Vec<Assembled<'w>> {
        let first = (!self.first.is_empty()).then(|| Assembled::all(self.first));
        first.into_iter().chain(self.others.into_iter().map(|rows| Assembled::all(vec![rows]))).collect()
    }

    fn records(&mut self, written: &'w Written<'_>, kinds: &Numbers) {
        for (place, part) in
            parts(&written.records, |(record, _)| record.payload.len()).into_iter().enumerate()
        {
            let rows = Rows::of(&RECORDS, self.size, part.len())
                .with(part, |(record, _)| code(record.municipality))
                .with(part, |(record, _)| count(record.position.0))
                .with(part, |(record, _)| record.stream.to_bytes().to_vec())
                .with(part, |(record, _)| count(record.version.0))
                .with(part, |(record, _)| record.recorded_at.micros())
                .with(part, |(record, _)| record.command.0)
                // OK because each was numbered before; the column refuses to be empty.
                .with(part, |(record, _)| {
                    kinds.get(&record.municipality)?.number(
                        record.event_type,
                        record.schema_version,
                        record.codec,
                    )
                })
                .with(part, |(record, _)| record.number.as_ref().map_or("", |number| number.series.as_str()))
                .with(part, |(record, _)| record.number.as_ref().map_or(0, |number| count(number.value)))
                .with(part, |(record, _)| record.payload)
                .with(part, |(_, leaf)| leaf.0.as_slice());
            if place == 0 { self.first.push(rows) } else { self.others.push(rows) }
        }
    }

    fn commands(&mut self, written: &'w Written<'_>) {
        let commands = &written.commands;
        if commands.is_empty() {
            return;
        }
        let rows = Rows::of(&COMMANDS, self.size, commands.len())
            .with(commands, |(municipality, ..)| code(*municipality))
            .with(commands, |(_, command, _)| command.id.0)
            .with(commands, |(.., receipt)| count(receipt.first.0))
            .with(commands, |(.., receipt)| count(receipt.records))
            .with(commands, |(.., receipt)| (receipt.records == 0).then(|| receipt.recorded_at.micros()))
            .with(commands, |(_, command, _)| command.digest.as_slice());
        self.first.push(rows);
    }

    /// The head rows that changed, and the series of their numbers.
    fn heads(&mut self, known: &'w Known<'_>) {
        let heads: Vec<_> = known.heads.iter().filter(|(_, head)| head.is_changed).collect();
        if heads.is_empty() {
            return;
        }
        let rows = Rows::of(&HEADS, self.size, heads.len())
            .with(&heads, |(municipality, _)| code(**municipality))
            .with(&heads, |(_, head)| count(head.frontier.size()))
            .with(&heads, |(_, head)| head.frontier.to_bytes())
            .with(&heads, |(_, head)| head.recorded_at.map(|at| at.micros()))
            .with(&heads, |(_, head)| count(head.scheduled));
        self.first.push(rows);
        let series: Vec<_> = known.series.iter().collect();
        if !series.is_empty() {
            let rows = Rows::of(&SERIES, self.size, series.len())
                .with(&series, |((municipality, _), _)| code(*municipality))
                .with(&series, |((_, series), _)| series.as_str())
                .with(&series, |(_, last)| count(**last));
            self.first.push(rows);
        }
    }

    fn nodes(&mut self, written: &'w Written<'_>) {
        let nodes = &written.nodes;
        if nodes.is_empty() {
            return;
        }
        let rows = Rows::of(&NODES, Size::Any, nodes.len())
            .with(nodes, |(municipality, _)| code(*municipality))
            // OK because a tree of 2^64 leaves has 64 levels.
            .with(nodes, |(_, node)| i32::try_from(node.level).unwrap_or(i32::MAX))
            .with(nodes, |(_, node)| count(node.index))
            .with(nodes, |(_, node)| node.hash.0.as_slice());
        self.others.push(rows);
    }

    fn agenda(&mut self, known: &'w Known<'_>) {
        let (new, old): (Vec<_>, Vec<_>) = known.entries.changed().partition(|(.., slot)| slot.new.is_some());
        let new: Vec<_> = new
            .into_iter()
            .filter_map(|(municipality, key, slot)| Some((municipality, key, slot, slot.new?)))
            .collect();
        if !new.is_empty() {
            let rows = Rows::of(&SCHEDULED, self.size, new.len())
                .with(&new, |(municipality, ..)| code(*municipality))
                .with(&new, |(_, key, ..)| key.stream.to_bytes().to_vec())
                .with(&new, |(_, key, ..)| key.name.as_str())
                .with(&new, |(.., (entry, _))| i16::from(entry.channel.code()))
                .with(&new, |(_, _, slot, _)| slot.due)
                .with(&new, |(.., (_, ordinal))| count(*ordinal))
                .with(&new, |(_, _, slot, _)| slot.state)
                .with(&new, |(_, _, slot, (entry, _))| {
                    (slot.state != SETTLED).then_some(entry.task.as_slice())
                });
            self.first.push(rows);
        }
        if !old.is_empty() {
            let rows = Rows::of(&CHANGED, self.size, old.len())
                .with(&old, |(municipality, ..)| code(*municipality))
                .with(&old, |(_, key, _)| key.stream.to_bytes().to_vec())
                .with(&old, |(_, key, _)| key.name.as_str())
                .with(&old, |(.., slot)| slot.state)
                .with(&old, |(.., slot)| slot.due)
                .with(&old, |(.., slot)| slot.attempts);
            self.first.push(rows);
        }
    }

    fn documents(&mut self, written: &'w Written<'_>) {
        let shared: Vec<Shared<'w>> = shared(written);
        for part in parts(&shared, |shared| shared.content.len()) {
            let rows = Rows::of(&EVIDENCE, Size::Any, part.len())
                .with(part, |shared| code(shared.municipality))
                .with(part, |shared| shared.sha256.to_vec())
                .with(part, |shared| shared.content);
            self.others.push(rows);
        }
        let gathered: Vec<Gathered> = written.documents.iter().filter_map(gathered).collect();
        if !gathered.is_empty() {
            let rows = Rows::of(&GATHERED, Size::Any, gathered.len())
                .with(&gathered, |(municipality, ..)| code(*municipality))
                .with(&gathered, |(_, sha256, _)| sha256.to_vec())
                .with(&gathered, |(.., body)| *body);
            self.others.push(rows);
            let rows = Rows::of(&SCATTERED, Size::Any, gathered.len())
                .with(&gathered, |(municipality, ..)| code(*municipality))
                .with(&gathered, |(.., body)| *body);
            self.others.push(rows);
        }
        for part in parts(&written.documents, |(_, document, _)| inline(document).map_or(0, <[u8]>::len)) {
            let rows = Rows::of(&DOCUMENTS, Size::Any, part.len())
                .with(part, |(municipality, ..)| code(*municipality))
                .with(part, |(_, document, _)| document.id.0)
                .with(part, |(_, document, _)| document.stream.to_bytes().to_vec())
                .with(part, |(_, document, _)| document.role)
                .with(part, |(_, document, _)| document.salt.0.to_vec())
                .with(part, |(_, document, _)| match &document.body {
                    Body::Inline(content) | Body::Shared(content) => limit(content.len()),
                    Body::Staged { bytes, .. } | Body::StagedShared { bytes, .. } => count(*bytes),
                })
                .with(part, |(_, document, staged)| match &document.body {
                    Body::StagedShared { .. } => None,
                    _ => staged.map(|staged| staged.body),
                })
                .with(part, |(_, document, _)| match &document.body {
                    Body::Shared(content) => Some(content.sha256().to_vec()),
                    Body::StagedShared { sha256, .. } => Some(sha256.to_vec()),
                    Body::Inline(_) | Body::Staged { .. } => None,
                })
                .with(part, |(_, document, _)| inline(document));
            self.others.push(rows);
        }
        let linked: Vec<_> = written.documents.iter().filter(|(.., staged)| staged.is_some()).collect();
        if !linked.is_empty() {
            let rows = Rows::of(&UNSTAGED, Size::Any, linked.len())
                .with(&linked, |(municipality, ..)| code(*municipality))
                .with(&linked, |(_, document, _)| document.id.0);
            self.others.push(rows);
        }
    }
}

/// A content that many documents may share.
struct Shared<'w> {
    municipality: Municipality,
    sha256: [u8; 32],
    content: &'w [u8],
}

fn shared<'w>(written: &'w Written<'_>) -> Vec<Shared<'w>> {
    let contents = written.documents.iter().filter_map(|(municipality, document, _)| match &document.body {
        Body::Shared(content) => {
            let (sha256, content) = (content.sha256(), content.as_slice());
            Some(Shared { municipality: *municipality, sha256, content })
        }
        Body::Inline(_) | Body::Staged { .. } | Body::StagedShared { .. } => None,
    });
    contents.collect()
}

/// What was staged to be shared: whose it is, its SHA-256, and the body of its chunks.
type Gathered = (Municipality, [u8; 32], Uuid);

fn gathered((of, document, staged): &(Municipality, &NewDocument, Option<Staged>)) -> Option<Gathered> {
    match (&document.body, staged) {
        (Body::StagedShared { sha256, .. }, Some(staged)) => Some((*of, *sha256, staged.body)),
        _ => None,
    }
}

/// The content of a document of its own that travelled in the commit.
fn inline(document: &NewDocument) -> Option<&[u8]> {
    match &document.body {
        Body::Inline(content) => Some(content.as_slice()),
        Body::Shared(_) | Body::Staged { .. } | Body::StagedShared { .. } => None,
    }
}

/// Rows in parts that each fit into a statement.
fn parts<R>(rows: &[R], bytes: impl Fn(&R) -> usize) -> Vec<&[R]> {
    let mut parts = Vec::new();
    let (mut begun, mut sum) = (0, 0);
    for (place, row) in rows.iter().enumerate() {
        let size = bytes(row);
        if place > begun && sum + size > STATEMENT_BYTES_MAX {
            parts.push(&rows[begun..place]);
            (begun, sum) = (place, 0);
        }
        sum += size;
    }
    if begun < rows.len() {
        parts.push(&rows[begun..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_every_row_and_fit_unless_one_row_is_too_large() {
        let half = STATEMENT_BYTES_MAX / 2;
        let sizes =
            |rows: &[usize]| parts(rows, |size| *size).into_iter().map(<[usize]>::to_vec).collect::<Vec<_>>();
        assert_eq!(sizes(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(sizes(&[half, half, 1]), [vec![half, half], vec![1]]);
        assert_eq!(sizes(&[3 * half, 1, 1]), [vec![3 * half], vec![1, 1]]);
    }
}
