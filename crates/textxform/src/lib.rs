//! Transforms of text and octets that may be split anywhere, chained, and run at memory speed.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod alphabet;
mod atbash;
mod base64;
mod base64_decode;
mod blocks;
mod caesar;
mod chain;
mod crlf;
mod dot_stuff;
mod error;
mod hex;
mod hex_decode;
mod lowercase;
mod lowering;
mod nfc;
mod percent_decode;
mod percent_encode;
mod registry;
mod reverse;
mod rot13;
mod rot47;
mod swapcase;
mod titlecase;
mod transform;
mod trim;
mod unicode_casefold;
mod unicode_lowercase;
mod unicode_uppercase;
mod uppercase;
mod utf8;
mod vigenere;

pub use atbash::Atbash;
pub use base64::Base64;
pub use base64_decode::Base64Decode;
pub use caesar::Caesar;
pub use chain::Chain;
pub use crlf::Crlf;
pub use dot_stuff::DotStuff;
pub use error::{Error, ErrorKind};
pub use hex::Hex;
pub use hex_decode::HexDecode;
pub use lowercase::Lowercase;
pub use nfc::Nfc;
pub use percent_decode::PercentDecode;
pub use percent_encode::PercentEncode;
pub use registry::{ALL, Entry, by_name};
pub use reverse::Reverse;
pub use rot13::Rot13;
pub use rot47::Rot47;
pub use swapcase::Swapcase;
pub use titlecase::Titlecase;
pub use transform::{InPlace, Transform};
pub use trim::Trim;
pub use unicode_casefold::UnicodeCasefold;
pub use unicode_lowercase::UnicodeLowercase;
pub use unicode_uppercase::UnicodeUppercase;
pub use uppercase::Uppercase;
pub use vigenere::Vigenere;
