//! Members who come over TCP: accepting, reading, writing, closing.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Token};

use super::{FIRST_CONNECTION, Hub, Place};
use crate::commands::chat::connection::{Connection, Progress};
use crate::commands::chat::room::{Reason, Room, Via};
use crate::net::{READING, system_text};
use crate::show::Transport;

impl Hub {
    /// Lets in whoever waits at the door; a crowd is let in over several turns.
    pub(super) fn accept(&mut self) {
        const ACCEPTED_MAX: usize = 256;
        const PAUSE: Duration = Duration::from_millis(50);
        self.accept_again = None;
        for _ in 0..ACCEPTED_MAX {
            let Some(listener) = &self.listener else {
                return;
            };
            match listener.accept() {
                Ok((stream, peer)) => {
                    if let Err(error) = self.admit(stream, peer) {
                        self.context
                            .out
                            .remark(|| format!("{peer} ended: {}", system_text(&error)));
                    }
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return,
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted => {}
                    _ => {
                        // Out of descriptors, mostly: those who wait are let in when somebody has left.
                        self.context
                            .out
                            .remark(|| format!("cannot accept: {}", system_text(&error)));
                        self.accept_again = Some(self.now().saturating_add(PAUSE));
                        return;
                    }
                },
            }
        }
        self.accept_again = Some(Duration::ZERO);
    }

    fn admit(&mut self, mut stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        if !self.limits.lets_in(peer, &self.context.out) {
            return Ok(());
        }
        if self.is_full() {
            self.context
                .out
                .remark(|| format!("{peer} turned away: the room is full"));
            // What the system does not take at once is not worth waiting for.
            let _ = io::Write::write(&mut stream, Room::full().as_bytes());
            return Ok(());
        }
        // Each message leaves at once, also while an earlier one is not acknowledged yet.
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        let slot = self.connections.vacant_key();
        self.poll.registry().register(
            &mut stream,
            Token(slot.saturating_add(FIRST_CONNECTION)),
            READING | Interest::WRITABLE,
        )?;
        self.context.out.remark(|| format!("{peer} connected"));
        self.context.tap.connected(peer, local);
        if let Some(count) = &mut self.served.connections {
            *count = count.saturating_add(1);
        }
        let now = self.now();
        let member = self.room.join(Via::Tcp, now, &mut self.effects);
        let connection = Connection::new(stream, peer, local, member);
        let slot = self.connections.insert(connection);
        self.places.insert(member, Place::Connection { slot, peer });
        self.carry_out();
        Ok(())
    }

    /// Reads one buffer from a connection; the rest has to wait for the next turn.
    pub(super) fn read(&mut self, slot: usize) {
        let mut buffer = core::mem::take(&mut self.buffer);
        self.read_into(slot, &mut buffer);
        self.buffer = buffer;
    }

    fn read_into(&mut self, slot: usize, buffer: &mut [u8]) {
        /// One talkative member must not keep the others waiting for long.
        const TURN_OCTETS_MAX: usize = 16 * 1024;
        let Some(connection) = self.connections.get_mut(slot) else {
            return;
        };
        if connection.has_left {
            return self.drain(slot);
        }
        let buffer = buffer.get_mut(..TURN_OCTETS_MAX).unwrap_or_default();
        let stops_short = connection.stops_short;
        let (who, peer, local) = (connection.member, connection.peer, connection.local);
        let full = buffer.len();
        match connection.read(buffer) {
            Ok((Progress::Waits, _)) => {}
            Ok((Progress::More, octets)) => {
                // Less than was asked for means that nothing more is there yet (epoll(7)), unless the end is or urgent data.
                let mut lines = core::mem::take(&mut connection.lines);
                if octets.len() == full || stops_short {
                    self.again.push(slot);
                }
                self.heard.octets = self.heard.octets.saturating_add(octets.len());
                self.context
                    .tap
                    .see_data(Transport::Tcp, peer, local, octets);
                // The splitter is taken out so that each line is carried out before the next is looked at.
                let now = self.now();
                self.room.heard(who, now);
                lines.push(octets, |line| {
                    self.room.line(who, &line, now, &mut self.effects);
                    self.carry_out();
                });
                if let Some(connection) = self.connections.get_mut(slot) {
                    connection.lines = lines;
                }
            }
            Ok((Progress::Ended, _)) => {
                let mut lines = core::mem::take(&mut connection.lines);
                let now = self.now();
                lines.finish(|line| {
                    self.room.line(who, &line, now, &mut self.effects);
                    self.carry_out();
                });
                self.room.leave(who, Reason::Closed, &mut self.effects);
                self.carry_out();
                if let Some(connection) = self.connections.get_mut(slot) {
                    connection.has_peer_ended = true;
                }
            }
            Err(error) => {
                self.context
                    .out
                    .remark(|| format!("{peer} ended: {}", system_text(&error)));
                self.room.leave(who, Reason::Lost, &mut self.effects);
                self.carry_out();
                self.forget(slot);
            }
        }
    }

    /// Reads and forgets what somebody sends who has left: closing with unread octets would make the system send a
    /// reset, which can overtake the good-bye.
    pub(super) fn drain(&mut self, slot: usize) {
        const DRAINED_MAX: usize = 16;
        let mut scratch = [0; 4096];
        for _ in 0..DRAINED_MAX {
            let Some(connection) = self.connections.get_mut(slot) else {
                return;
            };
            match connection.read(&mut scratch) {
                Ok((Progress::Waits, _)) => return,
                Ok((Progress::More, _)) => {}
                Ok((Progress::Ended, _)) => {
                    connection.has_peer_ended = true;
                    if connection.is_write_ended() {
                        self.forget(slot);
                    }
                    return;
                }
                Err(_) => return self.forget(slot),
            }
        }
        self.again.push(slot);
    }

    /// The connection has something to write, or can be written to again.
    pub(super) fn mark_dirty(&mut self, slot: usize) {
        if let Some(connection) = self.connections.get_mut(slot)
            && !connection.is_dirty
        {
            connection.is_dirty = true;
            self.dirty.push(slot);
        }
    }

    /// One write to each connection that has something new to read.
    pub(super) fn write_dirty(&mut self) {
        while !self.dirty.is_empty() {
            for slot in core::mem::take(&mut self.dirty) {
                let Some(connection) = self.connections.get_mut(slot) else {
                    continue;
                };
                connection.is_dirty = false;
                let (who, peer) = (connection.member, connection.peer);
                match connection.write() {
                    Ok(()) => {
                        if connection.has_peer_ended && connection.is_write_ended() {
                            self.forget(slot);
                        }
                    }
                    Err(error) => {
                        self.context
                            .out
                            .remark(|| format!("{peer} ended: {}", system_text(&error)));
                        self.forget(slot);
                        self.room.leave(who, Reason::Lost, &mut self.effects);
                    }
                }
            }
            // Those who are still there hear of those who were lost, in another round.
            self.carry_out();
        }
    }

    /// Closes the connections of those who have left and take too long to close theirs.
    pub(super) fn close_overdue(&mut self, now: Duration) {
        while let Some((moment, slot, member)) = self.endings.front().copied() {
            let is_over = self
                .connections
                .get_mut(slot)
                .is_none_or(|connection| connection.member != member);
            if !is_over && moment > now {
                return;
            }
            self.endings.pop_front();
            if !is_over {
                self.forget(slot);
            }
        }
    }

    /// Everyone is told that the room closes, and every connection ends when that is written.
    pub(super) fn tell_closing(&mut self) {
        let line = Room::closing();
        for peer in core::mem::take(&mut self.datagram_members).into_keys() {
            self.send_datagram(peer, line.as_bytes());
        }
        for (slot, connection) in self.connections.iter_mut() {
            if !connection.has_left {
                if !connection.tell(line.as_bytes()) {
                    connection.forget_unread();
                    connection.tell(line.as_bytes());
                }
                connection.has_left = true;
            }
            if !connection.is_dirty {
                connection.is_dirty = true;
                self.dirty.push(slot);
            }
        }
    }

    fn forget(&mut self, slot: usize) {
        if let Some(mut connection) = self.connections.try_remove(slot) {
            // Closing the socket takes it out of the system's list as well.
            let _ = self.poll.registry().deregister(&mut connection.stream);
            self.context
                .out
                .remark(|| format!("{} done", connection.peer));
        }
    }
}
