//! What is said of a form: to the resident in Japanese, to the operator in English, to a program as a code.

use serde::Serialize;

use super::flaw::{Fault, Flaw, Weight};
use super::path::FieldPath;
use super::schema::{BETWEEN_CHOICES, Bounds, FieldKind, FormSchema, Item};

/// What the form as a whole is called.
pub(super) const WHOLE: &str = "様式";

/// One thing that is said of a form. No answer stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Where; `None` for the form as a whole.
    pub field: Option<FieldPath>,
    /// What the place is called on the form.
    pub label: String,
    /// What it is: a stable code.
    pub code: &'static str,
    /// What follows from it.
    pub weight: Weight,
    /// What is wrong and what to do, for the resident.
    pub resident: String,
    /// The same for the operator.
    pub operator: String,
}

impl Remark {
    /// Says what a flaw is, by the fields that it was found with.
    pub fn of(flaw: &Flaw, schema: &FormSchema) -> Self {
        let label = flaw.field.as_ref().and_then(|path| schema.label(path));
        let label = label.unwrap_or_else(|| WHOLE.to_owned());
        let asked = Asked::of(flaw.field.as_ref(), schema);
        let place = flaw.field.as_ref().map_or_else(|| "the form".to_owned(), ToString::to_string);
        Self {
            resident: resident(flaw.fault, &label, asked),
            operator: format!("{place}: {}", operator(flaw.fault, asked)),
            field: flaw.field.clone(),
            label,
            code: flaw.fault.code(),
            weight: flaw.fault.weight(),
        }
    }
}

/// What is asked for in a place, as far as a sentence needs it.
#[derive(Clone, Copy)]
enum Asked<'a> {
    Field(&'a FieldKind),
    Times { min: u32, max: u32 },
    Nothing,
}

impl<'a> Asked<'a> {
    fn of(path: Option<&FieldPath>, schema: &'a FormSchema) -> Self {
        let Some(path) = path else { return Self::Nothing };
        match (schema.field(path), schema.item(&path.field)) {
            (Some(field), _) => Self::Field(&field.kind),
            (None, Some(Item::Group(group))) => Self::Times { min: group.times_min, max: group.times_max },
            (None, Some(Item::Field(_)) | None) => Self::Nothing,
        }
    }

    fn bounds(self) -> Bounds {
        match self {
            Self::Field(
                FieldKind::Text(bounds)
                | FieldKind::Prose(bounds)
                | FieldKind::Name(bounds)
                | FieldKind::Kana(bounds)
                | FieldKind::Latin(bounds)
                | FieldKind::Number(bounds),
            ) => *bounds,
            Self::Field(FieldKind::Attachment { kib_max, .. }) => Bounds { min: None, max: Some(*kib_max) },
            Self::Times { min, max } => Bounds { min: Some(min), max: Some(max) },
            Self::Field(_) | Self::Nothing => Bounds::default(),
        }
    }

    /// The choices or the kinds of file, as a sentence gives them.
    fn list(self, between: &str) -> String {
        match self {
            Self::Field(FieldKind::Choice(choices) | FieldKind::Choices(choices)) => choices.join(between),
            Self::Field(FieldKind::Attachment { media, .. }) => {
                media.iter().map(|media| media.name()).collect::<Vec<_>>().join(between)
            }
            Self::Field(_) | Self::Times { .. } | Self::Nothing => String::new(),
        }
    }

    fn is_attachment(self) -> bool {
        matches!(self, Self::Field(FieldKind::Attachment { .. }))
    }

    fn is_choice(self) -> bool {
        matches!(self, Self::Field(FieldKind::Choice(_) | FieldKind::Choices(_)))
    }
}

fn resident(fault: Fault, label: &str, asked: Asked<'_>) -> String {
    let Bounds { min, max } = asked.bounds();
    let (min, max) = (min.unwrap_or(0), max.unwrap_or(u32::MAX));
    match fault {
        Fault::Missing if asked.is_attachment() => format!("「{label}」を添付してください。"),
        Fault::Missing if asked.is_choice() => format!("「{label}」を選んでください。"),
        Fault::Missing => format!("「{label}」を記入してください。"),
        Fault::NotAsked => "様式にない項目があります。様式にある項目だけを記入してください。".to_owned(),
        Fault::NotApplicable => format!("「{label}」の記入は必要ありません。空欄にしてください。"),
        Fault::TooShort => format!("「{label}」は{min}文字以上で記入してください。"),
        Fault::TooLong => format!("「{label}」は{max}文字以内で記入してください。"),
        Fault::NotPlain => {
            format!("「{label}」に使えない文字(改行や制御文字など)があります。入力し直してください。")
        }
        Fault::NotKana => format!("「{label}」は全角カタカナで記入してください。"),
        Fault::NotLatin => format!("「{label}」は半角の英数字で記入してください。"),
        Fault::NoNumber => format!("「{label}」は半角の数字で記入してください。"),
        Fault::OutOfRange if max == u32::MAX => format!("「{label}」は{min}以上の数で記入してください。"),
        Fault::OutOfRange => format!("「{label}」は{min}から{max}までの数で記入してください。"),
        Fault::NoDate => {
            format!(
                "「{label}」は、実際にある日付を「2026-05-07」または「令和8年5月7日」のように記入してください。"
            )
        }
        Fault::InFuture => format!("「{label}」は今日までの日付を記入してください。"),
        Fault::InPast => format!("「{label}」は今日以降の日付を記入してください。"),
        Fault::NoSuchChoice => format!("「{label}」は次の中から選んでください: {}。", asked.list("、")),
        Fault::NoPostalCode => format!("「{label}」は7桁の郵便番号を「040-8666」のように記入してください。"),
        Fault::NoPhone => format!("「{label}」は市外局番から「0138-21-3826」のように記入してください。"),
        Fault::NoMailAddress => format!("「{label}」のメールアドレスを確認してください。"),
        Fault::NoCorporateNumber => {
            format!(
                "「{label}」は13桁の法人番号を半角で記入してください。数字の誤りがないか確認してください。"
            )
        }
        Fault::NoMunicipality => {
            format!(
                "「{label}」は6桁の団体コードを半角で記入してください。数字の誤りがないか確認してください。"
            )
        }
        Fault::NoReference => format!(
            "「{label}」には番号を記入できません。画面の案内に従って、専用の入力欄から登録してください。"
        ),
        Fault::TooFew => format!("「{label}」は{min}件以上記入してください。"),
        Fault::TooMany => format!("「{label}」は{max}件以内で記入してください。"),
        Fault::NoFile => {
            format!("「{label}」の添付ファイルが正しく指定されていません。添付し直してください。")
        }
        Fault::FileMissing => {
            format!("「{label}」の添付ファイルが届いていません。もう一度添付してください。")
        }
        Fault::FileNotAsked => "様式にない添付ファイルがあります。取り除いてください。".to_owned(),
        Fault::FileTooLarge => format!("「{label}」の添付ファイルは{max}KiB以内にしてください。"),
        Fault::OtherMedia => {
            format!("「{label}」は次の形式のファイルを添付してください: {}。", asked.list("、"))
        }
        Fault::GlyphCheck => {
            format!("「{label}」にある文字の字形を、担当者が確認することがあります。お手続きは不要です。")
        }
    }
}

fn operator(fault: Fault, asked: Asked<'_>) -> String {
    let Bounds { min, max } = asked.bounds();
    let (min, max) = (min.unwrap_or(0), max.unwrap_or(u32::MAX));
    match fault {
        Fault::Missing => "is required and has no answer".to_owned(),
        Fault::NotAsked => {
            "has answers that it does not ask for; use the codes of its fields alone".to_owned()
        }
        Fault::NotApplicable => "is answered where another answer says that it is not asked for".to_owned(),
        Fault::TooShort => format!("needs at least {min} characters"),
        Fault::TooLong => format!("takes at most {max} characters"),
        Fault::NotPlain => "has control characters, line breaks in a line, or lost characters".to_owned(),
        Fault::NotKana => "takes full-width katakana".to_owned(),
        Fault::NotLatin => "takes ASCII".to_owned(),
        Fault::NoNumber => "takes a whole number in ASCII digits".to_owned(),
        Fault::OutOfRange if max == u32::MAX => format!("takes a number from {min}"),
        Fault::OutOfRange => format!("takes a number from {min} to {max}"),
        Fault::NoDate => "takes a day that there is, as 2026-05-07 or 令和8年5月7日".to_owned(),
        Fault::InFuture => "takes a day that is not after today".to_owned(),
        Fault::InPast => "takes a day that is not before today".to_owned(),
        Fault::NoSuchChoice => {
            format!(
                "takes one of {}; several with {BETWEEN_CHOICES} between, where several may be",
                asked.list(", ")
            )
        }
        Fault::NoPostalCode => "takes a postal code of seven digits".to_owned(),
        Fault::NoPhone => "takes a telephone number of ten or eleven digits with its leading 0".to_owned(),
        Fault::NoMailAddress => "takes a mail address".to_owned(),
        Fault::NoCorporateNumber => "takes a corporate number whose check digit fits".to_owned(),
        Fault::NoMunicipality => "takes the code of a municipality whose check digit fits".to_owned(),
        Fault::NoReference => {
            "takes the reference that the city's separate store has given, and never the number itself"
                .to_owned()
        }
        Fault::TooFew => format!("must be there at least {min} times"),
        Fault::TooMany => format!("may be there at most {max} times"),
        Fault::NoFile => "names a file as sha256:<64 hexadecimal digits>/<file name>".to_owned(),
        Fault::FileMissing => "names a file that did not come with the form".to_owned(),
        Fault::FileNotAsked => "has files that no answer names".to_owned(),
        Fault::FileTooLarge => format!("takes files of at most {max} KiB"),
        Fault::OtherMedia => format!("takes files of {}", asked.list(", ")),
        Fault::GlyphCheck => "has a rare character; look at its glyph before it is printed".to_owned(),
    }
}
