//! Payloads of events and forms: whatever is read as an event is written as something that is read as the same event.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shinsei_core::calendar::stream::CalendarEvent;
use shinsei_core::event::Event;
use shinsei_core::event_format::EventFormat;
use shinsei_core::form::Form;
use shinsei_core::mandate::MandateEvent;
use shinsei_core::procedure::stream::ProcedureEvent;
use shinsei_core::service_hours::stream::ServiceEvent;
use shinsei_core::user::UserEvent;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(form) = Form::parse(bytes) {
        assert!((1..=shinsei_core::form::QUANTITY_MAX).contains(&form.quantity));
    }
    for event_type in Event::TYPES {
        survives::<Event>(event_type, bytes);
    }
    for event_type in UserEvent::TYPES {
        survives::<UserEvent>(event_type, bytes);
    }
    for event_type in CalendarEvent::TYPES {
        survives::<CalendarEvent>(event_type, bytes);
    }
    for event_type in ServiceEvent::TYPES {
        survives::<ServiceEvent>(event_type, bytes);
    }
    for event_type in MandateEvent::TYPES {
        survives::<MandateEvent>(event_type, bytes);
    }
    for event_type in ProcedureEvent::TYPES {
        survives::<ProcedureEvent>(event_type, bytes);
    }
});

fn survives<E: EventFormat>(event_type: &str, payload: &[u8]) {
    let Ok(event) = E::from_payload(event_type, payload) else { return };
    let written = event.payload().expect("what was read can be written");
    assert_eq!(E::from_payload(event_type, &written).ok(), Some(event));
}
