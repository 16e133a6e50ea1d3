//! Range requests ([RFC 9110 §14](https://www.rfc-editor.org/rfc/rfc9110#section-14)): `Range`, `Accept-Ranges`,
//! `Content-Range` and multipart/byteranges.
//!
//! ```
//! use wire_http::range::{ContentRange, Range, RangeLimits, Resolved};
//!
//! let Range::Bytes(set) = Range::decode(b"bytes=500-999")? else { panic!("bytes") };
//! let Resolved::Partial(ranges) = set.resolve(10_000, &RangeLimits::default()) else { panic!("satisfiable") };
//! let content_range = ContentRange::Bytes { range: ranges[0], complete_length: Some(10_000) };
//! assert_eq!(content_range.to_string(), "bytes 500-999/10000");
//! # Ok::<(), wire_http::Error>(())
//! ```

mod content_range;
mod multipart;
mod request;

pub use content_range::ContentRange;
pub use multipart::MultipartByteranges;
pub use request::{ByteRange, ByteRangeSet, ByteRangeSpec, Range, RangeLimits, Resolved};

use alloc::vec::Vec;

use crate::error::Error;
use crate::productions::{Field, list, token};

const ACCEPT_RANGES: Field = Field {
    name: "Accept-Ranges",
    reference: "RFC 9110 section 14.3",
};

/// Whether the lines of an `Accept-Ranges` field name `unit`
/// ([RFC 9110 §14.3](https://www.rfc-editor.org/rfc/rfc9110#section-14.3)). `none` says no unit is accepted.
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a member is not a token.
///
/// ```
/// assert!(wire_http::range::accepts_unit([&b"foo, Bytes"[..]], "bytes")?);
/// assert!(!wire_http::range::accepts_unit([&b"none"[..]], "bytes")?);
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn accepts_unit<'a>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
    unit: &str,
) -> Result<bool, Error> {
    let units: Vec<&str> = list(lines, ACCEPT_RANGES, token)?;
    Ok(units.iter().any(|named| named.eq_ignore_ascii_case(unit)))
}
