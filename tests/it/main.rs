//! Every test of the program, in one binary: a change is linked once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cli;
mod completions;
mod conf;
mod config;
mod corpus;
mod faults;
mod fixes;
mod fixtures;
mod function_page;
mod fuzzed;
mod generated;
mod growth;
mod hostile;
mod hosts;
mod init;
mod integrations;
mod into;
mod judges;
mod kube;
mod laws;
mod layers;
mod left_out;
mod lint;
mod list;
mod mark;
mod mutations;
mod order;
mod policy;
mod private;
mod readme;
mod recipes;
mod report;
mod rules;
mod schema;
mod script;
mod secret;
mod selection;
mod settings;
mod signed;
mod support;
mod types;
mod unified;
mod verified;
mod walk;
