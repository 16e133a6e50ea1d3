//! `percent-decode`: `%XX` to octets (RFC 3986 §2.1).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::hex_decode::digit_value;
use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// Each `%` with two hexadecimal digits to the octet they stand for; all else stays
/// ([RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)).
///
/// A `+` stays a `+`: that it means a blank is a rule of HTML forms, not of URIs. Holds back at most two octets.
///
/// ```
/// use textxform::{PercentDecode, Transform};
///
/// assert_eq!(PercentDecode::new().apply(b"f%C3%BCr+50%25")?, "für+50%".as_bytes());
///
/// let mut out = Vec::new();
/// let error = PercentDecode::new().push(b"50% of it", &mut out).unwrap_err();
/// assert_eq!(error.to_string(), "octet 3: expected a hexadecimal digit after `%`, found 0x20");
/// assert_eq!(out, b"50");
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Unexpected`](crate::ErrorKind::Unexpected) at what should be a digit and is none;
/// [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) at a `%` with fewer than two octets after it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PercentDecode {
    /// Octets of input seen.
    offset: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    #[default]
    Plain,
    AfterPercent,
    AfterDigit(u8),
}

impl PercentDecode {
    pub(crate) const ENTRY: Entry = Entry {
        name: "percent-decode",
        description: "%XX to octets, as in URIs",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            offset: 0,
            state: State::Plain,
        }
    }

    fn advance(&mut self, octets: usize) {
        self.offset = self.offset.saturating_add(octets as u64);
    }
}

impl Transform for PercentDecode {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        loop {
            if self.state == State::Plain {
                let plain = chunk
                    .iter()
                    .position(|&octet| octet == b'%')
                    .unwrap_or(chunk.len());
                let (kept, rest) = chunk.split_at_checked(plain).unwrap_or_default();
                out.extend_from_slice(kept);
                self.advance(plain);
                chunk = rest;
            }
            let Some((&octet, rest)) = chunk.split_first() else {
                return Ok(());
            };
            self.state = match (self.state, digit_value(octet)) {
                (State::Plain, _) => State::AfterPercent,
                (State::AfterPercent, Some(high)) => State::AfterDigit(high),
                (State::AfterDigit(high), Some(low)) => {
                    out.push((high << 4) | low);
                    State::Plain
                }
                (_, None) => {
                    let offset = self.offset;
                    self.reset();
                    let expected = "a hexadecimal digit after `%`";
                    return Err(Error::unexpected(offset, expected, octet));
                }
            };
            self.advance(1);
            chunk = rest;
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = out;
        let Self { offset, state } = *self;
        self.reset();
        let back = match state {
            State::Plain => return Ok(()),
            State::AfterPercent => 1,
            State::AfterDigit(_) => 2,
        };
        Err(Error::incomplete(
            offset.saturating_sub(back),
            "a percent-encoded octet",
        ))
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_percent_encode_for_every_octet() {
        let all: Vec<u8> = (0..=255).collect();
        let text = crate::PercentEncode::new().apply(&all).unwrap();
        assert!(text.is_ascii());
        assert_eq!(PercentDecode::new().apply(&text).unwrap(), all);
        // RFC 3986 §2.1: small digits are equivalent.
        assert_eq!(PercentDecode::new().apply(b"%c3%aF").unwrap(), b"\xc3\xaf");
    }

    #[test]
    fn points_at_the_percent_sign_that_is_cut_off() {
        for text in [&b"ab%"[..], b"ab%4"] {
            let error = PercentDecode::new().apply(text).unwrap_err();
            assert_eq!(error, Error::incomplete(2, "a percent-encoded octet"));
        }
    }
}
