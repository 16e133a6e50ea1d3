//! `base64-decode`: base64 to octets, strictly (RFC 4648 §4).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base64::DIGITS;
use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// Base64 to octets ([RFC 4648 §4](https://www.rfc-editor.org/rfc/rfc4648#section-4)).
///
/// Blanks, tabs and line breaks are passed over anywhere, since base64 most often comes in lines. All else is strict, so
/// that each run of octets has one spelling: padding is required, nothing follows it, and unused bits are zero (§3.5).
/// Holds back at most one group of four digits.
///
/// ```
/// use textxform::{Base64Decode, Transform};
///
/// assert_eq!(Base64Decode::new().apply(b"Zm9v\r\nYmE=\r\n")?, b"fooba");
///
/// let mut out = Vec::new();
/// let error = Base64Decode::new().push(b"Zm9vYm?=", &mut out).unwrap_err();
/// assert_eq!(error.to_string(), "octet 6: expected a base64 digit, found 0x3f");
/// assert_eq!(out, b"foo");
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Unexpected`](crate::ErrorKind::Unexpected) at an octet that is no digit of the alphabet, at one after the
/// padding, and at a last digit with bits that no octet takes; [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) at the
/// first digit of a group that is not full at the end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Base64Decode {
    /// Octets of input seen.
    offset: u64,
    /// Values of the group of four so far; the last is not stored but used.
    group: [u8; 3],
    state: State,
    group_offset: u64,
    digit_offset: u64,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    #[default]
    First,
    Second,
    Third,
    Fourth,
    SecondPadding,
    End,
}

impl Base64Decode {
    pub(crate) const ENTRY: Entry = Entry {
        name: "base64-decode",
        description: "base64 to octets, padding required, blanks and line breaks passed over",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn take(&mut self, octet: u8, out: &mut Vec<u8>) -> Result<(), Error> {
        if matches!(octet, b' ' | b'\t' | b'\r' | b'\n') {
            return Ok(());
        }
        let value = value(octet);
        let [a, b, c] = self.group;
        self.state = match (self.state, value) {
            (State::First, Some(value)) => {
                self.group = [value, 0, 0];
                self.group_offset = self.offset;
                State::Second
            }
            (State::Second, Some(value)) => {
                self.group = [a, value, 0];
                State::Third
            }
            (State::Third, Some(value)) => {
                self.group = [a, b, value];
                State::Fourth
            }
            (State::Fourth, Some(value)) => {
                out.extend_from_slice(&join([a, b, c, value]));
                State::First
            }
            (State::Third, None) if octet == b'=' => {
                self.no_stray_bits(b, 0x0f)?;
                State::SecondPadding
            }
            (State::SecondPadding, None) if octet == b'=' => {
                let [first, ..] = join([a, b, 0, 0]);
                out.push(first);
                State::End
            }
            (State::Fourth, None) if octet == b'=' => {
                self.no_stray_bits(c, 0x03)?;
                let [first, second, _] = join([a, b, c, 0]);
                out.extend_from_slice(&[first, second]);
                State::End
            }
            (State::SecondPadding, _) => {
                return Err(Error::unexpected(self.offset, "a second `=`", octet));
            }
            (State::End, _) => {
                return Err(Error::unexpected(
                    self.offset,
                    "nothing after the padding",
                    octet,
                ));
            }
            (_, None) => return Err(Error::unexpected(self.offset, "a base64 digit", octet)),
        };
        self.digit_offset = self.offset;
        Ok(())
    }

    /// RFC 4648 §3.5: pad bits that are not zero would make a second spelling of the same octets.
    fn no_stray_bits(&self, value: u8, unused: u8) -> Result<(), Error> {
        if value & unused == 0 {
            return Ok(());
        }
        let found = DIGITS.get(usize::from(value)).copied().unwrap_or_default();
        Err(Error::unexpected(
            self.digit_offset,
            "a digit without unused bits before the padding",
            found,
        ))
    }
}

impl Transform for Base64Decode {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve((chunk.len() / 4).saturating_mul(3));
        loop {
            if self.state == State::First {
                while let Some((group, rest)) = chunk.split_first_chunk::<4>()
                    && let Some(octets) = decode(group)
                {
                    out.extend_from_slice(&octets);
                    self.offset = self.offset.saturating_add(4);
                    chunk = rest;
                }
            }
            let Some((&octet, rest)) = chunk.split_first() else {
                return Ok(());
            };
            self.take(octet, out)
                .inspect_err(|_| *self = Self::default())?;
            self.offset = self.offset.saturating_add(1);
            chunk = rest;
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = out;
        let ended = core::mem::take(self);
        match ended.state {
            State::First | State::End => Ok(()),
            _ => Err(Error::incomplete(
                ended.group_offset,
                "a group of four base64 digits",
            )),
        }
    }

    fn reset(&mut self) {
        *self = Self::default();
    }
}

fn value(octet: u8) -> Option<u8> {
    let value = VALUES.get(usize::from(octet)).copied().unwrap_or(NO_DIGIT);
    (value != NO_DIGIT).then_some(value)
}

fn decode(group: &[u8; 4]) -> Option<[u8; 3]> {
    let values = group.map(|octet| VALUES.get(usize::from(octet)).copied().unwrap_or(NO_DIGIT));
    let all = values.iter().fold(0, |all, value| all | value);
    (all & NO_DIGIT == 0).then(|| join(values))
}

fn join([a, b, c, d]: [u8; 4]) -> [u8; 3] {
    [(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d]
}

const NO_DIGIT: u8 = 0x80;

/// The value of each octet as a digit.
static VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0_u8;
    let mut digits: &[u8] = DIGITS;
    while let [digit, rest @ ..] = digits {
        #[expect(
            clippy::indexing_slicing,
            reason = "computed by the compiler; a u8 is an index of 256"
        )]
        {
            values[*digit as usize] = value;
        }
        value = value.wrapping_add(1);
        digits = rest;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn refused(text: &[u8]) -> (u64, ErrorKind) {
        let error = Base64Decode::new().apply(text).unwrap_err();
        (error.offset(), error.kind().clone())
    }

    #[test]
    fn refuses_what_is_no_digit() {
        for octet in
            (0..=255_u8).filter(|octet| !DIGITS.contains(octet) && !b" \t\r\n=".contains(octet))
        {
            let expected = ErrorKind::Unexpected {
                expected: "a base64 digit",
                found: octet,
            };
            assert_eq!(refused(&[b'Z', b'm', octet, b'v']), (2, expected));
        }
    }

    #[test]
    fn refuses_stray_bits_at_their_digit() {
        for (text, offset) in [(&b"Zh=="[..], 1), (b"Zm9vZm9=", 6), (b"Z\nh\n=\n=", 2)] {
            let (at, kind) = refused(text);
            assert_eq!(at, offset);
            assert!(matches!(kind, ErrorKind::Unexpected { .. }), "{kind}");
        }
    }

    #[test]
    fn refuses_wrong_padding() {
        for (text, offset) in [
            (&b"="[..], 0),
            (b"Z===", 1),
            (b"Zg=a", 3),
            (b"Zg===", 4),
            (b"Zg==Zg==", 4),
            (b"Zm9v=", 4),
        ] {
            let (at, kind) = refused(text);
            assert_eq!(at, offset, "{}", text.escape_ascii());
            assert!(matches!(kind, ErrorKind::Unexpected { .. }), "{kind}");
        }
    }

    #[test]
    fn refuses_an_end_inside_a_group() {
        for text in [&b"Zm9vZ"[..], b"Zm9vZm", b"Zm9vZm8", b"Zm9vZg="] {
            assert_eq!(
                refused(text),
                (
                    4,
                    ErrorKind::Incomplete {
                        unit: "a group of four base64 digits"
                    }
                )
            );
        }
    }
}
