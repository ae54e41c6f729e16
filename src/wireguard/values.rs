//! What a setting's text means, and why it means nothing. Knows no setting's name and no layer.
//!
//! Whatever ends up in the pod's script is a number, an address or an interface name here: a word of the shell.

use std::net::IpAddr;

use ipnet::IpNet;

use super::presets;
use super::tunnel::{Delivery, Dns, Inbound, KillSwitch, Ports, Protocol, PullPolicy, Unhealthy};
use crate::redact;

/// A value, or the reason why the text is not valid.
pub type Parsed<T> = Result<T, String>;

/// A prefix this short holds so many addresses that it counts as all of them.
pub const DEFAULT_ROUTE_PREFIX: u8 = 6;

/// The user's `text` as messages show it: in backticks, control characters escaped, cut after 80 characters, without
/// what may be a key.
pub fn quoted(text: &str) -> String {
    let text = redact::text(text);
    let mut shown: String = text.chars().take(80).flat_map(visible).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The value of a configuration file for a message, unless a piece of a key may be in it.
pub(super) fn shown(text: &str) -> String {
    if redact::may_hold_piece(text) { "a value like a key".to_string() } else { quoted(text) }
}

fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

/// The single text of `values`.
pub fn one(values: &[String]) -> Parsed<&str> {
    match values {
        [value] if !value.is_empty() => Ok(value),
        [] | [_] => Err("a value is missing".to_string()),
        _ => Err(format!("takes one value, not {}", values.len())),
    }
}

/// The member of `choices` that `text` names.
pub fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Parsed<T> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
    Err(format!("{} is not one of {}", quoted(text), names.join(", ")))
}

/// `true` or `false`; no value at all means `true`.
pub fn switch(values: &[String]) -> Parsed<bool> {
    if values.is_empty() {
        return Ok(true);
    }
    choice(one(values)?, &[("true", true), ("false", false)])
}

/// `auto`, `on` or `off`; YAML's booleans count as the last two.
pub fn kill_switch(values: &[String]) -> Parsed<KillSwitch> {
    let value = match one(values)? {
        "true" => "on",
        "false" => "off",
        other => other,
    };
    choice(value, &[("auto", KillSwitch::Auto), ("on", KillSwitch::On), ("off", KillSwitch::Off)])
}

/// Whether the container stays: `init` or `sidecar`.
pub fn is_sidecar(values: &[String]) -> Parsed<bool> {
    choice(one(values)?, &[("init", false), ("sidecar", true)])
}

/// `inline` or `configmap`.
pub fn delivery(values: &[String]) -> Parsed<Delivery> {
    choice(one(values)?, &[("inline", Delivery::Inline), ("configmap", Delivery::ConfigMap)])
}

/// `keep`, `unready` or `restart`.
pub fn unhealthy(values: &[String]) -> Parsed<Unhealthy> {
    let words = [
        ("keep", Unhealthy::Keep),
        ("unready", Unhealthy::Unready),
        ("restart", Unhealthy::Restart),
    ];
    choice(one(values)?, &words)
}

/// `off`, or the port that serves metrics.
pub fn metrics(values: &[String]) -> Parsed<Option<u16>> {
    match one(values)? {
        "off" | "false" => Ok(None),
        text => {
            let number = digits(text).and_then(port);
            number.map(Some).ok_or_else(|| {
                format!("{} is neither `off` nor a port from 1 to 65535", quoted(text))
            })
        }
    }
}

/// Kubernetes' own spelling of a pull policy; nothing leaves the field out.
pub fn pull_policy(values: &[String]) -> Parsed<Option<PullPolicy>> {
    if values.is_empty() {
        return Ok(None);
    }
    let policies = [
        ("Always", PullPolicy::Always),
        ("IfNotPresent", PullPolicy::IfNotPresent),
        ("Never", PullPolicy::Never),
    ];
    choice(one(values)?, &policies).map(Some)
}

/// The ranges of a preset.
pub fn cluster(values: &[String]) -> Parsed<Vec<IpNet>> {
    let name = one(values)?;
    let Some(preset) = presets::find(name) else {
        return Err(format!(
            "{} is not a preset: choose from {}, or name the ranges with `{{local}}`",
            quoted(name),
            presets::NAMES.join(", ")
        ));
    };
    Ok(preset.cidrs().collect())
}

/// A list of networks, which may be empty.
pub fn networks(values: &[String]) -> Parsed<Vec<IpNet>> {
    values.iter().map(|value| network(value)).collect()
}

/// One network that is small enough to stay outside the tunnel.
fn network(text: &str) -> Parsed<IpNet> {
    let cidr = cidr(text)?;
    if cidr.trunc() != cidr {
        return Err(format!(
            "{} has host bits set: the network is `{}`",
            quoted(text),
            cidr.trunc()
        ));
    }
    if cidr.prefix_len() <= DEFAULT_ROUTE_PREFIX {
        return Err(format!(
            "{} would leave nearly everything outside the tunnel: name the cluster's own ranges",
            quoted(text)
        ));
    }
    Ok(cidr)
}

/// An address with a prefix length.
pub fn cidr(text: &str) -> Parsed<IpNet> {
    let no_cidr = || format!("{} is not a CIDR such as `10.244.0.0/16`", quoted(text));
    let Some((address, length)) = text.split_once('/') else {
        let address = address(text).ok_or_else(no_cidr)?;
        return Err(format!(
            "{} has no prefix length: write `{}`",
            quoted(text),
            IpNet::from(address)
        ));
    };
    let address = self::address(address).ok_or_else(no_cidr)?;
    let length = digits(length).ok_or_else(no_cidr)?;
    let longest = IpNet::from(address).prefix_len();
    let length = u8::try_from(length).ok().filter(|length| *length <= longest);
    let length =
        length.ok_or_else(|| format!("{} has a prefix length over {longest}", quoted(text)))?;
    IpNet::new(address, length).map_err(|_| no_cidr())
}

/// An IPv4 or IPv6 address without a zone. An octet with leading zeros is not valid, as in the API.
pub fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// A number without sign, blanks or leading zeros.
pub fn digits(text: &str) -> Option<u32> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

fn number(text: &str, first: u32, last: u32) -> Parsed<u32> {
    let number = digits(text).filter(|number| (first..=last).contains(number));
    number.ok_or_else(|| format!("{} is not a number from {first} to {last}", quoted(text)))
}

/// `all`, `none`, or a list of port ranges: sorted, each once.
pub fn inbound(values: &[String]) -> Parsed<Inbound> {
    let whole = values.iter().find(|value| ["all", "none"].contains(&value.as_str()));
    match (whole, values) {
        (_, []) => Err("a value is missing: `none` lets no port answer".to_string()),
        (Some(word), [_]) if word == "all" => Ok(Inbound::All),
        (Some(_), [_]) => Ok(Inbound::None),
        (Some(word), _) => Err(format!("{} excludes every other value", quoted(word))),
        (None, ports) => port_ranges(ports),
    }
}

fn port_ranges(values: &[String]) -> Parsed<Inbound> {
    let mut ranges = values.iter().map(|value| port_range(value)).collect::<Parsed<Vec<_>>>()?;
    ranges.sort();
    ranges.dedup();
    Ok(Inbound::Ports(ranges))
}

/// `tcp:PORT`, `udp:PORT`, or a range `tcp:FIRST-LAST`.
fn port_range(text: &str) -> Parsed<Ports> {
    let wrong =
        || format!("{} is not one of `all`, `none`, `tcp:80`, `udp:6881-6889`", quoted(text));
    let (protocol, ports) = text.split_once(':').ok_or_else(wrong)?;
    let protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => return Err(wrong()),
    };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last) = (digits(first).ok_or_else(wrong)?, digits(last).ok_or_else(wrong)?);
    // `fib_rule_port_range_valid` of the kernel
    let last = port(last).filter(|port| *port < u16::MAX);
    match (port(first), last) {
        (Some(first), Some(last)) if first <= last => Ok(Ports { protocol, first, last }),
        (Some(_), Some(_)) => Err(format!("{} ends before it begins", quoted(text))),
        _ => Err(format!(
            "{}: a port is a number from 1 to 65534, the last that Linux has rules for",
            quoted(text)
        )),
    }
}

/// A port number that a packet can carry.
pub fn port(number: u32) -> Option<u16> {
    u16::try_from(number).ok().filter(|port| *port > 0)
}

/// `cluster`, or one to three resolvers in their order, each once.
pub fn dns(values: &[String]) -> Parsed<Dns> {
    if let [word] = values
        && word == "cluster"
    {
        return Ok(Dns::Cluster);
    }
    let mut servers = Vec::new();
    for value in values {
        let server = resolver(value)?;
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    match servers.len() {
        0 => Err("a value is missing: `cluster`, or the address of a resolver".to_string()),
        1..=3 => Ok(Dns::Servers(servers)),
        count => Err(format!("{count} resolvers: a pod can have at most 3")),
    }
}

fn resolver(text: &str) -> Parsed<IpAddr> {
    if text == "cluster" {
        return Err("`cluster` excludes every other value".to_string());
    }
    let Some(address) = address(text) else {
        return Err(format!(
            "{} is neither `cluster` nor an IP address{}",
            quoted(text),
            leading_zeros(text)
        ));
    };
    if address.is_unspecified() || address.is_multicast() {
        return Err(format!("{} cannot be a resolver's address", quoted(text)));
    }
    Ok(address)
}

/// The hint for an IPv4 address whose only fault is a leading zero.
fn leading_zeros(text: &str) -> String {
    let octets: Option<Vec<_>> = text.split('.').map(|octet| octet.parse::<u8>().ok()).collect();
    match octets.as_deref() {
        Some([a, b, c, d]) => format!(": write it without leading zeros, `{a}.{b}.{c}.{d}`"),
        _ => String::new(),
    }
}

/// Bytes of the interface's MTU; `auto` is `None`. Below 1280 the tunnel carries no IPv6.
pub fn mtu(values: &[String]) -> Parsed<Option<u16>> {
    let text = one(values)?;
    if text == "auto" {
        return Ok(None);
    }
    let bytes =
        digits(text).and_then(|bytes| u16::try_from(bytes).ok()).filter(|bytes| *bytes >= 576);
    bytes
        .map(Some)
        .ok_or_else(|| format!("{} is neither `auto` nor a number from 576 to 65535", quoted(text)))
}

/// Seconds, at most an hour.
pub fn duration(values: &[String]) -> Parsed<u32> {
    let text = one(values)?;
    let (number, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let Some(number) = digits(number) else {
        return Err(format!("{} is not a duration such as `30`, `30s` or `1m`", quoted(text)));
    };
    let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= 3600);
    seconds.ok_or_else(|| format!("{} is longer than an hour, `60m`", quoted(text)))
}

/// The first of ten priorities, all of them before table main's 32766.
pub fn rule_priority(values: &[String]) -> Parsed<u32> {
    number(one(values)?, 1, 32_756)
}

/// What a list such as `cpu=10m,memory=32Mi` names of a container's resources.
#[derive(Debug, Default, PartialEq)]
pub struct Amounts {
    pub cpu: Option<String>,
    pub memory: Option<String>,
}

/// Quantities of CPU and memory, each named at most once.
pub fn amounts(values: &[String]) -> Parsed<Amounts> {
    let mut amounts = Amounts::default();
    for value in values {
        let Some((resource, amount)) = value.split_once('=') else {
            return Err(format!(
                "{} is not an amount such as `cpu=10m` or `memory=32Mi`",
                quoted(value)
            ));
        };
        let place = match resource {
            "cpu" => &mut amounts.cpu,
            "memory" => &mut amounts.memory,
            _ => return Err(format!("{} is neither `cpu` nor `memory`", quoted(resource))),
        };
        check_amount(resource, amount)?;
        if place.replace(amount.to_string()).is_some() {
            return Err(format!("`{resource}` is named twice"));
        }
    }
    if amounts == Amounts::default() { Err("a value is missing".to_string()) } else { Ok(amounts) }
}

fn check_amount(resource: &str, amount: &str) -> Parsed<()> {
    if quantity(amount).is_none() {
        return Err(format!(
            "{} is not a quantity such as `100m`, `0.5` or `64Mi`",
            quoted(amount)
        ));
    }
    if resource == "memory" && amount.ends_with(['m', 'u', 'n']) {
        let number = &amount[..amount.len() - 1];
        return Err(format!(
            "{} of memory is less than a byte: write `{number}Mi`",
            quoted(amount)
        ));
    }
    Ok(())
}

/// The suffixes of a Kubernetes quantity and how many billionths one of them is.
const SUFFIXES: [(&str, u128); 16] = [
    ("Ki", BILLION << 10),
    ("Mi", BILLION << 20),
    ("Gi", BILLION << 30),
    ("Ti", BILLION << 40),
    ("Pi", BILLION << 50),
    ("Ei", BILLION << 60),
    ("n", 1),
    ("u", 1_000),
    ("m", 1_000_000),
    ("k", BILLION * 1_000),
    ("M", BILLION * 1_000_000),
    ("G", BILLION * BILLION),
    ("T", BILLION * BILLION * 1_000),
    ("P", BILLION * BILLION * 1_000_000),
    ("E", BILLION * BILLION * BILLION),
    ("", BILLION),
];

const BILLION: u128 = 1_000_000_000;

/// The size of a Kubernetes quantity, which must not be negative; `None` if the text is not a quantity.
pub fn quantity(text: &str) -> Option<f64> {
    billionths(text).map(|amount| amount as f64 / BILLION as f64)
}

/// The exact size of a Kubernetes quantity in billionths, rounded up as the API rounds: two spellings of one amount are
/// the same. `None` when the text is not a quantity.
pub fn billionths(text: &str) -> Option<u128> {
    let (suffix, factor) = SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix))?;
    let number = &text[..text.len() - suffix.len()];
    let (number, exponent) = match number.split_once(['e', 'E']) {
        Some((number, exponent)) if suffix.is_empty() => (number, exponent.parse().ok()?),
        Some(_) => return None,
        None => (number, 0_i8),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount = digits.parse::<u128>().ok()?.checked_mul(*factor)?;
    let places = i32::from(exponent) - i32::try_from(fraction.len()).ok()?;
    let power = 10_u128.checked_pow(places.unsigned_abs())?;
    if places < 0 { Some(amount.div_ceil(power)) } else { amount.checked_mul(power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_amount_are_the_same() {
        let same = [
            ["0.5", "500m"],
            ["1", "1000m"],
            [".1", "100m"],
            ["1.", "1e0"],
            ["64Mi", "65536Ki"],
            ["0.5Gi", "512Mi"],
            ["1e3", "1k"],
            ["1.5E3", "1500"],
            ["1E", "1000P"],
            ["0.0000000001", "1n"],
            ["1e-3", "1m"],
        ];
        for [one, other] in same {
            assert_eq!(billionths(one), billionths(other), "{one} {other}");
            assert!(billionths(one).is_some(), "{one}");
        }
        assert!(billionths("64Mi") > billionths("64M"));
    }

    #[test]
    fn what_is_no_quantity_has_no_size() {
        for text in ["", ".", "-1", "+1", "1.2.3", "1e", "1e3Mi", "Mi", "1 ", "1Q", "9e99", "²"] {
            assert_eq!(billionths(text), None, "{text}");
        }
    }
}
