//! The clauses of the port `Notifier`.
//!
//! A notifier is tested by looking at what its readers get: [`notifier_suite!`](crate::notifier_suite) makes a test of
//! each clause from a function that gives a [`NotifierUnderTest`].

use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{FeeDue, HandOver, Message, Notice, ReviewResult};
use shinsei_core::period::{Holidays, Period};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::procedure::{Act, Deliverable, Delivery, Division, Visit};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::clause::{Breach, Clause, Kept, hold, same};

/// A notifier with nothing delivered yet, and a look at what its readers get.
pub trait NotifierUnderTest {
    /// The notifier.
    fn notifier(&self) -> Box<dyn Notifier + '_>;

    /// Everything that is with the carrier, as its readers see it, in any order.
    fn delivered(&self) -> Vec<Delivered>;

    /// How the notifier writes an instant.
    fn written(&self, at: Timestamp) -> String;
}

/// A notice as its reader gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The id of the notice, as the carrier shows it.
    pub id: Uuid,
    /// Whom it goes to.
    pub to: String,
    /// Subject and body, decoded. White space and how lines are broken do not matter.
    pub text: String,
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_notifier_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            notifier: delivers_what_it_says, same_id_same_notice, keeps_every_field,
                refuses_what_cannot_be_sent, tells_results_apart, keeps_notices_apart;
        }
    };
}

/// Every clause of a notifier.
pub fn clauses() -> Vec<Clause<dyn NotifierUnderTest>> {
    for_each_notifier_clause!(crate::clause::list!(crate))
}

/// Makes one test of each clause from a function that gives a fresh [`NotifierUnderTest`].
///
/// [`NotifierUnderTest`]: crate::notifier::NotifierUnderTest
#[macro_export]
macro_rules! notifier_suite {
    ($fresh:ident) => {
        $crate::for_each_notifier_clause! { $crate::clause_tests!($fresh $crate) }
    };
}

/// After `Ok` the notice is with the carrier, for the one it is addressed to; before there was nothing.
pub fn delivers_what_it_says(subject: &dyn NotifierUnderTest) -> Kept {
    same!(subject.delivered(), [], "what is delivered before anything was");
    let notifier = subject.notifier();
    for notice in notices()? {
        notifier.deliver(&notice)?;
        let found = the_one(subject, &notice)?;
        same!(found.to, notice.to, "whom the notice goes to");
    }
    Ok(())
}

/// A notice that is delivered again makes at most one more copy each time, the same in all, under the same id.
pub fn same_id_same_notice(subject: &dyn NotifierUnderTest) -> Kept {
    let notice = received()?;
    let first = {
        subject.notifier().deliver(&notice)?;
        the_one(subject, &notice)?
    };
    for deliveries in 2..=3 {
        // A new one each time: who restarts does not remember.
        subject.notifier().deliver(&notice)?;
        let copies = subject.delivered();
        let count = copies.len();
        hold!((1..=deliveries).contains(&count), "{deliveries} deliveries of one notice made {count} copies");
        let differs = copies.iter().any(|copy| *copy != first);
        hold!(!differs, "delivered again, a notice has another id or reads otherwise");
    }
    Ok(())
}

/// Each field that the notice has reaches the reader.
pub fn keeps_every_field(subject: &dyn NotifierUnderTest) -> Kept {
    let notifier = subject.notifier();
    for notice in notices()? {
        notifier.deliver(&notice)?;
        let text = squeezed(&the_one(subject, &notice)?.text);
        for (what, field) in fields(subject, &notice) {
            hold!(text.contains(&squeezed(&field)), "the reader is not told {what}, {field:?}");
        }
    }
    Ok(())
}

/// An address that nobody can send to is `Undeliverable`, and nothing is sent; one that smuggles in a line least of all.
pub fn refuses_what_cannot_be_sent(subject: &dyn NotifierUnderTest) -> Kept {
    let notifier = subject.notifier();
    let addresses = [
        "",
        "hanako",
        "@example.jp",
        "hanako@",
        "hanako example.jp",
        "hanako@example.jp\r\nBcc: taro@example.jp",
        "hanako@example.jp\nX: y",
        "hanako@example.jp\0",
    ];
    for to in addresses {
        let answer = notifier.deliver(&Notice { to: to.to_owned(), ..received()? });
        let refused = matches!(answer, Err(NotifierError::Undeliverable { .. }));
        hold!(refused, "a notice to {to:?} is undeliverable, but was answered {answer:?}");
    }
    same!(subject.delivered(), [], "what is delivered of notices that cannot be");
    Ok(())
}

/// Results that differ read differently.
pub fn tells_results_apart(subject: &dyn NotifierUnderTest) -> Kept {
    let notifier = subject.notifier();
    let results = [
        ReviewResult::Confirmed,
        ReviewResult::Granted,
        ReviewResult::PartlyGranted,
        ReviewResult::SeeDocument,
    ];
    let mut texts = vec![];
    for (n, result) in (50..).zip(results) {
        let notice = Notice { id: Uuid::from_u128(n), ..reviewed(result, None)? };
        notifier.deliver(&notice)?;
        texts.push(squeezed(&the_one(subject, &notice)?.text));
    }
    texts.sort();
    texts.dedup();
    same!(texts.len(), 4, "how many texts there are for four results");
    Ok(())
}

/// Notices delivered at the same time each reach their own reader with their own contents.
pub fn keeps_notices_apart(subject: &dyn NotifierUnderTest) -> Kept {
    let notifier = &*subject.notifier();
    let one = received()?;
    let all: Vec<Notice> = (100..116)
        .map(|n| Notice {
            id: Uuid::from_u128(n),
            to: format!("reader-{n}@example.jp"),
            procedure: format!("手続{n}号"),
            ..one.clone()
        })
        .collect();
    std::thread::scope(|scope| {
        let deliver = |part: &'_ [Notice]| -> Kept {
            part.iter().try_for_each(|notice| notifier.deliver(notice)).map_err(Breach::from)
        };
        let threads: Vec<_> = all.chunks(4).map(|part| scope.spawn(move || deliver(part))).collect();
        let joined = |_| Breach::new("a thread that delivered panicked");
        threads.into_iter().try_for_each(|thread| thread.join().map_err(joined)?)
    })?;
    same!(subject.delivered().len(), all.len(), "how many notices are delivered");
    for notice in &all {
        let found = the_one(subject, notice)?;
        same!(found.to, notice.to, "whom a notice goes to that was delivered among others");
        let own = squeezed(&found.text).contains(&notice.procedure);
        hold!(own, "a notice that was delivered among others has not its own text");
    }
    Ok(())
}

/// What the reader must be told, each with the words for it.
fn fields(subject: &dyn NotifierUnderTest, notice: &Notice) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("the city", notice.city.clone()),
        ("the procedure", notice.procedure.clone()),
        ("when it was received", subject.written(notice.received_at)),
        ("the receipt number", notice.receipt.to_string()),
        ("the division", notice.contact.name.clone()),
        ("the telephone number", notice.contact.phone.clone()),
    ];
    let mut fee = |due: &FeeDue| {
        if let FeeDue::AtCounter(yen) = due {
            fields.push(("the fee", yen.to_string()));
            fields.push(("the counter", notice.contact.counter.clone()));
        }
    };
    match &notice.message {
        Message::Received { standard_period, fee: due, .. } => {
            fee(due);
            fields.extend(standard_period.map(|period| ("the standard period", period.length.to_string())));
        }
        Message::Result { reviewed_at, hand_over, .. } => {
            if let Some(hand_over) = hand_over {
                fee(&hand_over.fee);
                fields.push(("how many", hand_over.quantity.to_string()));
                fields.push(("when the counter is open", notice.contact.hours.clone()));
                if let Deliverable::Issued { name, .. } = &hand_over.deliverable {
                    fields.push(("what is handed over", name.clone()));
                }
            }
            fields.push(("when it was reviewed", subject.written(*reviewed_at)));
        }
    }
    fields
}

/// The one notice that was delivered with this id.
fn the_one(subject: &dyn NotifierUnderTest, notice: &Notice) -> Result<Delivered, Breach> {
    let mut found: Vec<_> = subject.delivered().into_iter().filter(|found| found.id == notice.id).collect();
    same!(found.len(), 1, "how many notices there are with the id {} of one that was delivered", notice.id);
    Ok(found.remove(0))
}

/// A text without white space and without the commas in amounts.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}

/// Notices of each form.
fn notices() -> Result<Vec<Notice>, Breach> {
    let certificate = HandOver {
        deliverable: Deliverable::Issued { name: "住民票の写し".to_owned(), by: Delivery::Counter },
        quantity: 37,
        unit: Some("通".to_owned()),
        fee: FeeDue::AtCounter(Yen(11_100)),
        visits: vec![Visit::Payment, Visit::Pickup],
    };
    Ok(vec![
        received()?,
        reviewed(ReviewResult::Granted, Some(certificate))?,
        reviewed(ReviewResult::SeeDocument, None)?,
    ])
}

/// A notice of receipt.
fn received() -> Result<Notice, Breach> {
    let standard_period = Some(Period { holidays: Holidays::Skipped, ..Period::days(45) });
    let fee = FeeDue::AtCounter(Yen(17_500));
    notice(1, Message::Received { standard_period, fee, visits: vec![Visit::Payment] })
}

/// A notice of a result.
fn reviewed(result: ReviewResult, hand_over: Option<HandOver>) -> Result<Notice, Breach> {
    let id = if hand_over.is_some() { 2 } else { 3 };
    notice(id, Message::Result { reviewed_at: jst(8, 9, 58)?, result, hand_over })
}

fn notice(id: u128, message: Message) -> Result<Notice, Breach> {
    Ok(Notice {
        id: Uuid::from_u128(id),
        municipality: "012025".parse()?,
        city: "函館市".to_owned(),
        to: "hanako@example.jp".to_owned(),
        at: jst(7, 15, 4)?,
        procedure: "住民票の写し等の交付請求".to_owned(),
        act: Act::Application,
        received_at: jst(7, 15, 4)?,
        receipt: "012025-R08-0001234-7".parse()?,
        contact: Division {
            id: DivisionId::new("koseki")?,
            name: "市民部 戸籍住民課".to_owned(),
            phone: "0138-00-0001".to_owned(),
            counter: "本庁舎1階".to_owned(),
            hours: "平日 8時45分~17時30分".to_owned(),
        },
        message,
    })
}

/// A time of May 2026 in Japan.
fn jst(day: u32, hour: u32, minute: u32) -> Result<Timestamp, Breach> {
    Timestamp::from_jst(2026, 5, day, hour, minute).ok_or_else(|| Breach::new("no such time"))
}
