//! What can be typed after `wgsidecar inject`.

use clap::Command;

use super::args::{allow_arg, input_args, output_args, target_args};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    Command::new("inject")
        .about("Add the tunnel to the pods of the manifests")
        .after_help(EXAMPLES)
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .args(tunnel_args())
        .arg(allow_arg())
}

const EXAMPLES: &str = "Examples:
  kubectl kustomize . | wgsidecar inject --secret mullvad | kubectl apply -f -
  wgsidecar inject -i -l vpn=true manifests/
  wgsidecar inject --diff --cluster k3s --dns 10.64.0.1 deploy.yaml";
