//! The Secret that configurations become.

use serde_json::json;

use wgsidecar::wireguard::conf::{Conf, parse};
use wgsidecar::wireguard::conf_issue::{Kind, Level};
use wgsidecar::wireguard::secret::{Files, Form, Options, Outcome, build, build_each};

const MULLVAD: &str = include_str!("../../fixtures/wgquick/mullvad.conf");
const SURFSHARK: &str = include_str!("../../fixtures/wgquick/surfshark.conf");

/// A file whose key is 32 times `letter`.
fn file(letter: char, address: &str, more: &str) -> Conf {
    let key = match letter {
        'a' => "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=",
        _ => "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=",
    };
    parse(&format!(
        "[Interface]\nPrivateKey = {key}\nAddress = {address}\n{more}[Peer]\n\
         PublicKey = d2dzaWRlY2FyLWZpeHR1cmUtcGVlci1wdWJrZXkxLS0=\n\
         AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 192.0.2.1:51820\nPersistentKeepalive = 25\n"
    ))
}

fn options() -> Options {
    Options::new("wireguard", None).expect("a good name")
}

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = options();
    change(&mut options);
    options
}

fn replicas(confs: &[Conf]) -> Outcome {
    build(confs, &with(|options| options.files = Files::Replicas))
}

/// One pod uses one of them at a time, so a key that they share is no fault.
#[test]
fn several_servers_are_one_secret() {
    let confs = [parse(MULLVAD), parse(SURFSHARK), parse(MULLVAD)];
    let outcome = build(&confs, &options());
    let secret = outcome.secret.unwrap();
    let names: Vec<_> = secret["stringData"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["wg0.conf", "wg0.address", "wg1.conf", "wg1.address", "wg2.conf", "wg2.address"]
    );
    assert!(outcome.problems.iter().all(|found| found.problem.kind != Kind::AddressShared));
    assert_eq!(
        outcome.hints,
        [
            "next: `wgsidecar inject -i --secret wireguard --mode sidecar FILES`",
            "hint: the files name different resolvers, and `--dns` is the same for all servers"
        ]
    );
    assert_eq!(
        build(&confs[..1], &options()).secret.unwrap()["stringData"].as_object().unwrap().len(),
        2
    );
}

#[test]
fn a_provider_file_becomes_a_secret_in_the_order_people_write() {
    let outcome = build(&[parse(MULLVAD)], &Options::new("mullvad", Some("vpn")).unwrap());
    let expected = concat!(
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"mullvad","namespace":"vpn"},"#,
        r#""type":"Opaque","stringData":{"#,
        r#""wg0.conf":"[Interface]\nPrivateKey = d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=\n\n"#,
        r#"[Peer]\nPublicKey = d2dzaWRlY2FyLWZpeHR1cmUtcGVlci1wdWJrZXkxLS0=\n"#,
        r#"AllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 192.0.2.10:51820\n","#,
        r#""wg0.address":"10.64.23.144/32\nfc00:bbbb:bbbb:bb01::1:178f/128\n"}}"#,
    );
    assert_eq!(outcome.secret.unwrap().to_string(), expected);
    assert_eq!(
        outcome.hints,
        ["next: `wgsidecar inject -i --secret mullvad --dns 10.64.0.1 FILES`"]
    );
}

#[test]
fn data_is_the_same_in_base64() {
    let options = with(|options| options.form = Form::Data);
    let secret = build(&[parse(SURFSHARK)], &options).secret.unwrap();
    assert_eq!(secret["data"]["wg0.address"], json!("MTAuMTQuMC4yLzMyCg=="));
    assert_eq!(secret.get("stringData"), None);
    let keys: Vec<_> = secret["data"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["wg0.conf", "wg0.address"]);
}

#[test]
fn a_wide_prefix_is_narrowed_unless_it_is_kept() {
    let kept = with(|options| options.keep_prefix = true);
    let outcomes = [options(), kept].map(|options| build(&[parse(SURFSHARK)], &options));
    let addresses = outcomes
        .each_ref()
        .map(|outcome| outcome.secret.as_ref().unwrap()["stringData"]["wg0.address"].clone());
    assert_eq!(addresses, [json!("10.14.0.2/32\n"), json!("10.14.0.2/16\n")]);
    for outcome in &outcomes {
        let is_wide =
            |found: &&wgsidecar::wireguard::secret::Found| found.problem.kind == Kind::WidePrefix;
        assert_eq!(outcome.problems.iter().filter(is_wide).count(), 1);
    }
}

#[test]
fn each_replica_has_its_files() {
    let mut confs = Vec::new();
    for (letter, number) in [('a', 2), ('b', 3)] {
        confs.push(file(letter, &format!("10.2.0.{number}/32"), "DNS = 10.2.0.1\nMTU = 1400\n"));
    }
    let outcome = replicas(&confs);
    let secret = outcome.secret.unwrap();
    let files = secret["stringData"].as_object().unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["0.conf", "0.address", "1.conf", "1.address"]);
    assert_eq!(files["1.address"], "10.2.0.3/32\n");
    assert!(files["1.conf"].as_str().unwrap().contains("\nMTU = 1400\n"));
    assert_eq!(
        outcome.hints,
        ["next: `wgsidecar inject -i --secret wireguard --key-per-replica --dns 10.2.0.1 FILES`"]
    );
}

#[test]
fn replicas_are_written_in_the_order_of_their_numbers() {
    let address = |number| format!("10.2.0.{number}/32");
    let confs: Vec<_> = (0..11).map(|number| file('a', &address(number), "")).collect();
    assert_eq!(replicas(&confs[..1]).secret.unwrap()["stringData"]["0.address"], "10.2.0.0/32\n");
    let mut shared = replicas(&confs).problems;
    shared.retain(|found| found.problem.level == Level::Error);
    assert_eq!(shared.len(), 10);
    assert_eq!(shared[9].problem.message, "`10.conf` would have the `PrivateKey` of `0.conf`");
}

#[test]
fn two_replicas_with_one_key_or_address_are_refused() {
    let same_key = [file('a', "10.2.0.2", ""), file('a', "10.2.0.3", "")];
    let same_address = [file('a', "10.2.0.2/32", ""), file('b', "fd00::2, 10.2.0.2/24", "")];
    for (confs, what, place) in [(same_key, "`PrivateKey`", 25), (same_address, "address", 89)] {
        let outcome = replicas(&confs);
        assert_eq!(outcome.secret, None);
        assert!(outcome.hints.is_empty());
        let found: Vec<_> =
            outcome.problems.iter().filter(|found| found.problem.level == Level::Error).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].file, found[0].problem.kind.id()), (1, "address-shared"));
        assert_eq!(found[0].problem.span.start(), place);
        assert_eq!(found[0].problem.message, format!("`1.conf` would have the {what} of `0.conf`"));
    }
}

#[test]
fn a_secret_of_each_file_is_warned_of_what_they_share() {
    let confs = [file('a', "10.0.0.1/32", ""), file('a', "10.0.0.2/32", "")];
    let options = ["wg-a", "wg-b"].map(|name| Options::new(name, None).unwrap());
    let outcomes = build_each(&confs, &options, "wg-{name}", &["a.conf", "b.conf"]);
    assert!(outcomes.iter().all(|outcome| outcome.secret.is_some()));
    let found = outcomes.iter().flat_map(|outcome| &outcome.problems);
    let found: Vec<_> = found.filter(|it| it.problem.kind == Kind::AddressShared).collect();
    let [found] = found[..] else { panic!("{found:?}") };
    assert_eq!((found.file, found.problem.level), (1, Level::Warning));
    assert_eq!(found.problem.message, "`b.conf` has the `PrivateKey` of `a.conf`");
    let hints: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.hints).collect();
    assert_eq!(hints[0], "next: `wgsidecar inject -i --secret 'wg-{name}' FILES`");
}

#[test]
fn resolvers_that_differ_are_no_hint() {
    let confs =
        [file('a', "10.2.0.2", "DNS = 10.2.0.1\n"), file('b', "10.2.0.3", "DNS = 10.3.0.1\n")];
    assert_eq!(
        replicas(&confs).hints,
        [
            "next: `wgsidecar inject -i --secret wireguard --key-per-replica FILES`",
            "hint: the files name different resolvers, and `--dns` is the same for all replicas"
        ]
    );
}

#[test]
fn more_than_three_resolvers_are_cut() {
    let conf = file('a', "10.2.0.2", "DNS = 10.2.0.1, 10.2.0.2 10.2.0.3, 10.2.0.4\n");
    assert_eq!(
        build(&[conf], &options()).hints,
        [
            "next: `wgsidecar inject -i --secret wireguard --dns 10.2.0.1,10.2.0.2,10.2.0.3 FILES`",
            "hint: a pod can have 3 resolvers, the file names 4: the rest are left out"
        ]
    );
}

#[test]
fn what_no_secret_can_hold_is_refused() {
    let networks: Vec<_> =
        (0..70_000).map(|n| format!("10.{}.{}.0/24", n / 256 % 256, n % 256)).collect();
    let text = MULLVAD.replace("::0/0", &networks.join(","));
    let outcome = build(&[parse(&text)], &options());
    assert_eq!(outcome.secret, None);
    let message = &outcome.problems.last().unwrap().problem.message;
    assert!(message.ends_with(" bytes, and a Secret holds at most 1048576"), "{message}");
}

#[test]
fn names_that_the_api_refuses_are_refused() {
    assert_eq!(
        Options::new("My_Secret", None).unwrap_err(),
        "`My_Secret` is not an object name: at most 253 of `a-z`, `0-9`, `-` and `.`, with a letter or digit at both ends"
    );
    assert_eq!(
        Options::new("vpn", Some("a.b")).unwrap_err(),
        "`a.b` is not a namespace: at most 63 of `a-z`, `0-9` and `-`, with no `-` at either end"
    );
}

#[test]
fn an_error_leaves_no_secret_and_says_all_at_once() {
    let text = MULLVAD
        .replace("Address", "Jc = 4\nS1 = 15\nAddress")
        .replace("Endpoint = 192.0.2.10:51820", "");
    let outcome = build(&[parse(&text)], &options());
    assert_eq!(outcome.secret, None);
    let errors = outcome.problems.iter().filter(|found| found.problem.level == Level::Error);
    let kinds: Vec<_> = errors.map(|found| found.problem.kind).collect();
    assert_eq!(kinds, [Kind::AmneziaConfig, Kind::BadEndpoint]);
}
