//! Transfer-Encoding (RFC 9112 §6.1).

use crate::error::ErrorKind;
use crate::grammar::{is_token, trim_ows};

/// Refuses every value but `chunked`, whatever the case of its letters.
///
/// A list of plain names that ends with one `chunked` is grammatical, but no other coding is supported (501). Everything
/// else, empty list members and parameters among it, is refused: what is not exactly known frames nothing.
///
/// # Errors
///
/// The kind and the offset in `value`.
pub(crate) fn check(value: &[u8]) -> Result<(), (usize, ErrorKind)> {
    if value.eq_ignore_ascii_case(b"chunked") {
        return Ok(());
    }
    let mut offset = 0_usize;
    let mut chunked_at = None;
    let mut other_at = None;
    for member in value.split(|&octet| octet == b',') {
        let name = trim_ows(member);
        if !is_token(name) {
            return Err((offset, ErrorKind::TransferEncodingInvalid));
        }
        if chunked_at.is_some() {
            return Err((offset, ErrorKind::ChunkedNotFinal));
        }
        let place = if name.eq_ignore_ascii_case(b"chunked") {
            &mut chunked_at
        } else {
            &mut other_at
        };
        place.get_or_insert(offset);
        offset = offset.saturating_add(member.len()).saturating_add(1);
    }
    match (chunked_at, other_at) {
        (Some(_), None) => Ok(()),
        (Some(_), Some(other_at)) => Err((other_at, ErrorKind::TransferCodingUnsupported)),
        (None, _) => Err((0, ErrorKind::ChunkedNotFinal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_chunked_alone() {
        for value in ["chunked", "Chunked", "CHUNKED"] {
            assert_eq!(check(value.as_bytes()), Ok(()), "{value}");
        }
        for (value, offset, kind) in [
            ("", 0, ErrorKind::TransferEncodingInvalid),
            ("chunked,", 8, ErrorKind::TransferEncodingInvalid),
            (", chunked", 0, ErrorKind::TransferEncodingInvalid),
            ("chunked;q=1", 0, ErrorKind::TransferEncodingInvalid),
            ("gzip;x=1, chunked", 0, ErrorKind::TransferEncodingInvalid),
            ("\"chunked\"", 0, ErrorKind::TransferEncodingInvalid),
            ("chun ked", 0, ErrorKind::TransferEncodingInvalid),
            ("chunked\u{b}", 0, ErrorKind::TransferEncodingInvalid),
            ("\u{212a}chunked", 0, ErrorKind::TransferEncodingInvalid),
            ("chunked, chunked", 8, ErrorKind::ChunkedNotFinal),
            ("chunked, gzip", 8, ErrorKind::ChunkedNotFinal),
            ("identity", 0, ErrorKind::ChunkedNotFinal),
            ("gzip", 0, ErrorKind::ChunkedNotFinal),
            ("xchunked", 0, ErrorKind::ChunkedNotFinal),
            ("gzip, chunked", 0, ErrorKind::TransferCodingUnsupported),
            ("identity,chunked", 0, ErrorKind::TransferCodingUnsupported),
        ] {
            assert_eq!(check(value.as_bytes()), Err((offset, kind)), "{value}");
        }
    }
}
