//! One TCP member's connection: what it has begun to say, and what it has not read yet.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};

use mio::net::TcpStream;

use super::lines::LineSplitter;
use super::room::MemberId;

/// The most octets kept for a member that does not read them; the system keeps some more.
pub(super) const UNREAD_OCTETS_MAX: usize = 256 * 1024;

/// A connection and its two buffers.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    pub(super) member: MemberId,
    pub(super) lines: LineSplitter,
    /// What is left to write begins at `written`.
    unread: Vec<u8>,
    written: usize,
    /// Whether the loop is going to write at the end of this turn.
    pub(super) is_dirty: bool,
    /// The member is not in the room any more: what is left is written, then the connection is closed.
    pub(super) has_left: bool,
    /// A read may give less than is there: the system said that the end of what the peer sends has arrived, or urgent data.
    pub(super) stops_short: bool,
    /// That end was read.
    pub(super) has_peer_ended: bool,
    is_write_ended: bool,
}

/// How far a read or write came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
    /// Nothing more can be done now.
    Waits,
    /// There may be more to do at once.
    More,
    /// The other side has ended.
    Ended,
}

impl Connection {
    /// A connection of a new member.
    pub(super) fn new(
        stream: TcpStream,
        peer: SocketAddr,
        local: SocketAddr,
        member: MemberId,
    ) -> Self {
        Self {
            stream,
            peer,
            local,
            member,
            lines: LineSplitter::default(),
            unread: Vec::new(),
            written: 0,
            is_dirty: false,
            has_left: false,
            stops_short: false,
            has_peer_ended: false,
            is_write_ended: false,
        }
    }

    /// Adds a line to be written; false if too much is unread already, and then nothing is added.
    pub(super) fn tell(&mut self, line: &[u8]) -> bool {
        if !self.has_room(line.len()) {
            // Much was said in one turn: only what the system does not take now is unread. A connection that broke says so
            // again when the turn ends.
            let _ = self.write_unread();
            if !self.has_room(line.len()) {
                return false;
            }
        }
        if self.written > UNREAD_OCTETS_MAX {
            self.unread.drain(..self.written);
            self.written = 0;
        }
        self.unread.extend_from_slice(line);
        true
    }

    fn has_room(&self, octets: usize) -> bool {
        let waiting = self.unread.len().saturating_sub(self.written);
        waiting.saturating_add(octets) <= UNREAD_OCTETS_MAX
    }

    /// Forgets what the member has not read, except for the rest of a line that it has begun to read.
    pub(super) fn forget_unread(&mut self) {
        let waiting = self.unread.get(self.written..).unwrap_or_default();
        let in_a_line = self
            .written
            .checked_sub(1)
            .and_then(|last| self.unread.get(last))
            .is_some_and(|octet| *octet != b'\n');
        let kept = if in_a_line {
            waiting
                .iter()
                .position(|octet| *octet == b'\n')
                .map_or(0, |end| end.saturating_add(1))
        } else {
            0
        };
        self.unread.truncate(self.written.saturating_add(kept));
    }

    /// Reads once into `buffer`.
    pub(super) fn read<'a>(&mut self, buffer: &'a mut [u8]) -> io::Result<(Progress, &'a [u8])> {
        loop {
            return match self.stream.read(buffer) {
                Ok(0) => Ok((Progress::Ended, &[])),
                Ok(count) => Ok((Progress::More, buffer.get(..count).unwrap_or_default())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    Ok((Progress::Waits, &[]))
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
        }
    }

    /// Writes what is unread, as far as the system takes it; once a member that has left was told everything, ends our side.
    pub(super) fn write(&mut self) -> io::Result<()> {
        self.write_unread()?;
        if self.unread.is_empty() && self.has_left && !self.is_write_ended {
            self.stream.shutdown(Shutdown::Write)?;
            self.is_write_ended = true;
        }
        Ok(())
    }

    /// Leaves nothing unread, or what the system does not take now.
    fn write_unread(&mut self) -> io::Result<()> {
        while let Some(waiting) = self
            .unread
            .get(self.written..)
            .filter(|waiting| !waiting.is_empty())
        {
            match self.stream.write(waiting) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.written = self.written.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.unread.clear();
        self.written = 0;
        Ok(())
    }

    /// Whether everything is written and our side has ended.
    pub(super) const fn is_write_ended(&self) -> bool {
        self.is_write_ended
    }
}
