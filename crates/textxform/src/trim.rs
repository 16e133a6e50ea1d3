//! `trim`: no white space at the start and at the end.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, ErrorKind, Transform};

/// The input without the white space at its start and its end, as [`str::trim`] has it: all that Unicode calls
/// `White_Space`, line breaks too.
///
/// Works on octets: what is not UTF-8 is not white space and stays. White space that may be the last is held back, at most
/// [`HELD_OCTETS_MAX`](Self::HELD_OCTETS_MAX). Law: twice is the same as once.
///
/// ```
/// use textxform::{Transform, Trim};
///
/// assert_eq!(Trim::new().apply("\t two  words\u{a0}\r\n".as_bytes())?, b"two  words");
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::RunTooLong`] at the first octet of white space that can no longer be held back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trim {
    /// Octets of input seen.
    offset: u64,
    /// Something that is not white space came out.
    started: bool,
    /// White space that comes out if something follows, and at its end the start of a character that may be white space.
    held: Vec<u8>,
    /// How many octets of `held` are that start.
    partial: usize,
}

impl Trim {
    /// The longest run of white space inside the text, in octets: 1 MiB. What comes before the text does not count.
    pub const HELD_OCTETS_MAX: usize = 1 << 20;

    pub(crate) const ENTRY: Entry = Entry {
        name: "trim",
        description: "no white space at the start and at the end",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            offset: 0,
            started: false,
            held: Vec::new(),
            partial: 0,
        }
    }

    /// Takes an octet that may be white space, or that decides about octets held back.
    fn take(&mut self, octet: u8, out: &mut Vec<u8>) {
        self.held.push(octet);
        let whole = self
            .held
            .len()
            .saturating_sub(self.partial)
            .saturating_sub(1);
        match Match::of(self.held.get(whole..).unwrap_or_default()) {
            Match::Space => {
                self.partial = 0;
                if !self.started {
                    self.held.clear();
                }
            }
            Match::Start => self.partial = self.partial.saturating_add(1),
            Match::No => {
                // The octet itself may be the start of another character.
                let again = self.partial > 0;
                self.partial = 0;
                self.started = true;
                if again {
                    self.held.pop();
                }
                out.append(&mut self.held);
                if again {
                    self.take(octet, out);
                }
            }
        }
    }

    /// A piece is shorter than what can be held back, so a run of white space inside it is never too long.
    fn push_piece(&mut self, mut piece: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let mut looked_ahead = false;
        loop {
            if self.started && self.held.is_empty() {
                let ready = if looked_ahead {
                    piece
                        .iter()
                        .position(|&octet| may_be_space(octet))
                        .unwrap_or(piece.len())
                } else {
                    looked_ahead = true;
                    // All before a visible ASCII character comes out, white space or not.
                    piece
                        .iter()
                        .rposition(u8::is_ascii_graphic)
                        .map_or(0, |last| last.saturating_add(1))
                };
                let (ready, rest) = piece.split_at_checked(ready).unwrap_or_default();
                out.extend_from_slice(ready);
                self.offset = self.offset.saturating_add(ready.len() as u64);
                piece = rest;
            }
            let Some((&octet, rest)) = piece.split_first() else {
                return Ok(());
            };
            self.take(octet, out);
            let spaces = self.held.len().saturating_sub(self.partial);
            if spaces > Self::HELD_OCTETS_MAX {
                let kind = ErrorKind::RunTooLong {
                    what: "white space",
                    max: Self::HELD_OCTETS_MAX,
                };
                let too_many = spaces.saturating_sub(Self::HELD_OCTETS_MAX) as u64;
                // The octet just taken is the last of them.
                let offset = self.offset.saturating_add(1).saturating_sub(too_many);
                let error = Error::new(offset, kind);
                self.reset();
                return Err(error);
            }
            self.offset = self.offset.saturating_add(1);
            piece = rest;
        }
    }
}

/// Octets looked at from their end before they are looked at one by one.
const PIECE_OCTETS: usize = 4096;

impl Transform for Trim {
    from_entry!();

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve(chunk.len());
        chunk
            .chunks(PIECE_OCTETS)
            .try_for_each(|piece| self.push_piece(piece, out))
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.partial > 0 {
            out.append(&mut self.held);
        }
        self.reset();
        Ok(())
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}

/// Whether octets are white space in UTF-8.
enum Match {
    Space,
    /// The start of some.
    Start,
    No,
}

impl Match {
    fn of(octets: &[u8]) -> Self {
        match *octets {
            [0x09..=0x0d | 0x20]
            | [0xc2, 0x85 | 0xa0]
            | [0xe1, 0x9a, 0x80]
            | [0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf]
            | [0xe2, 0x81, 0x9f]
            | [0xe3, 0x80, 0x80] => Self::Space,
            [0xc2 | 0xe1..=0xe3] | [0xe1, 0x9a] | [0xe2, 0x80 | 0x81] | [0xe3, 0x80] => Self::Start,
            _ => Self::No,
        }
    }
}

fn may_be_space(octet: u8) -> bool {
    !matches!(Match::of(&[octet]), Match::No)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec;

    /// Beyond plane 2 nothing is white space.
    #[test]
    fn knows_all_white_space() {
        for character in '\0'..='\u{2ffff}' {
            let text = alloc::format!("{character}a{character}b{character}");
            assert_eq!(
                Trim::new().apply(text.as_bytes()).unwrap(),
                text.trim().as_bytes(),
                "{character:?}"
            );
        }
    }

    #[test]
    fn keeps_octets_that_are_no_utf8() {
        for text in [
            &b"\xe2"[..],
            b"\xe2\x80",
            b"\xe2\xe2\x80",
            b"\xc2a",
            b"\xff",
            b"a\xe2 \xe2",
        ] {
            let padded = [b" \n", text, "\u{2003}".as_bytes()].concat();
            assert_eq!(
                Trim::new().apply(&padded).unwrap(),
                text,
                "{}",
                text.escape_ascii()
            );
            // The input may end inside what could have become white space.
            let ended = [b" \n", text].concat();
            assert_eq!(Trim::new().apply(&ended).unwrap(), text);
        }
    }

    #[test]
    fn holds_back_no_more_than_it_says() {
        let spaces = vec![b' '; Trim::HELD_OCTETS_MAX];
        let long = [&b"a"[..], &spaces, b"b"].concat();
        assert_eq!(
            Trim::new()
                .apply(&[&spaces, &spaces[..], &long].concat())
                .unwrap(),
            long
        );
        // What begins like white space and is none does not count, nor does its beginning.
        for after in ["→", "\u{e2}", "\u{203f}"] {
            let text = [&b"a"[..], &spaces, after.as_bytes()].concat();
            assert_eq!(Trim::new().apply(&text).unwrap(), text, "{after}");
        }
        let wide = [&b"a"[..], &spaces, "\u{2003}b".as_bytes()].concat();
        assert_eq!(
            Trim::new().apply(&wide).unwrap_err().offset(),
            1 + (1 << 20)
        );
        let error = Trim::new()
            .apply(&[&b"a"[..], &spaces, b" b"].concat())
            .unwrap_err();
        assert_eq!(error.offset(), 1 + (1 << 20));
        assert_eq!(
            alloc::format!("{error}"),
            String::from("octet 1048577: more than 1048576 octets of white space in a row")
        );
    }

    #[test]
    fn a_run_too_long_is_so_wherever_it_is_split() {
        let text = [&b"  a b"[..], &vec![b' '; Trim::HELD_OCTETS_MAX], b" c"].concat();
        for cut in [0, 1, 4, 5, 6, 4096, 5000, text.len() - 2, text.len() - 1] {
            let (first, second) = text.split_at(cut);
            let mut out = Vec::new();
            let mut trim = Trim::new();
            let error = trim
                .push(first, &mut out)
                .and_then(|()| trim.push(second, &mut out))
                .unwrap_err();
            assert_eq!(
                (error.offset(), &out[..]),
                (5 + (1 << 20), &b"a b"[..]),
                "cut at {cut}"
            );
        }
    }
}
