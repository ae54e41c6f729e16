//! What an update changes of a tunnel, and where it guards less than before. Knows nothing of where the tunnel is.

use std::net::IpAddr;

use ipnet::IpNet;

use super::conf::Conf;
use super::mark::{Format, Mark, UNRECORDED};
use super::settings::{SETTINGS, Settings, WorkloadRef};
use super::tunnel::{Dns, Inbound, KillSwitch, Ordinal, Ports, Protocol, Tunnel};

/// What a new mark says otherwise than the old one, in a few words each: `dns 10.64.0.1 → cluster`.
pub fn changes(old: &Mark, new: &Mark) -> Vec<String> {
    if old.format != new.format {
        return vec!["the annotation's format".to_string()];
    }
    let said = |settings: &Settings, name: &str, default: &str| {
        let default = if default.is_empty() { "none" } else { default };
        settings.text(name).unwrap_or_else(|| default.to_string())
    };
    let both = SETTINGS.iter().filter_map(|setting| {
        let of = |mark: &Mark| said(&mark.settings, setting.name, setting.default);
        let (old, new) = (of(old), of(new));
        (old != new).then(|| (setting.name, format!("{} {old} → {new}", setting.name)))
    });
    let both: Vec<_> = both.collect();
    // Another Secret has other content, and a sidecar's mark records none: that follows from the change that is named.
    let follows = both.iter().any(|(name, _)| ["secret", "mode"].contains(name));
    let mut changes: Vec<_> = both.into_iter().map(|(_, change)| change).collect();
    let content = match (&old.content, &new.content) {
        (old, Some(new)) if new == UNRECORDED && old.as_ref() != Some(new) => {
            Some("the Secret's content is not recorded")
        }
        (Some(old), Some(new)) if old != new => Some("the Secret's content"),
        (None, Some(_)) => Some("the Secret's content is now known"),
        (Some(_), None) => Some("the Secret's content is no longer known"),
        _ => None,
    };
    changes.extend(content.filter(|_| !follows).map(str::to_owned));
    if changes.is_empty() && old.hash != new.hash && !follows {
        changes.push("the script".to_string());
    }
    changes
}

/// A tunnel, and what is known of the servers' files that it reads.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    pub tunnel: &'a Tunnel,
    /// The name of its Secret, as it was asked for.
    pub secret: &'a str,
    /// The files of that Secret; none where the run does not hold them.
    pub files: &'a [&'a Conf],
}

/// In which ways the tunnel that is wanted guards less than the one that the mark records.
pub fn weaker(mark: &Mark, wanted: Guard) -> Vec<String> {
    match (mark.format, recorded(&mark.settings)) {
        (Format::Two, Some(recorded)) => {
            let secret = mark.secret();
            // Which pods start again reads what the Secret holds now.
            let files = if secret == wanted.secret { wanted.files } else { &[] };
            let old = Guard { tunnel: &recorded, secret: &secret, files };
            let has_resolvers = mark.dns().next().is_some();
            let ways = [
                weaker_kill_switch(old, wanted),
                // A pod that asks its own resolvers goes on asking them.
                weaker_dns(old, wanted).filter(|_| has_resolvers),
                weaker_inbound(&recorded, wanted.tunnel),
                wider_ranges(old, wanted),
            ];
            ways.into_iter().flatten().collect()
        }
        // An older release has recorded nothing but whether there were resolvers.
        _ if mark.has_own_resolvers() && wanted.tunnel.dns == Dns::Cluster => {
            vec!["names are looked up outside the tunnel".to_string()]
        }
        _ => Vec::new(),
    }
}

/// The tunnel that was made with recorded settings.
fn recorded(settings: &Settings) -> Option<Tunnel> {
    let resolved = settings.resolve(&WorkloadRef::any(Some(Ordinal::Pod))).ok()?;
    Some(resolved.tunnel.as_ref().clone())
}

impl Guard<'_> {
    /// What the kill switch comes to: `auto` is on for a full tunnel, and off for any other.
    fn kill_switch(self) -> KillSwitch {
        let is_full = |conf: &&Conf| conf.is_full_tunnel();
        match self.tunnel.kill_switch {
            KillSwitch::Auto if self.files.is_empty() => KillSwitch::Auto,
            KillSwitch::Auto if self.files.iter().all(is_full) => KillSwitch::On,
            KillSwitch::Auto if !self.files.iter().any(is_full) => KillSwitch::Off,
            own => own,
        }
    }

    /// Whether the tunnel takes packets there, or nothing does: as far as anybody knows.
    fn keeps_in(self, range: &IpNet) -> bool {
        let meets = |allowed: &IpNet| allowed.contains(range) || range.contains(allowed);
        let takes = |conf: &&Conf| conf.allowed_ips().any(|allowed| meets(&allowed.value));
        self.kill_switch() != KillSwitch::Off
            || self.files.is_empty()
            || self.files.iter().any(takes)
    }
}

fn weaker_kill_switch(old: Guard, new: Guard) -> Option<String> {
    let rank = |switch| match switch {
        KillSwitch::Off => 0,
        KillSwitch::Auto => 1,
        KillSwitch::On => 2,
    };
    let (was, is) = (old.tunnel.kill_switch, new.tunnel.kill_switch);
    let word = |switch| ["off", "auto", "on"][rank(switch)];
    // Another Secret may hold a narrower tunnel, which is not for the settings to say.
    (was != is && rank(new.kill_switch()) < rank(old.kill_switch()))
        .then(|| format!("the kill switch goes from {} to {}", word(was), word(is)))
}

fn weaker_dns(old: Guard, new: Guard) -> Option<String> {
    // With several resolvers any of them may be asked.
    let inside = |guard: Guard| match &guard.tunnel.dns {
        Dns::Cluster => (false, false),
        Dns::Servers(servers) => {
            let is_inside = |server: &IpAddr| {
                !guard.tunnel.is_local(server) && guard.keeps_in(&IpNet::from(*server))
            };
            (servers.iter().any(is_inside), servers.iter().all(is_inside))
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

fn wider_ranges(old: Guard, new: Guard) -> Option<String> {
    let known = IpNet::aggregate(&old.tunnel.local);
    let is_wider = |range: &&IpNet| {
        !known.iter().any(|it| it.contains(*range))
            && !range.addr().is_loopback()
            && old.keeps_in(range)
    };
    let wider = new.tunnel.local.iter().filter(is_wider);
    let names: Vec<_> = wider.map(ToString::to_string).collect();
    let more = names.len().saturating_sub(1);
    let first = names.first()?;
    Some(match more {
        0 => format!("{first} will bypass the tunnel"),
        _ => format!("{first} and {more} more will bypass the tunnel"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wireguard::conf;
    use crate::wireguard::mark::{Before, Site};
    use crate::wireguard::settings::find;

    fn settings(words: &[(&str, &str)]) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in words {
            settings.set(find(name).unwrap(), &[value]).unwrap();
        }
        settings
    }

    fn mark(words: &[(&str, &str)]) -> Mark {
        let mut mark = Mark { settings: settings(words), hash: "00".into(), ..Mark::default() };
        mark.places.insert(Site::DnsPolicy, Before::Absent);
        mark
    }

    fn ways(old: &[(&str, &str)], new: &[(&str, &str)]) -> usize {
        ways_of(&mark(old), new, &[])
    }

    /// The same where the Secret holds files with these networks.
    fn ways_of(old: &Mark, new: &[(&str, &str)], networks: &[&str]) -> usize {
        let conf = |networks: &&str| conf::parse(&format!("[Peer]\nAllowedIPs = {networks}\n"));
        let confs: Vec<_> = networks.iter().map(conf).collect();
        let files: Vec<_> = confs.iter().collect();
        let tunnel = recorded(&settings(new)).unwrap();
        weaker(old, Guard { tunnel: &tunnel, secret: "wireguard", files: &files }).len()
    }

    #[test]
    fn two_settings_that_come_to_one_tunnel_guard_alike() {
        let (full, split) = (&["0.0.0.0/0, ::/0"][..], &["10.64.0.0/10"][..]);
        let (on, auto, off) =
            (("kill-switch", "on"), ("kill-switch", "auto"), ("kill-switch", "off"));
        let dns = |server| ("dns", server);
        for (old, new, files, expected) in [
            (on, auto, full, 0),
            (on, auto, &["0.0.0.0/1, 128.0.0.0/1"], 0),
            (on, auto, &["::/0"], 0),
            (on, auto, split, 1),
            // One of two servers may be asked, and its tunnel is narrow.
            (on, auto, &["0.0.0.0/0", "10.64.0.0/10"], 1),
            (on, off, full, 1),
            (auto, off, full, 1),
            (auto, off, split, 0),
            (off, auto, split, 0),
            (dns("10.64.0.1"), dns("cluster"), full, 1),
            (dns("10.64.0.1"), dns("cluster"), split, 1),
            // It was outside all along.
            (dns("9.9.9.9"), dns("cluster"), split, 0),
            (dns("10.64.0.1"), dns("9.9.9.9"), split, 1),
            (dns("10.64.0.1"), dns("9.9.9.9"), full, 0),
            (("local", "192.168.0.0/24"), ("local", "192.168.0.0/16"), full, 1),
            (("local", "192.168.0.0/24"), ("local", "192.168.0.0/16"), split, 0),
            (("local", "10.64.0.0/24"), ("local", "10.64.0.0/16"), split, 1),
            (("local", "192.168.0.0/24"), ("local", "127.0.0.0/8"), full, 0),
        ] {
            let found = ways_of(&mark(&[old]), &[new], files);
            assert_eq!(found, expected, "{old:?} → {new:?} with {files:?}");
        }
        // What another Secret held nobody knows.
        let other = mark(&[("secret", "other"), ("kill-switch", "auto")]);
        assert_eq!(ways_of(&other, &[auto], split), 0);
        assert_eq!(ways_of(&other, &[off], full), 1);
        // The pod asks its own resolvers.
        let mut own = mark(&[dns("10.64.0.1")]);
        own.places.clear();
        assert_eq!(ways_of(&own, &[], full), 0);
    }

    #[test]
    fn each_setting_is_named_with_both_values() {
        let old = mark(&[("dns", "10.64.0.1"), ("kill-switch", "on")]);
        let new = mark(&[("local", "192.168.1.0/24"), ("kill-switch", "on")]);
        assert_eq!(changes(&old, &new), ["local none → 192.168.1.0/24", "dns 10.64.0.1 → cluster"]);
        let known = Mark { content: Some("11".into()), ..old.clone() };
        assert_eq!(changes(&old, &known), ["the Secret's content is now known"]);
        let rolled = Mark { content: Some("22".into()), ..old.clone() };
        assert_eq!(changes(&known, &rolled), ["the Secret's content"]);
        let patch = Mark { content: Some(UNRECORDED.into()), ..old.clone() };
        for mark in [&old, &known] {
            assert_eq!(changes(mark, &patch), ["the Secret's content is not recorded"]);
        }
        assert!(changes(&patch, &patch).is_empty());
        for (name, value) in [("secret", "wg"), ("mode", "sidecar")] {
            let mut other = Mark { content: None, ..known.clone() };
            other.settings.set(find(name).unwrap(), &[value]).unwrap();
            let default = find(name).unwrap().default;
            assert_eq!(changes(&known, &other), [format!("{name} {default} → {value}")]);
            assert_eq!(changes(&other, &known), [format!("{name} {value} → {default}")]);
        }
        let released = Mark { hash: "01".into(), ..old.clone() };
        assert_eq!(changes(&old, &released), ["the script"]);
        let format_1 = Mark { format: Format::One, ..old.clone() };
        assert_eq!(changes(&format_1, &old), ["the annotation's format"]);
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
