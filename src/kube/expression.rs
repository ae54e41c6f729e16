//! The grammar of kubectl's `-l`: `app=web,tier in (a, b),!old`. Knows nothing of labels' places.

use super::selector::{Operator, Requirement};

/// Reads the requirements of a selector; the error names the place where it stops being one.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    let mut parser = Parser { text, at: 0 };
    parser.requirements().map_err(|reason| format!("`{text}` is not a label selector: {reason}"))
}

struct Parser<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Parser<'s> {
    fn requirements(&mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        if self.peek().is_empty() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.peek() {
                "" => return Ok(requirements),
                "," => self.pass(","),
                _ => return Err(self.expected("`,`")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.eat("!");
        let key = self.word("a label's key")?;
        check_key(key)?;
        let operator = if negated { Operator::DoesNotExist } else { self.operator()? };
        Ok(Requirement { key: key.into(), operator })
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let symbol = self.peek();
        if matches!(symbol, "" | ",") {
            return Ok(Operator::Exists);
        }
        if !OPERATORS.contains(&symbol) {
            return Err(self.expected("`=`, `!=`, `in`, `notin` or `,`"));
        }
        self.pass(symbol);
        Ok(match symbol {
            "in" => Operator::In(self.values()?),
            "notin" => Operator::NotIn(self.values()?),
            "!=" => Operator::NotIn(vec![self.value()?]),
            ">" => Operator::GreaterThan(self.number()?),
            "<" => Operator::LessThan(self.number()?),
            _ => Operator::In(vec![self.value()?]),
        })
    }

    /// A list in parentheses; an item may be empty.
    fn values(&mut self) -> Result<Vec<String>, String> {
        if !self.eat("(") {
            return Err(self.expected("`(`"));
        }
        let mut values = Vec::new();
        loop {
            values.push(if self.ends_value() { String::new() } else { self.value()? });
            match self.peek() {
                "," => self.pass(","),
                ")" => break self.pass(")"),
                _ => return Err(self.expected("`,` or `)`")),
            }
        }
        Ok(values)
    }

    /// One value, empty at the end of its requirement.
    fn value(&mut self) -> Result<String, String> {
        if matches!(self.peek(), "" | ",") {
            return Ok(String::new());
        }
        let value = self.word("a label's value")?;
        check_value(value)?;
        Ok(value.into())
    }

    fn number(&mut self) -> Result<i64, String> {
        let word = self.word("a number")?;
        word.parse().map_err(|_| format!("`{word}` is not a number"))
    }

    fn word(&mut self, what: &str) -> Result<&'s str, String> {
        let word = self.peek();
        if word.is_empty() || word.starts_with(is_symbol) {
            return Err(self.expected(what));
        }
        self.pass(word);
        Ok(word)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.peek() == symbol;
        if found {
            self.pass(symbol);
        }
        found
    }

    fn ends_value(&mut self) -> bool {
        matches!(self.peek(), "," | ")")
    }

    /// The next symbol or word, after blanks; empty at the end.
    fn peek(&mut self) -> &'s str {
        self.at = self.text.len() - self.text[self.at..].trim_start_matches(is_blank).len();
        let rest = &self.text[self.at..];
        let symbol = ["!=", "=="].into_iter().find(|symbol| rest.starts_with(symbol));
        let length = match symbol {
            Some(symbol) => symbol.len(),
            None if rest.starts_with(is_symbol) => 1,
            None => rest.find(|c| is_symbol(c) || is_blank(c)).unwrap_or(rest.len()),
        };
        &rest[..length]
    }

    fn pass(&mut self, token: &str) {
        self.at += token.len();
    }

    fn expected(&self, what: &str) -> String {
        match &self.text[self.at..] {
            "" => format!("{what} expected at its end"),
            rest => format!("{what} expected at `{rest}`"),
        }
    }
}

const OPERATORS: [&str; 7] = ["=", "==", "!=", "in", "notin", ">", "<"];

fn is_symbol(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// `[prefix/]name`, as Kubernetes wants label keys.
pub(super) fn check_key(key: &str) -> Result<(), String> {
    let (prefix, name) = key.split_once('/').unwrap_or(("a", key));
    let is_prefix = prefix.len() <= 253 && prefix.split('.').all(is_dns_label);
    if is_prefix && !name.is_empty() && is_label_text(name) {
        Ok(())
    } else {
        Err(format!("`{key}` is not a label's key"))
    }
}

pub(super) fn check_value(value: &str) -> Result<(), String> {
    if is_label_text(value) { Ok(()) } else { Err(format!("`{value}` is not a label's value")) }
}

/// At most 63 letters, digits, `-`, `_` and `.`; a letter or digit at both ends.
fn is_label_text(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.chars().all(|c| is_end(c) || matches!(c, '-' | '_' | '.'))
        && (text.is_empty() || (text.starts_with(is_end) && text.ends_with(is_end)))
}

fn is_dns_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.chars().all(|c| is_end(c) || c == '-')
        && text.starts_with(is_end)
        && text.ends_with(is_end)
}
