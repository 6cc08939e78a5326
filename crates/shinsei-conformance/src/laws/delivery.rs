//! Laws of what reaches the applicant: documents with reasons and remedy, certificates with lineage.

use shinsei_core::application::{Application, Decided};
use shinsei_core::document::DocumentRef;
use shinsei_core::event::Event;
use shinsei_core::procedure::Remedy;

use crate::life::{Life, content_of};

/// A case in which something adverse was decided does not end before a document has reached the applicant in which the words
/// of every reason stand, and the remedy of a disposition. A mail is no delivery.
///
/// # Panics
/// When it is broken.
pub fn what_is_adverse_is_delivered_with_its_reasons(life: &Life) {
    for (state, recorded) in life.states().iter().zip(life.history()) {
        match (&recorded.event, state.decision()) {
            (Event::DocumentPublished(published), Some(decided)) => {
                states_what_was_decided(life, decided, &published.document, published.remedy);
            }
            (Event::DocumentDelivered(delivered), Some(decided)) => {
                states_what_was_decided(life, decided, &delivered.document, delivered.remedy);
            }
            (Event::Closed(_), Some(decided)) if matches!(state, Application::Decided(_)) => {
                let is_delivered = decided.received.annex.document_is_delivered;
                assert!(decided.reasons().is_empty() || is_delivered, "ended without the document");
            }
            _ => {}
        }
    }
}

fn states_what_was_decided(life: &Life, decided: &Decided, document: &DocumentRef, remedy: Option<Remedy>) {
    assert_eq!(remedy, decided.remedy(), "the remedy of a document");
    let text = life.document(document).and_then(content_of).expect("the text of a document is kept");
    let text = String::from_utf8_lossy(text);
    for reason in decided.reasons() {
        let words = life.document(&reason.text).and_then(content_of).expect("the words of a reason are kept");
        assert!(text.contains(&*String::from_utf8_lossy(words)), "a document hides a reason");
    }
    assert_eq!(text.contains("審査請求"), remedy.is_some(), "a document states a remedy where there is one");
}

/// A document can be fetched by who agreed to it, and is fetched in time.
///
/// # Panics
/// When it is broken.
pub fn nothing_goes_electronically_without_consent(life: &Life) {
    for (state, recorded) in life.states().iter().zip(life.history()) {
        match (&recorded.event, state.receipt()) {
            (Event::DocumentPublished(_), Some(received)) => {
                assert!(received.agrees_to_electronic_delivery(), "published without consent");
            }
            (Event::DocumentFetched(_), Some(received)) => {
                let (_, waiting) = received.annex.waiting_publication().expect("what is fetched waits");
                assert!(recorded.recorded_at.date_jst() <= waiting.expires_on, "fetched too late");
            }
            _ => {}
        }
    }
}

/// One certificate of a case at most is in force, and none once the decision is another one than a grant.
///
/// # Panics
/// When it is broken.
pub fn no_certificate_outlives_its_grant(life: &Life) {
    for state in life.states() {
        let Some(received) = state.receipt() else { continue };
        let in_force = received.annex.certificates.iter().filter(|one| one.voided.is_none()).count();
        assert!(in_force <= 1, "{in_force} certificates are in force at once");
        let stands = state.decision().is_none_or(Decided::is_favourable);
        assert!(stands || in_force == 0, "a certificate outlived its grant");
    }
}

/// Serials of a case are its ordinals from 1; a certificate that is issued again takes the place of one that was not replaced.
///
/// # Panics
/// When it is broken.
pub fn every_reissue_takes_the_place_of_one(life: &Life) {
    let (mut ordinals, mut replaced) = (0, Vec::new());
    for recorded in life.history() {
        let serial = match &recorded.event {
            Event::CertificateIssued(issued) => issued.serial,
            Event::CertificateReissued(reissued) => {
                assert!(
                    reissued.of < reissued.serial,
                    "a later certificate takes the place of an earlier one"
                );
                assert!(!replaced.contains(&reissued.of), "the place was taken before");
                replaced.push(reissued.of);
                reissued.serial
            }
            _ => continue,
        };
        ordinals += 1;
        assert_eq!(serial.ordinal, ordinals, "the ordinal of a serial");
    }
}
