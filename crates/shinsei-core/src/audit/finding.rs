//! What an audit finds, in words.

use std::fmt;

use crate::ids::{DocumentId, Municipality, Position, Series};
use crate::time::Timestamp;

/// Something is wrong, from a position on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The first record that is wrong.
    pub position: Position,
    /// In what way.
    pub defect: Defect,
}

/// In what way a log is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Defect {
    /// The record is not what was recorded.
    Edited,
    /// The record and another one have changed places.
    Swapped {
        /// The other one.
        with: Position,
    },
    /// Records were deleted here, and those after them moved up.
    Deleted {
        /// How many.
        records: u64,
    },
    /// Records were inserted here, and those after them moved down.
    Inserted {
        /// How many.
        records: u64,
    },
    /// Positions have no record.
    Missing {
        /// The last of them.
        last: Position,
    },
    /// A record comes after one of the same or a higher position.
    OutOfOrder {
        /// The position before it.
        after: Position,
    },
    /// The log ends before a head that was witnessed.
    CutOff {
        /// How many records the head has.
        witnessed: u64,
    },
    /// A witnessed head is not the root over these records, and the leaves that were kept do not lead to it either: this
    /// part of the log was rewritten.
    OtherPast {
        /// The last record that the head covers.
        last: Position,
    },
    /// The record is not in the log of the head.
    NotInLog,
    /// The head that the log gives for itself is not that of its records.
    HeadDiffers {
        /// How many records it claims.
        claimed: u64,
    },
    /// The head that the log gives for itself cannot be read.
    HeadUnreadable {
        /// Why.
        why: String,
    },
    /// The last number that is kept of a series, from which the next one follows, is not the last that the records were given.
    SeriesDiffers {
        /// Which series.
        series: Series,
        /// The last that a record was given; 0 for none.
        given: u64,
        /// The last as it is kept; 0 for none.
        kept: u64,
    },
    /// The time that is kept as that of the last record, before which nothing more is recorded, is not its own.
    TimeDiffers {
        /// The time as it is kept.
        kept: Option<Timestamp>,
    },
    /// The receipt that is kept of the record's command, and given to whoever sends it again, is not what its records say.
    ReceiptDiffers,
    /// The record's command is not known: sent again, it would take effect again.
    ReceiptMissing,
    /// The hash that the store keeps for a block of records from this one on is not theirs, or is not there. The records
    /// are; what is proved by way of it is not.
    NodeDiffers {
        /// The last record of the block.
        last: Position,
    },
    /// The record belongs to another municipality.
    OtherMunicipality {
        /// To which.
        found: Municipality,
    },
    /// A version of the record's stream is left out or doubled.
    Version {
        /// Which was expected.
        expected: u64,
        /// Which is there.
        found: u64,
    },
    /// A number of a gapless series is left out or doubled.
    Number {
        /// Which series.
        series: Series,
        /// Which was expected.
        expected: u64,
        /// Which is there.
        found: u64,
    },
    /// The record is older than the one before it.
    TimeDecreases,
    /// A document that the record refers to is not there, and no disposal covers it.
    DocumentMissing {
        /// Which.
        document: DocumentId,
        /// How many of the stream are missing.
        count: u64,
    },
    /// A document is not the one that the record refers to.
    DocumentAltered {
        /// Which.
        document: DocumentId,
    },
    /// The record cannot be read.
    Unreadable {
        /// Why.
        why: String,
    },
}

impl Defect {
    /// A name that programs can match, such as `edited`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Swapped { .. } => "swapped",
            Self::Deleted { .. } => "deleted",
            Self::Inserted { .. } => "inserted",
            Self::Missing { .. } => "missing",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::CutOff { .. } => "cut-off",
            Self::OtherPast { .. } => "other-past",
            Self::NotInLog => "not-in-log",
            Self::HeadDiffers { .. } => "head-differs",
            Self::HeadUnreadable { .. } => "head-unreadable",
            Self::SeriesDiffers { .. } => "series-differs",
            Self::TimeDiffers { .. } => "time-differs",
            Self::ReceiptDiffers => "receipt-differs",
            Self::ReceiptMissing => "receipt-missing",
            Self::NodeDiffers { .. } => "node-differs",
            Self::OtherMunicipality { .. } => "other-municipality",
            Self::Version { .. } => "version",
            Self::Number { .. } => "number",
            Self::TimeDecreases => "time-decreases",
            Self::DocumentMissing { .. } => "document-missing",
            Self::DocumentAltered { .. } => "document-altered",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, defect } = self;
        match defect {
            Defect::Edited => write!(f, "record {position} was edited: it is not what was recorded"),
            Defect::Swapped { with } => write!(f, "record {position} was swapped with record {with}"),
            Defect::Deleted { records: 1 } => {
                write!(f, "record {position} was deleted, and those after it moved up")
            }
            Defect::Deleted { records } => {
                write!(f, "{records} records from {position} on were deleted, and those after them moved up")
            }
            Defect::Inserted { records: 1 } => {
                write!(f, "record {position} was inserted, and those after it moved down")
            }
            Defect::Inserted { records } => {
                write!(
                    f,
                    "{records} records from {position} on were inserted, and those after them moved down"
                )
            }
            Defect::Missing { last } if last == position => write!(f, "record {position} is missing"),
            Defect::Missing { last } => write!(f, "records {position} to {last} are missing"),
            Defect::OutOfOrder { after } => write!(f, "record {position} comes after record {after}"),
            Defect::CutOff { witnessed } => write!(
                f,
                "the log was cut off before record {position}: a witnessed head has {witnessed} records"
            ),
            Defect::OtherPast { last } => write!(
                f,
                "the log was rewritten between record {position} and record {last}: the witnessed head of {last} \
                 records is not theirs"
            ),
            Defect::NotInLog => write!(f, "record {position} is not in the log of the head"),
            Defect::HeadDiffers { claimed } => {
                write!(f, "the log gives itself a head of {claimed} records that is not that of its records")
            }
            Defect::HeadUnreadable { why } => {
                write!(f, "the head that the log gives for itself cannot be read: {why}")
            }
            Defect::SeriesDiffers { series, given, kept } => write!(
                f,
                "the last number that is kept of {series} is {kept}, and that of the records is {given}: the next one would \
                 not follow"
            ),
            Defect::TimeDiffers { kept: Some(kept) } => write!(
                f,
                "the time that is kept of the last record is {kept}, and is not that of record {position}"
            ),
            Defect::TimeDiffers { kept: None } => {
                write!(f, "no time is kept of the last record, which is record {position}")
            }
            Defect::ReceiptDiffers => write!(
                f,
                "the receipt that is kept of the command of record {position} is not what its records say"
            ),
            Defect::ReceiptMissing => write!(
                f,
                "the command of record {position} is not known: sent again, it would take effect again"
            ),
            Defect::NodeDiffers { last } => {
                write!(
                    f,
                    "the hash that is kept for records {position} to {last} is not theirs; proofs by it fail"
                )
            }
            Defect::OtherMunicipality { found } => {
                write!(f, "record {position} belongs to municipality {found}")
            }
            Defect::Version { expected, found } => {
                write!(f, "record {position} has version {found} of its stream where {expected} was expected")
            }
            Defect::Number { series, expected, found } => {
                write!(f, "record {position} has number {found} of {series} where {expected} was expected")
            }
            Defect::TimeDecreases => write!(f, "record {position} is older than the one before it"),
            Defect::DocumentMissing { document, count: 1 } => {
                write!(f, "document {document} of record {position} is missing, and no disposal covers it")
            }
            Defect::DocumentMissing { document, count } => write!(
                f,
                "{count} documents of the stream of record {position} are missing, {document} first, and no disposal \
                 covers them"
            ),
            Defect::DocumentAltered { document } => {
                write!(f, "document {document} is not the one that record {position} refers to")
            }
            Defect::Unreadable { why } => write!(f, "record {position} cannot be read: {why}"),
        }
    }
}
