//! Plans the edits that add a tunnel to one pod template that holds none. Knows nothing of files.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kube::workload::Template;
use crate::wireguard::mark::{self, Before, Mark, Site};
use crate::wireguard::pod::Block;
use crate::yaml::verify::{Change, Changes};
use crate::yaml::write::add::{Adder, Filling};
use crate::yaml::write::{Addition, EmitCache, Plan, Style, is_empty, original};
use crate::yaml::{NodeId, Tree};

/// What one pod template is to hold.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub block: &'a Block,
    /// The mark, but for what stood in the pod template.
    pub mark: &'a Mark,
}

/// Plans the block and its mark. The caller has refused what cannot be edited.
pub fn plan(
    tree: &Tree,
    template: &Template,
    spec: NodeId,
    wanted: Wanted,
    texts: &mut EmitCache,
) -> Plan {
    let chain = template.chain_to(spec);
    let style = Style::learn(tree, &chain, template.node);
    let mut plan = Plan::default();
    let mut injection = Injection {
        adder: Adder { tree, style, texts, edits: &mut plan.edits },
        changes: &mut plan.changes,
        depth: chain.len(),
        mark: wanted.mark.clone(),
    };
    injection.spec(spec, wanted.block);
    injection.mark(template);
    plan
}

struct Injection<'a, 's> {
    adder: Adder<'a, 's>,
    changes: &'a mut Changes,
    /// Collections around the entries of the pod's spec.
    depth: usize,
    mark: Mark,
}

impl Injection<'_, '_> {
    fn spec(&mut self, spec: NodeId, block: &Block) {
        let mut added = Vec::new();
        added.extend(self.list(spec, Site::InitContainers, &block.container, Some("containers")));
        added.extend(self.list(spec, Site::Volumes, &block.volume, None));
        for (site, value) in &block.dns {
            added.extend(self.dns(spec, *site, value));
        }
        self.gains(spec, added);
    }

    /// Remembers that a mapping gains entries; all that one mapping gains is one change.
    fn gains(&mut self, mapping: NodeId, entries: Vec<Addition>) {
        let earlier = self.changes.iter_mut().find_map(|(node, change)| match change {
            Change::Entries(earlier) if *node == mapping => Some(earlier),
            _ => None,
        });
        match earlier {
            Some(earlier) => earlier.extend(entries),
            None if entries.is_empty() => {}
            None => self.changes.push((mapping, Change::Entries(entries))),
        }
    }

    /// Puts a part of the pod's DNS settings where there is none, or in the place of what gives way; returns what the
    /// spec gains.
    fn dns(&mut self, spec: NodeId, site: Site, value: &Arc<Value>) -> Option<Addition> {
        let tree = self.adder.tree;
        let config = || tree.get(spec, Site::DnsConfig.key()).map(|config| tree.follow(config));
        let (parent, depth) = match site {
            Site::Nameservers => (config()?, self.depth + 1),
            _ => (spec, self.depth),
        };
        if let Some(node) = tree.get(parent, site.key()) {
            let original = self.adder.replace(node, value, depth + 2);
            self.mark.places.insert(site, Before::Stood(original));
            self.changes.push((node, Change::Is(Arc::clone(value))));
            return None;
        }
        self.mark.places.insert(site, Before::Absent);
        let added = self.entry(parent, site.key(), Arc::clone(value), None, depth);
        if parent == spec {
            return Some(added);
        }
        self.gains(parent, vec![added]);
        None
    }

    /// Puts our item first into a list of the pod's spec; returns the list where there was none.
    fn list(
        &mut self,
        spec: NodeId,
        site: Site,
        item: &Arc<Value>,
        before: Option<&str>,
    ) -> Option<Addition> {
        let addition = Addition { key: site.key(), value: Arc::clone(item) };
        let depth = self.depth + 1;
        let Some(list) = self.adder.tree.get(spec, site.key()) else {
            let list = self.adder.texts.list_of(site.key(), item);
            return Some(self.entry(spec, site.key(), list, before, depth - 1));
        };
        if is_empty(self.adder.tree, list) {
            let original = self.adder.fill(spec, list, &addition, Filling::Item, depth);
            self.mark.places.insert(site, Before::Stood(original));
        } else {
            self.adder.first_item(list, &addition, depth);
        }
        self.changes.push((list, Change::FirstItem(addition)));
        None
    }

    fn mark(&mut self, template: &Template) {
        let tree = self.adder.tree;
        let (holder, depth) = (template.holder(), template.holder_depth());
        let Some(metadata) = template.metadata else {
            let value = Arc::new(json!({"annotations": {mark::KEY: self.mark.to_string()}}));
            let added = self.entry(holder, "metadata", value, Some("spec"), depth);
            return self.gains(holder, vec![added]);
        };
        let annotations = tree.get(metadata, "annotations");
        for (site, node) in [(Site::Metadata, Some(metadata)), (Site::Annotations, annotations)] {
            if let Some(node) = node.filter(|&node| is_empty(tree, node)) {
                self.mark.places.insert(site, Before::Stood(original(tree, node).to_owned()));
            }
        }
        let value = Value::from(self.mark.to_string());
        let whole =
            || Addition { key: "annotations", value: Arc::new(json!({mark::KEY: value.clone()})) };
        let single = || Addition { key: mark::KEY, value: Arc::new(value.clone()) };
        match annotations {
            None if is_empty(tree, metadata) => self.fill(holder, metadata, whole(), depth + 1),
            None => {
                let added = self.entry(metadata, "annotations", whole().value, None, depth + 1);
                self.gains(metadata, vec![added]);
            }
            Some(annotations) if is_empty(tree, annotations) => {
                self.fill(metadata, annotations, single(), depth + 2)
            }
            Some(annotations) => {
                let added = self.entry(annotations, mark::KEY, single().value, None, depth + 2);
                self.gains(annotations, vec![added]);
            }
        }
    }

    fn entry(
        &mut self,
        mapping: NodeId,
        key: &'static str,
        value: Arc<Value>,
        before: Option<&str>,
        depth: usize,
    ) -> Addition {
        let addition = Addition { key, value };
        self.adder.entry(mapping, &addition, before, depth);
        addition
    }

    fn fill(&mut self, parent: NodeId, value: NodeId, addition: Addition, depth: usize) {
        self.adder.fill(parent, value, &addition, Filling::Entry, depth);
        self.changes.push((value, Change::Entries(vec![addition])));
    }
}
