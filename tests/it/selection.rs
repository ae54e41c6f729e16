//! What a selection must match, where it counts, and what is said of it where it matches nothing.

use std::fs;

use crate::support::{Ran, feed, run, wgsidecar};

fn deployment(name: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{more}}}\nspec:\n  strategy: {{type: Recreate}}\n  template: {{spec: {{containers: [{{name: c, image: \"x/y:1\"}}]}}}}\n"
    )
}

fn settings(spec: &str) -> String {
    format!("apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {spec}\n")
}

/// Exit code 2, these errors, and nothing on standard output.
fn assert_unmatched(ran: &Ran, errors: &[&str]) {
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let said: Vec<_> = ran.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let expected: Vec<_> = errors.iter().map(|error| format!("error: {error}")).collect();
    assert_eq!(said, expected);
}

#[test]
fn every_target_must_match_in_every_verb_and_mode() {
    let folder = tempfile::tempdir().unwrap();
    let input = deployment("a", "") + "---\n" + &deployment("web", ", namespace: shop");
    fs::write(folder.path().join("in.yaml"), &input).unwrap();
    let errors = ["the target `deploy/nope` matches no workload"];
    let both = ["--secret", "wg-{name}", "--target", "deploy/a", "--target", "deploy/nope"];
    let verbs: [&[&str]; 8] = [
        &["inject"],
        &["inject", "--check"],
        &["inject", "--diff"],
        &["inject", "-i", "in.yaml"],
        &["uninject"],
        &["uninject", "--check"],
        &["lint"],
        &["lint", "--fix", "in.yaml"],
    ];
    for verb in verbs {
        let mut command = wgsidecar();
        let flags = if verb[0] == "uninject" { &both[2..] } else { &both[..] };
        command.args(verb).arg("--no-config").args(flags).current_dir(&folder);
        let ran = feed(&mut command, input.as_bytes());
        assert_unmatched(&ran, &errors);
        assert_eq!(fs::read_to_string(folder.path().join("in.yaml")).unwrap(), input);
        assert!(ran.stdout.is_empty() || verb[0] == "lint", "{verb:?}");
    }
    let mut command = wgsidecar();
    command.args(["inject", "--no-config"]).env("WGSIDECAR_TARGET", "deploy/a, deploy/nope");
    let ran = feed(&mut command, input.as_bytes());
    assert_unmatched(&ran, &["the target `deploy/nope` in `WGSIDECAR_TARGET` matches no workload"]);
    let ran = run(&["inject", "--no-config", "--target", "deploy/a,deploy/nope"], input.as_bytes());
    assert_unmatched(&ran, &errors);
    let in_the = |place: &str| format!("the target `deploy/nope` in {place} matches no workload");
    let handed = settings("{target: [deploy/a, deploy/nope]}").replace('\n', "\n  ");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  {}\nitems:\n- {}",
        handed.trim_end(),
        deployment("a", "").replace('\n', "\n  ").trim_end()
    );
    for krm in [&["krm"][..], &["krm", "--lint"]] {
        let ran = run(krm, list.as_bytes());
        assert_unmatched(&ran, &[&in_the("the settings")]);
        assert!(ran.stdout.starts_with(list.as_bytes()));
    }
    fs::write(folder.path().join("wgsidecar.yaml"), settings("{target: [deploy/a, deploy/nope]}"))
        .unwrap();
    let mut command = wgsidecar();
    let ran = feed(command.args(["inject", "."]).current_dir(&folder), b"");
    assert_unmatched(&ran, &[&in_the("wgsidecar.yaml:3:27")]);
}

#[test]
fn all_that_named_nothing_are_listed_with_what_is_near() {
    let out = ", labels: {wgsidecar.dev/inject: disabled}";
    let input = [deployment("radarr", ""), deployment("sonarr", out)].join("---\n");
    let with = |flags: &[&str]| {
        run(
            &[&["inject", "--no-config", "--secret", "wg-{name}"], flags].concat(),
            input.as_bytes(),
        )
    };
    assert_unmatched(
        &with(&["--target", "deploy/radar,sts/radarr", "--target", "deploy/radarr,deploy/sonarr"]),
        &[
            "the target `deploy/radar` matches no workload: did you mean `deployment/radarr`?",
            "the target `sts/radarr` matches no workload: did you mean `deployment/radarr`?",
            "the target `deploy/sonarr` matches nothing but what is left alone: deployment/sonarr (disabled by wgsidecar.dev/inject)",
        ],
    );
    assert_unmatched(
        &with(&["--target", "deploy/radarr", "-l", "app=x"]),
        &[
            "the target `deploy/radarr` with the selector `app=x` matches no workload: did you mean `deployment/radarr`?",
        ],
    );
    assert_eq!(with(&["--target", "deploy/radarr,Deployment/radarr"]).code, 0);
    // What cannot be read may hold it.
    let ran = run(
        &["inject", "--no-config", "--target", "deploy/other"],
        format!("{input}---\na: [\n").as_bytes(),
    );
    assert_unmatched(&ran, &[]);
    assert!(ran.stderr.contains("error[syntax]"), "{}", ran.stderr);
}

#[test]
fn a_target_may_name_its_namespace_as_reports_do() {
    let input =
        [deployment("web", ", namespace: a"), deployment("web", ", namespace: b")].join("---\n");
    let inject =
        |target: &str| run(&["inject", "--no-config", "--target", target], input.as_bytes());
    let ran = inject("b/deployment/web");
    assert_eq!((ran.code, ran.stderr.lines().next()), (0, Some("b/deployment/web: injected")));
    assert!(
        String::from_utf8(ran.stdout).unwrap().starts_with(&deployment("web", ", namespace: a"))
    );
    assert_eq!(inject("c/deployment/web").code, 2);
}

/// Settings that no longer select a workload must not keep its tunnel in it.
#[test]
fn uninject_obeys_the_flags_alone() {
    let input = [deployment("a", ", labels: {vpn: \"true\"}"), deployment("b", "")].join("---\n");
    let ran = run(&["inject", "--no-config", "--secret", "wg-{name}"], input.as_bytes());
    let injected = ran.stdout;
    let folder = tempfile::tempdir().unwrap();
    let uninject = |spec: &str, variable: Option<(&str, &str)>, flags: &[&str]| {
        fs::write(folder.path().join("wgsidecar.yaml"), settings(spec)).unwrap();
        let mut command = wgsidecar();
        command.arg("uninject").args(flags).envs(variable).current_dir(&folder);
        feed(&mut command, &injected)
    };
    for spec in [
        "{selector: {matchLabels: {vpn: \"true\"}}}",
        "{target: deploy/a}",
        "{target: deploy/nope}",
        "{namespace: other, onlyEnabled: true}",
    ] {
        let ran = uninject(spec, None, &[]);
        assert_eq!((ran.code, ran.stdout), (0, input.clone().into_bytes()), "{spec}");
    }
    for variable in [("WGSIDECAR_SELECTOR", "vpn=true"), ("WGSIDECAR_TARGET", "deploy/a,deploy/x")]
    {
        let ran = uninject("{}", Some(variable), &[]);
        assert_eq!((ran.code, ran.stdout), (0, input.clone().into_bytes()), "{variable:?}");
    }
    let ran = uninject("{target: deploy/a}", None, &["--target", "deploy/b"]);
    let left = String::from_utf8(ran.stdout).unwrap();
    assert!(left.contains("wg-a") && !left.contains("wg-b"), "{}", ran.stderr);
    assert_eq!(uninject("{}", None, &["-l", "vpn=false"]).code, 2);
    // The kinds of the settings count: without them nothing could be found.
    let widget =
        deployment("w", "").replace("apps/v1", "example.com/v1").replace("Deployment", "Widget");
    let kind = ["--workload", "example.com/Widget=spec.template"];
    let injected = run(&[&["inject", "--no-config"], &kind[..]].concat(), widget.as_bytes()).stdout;
    fs::write(
        folder.path().join("wgsidecar.yaml"),
        settings("{workload: example.com/Widget=spec.template}"),
    )
    .unwrap();
    let ran = feed(wgsidecar().arg("uninject").current_dir(&folder), &injected);
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), widget);
}

/// Who opts out after the tunnel went in wants it gone.
#[test]
fn uninject_takes_the_tunnel_of_an_opted_out_workload() {
    let input = deployment("a", ", annotations: {example.com/x: \"1\"}");
    let injected = run(&["inject", "--no-config"], input.as_bytes()).stdout;
    let injected = String::from_utf8(injected).unwrap();
    for word in [
        "wgsidecar.dev/inject: disabled",
        "wgsidecar.dev/inject: perhaps",
        "helm.sh/hook: pre-install",
    ] {
        let turn = |text: &str| text.replace("example.com/x: \"1\"", word);
        let ran = run(&["uninject", "--no-config"], turn(&injected).as_bytes());
        assert_eq!((ran.code, String::from_utf8(ran.stdout).unwrap()), (0, turn(&input)), "{word}");
        assert!(ran.stderr.starts_with("deployment/a: uninjected\n"), "{}", ran.stderr);
        let ran =
            run(&["uninject", "--no-config", "--target", "deploy/a"], turn(&injected).as_bytes());
        assert_eq!(ran.code, 0, "{word}: {}", ran.stderr);
    }
}

/// A hook of pre-commit hands over the files that have changed, and the settings speak of a whole repository.
#[test]
fn a_selection_of_the_settings_may_match_nothing_in_files_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("plain.yaml", &deployment("plain", ""));
    file("vpn.yaml", &deployment("vpn", ", labels: {vpn: \"true\"}"));
    file("config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let ran = |args: &[&str]| {
        let mut command = wgsidecar();
        command.args(args).current_dir(&folder);
        feed(&mut command, deployment("stdin", "").as_bytes())
    };
    for spec in [
        "{selector: {matchLabels: {vpn: \"true\"}}}",
        "{target: [deploy/vpn, deploy/elsewhere]}",
        "{namespace: other, onlyEnabled: true}",
    ] {
        file("wgsidecar.yaml", &settings(spec));
        for args in [
            &["lint"][..],
            &["inject", "--check"],
            &["inject", "--diff"],
            &["lint", "--fix", "--diff"],
        ] {
            for files in [&["config.yaml"][..], &["plain.yaml", "config.yaml"]] {
                let ran = ran(&[args, files].concat());
                assert_eq!(
                    (ran.code, ran.stdout.len()),
                    (0, 0),
                    "{spec} {args:?} {files:?}: {}",
                    ran.stderr
                );
            }
            for files in [&[][..], &["-"], &["plain.yaml", "-"]] {
                let ran = ran(&[args, files].concat());
                assert_eq!(ran.code, 2, "{spec} {args:?} {files:?}: {}", ran.stderr);
            }
        }
        for args in [&["inject"][..], &["inject", "-i"], &["lint", "--fix"]] {
            let ran = ran(&[args, &["plain.yaml"]].concat());
            assert_eq!(ran.code, 2, "{spec} {args:?}: {}", ran.stderr);
        }
        // A flag speaks of these very files.
        let ran = ran(&["inject", "--check", "-l", "vpn=false", "plain.yaml"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
    }
    file("wgsidecar.yaml", &settings("{target: [deploy/vpn, deploy/elsewhere]}"));
    let checked = ran(&["inject", "--check", "plain.yaml", "vpn.yaml"]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    assert!(checked.stderr.contains("deployment/vpn: would be injected"), "{}", checked.stderr);
    assert_eq!(ran(&["inject", "--check", "."]).code, 2, "a walk sees the whole repository");
}

/// A flag over a variable over the settings file: `a`, `b` and `c` are in a namespace, have a label, and are a name each.
#[test]
fn the_nearest_of_file_variable_and_flag_counts() {
    let objects = ["a", "b", "c"]
        .map(|name| deployment(name, &format!(", namespace: {name}, labels: {{app: {name}}}")));
    let input = objects.join("---\n");
    let rows = [
        ("namespace: a", ("WGSIDECAR_NAMESPACE", "b"), ["-n", "c"]),
        ("target: deploy/a", ("WGSIDECAR_TARGET", "deploy/b"), ["--target", "deploy/c"]),
        ("selector: {matchLabels: {app: a}}", ("WGSIDECAR_SELECTOR", "app=b"), ["-l", "app=c"]),
        ("secretName: vpn-a", ("WGSIDECAR_SECRET", "vpn-b"), ["--secret", "vpn-c"]),
        ("containerName: wg-a", ("WGSIDECAR_CONTAINER_NAME", "wg-b"), ["--container-name", "wg-c"]),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (field, variable, flags) in rows {
        fs::write(folder.path().join("wgsidecar.yaml"), settings(&format!("{{{field}}}"))).unwrap();
        for (depth, nearest) in ["a", "b", "c"].into_iter().enumerate() {
            let mut command = wgsidecar();
            command.args(["inject", "--allow", "secret-shared"]).current_dir(&folder);
            if depth > 0 {
                command.env(variable.0, variable.1);
            }
            if depth > 1 {
                command.args(flags);
            }
            let ran = feed(&mut command, input.as_bytes());
            assert_eq!(ran.code, 0, "{field}: {}", ran.stderr);
            let text = String::from_utf8(ran.stdout).unwrap();
            let seen = |name: &str| match field.split_once(": ").unwrap() {
                ("secretName", _) => text.contains(&format!("\"secretName\": \"vpn-{name}\"")),
                ("containerName", _) => text.contains(&format!("\"name\": \"wg-{name}\"")),
                _ => !text.contains(&objects[usize::from(name.as_bytes()[0] - b'a')]),
            };
            let all: Vec<_> = ["a", "b", "c"].into_iter().filter(|name| seen(name)).collect();
            assert_eq!(all, [nearest], "{field}");
        }
    }
}

/// Who reads that nothing matches must find the line that asks for it.
#[test]
fn a_selection_that_matches_nothing_is_named_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("web.yaml"), deployment("web", "")).unwrap();
    let ran = |verb: &str, spec: &str, variable: (&str, &str), flags: &[&str]| {
        fs::write(folder.path().join("wgsidecar.yaml"), settings(spec)).unwrap();
        let mut command = wgsidecar();
        let args = [&[verb, "--secret", "vpn", "."], flags].concat();
        command.args(args).env(variable.0, variable.1).current_dir(&folder);
        feed(&mut command, b"")
    };
    let none = ("WGSIDECAR_MTU", "1380");
    for verb in ["list", "lint", "inject"] {
        for (spec, variable, flags, said) in [
            (
                "{target: [deploy/a]}",
                none,
                &[][..],
                "the target `deploy/a` in wgsidecar.yaml:3:17 matches no workload",
            ),
            (
                "{onlyEnabled: true}",
                none,
                &[],
                "`onlyEnabled` in wgsidecar.yaml:3:21 matches no workload",
            ),
            (
                "{selector: {matchLabels: {a: b}}}",
                none,
                &[],
                "the selector `a=b` in wgsidecar.yaml:3:18 matches no workload",
            ),
            (
                "{selector: {matchLabels: {a: b}}}",
                none,
                &["-l", "c=d"],
                "the selector `c=d` matches no workload",
            ),
            ("", none, &["--only-enabled"], "`--only-enabled` matches no workload"),
            (
                "",
                ("WGSIDECAR_ONLY_ENABLED", "true"),
                &[],
                "`WGSIDECAR_ONLY_ENABLED` matches no workload",
            ),
            (
                "",
                ("WGSIDECAR_TARGET", "deploy/a"),
                &[],
                "the target `deploy/a` in `WGSIDECAR_TARGET` matches no workload",
            ),
            (
                "{onlyEnabled: true}",
                ("WGSIDECAR_SELECTOR", "a=b"),
                &[],
                "the selector `a=b` in `WGSIDECAR_SELECTOR` and `onlyEnabled` in wgsidecar.yaml:3:21 match no workload",
            ),
            (
                "{patches: [{object: hr/a, target: deploy/web}]}",
                none,
                &[],
                "wgsidecar.yaml:3:27 asks for a patch in `hr/a`, but no file given contains it",
            ),
        ] {
            assert_unmatched(&ran(verb, spec, variable, flags), &[said]);
        }
    }
    for (spec, flags) in [
        ("{onlyEnabled: true}", &["--only-enabled=false"][..]),
        ("{onlyEnabled: false}", &[]),
        ("", &["--only-enabled=false"]),
    ] {
        let ran = ran("list", spec, none, flags);
        assert!(ran.stderr.starts_with("1 workload: 1 not injected"), "{spec} {}", ran.stderr);
    }
}

/// What follows from a mistake is not a mistake of its own.
#[test]
fn one_mistake_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let run = |files: &[(&str, String)], args: &[&str]| {
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        feed(wgsidecar().args(args).current_dir(folder.path()), b"")
    };
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: prowlarr}\nspec: {chart: {spec: {chart: a, sourceRef: {kind: HelmRepository, name: r}}}}\n";
    let patches =
        settings("{patches: [{object: HelmRelease/prowlarr, target: [deployment/prowlarr]}]}");
    let files = [("hr.yaml", release.to_owned()), ("wgsidecar.yaml", patches)];
    for target in ["deploy/sonarr", "sonarr"] {
        let ran = run(&files, &["inject", "-i", "--target", target, "."]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(!ran.stderr.contains("no object here is"), "{}", ran.stderr);
        let errors = ran.stderr.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, 1, "{target}: {}", ran.stderr);
    }
    for word in ["true", "\"true\"", "on"] {
        let app = deployment("a", &format!(", annotations: {{wgsidecar.dev/inject: {word}}}"));
        let ran = run(&[("a.yaml", app)], &["inject", "--only-enabled", "--no-config", "a.yaml"]);
        assert!(ran.code != 0 && ran.stderr.contains("error[bad-setting]"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("matches no workload"), "{word}: {}", ran.stderr);
    }
    let app = deployment("a", "");
    let ran = run(&[("a.yaml", app)], &["inject", "--only-enabled", "--no-config", "a.yaml"]);
    assert_unmatched(&ran, &["`--only-enabled` matches no workload"]);
}

/// What names no namespace counts as in the one that is asked for, also where a key is looked for in other pods.
#[test]
fn a_key_is_shared_in_the_namespace_that_is_asked_for() {
    let release = |name: &str, namespace: &str| {
        let release = format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}{namespace}}}\nspec: {{chart: x}}\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, release).unwrap();
        let target = format!("deploy/{name}");
        let into = ["--into", path.to_str().unwrap(), "--target", &target, "--secret", "vpn"];
        let ran = crate::support::run(&[&["patch", "--no-config"], &into[..]].concat(), b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        fs::read_to_string(path).unwrap()
    };
    let media = ", namespace: media";
    let pairs = [
        [deployment("a", ""), deployment("b", media)],
        [deployment("a", ""), release("b", media)],
        [release("a", ""), release("b", media)],
    ];
    for pair in pairs {
        let shared = |namespace: &str| {
            let args = ["lint", "--no-config", "--secret", "vpn", "-n", namespace];
            let ran = crate::support::run(&args, pair.join("---\n").as_bytes());
            String::from_utf8(ran.stdout).unwrap().contains("[secret-shared]")
        };
        assert!(shared("media"), "{pair:?}");
        assert!(!shared("other"), "{pair:?}");
    }
}

#[test]
fn of_many_targets_that_match_nothing_each_is_named_and_the_first_get_a_suggestion() {
    let input: Vec<_> = (0..50).map(|n| deployment(&format!("web-{n}"), "")).collect();
    let targets = (0..50).flat_map(|n| ["--target".into(), format!("deploy/wbe-{n}")]);
    let args = ["inject", "--no-config", "--secret", "wg-{name}"].map(String::from);
    let args: Vec<_> = args.into_iter().chain(targets).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let errors: Vec<_> = (0..50)
        .map(|n| {
            let hint = format!(": did you mean `deployment/web-{n}`?");
            let hint = if n < 20 { hint } else { String::new() };
            format!("the target `deploy/wbe-{n}` matches no workload{hint}")
        })
        .collect();
    let errors: Vec<_> = errors.iter().map(String::as_str).collect();
    assert_unmatched(&run(&args, input.join("---\n").as_bytes()), &errors);
}
