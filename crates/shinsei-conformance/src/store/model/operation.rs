//! What may be asked of a store, in numbers that shrink: which of a few streams, commands, documents and entries, and
//! whether what is said of them is right.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use shinsei_core::agenda::Channel;

/// Streams, and the commands and documents that are asked for, are numbered from 1.
pub(super) const STREAMS_MAX: u8 = 3;
pub(super) const COMMANDS_MAX: u8 = 8;

/// Those up to the first number have their bytes in the commit, those up to the second are shared, the others are staged.
pub(super) const INLINE_MAX: u8 = 3;
pub(super) const SHARED_MAX: u8 = 5;
pub(super) const DOCUMENTS_MAX: u8 = 8;

/// The names of agenda entries of a stream, each in a channel.
pub(super) const NAMES: [(&str, Channel); 4] = [
    ("notice-a", Channel::Notice),
    ("notice-b", Channel::Notice),
    ("deadline-a", Channel::Deadline),
    ("deadline-b", Channel::Deadline),
];

/// One operation.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// Commits as one batch.
    Commit(Vec<Draft>),
    /// Lends entries.
    Lease { city: u8, channel: Channel, entries_max: usize },
    /// Stages a chunk where the last one ended, or the first one anew.
    Stage { city: u8, document: u8, anew: bool, bytes: usize },
    /// Sweeps what was staged before now.
    Sweep,
    /// Erases the documents of a stream.
    Erase { city: u8, stream: u8 },
    /// Lets time pass.
    Pass { seconds: i64 },
    /// Sets the clock back, by no more than the store bears.
    StepBack { seconds: i64 },
    /// Closes the store and opens it again.
    Reopen,
}

/// A commit before it is known what is right at its time.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) city: u8,
    /// Its number, and which of two contents it has.
    pub(super) command: Option<(u8, bool)>,
    pub(super) appends: Vec<Append>,
    /// Streams that were read, and by how much the version is wrong.
    pub(super) unchanged: Vec<(u8, i8)>,
    pub(super) documents: Vec<Link>,
    pub(super) agenda: Vec<Change>,
    pub(super) settles: Vec<Settle>,
    pub(super) window: During,
}

/// Events for a stream: of each, from which of two series it wants a number, if it does.
#[derive(Clone, Debug)]
pub(super) struct Append {
    pub(super) stream: u8,
    /// By how much the expected version is wrong.
    pub(super) off: i8,
    pub(super) events: Vec<Option<bool>>,
}

/// A document for a stream; of a staged one, whether it is said to be what was staged.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) document: u8,
    pub(super) stream: u8,
    pub(super) is_right: bool,
}

/// A change of the agenda: of a stream and one of [`NAMES`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// At once, or after so many seconds, which may be past.
    Schedule(u8, usize, Option<i64>),
    Cancel(u8, usize),
    Redrive(u8, usize),
}

/// A settlement: of a stream and one of [`NAMES`], by how much the fence is wrong, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settle {
    pub(super) stream: u8,
    pub(super) name: usize,
    pub(super) off: i8,
    pub(super) how: How,
}

/// How an entry is settled.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Done,
    Moot,
    Parked,
    /// After so many seconds.
    Retry(i64),
}

/// When a commit holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum During {
    Always,
    /// Until the time of the clock.
    Past,
    /// From the time of the clock.
    FromNow,
}

/// Any operation, mostly commits.
pub(super) fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        8 => vec(draft(), 1..4).prop_map(Operation::Commit),
        3 => (city(), select(vec![Channel::Notice, Channel::Deadline]), 0_usize..4)
            .prop_map(|(city, channel, entries_max)| Operation::Lease { city, channel, entries_max }),
        2 => (city(), SHARED_MAX + 1..=DOCUMENTS_MAX, any::<bool>(), 0_usize..100)
            .prop_map(|(city, document, anew, bytes)| Operation::Stage { city, document, anew, bytes }),
        1 => Just(Operation::Sweep),
        1 => (city(), stream()).prop_map(|(city, stream)| Operation::Erase { city, stream }),
        2 => select(vec![1_i64, 59, 61, 600]).prop_map(|seconds| Operation::Pass { seconds }),
        1 => (1_i64..5).prop_map(|seconds| Operation::StepBack { seconds }),
        1 => Just(Operation::Reopen),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let command = option::weighted(0.9, (1..=COMMANDS_MAX, prop_oneof![4 => Just(false), 1 => Just(true)]));
    let parts = (vec(append(), 0..3), vec((stream(), off()), 0..2), vec(link(), 0..3));
    let later = (vec(change(), 0..3), vec(settle(), 0..2));
    (city(), command, parts, later, during()).prop_map(|(city, command, parts, later, window)| Draft {
        city,
        command,
        appends: parts.0,
        unchanged: parts.1,
        documents: parts.2,
        agenda: later.0,
        settles: later.1,
        window,
    })
}

fn append() -> impl Strategy<Value = Append> {
    (stream(), off(), vec(option::of(any::<bool>()), 1..3)).prop_map(|(stream, off, events)| Append {
        stream,
        off,
        events,
    })
}

fn link() -> impl Strategy<Value = Link> {
    let is_right = prop_oneof![5 => Just(true), 1 => Just(false)];
    (1..=DOCUMENTS_MAX, stream(), is_right).prop_map(|(document, stream, is_right)| Link {
        document,
        stream,
        is_right,
    })
}

fn change() -> impl Strategy<Value = Change> {
    let after = option::of(select(vec![0_i64, 30, -30]));
    prop_oneof![
        4 => (stream(), name(), after).prop_map(|(stream, name, after)| Change::Schedule(stream, name, after)),
        1 => (stream(), name()).prop_map(|(stream, name)| Change::Cancel(stream, name)),
        1 => (stream(), name()).prop_map(|(stream, name)| Change::Redrive(stream, name)),
    ]
}

fn settle() -> impl Strategy<Value = Settle> {
    let how = prop_oneof![
        Just(How::Done),
        Just(How::Moot),
        Just(How::Parked),
        select(vec![0_i64, 30, -30]).prop_map(How::Retry),
    ];
    (stream(), name(), off(), how).prop_map(|(stream, name, off, how)| Settle { stream, name, off, how })
}

fn during() -> impl Strategy<Value = During> {
    prop_oneof![8 => Just(During::Always), 1 => Just(During::Past), 1 => Just(During::FromNow)]
}

fn city() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0_u8), 1 => Just(1_u8)]
}

fn stream() -> impl Strategy<Value = u8> {
    1..=STREAMS_MAX
}

fn name() -> impl Strategy<Value = usize> {
    0..NAMES.len()
}

/// Mostly right.
fn off() -> impl Strategy<Value = i8> {
    prop_oneof![8 => Just(0_i8), 1 => Just(1_i8), 1 => Just(-1_i8)]
}
