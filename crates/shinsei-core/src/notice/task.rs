//! What the agenda keeps of a notice until it is due.

use crate::agenda::Channel;
use crate::ids::EntryName;
use crate::notice::Alert;

/// Which notice: a code, and where a case may have several of a kind, which one of them. All else is rendered from what
/// is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Send M2 申請受付のお知らせ.
    ReceiptNotice,
    /// Send M3, M4 or M5 審査結果のお知らせ; delivering it tells the result.
    ResultNotice,
    /// Send M3, M4 or M5 again, since what was decided is another now.
    LaterResultNotice {
        /// Which ruling of the case, from 2.
        ruling: u32,
    },
    /// Send M6 補正のお願い.
    CorrectionNotice {
        /// Which request to correct.
        request: u32,
    },
    /// Send M7 補正を受け取りました.
    CorrectedNotice {
        /// Which request was answered.
        request: u32,
    },
    /// Send M8 補正期限が近づいています.
    CorrectionReminder {
        /// Which request to correct.
        request: u32,
    },
    /// Send M13 処理期間の延長.
    ExtensionNotice {
        /// Which extension.
        extension: u32,
    },
    /// Send M14 担当課の変更.
    TransferNotice {
        /// Which transfer.
        transfer: u32,
    },
    /// Send M18 送付のお知らせ.
    ForwardingNotice,
    /// Send M9 手数料納付のご案内.
    FeeNotice {
        /// Which request to pay.
        notice: u32,
    },
    /// Send M10 納付を確認しました.
    PaymentNotice {
        /// Which payment.
        payment: u32,
    },
    /// Send M11 交付の準備ができました.
    ReadyNotice {
        /// Which payment made it ready.
        payment: u32,
    },
    /// Send M12 取下げを受け付けました.
    WithdrawalNotice,
    /// Send M12 取下げに応じられません.
    WithdrawalDeclinedNotice {
        /// Which time it was declined.
        declined: u32,
    },
    /// Send M17 公文書の取得のお願い.
    PublicationNotice {
        /// Which publication.
        publication: u32,
    },
    /// Send M19 還付のお知らせ of what was not owed.
    SurplusNotice {
        /// Which payment.
        payment: u32,
    },
    /// Send M19 還付のお知らせ of what is given back.
    RefundNotice {
        /// Which refund of the case, from 1.
        refund: u32,
    },
    /// Send M20 手数料の免除のお知らせ.
    ExemptionNotice,
    /// Send M21 期限のお知らせ(庁内) to the division in charge.
    Alert(Alert),
}

impl Task {
    /// The notice of what was decided, the n-th time, from 1.
    pub fn result(ruling: u32) -> Self {
        if ruling == 1 { Self::ResultNotice } else { Self::LaterResultNotice { ruling } }
    }

    /// True when delivering it tells the result.
    pub fn tells_the_result(self) -> bool {
        matches!(self, Self::ResultNotice | Self::LaterResultNotice { .. })
    }

    /// The lane of the agenda in which it waits.
    pub fn channel(self) -> Channel {
        if let Self::Alert(_) = self { Channel::Alert } else { Channel::Notice }
    }

    /// The name of its entry in the agenda of its stream: one notice for each cause.
    pub fn entry_name(self) -> EntryName {
        match self.parts() {
            (name, None) => EntryName::constant(name),
            (name, Some(ordinal)) => EntryName::numbered(name, ordinal),
        }
    }

    /// The bytes that the agenda keeps.
    pub fn to_bytes(self) -> Vec<u8> {
        self.entry_name().as_str().as_bytes().to_vec()
    }

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (name, ordinal) = match text.split_once('/') {
            Some((name, ordinal)) => (name, Some(ordinal.parse().ok()?)),
            None => (text, None),
        };
        let task = Self::of(name, ordinal)?;
        (task.to_bytes() == bytes).then_some(task)
    }

    /// The name of its kind, and which one of the kind it is, from 1; `None` where a case has one only.
    fn parts(self) -> (&'static str, Option<u32>) {
        match self {
            Self::ReceiptNotice => ("receipt-notice", None),
            Self::ResultNotice => ("result-notice", None),
            Self::LaterResultNotice { ruling } => ("result-notice", Some(ruling)),
            Self::CorrectionNotice { request } => ("correction-notice", Some(request)),
            Self::CorrectedNotice { request } => ("corrected-notice", Some(request)),
            Self::CorrectionReminder { request } => ("correction-reminder", Some(request)),
            Self::ExtensionNotice { extension } => ("extension-notice", Some(extension)),
            Self::TransferNotice { transfer } => ("transfer-notice", Some(transfer)),
            Self::ForwardingNotice => ("forwarding-notice", None),
            Self::FeeNotice { notice } => ("fee-notice", Some(notice)),
            Self::PaymentNotice { payment } => ("payment-notice", Some(payment)),
            Self::ReadyNotice { payment } => ("ready-notice", Some(payment)),
            Self::WithdrawalNotice => ("withdrawal-notice", None),
            Self::WithdrawalDeclinedNotice { declined } => ("withdrawal-declined-notice", Some(declined)),
            Self::PublicationNotice { publication } => ("publication-notice", Some(publication)),
            Self::SurplusNotice { payment } => ("surplus-notice", Some(payment)),
            Self::RefundNotice { refund } => ("refund-notice", Some(refund)),
            Self::ExemptionNotice => ("exemption-notice", None),
            Self::Alert(Alert::Approaching { due }) => ("approaching-alert", Some(due)),
            Self::Alert(Alert::Exceeded { due }) => ("exceeded-alert", Some(due)),
            Self::Alert(Alert::CorrectionOverdue { request }) => ("correction-alert", Some(request)),
            Self::Alert(Alert::ConsultationOverdue { consultation }) => {
                ("consultation-alert", Some(consultation))
            }
        }
    }

    fn of(name: &str, ordinal: Option<u32>) -> Option<Self> {
        match (name, ordinal) {
            ("receipt-notice", None) => Some(Self::ReceiptNotice),
            ("result-notice", None) => Some(Self::ResultNotice),
            ("result-notice", Some(ruling)) => Some(Self::LaterResultNotice { ruling }),
            ("correction-notice", Some(request)) => Some(Self::CorrectionNotice { request }),
            ("corrected-notice", Some(request)) => Some(Self::CorrectedNotice { request }),
            ("correction-reminder", Some(request)) => Some(Self::CorrectionReminder { request }),
            ("extension-notice", Some(extension)) => Some(Self::ExtensionNotice { extension }),
            ("transfer-notice", Some(transfer)) => Some(Self::TransferNotice { transfer }),
            ("forwarding-notice", None) => Some(Self::ForwardingNotice),
            ("fee-notice", Some(notice)) => Some(Self::FeeNotice { notice }),
            ("payment-notice", Some(payment)) => Some(Self::PaymentNotice { payment }),
            ("ready-notice", Some(payment)) => Some(Self::ReadyNotice { payment }),
            ("withdrawal-notice", None) => Some(Self::WithdrawalNotice),
            ("withdrawal-declined-notice", Some(declined)) => {
                Some(Self::WithdrawalDeclinedNotice { declined })
            }
            ("publication-notice", Some(publication)) => Some(Self::PublicationNotice { publication }),
            ("surplus-notice", Some(payment)) => Some(Self::SurplusNotice { payment }),
            ("refund-notice", Some(refund)) => Some(Self::RefundNotice { refund }),
            ("exemption-notice", None) => Some(Self::ExemptionNotice),
            ("approaching-alert", Some(due)) => Some(Self::Alert(Alert::Approaching { due })),
            ("exceeded-alert", Some(due)) => Some(Self::Alert(Alert::Exceeded { due })),
            ("correction-alert", Some(request)) => Some(Self::Alert(Alert::CorrectionOverdue { request })),
            ("consultation-alert", Some(consultation)) => {
                Some(Self::Alert(Alert::ConsultationOverdue { consultation }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_survives_its_bytes_and_nothing_else_is_one() {
        let tasks = [
            Task::ReceiptNotice,
            Task::ResultNotice,
            Task::LaterResultNotice { ruling: 2 },
            Task::CorrectionNotice { request: 1 },
            Task::CorrectedNotice { request: 1 },
            Task::CorrectionReminder { request: 2 },
            Task::ExtensionNotice { extension: 1 },
            Task::TransferNotice { transfer: 1 },
            Task::ForwardingNotice,
            Task::FeeNotice { notice: 1 },
            Task::PaymentNotice { payment: 2 },
            Task::ReadyNotice { payment: 3 },
            Task::WithdrawalNotice,
            Task::WithdrawalDeclinedNotice { declined: 1 },
            Task::PublicationNotice { publication: 4 },
            Task::SurplusNotice { payment: 2 },
            Task::RefundNotice { refund: 1 },
            Task::ExemptionNotice,
            Task::Alert(Alert::Approaching { due: 1 }),
            Task::Alert(Alert::Exceeded { due: 2 }),
            Task::Alert(Alert::CorrectionOverdue { request: 1 }),
            Task::Alert(Alert::ConsultationOverdue { consultation: 3 }),
        ];
        for task in tasks {
            assert_eq!(Task::from_bytes(&task.to_bytes()), Some(task));
        }
        for bytes in [&b""[..], b"receipt-notice/1", b"receipt", b"\xff", b"result-notice/"] {
            assert_eq!(Task::from_bytes(bytes), None);
        }
    }
}
