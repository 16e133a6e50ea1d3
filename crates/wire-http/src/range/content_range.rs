//! `Content-Range` (RFC 9110 §14.4).

use core::fmt;

use nom::bytes::complete::tag;

use crate::error::Error;
use crate::productions::{Field, Parsed, ascii, digits, expect, token, unexpected, whole};
use crate::range::ByteRange;

const CONTENT_RANGE: Field = Field {
    name: "Content-Range",
    reference: "RFC 9110 section 14.4",
};

/// Which octets a 206 carries, or which it could have carried (416):
/// [RFC 9110 §14.4](https://www.rfc-editor.org/rfc/rfc9110#section-14.4).
///
/// ```
/// use wire_http::range::ContentRange;
///
/// let ContentRange::Bytes { range, complete_length } = ContentRange::decode(b"bytes 42-1233/1234")? else { panic!() };
/// assert_eq!((range.first(), range.last(), complete_length), (42, 1233, Some(1234)));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 14.4 has these two"
)]
pub enum ContentRange {
    /// `bytes first-last/complete`: these octets of so many, or of an unknown number (`*`).
    Bytes {
        /// The octets enclosed.
        range: ByteRange,
        /// The length of the whole representation, when known.
        complete_length: Option<u64>,
    },
    /// `bytes */complete`: none of so many (416).
    Unsatisfied {
        /// The length of the whole representation.
        complete_length: u64,
    },
}

impl ContentRange {
    /// Reads the value of a `Content-Range` field whose unit is `bytes`.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) for another unit, a broken grammar, a number over 64 bits, a
    /// range that ends before it begins or not before the complete length. A recipient must not recombine such
    /// content with what it has stored.
    ///
    /// ```
    /// use wire_http::range::ContentRange;
    ///
    /// assert_eq!(ContentRange::decode(b"bytes */47022")?, ContentRange::Unsatisfied { complete_length: 47022 });
    /// let refused = ContentRange::decode(b"bytes 42-1233/1233").unwrap_err();
    /// assert_eq!(refused.to_string(), "octet 14: Content-Range: expected a complete length after the end of the range");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn decode(value: &[u8]) -> Result<Self, Error> {
        whole(value, CONTENT_RANGE, content_range)
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes {
                range,
                complete_length: Some(complete),
            } => {
                write!(
                    formatter,
                    "bytes {}-{}/{complete}",
                    range.first(),
                    range.last()
                )
            }
            Self::Bytes {
                range,
                complete_length: None,
            } => {
                write!(formatter, "bytes {}-{}/*", range.first(), range.last())
            }
            Self::Unsatisfied { complete_length } => write!(formatter, "bytes */{complete_length}"),
        }
    }
}

/// `range-unit SP ( range-resp / unsatisfied-range )`.
fn content_range(input: &[u8]) -> Parsed<'_, ContentRange> {
    let (rest, unit) = expect(input, "a range unit", token)?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return unexpected(input, "the unit \"bytes\"");
    }
    let (rest, _) = expect(rest, "a space", tag(&b" "[..]))?;
    if let Some(rest) = rest.strip_prefix(b"*/") {
        let (rest, complete_length) = number(rest)?;
        return Ok((rest, ContentRange::Unsatisfied { complete_length }));
    }
    let start = rest;
    let (rest, first) = number(rest)?;
    let (rest, _) = expect(rest, "\"-\"", tag(&b"-"[..]))?;
    let (rest, last) = number(rest)?;
    let Some(range) = ByteRange::new(first, last) else {
        return unexpected(start, "an end that is not before the beginning");
    };
    let (rest, _) = expect(rest, "\"/\"", tag(&b"/"[..]))?;
    if let Some(rest) = rest.strip_prefix(b"*") {
        return Ok((
            rest,
            ContentRange::Bytes {
                range,
                complete_length: None,
            },
        ));
    }
    let (after, complete) = number(rest)?;
    if complete <= last {
        return unexpected(rest, "a complete length after the end of the range");
    }
    Ok((
        after,
        ContentRange::Bytes {
            range,
            complete_length: Some(complete),
        },
    ))
}

fn number(input: &[u8]) -> Parsed<'_, u64> {
    let (rest, digits) = digits(input)?;
    match ascii(digits).parse() {
        Ok(number) => Ok((rest, number)),
        Err(_) => unexpected(input, "a number of at most 64 bits"),
    }
}

#[cfg(test)]
mod tests {
    use super::ContentRange;
    use alloc::string::ToString;

    /// RFC 9110 §14.4, all its examples.
    #[test]
    fn reads_and_writes_the_examples() {
        for value in [
            "bytes 42-1233/1234",
            "bytes 42-1233/*",
            "bytes */1234",
            "bytes 0-499/1234",
            "bytes 500-999/1234",
            "bytes 500-1233/1234",
            "bytes 734-1233/1234",
            "bytes */47022",
            "bytes 21010-47021/47022",
        ] {
            assert_eq!(
                ContentRange::decode(value.as_bytes()).unwrap().to_string(),
                value
            );
        }
    }

    /// RFC 9110 §14.4: "invalid if it contains a range-resp that has a last-pos value less than its first-pos
    /// value, or a complete-length value less than or equal to its last-pos value".
    #[test]
    fn refuses_what_is_invalid_and_says_where() {
        for (value, offset) in [
            ("bytes 5-4/10", 6),
            ("bytes 0-9/9", 10),
            ("bytes 0-10/10", 11),
            ("bytes 0-18446744073709551616/*", 8),
            ("bytes */*", 8),
            ("bytes 0-1", 9),
            ("bytes  0-1/2", 6),
            ("bytes=0-1/2", 5),
            ("items 0-1/2", 0),
            ("bytes -1/2", 6),
            ("bytes 0-1/2, 2-3/4", 11),
            ("", 0),
        ] {
            let error = ContentRange::decode(value.as_bytes()).unwrap_err();
            assert_eq!(error.offset(), offset, "{value}: {error}");
        }
    }
}
