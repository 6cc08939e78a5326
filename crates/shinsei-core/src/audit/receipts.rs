//! The receipts of commands, held against the records that the commands wrote: what is told again to whoever asks again.

use crate::audit::finding::Defect;
use crate::audit::{Audit, FINDINGS_MAX};
use crate::ids::{CommandId, Position};
use crate::port::store::{Receipt, Store, StoreError};
use crate::record::RawRecord;

/// What the receipts of the commands in a part of the log must be.
#[derive(Default)]
pub(super) struct Receipts {
    /// Of the commands whose records were read, as they must be.
    wanted: Vec<(CommandId, Receipt)>,
    /// At most [`FINDINGS_MAX`]: of a store that lost all of its receipts the others are only counted.
    found: Vec<(Position, Defect)>,
    beyond: u64,
}

impl Receipts {
    /// Takes the next record. Those of a command are neighbours.
    pub(super) fn record(&mut self, record: &RawRecord<'_>) {
        let number = record.number.clone().map(|number| (record.position, number));
        match self.wanted.last_mut() {
            Some((command, receipt)) if *command == record.command => {
                receipt.records += 1;
                receipt.numbers.extend(number);
            }
            _ => {
                let (first, recorded_at) = (record.position, record.recorded_at);
                let numbers = number.into_iter().collect();
                self.wanted.push((record.command, Receipt { first, records: 1, recorded_at, numbers }));
            }
        }
    }

    /// Holds them against what the store keeps; that of the last command as well once the log has ended. Records that are
    /// wrong say why their receipts are.
    pub(super) fn check(
        &mut self,
        store: &dyn Store,
        audit: &Audit,
        has_ended: bool,
    ) -> Result<(), StoreError> {
        let left = usize::from(!has_ended).min(self.wanted.len());
        for (command, receipt) in self.wanted.drain(..self.wanted.len() - left) {
            if !audit.is_clear() {
                continue;
            }
            let defect = match store.find(audit.municipality(), command) {
                Ok(Some(found)) if found.receipt == receipt => continue,
                Ok(Some(_)) | Err(StoreError::Corrupt { .. }) => Defect::ReceiptDiffers,
                Ok(None) => Defect::ReceiptMissing,
                Err(error) => return Err(error),
            };
            if self.found.len() < FINDINGS_MAX {
                self.found.push((receipt.first, defect));
            } else {
                self.beyond += 1;
            }
        }
        Ok(())
    }

    /// Tells the audit what was found.
    pub(super) fn tell(self, audit: &mut Audit) {
        for (position, defect) in self.found {
            audit.find(position, defect);
        }
        audit.found += self.beyond;
    }
}
