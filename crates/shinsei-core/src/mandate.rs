//! A mandate (委任): the principal (委任者) lets an agent (代理人) apply in their name, for procedures and for a time.

mod deadline;
mod decide;
mod event;
mod notice;
mod state;

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::command::SubmittedForm;
use crate::ids::{MandateId, Municipality, ProcedureId, UserId};
use crate::outcome::NonEmpty;
use crate::signature::CertificateKind;
use crate::time::{Timestamp, Window};
use crate::words::Words;

pub use crate::mandate::deadline::MandateDeadline;
pub use crate::mandate::event::{
    MandateAccepted, MandateDisposed, MandateDrafted, MandateEvent, MandateExpired, MandateRevoked,
    MandateSigned, MandateUsed,
};
pub use crate::mandate::notice::{MandateParty, MandateTask};
pub use crate::mandate::state::{Mandate, MandateState};

/// For what a signature is judged by which a principal gives a mandate: it holds for nothing else.
pub static MANDATING: LazyLock<ProcedureId> = LazyLock::new(|| ProcedureId::constant("mandate"));

/// The kinds of certificate with which a mandate may be signed. Source: DOMAIN L12: the ordinances take these three.
pub const MANDATING_CERTIFICATES: &[CertificateKind] =
    &[CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration, CertificateKind::Accredited];

/// The least bytes of a key. Source: ours; sixteen random bytes, since the log has a digest without a salt.
pub const KEY_BYTES_MIN: usize = 16;

/// The most procedures of one mandate.
pub const MANDATE_PROCEDURES_MAX: usize = 100;

/// What may be asked of a mandate's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum MandateCommand {
    /// Drafts it (委任状を作る).
    Draft {
        /// Who, for what, how long.
        terms: MandateTerms,
        /// The principal's name, for the mails to both: kept as a document.
        principal_name: Words,
    },
    /// Signs it (委任状に署名する).
    Sign {
        /// [`MandateTerms::statement`], signed by the principal.
        statement: SubmittedForm,
        /// The key that the principal gives to the agent, on another way than the number: only its digest is kept.
        key: Bytes,
    },
    /// Accepts it (委任を承諾する).
    Accept {
        /// The key that the principal gave.
        key: Bytes,
    },
    /// Revokes it (委任を取り消す), or gives it back (辞任する).
    Revoke,
    /// Says that something has fallen due: the engine's alone.
    PassDeadline(MandateDeadline),
}

/// Who lets whom apply, for what and how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateTerms {
    /// Who gives it (委任者).
    pub principal: UserId,
    /// Who acts by it (代理人).
    pub agent: UserId,
    /// In which capacity.
    pub capacity: Capacity,
    /// For which procedures.
    pub procedures: NonEmpty<ProcedureId>,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
}

/// In which capacity an agent acts (代理人の区分).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Capacity {
    /// Anyone whom the principal trusts (任意代理人).
    Entrusted,
    /// By law (法定代理人).
    LegalRepresentative,
    /// As a relative (親族).
    Relative,
    /// By profession (士業): 行政書士, 税理士 and others.
    Professional,
}

impl MandateTerms {
    /// The bytes that the principal signs: JSON, the fields in this order.
    ///
    /// # Errors
    /// serde's, which does not happen for these types.
    pub fn statement(
        &self,
        municipality: Municipality,
        mandate: MandateId,
    ) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Statement { municipality, mandate, terms: self })
    }

    /// The instants at which it may be used: from midnight of its first day in Japan to that after its last.
    pub fn period(&self) -> Window {
        let midnight = |day: NaiveDate| Timestamp::from_jst_local(day.and_time(chrono::NaiveTime::MIN));
        Window { from: midnight(self.from), until: self.until.succ_opt().and_then(midnight) }
    }
}

/// What the principal signs. Which mandate of which city stands in it, so that it is a signature for this one alone.
#[derive(Serialize)]
struct Statement<'a> {
    municipality: Municipality,
    mandate: MandateId,
    terms: &'a MandateTerms,
}
