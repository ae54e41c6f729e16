pub mod text;
pub mod wireguard;
