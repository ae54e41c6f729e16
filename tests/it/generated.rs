//! What is written in any style is read as it was meant.

use crate::support::generate::Data;
use proptest::prelude::*;
use wgsidecar::yaml::stream;

/// Documents and what they hold.
fn documents() -> impl Strategy<Value = (Data, String)> {
    choices().prop_map(|bytes| crate::support::generate::document(&bytes))
}

/// Streams of Kubernetes objects.
fn manifests() -> impl Strategy<Value = String> {
    choices().prop_map(|bytes| crate::support::generate::manifest(&bytes))
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1500)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_is_read_as_it_was_written((data, text) in documents()) {
        let document = stream::split(&text).0[0];
        let trees = stream::parse(&text, document);
        let trees = trees.map_err(|error| TestCaseError::fail(format!("{error:?}\n{text}")))?;
        let tree = &trees[0];
        prop_assert!(crate::support::generate::agrees(tree, tree.root(), &data), "{:?}\n{}", data, text);
    }

    #[test]
    fn manifests_satisfy_the_judges(text in manifests()) {
        let (documents, errors) = stream::split(&text);
        prop_assert_eq!(errors, vec![]);
        for document in documents {
            let trees = stream::parse(&text, document);
            for tree in trees.map_err(|error| TestCaseError::fail(format!("{error:?}\n{text}")))? {
                for verdict in [crate::support::judges::libyaml(&tree), crate::support::judges::granit(&tree)] {
                    verdict.map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
                }
            }
        }
    }
}
