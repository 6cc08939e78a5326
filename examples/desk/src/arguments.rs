//! What is asked for on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt as _};
use shinsei_core::ids::{CaseId, DivisionId, Municipality, StaffId, UserId};
use shinsei_core::listing::Question;
use shinsei_core::note::VerifierKey;
use shinsei_core::number::ReceiptNumber;
use shinsei_core::retention::Retention;
use shinsei_core::standard::name::search_key;

use crate::store::Location;

/// What the logs and the witness are named by, where nobody says.
pub(crate) const NAME: &str = "desk";

/// How many rows of a list are shown, where nobody says. Source: ours; a screen or two.
const ROWS_SHOWN: usize = 50;

pub(crate) const USAGE: &str = "\
Usage: desk --store STORE verify-log [--municipality CODE] [--head FILE] [--key KEY]
       desk --store STORE export [--municipality CODE] [--case ID] [--head FILE] [--key KEY] DEST
       desk --store STORE witness --seed FILE [--municipality CODE] [--name NAME] [--url URL --key KEY].. HEADS
       desk --store STORE erasure-check [--known FILE] [--rows-only] [--rewrite]
       desk --store STORE forget-accesses --years N [--municipality CODE]
       desk --store STORE check-lists [--municipality CODE] [--rebuild] LISTS
       desk --store STORE list [--municipality CODE] [--rows N] QUESTION LISTS
       desk verify-bundle DEST [--head FILE] [--key KEY]
       desk check-catalog FOLDER

Shows that nothing was altered, and names the first record that was; says of a catalog what is wrong with it; lists cases.

  verify-log      reads every record and document of the store
  export          writes the whole log of a municipality, or one case, as a bundle into the folder DEST
  verify-bundle   verifies a bundle; needs no store
  check-catalog   reads procedures.csv, divisions.csv and forms.csv of a folder and says everything that is wrong; needs no store
  witness         adds the present head of each municipality to the file HEADS, signed, unless the log is not what it was when
                  the last head was added. Keep HEADS and the seed where whoever may alter the store may not write. With --url
                  each head is first submitted to that witness, and its cosignature kept in HEADS
  list            shows cases from the lists, one a line. QUESTION is one of
                    --division CODE [--officer ID]  the open cases of a division or of one officer there: what is due first
                                                    comes first, and what is past its day is marked
                    --receipt NUMBER                the case with a receipt number
                    --named WORDS                   the cases whose applicant's name has WORDS in it, however they are typed
                    --applicant ID                  the cases of a user, the newest first
                    --counts                        how many cases stand where, by procedure and state
                  LISTS is named as STORE is; how far it is behind the log is told
  check-lists     asks the lists of cases what every case answers, and holds it against the log. LISTS is named as STORE is
  erasure-check   looks for what disposal should have left nowhere
  forget-accesses deletes from the access log what was kept for N years from the 1 April after it was recorded; needs the role
                  that owns PostgreSQL's tables, and a SQLite file that no service has open

  --store STORE         sqlite:PATH or postgres:URL. URL as PostgreSQL's own programs take it. Authorities for TLS: PGSSLROOTCERT
  --municipality CODE   one municipality; without it all (verify-log), or the only one there is (export, list)
  --case ID             the uuid of a case
  --rows N              how many cases are shown at most; 50 without it
  --head FILE           heads that were witnessed outside: a witness's file, or one signed checkpoint. Without it a
                        verification shows internal consistency only; export pins a case by the last one
  --key KEY             a verifier key, name+1f2e3d4c+base64, that must have signed each head; may be repeated.
                        Without it the file is believed as it stands
  --years N             for how many years accesses are kept
  --url URL             of a witness that speaks C2SP tlog-witness, with its verifier key as --key; may be repeated. Authorities
                        for https: SSL_CERT_FILE
  --name NAME           what the names of the logs begin with, such as city.example.lg.jp/shinsei; `desk` without it
  --seed FILE           the secret under which heads are signed: 64 hexadecimal digits, made when the file is not there
  --known FILE          erased texts, one a line, to be searched for byte by byte
  --rebuild             build the lists anew beside those that are there, and put them in their place
  --rows-only           look at rows and not into pages, where this role may not read the server's files
  --rewrite             first rewrite PostgreSQL's tables of documents, so that no page keeps what was deleted; locks them
  --json                one JSON object a line in place of the sentences

Status 0: all is well. 1: something is wrong, or could not be shown. 2: what was asked for cannot be done.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Task {
    VerifyLog {
        store: Location,
        municipality: Option<Municipality>,
    },
    Export {
        store: Location,
        municipality: Option<Municipality>,
        case: Option<CaseId>,
        destination: PathBuf,
    },
    VerifyBundle {
        bundle: PathBuf,
    },
    CheckCatalog {
        folder: PathBuf,
    },
    Witness {
        store: Location,
        municipality: Option<Municipality>,
        witnesses: Witnesses,
        heads: PathBuf,
    },
    CheckLists {
        store: Location,
        municipality: Option<Municipality>,
        lists: Location,
        rebuild: bool,
    },
    List {
        store: Location,
        municipality: Option<Municipality>,
        lists: Location,
        asked: Asked,
        rows_max: usize,
    },
    ErasureCheck {
        store: Location,
        known: Option<PathBuf>,
        rows_only: bool,
        rewrite: bool,
    },
    ForgetAccesses {
        store: Location,
        municipality: Option<Municipality>,
        kept: Retention,
    },
    Help,
}

/// Under which secret and name heads are signed, and who else witnesses them.
#[derive(Debug)]
pub(crate) struct Witnesses {
    pub(crate) seed: PathBuf,
    pub(crate) name: String,
    /// The addresses of others, each with the key by which its cosignature is believed.
    pub(crate) elsewhere: Vec<(String, VerifierKey)>,
}

/// What is asked of lists.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Cases.
    Cases(Question),
    /// How many stand where.
    Counts,
}

/// What is to be done, and how.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) task: Task,
    pub(crate) head: Option<PathBuf>,
    pub(crate) keys: Vec<VerifierKey>,
    pub(crate) json: bool,
}

/// What can be done: whether it takes a file or folder, and which options beside `--json`.
const COMMANDS: &[(&str, bool, &[&str])] = &[
    ("verify-log", false, &["store", "municipality", "head", "key"]),
    ("export", true, &["store", "municipality", "case", "head", "key"]),
    ("verify-bundle", true, &["head", "key"]),
    ("check-catalog", true, &[]),
    ("witness", true, &["store", "municipality", "seed", "name", "url", "key"]),
    ("check-lists", true, &["store", "municipality", "rebuild"]),
    (
        "list",
        true,
        &["store", "municipality", "rows", "division", "officer", "receipt", "named", "applicant", "counts"],
    ),
    ("erasure-check", false, &["store", "known", "rows-only", "rewrite"]),
    ("forget-accesses", false, &["store", "municipality", "years"]),
];

/// Reads the command line.
pub(crate) fn read(parser: lexopt::Parser) -> Result<Arguments, lexopt::Error> {
    let mut given = Given::read(parser)?;
    if given.help {
        return Ok(Arguments { task: Task::Help, head: None, keys: vec![], json: false });
    }
    let mut words = std::mem::take(&mut given.words).into_iter();
    let command = words.next().ok_or("what is to be done? See --help")?.string()?;
    let unknown = || format!("{command} is nothing that can be done; see --help");
    let asked = COMMANDS.iter().find(|(name, ..)| *name == command);
    let (_, has_place, options) = asked.ok_or_else(unknown)?;
    let strange = |option: &&String| *option != "json" && !options.contains(&option.as_str());
    if let Some(option) = given.options.iter().find(strange) {
        return Err(format!("{command} has no --{option}; see --help").into());
    }
    let place = if *has_place { words.next() } else { None };
    if let Some(word) = words.next() {
        return Err(lexopt::Error::UnexpectedArgument(word));
    }
    let task = given.task(&command, place)?.ok_or_else(unknown)?;
    Ok(Arguments { task, head: given.head, keys: given.keys, json: given.json })
}

/// What stands on the command line, before it is known for what.
#[derive(Default)]
struct Given {
    options: Vec<String>,
    words: Vec<OsString>,
    store: Option<Location>,
    municipality: Option<Municipality>,
    case: Option<CaseId>,
    head: Option<PathBuf>,
    keys: Vec<VerifierKey>,
    known: Option<PathBuf>,
    seed: Option<PathBuf>,
    urls: Vec<String>,
    name: Option<String>,
    years: Option<u16>,
    rows: Option<usize>,
    division: Option<DivisionId>,
    officer: Option<StaffId>,
    receipt: Option<ReceiptNumber>,
    named: Option<String>,
    applicant: Option<UserId>,
    counts: bool,
    rows_only: bool,
    rewrite: bool,
    rebuild: bool,
    json: bool,
    help: bool,
}

impl Given {
    fn read(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut given = Self::default();
        while let Some(argument) = parser.next()? {
            if let Long(option) = argument {
                given.options.push(option.to_owned());
            }
            match argument {
                Long("store") => given.store = Some(Location::read(&parser.value()?.string()?)?),
                Long("municipality") => given.municipality = Some(parser.value()?.parse()?),
                Long("case") => given.case = Some(CaseId(parser.value()?.parse()?)),
                Long("head") => given.head = Some(PathBuf::from(parser.value()?)),
                Long("key") => given.keys.push(parser.value()?.parse()?),
                Long("known") => given.known = Some(PathBuf::from(parser.value()?)),
                Long("seed") => given.seed = Some(PathBuf::from(parser.value()?)),
                Long("url") => given.urls.push(parser.value()?.string()?),
                Long("name") => given.name = Some(parser.value()?.string()?),
                Long("years") => {
                    let number = parser.value()?.parse();
                    given.years = Some(number.map_err(|_| "--years is a whole number of years, such as 5")?);
                }
                Long("rows") => {
                    let number = parser.value()?.string()?.parse().ok().filter(|rows| *rows > 0);
                    given.rows = Some(number.ok_or("--rows is a whole number from 1")?);
                }
                Long("division") => {
                    given.division = Some(parser.value()?.parse_with(|code| DivisionId::new(code))?)
                }
                Long("officer") => {
                    given.officer = Some(parser.value()?.parse_with(|code| StaffId::new(code))?)
                }
                Long("receipt") => given.receipt = Some(parser.value()?.parse()?),
                Long("named") => given.named = Some(parser.value()?.string()?),
                Long("applicant") => given.applicant = Some(UserId(parser.value()?.parse()?)),
                Long("counts") => given.counts = true,
                Long("rows-only") => given.rows_only = true,
                Long("rewrite") => given.rewrite = true,
                Long("rebuild") => given.rebuild = true,
                Long("json") => given.json = true,
                Long("help") | Short('h') => given.help = true,
                Value(word) => given.words.push(word),
                other => return Err(format!("{}; see desk --help", other.unexpected()).into()),
            }
        }
        Ok(given)
    }

    /// What is to be done; `None` for a command that there is not.
    fn task(&mut self, command: &str, place: Option<OsString>) -> Result<Option<Task>, lexopt::Error> {
        let municipality = self.municipality;
        let store = self.store.take().ok_or("--store says where the log is kept; see --help");
        let place = |what: &'static str| place.ok_or(what);
        Ok(Some(match command {
            "verify-log" => Task::VerifyLog { store: store?, municipality },
            "export" => {
                let destination = place("export says where to: the folder of the bundle")?.into();
                Task::Export { store: store?, municipality, case: self.case, destination }
            }
            "verify-bundle" => {
                Task::VerifyBundle { bundle: place("verify-bundle says which: the bundle's folder")?.into() }
            }
            "check-catalog" => Task::CheckCatalog {
                folder: place("check-catalog says which: the folder of the sheets")?.into(),
            },
            "witness" => {
                let witnesses = self.witnesses()?;
                let heads = place("witness says where to: the file of heads")?.into();
                Task::Witness { store: store?, municipality, witnesses, heads }
            }
            "check-lists" => {
                let lists = place("check-lists says which: sqlite:PATH or postgres:URL")?;
                let lists = Location::read(&lists.to_string_lossy())?;
                Task::CheckLists { store: store?, municipality, lists, rebuild: self.rebuild }
            }
            "list" => {
                let asked = self.asked()?;
                let lists = place("list says which lists are asked: sqlite:PATH or postgres:URL")?;
                let lists = Location::read(&lists.to_string_lossy())?;
                let rows_max = self.rows.unwrap_or(ROWS_SHOWN);
                Task::List { store: store?, municipality, lists, asked, rows_max }
            }
            "erasure-check" => Task::ErasureCheck {
                store: store?,
                known: self.known.take(),
                rows_only: self.rows_only,
                rewrite: self.rewrite,
            },
            "forget-accesses" => {
                let years = self.years.ok_or("forget-accesses says how long they are kept: --years")?;
                Task::ForgetAccesses { store: store?, municipality, kept: Retention::Years(years) }
            }
            _ => return Ok(None),
        }))
    }

    fn witnesses(&mut self) -> Result<Witnesses, lexopt::Error> {
        let seed = self.seed.take().ok_or("witness says under which secret: --seed")?;
        if self.urls.len() != self.keys.len() {
            return Err("each witness has an address and a key: as many --url as --key".into());
        }
        let elsewhere = self.urls.drain(..).zip(self.keys.drain(..)).collect();
        Ok(Witnesses { seed, name: self.name.take().unwrap_or_else(|| NAME.to_owned()), elsewhere })
    }

    /// The one question that lists are asked.
    fn asked(&mut self) -> Result<Asked, lexopt::Error> {
        const ONE: &str =
            "list answers one question: --division, --receipt, --named, --applicant or --counts";
        let officer = self.officer.take();
        if officer.is_some() && self.division.is_none() {
            return Err("an officer is looked for in a division: --division".into());
        }
        let mut asked = Vec::new();
        if let Some(division) = self.division.take() {
            asked.push(Asked::Cases(Question::WorkQueue { division, officer }));
        }
        if let Some(receipt) = self.receipt {
            asked.push(Asked::Cases(Question::WithReceipt { receipt }));
        }
        if let Some(words) = self.named.take() {
            let name_key = search_key(&words);
            if name_key.is_empty() {
                return Err("--named has nothing in it that a name is found by".into());
            }
            asked.push(Asked::Cases(Question::Named { name_key }));
        }
        if let Some(user) = self.applicant {
            asked.push(Asked::Cases(Question::OfApplicant { user }));
        }
        if self.counts {
            asked.push(Asked::Counts);
        }
        let only = asked.pop().ok_or(ONE)?;
        if asked.is_empty() { Ok(only) } else { Err(ONE.into()) }
    }
}
