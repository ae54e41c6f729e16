//! Label selectors, as kubectl's `-l` and as objects write them. Knows nothing of what is selected.

use std::borrow::Cow;
use std::fmt;

use super::expression;
use super::object::{Error, pairs};
use crate::yaml::{NodeId, Tree};

/// Requirements on labels, all of which must hold; none of them selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector {
    pub requirements: Vec<Requirement>,
}

/// One requirement on one label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    pub key: String,
    pub operator: Operator,
}

/// What a requirement asks of its label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
    GreaterThan(i64),
    LessThan(i64),
}

impl Selector {
    /// Reads what kubectl's `-l` takes.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { requirements: expression::parse(text)? })
    }

    /// Reads an object's `matchLabels` and `matchExpressions`; null has neither.
    pub fn read(tree: &Tree, node: NodeId) -> Result<Self, Error> {
        expect_mapping(tree, node, "a label selector")?;
        let mut selector = match tree.get(node, "matchLabels") {
            Some(labels) => Self::equal(tree, labels)?,
            None => Self::default(),
        };
        let Some(expressions) = tree.get(node, "matchExpressions") else { return Ok(selector) };
        if !tree.kind(tree.follow(expressions)).is_sequence() && !tree.is_null(expressions) {
            return Err(Error::new(expressions, "`matchExpressions` must be a list"));
        }
        for item in tree.items(tree.follow(expressions)) {
            selector.requirements.push(Requirement::read(tree, item)?);
        }
        Ok(selector)
    }

    /// Reads a mapping of labels, all of which must be so, as a Service's `selector` is.
    pub fn equal(tree: &Tree, labels: NodeId) -> Result<Self, Error> {
        expect_mapping(tree, labels, "labels")?;
        let requirement = |(key, value)| {
            let operator = Operator::In(vec![text(tree, value)?]);
            Ok(Requirement { key: text(tree, key)?, operator })
        };
        let requirements = pairs(tree, labels).into_iter().map(requirement);
        Ok(Self { requirements: requirements.collect::<Result<_, _>>()? })
    }

    /// The selector, unless it holds what can be no label's key or value; `node` is where it stands.
    pub fn check(self, node: NodeId) -> Result<Self, Error> {
        let checked = self.requirements.iter().try_for_each(|requirement| {
            expression::check_key(&requirement.key)?;
            match &requirement.operator {
                Operator::In(values) | Operator::NotIn(values) => {
                    values.iter().try_for_each(|value| expression::check_value(value))
                }
                _ => Ok(()),
            }
        });
        checked.map_err(|reason| Error::new(node, reason)).map(|()| self)
    }

    /// Whether labels satisfy every requirement; `value` looks one up.
    pub fn matches<'a>(&self, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(value(&requirement.key)))
    }
}

impl Requirement {
    fn read(tree: &Tree, node: NodeId) -> Result<Self, Error> {
        let missing = |what: &str| Error::new(node, format!("a match expression without `{what}`"));
        let key = text(tree, tree.get(node, "key").ok_or_else(|| missing("key"))?)?;
        let word = tree.get(node, "operator").ok_or_else(|| missing("operator"))?;
        let operator = match text(tree, word)?.as_str() {
            "In" => Operator::In(values(tree, node)?),
            "NotIn" => Operator::NotIn(values(tree, node)?),
            "Exists" => without_values(tree, node, Operator::Exists)?,
            "DoesNotExist" => without_values(tree, node, Operator::DoesNotExist)?,
            unknown => {
                let message = format!("`{unknown}` is not one of In, NotIn, Exists, DoesNotExist");
                return Err(Error::new(word, message));
            }
        };
        Ok(Self { key, operator })
    }

    /// Whether a label satisfies it.
    pub fn holds(&self, value: Option<Cow<str>>) -> bool {
        let value = value.as_deref();
        let is_in =
            |values: &[String]| value.is_some_and(|value| values.iter().any(|v| v == value));
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.operator {
            Operator::In(values) => is_in(values),
            Operator::NotIn(values) => !is_in(values),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan(bound) => number().is_some_and(|number| number > *bound),
            Operator::LessThan(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl fmt::Display for Selector {
    /// What kubectl's `-l` takes.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, requirement) in self.requirements.iter().enumerate() {
            write!(out, "{}{requirement}", if number > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.operator {
            Operator::In(values) if values.len() == 1 => write!(out, "{key}={}", values[0]),
            Operator::In(values) => write!(out, "{key} in ({})", values.join(",")),
            Operator::NotIn(values) => write!(out, "{key} notin ({})", values.join(",")),
            Operator::Exists => out.write_str(key),
            Operator::DoesNotExist => write!(out, "!{key}"),
            Operator::GreaterThan(bound) => write!(out, "{key}>{bound}"),
            Operator::LessThan(bound) => write!(out, "{key}<{bound}"),
        }
    }
}

/// An operator that takes no values: the API refuses an expression that has both.
fn without_values(tree: &Tree, expression: NodeId, operator: Operator) -> Result<Operator, Error> {
    let values = tree.get(expression, "values").map(|values| tree.follow(values));
    match values.filter(|&values| tree.items(values).next().is_some()) {
        Some(values) => Err(Error::new(values, "Exists and DoesNotExist take no `values`")),
        None => Ok(operator),
    }
}

fn values(tree: &Tree, expression: NodeId) -> Result<Vec<String>, Error> {
    let list = tree.get(expression, "values").map(|values| tree.follow(values));
    let values = list.into_iter().flat_map(|list| tree.items(list)).map(|item| text(tree, item));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    if values.is_empty() {
        Err(Error::new(expression, "In and NotIn need a list of `values`"))
    } else {
        Ok(values)
    }
}

fn text(tree: &Tree, node: NodeId) -> Result<String, Error> {
    let text = tree.string(node).map(Cow::into_owned);
    text.ok_or_else(|| Error::new(node, "labels and what selects them must be strings"))
}

fn expect_mapping(tree: &Tree, node: NodeId, what: &str) -> Result<(), Error> {
    if tree.kind(tree.follow(node)).is_mapping() || tree.is_null(node) {
        Ok(())
    } else {
        Err(Error::new(node, format!("{what} must be a mapping")))
    }
}
