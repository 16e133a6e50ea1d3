//! One loop of a TCP server: it waits for many connections at once, and says which has something to do.

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
    /// The place and the descriptor of the connection that was taken last, if it is watched.
    taken: Option<(usize, RawFd)>,
    ready: VecDeque<Call>,
    /// How many of them have their turn before the system is asked again who else has something to do.
    turns_left: usize,
    /// Whether somebody may wait to be accepted.
    accepting: bool,
    /// How many more are accepted before the others have their turn.
    accepts_left: u32,
    /// When the system is asked again, after it had no descriptor left.
    accept_at: Option<Instant>,
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

enum Place {
    /// A thread is at work on it.
    Taken {
        /// Whether the poll tells what its client says.
        is_watched: bool,
    },
    /// It waits for its client, until then.
    Waiting(Client, Instant),
    /// It waits for another connection, until then.
    Awaiting {
        client: Client,
        deadline: Instant,
        is_watched: bool,
        /// Whether the poll has told of its client, which it does only once.
        said_something: bool,
    },
}

/// A connection has something to do.
#[derive(Clone, Copy)]
struct Call {
    place: usize,
    /// Whether the connection that it awaits called, and not its client.
    is_awaited: bool,
    cause: Cause,
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
                && let Some(call) = self.ready.pop_front()
            {
                self.turns_left = self.turns_left.saturating_sub(1);
                if let Some(called) = self.take(call) {
                    return Some(called);
                }
            }
            while !is_stopping && self.accepting && self.accepts_left > 0 {
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
                for place in self.places.drain() {
                    place.dismiss();
                }
            }
        }
    }

    /// Sends away whose clients have everything, because the server stops; says whether there are others.
    fn dismiss_waiting(&mut self) -> bool {
        let mut has_others = false;
        for (_, place) in &mut self.places {
            match place {
                Place::Waiting(..) => std::mem::replace(place, Place::UNWATCHED).dismiss(),
                Place::Awaiting { .. } => has_others = true,
                Place::Taken { .. } => {}
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
        let index = client
            .place
            .unwrap_or_else(|| places.insert(Place::UNWATCHED));
        client.place = Some(index);
        let is_watched = matches!(
            self.places.get(index),
            Some(Place::Taken { is_watched: true })
        );
        let registered = match client.awaited() {
            Some(awaited) => self.register(awaited, token(index, true)),
            None if is_watched => Ok(()),
            None => {
                let own = client.descriptor();
                own.map_or(Ok(()), |own| self.register(own, token(index, false)))
            }
        };
        if let Err(error) = registered {
            self.release(Some(index));
            client.end(&Err(error));
            return None;
        }
        self.sweep_at = Some(self.sweep_at.map_or(deadline, |at| at.min(deadline)));
        if let Some(place) = self.places.get_mut(index) {
            *place = match client.awaited() {
                None => Place::Waiting(client, deadline),
                Some(_) => Place::Awaiting {
                    client,
                    deadline,
                    is_watched,
                    said_something: false,
                },
            };
        }
        Some(index)
    }

    fn register(&self, descriptor: RawFd, token: Token) -> io::Result<()> {
        let registry = self.poll.registry();
        registry.register(&mut SourceFd(&descriptor), token, READING)
    }

    /// Takes a connection back that has more to do, after the others had their turn.
    pub(super) fn go_on_later(&mut self, client: Client) {
        if let Some(place) = self.park(client) {
            self.ready.push_back(Call {
                place,
                is_awaited: false,
                cause: Cause::Ready { to_the_end: true },
            });
        }
    }

    /// The connection at this place has ended.
    pub(super) fn release(&mut self, place: Option<usize>) {
        if let Some(index) = place {
            self.places.try_remove(index);
        }
    }

    /// Takes a connection out that was called, with the cause for it to go on, if there is one.
    fn take(&mut self, call: Call) -> Option<(Client, Cause)> {
        let place = self.places.get_mut(call.place)?;
        let is_early = |deadline: &Instant| {
            // Something came meanwhile.
            call.cause == Cause::Late && *deadline > Instant::now()
        };
        match place {
            Place::Waiting(_, deadline) if call.is_awaited || is_early(deadline) => return None,
            Place::Awaiting { deadline, .. } if call.cause == Cause::Late => {
                if is_early(deadline) {
                    return None;
                }
            }
            Place::Awaiting { said_something, .. } if !call.is_awaited => {
                *said_something = true;
                return None;
            }
            Place::Waiting(..) | Place::Awaiting { .. } => {}
            // What came for it is looked for when it comes back.
            Place::Taken { .. } => return None,
        }
        let (client, cause, is_watched) = match std::mem::replace(place, Place::UNWATCHED) {
            Place::Waiting(client, _) => (client, call.cause, true),
            Place::Awaiting {
                client,
                is_watched,
                said_something,
                ..
            } => {
                if let Some(awaited) = client.awaited() {
                    // It has been told of; that it is told of no more can only fail where it was not.
                    let _ = self.poll.registry().deregister(&mut SourceFd(&awaited));
                }
                let cause = match call.cause {
                    Cause::Late => Cause::Late,
                    Cause::Ready { .. } => Cause::Ready {
                        to_the_end: said_something,
                    },
                };
                (client, cause, is_watched)
            }
            Place::Taken { .. } => return None,
        };
        *place = Place::Taken { is_watched };
        self.taken = client
            .descriptor()
            .filter(|_| is_watched)
            .map(|own| (call.place, own));
        Some((client, cause))
    }

    /// A thread stays with the connection that was taken last. If much comes for it, that would wake this loop each time.
    pub(super) fn leave_taken(&mut self) {
        if let Some((index, own)) = self.taken.take()
            && let Some(place) = self.places.get_mut(index)
            && self.poll.registry().deregister(&mut SourceFd(&own)).is_ok()
        {
            *place = Place::UNWATCHED;
        }
    }

    fn cannot_accept(&mut self, error: &io::Error, crew: &Crew) {
        const PAUSE: Duration = Duration::from_millis(10);
        match error.kind() {
            io::ErrorKind::WouldBlock => self.accepting = false,
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
                    self.ready.push_back(Call {
                        place: of_places / 2,
                        is_awaited: of_places % 2 == 1,
                        cause: Cause::Ready { to_the_end },
                    });
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
        for (place, state) in &self.places {
            if let Place::Waiting(_, deadline) | Place::Awaiting { deadline, .. } = state {
                if *deadline <= now {
                    self.ready.push_back(Call {
                        place,
                        is_awaited: false,
                        cause: Cause::Late,
                    });
                } else {
                    next = Some(next.map_or(*deadline, |at| at.min(*deadline)));
                }
            }
        }
        self.sweep_at = next;
    }
}

impl Place {
    const UNWATCHED: Self = Self::Taken { is_watched: false };

    /// Ends the connection here, because the server stops.
    fn dismiss(self) {
        if let Self::Waiting(client, _) | Self::Awaiting { client, .. } = self {
            client.dismiss();
        }
    }
}

fn token(place: usize, is_awaited: bool) -> Token {
    let of_places = place
        .saturating_mul(2)
        .saturating_add(usize::from(is_awaited));
    Token(of_places.saturating_add(FIRST_CLIENT))
}
