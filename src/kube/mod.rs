//! Where pods live in manifests. Knows nothing of WireGuard.
pub mod workload;
