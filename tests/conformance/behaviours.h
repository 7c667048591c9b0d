/* behaviours.h - what every backend must do. One line here and one function in a behave_*.c file make a test; CMake
 * reads this list and registers each line once per backend. */
#ifndef IPFUNNEL_TESTS_BEHAVIOURS_H
#define IPFUNNEL_TESTS_BEHAVIOURS_H

#define BEHAVIOURS(X) \
    /* behave_timeout.c */ \
    X(timeout_0_only_looks) \
    X(timeout_is_a_real_bound) \
    X(timeout_holds_while_rejected_frames_arrive) \
    X(timeout_is_not_shortened_by_a_signal) \
    X(no_timeout_waits_until_interrupt) \
    X(arrival_ends_the_wait) \
    X(latency_bounds_the_delivery) \
    /* behave_interrupt.c */ \
    X(interrupt_before_recv_ends_the_next_one) \
    X(interrupt_ends_exactly_one_recv) \
    X(interrupts_do_not_add_up) \
    X(interrupt_comes_before_what_arrived) \
    X(interrupt_outlives_other_calls) \
    X(interrupt_from_another_thread_ends_the_wait) \
    X(interrupt_from_a_signal_handler_ends_the_wait) \
    X(interrupt_is_prompt) \
    /* behave_lifetime.c */ \
    X(datagrams_stay_until_the_next_recv) \
    X(datagrams_survive_a_full_ring) \
    X(datagrams_survive_mode_off) \
    X(a_ring_that_goes_round_keeps_everything) \
    X(a_full_ring_damages_nothing) \
    X(release_makes_room_and_loses_nothing) \
    X(close_with_datagrams_in_hand) \
    X(close_accepts_null) \
    X(closing_gives_everything_back) \
    /* behave_mode.c */ \
    X(nothing_is_captured_before_set_mode) \
    X(open_can_start) \
    X(off_keeps_what_arrived_then_ends) \
    X(off_shuts_out_what_arrives_later) \
    X(on_again_after_off) \
    X(every_mode_value_is_accepted) \
    X(other_mode_values_are_einval) \
    X(socketlevelonly_changes_nothing) \
    X(mode_can_change_while_running) \
    X(a_gap_of_a_mode_change_is_told) \
    /* behave_switch.c */ \
    X(end_is_announced_before_the_first_start) \
    X(ledger_holds_for_what_was_queued_before_iplevel) \
    X(iplevel_holds_for_what_arrived_in_it) \
    /* behave_view.c */ \
    X(both_directions_are_delivered) \
    X(direction_and_who_says_so) \
    X(direction_by_addresses) \
    X(no_outgoing_hides_what_is_sent) \
    X(iplevel_hides_other_hosts) \
    X(on_shows_other_hosts) \
    X(loopback_datagrams_come_once) \
    X(other_family_is_counted_not_delivered) \
    X(two_captures_each_get_their_own_copy) \
    /* behave_vlan.c */ \
    X(vlan_own_takes_untagged_and_priority_tagged) \
    X(vlan_all_takes_everything) \
    X(vlan_id_takes_one) \
    X(vlan_default_is_own_and_all_in_files) \
    X(vlan_tags_are_removed_and_recorded) \
    X(vlan_goes_by_the_outermost_tag_that_is_not_0) \
    /* behave_filter.c */ \
    X(filter_decides_what_is_delivered) \
    X(filter_in_the_kernel_hides_counters) \
    X(filter_counts_what_nothing_else_left_out) \
    X(filter_can_be_replaced_and_removed) \
    X(filter_is_asked_about_what_waits) \
    X(filter_error_keeps_the_old_one) \
    X(filter_error_fails_open) \
    X(filter_error_names_the_column) \
    X(filter_sees_behind_the_snap_length) \
    X(filter_set_in_any_order_leaks_nothing) \
    X(filter_leaves_datagrams_in_hand) \
    X(filter_knows_the_direction) \
    X(filter_knows_the_network) \
    /* behave_form.c */ \
    X(datagrams_arrive_whole_and_in_order) \
    X(padding_is_trimmed) \
    X(fragments_are_untouched) \
    X(snap_length_cuts_and_says_so) \
    X(short_datagrams_say_so) \
    X(every_batch_size_gets_all) \
    X(max_below_1_is_einval) \
    X(time_is_the_time_of_arrival) \
    /* behave_on_wire.c */ \
    X(as_seen_is_the_default) \
    X(on_wire_cuts_super_datagrams) \
    X(on_wire_marks_what_was_received) \
    X(on_wire_fills_in_checksums) \
    X(on_wire_leaves_what_is_whole) \
    X(on_wire_snaps_and_counts_segments) \
    X(on_wire_filters_segments) \
    X(on_wire_segments_stay_until_the_next_recv) \
    X(on_wire_goes_on_after_off_and_interrupt) \
    /* behave_ledger.c */ \
    X(ledger_counts_exactly) \
    X(ledger_holds_between_reads) \
    X(counters_never_decrease) \
    X(count_all_makes_counters_available) \
    X(drops_are_counted_and_placed) \
    /* behave_wait.c */ \
    X(wait_tells_whether_there_is_something) \
    X(wait_is_bounded) \
    X(wait_is_not_shortened_by_a_signal) \
    X(wait_sees_interrupt_and_end) \
    X(wait_counts_the_ready_ones) \
    X(wait_has_no_limit_of_64) \
    X(wait_rejects_bad_arguments) \
    X(wait_handle_is_ready_while_something_is_left) \
    X(wait_handle_becomes_unready) \
    X(wait_handle_suits_every_wait_of_the_system) \
    /* behave_struct.c */ \
    X(options_of_an_older_program_are_accepted) \
    X(options_of_a_newer_program_need_a_zero_tail) \
    X(options_of_no_size_are_einval) \
    X(outputs_of_an_older_program_are_not_overrun) \
    X(outputs_of_a_newer_program_are_filled) \
    X(outputs_of_no_size_are_einval_and_untouched) \
    /* behave_option.c */ \
    X(an_interface_or_a_file_is_needed) \
    X(an_interface_and_a_file_is_einval) \
    X(wrong_option_values_are_einval) \
    X(missing_capabilities_are_eopnotsupp) \
    X(a_ring_beyond_memory_is_enomem) \
    X(errors_stay_one_line) \
    X(unknown_backend_is_enobackend) \
    X(environment_chooses_the_backend) \
    X(the_any_address_is_einval) \
    X(unknown_interfaces_are_named_in_the_error) \
    X(an_address_names_interface_and_family) \
    X(an_index_names_the_interface) \
    X(options_may_go_after_open) \
    X(last_error_explains_the_last_failure) \
    /* behave_info.c */ \
    X(info_is_true) \
    X(info_shows_the_defaults) \
    X(info_shows_the_options_in_force) \
    X(backend_is_listed_and_can_run) \
    /* behave_push.c */ \
    X(push_shows_the_facts_given) \
    X(push_copies_the_frame) \
    X(push_while_off_is_not_captured) \
    X(push_rejects_bad_frames) \
    X(push_tells_cut_frames_from_short_ones) \
    X(push_counts_unknown_link_types) \
    X(push_needs_the_capability)

#define BEHAVIOUR_DECLARATION(name) void name(void);
BEHAVIOURS(BEHAVIOUR_DECLARATION)
#undef BEHAVIOUR_DECLARATION

#endif
