//! Internal to the binary: public for its tests, benches and fuzz targets, with no promise of stability.
//!
//! wgsidecar adds a WireGuard tunnel to the pods in Kubernetes manifests, and takes it out again to the byte.
//!
//! ```text
//!  text ──▶ yaml ──▶ kube ──▶ wireguard ──▶ lint ──▶ uninject ──▶ inject
//!  bytes    nodes    pods     what a        what     edits that   edits that
//!  and      and      and      tunnel is     breaks   take it out  add it
//!  edits    spans    choice   and adds      it │
//!                                              └──▶ policy: the same tunnel, added by the API server
//!
//!  config, cli ──▶ run: read all, plan all, verify all, then write all or nothing ──▶ report
//!  hosts: who calls us (kubectl, kustomize, kpt, Helm), and what each wants in its own words
//! ```
//!
//! The modules stand in reading order, and each uses only those before it (`tests/it/layers.rs` holds that). A
//! Deployment's way through: a [`text::Source`] is split by [`yaml::stream`] as kubectl splits it; what cannot hold a
//! target is skipped by its bytes, the rest is parsed into a [`yaml::Tree`] of spans; [`kube`] finds the pods through
//! one table and decides which are meant; [`lint`] judges, and an error refuses the run; [`inject`] and [`uninject`]
//! plan edits on the original text; [`yaml::verify`] compares the tree of the result with the planned one; and when
//! every source has come through, [`run`] writes.
//!
//! Words that mean one thing everywhere:
//!
//! - *source*: one input text; *document*: what is between two of its separators; *tree*: the nodes of a document
//! - *span*: a range of bytes; *place*: a span and its source; *lead*: where a node's place begins, after a colon or at a dash
//! - *plan*: edits, and what they are to change; *part*: what is edited and verified by itself, a document or an object of
//!   a JSON list
//! - *workload*: an object that makes pods; *template*: one pod template of it; *template ref*: a template, its workload and its tree
//! - *block*: what a tunnel adds to a pod; *mark*: the annotation that says what was there before
//! - *layer*: the settings of one origin; *resolved target*: the settings, the tunnel and the Secret that they come to for
//!   a template
//! - *change*: what a template holds of ours, and what it is to hold; *presence*: whether that is all of a block
//! - *index*: the objects that rules read across documents; *analysis*: what a walk through the documents has found
//! - *verdict*: what a rule finds of other objects for the sake of a pod, once for all pods of which it asks the same
//! - *finding*: a diagnostic and the object that it is about; *linter*: runs the rules and drops what is suppressed

pub mod text;
pub mod redact;
pub mod yaml;
pub mod kube;
pub mod wireguard;
pub mod lint;
pub mod policy;
pub mod uninject;
pub mod inject;
pub mod into;
pub mod report;
pub mod config;
pub mod cli;
pub mod run;
pub mod hosts;
pub mod commands;
