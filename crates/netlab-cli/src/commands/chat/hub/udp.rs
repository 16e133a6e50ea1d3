//! Members who come by UDP: their first datagram lets them in.

use std::io;

use super::{Hub, Place};
use crate::commands::chat::lines::LineSplitter;
use crate::commands::chat::room::{Room, Via};
use crate::net::{Ends, system_text};
use crate::show::Transport;

/// Whether another room says so. A forged datagram, or a port used again, can make one room a member of another, and two that
/// answer each other never stop: what a room says lets nobody in, and its answer to a line is not answered.
fn is_from_a_room(datagram: &[u8], from_member: bool) -> bool {
    let mark: &[u8] = if from_member { b"* not sent: " } else { b"* " };
    datagram.starts_with(mark)
}

impl Hub {
    /// Takes the datagrams that wait; a flood is taken over several turns.
    pub(super) fn receive(&mut self) {
        const RECEIVED_MAX: usize = 128;
        let mut buffer = core::mem::take(&mut self.buffer);
        self.receive_again = true;
        for _ in 0..RECEIVED_MAX {
            let Some(socket) = &self.socket else {
                break;
            };
            match socket.receive(&mut buffer) {
                Ok((count, ends)) => {
                    let datagram = buffer.get(..count).unwrap_or_default();
                    self.datagram(datagram, ends);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.receive_again = false;
                    break;
                }
                // An ICMP answer to something sent earlier; nothing is wrong with this socket.
                Err(error) => self
                    .context
                    .out
                    .remark(|| format!("cannot receive: {}", system_text(&error))),
            }
        }
        self.buffer = buffer;
    }

    fn datagram(&mut self, datagram: &[u8], ends: Ends) {
        let Ends { peer, local } = ends;
        if !self.limits.lets_in(peer, &self.context.out) {
            return;
        }
        if let Some(count) = &mut self.served.datagrams {
            *count = count.saturating_add(1);
        }
        self.context
            .tap
            .see_data(Transport::Udp, peer, local, datagram);
        let now = self.now();
        let member = self.datagram_members.get(&ends);
        if is_from_a_room(datagram, member.is_some()) {
            self.context
                .out
                .remark(|| format!("{peer} was not heard: it is a room itself"));
            return;
        }
        let who = match member {
            Some(who) => *who,
            // Whoever is gone already does not come in to say so.
            None if datagram.trim_ascii() == b"/quit" => return,
            None if self.is_full() => {
                self.context
                    .out
                    .remark(|| format!("{peer} turned away: the room is full"));
                return self.send_datagram(ends, Room::full().as_bytes());
            }
            None => {
                let who = self.room.join(Via::Udp, now, &mut self.effects);
                self.datagram_members.insert(ends, who);
                self.places.insert(who, Place::Datagrams(ends));
                self.carry_out();
                who
            }
        };
        self.room.heard(who, now);
        // A datagram is whole: its end is the end of a line.
        let mut lines = LineSplitter::default();
        lines.push(datagram, |line| {
            self.room.line(who, &line, now, &mut self.effects);
            self.carry_out();
        });
        lines.finish(|line| {
            self.room.line(who, &line, now, &mut self.effects);
            self.carry_out();
        });
    }

    /// Sends one line to one member. Datagrams may get lost, and one that the system does not take is lost.
    pub(super) fn send_datagram(&self, ends: Ends, line: &[u8]) {
        let Some(socket) = &self.socket else {
            return;
        };
        self.context
            .tap
            .see_data(Transport::Udp, ends.local, ends.peer, line);
        if let Err(error) = socket.send(line, ends) {
            self.context
                .out
                .remark(|| format!("cannot tell {}: {}", ends.peer, system_text(&error)));
        }
    }
}
