//! Whatever a hand does to a log behind the back of its store, the audit names the first record that is wrong.

use proptest::prelude::*;
use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::audit::{Audit, Report};
use shinsei_core::document::{DocumentRef, SaltedDigest};
use shinsei_core::ids::{CaseId, CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Head};
use uuid::Uuid;

/// A row of a log, with the leaf that was kept beside it.
#[derive(Clone, Debug)]
struct Row {
    position: u64,
    stream: StreamId,
    version: u64,
    recorded_at: i64,
    number: Option<u64>,
    event_type: &'static str,
    command: u64,
    payload: Vec<u8>,
    leaf: Hash,
}

impl Row {
    fn record(&self) -> RawRecord<'_> {
        RawRecord {
            municipality: hakodate(),
            position: Position(self.position),
            stream: self.stream,
            version: Version(self.version),
            recorded_at: Timestamp::from_micros(self.recorded_at).unwrap(),
            command: CommandId(Uuid::from_u128(self.command.into())),
            number: self.number.map(|value| Number { series: series(), value }),
            event_type: self.event_type,
            schema_version: 1,
            codec: Codec::Json,
            payload: &self.payload,
        }
    }
}

fn hakodate() -> Municipality {
    "012025".parse().unwrap()
}

fn series() -> Series {
    Series::new("receipt-2026").unwrap()
}

fn case(n: u64) -> StreamId {
    CaseId(Uuid::from_u128(n.into())).into()
}

/// A log of so many records: four a case, the second with a number.
fn log(size: u64) -> Vec<Row> {
    let row = |position: u64| {
        let (of, step) = ((position - 1) / 4, (position - 1) % 4);
        let mut row = Row {
            position,
            stream: case(of),
            version: step + 1,
            recorded_at: 1_778_133_840_000_000 + i64::try_from(position).unwrap(),
            number: (step == 1).then_some(of + 1),
            event_type: "ReviewStarted",
            command: position,
            payload: format!(r#"{{"by":"s-{position}"}}"#).into_bytes(),
            leaf: Hash([0; 32]),
        };
        row.leaf = row.record().leaf();
        row
    };
    (1..=size).map(row).collect()
}

fn head(rows: &[Row]) -> Head {
    let mut frontier = Frontier::default();
    rows.iter().for_each(|row| frontier.append(row.leaf, |_| {}));
    frontier.head()
}

fn audit(rows: &[Row], heads: &[Head], claimed: Head) -> Report {
    let mut audit = Audit::new(hakodate(), heads);
    rows.iter().for_each(|row| audit.record(&row.record(), Some(row.leaf)));
    audit.finish(claimed)
}

/// Audits a log that was altered after its heads at 10, 20 and at its end were witnessed.
fn altered(size: u64, alter: impl FnOnce(&mut Vec<Row>)) -> Report {
    let mut rows = log(size);
    let at = |size: usize| head(&rows[..size]);
    let heads = [at(10), at(20), head(&rows)];
    let claimed = head(&rows);
    alter(&mut rows);
    audit(&rows, &heads, claimed)
}

fn first(report: &Report) -> Finding {
    report.findings[0].clone()
}

fn found(position: u64, defect: Defect) -> Finding {
    Finding { position: Position(position), defect }
}

#[test]
fn a_log_that_nobody_touched_is_whole_as_far_as_it_was_witnessed() {
    let report = altered(30, |_| {});
    assert_eq!((report.is_whole(), report.witnessed, report.head.size), (true, Some(30), 30));
    let rows = log(30);
    let report = audit(&rows, &[head(&rows[..20])], head(&rows));
    assert_eq!((report.is_whole(), report.witnessed), (true, Some(20)));
    let report = audit(&rows, &[], head(&rows));
    assert_eq!((report.is_whole(), report.witnessed), (true, None));
    let none = audit(&[], &[], head(&[]));
    assert_eq!((none.is_whole(), none.witnessed, none.head), (true, None, head(&[])));
}

/// Puts rows where they stand now, as a hand that renumbers them does.
fn renumber(rows: &mut [Row]) {
    (1..).zip(rows).for_each(|(position, row)| row.position = position);
}

#[test]
fn each_kind_of_alteration_is_told_with_its_record() {
    let edited = altered(30, |rows| rows[14].payload = b"{}".to_vec());
    assert_eq!(edited.findings, [found(15, Defect::Edited)]);
    assert_eq!(edited.witnessed, Some(10));
    let twice = altered(30, |rows| {
        rows[2].recorded_at += 1;
        rows[22].number = Some(99);
    });
    assert_eq!(twice.findings, [found(3, Defect::Edited), found(23, Defect::Edited)]);
    let deleted = altered(30, |rows| drop(rows.remove(11)));
    assert_eq!(first(&deleted), found(12, Defect::Missing { last: Position(12) }));
    let renumbered = altered(30, |rows| {
        rows.drain(11..13);
        renumber(rows);
    });
    assert_eq!(
        renumbered.findings,
        [found(12, Defect::Deleted { records: 2 }), found(29, Defect::CutOff { witnessed: 30 })]
    );
    let inserted = altered(30, |rows| {
        let mut another = rows[11].clone();
        another.payload = b"{}".to_vec();
        rows.insert(11, another);
        renumber(rows);
        rows[11].leaf = rows[11].record().leaf();
    });
    assert_eq!(first(&inserted), found(12, Defect::Inserted { records: 1 }));
    let inserted_with_a_leaf_of_its_own = altered(30, |rows| {
        let another = rows[3].clone();
        rows.insert(11, another);
        renumber(rows);
    });
    assert_eq!(first(&inserted_with_a_leaf_of_its_own), found(12, Defect::Inserted { records: 1 }));
    for copied in [1, 3] {
        let copies_of_those_before = altered(30, |rows| {
            let copies = rows[11 - copied..11].to_vec();
            rows.splice(11..11, copies);
            renumber(rows);
        });
        let wanted = found(12, Defect::Inserted { records: u64::try_from(copied).unwrap() });
        assert_eq!(first(&copies_of_those_before), wanted);
    }
    let written_over_by_a_copy = altered(30, |rows| rows[11] = Row { position: 12, ..rows[10].clone() });
    assert_eq!(written_over_by_a_copy.findings, [found(12, Defect::Edited)]);
    let cut = altered(30, |rows| rows.truncate(22));
    assert_eq!(cut.findings, [found(23, Defect::CutOff { witnessed: 30 })]);
    assert_eq!(cut.witnessed, Some(20));
    let cut_between = altered(30, |rows| rows.truncate(15));
    assert_eq!(first(&cut_between), found(16, Defect::CutOff { witnessed: 20 }));
    let doubled = altered(30, |rows| {
        let again = rows[7].clone();
        rows.insert(8, again);
    });
    assert_eq!(first(&doubled), found(8, Defect::OutOfOrder { after: Position(8) }));
}

#[test]
fn swapped_records_are_told_near_and_far_with_and_without_their_leaves() {
    for (one, other) in [(4, 5), (4, 29), (12, 19)] {
        let swapped = found(one, Defect::Swapped { with: Position(other) });
        let (i, j) = (usize::try_from(one).unwrap() - 1, usize::try_from(other).unwrap() - 1);
        let whole_rows = altered(30, |rows| {
            rows.swap(i, j);
            (rows[i].position, rows[j].position) = (one, other);
        });
        assert_eq!(whole_rows.findings, std::slice::from_ref(&swapped), "rows {one} and {other}");
        let contents = altered(30, |rows| {
            let (a, b) = (rows[i].clone(), rows[j].clone());
            rows[i] = Row { position: one, leaf: a.leaf, ..b.clone() };
            rows[j] = Row { position: other, leaf: b.leaf, ..a };
        });
        assert_eq!(contents.findings, [swapped], "contents of {one} and {other}");
    }
}

/// A hand that knows how leaves are made rewrites them as well, and the head: only what stands outside is left.
#[test]
fn a_rewritten_log_is_narrowed_down_by_the_heads_alone() {
    let mut rows = log(30);
    let heads = [head(&rows[..10]), head(&rows[..20]), head(&rows)];
    rows[14].payload = b"{}".to_vec();
    rows[14].leaf = rows[14].record().leaf();
    let report = audit(&rows, &heads, head(&rows));
    assert_eq!(report.findings, [found(11, Defect::OtherPast { last: Position(20) })]);
    assert_eq!(report.witnessed, Some(10));
    assert!(audit(&rows, &[], head(&rows)).is_whole(), "nothing shows it without a head from outside");
    assert!(audit(&rows, &heads[..1], head(&rows)).is_whole(), "nothing shows it before it was witnessed");
}

#[test]
fn without_leaves_a_head_tells_that_something_is_wrong_and_between_which_heads() {
    let mut rows = log(30);
    let heads = [head(&rows[..10]), head(&rows)];
    rows[14].payload = b"{}".to_vec();
    let mut audit = Audit::new(hakodate(), &heads);
    rows.iter().for_each(|row| audit.record(&row.record(), None));
    let report = audit.finish(heads[1]);
    assert_eq!(report.findings, [found(11, Defect::OtherPast { last: Position(30) })]);
}

#[test]
fn what_a_store_would_never_write_is_found_also_without_heads() {
    let rewritten = |alter: fn(&mut Row)| {
        let mut rows = log(30);
        alter(&mut rows[13]);
        rows[13].leaf = rows[13].record().leaf();
        let claimed = head(&rows);
        audit(&rows, &[], claimed).findings
    };
    assert_eq!(rewritten(|row| row.version = 9)[0], found(14, Defect::Version { expected: 2, found: 9 }));
    let number = Defect::Number { series: series(), expected: 4, found: 7 };
    assert_eq!(rewritten(|row| row.number = Some(7))[0], found(14, number));
    assert_eq!(rewritten(|row| row.recorded_at -= 2)[0], found(14, Defect::TimeDecreases));
    let rows = log(5);
    let other = head(&log(4));
    assert_eq!(audit(&rows, &[], other).findings, [found(5, Defect::HeadDiffers { claimed: 4 })]);
}

#[test]
fn a_missing_document_is_a_finding_unless_a_disposal_covers_it() {
    let reference =
        |n: u8| DocumentRef { id: DocumentId(Uuid::from_u128(n.into())), digest: SaltedDigest([n; 32]) };
    let audited = |disposed: &'static str, of: u64| {
        let mut rows = log(12);
        rows[8] = Row { event_type: disposed, stream: case(of), ..rows[8].clone() };
        let mut audit = Audit::new(hakodate(), &[]);
        for row in &rows {
            audit.record(&row.record(), None);
            match row.position {
                1 | 2 => audit.document(Position(row.position), row.stream, reference(1), None),
                5 => audit.document(Position(5), row.stream, reference(2), Some(true)),
                6 => audit.document(Position(6), row.stream, reference(3), Some(false)),
                _ => {}
            }
        }
        let report = audit.finish(head(&[]));
        report
            .findings
            .into_iter()
            .filter(|finding| finding.defect.code().starts_with("document"))
            .collect::<Vec<_>>()
    };
    let altered = found(6, Defect::DocumentAltered { document: reference(3).id });
    let missing = found(1, Defect::DocumentMissing { document: reference(1).id, count: 2 });
    assert_eq!(audited("Disposed", 0), std::slice::from_ref(&altered));
    assert_eq!(audited("Disposed", 1), [missing.clone(), altered.clone()]);
    assert_eq!(audited("Closed", 0), [missing, altered]);
}

#[test]
fn more_findings_than_are_kept_are_counted() {
    let mut rows = log(1_500);
    for row in &mut rows {
        row.position = 1;
        row.leaf = row.record().leaf();
    }
    let report = audit(&rows, &[], head(&[]));
    assert_eq!((report.findings.len(), report.found), (1_000, 1_499));
}

proptest! {
    /// Whatever byte of whatever row is changed, a witnessed head shows it, and the row is named.
    #[test]
    fn any_edited_row_is_named(size in 1_u64..60, row: prop::sample::Index, what in 0_usize..5, by in 1_u64..1_000) {
        let mut rows = log(size);
        let (whole, at) = (head(&rows), row.index(rows.len()));
        let row = &mut rows[at];
        match what {
            0 => row.payload.push(b' '),
            1 => row.version += by,
            2 => row.recorded_at += i64::try_from(by).unwrap(),
            3 => row.number = Some(row.number.unwrap_or(0) + by),
            _ => row.stream = case(1_000_000 + by),
        }
        let report = audit(&rows, &[whole], whole);
        prop_assert_eq!(first(&report), found(at as u64 + 1, Defect::Edited));
        prop_assert_eq!(report.witnessed, None);
    }

    /// Whatever rows are taken away, with or without renumbering what follows, it is found where they were.
    #[test]
    fn any_deleted_rows_are_named(size in 2_u64..60, from: prop::sample::Index, many in 1_usize..8, renumbered: bool) {
        let mut rows = log(size);
        let (whole, from) = (head(&rows), from.index(rows.len()));
        let end = (from + many).min(rows.len());
        rows.drain(from..end);
        if renumbered { renumber(&mut rows); }
        let report = audit(&rows, &[whole], whole);
        prop_assert_eq!(report.findings[0].position, Position(from as u64 + 1), "{:?}", report.findings);
        prop_assert_eq!(report.witnessed, None);
    }

    /// Any two rows that change places are named, both.
    #[test]
    fn any_two_swapped_rows_are_named(size in 2_u64..80, one: prop::sample::Index, other: prop::sample::Index) {
        let mut rows = log(size);
        let (a, b) = (one.index(rows.len()), other.index(rows.len()));
        prop_assume!(a != b);
        let (a, b) = (a.min(b), a.max(b));
        let whole = head(&rows);
        rows.swap(a, b);
        renumber(&mut rows);
        let with = Position(b as u64 + 1);
        let report = audit(&rows, &[whole], whole);
        prop_assert_eq!(report.findings, [found(a as u64 + 1, Defect::Swapped { with })]);
    }
}
