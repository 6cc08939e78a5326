//! The lists of cases, in a schema of their own: beside the store or in another database.

use std::fmt;

use shinsei_core::ids::{Municipality, Position};
use shinsei_core::listing::{CaseRow, Count, Listing, Place};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Checkpoint, Generation, Page, Parked, Standing, View};
use tokio_postgres::Row;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::{Fault, OpenError, Result};
use crate::listed::{self, VACUUM};
use crate::pool::Pool;
use crate::rows::{at, code, count, unsigned_at};
use crate::schema::LISTS;
use crate::settings::{Access, Settings};
use crate::tls::Address;

const GENERATIONS: &str = "
    SELECT generation, live, shape, reached FROM shinsei_lists.generations WHERE municipality = $1";
/// Locks the generations of a municipality, so that of two who follow its log one writes.
const LOCKED: &str = "
    SELECT generation, live, shape, reached FROM shinsei_lists.generations WHERE municipality = $1
    ORDER BY generation FOR UPDATE";
const BEGUN: &str = "
    INSERT INTO shinsei_lists.generations (municipality, live, shape, reached) VALUES ($1, false, $2, 0)
    RETURNING generation";
const REACHED: &str = "
    UPDATE shinsei_lists.generations SET reached = $3 WHERE municipality = $1 AND generation = $2";
const LIVE: &str = "
    UPDATE shinsei_lists.generations SET live = true WHERE municipality = $1 AND generation = $2";
const REMOVED: [&str; 4] = [
    "DELETE FROM shinsei_lists.generations WHERE municipality = $1 AND generation = $2",
    "DELETE FROM shinsei_lists.cases WHERE municipality = $1 AND generation = $2",
    "DELETE FROM shinsei_lists.names WHERE municipality = $1 AND generation = $2",
    "DELETE FROM shinsei_lists.parked WHERE municipality = $1 AND generation = $2",
];

/// Keeps the lists of cases of municipalities in one PostgreSQL database. Any number of nodes may follow and ask.
///
/// # Example
/// ```no_run
/// use shinsei_core::port::view::{Standing, View};
/// use shinsei_postgres::PostgresView;
///
/// let view = PostgresView::open("postgres://city_hall@localhost/shinsei")?;
/// assert_eq!(view.standing("012025".parse()?)?, Standing::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PostgresView {
    pool: Pool,
}

impl PostgresView {
    /// Opens lists, and brings their schema up to date if this role may.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `TlsRoots` and `Empty`.
    pub fn open(address: &str) -> std::result::Result<Self, OpenError> {
        Self::open_with(address, Settings::default())
    }

    /// Opens lists with settings of the operator's.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `Empty`.
    pub fn open_with(address: &str, settings: Settings) -> std::result::Result<Self, OpenError> {
        let view = Self::assemble(address, settings, Access::Write)?;
        LISTS.migrate(&mut view.pool.connect()?)?;
        Ok(view)
    }

    /// Opens lists that exist for asking only, also on a standby. Every operation that writes fails as `ReadOnly`.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `NotPermitted`.
    pub fn open_reader(address: &str, settings: Settings) -> std::result::Result<Self, OpenError> {
        let view = Self::assemble(address, settings, Access::Read)?;
        LISTS.check(&mut view.pool.connect()?)?;
        Ok(view)
    }

    fn assemble(address: &str, settings: Settings, access: Access) -> std::result::Result<Self, OpenError> {
        Ok(Self { pool: Pool::new(Address::parse(address, &settings, access)?, settings, access) })
    }

    fn of_live<T>(
        &self,
        municipality: Municipality,
        answer: impl Fn(&mut Connection, Generation) -> Result<Vec<T>>,
    ) -> std::result::Result<Vec<T>, StoreError> {
        Ok(self.pool.run(|connection| {
            // One snapshot for both questions, or a swap between them would leave the answer empty.
            connection.run(&[Step::Plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")])?;
            let live = standing(connection, municipality, GENERATIONS)?.live;
            let found = live.map_or_else(|| Ok(Vec::new()), |live| answer(connection, live.generation))?;
            connection.roll_back()?;
            Ok(found)
        })?)
    }
}

impl View for PostgresView {
    fn standing(&self, municipality: Municipality) -> std::result::Result<Standing, StoreError> {
        Ok(self.pool.run(|connection| standing(connection, municipality, GENERATIONS))?)
    }

    fn begin(&self, municipality: Municipality, shape: u32) -> std::result::Result<Generation, StoreError> {
        Ok(self.pool.run(|connection| begin(connection, municipality, shape))?)
    }

    fn apply(&self, page: &Page) -> std::result::Result<Applied, StoreError> {
        page.check()?;
        Ok(self.pool.run(|connection| apply(connection, page))?)
    }

    fn swap(
        &self,
        municipality: Municipality,
        generation: Generation,
    ) -> std::result::Result<Applied, StoreError> {
        Ok(self.pool.run(|connection| swap(connection, municipality, generation))?)
    }

    fn list(&self, listing: &Listing) -> std::result::Result<Vec<CaseRow>, StoreError> {
        self.of_live(listing.municipality, |connection, live| listed::answer(connection, live, listing))
    }

    fn is_named(
        &self,
        municipality: Municipality,
        place: Place,
        name_key: &str,
    ) -> std::result::Result<bool, StoreError> {
        let found = self.of_live(municipality, |connection, live| {
            listed::named(connection, municipality, live, place, name_key)
        })?;
        Ok(!found.is_empty())
    }

    fn counts(&self, municipality: Municipality) -> std::result::Result<Vec<Count>, StoreError> {
        self.of_live(municipality, |connection, live| listed::counts(connection, municipality, live))
    }

    fn parked(&self, municipality: Municipality) -> std::result::Result<Vec<Parked>, StoreError> {
        self.of_live(municipality, |connection, live| listed::parked(connection, municipality, live))
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for PostgresView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresView").finish_non_exhaustive()
    }
}

fn standing(connection: &mut Connection, municipality: Municipality, sql: &'static str) -> Result<Standing> {
    let of = code(municipality);
    let rows = connection.run(&[Step::Query(sql, vec![&of])])?.remove(0);
    let mut both = Standing::default();
    for row in &rows {
        let (live, checkpoint) = checkpoint(row)?;
        *(if live { &mut both.live } else { &mut both.building }) = Some(checkpoint);
    }
    Ok(both)
}

fn checkpoint(row: &Row) -> Result<(bool, Checkpoint)> {
    let shape: i32 = at(row, 2)?;
    let shape = u32::try_from(shape).map_err(|_| Fault::corrupt("a shape is negative"))?;
    let generation = Generation(unsigned_at(row, 0)?);
    Ok((at(row, 1)?, Checkpoint { generation, shape, reached: Position(unsigned_at(row, 3)?) }))
}

fn begin(connection: &mut Connection, municipality: Municipality, shape: u32) -> Result<Generation> {
    let shape = i32::try_from(shape).map_err(|_| Fault::malformed("a shape is less than 2^31"))?;
    let of = code(municipality);
    connection.run(&[BEGIN])?;
    let given_up = standing(connection, municipality, LOCKED)?.building;
    if let Some(given_up) = given_up {
        remove(connection, of, given_up.generation)?;
    }
    let begun = connection.commit(vec![Step::Query(BEGUN, vec![&of, &shape])])?;
    let row = begun.first().and_then(|rows| rows.first());
    let generation = row.map(|row| unsigned_at(row, 0)).transpose()?;
    vacuum(connection, given_up.is_some());
    generation.map(Generation).ok_or_else(|| Fault::corrupt("a generation has no number"))
}

fn apply(connection: &mut Connection, page: &Page) -> Result<Applied> {
    connection.run(&[BEGIN])?;
    let both = standing(connection, page.municipality, LOCKED)?;
    let named = |stands: &&Checkpoint| stands.generation == page.generation;
    let Some(stands) = [&both.live, &both.building].into_iter().flatten().find(named) else {
        connection.roll_back()?;
        return Ok(Applied::Gone);
    };
    if stands.reached != page.after {
        connection.roll_back()?;
        return Ok(Applied::Moved { reached: stands.reached });
    }
    let has_erased = listed::write(connection, page)?;
    let (of, generation, reached) =
        (code(page.municipality), count(page.generation.0), count(page.reached.0));
    connection.commit(vec![Step::Query(REACHED, vec![&of, &generation, &reached])])?;
    vacuum(connection, has_erased);
    Ok(Applied::Done)
}

fn swap(connection: &mut Connection, municipality: Municipality, generation: Generation) -> Result<Applied> {
    let of = code(municipality);
    connection.run(&[BEGIN])?;
    let both = standing(connection, municipality, LOCKED)?;
    let Some(built) = both.building.filter(|built| built.generation == generation) else {
        connection.roll_back()?;
        return Ok(Applied::Gone);
    };
    if let Some(live) = both.live {
        if built.reached < live.reached {
            connection.roll_back()?;
            return Ok(Applied::Moved { reached: live.reached });
        }
        remove(connection, of, live.generation)?;
    }
    let generation = count(generation.0);
    connection.commit(vec![Step::Query(LIVE, vec![&of, &generation])])?;
    vacuum(connection, both.live.is_some());
    Ok(Applied::Done)
}

/// Removes a generation with all that is in it.
fn remove(connection: &mut Connection, municipality: i32, generation: Generation) -> Result<()> {
    let generation = count(generation.0);
    let steps: Vec<_> =
        REMOVED.iter().map(|sql| Step::Query(sql, vec![&municipality, &generation])).collect();
    connection.run(&steps)?;
    Ok(())
}

fn vacuum(connection: &mut Connection, has_erased: bool) {
    if has_erased {
        // OK because it is erased already, and what could not be vacuumed now will be soon.
        let _ = connection.run(&[VACUUM]);
    }
}
