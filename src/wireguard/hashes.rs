//! The hashes of the blocks in pods, each found once: thousands of pods share one block, and a hash takes as long as
//! everything else that is asked of a pod. Knows nothing of marks.

use serde_json::{Map, Value};

use super::normal::{Form, hash, image_of};
use crate::yaml::{NodeId, Tree};

/// The latest container and the latest hash, which the next pod is likely to have too.
#[derive(Debug, Default)]
pub struct Hashes {
    container: Option<Container>,
    /// The normal form of a block, and its hash.
    block: Option<(String, String)>,
}

/// A container as it is written, and its normal form as JSON.
#[derive(Debug)]
struct Container {
    text: String,
    indentation: usize,
    image: Option<String>,
    form: String,
}

impl Hashes {
    /// The hash of the block with this container, as [`Parts::hash`] tells it.
    ///
    /// [`Parts::hash`]: super::normal::Parts::hash
    pub fn of(
        &mut self,
        tree: &Tree,
        container: NodeId,
        volume: &Value,
        dns: &Map<String, Value>,
    ) -> &str {
        let container = match self.container.take().filter(|it| it.is_of(tree, container)) {
            Some(known) => known,
            None => Container::new(tree, container),
        };
        let form = Form { image: container.image.as_deref(), amounts: true };
        let block = form.block(&container.form, volume, dns);
        self.container = Some(container);
        let known = self.block.take().filter(|(known, _)| *known == block);
        let (_, hash) = self.block.insert(known.unwrap_or_else(|| {
            let hash = hash(&block);
            (block, hash)
        }));
        hash
    }
}

impl Container {
    fn new(tree: &Tree, node: NodeId) -> Self {
        let value = tree.value(node);
        Self {
            text: tree.raw(node).to_owned(),
            indentation: tree.indentation(node),
            image: image_of(&value).map(str::to_owned),
            form: Form::of_block(&value).of(&value).to_string(),
        }
    }

    fn is_of(&self, tree: &Tree, node: NodeId) -> bool {
        self.text == tree.raw(node) && self.indentation == tree.indentation(node)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::normal::Parts;
    use super::*;
    use crate::text::Span;

    /// One cache for all, so that each could get what another was told.
    #[test]
    fn a_hash_is_that_of_the_block_whatever_was_asked_before() {
        let texts = [
            "args: |1\n     x",
            "args: |1\n     x\n",
            "a:\n  args: |1\n     x\n",
            "name: b\nargs: []\n",
            "image: i:latest\nimagePullPolicy: Always\nname: b\n",
            "a:\n  image: i:1\n  imagePullPolicy: Always\n  name: b\n",
            "{name: b, args: []}",
            "{a: {name: b, args: []}}",
        ];
        let volumes = [json!({"name": "a", "secret": {"secretName": "x"}}), json!({"name": "b"})];
        let dns = [json!({}), json!({"dnsPolicy": "None"})];
        let mut hashes = Hashes::default();
        let mut seen = 0;
        for text in texts {
            let tree = crate::yaml::parse(text, Span::new(0, text.len())).unwrap().unwrap();
            let node = tree.get(tree.root(), "a").unwrap_or(tree.root());
            let container = tree.value(node);
            for (volume, dns) in volumes.iter().zip(&dns).chain(volumes.iter().rev().zip(&dns)) {
                let dns = dns.as_object().unwrap();
                let expected = Parts { container: &container, volume, dns }.hash();
                for _ in 0..2 {
                    assert_eq!(hashes.of(&tree, node, volume, dns), expected, "{text}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, texts.len() * 8);
    }
}
