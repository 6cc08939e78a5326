//! No My Number in anybody's words: every free text of every command, one after another.

use std::collections::BTreeSet;

use shinsei_conformance::explore::Example;
use shinsei_conformance::life::Step;
use shinsei_conformance::life::texts::{Text, texts_of};
use shinsei_core::command::{Command, SubmittedForm};
use shinsei_core::rejection::Rejection;
use shinsei_core::words::Words;

use crate::explored::EXPLORED;

const NUMBER: &str = "番号は1234-5678-9018です。";

/// The commands with free text. What stands in a form or beside it is searched with the form.
const WITH_WORDS: [&str; 18] = [
    "AddNote",
    "AnswerConsultation",
    "Consult",
    "CorrectDecision",
    "DeclineRefund",
    "DeclineWithdrawal",
    "DeliverDocument",
    "DraftDecision",
    "ExtendDeadline",
    "PlaceHold",
    "PublishDocument",
    "RecordAppeal",
    "RecordPaperArrival",
    "RequestCorrection",
    "Review",
    "RevokeDecision",
    "SendBack",
    "Transfer",
];

/// How often bytes stand in a command, and how often words do, as its `Debug` shows it and as its texts are listed.
fn counted(command: &Command) -> [(usize, usize); 2] {
    let shown = format!("{command:?}");
    let words = shown.matches("words of ").count();
    let shown = (shown.matches(" bytes").count() - words, words);
    let mut listed = (0, 0);
    for text in texts_of(&mut command.clone()) {
        match text {
            Text::Words(_) => listed.1 += 1,
            Text::Form(SubmittedForm::Detached { .. }) => listed.0 += 2,
            Text::Form(SubmittedForm::Unsigned(_) | SubmittedForm::Attached(_)) => listed.0 += 1,
            Text::Draft(_) | Text::Attached(_) | Text::Given(_) | Text::Signature(_) => listed.0 += 1,
            Text::Numbers(_) => {}
        }
    }
    [shown, listed]
}

/// The same step with other words in the place of its `n`th; `None` where it has no so many.
fn with(step: &Step, n: usize, other: Words) -> Option<Step> {
    let mut step = step.clone();
    let mut words = texts_of(&mut step.command).into_iter().filter_map(|text| match text {
        Text::Words(words) => Some(words),
        _ => None,
    });
    *words.nth(n)? = other;
    Some(step)
}

#[test]
fn every_free_text_of_every_command_is_searched_for_my_numbers() {
    let mut with_words = BTreeSet::new();
    for Example { life, step } in EXPLORED.iter().flat_map(|explored| explored.examples.values()) {
        let name = step.command.name();
        let [shown, listed] = counted(&step.command);
        assert_eq!(shown, listed, "{name}: bytes and words, shown and listed");
        let asked = |n, words| Some(life.clone().ask(&with(step, n, words)?).map(drop));
        for n in 0.. {
            let Some(refused) = asked(n, NUMBER.into()) else { break };
            let refused = refused.expect_err("what looks like a My Number is not taken over");
            assert!(matches!(refused, Rejection::WordsMayHoldMyNumber { .. }), "{name}: {refused:?}");
            for taken in [Words::with_no_my_number(NUMBER), Words::masked(NUMBER)] {
                assert_eq!(asked(n, taken), Some(Ok(())), "{name}");
            }
            with_words.insert(name);
        }
    }
    assert_eq!(with_words, WITH_WORDS.into());
}
