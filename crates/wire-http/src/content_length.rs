//! `Content-Length = 1*DIGIT` (RFC 9110 §8.6).

use crate::error::ErrorKind;

/// The length that `value` says.
///
/// The only code that reads a Content-Length. `str::parse` accepts `+5`, `str::trim` takes more than SP and HTAB, and a list
/// of equal lengths is what smuggling is made of; here there are digits and nothing else. Leading zeros are digits.
///
/// # Errors
///
/// [`ErrorKind::ContentLengthInvalid`] or [`ErrorKind::ContentLengthOverflow`], and the offset in `value`.
#[inline]
pub(crate) fn parse(value: &[u8]) -> Result<u64, (usize, ErrorKind)> {
    if value.is_empty() {
        return Err((0, ErrorKind::ContentLengthInvalid));
    }
    let mut length = 0_u64;
    let mut overflow = None;
    for (offset, &octet) in value.iter().enumerate() {
        if !octet.is_ascii_digit() {
            return Err((offset, ErrorKind::ContentLengthInvalid));
        }
        let digit = u64::from(octet.wrapping_sub(b'0'));
        match length
            .checked_mul(10)
            .and_then(|length| length.checked_add(digit))
        {
            Some(longer) => length = longer,
            None => overflow = overflow.or(Some(offset)),
        }
    }
    match overflow {
        Some(offset) => Err((offset, ErrorKind::ContentLengthOverflow)),
        None => Ok(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_digits_and_nothing_else() {
        assert_eq!(parse(b"0"), Ok(0));
        assert_eq!(parse(b"00005"), Ok(5));
        assert_eq!(parse(b"18446744073709551615"), Ok(u64::MAX));
        assert_eq!(
            parse(b"18446744073709551616"),
            Err((19, ErrorKind::ContentLengthOverflow))
        );
        assert_eq!(
            parse(b"99999999999999999999999"),
            Err((19, ErrorKind::ContentLengthOverflow))
        );
        for (value, offset) in [
            ("", 0),
            ("+5", 0),
            ("-5", 0),
            ("0x5", 1),
            ("1_0", 1),
            ("\"5\"", 0),
            ("5 5", 1),
            ("3, 3", 1),
            ("5.0", 1),
            ("5e1", 1),
        ] {
            assert_eq!(
                parse(value.as_bytes()),
                Err((offset, ErrorKind::ContentLengthInvalid)),
                "{value}"
            );
        }
        assert_eq!(
            parse(b"99999999999999999999999x"),
            Err((23, ErrorKind::ContentLengthInvalid))
        );
    }
}
