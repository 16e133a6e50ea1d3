//! A client's first turns, which are all that most clients have: a line comes, its answer goes, and the client is gone.

use std::fmt;
use std::io;
use std::net::SocketAddr;
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
}

/// A client's address, where somebody is told of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<SocketAddr>);

/// What a newcomer's turn led to.
pub(super) enum Heard {
    /// Still there is nothing to remember of it.
    Newcomer(Newcomer),
    /// The conversation is over and the connection closed.
    Over(Peer, io::Result<()>),
    /// There is something to remember of it.
    Client(Client, Turn),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("a client"),
        }
    }
}

impl Newcomer {
    /// Accepts who waits. Its address costs the system time, so it is asked for only if it `is_named`.
    pub(super) fn accept(listener: &TcpListener, is_named: bool) -> io::Result<Self> {
        #[cfg(not(target_vendor = "apple"))]
        if !is_named {
            use rustix::net::{SocketFlags, accept_with};
            let socket = accept_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC)?;
            return Ok(Self {
                stream: TcpStream::from_std(socket.into()),
                peer: Peer(None),
            });
        }
        let (stream, peer) = listener.accept()?;
        let peer = Peer(is_named.then_some(peer));
        Ok(Self { stream, peer })
    }

    /// Reads and answers one piece.
    pub(super) fn turn(self, desk: &mut Desk, now: Instant) -> Heard {
        if desk.is_quick {
            return self.quick_turn(desk, now);
        }
        let mut client = Client::new(self, now);
        match client.turn(desk, false, now) {
            Turn::Over(result) => {
                client.leave(desk);
                Heard::Over(client.peer, result)
            }
            Turn::Wait { .. } if client.is_plain() => Heard::Newcomer(Self {
                stream: client.stream,
                peer: client.peer,
            }),
            turn => Heard::Client(client, turn),
        }
    }

    /// What [`Client::turn`] does for an answer that goes out whole, with nothing around the system calls and the transform: with
    /// a connection for each line, what stands around them is most of the server's own work.
    fn quick_turn(self, desk: &mut Desk, now: Instant) -> Heard {
        let count = match recv(&self.stream, desk.input.as_mut_slice(), RecvFlags::empty()) {
            Ok((0, _)) => return Heard::Over(self.peer, Ok(())),
            Ok((count, _)) => count,
            Err(Errno::AGAIN | Errno::INTR) => return Heard::Newcomer(self),
            Err(error) => return Heard::Over(self.peer, Err(error.into())),
        };
        let is_all = count < desk.input.len();
        let piece = desk.input.get_mut(..count).unwrap_or_default();
        if let Some(chain) = desk.shared.as_in_place() {
            chain.push_in_place(piece);
        }
        let mut sent = 0;
        if desk.shared.is_at_start() {
            // Why it failed, if it did, is said when the rest is sent.
            sent = send(&self.stream, piece, SendFlags::empty()).unwrap_or(0);
            if sent == count && is_all {
                return Heard::Newcomer(self);
            }
        }
        let rest = piece.get(sent..).unwrap_or_default().to_vec();
        let mut client = Client::new(self, now);
        let turn = client.answered(&rest, !is_all, desk, now);
        Heard::Client(client, turn)
    }
}

#[cfg(test)]
mod tests;
