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
    volumes: HashMap<(String, String), Arc<Value>>,
}

impl Blocks {
    pub fn get(&mut self, mut tunnel: Tunnel) -> Block {
        let key = (tunnel.container.clone(), tunnel.secret.clone());
        let volume = Arc::clone(self.volumes.entry(key).or_insert_with(|| volume_of(&tunnel)));
        tunnel.secret.clear();
        if let Some(block) = self.blocks.get(&tunnel) {
            return block.with_volume(volume);
        }
        let block = Block::new(&tunnel);
        self.blocks.insert(tunnel, block.clone());
        block.with_volume(volume)
    }
}
