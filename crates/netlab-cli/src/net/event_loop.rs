//! One loop of a TCP server: it waits for many connections at once, and says which has something to do.
//!
//! Where a connection is, once it has waited for the first time:
//!
//! | it waits for | who has it | until |
//! |---|---|---|
//! | its client | its place | that says something, or is late |
//! | what it awaits | its place | that says something, or is late; that its client says something is noted |
//! | nobody | the thread that leads this loop | it comes back by [`EventLoop::park`], or has ended |
//! | somebody in the middle | a thread that gave this loop away | it comes back by the [`Mailbox`], or has ended |

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use super::READING;
use super::crew::{Cause, Client, Crew};
use crate::lock::lock;

/// What a thread leads: connections that wait for their clients, and what has come for them.
pub(super) struct EventLoop {
    poll: Poll,
    events: Events,
    mailbox: Arc<Mailbox>,
    /// Each connection of this loop, at the place its token names.
    places: Slab<Place>,
    /// The place and the descriptor of the connection that was taken last.
    taken: Option<(usize, RawFd)>,
    /// The places that have something to do.
    ready: VecDeque<(usize, Call)>,
    /// How many of them have their turn before the system is asked again who else has something to do.
    turns_left: usize,
    /// Whether somebody may wait to be accepted.
    accepting: bool,
    /// How many more are accepted before the others have their turn.
    accepts_left: u32,
    /// When the system is asked again, after it had no descriptor left.
    accept_at: Option<Instant>,
    /// Since when there are as many connections as may be, and maybe others that wait to be accepted.
    full_since: Option<Instant>,
    /// When the first of those that wait may have waited for too long.
    sweep_at: Option<Instant>,
}

/// Where connections come back to a loop whose thread stayed with them.
pub(super) struct Mailbox {
    /// None once the loop has ended.
    returned: Mutex<Option<Vec<Returned>>>,
    waker: Waker,
}

enum Returned {
    /// It waits for its client again.
    Client(Client),
    /// The connection that had this place has ended.
    Free(usize),
}

/// What the loop knows of one of its connections.
#[derive(Default)]
struct Place {
    /// Whether the poll tells what its client says.
    is_watched: bool,
    /// None while a thread is at work on it.
    waiting: Option<Waiting>,
}

/// A connection that waits for its client, or for the connection that it awaits.
struct Waiting {
    client: Client,
    /// Until when.
    deadline: Instant,
    /// Whether the poll has told of the client of one that awaits another connection, which it does only once.
    said_something: bool,
}

/// Why a connection has something to do.
#[derive(Clone, Copy)]
enum Call {
    /// Its client said something.
    Client {
        /// As in [`Cause::Ready`].
        to_the_end: bool,
    },
    /// The connection that it awaits said something.
    Awaited,
    /// Nobody did in time.
    Late,
}

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
/// From here on each place has two: one for its client, one for what it awaits.
const FIRST_CLIENT: usize = 2;

/// After so many the others have their turn.
const ACCEPTS_AT_ONCE: u32 = 64;

impl Mailbox {
    /// Gives a connection back that waits; it is too late for that when the loop has ended, because the server stops.
    pub(super) fn give_back(&self, client: Client) -> Result<(), Client> {
        match &mut *lock(&self.returned) {
            Some(all) => all.push(Returned::Client(client)),
            None => return Err(client),
        }
        self.wake();
        Ok(())
    }

    /// Tells that a connection has ended; this is no reason to wake anybody.
    pub(super) fn tell_ended(&self, place: Option<usize>) {
        if let (Some(place), Some(all)) = (place, &mut *lock(&self.returned)) {
            all.push(Returned::Free(place));
        }
    }

    /// Ends the loop's wait.
    pub(super) fn wake(&self) {
        // One that cannot be woken looks again when a client says something, or has been silent for too long.
        let _ = self.waker.wake();
    }

    fn take(&self) -> Vec<Returned> {
        lock(&self.returned)
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Takes nothing any more, unless there is something now.
    fn close(&self) -> bool {
        let mut returned = lock(&self.returned);
        if returned.as_ref().is_none_or(Vec::is_empty) {
            *returned = None;
        }
        returned.is_none()
    }
}

impl EventLoop {
    /// A loop that accepts from this socket, together with others.
    pub(super) fn new(listener: &impl AsRawFd) -> io::Result<Self> {
        let poll = Poll::new()?;
        let registry = poll.registry();
        let waker = Waker::new(registry, WAKER)?;
        registry.register(
            &mut SourceFd(&listener.as_raw_fd()),
            LISTENER,
            Interest::READABLE,
        )?;
        Ok(Self {
            poll,
            events: Events::with_capacity(256),
            mailbox: Arc::new(Mailbox {
                returned: Mutex::new(Some(Vec::new())),
                waker,
            }),
            places: Slab::new(),
            taken: None,
            ready: VecDeque::new(),
            turns_left: 0,
            accepting: false,
            accepts_left: 0,
            accept_at: None,
            full_since: None,
            sweep_at: None,
        })
    }

    pub(super) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// Waits for a connection that has something to do; none once the server stops and no request waits for its answer.
    pub(super) fn next(&mut self, crew: &Arc<Crew>) -> Option<(Client, Cause)> {
        self.taken = None;
        loop {
            let is_stopping = crew.is_stopping();
            if is_stopping {
                self.read_mail();
                if !self.dismiss_waiting() && self.mailbox.close() {
                    return None;
                }
            }
            while self.turns_left > 0
                && let Some((index, call)) = self.ready.pop_front()
            {
                self.turns_left = self.turns_left.saturating_sub(1);
                if let Some(called) = self.take(index, call) {
                    return Some(called);
                }
            }
            while !is_stopping && self.accepts_left > 0 && self.accepts_now(crew) {
                self.accepts_left = self.accepts_left.saturating_sub(1);
                match crew.accept() {
                    Ok(Some(client)) => return Some((client, Cause::Ready { to_the_end: false })),
                    Ok(None) => {}
                    Err(error) => self.cannot_accept(&error, crew),
                }
            }
            if let Err(error) = self.wait(is_stopping)
                && error.kind() != io::ErrorKind::Interrupted
            {
                crew.give_up(&error);
                // Nor can it wait for what is awaited.
                for mut place in self.places.drain() {
                    place.dismiss();
                }
            }
        }
    }

    /// Sends away whose clients have everything, because the server stops; says whether there are others.
    fn dismiss_waiting(&mut self) -> bool {
        let mut has_others = false;
        for (_, place) in &mut self.places {
            match &place.waiting {
                Some(waiting) if waiting.client.awaited().is_some() => has_others = true,
                _ => place.dismiss(),
            }
        }
        has_others
    }

    /// Takes a connection back that waits, and says where it is.
    pub(super) fn park(&mut self, mut client: Client) -> Option<usize> {
        let Some(deadline) = client.deadline() else {
            self.release(client.place);
            client.end(&Ok(()));
            return None;
        };
        let places = &mut self.places;
        let index = *(client.place).get_or_insert_with(|| places.insert(Place::default()));
        if let Err(error) = self.watch(index, &client) {
            self.release(Some(index));
            client.end(&Err(error));
            return None;
        }
        self.sweep_at = Some(self.sweep_at.map_or(deadline, |at| at.min(deadline)));
        if let Some(place) = self.places.get_mut(index) {
            place.waiting = Some(Waiting {
                client,
                deadline,
                said_something: false,
            });
        }
        Some(index)
    }

    /// Has the poll tell of whoever `client` waits for.
    fn watch(&mut self, index: usize, client: &Client) -> io::Result<()> {
        let Some(place) = self.places.get_mut(index) else {
            return Ok(());
        };
        let (descriptor, is_awaited) = match (client.awaited(), client.descriptor()) {
            (Some(awaited), _) => (awaited, true),
            (None, Some(own)) if !place.is_watched => (own, false),
            _ => return Ok(()),
        };
        let registry = self.poll.registry();
        registry.register(
            &mut SourceFd(&descriptor),
            token(index, is_awaited),
            READING,
        )?;
        place.is_watched |= !is_awaited;
        Ok(())
    }

    /// Takes a connection back that has more to do, after the others had their turn.
    pub(super) fn go_on_later(&mut self, client: Client) {
        if let Some(place) = self.park(client) {
            self.ready
                .push_back((place, Call::Client { to_the_end: true }));
        }
    }

    /// The connection at this place has ended.
    pub(super) fn release(&mut self, place: Option<usize>) {
        if let Some(index) = place {
            self.places.try_remove(index);
        }
    }

    /// Takes a connection out that was called, with the cause for it to go on, if there is one.
    fn take(&mut self, index: usize, call: Call) -> Option<(Client, Cause)> {
        let place = self.places.get_mut(index)?;
        // What came for one that a thread is at work on is looked for when it comes back.
        let waiting = place.waiting.as_mut()?;
        let awaited = waiting.client.awaited();
        let cause = match (call, awaited) {
            (Call::Late, _) if waiting.deadline <= Instant::now() => Cause::Late,
            (Call::Client { to_the_end }, None) => Cause::Ready { to_the_end },
            (Call::Awaited, Some(_)) => Cause::Ready {
                to_the_end: waiting.said_something,
            },
            (Call::Client { .. }, Some(_)) => {
                waiting.said_something = true;
                return None;
            }
            // Something came meanwhile.
            (Call::Late, _) | (Call::Awaited, None) => return None,
        };
        if let Some(awaited) = awaited {
            // It has been told of; that it is told of no more can only fail where it was not.
            let _ = self.poll.registry().deregister(&mut SourceFd(&awaited));
        }
        let client = place.waiting.take()?.client;
        self.taken = client.descriptor().map(|own| (index, own));
        Some((client, cause))
    }

    /// A thread stays with the connection that was taken last. If much comes for it, that would wake this loop each time.
    pub(super) fn leave_taken(&mut self) {
        if let Some((index, own)) = self.taken.take()
            && let Some(place) = self.places.get_mut(index)
            && place.is_watched
            && self.poll.registry().deregister(&mut SourceFd(&own)).is_ok()
        {
            place.is_watched = false;
        }
    }

    /// Whether somebody may wait to be accepted, who has a place or is certainly one too many: one who was there before may have
    /// gone, and nobody have had the time to see it.
    fn accepts_now(&mut self, crew: &Crew) -> bool {
        const TIME_TO_SEE: Duration = Duration::from_millis(100);
        const PAUSE: Duration = Duration::from_millis(1);
        if !self.accepting {
            return false;
        }
        if !crew.is_full() {
            self.full_since = None;
            return true;
        }
        let now = Instant::now();
        let since = *self.full_since.get_or_insert(now);
        if now.saturating_duration_since(since) < TIME_TO_SEE {
            self.accepting = false;
            self.accept_at = now.checked_add(PAUSE);
        }
        self.accepting
    }

    fn cannot_accept(&mut self, error: &io::Error, crew: &Crew) {
        const PAUSE: Duration = Duration::from_millis(10);
        match error.kind() {
            io::ErrorKind::WouldBlock => {
                self.accepting = false;
                self.full_since = None;
            }
            io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
            // Out of descriptors, mostly: trying again at once would only burn the processor.
            _ => {
                crew.cannot_accept(error);
                self.accepting = false;
                self.accept_at = Instant::now().checked_add(PAUSE);
            }
        }
    }

    fn wait(&mut self, is_stopping: bool) -> io::Result<()> {
        let limit = if self.accepting && !is_stopping || !self.ready.is_empty() {
            Some(Duration::ZERO)
        } else {
            let accept_at = self.accept_at.filter(|_| !is_stopping);
            let first = [accept_at, self.sweep_at].into_iter().flatten().min();
            first.map(|at| at.saturating_duration_since(Instant::now()))
        };
        self.poll.poll(&mut self.events, limit)?;
        self.accepts_left = ACCEPTS_AT_ONCE;
        for event in &self.events {
            match event.token() {
                LISTENER => self.accepting = true,
                WAKER => {}
                Token(token) => {
                    // Behind what a read gives then may be the end, or more after urgent data, of which the poll tells only once.
                    let to_the_end =
                        event.is_read_closed() || event.is_error() || event.is_priority();
                    let of_places = token.saturating_sub(FIRST_CLIENT);
                    let call = match of_places % 2 {
                        0 => Call::Client { to_the_end },
                        _ => Call::Awaited,
                    };
                    self.ready.push_back((of_places / 2, call));
                }
            }
        }
        self.read_mail();
        let now = Instant::now();
        if self.accept_at.is_some_and(|at| at <= now) {
            self.accept_at = None;
            self.accepting = true;
        }
        if self.sweep_at.is_some_and(|at| at <= now) {
            self.sweep(now);
        }
        self.turns_left = self.ready.len();
        Ok(())
    }

    fn read_mail(&mut self) {
        for returned in self.mailbox.take() {
            match returned {
                Returned::Free(place) => self.release(Some(place)),
                Returned::Client(client) => self.go_on_later(client),
            }
        }
    }

    /// Finds those that have waited for too long.
    fn sweep(&mut self, now: Instant) {
        let mut next: Option<Instant> = None;
        for (index, place) in &self.places {
            match &place.waiting {
                Some(waiting) if waiting.deadline <= now => {
                    self.ready.push_back((index, Call::Late));
                }
                Some(Waiting { deadline, .. }) => {
                    next = Some(next.map_or(*deadline, |at| at.min(*deadline)));
                }
                None => {}
            }
        }
        self.sweep_at = next;
    }
}

impl Place {
    /// Ends the connection here if it waits, because the server stops.
    fn dismiss(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.client.dismiss();
        }
    }
}

fn token(place: usize, is_awaited: bool) -> Token {
    let of_places = place
        .saturating_mul(2)
        .saturating_add(usize::from(is_awaited));
    Token(of_places.saturating_add(FIRST_CLIENT))
}
