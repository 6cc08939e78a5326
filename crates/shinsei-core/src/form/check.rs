//! A form held against its fields: every flaw at once, in the order of the form.

use std::collections::BTreeSet;
use std::ops::Bound;

use chrono::NaiveDate;
use unicode_segmentation::UnicodeSegmentation as _;

use super::attached::{self, File, Named};
use super::flaw::{Fault, Flaw};
use super::path::{self, FieldId, FieldPath};
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
                Item::Field(field) => check.once(field),
                Item::Group(group) => check.group(group),
            }
        }
        check.rest()
    }
}

/// Answers by the code of their field.
type Answers<'a> = Vec<(&'a FieldId, &'a str)>;

/// What was answered in the same one of several.
struct Beside<'a> {
    /// The fields before.
    before: &'a [Field],
    answers: Answers<'a>,
}

/// A place that is looked at; its name is written only where something is wrong there.
#[derive(Clone, Copy)]
enum Place<'a> {
    Once(&'a FieldId),
    Within(&'a FieldId, u32, &'a FieldId),
}

impl Place<'_> {
    fn path(self) -> FieldPath {
        match self {
            Self::Once(field) => FieldPath::of(field),
            Self::Within(group, nth, field) => FieldPath::within(group, nth, field),
        }
    }
}

/// An answer within a group: which of several, the code of its field, and what it says.
type Within<'a> = (u32, &'a str, &'a str);

struct Check<'a> {
    form: &'a Form,
    /// How many answers there are of which nobody has asked for yet.
    left: usize,
    /// What was answered that is there once, and was asked for.
    once: Answers<'a>,
    files: Vec<File<'a>>,
    /// The digests of the files that answers named.
    named: Vec<[u8; 32]>,
    today: NaiveDate,
    flaws: Vec<Flaw>,
}

impl<'a> Check<'a> {
    fn of(form: &'a Form, attachments: &'a [Bytes], today: NaiveDate) -> Self {
        let left = form.answers.values().filter(|answer| !is_blank(answer)).count();
        let files = attachments.iter().map(File::new).collect();
        let once = Vec::with_capacity(form.answers.len());
        Self { form, left, once, files, named: vec![], today, flaws: vec![] }
    }

    fn once(&mut self, field: &'a Field) {
        let answer = self.form.answers.get(field.id.as_str()).map(String::as_str);
        let answer = answer.filter(|answer| !is_blank(answer));
        let answer = self.answer(answer, Place::Once(&field.id), field, None);
        self.once.extend(answer.map(|answer| (&field.id, answer)));
    }

    /// The answer in a place, if it is asked for there; what is wrong with it is noted.
    fn answer(
        &mut self,
        answer: Option<&'a str>,
        place: Place<'_>,
        field: &'a Field,
        beside: Option<&Beside<'a>>,
    ) -> Option<&'a str> {
        self.left = self.left.saturating_sub(usize::from(answer.is_some()));
        match (answer, self.applies(field.when.as_ref(), beside)) {
            (None, true) if field.required => self.note(place.path(), Fault::Missing),
            (None, _) => {}
            (Some(_), false) => self.note(place.path(), Fault::NotApplicable),
            (Some(answer), true) => {
                for fault in self.faults(&field.kind, answer) {
                    self.note(place.path(), fault);
                }
                return Some(answer);
            }
        }
        None
    }

    /// What is answered in the places of a group, whether it has them or not, in their order.
    fn within(&self, group: &FieldId) -> Vec<Within<'a>> {
        let from = (Bound::Included(group.as_str()), Bound::Unbounded);
        let beginning_alike = self.form.answers.range::<str, _>(from);
        let mut within: Vec<Within<'a>> = beginning_alike
            .take_while(|(name, _)| name.starts_with(group.as_str()))
            .filter(|(_, answer)| !is_blank(answer))
            .filter_map(|(name, answer)| {
                let (nth, member) = path::within(name.strip_prefix(group.as_str())?)?;
                Some((nth, member, answer.as_str()))
            })
            .collect();
        within.sort_unstable();
        within
    }

    fn group(&mut self, group: &'a Group) {
        let answers = self.within(&group.id);
        let whole = Place::Once(&group.id);
        if !self.applies(group.when.as_ref(), None) {
            let alone = self.form.answers.get(group.id.as_str()).filter(|answer| !is_blank(answer));
            let beside = answers.len() + usize::from(alone.is_some());
            self.left = self.left.saturating_sub(beside);
            if beside > 0 {
                self.note(whole.path(), Fault::NotApplicable);
            }
            return;
        }
        let there = || answers.chunk_by(|one, other| one.0 == other.0);
        let times = u32::try_from(there().count()).unwrap_or(u32::MAX);
        if times < group.times_min {
            self.note(whole.path(), Fault::TooFew);
        }
        let beyond = answers.iter().filter(|(nth, ..)| *nth > group.times_max).count();
        if beyond > 0 {
            self.note(whole.path(), Fault::TooMany);
            self.left = self.left.saturating_sub(beyond);
        }
        for one in there() {
            let nth = one.first().map_or(0, |(nth, ..)| *nth);
            if nth <= group.times_max {
                self.one_of(group, nth, one);
            }
        }
    }

    /// One of several.
    fn one_of(&mut self, group: &'a Group, nth: u32, answers: &[Within<'a>]) {
        let mut beside = Beside { before: &[], answers: Vec::with_capacity(answers.len()) };
        for (at, field) in group.fields.iter().enumerate() {
            beside.before = &group.fields[..at];
            let answer = answers.iter().find(|(_, member, _)| *member == field.id.as_str());
            let place = Place::Within(&group.id, nth, &field.id);
            let answer = self.answer(answer.map(|(.., answer)| *answer), place, field, Some(&beside));
            beside.answers.extend(answer.map(|answer| (&field.id, answer)));
        }
    }

    /// What nobody asked for, and files that nothing names.
    fn rest(mut self) -> Vec<Flaw> {
        if self.left > 0 {
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
        let answer = answers.iter().find(|(field, _)| **field == condition.field);
        condition.holds(answer.map(|(_, answer)| *answer))
    }

    fn note(&mut self, path: FieldPath, fault: Fault) {
        self.flaws.push(Flaw::at(path, fault));
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
        self.named.push(named.sha256);
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
    let (text, counted) = (answer.trim(), |count: usize| u64::try_from(count).unwrap_or(u64::MAX));
    // A reader sees one character at least, and none that is not there: most answers need not be cut into what he sees.
    let at_most = counted(text.chars().count());
    if bounds.contain(at_most) && bounds.contain(at_most.min(1)) {
        return vec![];
    }
    let characters = counted(text.graphemes(true).count());
    match bounds {
        _ if bounds.contain(characters) => vec![],
        Bounds { min: Some(min), .. } if characters < u64::from(min) => vec![Fault::TooShort],
        Bounds { .. } => vec![Fault::TooLong],
    }
}

/// A blank answer is none.
fn is_blank(answer: &str) -> bool {
    answer.trim().is_empty()
}

fn rare(answer: &str) -> Vec<Fault> {
    if Name::is_common(answer) {
        return vec![];
    }
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
