//! What was received on a connection and not used yet.

use std::io::{self, Read as _};

use super::request_body::Leftover;
use crate::net::TimedStream;

/// Octets that are read in at the end of a buffer and used from its start.
pub(super) struct Received {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Received {
    /// Nothing yet, and room for `room` octets, of which there must be some.
    pub(super) fn with_room(room: usize) -> Self {
        Self {
            buffer: vec![0; room],
            start: 0,
            end: 0,
        }
    }

    /// What is there.
    pub(super) fn octets(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether nothing is there.
    pub(super) const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The first `count` octets are used.
    pub(super) fn use_up(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
    }

    /// Keeps what was not used of a request.
    pub(super) fn keep(&mut self, leftover: &Leftover) {
        match leftover {
            Leftover::WithHead(count) => {
                self.start = self.end.saturating_sub(*count).max(self.start);
            }
            Leftover::Later(later) => self.replace_with(later.octets()),
        }
    }

    /// Takes `octets` in place of what is there.
    pub(super) fn replace_with(&mut self, octets: &[u8]) {
        if self.buffer.len() < octets.len() {
            self.buffer.resize(octets.len(), 0);
        }
        if let Some(front) = self.buffer.get_mut(..octets.len()) {
            front.copy_from_slice(octets);
        }
        (self.start, self.end) = (0, octets.len());
    }

    /// Reads what comes behind it; false at the end of the connection.
    ///
    /// Whoever uses it bounds what is there: past the limits on heads, chunk lines and trailers the decoders refuse.
    pub(super) fn read_from(&mut self, mut stream: &TimedStream) -> io::Result<bool> {
        let (count, _) = self.read_with(|space| stream.read(space))?;
        Ok(count > 0)
    }

    /// Reads what is there, and says how much it was and whether there was room for more.
    pub(super) fn read_at_hand(&mut self, stream: &TimedStream) -> io::Result<(usize, bool)> {
        self.read_with(|space| stream.read_at_hand(space))
    }

    fn read_with(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<(usize, bool)> {
        const STEADY_OCTETS: usize = 64 * 1024;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end.saturating_sub(self.start));
            } else {
                let len = self.buffer.len().saturating_mul(2);
                self.buffer.resize(len, 0);
            }
        }
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        let room = space.len();
        let count = read(space)?;
        self.end = self.end.saturating_add(count);
        if self.end == self.buffer.len() && self.buffer.len() < STEADY_OCTETS {
            // More than a head or two: fewer, larger reads.
            self.buffer.resize(STEADY_OCTETS, 0);
        }
        Ok((count, count < room))
    }
}
