//! What a division is told of its own work: a last day that comes near or has passed (期限の接近・超過). An internal mail, which
//! holds nothing of the applicant but the receipt number.

use chrono::NaiveDate;

use crate::application::{Application, AwaitingCorrection, ConsultationStanding, Warned};
use crate::number::ReceiptNumber;
use crate::procedure::Division;

/// Of what a division is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// The due date of the case comes near.
    Approaching {
        /// Which due date of the case, from 1.
        due: u32,
    },
    /// The due date of the case has passed.
    Exceeded {
        /// Which due date of the case, from 1.
        due: u32,
    },
    /// The last day of a correction has passed.
    CorrectionOverdue {
        /// Which request of the case, from 1.
        request: u32,
    },
    /// The last day of a consultation has passed.
    ConsultationOverdue {
        /// Which consultation of the case, from 1.
        consultation: u32,
    },
}

/// A notice to the division in charge.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffNotice {
    /// The case (受付番号).
    pub receipt: ReceiptNumber,
    /// What it is about.
    pub alert: Alert,
    /// The last day (期限).
    pub day: NaiveDate,
}

impl Alert {
    /// Whose mail it is: what has passed goes to the head (所属長), since it needs somebody who can change how the work is shared out;
    /// all else to who does the work. Where only one of the two addresses is known it takes both; without any nobody is written to.
    pub fn address(self, division: &Division) -> Option<&str> {
        let (staff, head) = (division.staff_mail.as_deref(), division.head_mail.as_deref());
        match self {
            Self::Exceeded { .. } => head.or(staff),
            Self::Approaching { .. } | Self::CorrectionOverdue { .. } | Self::ConsultationOverdue { .. } => {
                staff.or(head)
            }
        }
    }

    /// The last day of which it speaks, while the case still waits for what was due by then; `None` once it has moved on.
    pub(super) fn day(self, case: &Application) -> Option<NaiveDate> {
        match self {
            Self::Approaching { due } => due_date(case, due, Warned::Approaching),
            Self::Exceeded { due } => due_date(case, due, Warned::Exceeded),
            Self::CorrectionOverdue { request } => {
                let Application::AwaitingCorrection(AwaitingCorrection { received, due, is_overdue, .. }) =
                    case
                else {
                    return None;
                };
                (*is_overdue && received.arrived.desk.corrections == request).then_some(*due)
            }
            Self::ConsultationOverdue { consultation } => {
                let asked = case.desk()?.consultation(consultation)?;
                let is_awaited = case.decision().is_none() && asked.standing == ConsultationStanding::Overdue;
                (is_awaited && case.is_open()).then_some(asked.due)
            }
        }
    }
}

fn due_date(case: &Application, number: u32, warned: Warned) -> Option<NaiveDate> {
    let clock = case.clock().filter(|clock| clock.dues == number && clock.warned == warned)?;
    Some(clock.running()?.day)
}
