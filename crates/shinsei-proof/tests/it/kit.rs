//! A store that a test fills and then tampers with: only what an export and an audit ask of it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::{Document, DocumentRef, Salt, SaltedDigest};
use shinsei_core::ids::{CaseId, CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Outcome, Receipt, Standing, Store, StoreError, Visit, Writers,
};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Head};
use uuid::Uuid;

pub(crate) fn hakodate() -> Municipality {
    "012025".parse().unwrap()
}

pub(crate) fn sapporo() -> Municipality {
    "011002".parse().unwrap()
}

pub(crate) fn case(n: u64) -> StreamId {
    CaseId(Uuid::from_u128(n.into())).into()
}

pub(crate) fn document(n: u64) -> DocumentId {
    DocumentId(Uuid::from_u128(0x0123_0000 + u128::from(n)))
}

/// A row, with the leaf that was kept beside it.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) position: u64,
    pub(crate) stream: StreamId,
    pub(crate) version: u64,
    pub(crate) event_type: &'static str,
    pub(crate) payload: Vec<u8>,
    pub(crate) leaf: Hash,
    command: CommandId,
    number: Option<u64>,
}

impl Row {
    pub(crate) fn record(&self) -> RawRecord<'_> {
        RawRecord {
            municipality: hakodate(),
            position: Position(self.position),
            stream: self.stream,
            version: Version(self.version),
            recorded_at: Timestamp::from_micros(1_778_133_840_000_000).unwrap(),
            command: self.command,
            number: self.number.map(|value| Number { series: Series::new("receipt-2026").unwrap(), value }),
            event_type: self.event_type,
            schema_version: 1,
            codec: Codec::Json,
            payload: &self.payload,
        }
    }
}

/// The log of Hakodate.
pub(crate) struct Kept {
    pub(crate) rows: Mutex<Vec<Row>>,
    pub(crate) documents: Mutex<BTreeMap<DocumentId, Document>>,
    pub(crate) standing: Mutex<Standing>,
    /// Where it stood when it was asked for that, if it has grown since.
    pub(crate) began: Mutex<Option<Standing>>,
    pub(crate) receipts: Mutex<BTreeMap<CommandId, Receipt>>,
    pub(crate) nodes: Mutex<BTreeMap<u32, Vec<Hash>>>,
}

impl Kept {
    /// Cases of four records, the first with a document; their records stand among each other.
    pub(crate) fn of(cases: u64) -> Self {
        let kept = Self {
            rows: Mutex::default(),
            documents: Mutex::default(),
            standing: Mutex::new(empty()),
            began: Mutex::default(),
            receipts: Mutex::default(),
            nodes: Mutex::default(),
        };
        for version in 1..=4 {
            for n in 1..=cases {
                let payload = match version {
                    1 => format!(r#"{{"form":{}}}"#, kept.keep(n)),
                    _ => format!(r#"{{"by":"s-{n}","step":{version}}}"#),
                };
                kept.rows.lock().unwrap().push(Row {
                    position: (version - 1) * cases + n,
                    stream: case(n),
                    version,
                    event_type: if version == 1 { "Submitted" } else { "ReviewStarted" },
                    payload: payload.into_bytes(),
                    leaf: Hash([0; 32]),
                    // Two records of neighbours each: the cases of a round two by two.
                    command: CommandId(Uuid::from_u128(
                        (u128::from(version) << 64) | u128::from(n.div_ceil(2)),
                    )),
                    number: (version == 2).then_some(n),
                });
            }
        }
        kept.grow();
        kept
    }

    /// Makes leaves, nodes, receipts and head those of the rows as they are: as if they had been recorded so.
    pub(crate) fn grow(&self) {
        let mut frontier = Frontier::default();
        let mut nodes: BTreeMap<u32, Vec<Hash>> = BTreeMap::new();
        for row in self.rows.lock().unwrap().iter_mut() {
            row.leaf = row.record().leaf();
            frontier.append(row.leaf, |node| {
                if node.is_kept() {
                    nodes.entry(node.level).or_default().push(node.hash);
                }
            });
        }
        *self.nodes.lock().unwrap() = nodes;
        self.settle(frontier.head());
    }

    /// Keeps the receipts of the rows as they are, and where their log stands.
    fn settle(&self, head: Head) {
        let rows = self.rows.lock().unwrap();
        let mut receipts: BTreeMap<CommandId, Receipt> = BTreeMap::new();
        let mut numbers: BTreeMap<Series, u64> = BTreeMap::new();
        for row in rows.iter() {
            let record = row.record();
            let first = record.position;
            let new = Receipt { first, records: 0, recorded_at: record.recorded_at, numbers: vec![] };
            let receipt = receipts.entry(row.command).or_insert(new);
            receipt.records += 1;
            if let Some(number) = record.number {
                numbers.insert(number.series.clone(), number.value);
                receipt.numbers.push((first, number));
            }
        }
        *self.receipts.lock().unwrap() = receipts;
        *self.standing.lock().unwrap() = Standing {
            head,
            recorded_at: rows.last().map(|row| row.record().recorded_at),
            numbers: numbers.into_iter().map(|(series, value)| Number { series, value }).collect(),
        };
    }

    /// Keeps a document of a case, and gives what an event says of it.
    fn keep(&self, n: u64) -> String {
        let (id, salt) = (document(n), Salt([n.to_le_bytes()[0]; 16]));
        let content = format!("form {n} of an invented resident").into_bytes();
        let reference = DocumentRef { id, digest: SaltedDigest::of(&salt, &content) };
        let kept = Document { id, stream: case(n), role: "form".to_owned(), salt, content };
        self.documents.lock().unwrap().insert(id, kept);
        serde_json::to_string(&reference).unwrap()
    }

    pub(crate) fn head(&self) -> Head {
        self.standing.lock().unwrap().head
    }
}

/// Where a log stands that nobody wrote.
fn empty() -> Standing {
    Standing { head: Frontier::default().head(), recorded_at: None, numbers: vec![] }
}

fn unasked<T>() -> Result<T, StoreError> {
    Err(StoreError::Malformed { rule: "neither an export nor an audit asks for this" })
}

impl Store for Kept {
    fn commit(&self, _: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        unasked()
    }

    fn read_stream(
        &self,
        _: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let rows = self.rows.lock().unwrap();
        let of = rows.iter().filter(|row| row.stream == stream && row.version > after.0).take(max);
        let _broken = of.map(Row::record).try_for_each(visit);
        Ok(())
    }

    fn read_log(
        &self,
        _: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let rows = self.rows.lock().unwrap();
        for (expected, row) in (after.0 + 1..).zip(rows.iter().filter(|row| row.position > after.0).take(max))
        {
            if row.position != expected {
                return Err(StoreError::Corrupt { what: format!("the log has no position {expected}") });
            }
            if visit(row.record()) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, _: Municipality, id: CommandId) -> Result<Option<Found>, StoreError> {
        let receipt = self.receipts.lock().unwrap().get(&id).cloned();
        Ok(receipt.map(|receipt| Found { receipt, digest: None }))
    }

    fn head(&self, of: Municipality) -> Result<Head, StoreError> {
        Ok(if of == hakodate() { self.head() } else { Frontier::default().head() })
    }

    fn standing(&self, of: Municipality) -> Result<Standing, StoreError> {
        let began = self.began.lock().unwrap().clone();
        let stands = || began.unwrap_or_else(|| self.standing.lock().unwrap().clone());
        Ok(if of == hakodate() { stands() } else { empty() })
    }

    fn nodes(&self, _: Municipality, level: u32, first: u64, max: usize) -> Result<Vec<Hash>, StoreError> {
        if level > 0 {
            let (nodes, first) = (self.nodes.lock().unwrap(), usize::try_from(first).unwrap());
            return Ok(nodes.get(&level).into_iter().flatten().skip(first).take(max).copied().collect());
        }
        let rows = self.rows.lock().unwrap();
        let behind = rows.iter().filter(|row| row.position > first).take(max);
        let leaf = |(expected, row): (u64, &Row)| {
            let corrupt = StoreError::Corrupt { what: "the tree lacks a node".to_owned() };
            if row.position == expected { Ok(row.leaf) } else { Err(corrupt) }
        };
        (first + 1..).zip(behind).map(leaf).collect()
    }

    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError> {
        Ok(vec![hakodate()])
    }

    fn lease(&self, _: &LeaseRequest) -> Result<Vec<Lease>, StoreError> {
        unasked()
    }

    fn agenda(&self, _: Municipality, _: usize) -> Result<Vec<AgendaRow>, StoreError> {
        unasked()
    }

    fn stage(&self, _: Municipality, _: DocumentId, _: u64, _: &[u8]) -> Result<(), StoreError> {
        unasked()
    }

    fn sweep(&self, _: Timestamp) -> Result<u64, StoreError> {
        unasked()
    }

    fn document(&self, _: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError> {
        Ok(self.documents.lock().unwrap().get(&id).cloned())
    }

    fn erase(&self, _: Municipality, _: StreamId) -> Result<u64, StoreError> {
        unasked()
    }

    fn guarantees(&self) -> Guarantees {
        Guarantees { durable: false, lanes: false, writers: Writers::One }
    }
}
