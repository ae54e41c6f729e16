//! Where pods live in manifests, and which of them are meant. Knows nothing of WireGuard.

pub mod path;
pub mod row;
pub mod kinds;
pub mod lookup;
mod custom;
pub mod placeholder;
pub mod object;
mod workflow;
pub mod workload;
pub mod unlisted;
pub mod version;
pub mod selector;
mod expression;
pub mod patched;
pub mod select;

pub use kinds::{Update, WorkloadKind};
pub use lookup::{Class, Kinds};
pub use object::{Error, Object, objects};
pub use select::{Choice, Id, Named, Target, Targets};
pub use selector::Selector;
pub use unlisted::{Unlisted, unlisted};
pub use workload::{Count, Template, Workload, workload};
