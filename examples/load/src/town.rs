//! The municipalities that are simulated: real codes, invented names, the sample catalog.

use shinsei::city_hall::CityHall;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::Municipality;
use shinsei_core::service_hours::ServiceHours;

/// The code of Hakodate without its check digit: the first of the municipalities, which follow from it.
const FIRST: u32 = 1_202;

/// So many municipalities. They are open at all hours, and nobody needs to register: what is measured is the cases.
pub fn municipalities(number: usize) -> Vec<CityHall> {
    let catalog = Catalog::sample();
    let city = |(n, code)| CityHall {
        service_hours: ServiceHours::default(),
        registration_required: false,
        ..CityHall::new(code, format!("架空市{n}"), catalog.clone())
    };
    (1..).zip((FIRST..).filter_map(code)).take(number).map(city).collect()
}

/// A code with its check digit.
fn code(digits: u32) -> Option<Municipality> {
    (0..10).find_map(|check| format!("{digits:05}{check}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_municipalities_as_wanted_beginning_with_hakodate() {
        let codes: std::collections::BTreeSet<_> =
            municipalities(1_741).iter().map(|city| city.municipality).collect();
        assert_eq!((codes.len(), codes.first().unwrap().as_str()), (1_741, "012025"));
    }
}
