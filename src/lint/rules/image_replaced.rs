//! The tunnel's container runs an image from a different repository than the one it was made with.
//!
//! A new tag or digest is not an edit, for bots write those. Another repository is: what runs there as root, with
//! `NET_ADMIN` and the key, is not what anybody has asked for.
//!
//! Put the image back, or name the other one: `--image`, or `image` in the settings file.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::settings::is_same_repository;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("image_replaced.rs", "image-replaced")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(existing) = pod.existing() else { return };
    let Some(image) = existing.image(pod.tree) else { return };
    let Some(made_with) = existing.mark.image() else { return };
    // Where one is named now, the block is written anew.
    let is_named = pod.wanted.is_some_and(|wanted| wanted.settings.has("image"));
    if is_named || is_same_repository(&image, &made_with) {
        return;
    }
    let node = pod.tree.get(existing.container, "image").unwrap_or(existing.container);
    findings
        .add(
            &RULE,
            pod.place(node),
            format!("the tunnel's image is `{image}`, but it was made with one of `{made_with}`"),
        )
        .help("put the image back, or name the other one with `--image`");
}
