//! stand-in
use crate::yaml::NodeId;
pub struct Template {
    pub chain: Vec<NodeId>,
    pub node: NodeId,
    pub metadata: Option<NodeId>,
    pub spec: Option<NodeId>,
}
