//! Every format, over the same few findings.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock};

use insta::assert_snapshot;
use serde_json::Value;
use wgsidecar::report::summary::{Action, InUse, Outcome, Summary, Tail, Tense};
use wgsidecar::report::{Finding, Format, Look, Report, Resource, RuleInfo, ShownSource};
use wgsidecar::text::{Diagnostic, Level, Place, Source, Span};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      hostNetwork: true
      volumes:
        - secret: {secretName: wireguard}
";

static RULES: LazyLock<[RuleInfo; 2]> = LazyLock::new(|| {
    [
        RuleInfo {
            id: "host-network",
            level: Level::Error,
            short: "the pod shares the node's network".into(),
            full: "wg0 and its rules would change the node.".into(),
            help: "Remove `hostNetwork`, or exclude the workload.".into(),
        },
        RuleInfo {
            id: "secret-shared",
            level: Level::Error,
            short: "two targets use one key".into(),
            full: "One key, one pod.".into(),
            help: "Give each its own Secret.".into(),
        },
    ]
});

#[test]
fn human() {
    assert_snapshot!(render(Format::Human));
}

#[test]
fn human_counts_what_it_does_not_show() {
    let source = source("web.yaml", WEB);
    let place = find(&source, 0, "wireguard");
    let finding = (0..14).fold(diagnostic("secret-shared", place), |diagnostic, number| {
        diagnostic.related(place, format!("also in web-{number}"))
    });
    let look = |verbose| Look { verbose, ..Look::default() };
    let human =
        |verbose| human_as(look(verbose), &[finding.clone().into()], std::slice::from_ref(&source));
    let short = human(false);
    assert!(short.contains("also in web-1\n") && !short.contains("also in web-2"), "{short}");
    assert!(short.contains("also at line 9, line 9"), "{short}");
    assert!(short.contains(" and 4 more\n") && short.contains("; `-v` shows each\n"), "{short}");
    assert!(human(true).contains("also in web-13"));
}

/// The same findings again and again, in many objects.
fn repeated(count: usize, rules: &[&'static str]) -> (Vec<Finding>, Source) {
    let text = "hostNetwork: true\n".repeat(count);
    let source = source("clusters/home/apps.yaml", &text);
    let findings = (0..count).flat_map(|number| {
        let place = find_nth(&source, 0, "true", number);
        rules.iter().map(move |rule| {
            let message = format!("`web-{number}` has what `{rule}` finds");
            let diagnostic = Diagnostic::new(rule, Level::Warning, place, message);
            let mut finding = Finding::from(diagnostic.help(format!("rename `web-{number}`")));
            let resource = Resource {
                api_version: "apps/v1".into(),
                kind: "Deployment".into(),
                namespace: None,
                name: format!("web-{number}").into(),
            };
            finding.resource = Some(resource.into());
            finding.fixable = *rule == "host-network";
            finding
        })
    });
    (findings.collect(), source)
}

#[test]
fn a_cause_is_said_once() {
    for (count, rules) in [
        (1, &["host-network"][..]),
        (3, &["host-network"]),
        (30, &["host-network"]),
        (5000, &["host-network"]),
        (3, &["host-network", "secret-shared"]),
    ] {
        let (findings, source) = repeated(count, rules);
        for width in [60, 200] {
            let look = Look { width, ..Look::default() };
            let human = human_as(look, &findings, std::slice::from_ref(&source));
            // What stands before the names may be as long as it must; the names fill the rest.
            let is_wide = |line: &&str| line.contains("also in") && line.chars().count() > width;
            assert_eq!(human.lines().find(is_wide), None);
            assert_snapshot!(format!("cause_{}_{count}_at_{width}", rules.len()), human);
        }
    }
}

#[test]
fn each_finding_is_shown_in_full_on_request() {
    let (findings, source) = repeated(30, &["host-network"]);
    let look = Look { verbose: true, ..Look::default() };
    let human = human_as(look, &findings, &[source]);
    assert_eq!(human.matches("warning[host-network]").count(), 30);
    assert!(human.ends_with("`wgsidecar explain host-network`\n"), "{human}");
}

#[test]
fn color_is_the_caller_s_choice() {
    let (findings, sources) = findings();
    let shown = Vec::from_iter(sources.iter().map(ShownSource::new));
    let mut colored = Vec::new();
    let look = Look { color: true, ..Look::default() };
    Report::new(&findings, &shown, &*RULES).look(look).write(Format::Human, &mut colored).unwrap();
    assert!(String::from_utf8(colored).unwrap().contains('\u{1b}'));
    assert!(!render(Format::Human).contains('\u{1b}'));
}

#[test]
fn concise() {
    assert_snapshot!(render(Format::Concise));
}

#[test]
fn github() {
    assert_snapshot!(render(Format::Github));
}

#[test]
fn junit() {
    assert_snapshot!(render(Format::Junit));
}

#[test]
fn gitlab_fingerprints_are_unique_and_survive_moved_lines() {
    let prints = |text: &str| {
        let source = source("web.yaml", text);
        let place = |nth| find_nth(&source, 0, "true", nth);
        let findings = [0, 1].map(|nth| diagnostic("host-network", place(nth)).into());
        let issues = json(&write(Format::Gitlab, &findings, std::slice::from_ref(&source)));
        let issues = issues.as_array().unwrap().clone();
        Vec::from_iter(issues.iter().map(|issue| issue["fingerprint"].to_string()))
    };
    let before = prints("a: true\nb: true\n");
    assert_eq!(HashSet::<&String>::from_iter(&before).len(), 2);
    assert_eq!(before, prints("# new\n\na: true\nb: true\n"));
}

#[test]
fn gitlab_has_what_it_requires() {
    for issue in json(&render(Format::Gitlab)).as_array().unwrap() {
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
        assert!(["info", "minor", "critical"].contains(&issue["severity"].as_str().unwrap()));
        assert!(issue["location"]["path"].is_string());
        assert!(issue["location"]["positions"]["begin"]["line"].as_u64() >= Some(1));
    }
}

#[test]
fn json_holds_to_its_schema() {
    let document = json(&render(Format::Json));
    holds(&read("integrations/report.schema.json"), &document);
    assert_eq!(document["findings"][2]["place"]["start"]["offset"], 110);
    assert_eq!(document["summary"]["suppressed"], 1);
}

#[test]
fn sarif_holds_to_its_schema() {
    let document = json(&render(Format::Sarif));
    holds(sarif_schema(), &document);
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "secret-shared");
    let region = &run["results"][2]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region.to_string(), r#"{"startLine":7,"startColumn":7,"endLine":7,"endColumn":24}"#);
}

#[test]
fn sarif_names_files_by_uri() {
    let names =
        ["./a b.yaml", "c:d/é.yaml", "../e%.yaml", "/f.yaml", "<stdin>", r#"g"\{}[]^`|#?.yaml"#];
    let sources = names.map(|name| source(name, "a: 1\n"));
    let findings = Vec::from_iter((0..names.len()).map(|index| {
        Finding::from(diagnostic("host-network", Place { source: index, span: Span::new(0, 1) }))
    }));
    let document = json(&write(Format::Sarif, &findings, &sources));
    holds(sarif_schema(), &document);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let uris = results
        .iter()
        .map(|result| &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]);
    assert_snapshot!(Value::from_iter(uris.cloned()).to_string(), @r##"["a%20b.yaml","c%3Ad/%C3%A9.yaml","../e%25.yaml","file:///f.yaml","%3Cstdin%3E","g%22%5C%7B%7D%5B%5D%5E%60%7C%23%3F.yaml"]"##);
}

#[test]
fn order_and_duplicates_change_nothing() {
    let (findings, sources) = findings();
    for format in Format::all() {
        let mut more = findings.clone();
        more.reverse();
        more.extend(findings.clone());
        assert_eq!(write(format, &more, &sources), write(format, &findings, &sources));
    }
}

#[test]
fn without_findings_every_format_is_whole() {
    let sources = [source("web.yaml", WEB)];
    for format in [Format::Human, Format::Concise, Format::Github] {
        assert_eq!(write(format, &[], &sources), "");
    }
    assert_eq!(write(Format::Gitlab, &[], &sources), "[]\n");
    holds(&read("integrations/report.schema.json"), &json(&write(Format::Json, &[], &sources)));
    holds(sarif_schema(), &json(&write(Format::Sarif, &[], &sources)));
    assert!(write(Format::Junit, &[], &sources).contains(r#"tests="1" failures="0""#));
}

/// What a manifest can put into a message: names are not checked before they are shown.
const HOSTILE: &str = "a\r\nb\n::error::c%0A,d:]]></failure>&\"'\t\u{1b}[31mé😀\u{202e}\u{0}";

#[test]
fn hostile_text_stays_text() {
    let sources = [source("a,b:c%.yaml", "a: é😀\r\nb: \"]]>\"\r\n\tc: 1\r\n")];
    let place = find(&sources[0], 0, "\"]]>\"");
    let next = find(&sources[0], 0, "c");
    let diagnostic = Diagnostic::new("host-network", Level::Error, place, HOSTILE)
        .related(next, HOSTILE)
        .help(HOSTILE);
    let resource = Resource {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespace: None,
        name: HOSTILE.into(),
    };
    let findings = [Finding {
        resource: Some(resource.into()),
        field: Some(HOSTILE.into()),
        ..Finding::from(diagnostic)
    }];
    let write = |format| write(format, &findings, &sources);

    holds(&read("integrations/report.schema.json"), &json(&write(Format::Json)));
    holds(sarif_schema(), &json(&write(Format::Sarif)));
    assert_eq!(json(&write(Format::Json))["findings"][0]["message"], HOSTILE);
    assert_eq!(json(&write(Format::Gitlab))[0]["description"], HOSTILE);
    assert_snapshot!("hostile_human", write(Format::Human));
    assert_snapshot!("hostile_concise", write(Format::Concise));
    assert_snapshot!("hostile_github", write(Format::Github).escape_debug());
    assert_snapshot!("hostile_junit", write(Format::Junit));
}

#[test]
fn no_format_shows_a_key() {
    let key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let twice = "eUFuejVURitsWFhKdGUxNHRqaTN6bE1OcStoZDJyWVVJZ0pCZ0IzZkJtaz0=";
    let text = format!(
        "kind: Secret\ndata:\n  wg0.conf: {twice}\n  short: aHVudGVyMg==\nstringData:\n  wg0.conf: |\n    PrivateKey = {key}\n  pin: hunter2\n---\nkind: ConfigMap\ndata:\n  password: hunter2\n  args: [\"{key}\", '--private-key=hunter2']\n"
    );
    let source = source("<stdin>", &text);
    let values = ["aHVudGVyMg==", "hunter2\n---"].map(|value| find(&source, 0, value).span);
    let lines = text.char_indices().filter(|(_, letter)| *letter != ' ');
    let findings = Vec::from_iter(lines.map(|(at, letter)| {
        let place = Place { source: 0, span: Span::new(at, at + letter.len_utf8()) };
        Finding::from(diagnostic("host-network", place).related(place, "here"))
    }));
    let parsed = ShownSource::parsed(&source, values.to_vec(), Vec::new());
    for shown in [parsed, ShownSource::new(&source)] {
        let shown = [shown];
        let report = Report::new(&findings, &shown, &*RULES);
        for format in Format::all() {
            let mut out = Vec::new();
            report.write(format, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            for secret in [key, twice, "hunter2", "aHVudGVyMg", &key[4..20], &twice[30..50]] {
                assert!(!out.contains(secret), "{} shows {secret}", format.name());
            }
        }
    }
}

#[test]
fn long_lines_cost_no_time_and_no_space() {
    let text = format!("a: [{}]\n", "yes, ".repeat(200_000));
    let source = source("long.yaml", &text);
    let findings = Vec::from_iter((0..20_000).map(|number| {
        let start = 4 + 50 * number;
        Finding::from(diagnostic(
            "host-network",
            Place { source: 0, span: Span::new(start, start + 3) },
        ))
    }));
    let out = write(Format::Human, &findings, &[source]);
    assert!(out.lines().all(|line| line.chars().count() < 140));
}

#[test]
fn summary() {
    let outcome = |workload: &str, namespace: Option<&str>, action, secret: Option<&str>| {
        let (kind, name) = workload.split_once('/').unwrap();
        let namespace: Option<Arc<str>> = namespace.map(Into::into);
        let resource = Resource {
            kind: kind.into(),
            name: name.into(),
            namespace: namespace.clone(),
            ..Resource::default()
        };
        let tunnel = secret.map(|secret| InUse {
            secret: secret.into(),
            cluster: "kubeadm (default)".into(),
            dns: "cluster (outside the tunnel)".into(),
        });
        let changes = match action {
            Action::Updated => {
                vec!["dns 10.64.0.1 → cluster".into(), "the Secret's content".into()]
            }
            _ => Vec::new(),
        };
        Outcome { resource: resource.into(), namespace, action, tunnel, patch: None, changes }
    };
    let one = [
        outcome("deployment/web", None, Action::Injected, Some("wireguard")),
        outcome("job/x", None, Action::Skipped("opted out"), None),
        outcome("pod/a\u{1b}[1m\nb", None, Action::Uninjected, None),
    ];
    let several = [
        outcome("deployment/web", Some("shop"), Action::Updated, Some("wireguard")),
        outcome("deployment/web", Some("bank"), Action::Unchanged, Some("wireguard")),
        outcome("cronjob/x", None, Action::Injected, Some("wg-x")),
    ];
    let hidden = [("rollout-overlap", 2), ("service-mesh", 1)].into();
    let none = BTreeMap::new();
    let mut out = Vec::new();
    let mut write = |outcomes: &[Outcome], tense, hidden, verbose: bool| {
        let summary = Summary {
            outcomes,
            tense,
            seen: outcomes.len() + 1,
            not_selected: 1,
            tail: Tail {
                files: Some(outcomes.len()),
                left_out: 0,
                settings: verbose.then_some("clusters/wgsidecar.yaml"),
            },
            hidden,
            suppressed: &BTreeMap::new(),
            verbose,
        };
        summary.write(&mut out).unwrap();
        out.push(b'\n');
    };
    write(&one[..], Tense::Did, &none, false);
    write(&several, Tense::Did, &hidden, false);
    write(&several, Tense::Would, &none, true);
    write(&[], Tense::Did, &none, false);
    assert_snapshot!(String::from_utf8(out).unwrap());
}

/// One finding of every sort: without a place, with a related one, suppressed, over several lines.
fn findings() -> (Vec<Finding>, [Source; 2]) {
    let sources = [source("web.yaml", WEB), source("<stdin>", &WEB.replace("web", "api"))];
    let web = Resource {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: Some("shop".into()),
        name: "web".into(),
    };
    let host_network = diagnostic("host-network", find(&sources[0], 0, "hostNetwork: true"))
        .help("remove it, or exclude the workload");
    let shared = Diagnostic::new(
        "secret-shared",
        Level::Warning,
        find(&sources[1], 1, "wireguard"),
        "`deployment/api` and `deployment/web` use the same Secret `wireguard`",
    )
    .related(find(&sources[0], 0, "wireguard"), "the same Secret")
    .help("one each: `--secret 'wg-{name}'`");
    let mut unread = diagnostic("not-utf8", find(&sources[0], 0, ""));
    unread.place = None;
    let several_lines = find(&sources[0], 0, "template:\n    spec:\n");
    let findings = vec![
        Finding {
            resource: Some(web.into()),
            field: Some("spec.template.spec.hostNetwork".into()),
            ..host_network.into()
        },
        shared.into(),
        unread.into(),
        Diagnostic::new("bare-pod", Level::Info, several_lines, "an info").into(),
        Finding {
            suppressed: Some("a router".into()),
            ..diagnostic("host-network", find(&sources[1], 1, "hostNetwork: true")).into()
        },
    ];
    (findings, sources)
}

fn diagnostic(rule: &'static str, place: Place) -> Diagnostic {
    Diagnostic::new(rule, Level::Error, place, format!("this is `{rule}`"))
}

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec()).unwrap()
}

fn find(source: &Source, index: usize, needle: &str) -> Place {
    find_nth(source, index, needle, 0)
}

fn find_nth(source: &Source, index: usize, needle: &str, nth: usize) -> Place {
    let (start, found) = source.text().match_indices(needle).nth(nth).unwrap();
    Place { source: index, span: Span::new(start, start + found.len()) }
}

fn render(format: Format) -> String {
    let (findings, sources) = findings();
    write(format, &findings, &sources)
}

fn human_as(look: Look, findings: &[Finding], sources: &[Source]) -> String {
    let shown = Vec::from_iter(sources.iter().map(ShownSource::new));
    let mut out = Vec::new();
    Report::new(findings, &shown, &*RULES).look(look).write(Format::Human, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn write(format: Format, findings: &[Finding], sources: &[Source]) -> String {
    let shown = Vec::from_iter(sources.iter().map(ShownSource::new));
    let mut out = Vec::new();
    Report::new(findings, &shown, &*RULES).write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn read(path: impl AsRef<Path>) -> Value {
    json(&std::fs::read_to_string(path).unwrap())
}

fn holds(schema: &Value, document: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path()));
    assert_eq!(Vec::from_iter(errors), Vec::<String>::new());
}

/// The schema of OASIS, which the crate `serde-sarif` ships.
fn sarif_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let cargo = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--offline", "--filter-platform=host-tuple"])
            .output()
            .unwrap();
        let packages = &json(&String::from_utf8(cargo.stdout).unwrap())["packages"];
        let named = |package: &&Value| package["name"] == "serde-sarif";
        let package = packages.as_array().unwrap().iter().find(named).unwrap();
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let mut schema = read(manifest.with_file_name("src/schema.json"));
        // Its pattern for a language is no regular expression, and we set none.
        for object in ["run", "toolComponent"] {
            schema["definitions"][object]["properties"]["language"] = Value::Bool(false);
        }
        schema
    });
    &SCHEMA
}
