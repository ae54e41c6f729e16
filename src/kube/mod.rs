//! Where pods live in manifests. Knows nothing of WireGuard.
