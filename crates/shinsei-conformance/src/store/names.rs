//! Ids and codes are told apart by all that they consist of, and whatever is kept comes back as it was given.
//!
//! A database that compares text without regard to case, cuts a key, or keeps half of an id passes every clause whose names
//! are unlike each other.

use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey, Settled};
use shinsei_core::document::{Body, NewDocument};
use shinsei_core::ids::{CommandId, DocumentId, Position, StreamId, StreamKind, Version};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{CommandKey, Outcome};
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use super::StoreUnderTest;
use super::fixture::{
    Draft, case, done, draft, entry, event, hakodate, lease, log, numbered, only, outcome, quiet, salt,
    series, sha256, stream,
};
use crate::clause::{Kept, same};

/// Codes as unlike each other as codes that are hard to tell apart can be: by case, by the last of 64 letters, by a mark.
fn alike() -> Vec<String> {
    let long = "receipt-R08/".repeat(6);
    let long = &long[..63];
    let mut codes: Vec<String> =
        ["R08", "r08", "R8", "R08.", "R08-", "R08_", "R08/", "/R08", "R08/1", "R08/10", "R08/2"]
            .map(str::to_owned)
            .into();
    codes.extend([format!("{long}a"), format!("{long}A"), long.to_owned()]);
    codes
}

/// An id, and those that differ from it in one byte each: in the lowest bit and in the highest.
fn ids() -> Vec<Uuid> {
    let base = 0x0192_4a00_5b00_7c00_8d00_9e00_af00_b000_u128;
    let changed = (0..16).flat_map(|byte| [1_u128, 0x80].map(|bit| base ^ (bit << (8 * byte))));
    std::iter::once(base).chain(changed).map(Uuid::from_u128).collect()
}

/// Streams, commands and documents whose ids differ in one bit are apart.
pub fn an_id_counts_with_every_byte(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let ids = ids();
    for (n, id) in (1_u8..).zip(&ids) {
        let of = StreamId { kind: StreamKind::Case, id: *id };
        let form = NewDocument { id: DocumentId(*id), ..named_document(n, of, "form") };
        let commit = named(*id, n).append_these(of, 0, vec![event(n.to_string())]).link(form);
        let receipt = done(&*store, commit)?;
        same!(receipt.first, Position(u64::from(n)), "the position of the record of {id}");
    }
    for (n, id) in (1_u8..).zip(&ids) {
        let of = StreamId { kind: StreamKind::Case, id: *id };
        let read = stream(&*store, hakodate(), of)?;
        let found: Vec<_> = read.iter().map(|record| (record.stream, record.command)).collect();
        same!(found, [(of, CommandId(*id))], "the records of the stream {id}");
        let first = store.find(hakodate(), CommandId(*id))?.map(|found| found.receipt.first);
        same!(first, Some(Position(u64::from(n))), "where `find` has the command {id}");
        let document = store.document(hakodate(), DocumentId(*id))?;
        let kept = document.map(|document| (document.id, document.stream, document.content));
        same!(kept, Some((DocumentId(*id), of, n.to_string().into_bytes())), "the document {id}");
    }
    Ok(())
}

/// A digest that differs in one bit is another content.
pub fn a_digest_counts_with_every_byte(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let digest = sha256(b"content");
    done(&*store, draft(1).with_digest(digest).append(case(1), 0, 1))?;
    for byte in 0..digest.len() {
        let mut other = digest;
        other[byte] ^= 0x80;
        let found = outcome(&*store, draft(1).with_digest(other).append(case(1), 0, 1))?;
        same!(found, Outcome::KeyReused, "a command whose digest differs in byte {byte} alone");
    }
    Ok(())
}

/// Series whose names are alike count each by itself, come back as they were named, and are listed in the order of their
/// bytes.
pub fn a_series_counts_with_every_letter(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut codes = alike();
    for value in 1..=2 {
        let all = codes.iter().map(|code| numbered(code)).collect();
        let receipt =
            done(&*store, draft(value.into()).append_these(case(1), (value - 1) * codes.len() as u64, all))?;
        let given: Vec<_> = receipt.numbers.into_iter().map(|(_, number)| number).collect();
        let wanted: Vec<_> = codes.iter().map(|code| Number { series: series(code), value }).collect();
        same!(given, wanted, "the numbers of series whose names are alike");
    }
    codes.sort_unstable();
    let wanted: Vec<_> = codes.iter().map(|code| Number { series: series(code), value: 2 }).collect();
    same!(store.standing(hakodate())?.numbers, wanted, "where the series stand, in the order of their names");
    Ok(())
}

/// Entries whose names are alike are entries of their own, and come back as they were named.
pub fn an_entry_counts_with_every_letter(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let codes = alike();
    let all =
        codes.iter().fold(quiet(), |all, code| all.schedule(&entry(1, code), Channel::Notice, Due::AtOnce));
    done(&*store, all)?;
    let shown: Vec<_> = store.agenda(hakodate(), usize::MAX)?.into_iter().map(|row| row.key).collect();
    let wanted: Vec<EntryKey> = codes.iter().map(|code| entry(1, code)).collect();
    same!(shown, wanted, "the entries whose names are alike, in the order of scheduling");
    for key in wanted {
        let lent = only(lease(&*store, Channel::Notice)?)?;
        same!(lent.key, key, "which of the entries whose names are alike is lent next");
        done(&*store, quiet().settle(&lent, Settled::Done))?;
    }
    Ok(())
}

/// A task comes back byte for byte, whatever its bytes are.
pub fn a_task_is_any_bytes(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let tasks: [Vec<u8>; 5] =
        [vec![], vec![0], vec![0xff, 0xfe, 0], (0..=255).collect(), super::fixture::noise(7, 20_000)];
    for (n, task) in (1..).zip(&tasks) {
        let due = Due::AtOnce;
        let key = entry(n, "receipt-notice");
        let scheduled =
            AgendaChange::Schedule(Entry { key, channel: Channel::Notice, due, task: task.clone() });
        done(&*store, quiet().change(scheduled))?;
    }
    let lent: Vec<Vec<u8>> = lease(&*store, Channel::Notice)?.into_iter().map(|lease| lease.task).collect();
    same!(
        lent.iter().map(Vec::len).collect::<Vec<_>>(),
        tasks.each_ref().map(Vec::len),
        "the lengths of tasks"
    );
    for (n, (lent, task)) in (1..).zip(lent.iter().zip(&tasks)) {
        same!(sha256(lent), sha256(task), "the SHA-256 of the task of entry {n}");
    }
    Ok(())
}

/// Entries are due at any instant, long past or far off, to the microsecond.
pub fn an_entry_is_due_at_any_instant(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let now = subject.clock().now();
    let instants: Vec<Timestamp> =
        [-62_135_596_800_000_000, -1, 0, 1, now.micros() - 1, 253_402_300_799_999_999]
            .into_iter()
            .filter_map(Timestamp::from_micros)
            .collect();
    let all = (1..)
        .zip(&instants)
        .fold(quiet(), |all, (n, due)| all.schedule(&entry(n, "deadline"), Channel::Deadline, Due::At(*due)));
    done(&*store, all)?;
    let shown: Vec<_> = store.agenda(hakodate(), usize::MAX)?.into_iter().map(|row| row.due).collect();
    same!(shown, instants, "when entries are due, from the year 1 to the year 9999");
    let mut lent: Vec<_> = lease(&*store, Channel::Deadline)?.into_iter().map(|lease| lease.due).collect();
    lent.sort_unstable();
    same!(lent, instants[..5], "when what is lent of them was due");
    subject.clock().set(instants[5]);
    let last = lease(&*store, Channel::Deadline)?.into_iter().map(|lease| lease.due).max();
    same!(last, Some(instants[5]), "what is lent at the end of the year 9999");
    Ok(())
}

/// Each document of a commit has a stream, a role and a salt of its own, and roles come back as they were given.
pub fn each_document_has_what_was_said_of_it(subject: &dyn StoreUnderTest) -> Kept {
    const LONG: &str = "evidence-of-the-certificates-and-lists-that-a-verdict-rested-on.";
    let store = subject.open();
    let roles = ["form", "Form", LONG, "f", "attachment/2"];
    let all = (1_u8..).zip(roles).fold(draft(1).append(case(1), 0, 1), |all, (n, role)| {
        all.link(named_document(n, case(n.into()), role))
    });
    done(&*store, all)?;
    for (n, role) in (1_u8..).zip(roles) {
        let found = store.document(hakodate(), super::fixture::document(n.into()))?;
        let found = found.map(|document| (document.stream, document.role, document.salt.0, document.content));
        let wanted = (case(n.into()), role.to_owned(), salt(n.into()).0, n.to_string().into_bytes());
        same!(found, Some(wanted), "what document {n} of a commit is");
    }
    Ok(())
}

/// A page behind every record is empty, however far behind; nothing is appended there.
pub fn a_place_may_be_any_number(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2))?;
    let stale = Outcome::Stale { stream: case(1), actual: Version(2) };
    for place in [u32::MAX.into(), i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX] {
        let mut seen = 0;
        let mut count = |_: shinsei_core::record::RawRecord<'_>| {
            seen += 1;
            std::ops::ControlFlow::Continue(())
        };
        store.read_log(hakodate(), Position(place), 10, &mut count)?;
        store.read_stream(hakodate(), case(1), Version(place), 10, &mut count)?;
        same!(seen, 0, "how many records of log and stream stand behind place {place}");
        same!(store.nodes(hakodate(), 0, place, 10)?, [], "the leaf hashes from {place} on");
        let ahead = outcome(&*store, draft(2).append(case(1), place, 1))?;
        same!(ahead, stale, "an append that expects {place} events where two are");
    }
    same!(log(&*store, hakodate())?.len(), 2, "the records after that");
    Ok(())
}

/// A commit under a command id and its number as the digest.
fn named(id: Uuid, n: u8) -> Draft {
    let mut draft = quiet();
    draft.0.command = Some(CommandKey { id: CommandId(id), digest: sha256(&[n]) });
    draft
}

fn named_document(n: u8, stream: StreamId, role: &'static str) -> NewDocument {
    let body = Body::Inline(n.to_string().into_bytes().into());
    NewDocument { id: super::fixture::document(n.into()), stream, role, salt: salt(n.into()), body }
}
