//! What the agenda keeps of a notice until it is due.

use crate::ids::EntryName;

/// Which notice: a code, and where a case may have several of a kind, which one of them. All else is rendered from what
/// is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Send M2 申請受付のお知らせ.
    ReceiptNotice,
    /// Send M3, M4 or M5 審査結果のお知らせ; delivering it tells the result.
    ResultNotice,
}

impl Task {
    /// The name of its entry in the agenda of its stream: one notice for each cause.
    pub fn entry_name(self) -> EntryName {
        match self.parts() {
            (name, None) => EntryName::constant(name),
            (name, Some(ordinal)) => EntryName::numbered(name, ordinal),
        }
    }

    /// The bytes that the agenda keeps.
    pub fn to_bytes(self) -> Vec<u8> {
        self.entry_name().as_str().as_bytes().to_vec()
    }

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (name, ordinal) = match text.split_once('/') {
            Some((name, ordinal)) => (name, Some(ordinal.parse().ok()?)),
            None => (text, None),
        };
        let task = Self::of(name, ordinal)?;
        (task.to_bytes() == bytes).then_some(task)
    }

    /// The name of its kind, and which one of the kind it is, from 1; `None` where a case has one only.
    fn parts(self) -> (&'static str, Option<u32>) {
        match self {
            Self::ReceiptNotice => ("receipt-notice", None),
            Self::ResultNotice => ("result-notice", None),
        }
    }

    fn of(name: &str, ordinal: Option<u32>) -> Option<Self> {
        match (name, ordinal) {
            ("receipt-notice", None) => Some(Self::ReceiptNotice),
            ("result-notice", None) => Some(Self::ResultNotice),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_survives_its_bytes_and_nothing_else_is_one() {
        for task in [Task::ReceiptNotice, Task::ResultNotice] {
            assert_eq!(Task::from_bytes(&task.to_bytes()), Some(task));
        }
        for bytes in [&b""[..], b"receipt-notice/1", b"receipt", b"\xff", b"result-notice/"] {
            assert_eq!(Task::from_bytes(bytes), None);
        }
    }
}
