//! `unicode-casefold`: the form in which texts that differ only in case are equal.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::lowering::push_char;
use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error, runs};

/// The form in which texts that differ only in case are the same octets: full case folding (Unicode §3.13, `toCasefold`,
/// the statuses C and F of `CaseFolding.txt`).
///
/// For comparing, not for reading: `ß` and `ẞ` become `ss`, a final sigma becomes `σ`. Texts that may also differ in how
/// accents are composed need `nfc` too. Holds back at most the three octets of a split character. Law: twice is the same
/// as once.
///
/// ```
/// use textxform::{Transform, UnicodeCasefold};
///
/// let mut fold = UnicodeCasefold::new();
/// assert_eq!(fold.apply("Straße ΣΊΓΜΑΣ".as_bytes())?, fold.apply("STRASSE σίγμας".as_bytes())?);
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`](crate::ErrorKind::NotUtf8), and [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) when the
/// input ends inside a character.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UnicodeCasefold {
    decoder: utf8::Decoder,
}

impl UnicodeCasefold {
    pub(crate) const ENTRY: Entry = Entry {
        name: "unicode-casefold",
        description: "the form in which texts that differ only in case are equal",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, _offset: u64, text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        runs::append_mapped(text, out, <[u8]>::make_ascii_lowercase, fold);
        Ok(())
    }

    fn end_text(&mut self, _out: &mut Vec<u8>) {}
}

transform_text!(UnicodeCasefold);

/// Case folding is the small letters of the capitals, which the standard library has, with three exceptions.
fn fold(character: char, out: &mut Vec<u8>) {
    match character {
        // Its capital is I, but only in Turkish is it the same letter as i.
        'ı' => push_char('ı', out),
        // A capital already, whose small letter is ß.
        'ẞ' => out.extend_from_slice(b"ss"),
        // Cherokee had capitals first, and foldings never change.
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => {
            runs::push_all(character.to_uppercase(), out);
        }
        _ => runs::push_all(character.to_uppercase().flat_map(char::to_lowercase), out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use caseless::Caseless as _;

    /// The letters of Unicode 17, which the table this is compared with does not have yet.
    const NEWER: &[char] = &['\u{a7ce}', '\u{a7d2}', '\u{a7d4}'];

    /// Beyond plane 2 nothing has case or decomposes.
    #[test]
    fn folds_every_character_as_unicode_does() {
        for character in '\0'..='\u{2ffff}' {
            let newer =
                NEWER.contains(&character) || ('\u{16ea0}'..='\u{16eb8}').contains(&character);
            let expected: String = core::iter::once(character).default_case_fold().collect();
            let mut out = Vec::new();
            fold(character, &mut out);
            assert!(
                newer || out == expected.as_bytes(),
                "{character:?}: {}",
                out.escape_ascii()
            );
        }
    }
}
