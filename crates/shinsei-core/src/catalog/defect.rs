//! What is wrong with a sheet of the catalog, where, and what would be right.

use std::fmt;

use crate::catalog::rehearsal::DeadEnd;
use crate::sheet::Encoding;

/// One of the sheets of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// The procedures (手続一覧).
    Procedures,
    /// The divisions (担当部署一覧).
    Divisions,
    /// The fields of forms (様式項目一覧).
    Forms,
}

/// Everything that keeps a catalog from being read or written, in the order of sheets, lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// The defects: never empty.
    pub defects: Vec<Defect>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// The sheet.
    pub sheet: Sheet,
    /// The line of the file on which the row begins; the header is line 1.
    pub line: u64,
    /// The column by its header; `None` where the whole row or header is meant.
    pub column: Option<&'static str>,
    /// What stands there; `None` where nothing does.
    pub found: Option<String>,
    /// What would be right.
    pub expected: Expected,
    /// The other cell of the row that makes it so.
    pub because: Option<Because>,
}

/// A cell of the same row from which an expectation follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// Its column.
    pub column: &'static str,
    /// What stands there; empty for a blank cell.
    pub value: String,
}

/// What would be right in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// One of these values.
    OneOf(Vec<&'static str>),
    /// Some of these values, each at most once, with `・` between them.
    SomeOf(Vec<&'static str>),
    /// A list with this value in it.
    Containing(&'static str),
    /// A list without this value.
    NotContaining(&'static str),
    /// Nothing.
    Blank,
    /// Some text.
    Text,
    /// Text without line breaks, control characters, lost characters, or blanks at either end.
    PlainText,
    /// A code of 1 to 64 ASCII letters, digits, `-`, `_`, `.` or `/`.
    Code,
    /// Full-width katakana.
    Katakana,
    /// A telephone number of digits and hyphens.
    Phone,
    /// A mail address, or nothing.
    MailAddress,
    /// A whole number from 1.
    Count,
    /// Whole yen: 0 if it is free, blank if it is not known.
    Yen,
    /// A number from 1 with 日, 週 or 月.
    Period,
    /// A date as 2026-05-07.
    Date,
    /// An address that begins with `https://` or `http://`.
    Url,
    /// The code of a division of the other sheet.
    Division {
        /// The codes that it has.
        known: Vec<String>,
    },
    /// The code of a procedure of the catalog.
    Procedure,
    /// The code of a field.
    FieldCode,
    /// The code of a row of the same form above.
    Above {
        /// Those that fit.
        known: Vec<String>,
    },
    /// The code of a group that has a field which is always answered.
    Member,
    /// Texts, each once, with `・` between.
    Texts {
        /// Of these; empty where any will do.
        of: Vec<String>,
    },
    /// A form that asks once for this day.
    DayField(String),
    /// A whole number.
    Whole,
    /// A number from this one on.
    AtLeast(u32),
    /// A form with at most so many places to answer.
    Places(usize),
    /// A retention period.
    Retention,
    /// A time of filing.
    FilingTime,
    /// What a certificate costs again.
    Reissue,
    /// A value that no earlier row has.
    Unique {
        /// The line of the row that has it.
        line: u64,
    },
    /// This value of the division, or a blank cell.
    SameAs(String),
    /// The header, with these columns.
    HeaderRow(&'static [&'static str]),
    /// This column in the header.
    Header,
    /// This column once.
    HeaderOnce,
    /// A name above each column.
    NamedColumn,
    /// A sheet of CSV, with commas, in an encoding that is read.
    Csv,
    /// No such column.
    NoSuchColumn,
    /// A procedure that comes back from its row as it is: what no cell says, such as the remedy, follows from the others.
    Itself,
    /// A way to the end of a case, whatever is decided.
    WayOut(DeadEnd),
    /// As many cells as the header has.
    Cells(usize),
    /// At least one row below the header.
    Rows,
    /// Characters that can be read in this encoding.
    Readable(Encoding),
    /// Characters that can be written in this encoding and read back the same.
    Writable(Encoding),
}

impl Sheet {
    /// The name that its file has in a catalog's folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Procedures => "procedures.csv",
            Self::Divisions => "divisions.csv",
            Self::Forms => "forms.csv",
        }
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Procedures => "procedures",
            Self::Divisions => "divisions",
            Self::Forms => "forms",
        })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(values) => match values.as_slice() {
                [only] => f.write_str(only),
                several => write!(f, "one of {}", several.join(", ")),
            },
            Self::SomeOf(values) => write!(f, "some of {}, each once, with ・ between", values.join(", ")),
            Self::Containing(value) => write!(f, "a list with {value} in it"),
            Self::NotContaining(value) => write!(f, "a list without {value}"),
            Self::Blank => f.write_str("a blank cell"),
            Self::Text => f.write_str("some text"),
            Self::PlainText => f.write_str(
                "text without line breaks, control or lost characters, and without a blank at either end",
            ),
            Self::Code => f.write_str("1 to 64 ASCII letters, digits, '-', '_', '.' or '/'"),
            Self::Katakana => f.write_str("full-width katakana"),
            Self::Phone => f.write_str("half-width digits and hyphens, a digit first"),
            Self::Count => f.write_str("a whole number from 1, in half-width digits"),
            Self::Yen => f.write_str("whole yen in half-width digits alone, without 円 or commas: 0 if it is free, blank if it is not known"),
            Self::Period => f.write_str("a number from 1 to 65535 in half-width digits with 日, 週 or 月, such as 14日"),
            Self::Procedure => f.write_str("the code of a procedure of the catalog"),
            Self::FieldCode => f.write_str("1 to 64 letters or digits, '-', '_' or '・'"),
            Self::Above { known } if known.is_empty() => {
                f.write_str("the code of a row of this form above; none of them fits")
            }
            Self::Above { known } => write!(f, "the code of a row of this form above: {}", known.join(", ")),
            Self::Member => f.write_str(
                "a row of this form below with this code as 繰返し項目, 要 as 必須, and no condition",
            ),
            Self::Texts { of } if of.is_empty() => f.write_str("texts, each once, with ・ between"),
            Self::Texts { of } => write!(f, "some of {}, each once, with ・ between", of.join(", ")),
            Self::DayField(day) => {
                write!(f, "a 日付 {day} outside of 繰返し, since 受付の時期 of the procedure counts from it")
            }
            Self::Whole => f.write_str("a whole number in half-width digits"),
            Self::AtLeast(min) => write!(f, "a whole number from {min}"),
            Self::Places(most) => {
                write!(f, "a form with at most {most} places to answer, those of groups as often as 上限 says")
            }
            Self::Reissue => {
                f.write_str("a blank cell where nothing is issued again, 無料, or whole yen in half-width digits alone")
            }
            Self::Retention => f.write_str("永年, or a number from 1 to 30 in half-width digits with 年, such as 5年"),
            Self::FilingTime => f.write_str(
                "公示, 毎年8月1日から8月31日まで, 2025-04-16まで, 2025-04-01から2025-04-16まで, 死亡日の翌日から30日以内, \
                 転入日から14日以内 or 着手日の30日前まで",
            ),
            Self::Date => f.write_str("a date such as 2026-05-07, in half-width digits and years of the common era"),
            Self::MailAddress => {
                f.write_str("an address such as koseki@city.example.lg.jp, or a blank cell")
            }
            Self::Url => f.write_str("an address that begins with https:// or http://"),
            Self::Division { known } => write!(f, "a division: {}", known.join(", ")),
            Self::Unique { line } => write!(f, "a value of its own: line {line} has this one"),
            Self::SameAs(value) => write!(f, "{value}, or a blank cell"),
            Self::HeaderRow(columns) => {
                write!(f, "in UTF-8 or CP932 the header {}", columns.join(","))
            }
            Self::Header => f.write_str("this column in the header"),
            Self::NamedColumn => f.write_str("a name above each column, or no column there"),
            Self::HeaderOnce => f.write_str("this column once"),
            Self::Csv => f.write_str(
                "CSV with commas in UTF-8 or CP932, which Excel saves as 「CSV UTF-8 (コンマ区切り)」 or 「CSV (コンマ区切り)」",
            ),
            Self::NoSuchColumn => f.write_str("no column of this name: take it out, or spell it as the one that is missing"),
            Self::Itself => f.write_str(
                "a procedure that its row says wholly: the remedy follows from act, basis and jurisdiction, and the standard \
                 period runs on from the arrival in days, weeks or months",
            ),
            Self::WayOut(dead_end) => write!(f, "a way to the end of every case: {dead_end}"),
            Self::Cells(count) => {
                write!(f, "{count} cells, as the header has; an open quotation mark hides some")
            }
            Self::Rows => f.write_str("at least one row below the header"),
            Self::Readable(encoding) => write!(f, "characters of {encoding}"),
            Self::Writable(encoding) => write!(f, "characters that {encoding} can hold unchanged"),
        }
    }
}

/// Writes `procedures line 3, 手続類型: found 「届」, expected one of 届出, 申請, 請求`.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.sheet)?;
        Within(self).fmt(f)
    }
}

impl Defect {
    /// The same without the name of the sheet, for whoever names its file: `line 3, 手続類型: found 「届」, expected …`.
    pub fn within_its_file(&self) -> impl fmt::Display {
        Within(self)
    }
}

struct Within<'a>(&'a Defect);

impl fmt::Display for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Defect { line, column, found, expected, because, .. }) = self;
        write!(f, "line {line}")?;
        if let Some(column) = column {
            write!(f, ", {column}")?;
        }
        match found.as_deref() {
            None | Some("") => f.write_str(": found nothing")?,
            Some(found) => write!(f, ": found 「{}」", shown(found))?,
        }
        write!(f, ", expected {expected}")?;
        match because {
            None => Ok(()),
            Some(Because { column, value }) if value.is_empty() => write!(f, ", since {column} is blank"),
            Some(Because { column, value }) => write!(f, ", since {column} is {}", shown(value)),
        }
    }
}

/// Writes how many there are and one a line.
impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.defects.len() {
            1 => f.write_str("the catalog has a defect")?,
            several => write!(f, "the catalog has {several} defects")?,
        }
        for defect in &self.defects {
            write!(f, "\n  {defect}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogError {}

/// Characters of a cell that a message shows before it cuts off: a forgotten quotation mark swallows the file.
const SHOWN_CHARACTERS_MAX: usize = 60;

fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(SHOWN_CHARACTERS_MAX).flat_map(visible).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Security: a cell must not move the cursor of the terminal that shows its defect.
fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
