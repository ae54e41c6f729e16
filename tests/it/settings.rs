//! What settings mean, and what is said of those that mean nothing.

use std::net::IpAddr;
use std::sync::Arc;

use wgsidecar::wireguard::settings::{
    BadSetting, Resolved, SETTINGS, Settings, WorkloadRef, find, find_field, nearest, nearest_field,
};
use wgsidecar::wireguard::tunnel::{
    Dns, Inbound, KillSwitch, Mode, Ordinal, Ports, Protocol, PullPolicy, Sidecar, Tunnel,
    Unhealthy,
};

const WEB: WorkloadRef<'_> =
    WorkloadRef { kind: "Deployment", name: Some("web"), namespace: Some("shop"), ordinal: None };

fn set(settings: &mut Settings, name: &str, values: &[&str]) -> Result<(), String> {
    settings.set(find(name).expect("tests name known settings"), values)
}

fn layer(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in pairs {
        set(&mut settings, name, &[value]).expect("tests layer good values");
    }
    settings
}

fn resolved(pairs: &[(&str, &str)]) -> Resolved {
    layer(pairs).resolve(&WEB).expect("tests resolve good values")
}

fn tunnel(pairs: &[(&str, &str)]) -> Arc<Tunnel> {
    resolved(pairs).tunnel
}

fn refusal(name: &str, value: &str) -> String {
    let reason = set(&mut Settings::default(), name, &[value]).expect_err(value);
    find(name).unwrap().spell(&reason, name)
}

/// A reason that names another setting calls it what the user calls such a thing.
#[test]
fn another_setting_has_its_name_in_the_same_place() {
    let cluster = find("cluster").unwrap();
    for (shown, other) in [
        ("--cluster", "--local"),
        ("WGSIDECAR_CLUSTER", "WGSIDECAR_LOCAL"),
        ("wgsidecar.dev/cluster", "wgsidecar.dev/local"),
        ("cluster", "local"),
    ] {
        let reason = set(&mut Settings::default(), "cluster", &["{x}"]).unwrap_err();
        let spelt = cluster.spell(&reason, shown);
        assert!(spelt.ends_with(&format!("or name the ranges with `{other}`")), "{spelt}");
    }
}

fn local(pairs: &[(&str, &str)]) -> Vec<String> {
    tunnel(pairs).local.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_set_is_the_default_tunnel() {
    let tunnel = tunnel(&[]);
    assert_eq!(resolved(&[]).secret.as_ref(), "wireguard");
    assert_eq!(tunnel.interface, "wg0");
    assert_eq!(tunnel.container, "wireguard");
    assert_eq!(tunnel.image, "docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116");
    assert_eq!(tunnel.pull_policy, None);
    assert!(!tunnel.install_tools);
    assert_eq!(tunnel.inbound, Inbound::All);
    assert_eq!(tunnel.dns, Dns::Cluster);
    assert_eq!(tunnel.kill_switch, KillSwitch::Auto);
    assert_eq!(tunnel.mtu, None);
    assert_eq!(tunnel.handshake_timeout, 30);
    assert_eq!(tunnel.rule_priority, 100);
    assert_eq!((tunnel.requests.cpu.as_str(), tunnel.requests.memory.as_str()), ("10m", "32Mi"));
    assert_eq!((tunnel.limits.cpu.as_str(), tunnel.limits.memory.as_str()), ("1", "64Mi"));
    assert_eq!(tunnel.ordinal, None);
    assert_eq!(tunnel.mode, Mode::Init);
    assert_eq!(local(&[]), ["10.96.0.0/12", "10.244.0.0/16"]);
}

#[test]
fn only_what_stays_can_do_what_takes_time() {
    let sidecar = |unhealthy, metrics| Mode::Sidecar(Sidecar { unhealthy, metrics });
    let mode = |pairs: &[(&str, &str)]| tunnel(pairs).mode;
    assert_eq!(mode(&[("mode", "sidecar")]), sidecar(Unhealthy::Keep, None));
    assert_eq!(
        mode(&[("mode", "sidecar"), ("unhealthy", "unready"), ("metrics", "32767")]),
        sidecar(Unhealthy::Unready, Some(32767))
    );
    assert_eq!(
        mode(&[("mode", "sidecar"), ("metrics", "40000"), ("inbound", "tcp:39999-40001")]),
        sidecar(Unhealthy::Keep, Some(40000))
    );
    assert_eq!(mode(&[("unhealthy", "keep"), ("metrics", "off")]), Mode::Init);
    let bad: [&[(&str, &str)]; 7] = [
        &[("metrics", "9586")],
        &[("mode", "init"), ("metrics", "9586")],
        &[("mode", "sidecar"), ("metrics", "32768")],
        &[("mode", "sidecar"), ("metrics", "9586"), ("inbound", "none")],
        &[("mode", "sidecar"), ("metrics", "9586"), ("inbound", "udp:9586")],
        &[("mode", "sidecar"), ("metrics", "9586"), ("inbound", "tcp:9587-9600")],
        &[("unhealthy", "restart")],
    ];
    for pairs in bad {
        let refused = layer(pairs).resolve(&WEB).expect_err("nothing of this works");
        let last = if pairs[0].0 == "unhealthy" { "unhealthy" } else { "metrics" };
        assert_eq!(refused.iter().map(|it| it.setting).collect::<Vec<_>>(), [last], "{pairs:?}");
    }
    for text in ["0", "65536", "-1", "on", "09586", "http"] {
        assert!(refusal("metrics", text).contains("nor a port"), "{text}");
    }
}

#[test]
fn every_default_and_example_and_word_is_accepted() {
    for setting in &SETTINGS {
        for text in [setting.default, setting.example].iter().chain(setting.words) {
            if !text.is_empty() {
                set(&mut Settings::default(), setting.name, &[text]).expect(setting.name);
            }
        }
        assert_eq!(find(setting.name).map(|found| found.name), Some(setting.name));
        assert_eq!(find_field(setting.field).map(|found| found.name), Some(setting.name));
        assert!(!setting.help.ends_with('.'), "{}", setting.name);
        assert!(setting.schema()["type"] != serde_json::Value::Null, "{}", setting.name);
    }
}

#[test]
fn one_name_in_every_spelling() {
    for setting in SETTINGS.iter().filter(|setting| setting.name != "secret") {
        let mut words = setting.name.split('-');
        let mut field = words.next().unwrap_or_default().to_string();
        for word in words {
            field += &word[..1].to_uppercase();
            field += &word[1..];
        }
        assert_eq!(field, setting.field);
    }
    let setting = find("kill-switch").unwrap();
    assert_eq!(setting.variable(), "WGSIDECAR_KILL_SWITCH");
    assert_eq!(setting.annotation_key(), "wgsidecar.dev/kill-switch");
}

#[test]
fn what_decides_who_runs_as_root_is_no_annotation() {
    let names: Vec<_> =
        SETTINGS.iter().filter(|setting| !setting.annotation).map(|setting| setting.name).collect();
    assert_eq!(names, ["image", "install-tools", "container-name", "script"]);
}

#[test]
fn a_list_always_adds_to_the_preset() {
    assert_eq!(local(&[("cluster", "k3s")]), ["10.42.0.0/16", "10.43.0.0/16"]);
    assert_eq!(
        local(&[("local", "192.168.1.0/24")]),
        ["10.96.0.0/12", "10.244.0.0/16", "192.168.1.0/24"]
    );
    assert_eq!(local(&[("cluster", "none"), ("local", "192.168.1.0/24")]), ["192.168.1.0/24"]);
    assert_eq!(
        local(&[("cluster", "k3s"), ("local", "192.168.1.0/24,10.42.0.0/16")]),
        ["10.42.0.0/16", "10.43.0.0/16", "192.168.1.0/24"]
    );
    assert_eq!(local(&[("cluster", "none")]), [""; 0]);
    let mut empty = Settings::default();
    set(&mut empty, "local", &[]).unwrap();
    assert_eq!(empty.resolve(&WEB).unwrap().tunnel.local.len(), 2);
}

#[test]
fn lists_join_within_a_layer_and_replace_between_layers() {
    let mut upper = Settings::default();
    set(&mut upper, "local", &["10.1.0.0/16, 10.2.0.0/16", "fd00::/8"]).unwrap();
    set(&mut upper, "local", &["10.3.0.0/16"]).unwrap();
    let lower = layer(&[
        ("cluster", "none"),
        ("local", "10.9.0.0/16"),
        ("mtu", "1400"),
        ("interface", "wg7"),
    ]);
    let tunnel = upper.over(&lower).resolve(&WEB).unwrap().tunnel;
    let local: Vec<_> = tunnel.local.iter().map(ToString::to_string).collect();
    assert_eq!(local, ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "fd00::/8"]);
    assert_eq!((tunnel.mtu, tunnel.interface.as_str()), (Some(1400), "wg7"));
}

#[test]
fn the_order_of_a_list_means_nothing_but_for_resolvers() {
    let ports = |text| tunnel(&[("inbound", text)]).inbound.clone();
    assert_eq!(ports("udp:53,tcp:80,tcp:80"), ports("tcp:80,udp:53"));
    let [tcp, udp] = [(Protocol::Tcp, 80, 80), (Protocol::Udp, 6881, 6889)]
        .map(|(protocol, first, last)| Ports { protocol, first, last });
    assert_eq!(ports("udp:6881-6889,tcp:80"), Inbound::Ports(vec![tcp, udp]));
    let servers: Vec<IpAddr> =
        ["10.64.0.1", "1.1.1.1", "fd00::1"].map(|ip| ip.parse().unwrap()).into();
    assert_eq!(tunnel(&[("dns", "10.64.0.1,1.1.1.1,fd00::1,1.1.1.1")]).dns, Dns::Servers(servers));
}

#[test]
fn values_are_read() {
    assert_eq!(tunnel(&[("handshake-timeout", "0")]).handshake_timeout, 0);
    assert_eq!(tunnel(&[("handshake-timeout", "45")]).handshake_timeout, 45);
    assert_eq!(tunnel(&[("handshake-timeout", "2m")]).handshake_timeout, 120);
    assert_eq!(tunnel(&[("kill-switch", "true")]).kill_switch, KillSwitch::On);
    assert_eq!(tunnel(&[("kill-switch", "off")]).kill_switch, KillSwitch::Off);
    assert_eq!(tunnel(&[("pull-policy", "Never")]).pull_policy, Some(PullPolicy::Never));
    assert_eq!(tunnel(&[("inbound", "none")]).inbound, Inbound::None);
    assert_eq!(tunnel(&[("rule-priority", "32756")]).rule_priority, 32756);
    assert_eq!(tunnel(&[("requests", "cpu=20m")]).requests.memory, "32Mi");
}

#[test]
fn installed_tools_bring_their_image_unless_one_is_named() {
    let alpine = "docker.io/library/alpine:3.22";
    assert_eq!(tunnel(&[("install-tools", "true")]).image, alpine);
    let mut bare = Settings::default();
    set(&mut bare, "install-tools", &[]).unwrap();
    assert_eq!(bare.resolve(&WEB).unwrap().tunnel.image, alpine);
    let own = [("install-tools", "true"), ("image", "reg.example:5000/a/b:1@sha256:")];
    assert!(refusal(own[1].0, own[1].1).contains("is not an image"));
    let own = [("install-tools", "true"), ("image", "reg.example:5000/a/b_c:1")];
    assert_eq!(tunnel(&own).image, "reg.example:5000/a/b_c:1");
}

#[test]
fn a_pattern_gives_each_workload_its_secret() {
    assert_eq!(resolved(&[("secret", "wg-{name}")]).secret.as_ref(), "wg-web");
    assert_eq!(
        resolved(&[("secret", "{namespace}.{kind}-{name}")]).secret.as_ref(),
        "shop.deployment-web"
    );
    let nameless = WorkloadRef { name: None, namespace: None, ..WEB };
    let refusal = layer(&[("secret", "wg-{name}")]).resolve(&nameless).unwrap_err();
    assert_eq!(refusal[0].message, "`wg-{name}` needs a name, and this workload has none");
    let long = WorkloadRef { name: Some(&"x".repeat(251)), ..WEB };
    assert!(layer(&[("secret", "wg-{name}")]).resolve(&long).is_err());
}

#[test]
fn all_that_is_wrong_for_a_workload_comes_at_once() {
    let settings = layer(&[
        ("secret", "wg-{namespace}"),
        ("key-per-replica", "true"),
        ("requests", "memory=1Gi"),
    ]);
    let bad = settings.resolve(&WorkloadRef { namespace: None, ..WEB }).unwrap_err();
    let expected = [
        ("secret", "`wg-{namespace}` needs a namespace, and this workload has none"),
        (
            "key-per-replica",
            "the pods of a Deployment have no ordinal: use a StatefulSet or an indexed Job",
        ),
        ("requests", "a request of `1Gi` memory is over the limit of `64Mi`"),
    ];
    let expected =
        expected.map(|(setting, message)| BadSetting { setting, message: message.to_string() });
    assert_eq!(bad, expected);
}

#[test]
fn an_ordinal_is_used_only_when_asked_for() {
    let pod = WorkloadRef { kind: "StatefulSet", ordinal: Some(Ordinal::Pod), ..WEB };
    assert_eq!(Settings::default().resolve(&pod).unwrap().tunnel.ordinal, None);
    let asked = layer(&[("key-per-replica", "true")]);
    assert_eq!(asked.resolve(&pod).unwrap().tunnel.ordinal, Some(Ordinal::Pod));
}

#[test]
fn the_nearest_name_is_found() {
    assert_eq!(nearest("killswitch"), Some("kill-switch"));
    assert_eq!(nearest("kil-switch"), Some("kill-switch"));
    assert_eq!(nearest("handshake-timout"), Some("handshake-timeout"));
    assert_eq!(nearest("preset"), None);
    assert_eq!(nearest("xyzzy"), None);
    assert_eq!(nearest_field("killswitch"), Some("killSwitch"));
    assert_eq!(nearest_field("secret"), Some("secretName"));
}

#[test]
fn refusals_name_the_value_and_the_way_out() {
    let cases = include_str!("../../fixtures/settings/refused.txt");
    for case in cases.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (given, expected) = case.split_once(" => ").expect(case);
        let (name, value) = given.split_once(' ').expect(case);
        let value = value.replace("\\n", "\n");
        assert_eq!(refusal(name, &value), expected, "{given}");
    }
}

#[test]
fn nothing_that_a_shell_would_read_gets_into_a_word_of_the_script() {
    let hostile = [
        "$(id)", "`id`", "a;b", "a b", "a\nb", "a'b", "a\"b", "*", "-x", "${A}", "$$", "a|b", "a&b",
    ];
    let words = [
        ("interface", "wg0"),
        ("local", "10.0.0.0/8"),
        ("dns", "10.64.0.1"),
        ("inbound", "tcp:80"),
        ("mtu", "1400"),
        ("handshake-timeout", "30"),
        ("rule-priority", "100"),
    ];
    for (name, good) in words {
        tunnel(&[(name, good)]);
        for value in hostile {
            refusal(name, value);
            refusal(name, &format!("{value}{good}"));
            // `wg0-x` is the name of an interface.
            if value != "-x" {
                refusal(name, &format!("{good}{value}"));
                refusal(name, &format!("{good},{value}"));
            }
        }
    }
}

/// Yes and no in other words are known where the setting has words for them.
#[test]
fn yes_and_no_are_known_in_other_words() {
    for (name, text, meant) in [
        ("key-per-replica", "on", Some("true")),
        ("key-per-replica", "Yes", Some("true")),
        ("key-per-replica", " off ", Some("false")),
        ("key-per-replica", "0", Some("false")),
        ("key-per-replica", "perhaps", None),
        ("kill-switch", "yes", Some("on")),
        ("kill-switch", "FALSE", Some("off")),
        ("kill-switch", "automatic", None),
        ("mtu", "on", None),
        ("secret", "no", None),
        ("inbound", "off", None),
        ("mode", "on", None),
    ] {
        assert_eq!(find(name).unwrap().meant(text), meant, "{name}: {text}");
    }
}
