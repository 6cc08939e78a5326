//! A municipality's log read from one end to the other: nothing is missing, and nothing is there by half.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use serde_json::Value;
use shinsei_core::document::DocumentRef;
use shinsei_core::ids::{CommandId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::Frontier;

use crate::loader::Acknowledged;

/// What a log holds.
pub(crate) struct Log {
    municipality: Municipality,
    tree: Frontier,
    versions: HashMap<StreamId, Version>,
    numbers: BTreeMap<Series, u64>,
    /// Where the records of each command are: the first, and how many.
    commands: HashMap<CommandId, (Position, u64)>,
    /// The cases that were submitted, by the command.
    receipts: HashMap<CommandId, (StreamId, ReceiptNumber)>,
    documents: Vec<(StreamId, DocumentRef)>,
}

impl Log {
    /// Reads the log of a municipality, and checks that it is whole: positions and versions and numbers without a gap, the
    /// tree that of the head, every command known with exactly its records, every document there that an event speaks
    /// of, and a notice on the agenda for every receipt.
    pub(crate) fn read(store: &dyn Store, municipality: Municipality) -> Self {
        let mut log = Self {
            municipality,
            tree: Frontier::default(),
            versions: HashMap::new(),
            numbers: BTreeMap::new(),
            commands: HashMap::new(),
            receipts: HashMap::new(),
            documents: Vec::new(),
        };
        loop {
            let before = log.tree.size();
            let visit = &mut |record: RawRecord<'_>| {
                log.add(&record);
                ControlFlow::Continue(())
            };
            store.read_log(municipality, Position(before), PAGE_RECORDS_MAX, visit).unwrap();
            if log.tree.size() == before {
                break;
            }
        }
        assert_eq!(store.head(municipality).unwrap(), log.tree.head(), "the tree of {municipality}");
        log.check_commands(store);
        log.check_documents(store);
        log.check_agenda(store);
        log
    }

    fn add(&mut self, record: &RawRecord<'_>) {
        assert_eq!(record.position.0, self.tree.size() + 1, "positions of {}", self.municipality);
        self.tree.append(record.leaf(), |_| {});
        let version = self.versions.entry(record.stream).or_default();
        assert_eq!(record.version, version.next(), "versions of {:?}", record.stream);
        *version = record.version;
        if let Some(number) = &record.number {
            let last = self.numbers.entry(number.series.clone()).or_default();
            assert_eq!(number.value, *last + 1, "numbers of {:?}", number.series);
            *last = number.value;
            let receipt = ReceiptNumber::from_drawn(self.municipality, number).unwrap();
            let taken = self.receipts.insert(record.command, (record.stream, receipt));
            assert_eq!(taken, None, "a command draws one receipt number");
        }
        let (first, records) = self.commands.entry(record.command).or_insert((record.position, 0));
        assert_eq!(record.position.0, first.0 + *records, "the records of a command are neighbours");
        *records += 1;
        let payload: Value = serde_json::from_slice(record.payload).unwrap();
        collect(&payload, &mut |reference| self.documents.push((record.stream, reference)));
    }

    fn check_commands(&self, store: &dyn Store) {
        for (command, (first, records)) in &self.commands {
            let receipt = store.find(self.municipality, *command).unwrap().unwrap().receipt;
            assert_eq!((receipt.first, receipt.records), (*first, *records), "the receipt of {command}");
            let numbers: Vec<_> = receipt
                .numbers
                .iter()
                .filter_map(|(_, number)| ReceiptNumber::from_drawn(self.municipality, number))
                .collect();
            let wanted: Vec<_> =
                self.receipts.get(command).map(|(_, receipt)| *receipt).into_iter().collect();
            assert_eq!(numbers, wanted, "the numbers of {command}");
        }
    }

    fn check_documents(&self, store: &dyn Store) {
        for (stream, reference) in &self.documents {
            let document = store.document(self.municipality, reference.id).unwrap().unwrap();
            assert!(document.is(reference) && document.stream == *stream, "the document {}", reference.id);
        }
        assert!(self.documents.len() >= self.receipts.len(), "a submission has documents");
    }

    fn check_agenda(&self, store: &dyn Store) {
        let agenda = store.agenda(self.municipality, usize::MAX).unwrap();
        let noticed: HashSet<_> = agenda.into_iter().map(|row| row.key.stream).collect();
        let unnoticed = self.receipts.values().filter(|(case, _)| !noticed.contains(case)).count();
        assert_eq!(unnoticed, 0, "a receipt has its notice");
    }

    pub(crate) fn records(&self) -> u64 {
        self.tree.size()
    }

    pub(crate) fn receipts(&self) -> usize {
        self.receipts.len()
    }

    fn has(&self, line: &Acknowledged) -> bool {
        self.receipts.get(&line.command) == Some(&(line.case.into(), line.receipt))
    }
}

/// Reads the logs of municipalities, checks that they are whole and that everything is in them that was acknowledged.
pub(crate) fn check(
    store: &dyn Store,
    cities: impl Iterator<Item = Municipality>,
    acknowledged: &[Acknowledged],
) -> Vec<Log> {
    let logs: Vec<_> = cities.map(|city| Log::read(store, city)).collect();
    let missing: Vec<_> = acknowledged.iter().filter(|line| !logs.iter().any(|log| log.has(line))).collect();
    assert_eq!(missing, [] as [&Acknowledged; 0], "acknowledged and not there");
    logs
}

/// Every reference to a document in a payload.
fn collect(value: &Value, found: &mut impl FnMut(DocumentRef)) {
    if let Ok(reference) = serde_json::from_value(value.clone()) {
        return found(reference);
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}
