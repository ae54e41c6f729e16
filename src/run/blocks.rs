//! Blocks of tunnels, each built once: thousands of pods share one. Knows nothing of pods.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::wireguard::pod::{Block, volume_of};
use crate::wireguard::tunnel::Tunnel;

/// Blocks by tunnel. The Secret is the one part that may differ from pod to pod, so volumes are kept apart.
#[derive(Default)]
pub struct Blocks {
    blocks: HashMap<Tunnel, Block>,
    /// The latest volume, with its name and that of its Secret: the next pod has the same, or nobody has.
    volume: Option<((String, String), Arc<Value>)>,
}

impl Blocks {
    /// The block of a tunnel.
    pub fn get(&mut self, mut tunnel: Tunnel) -> Block {
        let volume = self.volume(&tunnel);
        tunnel.secret.clear();
        if let Some(block) = self.blocks.get(&tunnel) {
            return block.with_volume(volume);
        }
        let block = Block::new(&tunnel);
        self.blocks.insert(tunnel, block.clone());
        block.with_volume(volume)
    }

    fn volume(&mut self, tunnel: &Tunnel) -> Arc<Value> {
        let names = || (tunnel.container.clone(), tunnel.secret.clone());
        let same = |(container, secret): &(String, String)| {
            *container == tunnel.container && *secret == tunnel.secret
        };
        let latest = self.volume.take().filter(|(names, _)| same(names));
        let (_, volume) =
            self.volume.insert(latest.unwrap_or_else(|| (names(), volume_of(tunnel))));
        Arc::clone(volume)
    }
}
