//! Inputs that the benches share.

pub mod dns;
pub mod dns_zone;
pub mod http;
#[cfg(feature = "peers")]
pub mod http_peers;

/// The examples of the workspace's README, compiled and run; this crate is the one that knows all three libraries.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
