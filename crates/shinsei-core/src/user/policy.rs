//! What a municipality lays down for registrations (利用者登録).

/// How registrations are confirmed and how long they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountPolicy {
    /// True when only who has confirmed a mail address may apply.
    pub confirmed_mail_required: bool,
    /// For how many hours the link that confirms an address works.
    pub confirmation_hours: u16,
    /// After how many days without signing in a registration is dormant.
    pub dormancy_days: u16,
    /// How many days later it is purged.
    pub purge_days: u16,
    /// For how many days the documents of a mandate are kept after its end.
    pub mandate_kept_days: u16,
}

impl AccountPolicy {
    /// Links work for a day; who has not signed in for two years is dormant, and purged a month later; a mandate is kept for
    /// five years after its end.
    ///
    /// # Source
    /// DOMAIN 8, M1: 24 hours. DOMAIN L24: 730 days, from the terms of 大垣市. The month is ours: time to come back. The
    /// five years are ours: the retention period of most of the sample's cases; set it to the longest of your own.
    pub const STANDARD: Self = Self {
        confirmed_mail_required: false,
        confirmation_hours: 24,
        dormancy_days: 730,
        purge_days: 30,
        mandate_kept_days: 5 * 365,
    };
}

impl Default for AccountPolicy {
    fn default() -> Self {
        Self::STANDARD
    }
}
