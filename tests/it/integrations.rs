//! Every file for a host is what that host requires, and every command line in it is one that the binary takes.

use std::path::{Path, PathBuf};

use crate::support::{root, run};
use serde_yaml::Value;

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The YAML files of the integrations, and the hooks of pre-commit.
fn yaml_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(&root().join("integrations"), &mut files);
    files.retain(|path| path.extension().is_some_and(|it| it == "yaml" || it == "yml"));
    files.push(root().join(".pre-commit-hooks.yaml"));
    files.sort();
    files
}

fn read(path: &str) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// The value at a path of keys and indices; fails where there is none.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, step| {
        let next = match step.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(step),
        };
        next.unwrap_or_else(|| panic!("there is no {step} of {path}"))
    })
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).as_str().unwrap_or_else(|| panic!("{path} is no text"))
}

#[test]
fn every_file_is_yaml() {
    let files = yaml_files();
    assert!(files.len() > 10, "{files:?}");
    for path in files {
        let content = std::fs::read_to_string(&path).unwrap();
        for document in serde_yaml::Deserializer::from_str(&content) {
            let value = <Value as serde::Deserialize>::deserialize(document);
            value.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

#[test]
fn krew() {
    let manifest = read("integrations/krew/wgsidecar.yaml");
    assert_eq!(text(&manifest, "apiVersion"), "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(text(&manifest, "kind"), "Plugin");
    assert_eq!(text(&manifest, "metadata.name"), "wgsidecar");
    assert!(text(&manifest, "spec.version").starts_with('v'));
    let short = text(&manifest, "spec.shortDescription");
    assert!(!short.is_empty() && short.len() <= 50 && !short.contains('\n'), "{short}");
    let platforms = at(&manifest, "spec.platforms").as_sequence().unwrap();
    assert!(!platforms.is_empty());
    for platform in platforms {
        assert_eq!(text(platform, "selector.matchLabels.os"), "linux");
        assert!(["amd64", "arm64"].contains(&text(platform, "selector.matchLabels.arch")));
        assert!(text(platform, "uri").ends_with(".tar.gz"));
        assert!(text(platform, "sha256").starts_with("@SHA256_"));
        assert_eq!(text(platform, "bin"), "wgsidecar");
        let files = at(platform, "files").as_sequence().unwrap();
        let from: Vec<_> = files.iter().map(|file| text(file, "from")).collect();
        assert!(from.iter().any(|from| from.ends_with("/wgsidecar")), "{from:?}");
        assert!(from.iter().any(|from| from.contains("LICENSE")), "krew asks for the license");
        assert!(files.iter().all(|file| !text(file, "to").is_empty()));
    }
}

#[test]
fn cargo_binstall_looks_where_krew_does() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let setting = |name: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")));
        line.unwrap().trim_end_matches('"').to_owned()
    };
    let filled = |text: &str, target: &str| {
        let pairs = [
            ("{ repo }", "@HOMEPAGE@"),
            ("{ name }", "wgsidecar"),
            ("{ bin }{ binary-ext }", "wgsidecar"),
            ("{ version }", "@VERSION@"),
            ("{ target }", target),
        ];
        pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let krew = read("integrations/krew/wgsidecar.yaml");
    for platform in at(&krew, "spec.platforms").as_sequence().unwrap() {
        let sum = text(platform, "sha256").trim_matches('@').to_owned();
        let target = sum.strip_prefix("SHA256_").unwrap();
        assert_eq!(text(platform, "uri"), filled(&setting("pkg-url"), target));
        assert_eq!(text(platform, "files.0.from"), filled(&setting("bin-dir"), target));
    }
}

#[test]
fn helm() {
    let plugin = read("integrations/helm/plugin.yaml");
    // Helm refuses a plugin with a field that it does not know.
    let fields: Vec<_> =
        plugin.as_mapping().unwrap().keys().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(fields, ["apiVersion", "type", "name", "version", "runtime", "runtimeConfig"]);
    assert_eq!(text(&plugin, "apiVersion"), "v1");
    assert_eq!(text(&plugin, "type"), "postrenderer/v1");
    assert_eq!(text(&plugin, "runtime"), "subprocess");
    assert_eq!(text(&plugin, "version"), env!("CARGO_PKG_VERSION"));
    let command = at(&plugin, "runtimeConfig.platformCommand.0");
    assert_eq!(text(command, "command"), "${HELM_PLUGIN_DIR}/bin/wgsidecar");
    assert_eq!(text(command, "args.0"), "inject");
}

#[test]
fn argo_cd() {
    let plugin = read("integrations/argocd/plugin.yaml");
    assert_eq!(text(&plugin, "apiVersion"), "argoproj.io/v1alpha1");
    assert_eq!(text(&plugin, "kind"), "ConfigManagementPlugin");
    assert!(!text(&plugin, "metadata.name").is_empty());
    assert!(!text(&plugin, "spec.discover.find.glob").is_empty());
    assert_eq!(text(&plugin, "spec.generate.command.0"), "sh");
    assert!(text(&plugin, "spec.generate.args.0").contains("wgsidecar inject"));
}

#[test]
fn github_action() {
    let action = read("integrations/github/action.yml");
    assert_eq!(text(&action, "runs.using"), "composite");
    assert!(!text(&action, "name").is_empty() && !text(&action, "description").is_empty());
    for step in at(&action, "runs.steps").as_sequence().unwrap() {
        assert_eq!(text(step, "shell"), "bash", "a composite step names its shell");
        assert!(!text(step, "run").contains("${{"), "inputs reach a script as variables only");
    }
    for input in ["settings", "config"] {
        let given = at(&action, "inputs").get(input);
        assert!(given.is_some(), "without `{input}` nothing but tunnels that are there is checked");
    }
    for input in at(&action, "inputs").as_mapping().unwrap().values() {
        assert!(!text(input, "description").is_empty());
    }
}

#[test]
fn gitlab() {
    let template = read("integrations/gitlab/template.yml");
    let job = template.get(".wgsidecar").expect("a hidden job, to be extended");
    for script in ["script", "before_script"] {
        assert!(at(job, script).as_sequence().unwrap().iter().all(Value::is_string));
    }
    let variables = at(job, "variables").as_mapping().unwrap();
    assert!(variables.keys().all(|name| !name.as_str().unwrap().starts_with("WGSIDECAR_")));
    let script = at(job, "script").as_sequence().unwrap().iter().filter_map(Value::as_str);
    assert!(script.clone().all(|line| line.contains("$SETTINGS")));
    for report in ["codequality", "junit"] {
        let file = text(at(job, "artifacts.reports"), report).to_owned();
        let written = at(job, "script").as_sequence().unwrap().iter();
        assert!(written.filter_map(Value::as_str).any(|line| line.ends_with(&format!("> {file}"))));
    }
}

#[test]
fn flux_and_tekton() {
    let workflow = read("integrations/flux/workflow.yaml");
    assert!(at(&workflow, "jobs.render.steps").as_sequence().unwrap().len() > 2);
    let task = read("integrations/tekton/task.yaml");
    assert_eq!(text(&task, "apiVersion"), "tekton.dev/v1");
    assert_eq!(text(&task, "kind"), "Task");
    let script = text(&task, "spec.steps.0.script");
    assert!(!script.contains("$("), "parameters reach a script as variables only");
}

#[test]
fn pre_commit() {
    let hooks = read(".pre-commit-hooks.yaml");
    for hook in hooks.as_sequence().unwrap() {
        for field in ["id", "name", "entry", "language"] {
            assert!(!text(hook, field).is_empty(), "{field}");
        }
        assert_eq!(at(hook, "require_serial"), &Value::Bool(true), "one run sees every file");
    }
}

#[test]
fn kustomize() {
    let settings = read("integrations/kustomize/vpn.yaml");
    let function = at(&settings, "metadata.annotations").get("config.kubernetes.io/function");
    let function: Value = serde_yaml::from_str(function.unwrap().as_str().unwrap()).unwrap();
    assert_eq!(text(&function, "exec.path"), "wgsidecar");
    assert_eq!(text(&function, "exec.args.0"), "krm");
    let kustomization = read("integrations/kustomize/kustomization.yaml");
    assert_eq!(text(&kustomization, "transformers.0"), "vpn.yaml");
}

/// The arguments of every `wgsidecar …` in a script, a comment or a list.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let commands = ["inject", "uninject", "lint", "secret", "patch", "explain", "krm"];
    let mut found = Vec::new();
    for line in text.lines() {
        for (from, name) in line.match_indices("wgsidecar ") {
            let rest = &line[from + name.len()..];
            let quoted = line[..from].ends_with('"');
            let ends = |it: char| "|>`;#&".contains(it) || (quoted && it == '"');
            let end = rest.find(ends).unwrap_or(rest.len());
            let words: Vec<_> = rest[..end]
                .split_whitespace()
                .map(|it| it.trim_matches(['"', '\'']).to_owned())
                .collect();
            if words.first().is_some_and(|word| commands.contains(&word.as_str())) {
                found.push(words);
            }
        }
    }
    found
}

#[test]
fn every_command_line_is_taken() {
    let mut files = yaml_files();
    let pages = ["README.md", "docs/hosts.md", "docs/tunnel.md", "integrations/krm/README.md"];
    files.extend(pages.map(|page| root().join(page)));
    let mut count = 0;
    for path in files {
        let content = std::fs::read_to_string(&path).unwrap();
        for mut words in command_lines(&content) {
            // What a shell puts in: a value that every flag which takes one accepts.
            for word in &mut words {
                if word.contains("$FAIL_ON") {
                    *word = "warning".into();
                }
            }
            // What follows `--` is for the host.
            words.truncate(words.iter().position(|word| word == "--").unwrap_or(words.len()));
            // Help wins over everything but an argument that is unknown or has a value that it cannot have.
            words.push("--help".into());
            let ran = run(&words, b"");
            assert_eq!(ran.code, 0, "{}: {words:?}: {}", path.display(), ran.stderr);
            let shown = run(&[words[0].as_str(), "--help"], b"");
            assert_eq!(ran.stdout, shown.stdout);
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}
