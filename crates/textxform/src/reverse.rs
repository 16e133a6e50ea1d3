//! `reverse`: the characters in the opposite order.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error, runs};

/// The characters (Unicode scalar values) in the opposite order, the last first; the text stays valid UTF-8.
///
/// Nothing can come out before the end, so this is the one transform that **keeps the whole input in memory**. A
/// combining mark is a character of its own: use `nfc|reverse` to keep accents on their letters where Unicode has a character
/// for the two. Law: twice is the identity.
///
/// ```
/// use textxform::{Reverse, Transform};
///
/// assert_eq!(Reverse::new().apply("añ→b".as_bytes())?, "b→ña".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`](crate::ErrorKind::NotUtf8), and [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) when the
/// input ends inside a character. The characters before it come out reversed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reverse {
    decoder: utf8::Decoder,
    held: Vec<u8>,
}

impl Reverse {
    pub(crate) const ENTRY: Entry = Entry {
        name: "reverse",
        description: "the characters in the opposite order; keeps the whole input in memory",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, _offset: u64, text: &str, _out: &mut Vec<u8>) -> Result<(), Error> {
        self.held.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn end_text(&mut self, out: &mut Vec<u8>) {
        self.held.reverse();
        let mut rest = self.held.as_mut_slice();
        loop {
            let ascii = runs::ascii_octets(rest);
            rest = rest.get_mut(ascii..).unwrap_or_default();
            // A character's continuation octets now stand before its first octet: turn it round again.
            let Some(first) = rest.iter().position(|octet| !(0x80..0xc0).contains(octet)) else {
                break;
            };
            let (character, after) = rest
                .split_at_mut_checked(first.saturating_add(1))
                .unwrap_or_default();
            character.reverse();
            rest = after;
        }
        out.append(&mut self.held);
    }
}

transform_text!(Reverse);
