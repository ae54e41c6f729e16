//! The update takes away what the tunnel guarded.
//!
//! Every run says all settings anew, and the mark on the pod records those that the tunnel was made with. With the settings
//! of this run the kill switch would be weaker, names would be looked up outside the tunnel, or more would stay outside of it.
//! Most often a flag of the last run was forgotten.
//!
//! Give the settings again, put them into `wgsidecar.yaml`, or take those of the mark with `--keep`. Where the change is
//! meant, `--allow weaker-tunnel` says so for one run.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::changes::weaker;
use crate::wireguard::mark::{Format, Mark};
use crate::wireguard::tunnel::Tunnel;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("weaker_tunnel.rs", "weaker-tunnel")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let (Some(existing), Some(wanted)) = (pod.existing(), pod.wanted) else { return };
    report(pod.place(existing.mark_key), &existing.mark, wanted.tunnel, wanted.keeps, findings);
}

/// Reports what a tunnel would guard less than the one whose mark stands at a place. `keeps` is whether what nobody says
/// was taken from that mark.
pub fn report(place: Place, mark: &Mark, tunnel: &Tunnel, keeps: bool, findings: &mut Findings) {
    let ways = weaker(mark, tunnel);
    if !ways.is_empty() {
        findings
            .add(
                &RULE,
                place,
                format!("the tunnel would guard less than it does: {}", ways.join("; ")),
            )
            .help(match mark.format {
                Format::One => "give the settings again",
                Format::Two if keeps => {
                    "leave out the setting that says so, or `--allow weaker-tunnel` if that is meant"
                }
                Format::Two => "give the settings again, or take those of the mark with `--keep`",
            });
    }
}
