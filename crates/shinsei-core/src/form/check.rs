//! A form held against its fields: every flaw at once, in the order of the form.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use unicode_segmentation::UnicodeSegmentation as _;

use super::attached::{self, File, Named};
use super::flaw::{Fault, Flaw};
use super::path::{FieldId, FieldPath};
use super::schema::{
    BETWEEN_CHOICES, Bounds, Condition, Days, Field, FieldKind, FormSchema, Group, Item, Media,
};
use crate::bytes::Bytes;
use crate::form::Form;
use crate::ids::Municipality;
use crate::standard::corporate_number::CorporateNumber;
use crate::standard::name::{Concern, Name};
use crate::standard::phone::PhoneNumber;
use crate::standard::postal_code::PostalCode;
use crate::standard::sensitive_ref::SensitiveRef;
use crate::standard::{era, kana, mail_address};

/// What a KiB has.
const KIB_BYTES: u64 = 1024;

impl FormSchema {
    /// Holds a form and the files that came with it against the fields: all flaws, in the order of the form. A free form
    /// has none.
    ///
    /// # Shapes and units
    /// `today`: the day in Japan, by which days are past or to come.
    pub fn flaws(&self, form: &Form, attachments: &[Bytes], today: NaiveDate) -> Vec<Flaw> {
        if self.is_empty() {
            return vec![];
        }
        let mut check = Check::of(form, attachments, today);
        for item in &self.items {
            match item {
                Item::Field(field) => {
                    let answer = check.answer(&FieldPath::of(&field.id), field, None);
                    check.once.extend(answer.map(|answer| (&field.id, answer)));
                }
                Item::Group(group) => check.group(group),
            }
        }
        check.rest()
    }
}

/// Answers by the code of their field.
type Answers<'a> = BTreeMap<&'a FieldId, &'a str>;

/// What was answered in the same one of several.
struct Beside<'a> {
    /// The fields before.
    before: &'a [Field],
    answers: Answers<'a>,
}

struct Check<'a> {
    /// What nobody has asked for yet.
    left: BTreeMap<FieldPath, &'a str>,
    /// True when an answer names no place at all.
    is_beside: bool,
    /// What was answered that is there once, and was asked for.
    once: Answers<'a>,
    files: Vec<File<'a>>,
    /// The digests of the files that answers named.
    named: BTreeSet<[u8; 32]>,
    today: NaiveDate,
    flaws: Vec<Flaw>,
}

impl<'a> Check<'a> {
    /// A blank answer is none.
    fn of(form: &'a Form, attachments: &'a [Bytes], today: NaiveDate) -> Self {
        let mut left = BTreeMap::new();
        let mut is_beside = false;
        for (name, answer) in form.answers.iter().filter(|(_, answer)| !answer.trim().is_empty()) {
            match name.parse() {
                Ok(path) => {
                    left.insert(path, answer.as_str());
                }
                Err(_) => is_beside = true,
            }
        }
        let files = attachments.iter().map(File::new).collect();
        Self { left, is_beside, once: BTreeMap::new(), files, named: BTreeSet::new(), today, flaws: vec![] }
    }

    /// The answer in a place, if it is asked for there; what is wrong with it is noted.
    fn answer(&mut self, path: &FieldPath, field: &'a Field, beside: Option<&Beside<'a>>) -> Option<&'a str> {
        let answer = self.left.remove(path);
        match (answer, self.applies(field.when.as_ref(), beside)) {
            (None, true) if field.required => self.note(path, Fault::Missing),
            (None, _) => {}
            (Some(_), false) => self.note(path, Fault::NotApplicable),
            (Some(answer), true) => {
                for fault in self.faults(&field.kind, answer) {
                    self.note(path, fault);
                }
                return Some(answer);
            }
        }
        None
    }

    fn group(&mut self, group: &'a Group) {
        let is_of = |path: &FieldPath| path.field == group.id;
        let there: BTreeSet<u32> = self
            .left
            .keys()
            .filter(|path| is_of(path))
            .filter_map(|path| path.within.as_ref().map(|(nth, _)| *nth))
            .collect();
        let whole = FieldPath::of(&group.id);
        if !self.applies(group.when.as_ref(), None) {
            let before = self.left.len();
            self.left.retain(|path, _| !is_of(path));
            if self.left.len() < before {
                self.note(&whole, Fault::NotApplicable);
            }
            return;
        }
        let times = u32::try_from(there.len()).unwrap_or(u32::MAX);
        if times < group.times_min {
            self.note(&whole, Fault::TooFew);
        }
        if there.last().is_some_and(|last| *last > group.times_max) {
            self.note(&whole, Fault::TooMany);
            let is_beyond =
                |path: &FieldPath| path.within.as_ref().is_some_and(|(nth, _)| *nth > group.times_max);
            self.left.retain(|path, _| !(is_of(path) && is_beyond(path)));
        }
        for nth in there.into_iter().filter(|nth| *nth <= group.times_max) {
            let mut beside = Beside { before: &[], answers: BTreeMap::new() };
            for (at, field) in group.fields.iter().enumerate() {
                let path = FieldPath::within(&group.id, nth, &field.id);
                beside.before = &group.fields[..at];
                let answer = self.answer(&path, field, Some(&beside));
                beside.answers.extend(answer.map(|answer| (&field.id, answer)));
            }
        }
    }

    /// What nobody asked for, and files that nothing names.
    fn rest(mut self) -> Vec<Flaw> {
        if self.is_beside || !self.left.is_empty() {
            self.flaws.push(Flaw::of_all(Fault::NotAsked));
        }
        if self.files.iter().any(|file| !self.named.contains(&file.sha256)) {
            self.flaws.push(Flaw::of_all(Fault::FileNotAsked));
        }
        self.flaws
    }

    /// A condition speaks of its own group, where that has the field before, else of what is there once.
    fn applies(&self, when: Option<&Condition>, beside: Option<&Beside<'_>>) -> bool {
        let Some(condition) = when else { return true };
        let has = |beside: &&Beside<'_>| beside.before.iter().any(|field| field.id == condition.field);
        let answers = beside.filter(has).map_or(&self.once, |beside| &beside.answers);
        condition.holds(answers.get(&condition.field).copied())
    }

    fn note(&mut self, path: &FieldPath, fault: Fault) {
        self.flaws.push(Flaw::at(path.clone(), fault));
    }

    fn faults(&mut self, kind: &FieldKind, answer: &'a str) -> Vec<Fault> {
        let unless = |right: bool, fault: Fault| if right { vec![] } else { vec![fault] };
        match kind {
            FieldKind::Text(bounds) => [one_line(answer), length(*bounds, answer)].concat(),
            FieldKind::Prose(bounds) => [several_lines(answer), length(*bounds, answer)].concat(),
            FieldKind::Name(bounds) => [one_line(answer), length(*bounds, answer), rare(answer)].concat(),
            FieldKind::Kana(bounds) => {
                [unless(kana::is_full_width_katakana(answer), Fault::NotKana), length(*bounds, answer)]
                    .concat()
            }
            FieldKind::Latin(bounds) => {
                let is_latin =
                    answer.chars().all(|character| character == ' ' || character.is_ascii_graphic());
                [unless(is_latin, Fault::NotLatin), length(*bounds, answer)].concat()
            }
            FieldKind::Number(bounds) => number(*bounds, answer),
            FieldKind::Date(days) => day(*days, answer, self.today),
            FieldKind::Choice(choices) => {
                unless(choices.iter().any(|choice| choice == answer), Fault::NoSuchChoice)
            }
            FieldKind::Choices(choices) => unless(are_choices(choices, answer), Fault::NoSuchChoice),
            FieldKind::PostalCode => unless(answer.parse::<PostalCode>().is_ok(), Fault::NoPostalCode),
            FieldKind::Phone => unless(answer.parse::<PhoneNumber>().is_ok(), Fault::NoPhone),
            FieldKind::MailAddress => unless(mail_address::is_usable(answer), Fault::NoMailAddress),
            FieldKind::CorporateNumber => {
                unless(answer.parse::<CorporateNumber>().is_ok(), Fault::NoCorporateNumber)
            }
            FieldKind::Municipality => unless(answer.parse::<Municipality>().is_ok(), Fault::NoMunicipality),
            FieldKind::SensitiveRef => unless(answer.parse::<SensitiveRef>().is_ok(), Fault::NoReference),
            FieldKind::Attachment { media, kib_max } => self.file(media, *kib_max, answer),
        }
    }

    fn file(&mut self, media: &[Media], kib_max: u32, answer: &str) -> Vec<Fault> {
        let Some(named) = Named::parse(answer) else { return vec![Fault::NoFile] };
        let Some(file) = self.files.iter().find(|file| file.sha256 == named.sha256) else {
            return vec![Fault::FileMissing];
        };
        self.named.insert(named.sha256);
        let mut faults = one_line(named.name);
        if u64::try_from(file.bytes.len()).unwrap_or(u64::MAX) > u64::from(kib_max) * KIB_BYTES {
            faults.push(Fault::FileTooLarge);
        }
        if !attached::media(file.bytes.as_slice()).is_some_and(|found| media.contains(&found)) {
            faults.push(Fault::OtherMedia);
        }
        faults
    }
}

fn one_line(answer: &str) -> Vec<Fault> {
    plain(answer, |_| false)
}

fn several_lines(answer: &str) -> Vec<Fault> {
    plain(answer, |character| matches!(character, '\n' | '\r' | '\t'))
}

fn plain(answer: &str, allowed: fn(char) -> bool) -> Vec<Fault> {
    let is_odd = |character: char| {
        character == char::REPLACEMENT_CHARACTER || (character.is_control() && !allowed(character))
    };
    if answer.chars().any(is_odd) { vec![Fault::NotPlain] } else { vec![] }
}

/// In characters as a reader sees them: 葛󠄀 with its selector is one.
fn length(bounds: Bounds, answer: &str) -> Vec<Fault> {
    let characters = u64::try_from(answer.trim().graphemes(true).count()).unwrap_or(u64::MAX);
    match bounds {
        _ if bounds.contain(characters) => vec![],
        Bounds { min: Some(min), .. } if characters < u64::from(min) => vec![Fault::TooShort],
        Bounds { .. } => vec![Fault::TooLong],
    }
}

fn rare(answer: &str) -> Vec<Fault> {
    let concerns = Name::new(answer).glyph_concerns();
    // What was lost on the way is no rare character; it is not plain.
    let is_rare = concerns.iter().any(|concern| concern.why != Concern::Lost);
    if is_rare { vec![Fault::GlyphCheck] } else { vec![] }
}

fn number(bounds: Bounds, answer: &str) -> Vec<Fault> {
    let digits = answer.trim();
    let number =
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten();
    match number {
        None => vec![Fault::NoNumber],
        Some(number) if bounds.contain(number) => vec![],
        Some(_) => vec![Fault::OutOfRange],
    }
}

fn day(days: Days, answer: &str, today: NaiveDate) -> Vec<Fault> {
    let Some(day) = era::day(answer) else { return vec![Fault::NoDate] };
    match days {
        Days::UntilToday if day > today => vec![Fault::InFuture],
        Days::FromToday if day < today => vec![Fault::InPast],
        Days::Any | Days::UntilToday | Days::FromToday => vec![],
    }
}

/// Each among the choices, and none twice.
fn are_choices(choices: &[String], answer: &str) -> bool {
    let mut seen = BTreeSet::new();
    answer.split(BETWEEN_CHOICES).all(|one| choices.iter().any(|choice| choice == one) && seen.insert(one))
}
