//! Peers side by side: the same question to each in every round, what each took, and the ratios that are aimed at.

use std::cell::RefCell;
use std::ops::Range;

use shinsei_benches::paired::Paired;
use shinsei_peers_work::peer::Peer;

/// Whoever is measured, by name.
pub struct Field(Vec<(&'static str, Box<dyn Peer>)>);

/// What is asked.
pub struct Question<'q> {
    /// In words.
    pub title: &'q str,
    /// How often it is done in a round.
    pub times: u64,
    /// In how many rounds.
    pub rounds: usize,
    /// Of whom; `None` for all.
    pub among: Option<&'q [&'static str]>,
}

/// What it cost each.
pub struct Answers {
    names: Vec<&'static str>,
    rounds: Paired,
}

impl Field {
    /// These peers.
    pub fn new(peers: Vec<(&'static str, Box<dyn Peer>)>) -> Self {
        Self(peers)
    }

    /// Who they are.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// Has each open cases.
    pub fn fill(&mut self, cases: &Range<u64>, events: u64) {
        self.0.iter_mut().for_each(|(_, peer)| peer.fill(cases.clone(), events));
    }

    /// Asks each the same in every round, and prints how often it did it in a second.
    ///
    /// # Panics
    /// When a peer fails.
    pub fn ask(&mut self, question: &Question<'_>, mut ask: impl FnMut(&mut dyn Peer)) -> Answers {
        let is_asked = |name: &str| question.among.is_none_or(|among| among.contains(&name));
        let asked = self.0.iter_mut().filter(|(name, _)| is_asked(name));
        let (names, mut peers): (Vec<_>, Vec<_>) = asked.map(|(name, peer)| (*name, peer)).unzip();
        let ask = RefCell::new(&mut ask);
        let mut subjects: Vec<_> =
            peers.iter_mut().map(|peer| || (ask.borrow_mut())(peer.as_mut())).collect();
        let mut subjects: Vec<_> = subjects.iter_mut().map(|subject| subject as &mut dyn FnMut()).collect();
        let rounds = Paired::run(question.rounds, &mut subjects);
        println!("{} ({} times in each of {} rounds)", question.title, question.times, question.rounds);
        let times = usize::try_from(question.times).expect("not that many");
        for (at, name) in names.iter().enumerate() {
            println!("  {name:<42} {:>12}/s", thousands(1e6 / rounds.micros(at, times).middle));
        }
        Answers { names, rounds }
    }

    /// How many bytes each has on disk.
    pub fn bytes(&mut self) -> Vec<(&'static str, u64)> {
        self.0.iter_mut().map(|(name, peer)| (*name, peer.bytes())).collect()
    }
}

impl Answers {
    /// Prints how many times as much one does as each of these others, and whether that is as much as is aimed at; at 0
    /// nobody aims. Who was not asked is left out.
    pub fn beside(&self, one: &str, others: &[(&str, f64)]) {
        let place = |wanted: &str| self.names.iter().position(|name| *name == wanted);
        for (other, target) in others {
            let (Some(us), Some(them)) = (place(one), place(other)) else { continue };
            // Who takes half the time does twice as much.
            let ratio = self.rounds.ratio(them, us);
            let said = if *target > 0.0 { ratio.at_least(*target) } else { ratio.to_string() };
            println!("  {:<55} {said}", format!("{one} / {other}"));
        }
    }
}

/// A number as people read it.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_grouped_by_thousands() {
        let said = [7.0, 999.6, 12_345.0, 1_234_567.0].map(thousands);
        assert_eq!(said, ["7", "1,000", "12,345", "1,234,567"]);
    }
}
