//! Octets to text when characters may be split between chunks.

use core::str;

use crate::{Error, ErrorKind};

/// Hands on the text in chunks of octets and holds back a character that is not whole yet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Decoder {
    /// Octets handed on so far.
    offset: u64,
    /// The start of a character.
    held: [u8; 4],
    held_octets: usize,
}

impl Decoder {
    /// Calls `each` with every piece of text and its offset.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotUtf8`] at the first octet of what is no character, after all text before it was handed on; and what
    /// `each` returns.
    pub(crate) fn push(
        &mut self,
        mut chunk: &[u8],
        mut each: impl FnMut(u64, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while self.held_octets > 0 {
            let Some((&octet, rest)) = chunk.split_first() else {
                return Ok(());
            };
            chunk = rest;
            let Some(place) = self.held.get_mut(self.held_octets) else {
                return Err(self.not_utf8());
            };
            *place = octet;
            self.held_octets = self.held_octets.saturating_add(1);
            let held = self.held;
            match str::from_utf8(held.get(..self.held_octets).unwrap_or_default()) {
                Ok(character) => {
                    self.held_octets = 0;
                    self.hand_on(character, &mut each)?;
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(self.not_utf8()),
            }
        }
        match str::from_utf8(chunk) {
            Ok(text) => self.hand_on(text, &mut each),
            Err(error) => {
                let (valid, rest) = chunk
                    .split_at_checked(error.valid_up_to())
                    .unwrap_or_default();
                self.hand_on(str::from_utf8(valid).unwrap_or_default(), &mut each)?;
                if error.error_len().is_some() {
                    return Err(self.not_utf8());
                }
                for (place, octet) in self.held.iter_mut().zip(rest) {
                    *place = *octet;
                }
                self.held_octets = rest.len();
                Ok(())
            }
        }
    }

    /// # Errors
    ///
    /// [`ErrorKind::Incomplete`] when the input ends inside a character.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        if self.held_octets == 0 {
            return Ok(());
        }
        Err(Error::incomplete(self.offset, "a UTF-8 character"))
    }

    fn hand_on(
        &mut self,
        text: &str,
        each: &mut impl FnMut(u64, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let offset = self.offset;
        self.offset = offset.saturating_add(text.len() as u64);
        if text.is_empty() {
            Ok(())
        } else {
            each(offset, text)
        }
    }

    fn not_utf8(&self) -> Error {
        Error::new(self.offset, ErrorKind::NotUtf8)
    }
}

/// Writes [`Transform`](crate::Transform) for a type that works on text: its field `decoder`, its methods `push_text` and
/// `end_text` (which puts out what is held back).
macro_rules! transform_text {
    ($type:ty) => {
        impl $crate::Transform for $type {
            $crate::registry::from_entry!();

            fn push(
                &mut self,
                chunk: &[u8],
                out: &mut alloc::vec::Vec<u8>,
            ) -> Result<(), $crate::Error> {
                let mut decoder = core::mem::take(&mut self.decoder);
                let result = decoder.push(chunk, |offset, text| self.push_text(offset, text, out));
                self.decoder = decoder;
                if result.is_err() {
                    self.end_text(out);
                    self.reset();
                }
                result
            }

            fn finish(&mut self, out: &mut alloc::vec::Vec<u8>) -> Result<(), $crate::Error> {
                let result = self.decoder.finish();
                self.end_text(out);
                self.reset();
                result
            }

            fn reset(&mut self) {
                *self = Self::new();
            }
        }
    };
}

pub(crate) use transform_text;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Transform, UnicodeUppercase};

    /// RFC 3629 §3 and §4: overlong forms, surrogates, beyond U+10FFFF, lone octets.
    #[test]
    fn refuses_what_is_no_utf8_at_its_first_octet() {
        for (octets, offset) in [
            (&b"ab\x80"[..], 2),
            (b"ab\xc0\xafc", 2),
            (b"\xe0\x80\xaf", 0),
            (b"a\xed\xa0\x80", 1),
            (b"a\xf4\x90\x80\x80", 1),
            (b"\xff", 0),
            (b"\xc3\xa9\xc3x", 2),
            (b"\xe2\x82x", 0),
        ] {
            let error = UnicodeUppercase::new().apply(octets).unwrap_err();
            assert_eq!(
                error,
                Error::new(offset, ErrorKind::NotUtf8),
                "{}",
                octets.escape_ascii()
            );
        }
    }

    #[test]
    fn refuses_an_end_inside_a_character() {
        for octets in [&b"ab\xc3"[..], b"ab\xe2\x82", b"ab\xf0\x9f\x98"] {
            let error = UnicodeUppercase::new().apply(octets).unwrap_err();
            assert_eq!(error, Error::incomplete(2, "a UTF-8 character"));
        }
    }
}
