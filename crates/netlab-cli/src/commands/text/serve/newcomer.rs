//! A client's first turns, which are all that most clients have: a line comes, its answer goes, and the client is gone.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Instant;

use mio::net::{TcpListener, TcpStream};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use textxform::Transform as _;

use super::client::{Client, Desk, Turn};

/// A client of whom nothing has to be remembered but its connection.
pub(super) struct Newcomer {
    pub(super) stream: TcpStream,
    pub(super) peer: Peer,
    /// How many turns it has had.
    turns: u8,
    said: Said,
}

/// A client's address, where somebody is told of it; elsewhere it is to take no room in the cache.
#[derive(Debug)]
pub(super) struct Peer(pub(super) Option<Box<SocketAddr>>);

/// Who is no newcomer any more.
pub(super) enum Heard {
    /// The conversation is over and the connection closed.
    Over(Peer, io::Result<()>),
    /// There is something to remember of it.
    Client(Client, Turn),
}

/// What is to be done for a newcomer.
enum Said {
    /// Nothing: it waits for the client to say something.
    Nothing,
    /// To answer this part of the input buffer.
    Piece(Range<usize>),
    /// To close the connection.
    End,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("a client"),
        }
    }
}

impl Newcomer {
    pub(super) const fn new(stream: TcpStream, peer: Peer) -> Self {
        Self {
            stream,
            peer,
            turns: 0,
            said: Said::Nothing,
        }
    }

    /// Accepts who waits, if anybody does. Its address costs the system time, so it is asked for only if it `is_named`.
    pub(super) fn accept(listener: &TcpListener, is_named: bool) -> io::Result<Option<Self>> {
        #[cfg(not(target_vendor = "apple"))]
        if !is_named {
            use rustix::net::{SocketFlags, accept_with};
            return match accept_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                Ok(socket) => {
                    let stream = TcpStream::from_std(socket.into());
                    Ok(Some(Self::new(stream, Peer(None))))
                }
                Err(Errno::AGAIN) => Ok(None),
                Err(error) => Err(error.into()),
            };
        }
        match listener.accept() {
            Ok((stream, peer)) => Ok(Some(Self::new(
                stream,
                Peer(is_named.then(|| Box::new(peer))),
            ))),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it had turns enough, in which most others have gone. To tell the poll of a client that sends one line and goes would
    /// cost more than the line.
    pub(super) const fn is_old(&self) -> bool {
        self.turns >= 3
    }
}

/// Gives each newcomer a turn, in which a piece is read and answered, and takes out who is none any more. Those who are gone
/// without anybody to be told of it are not given back.
pub(super) fn turns(newcomers: &mut Vec<Newcomer>, desk: &mut Desk, now: Instant) -> Vec<Heard> {
    for newcomer in &mut *newcomers {
        newcomer.turns = newcomer.turns.saturating_add(1);
    }
    if desk.is_quick {
        return quick_turns(newcomers, desk, now);
    }
    let mut heard = Vec::new();
    for newcomer in std::mem::take(newcomers) {
        let turns = newcomer.turns;
        let mut client = Client::new(newcomer, now);
        match client.turn(desk, false, now) {
            Turn::Over(result) => {
                client.leave(desk);
                heard.push(Heard::Over(client.peer, result));
            }
            Turn::Wait { .. } if client.is_plain() => newcomers.push(Newcomer {
                turns,
                ..Newcomer::new(client.stream, client.peer)
            }),
            turn => heard.push(Heard::Client(client, turn)),
        }
    }
    heard
}

/// The least room that a piece is read to.
const ROOM_OCTETS: usize = 16 * 1024;

/// The same where [`Desk::is_quick`]: all are read, then what was read goes through the chain, then all are answered. One kind of
/// work after the other finds its way in the processor's caches, and with a connection for each line, what stands around the
/// system calls is most of the server's own work.
fn quick_turns(newcomers: &mut Vec<Newcomer>, desk: &mut Desk, now: Instant) -> Vec<Heard> {
    let mut heard = Vec::new();
    let mut next = 0_usize;
    while next < newcomers.len() {
        let first = next;
        let mut filled = 0_usize;
        for newcomer in newcomers.iter_mut().skip(first) {
            match desk.input.get_mut(filled..) {
                Some(room) if room.len() >= ROOM_OCTETS => newcomer.hear(room, &mut filled),
                _ => break,
            }
            next = next.saturating_add(1);
        }
        if filled == 0 {
            continue;
        }
        if let Some(chain) = desk.shared.as_in_place() {
            chain.push_in_place(desk.input.get_mut(..filled).unwrap_or_default());
        }
        let mut is_answered = true;
        for newcomer in newcomers.get_mut(first..next).unwrap_or_default() {
            is_answered &= newcomer.answer(desk);
        }
        if !is_answered {
            let before = newcomers.len();
            let unanswered = |newcomer: &mut Newcomer| matches!(newcomer.said, Said::Piece(_));
            let rest = newcomers.extract_if(first..next, unanswered);
            heard.extend(rest.map(|newcomer| newcomer.remembered(desk, now)));
            next = next.saturating_sub(before.saturating_sub(newcomers.len()));
        }
    }
    newcomers.retain(|newcomer| !matches!(newcomer.said, Said::End));
    heard
}

impl Newcomer {
    /// Reads a piece to the `room` behind what is `filled` of the input buffer.
    fn hear(&mut self, room: &mut [u8], filled: &mut usize) {
        self.said = match recv(&self.stream, room, RecvFlags::empty()) {
            Ok((count @ 1.., _)) => {
                let start = *filled;
                *filled = start.saturating_add(count);
                Said::Piece(start..*filled)
            }
            Err(Errno::AGAIN | Errno::INTR) => Said::Nothing,
            Ok(_) | Err(_) => Said::End,
        };
    }

    /// Sends the answer to what it said. False for one that is not whole, or has more to come.
    fn answer(&mut self, desk: &Desk) -> bool {
        let Said::Piece(piece) = &mut self.said else {
            return true;
        };
        let octets = desk.input.get(piece.clone()).unwrap_or_default();
        // Why it failed, if it did, is said when the rest is sent.
        let sent = send(&self.stream, octets, SendFlags::empty()).unwrap_or(0);
        // Less than there was room for is everything there was.
        let is_whole = sent == octets.len() && piece.end < desk.input.len();
        if is_whole {
            self.said = Said::Nothing;
        } else {
            piece.start = piece.start.saturating_add(sent);
        }
        is_whole
    }

    /// The client, with the rest of its answer.
    fn remembered(self, desk: &mut Desk, now: Instant) -> Heard {
        let (rest, more) = match &self.said {
            Said::Piece(piece) => (
                desk.input.get(piece.clone()).unwrap_or_default().to_vec(),
                piece.end == desk.input.len(),
            ),
            Said::Nothing | Said::End => Default::default(),
        };
        let mut client = Client::new(self, now);
        let turn = client.answered(&rest, more, desk, now);
        Heard::Client(client, turn)
    }
}

#[cfg(test)]
mod tests;
