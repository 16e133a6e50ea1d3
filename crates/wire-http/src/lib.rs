#![no_std]
#![forbid(unsafe_code)]
//! HTTP/1.1 without I/O: octets in, decided messages out.

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// ---- Core: heads, framing, bodies, writing, forwarding ----
mod error;
pub mod grammar;
mod status;

pub use error::{Error, ErrorKind};
pub use status::StatusCode;

// ---- Values and their rules ----
