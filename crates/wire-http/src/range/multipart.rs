//! multipart/byteranges (RFC 9110 §14.6): several ranges in one 206.

use alloc::vec::Vec;

use crate::error::Error;
use crate::media_type::check_boundary;
use crate::range::{ByteRange, ContentRange};

/// The frame around the parts of a multipart/byteranges body, with a length known before the body is sent.
///
/// The body is, for each range, [`encode_part_head`](Self::encode_part_head) and the octets of the range, then
/// [`encode_end`](Self::encode_end).
///
/// ```
/// use wire_http::range::{ByteRange, MultipartByteranges};
///
/// let ranges = [ByteRange::new(0, 1).expect("forwards"), ByteRange::new(8, 9).expect("forwards")];
/// let multipart = MultipartByteranges::new("sep", b"text/plain", &ranges, 10)?;
/// let mut body = Vec::new();
/// for (range, octets) in ranges.iter().zip([b"ab", b"yz"]) {
///     multipart.encode_part_head(*range, &mut body);
///     body.extend_from_slice(octets);
/// }
/// multipart.encode_end(&mut body);
/// assert_eq!(body, b"\r\n--sep\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\nab\
///     \r\n--sep\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\nyz\r\n--sep--\r\n");
/// assert_eq!(multipart.content_length(), Some(body.len() as u64));
/// assert_eq!(multipart.content_type(), b"multipart/byteranges; boundary=\"sep\"");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MultipartByteranges<'a> {
    boundary: &'a str,
    content_type: &'a [u8],
    ranges: &'a [ByteRange],
    complete_length: u64,
}

impl<'a> MultipartByteranges<'a> {
    /// The frame for these ranges of a representation of `complete_length` octets.
    ///
    /// The boundary must not occur in the content: take one with enough randomness. `content_type` is that of
    /// the whole representation; an empty one is left out.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when `boundary` is none
    /// ([RFC 2046 §5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1)), or `content_type` is not a media type.
    pub fn new(
        boundary: &'a str,
        content_type: &'a [u8],
        ranges: &'a [ByteRange],
        complete_length: u64,
    ) -> Result<Self, Error> {
        check_boundary(boundary.as_bytes())?;
        if !content_type.is_empty() {
            crate::media_type::MediaType::decode(content_type)?;
        }
        Ok(Self {
            boundary,
            content_type,
            ranges,
            complete_length,
        })
    }

    /// The value of the response's own `Content-Type` field.
    #[must_use]
    pub fn content_type(&self) -> Vec<u8> {
        // No boundary character needs an escape, and many need the quotes.
        alloc::format!("multipart/byteranges; boundary=\"{}\"", self.boundary).into_bytes()
    }

    /// Appends what stands before the octets of `range`: delimiter, `Content-Type`, `Content-Range`, empty line.
    pub fn encode_part_head(&self, range: ByteRange, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n--");
        out.extend_from_slice(self.boundary.as_bytes());
        if !self.content_type.is_empty() {
            out.extend_from_slice(b"\r\nContent-Type: ");
            out.extend_from_slice(self.content_type);
        }
        let content_range = ContentRange::Bytes {
            range,
            complete_length: Some(self.complete_length),
        };
        out.extend_from_slice(
            alloc::format!("\r\nContent-Range: {content_range}\r\n\r\n").as_bytes(),
        );
    }

    /// Appends the closing delimiter.
    pub fn encode_end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(alloc::format!("\r\n--{}--\r\n", self.boundary).as_bytes());
    }

    /// The length of the body in octets; `None` when it does not fit 64 bits.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        let mut frame = Vec::new();
        let mut length = 0_u64;
        for range in self.ranges {
            frame.clear();
            self.encode_part_head(*range, &mut frame);
            length = length
                .checked_add(u64::try_from(frame.len()).ok()?)?
                .checked_add(range.len())?;
        }
        frame.clear();
        self.encode_end(&mut frame);
        length.checked_add(u64::try_from(frame.len()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::MultipartByteranges;
    use crate::range::ByteRange;

    #[test]
    fn refuses_what_would_break_the_frame() {
        assert!(MultipartByteranges::new("a\r\nb", b"", &[], 0).is_err());
        assert!(MultipartByteranges::new("", b"", &[], 0).is_err());
        assert!(MultipartByteranges::new("a", b"text/plain\r\nX: y", &[], 0).is_err());
    }

    #[test]
    fn a_length_over_64_bits_is_none() {
        let ranges = [ByteRange::new(0, u64::MAX - 1).unwrap(); 2];
        assert_eq!(
            MultipartByteranges::new("a", b"", &ranges, u64::MAX)
                .unwrap()
                .content_length(),
            None
        );
    }
}
