//! Logs verified where they are kept: what their store refuses to read is told, and the rest is read around it.

use shinsei_core::audit::Report;
use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::audit::log::verify;
use shinsei_core::ids::Position;
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
