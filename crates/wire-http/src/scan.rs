//! Looking for the end of a section that arrives in pieces, without looking at any octet twice.

use crate::grammar::{is_field_octet, is_path_octet, is_tchar};

/// How far the lines of a section were looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Scan {
    /// Octets looked at.
    seen: usize,
    /// Where the line in progress starts.
    line_start: usize,
    /// Lines that have ended, but for empty ones before the first other.
    lines: usize,
    /// Whether a line that is not empty has ended.
    begun: bool,
    /// Whether the field line in progress has its colon.
    colon: bool,
    /// How many parts of the request line have ended, plus the octets of its version so far.
    parts: u8,
}

/// The bounds that make decoding worth a try because it will refuse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanBounds {
    pub(crate) octets: usize,
    pub(crate) lines: usize,
    pub(crate) first_line: usize,
    /// Whether LF alone ends a line.
    pub(crate) lenient: bool,
    /// What stands before the field lines.
    pub(crate) start: StartLine,
    /// How many octets decoding has found incomplete and not wrong already.
    pub(crate) judged: usize,
}

/// The line that a section starts with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StartLine {
    Request,
    Status,
    /// A trailer section: an empty line ends it even if it is the first, and nothing is judged before.
    None,
}

impl Scan {
    pub(crate) const fn new() -> Self {
        Self {
            seen: 0,
            line_start: 0,
            lines: 0,
            begun: false,
            colon: false,
            parts: 0,
        }
    }

    /// Looks at the octets after those seen before. True if decoding may not say `Incomplete`: the section has ended, there
    /// is an octet or a size that is refused, or a start line or a part of a request line has ended, which is refused alone
    /// if it is wrong: whoever sent it may send no more.
    pub(crate) fn look(&mut self, octets: &[u8], bounds: &ScanBounds) -> bool {
        let mut before = self
            .seen
            .checked_sub(1)
            .and_then(|last| octets.get(last))
            .copied();
        while let Some((&octet, after)) = octets.get(self.seen..).and_then(<[u8]>::split_first) {
            let after_return = before == Some(b'\r');
            before = Some(octet);
            if self.colon && !after_return && is_field_octet(octet) {
                // Most octets are of values, where any other of them may follow.
                let more = after.iter().take_while(|octet| is_field_octet(**octet));
                self.seen = self.seen.saturating_add(more.count()).saturating_add(1);
                if self.seen > bounds.octets.max(bounds.judged) {
                    return true;
                }
                continue;
            }
            let line_len = self.seen.saturating_sub(self.line_start);
            self.seen = self.seen.saturating_add(1);
            let too_long = self.seen > bounds.octets || !self.begun && line_len > bounds.first_line;
            let worth_a_try = match octet {
                b'\n' if after_return || bounds.lenient => {
                    let empty = line_len == usize::from(after_return);
                    let trailers = bounds.start == StartLine::None;
                    // Trailers have no line that could be whole without the others.
                    let judged = !(empty || trailers || self.begun && self.colon);
                    self.line_start = self.seen;
                    self.begun |= !empty;
                    self.lines = self.lines.saturating_add(usize::from(self.begun));
                    self.colon = false;
                    judged || empty && (self.begun || trailers)
                }
                b'\n' => true,
                _ if after_return => true,
                0..=0x1f | 0x7f if octet != b'\r' && octet != b'\t' => true,
                _ if line_len == 0 && self.lines >= bounds.lines && octet != b'\r' => true,
                _ => self.is_worth_a_try(octet, line_len, bounds.start),
            };
            if (worth_a_try || too_long) && self.seen > bounds.judged {
                return true;
            }
        }
        false
    }

    /// Whether the next octet of a line is wrong there, or ends a part of the request line.
    fn is_worth_a_try(&mut self, octet: u8, line_len: usize, start: StartLine) -> bool {
        match (start, self.begun) {
            (StartLine::None, _) | (StartLine::Status, false) => false,
            (_, true) if self.colon => false,
            (_, true) => match octet {
                b':' => {
                    self.colon = true;
                    line_len == 0
                }
                b'\r' => line_len != 0,
                _ => !is_tchar(octet),
            },
            (StartLine::Request, false) => match (self.parts, octet) {
                (_, b' ') => {
                    self.parts = self.parts.saturating_add(1);
                    true
                }
                (_, b'\r') => false,
                (0, _) => !is_tchar(octet),
                // The others are wrong only in some places, or with some limits.
                (1, _) => !is_path_octet(octet) && !b"%[]\\^`{|}".contains(&octet),
                (parts, _) => {
                    self.parts = parts.saturating_add(1);
                    match b"HTTP/0.0".get(usize::from(parts).wrapping_sub(2)) {
                        Some(b'0') => !octet.is_ascii_digit(),
                        expected => expected != Some(&octet),
                    }
                }
            },
        }
    }

    /// How many octets were looked at.
    pub(crate) const fn seen(&self) -> usize {
        self.seen
    }
}
