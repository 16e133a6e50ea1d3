//! `base64`: octets to base64 with padding (RFC 4648 §4).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform, blocks};

/// Octets to base64 in one line, padded with `=` ([RFC 4648 §4](https://www.rfc-editor.org/rfc/rfc4648#section-4)).
///
/// Holds back at most two octets. Law: [`Base64Decode`](crate::Base64Decode) undoes it.
///
/// ```
/// use textxform::{Base64, Transform};
///
/// assert_eq!(Base64::new().apply(b"fooba")?, b"Zm9vYmE=");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Base64 {
    held: Held,
}

/// The octets of a group of three that is not full yet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
enum Held {
    #[default]
    None,
    One(u8),
    Two(u8, u8),
}

impl Base64 {
    pub(crate) const ENTRY: Entry = Entry {
        name: "base64",
        description: "octets to base64 with padding, in one line",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self { held: Held::None }
    }
}

impl Transform for Base64 {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        while self.held != Held::None {
            let Some((&octet, rest)) = chunk.split_first() else {
                return Ok(());
            };
            chunk = rest;
            self.held = match self.held {
                Held::None => Held::One(octet),
                Held::One(first) => Held::Two(first, octet),
                Held::Two(first, second) => {
                    out.extend_from_slice(&encode(&[first, second, octet]));
                    Held::None
                }
            };
        }
        let (groups, rest) = chunk.as_chunks::<3>();
        blocks::append_groups(groups, out, encode);
        self.held = match *rest {
            [first, second] => Held::Two(first, second),
            [first] => Held::One(first),
            _ => Held::None,
        };
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.held {
            Held::None => {}
            Held::One(first) => {
                let [a, b, ..] = encode(&[first, 0, 0]);
                out.extend_from_slice(&[a, b, b'=', b'=']);
            }
            Held::Two(first, second) => {
                let [a, b, c, _] = encode(&[first, second, 0]);
                out.extend_from_slice(&[a, b, c, b'=']);
            }
        }
        self.reset();
        Ok(())
    }

    fn reset(&mut self) {
        self.held = Held::None;
    }
}

fn encode(&[a, b, c]: &[u8; 3]) -> [u8; 4] {
    [a >> 2, (a << 4) | (b >> 4), (b << 2) | (c >> 6), c].map(digit)
}

/// The digit for the low six bits.
fn digit(value: u8) -> u8 {
    DIGITS
        .get(usize::from(value & 0x3f))
        .copied()
        .unwrap_or_default()
}

/// RFC 4648, table 1.
pub(crate) const DIGITS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 §10.
    #[test]
    fn encodes_the_vectors_of_the_rfc() {
        let vectors: [(&[u8], &[u8]); 7] = [
            (b"", b""),
            (b"f", b"Zg=="),
            (b"fo", b"Zm8="),
            (b"foo", b"Zm9v"),
            (b"foob", b"Zm9vYg=="),
            (b"fooba", b"Zm9vYmE="),
            (b"foobar", b"Zm9vYmFy"),
        ];
        for (octets, text) in vectors {
            assert_eq!(Base64::new().apply(octets).unwrap(), text);
            assert_eq!(crate::Base64Decode::new().apply(text).unwrap(), octets);
        }
    }
}
