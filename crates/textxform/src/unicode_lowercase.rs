//! `unicode-lowercase`: the small letters of every script.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::lowering::Lowering;
use crate::registry::Make;
use crate::utf8::{self, transform_text};
use crate::{Entry, Error};

/// Letters of every script to small ones, by the full mapping of Unicode (§3.13, `toLowercase`), as [`str::to_lowercase`]
/// has it, with the Greek sigma at the end of a word.
///
/// Holds back at most a sigma and the 64 accents, apostrophes and other case-ignorable characters after it; with more of
/// them the sigma counts as final. Law: twice is the same as once.
///
/// ```
/// use textxform::{Transform, UnicodeLowercase};
///
/// assert_eq!(UnicodeLowercase::new().apply("GRÜSSE, ὈΔΟΣ ΣΊΓΜΑΣ".as_bytes())?, "grüsse, ὀδος σίγμας".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotUtf8`](crate::ErrorKind::NotUtf8), and [`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete) when the
/// input ends inside a character.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UnicodeLowercase {
    decoder: utf8::Decoder,
    lowering: Lowering,
}

impl UnicodeLowercase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "unicode-lowercase",
        description: "letters of every script to small ones",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn push_text(&mut self, _offset: u64, text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        self.lowering.push(text, out);
        Ok(())
    }

    fn end_text(&mut self, out: &mut Vec<u8>) {
        self.lowering.end(out);
    }
}

transform_text!(UnicodeLowercase);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transform;
    use alloc::format;

    #[test]
    fn agrees_with_the_standard_library_around_a_sigma() {
        let around = [
            "", " ", "Α", "α", "1", ".", "’", "\u{301}", "\u{345}", "ª", "ʰ", "中", "Σ",
            "A\u{301}", "\u{ad}",
        ];
        for before in around {
            for between in around {
                for after in around {
                    let text = format!("{before}{between}Σ{after}{between}Σ{before}");
                    let mut out = Vec::new();
                    let mut transform = UnicodeLowercase::new();
                    for octet in text.bytes() {
                        transform.push(&[octet], &mut out).unwrap();
                    }
                    transform.finish(&mut out).unwrap();
                    assert_eq!(out, text.to_lowercase().as_bytes(), "{text:?}");
                }
            }
        }
    }

    /// Beyond plane 2 nothing has case or decomposes.
    #[test]
    fn agrees_with_the_standard_library_on_every_character_after_a_sigma() {
        for character in '\0'..='\u{2ffff}' {
            let text = format!("ΑΣ{character}Β");
            assert_eq!(
                UnicodeLowercase::new().apply(text.as_bytes()).unwrap(),
                text.to_lowercase().as_bytes()
            );
        }
    }

    #[test]
    fn looks_past_64_characters_after_a_sigma() {
        for (dots, sigma) in [(64, 'σ'), (65, 'ς')] {
            let dots = ".".repeat(dots);
            assert_eq!(
                UnicodeLowercase::new()
                    .apply(format!("ΑΣ{dots}Β").as_bytes())
                    .unwrap(),
                format!("α{sigma}{dots}β").as_bytes()
            );
        }
    }
}
