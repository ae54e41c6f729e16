//! Values, texts and Kubernetes' typed objects as CEL. Knows nothing of policies.

use serde_json::Value;

/// A string literal; in single quotes where they need no escape, so that it reads well within YAML and messages.
pub(super) fn string(text: &str) -> String {
    if text.chars().all(|letter| letter != '\'' && letter != '\\' && !letter.is_control()) {
        return format!("'{text}'");
    }
    // Every escape of JSON is one of CEL too.
    serde_json::to_string(text).expect("a string is plain data")
}

/// A text that stays as it is, on lines of its own; `None` where CEL has no such literal for it.
pub(super) fn raw(text: &str) -> Option<String> {
    let fits = !text.contains("\"\"\"") && !text.contains(['\r', '\0']) && !text.ends_with('"');
    fits.then(|| format!("r\"\"\"{text}\"\"\""))
}

/// A list literal.
pub(super) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items = items.into_iter().map(|item| string(item.as_ref()));
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A value of plain data: strings, numbers, lists, maps.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let entries =
                map.iter().map(|(key, value)| format!("{}: {}", string(key), plain(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text with words between `@`, each filled in by the CEL string that belongs to it.
pub(super) fn template(text: &str, fill: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (word, expression) in fill {
        if let Some(literal) = literal(expression) {
            text = text.replace(&format!("@{word}@"), literal);
        }
    }
    let parts = text.split('@').enumerate().filter(|(_, part)| !part.is_empty());
    let parts = parts.map(|(number, part)| match number % 2 {
        0 => string(part),
        _ => {
            let known = fill.iter().find(|(word, _)| *word == part);
            let (_, expression) = known.expect("a rule fills in every word of its message");
            (*expression).to_owned()
        }
    });
    parts.collect::<Vec<_>>().join(" + ")
}

/// What an expression says that is nothing but a string.
fn literal(expression: &str) -> Option<&str> {
    let inner = expression.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains(['\'', '\\', '@'])).then_some(inner)
}

/// Fields whose value is a map from words to amounts: CEL has no type for such an object.
const MAPS: [&str; 2] = ["requests", "limits"];

/// An object at a path of the pod, such as `spec.volumes`, as the type that the API server has for it.
pub(super) fn object(path: &str, value: &Value, indent: usize) -> String {
    match value {
        Value::Object(map) if map.is_empty() => format!("Object.{path}{{}}"),
        Value::Object(map) => {
            let is_map = path.rsplit('.').next().is_some_and(|field| MAPS.contains(&field));
            let inner = indent + 2;
            let entries = map.iter().map(|(key, value)| {
                let value = object(&format!("{path}.{key}"), value, inner);
                let key = if is_map { string(key) } else { key.clone() };
                format!("\n{:inner$}{key}: {value}", "")
            });
            let entries = entries.collect::<Vec<_>>().join(",");
            let name = if is_map { String::new() } else { format!("Object.{path}") };
            format!("{name}{{{entries}}}")
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| object(path, item, indent));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_string_is_quoted_as_cel_reads_it() {
        assert_eq!(string("a \"b\""), "'a \"b\"'");
        assert_eq!(string("it's"), "\"it's\"");
        assert_eq!(string("a\\b\n"), "\"a\\\\b\\n\"");
    }

    #[test]
    fn a_text_that_no_literal_holds_is_none() {
        assert_eq!(raw("a \"b\" \\ 'c'\n").as_deref(), Some("r\"\"\"a \"b\" \\ 'c'\n\"\"\""));
        for text in ["a\"\"\"b", "a\r\n", "a\0", "echo \"$a\""] {
            assert_eq!(raw(text), None, "{text:?}");
        }
    }

    #[test]
    fn words_of_a_text_are_filled_in() {
        let fill = [("A", "variables.a"), ("B", "string(2)")];
        assert_eq!(template("@A@ of @B@.", &fill), "variables.a + ' of ' + string(2) + '.'");
        assert_eq!(template("a @W@ is there", &[("W", "'word'")]), "'a word is there'");
        assert_eq!(template("plain", &fill), "'plain'");
    }

    #[test]
    fn an_object_has_the_type_of_its_path() {
        let value = json!({"name": "a", "secret": {"defaultMode": 256, "items": [{"key": "k"}]}});
        assert_eq!(
            object("spec.volumes", &value, 0),
            "Object.spec.volumes{\n  name: 'a',\n  secret: Object.spec.volumes.secret{\n    defaultMode: 256,\n    \
             items: [Object.spec.volumes.secret.items{\n      key: 'k'}]}}"
        );
        let value = json!({"limits": {"cpu": "1"}});
        let typed = object("spec.containers.resources", &value, 0);
        assert_eq!(typed, "Object.spec.containers.resources{\n  limits: {\n    'cpu': '1'}}");
    }
}
