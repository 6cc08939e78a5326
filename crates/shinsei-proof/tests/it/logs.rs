//! Logs verified where they are kept: what their store refuses to read is told, and the rest is read around it.

use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::audit::log::verify;
use shinsei_core::audit::{FINDINGS_MAX, Report};
use shinsei_core::ids::{Position, Series};
use shinsei_core::port::store::Receipt;
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::Hash;

use crate::kit::{Kept, document, hakodate, sapporo};

fn found(position: u64, defect: Defect) -> Finding {
    Finding { position: Position(position), defect }
}

fn codes(report: &Report) -> Vec<(u64, &'static str)> {
    report.findings.iter().map(|found| (found.position.0, found.defect.code())).collect()
}

#[test]
fn a_log_that_nobody_touched_is_whole() {
    let kept = Kept::of(100);
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!((report.is_whole(), report.witnessed, report.head), (true, Some(400), kept.head()));
    assert_eq!(verify(&kept, hakodate(), &[]).unwrap().witnessed, None);
    assert!(verify(&Kept::of(0), sapporo(), &[]).unwrap().is_whole());
}

#[test]
fn holes_are_named_one_by_one_and_what_is_behind_them_is_read() {
    let kept = Kept::of(100);
    kept.rows.lock().unwrap().retain(|row| ![7, 8, 250].contains(&row.position));
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    let hole = |position: u64| {
        found(position, Defect::Unreadable { why: format!("the log has no position {position}") })
    };
    assert_eq!(report.findings, [hole(7), hole(8), hole(250)]);
    assert_eq!(report.head.size, 400);
}

#[test]
fn edited_rows_beside_a_hole_are_named_too() {
    let kept = Kept::of(100);
    {
        let mut rows = kept.rows.lock().unwrap();
        rows[204].payload = b"{}".to_vec();
        rows[300].payload = b"{}".to_vec();
        rows.remove(209);
    }
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(codes(&report), [(205, "edited"), (210, "unreadable"), (301, "edited")]);
}

#[test]
fn a_log_that_was_cut_off_is_told_by_its_heads() {
    let kept = Kept::of(100);
    kept.rows.lock().unwrap().truncate(380);
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(report.findings, [found(381, Defect::CutOff { witnessed: 400 })]);
    let report = verify(&kept, hakodate(), &[]).unwrap();
    assert_eq!(report.findings, [found(380, Defect::HeadDiffers { claimed: 400 })]);
}

#[test]
fn a_node_that_is_not_that_of_its_leaves_is_told_and_so_is_one_that_is_gone() {
    let kept = Kept::of(160);
    for (place, first, last) in [(1, 257, 512), (0, 1, 256)] {
        kept.nodes.lock().unwrap().get_mut(&8).unwrap()[place] = Hash([0; 32]);
        let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
        assert_eq!(report.findings, [found(first, Defect::NodeDiffers { last: Position(last) })]);
    }
    kept.grow();
    kept.nodes.lock().unwrap().get_mut(&8).unwrap().pop();
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(report.findings, [found(257, Defect::NodeDiffers { last: Position(512) })]);
    kept.grow();
    kept.rows.lock().unwrap()[299].payload = b"{}".to_vec();
    kept.rows.lock().unwrap()[299].leaf = Hash([0; 32]);
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(codes(&report), [(300, "edited")], "a record that is wrong is what is told");
}

#[test]
fn documents_are_held_against_what_the_records_say() {
    let kept = Kept::of(100);
    kept.documents.lock().unwrap().remove(&document(3));
    kept.documents.lock().unwrap().get_mut(&document(5)).unwrap().content.push(b'!');
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    let missing = Defect::DocumentMissing { document: document(3), count: 1 };
    let altered = found(5, Defect::DocumentAltered { document: document(5) });
    assert_eq!(report.findings, [found(3, missing), altered.clone()]);
    // The third record of case 3.
    kept.rows.lock().unwrap()[202].event_type = "Disposed";
    kept.grow();
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(report.findings, [altered]);
}

#[test]
fn what_is_kept_for_the_next_commit_is_held_against_the_records() {
    let kept = Kept::of(100);
    let series = Series::new("receipt-2026").unwrap();
    let at = |micros| Timestamp::from_micros(micros).unwrap();
    let witnessed = [kept.head()];
    let look = || verify(&kept, hakodate(), &witnessed).unwrap().findings;
    let differs = |series: &Series, given, kept| {
        found(400, Defect::SeriesDiffers { series: series.clone(), given, kept })
    };
    for last in [99, 101] {
        kept.standing.lock().unwrap().numbers[0].value = last;
        assert_eq!(look(), [differs(&series, 100, last)]);
    }
    kept.standing.lock().unwrap().numbers.clear();
    assert_eq!(look(), [differs(&series, 100, 0)]);
    kept.grow();
    let other = Series::new("receipt-2027").unwrap();
    kept.standing.lock().unwrap().numbers.push(Number { series: other.clone(), value: 7 });
    assert_eq!(look(), [differs(&other, 0, 7)]);
    kept.grow();
    for time in [None, Some(at(1)), Some(at(4_000_000_000_000_000))] {
        kept.standing.lock().unwrap().recorded_at = time;
        assert_eq!(look(), [found(400, Defect::TimeDiffers { kept: time })]);
    }
    // What is wrong with the head says it all.
    kept.standing.lock().unwrap().head.size = 399;
    assert_eq!(look(), [found(400, Defect::HeadDiffers { claimed: 399 })]);
}

#[test]
fn receipts_are_held_against_the_records_of_their_commands() {
    let kept = Kept::of(100);
    let ids: Vec<_> = kept.receipts.lock().unwrap().keys().copied().collect();
    let change = |place: usize, change: fn(&mut Receipt)| {
        change(kept.receipts.lock().unwrap().get_mut(&ids[place]).unwrap());
    };
    change(0, |receipt| receipt.first = Position(2));
    change(50, |receipt| receipt.numbers[1].1.value += 1);
    change(70, |receipt| receipt.numbers.clear());
    change(110, |receipt| receipt.recorded_at = Timestamp::from_micros(0).unwrap());
    change(120, |receipt| receipt.records = 1);
    for gone in [130, 199] {
        kept.receipts.lock().unwrap().remove(&ids[gone]);
    }
    kept.standing.lock().unwrap().numbers[0].value = 500;
    let wrong = [
        (1, "receipt-differs"),
        (101, "receipt-differs"),
        (141, "receipt-differs"),
        (221, "receipt-differs"),
        (241, "receipt-differs"),
        (261, "receipt-missing"),
        (399, "receipt-missing"),
        (400, "series-differs"),
    ];
    assert_eq!(codes(&verify(&kept, hakodate(), &[kept.head()]).unwrap()), wrong);
    kept.rows.lock().unwrap()[299].payload = b"{}".to_vec();
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!(codes(&report), [(300, "edited")], "a record that is wrong is what is told");
}

#[test]
fn where_all_receipts_are_gone_the_first_thousand_are_told_and_all_are_counted() {
    let kept = Kept::of(600);
    kept.receipts.lock().unwrap().clear();
    let report = verify(&kept, hakodate(), &[kept.head()]).unwrap();
    assert_eq!((report.findings.len(), report.found), (FINDINGS_MAX, 1_200));
    assert_eq!(report.findings.last(), Some(&found(1_999, Defect::ReceiptMissing)));
}

#[test]
fn a_log_that_is_being_written_to_is_verified_up_to_where_it_stood() {
    let (kept, before) = (Kept::of(100), Kept::of(100));
    before.rows.lock().unwrap().truncate(330);
    before.grow();
    let began = before.standing.lock().unwrap().clone();
    *kept.began.lock().unwrap() = Some(began.clone());
    let report = verify(&kept, hakodate(), &[before.head()]).unwrap();
    assert_eq!((report.findings, report.head, report.witnessed), (vec![], before.head(), Some(330)));
    // Records behind the head that nobody's commit has put there.
    *kept.standing.lock().unwrap() = began;
    let report = verify(&kept, hakodate(), &[before.head()]).unwrap();
    assert_eq!(report.findings, [found(400, Defect::HeadDiffers { claimed: 330 })]);
}
