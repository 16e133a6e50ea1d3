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
        // Moving no more than was written keeps this linear in what passes.
        if self.written > self.unread.len().saturating_sub(self.written) {
            self.drop_written();
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
        self.drop_written();
        self.give_memory_back();
    }

    /// Forgets what was written but for its last octet, which tells whether a line was begun.
    fn drop_written(&mut self) {
        let dropped = self.written.saturating_sub(1);
        self.unread.drain(..dropped);
        self.written = self.written.saturating_sub(dropped);
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
        self.give_memory_back();
        Ok(())
    }

    /// Keeps no more memory than a line or some need: a crowd that was slow once must not fill it for as long as it stays.
    fn give_memory_back(&mut self) {
        const KEPT_OCTETS: usize = 16 * 1024;
        self.unread.shrink_to(KEPT_OCTETS);
    }

    /// Whether everything is written and our side has ended.
    pub(super) const fn is_write_ended(&self) -> bool {
        self.is_write_ended
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    use super::{Connection, UNREAD_OCTETS_MAX};
    use crate::commands::chat::room::{Room, Via};

    /// A member's connection, and the member's end of it.
    fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let member = TcpStream::connect(local).unwrap();
        let (stream, peer) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        let stream = mio::net::TcpStream::from_std(stream);
        let who = Room::new(false, Duration::ZERO).join(Via::Tcp, Duration::ZERO, &mut Vec::new());
        (Connection::new(stream, peer, local, who), member)
    }

    #[test]
    fn memory_for_what_was_unread_is_given_back_once_it_is_read() {
        const ROUNDS_MAX: usize = 1_000_000;
        let (mut connection, mut member) = pair();
        let mut told = 0;
        while connection.tell(&[b'\n'; 1000]) {
            told += 1000;
        }
        assert!(connection.unread.capacity() >= UNREAD_OCTETS_MAX - 1000);
        member.set_nonblocking(true).unwrap();
        let (mut read, mut buffer) = (0, vec![0; 65_536]);
        for _ in 0..ROUNDS_MAX {
            connection.write().unwrap();
            read += member.read(&mut buffer).unwrap_or(0);
            if read == told {
                break;
            }
        }
        assert_eq!(read, told);
        assert!(connection.unread.capacity() < UNREAD_OCTETS_MAX / 8);
    }

    #[test]
    fn memory_for_what_is_forgotten_is_given_back() {
        let (mut connection, _member) = pair();
        while connection.tell(&[b'\n'; 1000]) {}
        connection.forget_unread();
        assert!(connection.unread.capacity() < UNREAD_OCTETS_MAX / 8);
    }

    #[test]
    fn a_line_that_was_begun_is_ended_however_often_the_rest_is_forgotten() {
        let (mut connection, _member) = pair();
        connection.unread = b"first\nsecond\nthird\n".to_vec();
        connection.written = 8;
        for _ in 0..2 {
            connection.forget_unread();
            assert_eq!(&connection.unread[connection.written..], b"cond\n");
        }
        connection.unread = b"first\nsecond\n".to_vec();
        connection.written = 6;
        connection.forget_unread();
        assert_eq!(&connection.unread[connection.written..], b"");
    }
}
