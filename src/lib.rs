pub mod text;
pub mod yaml;
pub mod kube;
pub mod wireguard;
pub mod report;
