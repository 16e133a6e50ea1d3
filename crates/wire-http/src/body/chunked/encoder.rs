//! Writing chunks.

use crate::body::check_trailer_name;
use crate::error::Error;
use crate::field::{FieldName, FieldValue};
use crate::write::room_for;
use alloc::vec::Vec;
use bytes::BufMut;

/// Writes a chunked body, a chunk for each piece of data
/// ([RFC 9112 §7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1)).
///
/// [`BodyWriter`](crate::BodyWriter) uses it; alone it is for those who write heads elsewhere, or data without a copy:
/// `start_chunk`, the octets themselves on their own way, `end_chunk`.
///
/// ```
/// use wire_http::ChunkedEncoder;
///
/// let mut out = Vec::new();
/// ChunkedEncoder::chunk(b"hello", &mut out)?;
/// ChunkedEncoder::finish(&[("Digest", b"abc")], &mut out)?;
/// assert_eq!(out, b"5\r\nhello\r\n0\r\nDigest: abc\r\n\r\n");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ChunkedEncoder;

impl ChunkedEncoder {
    /// Writes `data` as one chunk; nothing if it is empty, because an empty chunk would end the body.
    ///
    /// ```
    /// let mut room = [0; 8];
    /// let refused = wire_http::ChunkedEncoder::chunk(b"hello", &mut &mut room[..]).unwrap_err();
    /// assert_eq!(refused.kind(), &wire_http::ErrorKind::OutputFull { needed: 10 });
    /// assert_eq!(room, [0; 8]);
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutputFull`](crate::ErrorKind::OutputFull), with nothing written.
    pub fn chunk(data: &[u8], out: &mut impl BufMut) -> Result<(), Error> {
        if data.is_empty() {
            return Ok(());
        }
        let mut line = [0; 18];
        let line = size_line(data.len() as u64, &mut line);
        room_for(line.len().saturating_add(data.len()).saturating_add(2), out)?;
        out.put_slice(line);
        out.put_slice(data);
        out.put_slice(b"\r\n");
        Ok(())
    }

    /// Writes the line before a chunk of `len` octets, which the caller sends itself, then [`Self::end_chunk`].
    ///
    /// ```
    /// use core::num::NonZeroU64;
    /// use wire_http::ChunkedEncoder;
    ///
    /// let mut out = Vec::new();
    /// ChunkedEncoder::start_chunk(NonZeroU64::new(26).expect("not zero"), &mut out)?;
    /// out.extend_from_slice(b"abcdefghijklmnopqrstuvwxyz"); // or straight from a file to the socket
    /// ChunkedEncoder::end_chunk(&mut out)?;
    /// assert_eq!(out, b"1a\r\nabcdefghijklmnopqrstuvwxyz\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OutputFull`](crate::ErrorKind::OutputFull), with nothing written.
    pub fn start_chunk(len: core::num::NonZeroU64, out: &mut impl BufMut) -> Result<(), Error> {
        let mut line = [0; 18];
        let line = size_line(len.get(), &mut line);
        room_for(line.len(), out)?;
        out.put_slice(line);
        Ok(())
    }

    /// Writes the CRLF after a chunk's data.
    ///
    /// # Errors
    ///
    /// [`OutputFull`](crate::ErrorKind::OutputFull), with nothing written.
    pub fn end_chunk(out: &mut impl BufMut) -> Result<(), Error> {
        room_for(2, out)?;
        out.put_slice(b"\r\n");
        Ok(())
    }

    /// Writes the last chunk and the trailer section.
    ///
    /// # Errors
    ///
    /// The kinds of [`FieldName::new`] and [`FieldValue::new`], [`TrailerForbidden`](crate::ErrorKind::TrailerForbidden),
    /// [`OutputFull`](crate::ErrorKind::OutputFull); nothing is written then.
    pub fn finish(trailers: &[(&str, &[u8])], out: &mut impl BufMut) -> Result<(), Error> {
        if trailers.is_empty() {
            room_for(5, out)?;
            out.put_slice(b"0\r\n\r\n");
            return Ok(());
        }
        let mut section = Vec::from(*b"0\r\n");
        for (name, value) in trailers {
            check_trailer_name(FieldName::new(name)?.as_str())?;
            let value = FieldValue::new(value)?;
            for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                section.extend_from_slice(part);
            }
        }
        section.extend_from_slice(b"\r\n");
        room_for(section.len(), out)?;
        out.put_slice(&section);
        Ok(())
    }
}

/// `chunk-size CRLF` at the end of `line`.
fn size_line(size: u64, line: &mut [u8; 18]) -> &[u8] {
    let mut rest = size;
    let mut start = 16_usize;
    for (index, place) in line.iter_mut().enumerate().rev() {
        *place = match index {
            17 => b'\n',
            16 => b'\r',
            _ if rest == 0 && index < 15 => break,
            _ => {
                let digit = (rest & 15) as u8;
                rest >>= 4;
                start = index;
                if digit < 10 {
                    b'0'.wrapping_add(digit)
                } else {
                    b'a'.wrapping_add(digit).wrapping_sub(10)
                }
            }
        };
    }
    line.get(start..).unwrap_or_default()
}
