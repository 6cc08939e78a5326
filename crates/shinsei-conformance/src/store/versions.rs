//! Records come back as they were written, and a stream is appended to only by those who know where it ends.

use shinsei_core::bytes::Bytes;
use shinsei_core::ids::{StreamId, StreamKind, Version};
use shinsei_core::port::store::{NewRecord, Outcome};
use uuid::Uuid;

use super::StoreUnderTest;
use super::fixture::{
    Record, case, done, draft, event, everything, hakodate, log, noise, numbered, outcome, stream,
};
use crate::clause::{Kept, hold, same};

/// What was appended is read back in order, each field and each byte of it, from the stream and from the log.
pub fn appended_records_come_back(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let written = vec![
        NewRecord { event_type: "Submitted", schema_version: 1, ..event("{\"氏名\":\"\\u0000\"}") },
        NewRecord { event_type: "ReceiptIssued", schema_version: u16::MAX, ..numbered("receipt-R08") },
        NewRecord { event_type: "A", ..event(noise(1, 1_200_000)) },
        NewRecord { event_type: "Reviewed", ..event("") },
    ];
    done(&*store, draft(1).append_these(case(1), 0, written[..3].to_vec()))?;
    done(&*store, draft(2).append_these(case(1), 3, written[3..].to_vec()))?;
    let read = stream(&*store, hakodate(), case(1))?;
    same!(read.len(), written.len(), "as many records are read as were written");
    for (n, (record, new)) in (1..).zip(read.iter().zip(&written)) {
        same!(record.version, Version(n), "versions count from 1");
        same!(record.stream, case(1), "the stream of version {n}");
        same!(record.event_type, new.event_type, "the event type of version {n}");
        same!(record.schema_version, new.schema_version, "the schema version of version {n}");
        same!(record.codec, new.codec, "the codec of version {n}");
        hold!(
            record.payload == Bytes::from(&new.payload[..]),
            "the payload of version {n} is not what was written"
        );
    }
    let commands: Vec<_> = read.iter().map(|record| record.command.0.as_u128()).collect();
    same!(commands, [1, 1, 1, 2], "each record names its command");
    same!(log(&*store, hakodate())?, read, "the log shows the records as their stream does");
    Ok(())
}

/// An append that expects fewer events than there are is `Stale` with the actual version, and nothing is written.
pub fn an_append_behind_is_stale(subject: &dyn StoreUnderTest) -> Kept {
    stale_when_expected(subject, 2, [0, 1])
}

/// An append that expects more events than there are is `Stale` with the actual version, and nothing is written.
pub fn an_append_ahead_is_stale(subject: &dyn StoreUnderTest) -> Kept {
    stale_when_expected(subject, 2, [3, u64::from(u32::MAX)])?;
    let store = subject.open();
    let ahead = outcome(&*store, draft(9).append(case(9), 1, 1))?;
    same!(ahead, stale(case(9), 0), "an append behind the first event of a stream that is not there");
    Ok(())
}

fn stale_when_expected(subject: &dyn StoreUnderTest, actual: u64, expected: [u64; 2]) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2))?;
    let before = everything(&*store, hakodate())?;
    for (n, expected) in (2..).zip(expected) {
        let outcome = outcome(&*store, draft(n).append(case(1), expected, 1))?;
        same!(outcome, stale(case(1), actual), "an append that expects {expected} events where {actual} are");
        same!(everything(&*store, hakodate())?, before, "a stale append leaves no trace");
    }
    Ok(())
}

/// A commit is `Stale` when a stream that it only read has another version by now.
pub fn a_stream_that_was_read_and_moved_is_stale(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2))?;
    let before = everything(&*store, hakodate())?;
    for (n, read) in [(2, 1), (3, 3)] {
        let outcome = outcome(&*store, draft(n).append(case(2), 0, 1).unchanged(case(1), read))?;
        same!(outcome, stale(case(1), 2), "a commit that read version {read} of a stream of two events");
        same!(everything(&*store, hakodate())?, before, "a stale commit leaves no trace");
    }
    let read = draft(4).append(case(2), 0, 1).unchanged(case(1), 2).unchanged(case(3), 0);
    done(&*store, read)?;
    Ok(())
}

/// Of a commit to two streams both are written, or none when one is stale.
pub fn two_streams_are_written_or_none(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(2), 0, 1))?;
    let before = everything(&*store, hakodate())?;
    let outcome = outcome(&*store, draft(2).append(case(1), 0, 1).append(case(2), 2, 1))?;
    same!(outcome, stale(case(2), 1), "a commit whose second append is stale");
    same!(everything(&*store, hakodate())?, before, "a commit of which one append is stale leaves no trace");
    done(&*store, draft(3).append(case(1), 0, 1).append(case(2), 1, 1))?;
    let versions = |records: Vec<Record>| records.last().map(|record| record.version);
    same!(versions(stream(&*store, hakodate(), case(1))?), Some(Version(1)), "the first stream of the two");
    same!(versions(stream(&*store, hakodate(), case(2))?), Some(Version(2)), "the second stream of the two");
    Ok(())
}

/// A case and a user of the same id are two streams.
pub fn kinds_of_stream_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let kinds = [
        StreamKind::Case,
        StreamKind::User,
        StreamKind::Mandate,
        StreamKind::Procedure,
        StreamKind::Calendar,
        StreamKind::Service,
        StreamKind::Delivery,
    ];
    let of = |kind| StreamId { kind, id: Uuid::from_u128(1) };
    for (n, kind) in (1..).zip(kinds) {
        done(&*store, draft(n).append(of(kind), 0, 1))?;
    }
    for kind in kinds {
        let read = stream(&*store, hakodate(), of(kind))?;
        let found: Vec<_> = read.iter().map(|record| record.stream).collect();
        same!(found, [of(kind)], "what the stream of a {kind:?} holds");
    }
    Ok(())
}

fn stale(stream: StreamId, actual: u64) -> Outcome {
    Outcome::Stale { stream, actual: Version(actual) }
}
