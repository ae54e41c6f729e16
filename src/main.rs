//! The exit code, and nothing else.

use std::process::ExitCode;

/// musl's own allocator made a run of many documents fifteen times slower.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    wgsidecar::commands::main()
}
