//! Arbitrary fields of forms that a catalog would take.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use shinsei_core::form::path::FieldId;
use shinsei_core::form::schema::{Bounds, Condition, Days, Field, FieldKind, FormSchema, Group, Item, Media};

const CHOICES: [&str; 4] = ["本人", "世帯主", "同居の親族", "その他"];

/// Any fields that go together: at least one, groups among them, and conditions on what stands before.
pub fn fields() -> impl Strategy<Value = FormSchema> {
    vec((field(), option::weighted(0.3, (vec(field(), 1..5), 0_u32..3, 0_u32..3))), 1..8).prop_map(|drawn| {
        let mut items: Vec<Item> = Vec::new();
        for (at, ((kind, required, when), group)) in drawn.into_iter().enumerate() {
            let once: Vec<Field> = items
                .iter()
                .filter_map(|item| if let Item::Field(field) = item { Some(field.clone()) } else { None })
                .collect();
            let (id, label) = named(at);
            let when = condition(when, &[&once]);
            items.push(match group {
                None => Item::Field(Field { id, label, kind, required, when, hint: String::new() }),
                Some((drawn, times_min, more)) => {
                    let fields = members(drawn, &once);
                    let times_max = times_min.max(1) + more;
                    Item::Group(Group {
                        id,
                        label,
                        times_min,
                        times_max,
                        when,
                        hint: "例".to_owned(),
                        fields,
                    })
                }
            });
        }
        FormSchema { items }
    })
}

type Drawn = (FieldKind, bool, Option<(Index, Vec<&'static str>)>);

fn members(drawn: Vec<Drawn>, once: &[Field]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (at, (kind, required, when)) in drawn.into_iter().enumerate() {
        let (id, label) = named(at);
        // A field of the group hides one of the same code that is there once.
        let hidden = |one: &&Field| !fields.iter().any(|field| field.id == one.id);
        let seen: Vec<Field> = once.iter().filter(hidden).cloned().collect();
        // By its first field it is seen that one of several is there.
        let (required, when) =
            if at == 0 { (true, None) } else { (required, condition(when, &[&fields, &seen])) };
        fields.push(Field { id, label, kind, required, when, hint: String::new() });
    }
    fields
}

fn named(at: usize) -> (FieldId, String) {
    (FieldId::new(format!("項目{at}")).expect("a code"), format!("{}番の問い", at + 1))
}

/// A condition on one of the fields before that pick among choices, if there are any.
fn condition(drawn: Option<(Index, Vec<&'static str>)>, before: &[&[Field]]) -> Option<Condition> {
    let (which, is) = drawn?;
    let picks = |field: &&Field| matches!(field.kind, FieldKind::Choice(_) | FieldKind::Choices(_));
    let choosable: Vec<&Field> = before.iter().flat_map(|fields| fields.iter()).filter(picks).collect();
    if choosable.is_empty() {
        return None;
    }
    let field = which.get(&choosable).id.clone();
    Some(Condition { field, is: is.into_iter().map(str::to_owned).collect() })
}

fn field() -> impl Strategy<Value = Drawn> {
    let when = (any::<Index>(), subsequence(CHOICES.to_vec(), 1..=CHOICES.len()));
    (kind(), any::<bool>(), option::weighted(0.4, when))
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let media = vec![Media::Pdf, Media::Jpeg, Media::Png, Media::Text, Media::Office];
    let choices = || Just(CHOICES.map(str::to_owned).to_vec());
    prop_oneof![
        1 => bounds().prop_map(FieldKind::Text),
        1 => bounds().prop_map(FieldKind::Prose),
        1 => bounds().prop_map(FieldKind::Name),
        1 => bounds().prop_map(FieldKind::Kana),
        1 => bounds().prop_map(FieldKind::Latin),
        1 => bounds().prop_map(FieldKind::Number),
        1 => select(vec![Days::Any, Days::UntilToday, Days::FromToday]).prop_map(FieldKind::Date),
        3 => choices().prop_map(FieldKind::Choice),
        3 => choices().prop_map(FieldKind::Choices),
        1 => Just(FieldKind::PostalCode),
        1 => Just(FieldKind::Phone),
        1 => Just(FieldKind::MailAddress),
        1 => Just(FieldKind::CorporateNumber),
        1 => Just(FieldKind::Municipality),
        1 => (subsequence(media, 1..=5), 1_u32..2_000)
            .prop_map(|(media, kib_max)| FieldKind::Attachment { media, kib_max }),
    ]
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (option::of(0_u32..40), option::of(1_u32..40)).prop_map(|(min, more)| {
        let max = more.map(|more| min.unwrap_or(0) + more);
        Bounds { min, max }
    })
}
