//! How the story is told: in Japanese with the events' English names, or as one JSON object a line.

use std::io::{self, Write as _};

use chrono::NaiveDate;
use serde_json::{Value, json};
use shinsei::engine::ExecuteError;
use shinsei_core::event::Event;
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::outcome::{ApplicationOutcome, FilingOutcome, Outcome};
use shinsei_core::record::Recorded;
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::Timestamp;
use shinsei_mail::text::Mail;

/// Tells the story on standard output.
pub(crate) struct Teller {
    json: bool,
}

impl Teller {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints how the program is called.
    pub(crate) fn usage(text: &str) -> io::Result<()> {
        io::stdout().lock().write_all(text.as_bytes())
    }

    /// Begins a chapter at a time of the demonstration's clock.
    pub(crate) fn chapter(&mut self, at: Timestamp, title: &str) -> io::Result<()> {
        let object = json!({ "kind": "chapter", "at": at, "title": title });
        self.tell(object, || format!("\n■ {title}　[{}]", clock(at)))
    }

    /// Says a sentence.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        self.tell(json!({ "kind": "note", "text": text }), || format!("  {text}"))
    }

    /// Tells a fact that a program reads by its name.
    pub(crate) fn fact(&mut self, name: &str, value: Value, text: &str) -> io::Result<()> {
        self.tell(json!({ "kind": "fact", "name": name, "value": value }), || format!("  {text}"))
    }

    /// Tells what was recorded.
    pub(crate) fn events(&mut self, events: &[Recorded<Event>]) -> io::Result<()> {
        events.iter().try_for_each(|recorded| {
            let (event_type, _) = recorded.event.event_type();
            let object = json!({
                "kind": "event",
                "event": event_type,
                "position": recorded.position,
                "version": recorded.version,
                "recorded_at": recorded.recorded_at,
                "stream": recorded.stream.id,
                "number": number(&recorded.event),
            });
            self.tell(object, || format!("  ・{event_type:<18} {}", in_words(&recorded.event)))
        })
    }

    /// Tells what was refused, with the words for the resident and those for the operator.
    pub(crate) fn refused(&mut self, what: &str, error: &ExecuteError) -> io::Result<()> {
        let ExecuteError::Rejected(rejection) = error else { return self.say(&format!("{what}: {error}")) };
        let (resident, operator) = (rejection.resident(), rejection.to_string());
        let object = json!({ "kind": "refused", "what": what, "resident": resident, "operator": operator });
        self.tell(object, || format!("  × {what}\n      → {resident}\n        ({operator})"))
    }

    /// Shows a mail as the applicant reads it.
    pub(crate) fn mail(&mut self, to: &str, mail: &Mail) -> io::Result<()> {
        let object = json!({ "kind": "mail", "to": to, "subject": mail.subject, "body": mail.body });
        self.tell(object, || {
            let body: String = mail.body.lines().map(|line| format!("  │ {line}\n")).collect();
            format!("  ┌ 宛先: {to}\n  │ 件名: {}\n  │\n{body}  └", mail.subject)
        })
    }

    fn tell(&mut self, object: Value, words: impl FnOnce() -> String) -> io::Result<()> {
        let line = if self.json { object.to_string() } else { words() };
        writeln!(io::stdout().lock(), "{line}")
    }
}

fn clock(at: Timestamp) -> impl std::fmt::Display {
    at.to_jst().format("%Y-%m-%d %H:%M JST")
}

fn number(event: &Event) -> Option<String> {
    match event {
        Event::ReceiptIssued(receipt) => Some(receipt.number.to_string()),
        Event::CertificateIssued(issued) => Some(issued.serial.to_string()),
        _ => None,
    }
}

fn in_words(event: &Event) -> String {
    match event {
        Event::Submitted(submitted) => format!("到達　　　 {}", submitted.terms.name),
        Event::SignatureVerified(verified) => {
            format!("署名検証　 {}(失効情報は参照していません)", kind(verified.kind))
        }
        Event::ReceiptIssued(receipt) => format!("受付　　　 受付番号 {}", receipt.number),
        Event::ReviewStarted(started) => format!("審査開始　 担当者 {}", started.by),
        Event::Reviewed(reviewed) => format!("審査　　　 {}", outcome(&reviewed.outcome)),
        Event::FeeAssessed(assessed) => format!("手数料決定 {}", assessed.yen),
        Event::VisitVerified(_) => "本人確認".into(),
        Event::FeePaid(paid) => format!("手数料納付 {}", paid.yen),
        Event::CertificateIssued(issued) => format!("交付　　　 {} ({}通)", issued.serial, issued.copies),
        Event::ResultTold(_) => "結果の通知 審査結果通知メール".into(),
        Event::ClockStarted(clock) => format!("処理期間　 {}まで", day(clock.due.day)),
        Event::DeadlineExceeded(last) => format!("期限経過　 {}を過ぎました", day(last.day)),
        Event::Closed(_) => "完了".into(),
        // OK because the story tells of the main road; of what else may happen the name says enough.
        other => other.event_type().0.into(),
    }
}

fn day(day: NaiveDate) -> impl std::fmt::Display {
    day.format("%Y年%-m月%-d日")
}

fn kind(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::JpkiSigning => "署名用電子証明書",
        CertificateKind::CommercialRegistration => "商業登記電子証明書",
        CertificateKind::Accredited => "認定認証事業者の電子証明書",
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Filing(FilingOutcome::Confirmed) => "受理",
        Outcome::Filing(FilingOutcome::FormalDefect { .. }) => "形式不備",
        Outcome::Application(ApplicationOutcome::Granted) => "認容",
        Outcome::Application(ApplicationOutcome::PartlyGranted { .. }) => "一部認容",
        Outcome::Application(ApplicationOutcome::Refused { .. }) => "拒否",
        Outcome::Application(ApplicationOutcome::Dismissed { .. }) => "却下",
    }
}
