//! wgsidecar

pub mod text;
pub mod yaml;
pub mod kube;
pub mod wireguard;
pub mod lint;
pub mod uninject;
pub mod inject;
pub mod report;
pub mod cli;
pub mod config;
pub mod run;
pub mod commands;
