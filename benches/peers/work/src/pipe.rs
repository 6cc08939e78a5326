//! A peer in a process of its own, asked over a pipe: a line for each question, a line for each answer.

use std::io::{BufRead, BufReader, Write as _};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::peer::Peer;

/// A peer in a process of its own, which ends with this.
pub struct Piped {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Piped {
    /// Starts a program that [`serve`]s.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process =
            command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("it is piped"));
        Self { process, questions, answers }
    }

    fn ask(&mut self, question: &str) -> u64 {
        let questions = self.questions.as_mut().expect("it is there until this is dropped");
        writeln!(questions, "{question}").expect("the process takes questions");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the process answers");
        answer.trim().parse().unwrap_or_else(|_| panic!("no answer to {question}: {answer:?}"))
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        drop(self.questions.take());
        // OK because one that cannot be waited for is not there.
        let _ = self.process.wait();
    }
}

impl Peer for Piped {
    fn fill(&mut self, cases: Range<u64>, events: u64) {
        self.ask(&format!("fill {} {} {events}", cases.start, cases.end));
    }

    fn one(&mut self, cases: Range<u64>, appends: u64) {
        self.ask(&format!("one {} {} {appends}", cases.start, cases.end));
    }

    fn many(&mut self, cases: Range<u64>, appends: u64) {
        self.ask(&format!("many {} {} {appends}", cases.start, cases.end));
    }

    fn load(&mut self, cases: Range<u64>, events: u64, times: u64) {
        self.ask(&format!("load {} {} {events} {times}", cases.start, cases.end));
    }

    fn replay(&mut self) -> u64 {
        self.ask("replay")
    }

    fn verify(&mut self) -> u64 {
        self.ask("verify")
    }

    fn bytes(&mut self) -> u64 {
        self.ask("bytes")
    }

    fn events(&mut self) -> u64 {
        self.ask("events")
    }

    fn peak_memory(&mut self) -> u64 {
        self.ask("memory")
    }
}

/// Answers questions from the standard input until it ends; what is only done is answered by 0.
///
/// # Panics
/// When a question is none, or nobody takes the answer.
pub fn serve(peer: &mut dyn Peer) {
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let numbers: Vec<u64> = words.map(|word| word.parse().expect("a number")).collect();
        let mut answer = 0;
        match (name, numbers.as_slice()) {
            ("fill", &[from, to, events]) => peer.fill(from..to, events),
            ("one", &[from, to, appends]) => peer.one(from..to, appends),
            ("many", &[from, to, appends]) => peer.many(from..to, appends),
            ("load", &[from, to, events, times]) => peer.load(from..to, events, times),
            ("replay", []) => answer = peer.replay(),
            ("verify", []) => answer = peer.verify(),
            ("bytes", []) => answer = peer.bytes(),
            ("events", []) => answer = peer.events(),
            ("memory", []) => answer = peer.peak_memory(),
            _ => panic!("no question: {line}"),
        }
        println!("{answer}");
    }
}
