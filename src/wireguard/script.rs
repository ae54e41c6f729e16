//! stand-in
use super::tunnel::Tunnel;
pub fn script(tunnel: &Tunnel) -> String {
    format!("# wgsidecar: stand-in for {}\nset -efu\n", tunnel.interface)
}
