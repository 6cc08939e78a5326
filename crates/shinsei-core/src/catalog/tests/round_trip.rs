//! What is written is read again as the same, in every encoding, or the cell that cannot be is named.

use chrono::{Days, NaiveDate};
use expect_test::expect;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::catalog::columns::{self, Closed};
use crate::period::{CountedFrom, Direction, Holidays, Period, PeriodUnit, Roll};
use crate::procedure::deciding::{Deciding, Organ};
use crate::procedure::filing::{Filing, FilingTime, LateFiling, MonthDay};
use crate::procedure::{
    Agents, Applicants, BasisKind, ClockStart, ConsentRule, Deliverable, Delivery, ExemptionGround, Fee,
    FeeTiming, Guidance, Jurisdiction, PaymentMethod, RefundRule, ReissueRule, Remedy, SignatureRule, Tariff,
    Terms, Visit, WithdrawalRule,
};
use crate::retention::Retention;
use crate::signature::CertificateKind;
use crate::yen::Yen;

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8Bom, Encoding::Utf8, Encoding::Cp932];

fn reread(catalog: &Catalog, encoding: Encoding) -> Result<Catalog, CatalogError> {
    Catalog::read(&catalog.to_csv(encoding)?, &catalog.divisions_to_csv(encoding)?)?
        .with_forms(&catalog.forms_to_csv(encoding)?)
}

/// The sample with another text in one place.
fn with_note(note: &str) -> Catalog {
    let mut catalog = Catalog::sample();
    catalog.procedures[0].note = note.to_owned();
    catalog
}

#[test]
fn the_sample_comes_back_in_every_encoding() {
    for encoding in ENCODINGS {
        assert_eq!(reread(&Catalog::sample(), encoding), Ok(Catalog::sample()));
    }
}

#[test]
fn names_of_people_and_places_survive_cp932() {
    let catalog = with_note("髙﨑① 纊 ～ ￢ ｱ");
    assert_eq!(reread(&catalog, Encoding::Cp932), Ok(catalog));
}

#[test]
fn a_character_that_cp932_lacks_is_named_with_its_cell() {
    let mut catalog = with_note("𠮷野家で𩸽、100〜200¥、𠮷");
    catalog.procedures[1].source = "−1".to_owned();
    catalog.divisions[2].counter = "🏢".to_owned();
    expect![[r#"
        the catalog has 2 defects
          procedures line 2, 備考: found 「𠮷𩸽〜¥」, expected characters that CP932 can hold unchanged
          procedures line 3, 出典: found 「−」, expected characters that CP932 can hold unchanged"#]]
    .assert_eq(&catalog.to_csv(Encoding::Cp932).unwrap_err().to_string());
    expect![[r#"
        the catalog has a defect
          divisions line 4, 窓口: found 「🏢」, expected characters that CP932 can hold unchanged"#]]
    .assert_eq(&catalog.divisions_to_csv(Encoding::Cp932).unwrap_err().to_string());
    assert_eq!(reread(&catalog, Encoding::Utf8), Ok(catalog));
}

#[test]
fn what_a_spreadsheet_would_change_or_run_comes_back() {
    let mut catalog = with_note("=HYPERLINK(\"https://example.jp\",\"a\")");
    catalog.procedures[0].id = ProcedureId::new("0012").unwrap();
    catalog.divisions[0].phone = "0138000001".to_owned();
    let written = String::from_utf8(catalog.to_csv(Encoding::Utf8).unwrap()).unwrap();
    let row = written.lines().nth(1).unwrap();
    assert!(row.starts_with("\"=\"\"0012\"\"\",1,情報公開関係,"), "{row}");
    assert!(row.contains(",\"=\"\"0138000001\"\"\",個人・法人,"), "{row}");
    assert!(row.contains(",\"'=HYPERLINK(\"\"https://example.jp\"\",\"\"a\"\")\","), "{row}");
    assert_eq!(reread(&catalog, Encoding::Utf8), Ok(catalog));
}

#[test]
fn dates_as_excel_saves_them_are_read() {
    let mut catalog = Catalog::sample();
    catalog.procedures[0].guidance.published_on = chrono::NaiveDate::from_ymd_opt(2026, 5, 7);
    let written = String::from_utf8(catalog.to_csv(Encoding::Utf8).unwrap()).unwrap();
    let saved_again = written.replace("2026-05-07", "2026/5/7");
    assert_ne!(saved_again, written);
    let read = Catalog::read(saved_again.as_bytes(), SAMPLE_DIVISIONS_CSV);
    assert_eq!(read.and_then(|read| read.with_forms(SAMPLE_FORMS_CSV)), Ok(catalog));
}

/// Text as people write it, and as nobody should.
fn text() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        4 => "[\\-=+@'\"＝－,;・/a-z0-9あ髙﨑① ]{0,12}",
        1 => "[〜−¥𠮷𩸽あ神]{0,4}",
        1 => "\\PC{0,12}",
    ];
    kind.prop_map(|text| text.replace(char::REPLACEMENT_CHARACTER, "").trim().to_owned())
        .prop_filter("control characters are no text", |text| !text.contains(char::is_control))
}

fn some_text() -> impl Strategy<Value = String> {
    text().prop_map(|text| if text.is_empty() { "窓口".to_owned() } else { text })
}

fn one_of<T: Closed + std::fmt::Debug>() -> impl Strategy<Value = T> {
    select(T::ALL)
}

fn some_of<T: Closed + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    subsequence(values, 1..=values.len()).prop_shuffle()
}

fn signature() -> impl Strategy<Value = (Applicants, SignatureRule)> {
    const JPKI: CertificateKind = CertificateKind::JpkiSigning;
    const REGISTRATION: CertificateKind = CertificateKind::CommercialRegistration;
    const ACCREDITED: CertificateKind = CertificateKind::Accredited;
    let required =
        |applicants, kinds: &[CertificateKind]| (applicants, SignatureRule::Required(kinds.into()));
    prop_oneof![
        one_of::<Applicants>().prop_map(|applicants| (applicants, SignatureRule::Exempt)),
        one_of::<Applicants>().prop_map(move |applicants| required(applicants, &[ACCREDITED])),
        Just(required(Applicants::Individuals, &[JPKI])),
        Just(required(Applicants::Individuals, &[ACCREDITED, JPKI])),
        Just(required(Applicants::Corporations, &[REGISTRATION])),
        Just(required(Applicants::Both, &[REGISTRATION, JPKI])),
        Just(required(Applicants::Both, &[JPKI, ACCREDITED])),
    ]
}

fn fee() -> impl Strategy<Value = (Fee, Vec<PaymentMethod>)> {
    let each = (1..=u32::MAX, some_text()).prop_map(|(yen, unit)| Tariff::Each { yen: Yen(yen), unit });
    let known = (each, one_of::<FeeTiming>()).prop_map(|(tariff, timing)| Fee::Due { tariff, timing });
    let later = select(vec![FeeTiming::BeforeReview, FeeTiming::AtPickup, FeeTiming::AfterDecision]);
    let unknown = later.prop_map(|timing| Fee::Due { tariff: Tariff::Assessed, timing });
    prop_oneof![Just((Fee::Free, Vec::new())), (prop_oneof![known, unknown], some_of(PaymentMethod::ALL)),]
}

fn deliverable() -> impl Strategy<Value = Deliverable> {
    prop_oneof![
        Just(Deliverable::None),
        (some_text(), one_of::<Delivery>()).prop_map(|(name, by)| Deliverable::Issued { name, by }),
    ]
}

/// What is paid and handed over, by the rules of the manual: at the counter means a visit.
fn meetings() -> impl Strategy<Value = (Fee, Vec<PaymentMethod>, Deliverable, Vec<Visit>)> {
    const OTHERS: &[Visit] = &[Visit::Inspection, Visit::Interview, Visit::Papers];
    (fee(), deliverable(), subsequence(OTHERS, 0..=OTHERS.len()), any::<bool>()).prop_map(
        |((fee, payment), mut deliverable, mut visits, pays_at_counter)| {
            if matches!(fee, Fee::Due { timing: FeeTiming::AtPickup, .. }) {
                let name = "証明書".to_owned();
                deliverable = Deliverable::Issued { name, by: Delivery::Counter };
            }
            if matches!(deliverable, Deliverable::Issued { by: Delivery::Counter, .. }) {
                visits.push(Visit::Pickup);
            }
            let may = payment.contains(&PaymentMethod::Counter);
            if may && (pays_at_counter || payment.len() == 1) {
                visits.push(Visit::Payment);
            }
            (fee, payment, deliverable, visits)
        },
    )
}

fn period() -> impl Strategy<Value = Period> {
    let from = || select(vec![CountedFrom::TheDay, CountedFrom::TheNextDay]);
    prop_oneof![
        (1..=u16::MAX, from(), select(vec![Holidays::Skipped, Holidays::Counted])).prop_map(
            |(length, counted_from, holidays)| Period { counted_from, holidays, ..Period::days(length) }
        ),
        (1..=u16::MAX, from(), select(vec![PeriodUnit::Week, PeriodUnit::Month]))
            .prop_map(|(length, counted_from, unit)| Period { unit, counted_from, ..Period::days(length) }),
    ]
}

fn jurisdiction() -> impl Strategy<Value = Jurisdiction> {
    prop_oneof![
        Just(Jurisdiction::Own),
        some_text().prop_map(|agency| Jurisdiction::Forwarded { agency }),
        some_text().prop_map(|agency| Jurisdiction::Foreign { agency }),
    ]
}

fn guidance() -> impl Strategy<Value = Guidance> {
    let url = prop_oneof![Just(String::new()), "https://[a-z=,\"]{1,9}"];
    let date = || {
        proptest::option::of(
            (1_i32..=9999, 1_u32..=366)
                .prop_map(|(year, day)| chrono::NaiveDate::from_yo_opt(year, day.min(365)).unwrap()),
        )
    };
    (text(), text(), text(), url.clone(), url, proptest::option::of(1..=u32::MAX), date(), date()).prop_map(
        |(attachments, deadline, intake, guide_url, form_url, form_version, published_on, updated_on)| {
            Guidance {
                attachments,
                deadline,
                intake,
                guide_url,
                form_url,
                form_version,
                published_on,
                updated_on,
            }
        },
    )
}

type Afterwards = (Vec<ExemptionGround>, RefundRule, ReissueRule, Option<ConsentRule>, bool);

fn afterwards() -> impl Strategy<Value = Afterwards> {
    let grounds = subsequence(ExemptionGround::ALL, 0..=ExemptionGround::ALL.len());
    let reissue = prop_oneof![
        Just(ReissueRule::NotOffered),
        Just(ReissueRule::Free),
        (1..=u32::MAX).prop_map(|yen| ReissueRule::Each(Yen(yen))),
    ];
    let consent = proptest::option::of(one_of::<ConsentRule>());
    (grounds, one_of::<RefundRule>(), reissue, consent, any::<bool>())
}

fn retention() -> impl Strategy<Value = Retention> {
    prop_oneof![Just(Retention::Permanent), (1_u16..=30).prop_map(Retention::Years)]
}

/// Any time of filing that can be meant.
fn filing() -> impl Strategy<Value = Filing> {
    let month_day = || (1_u8..=12, 1_u8..=28).prop_map(|(month, day)| MonthDay { month, day });
    let yearly = (month_day(), month_day(), one_of::<Roll>())
        .prop_map(|(from, until, roll)| FilingTime::Yearly { from, until, roll });
    let days = (proptest::option::of(0_u64..400), 0_u64..60_000, one_of::<Roll>());
    let once = days.prop_map(|(length, day, roll)| {
        let until = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + Days::new(day);
        FilingTime::Once { from: length.map(|length| until - Days::new(length)), until, roll }
    });
    let unit = select(&[PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month][..]);
    let parts =
        ("[あ-ん日死亡の・a-z0-9-]{1,8}", 1..=u16::MAX, unit, one_of::<Roll>(), any::<(bool, bool)>());
    let counted = parts.prop_map(|(from, length, unit, roll, (before, the_day))| {
        let direction = if before { Direction::Before } else { Direction::After };
        let counted_from = if the_day && !before { CountedFrom::TheDay } else { CountedFrom::TheNextDay };
        let roll = if before && roll == Roll::Forward { Roll::None } else { roll };
        FilingTime::Counted {
            from,
            period: Period { unit, counted_from, roll, direction, ..Period::days(length) },
        }
    });
    let time = prop_oneof![Just(FilingTime::Announced), yearly, once, counted];
    let meant_otherwise = "の翌日 would be read as a part of the rule, not of the name";
    (time, one_of::<LateFiling>(), proptest::option::of(some_text()))
        .prop_map(|(time, late, effect)| {
            let late_effect = effect.filter(|_| late == LateFiling::Received);
            Filing { time, late, late_effect }
        })
        .prop_filter(meant_otherwise, |filing| {
            !filing.day_field().is_some_and(|field| field.ends_with("の翌日"))
        })
}

fn deciding() -> impl Strategy<Value = Deciding> {
    let organ = prop_oneof![
        Just(Organ::Head),
        some_text().prop_map(|name| Organ::Delegate { name }),
        some_text().prop_map(|name| Organ::Board { name }),
        some_text().prop_map(|name| Organ::Designated { name }),
    ];
    (organ, proptest::option::of(some_text()), any::<bool>())
        .prop_map(|(organ, review_before, review_first)| Deciding { organ, review_before, review_first })
}

/// A procedure of the first division, without its id.
fn procedure() -> impl Strategy<Value = Procedure> {
    let axes = (
        (one_of(), one_of::<Act>(), one_of::<BasisKind>(), one_of::<Agents>()),
        jurisdiction(),
        signature(),
        meetings(),
        proptest::option::of(period()),
        (one_of::<WithdrawalRule>(), retention(), afterwards()),
        (
            proptest::option::of(period()),
            any::<bool>(),
            proptest::option::of(filing()),
            deciding(),
            any::<bool>(),
        ),
    );
    let words = (1..=u32::MAX, some_text(), "[ァ-ヺー・]{0,8}", some_text(), guidance(), some_text(), text());
    (axes, words).prop_map(|(axes, (edition, name, kana, legal_basis, guidance, note, source))| {
        let (
            kinds,
            jurisdiction,
            signature,
            meetings,
            standard_period,
            ending,
            (agency_period, approval, filing, deciding, from_the_closing_day),
        ) = axes;
        let (category, act, basis_kind, agents) = kinds;
        let agency_period = agency_period.filter(|_| matches!(jurisdiction, Jurisdiction::Forwarded { .. }));
        let (withdrawal, retention, (exemptions, refund, reissue, consent, identification)) = ending;
        let (applicants, signature) = signature;
        let (fee, payment, deliverable, visits) = meetings;
        let is_free = fee == Fee::Free;
        let has_deliverable = deliverable != Deliverable::None;
        let by = if let Deliverable::Issued { by, .. } = &deliverable { Some(*by) } else { None };
        let must_agree = by == Some(Delivery::Electronic);
        let remedy = Remedy::of(act, basis_kind, &jurisdiction);
        let must_be_received = act.must_be_received(basis_kind, &jurisdiction);
        let filing = filing.map(|filing| match filing.late {
            LateFiling::Refused if must_be_received => Filing { late: LateFiling::Received, ..filing },
            LateFiling::Refused | LateFiling::Received => filing,
        });
        let closes = filing.as_ref().is_some_and(|filing| filing.day_field().is_none());
        let clock_start = match from_the_closing_day && closes && standard_period.is_some() {
            true => ClockStart::ClosingDay,
            false => ClockStart::Arrival,
        };
        let division = DivisionId::new("SOMU-BUNSHO").unwrap();
        Procedure {
            id: ProcedureId::new("X").unwrap(),
            edition,
            category,
            kana,
            legal_basis,
            basis_kind,
            applicants,
            agents,
            payment,
            terms: Terms {
                name,
                act,
                division,
                signature,
                fee,
                deliverable,
                visits,
                standard_period,
                clock_start,
                remedy,
                deciding: if remedy.is_some() { deciding } else { Deciding::default() },
                jurisdiction,
                agency_period,
                approval,
                withdrawal,
                retention,
                exemptions: (!is_free).then_some(exemptions),
                refund: if is_free { RefundRule::Never } else { refund },
                reissue: if has_deliverable { reissue } else { ReissueRule::NotOffered },
                consent: consent.or(must_agree.then_some(ConsentRule::Separate)),
                identification: identification && by == Some(Delivery::Counter),
                filing,
            },
            guidance,
            form: crate::form::fields::Fields::default(),
            note,
            source,
        }
    })
}

fn catalog() -> impl Strategy<Value = Catalog> {
    let procedures = proptest::collection::btree_map("[A-Za-z0-9_./-]{1,6}", procedure(), 1..4);
    let mail = || proptest::option::of("[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,8}@[a-z0-9.-]{1,8}");
    let division = (some_text(), "[0-9][0-9-]{0,8}", some_text(), some_text(), mail(), mail());
    (procedures, division).prop_map(|(procedures, (name, phone, counter, hours, staff_mail, head_mail))| {
        let with_id = |(id, procedure)| Procedure { id: ProcedureId::new(id).unwrap(), ..procedure };
        let id = DivisionId::new("SOMU-BUNSHO").unwrap();
        Catalog {
            procedures: procedures.into_iter().map(with_id).collect(),
            divisions: vec![Division { id, name, phone, counter, hours, staff_mail, head_mail }],
        }
    })
}

/// True where a spreadsheet could take a cell for a formula that is not just a text.
fn is_formula(cell: &str) -> bool {
    let is_text = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let allowed = is_text
        .is_some_and(|text| !text.contains(|c: char| !c.is_ascii_alphanumeric() && !"-_./".contains(c)));
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && !allowed
}

proptest! {
    // A case is up to three rows in three encodings, or all 61 rows: fewer of them than usual say enough.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_catalog_comes_back_or_its_cell_is_named(catalog in catalog()) {
        for encoding in [Encoding::Utf8Bom, Encoding::Utf8] {
            prop_assert_eq!(reread(&catalog, encoding), Ok(catalog.clone()));
        }
        match reread(&catalog, Encoding::Cp932) {
            Ok(again) => prop_assert_eq!(again, catalog),
            Err(error) => for defect in error.defects {
                prop_assert_eq!(&defect.expected, &Expected::Writable(Encoding::Cp932));
                prop_assert!(defect.column.is_some() && defect.line > 1);
                let lost = defect.found.unwrap_or_default();
                prop_assert!(!lost.is_empty() && !lost.is_ascii(), "{lost:?}");
            },
        }
    }

    #[test]
    fn no_written_cell_is_a_formula(catalog in catalog()) {
        for bytes in [catalog.to_csv(Encoding::Utf8).unwrap(), catalog.divisions_to_csv(Encoding::Utf8).unwrap()] {
            prop_assert!(bytes.ends_with(b"\r\n"));
            for record in csv::Reader::from_reader(bytes.as_slice()).records() {
                for cell in &record.unwrap() {
                    prop_assert!(!is_formula(cell), "{cell}");
                }
            }
        }
    }

    #[test]
    fn any_cell_of_the_sample_is_read_or_named_with_its_line(
        row in 0_usize..61, column in 0_usize..columns::PROCEDURES.len(), text in text(),
    ) {
        let sample = Catalog::sample().to_csv(Encoding::Utf8).unwrap();
        let mut records: Vec<csv::StringRecord> =
            csv::ReaderBuilder::new().has_headers(false).from_reader(sample.as_slice()).into_records()
                .collect::<Result<_, _>>().unwrap();
        let cells = records[row + 1].iter().enumerate();
        records[row + 1] =
            cells.map(|(place, cell)| if place == column { text.clone() } else { cell.to_owned() }).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in &records {
            writer.write_record(record).unwrap();
        }
        if let Err(error) = Catalog::read(&writer.into_inner().unwrap(), SAMPLE_DIVISIONS_CSV) {
            for defect in error.defects {
                prop_assert_eq!(defect.line, row as u64 + 2);
                prop_assert!(defect.column.is_some());
            }
        }
    }

    #[test]
    fn any_bytes_are_answered(procedures in any::<Vec<u8>>(), divisions in any::<Vec<u8>>()) {
        let error = Catalog::read(&procedures, &divisions).unwrap_err();
        prop_assert!(error.defects.len() >= 2);
    }
}
