//! `nfc`: Unicode Normalization Form C.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error, ErrorKind, runs};

/// Letters and accents to their composed characters, the rest in canonical order: Normalization Form C
/// ([Unicode Standard Annex 15](https://www.unicode.org/reports/tr15/)).
///
/// Holds back the last character that can take an accent and what may join it, at most
/// [`HELD_OCTETS_MAX`](Self::HELD_OCTETS_MAX). Law: twice is the same as once.
///
/// ```
/// use textxform::{Nfc, Transform};
///
/// assert_eq!(Nfc::new().apply("e\u{301}, \u{1100}\u{1161}".as_bytes())?, "é, 가".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`]; [`ErrorKind::Incomplete`] when the input ends inside a character; [`ErrorKind::RunTooLong`] at
/// the first accent that can no longer be held back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Nfc {
    decoder: utf8::Decoder,
    /// From the last character that joins nothing before it.
    held: String,
}

impl Nfc {
    /// The longest run of a letter and what may join it, in octets: 4 KiB. Text has a few of each, and the Stream-Safe
    /// Text Format of Annex 15 allows 30 accents.
    pub const HELD_OCTETS_MAX: usize = 4096;

    pub(crate) const ENTRY: Entry = Entry {
        name: "nfc",
        description: "Unicode Normalization Form C: letters and accents composed",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, offset: u64, text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if character.is_ascii() {
                // ASCII joins nothing before it, so all of a run but its last is done.
                self.end_text(out);
                let (run, after) = runs::split_ascii(rest);
                let (done, last) = run
                    .split_at_checked(run.len().saturating_sub(1))
                    .unwrap_or_default();
                out.extend_from_slice(done.as_bytes());
                self.held.push_str(last);
                rest = after;
                continue;
            }
            if is_boundary(character) {
                self.end_text(out);
            } else if self.held.len().saturating_add(character.len_utf8()) > Self::HELD_OCTETS_MAX {
                let kind = ErrorKind::RunTooLong {
                    what: "a character with accents",
                    max: Self::HELD_OCTETS_MAX,
                };
                let before = text.len().saturating_sub(rest.len()) as u64;
                return Err(Error::new(offset.saturating_add(before), kind));
            }
            self.held.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
        Ok(())
    }

    fn end_text(&mut self, out: &mut Vec<u8>) {
        if self.held.is_ascii() {
            out.extend_from_slice(self.held.as_bytes());
        } else {
            runs::push_all(self.held.nfc(), out);
        }
        self.held.clear();
    }
}

transform_text!(Nfc);

/// Whether a character joins nothing before it (Annex 15 §9.1: a starter that is allowed in NFC without condition).
fn is_boundary(character: char) -> bool {
    canonical_combining_class(character) == 0
        && is_nfc_quick(core::iter::once(character)) == IsNormalized::Yes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transform;
    use alloc::format;

    /// Beyond plane 2 nothing has case or decomposes.
    #[test]
    fn agrees_with_the_whole_on_every_character_among_accents() {
        for character in '\0'..='\u{2ffff}' {
            let text = format!("a\u{327}{character}\u{301}\u{1161}\u{11a8}{character}\u{323}");
            let expected: String = text.nfc().collect();
            assert_eq!(
                Nfc::new().apply(text.as_bytes()).unwrap(),
                expected.as_bytes(),
                "{character:?}"
            );
        }
    }

    #[test]
    fn letters_beyond_ascii_are_not_a_run() {
        let text = "é가я".repeat(Nfc::HELD_OCTETS_MAX);
        assert_eq!(Nfc::new().apply(text.as_bytes()).unwrap(), text.as_bytes());
    }

    #[test]
    fn holds_back_no_more_than_it_says() {
        let fits = format!("xa{}", "\u{301}".repeat(2047));
        let expected: String = fits.nfc().collect();
        assert_eq!(
            Nfc::new().apply(fits.as_bytes()).unwrap(),
            expected.as_bytes()
        );

        let mut out = Vec::new();
        let error = Nfc::new()
            .push(format!("{fits}\u{301}").as_bytes(), &mut out)
            .unwrap_err();
        assert_eq!(error.offset(), 4096);
        assert_eq!(out, expected.as_bytes());

        let full = format!("é{}", "\u{301}".repeat(2047));
        assert_eq!(full.len(), Nfc::HELD_OCTETS_MAX);
        assert!(Nfc::new().apply(full.as_bytes()).is_ok());
    }
}
