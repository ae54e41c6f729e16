//! What can be typed after `wgsidecar secret`.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::args::{General, file, flag, many, one, switch};
use super::page::{COLOR_ENVIRONMENT, Page};

pub(super) fn command() -> Command {
    let command = Command::new("secret")
        .about("Make the file of a VPN provider into a Secret")
        .arg(
            Arg::new("file")
                .value_name("FILE|DIR|-")
                .required(true)
                .num_args(1..)
                .value_parser(clap::value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("wg-quick file, folder of such files (*.conf), or - for standard input"),
        )
        .args([
            Arg::new("name").long("name").value_name("NAME").default_value("wireguard").help("Name of the Secret; {file} is the name of the file, and makes a Secret of each of several"),
            Arg::new("namespace").short('n').long("namespace").value_name("NAME").help("Namespace of the Secret"),
            file("output", "FILE", "Write to a file that only you can read, instead of standard output").short('o'),
            switch("force", "Let -o write over a file that exists, although it may be an encrypted Secret"),
            switch("data", "Write data in base64 instead of stringData"),
            switch("keep-prefix", "Keep addresses that stand for a whole network as they are"),
            switch("per-replica", "Make one Secret of several files, a key for each replica: 0.conf, 1.conf and so on"),
            switch("servers", "Make one Secret of several files, servers that a sidecar tries in turn: wg0.conf, wg1.conf and so on").conflicts_with("per-replica"),
            switch("check", "Print no Secret, only what is wrong with the file"),
        ]);
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar secret mullvad.conf --name mullvad | kubectl apply -f -",
        "wgsidecar secret keys/ --name 'wg-{file}' -o secrets.yaml",
        "wgsidecar secret --check mullvad.conf",
    ],
    exit: &[
        (0, "Done"),
        (2, "Wrong usage, a file that is not fit for a tunnel, or output that cannot be written"),
    ],
    environment: COLOR_ENVIRONMENT,
    files: &[],
    more: "docs/tunnel.md",
};

/// The arguments of `secret`.
#[derive(Clone, Debug)]
pub struct SecretArgs {
    pub files: Vec<PathBuf>,
    pub name: String,
    pub namespace: Option<String>,
    /// `-` is standard output.
    pub output: Option<PathBuf>,
    pub force: bool,
    pub data: bool,
    pub keep_prefix: bool,
    pub per_replica: bool,
    pub servers: bool,
    pub check: bool,
    pub general: General,
}

impl SecretArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            files: many(matches, "file"),
            name: one(matches, "name").unwrap_or_default(),
            namespace: one(matches, "namespace"),
            output: one(matches, "output").filter(|path: &PathBuf| path.as_os_str() != "-"),
            force: flag(matches, "force"),
            data: flag(matches, "data"),
            keep_prefix: flag(matches, "keep-prefix"),
            per_replica: flag(matches, "per-replica"),
            servers: flag(matches, "servers"),
            check: flag(matches, "check"),
            general: General::new(matches),
        }
    }
}
