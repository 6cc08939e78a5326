//! What the engine must know of a municipality: its name, its catalog, its hours.

use std::sync::Arc;

use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::{DivisionId, Municipality};
use shinsei_core::procedure::Division;
use shinsei_core::retention::Retention;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::user::AccountPolicy;

/// A municipality as the engine serves it.
#[derive(Clone, Debug)]
pub struct CityHall {
    /// Its code.
    pub municipality: Municipality,
    /// The city's name, such as 函館市: it stands in mails.
    pub name: String,
    /// Its procedures and divisions.
    pub catalog: Arc<Catalog>,
    /// The days on which it is open, until a calendar is published in its log.
    pub calendar: Calendar,
    /// When applications are accepted.
    pub service_hours: ServiceHours,
    /// True when only registered users may apply (利用者登録), as the source page has it.
    pub registration_required: bool,
    /// What it lays down for registrations.
    pub accounts: AccountPolicy,
    /// How long it keeps who read what, from the 1 April after the fiscal year: the city's own rule, since no law that the
    /// core knows names a period. For good until it says otherwise. [`Engine::clear_away`](crate::engine::Engine::clear_away)
    /// forgets what is older.
    pub accesses_kept: Retention,
    /// The page of the service that confirms a mail address, such as `https://shinsei.city.example.lg.jp/confirm/`: the
    /// token is put behind it. Without one the mails that would hold it are parked.
    pub confirmation_page: Option<String>,
    /// The division that answers for the service itself; the first of the catalog, where none is named.
    pub desk: Option<DivisionId>,
}

impl CityHall {
    /// A municipality with the practice of the source page: closed from 3:00 to 4:00, registration required.
    pub fn new(municipality: Municipality, name: impl Into<String>, catalog: Catalog) -> Self {
        Self {
            municipality,
            name: name.into(),
            catalog: Arc::new(catalog),
            calendar: Calendar::standard(),
            service_hours: ServiceHours::daily_three_to_four(),
            registration_required: true,
            accounts: AccountPolicy::STANDARD,
            accesses_kept: Retention::Permanent,
            confirmation_page: None,
            desk: None,
        }
    }

    /// The division that answers for the service itself: it stands in mails that are about no case.
    pub fn desk(&self) -> Option<&Division> {
        match &self.desk {
            Some(desk) => self.catalog.division(desk),
            None => self.catalog.divisions().first(),
        }
    }
}
