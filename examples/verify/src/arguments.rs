//! The command line: what is asked, of which files, at which time.

use std::path::PathBuf;

use lexopt::prelude::*;
use shinsei_cms::policy::{PolicyOid, PolicyRules};
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_core::time::Timestamp;

/// How to ask.
const USAGE: &str = "usage:
  verify cms  --signature FILE [--content FILE] --anchor FILE --at RFC3339 [options]
  verify path --target FILE --anchor FILE --at RFC3339 [options]
options:
  --intermediate FILE  --crl FILE  --ocsp FILE       each may be repeated
  --revocation require|if-available|off            default require with --crl or --ocsp, else off
  --policy OID  --initial-policy OID                 each may be repeated
  --require-explicit-policy  --inhibit-any-policy  --inhibit-policy-mapping
  --profile none|jpki-signing|commercial-registration
  --json";

/// The option of the interface that this version cannot honour: refused, never ignored.
const NOT_YET: &str = "timestamp-anchor";

/// What was asked.
pub(crate) struct Arguments {
    pub(crate) question: Question,
    pub(crate) anchors: Vec<PathBuf>,
    pub(crate) intermediates: Vec<PathBuf>,
    pub(crate) lists: Vec<PathBuf>,
    pub(crate) answers: Vec<PathBuf>,
    pub(crate) at: Timestamp,
    pub(crate) profile: Profile,
    pub(crate) policies: PolicyRules,
    pub(crate) revocation: RevocationPolicy,
    pub(crate) json: bool,
}

/// What is to be judged.
pub(crate) enum Question {
    Cms { signature: PathBuf, content: Option<PathBuf> },
    Path { target: PathBuf },
}

/// Reads the command line.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Arguments, String> {
    let said = |error: lexopt::Error| format!("{error}\n{USAGE}");
    let command = match parser.next().map_err(said)? {
        Some(Value(command)) if command == "cms" || command == "path" => command,
        _ => return Err(format!("say `cms` or `path` first\n{USAGE}")),
    };
    let (mut signature, mut content, mut target, mut at, mut profile) = (None, None, None, None, None);
    let (mut anchors, mut intermediates) = (Vec::new(), Vec::new());
    let (mut lists, mut answers, mut policies) = (Vec::new(), Vec::new(), PolicyRules::default());
    let (mut json, mut revocation) = (false, None);
    while let Some(argument) = parser.next().map_err(said)? {
        match argument {
            Long("signature") => once("signature", &mut signature, file(&mut parser)?)?,
            Long("content") => once("content", &mut content, file(&mut parser)?)?,
            Long("target") => once("target", &mut target, file(&mut parser)?)?,
            Long("anchor") => anchors.push(file(&mut parser)?),
            Long("intermediate") => intermediates.push(file(&mut parser)?),
            Long("crl") => lists.push(file(&mut parser)?),
            Long("ocsp") => answers.push(file(&mut parser)?),
            Long("policy") => policies.required.push(policy(&text(&mut parser)?)?),
            Long("initial-policy") => policies.initial.push(policy(&text(&mut parser)?)?),
            Long("require-explicit-policy") => policies.require_explicit = true,
            Long("inhibit-any-policy") => policies.inhibit_any = true,
            Long("inhibit-policy-mapping") => policies.inhibit_mapping = true,
            Long("at") => once("at", &mut at, time(&text(&mut parser)?)?)?,
            Long("profile") => once("profile", &mut profile, known_profile(&text(&mut parser)?)?)?,
            Long("revocation") => {
                once("revocation", &mut revocation, known_revocation(&text(&mut parser)?)?)?
            }
            Long("json") => json = true,
            Long(name) if name == NOT_YET => {
                return Err(format!("--{name} is not supported by this version, and is not ignored"));
            }
            other => return Err(said(other.unexpected())),
        }
    }
    let missing = |option| format!("--{option} is required\n{USAGE}");
    let question = if command == "cms" {
        if target.is_some() {
            return Err("--target belongs to `verify path`".to_owned());
        }
        Question::Cms { signature: signature.ok_or_else(|| missing("signature"))?, content }
    } else {
        if signature.is_some() || content.is_some() {
            return Err("--signature and --content belong to `verify cms`".to_owned());
        }
        Question::Path { target: target.ok_or_else(|| missing("target"))? }
    };
    Ok(Arguments {
        question,
        anchors,
        intermediates,
        at: at.ok_or_else(|| missing("at"))?,
        policies,
        revocation: revocation.unwrap_or(if lists.is_empty() && answers.is_empty() {
            RevocationPolicy::Off
        } else {
            RevocationPolicy::Require
        }),
        lists,
        answers,
        profile: profile.unwrap_or(*Profile::NONE),
        json,
    })
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
    let known = [Profile::NONE, Profile::JPKI_SIGNING, Profile::COMMERCIAL_REGISTRATION];
    let found = known.into_iter().find(|profile| profile.code == code);
    found
        .copied()
        .ok_or_else(|| format!("--profile {code}: it is none, jpki-signing or commercial-registration"))
}

fn known_revocation(code: &str) -> Result<RevocationPolicy, String> {
    match code {
        "require" => Ok(RevocationPolicy::Require),
        "if-available" => Ok(RevocationPolicy::IfAvailable),
        "off" => Ok(RevocationPolicy::Off),
        other => Err(format!("--revocation {other}: it is require, if-available or off")),
    }
}

fn policy(dotted: &str) -> Result<PolicyOid, String> {
    dotted.parse().map_err(|error| format!("{dotted}: {error}"))
}
