//! A JSON document with the findings in it, written as they come. Knows neither format that is JSON.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Finding, Report};

/// Writes a document as JSON with the findings in its list that is called `list`: each is made when its turn comes,
/// because all of them at once would be many times as large as their text.
pub(super) fn write(
    report: &Report<'_>,
    document: &Value,
    list: &'static str,
    finding: fn(&Report<'_>, &Finding) -> Value,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Part { report, list, finding, value: document })?;
    writeln!(out)
}

/// A part of a document that gets its findings while it is written.
#[derive(Clone, Copy)]
struct Part<'a> {
    report: &'a Report<'a>,
    list: &'static str,
    finding: fn(&Report<'_>, &Finding) -> Value,
    value: &'a Value,
}

/// The list of the findings.
struct List<'a>(Part<'a>);

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let part = |value| Part { value, ..*self };
        match self.value {
            Value::Array(items) => serializer.collect_seq(items.iter().map(part)),
            Value::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    if key == self.list {
                        map.serialize_entry(key, &List(*self))?
                    } else {
                        map.serialize_entry(key, &part(value))?
                    }
                }
                map.end()
            }
            other => other.serialize(serializer),
        }
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Part { report, finding, .. } = self.0;
        serializer.collect_seq(report.findings.iter().map(|it| finding(report, it)))
    }
}
