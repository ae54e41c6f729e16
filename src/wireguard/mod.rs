//! What a tunnel is and what it adds to a pod. Knows nothing of files, flags or streams.

pub mod keys;
pub mod problem;
pub mod conf;
pub mod grammar;
pub mod findings;
pub mod presets;
pub mod values;
pub mod settings;
pub mod layers;
pub mod secret;
pub mod tunnel;
pub mod script;
pub mod pod;
pub mod mark;
pub mod existing;
pub mod annotations;
