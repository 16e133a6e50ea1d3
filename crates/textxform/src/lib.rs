//! Transforms of text and octets that may be split anywhere, chained, and run at memory speed.
//!
//! ```
//! use textxform::{Chain, Transform};
//!
//! // What a server does with each line of a client, however the network cuts it.
//! let mut chain: Chain = "trim|unicode-uppercase|rot13".parse()?;
//! let mut out = Vec::new();
//! chain.push(b"  gr\xc3", &mut out)?;
//! chain.push(b"\xbc\xc3\x9fe \r\n", &mut out)?;
//! chain.finish(&mut out)?;
//! assert_eq!(out, "TEÜFFR".as_bytes());
//! # Ok::<(), textxform::Error>(())
//! ```
//!
//! # Map
//!
//! | to | use |
//! |---|---|
//! | run a transform over chunks | [`Transform::push`], then [`Transform::finish`] |
//! | run it over one whole input | [`Transform::apply`] |
//! | change a buffer where it stands, without allocation | [`InPlace::push_in_place`], on a trait object after [`Transform::as_in_place`] |
//! | run several in order, from text such as `"uppercase\|rot13"` | [`Chain`] |
//! | list, describe and find transforms by name | [`ALL`], [`by_name`], [`Entry`] |
//! | know what was wrong, and at which octet | [`Error`], [`ErrorKind`] |
//! | write your own | implement [`Transform`], [`Chain::append`] |
//!
//! # The transforms
//!
//! | in a chain | type | works on | in place | refuses |
//! |---|---|---|---|---|
//! | `uppercase` | [`Uppercase`] | octets | yes | |
//! | `lowercase` | [`Lowercase`] | octets | yes | |
//! | `swapcase` | [`Swapcase`] | octets | yes | |
//! | `rot13` | [`Rot13`] | octets | yes | |
//! | `caesar:N` | [`Caesar`] | octets | yes | |
//! | `rot47` | [`Rot47`] | octets | yes | |
//! | `atbash` | [`Atbash`] | octets | yes | |
//! | `vigenere:KEY` | [`Vigenere`] | octets | yes | |
//! | `reverse` | [`Reverse`] | text | | broken UTF-8 |
//! | `trim` | [`Trim`] | octets | | 1 MiB of white space inside the text |
//! | `titlecase` | [`Titlecase`] | text | | broken UTF-8 |
//! | `unicode-uppercase` | [`UnicodeUppercase`] | text | | broken UTF-8 |
//! | `unicode-lowercase` | [`UnicodeLowercase`] | text | | broken UTF-8 |
//! | `unicode-casefold` | [`UnicodeCasefold`] | text | | broken UTF-8 |
//! | `nfc` | [`Nfc`] | text | | broken UTF-8, 4 KiB of accents on one letter |
//! | `base64` | [`Base64`] | octets | | |
//! | `base64-decode` | [`Base64Decode`] | octets | | what is not base64 |
//! | `hex` | [`Hex`] | octets | | |
//! | `hex-decode` | [`HexDecode`] | octets | | what is not hexadecimal |
//! | `percent-encode` | [`PercentEncode`] | octets | | |
//! | `percent-decode` | [`PercentDecode`] | octets | | `%` without two digits |
//! | `dot-stuff` | [`DotStuff`] | octets | | |
//! | `crlf` | [`Crlf`] | octets | | |
//!
//! # What holds for all
//!
//! - **Split anywhere, same result**, also inside a UTF-8 character or a base64 group.
//! - **Bad input is an [`Error`] with its offset in the whole input**, and what was right before it is already in the
//!   output. No input makes a transform panic.
//! - **Memory is bounded**, whatever comes in: by a few octets, or by what the type's page says; only [`Reverse`] keeps its
//!   whole input.
//! - The crate is `no_std` with `alloc`, needs no atomics and has no unsafe code.
//!
//! # Out of scope
//!
//! Reading and writing files and sockets, other encodings than UTF-8, and secrecy: the ciphers are for teaching.
// docs.rs says what each feature brings.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod alphabet;
mod blocks;
mod lowering;
mod runs;
mod utf8;

mod atbash;
mod base64;
mod base64_decode;
mod caesar;
mod chain;
mod crlf;
mod dot_stuff;
mod error;
mod hex;
mod hex_decode;
mod lowercase;
mod nfc;
mod percent_decode;
mod percent_encode;
mod registry;
mod reverse;
mod rot13;
mod rot47;
mod stages;
mod swapcase;
mod titlecase;
mod transform;
mod trim;
mod unicode_casefold;
mod unicode_lowercase;
mod unicode_uppercase;
mod uppercase;
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

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
