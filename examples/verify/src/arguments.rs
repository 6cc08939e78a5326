//! The command line: what is asked, of which files, at which time.

use std::path::PathBuf;

use lexopt::prelude::*;
use shinsei_cms::policy::{PolicyOid, PolicyRules};
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_core::time::Timestamp;

/// How to ask.
pub(crate) const USAGE: &str = "usage:
  verify cms  --signature FILE [--content FILE] --anchor FILE --at RFC3339 [options]
  verify path --target FILE --anchor FILE --at RFC3339 [options]
  verify evidence --bundle FILE --anchor FILE [--timestamp-anchor FILE] [--profile ..] [--json]
options:
  --intermediate FILE  --crl FILE  --ocsp FILE       each may be repeated
  --revocation require|if-available|off            default require with --crl or --ocsp, else off
  --policy OID  --initial-policy OID                 each may be repeated
  --require-explicit-policy  --inhibit-any-policy  --inhibit-policy-mapping
  --profile none|jpki-signing|commercial-registration|accredited
  --timestamp-anchor FILE                          cms: time-stamps over the signature must hold; may be repeated
  --evidence FILE                                  cms: writes the evidence of a valid verdict, for `verify evidence`
  --json";

/// What was asked.
pub(crate) enum Question {
    Cms { signature: PathBuf, content: Option<PathBuf>, evidence: Option<PathBuf>, asked: Asked },
    Path { target: PathBuf, asked: Asked },
    Evidence { bundle: PathBuf, profile: Option<Profile> },
}

/// By what rules a signature or a path is judged.
pub(crate) struct Asked {
    pub(crate) intermediates: Vec<PathBuf>,
    pub(crate) lists: Vec<PathBuf>,
    pub(crate) answers: Vec<PathBuf>,
    pub(crate) at: Timestamp,
    pub(crate) profile: Profile,
    pub(crate) policies: PolicyRules,
    pub(crate) revocation: RevocationPolicy,
}

/// The question, whom to trust, and in which form to answer.
pub(crate) struct Arguments {
    pub(crate) question: Question,
    pub(crate) anchors: Vec<PathBuf>,
    pub(crate) timestamp_anchors: Vec<PathBuf>,
    pub(crate) json: bool,
}

/// The options as they were given.
#[derive(Default)]
struct Given {
    signature: Option<PathBuf>,
    content: Option<PathBuf>,
    evidence: Option<PathBuf>,
    target: Option<PathBuf>,
    bundle: Option<PathBuf>,
    anchors: Vec<PathBuf>,
    timestamp_anchors: Vec<PathBuf>,
    intermediates: Vec<PathBuf>,
    lists: Vec<PathBuf>,
    answers: Vec<PathBuf>,
    policies: PolicyRules,
    at: Option<Timestamp>,
    profile: Option<Profile>,
    revocation: Option<RevocationPolicy>,
    json: bool,
    /// The names, in order, to say which one belongs to another command.
    names: Vec<String>,
}

/// Reads the command line; `None` when it asks how to ask.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Arguments>, String> {
    let command = match parser.next().map_err(said)? {
        Some(Value(command)) => command.string().map_err(said)?,
        Some(Long("help") | Short('h')) => return Ok(None),
        _ => String::new(),
    };
    let own: &[&str] = match command.as_str() {
        "cms" => &["signature", "content", "timestamp-anchor", "evidence"],
        "path" => &["target"],
        "evidence" => &["bundle", "timestamp-anchor"],
        _ => return Err(format!("say `cms`, `path` or `evidence` first\n{USAGE}")),
    };
    let mut given = Given::default();
    while let Some(argument) = parser.next().map_err(said)? {
        match argument {
            Long(name) => {
                let name = name.to_owned();
                given.option(&name, &mut parser)?;
                given.names.push(name);
            }
            other => return Err(said(other.unexpected())),
        }
    }
    let common: &[&str] = if command == "evidence" { &["anchor", "profile", "json"] } else { COMMON };
    if let Some(strange) =
        given.names.iter().find(|name| !own.contains(&name.as_str()) && !common.contains(&name.as_str()))
    {
        return Err(format!("--{strange} is no option of `verify {command}`\n{USAGE}"));
    }
    given.arguments(&command).map(Some)
}

/// The options of `cms` and `path` alike.
const COMMON: &[&str] = &[
    "anchor",
    "intermediate",
    "crl",
    "ocsp",
    "revocation",
    "policy",
    "initial-policy",
    "require-explicit-policy",
    "inhibit-any-policy",
    "inhibit-policy-mapping",
    "at",
    "profile",
    "json",
];

impl Given {
    /// Takes one option and its value.
    fn option(&mut self, name: &str, parser: &mut lexopt::Parser) -> Result<(), String> {
        match name {
            "signature" => once(name, &mut self.signature, file(parser)?)?,
            "content" => once(name, &mut self.content, file(parser)?)?,
            "evidence" => once(name, &mut self.evidence, file(parser)?)?,
            "target" => once(name, &mut self.target, file(parser)?)?,
            "bundle" => once(name, &mut self.bundle, file(parser)?)?,
            "anchor" => self.anchors.push(file(parser)?),
            "timestamp-anchor" => self.timestamp_anchors.push(file(parser)?),
            "intermediate" => self.intermediates.push(file(parser)?),
            "crl" => self.lists.push(file(parser)?),
            "ocsp" => self.answers.push(file(parser)?),
            "policy" => self.policies.required.push(policy(&text(parser)?)?),
            "initial-policy" => self.policies.initial.push(policy(&text(parser)?)?),
            "require-explicit-policy" => self.policies.require_explicit = true,
            "inhibit-any-policy" => self.policies.inhibit_any = true,
            "inhibit-policy-mapping" => self.policies.inhibit_mapping = true,
            "at" => once(name, &mut self.at, time(&text(parser)?)?)?,
            "profile" => once(name, &mut self.profile, known_profile(&text(parser)?)?)?,
            "revocation" => once(name, &mut self.revocation, known_revocation(&text(parser)?)?)?,
            "json" => self.json = true,
            _ => return Err(format!("invalid option '--{name}'\n{USAGE}")),
        }
        Ok(())
    }

    /// Puts the options of a command together.
    fn arguments(self, command: &str) -> Result<Arguments, String> {
        let missing = |option| format!("--{option} is required\n{USAGE}");
        let nothing_is_known = self.lists.is_empty() && self.answers.is_empty();
        let default = if nothing_is_known { RevocationPolicy::Off } else { RevocationPolicy::Require };
        let asked = |at: Option<Timestamp>| {
            Ok::<_, String>(Asked {
                intermediates: self.intermediates,
                lists: self.lists,
                answers: self.answers,
                at: at.ok_or_else(|| missing("at"))?,
                profile: self.profile.unwrap_or(*Profile::NONE),
                policies: self.policies,
                revocation: self.revocation.unwrap_or(default),
            })
        };
        let question = match command {
            "cms" => Question::Cms {
                signature: self.signature.ok_or_else(|| missing("signature"))?,
                content: self.content,
                evidence: self.evidence,
                asked: asked(self.at)?,
            },
            "path" => Question::Path {
                target: self.target.ok_or_else(|| missing("target"))?,
                asked: asked(self.at)?,
            },
            _ => Question::Evidence {
                bundle: self.bundle.ok_or_else(|| missing("bundle"))?,
                profile: self.profile,
            },
        };
        // Without one nothing could be trusted, which is no answer about the signature.
        if self.anchors.is_empty() {
            return Err(missing("anchor"));
        }
        let (anchors, timestamp_anchors, json) = (self.anchors, self.timestamp_anchors, self.json);
        Ok(Arguments { question, anchors, timestamp_anchors, json })
    }
}

fn said(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

fn once<T>(option: &str, place: &mut Option<T>, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("--{option} stands twice")),
    }
}

fn file(parser: &mut lexopt::Parser) -> Result<PathBuf, String> {
    parser.value().map(PathBuf::from).map_err(|error| error.to_string())
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

fn known_profile(code: &str) -> Result<Profile, String> {
    let known: Vec<_> = Profile::ALL.iter().map(|profile| profile.code).collect();
    let found = Profile::of_code(code).copied();
    found.ok_or_else(|| format!("--profile {code}: it is one of {}", known.join(", ")))
}

fn known_revocation(code: &str) -> Result<RevocationPolicy, String> {
    RevocationPolicy::of_code(code)
        .ok_or_else(|| format!("--revocation {code}: it is require, if-available or off"))
}

fn policy(dotted: &str) -> Result<PolicyOid, String> {
    dotted.parse().map_err(|error| format!("{dotted}: {error}"))
}
