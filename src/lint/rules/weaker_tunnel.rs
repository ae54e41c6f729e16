//! The update removes what the tunnel guarded.
//!
//! Every run states all settings, and the annotation `wgsidecar.dev/injected` records those that the tunnel was made
//! with. With the settings of this run the kill switch would be weaker, names would be looked up outside the tunnel, or
//! more would bypass it. Most often a flag of the last run was forgotten.
//!
//! Repeat the earlier flags or put them into `wgsidecar.yaml`. With `--keep`, a run repeats what the annotation records: add
//! it before the change is written, for then the annotation records the new settings. If the change is intended, pass
//! `--allow weaker-tunnel` for one run.

use crate::lint::secret::TunnelSecret;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::changes::{Guard, weaker};
use crate::wireguard::mark::{Format, Mark};
use crate::wireguard::tunnel::Tunnel;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("weaker_tunnel.rs", "weaker-tunnel")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let (Some(existing), Some(wanted)) = (pod.existing(), pod.wanted) else { return };
    let secret = pod.tunnel_secret().map(|(_, secret)| secret);
    let place = pod.place(existing.mark_key);
    let asked = (wanted.tunnel, wanted.asked);
    report(place, &existing.mark, asked, Some(wanted.keeps), secret, findings);
}

/// Reports what a tunnel with the Secret of a name would guard less than the one whose mark stands at a place. `keeps` is
/// whether what is not given was taken from that mark, `None` where a command has no `--keep`, and `held` that Secret, where the run holds it.
pub fn report(
    place: Place,
    mark: &Mark,
    (tunnel, secret): (&Tunnel, &str),
    keeps: Option<bool>,
    held: Option<&TunnelSecret>,
    findings: &mut Findings,
) {
    let files = held.map_or(&[][..], |held| &held.files).iter().map(|file| &file.conf);
    let files: Vec<_> = files.collect();
    // What one takes that cannot be read is not known.
    let files = if files.iter().any(|conf| conf.is_foreign) { &[][..] } else { &files };
    let ways = weaker(mark, Guard { tunnel, secret, files });
    if !ways.is_empty() {
        let earlier = earlier(mark);
        let repeat = format!("repeat the earlier flags{earlier}");
        findings
            .add(
                &RULE,
                place,
                format!("the tunnel would guard less than it does: {}", ways.join("; ")),
            )
            .help(match (&mark.format, keeps) {
                (Format::Two, Some(true)) => {
                    "drop that setting, or pass `--allow weaker-tunnel` if this is intended".into()
                }
                (Format::Two, Some(false)) if !earlier.is_empty() => {
                    repeat + "; with `--keep`, a run repeats what the annotation records"
                }
                _ => repeat,
            });
    }
}

/// The recorded settings that guard, as flags: what was written over cannot be looked up any more.
fn earlier(mark: &Mark) -> String {
    let guards = ["kill-switch", "dns", "inbound", "cluster", "local"];
    let flag = |name| Some(format!("--{name}={}", mark.settings.text(name)?));
    let flags: Vec<_> = guards.into_iter().filter_map(flag).collect();
    if flags.is_empty() { String::new() } else { format!(": `{}`", flags.join(" ")) }
}
