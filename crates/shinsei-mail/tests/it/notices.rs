//! Invented notices, one for each kind of mail.

use shinsei_core::catalog::Catalog;
use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{FeeDue, HandOver, Message, Notice, ReviewResult};
use shinsei_core::period::Period;
use shinsei_core::procedure::{Act, Deliverable, Delivery, Division, Visit};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;
use shinsei_mail::message::Sender;
use uuid::Uuid;

/// The applicant's address in every notice here.
pub(crate) const TO: &str = "hanako@example.jp";

pub(crate) fn sender() -> Sender {
    Sender::new("no-reply@city.example.lg.jp").unwrap()
}

pub(crate) fn notice(procedure: &str, act: Act, message: Message) -> Notice {
    Notice {
        id: Uuid::from_u128(0x0192_4000_0000_7000_8000_0000_0000_0001),
        municipality: "012025".parse().unwrap(),
        city: "函館市".into(),
        to: TO.into(),
        at: Timestamp::from_jst(2026, 5, 8, 10, 20).unwrap(),
        procedure: procedure.into(),
        act,
        received_at: Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap(),
        receipt: "012025-R08-0001234-7".parse().unwrap(),
        contact: Division {
            id: DivisionId::new("koseki").unwrap(),
            name: "市民部 戸籍住民課".into(),
            phone: "0138-00-0000".into(),
            counter: "本庁舎1階".into(),
            hours: "平日 8時45分~17時30分".into(),
        },
        message,
    }
}

pub(crate) fn received(period: Option<Period>, fee: FeeDue, visits: &[Visit]) -> Message {
    Message::Received { standard_period: period, fee, visits: visits.to_vec() }
}

pub(crate) fn result(result: ReviewResult, hand_over: Option<HandOver>) -> Message {
    let reviewed_at = Timestamp::from_jst(2026, 5, 8, 10, 20).unwrap();
    Message::Result { reviewed_at, result, hand_over }
}

pub(crate) fn hand_over(name: &str, by: Delivery, fee: FeeDue, visits: &[Visit]) -> HandOver {
    HandOver {
        deliverable: Deliverable::Issued { name: name.into(), by },
        quantity: 1,
        unit: Some("通".into()),
        fee,
        visits: visits.to_vec(),
    }
}

/// Fourteen days from the next day, holidays counted.
pub(crate) fn fourteen_days() -> Period {
    Period::days(14)
}

/// M2 of a certificate.
pub(crate) fn receipt() -> Notice {
    let message = received(Some(fourteen_days()), FeeDue::Nothing, &[]);
    notice("住民票の写し交付申請", Act::Application, message)
}

/// M3 of a filing.
pub(crate) fn confirmed() -> Notice {
    notice("犬の登録事項変更届", Act::Filing, result(ReviewResult::Confirmed, None))
}

/// M4 of two copies that are paid and fetched at the counter.
pub(crate) fn granted() -> Notice {
    let fee = FeeDue::AtCounter(Yen(600));
    let two = HandOver {
        quantity: 2,
        ..hand_over("住民票の写し", Delivery::Counter, fee, &[Visit::Payment, Visit::Pickup])
    };
    notice("住民票の写し交付申請", Act::Application, result(ReviewResult::Granted, Some(two)))
}

/// M5.
pub(crate) fn refused() -> Notice {
    let document = hand_over("決定通知書", Delivery::Post, FeeDue::Nothing, &[]);
    notice("飲食店営業許可申請", Act::Application, result(ReviewResult::SeeDocument, Some(document)))
}

/// A receipt and a result of each procedure of the sample catalog.
pub(crate) fn of_the_catalog() -> Vec<Notice> {
    let catalog = Catalog::sample();
    let both = catalog.procedures().iter().flat_map(|procedure| {
        let terms = &procedure.terms;
        let contact = catalog.division(&terms.division).unwrap();
        let issued = HandOver {
            deliverable: terms.deliverable.clone(),
            quantity: 2,
            unit: terms.fee.unit().map(str::to_owned),
            fee: FeeDue::AtCounter(Yen(16_000)),
            visits: terms.visits.clone(),
        };
        let messages = [
            received(terms.standard_period, FeeDue::Nothing, &terms.visits),
            result(ReviewResult::Granted, Some(issued)),
        ];
        let of = |message| Notice { contact: contact.clone(), ..notice(&terms.name, terms.act, message) };
        messages.map(of)
    });
    both.collect()
}

/// One notice of each combination that the words tell apart.
pub(crate) fn all_kinds() -> Vec<Notice> {
    let fees = [FeeDue::Nothing, FeeDue::AtCounter(Yen(16_000)), FeeDue::ToBeAssessed, FeeDue::ByInvoice];
    let visits: [&[Visit]; 7] = [
        &[],
        &[Visit::Payment],
        &[Visit::Pickup],
        &[Visit::Inspection],
        &[Visit::Interview],
        &[Visit::Papers],
        &[Visit::Payment, Visit::Pickup, Visit::Inspection, Visit::Interview, Visit::Papers],
    ];
    let results = [
        ReviewResult::Confirmed,
        ReviewResult::Granted,
        ReviewResult::PartlyGranted,
        ReviewResult::SeeDocument,
    ];
    let mut messages: Vec<Message> = results.iter().map(|kind| result(kind.clone(), None)).collect();
    for fee in fees {
        for visits in visits {
            messages.push(received(None, fee, visits));
            messages.push(received(Some(fourteen_days()), fee, visits));
            for kind in &results {
                for by in [Delivery::Counter, Delivery::Post, Delivery::Electronic] {
                    let issued = hand_over("証明書", by, fee, visits);
                    messages.push(result(kind.clone(), Some(issued.clone())));
                    let nothing = HandOver { deliverable: Deliverable::None, unit: None, ..issued };
                    messages.push(result(kind.clone(), Some(nothing)));
                }
            }
        }
    }
    let acts = [Act::Filing, Act::Application, Act::Request];
    let each = messages.into_iter().zip(acts.into_iter().cycle());
    each.map(|(message, act)| notice("食品営業の許可と届出", act, message)).collect()
}
