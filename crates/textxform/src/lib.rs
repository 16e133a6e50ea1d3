//! Transforms of text and octets that may be split anywhere, chained, and run at memory speed.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod alphabet;
mod atbash;
mod blocks;
mod caesar;
mod chain;
mod error;
mod lowercase;
mod registry;
mod rot13;
mod rot47;
mod swapcase;
mod transform;
mod uppercase;
mod vigenere;

pub use atbash::Atbash;
pub use caesar::Caesar;
pub use chain::Chain;
pub use error::{Error, ErrorKind};
pub use lowercase::Lowercase;
pub use registry::{ALL, Entry, by_name};
pub use rot13::Rot13;
pub use rot47::Rot47;
pub use swapcase::Swapcase;
pub use transform::{InPlace, Transform};
pub use uppercase::Uppercase;
pub use vigenere::Vigenere;
