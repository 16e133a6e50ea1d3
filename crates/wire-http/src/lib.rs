// docs.rs says what each feature brings.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]
//! HTTP/1.1 without I/O: octets in, decided messages out.
//!
//! # Map
//!
//! | to | use |
//! |---|---|
//! | read a request head | [`RequestHead::decode`]; from a growing buffer [`HeadScanner`] |
//! | read a response head | [`ResponseHead::decode`], with the method of the request |
//! | know how long the body is | [`Framing`], which every head has |
//! | read the body | [`RequestHead::body`], [`ResponseHead::body`]: a [`BodyDecoder`] that gives [`BodyEvent`]s |
//! | look at fields | [`Fields`], [`FieldLine`] and the [modules for values](#values) |
//! | write a message | [`RequestWriter`], [`ResponseWriter`]; the body with [`BodyWriter`] |
//! | send on what was received | [`Forward`] |
//! | bound what a peer may send | [`Limits`] |
//! | know what was wrong | [`Error`]: octet, [`ErrorKind`], section, status to answer |
//!
//! # A server in ten lines
//!
//! ```
//! use wire_http::{Decoded, Framing, RequestHead, ResponseWriter, StatusCode};
//!
//! /// Answers the first request in `received`. Gives back how many octets it used and whether the connection goes on; `None`
//! /// if the head is not whole yet.
//! fn answer(received: &[u8], out: &mut Vec<u8>) -> Result<Option<(usize, bool)>, wire_http::Error> {
//!     match RequestHead::decode(received) {
//!         Ok(Decoded::Incomplete) => Ok(None),
//!         Ok(Decoded::Complete { value: head, len }) => {
//!             let mut response = ResponseWriter::answering(&head, StatusCode::OK);
//!             if head.framing() != Framing::None { response.close(); } // its body stays unread
//!             response.field("Content-Type", "text/plain")?.send(b"hello\n", out)?;
//!             Ok(Some((len, response.persists())))
//!         }
//!         Err(error) => ResponseWriter::send_refusal(&error, out).map(|()| Some((received.len(), false))),
//!     }
//! }
//!
//! let mut out = Vec::new();
//! let received = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\nHost: a.test\n\n";
//! assert_eq!(answer(received, &mut out)?, Some((32, true)));
//! assert!(out.starts_with(b"HTTP/1.1 200 OK\r\n"));
//! out.clear();
//! assert_eq!(answer(&received[32..], &mut out)?, Some((received.len() - 32, false)));
//! assert!(out.starts_with(b"HTTP/1.1 400 Bad Request\r\n") && out.ends_with(b"line feed without carriage return\n"));
//! # Ok::<(), wire_http::Error>(())
//! ```
//!
//! The README has the loop around it, with reading and writing.
//!
//! # Values
//!
//! Each is read from what [`Fields`] gives: a field that comes once from [`Fields::get_only`], a list from
//! [`Fields::get_all`], rules about several fields from [`Fields::iter`].
//!
//! | of | module |
//! |---|---|
//! | Accept, Accept-Charset, Accept-Encoding, Accept-Language | [`negotiate`] |
//! | Allow | [`allow`] |
//! | Authorization, WWW-Authenticate and their Proxy twins | [`credentials`] |
//! | Age, Cache-Control, Cache-Status, Expires, Pragma, Vary | [`caching`] |
//! | Content-Disposition | [`content_disposition`] |
//! | Content-Type | [`media_type`], with [`parameter`] |
//! | Cookie, Set-Cookie | [`cookie`] |
//! | Date, Last-Modified | [`date`] |
//! | ETag, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, If-Range | [`conditional`] |
//! | Range, Content-Range, Accept-Ranges | [`range`] |
//! | Retry-After | [`retry_after`] |
//! | Via | [`via`] |
//! | path and query of a target, forms | [`path`], [`query`] |
//!
//! # How an octet travels
//!
//! A head goes through `httparse` first and then through the checks that it leaves out; what both accept is decided at once.
//! Everything else is walked octet by octet by the reference grammar in this crate, which names the octet at fault. Tests hold the
//! two against each other. A body is never copied: each decoder hands out parts of the slice it was given.
//!
//! A refusal is final. Answer with [`Error::suggested_status`] if you like, and close: nothing after the octet it names is ever to
//! be read as another message.
//!
//! # Out of scope
//!
//! HTTP/2 and HTTP/3, TLS, content codings (gzip and the like), sockets, clocks. Time is a parameter where a rule needs it.

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

// ---- Core: heads, framing, bodies, writing, forwarding ----
mod authority;
mod body;
mod connection;
mod content_length;
mod decoded;
mod diagnose;
mod error;
mod field;
mod fields;
mod forward;
mod framing;
pub mod grammar;
#[cfg(any(feature = "http", feature = "tokio-util"))]
mod interop;
mod known;
mod limits;
mod method;
#[cfg(test)]
mod paths_agree;
mod request;
mod response;
mod scan;
mod scanner;
mod status;
mod target;
mod tokens;
mod transfer_encoding;
mod version;
mod write;

pub use authority::Authority;
pub use body::{
    BodyDecoder, BodyEvent, BodyStep, ChunkedDecoder, ChunkedEncoder, LengthDecoder, Trailers,
    UntilCloseDecoder,
};
pub use decoded::Decoded;
pub use error::{Error, ErrorKind};
pub use field::{FieldLine, FieldName, FieldValue};
pub use fields::{Fields, FieldsIter};
pub use forward::{Forward, ForwardedRequest, NextHop};
pub use framing::Framing;
#[cfg(feature = "tokio-util")]
pub use interop::tokio_codec::{Frame, HeadOctets, MessageCodec};
pub use limits::Limits;
pub use method::Method;
pub use request::RequestHead;
pub use response::ResponseHead;
pub use scanner::HeadScanner;
pub use status::StatusCode;
pub use target::RequestTarget;
pub use version::Version;
pub use write::{BodyKind, BodyWriter, RequestWriter, ResponseWriter};

// ---- Values and their rules ----
pub mod allow;
pub mod caching;
pub mod conditional;
pub mod content_disposition;
pub mod cookie;
pub mod credentials;
pub mod date;
mod field_lines;
pub mod media_type;
pub mod negotiate;
pub mod parameter;
pub mod path;
mod productions;
pub mod query;
pub mod range;
pub mod retry_after;
pub mod via;
