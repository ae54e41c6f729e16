//! Each layer uses only those before it: reads the `use` lines and holds us to the list.

use std::path::Path;

/// The modules of `src`, in reading order. `hosts` calls `run`, and `commands` calls everything.
const LAYERS: [&str; 16] = [
    "text",
    "redact",
    "yaml",
    "kube",
    "wireguard",
    "lint",
    "policy",
    "uninject",
    "inject",
    "into",
    "report",
    "config",
    "cli",
    "run",
    "hosts",
    "commands",
];

#[test]
fn each_layer_uses_only_those_before_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 30, "the sources were not found");
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&src).unwrap();
        let first =
            path.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if ["main", "lib"].contains(&first.as_str()) {
            continue;
        }
        let own = LAYERS
            .iter()
            .position(|layer| *layer == first)
            .unwrap_or_else(|| panic!("{} is in no layer", path.display()));
        for used in used_modules(&std::fs::read_to_string(&file).unwrap()) {
            let other = LAYERS
                .iter()
                .position(|layer| *layer == used)
                .unwrap_or_else(|| panic!("{used} is in no layer"));
            if other > own {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(crate) fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// The first segments after `crate::` in code, doc comments left out.
fn used_modules(text: &str) -> Vec<String> {
    let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let words = code.split("crate::").skip(1);
    words
        .map(|rest| {
            rest.chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}
