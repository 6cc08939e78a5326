//! Invented notices, one for each kind of mail.

use chrono::NaiveDate;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::DivisionId;
use shinsei_core::notice::{
    Alert, CaseNotice, Correcting, FeeDue, HandOver, MandateNews, MandateNotice, Message, News, NextStep,
    Notice, PayEasy, Reader, Refunding, ReviewResult, StaffNotice, WithdrawnFee,
};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::period::Period;
use shinsei_core::procedure::{Act, Deliverable, Delivery, Division, PaymentMethod, Visit};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;
use shinsei_mail::message::Sender;
use uuid::Uuid;

/// The applicant's address in every notice here.
pub(crate) const TO: &str = "hanako@example.jp";

/// Which user, and the secret, as a link holds them.
const TOKEN: &str = "AZJAAAAAcACAAAAAAAAAAWJvb2tzaGVsZi1zdGFpcnM";

pub(crate) fn sender() -> Sender {
    Sender::new("no-reply@city.example.lg.jp").unwrap()
}

pub(crate) fn notice(procedure: &str, act: Act, news: News) -> Notice {
    let message = Message::Case(CaseNotice {
        procedure: procedure.into(),
        act,
        received_at: Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap(),
        receipt: "012025-R08-0001234-7".parse().unwrap(),
        late: None,
        news,
    });
    telling(Reader::Applicant, message)
}

/// What a notice says of its case.
pub(crate) fn case(notice: &mut Notice) -> &mut CaseNotice {
    match &mut notice.message {
        Message::Case(case) => case,
        Message::Confirmation { .. }
        | Message::Maintenance { .. }
        | Message::Mandate(_)
        | Message::Staff(_) => {
            panic!("about no case")
        }
    }
}

pub(crate) fn telling(reader: Reader, message: Message) -> Notice {
    Notice {
        id: Uuid::from_u128(0x0192_4000_0000_7000_8000_0000_0000_0001),
        municipality: "012025".parse().unwrap(),
        city: "函館市".into(),
        to: TO.into(),
        reader,
        at: Timestamp::from_jst(2026, 5, 8, 10, 20).unwrap(),
        contact: Division {
            id: DivisionId::new("koseki").unwrap(),
            name: "市民部 戸籍住民課".into(),
            phone: "0138-00-0000".into(),
            counter: "本庁舎1階".into(),
            hours: "平日 8時45分~17時30分".into(),
            staff_mail: None,
            head_mail: None,
        },
        message,
    }
}

pub(crate) fn received(period: Option<Period>, fee: FeeDue, visits: &[Visit]) -> News {
    News::Received { standard_period: period, fee, visits: visits.to_vec() }
}

pub(crate) fn result(result: ReviewResult, hand_over: Option<HandOver>) -> News {
    let reviewed_at = Timestamp::from_jst(2026, 5, 8, 10, 20).unwrap();
    News::Reviewed { reviewed_at, result, hand_over }
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
    let news = received(Some(fourteen_days()), FeeDue::Nothing, &[]);
    notice("住民票の写し交付申請", Act::Application, news)
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
        let news = [
            received(terms.standard_period, FeeDue::Nothing, &terms.visits),
            result(ReviewResult::Granted, Some(issued)),
        ];
        let of = |news| Notice { contact: contact.clone(), ..notice(&terms.name, terms.act, news) };
        news.map(of)
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
    let mut news: Vec<News> = results.iter().map(|kind| result(kind.clone(), None)).collect();
    for fee in fees {
        for visits in visits {
            news.push(received(None, fee, visits));
            news.push(received(Some(fourteen_days()), fee, visits));
            for kind in &results {
                for by in [Delivery::Counter, Delivery::Post, Delivery::Electronic] {
                    let issued = hand_over("証明書", by, fee, visits);
                    news.push(result(kind.clone(), Some(issued.clone())));
                    let nothing = HandOver { deliverable: Deliverable::None, unit: None, ..issued };
                    news.push(result(kind.clone(), Some(nothing)));
                }
            }
        }
    }
    let acts = [Act::Filing, Act::Application, Act::Request];
    let each = news.into_iter().zip(acts.into_iter().cycle());
    each.map(|(news, act)| notice("食品営業の許可と届出", act, news)).collect()
}

pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn at(day: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, day, hour, minute).unwrap()
}

/// What there may be to tell between receipt and end, by the id of its mail.
pub(crate) fn on_the_way() -> Vec<(&'static str, News)> {
    let partial = Correcting { items: 2, due: day(5, 20), resubmit: false, signed: true };
    let whole = Correcting { resubmit: true, signed: false, ..partial };
    let numbers = PayEasy::Numbers {
        agency: "01202".into(),
        payment: "0012-3456-7890".into(),
        confirmation: "123456".into(),
    };
    let every = vec![PaymentMethod::Counter, PaymentMethod::Invoice, PaymentMethod::Electronic];
    let fee = |due, methods: Vec<PaymentMethod>, pay_easy| News::FeeNotice {
        yen: Yen(16_000),
        due,
        methods,
        pay_easy,
    };
    let paid = |next| News::FeePaid { yen: Yen(16_000), on: day(5, 12), next };
    let ready = |by, fee, until| {
        let visits: &[Visit] = if by == Delivery::Counter { &[Visit::Pickup] } else { &[] };
        News::Ready { hand_over: hand_over("許可証", by, fee, visits), until }
    };
    let refund = |refunding| News::Refund { yen: Yen(16_000), on: day(5, 12), refunding };
    let withdrawn = |fee| News::Withdrawn { at: at(11, 9, 5), fee };
    vec![
        ("M6", News::CorrectionRequested(partial)),
        ("M6", News::CorrectionRequested(whole)),
        ("M7", News::Corrected { at: at(18, 21, 30) }),
        ("M8", News::CorrectionDue(partial)),
        ("M9", fee(Some(day(5, 29)), every, Some(numbers))),
        ("M9", fee(Some(day(5, 29)), vec![PaymentMethod::Electronic], Some(PayEasy::AfterSigningIn))),
        ("M9", fee(None, vec![PaymentMethod::Counter], None)),
        ("M10", paid(NextStep::Review)),
        ("M10", paid(NextStep::HandOver)),
        ("M10", paid(NextStep::Nothing)),
        ("M11", ready(Delivery::Counter, FeeDue::AtCounter(Yen(16_000)), Some(day(6, 30)))),
        ("M11", ready(Delivery::Post, FeeDue::Nothing, None)),
        ("M11", ready(Delivery::Electronic, FeeDue::Nothing, Some(day(6, 30)))),
        ("M12", withdrawn(WithdrawnFee::NothingPaid)),
        ("M12", withdrawn(WithdrawnFee::Refunded(Yen(16_000)))),
        ("M12", withdrawn(WithdrawnFee::Kept(Yen(16_000)))),
        ("M12", withdrawn(WithdrawnFee::ToBeDecided(Yen(16_000)))),
        ("M12", News::WithdrawalDeclined { at: at(12, 13, 0) }),
        (
            "M13",
            News::Extended {
                from: Some(day(6, 8)),
                to: day(7, 8),
                reason: "認定に必要な主治医の意見書の到着に時間がかかるため".into(),
            },
        ),
        ("M14", News::Transferred),
        ("M17", News::DocumentPublished { title: "公文書公開決定通知書".into(), until: day(6, 30) }),
        (
            "M18",
            News::Forwarded {
                agency: "北海道渡島総合振興局".into(), on: day(5, 8), due: Some(day(5, 22))
            },
        ),
        ("M19", refund(Refunding::Surplus)),
        ("M19", refund(Refunding::SurplusDecided)),
        ("M19", refund(Refunding::FeeDecided)),
        ("M20", News::Exempted { on: day(5, 8) }),
    ]
}

/// A notice to each reader about no case, by the id of its mail.
pub(crate) fn about_no_case() -> Vec<(&'static str, Notice)> {
    let confirmation = |is_change| Message::Confirmation {
        url: format!("https://shinsei.city.example.lg.jp/confirm/{TOKEN}"),
        until: at(9, 10, 20),
        is_change,
    };
    let maintenance =
        Message::Maintenance { from: at(27, 20, 0), until: Timestamp::from_jst(2026, 5, 28, 6, 0).unwrap() };
    let mut all = vec![
        ("M1", telling(Reader::User, confirmation(false))),
        ("M1", telling(Reader::User, confirmation(true))),
        ("M15", telling(Reader::User, maintenance)),
    ];
    let receipt: ReceiptNumber = "012025-R08-0001234-7".parse().unwrap();
    for alert in [
        Alert::Approaching { due: 1 },
        Alert::Exceeded { due: 1 },
        Alert::CorrectionOverdue { request: 1 },
        Alert::ConsultationOverdue { consultation: 1 },
    ] {
        let staff = StaffNotice { receipt, alert, day: day(5, 21) };
        all.push(("M21", telling(Reader::Staff, Message::Staff(staff))));
    }
    for reader in [Reader::Principal, Reader::Agent] {
        for news in [MandateNews::Signed, MandateNews::Accepted, MandateNews::Revoked] {
            all.push(("M16", telling(reader, mandate(news))));
        }
    }
    all
}

fn mandate(news: MandateNews) -> Message {
    Message::Mandate(MandateNotice {
        principal: "函館 花子".into(),
        procedures: vec!["住民票の写し交付申請".into(), "印鑑登録証明書交付申請".into()],
        from: day(5, 8),
        until: day(8, 7),
        number: "019240000000700080000000000000a1".into(),
        news,
    })
}
