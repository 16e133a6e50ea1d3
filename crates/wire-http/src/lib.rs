#![no_std]
#![forbid(unsafe_code)]
//! HTTP/1.1 without I/O: octets in, decided messages out.

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

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
