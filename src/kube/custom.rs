//! Kinds that the user names as `group/Kind=path`. Knows nothing of where they are written.

use super::path;
use super::row::{Pods, WorkloadKind};

/// One `group/Kind=path`.
pub(super) struct Named<'a> {
    group: &'a str,
    kind: &'a str,
    path: &'a str,
}

/// Reads `group/Kind=path`; the core group is `v1`, empty, or left out, and a version is of no matter.
pub(super) fn parse(text: &str) -> Result<Named<'_>, String> {
    let Some((name, path)) = text.split_once('=') else {
        return Err("no `=`: a workload is written `group/Kind=path.of.the.pod.template`".into());
    };
    let (group, kind) = name.trim().rsplit_once('/').unwrap_or(("", name.trim()));
    let group = group.split('/').next().unwrap_or_default();
    let group = if group == "v1" { "" } else { group };
    if !group
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
    {
        return Err(format!("`{group}` is not an API group"));
    }
    let is_kind = kind.starts_with(|first: char| first.is_ascii_uppercase())
        && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_kind {
        return Err(format!("`{kind}` is not a kind: one begins with a capital letter"));
    }
    let path = path.trim();
    if path == "." {
        return Ok(Named { group, kind, path: "" });
    }
    path::check(path).map_err(|reason| format!("`{path}` is not a path: {reason}"))?;
    Ok(Named { group, kind, path })
}

impl Named<'_> {
    /// Adds a template to the row that has the kind already, or a row.
    pub(super) fn add_to(&self, rows: &mut Vec<&'static WorkloadKind>) {
        let Some(row) = rows.iter_mut().find(|row| row.is(self.group, self.kind)) else {
            let groups = Vec::from([leak(self.group)]).leak();
            let templates = Vec::from([self.pods()]).leak();
            return rows.push(keep(WorkloadKind::new(groups, leak(self.kind), &[], templates)));
        };
        if row.templates.iter().all(|pods| pods.path != self.path) {
            let templates = [row.templates, &[self.pods()]].concat().leak();
            *row = keep(WorkloadKind { templates, elsewhere: None, ..row.clone() });
        }
    }

    /// The template, with its pods counted by what nearly every kind calls their number.
    fn pods(&self) -> Pods {
        let last = self.path.rfind('.').map_or(0, |dot| dot + 1);
        let parent = &self.path[..last];
        let beside = ["replicas", "parallelism"].map(|name| leak(&format!("{parent}{name}")));
        let outer = Some("spec.replicas").filter(|outer| !beside.contains(outer));
        let counts: Vec<_> = beside.into_iter().chain(outer).collect();
        Pods::at(leak(self.path), counts.leak())
    }
}

/// Rows are handed out for as long as the program runs.
fn keep(row: WorkloadKind) -> &'static WorkloadKind {
    Box::leak(Box::new(row))
}

fn leak(text: &str) -> &'static str {
    String::from(text).leak()
}
