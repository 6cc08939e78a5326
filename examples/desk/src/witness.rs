//! A witness without a service: heads are added to a file that stands elsewhere.

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
use shinsei_core::note::Cosigner;
use shinsei_core::port::entropy::Entropy as _;
use shinsei_core::port::witness::Witness as _;
use shinsei_core::tree::leaf_hash;
use shinsei_proof::file_witness::FileWitness;

use crate::store::Opened;
use crate::tell::Teller;

/// What the logs and the witness are named by, where no service has a name of its own.
const NAME: &str = "desk";

/// Witnesses the present heads; true when all are.
pub(crate) fn witness(
    opened: &Opened,
    only: Option<Municipality>,
    seed: &Path,
    heads: &Path,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let store = opened.store();
    let all = match only {
        Some(only) => vec![only],
        None => store.municipalities()?,
    };
    let seed = secret(seed)?;
    let logs = Witnessing::new(NAME, seed, vec![])?;
    let keys = all.iter().map(|one| logs.verifier_key(*one)).collect::<Result<Vec<_>, _>>()?;
    // Whoever signs and whoever cosigns have keys of their own, though both come of one secret here.
    let cosigner = Cosigner::new(NAME, &leaf_hash(&seed).0)?;
    let file = Arc::new(FileWitness::open(heads, cosigner, keys, Arc::new(SystemClock))?);
    let witnessing = Witnessing::new(NAME, seed, vec![Arc::clone(&file) as _])?;
    let mut well = true;
    for municipality in all {
        well &= teller.witnessed(&witnessing.witness(store, municipality)?, file.key())?;
    }
    Ok(well)
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
