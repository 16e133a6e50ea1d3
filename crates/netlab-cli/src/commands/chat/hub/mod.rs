//! The server's one thread: it waits for sockets, the terminal and the clock, asks the room, and carries out what the room says.
//!
//! One turn of the loop reads what is there, at most one buffer from each connection, and ends with one write to each
//! connection that has something new to read. Nobody is waited for.

mod deliver;
mod tcp;
mod udp;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use mio::net::TcpListener;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use super::connection::Connection;
use super::room::{Effect, MemberId, Room, Via};
use super::terminal::{Input, Screen};
use super::transcript::Transcript;
use crate::context::Context;
use crate::net::{DatagramSocket, Ends, Served, ServerArgs, Stop, system_text};

const WAKER: Token = Token(0);
const LISTENER: Token = Token(1);
const DATAGRAMS: Token = Token(2);
/// Connections follow.
const FIRST_CONNECTION: usize = 3;

/// How long somebody who has left may take to read what is left and to close.
const ENDING_MAX: Duration = Duration::from_secs(10);

/// Sockets, members and the room they are in.
pub(super) struct Hub {
    context: Context,
    limits: ServerArgs,
    stop: Stop,
    poll: Poll,
    waker: Arc<Waker>,
    room: Room,
    opened: Instant,
    listener: Option<TcpListener>,
    socket: Option<Arc<DatagramSocket>>,
    /// By the slots that their tokens name.
    connections: Slab<Connection>,
    datagram_members: HashMap<Ends, MemberId>,
    places: HashMap<MemberId, Place>,
    host: Option<MemberId>,
    input: Option<Receiver<Input>>,
    transcript: Transcript,
    served: Served,
    /// Connections with more to read at once.
    again: Vec<usize>,
    /// Connections with something new to write.
    dirty: Vec<usize>,
    /// Octets heard over TCP, and in how many turns, since the connections were written to.
    heard: Heard,
    /// Those who have left, in the order of their deadlines.
    endings: VecDeque<(Duration, usize, MemberId)>,
    /// Members whose buffer is full, to be let go.
    slow: Vec<MemberId>,
    accept_again: Option<Duration>,
    receive_again: bool,
    effects: Vec<Effect>,
    buffer: Vec<u8>,
}

/// What was said and is not passed on yet.
///
/// Whoever says several lines at once is heard out, so that each member is written to once for all of them: in a large room
/// a turn of writing takes longer than many of listening.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    octets: usize,
    turns: u32,
}

impl Heard {
    /// Counts a turn of listening; false when what was said has waited long enough, or nothing was said.
    fn is_more_likely(&mut self) -> bool {
        const TURNS_MAX: u32 = 32;
        const OCTETS_MAX: usize = 8 * 1024;
        self.turns = self.turns.saturating_add(1);
        (1..OCTETS_MAX).contains(&self.octets) && self.turns < TURNS_MAX
    }
}

/// Where a member is told what it is told.
#[derive(Clone, Copy, Debug)]
enum Place {
    Connection { slot: usize, peer: SocketAddr },
    Datagrams(Ends),
    Terminal,
}

/// What a hub is made of.
pub(super) struct Parts {
    pub(super) listener: Option<std::net::TcpListener>,
    pub(super) socket: Option<Arc<DatagramSocket>>,
    pub(super) room: Room,
    pub(super) limits: ServerArgs,
    pub(super) stop: Stop,
    pub(super) screen: Screen,
}

impl Hub {
    /// Everything ready to run.
    pub(super) fn new(parts: Parts, context: &Context) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let listener = match parts.listener {
            Some(listener) => {
                listener.set_nonblocking(true)?;
                let mut listener = TcpListener::from_std(listener);
                poll.registry()
                    .register(&mut listener, LISTENER, Interest::READABLE)?;
                Some(listener)
            }
            None => None,
        };
        if let Some(socket) = &parts.socket {
            socket.set_nonblocking(true)?;
            let descriptor = socket.as_raw_fd();
            poll.registry()
                .register(&mut SourceFd(&descriptor), DATAGRAMS, Interest::READABLE)?;
        }
        Ok(Self {
            served: Served {
                connections: listener.is_some().then_some(0),
                datagrams: parts.socket.is_some().then_some(0),
            },
            transcript: Transcript::begin(&context.out, parts.screen)?,
            context: context.clone(),
            limits: parts.limits,
            stop: parts.stop,
            poll,
            waker,
            room: parts.room,
            opened: Instant::now(),
            listener,
            socket: parts.socket,
            connections: Slab::new(),
            datagram_members: HashMap::new(),
            places: HashMap::new(),
            host: None,
            input: None,
            again: Vec::new(),
            dirty: Vec::new(),
            heard: Heard::default(),
            endings: VecDeque::new(),
            slow: Vec::new(),
            accept_again: None,
            receive_again: false,
            effects: Vec::new(),
            buffer: vec![0; 65_536],
        })
    }

    /// Wakes the loop from another thread.
    pub(super) fn waker(&self) -> Arc<Waker> {
        Arc::clone(&self.waker)
    }

    /// Lets the person at the server's terminal take part.
    pub(super) fn listen_to(&mut self, input: Receiver<Input>) {
        self.input = Some(input);
    }

    /// Serves until the flag is raised, then says good-bye, and counts what was served.
    pub(super) fn run(mut self) -> Served {
        let mut events = Events::with_capacity(1024);
        while !self.stop.is_raised() {
            if let Err(error) = self.turn(&mut events) {
                self.context
                    .out
                    .error(&format!("cannot wait for sockets: {}", system_text(&error)));
                self.stop.raise();
            }
        }
        self.close(&mut events);
        self.transcript.finish(Duration::from_secs(1));
        self.served
    }

    fn turn(&mut self, events: &mut Events) -> io::Result<()> {
        self.wait(events)?;
        let mut readable = core::mem::take(&mut self.again);
        for event in &*events {
            match event.token() {
                WAKER => self.take_input(),
                LISTENER => self.accept_again = Some(Duration::ZERO),
                DATAGRAMS => self.receive_again = true,
                Token(token) => {
                    let slot = token.saturating_sub(FIRST_CONNECTION);
                    if event.is_writable() {
                        self.mark_dirty(slot);
                    }
                    if event.is_readable() || event.is_read_closed() || event.is_error() {
                        readable.push(slot);
                        if let Some(connection) = self.connections.get_mut(slot) {
                            connection.stops_short |= event.is_read_closed() || event.is_priority();
                        }
                    }
                }
            }
        }
        readable.sort_unstable();
        readable.dedup();
        for slot in readable {
            self.read(slot);
        }
        if self.receive_again {
            self.receive();
        }
        if self.accept_again.is_some_and(|moment| moment <= self.now()) {
            self.accept();
        }
        let now = self.now();
        self.room.expire(now, &mut self.effects);
        self.carry_out();
        if !events.is_empty() && self.heard.is_more_likely() {
            return Ok(());
        }
        self.heard = Heard::default();
        self.write_dirty();
        self.transcript.flush();
        self.close_overdue(now);
        Ok(())
    }

    fn wait(&mut self, events: &mut Events) -> io::Result<()> {
        let has_more = self.receive_again || !self.again.is_empty() || !self.dirty.is_empty();
        // What was heard is to be printed, though nobody be there to be told of it.
        let timeout = if has_more || self.heard.octets > 0 {
            Some(Duration::ZERO)
        } else {
            let moments = [
                self.room.next_expiry(),
                self.endings.front().map(|ending| ending.0),
                self.accept_again,
            ];
            let next = moments.into_iter().flatten().min();
            // A millisecond more, because the system's clock for waiting may be coarser than ours.
            next.map(|moment| {
                moment
                    .saturating_sub(self.now())
                    .saturating_add(Duration::from_millis(u64::from(!moment.is_zero())))
            })
        };
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            result => result,
        }
    }

    fn take_input(&mut self) {
        let Some(input) = self.input.take() else {
            return;
        };
        while let Ok(said) = input.try_recv() {
            let now = self.now();
            match said {
                Input::Present => {
                    self.host_member();
                }
                Input::Line(line) => {
                    let host = self.host_member();
                    self.room.line(host, &line, now, &mut self.effects);
                    self.carry_out();
                    if !self.places.contains_key(&host) {
                        // The host said /quit.
                        self.host = None;
                        self.stop.raise();
                    }
                }
                Input::Ended => {
                    if let Some(host) = self.host.take() {
                        self.room
                            .leave(host, super::room::Reason::Closed, &mut self.effects);
                        self.carry_out();
                    }
                    return;
                }
            }
        }
        self.input = Some(input);
    }

    fn host_member(&mut self) -> MemberId {
        if let Some(host) = self.host {
            return host;
        }
        let now = self.now();
        let host = self.room.join(Via::Terminal, now, &mut self.effects);
        self.places.insert(host, Place::Terminal);
        self.host = Some(host);
        self.carry_out();
        host
    }

    /// Says good-bye to everyone, and gives them a moment to read it.
    fn close(&mut self, events: &mut Events) {
        const WRITING_MAX: Duration = Duration::from_secs(2);
        const CLOSING_MAX: Duration = Duration::from_millis(300);
        self.listener = None;
        self.tell_closing();
        let writing_end = self.now().saturating_add(WRITING_MAX);
        let mut closing_end = writing_end;
        loop {
            self.write_dirty();
            let now = self.now();
            let mut connections = self.connections.iter();
            if connections.all(|(_, connection)| connection.is_write_ended()) {
                closing_end = closing_end.min(now.saturating_add(CLOSING_MAX));
            }
            let left = closing_end.saturating_sub(now);
            if self.connections.is_empty() || left.is_zero() {
                return;
            }
            if self.poll.poll(events, Some(left)).is_err() {
                return;
            }
            for event in &*events {
                let Some(slot) = event.token().0.checked_sub(FIRST_CONNECTION) else {
                    continue;
                };
                self.mark_dirty(slot);
                self.drain(slot);
            }
        }
    }

    fn members(&self) -> usize {
        self.connections
            .len()
            .saturating_add(self.datagram_members.len())
    }

    fn is_full(&self) -> bool {
        self.members() >= self.limits.max_connections
    }

    fn now(&self) -> Duration {
        self.opened.elapsed()
    }
}
