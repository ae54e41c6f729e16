//! What a tunnel is and what it adds to a pod. Knows nothing of files, flags or streams.

pub mod keys;
pub mod exposed;
pub mod conf_issue;
mod spanned_str;
pub mod conf;
mod grammar;
pub mod foreign;
pub mod findings;
pub mod presets;
pub mod values;
pub mod names;
pub mod settings;
pub mod resolve;
pub mod secret;
pub mod tunnel;
pub mod script;
mod sidecar;
pub mod normal;
mod format_1;
pub mod hashes;
pub mod pod;
pub mod mark;
pub mod changes;
pub mod existing;
pub mod dns;
pub mod patch;
pub mod annotations;
