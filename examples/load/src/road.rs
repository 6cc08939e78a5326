//! The road of one case: submit, review, pay, issue.

use shinsei::clock::SystemClock;
use shinsei::engine::Request;
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::command::{
    ApplicationFinding, Command, CounterService, Finding, PaymentMade, Review, Submit,
};
use shinsei_core::document::Seed;
use shinsei_core::event::{Identification, PaymentChannel};
use shinsei_core::ids::{CaseId, CommandId, DivisionId, Municipality, ProcedureId, StaffId};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::yen::Yen;
use uuid::{Builder, Uuid};

use crate::resident::{Applicant, contact};

/// A copy of the residence record: signed, 300 yen at the hand-over.
pub const SIGNED: &str = "JU-001";
/// The registration of a dog: no signature, 3,000 yen at the hand-over.
pub const EXEMPT: &str = "DO-001";

/// What the residents apply for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signatures {
    /// A copy of the residence record, which needs a signature.
    Real,
    /// The registration of a dog, which needs none.
    Exempt,
}

/// What is done in every case.
pub struct Road {
    procedure: ProcedureId,
    fee: Yen,
    officer: Actor,
    clerk: Actor,
}

/// A case that is about to be opened.
pub struct Case {
    /// In whose log.
    pub municipality: Municipality,
    /// Its id.
    pub id: CaseId,
    /// What its ids follow from.
    pub seed: Seed,
}

impl Road {
    /// The road of the sample catalog's procedure.
    ///
    /// # Errors
    /// A sentence, when the sample catalog no longer has it.
    pub fn of(signatures: Signatures) -> Result<Self, &'static str> {
        let (procedure, division, yen) = match signatures {
            Signatures::Real => (SIGNED, "SHIMIN-KOSEKI", 300),
            Signatures::Exempt => (EXEMPT, "HOKENJO-EISEI", 3_000),
        };
        let code = |_| "a code of this program is none";
        let staff = |id: &str| -> Result<Staff, &'static str> {
            Ok(Staff {
                id: StaffId::new(id).map_err(code)?,
                division: DivisionId::new(division).map_err(code)?,
            })
        };
        Ok(Self {
            procedure: ProcedureId::new(procedure).map_err(code)?,
            fee: Yen(yen),
            officer: Actor::Officer(staff("s-0001")?),
            clerk: Actor::Clerk(staff("s-0002")?),
        })
    }

    /// The submission, in which the case arrives.
    pub fn submission(&self, case: &Case, applicant: &Applicant) -> Request<Application> {
        let submit = Submit {
            procedure: self.procedure.clone(),
            form: applicant.form.clone(),
            contact: contact(),
            attachments: vec![],
        };
        case.request("submit", Actor::Applicant { user: applicant.user }, Command::Submit(submit))
    }

    /// What follows the submission, in order.
    pub fn rest(&self, case: &Case) -> [Request<Application>; 4] {
        let grant = Review { finding: Finding::Application(ApplicationFinding::Granted), inspected_on: None };
        let payment = Command::RecordPayment(PaymentMade {
            yen: self.fee,
            channel: PaymentChannel::Counter,
            reference: "receipt of the till".into(),
        });
        let service = CounterService {
            identification: Identification::IndividualNumberCard,
            notice_copy: true,
            payment: None,
            copies: 1,
        };
        [
            case.request("start", self.officer.clone(), Command::StartReview),
            case.request("review", self.officer.clone(), Command::Review(grant)),
            case.request("pay", self.clerk.clone(), payment),
            case.request("issue", self.clerk.clone(), Command::ServeAtCounter(service)),
        ]
    }
}

/// An id that begins with the time, as RFC 9562 has version 7: a store finds room for it beside the last one, where ids
/// of chance would touch a page each.
pub fn time_ordered(seed: &Seed, purpose: &str) -> Uuid {
    let millis = u64::try_from(SystemClock.now().micros() / 1_000).unwrap_or_default();
    let mut chance = [0; 10];
    chance.copy_from_slice(&seed.id(purpose).as_bytes()[..10]);
    Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
}

impl Case {
    fn request(&self, step: &str, actor: Actor, command: Command) -> Request<Application> {
        Request::case(self.municipality, CommandId(time_ordered(&self.seed, step)), actor, self.id, command)
    }
}
