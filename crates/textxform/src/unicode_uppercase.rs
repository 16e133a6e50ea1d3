//! `unicode-uppercase`: the capitals of every script.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error, runs};

/// Letters of every script to capitals, by the full mapping of Unicode (§3.13, `toUppercase`), as [`str::to_uppercase`] has
/// it: `ß` becomes `SS`.
///
/// Holds back at most the three octets of a split character.
///
/// ```
/// use textxform::{Transform, UnicodeUppercase};
///
/// assert_eq!(UnicodeUppercase::new().apply("straße, ὀδός".as_bytes())?, "STRASSE, ὈΔΌΣ".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`](crate::ErrorKind::NotUtf8), and [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) when the
/// input ends inside a character.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UnicodeUppercase {
    decoder: utf8::Decoder,
}

impl UnicodeUppercase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "unicode-uppercase",
        description: "letters of every script to capitals",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, _offset: u64, text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        // Unlike small letters, capitals do not depend on what stands around them, so pieces may be mapped by themselves.
        runs::append_mapped(text, out, <[u8]>::make_ascii_uppercase, |character, out| {
            runs::push_all(character.to_uppercase(), out);
        });
        Ok(())
    }

    fn end_text(&mut self, _out: &mut Vec<u8>) {}
}

transform_text!(UnicodeUppercase);
