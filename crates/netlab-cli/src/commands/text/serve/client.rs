//! One TCP client: what it sends is answered as it arrives.

use std::io;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use textxform::{Chain, Transform as _};

use super::newcomer::{Newcomer, Peer};
use crate::commands::text::octet_by_octet::is_octet_by_octet;
use crate::context::Context;
use crate::show::Transport;

/// What the clients of one server share.
pub(super) struct Desk {
    pub(super) context: Context,
    /// What each client's input goes through from its first octet.
    pattern: Chain,
    /// Serves every client whose input so far does not matter any more; between two turns it is at its start.
    pub(super) shared: Chain,
    /// Whether the chain changes each octet by itself and in place, and nobody is told of it.
    pub(super) is_quick: bool,
    /// Octets kept in memory for all clients together.
    kept: usize,
    /// Where a piece is read to, and changed in place where the chain can.
    pub(super) input: Vec<u8>,
    /// Where a chain that cannot puts what it makes.
    output: Vec<u8>,
}

impl Desk {
    /// Octets read in one go.
    const INPUT_OCTETS: usize = 64 * 1024;
    /// What is kept for one client while there is room.
    const CLIENT_KEPT_MAX: usize = 16 << 20;
    /// What is kept for all clients before each is held to [`Self::CROWDED_KEPT_MAX`].
    const KEPT_MAX: usize = 256 << 20;
    /// What is kept for one client in a crowd.
    const CROWDED_KEPT_MAX: usize = 64 << 10;

    pub(super) fn new(context: Context, chain: Chain) -> Self {
        let mut desk = Self {
            context,
            shared: chain.clone(),
            is_quick: is_octet_by_octet(&chain),
            pattern: chain,
            kept: 0,
            input: vec![0; Self::INPUT_OCTETS],
            output: Vec::new(),
        };
        desk.is_quick &= !desk.is_told();
        desk
    }

    /// Whether anybody is told what clients do.
    pub(super) fn is_told(&self) -> bool {
        self.context.out.is_verbose() || self.context.tap.is_watched()
    }

    fn kept_max(&self) -> usize {
        if self.kept < Self::KEPT_MAX {
            Self::CLIENT_KEPT_MAX
        } else {
            Self::CROWDED_KEPT_MAX
        }
    }
}

/// A client and what is kept for it.
pub(super) struct Client {
    pub(super) stream: TcpStream,
    pub(super) peer: Peer,
    /// Its own chain, from when the shared one would have had to remember something of its input.
    chain: Option<Box<Chain>>,
    /// When it last sent or took something.
    pub(super) active: Instant,
    phase: Phase,
    /// Answers it has not taken yet, from `sent` on.
    pending: Vec<u8>,
    sent: usize,
    /// Octets that came in since the chain last gave any: what it may be holding back.
    held: usize,
    /// What of the last two is counted in [`Desk::kept`].
    counted: usize,
}

/// How far the conversation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// The client may still send.
    Answering,
    /// The client has ended its side: it gets the rest.
    Ended,
    /// Its input was refused: it gets what was right and the reason, and what it still sends is thrown away, since closing
    /// before it has stopped would make the system send a reset that can overtake the reason.
    Refused {
        /// When it has had time enough to notice; set once it was sent everything and our side is ended.
        until: Option<Instant>,
    },
}

/// Whose octets they are.
#[derive(Clone, Copy, Debug)]
enum Sender {
    Client,
    Server,
}

/// Time for a client to notice that it was refused.
const NOTICE: Duration = Duration::from_secs(2);

/// What a turn led to.
#[derive(Debug)]
pub(super) enum Turn {
    /// Nothing to do until the socket is ready again; `for_writing` if it is full.
    Wait { for_writing: bool },
    /// There is more to do at once, after the others had their turn.
    Again,
    /// The conversation is over.
    Over(io::Result<()>),
}

impl Client {
    pub(super) fn new(newcomer: Newcomer, now: Instant) -> Self {
        Self {
            stream: newcomer.stream,
            peer: newcomer.peer,
            chain: None,
            active: now,
            phase: Phase::Answering,
            pending: Vec::new(),
            sent: 0,
            held: 0,
            counted: 0,
        }
    }

    /// Whether its socket and its address are all there is to remember of it.
    pub(super) fn is_plain(&self) -> bool {
        let is_answered = self.chain.is_none() && self.has_everything() && self.held == 0;
        is_answered && self.phase == Phase::Answering
    }

    /// Whether nothing waits to be taken by the client.
    pub(super) fn has_everything(&self) -> bool {
        self.pending.is_empty()
    }

    /// When the client has had its time, if it is idle from now on.
    pub(super) fn deadline(&self, idle: Duration) -> Option<Instant> {
        let idle = self.active.checked_add(idle);
        match self.phase {
            Phase::Refused { until: Some(until) } => {
                Some(idle.map_or(until, |idle| idle.min(until)))
            }
            Phase::Answering | Phase::Ended | Phase::Refused { until: None } => idle,
        }
    }

    /// Sends what waits, then reads and answers one piece. `stops_short` says that a read may give less than is there: the end of the
    /// input is already in sight, or urgent data.
    pub(super) fn turn(&mut self, desk: &mut Desk, stops_short: bool, now: Instant) -> Turn {
        let turn = self
            .work(desk, stops_short, now)
            .unwrap_or_else(|error| Turn::Over(Err(error)));
        self.count(desk);
        turn
    }

    /// Goes on with a client who has not been sent the `rest` of an answer; there may be `more` to read.
    pub(super) fn answered(
        &mut self,
        rest: &[u8],
        more: bool,
        desk: &mut Desk,
        now: Instant,
    ) -> Turn {
        let sent = self.send(rest, desk, now);
        self.count(desk);
        match sent {
            Ok(()) => self.next_turn(more),
            Err(error) => Turn::Over(Err(error)),
        }
    }

    /// Takes the octets kept for this client off the account.
    pub(super) fn leave(&mut self, desk: &mut Desk) {
        self.pending.clear();
        (self.sent, self.held) = (0, 0);
        self.count(desk);
    }

    fn work(&mut self, desk: &mut Desk, stops_short: bool, now: Instant) -> io::Result<Turn> {
        self.flush(now)?;
        // While there is room, reading goes on although the client reads nothing yet: it may want to send everything first.
        let reads = self.phase != Phase::Ended && self.left() < desk.kept_max();
        let mut more = false;
        if reads {
            match recv(&self.stream, desk.input.as_mut_slice(), RecvFlags::empty()) {
                Ok((0, _)) => self.input_ended(desk, now)?,
                Ok((count, _)) => {
                    // Less than there was room for is everything there was, unless the read stopped short.
                    more = stops_short || count == desk.input.len();
                    if self.phase == Phase::Answering {
                        self.active = now;
                        self.answer(count, desk, now)?;
                    }
                }
                Err(Errno::AGAIN) => {}
                Err(Errno::INTR) => more = true,
                Err(error) => return Err(error.into()),
            }
        }
        if self.has_everything() {
            match &mut self.phase {
                Phase::Answering => {}
                Phase::Ended => return Ok(Turn::Over(Ok(()))),
                Phase::Refused { until: Some(_) } => {}
                Phase::Refused { until } => {
                    *until = Some(now.checked_add(NOTICE).unwrap_or(now));
                    self.stream.shutdown(Shutdown::Write)?;
                }
            }
        }
        Ok(self.next_turn(more))
    }

    /// When the next turn comes, if the client has `more` to read or not.
    fn next_turn(&self, more: bool) -> Turn {
        if more {
            return Turn::Again;
        }
        Turn::Wait {
            for_writing: !self.has_everything(),
        }
    }

    /// Answers the piece at the start of the input buffer.
    fn answer(&mut self, count: usize, desk: &mut Desk, now: Instant) -> io::Result<()> {
        // Taken out so that the desk can be used meanwhile; putting back costs nothing.
        let mut input = std::mem::take(&mut desk.input);
        let piece = input.get_mut(..count).unwrap_or_default();
        self.see(desk, Sender::Client, piece);
        let answered = self.answer_piece(piece, desk, now);
        desk.input = input;
        answered
    }

    fn answer_piece(&mut self, piece: &mut [u8], desk: &mut Desk, now: Instant) -> io::Result<()> {
        let is_shared = self.chain.is_none();
        let chain = self.chain.as_deref_mut().unwrap_or(&mut desk.shared);
        if let Some(in_place) = chain.as_in_place() {
            in_place.push_in_place(piece);
            self.own_chain(is_shared, desk);
            return self.send(piece, desk, now);
        }
        let mut output = std::mem::take(&mut desk.output);
        output.clear();
        let pushed = chain.push(piece, &mut output);
        self.own_chain(is_shared, desk);
        self.held = if output.is_empty() {
            self.held.saturating_add(piece.len())
        } else {
            0
        };
        let sent = self.send(&output, desk, now);
        desk.output = output;
        sent?;
        if let Err(error) = pushed {
            return self.refuse(&error.to_string(), desk, now);
        }
        let max = desk.kept_max();
        if self.held > max {
            let reason = format!("more than {max} octets would have to be held back");
            return self.refuse(&reason, desk, now);
        }
        Ok(())
    }

    /// Takes the shared chain away, if it was in use and has something to remember of this client.
    fn own_chain(&mut self, is_shared: bool, desk: &mut Desk) {
        if is_shared && !desk.shared.is_at_start() {
            let next = desk.pattern.clone();
            self.chain = Some(Box::new(std::mem::replace(&mut desk.shared, next)));
        }
    }

    /// The client has ended its side.
    fn input_ended(&mut self, desk: &mut Desk, now: Instant) -> io::Result<()> {
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        self.held = 0;
        // The shared chain remembers nothing, so it has given everything already, as has one that works in place.
        let Some(mut chain) = self.chain.take() else {
            return Ok(());
        };
        if phase != Phase::Answering || chain.as_in_place().is_some() {
            return Ok(());
        }
        let mut rest = Vec::new();
        let finished = chain.finish(&mut rest);
        self.send(&rest, desk, now)?;
        match finished {
            Ok(()) => Ok(()),
            Err(error) => self.say(&error.to_string(), desk, now),
        }
    }

    /// Ends the answers with the reason, and the reading of input.
    #[cold]
    fn refuse(&mut self, reason: &str, desk: &mut Desk, now: Instant) -> io::Result<()> {
        self.held = 0;
        self.chain = None;
        self.phase = Phase::Refused { until: None };
        self.say(reason, desk, now)
    }

    /// Tells the client what was wrong, after what was right.
    #[cold]
    fn say(&mut self, reason: &str, desk: &Desk, now: Instant) -> io::Result<()> {
        let peer = &self.peer;
        desk.context
            .out
            .remark(|| format!("{peer} refused: {reason}"));
        self.send(format!("error: {reason}\n").as_bytes(), desk, now)
    }

    /// Writes as much as the system takes and keeps the rest.
    fn send(&mut self, octets: &[u8], desk: &Desk, now: Instant) -> io::Result<()> {
        self.see(desk, Sender::Server, octets);
        let mut rest = octets;
        while self.pending.is_empty() && !rest.is_empty() {
            match send(&self.stream, rest, SendFlags::empty()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.active = now;
                    rest = rest.get(count..).unwrap_or_default();
                }
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    /// Writes what waits, as far as the system takes it.
    fn flush(&mut self, now: Instant) -> io::Result<()> {
        while let Some(rest) = self
            .pending
            .get(self.sent..)
            .filter(|rest| !rest.is_empty())
        {
            match send(&self.stream, rest, SendFlags::empty()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.active = now;
                    self.sent = self.sent.saturating_add(count);
                }
                Err(Errno::AGAIN) => {
                    // Moving no more than was sent keeps this linear in what passes.
                    if self.sent >= self.left() {
                        self.pending.drain(..self.sent);
                        self.sent = 0;
                    }
                    return Ok(());
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // A large answer's memory is not kept for small ones.
        self.pending = Vec::new();
        self.sent = 0;
        Ok(())
    }

    /// Shows octets to whoever watches, with the address that the client reached, which a listening one need not be.
    fn see(&self, desk: &Desk, sender: Sender, octets: &[u8]) {
        if !desk.context.tap.is_watched() || octets.is_empty() {
            return;
        }
        let (Peer(Some(peer)), Ok(local)) = (&self.peer, self.stream.local_addr()) else {
            return;
        };
        let (from, to) = match sender {
            Sender::Client => (**peer, local),
            Sender::Server => (local, **peer),
        };
        let tap = &desk.context.tap;
        tap.see_data(Transport::Tcp, from, to, octets);
    }

    fn left(&self) -> usize {
        self.pending.len().saturating_sub(self.sent)
    }

    fn count(&mut self, desk: &mut Desk) {
        let kept = self.left().saturating_add(self.held);
        if kept != self.counted {
            desk.kept = desk.kept.saturating_add(kept).saturating_sub(self.counted);
            self.counted = kept;
        }
    }
}

#[cfg(test)]
mod tests;
