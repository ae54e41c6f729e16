//! What can be typed after `wgsidecar init`.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::args::{Args, one};
use super::page::{COLOR_ENVIRONMENT, Page};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("init")
        .about("Print a commented wgsidecar.yaml, with what the provider's file asks for")
        .arg(
            Arg::new("file")
                .value_name("CONF|-")
                .value_parser(clap::value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("wg-quick file of the VPN provider, or - for standard input"),
        )
        .args(tunnel_args());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &["wgsidecar init mullvad.conf --cluster k3s >wgsidecar.yaml"],
    exit: &[(0, "Done"), (2, "Wrong usage, or a file that is not fit for a tunnel")],
    environment: COLOR_ENVIRONMENT,
    files: &[],
    more: "docs/settings.md",
};

/// The arguments of `init`.
#[derive(Clone, Debug)]
pub struct InitArgs {
    pub file: Option<PathBuf>,
    /// The flags of the tunnel.
    pub args: Args,
}

impl InitArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self { file: one(matches, "file"), args: Args::new(matches) }
    }
}
