//! The bounded TCP accept loop.
//!
//! Threads take turns: whoever waits in `accept` serves what it accepted itself, and the last waiter starts another one first,
//! so somebody always accepts (the system's queue is short) and a short connection costs no new thread and no hand-over.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::connect::system_text;
use super::descriptors::raise_descriptor_limit;
use super::{GRACE, ServerArgs, Stop, TimedStream};
use crate::exit::Failure;
use crate::output::{Output, counted};

/// What a server does with each connection.
pub(crate) trait TcpHandler: Send + Sync + 'static {
    /// Serves one connection; the thread is its own.
    fn serve(&self, stream: TimedStream, peer: SocketAddr) -> io::Result<()>;

    /// Says no to a connection over the limit, without waiting for anything. Closing it says enough by default.
    fn turn_away(&self, _stream: &TcpStream) {}
}

/// A bound socket that does not accept yet.
#[derive(Debug)]
pub(crate) struct TcpServer {
    listener: TcpListener,
    address: SocketAddr,
}

/// A server at work. Dropping it does not stop it; [`RunningTcp::finish`] does.
pub(crate) struct RunningTcp {
    shared: Arc<Shared>,
}

struct Shared {
    listener: TcpListener,
    address: SocketAddr,
    limits: ServerArgs,
    handler: Arc<dyn TcpHandler>,
    stop: Stop,
    out: Output,
    waiting: AtomicUsize,
    active: AtomicUsize,
    served: AtomicU64,
    ended_lock: Mutex<()>,
    ended: Condvar,
}

impl TcpServer {
    /// Binds and listens, and makes room for as many connections as the system lets this process have.
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, Failure> {
        // Those who find no descriptor wait at the door.
        let _ = raise_descriptor_limit();
        let listener = listen(address).map_err(|error| bind_failure("tcp", address, &error))?;
        let address = listener
            .local_addr()
            .map_err(|error| bind_failure("tcp", address, &error))?;
        Ok(Self { listener, address })
    }

    /// Where it listens, with the port the system picked.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The socket, for a server that accepts in a loop of its own.
    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// Starts to accept.
    pub(crate) fn start(
        self,
        limits: &ServerArgs,
        stop: &Stop,
        out: &Output,
        handler: Arc<dyn TcpHandler>,
    ) -> io::Result<RunningTcp> {
        const FIRST_THREADS: usize = 2;
        TimedStream::prepare_to_accept(&self.listener, limits.idle_timeout)?;
        let shared = Arc::new(Shared {
            listener: self.listener,
            address: self.address,
            limits: limits.clone(),
            handler,
            stop: stop.clone(),
            out: out.clone(),
            waiting: AtomicUsize::new(0),
            active: AtomicUsize::new(0),
            served: AtomicU64::new(0),
            ended_lock: Mutex::new(()),
            ended: Condvar::new(),
        });
        for _ in 0..FIRST_THREADS {
            Shared::add_thread(&shared)?;
        }
        Ok(RunningTcp { shared })
    }
}

impl RunningTcp {
    /// Stops accepting, gives what is under way up to [`GRACE`] to finish, and counts the connections. The stop flag must be
    /// raised.
    pub(crate) fn finish(self) -> u64 {
        const WAKE_MAX: Duration = Duration::from_secs(1);
        let shared = &self.shared;
        debug_assert!(
            shared.stop.is_raised(),
            "finish waits for a flag nobody raised"
        );
        // On Linux this ends every `accept`, also of a process that gets no socket and no way to itself, and whoever comes now is
        // refused instead of left to wait.
        let _ = SockRef::from(&shared.listener).shutdown(Shutdown::Both);
        let target = reachable(shared.address);
        let start = Instant::now();
        while shared.waiting.load(Ordering::SeqCst) > 0 && start.elapsed() < WAKE_MAX {
            // Elsewhere a waiter notices the flag as soon as somebody connects.
            if TcpStream::connect_timeout(&target, Duration::from_millis(100)).is_err() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let end = Instant::now();
        let mut guard = shared
            .ended_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while shared.active.load(Ordering::SeqCst) > 0 {
            let Some(left) = GRACE.checked_sub(end.elapsed()) else {
                break;
            };
            guard = shared
                .ended
                .wait_timeout(guard, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        shared.served.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn add_thread(shared: &Arc<Self>) -> io::Result<()> {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        let worker = Arc::clone(shared);
        let spawned = std::thread::Builder::new()
            .name(format!("tcp {}", shared.address.port()))
            .stack_size(512 * 1024)
            .spawn(move || Self::work(&worker));
        if let Err(error) = spawned {
            shared.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(error);
        }
        Ok(())
    }

    fn work(shared: &Arc<Self>) {
        /// Threads kept waiting after a burst.
        const SPARE_THREADS: usize = 32;
        loop {
            let accepted = shared.listener.accept();
            if shared.stop.is_raised() {
                shared.waiting.fetch_sub(1, Ordering::SeqCst);
                return;
            }
            let Some((stream, peer, active)) = shared.admit(accepted) else {
                continue;
            };
            let was_waiting = shared.waiting.fetch_sub(1, Ordering::SeqCst);
            if was_waiting == 1 && Self::add_thread(shared).is_err() {
                // Nobody would accept while this thread serves: stay, and turn the client away.
                shared.waiting.fetch_add(1, Ordering::SeqCst);
                shared.handler.turn_away(&stream);
                continue;
            }
            shared.served.fetch_add(1, Ordering::Relaxed);
            shared.out.remark(|| format!("{peer} connected"));
            let idle = shared.limits.idle_timeout;
            let result = TimedStream::accepted(stream, idle, shared.stop.clone())
                .and_then(|stream| shared.handler.serve(stream, peer));
            shared.out.remark(|| match &result {
                Ok(()) => format!("{peer} done"),
                Err(error) => format!("{peer} ended: {}", system_text(error)),
            });
            drop(active);
            if shared.waiting.load(Ordering::SeqCst) >= SPARE_THREADS {
                return;
            }
            shared.waiting.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The accepted connection, unless it failed or must be turned away.
    fn admit(
        &self,
        accepted: io::Result<(TcpStream, SocketAddr)>,
    ) -> Option<(TcpStream, SocketAddr, Active<'_>)> {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, mostly: trying again at once would only burn the processor.
                self.out
                    .remark(|| format!("cannot accept: {}", system_text(&error)));
                if !matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted
                ) {
                    self.stop.wait_timeout(Duration::from_millis(10));
                }
                return None;
            }
        };
        if !self.limits.allows(peer.ip()) {
            self.out
                .remark(|| format!("{peer} turned away: not in --allow"));
            return None;
        }
        let limit = usize::try_from(self.limits.max_connections).unwrap_or(usize::MAX);
        let Some(active) = Active::begin(self, limit) else {
            self.out
                .remark(|| format!("{peer} turned away: {} open", counted(limit, "connection")));
            self.handler.turn_away(&stream);
            return None;
        };
        Some((stream, peer, active))
    }
}

/// Counts a connection for as long as it lives, also when its handler panics.
struct Active<'a>(&'a Shared);

impl<'a> Active<'a> {
    /// `None` if there are `max` already.
    fn begin(shared: &'a Shared, max: usize) -> Option<Self> {
        take_place(&shared.active, max).then(|| Self(shared))
    }
}

/// Counts one more, up to `max`: of threads that accept at the same time only one gets the last place.
fn take_place(taken: &AtomicUsize, max: usize) -> bool {
    let more = |count: usize| (count < max).then_some(count.saturating_add(1));
    taken
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, more)
        .is_ok()
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::SeqCst);
        if self.0.stop.is_raised() {
            let _guard = self
                .0
                .ended_lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            self.0.ended.notify_all();
        }
    }
}

/// The failure to bind, with the way out.
pub(super) fn bind_failure(transport: &str, address: SocketAddr, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse if address.port() == 0 => {
            "; the system has no free port left to pick".to_owned()
        }
        io::ErrorKind::AddrInUse => {
            "; is another server running there? Port 0 picks a free one".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "; ports below 1024 need privileges, choose a higher one".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("; does this machine have the address {}?", address.ip())
        }
        // No other argument is wrong here.
        io::ErrorKind::InvalidInput if address.is_ipv6() => {
            let ip = address.ip();
            format!("; an address of a link needs the number of its interface, as in [{ip}%2]")
        }
        _ => String::new(),
    };
    Failure::cannot_start(format!(
        "cannot listen on {transport} {address}: {}{hint}",
        system_text(error)
    ))
}

/// `address` as a client on this machine reaches it.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    /// The system cuts this to its own limit; std would ask for 128.
    const BACKLOG: i32 = 4096;
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A restarted server must not wait for the old one's connections to be forgotten.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;

    use rustix::io::Errno;

    use super::{bind_failure, take_place};

    #[test]
    fn the_way_out_fits_the_address() {
        for (address, errno, way_out) in [
            ("127.0.0.1:0", Errno::ADDRINUSE, "no free port left to pick"),
            ("127.0.0.1:80", Errno::ADDRINUSE, "Port 0 picks a free one"),
            ("[fe80::1]:80", Errno::INVAL, "as in [fe80::1%2]"),
        ] {
            let failure = bind_failure("tcp", address.parse().unwrap(), &errno.into());
            assert!(failure.to_string().ends_with(way_out), "{failure}");
        }
    }

    #[test]
    fn threads_that_accept_at_the_same_time_stay_below_the_limit_together() {
        const THREADS: usize = 8;
        const MAX: usize = 3;
        for _ in 0..50 {
            let (taken, start) = (AtomicUsize::new(0), Barrier::new(THREADS));
            let count = std::thread::scope(|scope| {
                let take = || {
                    start.wait();
                    take_place(&taken, MAX)
                };
                let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(take)).collect();
                let got = threads.into_iter().map(|thread| thread.join().unwrap());
                got.filter(|got| *got).count()
            });
            assert_eq!((count, taken.into_inner()), (MAX, MAX));
        }
    }
}
