//! One loop of a TCP server: it waits for many connections at once, and says which has something to do.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};

use super::READING;
use super::crew::{Cause, Client, Crew};

/// What a thread leads: connections that wait for their clients, and what has come for them.
pub(super) struct EventLoop {
    poll: Poll,
    events: Events,
    mailbox: Arc<Mailbox>,
    /// Each connection of this loop, at the place its token names.
    places: Vec<Place>,
    free: Vec<usize>,
    /// The place and the descriptor of the connection that was taken last.
    taken: Option<(usize, RawFd)>,
    ready: VecDeque<(usize, Cause)>,
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
    returned: Mutex<Vec<Returned>>,
    waker: Waker,
}

enum Returned {
    /// It waits for its client again.
    Client(Client),
    /// The connection that had this place has ended.
    Free(usize),
}

enum Place {
    Free,
    /// A thread is at work on it.
    Taken,
    /// A thread stays with it: what comes for it is not told here.
    Away,
    /// It waits for its client, until then.
    Waiting(Client, Instant),
}

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST_PLACE: usize = 2;

/// After so many the others have their turn.
const ACCEPTS_AT_ONCE: u32 = 64;

impl Mailbox {
    /// Gives a connection back that waits for its client.
    pub(super) fn give_back(&self, client: Client) {
        self.put(Returned::Client(client));
        self.wake();
    }

    /// Ends the connections that came back too late, because the server stops.
    pub(super) fn dismiss(&self) {
        for returned in self.take() {
            if let Returned::Client(client) = returned {
                client.dismiss();
            }
        }
    }

    /// Tells that a connection has ended; this is no reason to wake anybody.
    pub(super) fn tell_ended(&self, place: Option<usize>) {
        if let Some(place) = place {
            self.put(Returned::Free(place));
        }
    }

    /// Ends the loop's wait.
    pub(super) fn wake(&self) {
        // One that cannot be woken looks again when a client says something, or has been silent for too long.
        let _ = self.waker.wake();
    }

    fn put(&self, returned: Returned) {
        let mut all = self.returned.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(returned);
    }

    fn take(&self) -> Vec<Returned> {
        let mut all = self.returned.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *all)
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
                returned: Mutex::default(),
                waker,
            }),
            places: Vec::new(),
            free: Vec::new(),
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

    /// Waits for a connection that has something to do; none once the server stops.
    pub(super) fn next(&mut self, crew: &Arc<Crew>) -> Option<(Client, Cause)> {
        self.taken = None;
        while !crew.is_stopping() {
            while self.turns_left > 0
                && let Some((place, cause)) = self.ready.pop_front()
            {
                self.turns_left = self.turns_left.saturating_sub(1);
                if let Some(client) = self.take(place, cause) {
                    return Some((client, cause));
                }
            }
            while self.accepting && self.accepts_left > 0 {
                self.accepts_left = self.accepts_left.saturating_sub(1);
                match crew.accept() {
                    Ok(Some(client)) => return Some((client, Cause::Ready { to_the_end: false })),
                    Ok(None) => {}
                    Err(error) => self.cannot_accept(&error, crew),
                }
            }
            if let Err(error) = self.wait()
                && error.kind() != io::ErrorKind::Interrupted
            {
                crew.give_up(&error);
            }
        }
        for place in self.places.drain(..) {
            if let Place::Waiting(client, _) = place {
                client.dismiss();
            }
        }
        self.mailbox.dismiss();
        None
    }

    /// Takes a connection back that waits for its client, and says where it is.
    pub(super) fn park(&mut self, mut client: Client) -> Option<usize> {
        let Some(deadline) = client.deadline() else {
            self.release(client.place);
            client.end(&Ok(()));
            return None;
        };
        let index = client.place.unwrap_or_else(|| {
            self.free.pop().unwrap_or_else(|| {
                self.places.push(Place::Free);
                self.places.len().saturating_sub(1)
            })
        });
        client.place = Some(index);
        if matches!(self.places.get(index), Some(Place::Free | Place::Away)) {
            let token = Token(index.saturating_add(FIRST_PLACE));
            let registered = client.descriptor().map_or(Ok(()), |descriptor| {
                let source = &mut SourceFd(&descriptor);
                self.poll.registry().register(source, token, READING)
            });
            if let Err(error) = registered {
                self.release(client.place);
                client.end(&Err(error));
                return None;
            }
        }
        self.sweep_at = Some(self.sweep_at.map_or(deadline, |at| at.min(deadline)));
        if let Some(place) = self.places.get_mut(index) {
            *place = Place::Waiting(client, deadline);
        }
        Some(index)
    }

    /// Takes a connection back that has more to do, after the others had their turn.
    pub(super) fn go_on_later(&mut self, client: Client) {
        if let Some(place) = self.park(client) {
            self.ready
                .push_back((place, Cause::Ready { to_the_end: true }));
        }
    }

    /// A thread stays with the connection that was taken last. If much comes for it, that would wake this loop each time.
    pub(super) fn leave_taken(&mut self) {
        if let Some((index, descriptor)) = self.taken.take()
            && self
                .poll
                .registry()
                .deregister(&mut SourceFd(&descriptor))
                .is_ok()
            && let Some(place) = self.places.get_mut(index)
        {
            *place = Place::Away;
        }
    }

    /// The connection at this place has ended.
    pub(super) fn release(&mut self, place: Option<usize>) {
        if let Some(index) = place
            && let Some(place) = self.places.get_mut(index)
        {
            *place = Place::Free;
            self.free.push(index);
        }
    }

    fn take(&mut self, index: usize, cause: Cause) -> Option<Client> {
        let place = self.places.get_mut(index)?;
        match place {
            // Something came meanwhile.
            Place::Waiting(_, deadline) if cause == Cause::Late && *deadline > Instant::now() => {
                None
            }
            Place::Waiting(..) => match std::mem::replace(place, Place::Taken) {
                Place::Waiting(client, _) => {
                    self.taken = client.descriptor().map(|descriptor| (index, descriptor));
                    Some(client)
                }
                Place::Free | Place::Taken | Place::Away => None,
            },
            // What came for it is looked for when it comes back.
            Place::Free | Place::Taken | Place::Away => None,
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

    fn wait(&mut self) -> io::Result<()> {
        let limit = if self.accepting || !self.ready.is_empty() {
            Some(Duration::ZERO)
        } else {
            let first = [self.accept_at, self.sweep_at].into_iter().flatten().min();
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
                    let place = token.saturating_sub(FIRST_PLACE);
                    self.ready.push_back((place, Cause::Ready { to_the_end }));
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
        for (index, place) in self.places.iter().enumerate() {
            if let Place::Waiting(_, deadline) = place {
                if *deadline <= now {
                    self.ready.push_back((index, Cause::Late));
                } else {
                    next = Some(next.map_or(*deadline, |at| at.min(*deadline)));
                }
            }
        }
        self.sweep_at = next;
    }
}
