//! One file per rule, and the list of all.
//!
//! To add a rule, write its file, with the page that `wgsidecar explain` prints as its doc comment, its two fixtures
//! `bad.yaml` and `near.yaml` in a folder of `fixtures/rules`, and a line in each of the two lists below.

pub mod address_shared;
pub mod amnezia_config;
pub mod app_can_undo;
pub mod app_reads_key;
pub mod autoscaled;
pub mod bad_config;
pub mod bad_endpoint;
pub mod bad_key;
pub mod bad_selector;
pub mod bad_setting;
pub mod bare_pod;
pub mod blocked_probe;
pub mod cidr_overlap;
pub mod cronjob_overlap;
pub mod daemonset_shares_key;
pub mod disruption_budget;
pub mod dns_leak;
pub mod dns_none_empty;
pub mod dns_taken;
pub mod dns_without_services;
pub mod double_base64;
pub mod duplicate_key;
pub mod duplicate_object;
pub mod edited_injection;
pub mod endpoint_name;
pub mod explicit_key;
pub mod external_probe;
pub mod extra_networks;
pub mod floating_image;
pub mod host_network;
pub mod host_port;
pub mod image_replaced;
pub mod injected_twice;
pub mod install_needs_names;
pub mod job_immutable;
pub mod key_in_the_open;
pub mod kill_switch_off;
pub mod knative_features;
pub mod limit_range;
pub mod merge_key;
pub mod missing_resources;
pub mod name_taken;
pub mod network_policy;
pub mod newer_injection;
pub mod no_allowed_ips;
pub mod no_containers;
pub mod no_keepalive;
pub mod no_native_sidecars;
pub mod no_peer;
pub mod node_dns;
pub mod not_injected;
pub mod not_selected;
pub mod one_family;
pub mod other_vpn;
pub mod outside_service;
pub mod parallel_job;
pub mod partial_injection;
pub mod patch_matches_nothing;
pub mod pod_security;
pub mod pod_security_unset;
pub mod policy_reach;
pub mod port_taken;
pub mod quota;
pub mod reading;
pub mod rendered_elsewhere;
pub mod replicas_share_key;
pub mod rollout_overlap;
pub mod run_as_non_root;
pub mod runs_before_tunnel;
pub mod same_route;
pub mod sandboxed_runtime;
pub mod script_config_map;
pub mod secret_absent;
pub mod secret_elsewhere;
pub mod secret_incomplete;
pub mod secret_mode;
pub mod secret_optional;
pub mod secret_replaced;
pub mod secret_shared;
pub mod service_mesh;
pub mod shared_anchor;
pub mod shared_processes;
pub mod signed_file;
pub mod split_tunnel;
pub mod stale_injection;
pub mod swapped_keys;
pub mod template_left_out;
pub mod too_few_keys;
pub mod unknown_workload;
pub mod unsafe_sysctl;
pub mod unused_servers;
pub mod unused_suppression;
pub mod user_namespace;
pub mod weaker_tunnel;
pub mod wg_quick_hook;
pub mod wide_prefix;
pub mod windows_pod;
pub mod yaml_1_1;

use super::Rule;

/// Every rule, in alphabetical order.
pub static RULES: &[&Rule] = &[
    &address_shared::RULE,
    &reading::AFTER_DOCUMENT_END,
    &amnezia_config::RULE,
    &app_can_undo::RULE,
    &app_reads_key::RULE,
    &autoscaled::RULE,
    &bad_config::RULE,
    &bad_endpoint::RULE,
    &bad_key::RULE,
    &bad_selector::RULE,
    &reading::BAD_SEPARATOR,
    &bad_setting::RULE,
    &bare_pod::RULE,
    &blocked_probe::RULE,
    &cidr_overlap::RULE,
    &cronjob_overlap::RULE,
    &daemonset_shares_key::RULE,
    &reading::DIRECTIVE,
    &disruption_budget::RULE,
    &dns_leak::RULE,
    &dns_none_empty::RULE,
    &dns_taken::RULE,
    &dns_without_services::RULE,
    &double_base64::RULE,
    &duplicate_key::RULE,
    &duplicate_object::RULE,
    &edited_injection::RULE,
    &endpoint_name::RULE,
    &explicit_key::RULE,
    &external_probe::RULE,
    &extra_networks::RULE,
    &floating_image::RULE,
    &reading::HELM_TEMPLATE,
    &host_network::RULE,
    &host_port::RULE,
    &image_replaced::RULE,
    &injected_twice::RULE,
    &install_needs_names::RULE,
    &job_immutable::RULE,
    &key_in_the_open::RULE,
    &kill_switch_off::RULE,
    &knative_features::RULE,
    &limit_range::RULE,
    &merge_key::RULE,
    &missing_resources::RULE,
    &name_taken::RULE,
    &network_policy::RULE,
    &newer_injection::RULE,
    &no_allowed_ips::RULE,
    &no_containers::RULE,
    &no_keepalive::RULE,
    &no_native_sidecars::RULE,
    &no_peer::RULE,
    &node_dns::RULE,
    &not_injected::RULE,
    &not_selected::RULE,
    &reading::NOT_UTF8,
    &one_family::RULE,
    &other_vpn::RULE,
    &outside_service::RULE,
    &parallel_job::RULE,
    &partial_injection::RULE,
    &patch_matches_nothing::RULE,
    &pod_security::RULE,
    &pod_security_unset::RULE,
    &policy_reach::RULE,
    &port_taken::RULE,
    &quota::RULE,
    &rendered_elsewhere::RULE,
    &replicas_share_key::RULE,
    &rollout_overlap::RULE,
    &run_as_non_root::RULE,
    &runs_before_tunnel::RULE,
    &same_route::RULE,
    &sandboxed_runtime::RULE,
    &script_config_map::RULE,
    &secret_absent::RULE,
    &secret_elsewhere::RULE,
    &secret_incomplete::RULE,
    &secret_mode::RULE,
    &secret_optional::RULE,
    &secret_replaced::RULE,
    &secret_shared::RULE,
    &service_mesh::RULE,
    &shared_anchor::RULE,
    &shared_processes::RULE,
    &signed_file::RULE,
    &split_tunnel::RULE,
    &stale_injection::RULE,
    &swapped_keys::RULE,
    &reading::SYNTAX,
    &template_left_out::RULE,
    &too_few_keys::RULE,
    &unknown_workload::RULE,
    &unsafe_sysctl::RULE,
    &unused_servers::RULE,
    &unused_suppression::RULE,
    &user_namespace::RULE,
    &weaker_tunnel::RULE,
    &wg_quick_hook::RULE,
    &wide_prefix::RULE,
    &windows_pod::RULE,
    &yaml_1_1::RULE,
];

/// The rules about what cannot be edited, and what would be lost: they hold for `uninject` too.
pub static EDITING: &[&Rule] = &[
    &duplicate_key::RULE,
    &edited_injection::RULE,
    &explicit_key::RULE,
    &merge_key::RULE,
    &newer_injection::RULE,
    &partial_injection::RULE,
    &shared_anchor::RULE,
    &signed_file::RULE,
];

/// The rules that look at a patch where it is planned, or at the objects around it: none of their checks says so.
pub static OF_PATCHES: &[&Rule] = &[
    &address_shared::RULE,
    &bad_setting::RULE,
    &duplicate_key::RULE,
    &edited_injection::RULE,
    &explicit_key::RULE,
    &host_network::RULE,
    &image_replaced::RULE,
    &injected_twice::RULE,
    &merge_key::RULE,
    &newer_injection::RULE,
    &not_selected::RULE,
    &partial_injection::RULE,
    &patch_matches_nothing::RULE,
    &rendered_elsewhere::RULE,
    &replicas_share_key::RULE,
    &rollout_overlap::RULE,
    &runs_before_tunnel::RULE,
    &script_config_map::RULE,
    &secret_absent::RULE,
    &secret_replaced::RULE,
    &secret_shared::RULE,
    &shared_anchor::RULE,
    &signed_file::RULE,
    &stale_injection::RULE,
    &weaker_tunnel::RULE,
];
