//! Kinds that the user names as `group/Kind=path`. Knows nothing of where they are written.

use super::kinds::{Pods, Row, SPEC_TEMPLATE};
use super::path;

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
    pub(super) fn is_in(&self, row: &Row) -> bool {
        row.is(self.group, self.kind) && row.templates.iter().any(|pods| pods.path == self.path)
    }

    /// Adds a row, or a template to the row that has the kind already.
    pub(super) fn add_to(&self, rows: &mut Vec<&'static Row>) {
        // Rows are handed out for as long as the program runs.
        let pods = Pods { path: leak(self.path), ..COUNTED };
        let same = rows.iter_mut().find(|row| row.is(self.group, self.kind));
        let mut templates = same.as_ref().map_or(Vec::new(), |row| row.templates.to_vec());
        templates.push(pods);
        let groups = Vec::from([leak(self.group)]).leak();
        let row = Row::new(groups, leak(self.kind), &[], templates.leak());
        let row = &*Box::leak(Box::new(row));
        match same {
            Some(place) => *place = row,
            None => rows.push(row),
        }
    }
}

/// What nearly every kind calls the number of its pods.
const COUNTED: Pods = Pods { counts: &["spec.replicas", "spec.parallelism"], ..SPEC_TEMPLATE };

fn leak(text: &str) -> &'static str {
    String::from(text).leak()
}
