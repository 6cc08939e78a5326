//! A case, and the one event that happens to it.

use serde::{Deserialize, Serialize};

use crate::draw::Draw;

/// The time at which the first papers are filed, in microseconds since 1970.
const BEGINNING: u64 = 1_793_000_000_000_000;

/// Papers came in: about 600 bytes of JSON, as the submission of a form with two attachments is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PapersFiled {
    /// Under which procedure.
    pub procedure: String,
    /// Who filed them.
    pub applicant: String,
    /// When that was begun, in microseconds.
    pub begun_at: u64,
    /// Which filing of the case it is, from 1.
    pub ordinal: u64,
    /// What was filed.
    pub papers: Vec<Paper>,
}

/// A document beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Which one.
    pub document: String,
    /// What it is.
    pub role: String,
    /// How long it is.
    pub bytes: u64,
    /// Its digest.
    pub sha256: String,
}

/// What the events made of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// How many events it has.
    pub events: u64,
    /// How many papers were filed.
    pub papers: u64,
    /// How long they are, all together.
    pub bytes: u64,
    /// When the last filing was begun.
    pub begun_at: u64,
}

impl Case {
    /// Decides that papers are filed, later than those before them.
    pub fn file(&self, draw: &mut Draw) -> PapersFiled {
        let paper = |role: &str, draw: &mut Draw| Paper {
            document: uuid(draw.id()),
            role: role.to_owned(),
            bytes: 1_000 + draw.below(60_000),
            sha256: format!("{}{}", hex(draw.id()), hex(draw.id())),
        };
        PapersFiled {
            procedure: "JU-001".to_owned(),
            applicant: uuid(draw.id()),
            begun_at: self.begun_at.max(BEGINNING) + 1,
            ordinal: self.events + 1,
            papers: ["form", "attachment-1", "attachment-2"].map(|role| paper(role, draw)).to_vec(),
        }
    }

    /// The first events of a case.
    pub fn history(events: u64, draw: &mut Draw) -> Vec<PapersFiled> {
        let mut case = Self::default();
        let mut next = || {
            let filed = case.file(draw);
            case = case.clone().evolve(&filed);
            filed
        };
        (0..events).map(|_| next()).collect()
    }

    /// The case after an event.
    #[must_use]
    pub fn evolve(self, filed: &PapersFiled) -> Self {
        Self {
            events: self.events + 1,
            papers: self.papers + filed.papers.len() as u64,
            bytes: self.bytes + filed.papers.iter().map(|paper| paper.bytes).sum::<u64>(),
            begun_at: filed.begun_at,
        }
    }
}

impl PapersFiled {
    /// As it is kept.
    ///
    /// # Panics
    /// Never: these fields are JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("JSON")
    }

    /// Reads what was kept.
    ///
    /// # Panics
    /// When it is not what was kept.
    pub fn from_json(payload: &[u8]) -> Self {
        serde_json::from_slice(payload).expect("what was kept")
    }
}

/// The id of a case. It begins with a time that grows with the number, as RFC 9562 has version 7, and goes on by chance.
pub fn case_id(number: u64) -> u128 {
    let millis = u128::from(0x0199_0000_0000 + number);
    let chance = Draw::new(number).id() & ((1 << 62) - 1);
    millis << 80 | 0x7 << 76 | 0x2 << 62 | chance
}

/// An id as text.
pub fn uuid(id: u128) -> String {
    let digits = hex(id);
    let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
    format!("{a}-{b}-{c}-{d}-{e}")
}

fn hex(id: u128) -> String {
    format!("{id:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_about_600_bytes_and_is_read_as_it_was_written() {
        let filed = Case::default().file(&mut Draw::new(1));
        let json = filed.to_json();
        assert!((570..=630).contains(&json.len()), "{}", json.len());
        assert_eq!(PapersFiled::from_json(&json), filed);
        let case = Case::default().evolve(&filed);
        assert_eq!((case.events, case.papers), (1, 3));
        assert_eq!(case.file(&mut Draw::new(2)).ordinal, 2);
    }
}
