//! Blocks of tunnels, each built once: thousands of pods share one. Knows nothing of pods.

use std::collections::HashMap;
use std::sync::Arc;

use crate::wireguard::mark::Site;
use crate::wireguard::pod::Block;
use crate::wireguard::tunnel::Tunnel;

/// Blocks by tunnel, and by what of the pod's DNS settings is theirs; the name of its own Secret is put in for each pod.
#[derive(Default)]
pub struct BlockCache {
    blocks: HashMap<(Arc<Tunnel>, Vec<Site>), Block>,
    /// The latest one, which the next pod is likely to have too.
    latest: Option<(Arc<Tunnel>, Vec<Site>, Block)>,
}

impl BlockCache {
    /// The block of a tunnel that reads the Secret of this name.
    pub fn get(&mut self, tunnel: &Arc<Tunnel>, dns: Vec<Site>, secret: &str) -> Block {
        let is_same = |latest: &(Arc<Tunnel>, Vec<Site>, _)| {
            Arc::ptr_eq(&latest.0, tunnel) && latest.1 == dns
        };
        let latest = self.latest.take().filter(is_same);
        let block = match latest {
            Some((_, _, block)) => block.with_secret(secret),
            None => self.find(tunnel, &dns, secret),
        };
        self.latest = Some((Arc::clone(tunnel), dns, block.clone()));
        block
    }

    fn find(&mut self, tunnel: &Arc<Tunnel>, dns: &[Site], secret: &str) -> Block {
        let new = || Block::new(tunnel, secret, dns);
        let key = (Arc::clone(tunnel), dns.to_vec());
        self.blocks.entry(key).or_insert_with(new).with_secret(secret)
    }
}
