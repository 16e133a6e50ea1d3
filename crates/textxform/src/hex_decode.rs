//! `hex-decode`: hexadecimal digits to octets (RFC 4648 §8).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// Pairs of hexadecimal digits, small or capital, to octets
/// ([RFC 4648 §8](https://www.rfc-editor.org/rfc/rfc4648#section-8)).
///
/// Blanks, tabs and line breaks are passed over anywhere. Holds back at most one digit.
///
/// ```
/// use textxform::{HexDecode, Transform};
///
/// assert_eq!(HexDecode::new().apply(b"48 69 0D 0A\n")?, b"Hi\r\n");
///
/// let mut out = Vec::new();
/// let error = HexDecode::new().push(b"4869xx", &mut out).unwrap_err();
/// assert_eq!(error.to_string(), "octet 4: expected a hexadecimal digit, found 0x78");
/// assert_eq!(out, b"Hi");
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Unexpected`](crate::ErrorKind::Unexpected) at an octet that is no digit;
/// [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) at a last digit without partner.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HexDecode {
    /// Octets of input seen.
    offset: u64,
    /// The first digit of a pair: its value and offset.
    first: Option<(u8, u64)>,
}

impl HexDecode {
    pub(crate) const ENTRY: Entry = Entry {
        name: "hex-decode",
        description: "hexadecimal digits to octets, blanks and line breaks passed over",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            offset: 0,
            first: None,
        }
    }
}

impl Transform for HexDecode {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve(chunk.len() / 2);
        loop {
            if self.first.is_none() {
                while let Some((pair, rest)) = chunk.split_first_chunk::<2>()
                    && let [Some(high), Some(low)] = pair.map(digit_value)
                {
                    out.push((high << 4) | low);
                    self.offset = self.offset.saturating_add(2);
                    chunk = rest;
                }
            }
            let Some((&octet, rest)) = chunk.split_first() else {
                return Ok(());
            };
            match (digit_value(octet), self.first) {
                (Some(low), Some((high, _))) => {
                    out.push((high << 4) | low);
                    self.first = None;
                }
                (Some(high), None) => self.first = Some((high, self.offset)),
                (None, _) if matches!(octet, b' ' | b'\t' | b'\r' | b'\n') => {}
                (None, _) => {
                    let offset = self.offset;
                    self.reset();
                    return Err(Error::unexpected(offset, "a hexadecimal digit", octet));
                }
            }
            self.offset = self.offset.saturating_add(1);
            chunk = rest;
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = out;
        let first = self.first;
        self.reset();
        match first {
            Some((_, offset)) => Err(Error::incomplete(offset, "a pair of hexadecimal digits")),
            None => Ok(()),
        }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}

/// The value of a hexadecimal digit.
pub(crate) fn digit_value(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(octet.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(octet.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn undoes_hex_for_every_octet() {
        let all: Vec<u8> = (0..=255).collect();
        let digits = crate::Hex::new().apply(&all).unwrap();
        assert_eq!(HexDecode::new().apply(&digits).unwrap(), all);
        assert_eq!(
            HexDecode::new()
                .apply(&digits.to_ascii_uppercase())
                .unwrap(),
            all
        );
    }

    #[test]
    fn refuses_a_digit_without_partner() {
        let error = HexDecode::new().apply(b"48 6").unwrap_err();
        assert_eq!(error, Error::incomplete(3, "a pair of hexadecimal digits"));
        assert_eq!(
            error.to_string(),
            "octet 3: a pair of hexadecimal digits is not complete"
        );
    }
}
