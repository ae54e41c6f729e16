//! What can be typed after `wgsidecar uninject`.

use clap::Command;

use super::args::{allow_arg, input_args, output_args, target_args};
use super::page::{NO_MATCH, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};

pub(super) fn command() -> Command {
    let command = Command::new("uninject")
        .about("Take the tunnel out of the manifests again, to the byte")
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .arg(allow_arg());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar uninject -i --target deploy/web manifests/",
        "kubectl get deploy web -o yaml | wgsidecar uninject | kubectl apply -f -",
    ],
    exit: &[
        (0, "Done, or nothing to do"),
        (
            1,
            "A workload was refused and nothing was written; with --check or --diff, something would change",
        ),
        (2, NO_MATCH),
    ],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/tunnel.md",
};
