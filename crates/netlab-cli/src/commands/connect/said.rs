//! What a server says, printed line by line as it comes.

use std::io;
use std::time::{Duration, Instant};

use crate::output::{Output, without_end};

/// Everything said so far.
#[derive(Debug)]
pub(super) struct Said {
    begun: Instant,
    first_octet: Option<Duration>,
    octets: Vec<u8>,
    /// Where the line begins that has not ended yet. Only whole lines are printed, so no character is ever cut.
    line_start: usize,
}

impl Said {
    /// Nothing yet, from now on.
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            first_octet: None,
            octets: Vec::new(),
            line_start: 0,
        }
    }

    /// How long the first octet took, if there was one.
    pub(super) const fn first_octet(&self) -> Option<Duration> {
        self.first_octet
    }

    /// The first octet is there.
    pub(super) fn note_first_octet(&mut self) -> Duration {
        *self.first_octet.insert(self.begun.elapsed())
    }

    /// Prints the lines that are whole now.
    pub(super) fn hear(&mut self, octets: &[u8], out: &Output) -> io::Result<()> {
        let before = self.octets.len();
        self.octets.extend_from_slice(octets);
        let Some(last_end) = octets.iter().rposition(|octet| *octet == b'\n') else {
            return Ok(());
        };
        let end = before.saturating_add(last_end).saturating_add(1);
        let whole = self.octets.get(self.line_start..end).unwrap_or_default();
        for line in whole.split_inclusive(|octet| *octet == b'\n') {
            print(line, out)?;
        }
        self.line_start = end;
        Ok(())
    }

    /// Prints the last line if nothing ended it.
    pub(super) fn end(&mut self, out: &Output) -> io::Result<()> {
        let line = self.octets.get(self.line_start..).unwrap_or_default();
        if !line.is_empty() {
            print(line, out)?;
        }
        self.line_start = self.octets.len();
        Ok(())
    }

    /// How many octets there were.
    pub(super) fn octets(&self) -> usize {
        self.octets.len()
    }

    /// All of it; what is not UTF-8 is replaced.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.octets).into_owned()
    }
}

fn print(line: &[u8], out: &Output) -> io::Result<()> {
    out.peer_line(&String::from_utf8_lossy(without_end(line)))
}
