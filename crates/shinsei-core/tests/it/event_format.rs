//! What a record must be to be read as an event, and what is said of one that cannot be read.

use expect_test::expect;
use serde_json::{Value, json};
use shinsei_core::event::Event;
use shinsei_core::event_format::{EventError, Proposed, Upcaster, decode, decode_with};
use shinsei_core::ids::{CaseId, CommandId, Position, Series, Version};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use uuid::Uuid;

fn raw<'a>(event_type: &'a str, schema_version: u16, payload: &'a [u8]) -> RawRecord<'a> {
    RawRecord {
        municipality: "012025".parse().unwrap(),
        position: Position(7),
        stream: CaseId(Uuid::from_u128(1)).into(),
        version: Version(3),
        recorded_at: Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap(),
        command: CommandId(Uuid::from_u128(2)),
        number: None,
        event_type,
        schema_version,
        codec: Codec::Json,
        payload,
    }
}

fn drawn(series: &str, value: u64) -> Option<Number> {
    Some(Number { series: Series::new(series).unwrap(), value })
}

fn said(raw: &RawRecord<'_>) -> String {
    match decode::<Event>(raw) {
        Ok(recorded) => format!("{:?}\n", recorded.event),
        Err(error) => format!("{error:?}\n{error}\n"),
    }
}

/// What a release before the first might have written: the amount alone, fixed by the tariff.
const FROM_ZERO: Upcaster = Upcaster {
    event_type: "FeeAssessed",
    from: 0,
    up: |old| {
        let yen = old.get("amount").cloned().unwrap_or(Value::Null);
        Ok(json!({ "yen": yen, "basis": { "Tariff": { "quantity": 1 } } }))
    },
};

#[test]
fn an_old_shape_is_brought_up_to_date_when_it_is_read() {
    let old = raw("FeeAssessed", 0, br#"{"amount":300}"#);
    let read = decode_with::<Event>(&[FROM_ZERO], &old).unwrap();
    let now = decode::<Event>(&raw("FeeAssessed", 1, br#"{"yen":300,"basis":{"Tariff":{"quantity":1}}}"#));
    assert_eq!(read, now.unwrap());
}

#[test]
fn a_record_of_the_current_shape_passes_no_upcaster() {
    let spoils = Upcaster { from: 1, up: |_| Ok(Value::Null), ..FROM_ZERO };
    let current = raw("FeeAssessed", 1, br#"{"yen":300,"basis":{"Tariff":{"quantity":1}}}"#);
    assert!(decode_with::<Event>(&[spoils], &current).is_ok());
}

#[test]
fn an_upcaster_of_another_type_or_version_is_not_taken() {
    let old = raw("FeeAssessed", 0, br#"{"amount":300}"#);
    for other in [Upcaster { event_type: "FeePaid", ..FROM_ZERO }, Upcaster { from: 2, ..FROM_ZERO }] {
        let read = decode_with::<Event>(&[other], &old);
        assert!(matches!(read, Err(EventError::UnknownVersion { schema_version: 0, .. })), "{read:?}");
    }
}

#[test]
fn an_old_payload_that_is_no_json_is_corrupt() {
    let read = decode_with::<Event>(&[FROM_ZERO], &raw("FeeAssessed", 0, b"{"));
    assert!(matches!(read, Err(EventError::Payload { .. })), "{read:?}");
    let read = decode_with::<Event>(&[FROM_ZERO], &raw("FeeAssessed", 0, br#"{"amount":"many"}"#));
    assert!(matches!(read, Err(EventError::Payload { .. })), "{read:?}");
}

#[test]
fn an_unknown_type_is_named() {
    expect![[r#"
        UnknownType { event_type: "FeeRefunded" }
        the event type FeeRefunded is unknown; this program may be older than the log
    "#]]
    .assert_eq(&said(&raw("FeeRefunded", 1, b"{}")));
}

#[test]
fn a_version_newer_than_the_program_is_named() {
    expect![[r#"
        UnknownVersion { event_type: "FeeAssessed", schema_version: 2 }
        version 2 of FeeAssessed cannot be read; this program may be older than the log
    "#]]
    .assert_eq(&said(&raw("FeeAssessed", 2, br#"{"yen":300}"#)));
}

#[test]
fn a_payload_of_another_shape_is_corrupt() {
    expect![[r#"
        Payload { event_type: "FeeAssessed", source: Error("invalid value: integer `-300`, expected u32", line: 1, column: 11) }
        a payload of FeeAssessed is not of its shape
    "#]].assert_eq(&said(&raw("FeeAssessed", 1, br#"{"yen":-300}"#)));
    expect![[r#"
        Payload { event_type: "Reviewed", source: Error("at least one is needed", line: 1, column: 63) }
        a payload of Reviewed is not of its shape
    "#]]
    .assert_eq(&said(&raw("Reviewed", 1, REFUSED_WITHOUT_REASON)));
}

/// Nobody could have decided it, and nothing reads it.
const REFUSED_WITHOUT_REASON: &[u8] =
    br#"{"by":"s-021","outcome":{"Application":{"Refused":{"reasons":[],"remedy":null}}}}"#;

#[test]
fn a_receipt_stands_on_the_number_in_its_envelope() {
    let record = RawRecord { number: drawn("receipt-R08", 1234), ..raw("ReceiptIssued", 1, b"{}") };
    expect![[r#"
        ReceiptIssued(ReceiptIssued { number: 012025-R08-0001234-7 })
    "#]]
    .assert_eq(&said(&record));
}

#[test]
fn a_receipt_without_its_number_is_corrupt() {
    expect![[r#"
        NumberMissing { event_type: "ReceiptIssued" }
        a record of ReceiptIssued has no number
    "#]]
    .assert_eq(&said(&raw("ReceiptIssued", 1, b"{}")));
}

#[test]
fn a_number_of_another_series_is_no_receipt_number() {
    let with = |number| RawRecord { number, ..raw("ReceiptIssued", 1, b"{}") };
    expect![[r#"
        NumberUnreadable { event_type: "ReceiptIssued" }
        the number of a record of ReceiptIssued is no receipt number
    "#]]
    .assert_eq(&said(&with(drawn("invoice-R08", 1))));
    expect![[r#"
        NumberUnreadable { event_type: "ReceiptIssued" }
        the number of a record of ReceiptIssued is no receipt number
    "#]]
    .assert_eq(&said(&with(drawn("receipt-R08", 0))));
}

#[test]
fn a_number_on_an_event_that_carries_none_is_corrupt() {
    let payload = br#"{"by":"s-021"}"#;
    let record = RawRecord { number: drawn("receipt-R08", 1), ..raw("ReviewStarted", 1, payload) };
    expect![[r#"
        NumberUnexpected { event_type: "ReviewStarted" }
        a record of ReviewStarted has a number, which no event of this type carries
    "#]]
    .assert_eq(&said(&record));
}

#[test]
fn a_receipt_of_a_newer_version_is_not_guessed() {
    let record = RawRecord { number: drawn("receipt-R08", 1), ..raw("ReceiptIssued", 2, b"{}") };
    expect![[r#"
        UnknownVersion { event_type: "ReceiptIssued", schema_version: 2 }
        version 2 of ReceiptIssued cannot be read; this program may be older than the log
    "#]]
    .assert_eq(&said(&record));
}

#[test]
fn an_event_that_wants_a_number_is_written_with_its_series() {
    let series = Series::new("receipt-R08").unwrap();
    let proposed = Proposed::<Event>::Numbered { event_type: "ReceiptIssued", series };
    expect![[r#"
        NewRecord {
            event_type: "ReceiptIssued",
            schema_version: 1,
            codec: Json,
            payload: [
                123,
                125,
            ],
            number_from: Some(
                Series(
                    "receipt-R08",
                ),
            ),
        }
    "#]]
    .assert_debug_eq(&proposed.to_record().unwrap());
}
