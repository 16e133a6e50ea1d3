//! `hex`: octets to hexadecimal digits (RFC 4648 §8).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform, blocks};

/// Each octet to two small hexadecimal digits ([RFC 4648 §8](https://www.rfc-editor.org/rfc/rfc4648#section-8)).
///
/// Law: [`HexDecode`](crate::HexDecode) undoes it.
///
/// ```
/// use textxform::{Hex, Transform};
///
/// assert_eq!(Hex::new().apply(b"Hi\r\n")?, b"48690d0a");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Hex;

impl Hex {
    pub(crate) const ENTRY: Entry = Entry {
        name: "hex",
        description: "octets to hexadecimal digits",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Transform for Hex {
    from_entry!();

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        blocks::append_groups(chunk.as_chunks::<1>().0, out, |&[octet]| {
            [octet >> 4, octet & 0x0f].map(|value| digit(value, b'a'))
        });
        Ok(())
    }

    fn reset(&mut self) {}

    fn is_at_start(&self) -> bool {
        true
    }
}

/// The digit for a value below 16, where `ten` is the one for 10.
///
/// Arithmetic and no table, so that the compiler makes 16 octets at a time of it.
#[inline]
pub(crate) fn digit(value: u8, ten: u8) -> u8 {
    let letter = if value > 9 {
        ten.wrapping_sub(b'0').wrapping_sub(10)
    } else {
        0
    };
    value.wrapping_add(b'0').wrapping_add(letter)
}
