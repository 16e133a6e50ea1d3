//! `percent-encode`: everything but unreserved characters to `%XX` (RFC 3986 §2.1).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::hex::digit;
use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// Every octet but letters, digits, `-`, `.`, `_` and `~` to `%` and two capital hexadecimal digits
/// ([RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1) and §2.3).
///
/// What comes out is safe in every component of a URI, a blank is `%20`. Law:
/// [`PercentDecode`](crate::PercentDecode) undoes it.
///
/// ```
/// use textxform::{PercentEncode, Transform};
///
/// assert_eq!(PercentEncode::new().apply("50 % für".as_bytes())?, b"50%20%25%20f%C3%BCr");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PercentEncode;

impl PercentEncode {
    pub(crate) const ENTRY: Entry = Entry {
        name: "percent-encode",
        description: "all but letters, digits and -._~ to %XX, as in URIs",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Transform for PercentEncode {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve(chunk.len());
        loop {
            let unreserved = chunk
                .iter()
                .position(|&octet| !is_unreserved(octet))
                .unwrap_or(chunk.len());
            let (kept, rest) = chunk.split_at_checked(unreserved).unwrap_or_default();
            out.extend_from_slice(kept);
            let Some((&octet, rest)) = rest.split_first() else {
                return Ok(());
            };
            // Capitals, as RFC 3986 §2.1 asks of producers.
            let [high, low] = [octet >> 4, octet & 0x0f].map(|value| digit(value, b'A'));
            out.extend_from_slice(&[b'%', high, low]);
            chunk = rest;
        }
    }

    fn reset(&mut self) {}

    fn is_at_start(&self) -> bool {
        true
    }
}

/// unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}
