//! A town whose heads are witnessed in a file, and the desk's program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use shinsei::city_hall::CityHall;
use shinsei::engine::{Engine, Request, Settings};
use shinsei::witnessing::Witnessing;
use shinsei_conformance::stamp::{StampVerifier, detached};
use shinsei_conformance::{CountedEntropy, FakeClock};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{Command as Asked, Submit, SubmittedForm};
use shinsei_core::ids::{CaseId, CommandId, DivisionId, Municipality, ProcedureId, StaffId, UserId};
use shinsei_core::note::Cosigner;
use shinsei_core::port::store::Store;
use shinsei_core::port::witness::Witness as _;
use shinsei_core::signature::CertificateKind;
use shinsei_proof::file_witness::FileWitness;
use tempfile::TempDir;
use uuid::Uuid;

/// A town with a witness's file elsewhere.
pub(crate) struct Town {
    pub(crate) folder: TempDir,
    pub(crate) key: String,
    engine: Engine,
    witnessing: Witnessing,
}

pub(crate) fn hakodate() -> Municipality {
    "012025".parse().unwrap()
}

pub(crate) fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

impl Town {
    /// Opens a town on a store.
    pub(crate) fn on(store: Arc<dyn Store>, clock: &FakeClock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log_key =
            Witnessing::new("city.example.lg.jp", [1; 32], vec![]).unwrap().verifier_key(hakodate()).unwrap();
        let cosigner = Cosigner::new("archive.example.lg.jp", &[2; 32]).unwrap();
        let heads = folder.path().join("heads.txt");
        let file = FileWitness::open(heads, cosigner, vec![log_key], Arc::new(clock.clone())).unwrap();
        let key = file.key().to_string();
        let witnessing = Witnessing::new("city.example.lg.jp", [1; 32], vec![Arc::new(file)]).unwrap();
        let city = CityHall::new(hakodate(), "函館市", Catalog::sample());
        let settings = Settings {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(CountedEntropy::new(1)),
            ..Settings::new(vec![CityHall { registration_required: false, ..city }])
        };
        let engine = Engine::open(store, Arc::new(StampVerifier::default()), settings).unwrap();
        Self { folder, key, engine, witnessing }
    }

    /// Submits so many cases, two records each, and begins the review of each: a third record.
    pub(crate) fn submit(&self, cases: std::ops::RangeInclusive<u128>) {
        for n in cases.clone() {
            let user = UserId(Uuid::from_u128(n));
            let form = format!(r#"{{"procedure":"DO-001","applicant":"{user}"}}"#);
            let submit = Asked::Submit(Submit {
                procedure: ProcedureId::new("DO-001").unwrap(),
                form: SubmittedForm::Unsigned(form.as_str().into()),
                contact: "hanako@example.jp".into(),
                attachments: vec![],
            });
            self.done(n, Actor::Applicant { user }, n, submit);
        }
        for n in cases {
            let officer = Staff {
                id: StaffId::new("s-1").unwrap(),
                division: DivisionId::new("HOKENJO-EISEI").unwrap(),
            };
            self.done(n + 1_000, Actor::Officer(officer), n, Asked::StartReview);
        }
    }

    /// Submits a case that is signed, so that its applicant's name is known.
    pub(crate) fn submit_signed(&self, n: u128) {
        let user = UserId(Uuid::from_u128(n));
        let form = format!(r#"{{"procedure":"JU-001","applicant":"{user}"}}"#);
        let submit = Asked::Submit(Submit {
            procedure: ProcedureId::new("JU-001").unwrap(),
            form: detached(CertificateKind::JpkiSigning, form.as_bytes()),
            contact: "hanako@example.jp".into(),
            attachments: vec![],
        });
        self.done(n, Actor::Applicant { user }, n, submit);
    }

    fn done(&self, id: u128, actor: Actor, of: u128, what: Asked) {
        let command = CommandId(Uuid::from_u128(id));
        let request: Request<Application> = Request::case(hakodate(), command, actor, case(of), what);
        self.engine.execute(request).wait().unwrap();
    }

    /// Has the present head witnessed.
    pub(crate) fn witness(&self) {
        for witnessed in self.engine.witness_heads(&self.witnessing) {
            assert!(witnessed.unwrap().refused.is_empty());
        }
    }

    /// Closes the town; its folder and the witness's file stay.
    pub(crate) fn close(self) -> Closed {
        let Self { folder, key, engine, witnessing } = self;
        engine.shut_down();
        drop((engine, witnessing));
        Closed { folder, key }
    }
}

/// What is left of a town: the file of its witness.
pub(crate) struct Closed {
    pub(crate) folder: TempDir,
    pub(crate) key: String,
}

impl Closed {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `--head` and `--key` of the witness.
    pub(crate) fn witnessed(&self) -> Vec<String> {
        let heads = self.path("heads.txt").display().to_string();
        ["--head", &heads, "--key", &self.key].map(str::to_owned).to_vec()
    }

    /// Verifies the log of a store with the witness's heads.
    pub(crate) fn verify_log(&self, store: &str) -> (i32, String) {
        desk(["--store", store, "verify-log"].into_iter().map(str::to_owned).chain(self.witnessed()))
    }
}

/// Runs the desk: its status, and what it said.
pub(crate) fn desk(arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) -> (i32, String) {
    let mut desk = Command::new(env!("CARGO_BIN_EXE_desk"));
    let Output { status, stdout, stderr } = desk.args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

pub(crate) fn sqlite(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}
