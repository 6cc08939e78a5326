//! The clauses of the port `Notifier`.
//!
//! A notifier is tested by looking at what its readers get: [`notifier_suite!`](crate::notifier_suite) makes a test of
//! each clause from a function that gives a [`NotifierUnderTest`].

mod notices;

use chrono::NaiveDate;
use shinsei_core::notice::{CaseNotice, FeeDue, Message, News, Notice, ReviewResult};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::procedure::{Deliverable, Division};
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::clause::{Breach, Clause, Kept, hold, same};
use crate::notifier::notices::{notices, received, reviewed};

/// A notifier with nothing delivered yet, and a look at what its readers get.
pub trait NotifierUnderTest {
    /// The notifier.
    fn notifier(&self) -> Box<dyn Notifier + '_>;

    /// Everything that is with the carrier, as its readers see it, in any order.
    fn delivered(&self) -> Vec<Delivered>;

    /// How the notifier writes an instant.
    fn written(&self, at: Timestamp) -> String;

    /// How the notifier writes a day.
    fn written_day(&self, day: NaiveDate) -> String;
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
            contact: Division { name: format!("第{n}課"), ..one.contact.clone() },
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
        let own = squeezed(&found.text).contains(&notice.contact.name);
        hold!(own, "a notice that was delivered among others has not its own text");
    }
    Ok(())
}

/// What the reader must be told, each with the words for it.
fn fields(subject: &dyn NotifierUnderTest, notice: &Notice) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("the city", notice.city.clone()),
        ("the division", notice.contact.name.clone()),
        ("the telephone number", notice.contact.phone.clone()),
    ];
    match &notice.message {
        Message::Case(case) => {
            fields.push(("the procedure", case.procedure.clone()));
            fields.push(("the receipt number", case.receipt.to_string()));
            fields.extend(late(subject, case));
            fields.extend(news(subject, notice, case));
        }
        Message::Confirmation { url, until, .. } => {
            fields.push(("the page that confirms", url.clone()));
            fields.push(("until when it works", subject.written(*until)));
        }
        Message::Maintenance { from, until } => {
            fields.push(("when the service closes", subject.written(*from)));
            fields.push(("when it opens", subject.written(*until)));
        }
        Message::Staff(staff) => {
            fields.push(("the receipt number", staff.receipt.to_string()));
            fields.push(("the last day", subject.written_day(staff.day)));
        }
        Message::Mandate(mandate) => {
            fields.push(("the principal", mandate.principal.clone()));
            fields.push(("the number of the mandate", mandate.number.clone()));
            fields.push(("its first day", subject.written_day(mandate.from)));
            fields.push(("its last day", subject.written_day(mandate.until)));
            fields.extend(mandate.procedures.iter().map(|name| ("a procedure", name.clone())));
        }
    }
    fields
}

/// What whoever was late is told with the receipt, and with a result that they wanted.
fn late(subject: &dyn NotifierUnderTest, case: &CaseNotice) -> Vec<(&'static str, String)> {
    let Some(late) = &case.late else { return vec![] };
    let last_day = late.last_day.map(|day| ("the day after which it was late", subject.written_day(day)));
    let effect = late.effect.clone().map(|effect| ("what follows from being late", effect));
    if let News::Received { .. } = &case.news {
        return last_day.into_iter().chain(effect).collect();
    }
    let is_wanted =
        matches!(&case.news, News::Reviewed { result: ReviewResult::Confirmed | ReviewResult::Granted, .. });
    effect.into_iter().filter(|_| is_wanted).collect()
}

/// What the reader must be told of a case.
fn news(subject: &dyn NotifierUnderTest, notice: &Notice, case: &CaseNotice) -> Vec<(&'static str, String)> {
    let mut fields = vec![];
    let mut fee = |due: &FeeDue| {
        if let FeeDue::AtCounter(yen) = due {
            fields.push(("the fee", yen.to_string()));
            fields.push(("the counter", notice.contact.counter.clone()));
        }
    };
    match &case.news {
        News::Received { standard_period, fee: due, .. } => {
            fee(due);
            fields.push(("when it was received", subject.written(case.received_at)));
            fields.extend(standard_period.map(|period| ("the standard period", period.length.to_string())));
        }
        News::Reviewed { reviewed_at, hand_over, .. } => {
            if let Some(hand_over) = hand_over {
                fee(&hand_over.fee);
                fields.push(("how many", hand_over.quantity.to_string()));
                fields.push(("when the counter is open", notice.contact.hours.clone()));
                if let Deliverable::Issued { name, .. } = &hand_over.deliverable {
                    fields.push(("what is handed over", name.clone()));
                }
            }
            fields.push(("when it was received", subject.written(case.received_at)));
            fields.push(("when it was reviewed", subject.written(*reviewed_at)));
        }
        News::CorrectionRequested(correcting) | News::CorrectionDue(correcting) => {
            fields.push(("how many places", correcting.items.to_string()));
            fields.push(("by when to correct", subject.written_day(correcting.due)));
        }
        News::Corrected { at } | News::Withdrawn { at, .. } | News::WithdrawalDeclined { at } => {
            fields.push(("when it happened", subject.written(*at)));
        }
        News::FeeNotice { yen, due, .. } => {
            fields.push(("the fee", yen.to_string()));
            fields.extend(due.map(|due| ("by when to pay", subject.written_day(due))));
        }
        News::FeePaid { yen, on, .. } => {
            fields.push(("the fee", yen.to_string()));
            fields.push(("when it was paid", subject.written_day(*on)));
        }
        News::Ready { hand_over, until } => {
            fee(&hand_over.fee);
            fields.extend(until.map(|until| ("until when to receive it", subject.written_day(until))));
        }
        News::Extended { from, to, reason } => {
            fields.extend(from.map(|from| ("by when it should have been done", subject.written_day(from))));
            fields.push(("by when it will be done", subject.written_day(*to)));
            fields.push(("why it takes longer", reason.clone()));
        }
        News::Transferred => {}
        News::Forwarded { agency, on, due } => {
            fields.push(("who decides", agency.clone()));
            fields.push(("when it was sent there", subject.written_day(*on)));
            fields.extend(due.map(|due| ("by when it is to be decided", subject.written_day(due))));
        }
        News::Refund { yen, on, .. } => {
            fields.push(("how much goes back", yen.to_string()));
            fields.push(("since when", subject.written_day(*on)));
        }
        News::Exempted { on } => fields.push(("when that was decided", subject.written_day(*on))),
        News::DocumentPublished { title, until } => {
            fields.push(("the document", title.clone()));
            fields.push(("until when to fetch it", subject.written_day(*until)));
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
