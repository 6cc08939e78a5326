//! What the engine must know of a municipality: its name, its catalog, its hours.

use std::sync::Arc;

use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::Municipality;
use shinsei_core::service_hours::ServiceHours;

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
        }
    }
}
