//! Heads witnessed without a service of one's own: added to a file that stands elsewhere, cosigned by others before.

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
use shinsei_core::ids::Municipality;
use shinsei_core::note::{Cosigner, VerifierKey};
use shinsei_core::port::entropy::Entropy as _;
use shinsei_core::port::witness::Witness;
use shinsei_core::tree::leaf_hash;
use shinsei_http::tls::Tls;
use shinsei_http::witness::{HttpWitness, WitnessSettings};
use shinsei_proof::file_witness::FileWitness;

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
    let all = match only {
        Some(only) => vec![only],
        None => store.municipalities()?,
    };
    let seed = secret(&witnesses.seed)?;
    let logs = Witnessing::new(&witnesses.name, seed, vec![])?;
    let keys = all.iter().map(|one| logs.verifier_key(*one)).collect::<Result<Vec<_>, _>>()?;
    // Whoever signs and whoever cosigns have keys of their own, though both come of one secret here.
    let cosigner = Cosigner::new(&witnesses.name, &leaf_hash(&seed).0)?;
    let file = FileWitness::open(heads, cosigner, keys.clone(), Arc::new(SystemClock))?;
    let key = file.key().clone();
    let mut asked = elsewhere(&witnesses.elsewhere)?;
    // Last, so that it keeps the cosignatures of the others.
    asked.push(Arc::new(file));
    let witnessing = Witnessing::new(&witnesses.name, seed, asked)?;
    let mut well = true;
    for (municipality, log_key) in all.into_iter().zip(keys) {
        well &= teller.witnessed(&witnessing.witness(store, municipality)?, &key, &log_key)?;
    }
    Ok(well)
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
        Ok(Arc::new(HttpWitness::new(settings)?) as Arc<dyn Witness>)
    };
    addresses.iter().map(one).collect()
}

/// Reads the secret, or makes one that nobody else may read.
fn secret(path: &Path) -> Result<[u8; 32], Box<dyn Error>> {
    match fs::read_to_string(path) {
        Ok(text) => from_hex(text.trim())
            .ok_or_else(|| format!("{} does not hold 64 hexadecimal digits", path.display()).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let seed = OsEntropy.seed().0;
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            writeln!(file, "{}", hex(&seed))?;
            file.sync_all()?;
            Ok(seed)
        }
        Err(error) => Err(format!("{} could not be read: {error}", path.display()).into()),
    }
}
