//! Every mail that a case ever causes, on every road that an exploration finds: none holds a word that somebody said to the
//! case, whichever word that is.

use std::collections::BTreeSet;

use shinsei_conformance::explore::{Example, Limits, explore, representatives};
use shinsei_conformance::life::Step;
use shinsei_core::actor::Actor;
use shinsei_core::agenda::{AgendaChange, Channel};
use shinsei_core::command::{Command, PaymentMade};
use shinsei_core::event::PaymentChannel;
use shinsei_core::notice::{CaseFile, Correspondence, Notice, Task, render};
use shinsei_core::procedure::Division;
use shinsei_mail::text::Mail;
use uuid::Uuid;

/// The fewest characters of a word that is looked for: shorter ones stand anywhere by chance.
const SECRET_CHARACTERS_MIN: usize = 6;

/// What is signed, paid for and fetched; what is filed; what is paid by invoice; what is delivered electronically; what
/// another agency decides.
const LOOKED_AT: [&str; 5] = ["JU-001", "DO-006", "KE-001", "KE-005", "HO-004"];

/// As [`caused_by`]; what is paid in cash is paid electronically as well, which alone is told of.
fn told(example: Example) -> (Vec<Notice>, Vec<String>) {
    let (mut notices, secrets) = caused_by(example.clone());
    if let Command::RecordPayment(made) = example.step.command {
        let command = Command::RecordPayment(PaymentMade { channel: PaymentChannel::Electronic, ..made });
        notices.extend(caused_by(Example { step: Step::new(Actor::System, command), ..example }).0);
    }
    (notices, secrets)
}

/// The notices that a step causes, rendered from what the case is then; and what was ever said to the case.
fn caused_by(example: Example) -> (Vec<Notice>, Vec<String>) {
    let mut life = example.life;
    let decision = life.ask(&example.step).unwrap();
    let contact = Division {
        id: life.division().clone(),
        name: "市民部 戸籍住民課".into(),
        phone: "0138-00-0000".into(),
        counter: "本庁舎1階".into(),
        hours: "平日 8時45分~17時30分".into(),
        staff_mail: None,
        head_mail: None,
    };
    let file = CaseFile { case: life.state(), history: life.history() };
    let between = Correspondence {
        municipality: "012025".parse().unwrap(),
        city: "函館市",
        contact: &contact,
        to: "reader@example.jp",
    };
    let notices = decision.agenda.iter().filter_map(|change| {
        let AgendaChange::Schedule(entry) = change else { return None };
        let task = (entry.channel == Channel::Notice).then(|| Task::from_bytes(&entry.task))??;
        render(task, Uuid::nil(), file, between)
    });
    let secrets = life.secrets().iter().map(|secret| packed(&String::from_utf8_lossy(secret)));
    (notices.collect(), secrets.filter(|secret| secret.chars().count() >= SECRET_CHARACTERS_MIN).collect())
}

/// Without blanks and line ends: a mail breaks its lines where it must.
fn packed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn no_mail_holds_a_word_that_was_said_to_the_case() {
    let mut met = BTreeSet::new();
    let limits = Limits { depth_max: 2, ..Limits::default() };
    for procedure in representatives().into_iter().filter(|one| LOOKED_AT.contains(&one.id.as_str())) {
        for ((command, _), example) in explore(&procedure, limits).examples {
            let (notices, secrets) = told(example);
            for notice in notices {
                met.insert(notice.message.name());
                let mail = Mail::from_notice(&notice);
                let text = packed(&(mail.subject + &mail.body));
                for secret in &secrets {
                    let name = notice.message.name();
                    assert!(
                        !text.contains(secret),
                        "{name} after {command} of {} tells a secret",
                        procedure.id
                    );
                }
            }
        }
    }
    let all: BTreeSet<&str> =
        ["M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12", "M13", "M14", "M17", "M18"]
            .into();
    assert_eq!(met, all, "every mail about a case was looked at");
}
