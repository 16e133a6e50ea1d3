//! The TCP side: one thread that waits for all clients at once.
//!
//! A thread for each connection would cost more than the connection itself: a client sends a line, gets a line and is gone. Nothing
//! here waits for a client, so none of them can stop another.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Registry, Token, Waker};
use slab::Slab;
use socket2::SockRef;
use textxform::Chain;

use super::client::{Client, Desk, Turn};
use super::newcomer::{self, Heard, Newcomer, Peer};
use crate::context::Context;
use crate::net::{AtWork, GRACE, READING, Served, ServerArgs, Stop, system_text};
use crate::output::counted;

/// What the loop is made of.
pub(super) struct Parts {
    pub(super) listener: TcpListener,
    pub(super) chain: Chain,
    pub(super) limits: ServerArgs,
    pub(super) stop: Stop,
    pub(super) context: Context,
}

/// The loop, ready to run.
pub(super) struct Streams {
    poll: Poll,
    waker: Arc<Waker>,
    /// Gone once the server stops.
    listener: Option<mio::net::TcpListener>,
    limits: ServerArgs,
    stop: Stop,
    desk: Desk,
    /// Whether anybody is told of clients by their address, or lets them in by it: asking the system for it takes time.
    names_clients: bool,
    /// Those who came in this round and in the last. Most of them are gone before the poll would know them.
    newcomers: Vec<Newcomer>,
    /// Those who came when there were as many as may be. One of these may have gone before they came, and the poll not have
    /// told of it yet: that is known with the next round.
    too_many: Vec<Newcomer>,
    /// Each client that stayed, at the place its token names.
    clients: Slab<Seat>,
    /// Clients that have more to do at once, each of them once.
    again: Vec<usize>,
    /// When to accept: somebody waits, or the system may have a descriptor again.
    accept_at: Option<Instant>,
    sweep_at: Option<Instant>,
    /// When a server that was told to stop does, whatever is still under way.
    end: Option<Instant>,
    served: u64,
    /// When this round began.
    now: Instant,
}

/// The loop at work.
struct Running {
    address: SocketAddr,
    waker: Arc<Waker>,
    thread: JoinHandle<u64>,
}

/// A client that stayed.
struct Seat {
    client: Client,
    /// What the poll tells of the socket; nothing while the client has more to do at once.
    watched: Option<Interest>,
    /// Whether a read may stop short, if the client has a turn in the next round anyway.
    again: Option<bool>,
}

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST_CLIENT: usize = 2;

/// Enough to hear of everyone whom the system may have kept waiting.
const ACCEPTS_AT_END: usize = 16;

/// A stopping server gives clients that have everything so long to send what was on its way.
const QUIET: Duration = Duration::from_millis(100);

impl Seat {
    /// Has the poll tell when there is more to read, and from the first full socket on also when there is room to write.
    fn watch(&mut self, registry: &Registry, index: usize, for_writing: bool) -> io::Result<()> {
        let token = Token(index.saturating_add(FIRST_CLIENT));
        let stream = &mut self.client.stream;
        let both = READING | Interest::WRITABLE;
        let wanted = if for_writing {
            both
        } else {
            self.watched.unwrap_or(READING)
        };
        match self.watched {
            None => registry.register(stream, token, wanted)?,
            Some(watched) if watched != wanted => registry.reregister(stream, token, wanted)?,
            Some(_) => {}
        }
        self.watched = Some(wanted);
        Ok(())
    }
}

impl AtWork for Running {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        vec![("tcp", self.address)]
    }

    fn finish(self: Box<Self>) -> Served {
        // The loop sees the flag, and bounds its own end.
        let _ = self.waker.wake();
        Served {
            connections: Some(self.thread.join().unwrap_or_default()),
            datagrams: None,
        }
    }
}

impl Streams {
    pub(super) fn new(parts: Parts) -> io::Result<Self> {
        parts.listener.set_nonblocking(true)?;
        // Connections inherit it: an answer must not wait for the client's system to acknowledge the one before.
        SockRef::from(&parts.listener).set_tcp_nodelay(true)?;
        let mut listener = mio::net::TcpListener::from_std(parts.listener);
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        poll.registry()
            .register(&mut listener, LISTENER, Interest::READABLE)?;
        let desk = Desk::new(parts.context, parts.chain);
        Ok(Self {
            names_clients: desk.is_told() || !parts.limits.allow.is_empty(),
            poll,
            waker,
            listener: Some(listener),
            limits: parts.limits,
            stop: parts.stop,
            desk,
            newcomers: Vec::new(),
            too_many: Vec::new(),
            clients: Slab::new(),
            again: Vec::new(),
            accept_at: None,
            sweep_at: None,
            end: None,
            served: 0,
            now: Instant::now(),
        })
    }

    /// Runs the loop on a thread of its own; it listens at `address`.
    pub(super) fn start(self, address: SocketAddr) -> io::Result<impl AtWork> {
        let waker = Arc::clone(&self.waker);
        let thread = std::thread::Builder::new()
            .name("text tcp".to_owned())
            .spawn(move || self.run())?;
        Ok(Running {
            address,
            waker,
            thread,
        })
    }

    /// Serves until it is told to stop, and counts the connections.
    fn run(mut self) -> u64 {
        let mut events = Events::with_capacity(1024);
        while self.round(&mut events) {}
        self.served
    }

    /// Waits, and does what there is to do; false once all is done.
    fn round(&mut self, events: &mut Events) -> bool {
        let wait = self.wait();
        if let Err(error) = self.poll.poll(events, wait)
            && error.kind() != io::ErrorKind::Interrupted
        {
            let text = system_text(&error);
            let out = &self.desk.context.out;
            out.warn(&format!("cannot wait for clients: {text}"));
            self.stop.raise();
            return false;
        }
        self.now = Instant::now();
        for index in std::mem::take(&mut self.again) {
            if let Some(seat) = self.clients.get_mut(index)
                && let Some(stops_short) = seat.again.take()
            {
                self.turn(index, stops_short);
            }
        }
        for event in &*events {
            match event.token() {
                LISTENER => self.accept_at = Some(self.now),
                WAKER => {}
                Token(token) => {
                    let is_closed = event.is_read_closed() || event.is_error();
                    // In front of urgent data a read stops, too.
                    let stops_short = is_closed || event.is_priority();
                    self.told(token.saturating_sub(FIRST_CLIENT), stops_short);
                }
            }
        }
        if !self.too_many.is_empty() {
            self.decide();
        }
        if self.stop.is_raised() && self.end.is_none() {
            self.end = self.now.checked_add(GRACE);
            // Newcomers are refused by the system; who is there gets what is under way, also who only waits to be accepted.
            for _ in 0..ACCEPTS_AT_END {
                self.accept();
            }
            self.listener = None;
            // The poll may have more to tell than it could at once.
            self.sweep_at = self.now.checked_add(QUIET);
        }
        if self.accept_at.is_some_and(|at| at <= self.now) {
            self.accept();
        }
        self.serve_newcomers();
        if self.sweep_at.is_some_and(|at| at <= self.now) {
            self.sweep();
        }
        let is_idle = self.present() == 0 && self.too_many.is_empty();
        self.end.is_none_or(|end| !is_idle && self.now < end)
    }

    /// How long there is nothing to do unless a socket has something.
    fn wait(&self) -> Option<Duration> {
        let is_at_work = !self.again.is_empty() || !self.newcomers.is_empty();
        if is_at_work || !self.too_many.is_empty() {
            return Some(Duration::ZERO);
        }
        [self.accept_at, self.sweep_at, self.end]
            .into_iter()
            .flatten()
            .min()
            .map(|at| at.saturating_duration_since(self.now))
    }

    /// Lets in who waits, if there is a place.
    fn accept(&mut self) {
        let first = self.newcomers.len();
        self.accept_all();
        if self.names_clients {
            let (limits, out) = (&self.limits, &self.desk.context.out);
            let is_kept_out = |newcomer: &mut Newcomer| match &newcomer.peer.0 {
                Some(address) => !limits.lets_in(**address, out),
                None => !limits.allow.is_empty(),
            };
            self.newcomers
                .extract_if(first.., is_kept_out)
                .for_each(drop);
        }
        let places = self
            .limits
            .max_connections
            .saturating_sub(self.clients.len());
        if self.newcomers.len() > places {
            let over = self.newcomers.drain(places.max(first)..);
            self.too_many.extend(over);
        }
        self.welcome(first);
    }

    fn accept_all(&mut self) {
        /// After so many the others have their turn.
        const AT_ONCE: usize = 256;
        /// Until the system is asked again after it had no descriptor left.
        const PAUSE: Duration = Duration::from_millis(10);
        for _ in 0..AT_ONCE {
            let accepted = match &self.listener {
                Some(listener) => Newcomer::accept(listener, self.names_clients),
                None => Ok(None),
            };
            match accepted {
                Ok(Some(newcomer)) => self.newcomers.push(newcomer),
                Ok(None) => {
                    self.accept_at = None;
                    return;
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
                    _ => {
                        let text = system_text(&error);
                        self.desk
                            .context
                            .out
                            .remark(|| format!("cannot accept: {text}"));
                        self.accept_at = self.now.checked_add(PAUSE);
                        return;
                    }
                },
            }
        }
    }

    /// Newcomers and those who stayed.
    fn present(&self) -> usize {
        self.clients.len().saturating_add(self.newcomers.len())
    }

    /// Lets those in for whom there is a place after all.
    fn decide(&mut self) {
        // One of these may have gone before they came, too.
        self.turn_newcomers();
        let max = self.limits.max_connections;
        let first = self.newcomers.len();
        for newcomer in std::mem::take(&mut self.too_many) {
            if self.present() < max {
                self.newcomers.push(newcomer);
                continue;
            }
            let peer = &newcomer.peer;
            let out = &self.desk.context.out;
            out.remark(|| format!("{peer} turned away: {} open", counted(max, "connection")));
        }
        self.welcome(first);
    }

    /// Counts the newcomers from `first` on.
    fn welcome(&mut self, first: usize) {
        for newcomer in self.newcomers.iter().skip(first) {
            let out = &self.desk.context.out;
            out.remark(|| format!("{} connected", newcomer.peer));
            self.served = self.served.saturating_add(1);
        }
        if self.sweep_at.is_none() && self.present() > 0 {
            self.sweep_at = self.now.checked_add(self.sweep_interval());
        }
    }

    /// Gives each newcomer a turn, and has the poll tell of those who stay: one alone has not had the time to go after its answer,
    /// but when several have been answered, some have gone.
    fn serve_newcomers(&mut self) {
        let is_alone = self.newcomers.len() == 1;
        self.turn_newcomers();
        let stays = |newcomer: &mut Newcomer| is_alone || newcomer.is_old();
        for newcomer in self.newcomers.extract_if(.., stays).collect::<Vec<_>>() {
            let client = Client::new(newcomer, self.now);
            self.seat(client, Turn::Wait { for_writing: false });
        }
    }

    fn turn_newcomers(&mut self) {
        let before = self.newcomers.len();
        for heard in newcomer::turns(&mut self.newcomers, &mut self.desk, self.now) {
            match heard {
                Heard::Over(peer, result) => self.tell_end(&peer, &result),
                Heard::Client(client, turn) => self.seat(client, turn),
            }
        }
        if self.newcomers.len() < before {
            self.has_descriptors();
        }
    }

    /// Gives a client that stays its place.
    fn seat(&mut self, client: Client, turn: Turn) {
        let index = self.clients.insert(Seat {
            client,
            watched: None,
            again: None,
        });
        self.go_on(index, turn, false);
    }

    /// The poll told of a client. One that has its turn in the next round anyway waits for it: others have theirs before.
    fn told(&mut self, index: usize, stops_short: bool) {
        if let Some(seat) = self.clients.get_mut(index)
            && let Some(did_before) = &mut seat.again
        {
            *did_before |= stops_short;
        } else {
            self.turn(index, stops_short);
        }
    }

    fn turn(&mut self, index: usize, stops_short: bool) {
        if let Some(seat) = self.clients.get_mut(index) {
            let turn = seat.client.turn(&mut self.desk, stops_short, self.now);
            self.go_on(index, turn, stops_short);
        }
    }

    /// Does what a turn led to.
    fn go_on(&mut self, index: usize, turn: Turn, stops_short: bool) {
        let Some(seat) = self.clients.get_mut(index) else {
            return;
        };
        match turn {
            Turn::Wait { for_writing } => {
                if let Err(error) = seat.watch(self.poll.registry(), index, for_writing) {
                    self.unseat(index, &Err(error));
                }
            }
            Turn::Again => {
                seat.again = Some(stops_short);
                self.again.push(index);
            }
            Turn::Over(result) => self.unseat(index, &result),
        }
    }

    /// Closes the connection of a client that had stayed.
    fn unseat(&mut self, index: usize, result: &io::Result<()>) {
        if let Some(mut seat) = self.clients.try_remove(index) {
            if seat.again.is_some() {
                // Whoever gets the place next has turns of its own.
                self.again.retain(|again| *again != index);
            }
            seat.client.leave(&mut self.desk);
            self.tell_end(&seat.client.peer, result);
            self.has_descriptors();
        }
    }

    fn tell_end(&self, peer: &Peer, result: &io::Result<()>) {
        self.desk.context.out.remark(|| match result {
            Ok(()) => format!("{peer} done"),
            Err(error) => format!("{peer} ended: {}", system_text(error)),
        });
    }

    /// The system has descriptors again.
    const fn has_descriptors(&mut self) {
        if let Some(at) = &mut self.accept_at {
            *at = self.now;
        }
    }

    /// Closes connections on which nothing has passed for too long.
    fn sweep(&mut self) {
        let why_over = |seat: &Seat| {
            let (idle, reason) = if self.listener.is_none() && seat.client.has_everything() {
                (QUIET, "the server is stopping")
            } else {
                (self.limits.idle_timeout, "the peer was silent for too long")
            };
            let deadline = seat.client.deadline(idle);
            deadline
                .is_some_and(|deadline| deadline <= self.now)
                .then_some(reason)
        };
        let seats = self.clients.iter();
        let over: Vec<_> = seats
            .filter_map(|(index, seat)| Some((index, why_over(seat)?)))
            .collect();
        for (index, reason) in over {
            let silent = io::Error::new(io::ErrorKind::TimedOut, reason);
            self.unseat(index, &Err(silent));
        }
        self.sweep_at = (self.present() > 0)
            .then(|| self.now.checked_add(self.sweep_interval()))
            .flatten();
    }

    fn sweep_interval(&self) -> Duration {
        let shortest = Duration::from_millis(10);
        if self.listener.is_none() {
            return shortest;
        }
        let quarter = self.limits.idle_timeout.checked_div(4);
        quarter
            .unwrap_or_default()
            .clamp(shortest, Duration::from_secs(1))
    }
}

#[cfg(test)]
mod tests;
