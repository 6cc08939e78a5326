//! The list of the clauses, and what a store must offer to be tested.

use shinsei_core::ids::Municipality;
use shinsei_core::port::store::Store;

use super::altered::StoreToAlter;
use super::faults::StoreWithFaults;
use crate::{Clause, FakeClock};

/// A store that is empty at first, and whatever is needed to test it. Each clause gets a fresh one.
///
/// Dropping it takes away what it made: a file, a database.
pub trait StoreUnderTest {
    /// Opens the store; again means on what is in it. A clause drops the store before it opens it again.
    fn open(&self) -> Box<dyn Store + '_>;

    /// The clock by which the store records.
    fn clock(&self) -> &FakeClock;

    /// By how much the store was told to bear a clock that steps back; at least a second and at most a day.
    fn step_back_max_micros(&self) -> i64;

    /// How many bytes of contents of documents the store keeps of a municipality, staged ones included, counted beside
    /// the port while the store is open; `None` where nobody can look.
    fn document_bytes(&self, municipality: Municipality) -> Option<u64> {
        let _ = municipality;
        None
    }
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_store_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            versions: appended_records_come_back, an_append_behind_is_stale, an_append_ahead_is_stale,
                a_stream_that_was_read_and_moved_is_stale, two_streams_are_written_or_none,
                kinds_of_stream_are_apart;
            commands: a_repeat_gets_the_same_receipt, a_repeat_after_reopening_gets_it,
                a_repeat_within_a_batch_gets_it, other_content_is_refused,
                a_repeat_is_known_before_it_is_judged, a_refused_command_may_come_again,
                find_knows_what_took_effect;
            batches: a_refused_commit_hinders_no_other, a_case_twice_in_a_batch_goes_on,
                an_empty_batch_is_nothing, a_commit_without_records_has_a_receipt,
                ten_thousand_commits_are_one_batch, too_many_commits_are_refused,
                a_malformed_commit_refuses_the_batch;
            log: positions_are_gapless_from_one, records_of_a_commit_are_neighbours,
                refusals_leave_no_hole, a_page_holds_what_was_asked_for, a_page_ends_where_the_visitor_breaks,
                a_page_is_bounded, a_reader_never_sees_a_hole, what_was_acknowledged_survives_reopening;
            at_once: a_command_takes_effect_once, a_version_is_written_once, what_was_read_has_not_moved,
                a_lease_is_settled_once, a_document_is_linked_once, numbers_follow_the_log,
                a_reader_sees_whole_commits, what_is_found_can_be_read,
                where_a_log_stands_is_one_snapshot;
            names: an_id_counts_with_every_byte, a_digest_counts_with_every_byte,
                a_series_counts_with_every_letter, an_entry_counts_with_every_letter, a_task_is_any_bytes,
                an_entry_is_due_at_any_instant, each_document_has_what_was_said_of_it,
                a_place_may_be_any_number;
            numbers: numbers_are_gapless_from_one, refusals_burn_no_number,
                numbers_go_on_after_reopening, where_a_log_stands_is_known;
            window: a_window_is_half_open, outside_its_window_nothing_is_written,
                the_recording_time_is_what_counts;
            time: a_record_bears_the_time_of_the_clock, a_small_step_back_is_borne,
                a_large_step_back_is_suspect, what_is_known_needs_no_clock;
            leases: an_entry_is_lent_when_it_is_due, an_entry_is_lent_to_one_worker,
                workers_at_once_share_without_doubling, a_lease_that_ran_out_passes_on,
                a_lease_that_ran_out_may_still_be_settled, the_latest_fence_alone_settles,
                a_lease_outlasts_a_clock_stepping_back, leases_survive_reopening,
                a_worker_gets_no_more_than_it_asked_for, the_earliest_due_come_first,
                what_must_wait_takes_nobodys_place;
            agenda_order: order_is_kept_per_stream_and_channel, a_deadline_never_waits_for_a_notice,
                what_is_tried_again_keeps_its_place, what_is_parked_keeps_its_place,
                order_survives_reopening;
            agenda: what_is_settled_is_over, what_is_tried_again_comes_at_its_time,
                redriving_frees_what_is_parked, redriving_changes_only_what_is_parked,
                what_is_cancelled_is_never_lent, a_key_is_scheduled_once,
                a_refused_commit_changes_no_agenda, settlements_precede_changes,
                the_agenda_shows_what_is_not_settled;
            documents: any_bytes_come_back, staged_chunks_become_one_document,
                a_document_of_32_mebibytes_comes_back,
                what_is_staged_survives_reopening, a_chunk_follows_the_one_before,
                only_what_was_staged_is_linked, a_refused_commit_links_no_document,
                what_is_linked_is_never_replaced, what_was_never_linked_is_swept,
                shared_evidence_is_kept_once, large_evidence_is_kept_once;
            erasure: erasing_removes_the_documents_of_a_stream, erasing_forgets_the_contents_of_commands,
                erasing_leaves_the_log_alone, shared_evidence_outlives_a_disposal,
                what_was_erased_may_be_linked_again;
            tree: the_head_is_that_of_rfc_9162, nodes_are_kept_as_they_were, every_size_is_proved,
                a_log_of_70_000_records_is_proved;
            tenancy: logs_are_apart, commands_are_apart, numbers_are_apart, documents_are_apart,
                erasures_are_apart, agendas_are_apart, recording_times_are_apart,
                a_worker_may_ask_for_all, a_batch_may_hold_several, those_that_wrote_are_listed;
            model: random_operations_agree_with_the_reference;
        }
    };
}

/// The same for the clauses of a store that can be made to fail.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_fault_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            faults: a_fault_has_its_name, what_failed_left_no_trace, work_goes_on_when_it_is_over,
                a_lost_batch_is_there_whole_or_not_at_all, what_was_lost_may_be_sent_again;
        }
    };
}

/// The same for the clauses of a store whose records a hand can alter.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_alteration_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            altered: an_edited_record_is_named, a_deleted_record_is_named, swapped_records_are_named,
                an_inserted_record_is_named, a_log_that_was_cut_off_is_named, a_series_set_ahead_is_named,
                what_is_kept_proves_all_but_what_was_edited;
        }
    };
}

/// Every clause of a store, in the order of the modules.
pub fn clauses() -> Vec<Clause<dyn StoreUnderTest>> {
    for_each_store_clause!(crate::clause::list!(crate::store))
}

/// Every further clause of a store that can be made to fail.
pub fn fault_clauses() -> Vec<Clause<dyn StoreWithFaults>> {
    for_each_fault_clause!(crate::clause::list!(crate::store))
}

/// Every further clause of a store whose records a hand can alter.
pub fn alteration_clauses() -> Vec<Clause<dyn StoreToAlter>> {
    for_each_alteration_clause!(crate::clause::list!(crate::store))
}

/// Makes one test of each clause, in a module for each theme, from a function that gives a fresh [`StoreUnderTest`]; and,
/// from one that gives a [`StoreWithFaults`], those of what fails, from one that gives a [`StoreToAlter`], those of what a
/// hand alters. All may be the same function.
///
/// [`StoreUnderTest`]: crate::store::StoreUnderTest
/// [`StoreWithFaults`]: crate::store::faults::StoreWithFaults
/// [`StoreToAlter`]: crate::store::altered::StoreToAlter
#[macro_export]
macro_rules! store_suite {
    ($fresh:ident) => {
        $crate::for_each_store_clause! { $crate::clause_tests!($fresh $crate::store) }
    };
    ($fresh:ident, faults: $with_faults:ident $(, altered: $to_alter:ident)?) => {
        $crate::store_suite! { $fresh $(, altered: $to_alter)? }
        $crate::for_each_fault_clause! { $crate::clause_tests!($with_faults $crate::store) }
    };
    ($fresh:ident, altered: $to_alter:ident) => {
        $crate::store_suite! { $fresh }
        $crate::for_each_alteration_clause! { $crate::clause_tests!($to_alter $crate::store) }
    };
}
