//! The page of the KRM function: its objects are given to the function, and its answers are those of the function.

use std::sync::Mutex;

use crate::support::engine::without_script;
use crate::support::{Ran, root, run};
use serde_yaml::Value;

const PAGE: &str = "integrations/krm/README.md";

fn page() -> String {
    std::fs::read_to_string(root().join(PAGE)).unwrap()
}

/// The block below a comment that begins so.
fn block(comment: &str) -> String {
    let page = page();
    let rest = page.split(&format!("<!-- {comment}")).nth(1).unwrap_or_else(|| panic!("{comment}"));
    let start = rest.split_once("```yaml\n").unwrap().1;
    start.split("```").next().unwrap().to_owned()
}

/// Puts `text` between two markers, or checks that it is there.
fn holds(start: &str, end: &str, text: &str) {
    // Tests run side by side, and with UPDATE=1 each changes its part of the page.
    static CHANGING: Mutex<()> = Mutex::new(());
    let _changing = CHANGING.lock().unwrap();
    let page = page();
    let from = page.find(start).expect("the marker is there") + start.len();
    let to = from + page[from..].find(end).expect("the end is there");
    if std::env::var_os("UPDATE").is_some() {
        let new = format!("{}{text}{}", &page[..from], &page[to..]);
        let part = root().join(PAGE).with_extension("part");
        std::fs::write(&part, new).unwrap();
        std::fs::rename(part, root().join(PAGE)).unwrap();
    } else {
        assert_eq!(&page[from..to], text, "UPDATE=1 refreshes it");
    }
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

/// What the function answers to one item; its own text is that of the item.
fn answer(item: &str, config: &str) -> Ran {
    let item = indented(item, 4).replacen("    ", "  - ", 1);
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{item}functionConfig:\n{}",
        indented(config, 2)
    );
    run(&["krm"], list.as_bytes())
}

/// The item of an answer as it stands there.
fn item(ran: &Ran) -> String {
    let text = String::from_utf8(ran.stdout.clone()).unwrap();
    let item = text.split_once("items:\n").unwrap().1.split("functionConfig:").next().unwrap();
    item.lines().map(|line| format!("{}\n", line.get(4..).unwrap_or_default())).collect()
}

#[test]
fn the_example_is_real() {
    let ran = answer(&block("before"), &block("vpn.yaml"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = without_script(&item(&ran)).replace("<script>", "…");
    holds("<!-- after: UPDATE=1 refreshes it -->\n```yaml\n", "```", &after);
    let same = answer(&block("before"), &block("arguments"));
    assert_eq!(item(&same), item(&ran), "{}", same.stderr);
}

#[test]
fn the_refusal_is_real() {
    let before = block("before");
    let refused = before.replace("      containers:", "      hostNetwork: true\n      containers:");
    let ran = answer(&refused, &block("vpn.yaml"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(item(&ran), refused);
    let text = String::from_utf8(ran.stdout).unwrap();
    let results = format!("results:\n{}", text.split_once("\nresults:\n").unwrap().1);
    holds("<!-- refused: UPDATE=1 refreshes it -->\n```yaml\n", "```", &results);
}

#[test]
fn the_kptfile_runs_what_there_is() {
    let kptfile: Value = serde_yaml::from_str(&block("Kptfile")).unwrap();
    for kind in ["mutators", "validators"] {
        let function = &kptfile["pipeline"][kind][0];
        assert_eq!(function["configPath"], "vpn.yaml");
        let words: Vec<_> = function["exec"].as_str().unwrap().split(' ').skip(1).collect();
        assert_eq!(run(&[words.as_slice(), &["--help"]].concat(), b"").code, 0, "{words:?}");
    }
}

#[test]
fn the_table_of_fields_is_complete() {
    let schema = std::fs::read_to_string(root().join("integrations/schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let fields = schema["properties"]["spec"]["properties"].as_object().unwrap();
    let rows = fields.iter().map(|(name, field)| {
        let default = match &field["default"] {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => format!("`{text}`"),
            other => format!("`{other}`"),
        };
        let text = field["description"].as_str().unwrap().replace('|', "\\|");
        format!("| `{name}` | {default} | {text} |\n")
    });
    let table = format!(
        "\n| field of `spec` | default | meaning |\n|---|---|---|\n{}\n",
        rows.collect::<String>()
    );
    holds("integrations/schema.json; a test holds it -->\n", "<!-- end of fields -->", &table);
}
