//! What an event leaves behind on the agenda: an entry that no longer speaks of the case's present is taken off with the event
//! that makes it so, in one place for all of them.
//!
//! Without it nothing would go wrong, since every entry asks the case when it falls due and is settled as moot then. But a city
//! hall that reads its agenda would read of last days that no longer are, and every one of them would wake a worker.

use super::disposal::disposal_year;
use crate::agenda::{AgendaChange, EntryKey};
use crate::application::{Application, Consultation, ConsultationStanding, Received, Warned};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::event::{DiscardCause, DraftDiscarded, Event, FeePaid, Reviewed};
use crate::event_format::Proposed;
use crate::notice::Task;

/// Takes off the agenda what the events of a decision leave behind, judged by the case as it was.
pub(super) fn cancel(state: &Application, decision: &mut Decision<Event>, context: &Context<'_>) {
    let Decision { events, agenda, .. } = decision;
    for proposed in events.iter() {
        if let Proposed::Event(event) = proposed {
            Agenda { state, agenda, context }.after(event);
        }
    }
}

/// What a case has on the agenda, and what is decided of it.
struct Agenda<'a, 'c> {
    state: &'a Application,
    agenda: &'a mut Vec<AgendaChange>,
    context: &'a Context<'c>,
}

impl Agenda<'_, '_> {
    fn after(mut self, event: &Event) {
        match event {
            // An expiry settles its own entry.
            Event::DraftDiscarded(DraftDiscarded { cause: DiscardCause::Expired }) => {}
            Event::DraftSaved(_) | Event::DraftDiscarded(_) | Event::Submitted(_) => self.draft(),
            Event::ClockStarted(_)
            | Event::ClockResumed(_)
            | Event::DeadlineExtended(_)
            | Event::DueDateRebased(_)
            | Event::CorrectionRequested(_)
            | Event::ResultTold(_) => self.due_date(),
            Event::Corrected(_) | Event::ReviewResumed(_) => self.correction(),
            Event::ConsultationAnswered(answered) => self.consultation(answered.consultation),
            Event::FeePaid(FeePaid { surplus: true, .. } | FeePaid { repays: Some(_), .. }) => {}
            Event::FeePaid(_) | Event::FeeExempted(_) | Event::FeeNoticeIssued(_) => self.payment(),
            Event::DocumentFetched(_) | Event::DecisionCorrected(_) => self.fetching(),
            Event::Reviewed(Reviewed { outcome, .. }) => {
                self.consultations();
                self.fetching();
                if !outcome.is_favourable() {
                    self.payment();
                }
            }
            Event::DecisionRevoked(_) => {
                self.fetching();
                self.payment();
            }
            Event::Forwarded(_) => {
                self.due_date();
                self.consultations();
                self.payment();
            }
            Event::Closed(_) => {
                self.due_date();
                self.correction();
                self.consultations();
                self.payment();
            }
            Event::Disposed(_) => {
                self.fetching();
                self.disposal();
            }
            // Its next end may fall into the same year: a name that was taken off is never scheduled again.
            Event::Reopened(_)
            // What falls due settles its own entry.
            | Event::DeadlineApproaching(_)
            | Event::DeadlineExceeded(_)
            | Event::CorrectionOverdue(_)
            | Event::ConsultationOverdue(_)
            | Event::PaymentFellOverdue(_)
            | Event::FetchExpired(_)
            | Event::DisposalFellDue(_)
            | Event::SignatureVerified(_)
            | Event::ReceiptIssued(_)
            | Event::DivisionAssigned(_)
            | Event::OfficerAssigned(_)
            | Event::NoteAdded(_)
            | Event::ReviewStarted(_)
            | Event::ConsultationRequested(_)
            | Event::Transferred(_)
            | Event::DecisionDrafted(_)
            | Event::ApprovalDelegated(_)
            | Event::DecisionSentBack(_)
            | Event::AmendmentDrafted(_)
            | Event::FeeAssessed(_)
            | Event::CertificateIssued(_)
            | Event::WithdrawalRequested(_)
            | Event::Withdrawn(_)
            | Event::WithdrawalDeclined(_)
            | Event::AppealFiled(_)
            | Event::AppealResolved(_)
            | Event::HoldPlaced(_)
            | Event::HoldReleased(_)
            | Event::PaymentReversed(_)
            | Event::Refunded(_)
            | Event::RefundDeclined(_)
            | Event::VisitVerified(_)
            | Event::VisitRecorded(_)
            | Event::ElectronicDeliveryAgreed(_)
            | Event::ElectronicDeliveryDeclined(_)
            | Event::DocumentPublished(_)
            | Event::DocumentDelivered(_)
            | Event::CertificateReissued(_)
            | Event::CertificateVoided(_) => {}
        }
    }

    fn off(&mut self, deadline: Deadline) {
        self.cancel(deadline.cancelled(self.context.stream));
    }

    /// Once: what is told and ends with it leaves the same behind twice.
    fn cancel(&mut self, change: AgendaChange) {
        if !self.agenda.contains(&change) {
            self.agenda.push(change);
        }
    }

    fn draft(&mut self) {
        if let Application::Draft(draft) = self.state {
            self.off(Deadline::DraftExpiry { saves: draft.saves });
        }
    }

    /// Those of the due date in force. While a correction is awaited they are off already: another takes its place.
    fn due_date(&mut self) {
        let Some(clock) = self.state.clock().filter(|clock| clock.running().is_some()) else { return };
        let due = clock.dues;
        if clock.warned < Warned::Approaching {
            self.off(Deadline::Approaching { due });
        }
        if clock.warned < Warned::Exceeded {
            self.off(Deadline::Exceeded { due });
        }
    }

    fn correction(&mut self) {
        let Application::AwaitingCorrection(awaiting) = self.state else { return };
        if !awaiting.is_overdue {
            let request = awaiting.received.arrived.desk.corrections;
            self.off(Deadline::CorrectionDue { request });
            let name = Task::CorrectionReminder { request }.entry_name();
            self.cancel(AgendaChange::Cancel(EntryKey { stream: self.context.stream, name }));
        }
    }

    fn consultation(&mut self, consultation: u32) {
        let asked = self.state.desk().and_then(|desk| desk.consultation(consultation));
        if asked.is_some_and(is_open) {
            self.off(Deadline::ConsultationDue { consultation });
        }
    }

    fn consultations(&mut self) {
        let asked = self.state.desk().map(|desk| desk.consultations.as_slice()).unwrap_or_default();
        for (consultation, _) in (1..).zip(asked).filter(|(_, asked)| is_open(asked)) {
            self.off(Deadline::ConsultationDue { consultation });
        }
    }

    /// That of the request to pay which was issued last: of those before it nothing is awaited.
    fn payment(&mut self) {
        let Some(Received { annex, .. }) = self.state.receipt() else { return };
        if annex.fee_notices.last().is_some_and(|notice| !notice.is_overdue) {
            self.off(Deadline::PaymentDue { notice: annex.next_fee_notice() - 1 });
        }
    }

    fn fetching(&mut self) {
        let waiting = self.state.receipt().and_then(|received| received.annex.waiting_publication());
        if let Some((publication, _)) = waiting {
            self.off(Deadline::FetchExpiry { publication });
        }
    }

    fn disposal(&mut self) {
        let Application::Closed(closed) = self.state else { return };
        let year = closed.retention.as_ref().and_then(disposal_year);
        if let Some(year) = year.filter(|_| !closed.disposal_is_due) {
            self.off(Deadline::DisposalDue { year });
        }
    }
}

fn is_open(asked: &Consultation) -> bool {
    asked.standing == ConsultationStanding::Open
}
