//! The fields of forms as rows of their sheet (様式項目一覧): what their cells mean, and which of them do not go together.

use std::collections::BTreeMap;

use crate::catalog::columns::{self as c, BETWEEN, Closed, Kind, Signing};
use crate::catalog::defect::{Expected, Sheet};
use crate::catalog::row::{Row, whole};
use crate::form::ANSWERS_MAX;
use crate::form::path::FieldId;
use crate::form::schema::{Bounds, Condition, Days, Field, FieldKind, FormSchema, Group, Item};
use crate::ids::ProcedureId;
use crate::procedure::Procedure;
use crate::procedure::filing::Filing;
use crate::sheet::cell;

/// A form as far as its rows were read.
#[derive(Default)]
struct Form {
    schema: FormSchema,
    /// The codes of all its rows, the faulty ones too, each with its group and its line.
    codes: Vec<(Option<FieldId>, FieldId, u64)>,
    /// The row on which it begins.
    first: usize,
    /// True where a cell could not be read that says which rows there are: what is not found may be there.
    is_torn: bool,
}

/// The procedures of which a sheet states the forms.
pub(super) struct Procedures<'a> {
    /// Their codes, those of faulty rows too; none where nothing of their sheet could be read.
    pub(super) known: &'a [ProcedureId],
    /// Those without a fault.
    pub(super) read: &'a [Procedure],
}

/// Reads the rows; the forms of those without a fault.
pub(super) fn read(rows: &mut [Row], procedures: &Procedures<'_>) -> BTreeMap<ProcedureId, FormSchema> {
    let mut forms: BTreeMap<ProcedureId, Form> = BTreeMap::new();
    for (at, row) in rows.iter_mut().enumerate() {
        let Some(id) = row.code(c::ID, ProcedureId::new) else { continue };
        if !procedures.known.is_empty() && !procedures.known.contains(&id) {
            row.fault(c::ID, Expected::Procedure);
            continue;
        }
        let form = forms.entry(id).or_insert_with(|| Form { first: at, ..Form::default() });
        form.add(row);
    }
    for (id, form) in forms.iter().filter(|(_, form)| !form.is_torn) {
        for row in rows.iter_mut().filter(|row| row.get(c::ID) == Some(id.as_str())) {
            check_members(row, form);
        }
        let procedure = procedures.read.iter().find(|procedure| procedure.id == *id);
        if let Some(day) = procedure.and_then(|procedure| day_missed(procedure, form)) {
            rows[form.first].fault_of_all(Expected::DayField(day));
        }
        if !form.schema.fits() {
            rows[form.first].fault_of_all(Expected::Places(ANSWERS_MAX));
        }
    }
    forms.into_iter().map(|(id, form)| (id, form.schema)).collect()
}

/// The day that the procedure's time of filing counts from, where the form does not ask for it.
fn day_missed(procedure: &Procedure, form: &Form) -> Option<String> {
    let day = procedure.terms.filing.as_ref().and_then(Filing::day_field)?;
    let is_asked = form.schema.items.iter().any(|item| match item {
        Item::Field(field) => field.id.as_str() == day && matches!(field.kind, FieldKind::Date(_)),
        Item::Group(_) => false,
    });
    // A faulty row may have been the one.
    let is_faulty = form.codes.iter().any(|(group, code, _)| group.is_none() && code.as_str() == day)
        && form.schema.items.iter().all(|item| item.id().as_str() != day);
    (!is_asked && !is_faulty).then(|| day.to_owned())
}

/// One of several is there when something of it is: a field that it always has.
fn check_members(row: &mut Row, form: &Form) {
    let Some(id) = row.get(c::FIELD).and_then(|cell| FieldId::new(cell).ok()) else { return };
    let within = form.codes.iter().filter(|(group, ..)| group.as_ref() == Some(&id)).count();
    let has_one = match form.schema.item(&id) {
        Some(Item::Group(group)) => {
            // A faulty row may have been the one.
            group.fields.len() < within
                || group.fields.iter().any(|field| field.required && field.when.is_none())
        }
        Some(Item::Field(_)) => return,
        None => within > 0,
    };
    if row.get(c::KIND) == Some(Kind::Group.word()) && !has_one {
        row.fault(c::FIELD, Expected::Member);
    }
}

impl Form {
    fn add(&mut self, row: &mut Row) {
        self.is_torn |= [c::FIELD, c::GROUP, c::KIND].iter().any(|column| row.get(column).is_none());
        let field = row.parsed(c::FIELD, |cell| FieldId::new(cell).ok(), Expected::FieldCode);
        let group = self.group_of(row);
        if let (Some(field), Some(group)) = (&field, &group) {
            match self.codes.iter().find(|(beside, code, _)| beside == group && code == field) {
                Some((.., line)) => row.fault(c::FIELD, Expected::Unique { line: *line }),
                None => self.codes.push((group.clone(), field.clone(), row.line)),
            }
        }
        let when = group.as_ref().and_then(|group| self.condition(row, group.as_ref()));
        let label = row.some_text(c::LABEL);
        let hint = row.text(c::HINT);
        let item = item(row, Named { id: field, label, when, hint });
        let Some(item) = item.filter(|_| row.defects.is_empty()) else { return };
        match (item, group.flatten()) {
            (item, None) => self.schema.items.push(item),
            (Item::Field(field), Some(group)) => self.push_within(&group, field),
            // Refused when its group was read.
            (Item::Group(_), Some(_)) => {}
        }
    }

    fn push_within(&mut self, group: &FieldId, field: Field) {
        for item in &mut self.schema.items {
            if let Item::Group(there) = item
                && there.id == *group
            {
                there.fields.push(field);
                return;
            }
        }
    }

    /// The group in which a row stands: one above it; no group stands in another.
    fn group_of(&self, row: &mut Row) -> Option<Option<FieldId>> {
        let read = |row: &mut Row| row.parsed(c::GROUP, |cell| FieldId::new(cell).ok(), Expected::FieldCode);
        let Some(group) = row.optional(c::GROUP, read)? else { return Some(None) };
        if row.get(c::KIND) == Some(Kind::Group.word()) {
            row.blank_since(c::KIND, c::GROUP);
            return None;
        }
        let groups = self.schema.items.iter().filter(|item| matches!(item, Item::Group(_)));
        let known: Vec<String> = groups.map(|item| item.id().to_string()).collect();
        let is_above = self.codes.iter().any(|(beside, code, _)| beside.is_none() && *code == group);
        let is_field = self.schema.item(&group).is_some_and(|item| matches!(item, Item::Field(_)));
        if !is_above || is_field {
            if !self.is_torn {
                row.fault(c::GROUP, Expected::Above { known });
            }
            return None;
        }
        Some(Some(group))
    }

    /// Where a field is asked for: after another one above it that picks among choices, of its own group or of none.
    fn condition(&self, row: &mut Row, group: Option<&FieldId>) -> Option<Option<Condition>> {
        let read = |row: &mut Row| row.parsed(c::WHEN, |cell| FieldId::new(cell).ok(), Expected::FieldCode);
        let Some(field) = row.optional(c::WHEN, read)? else {
            row.blank_since(c::WHEN, c::IS);
            return Some(None);
        };
        let is = row.texts(c::IS)?;
        let within = group.and_then(|group| self.schema.item(group));
        let fields = |item: &'_ Item| match item {
            Item::Field(field) => vec![field.clone()],
            Item::Group(_) => vec![],
        };
        let beside = within.into_iter().flat_map(|item| match item {
            Item::Group(group) => group.fields.clone(),
            Item::Field(_) => vec![],
        });
        let above: Vec<Field> = beside.chain(self.schema.items.iter().flat_map(fields)).collect();
        let choices = |field: &Field| field.kind.choices().map(<[String]>::to_vec);
        let Some(choices) = above.iter().find(|one| one.id == field).and_then(choices) else {
            let is_faulty = !above.iter().any(|one| one.id == field)
                && self.codes.iter().any(|(beside, code, line)| {
                    *code == field && *line < row.line && (beside.is_none() || beside.as_ref() == group)
                });
            if !is_faulty && !self.is_torn {
                let known = above.iter().filter(|one| choices(one).is_some()).map(|one| one.id.to_string());
                let known = known.collect();
                row.fault(c::WHEN, Expected::Above { known });
            }
            return None;
        };
        if is.is_empty() || !is.iter().all(|one| choices.contains(one)) {
            row.fault_since(c::WHEN, c::IS, Expected::Texts { of: choices });
            return None;
        }
        Some(Some(Condition { field, is }))
    }
}

/// What every kind of row has.
struct Named {
    id: Option<FieldId>,
    label: Option<String>,
    when: Option<Option<Condition>>,
    hint: Option<String>,
}

fn item(row: &mut Row, named: Named) -> Option<Item> {
    let kind: Kind = row.closed(c::KIND)?;
    let Named { id, label, when, hint } = named;
    let required = if kind == Kind::Group {
        row.blank_since(c::KIND, c::REQUIRED);
        Some(false)
    } else {
        row.closed_since::<Signing>(c::KIND, c::REQUIRED).map(|needed| needed == Signing::Needed)
    };
    let bounds = bounds(row, kind);
    let choices = if matches!(kind, Kind::Choice | Kind::Choices) {
        some_texts(row)
    } else {
        row.blank_since(c::KIND, c::CHOICES);
        Some(vec![])
    };
    let media = if kind == Kind::Attachment {
        row.some_list_since(c::KIND, c::MEDIA)
    } else {
        row.blank_since(c::KIND, c::MEDIA);
        Some(vec![])
    };
    let (bounds, choices, media, required) = (bounds?, choices?, media?, required?);
    let kind = match kind {
        Kind::Text => FieldKind::Text(bounds),
        Kind::Prose => FieldKind::Prose(bounds),
        Kind::Name => FieldKind::Name(bounds),
        Kind::Kana => FieldKind::Kana(bounds),
        Kind::Latin => FieldKind::Latin(bounds),
        Kind::Number => FieldKind::Number(bounds),
        Kind::Date => FieldKind::Date(Days::Any),
        Kind::PastDate => FieldKind::Date(Days::UntilToday),
        Kind::FutureDate => FieldKind::Date(Days::FromToday),
        Kind::Choice => FieldKind::Choice(choices),
        Kind::Choices => FieldKind::Choices(choices),
        Kind::PostalCode => FieldKind::PostalCode,
        Kind::Phone => FieldKind::Phone,
        Kind::MailAddress => FieldKind::MailAddress,
        Kind::CorporateNumber => FieldKind::CorporateNumber,
        Kind::Municipality => FieldKind::Municipality,
        Kind::SensitiveRef => FieldKind::SensitiveRef,
        Kind::Attachment => FieldKind::Attachment { media, kib_max: bounds.max? },
        Kind::Group => {
            let (times_min, times_max) = (bounds.min.unwrap_or(0), bounds.max?);
            let (id, label, when, hint) = (id?, label?, when?, hint?);
            return Some(Item::Group(Group { id, label, times_min, times_max, when, hint, fields: vec![] }));
        }
    };
    Some(Item::Field(Field { id: id?, label: label?, kind, required, when: when?, hint: hint? }))
}

/// 下限 and 上限: of characters, of a number, of KiB, of times, by the kind.
fn bounds(row: &mut Row, kind: Kind) -> Option<Bounds> {
    let (has_min, has_max, needs_max) = match kind {
        Kind::Text | Kind::Prose | Kind::Name | Kind::Kana | Kind::Latin | Kind::Number => {
            (true, true, false)
        }
        Kind::Group => (true, true, true),
        Kind::Attachment => (false, true, true),
        Kind::Date
        | Kind::PastDate
        | Kind::FutureDate
        | Kind::Choice
        | Kind::Choices
        | Kind::PostalCode
        | Kind::Phone
        | Kind::MailAddress
        | Kind::CorporateNumber
        | Kind::Municipality
        | Kind::SensitiveRef => (false, false, false),
    };
    let before = row.defects.len();
    for (column, _) in [(c::MIN, has_min), (c::MAX, has_max)].iter().filter(|(_, has)| !has) {
        row.blank_since(c::KIND, column);
    }
    let min = row.optional(c::MIN, |row| row.parsed(c::MIN, whole, Expected::Whole))?;
    let max = row.optional(c::MAX, |row| row.count(c::MAX))?;
    if needs_max && max.is_none() {
        row.fault_since(c::KIND, c::MAX, Expected::Count);
    }
    if let Some(min) = min.filter(|min| max.is_some_and(|max| max < *min)) {
        row.fault_since(c::MIN, c::MAX, Expected::AtLeast(min));
    }
    (row.defects.len() == before).then_some(Bounds { min, max })
}

fn some_texts(row: &mut Row) -> Option<Vec<String>> {
    let texts = row.texts(c::CHOICES)?;
    if texts.is_empty() {
        row.fault_since(c::KIND, c::CHOICES, Expected::Texts { of: vec![] });
        return None;
    }
    Some(texts)
}

/// Writes the rows of a procedure's form.
pub(super) fn write(procedure: &Procedure) -> Vec<Row> {
    let mut rows = Vec::new();
    for item in &procedure.form.items {
        match item {
            Item::Field(field) => rows.push(row_of_field(&procedure.id, None, field)),
            Item::Group(group) => {
                let named = (&group.id, group.label.as_str(), group.when.as_ref(), group.hint.as_str());
                let mut row = row_of(&procedure.id, named, Kind::Group);
                if group.times_min > 0 {
                    row.set(c::MIN, group.times_min.to_string());
                }
                row.set(c::MAX, group.times_max.to_string());
                rows.push(row);
                rows.extend(
                    group.fields.iter().map(|field| row_of_field(&procedure.id, Some(&group.id), field)),
                );
            }
        }
    }
    rows
}

fn row_of(
    procedure: &ProcedureId,
    (id, label, when, hint): (&FieldId, &str, Option<&Condition>, &str),
    kind: Kind,
) -> Row {
    let mut row = Row::new(Sheet::Forms, 0);
    row.set(c::ID, cell::code(procedure.as_str()));
    row.set(c::FIELD, cell::text(id.as_str()));
    row.set(c::LABEL, cell::text(label));
    row.set(c::KIND, kind.word());
    if let Some(when) = when {
        row.set(c::WHEN, cell::text(when.field.as_str()));
        row.set(c::IS, cell::text(&when.is.join(BETWEEN)));
    }
    row.set(c::HINT, cell::text(hint));
    row
}

fn row_of_field(procedure: &ProcedureId, group: Option<&FieldId>, field: &Field) -> Row {
    let (kind, bounds) = kind_of(&field.kind);
    let named = (&field.id, field.label.as_str(), field.when.as_ref(), field.hint.as_str());
    let mut row = row_of(procedure, named, kind);
    if let Some(group) = group {
        row.set(c::GROUP, cell::text(group.as_str()));
    }
    row.set(c::REQUIRED, if field.required { Signing::Needed } else { Signing::Exempt }.word());
    for (column, bound) in [(c::MIN, bounds.min), (c::MAX, bounds.max)] {
        row.set(column, bound.map(|bound| bound.to_string()).unwrap_or_default());
    }
    if let Some(choices) = field.kind.choices() {
        row.set(c::CHOICES, cell::text(&choices.join(BETWEEN)));
    }
    if let FieldKind::Attachment { media, .. } = &field.kind {
        let words: Vec<&str> = media.iter().map(|media| media.word()).collect();
        row.set(c::MEDIA, words.join(BETWEEN));
    }
    row
}

fn kind_of(kind: &FieldKind) -> (Kind, Bounds) {
    let unbounded = Bounds::default();
    match kind {
        FieldKind::Text(bounds) => (Kind::Text, *bounds),
        FieldKind::Prose(bounds) => (Kind::Prose, *bounds),
        FieldKind::Name(bounds) => (Kind::Name, *bounds),
        FieldKind::Kana(bounds) => (Kind::Kana, *bounds),
        FieldKind::Latin(bounds) => (Kind::Latin, *bounds),
        FieldKind::Number(bounds) => (Kind::Number, *bounds),
        FieldKind::Date(Days::Any) => (Kind::Date, unbounded),
        FieldKind::Date(Days::UntilToday) => (Kind::PastDate, unbounded),
        FieldKind::Date(Days::FromToday) => (Kind::FutureDate, unbounded),
        FieldKind::Choice(_) => (Kind::Choice, unbounded),
        FieldKind::Choices(_) => (Kind::Choices, unbounded),
        FieldKind::PostalCode => (Kind::PostalCode, unbounded),
        FieldKind::Phone => (Kind::Phone, unbounded),
        FieldKind::MailAddress => (Kind::MailAddress, unbounded),
        FieldKind::CorporateNumber => (Kind::CorporateNumber, unbounded),
        FieldKind::Municipality => (Kind::Municipality, unbounded),
        FieldKind::SensitiveRef => (Kind::SensitiveRef, unbounded),
        FieldKind::Attachment { kib_max, .. } => {
            (Kind::Attachment, Bounds { min: None, max: Some(*kib_max) })
        }
    }
}
