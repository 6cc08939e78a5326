//! Strategies for proptest: procedures anywhere on the axes, forms, and what may be asked of their cases.
//!
//! Everything shrinks: a failing sequence becomes the few steps that fail, a procedure a free filing.

mod desk;
pub mod form;

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use shinsei_core::actor::Actor;
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{
    ApplicationFinding, Command, CounterService, DocumentWritten, FilingFinding, Finding, PaperDelivery,
    PaymentMade, PaymentNumbers, Reissue, Review, SealPut, StatedReason, Submit, SubmittedForm, Visitor,
};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{
    AppealKind, AppealResult, CloseReason, Identification, PaymentChannel, ReissueCause, ReopeningGround,
    ReversalCause, TellingChannel, VoidCause,
};
use shinsei_core::form::fields::Fields;
use shinsei_core::ids::{DivisionId, ProcedureId, ReasonCode, StaffId, UserId};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::period::{Direction, Holidays, Period, Roll};
use shinsei_core::procedure::deciding::Deciding;
use shinsei_core::procedure::filing::{Filing, FilingTime, LateFiling};
use shinsei_core::procedure::{
    Act, Agents, Applicants, BasisKind, Category, ClockStart, ConsentRule, Deliverable, Delivery,
    ExemptionGround, Fee, FeeTiming, Guidance, Jurisdiction, PaymentMethod, Procedure, RefundRule,
    ReissueRule, Remedy, SignatureRule, Tariff, Terms, Visit, WithdrawalRule,
};
use shinsei_core::retention::Retention;
use shinsei_core::signature::CertificateKind;
use shinsei_core::words::Words;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::life::{Life, Step, form as form_bytes, staff};
use crate::stamp::{attached, detached};

/// Any procedure whose axes fit each other: what is paid at the hand-over has one, the remedy is that of the law.
pub fn procedure() -> impl Strategy<Value = Procedure> {
    (act(), basis(), jurisdiction(), applicants(), signature(), deliverable()).prop_flat_map(
        |(act, basis, jurisdiction, applicants, signature, deliverable)| {
            let fee = fee(deliverable != Deliverable::None);
            let visits = subsequence(vec![Visit::Inspection, Visit::Interview, Visit::Papers], 0..=3);
            (fee, visits, period(), ending(), any::<bool>(), filing()).prop_map(
                move |(fee, visits, standard_period, ending, approval, filing)| {
                    let mut procedure = plain(act);
                    procedure.basis_kind = basis;
                    procedure.terms.jurisdiction = jurisdiction.clone();
                    procedure.terms.approval = approval;
                    procedure.terms.filing = filing.clone();
                    procedure.applicants = applicants;
                    procedure.payment = if fee == Fee::Free { vec![] } else { vec![PaymentMethod::Counter] };
                    procedure.terms.signature = signature.clone();
                    procedure.terms.fee = fee;
                    procedure.terms.deliverable = deliverable.clone();
                    procedure.terms.visits = visits;
                    procedure.terms.standard_period = standard_period;
                    procedure.terms.remedy = Remedy::of(act, basis, &jurisdiction);
                    let (withdrawal, retention, refund, reissue, consent, identification) = ending;
                    procedure.terms.withdrawal = withdrawal;
                    procedure.terms.retention = retention;
                    procedure.terms.refund = refund;
                    procedure.terms.reissue = reissue;
                    procedure.terms.consent = consent;
                    procedure.terms.identification = identification;
                    procedure.terms.exemptions = Some(vec![ExemptionGround::PublicAssistance]);
                    procedure
                },
            )
        },
    )
}

/// A procedure that costs nothing, hands nothing over and needs no signature: the origin of the axes.
pub fn plain(act: Act) -> Procedure {
    Procedure {
        id: ProcedureId::new("ZZ-001").expect("a procedure's id is a code"),
        edition: 1,
        category: Category::ResidentsAndSeals,
        kana: "ニンイノテツヅキ".to_owned(),
        legal_basis: "架空法第1条".to_owned(),
        basis_kind: BasisKind::Act,
        applicants: Applicants::Both,
        agents: Agents::Allowed,
        payment: vec![],
        terms: Terms {
            name: "任意の手続".to_owned(),
            act,
            division: division("shimin/koseki"),
            signature: SignatureRule::Exempt,
            fee: Fee::Free,
            deliverable: Deliverable::None,
            visits: vec![],
            standard_period: None,
            remedy: Remedy::of(act, BasisKind::Act, &Jurisdiction::Own),
            jurisdiction: Jurisdiction::Own,
            agency_period: None,
            approval: false,
            withdrawal: WithdrawalRule::AtOnce,
            retention: Retention::Permanent,
            exemptions: None,
            refund: RefundRule::Never,
            reissue: ReissueRule::NotOffered,
            consent: None,
            identification: false,
            filing: None,
            clock_start: ClockStart::Arrival,
            deciding: Deciding::default(),
        },
        guidance: Guidance::default(),
        form: Fields::default(),
        note: String::new(),
        source: "架空".to_owned(),
    }
}

type Ending = (WithdrawalRule, Retention, RefundRule, ReissueRule, Option<ConsentRule>, bool);

fn ending() -> impl Strategy<Value = Ending> {
    let withdrawal = vec![WithdrawalRule::AtOnce, WithdrawalRule::ByConsent, WithdrawalRule::Never];
    (
        select(withdrawal),
        select(vec![Retention::Years(1), Retention::Years(5), Retention::Permanent]),
        select(vec![RefundRule::Never, RefundRule::IfNotAccepted, RefundRule::MayorsDiscretion]),
        select(vec![ReissueRule::NotOffered, ReissueRule::Free, ReissueRule::Each(Yen(200))]),
        select(vec![None, Some(ConsentRule::WithApplication), Some(ConsentRule::Separate)]),
        any::<bool>(),
    )
}

fn act() -> impl Strategy<Value = Act> {
    select(vec![Act::Filing, Act::Application, Act::Request])
}

fn basis() -> impl Strategy<Value = BasisKind> {
    select(vec![BasisKind::Act, BasisKind::Ordinance, BasisKind::Rule, BasisKind::Guideline])
}

fn jurisdiction() -> impl Strategy<Value = Jurisdiction> {
    let agency = || "北海道".to_owned();
    select(vec![
        Jurisdiction::Own,
        Jurisdiction::Forwarded { agency: agency() },
        Jurisdiction::Foreign { agency: agency() },
    ])
}

fn applicants() -> impl Strategy<Value = Applicants> {
    select(vec![Applicants::Both, Applicants::Individuals, Applicants::Corporations])
}

fn signature() -> impl Strategy<Value = SignatureRule> {
    let kinds = vec![
        CertificateKind::JpkiSigning,
        CertificateKind::CommercialRegistration,
        CertificateKind::Accredited,
    ];
    prop_oneof![Just(SignatureRule::Exempt), subsequence(kinds, 1..=3).prop_map(SignatureRule::Required),]
}

fn deliverable() -> impl Strategy<Value = Deliverable> {
    let by = select(vec![Delivery::Counter, Delivery::Post, Delivery::Electronic]);
    prop_oneof![
        Just(Deliverable::None),
        by.prop_map(|by| Deliverable::Issued { name: "証明書".to_owned(), by }),
    ]
}

fn fee(has_deliverable: bool) -> impl Strategy<Value = Fee> {
    let mut timings = vec![FeeTiming::AtApplication, FeeTiming::BeforeReview, FeeTiming::AfterDecision];
    if has_deliverable {
        timings.push(FeeTiming::AtPickup);
    }
    let tariff = prop_oneof![
        (1_u32..50_000).prop_map(|yen| Tariff::Each { yen: Yen(yen), unit: "通".to_owned() }),
        Just(Tariff::Assessed),
    ];
    prop_oneof![
        1 => Just(Fee::Free),
        2 => (tariff, select(timings)).prop_map(|(tariff, timing)| Fee::Due { tariff, timing }),
    ]
}

fn period() -> impl Strategy<Value = Option<Period>> {
    option::of((1_u16..60, any::<bool>()).prop_map(|(length, skipped)| Period {
        holidays: if skipped { Holidays::Skipped } else { Holidays::Counted },
        ..Period::days(length)
    }))
}

/// A time of filing in which, or after which, a [`Life`] begins.
///
/// Boxed, since a strategy as large as this one's whole type would overflow a test's stack.
fn filing() -> BoxedStrategy<Option<Filing>> {
    let roll = select(vec![Roll::None, Roll::Forward, Roll::Backward]);
    let once = (0_u64..60, any::<bool>(), roll).prop_map(|(days, before, roll)| {
        let day = NaiveDate::from_ymd_opt(2026, 5, 7).expect("a day that exists");
        let until = if before { day - Days::new(days) } else { day + Days::new(days) };
        FilingTime::Once { from: None, until, roll }
    });
    let counted = (1_u16..60, any::<bool>()).prop_map(|(length, before)| {
        let direction = if before { Direction::Before } else { Direction::After };
        FilingTime::Counted {
            from: "事由の日".to_owned(),
            period: Period { direction, ..Period::days(length) },
        }
    });
    let time = prop_oneof![once, counted];
    option::of(time.prop_map(|time| Filing { time, late: LateFiling::Received, late_effect: None })).boxed()
}

/// A form for this procedure from this applicant: well formed, with invented answers, signed where it must be.
pub fn form(procedure: &Procedure, applicant: UserId) -> impl Strategy<Value = SubmittedForm> + use<> {
    let procedure = procedure.clone();
    let kinds = procedure.terms.signature.accepted().to_vec();
    (1_u32..=5, vec(words(), 0..3), any::<bool>(), any::<Index>()).prop_map(
        move |(quantity, answers, is_attached, kind)| {
            let answers: Vec<_> =
                answers.iter().enumerate().map(|(n, answer)| format!(r#""項目{n}":"{answer}""#)).collect();
            let content = form_bytes(&procedure, applicant, quantity, &format!("{{{}}}", answers.join(",")));
            match (kinds.is_empty(), is_attached) {
                (true, _) => SubmittedForm::Unsigned(content.into()),
                (false, false) => detached(*kind.get(&kinds), &content),
                (false, true) => attached(*kind.get(&kinds), &content),
            }
        },
    )
}

/// Words that speak of an invented person; no quotes in them.
pub fn words() -> impl Strategy<Value = String> {
    let stems = vec!["甲野 花子", "乙山 太郎", "架空町一丁目2番3号", "株式会社架空商事", "口座 普通 "];
    (select(stems), 10_000_u32..100_000).prop_map(|(stem, number)| format!("{stem}{number}"))
}

/// What is no free text: a reference, a number of the post.
fn text() -> impl Strategy<Value = Bytes> {
    words().prop_map(|words| Bytes::from(words.as_str()))
}

/// A file that is text, now and then with a number that looks like a My Number: nobody says that it is none.
/// Boxed likewise.
fn file() -> BoxedStrategy<Bytes> {
    let numbered = (words(), my_number()).prop_map(|(words, number)| format!("{words}、{number}"));
    prop_oneof![15 => words(), 1 => numbered].prop_map(|words| Bytes::from(words.as_str())).boxed()
}

/// Free text: now and then with a number that looks like a My Number, of which its writer says that it is none, or nothing.
/// Boxed, as the times of filing are.
fn written() -> BoxedStrategy<Words> {
    let numbered = (words(), my_number()).prop_map(|(words, number)| format!("{words}、{number}"));
    let said = (words(), my_number())
        .prop_map(|(words, number)| Words::with_no_my_number(format!("{words}、{number}").as_str()));
    prop_oneof![
        14 => words().prop_map(|words| Words::from(words.as_str())),
        1 => numbered.prop_map(|words| Words::from(words.as_str())),
        1 => said,
    ]
    .boxed()
}

/// Twelve digits that pass as a My Number.
fn my_number() -> impl Strategy<Value = String> {
    select(vec!["1234-5678-9018", "１２３４５６７８９０１８", "2345 6789 0121"]).prop_map(ToOwned::to_owned)
}

/// A submission for this procedure from this applicant.
pub fn submission(procedure: &Procedure, applicant: UserId) -> impl Strategy<Value = Submit> + use<> {
    let id = procedure.id.clone();
    (form(procedure, applicant), 10_000_u32..100_000, vec(file(), 0..2)).prop_map(
        move |(form, address, attachments)| Submit {
            procedure: id.clone(),
            form,
            contact: Bytes::from(format!("kono{address}@example.jp").as_str()),
            attachments,
        },
    )
}

/// Reasons with words.
fn reasons() -> impl Strategy<Value = NonEmpty<StatedReason>> {
    let reason = (select(vec!["R-01", "R-02"]), written())
        .prop_map(|(code, text)| StatedReason { code: ReasonCode::new(code).expect("a code"), text });
    vec(reason, 1..3).prop_map(|all| NonEmpty::new(all).expect("at least one"))
}

/// What an officer may find, mostly of the procedure's own act.
pub fn finding(act: Act) -> impl Strategy<Value = Finding> {
    let filing =
        prop_oneof![Just(FilingFinding::Confirmed), reasons().prop_map(FilingFinding::FormalDefect),];
    let application = prop_oneof![
        Just(ApplicationFinding::Granted),
        reasons().prop_map(ApplicationFinding::PartlyGranted),
        reasons().prop_map(ApplicationFinding::Refused),
        reasons().prop_map(ApplicationFinding::Dismissed),
    ];
    let (filings, applications) = match act {
        Act::Filing => (9, 1),
        Act::Application | Act::Request => (1, 9),
    };
    prop_oneof![
        filings => filing.prop_map(Finding::Filing),
        applications => application.prop_map(Finding::Application),
    ]
}

/// Whoever may turn up: the applicant and another, staff of the division in charge and of another, the engine.
pub fn actor(life: &Life) -> impl Strategy<Value = Actor> + use<> {
    let elsewhere = division("zeimu/shimin-zei");
    select(vec![
        life.applicant(),
        life.officer(),
        life.clerk(),
        Actor::System,
        Actor::Officer(staff("s-900", &elsewhere)),
        Actor::Clerk(staff("s-901", &elsewhere)),
        Actor::Officer(staff("s-001", life.division())),
        Actor::Officer(staff("s-902", &division("SOMU-BUNSHO"))),
        Actor::Applicant { user: UserId(Uuid::from_u128(0xbad)) },
    ])
}

/// Anything that may be asked of a case of this life's procedure.
pub fn command(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let procedure = life.procedure();
    let yen = || prop_oneof![Just(tariff(procedure)), (0_u32..20_000).prop_map(Yen)];
    let today = life.now().date_jst();
    let inspected_on = option::of((-1_i64..2).prop_map(move |days| today + chrono::TimeDelta::days(days)));
    let ground = select(vec![ExemptionGround::PublicAssistance, ExemptionGround::MayorsDiscretion]);
    let channel = select(vec![PaymentChannel::Counter, PaymentChannel::Electronic, PaymentChannel::Invoice]);
    let how = select(vec![TellingChannel::Notice, TellingChannel::Counter, TellingChannel::Post]);
    let id = procedure.id.clone();
    let on_the_road =
        prop_oneof![
            file().prop_map(move |form| Command::SaveDraft { procedure: id.clone(), form }),
            Just(Command::DiscardDraft),
            deadline().prop_map(Command::PassDeadline),
            submission(procedure, life.applicant_id()).prop_map(Command::Submit),
            Just(Command::StartReview),
            (finding(procedure.terms.act), inspected_on)
                .prop_map(|(finding, inspected_on)| Command::Review(Review { finding, inspected_on })),
            yen().prop_map(|yen| Command::AssessFee { yen }),
            ground.prop_map(|ground| Command::ExemptFee { ground }),
            (yen(), channel, text()).prop_map(|(yen, channel, reference)| Command::RecordPayment(
                PaymentMade { yen, channel, reference }
            )),
            (0_u32..7).prop_map(|copies| Command::IssueCertificate { copies }),
            how.prop_map(|how| Command::TellResult { how }),
            select(vec![CloseReason::Completed, CloseReason::NotCollected, CloseReason::LeftToCollection])
                .prop_map(|reason| Command::Close { reason }),
        ];
    prop_oneof![7 => on_the_road, 2 => afterwards(life), 3 => in_person(life), 5 => desk::at_the_desk(life)]
}

/// What may be asked at the counter, of fees and of documents.
fn in_person(life: &Life) -> impl Strategy<Value = Command> + use<> {
    let (today, due) = (life.now().date_jst(), tariff(life.procedure()));
    let day = (-1_i64..20).prop_map(move |days| today + chrono::TimeDelta::days(days));
    let made = move || {
        let yen = prop_oneof![Just(due), Just(Yen(200)), Just(Yen(4_500))];
        let channel = select(vec![PaymentChannel::Counter, PaymentChannel::Electronic]);
        let made = (yen, channel, text());
        option::of(made.prop_map(|(yen, channel, reference)| PaymentMade { yen, channel, reference }))
    };
    let identification =
        || select(vec![Identification::DrivingLicence, Identification::TwoWithoutPhotograph]);
    let seal = || select(vec![SealPut::None, SealPut::Paper]);
    let document = move || (written(), seal()).prop_map(|(body, seal)| DocumentWritten { body, seal });
    let way = prop_oneof![
        Just(PaperDelivery::Counter),
        option::of(text()).prop_map(|tracking| PaperDelivery::Post { tracking }),
    ];
    let numbers = option::of((10_000_u32..100_000).prop_map(|number| PaymentNumbers {
        agency: "01202".to_owned(),
        payment: format!("20260507{number}"),
        confirmation: "123456".to_owned(),
    }));
    let deadline = (1_u32..3, any::<bool>()).prop_map(|(notice, pays)| {
        if pays { Deadline::PaymentDue { notice } } else { Deadline::FetchExpiry { publication: notice } }
    });
    prop_oneof![
        2 => (numbers, day.clone()).prop_map(|(numbers, due_on)| Command::IssueFeeNotice { numbers, due_on }),
        1 => (1_u32..3).prop_map(|payment| Command::ReversePayment { payment, cause: ReversalCause::TakenBack }),
        1 => (1_u32..3, 0_u32..600).prop_map(|(payment, yen)| Command::Refund { payment, yen: Yen(yen) }),
        1 => (1_u32..3, reasons()).prop_map(|(payment, reasons)| Command::DeclineRefund { payment, reasons }),
        1 => identification().prop_map(|identification| Command::VerifyVisitor(Visitor {
            identification,
            notice_copy: true,
        })),
        2 => (identification(), made(), 1_u32..3).prop_map(|(identification, payment, copies)| {
            Command::ServeAtCounter(CounterService { identification, notice_copy: false, payment, copies })
        }),
        1 => (select(vec![Visit::Interview, Visit::Papers]), day.clone())
            .prop_map(|(purpose, on)| Command::RecordVisit { purpose, on }),
        1 => any::<bool>().prop_map(|agrees| Command::ChooseElectronicDelivery { agrees }),
        2 => (document(), day)
            .prop_map(|(document, expires_on)| Command::PublishDocument { document, expires_on }),
        1 => Just(Command::FetchDocument),
        1 => (document(), way).prop_map(|(document, way)| Command::DeliverDocument { document, way }),
        1 => (1_u32..3, select(vec![ReissueCause::Lost, ReissueCause::IssuedInError]), 1_u32..3, made())
            .prop_map(|(of, cause, copies, payment)| Command::Reissue(Reissue { of, cause, copies, payment })),
        1 => (1_u32..3, select(vec![VoidCause::Returned, VoidCause::IssuedInError]))
            .prop_map(|(certificate, cause)| Command::Void { certificate, cause }),
        1 => deadline.prop_map(Command::PassDeadline),
    ]
}

/// What may be asked beside the main road and after the end. Boxed, as the times of filing are.
fn afterwards(life: &Life) -> BoxedStrategy<Command> {
    let (act, today) = (life.procedure().terms.act, life.now().date_jst());
    let kind = select(vec![AppealKind::RequestForReview, AppealKind::Suit]);
    let filed_on = (-1_i64..2).prop_map(move |days| today + chrono::TimeDelta::days(days));
    let result = select(vec![AppealResult::Upheld, AppealResult::Rejected]);
    let ground = select(vec![ReopeningGround::AppealUpheld, ReopeningGround::OwnError]);
    let approver = select(vec!["s-001", "s-021"]).prop_map(|id| StaffId::new(id).expect("a code"));
    let approval = || option::of(approver.clone());
    prop_oneof![
        4 => select(vec![Command::Withdraw, Command::AcceptWithdrawal, Command::Dispose]),
        1 => reasons().prop_map(|reasons| Command::DeclineWithdrawal { reasons }),
        1 => (reasons(), approval())
            .prop_map(|(reasons, approver)| Command::RevokeDecision { reasons, approver }),
        1 => (finding(act), written(), approval()).prop_map(|(finding, explanation, approver)| {
            Command::CorrectDecision { finding, explanation, approver }
        }),
        1 => (kind, filed_on, written())
            .prop_map(|(kind, filed_on, paper)| Command::RecordAppeal { kind, filed_on, paper }),
        1 => (1_u32..3, result).prop_map(|(appeal, result)| Command::ResolveAppeal { appeal, result }),
        1 => (ground, approver).prop_map(|(ground, approver)| Command::Reopen { ground, approver }),
        1 => written().prop_map(|reason| Command::PlaceHold { reason }),
        1 => (1_u32..3).prop_map(|hold| Command::ReleaseHold { hold }),
    ]
    .boxed()
}

fn deadline() -> impl Strategy<Value = Deadline> {
    (1_u32..4).prop_map(|saves| Deadline::DraftExpiry { saves })
}

fn tariff(procedure: &Procedure) -> Yen {
    match &procedure.terms.fee {
        Fee::Due { tariff: Tariff::Each { yen, .. }, .. } => *yen,
        Fee::Due { tariff: Tariff::Assessed, .. } | Fee::Free => Yen(0),
    }
}

/// A sequence of steps: the main road of the procedure with pieces left out and others put in, or anything at all
/// after a submission.
pub fn steps(procedure: &Procedure) -> impl Strategy<Value = Vec<Step>> + use<> {
    let life = Life::of(procedure.clone());
    let mixed = (road(&life), vec((any::<Index>(), step(&life)), 0..6)).prop_map(|(mut road, others)| {
        for (place, other) in others {
            road.insert(place.index(road.len() + 1), other);
        }
        road
    });
    let submitted = submission(procedure, life.applicant_id());
    let by = life.applicant();
    let anything = (submitted, vec(step(&life), 0..20)).prop_map(move |(submitted, others)| {
        let first = Step::new(by.clone(), Command::Submit(submitted));
        std::iter::once(first).chain(others).collect()
    });
    let drafted =
        (vec(draft_step(&life), 1..4), road(&life)).prop_map(|(drafts, road)| [drafts, road].concat());
    // A detour begins once the review has: there it is asked by who may ask it.
    let detoured = (road(&life), desk::detour(&life)).prop_map(|(mut road, detour)| {
        let begun = road.iter().position(|step| step.command == Command::StartReview);
        let at = begun.map_or(road.len(), |begun| begun + 1);
        road.splice(at..at, detour);
        road
    });
    prop_oneof![7 => mixed, 2 => anything, 1 => drafted, 3 => detoured]
}

/// Something that may happen to a draft, mostly by its applicant, sometimes after it has expired.
fn draft_step(life: &Life) -> impl Strategy<Value = Step> + use<> {
    let (id, applicant) = (life.procedure().id.clone(), life.applicant());
    let save = file().prop_map(move |form| Command::SaveDraft { procedure: id.clone(), form });
    let asked = prop_oneof![
        4 => (Just(applicant.clone()), save),
        1 => (Just(applicant), Just(Command::DiscardDraft)),
        1 => (Just(Actor::System), deadline().prop_map(Command::PassDeadline)),
        1 => (actor(life), Just(Command::DiscardDraft)),
    ];
    let pause = prop_oneof![2 => 0_u32..120, 1 => 43_190_u32..43_210];
    (pause, asked).prop_map(|(after_minutes, (by, command))| Step { after_minutes, by, command })
}

/// The main road, whole or with pieces left out, with an arbitrary submission and finding.
fn road(life: &Life) -> impl Strategy<Value = Vec<Step>> + use<> {
    let life = life.clone();
    let submitted = submission(life.procedure(), life.applicant_id());
    let left_out = prop_oneof![2 => Just(vec![]), 1 => vec(any::<Index>(), 1..3)];
    (submitted, option::of(finding(life.procedure().terms.act)), left_out).prop_map(
        move |(submitted, finding, left_out)| {
            let mut road = lived(life.clone(), &submitted, finding.as_ref());
            for place in left_out {
                if !road.is_empty() {
                    road.remove(place.index(road.len()));
                }
            }
            road
        },
    )
}

/// The steps of a life to its end, as far as the rules let it go with this finding.
fn lived(mut life: Life, submitted: &Submit, finding: Option<&Finding>) -> Vec<Step> {
    let mut road = Vec::new();
    while let Some(mut step) = life.next_step() {
        match (&mut step.command, finding) {
            (Command::Submit(submit), _) => *submit = submitted.clone(),
            (Command::Review(review), Some(finding)) => review.finding = finding.clone(),
            _ => {}
        }
        let refused = life.ask(&step).is_err();
        road.push(step);
        if refused {
            break;
        }
    }
    road
}

fn step(life: &Life) -> impl Strategy<Value = Step> + use<> {
    let pause = prop_oneof![4 => 0_u32..120, 1 => 0_u32..20_000];
    let plausible = vec![life.officer(), life.clerk(), Actor::System, life.applicant()];
    let by = prop_oneof![2 => actor(life), 1 => select(plausible)];
    (pause, by, command(life)).prop_map(|(after_minutes, by, command)| Step { after_minutes, by, command })
}

fn division(code: &str) -> DivisionId {
    DivisionId::new(code).expect("a division's code is a code")
}
