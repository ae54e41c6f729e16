//! What can be typed after `wgsidecar inject`.

use clap::Command;

use super::args::{allow_arg, input_args, keep_arg, kube_version_arg, output_args, target_args};
use super::page::{NO_MATCH, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("inject")
        .about("Add the tunnel to the pods of the manifests")
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .args(tunnel_args())
        .arg(keep_arg())
        .arg(allow_arg())
        .arg(kube_version_arg());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "kubectl kustomize . | wgsidecar inject --secret mullvad | kubectl apply -f -",
        "wgsidecar inject -i -l vpn=true manifests/",
        "wgsidecar inject --diff --cluster k3s --dns 10.64.0.1 deploy.yaml",
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
