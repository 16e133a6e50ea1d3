//! `titlecase`: each word with a capital first and small letters after it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::lowering::{Class, Lowering, is_ignorable_ascii};
use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error, blocks, runs};

/// The first character of each word to its title case, the others to small letters, in every script (Unicode §3.13,
/// `toTitlecase`).
///
/// A word is letters and digits; accents, apostrophes, full stops and other case-ignorable characters inside it belong to
/// it, so it is `Don't`, `3rd` and `E.g.`, and those without case of their own begin none, so it is `ʻOkina`. Holds back
/// what [`UnicodeLowercase`](crate::UnicodeLowercase) does. Law: twice is the same as once.
///
/// ```
/// use textxform::{Titlecase, Transform};
///
/// let out = Titlecase::new().apply("'DON’T panic', élan's 3RD ǆ, ﬁn".as_bytes())?;
/// assert_eq!(out, "'Don’t Panic', Élan's 3rd ǅ, Fin".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`](crate::ErrorKind::NotUtf8), and [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) when the
/// input ends inside a character.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Titlecase {
    decoder: utf8::Decoder,
    lowering: Lowering,
    inside_word: bool,
}

impl Titlecase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "titlecase",
        description: "each word with a capital first and small letters after it",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, _offset: u64, text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut rest = text;
        while !rest.is_empty() {
            let (ascii, after) = runs::split_ascii(rest);
            if ascii.is_empty() || self.lowering.is_waiting() {
                // With the ASCII before it, and up to the next.
                let (_, after) = runs::split_other(after);
                let through = rest.len().saturating_sub(after.len());
                self.push_any(rest.get(..through).unwrap_or_default(), out);
                rest = after;
            } else {
                self.push_ascii(ascii, out);
                rest = after;
            }
        }
        Ok(())
    }

    fn push_ascii(&mut self, ascii: &str, out: &mut Vec<u8>) {
        let mut inside_word = self.inside_word;
        blocks::append(ascii.as_bytes(), out, |block| {
            for octet in block {
                // Without branches: where words begin is anyone's guess.
                let letter = octet.is_ascii_alphabetic();
                let ignorable = is_ignorable_ascii(*octet);
                let small = *octet | (u8::from(letter) << 5);
                *octet = small ^ (u8::from(letter & !inside_word) << 5);
                inside_word = letter | octet.is_ascii_digit() | (inside_word & ignorable);
            }
        });
        self.inside_word = inside_word;
        self.lowering.pass(ascii);
    }

    /// Everything up to the next first character of a word goes through `lowering` at once.
    fn push_any(&mut self, text: &str, out: &mut Vec<u8>) {
        let mut rest = text;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if !character.is_alphanumeric() {
                self.inside_word &= Class::of(character) == Class::Ignorable;
            } else if !self.inside_word && begins_word(character) {
                self.inside_word = true;
                let after = characters.as_str();
                let before = rest
                    .len()
                    .saturating_sub(after.len())
                    .saturating_sub(character.len_utf8());
                self.lowering
                    .push(rest.get(..before).unwrap_or_default(), out);
                if character.is_ascii() {
                    let capital = character.to_ascii_uppercase();
                    self.lowering.push_mapped(
                        capital.encode_utf8(&mut [0; 4]),
                        capital.is_ascii_alphabetic(),
                        out,
                    );
                } else {
                    let cased = Class::of(character) == Class::Cased;
                    self.lowering.push_mapped(&title(character), cased, out);
                }
                rest = after;
            }
        }
        self.lowering.push(rest, out);
    }

    fn end_text(&mut self, out: &mut Vec<u8>) {
        self.lowering.end(out);
    }
}

transform_text!(Titlecase);

/// Whether a letter or digit is the first of a word when it stands there: not so the letters that are mere signs beside
/// others, such as the apostrophes `ʼ` and `ʻ`.
fn begins_word(character: char) -> bool {
    character.is_ascii()
        || character.is_lowercase()
        || character.is_uppercase()
        || Class::of(character) != Class::Ignorable
}

/// The full title case mapping of one character, which the standard library does not have: that of capitals, but of what
/// becomes several characters only the first is a capital.
fn title(character: char) -> String {
    let single = match character {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals for whole words only.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => character,
        // Greek with an iota below keeps it there.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(character).saturating_add(8)).unwrap_or(character)
        }
        '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}' | '\u{1fa8}'..='\u{1faf}' => character,
        'ᾳ' | 'ᾼ' => 'ᾼ',
        'ῃ' | 'ῌ' => 'ῌ',
        'ῳ' | 'ῼ' => 'ῼ',
        // An apostrophe and a letter: the letter is the one that counts.
        'ŉ' => return String::from("ʼN"),
        _ => {
            let mut capitals = character.to_uppercase();
            let mut text = String::new();
            text.extend(capitals.next());
            for capital in capitals {
                match capital {
                    // The iota that capitals write beside a letter stays below it.
                    'Ι' => text.push('\u{345}'),
                    _ => text.extend(capital.to_lowercase()),
                }
            }
            return text;
        }
    };
    String::from(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of Unicode 17, which the table this is compared with does not have yet.
    const NEWER: &[char] = &['\u{a7cf}', '\u{a7d3}', '\u{a7d5}'];

    /// Beyond plane 2 nothing has case or decomposes.
    #[test]
    fn maps_every_character_as_unicode_does() {
        for character in '\0'..='\u{2ffff}' {
            let newer =
                NEWER.contains(&character) || ('\u{16ebb}'..='\u{16ed3}').contains(&character);
            let expected: String = match unicode_case_mapping::to_titlecase(character) {
                [0, 0, 0] => String::from(character),
                mapped => mapped
                    .into_iter()
                    .filter(|&code| code != 0)
                    .filter_map(char::from_u32)
                    .collect(),
            };
            assert!(
                newer || title(character) == expected,
                "{character:?}: {}",
                title(character)
            );
        }
    }

    #[test]
    fn knows_words() {
        for (text, expected) in [
            ("hello, wORLD", "Hello, World"),
            (
                "o'neill's e.g. 'quoted' “so”",
                "O'neill's E.g. 'Quoted' “So”",
            ),
            ("3rd-party x2y", "3rd-Party X2y"),
            ("e\u{301}LAN", "E\u{301}lan"),
            ("ὈΔΟΣ, σΣ", "Ὀδος, Σς"),
            ("ß ŉ ᾳ ᾲ და", "Ss ʼN ᾼ Ὰ\u{345} და"),
            ("ʼN ʻokina ʰX", "ʼN ʻOkina ʰx"),
        ] {
            use crate::Transform as _;
            assert_eq!(
                Titlecase::new().apply(text.as_bytes()).unwrap(),
                expected.as_bytes(),
                "{text}"
            );
        }
    }
}
