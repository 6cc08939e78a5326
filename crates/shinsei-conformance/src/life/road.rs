//! The main road: what brings a case a step further, whatever its procedure asks for on the way.

use shinsei_core::actor::Actor;
use shinsei_core::application::{
    Application, AwaitingApproval, Decided, FeeLedger, Issued, Received, UnderReview, Withdrawal,
};
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{
    ApplicationFinding, Command, DocumentWritten, FilingFinding, Finding, PaperDelivery, PaymentMade, Review,
    SealPut, Submit, SubmittedForm, Visitor,
};
use shinsei_core::event::{CloseReason, Identification, PaymentChannel, TellingChannel};
use shinsei_core::ids::{StaffId, UserId};
use shinsei_core::procedure::Act;
use shinsei_core::rejection::StateName;
use shinsei_core::words::Words;
use shinsei_core::yen::Yen;

use super::{Life, Step, form, staff};
use crate::filled::Filled;
use crate::stamp::detached;

/// What an officer assesses on the road that a life takes by itself.
const ASSESSED: Yen = Yen(4_500);

/// Who approves on the road that a life takes by itself.
const APPROVER: &str = "s-001";

/// The most steps from any state to the end of a case on the main road, with one to spare.
const ROAD_STEPS_MAX: usize = 16;

impl Life {
    /// Goes the main road until the case stands there, by whatever the procedure asks for on the way.
    ///
    /// # Panics
    /// When the road does not lead there.
    #[must_use]
    pub fn until(mut self, state: StateName) -> Self {
        for _ in 0..ROAD_STEPS_MAX {
            if self.state.name() == state {
                return self;
            }
            if let (StateName::Disposed, Application::Closed(closed)) = (state, &self.state) {
                let over = closed.retention.and_then(|retention| retention.over().from);
                self.now = over.expect("a case that is not kept for good").max(self.now);
                let disposed = Step::new(self.officer(), Command::Dispose);
                self.ask(&disposed).expect("nothing stands in the way of the disposal");
                continue;
            }
            // OK because a case is Issued only while its applicant was not told: telling it would end it.
            let step = self.step(state != StateName::Issued).expect("a step that goes on");
            let asked_at = self.now.saturating_add_micros(i64::from(step.after_minutes) * 60_000_000);
            if let (Command::Submit(_), Err(closed)) = (&step.command, self.hours.open_at(asked_at)) {
                self.now = closed.opens_at.expect("a service that opens again");
            }
            self.ask(&step).expect("the main road is open");
        }
        panic!("the main road does not lead to {state}: the case is {}", self.state.name());
    }

    /// The next step of the main road from here; `None` when the case has ended.
    pub fn next_step(&self) -> Option<Step> {
        self.step(true)
    }

    fn step(&self, tells_first: bool) -> Option<Step> {
        let withdrawal = self.state.receipt().map(|received| received.annex.withdrawal);
        if let Some(Withdrawal::Requested { .. }) = withdrawal {
            return Some(Step::new(self.officer(), Command::AcceptWithdrawal));
        }
        let (by, command) = match &self.state {
            Application::Absent => (self.applicant(), Command::Submit(self.submission())),
            Application::Draft(draft) => {
                let by = Actor::Applicant { user: draft.applicant };
                (by, Command::Submit(self.submission_of(draft.applicant)))
            }
            Application::Discarded
            | Application::Arrived(_)
            | Application::Closed(_)
            | Application::Disposed(_) => return None,
            Application::Received(received) if received.arrived.terms.is_foreign() => {
                (self.officer(), Command::ForwardToAgency)
            }
            Application::Received(received) => match self.settle_first(received) {
                Some(settling) => settling,
                None => (self.officer(), Command::StartReview),
            },
            Application::UnderReview(UnderReview { received }) => self.conclude(received),
            Application::AwaitingCorrection(_) => (self.officer(), Command::ResumeReview),
            Application::AwaitingApproval(awaiting) => self.approve(awaiting),
            Application::Forwarded(_) => (self.officer(), Command::Close { reason: CloseReason::Completed }),
            Application::Decided(decided) | Application::Issued(Issued { decided }) => {
                self.after_the_decision(decided, tells_first)
            }
        };
        Some(Step::new(by, command))
    }

    /// Forwards what another agency decides; settles what comes first, meets whom it must, and decides, by a draft where
    /// that is needed.
    fn conclude(&self, received: &Received) -> (Actor, Command) {
        let terms = &received.arrived.terms;
        if terms.jurisdiction.agency().is_some() {
            return (self.officer(), Command::ForwardToAgency);
        }
        let first = self.settle_first(received).or_else(|| self.meet(received));
        first.unwrap_or_else(|| {
            let review = self.favourable();
            let approver = StaffId::new(APPROVER).expect("a staff number is a code");
            let decides = if terms.approval {
                Command::DraftDecision { review, approver }
            } else {
                Command::Review(review)
            };
            (self.officer(), decides)
        })
    }

    /// By whoever was named, once a fee that comes first is settled.
    fn approve(&self, awaiting: &AwaitingApproval) -> (Actor, Command) {
        let approver = staff(awaiting.approver.as_str(), self.division());
        self.settle_first(&awaiting.received).unwrap_or((Actor::Officer(approver), Command::Approve))
    }

    /// Tells, delivers what must be delivered, settles the fee, hands over: whatever is left.
    fn after_the_decision(&self, decided: &Decided, tells_first: bool) -> (Actor, Command) {
        let is_handed_over = matches!(self.state, Application::Issued(_));
        if decided.told_at.is_none() && (tells_first || is_handed_over) {
            return (Actor::System, tell());
        }
        if decided.owes_a_document() {
            return (self.clerk(), deliver());
        }
        let needs_a_visitor = decided.terms().identification && decided.terms().is_fetched_at_the_counter();
        match self.settle(&decided.received) {
            Some(settling) => settling,
            None if needs_a_visitor && !decided.received.annex.visitor_is_verified => {
                (self.clerk(), verify_visitor())
            }
            None => (self.clerk(), Command::IssueCertificate { copies: 1 }),
        }
    }

    fn settle_first(&self, received: &Received) -> Option<(Actor, Command)> {
        self.settle(received).filter(|_| received.arrived.terms.fee_precedes_review())
    }

    fn settle(&self, received: &Received) -> Option<(Actor, Command)> {
        match received.arrived.fee {
            FeeLedger::Free | FeeLedger::Exempted | FeeLedger::Paid(_) => None,
            FeeLedger::Unassessed => Some((self.officer(), Command::AssessFee { yen: ASSESSED })),
            FeeLedger::Assessed(yen) => Some((self.clerk(), pay(yen, received.annex.payments.len()))),
        }
    }

    fn meet(&self, received: &Received) -> Option<(Actor, Command)> {
        let mut needed = received.arrived.terms.visits_before_decision();
        let purpose = needed.find(|needed| !received.annex.visits.contains(needed))?;
        Some((self.clerk(), Command::RecordVisit { purpose, on: self.now.date_jst() }))
    }

    /// A submission that this procedure accepts: one copy, stamped where it must be.
    pub fn submission(&self) -> Submit {
        self.submission_of(self.applicant)
    }

    fn submission_of(&self, applicant: UserId) -> Submit {
        let filled = match self.procedure.form.is_empty() {
            true => Filled::free(),
            false => Filled::right(&self.procedure.form, self.now.date_jst()),
        };
        let form = form(&self.procedure, applicant, 1, &filled.to_json());
        let form = match self.procedure.terms.signature.accepted().first() {
            None => SubmittedForm::Unsigned(form.as_slice().into()),
            Some(kind) => detached(*kind, &form),
        };
        Submit {
            procedure: self.procedure.id.clone(),
            form,
            contact: Bytes::from("hanako.kono@example.jp"),
            attachments: filled.files,
        }
    }

    fn favourable(&self) -> Review {
        let finding = match self.procedure.terms.act {
            Act::Filing => Finding::Filing(FilingFinding::Confirmed),
            Act::Application | Act::Request => Finding::Application(ApplicationFinding::Granted),
        };
        let inspected_on = self.procedure.terms.needs_inspection().then(|| self.now.date_jst());
        Review { finding, inspected_on }
    }
}

fn tell() -> Command {
    Command::TellResult { how: TellingChannel::Notice }
}

fn pay(yen: Yen, before: usize) -> Command {
    let reference = format!("領収 第{:04}号", before + 42);
    let reference = Bytes::from(reference.as_str());
    Command::RecordPayment(PaymentMade { yen, channel: PaymentChannel::Counter, reference })
}

fn deliver() -> Command {
    let document =
        DocumentWritten { body: Words::from("次のとおり決定しました。"), seal: SealPut::Paper };
    Command::DeliverDocument { document, way: PaperDelivery::Post { tracking: None } }
}

fn verify_visitor() -> Command {
    Command::VerifyVisitor(Visitor {
        identification: Identification::IndividualNumberCard,
        notice_copy: true,
    })
}
