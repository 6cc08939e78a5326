//! Heads witnessed without a service of one's own: added to a file that stands elsewhere, cosigned by others before.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei::entropy::OsEntropy;
use shinsei::witnessing::Witnessing;
use shinsei_core::bytes::{from_hex, hex};
use shinsei_core::checkpoint::origin;
use shinsei_core::ids::Municipality;
use shinsei_core::note::{Cosigner, VerifierKey};
use shinsei_core::port::entropy::Entropy as _;
use shinsei_core::port::witness::Witness;
use shinsei_core::tree::leaf_hash;
use shinsei_http::tls::Tls;
use shinsei_http::witness::{HttpWitness, WitnessSettings};
use shinsei_proof::file_witness::FileWitness;

use crate::NO_RECORDS;
use crate::arguments::Witnesses;
use crate::store::Opened;
use crate::tell::Teller;

/// Witnesses the present heads; true when all are.
pub(crate) fn witness(
    opened: &Opened,
    only: Option<Municipality>,
    witnesses: &Witnesses,
    heads: &Path,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let store = opened.store();
    let mut asked = elsewhere(&witnesses.elsewhere)?;
    let seed = secret(&witnesses.seed, heads)?;
    let logs = Witnessing::new(&witnesses.name, seed, vec![])?;
    let open = |keys| -> Result<FileWitness, Box<dyn Error>> {
        // Whoever signs and whoever cosigns have keys of their own, though both come of one secret here.
        let cosigner = Cosigner::new(&witnesses.name, &leaf_hash(&seed).0)?;
        Ok(FileWitness::open(heads, cosigner, keys, Arc::new(SystemClock))?)
    };
    let mut all: BTreeSet<Municipality> = store.municipalities()?.into_iter().collect();
    if heads.exists() {
        // A municipality that was taken away altogether stands in the heads alone.
        all.extend(open(vec![])?.origins().iter().filter_map(|log| municipality_of(log, &witnesses.name)));
    }
    all.retain(|municipality| only.is_none_or(|only| only == *municipality));
    if all.is_empty() {
        return Err(NO_RECORDS.into());
    }
    let keys = all.iter().map(|one| logs.verifier_key(*one)).collect::<Result<Vec<_>, _>>()?;
    let file = open(keys.clone())?;
    let key = file.key().clone();
    // Last, so that it keeps the cosignatures of the others.
    asked.push(Arc::new(file));
    let witnessing = Witnessing::new(&witnesses.name, seed, asked)?;
    let mut well = true;
    for (municipality, log_key) in all.into_iter().zip(keys) {
        well &= teller.witnessed(&witnessing.witness(store, municipality)?, &key, &log_key)?;
    }
    Ok(well)
}

/// Whose log bears a name that begins with this one.
fn municipality_of(log: &str, name: &str) -> Option<Municipality> {
    let municipality = log.rsplit('/').next()?.parse().ok()?;
    (origin(name, municipality) == log).then_some(municipality)
}

/// The witnesses at these addresses.
fn elsewhere(addresses: &[(String, VerifierKey)]) -> Result<Vec<Arc<dyn Witness>>, Box<dyn Error>> {
    let tls = match std::env::var_os("SSL_CERT_FILE") {
        Some(path) => {
            let pem = fs::read(&path);
            Tls::trusting(&pem.map_err(|error| format!("{} could not be read: {error}", path.display()))?)?
        }
        None => Tls::none(),
    };
    let one = |(url, key): &(String, VerifierKey)| {
        let settings = WitnessSettings::new(url, key.clone(), tls.clone());
        let witness = HttpWitness::new(settings).map_err(|error| format!("--url {url}: {error}"))?;
        Ok(Arc::new(witness) as Arc<dyn Witness>)
    };
    addresses.iter().map(one).collect()
}

/// Reads the secret, or makes one that nobody else may read; not for heads that were signed under another one before.
fn secret(path: &Path, heads: &Path) -> Result<[u8; 32], Box<dyn Error>> {
    let failed = |what: &str, error: io::Error| format!("{} could not be {what}: {error}", path.display());
    match fs::read_to_string(path) {
        Ok(text) => from_hex(text.trim())
            .ok_or_else(|| format!("{} does not hold 64 hexadecimal digits", path.display()).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::metadata(heads).is_ok_and(|heads| heads.len() > 0) {
                let said = "is not there; name the secret of the heads in";
                return Err(format!("{} {said} {}", path.display(), heads.display()).into());
            }
            let seed = OsEntropy.seed().0;
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            made.and_then(|mut file| writeln!(file, "{}", hex(&seed)).and_then(|()| file.sync_all()))
                .map_err(|error| failed("written", error))?;
            Ok(seed)
        }
        Err(error) => Err(failed("read", error).into()),
    }
}
