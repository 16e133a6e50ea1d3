//! The threads of a TCP server, and the connections they serve.
//!
//! A connection whose client says nothing costs no thread: loops, about one for each processor, wait for all of them, and the
//! thread that leads a loop serves what is ready itself, without waking another. What needs an answer from another server first
//! can wait for that in the loop, too ([`Conversation::awaited`]). Before a thread has to wait in the middle of something, as for
//! a slow client, it gives its loop to another one ([`about_to_wait`]), so nobody else waits with it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd as _, AsRawFd as _, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::event_loop::{EventLoop, Mailbox};
use super::{
    AtWork, GRACE, Served, ServerArgs, Stop, TcpHandler, TimedStream, system_text, thread_failure,
};
use crate::lock::lock;
use crate::output::{Output, counted};

/// What a server and one of its clients have to say to each other.
pub(crate) trait Conversation: Send {
    /// Goes on until the client has to say something, or to the end.
    fn go_on(&mut self, cause: Cause) -> io::Result<Progress>;

    /// The connection, as long as there is one.
    fn stream(&self) -> Option<&TimedStream>;

    /// Another connection that it waits for first, when it waits: it goes on when something comes there, or when nothing did in
    /// time. A server that stops lets it.
    fn awaited(&self) -> Option<&TimedStream> {
        None
    }
}

/// Why a conversation goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// The client, or the connection that was awaited, may have said something. Whoever reads less from the client than there is
    /// room for has read everything, unless `to_the_end`.
    Ready {
        /// The end may be behind it, or more: read until there is nothing.
        to_the_end: bool,
    },
    /// The client was silent for too long, as far as anybody had time to look: it may have said something just now.
    Late,
}

/// How far a conversation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Progress {
    /// The client has to say something, or the connection that is awaited.
    Waits,
    /// There is more to do, after the others had their turn.
    Again,
    /// The conversation is over.
    Over,
}

/// A conversation that is held in one go.
pub(crate) struct InOneGo<F>(Option<(TimedStream, F)>);

impl<F: FnOnce(TimedStream) -> io::Result<()> + Send> InOneGo<F> {
    /// What `talk` does, from the beginning to the end.
    pub(crate) fn new(stream: TimedStream, talk: F) -> Self {
        Self(Some((stream, talk)))
    }
}

impl<F: FnOnce(TimedStream) -> io::Result<()> + Send> Conversation for InOneGo<F> {
    fn go_on(&mut self, _: Cause) -> io::Result<Progress> {
        if let Some((stream, talk)) = self.0.take() {
            talk(stream)?;
        }
        Ok(Progress::Over)
    }

    fn stream(&self) -> Option<&TimedStream> {
        self.0.as_ref().map(|(stream, _)| stream)
    }
}

/// All that the threads of a server share.
pub(super) struct Crew {
    listener: TcpListener,
    address: SocketAddr,
    limits: ServerArgs,
    handler: Arc<dyn TcpHandler>,
    stop: Stop,
    out: Output,
    threads: Mutex<Threads>,
    /// A loop was given away, or the server stops.
    handed: Condvar,
    mailboxes: Mutex<Vec<Arc<Mailbox>>>,
    active: AtomicUsize,
    served: AtomicU64,
    ended_lock: Mutex<()>,
    ended: Condvar,
}

#[derive(Default)]
struct Threads {
    /// Loops that nobody leads.
    handed: VecDeque<Box<EventLoop>>,
    /// How many threads wait for one.
    idle: usize,
}

/// A connection and what is known of it.
pub(super) struct Client {
    conversation: Box<dyn Conversation>,
    peer: SocketAddr,
    /// Where its loop keeps it, once it has waited there.
    pub(super) place: Option<usize>,
    active: Active,
}

/// How a connection went on.
enum Went {
    /// Its client has to say something.
    Waits(Client),
    /// There is more to do.
    Again(Client),
    /// It has ended.
    Over,
}

thread_local! {
    /// The loop that this thread leads.
    static LEADING: RefCell<Option<(Box<EventLoop>, Arc<Crew>)>> = const { RefCell::new(None) };
}

/// To be called before a wait: a thread that leads a loop gives it to another one, since others would wait, too.
///
/// # Errors
///
/// There is no thread to be had: whoever wanted to wait must not.
pub(crate) fn about_to_wait() -> io::Result<()> {
    LEADING.with_borrow_mut(|leading| match leading.take() {
        None => Ok(()),
        Some((mut own, crew)) => {
            own.leave_taken();
            crew.hand_over(own).map_err(|(own, error)| {
                *leading = Some((own, crew));
                thread_failure(&error)
            })
        }
    })
}

/// Whether this thread leads a loop: then others wait when it does.
pub(super) fn leads() -> bool {
    LEADING.with_borrow(Option::is_some)
}

impl Crew {
    /// Starts to accept.
    pub(super) fn start(
        listener: TcpListener,
        address: SocketAddr,
        limits: &ServerArgs,
        stop: &Stop,
        out: &Output,
        handler: Arc<dyn TcpHandler>,
    ) -> io::Result<Arc<Self>> {
        /// Two, so that one that goes on for long does not stop everything, and no more than there are processors on most machines.
        const LOOPS: std::ops::RangeInclusive<usize> = 2..=16;
        TimedStream::prepare_to_accept(&listener, limits.idle_timeout)?;
        let crew = Arc::new(Self {
            listener,
            address,
            limits: limits.clone(),
            handler,
            stop: stop.clone(),
            out: out.clone(),
            threads: Mutex::default(),
            handed: Condvar::new(),
            mailboxes: Mutex::default(),
            active: AtomicUsize::new(0),
            served: AtomicU64::new(0),
            ended_lock: Mutex::new(()),
            ended: Condvar::new(),
        });
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..processors.clamp(*LOOPS.start(), *LOOPS.end()) {
            let own = EventLoop::new(&crew.listener)?;
            lock(&crew.mailboxes).push(Arc::clone(own.mailbox()));
            crew.hand_over(Box::new(own)).map_err(|(_, error)| error)?;
        }
        Ok(crew)
    }

    /// Stops accepting, gives what is under way up to [`GRACE`] to finish, and counts the connections. The stop flag must be
    /// raised.
    pub(super) fn finish(&self) -> u64 {
        debug_assert!(self.is_stopping(), "finish waits for a flag nobody raised");
        // On Linux whoever comes now is refused instead of left to wait.
        let _ = socket2::SockRef::from(&self.listener).shutdown(std::net::Shutdown::Both);
        for mailbox in lock(&self.mailboxes).iter() {
            mailbox.wake();
        }
        drop(lock(&self.threads));
        self.handed.notify_all();
        let has_some = |(): &mut ()| self.active.load(Ordering::SeqCst) > 0;
        let guard = lock(&self.ended_lock);
        drop(self.ended.wait_timeout_while(guard, GRACE, has_some));
        self.served.load(Ordering::Relaxed)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stop.is_raised()
    }

    /// Ends the server: its loops cannot wait.
    pub(super) fn give_up(&self, error: &io::Error) {
        let text = system_text(error);
        self.out.warn(&format!("cannot wait for clients: {text}"));
        self.stop.raise();
    }

    /// Says that the system gave no connection.
    pub(super) fn cannot_accept(&self, error: &io::Error) {
        self.out
            .remark(|| format!("cannot accept: {}", system_text(error)));
    }

    /// Whether there are as many connections as may be.
    pub(super) fn is_full(&self) -> bool {
        self.active.load(Ordering::SeqCst) >= self.limits.max_connections
    }

    /// Accepts who waits; none for one that was turned away.
    pub(super) fn accept(self: &Arc<Self>) -> io::Result<Option<Client>> {
        let (stream, peer) = self.listener.accept()?;
        if !self.limits.lets_in(peer, &self.out) {
            return Ok(None);
        }
        let limit = self.limits.max_connections;
        let Some(active) = Active::begin(self, limit) else {
            self.out
                .remark(|| format!("{peer} turned away: {} open", counted(limit, "connection")));
            self.handler.turn_away(&stream);
            return Ok(None);
        };
        self.served.fetch_add(1, Ordering::Relaxed);
        self.out.remark(|| format!("{peer} connected"));
        let idle = self.limits.idle_timeout;
        let begun = TimedStream::accepted(stream, idle, self.stop.clone())
            .and_then(|stream| Arc::clone(&self.handler).begin(stream, peer));
        match begun {
            Ok(conversation) => Ok(Some(Client {
                conversation,
                peer,
                place: None,
                active,
            })),
            Err(error) => {
                active.end(peer, &Err(error));
                Ok(None)
            }
        }
    }

    /// Gives a loop to a thread that waits for one, or to a new one.
    fn hand_over(self: &Arc<Self>, own: Box<EventLoop>) -> Result<(), (Box<EventLoop>, io::Error)> {
        let mut threads = lock(&self.threads);
        if threads.idle > threads.handed.len() {
            threads.handed.push_back(own);
            self.handed.notify_one();
            return Ok(());
        }
        let crew = Arc::clone(self);
        let spawned = std::thread::Builder::new()
            .name(format!("tcp {}", self.address.port()))
            .stack_size(512 * 1024)
            .spawn(move || crew.work());
        match spawned {
            Ok(_) => {
                threads.handed.push_back(own);
                Ok(())
            }
            Err(error) => Err((own, error)),
        }
    }

    /// Leads one loop after the other, as they are given away.
    fn work(self: Arc<Self>) {
        /// Threads kept waiting after a burst.
        const SPARE_THREADS: usize = 32;
        loop {
            let mut threads = lock(&self.threads);
            let own = loop {
                if let Some(own) = threads.handed.pop_front() {
                    break own;
                }
                if self.is_stopping() || threads.idle >= SPARE_THREADS {
                    return;
                }
                threads.idle = threads.idle.saturating_add(1);
                threads = self
                    .handed
                    .wait(threads)
                    .unwrap_or_else(PoisonError::into_inner);
                threads.idle = threads.idle.saturating_sub(1);
            };
            drop(threads);
            self.lead(own);
        }
    }

    /// Serves what a loop has, until it is given away or the server stops.
    fn lead(self: &Arc<Self>, own: Box<EventLoop>) {
        let mailbox = Arc::clone(own.mailbox());
        LEADING.set(Some((own, Arc::clone(self))));
        loop {
            let next = LEADING.with_borrow_mut(|leading| {
                let (own, crew) = leading.as_mut()?;
                own.next(crew)
            });
            let Some((client, cause)) = next else {
                // The server stops. What is closed with the loop is told of by the connections.
                drop(LEADING.take());
                return;
            };
            let place = client.place;
            let went = client.go_on(cause);
            let without_loop = LEADING.with_borrow_mut(|leading| {
                let Some((own, _)) = leading else {
                    return Some(went);
                };
                match went {
                    Went::Waits(client) => drop(own.park(client)),
                    Went::Again(client) => own.go_on_later(client),
                    Went::Over => own.release(place),
                }
                None
            });
            if let Some(went) = without_loop {
                return self.stay_with(went, place, &mailbox);
            }
        }
    }

    /// Stays with a connection that had to be waited for, as long as its client is busy: it may have to be waited for again.
    fn stay_with(&self, mut went: Went, place: Option<usize>, mailbox: &Mailbox) {
        /// After so many turns what is awaited may not need a thread behind it any more.
        const TURNS_MAX: u32 = 16;
        let mut turns = 0_u32;
        loop {
            let client = match went {
                Went::Over => return mailbox.tell_ended(place),
                Went::Waits(client) => {
                    let is_awaiting = client.awaited().is_some();
                    // What had to be waited for before it was awaited comes once, what comes behind it may every time.
                    let goes_back = match is_awaiting {
                        true => turns == 0 || turns >= TURNS_MAX,
                        false => turns > 0,
                    };
                    let staying = match goes_back {
                        true => mailbox.give_back(client).err(),
                        false => Some(client),
                    };
                    match staying {
                        None => return,
                        Some(client) if !is_awaiting && self.is_stopping() => {
                            return client.dismiss();
                        }
                        Some(client) => client,
                    }
                }
                Went::Again(client) => client,
            };
            // Who leads no loop waits a moment for the client.
            turns = turns.saturating_add(1);
            went = client.go_on(Cause::Ready { to_the_end: true });
        }
    }
}

impl AtWork for Arc<Crew> {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        vec![("tcp", self.address)]
    }

    fn finish(self: Box<Self>) -> Served {
        Served {
            connections: Some(Crew::finish(&self)),
            datagrams: None,
        }
    }
}

impl Client {
    fn go_on(mut self, cause: Cause) -> Went {
        // A bug in one conversation must not end the others.
        let progress = catch_unwind(AssertUnwindSafe(|| self.conversation.go_on(cause)))
            .unwrap_or_else(|_| Err(io::Error::other("the server has a bug")));
        match progress {
            Ok(Progress::Waits) => return Went::Waits(self),
            Ok(Progress::Again) => return Went::Again(self),
            Ok(Progress::Over) => self.end(&Ok(())),
            Err(error) => self.end(&Err(error)),
        }
        Went::Over
    }

    /// Until when whoever it waits for may be silent.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let stream = self.conversation.awaited();
        let stream = stream.or_else(|| self.conversation.stream())?;
        Some(stream.limit_after(Duration::ZERO))
    }

    /// The connection that it waits for, if that is not its own.
    pub(super) fn awaited(&self) -> Option<RawFd> {
        let stream = self.conversation.awaited()?;
        Some(stream.as_fd().as_raw_fd())
    }

    pub(super) fn descriptor(&self) -> Option<RawFd> {
        let stream = self.conversation.stream()?;
        Some(stream.as_fd().as_raw_fd())
    }

    /// Ends a connection that waits for its client, because the server stops.
    pub(super) fn dismiss(self) {
        self.end(&Err(io::Error::other("the server is stopping")));
    }

    /// Closes the connection and says how it ended.
    pub(super) fn end(self, result: &io::Result<()>) {
        drop(self.conversation);
        self.active.end(self.peer, result);
    }
}

/// Counts a connection for as long as it lives.
struct Active(Arc<Crew>);

impl Active {
    /// `None` if there are `max` already.
    fn begin(crew: &Arc<Crew>, max: usize) -> Option<Self> {
        take_place(&crew.active, max).then(|| Self(Arc::clone(crew)))
    }

    fn end(self, peer: SocketAddr, result: &io::Result<()>) {
        self.0.out.remark(|| match result {
            Ok(()) => format!("{peer} done"),
            Err(error) => format!("{peer} ended: {}", system_text(error)),
        });
    }
}

/// Counts one more, up to `max`: of threads that accept at the same time only one gets the last place.
fn take_place(taken: &AtomicUsize, max: usize) -> bool {
    let more = |count: usize| (count < max).then_some(count.saturating_add(1));
    taken
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, more)
        .is_ok()
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::SeqCst);
        if self.0.is_stopping() {
            let _guard = lock(&self.0.ended_lock);
            self.0.ended.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
