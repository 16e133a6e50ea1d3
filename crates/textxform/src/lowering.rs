//! Small letters piece by piece, with the one rule that looks around: a Greek sigma at the end of a word.

use alloc::string::String;
use alloc::vec::Vec;

use crate::runs;

/// [`str::to_lowercase`] for text that comes in pieces.
///
/// Unicode §3.13, table 3-17, `Final_Sigma`: a capital sigma after a cased letter and not before one becomes `ς`, else `σ`;
/// case-ignorable characters (accents, apostrophes, …) between do not count. So a sigma and the case-ignorable characters
/// after it wait for what follows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Lowering {
    /// The last character that is not case-ignorable is cased.
    after_cased: bool,
    /// What follows a sigma that may be final.
    sigma: Option<String>,
}

impl Lowering {
    /// Case-ignorable characters after a sigma that are looked past; text has one or two.
    pub(crate) const LOOKAHEAD_CHARACTERS_MAX: usize = 64;

    /// Appends the small letters of the next piece.
    pub(crate) fn push(&mut self, mut text: &str, out: &mut Vec<u8>) {
        loop {
            text = self.settle_sigma(text, out);
            let Some((before, after)) = text.split_once(SIGMA) else {
                break;
            };
            self.push_plain(before, out);
            if self.after_cased {
                self.sigma = Some(String::new());
            } else {
                push_char('σ', out);
            }
            self.after_cased = true;
            text = after;
        }
        self.push_plain(text, out);
    }

    /// Appends what a character was mapped to, for which a sigma after it finds a cased letter or not.
    pub(crate) fn push_mapped(&mut self, mapped: &str, after_cased: bool, out: &mut Vec<u8>) {
        self.end(out);
        out.extend_from_slice(mapped.as_bytes());
        self.after_cased = after_cased;
    }

    /// Ends the text: a sigma that waits is final.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        self.decide('ς', out);
        self.after_cased = false;
    }

    /// Looks for what follows a waiting sigma and returns the text not looked at.
    fn settle_sigma<'t>(&mut self, text: &'t str, out: &mut Vec<u8>) -> &'t str {
        let mut characters = text.chars();
        while let Some(following) = &mut self.sigma {
            let rest = characters.as_str();
            let Some(character) = characters.next() else {
                return rest;
            };
            match Class::of(character) {
                Class::Ignorable if following.chars().count() < Self::LOOKAHEAD_CHARACTERS_MAX => {
                    following.push(character);
                    continue;
                }
                Class::Cased => self.decide('σ', out),
                Class::Ignorable | Class::Other => self.decide('ς', out),
            }
            return rest;
        }
        characters.as_str()
    }

    fn decide(&mut self, sigma: char, out: &mut Vec<u8>) {
        if let Some(following) = self.sigma.take() {
            push_char(sigma, out);
            // No sigma in it, so nothing more to decide.
            out.extend_from_slice(following.to_lowercase().as_bytes());
        }
    }

    /// Text without sigma.
    fn push_plain(&mut self, text: &str, out: &mut Vec<u8>) {
        runs::append_mapped(text, out, <[u8]>::make_ascii_lowercase, |character, out| {
            runs::push_all(character.to_lowercase(), out);
        });
        self.pass(text);
    }

    /// Whether a sigma waits for what follows.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.sigma.is_some()
    }

    /// Takes note of text that was mapped elsewhere while no sigma waits.
    pub(crate) fn pass(&mut self, text: &str) {
        let last = text
            .chars()
            .rev()
            .map(Class::of)
            .find(|class| *class != Class::Ignorable);
        if let Some(class) = last {
            self.after_cased = class == Class::Cased;
        }
    }
}

/// What a character is to a sigma beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    /// Case-ignorable, cased or not.
    Ignorable,
    Cased,
    Other,
}

impl Class {
    pub(crate) fn of(character: char) -> Self {
        match character {
            _ if u8::try_from(character).is_ok_and(is_ignorable_ascii) => Self::Ignorable,
            _ if character.is_ascii_alphabetic() => Self::Cased,
            _ if character.is_ascii() => Self::Other,
            // Most letters of most texts. U+0345 is the one accent that is a letter too.
            '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Self::Other,
            _ if character.is_uppercase() => Self::Cased,
            _ if character.is_lowercase() && character != '\u{345}' && has_capital(character) => {
                Self::Cased
            }
            _ => Self::of_any(character),
        }
    }

    /// The standard library knows but does not tell, so it is asked what becomes of a sigma before the character.
    fn of_any(character: char) -> Self {
        let mut text = String::from("AΣ");
        text.push(character);
        if text.to_lowercase().starts_with("aσ") {
            return Self::Cased;
        }
        text.push('A');
        if text.to_lowercase().starts_with("aσ") {
            Self::Ignorable
        } else {
            Self::Other
        }
    }
}

fn has_capital(character: char) -> bool {
    character.to_uppercase().next() != Some(character)
}

/// Whether an ASCII character is case-ignorable.
pub(crate) const fn is_ignorable_ascii(octet: u8) -> bool {
    matches!(octet, b'\'' | b'.' | b':' | b'^' | b'`')
}

pub(crate) fn push_char(character: char, out: &mut Vec<u8>) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

const SIGMA: char = 'Σ';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_ways_to_a_class_agree_with_the_standard_library() {
        for character in '\0'..=char::MAX {
            assert_eq!(
                Class::of(character),
                Class::of_any(character),
                "{character:?}"
            );
        }
    }
}
