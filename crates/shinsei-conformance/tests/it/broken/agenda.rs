//! Wrong about the agenda.

use super::naive::{Naive, Slip};
use super::{Broken, Flaw, each_is_found};

#[test]
fn each_flaw_of_the_agenda_is_found() {
    each_is_found(FLAWS);
}

#[test]
fn the_agenda_that_the_flaws_are_put_into_has_none_of_its_own() {
    each_is_found(&[Flaw::new("has a naive agenda", &[], || naive(Slip::Nothing))]);
}

fn naive(slip: Slip) -> Broken {
    Broken::with(|clock| Box::new(Naive::new(slip, clock)))
}

macro_rules! flaws {
    ($($slip:ident $name:literal => $($clause:literal),+;)+) => {
        &[$(Flaw::new($name, &[$($clause),+], || naive(Slip::$slip)),)+]
    };
}

pub(super) const FLAWS: &[Flaw] = flaws! {
    LendsEarly "lends a microsecond early" => "leases::an_entry_is_lent_when_it_is_due";
    LendsToOthersTowardsTheEnd "lends again shortly before a lease runs out" =>
        "leases::an_entry_is_lent_to_one_worker";
    LendsToOthers "lends to each worker" =>
        "leases::an_entry_is_lent_to_one_worker", "leases::workers_at_once_share_without_doubling";
    ChoosesUnlocked "chooses and lends in two steps" => "leases::workers_at_once_share_without_doubling";
    PassesOnLate "passes on a microsecond late" => "leases::a_lease_that_ran_out_passes_on";
    LosesWhatRanOut "does not settle what ran out" => "leases::a_lease_that_ran_out_may_still_be_settled";
    IgnoresFences "settles under any fence" => "leases::the_latest_fence_alone_settles";
    FreesWhenTheClockStepsBack "takes leases away when the clock steps back" =>
        "leases::a_lease_outlasts_a_clock_stepping_back";
    FreesWhenTheClockStepsFarBack "takes leases away when the clock steps back by minutes" =>
        "leases::a_lease_outlasts_a_clock_stepping_back";
    CountsWhatMustWait "counts what must wait among what was asked for" =>
        "leases::what_must_wait_takes_nobodys_place";
    SortsWhenOpened "keeps the order of scheduling in memory" => "agenda_order::order_survives_reopening";
    FreesWhenOpened "takes leases away when opened" => "leases::leases_survive_reopening";
    LendsOneAtLeast "lends one entry at least" => "leases::a_worker_gets_no_more_than_it_asked_for";
    LatestFirst "lends the latest first" =>
        "leases::the_earliest_due_come_first",
        "leases::what_must_wait_takes_nobodys_place",
        "tenancy::a_worker_may_ask_for_all";
    LatestDeadlineFirst "lends the latest deadline first" => "leases::the_earliest_due_come_first";
    OrdersByScheduling "orders by scheduling" => "agenda_order::order_is_kept_per_stream_and_channel";
    KeepsNoOrder "keeps no order" =>
        "names::an_entry_counts_with_every_letter",
        "leases::what_must_wait_takes_nobodys_place",
        "agenda_order::order_is_kept_per_stream_and_channel",
        "agenda_order::what_is_tried_again_keeps_its_place",
        "agenda_order::what_is_parked_keeps_its_place",
        "agenda_order::order_survives_reopening",
        "agenda::what_is_settled_is_over",
        "agenda::what_is_cancelled_is_never_lent",
        "agenda::a_refused_commit_changes_no_agenda";
    OneLineForAllChannels "lets deadlines wait for notices" =>
        "agenda_order::a_deadline_never_waits_for_a_notice";
    RetriesBehindTheRest "puts retries behind the rest" => "agenda_order::what_is_tried_again_keeps_its_place";
    PassesWhatIsParked "passes what is parked" => "agenda_order::what_is_parked_keeps_its_place";
    BringsBackWhatIsMoot "brings back what is moot" => "agenda::what_is_settled_is_over";
    RetriesEarly "retries a microsecond early" => "agenda::what_is_tried_again_comes_at_its_time";
    RestartsFences "restarts the fence of what is re-driven" => "agenda::redriving_frees_what_is_parked";
    RedrivesAnything "re-drives what waits" => "agenda::redriving_changes_only_what_is_parked";
    CancelsOnlyWhatWaits "cancels only what waits" => "agenda::what_is_cancelled_is_never_lent";
    SchedulesAgain "schedules settled keys again" => "agenda::a_key_is_scheduled_once";
    SchedulesWhatIsRefused "schedules what is refused" => "agenda::a_refused_commit_changes_no_agenda";
    ChangesBeforeSettling "changes before it settles" => "agenda::settlements_precede_changes";
    ShowsNoAttempts "shows no attempts" => "agenda::the_agenda_shows_what_is_not_settled";
};
