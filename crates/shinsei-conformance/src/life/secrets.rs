//! The words in a command that must stand in no event, and those of which somebody says that they hold no My Number.

use shinsei_core::command::{Command, SubmittedForm};
use shinsei_core::form::Form;

use crate::life::texts::{Text, texts_of};
use crate::stamp;

/// The form, wherever it is: inside a stamp it begins with the first brace.
fn form_within(form: &SubmittedForm) -> &[u8] {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => content.as_slice(),
        SubmittedForm::Attached(message) => {
            let start = message.as_slice().iter().position(|byte| *byte == b'{');
            &message.as_slice()[start.unwrap_or_default()..]
        }
    }
}

/// The words in a command that speak of a person: whole texts, and each answer of a form that can be read.
pub(super) fn secrets_of(command: &Command) -> Vec<Vec<u8>> {
    let secrets = |text: Text<'_>| match text {
        Text::Words(words) => vec![words.content().to_vec()],
        Text::Draft(bytes) | Text::Attached(bytes) | Text::Given(bytes) => vec![bytes.as_slice().to_vec()],
        Text::Numbers(numbers) => vec![numbers.payment.as_bytes().to_vec()],
        Text::Signature(_) => vec![],
        Text::Form(form) => {
            let parsed = Form::parse(form_within(form)).into_iter();
            let answers = parsed.flat_map(|form| form.answers).map(|(_, answer)| answer.into_bytes());
            answers.chain([stamp::IDENTITY.into()]).collect()
        }
    };
    texts_of(&mut command.clone()).into_iter().flat_map(secrets).collect()
}

/// Whatever in a command is said to hold no My Number, though it may look so.
pub(super) fn said_to_hold_no_my_number(command: &Command) -> Vec<Vec<u8>> {
    let mut command = command.clone();
    let texts = texts_of(&mut command);
    let says_so = |text: &Text<'_>| match text {
        Text::Form(form) => Form::parse(form_within(form)).is_ok_and(|form| form.no_my_number),
        _ => false,
    };
    let form_says_so = texts.iter().any(says_so);
    let said = |text: Text<'_>| match text {
        Text::Words(words) => words.is_said_to_hold_no_my_number().then(|| words.content().to_vec()),
        Text::Form(form) => form_says_so.then(|| form_within(form).to_vec()),
        Text::Attached(bytes) => form_says_so.then(|| bytes.as_slice().to_vec()),
        // What a draft says of itself is a matter of the rules alone; no law's strategy says it.
        Text::Draft(_) | Text::Given(_) | Text::Numbers(_) | Text::Signature(_) => None,
    };
    texts.into_iter().filter_map(said).collect()
}
