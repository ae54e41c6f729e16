//! The recipes of docs/hosts.md: what they name is there, and what they set is known. tests/hosts/run gives
//! the same recipes to the hosts themselves.

use crate::support::{feed, files_in, root, wgsidecar};
use serde_yaml::Value;

/// In the order in which people look for them.
const HOSTS: [&str; 11] = [
    "kubectl",
    "kustomize",
    "Flux",
    "Helm 4",
    "Helm 3",
    "Argo CD",
    "kpt",
    "GitHub Actions",
    "GitLab",
    "pre-commit",
    "Tekton",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// The headings of a level, each with what stands below it.
fn sections(text: &str, level: &str) -> Vec<(String, String)> {
    let start = format!("\n{level} ");
    let parts = text.split(&start).skip(1).filter_map(|part| part.split_once('\n'));
    parts.map(|(heading, body)| (heading.to_owned(), body.to_owned())).collect()
}

fn recipes() -> Vec<(String, String)> {
    let chapters = sections(&read("docs/hosts.md"), "##").into_iter();
    chapters.map(|(host, body)| (host, body.split("\n### ").next().unwrap().to_owned())).collect()
}

fn recipe(host: &str) -> String {
    recipes().into_iter().find(|(heading, _)| heading == host).unwrap().1
}

/// The fenced block of YAML in a recipe.
fn block(host: &str) -> Value {
    let recipe = recipe(host);
    let start = recipe.split("```yaml\n").nth(1).unwrap_or_else(|| panic!("{host} has no YAML"));
    yaml(start.split("```").next().unwrap())
}

fn keys(value: &Value) -> Vec<String> {
    let keys = value.as_mapping().unwrap().keys();
    keys.map(|key| key.as_str().unwrap().to_owned()).collect()
}

fn names(list: &Value) -> Vec<String> {
    list.as_sequence().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

fn tag() -> String {
    format!("v{}", env!("CARGO_PKG_VERSION"))
}

#[test]
fn every_host_has_a_short_recipe() {
    let recipes = recipes();
    let headings: Vec<_> = recipes.iter().map(|(heading, _)| heading.as_str()).collect();
    assert_eq!(headings, HOSTS);
    let readme = read("README.md");
    for (host, body) in recipes {
        let lines = body.lines().filter(|line| !line.is_empty() && !line.starts_with("```"));
        let lines = lines.count();
        assert!((2..=12).contains(&lines), "{host}: {lines} lines");
        assert!(readme.contains(&host), "README does not name {host}");
        assert!(body.contains("```yaml\n") || body.contains("\n    "), "{host} shows nothing");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let docs = files_in("docs").into_iter().filter(|name| name.ends_with(".md"));
    let docs = docs.map(|name| format!("docs/{name}"));
    for page in docs.chain(["README.md", "integrations/krm/README.md"].map(str::to_owned)) {
        let text = read(&page);
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let path = link.split('#').next().unwrap();
            let there = root().join(&page).parent().unwrap().join(path).exists();
            assert!(there, "{page} links {link}");
        }
    }
}

#[test]
fn what_is_skipped_in_silence_is_said() {
    let kustomize = recipe("kustomize");
    assert!(kustomize.contains("**Without `--enable-exec`, kustomize skips"));
    assert!(kustomize.contains("grep -q wgsidecar.dev/injected out.yaml && "));
    assert!(recipe("kpt").contains("`kpt fn render shop --allow-exec`"));
}

#[test]
fn argo_cd() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = recipe("Argo CD");
    let settings = recipe.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    let manifest = read("integrations/kustomize/deployment.yaml");
    let mut command = wgsidecar();
    command.args(["inject", "--config", "wgsidecar.yaml"]).current_dir(&folder);
    let ran = feed(&mut command, manifest.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Secret mullvad"), "{}", ran.stderr);
}

#[test]
fn kpt() {
    let function = &block("kpt")["pipeline"]["mutators"][0];
    assert_eq!(function["exec"], "wgsidecar krm");
    assert_eq!(function["configPath"], "vpn.yaml");
}

#[test]
fn github_actions() {
    let workflow = block("GitHub Actions");
    let step = &workflow["steps"][1];
    let (path, version) = step["uses"].as_str().unwrap().split_once('@').unwrap();
    assert_eq!(version, tag());
    let folder = path.strip_prefix("OWNER/wgsidecar/").unwrap();
    let action = yaml(&read(&format!("{folder}/action.yml")));
    let inputs = keys(&action["inputs"]);
    assert!(keys(&step["with"]).iter().all(|input| inputs.contains(input)));
}

#[test]
fn gitlab() {
    let pipeline = block("GitLab");
    assert_eq!(pipeline["include"]["ref"], tag().as_str());
    let template = yaml(&read(pipeline["include"]["file"].as_str().unwrap()));
    let job = &template[pipeline["vpn"]["extends"].as_str().unwrap()];
    let known = keys(&job["variables"]);
    assert!(keys(&pipeline["vpn"]["variables"]).iter().all(|name| known.contains(name)));
}

#[test]
fn pre_commit() {
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    let known: Vec<_> = hooks.as_sequence().unwrap().iter().map(|hook| &hook["id"]).collect();
    let repo = &block("pre-commit")["repos"][0];
    assert_eq!(repo["rev"], tag().as_str());
    let used = repo["hooks"].as_sequence().unwrap();
    assert!(!used.is_empty() && used.iter().all(|hook| known.contains(&&hook["id"])));
}

#[test]
fn tekton() {
    let pipeline = block("Tekton");
    let used = &pipeline["tasks"][0];
    let task = yaml(&read("integrations/tekton/task.yaml"));
    assert_eq!(used["taskRef"]["name"], task["metadata"]["name"]);
    let given = names(&used["params"]);
    let params = task["spec"]["params"].as_sequence().unwrap();
    assert!(given.iter().all(|name| names(&task["spec"]["params"]).contains(name)));
    let needed = params.iter().filter(|param| param.get("default").is_none());
    assert!(
        needed.map(|param| &param["name"]).all(|it| given.contains(&it.as_str().unwrap().into()))
    );
    assert_eq!(names(&used["workspaces"]), names(&task["spec"]["workspaces"]));
}
