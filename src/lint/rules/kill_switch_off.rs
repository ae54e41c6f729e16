//! The kill switch is off.
//!
//! When the interface goes away, everything leaves the pod outside the tunnel, and what no `AllowedIPs` covers always does. An
//! annotation on the workload wins over the flag that asks for a kill switch.
//!
//! Leave `--kill-switch` and the annotation `wgsidecar.dev/kill-switch` out, or suppress the rule with the reason.

use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::KillSwitch;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Outline(check)],
    ..rule!("kill_switch_off.rs", "kill-switch-off")
};

fn check(pod: &Outline, findings: &mut Findings) {
    if pod.tunnel.is_some_and(|tunnel| tunnel.kill_switch == KillSwitch::Off) {
        findings
            .add(
                &RULE,
                pod.place,
                "the kill switch is off: while the tunnel is down, this pod sends traffic outside it",
            )
            .help("leave the setting `kill-switch` out, or set it to `on`");
    }
}
