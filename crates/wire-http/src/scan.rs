//! Looking for the end of a section that arrives in pieces, without looking at any octet twice.

/// How far the lines of a section were looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Scan {
    /// Octets looked at.
    seen: usize,
    /// Where the line in progress starts.
    line_start: usize,
    /// Lines that have ended, empty ones before the first other among them.
    lines: usize,
    /// Whether a line that is not empty has begun.
    begun: bool,
}

/// The bounds that make decoding worth a try because it will refuse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanBounds {
    pub(crate) octets: usize,
    pub(crate) lines: usize,
    pub(crate) first_line: usize,
    /// Whether LF alone ends a line.
    pub(crate) lenient: bool,
    /// Whether an empty line ends the section even if it is the first.
    pub(crate) may_be_empty: bool,
}

impl Scan {
    pub(crate) const fn new() -> Self {
        Self {
            seen: 0,
            line_start: 0,
            lines: 0,
            begun: false,
        }
    }

    /// Looks at the octets after those seen before. True if decoding may not say `Incomplete`: the section has ended, there
    /// is an octet or a size that is refused, or a start line has ended, which is refused alone if it is wrong: whoever sent
    /// it may send no more.
    pub(crate) fn look(&mut self, octets: &[u8], bounds: &ScanBounds) -> bool {
        let mut before = self
            .seen
            .checked_sub(1)
            .and_then(|last| octets.get(last))
            .copied();
        for &octet in octets.get(self.seen..).unwrap_or_default() {
            let after_return = before == Some(b'\r');
            before = Some(octet);
            let line_len = self.seen.saturating_sub(self.line_start);
            self.seen = self.seen.saturating_add(1);
            match octet {
                b'\n' if after_return || bounds.lenient => {
                    let empty = line_len == usize::from(after_return);
                    // Trailers have no line that could be whole without the others.
                    let ends_first = !empty && !self.begun && !bounds.may_be_empty;
                    self.line_start = self.seen;
                    self.lines = self.lines.saturating_add(1);
                    self.begun |= !empty;
                    if ends_first
                        || empty && (self.begun || bounds.may_be_empty)
                        || self.lines > bounds.lines
                    {
                        return true;
                    }
                }
                b'\n' => return true,
                _ if after_return => return true,
                b'\r' | b'\t' => {}
                0..=0x1f | 0x7f => return true,
                _ => {}
            }
            if self.seen > bounds.octets || (!self.begun && line_len > bounds.first_line) {
                return true;
            }
        }
        false
    }

    /// How many octets were looked at.
    pub(crate) const fn seen(&self) -> usize {
        self.seen
    }
}
