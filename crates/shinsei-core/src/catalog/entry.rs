//! A procedure as a row of its sheet: what its cells mean, and which of them do not go together.

use crate::catalog::columns::{self as c, ArrivalCounting, BETWEEN, Charge, Closed, Counting, Signing};
use crate::catalog::defect::{Expected, Sheet};
use crate::catalog::row::{Row, whole};
use crate::catalog::{deciding, filing};
use crate::form::fields::Fields;
use crate::ids::{DivisionId, ProcedureId};
use crate::period::{Holidays, Period, PeriodUnit};
use crate::procedure::filing::{Filing, FilingTime};
use crate::procedure::{
    Act, Agents, Applicants, BasisKind, ClockStart, ConsentRule, Deliverable, Delivery, Division,
    ExemptionGround, Fee, FeeTiming, Guidance, Jurisdiction, PaymentMethod, Procedure, RefundRule,
    ReissueRule, Remedy, SignatureRule, Tariff, Terms, Visit,
};
use crate::retention::Retention;
use crate::sheet::cell;
use crate::signature::CertificateKind;
use crate::standard::kana::is_katakana;
use crate::yen::Yen;

/// The word for a retention without an end.
const FOR_GOOD: &str = "永年";

/// The word for what costs nothing.
const FOR_NOTHING: &str = "無料";

/// The unit of a retention period.
const YEARS: &str = "年";

/// The longest retention period in years; what is kept longer is kept for good. Source: the longest class of records
/// that ends, 30年, of the rules for official documents (公文書管理).
const RETENTION_YEARS_MAX: u16 = 30;

/// What the sheet of the divisions has to say to a procedure.
pub(super) struct Divisions<'a> {
    /// The codes of all its rows, the faulty ones too; empty where that sheet could not be read.
    pub(super) known: &'a [DivisionId],
    /// The rows without a fault.
    pub(super) read: &'a [Division],
}

/// Reads a row; `None` where it has defects, which it keeps.
pub(super) fn read(row: &mut Row, divisions: &Divisions<'_>) -> Option<Procedure> {
    let id = row.code(c::ID, ProcedureId::new);
    let edition = row.count(c::EDITION);
    let category = row.closed(c::CATEGORY);
    let kana = row.parsed(
        c::KANA,
        |cell| cell.chars().all(is_katakana).then(|| cell.to_owned()),
        Expected::Katakana,
    );
    let legal_basis = row.some_text(c::BASIS);
    let basis_kind = row.closed(c::BASIS_KIND);
    let applicants = row.closed(c::APPLICANTS);
    let agents = row.closed(c::AGENTS);
    let terms = terms(row, basis_kind, applicants, divisions);
    let guidance = guidance(row);
    let note = match agents {
        Some(Agents::Restricted) => row.some_text_since(c::AGENTS, c::NOTE),
        Some(Agents::Allowed | Agents::Forbidden) | None => row.text(c::NOTE),
    };
    let source = row.text(c::SOURCE);
    let (terms, payment) = terms?;
    Some(Procedure {
        id: id?,
        edition: edition?,
        category: category?,
        kana: kana?,
        legal_basis: legal_basis?,
        basis_kind: basis_kind?,
        applicants: applicants?,
        agents: agents?,
        payment,
        terms,
        guidance: guidance?,
        // They stand in a sheet of their own.
        form: Fields::default(),
        note: note?,
        source: source?,
    })
}

/// What a case keeps for life, and how a fee is paid.
fn terms(
    row: &mut Row,
    basis_kind: Option<BasisKind>,
    applicants: Option<Applicants>,
    divisions: &Divisions<'_>,
) -> Option<(Terms, Vec<PaymentMethod>)> {
    let name = row.some_text(c::NAME);
    let act: Option<Act> = row.closed(c::ACT);
    let jurisdiction = jurisdiction(row);
    let division = division(row, divisions);
    let signature = signature(row, applicants);
    let fee = fee(row);
    let afterwards = fee.as_ref().and_then(|(fee, _)| afterwards(row, fee));
    let deliverable = deliverable(row);
    let handing_over = deliverable.as_ref().and_then(|deliverable| handing_over(row, deliverable));
    let visits = row.list(c::VISITS);
    let standard_period = optional_period::<Counting>(row, c::PERIOD, c::COUNTING);
    let agency_period = jurisdiction.as_ref().and_then(|jurisdiction| agency_period(row, jurisdiction));
    let approval = row.closed::<Signing>(c::APPROVAL).map(|needed| needed == Signing::Needed);
    let withdrawal = row.closed(c::WITHDRAWAL);
    let retention = row.parsed(c::RETENTION, retention, Expected::Retention);
    let whose = match (act, basis_kind, &jurisdiction) {
        (Some(act), Some(basis), Some(jurisdiction)) => Some((act, basis, jurisdiction)),
        _ => None,
    };
    let must_be_received =
        whose.is_some_and(|(act, basis, jurisdiction)| act.must_be_received(basis, jurisdiction));
    let filing = filing::read(row, must_be_received);
    if let (Some(Some((_, ClockStart::ClosingDay))), Some(filing)) = (&standard_period, &filing) {
        check_closing_day(row, filing.as_ref());
    }
    let deciding = whose.and_then(|(act, basis, jurisdiction)| deciding::read(row, act, basis, jurisdiction));
    let remedy = whose.map(|(act, basis, jurisdiction)| Remedy::of(act, basis, jurisdiction));
    let ((fee, payment), deliverable, visits) = (fee?, deliverable?, visits?);
    let (exemptions, refund) = afterwards?;
    check_meetings(row, &fee, &payment, &deliverable, &visits)?;
    let HandingOver { reissue, consent, identification } = handing_over?;
    let (standard_period, clock_start) = standard_period?.unzip();
    let terms = Terms {
        name: name?,
        act: act?,
        division: division?,
        signature: signature?,
        fee,
        deliverable,
        visits,
        standard_period,
        clock_start: clock_start.unwrap_or_default(),
        remedy: remedy?,
        deciding: deciding?,
        jurisdiction: jurisdiction?,
        agency_period: agency_period?,
        approval: approval?,
        withdrawal: withdrawal?,
        retention: retention?,
        exemptions,
        refund,
        reissue,
        consent,
        identification,
        filing: filing?,
    };
    Some((terms, payment))
}

fn jurisdiction(row: &mut Row) -> Option<Jurisdiction> {
    match row.closed(c::JURISDICTION)? {
        Charge::Own => {
            row.blank_since(c::JURISDICTION, c::AGENCY);
            Some(Jurisdiction::Own)
        }
        Charge::Forwarded => {
            let agency = row.some_text_since(c::JURISDICTION, c::AGENCY)?;
            Some(Jurisdiction::Forwarded { agency })
        }
        Charge::Foreign => {
            let agency = row.some_text_since(c::JURISDICTION, c::AGENCY)?;
            Some(Jurisdiction::Foreign { agency })
        }
    }
}

/// The division; its name and telephone stand in the row for the reader of the sheet and must be those of its own row.
fn division(row: &mut Row, divisions: &Divisions<'_>) -> Option<DivisionId> {
    let id = row.code(c::DIVISION_ID, DivisionId::new)?;
    if !divisions.known.is_empty() && !divisions.known.contains(&id) {
        let known = divisions.known.iter().map(ToString::to_string).collect();
        row.fault(c::DIVISION_ID, Expected::Division { known });
        return None;
    }
    if let Some(division) = divisions.read.iter().find(|division| division.id == id) {
        for (column, value) in [(c::DIVISION_NAME, &division.name), (c::PHONE, &division.phone)] {
            if row.get(column).is_some_and(|cell| !cell.is_empty() && cell != value) {
                row.fault_since(c::DIVISION_ID, column, Expected::SameAs(value.clone()));
            }
        }
    }
    Some(id)
}

fn signature(row: &mut Row, applicants: Option<Applicants>) -> Option<SignatureRule> {
    match row.closed(c::SIGNATURE)? {
        Signing::Exempt => {
            row.blank_since(c::SIGNATURE, c::CERTIFICATES);
            Some(SignatureRule::Exempt)
        }
        Signing::Needed => {
            let kinds = row.some_list_since(c::SIGNATURE, c::CERTIFICATES)?;
            check_certificates(row, applicants?, &kinds)?;
            Some(SignatureRule::Required(kinds))
        }
    }
}

/// Whoever may apply must have a certificate that is accepted, and no kind is accepted that none of them can have.
///
/// # Source
/// The source page: individuals use 公的個人認証, corporations 商業登記; an accredited business serves both.
fn check_certificates(row: &mut Row, applicants: Applicants, kinds: &[CertificateKind]) -> Option<()> {
    let (individuals, corporations) = match applicants {
        Applicants::Individuals => (true, false),
        Applicants::Corporations => (false, true),
        Applicants::Both => (true, true),
    };
    let accredited = kinds.contains(&CertificateKind::Accredited);
    let mut holds = Some(());
    for (may_apply, kind) in
        [(individuals, CertificateKind::JpkiSigning), (corporations, CertificateKind::CommercialRegistration)]
    {
        let expected = match (may_apply, kinds.contains(&kind)) {
            (true, false) if !accredited => Expected::Containing(kind.word()),
            (false, true) => Expected::NotContaining(kind.word()),
            (true, _) | (false, false) => continue,
        };
        row.fault_since(c::APPLICANTS, c::CERTIFICATES, expected);
        holds = None;
    }
    holds
}

/// The fee. A blank amount is one that nobody has told the catalog: an officer assesses it, and it is never 0.
fn fee(row: &mut Row) -> Option<(Fee, Vec<PaymentMethod>)> {
    let yen = row.optional(c::FEE, |row| row.parsed(c::FEE, whole, Expected::Yen))?;
    let tariff = match yen {
        Some(0) => {
            for column in [c::FEE_UNIT, c::FEE_TIMING, c::PAYMENT] {
                row.blank_since(c::FEE, column);
            }
            return Some((Fee::Free, Vec::new()));
        }
        Some(yen) => {
            row.some_text_since(c::FEE, c::FEE_UNIT).map(|unit| Tariff::Each { yen: Yen(yen), unit })
        }
        None => {
            row.blank_since(c::FEE, c::FEE_UNIT);
            Some(Tariff::Assessed)
        }
    };
    let timing: Option<FeeTiming> = row.closed_since(c::FEE, c::FEE_TIMING);
    let payment = row.some_list_since(c::FEE, c::PAYMENT);
    if yen.is_none() && timing == Some(FeeTiming::AtApplication) {
        // At arrival there is no officer to assess it.
        let later = [FeeTiming::BeforeReview, FeeTiming::AtPickup, FeeTiming::AfterDecision];
        row.fault_since(c::FEE, c::FEE_TIMING, Expected::OneOf(later.map(FeeTiming::word).into()));
        return None;
    }
    Some((Fee::Due { tariff: tariff?, timing: timing? }, payment?))
}

/// Who need not pay, and whether what was paid is given back: of nothing where nothing is paid.
fn afterwards(row: &mut Row, fee: &Fee) -> Option<(Option<Vec<ExemptionGround>>, RefundRule)> {
    if *fee == Fee::Free {
        row.blank_since(c::FEE, c::EXEMPTIONS);
        row.blank_since(c::FEE, c::REFUND);
        return Some((None, RefundRule::Never));
    }
    let exemptions = row.list(c::EXEMPTIONS);
    let refund = row.closed_since(c::FEE, c::REFUND);
    Some((Some(exemptions?), refund?))
}

/// How something is handed over.
struct HandingOver {
    reissue: ReissueRule,
    consent: Option<ConsentRule>,
    identification: bool,
}

fn handing_over(row: &mut Row, deliverable: &Deliverable) -> Option<HandingOver> {
    let reissue = reissue(row, deliverable);
    let consent = consent(row, deliverable);
    let identification = identification(row, deliverable);
    Some(HandingOver { reissue: reissue?, consent: consent?, identification: identification? })
}

/// Whether what is handed over is issued again: blank where it is not, or where nothing is handed over.
fn reissue(row: &mut Row, deliverable: &Deliverable) -> Option<ReissueRule> {
    if *deliverable == Deliverable::None {
        row.blank_since(c::DELIVERABLE, c::REISSUE);
        return Some(ReissueRule::NotOffered);
    }
    let read = |cell: &str| match cell {
        "" => Some(ReissueRule::NotOffered),
        FOR_NOTHING => Some(ReissueRule::Free),
        yen => whole(yen).filter(|yen| *yen > 0).map(|yen| ReissueRule::Each(Yen(yen))),
    };
    row.parsed(c::REISSUE, read, Expected::Reissue)
}

/// How the applicant agrees to electronic delivery: never blank where nothing else is offered.
fn consent(row: &mut Row, deliverable: &Deliverable) -> Option<Option<ConsentRule>> {
    if matches!(deliverable, Deliverable::Issued { by: Delivery::Electronic, .. }) {
        return row.closed_since(c::DELIVERY, c::CONSENT).map(Some);
    }
    row.optional(c::CONSENT, |row| row.closed(c::CONSENT))
}

/// Whether it is made sure who fetches: only where somebody does, at the counter.
fn identification(row: &mut Row, deliverable: &Deliverable) -> Option<bool> {
    let needed = row.closed::<Signing>(c::IDENTIFICATION)? == Signing::Needed;
    let is_fetched = matches!(deliverable, Deliverable::Issued { by: Delivery::Counter, .. });
    if needed && !is_fetched {
        row.fault_since(c::DELIVERY, c::IDENTIFICATION, Expected::OneOf(vec![Signing::Exempt.word()]));
        return None;
    }
    Some(needed)
}

fn deliverable(row: &mut Row) -> Option<Deliverable> {
    let name = row.text(c::DELIVERABLE)?;
    if name.is_empty() {
        row.blank_since(c::DELIVERABLE, c::DELIVERY);
        return Some(Deliverable::None);
    }
    let by = row.closed_since(c::DELIVERABLE, c::DELIVERY)?;
    Some(Deliverable::Issued { name, by })
}

/// Who pays or fetches at the counter must come, and comes for nothing else than what is done there.
fn check_meetings(
    row: &mut Row,
    fee: &Fee,
    payment: &[PaymentMethod],
    deliverable: &Deliverable,
    visits: &[Visit],
) -> Option<()> {
    let before = row.defects.len();
    let at_counter = match deliverable {
        Deliverable::Issued { by: Delivery::Counter, .. } => true,
        Deliverable::Issued { by: Delivery::Post | Delivery::Electronic, .. } | Deliverable::None => false,
    };
    if matches!(fee, Fee::Due { timing: FeeTiming::AtPickup, .. }) && !at_counter {
        if *deliverable == Deliverable::None {
            row.fault_since(c::FEE_TIMING, c::DELIVERABLE, Expected::Text);
        } else {
            row.fault_since(c::FEE_TIMING, c::DELIVERY, Expected::OneOf(vec![Delivery::Counter.word()]));
        }
    }
    match (at_counter, visits.contains(&Visit::Pickup)) {
        (true, false) => row.fault_since(c::DELIVERY, c::VISITS, Expected::Containing(Visit::Pickup.word())),
        (false, true) => {
            row.fault_since(c::DELIVERY, c::VISITS, Expected::NotContaining(Visit::Pickup.word()))
        }
        (true, true) | (false, false) => {}
    }
    let visit = Visit::Payment;
    if payment == [PaymentMethod::Counter] && !visits.contains(&visit) {
        row.fault_since(c::PAYMENT, c::VISITS, Expected::Containing(visit.word()));
    } else if !payment.contains(&PaymentMethod::Counter) && visits.contains(&visit) {
        let cause = if *fee == Fee::Free { c::FEE } else { c::PAYMENT };
        row.fault_since(cause, c::VISITS, Expected::NotContaining(visit.word()));
    }
    (row.defects.len() == before).then_some(())
}

/// The standard processing period. Days off can only be left out of a period in days.
///
/// # Source
/// DOMAIN finding 4: the rule of 北広島市 counts them in periods of weeks and months.
fn period<C: Closed + Into<Counting>>(
    row: &mut Row,
    column: &'static str,
    counted: &'static str,
) -> Option<(Period, ClockStart)> {
    let length_and_unit = row.parsed(column, length_and_unit, Expected::Period);
    let counting: Option<C> = row.closed_since(column, counted);
    let ((length, unit), counting) = (length_and_unit?, counting?.into());
    let in_days = match unit {
        PeriodUnit::Day => true,
        PeriodUnit::Week | PeriodUnit::Month | PeriodUnit::Hour => false,
    };
    if !in_days && counting.holidays == Holidays::Skipped {
        let calendar_days = Counting { holidays: Holidays::Counted, ..counting };
        row.fault_since(column, counted, Expected::OneOf(vec![calendar_days.word()]));
        return None;
    }
    let Counting { start, from: counted_from, holidays } = counting;
    Some((Period { unit, counted_from, holidays, ..Period::days(length) }, start))
}

/// A period that may be left out, with how it is counted.
fn optional_period<C: Closed + Into<Counting>>(
    row: &mut Row,
    column: &'static str,
    counted: &'static str,
) -> Option<Option<(Period, ClockStart)>> {
    let period = row.optional(column, |row| period::<C>(row, column, counted));
    if period == Some(None) {
        row.blank_since(column, counted);
    }
    period
}

/// A period that runs from a closing day needs one that is the same for all: what counts from a day that each form states has none.
fn check_closing_day(row: &mut Row, filing: Option<&Filing>) {
    let closes = match filing.map(|filing| &filing.time) {
        Some(FilingTime::Announced | FilingTime::Yearly { .. } | FilingTime::Once { .. }) => true,
        Some(FilingTime::Counted { .. }) | None => false,
    };
    if !closes {
        row.fault_since(c::FILING, c::COUNTING, Expected::OneOf(ArrivalCounting::words()));
    }
}

/// The second leg of what comes through the city: nobody else has one.
fn agency_period(row: &mut Row, jurisdiction: &Jurisdiction) -> Option<Option<Period>> {
    match jurisdiction {
        Jurisdiction::Forwarded { .. } => {
            let period = optional_period::<ArrivalCounting>(row, c::AGENCY_PERIOD, c::AGENCY_COUNTING)?;
            Some(period.map(|(period, _)| period))
        }
        Jurisdiction::Own | Jurisdiction::Foreign { .. } => {
            row.blank_since(c::JURISDICTION, c::AGENCY_PERIOD);
            row.blank_since(c::JURISDICTION, c::AGENCY_COUNTING);
            Some(None)
        }
    }
}

fn length_and_unit(cell: &str) -> Option<(u16, PeriodUnit)> {
    // A standard period is counted from a day, and hours are not.
    let mut units = PeriodUnit::ALL.iter().copied().filter(|unit| *unit != PeriodUnit::Hour);
    let unit = units.find(|unit| cell.ends_with(unit.word()))?;
    let length = u16::try_from(whole(cell.strip_suffix(unit.word())?)?).ok()?;
    (length > 0).then_some((length, unit))
}

/// How long a completed case is kept: 永年, or a number of years.
fn retention(cell: &str) -> Option<Retention> {
    if cell == FOR_GOOD {
        return Some(Retention::Permanent);
    }
    let years = u16::try_from(whole(cell.strip_suffix(YEARS)?)?).ok()?;
    (1..=RETENTION_YEARS_MAX).contains(&years).then_some(Retention::Years(years))
}

fn guidance(row: &mut Row) -> Option<Guidance> {
    let attachments = row.text(c::ATTACHMENTS);
    let deadline = row.text(c::DEADLINE);
    let intake = row.text(c::INTAKE);
    let guide_url = row.url(c::GUIDE_URL);
    let form_url = row.url(c::FORM_URL);
    let form_version = row.optional(c::FORM_VERSION, |row| row.count(c::FORM_VERSION));
    let published_on = row.optional(c::PUBLISHED, |row| row.date(c::PUBLISHED));
    let updated_on = row.optional(c::UPDATED, |row| row.date(c::UPDATED));
    Some(Guidance {
        attachments: attachments?,
        deadline: deadline?,
        intake: intake?,
        guide_url: guide_url?,
        form_url: form_url?,
        form_version: form_version?,
        published_on: published_on?,
        updated_on: updated_on?,
    })
}

/// Writes a row.
pub(super) fn write(procedure: &Procedure, division: Option<&Division>, line: u64) -> Row {
    let mut row = Row::new(Sheet::Procedures, line);
    let terms = &procedure.terms;
    row.set(c::ID, cell::code(procedure.id.as_str()));
    row.set(c::EDITION, procedure.edition.to_string());
    row.set(c::CATEGORY, procedure.category.word());
    row.set(c::NAME, cell::text(&terms.name));
    row.set(c::KANA, procedure.kana.as_str());
    row.set(c::ACT, terms.act.word());
    row.set(c::BASIS, cell::text(&procedure.legal_basis));
    row.set(c::BASIS_KIND, procedure.basis_kind.word());
    write_jurisdiction(&mut row, &terms.jurisdiction);
    deciding::write(&mut row, terms.remedy, &terms.deciding);
    row.set(c::DIVISION_ID, cell::code(terms.division.as_str()));
    if let Some(division) = division {
        row.set(c::DIVISION_NAME, cell::text(&division.name));
        row.set(c::PHONE, cell::phone(&division.phone));
    }
    row.set(c::APPLICANTS, procedure.applicants.word());
    row.set(c::SIGNATURE, needed(terms.signature != SignatureRule::Exempt));
    row.set(c::CERTIFICATES, list(terms.signature.accepted()));
    row.set(c::AGENTS, procedure.agents.word());
    write_fee(&mut row, terms);
    row.set(c::PAYMENT, list(&procedure.payment));
    write_handing_over(&mut row, terms);
    row.set(c::VISITS, list(&terms.visits));
    if let Some(period) = terms.standard_period {
        write_period(&mut row, (c::PERIOD, c::COUNTING), period, terms.clock_start);
    }
    if let Some(period) = terms.agency_period {
        write_period(&mut row, (c::AGENCY_PERIOD, c::AGENCY_COUNTING), period, ClockStart::Arrival);
    }
    row.set(c::APPROVAL, needed(terms.approval));
    row.set(c::WITHDRAWAL, terms.withdrawal.word());
    row.set(
        c::RETENTION,
        match terms.retention {
            Retention::Permanent => FOR_GOOD.to_owned(),
            Retention::Years(years) => format!("{years}{YEARS}"),
        },
    );
    if let Some(filing) = &terms.filing {
        filing::write(&mut row, filing);
    }
    write_guidance(&mut row, &procedure.guidance);
    row.set(c::NOTE, cell::text(&procedure.note));
    row.set(c::SOURCE, cell::text(&procedure.source));
    row
}

fn needed(is_needed: bool) -> &'static str {
    if is_needed { Signing::Needed.word() } else { Signing::Exempt.word() }
}

fn write_jurisdiction(row: &mut Row, jurisdiction: &Jurisdiction) {
    let (charge, agency) = match jurisdiction {
        Jurisdiction::Own => (Charge::Own, ""),
        Jurisdiction::Forwarded { agency } => (Charge::Forwarded, agency.as_str()),
        Jurisdiction::Foreign { agency } => (Charge::Foreign, agency.as_str()),
    };
    row.set(c::JURISDICTION, charge.word());
    row.set(c::AGENCY, cell::text(agency));
}

fn write_handing_over(row: &mut Row, terms: &Terms) {
    if let Deliverable::Issued { name, by } = &terms.deliverable {
        row.set(c::DELIVERABLE, cell::text(name));
        row.set(c::DELIVERY, by.word());
    }
    row.set(
        c::REISSUE,
        match terms.reissue {
            ReissueRule::NotOffered => String::new(),
            ReissueRule::Free => FOR_NOTHING.to_owned(),
            ReissueRule::Each(yen) => yen.0.to_string(),
        },
    );
    row.set(c::CONSENT, terms.consent.map(ConsentRule::word).unwrap_or_default());
    row.set(c::IDENTIFICATION, needed(terms.identification));
}

fn write_guidance(row: &mut Row, guidance: &Guidance) {
    row.set(c::ATTACHMENTS, cell::text(&guidance.attachments));
    row.set(c::DEADLINE, cell::text(&guidance.deadline));
    row.set(c::INTAKE, cell::text(&guidance.intake));
    row.set(c::GUIDE_URL, guidance.guide_url.as_str());
    row.set(c::FORM_URL, guidance.form_url.as_str());
    row.set(c::FORM_VERSION, optional(guidance.form_version));
    row.set(c::PUBLISHED, optional(guidance.published_on));
    row.set(c::UPDATED, optional(guidance.updated_on));
}

fn write_period(
    row: &mut Row,
    (column, counted): (&'static str, &'static str),
    period: Period,
    start: ClockStart,
) {
    row.set(column, format!("{}{}", period.length, period.unit.word()));
    let counting = Counting { start, from: period.counted_from, holidays: period.holidays };
    row.set(counted, counting.word());
}

fn write_fee(row: &mut Row, terms: &Terms) {
    match &terms.fee {
        Fee::Free => row.set(c::FEE, "0"),
        Fee::Due { tariff, timing } => {
            if let Tariff::Each { yen, unit } = tariff {
                row.set(c::FEE, yen.0.to_string());
                row.set(c::FEE_UNIT, cell::text(unit));
            }
            row.set(c::FEE_TIMING, timing.word());
            row.set(c::REFUND, terms.refund.word());
        }
    }
    row.set(c::EXEMPTIONS, list(terms.exemptions.as_deref().unwrap_or_default()));
}

fn list<T: Closed>(values: &[T]) -> String {
    values.iter().map(|value| value.word()).collect::<Vec<_>>().join(BETWEEN)
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
