//! The patch in a kustomization is for a workload that none of its files holds.
//!
//! kustomize says nothing of a patch whose target is not there: it builds the workload that was meant without the tunnel,
//! and that is a leak. This is found where all that a kustomization builds is among the manifests: its files, and those of
//! the kustomizations and components that it names. Of remote bases, generators and charts nobody knows here what they
//! hold, and of what a base renames under which name it is patched. A patch that is still to be put in is an error; of one
//! that is there the workload may have gone since.
//!
//! Name the workload as its manifest does: take the patch out with `wgsidecar patch --into FILE --remove`, and put it in
//! with the right `--target`, or correct `patches` in the settings file.

use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

/// Found once all files were read.
pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Planning],
    ..rule!("patch_matches_nothing.rs", "patch-matches-nothing")
};

/// Reports a patch for a workload; `others` are those that the files hold, and `is_there` tells whether the patch is in
/// the kustomization already.
pub fn report(place: Place, target: &str, others: &str, is_there: bool, findings: &mut Findings) {
    let level = if is_there { Level::Warning } else { Level::Error };
    let help = match others {
        "" => "no workload is in the files that it builds".to_owned(),
        others => format!("the files that it builds hold {others}"),
    };
    let message = format!("the patch is for `{target}`, which is in no file of this kustomization");
    findings.add(&RULE, place, message).help(help).level(level);
}
