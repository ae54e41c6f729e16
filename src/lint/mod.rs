//! What breaks or leaks a tunnel: one file per rule. Knows nothing of flags, of formats, or of what follows.
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
pub mod no_allowed_ips;
pub mod no_containers;
pub mod no_keepalive;
pub mod no_peer;
pub mod node_dns;
pub mod one_family;
pub mod other_vpn;
pub mod outside_service;
pub mod parallel_job;
pub mod partial_injection;
pub mod pod_security;
pub mod pod_security_unset;
pub mod quota;
pub mod reading;
pub mod replicas_share_key;
pub mod rollout_overlap;
pub mod run_as_non_root;
pub mod runs_before_tunnel;
pub mod same_route;
pub mod sandboxed_runtime;
pub mod secret_absent;
pub mod secret_elsewhere;
pub mod secret_incomplete;
pub mod secret_mode;
pub mod secret_optional;
pub mod secret_shared;
pub mod service_mesh;
pub mod shared_anchor;
pub mod split_tunnel;
pub mod stale_injection;
pub mod swapped_keys;
pub mod too_few_keys;
pub mod unknown_workload;
pub mod unsafe_sysctl;
pub mod unused_suppression;
pub mod user_namespace;
pub mod wg_quick_hook;
pub mod wide_prefix;
pub mod windows_pod;
pub mod yaml_1_1;
pub mod context;
pub mod selecting;
pub mod egress;
pub mod secret;
pub mod view;
pub mod pod;
pub mod resources;
pub mod fix;
pub mod suppression;
pub mod judge;
pub mod findings;
pub mod page;
pub mod explain;

pub use findings::{Finding, Findings, Found, Resource, RuleInfo};
pub use judge::Judge;
pub(crate) use page::page;
pub use pod::Pod;
pub use suppression::Ignore;
pub use view::View;

use std::borrow::Cow;
use std::sync::Arc;

use self::context::Context;
use self::page::Page;
use self::secret::TunnelSecret;
use crate::text::{Level, Place};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    /// The usual level; a rule may raise or lower a single finding.
    pub level: Level,
    /// Whether `--allow` can never drop it.
    pub never: bool,
    pub page: Page,
    pub checks: &'static [Check],
}

/// When a rule looks, and at what.
#[derive(Debug)]
pub enum Check {
    /// Reading finds it: the text is no stream of documents.
    Reading,
    /// Planning finds it, where workloads and their settings are put together.
    Planning,
    /// At each object: of all kinds in `lint`, at targets in `inject`.
    Object(fn(&View, &mut Findings)),
    /// At each pod that has, or is to have, our block.
    Pod(fn(&Pod, &mut Findings)),
    /// Once at each Secret that a tunnel reads, and in `lint` at each that holds a tunnel.
    Secret(fn(&View, &TunnelSecret, &mut Findings)),
    /// At the end, across everything.
    Run(fn(&Run, &mut Findings)),
}

/// Every rule, in alphabetical order.
pub static RULES: [&Rule; 85] = [
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
    &no_allowed_ips::RULE,
    &no_containers::RULE,
    &no_keepalive::RULE,
    &no_peer::RULE,
    &node_dns::RULE,
    &reading::NOT_UTF8,
    &one_family::RULE,
    &other_vpn::RULE,
    &outside_service::RULE,
    &parallel_job::RULE,
    &partial_injection::RULE,
    &pod_security::RULE,
    &pod_security_unset::RULE,
    &quota::RULE,
    &replicas_share_key::RULE,
    &rollout_overlap::RULE,
    &run_as_non_root::RULE,
    &runs_before_tunnel::RULE,
    &same_route::RULE,
    &sandboxed_runtime::RULE,
    &secret_absent::RULE,
    &secret_elsewhere::RULE,
    &secret_incomplete::RULE,
    &secret_mode::RULE,
    &secret_optional::RULE,
    &secret_shared::RULE,
    &service_mesh::RULE,
    &shared_anchor::RULE,
    &split_tunnel::RULE,
    &stale_injection::RULE,
    &swapped_keys::RULE,
    &reading::SYNTAX,
    &too_few_keys::RULE,
    &unknown_workload::RULE,
    &unsafe_sysctl::RULE,
    &unused_suppression::RULE,
    &user_namespace::RULE,
    &wg_quick_hook::RULE,
    &wide_prefix::RULE,
    &windows_pod::RULE,
    &yaml_1_1::RULE,
];

/// The rules about what cannot be edited, and what would be lost: they hold for `uninject` too.
pub static EDITING: [&Rule; 6] = [
    &duplicate_key::RULE,
    &edited_injection::RULE,
    &explicit_key::RULE,
    &merge_key::RULE,
    &partial_injection::RULE,
    &shared_anchor::RULE,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

impl Rule {
    /// Whether reading finds it: then there is no manifest to judge.
    pub fn is_about_reading(&self) -> bool {
        self.checks.iter().any(|check| matches!(check, Check::Reading))
    }
}

/// What reports say of every rule.
pub fn infos() -> Vec<RuleInfo> {
    let info = |rule: &&'static Rule| RuleInfo {
        id: rule.id,
        level: rule.level,
        short: rule.page.summary(),
        help: rule.page.way_out(),
        full: rule.page.text(),
    };
    RULES.iter().map(info).collect()
}

/// What is known once every document was read.
#[derive(Debug)]
pub struct Run<'a, 's> {
    pub targets: Vec<Target>,
    /// The objects that matter, and where their names stand.
    pub objects: Vec<(Arc<Resource>, Place)>,
    /// The numbers of the Secrets that tunnels read.
    pub secrets: Vec<usize>,
    pub context: &'a Context<'s>,
}

impl Run<'_, '_> {
    /// Takes over what was seen in later documents.
    pub fn absorb(&mut self, later: Self) {
        self.targets.extend(later.targets);
        self.objects.extend(later.objects);
    }
}

/// What stays of one target after its document was read.
#[derive(Debug)]
pub struct Target {
    /// The name of its object.
    pub place: Place,
    pub resource: Arc<Resource>,
    /// The path of its pod template in the object.
    pub field: Cow<'static, str>,
    /// The Secret that its tunnel reads.
    pub secret: Arc<str>,
}
