//! What an update changes of a tunnel, and where it guards less than before. Knows nothing of where the tunnel is.

use ipnet::IpNet;

use super::mark::{Format, Mark};
use super::settings::{SETTINGS, Settings, WorkloadRef};
use super::tunnel::{Dns, Inbound, KillSwitch, Ordinal, Ports, Protocol, Tunnel};

/// What a new mark says otherwise than the old one, in a few words each: `dns 10.64.0.1 → cluster`.
pub fn changes(old: &Mark, new: &Mark) -> Vec<String> {
    if old.format != new.format {
        return vec!["the mark's format".to_string()];
    }
    let said = |settings: &Settings, name: &str, default: &str| {
        let default = if default.is_empty() { "none" } else { default };
        settings.text(name).unwrap_or_else(|| default.to_string())
    };
    let both = SETTINGS.iter().filter_map(|setting| {
        let of = |mark: &Mark| said(&mark.settings, setting.name, setting.default);
        let (old, new) = (of(old), of(new));
        (old != new).then(|| format!("{} {old} → {new}", setting.name))
    });
    let mut changes: Vec<_> = both.collect();
    if old.content != new.content {
        changes.push("the Secret's content".to_string());
    }
    if changes.is_empty() && old.hash != new.hash {
        changes.push("the script".to_string());
    }
    changes
}

/// In which ways the tunnel that is wanted guards less than the one that the mark records.
pub fn weaker(mark: &Mark, wanted: &Tunnel) -> Vec<String> {
    match (mark.format, recorded(&mark.settings)) {
        (Format::Two, Some(recorded)) => {
            let ways = [
                weaker_kill_switch(&recorded, wanted),
                weaker_dns(&recorded, wanted),
                weaker_inbound(&recorded, wanted),
                wider_ranges(&recorded, wanted),
            ];
            ways.into_iter().flatten().collect()
        }
        // An older release has recorded nothing but whether there were resolvers.
        _ if mark.has_own_resolvers() && wanted.dns == Dns::Cluster => {
            vec!["names are looked up outside the tunnel".to_string()]
        }
        _ => Vec::new(),
    }
}

/// The tunnel that was made with recorded settings.
fn recorded(settings: &Settings) -> Option<Tunnel> {
    let workload = WorkloadRef {
        kind: "",
        name: Some("any"),
        namespace: Some("any"),
        ordinal: Some(Ordinal::Pod),
    };
    let resolved = settings.resolve(&workload).ok()?;
    Some(resolved.tunnel.as_ref().clone())
}

fn weaker_kill_switch(old: &Tunnel, new: &Tunnel) -> Option<String> {
    let rank = |tunnel: &Tunnel| match tunnel.kill_switch {
        KillSwitch::Off => 0,
        KillSwitch::Auto => 1,
        KillSwitch::On => 2,
    };
    let word = |tunnel| ["off", "auto", "on"][rank(tunnel)];
    (rank(new) < rank(old))
        .then(|| format!("the kill switch goes from {} to {}", word(old), word(new)))
}

fn weaker_dns(old: &Tunnel, new: &Tunnel) -> Option<String> {
    // With several resolvers any of them may be asked.
    let inside = |tunnel: &Tunnel| match &tunnel.dns {
        Dns::Cluster => (false, false),
        Dns::Servers(servers) => {
            let mut sides = servers.iter().map(|server| !tunnel.is_local(server));
            (sides.clone().any(|is_inside| is_inside), sides.all(|is_inside| is_inside))
        }
    };
    let ((any_was, all_were), (any_is, all_are)) = (inside(old), inside(new));
    (all_were && !all_are || any_was && !any_is)
        .then(|| "names are looked up outside the tunnel".to_string())
}

fn weaker_inbound(old: &Tunnel, new: &Tunnel) -> Option<String> {
    let (old, new) = (ports(&old.inbound), ports(&new.inbound));
    let is_new = |ports: &Ports| {
        !old.iter().any(|it| {
            it.protocol == ports.protocol && it.first <= ports.first && ports.last <= it.last
        })
    };
    new.iter().any(is_new).then(|| "replies of more ports leave outside the tunnel".to_string())
}

/// The ports that are let in: those that touch are one range.
fn ports(inbound: &Inbound) -> Vec<Ports> {
    let all = Ports { protocol: Protocol::Tcp, first: 1, last: Inbound::LAST };
    let mut ranges: Vec<Ports> = match inbound {
        Inbound::All => vec![all],
        Inbound::None => Vec::new(),
        Inbound::Ports(ports) => ports.clone(),
    };
    ranges.sort();
    ranges.dedup_by(|next, range| {
        let touches = next.protocol == range.protocol && next.first <= range.last.saturating_add(1);
        if touches {
            range.last = range.last.max(next.last);
        }
        touches
    });
    ranges
}

fn wider_ranges(old: &Tunnel, new: &Tunnel) -> Option<String> {
    let old = IpNet::aggregate(&old.local);
    let wider = new.local.iter().filter(|range| !old.iter().any(|it| it.contains(*range)));
    let names: Vec<_> = wider.map(ToString::to_string).collect();
    let more = names.len().saturating_sub(1);
    let first = names.first()?;
    Some(match more {
        0 => format!("{first} is outside the tunnel"),
        _ => format!("{first} and {more} more are outside the tunnel"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wireguard::settings::find;

    fn settings(words: &[(&str, &str)]) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in words {
            settings.set(find(name).unwrap(), &[value]).unwrap();
        }
        settings
    }

    fn mark(words: &[(&str, &str)]) -> Mark {
        Mark { settings: settings(words), hash: "00".into(), ..Mark::default() }
    }

    fn ways(old: &[(&str, &str)], new: &[(&str, &str)]) -> usize {
        weaker(&mark(old), &recorded(&settings(new)).unwrap()).len()
    }

    #[test]
    fn each_setting_is_named_with_both_values() {
        let old = mark(&[("dns", "10.64.0.1"), ("kill-switch", "on")]);
        let new = mark(&[("local", "192.168.1.0/24"), ("kill-switch", "on")]);
        assert_eq!(changes(&old, &new), ["local none → 192.168.1.0/24", "dns 10.64.0.1 → cluster"]);
        let rolled = Mark { content: Some("11".into()), ..old.clone() };
        assert_eq!(changes(&old, &rolled), ["the Secret's content"]);
        let released = Mark { hash: "01".into(), ..old.clone() };
        assert_eq!(changes(&old, &released), ["the script"]);
        let format_1 = Mark { format: Format::One, ..old.clone() };
        assert_eq!(changes(&format_1, &old), ["the mark's format"]);
        assert!(changes(&old, &old).is_empty());
    }

    #[test]
    fn what_guards_less_is_told_from_what_does_not() {
        for (name, old, new) in [
            ("kill-switch", "on", "auto"),
            ("kill-switch", "auto", "off"),
            ("dns", "10.64.0.1", "cluster"),
            ("dns", "10.64.0.1", "10.96.0.10"),
            ("dns", "10.64.0.1", "10.64.0.1,10.96.0.10"),
            ("dns", "10.64.0.1,10.96.0.10", "cluster"),
            ("inbound", "none", "all"),
            ("inbound", "none", "udp:53"),
            ("inbound", "tcp:80", "tcp:80-81"),
            ("inbound", "tcp:80", "udp:80"),
            ("inbound", "tcp:80", "all"),
            ("inbound", "all", "tcp:40000"),
            ("local", "192.168.1.0/24", "192.168.0.0/16"),
            ("cluster", "none", "k3s"),
            ("cluster", "kubeadm", "k3s"),
        ] {
            assert_eq!(ways(&[(name, old)], &[(name, new)]), 1, "{name} {old} → {new}");
            assert_eq!(ways(&[(name, old)], &[(name, old)]), 0, "{name} {old}");
        }
        for (name, old, new) in [
            ("kill-switch", "off", "on"),
            ("dns", "cluster", "10.64.0.1"),
            ("dns", "10.64.0.1", "10.64.0.2"),
            ("inbound", "all", "tcp:80"),
            ("inbound", "all", "none"),
            ("inbound", "tcp:80-89,tcp:90-99", "tcp:85-95"),
            ("inbound", "tcp:1-32767", "all"),
            ("local", "192.168.0.0/17,192.168.128.0/17", "192.168.0.0/16"),
            ("cluster", "k3s", "none"),
            ("mtu", "1380", "1280"),
        ] {
            assert_eq!(ways(&[(name, old)], &[(name, new)]), 0, "{name} {old} → {new}");
        }
        assert_eq!(ways(&[("kill-switch", "on"), ("dns", "9.9.9.9")], &[]), 2);
    }
}
