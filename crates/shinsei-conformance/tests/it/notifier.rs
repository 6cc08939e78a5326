//! A notifier that puts notices on a shelf keeps every clause, and each clause finds one that is broken.

use std::sync::Mutex;

use chrono::NaiveDate;
use shinsei_conformance::Report;
use shinsei_conformance::notifier::{Delivered, NotifierUnderTest, clauses};
use shinsei_core::notice::{FeeDue, HandOver, MandateNotice, Message, News, Notice, ReviewResult};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::procedure::Deliverable;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

shinsei_conformance::notifier_suite!(whole);

/// What a notifier does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    SendsResultsToTheCity,
    CopiesUnderNewIds,
    LeavesTheTelephoneOut,
    KeepsQuietAboutLateness,
    SendsAnywhere,
    SaysTheSameOfEachResult,
    SharesOneDraft,
}

struct Shelf {
    slip: Slip,
    notices: Mutex<Vec<Delivered>>,
    draft: Mutex<String>,
}

fn whole() -> Shelf {
    with(Slip::Nothing)
}

fn with(slip: Slip) -> Shelf {
    Shelf { slip, notices: Mutex::default(), draft: Mutex::default() }
}

impl Shelf {
    fn write(&self, notice: &Notice) -> String {
        let contact = &notice.contact;
        let phone = if self.slip == Slip::LeavesTheTelephoneOut { "" } else { &*contact.phone };
        let mut text =
            format!("{} {} {phone} {} {}", notice.city, contact.name, contact.counter, contact.hours);
        match &notice.message {
            Message::Case(case) => {
                text += &format!("{} {} {}", case.procedure, self.written(case.received_at), case.receipt);
                text += &self.news(&case.news);
                if let Some(late) = case.late.as_ref().filter(|_| self.slip != Slip::KeepsQuietAboutLateness)
                {
                    text += &format!(" {:?} {:?}", late.last_day, late.effect);
                }
            }
            Message::Confirmation { url, until, .. } => text += &format!(" {url} {}", self.written(*until)),
            Message::Maintenance { from, until } => {
                text += &format!(" {} {}", self.written(*from), self.written(*until));
            }
            Message::Staff(staff) => text += &format!(" {} {}", staff.receipt, staff.day),
            Message::Mandate(mandate) => {
                let MandateNotice { principal, procedures, from, until, number, .. } = mandate;
                text += &format!(" {principal} {procedures:?} {from} {until} {number}");
            }
        }
        text
    }

    fn news(&self, news: &News) -> String {
        match news {
            News::Received { standard_period, fee, .. } => {
                format!(" {:?} {}", standard_period.map(|period| period.length), amount(*fee))
            }
            News::Reviewed { reviewed_at, result, hand_over } => {
                let result = match result {
                    _ if self.slip == Slip::SaysTheSameOfEachResult => "審査が終わりました",
                    ReviewResult::Confirmed => "確認しました",
                    ReviewResult::Granted => "認められました",
                    ReviewResult::PartlyGranted => "一部が認められました",
                    ReviewResult::SeeDocument => "通知書をご覧ください",
                };
                let issued = hand_over.as_ref().map(handed_over).unwrap_or_default();
                format!("{}{result} {issued}", self.written(*reviewed_at))
            }
            News::CorrectionRequested(correcting) | News::CorrectionDue(correcting) => {
                format!(" {} {}", correcting.items, correcting.due)
            }
            News::Corrected { at } | News::Withdrawn { at, .. } | News::WithdrawalDeclined { at } => {
                self.written(*at)
            }
            News::FeeNotice { yen, due, .. } => format!(" {yen} {due:?}"),
            News::FeePaid { yen, on, .. } => format!(" {yen} {on}"),
            News::Ready { hand_over, until } => format!(" {} {until:?}", handed_over(hand_over)),
            News::Extended { from, to, reason } => format!(" {from:?} {to} {reason}"),
            News::Transferred => String::new(),
            News::Forwarded { agency, on, due } => format!(" {agency} {on} {due:?}"),
            News::Refund { yen, on, .. } => format!(" {yen} {on}"),
            News::Exempted { on } => format!(" {on}"),
            News::DocumentPublished { title, until } => format!(" {title} {until}"),
        }
    }

    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        let is_address = |to: &str| {
            let letters = to.bytes().all(|byte| byte.is_ascii_graphic());
            letters && to.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty())
        };
        if !is_address(&notice.to) && self.slip != Slip::SendsAnywhere {
            return Err(NotifierError::Undeliverable { why: "it is no address" });
        }
        let is_result =
            matches!(&notice.message, Message::Case(case) if matches!(case.news, News::Reviewed { .. }));
        let to = if is_result && self.slip == Slip::SendsResultsToTheCity {
            "city@example.jp"
        } else {
            &*notice.to
        };

        let mut text = self.write(notice);
        if self.slip == Slip::SharesOneDraft {
            *self.draft.lock().expect("not poisoned") = text;
            (0..100).for_each(|_| std::thread::yield_now());
            text = self.draft.lock().expect("not poisoned").clone();
        }
        let mut notices = self.notices.lock().expect("not poisoned");
        let mut id = notice.id;
        if self.slip == Slip::CopiesUnderNewIds && notices.iter().any(|old| old.id == id) {
            id = Uuid::from_u128(1000 + notices.len() as u128);
        }
        notices.retain(|old| old.id != id);
        notices.push(Delivered { id, to: to.to_owned(), text });
        Ok(())
    }
}

fn handed_over(hand_over: &HandOver) -> String {
    let name = match &hand_over.deliverable {
        Deliverable::Issued { name, .. } => name,
        Deliverable::None => "",
    };
    format!("{} {} {name}", hand_over.quantity, amount(hand_over.fee))
}

fn amount(fee: FeeDue) -> String {
    match fee {
        FeeDue::AtCounter(yen) => yen.to_string(),
        FeeDue::Nothing | FeeDue::ToBeAssessed | FeeDue::ByInvoice => String::new(),
    }
}

struct Borrowed<'a>(&'a Shelf);

impl Notifier for Borrowed<'_> {
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        self.0.deliver(notice)
    }
}

impl NotifierUnderTest for Shelf {
    fn notifier(&self) -> Box<dyn Notifier + '_> {
        Box::new(Borrowed(self))
    }

    fn delivered(&self) -> Vec<Delivered> {
        self.notices.lock().expect("not poisoned").clone()
    }

    fn written(&self, at: Timestamp) -> String {
        at.to_string()
    }

    fn written_day(&self, day: NaiveDate) -> String {
        day.to_string()
    }
}

#[test]
fn each_clause_finds_a_broken_notifier_that_it_alone_finds() {
    let flaws = [
        (Slip::SendsResultsToTheCity, "notifier::delivers_what_it_says"),
        (Slip::CopiesUnderNewIds, "notifier::same_id_same_notice"),
        (Slip::LeavesTheTelephoneOut, "notifier::keeps_every_field"),
        (Slip::KeepsQuietAboutLateness, "notifier::keeps_every_field"),
        (Slip::SendsAnywhere, "notifier::refuses_what_cannot_be_sent"),
        (Slip::SaysTheSameOfEachResult, "notifier::tells_results_apart"),
        (Slip::SharesOneDraft, "notifier::keeps_notices_apart"),
    ];
    for (slip, clause) in flaws {
        let report = Report::of(&clauses(), || Box::new(with(slip)));
        assert_eq!(report.broken(), [clause], "{report}");
        assert!(report.to_string().contains(&format!("BROKEN  {clause}: ")), "{report}");
    }
    let unproved =
        clauses().iter().map(|clause| clause.name()).find(|name| flaws.iter().all(|(_, of)| of != name));
    assert_eq!(unproved, None);
}
