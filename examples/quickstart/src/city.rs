//! The demonstration's city hall: an engine on one SQLite file, with a clock that is put where the story needs it.

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Datelike as _;
use sha2::{Digest as _, Sha256};
use shinsei::city_hall::CityHall;
use shinsei::clock::StatedClock;
use shinsei::engine::{Answer, Engine, ExecuteError, Request, Settings};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::Command;
use shinsei_core::decider::Decider;
use shinsei_core::event_format::{EventFormat, decode};
use shinsei_core::ids::{CaseId, CommandId, Municipality, Position, UserId};
use shinsei_core::notice::Notice;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store};
use shinsei_core::procedure::Terms;
use shinsei_core::record::Recorded;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand};
use shinsei_mail::folder::FolderNotifier;
use shinsei_mail::message::Sender;
use shinsei_mail::text::Mail;
use shinsei_sqlite::SqliteStore;
use uuid::Uuid;

use crate::demo;

/// When the story begins: 2026-05-07 15:04 JST, or a weekday after its last record when the file has a past.
const HOUR: (u32, u32) = (15, 4);

/// A city hall at work.
pub(crate) struct City {
    pub(crate) municipality: Municipality,
    pub(crate) catalog: Catalog,
    pub(crate) engine: Engine,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<StatedClock>,
    pub(crate) courier: Courier,
    /// The records that the file had before: ids of this run follow from it.
    past: u64,
}

impl City {
    pub(crate) fn open(db: &Path, mails: &Path) -> Result<Self, Box<dyn Error>> {
        let municipality = "012025".parse()?;
        let start = Timestamp::from_jst(2026, 5, 7, HOUR.0, HOUR.1).ok_or("no such time")?;
        let clock = Arc::new(StatedClock::new(start));
        let store = Arc::new(SqliteStore::open(db, clock.clone())?);
        let past = store.head(municipality)?.size;
        clock.set(beginning(store.as_ref(), municipality, start)?);
        let catalog = Catalog::sample();
        let mut settings = Settings::new(vec![CityHall::new(municipality, "函館市", catalog.clone())]);
        settings.clock = clock.clone();
        let engine = Engine::open(store.clone(), Arc::new(demo::verifier()?), settings)?;
        std::fs::create_dir_all(mails)?;
        let folder = FolderNotifier::open(mails, Sender::new("no-reply@city.example.lg.jp")?)?;
        let courier = Courier { folder, carried: Mutex::default() };
        Ok(Self { municipality, catalog, engine, store, clock, courier, past })
    }

    /// What the clock says.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Puts the clock to a time of the next weekday.
    pub(crate) fn next_weekday_at(&self, hour: u32, minute: u32) -> Result<(), Box<dyn Error>> {
        self.clock.set(weekday_after(self.now(), hour, minute).ok_or("no such time")?);
        Ok(())
    }

    /// The events of an enum that were recorded after a position.
    pub(crate) fn since<E: EventFormat>(&self, after: u64) -> Result<Vec<Recorded<E>>, Box<dyn Error>> {
        let mut events = Vec::new();
        self.store.read_log(self.municipality, Position(after), PAGE_RECORDS_MAX, &mut |record| {
            // Deliveries and what else the log tells of are other kinds of event.
            if E::schema_version(record.event_type).is_some() {
                events.push(decode(&record));
            }
            ControlFlow::Continue(())
        })?;
        Ok(events.into_iter().collect::<Result<_, _>>()?)
    }

    /// The id of a case of this run.
    pub(crate) fn case(&self, name: &str) -> CaseId {
        CaseId(self.id(name))
    }

    /// The terms of a procedure as the catalog has them.
    pub(crate) fn terms(&self, procedure: &str) -> Result<&Terms, Box<dyn Error>> {
        let id = procedure.to_owned().try_into()?;
        Ok(&self.catalog.procedure(&id).ok_or("the sample catalog has no such procedure")?.terms)
    }

    /// Gives a command to a case, under an id that follows from its name: the same name is the same command.
    pub(crate) fn command(
        &self,
        name: &str,
        actor: Actor,
        case: CaseId,
        command: Command,
    ) -> Result<Answer<Application>, ExecuteError> {
        self.execute(Request::case(self.municipality, CommandId(self.id(name)), actor, case, command))
    }

    /// Registers a user; again in a later run it is the same command with the same answer.
    pub(crate) fn register(&self, user: UserId, command: UserCommand) -> Result<Answer<User>, ExecuteError> {
        self.execute(Request::user(self.municipality, CommandId(user.0), user, command))
    }

    fn execute<D: Decider>(&self, request: Request<D>) -> Result<Answer<D>, ExecuteError> {
        self.engine.execute(request).wait()
    }

    fn id(&self, name: &str) -> Uuid {
        let digest: [u8; 32] =
            Sha256::new().chain_update(self.past.to_be_bytes()).chain_update(name).finalize().into();
        uuid::Builder::from_custom_bytes(<[u8; 16]>::try_from(&digest[..16]).unwrap_or_default()).into_uuid()
    }
}

/// Carries notices into a folder, and remembers them so that the story can show them.
pub(crate) struct Courier {
    folder: FolderNotifier,
    carried: Mutex<Vec<(String, Mail)>>,
}

impl Courier {
    /// The mails since the last time.
    pub(crate) fn take(&self) -> Vec<(String, Mail)> {
        std::mem::take(&mut *self.carried.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Notifier for Courier {
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        self.folder.deliver(notice)?;
        let carried = (notice.to.clone(), Mail::from_notice(notice));
        self.carried.lock().unwrap_or_else(PoisonError::into_inner).push(carried);
        Ok(())
    }
}

/// A time of the first weekday after a day.
fn weekday_after(day: Timestamp, hour: u32, minute: u32) -> Option<Timestamp> {
    let weekday = day.date_jst().iter_days().skip(1).find(|day| day.weekday().num_days_from_monday() < 5)?;
    Timestamp::from_jst_local(weekday.and_hms_opt(hour, minute, 0)?)
}

/// The beginning of the story: the weekday after the last record, if there is one.
fn beginning(
    store: &SqliteStore,
    municipality: Municipality,
    start: Timestamp,
) -> Result<Timestamp, Box<dyn Error>> {
    let mut last = None;
    let before_last = Position(store.head(municipality)?.size.saturating_sub(1));
    store.read_log(municipality, before_last, 1, &mut |record| {
        last = Some(record.recorded_at);
        ControlFlow::Continue(())
    })?;
    Ok(last.and_then(|last| weekday_after(last, HOUR.0, HOUR.1)).unwrap_or(start))
}
