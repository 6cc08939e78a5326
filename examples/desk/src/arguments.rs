//! What is asked for on the command line.

use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt as _};
use shinsei_core::ids::{CaseId, Municipality};
use shinsei_core::note::VerifierKey;
use shinsei_core::retention::Retention;

use crate::store::Location;

/// What the logs and the witness are named by, where nobody says.
pub(crate) const NAME: &str = "desk";

pub(crate) const USAGE: &str = "\
Usage: desk --store STORE verify-log [--municipality CODE] [--head FILE] [--key KEY]
       desk --store STORE export [--municipality CODE] [--case ID] [--head FILE] [--key KEY] DEST
       desk --store STORE witness --seed FILE [--municipality CODE] [--name NAME] [--url URL --key KEY].. HEADS
       desk --store STORE erasure-check [--known FILE] [--rows-only] [--rewrite]
       desk --store STORE forget-accesses --years N [--municipality CODE]
       desk verify-bundle DEST [--head FILE] [--key KEY]
       desk check-catalog FOLDER

Shows that nothing was altered, and names the first record that was; says of a catalog what is wrong with it.

  verify-log      reads every record and document of the store
  export          writes the whole log of a municipality, or one case, as a bundle into the folder DEST
  verify-bundle   verifies a bundle; needs no store
  check-catalog   reads procedures.csv, divisions.csv and forms.csv of a folder and says everything that is wrong; needs no store
  witness         adds the present head of each municipality to the file HEADS, signed, unless the log is not what it was when
                  the last head was added. Keep HEADS and the seed where whoever may alter the store may not write. With --url
                  each head is first submitted to that witness, and its cosignature kept in HEADS
  erasure-check   looks for what disposal should have left nowhere
  forget-accesses deletes from the access log what was kept for N years from the 1 April after it was recorded; needs the role
                  that owns PostgreSQL's tables, and a SQLite file that no service has open

  --store STORE         sqlite:PATH or postgres:URL. URL as PostgreSQL's own programs take it. Authorities for TLS: PGSSLROOTCERT
  --municipality CODE   one municipality; without it all (verify-log), or the only one there is (export)
  --case ID             the uuid of a case
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
  --rows-only           look at rows and not into pages, where this role may not read the server's files
  --rewrite             first rewrite PostgreSQL's tables of documents, so that no page keeps what was deleted; locks them
  --json                one JSON object a line in place of the sentences

Status 0: all is well. 1: something is wrong, or could not be shown. 2: what was asked for cannot be done.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Task {
    VerifyLog { store: Location, municipality: Option<Municipality> },
    Export { store: Location, municipality: Option<Municipality>, case: Option<CaseId>, destination: PathBuf },
    VerifyBundle { bundle: PathBuf },
    CheckCatalog { folder: PathBuf },
    Witness { store: Location, municipality: Option<Municipality>, witnesses: Witnesses, heads: PathBuf },
    ErasureCheck { store: Location, known: Option<PathBuf>, rows_only: bool, rewrite: bool },
    ForgetAccesses { store: Location, municipality: Option<Municipality>, kept: Retention },
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

/// What is to be done, and how.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) task: Task,
    pub(crate) head: Option<PathBuf>,
    pub(crate) keys: Vec<VerifierKey>,
    pub(crate) json: bool,
}

/// What can be done: whether it takes a file or folder, and which options beside `--json`.
const COMMANDS: [(&str, bool, &[&str]); 7] = [
    ("verify-log", false, &["store", "municipality", "head", "key"]),
    ("export", true, &["store", "municipality", "case", "head", "key"]),
    ("verify-bundle", true, &["head", "key"]),
    ("check-catalog", true, &[]),
    ("witness", true, &["store", "municipality", "seed", "name", "url", "key"]),
    ("erasure-check", false, &["store", "known", "rows-only", "rewrite"]),
    ("forget-accesses", false, &["store", "municipality", "years"]),
];

/// Reads the command line.
pub(crate) fn read(mut parser: lexopt::Parser) -> Result<Arguments, lexopt::Error> {
    let (mut store, mut municipality, mut case, mut head, mut known) = (None, None, None, None, None);
    let (mut years, mut seed, mut name, mut urls) = (None, None, None, vec![]);
    let (mut keys, mut json, mut rows_only, mut rewrite, mut words) = (vec![], false, false, false, vec![]);
    let mut given = vec![];
    while let Some(argument) = parser.next()? {
        if let Long(option) = argument {
            given.push(option.to_owned());
        }
        match argument {
            Long("store") => store = Some(Location::read(&parser.value()?.string()?)?),
            Long("municipality") => municipality = Some(parser.value()?.parse()?),
            Long("case") => case = Some(CaseId(parser.value()?.parse()?)),
            Long("head") => head = Some(PathBuf::from(parser.value()?)),
            Long("key") => keys.push(parser.value()?.parse()?),
            Long("known") => known = Some(PathBuf::from(parser.value()?)),
            Long("seed") => seed = Some(PathBuf::from(parser.value()?)),
            Long("url") => urls.push(parser.value()?.string()?),
            Long("name") => name = Some(parser.value()?.string()?),
            Long("years") => {
                let number = parser.value()?.parse();
                years = Some(number.map_err(|_| "--years is a whole number of years, such as 5")?);
            }
            Long("rows-only") => rows_only = true,
            Long("rewrite") => rewrite = true,
            Long("json") => json = true,
            Long("help") | Short('h') => {
                return Ok(Arguments { task: Task::Help, head: None, keys: vec![], json: false });
            }
            Value(word) => words.push(word),
            other => return Err(format!("{}; see desk --help", other.unexpected()).into()),
        }
    }
    let mut words = words.into_iter();
    let command = words.next().ok_or("what is to be done? See --help")?.string()?;
    let unknown = || format!("{command} is nothing that can be done; see --help");
    let asked = COMMANDS.iter().find(|(name, ..)| *name == command);
    let (_, has_place, options) = asked.ok_or_else(unknown)?;
    let strange = |option: &&String| *option != "json" && !options.contains(&option.as_str());
    if let Some(option) = given.iter().find(strange) {
        return Err(format!("{command} has no --{option}; see --help").into());
    }
    let place = if *has_place { words.next().map(PathBuf::from) } else { None };
    if let Some(word) = words.next() {
        return Err(lexopt::Error::UnexpectedArgument(word));
    }
    let store = store.ok_or("--store says where the log is kept; see --help");
    let place = |what: &'static str| place.clone().ok_or(what);
    let task = match command.as_str() {
        "verify-log" => Task::VerifyLog { store: store?, municipality },
        "export" => {
            let destination = place("export says where to: the folder of the bundle")?;
            Task::Export { store: store?, municipality, case, destination }
        }
        "verify-bundle" => {
            Task::VerifyBundle { bundle: place("verify-bundle says which: the bundle's folder")? }
        }
        "check-catalog" => {
            Task::CheckCatalog { folder: place("check-catalog says which: the folder of the sheets")? }
        }
        "witness" => {
            let seed = seed.ok_or("witness says under which secret: --seed")?;
            let heads = place("witness says where to: the file of heads")?;
            if urls.len() != keys.len() {
                return Err("each witness has an address and a key: as many --url as --key".into());
            }
            let elsewhere = urls.into_iter().zip(keys.drain(..)).collect();
            let name = name.unwrap_or_else(|| NAME.to_owned());
            Task::Witness {
                store: store?,
                municipality,
                witnesses: Witnesses { seed, name, elsewhere },
                heads,
            }
        }
        "erasure-check" => Task::ErasureCheck { store: store?, known, rows_only, rewrite },
        "forget-accesses" => {
            let years = years.ok_or("forget-accesses says how long they are kept: --years")?;
            Task::ForgetAccesses { store: store?, municipality, kept: Retention::Years(years) }
        }
        _ => return Err(unknown().into()),
    };
    Ok(Arguments { task, head, keys, json })
}
