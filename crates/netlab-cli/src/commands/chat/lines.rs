//! A stream of octets cut into lines, whatever segments it came in.

use std::borrow::Cow;

/// The most octets of one line, its end not counted. Longer ones are refused whole.
pub(super) const LINE_OCTETS_MAX: usize = 4096;

/// One line of what a member sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Line<'a> {
    /// Its octets without the line end (LF or CR LF).
    Whole(Cow<'a, [u8]>),
    /// It had more octets than the limit and was thrown away.
    TooLong,
}

/// Keeps the beginning of a line until its end arrives.
#[derive(Debug)]
pub(super) struct LineSplitter {
    begun: Vec<u8>,
    too_long: bool,
    octets_max: usize,
}

impl Default for LineSplitter {
    fn default() -> Self {
        Self::with_limit(LINE_OCTETS_MAX)
    }
}

impl LineSplitter {
    /// For lines of at most so many octets, their ends not counted.
    pub(super) const fn with_limit(octets_max: usize) -> Self {
        Self {
            begun: Vec::new(),
            too_long: false,
            octets_max,
        }
    }

    /// Takes octets as they arrived and hands every line that they complete to `each`.
    pub(super) fn push(&mut self, octets: &[u8], mut each: impl FnMut(Line<'_>)) {
        for piece in octets.split_inclusive(|octet| *octet == b'\n') {
            let Some(end) = piece.strip_suffix(b"\n") else {
                self.keep(piece);
                return;
            };
            if self.begun.is_empty() && !self.too_long {
                each(self.line(Cow::Borrowed(end)));
            } else {
                self.keep(end);
                self.finish(&mut each);
            }
        }
    }

    /// The octets have ended: what was begun is a line too.
    pub(super) fn finish(&mut self, mut each: impl FnMut(Line<'_>)) {
        let begun = core::mem::take(&mut self.begun);
        if core::mem::take(&mut self.too_long) {
            each(Line::TooLong);
        } else if !begun.is_empty() {
            each(self.line(Cow::Owned(begun)));
        }
    }

    fn keep(&mut self, octets: &[u8]) {
        // One more than the limit, because a CR before the LF does not count.
        if self.begun.len().saturating_add(octets.len()) > self.octets_max.saturating_add(1) {
            self.begun = Vec::new();
            self.too_long = true;
        }
        if !self.too_long {
            self.begun.extend_from_slice(octets);
        }
    }

    fn line<'a>(&self, octets: Cow<'a, [u8]>) -> Line<'a> {
        let octets = match octets {
            Cow::Borrowed(octets) => Cow::Borrowed(octets.strip_suffix(b"\r").unwrap_or(octets)),
            Cow::Owned(mut octets) => {
                if octets.last() == Some(&b'\r') {
                    octets.pop();
                }
                Cow::Owned(octets)
            }
        };
        if octets.len() > self.octets_max {
            Line::TooLong
        } else {
            Line::Whole(octets)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_OCTETS_MAX, Line, LineSplitter};

    fn split(pieces: &[&[u8]]) -> Vec<String> {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        let mut each = |line: Line<'_>| {
            lines.push(match line {
                Line::Whole(octets) => String::from_utf8(octets.into_owned()).unwrap(),
                Line::TooLong => "too long".to_owned(),
            });
        };
        for piece in pieces {
            splitter.push(piece, &mut each);
        }
        splitter.finish(&mut each);
        lines
    }

    #[test]
    fn the_same_lines_wherever_the_segments_end() {
        let octets = "grüß\r\n\n€ uro\nlast".as_bytes();
        let whole = split(&[octets]);
        assert_eq!(whole, ["grüß", "", "€ uro", "last"]);
        for at in 0..=octets.len() {
            assert_eq!(split(&[&octets[..at], &octets[at..]]), whole, "cut at {at}");
        }
        let single: Vec<&[u8]> = octets.chunks(1).collect();
        assert_eq!(split(&single), whole);
    }

    #[test]
    fn a_line_over_the_limit_is_refused_and_the_next_one_is_not() {
        let fits = "a".repeat(LINE_OCTETS_MAX);
        let over = "b".repeat(LINE_OCTETS_MAX + 1);
        for end in ["\n", "\r\n"] {
            let text = format!("{fits}{end}{over}{end}next{end}");
            let lines = [fits.as_str(), "too long", "next"];
            assert_eq!(split(&[text.as_bytes()]), lines);
            for size in [1, 7, 4096] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                assert_eq!(split(&pieces), lines, "pieces of {size}");
            }
        }
    }

    #[test]
    fn a_line_without_end_costs_bounded_memory() {
        let mut splitter = LineSplitter::default();
        for _ in 0..1000 {
            splitter.push(&[b'x'; 1000], |line| panic!("{line:?}"));
            assert!(splitter.begun.capacity() <= 4 * LINE_OCTETS_MAX);
        }
    }
}
