//! The tunnel's container runs an image from a different repository than the one it was made with.
//!
//! A new tag or digest is not an edit, for bots write those. Another repository is: what runs there as root, with
//! `NET_ADMIN` and the key, is not what anybody has asked for.
//!
//! Put the image back, or name the other one: `--image`, or `image` in the settings file.

use std::borrow::Cow;

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::existing::Existing;
use crate::wireguard::settings::is_same_repository;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("image_replaced.rs", "image-replaced")
};

/// Whether another repository's image has been put in.
pub fn is_replaced(pod: &Pod) -> bool {
    find(pod).is_some()
}

/// The block, its image and the repository that it was made with, where the two differ.
fn find<'a>(pod: &Pod<'a, '_>) -> Option<(&'a Existing, Cow<'a, str>, String)> {
    let existing = pod.existing()?;
    let (image, made_with) = (existing.image(pod.tree)?, existing.mark.image()?);
    // Where one is named now, the block is written anew.
    let is_named = pod.wanted.is_some_and(|wanted| wanted.settings.has("image"));
    (!is_named && !is_same_repository(&image, &made_with)).then_some((existing, image, made_with))
}

fn check(pod: &Pod, findings: &mut Findings) {
    let Some((existing, image, made_with)) = find(pod) else { return };
    let node = pod.tree.get(existing.container, "image").unwrap_or(existing.container);
    report(pod.place(node), &image, &made_with, findings);
}

/// Reports the image of a tunnel that was made with one of a repository.
pub fn report(place: Place, image: &str, made_with: &str, findings: &mut Findings) {
    let message =
        format!("the tunnel's image is `{image}`, but it was made with one of `{made_with}`");
    findings
        .add(&RULE, place, message)
        .help("put the image back, or name the other one with `--image`");
}
