//! Blocks of tunnels, each built once: thousands of pods share one. Knows nothing of pods.

use std::collections::HashMap;
use std::sync::Arc;

use crate::wireguard::pod::Block;
use crate::wireguard::tunnel::Tunnel;

/// Blocks by tunnel; the name of its own Secret is put in for each pod.
#[derive(Default)]
pub struct Blocks {
    blocks: HashMap<Arc<Tunnel>, Block>,
    /// The latest one, which the next pod is likely to have too.
    latest: Option<(Arc<Tunnel>, Block)>,
}

impl Blocks {
    /// The block of a tunnel that reads the Secret of this name.
    pub fn get(&mut self, tunnel: &Arc<Tunnel>, secret: &str) -> Block {
        let latest = self.latest.take().filter(|(latest, _)| Arc::ptr_eq(latest, tunnel));
        let block = match latest {
            Some((_, block)) => block.with_secret(secret),
            None => self.find(tunnel, secret),
        };
        self.latest = Some((Arc::clone(tunnel), block.clone()));
        block
    }

    fn find(&mut self, tunnel: &Arc<Tunnel>, secret: &str) -> Block {
        let new = || Block::new(tunnel, secret);
        let block = self.blocks.entry(Arc::clone(tunnel)).or_insert_with(new);
        block.with_secret(secret)
    }
}
