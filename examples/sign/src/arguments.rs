//! The command line: what is to be signed, by which key, or stamped.

use std::path::PathBuf;

use lexopt::prelude::*;
use shinsei_cms::sign::Placement;
use shinsei_core::time::Timestamp;

/// How to ask.
pub(crate) const USAGE: &str = "usage:
  sign form   --content FILE --certificate FILE --out FILE KEY [--detached] [--at RFC3339] [--beside FILE]..
     KEY: --key FILE                                        PKCS #8 without a password
       or --module FILE --token LABEL --key-label LABEL --pin-file FILE   PKCS #11
  sign query  --signature FILE --out FILE                   a question to a time-stamp authority
  sign stamp  --signature FILE --response FILE --out FILE   its answer, put beside the signature";

/// What is to be done.
pub(crate) enum Task {
    Help,
    Form(Form),
    Query { signature: PathBuf, out: PathBuf },
    Stamp { signature: PathBuf, response: PathBuf, out: PathBuf },
}

/// What is to be signed, and by whom.
pub(crate) struct Form {
    pub(crate) content: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) beside: Vec<PathBuf>,
    pub(crate) key: Held,
    pub(crate) placement: Placement,
    /// The time that the signer claims.
    pub(crate) at: Timestamp,
    pub(crate) out: PathBuf,
}

/// Where the key is.
pub(crate) enum Held {
    InFile(PathBuf),
    OnCard { module: PathBuf, token: String, label: String, pin: PathBuf },
}

/// The options as they were given.
#[derive(Default)]
struct Given {
    files: Vec<(String, PathBuf)>,
    token: Option<String>,
    label: Option<String>,
    at: Option<Timestamp>,
    detached: bool,
}

/// Reads the command line.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Task, String> {
    let said = |error: lexopt::Error| format!("{error}\n{USAGE}");
    let command = match parser.next().map_err(said)? {
        Some(Value(command)) => command.string().map_err(said)?,
        Some(Long("help") | Short('h')) => return Ok(Task::Help),
        _ => String::new(),
    };
    let known: &[&str] = match command.as_str() {
        "form" => &["content", "certificate", "beside", "key", "module", "pin-file", "out"],
        "query" => &["signature", "out"],
        "stamp" => &["signature", "response", "out"],
        _ => return Err(format!("say `form`, `query` or `stamp` first\n{USAGE}")),
    };
    let is_form = command == "form";
    let mut given = Given::default();
    while let Some(argument) = parser.next().map_err(said)? {
        match argument {
            Long("token") if is_form => given.token = Some(text(&mut parser)?),
            Long("key-label") if is_form => given.label = Some(text(&mut parser)?),
            Long("at") if is_form => given.at = Some(time(&text(&mut parser)?)?),
            Long("detached") if is_form => given.detached = true,
            Long(name) if known.contains(&name) => {
                let name = name.to_owned();
                if name != "beside" && given.files.iter().any(|(own, _)| *own == name) {
                    return Err(format!("--{name} stands twice"));
                }
                given.files.push((name, parser.value().map_err(said)?.into()));
            }
            other => return Err(said(other.unexpected())),
        }
    }
    given.task(&command)
}

impl Given {
    fn file(&self, name: &str) -> Option<PathBuf> {
        self.files.iter().find(|(own, _)| own == name).map(|(_, file)| file.clone())
    }

    fn required(&self, name: &str) -> Result<PathBuf, String> {
        self.file(name).ok_or_else(|| format!("--{name} is required\n{USAGE}"))
    }

    fn task(self, command: &str) -> Result<Task, String> {
        let out = self.required("out")?;
        match command {
            "query" => Ok(Task::Query { signature: self.required("signature")?, out }),
            "stamp" => {
                let (signature, response) = (self.required("signature")?, self.required("response")?);
                Ok(Task::Stamp { signature, response, out })
            }
            _ => {
                let beside = self.files.iter().filter(|(name, _)| name == "beside");
                Ok(Task::Form(Form {
                    content: self.required("content")?,
                    certificate: self.required("certificate")?,
                    beside: beside.map(|(_, file)| file.clone()).collect(),
                    key: self.key()?,
                    placement: if self.detached { Placement::Detached } else { Placement::Attached },
                    at: self.at.unwrap_or_else(|| Timestamp::from_utc(chrono::Utc::now())),
                    out,
                }))
            }
        }
    }

    fn key(&self) -> Result<Held, String> {
        let on_card = (self.file("module"), self.token.clone(), self.label.clone(), self.file("pin-file"));
        match (self.file("key"), on_card) {
            (Some(file), (None, None, None, None)) => Ok(Held::InFile(file)),
            (None, (Some(module), Some(token), Some(label), Some(pin))) => {
                Ok(Held::OnCard { module, token, label, pin })
            }
            _ => Err(format!(
                "the key is either --key, or --module, --token, --key-label and --pin-file together\n{USAGE}"
            )),
        }
    }
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().and_then(ValueExt::string).map_err(|error| error.to_string())
}

fn time(text: &str) -> Result<Timestamp, String> {
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    let parsed =
        parsed.map_err(|error| format!("--at {text}: {error}; write it as 2026-05-07T15:04:00+09:00"))?;
    Ok(Timestamp::from_utc(parsed.with_timezone(&chrono::Utc)))
}
