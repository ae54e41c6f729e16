//! The image of our container is not pinned.
//!
//! Without a tag, or with `latest`, what runs as root with NET_ADMIN changes whenever somebody pushes. A fixed tag is
//! enough, a digest is better. A port is not a tag: `registry:5000/wireguard` has none.
//!
//! Name a tag or a digest with `--image`.

use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check), Check::Patch(check_patch)],
    ..rule!("floating_image.rs", "floating-image")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let written = pod.existing().and_then(|existing| pod.tree.get(existing.container, "image"));
    let image = match (pod.tunnel, written) {
        (_, Some(node)) => pod.tree.string(node).unwrap_or_default().into_owned(),
        (Some(tunnel), None) => tunnel.image.clone(),
        (None, None) => return,
    };
    report(written.map_or_else(|| pod.name_place(), |node| pod.place(node)), &image, findings);
}

fn check_patch(pods: &Outline, findings: &mut Findings) {
    if let Some(image) = &pods.image {
        report(pods.tunnel_place, image, findings);
    }
}

fn report(place: Place, image: &str, findings: &mut Findings) {
    if is_floating(image) {
        findings
            .add(
                &RULE,
                place,
                format!("the tunnel's image `{image}` is not pinned: what runs as root may change"),
            )
            .help("name a tag or a digest with `--image`");
    }
}

fn is_floating(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    let tag = name.split_once(':').map(|(_, tag)| tag);
    !image.contains('@') && tag.is_none_or(|tag| tag == "latest")
}
