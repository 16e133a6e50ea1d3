//! Carrying out what the room says.

use super::{ENDING_MAX, Hub, Place};
use crate::commands::chat::room::{Effect, Event, MemberId, Reason, Via};
use crate::commands::chat::transcript::Origin;
use crate::show::Transport;

impl Hub {
    /// Carries out every effect, and lets those go whose buffer it filled.
    pub(super) fn carry_out(&mut self) {
        while !self.effects.is_empty() || !self.slow.is_empty() {
            let mut effects = core::mem::take(&mut self.effects);
            for effect in effects.drain(..) {
                match effect {
                    Effect::Tell(who, line) => self.tell(who, line.as_bytes()),
                    Effect::TellOthers(but, line) => self.tell_others(but, line.as_bytes()),
                    Effect::Ended(who) => self.end(who),
                    Effect::Event(event) => self.record(&event),
                }
            }
            // Empty again, and given back because it has its capacity.
            self.effects = effects;
            for who in core::mem::take(&mut self.slow) {
                self.room.leave(who, Reason::Slow, &mut self.effects);
            }
        }
    }

    fn tell(&mut self, who: MemberId, line: &[u8]) {
        match self.places.get(&who).copied() {
            Some(Place::Connection { slot, .. }) => self.tell_connection(slot, line),
            Some(Place::Datagrams(ends)) => self.send_datagram(ends, line),
            Some(Place::Terminal) => {
                let text = String::from_utf8_lossy(line);
                self.transcript.aside(text.trim_end());
            }
            None => {}
        }
    }

    fn tell_others(&mut self, but: MemberId, line: &[u8]) {
        let is_watched = self.context.tap.is_watched();
        let mut seen = Vec::new();
        for (slot, connection) in self.connections.iter_mut() {
            if connection.has_left || connection.member == but {
                continue;
            }
            if !connection.tell(line) {
                connection.forget_unread();
                connection.has_left = true;
                self.slow.push(connection.member);
            }
            if is_watched {
                seen.push((connection.local, connection.peer));
            }
            if !connection.is_dirty {
                connection.is_dirty = true;
                self.dirty.push(slot);
            }
        }
        for (local, peer) in seen {
            self.context.tap.see_data(Transport::Tcp, local, peer, line);
        }
        for (ends, who) in &self.datagram_members {
            if *who != but {
                self.send_datagram(*ends, line);
            }
        }
        // The transcript already has the event that this line is about.
    }

    fn tell_connection(&mut self, slot: usize, line: &[u8]) {
        let Some(connection) = self.connections.get_mut(slot) else {
            return;
        };
        let (member, local, peer) = (connection.member, connection.local, connection.peer);
        if !connection.tell(line) {
            connection.forget_unread();
            self.slow.push(member);
        }
        self.context.tap.see_data(Transport::Tcp, local, peer, line);
        self.mark_dirty(slot);
    }

    /// Somebody is not in the room any more: what is left is written, then the connection is closed.
    fn end(&mut self, who: MemberId) {
        match self.places.get(&who).copied() {
            Some(Place::Connection { slot, .. }) => {
                let now = self.now();
                if let Some(connection) = self.connections.get_mut(slot)
                    && connection.member == who
                {
                    let moment = now.saturating_add(ENDING_MAX);
                    connection.has_left = true;
                    self.endings.push_back((moment, slot, who));
                    self.mark_dirty(slot);
                    // Octets that arrived before the end are read and forgotten.
                    self.again.push(slot);
                }
            }
            Some(Place::Datagrams(ends)) => {
                self.datagram_members.remove(&ends);
            }
            Some(Place::Terminal) | None => {}
        }
    }

    fn record(&mut self, event: &Event) {
        let who = event.who();
        let origin = match self.places.get(&who) {
            Some(Place::Connection { peer, .. }) => Origin {
                via: Via::Tcp,
                address: Some(*peer),
            },
            Some(Place::Datagrams(ends)) => Origin {
                via: Via::Udp,
                address: Some(ends.peer),
            },
            Some(Place::Terminal) | None => Origin {
                via: Via::Terminal,
                address: None,
            },
        };
        self.transcript.record(event, origin);
        // The last that is heard of a member.
        if matches!(event, Event::Left { .. }) {
            self.places.remove(&who);
        }
    }
}
