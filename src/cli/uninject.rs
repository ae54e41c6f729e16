//! What can be typed after `wgsidecar uninject`.

use clap::Command;

use super::args::{allow_arg, input_args, output_args, target_args};

pub(super) fn command() -> Command {
    Command::new("uninject")
        .about("Take the tunnel out of the manifests again, to the byte")
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .arg(allow_arg())
}
