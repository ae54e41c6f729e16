//! The server's address is missing or does not have the form `HOST:PORT`.
//!
//! `wg setconf` refuses an endpoint without a port, and a pod that knows no endpoint waits for a server that cannot know
//! where it is.
//!
//! Write `Endpoint = 203.0.113.7:51820`; an IPv6 address stands in brackets.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::BadEndpoint, page!("bad_endpoint.rs", "bad-endpoint"));
