//! A TCP connection on which no read and no write can wait for ever.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use socket2::SockRef;

use super::{Ends, Stop, about_to_wait, leads};

/// How long one system call may block before the stop flag is looked at again.
const TICK: Duration = Duration::from_millis(200);

/// A stream whose reads and writes end with [`io::ErrorKind::TimedOut`] after the idle time, and soon after the stop flag was
/// raised with [`io::ErrorKind::ConnectionAborted`], unless something is under way.
#[derive(Debug)]
pub(crate) struct TimedStream {
    stream: TcpStream,
    idle: Duration,
    deadline: Option<Instant>,
    is_under_way: bool,
    stop: Stop,
}

impl TimedStream {
    /// Takes over a connected stream. Small writes leave at once (TCP_NODELAY).
    pub(crate) fn new(stream: TcpStream, idle: Duration, stop: Stop) -> io::Result<Self> {
        stream.set_read_timeout(Some(tick(idle)))?;
        stream.set_write_timeout(Some(tick(idle)))?;
        stream.set_nodelay(true)?;
        Ok(Self::with_options(stream, idle, stop))
    }

    /// Has a listening socket not wait for anybody, and gives it what connections take over from it on Linux, which spares each of
    /// them some system calls.
    pub(crate) fn prepare_to_accept(listener: &TcpListener, idle: Duration) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        if cfg!(target_os = "linux") {
            let socket = SockRef::from(listener);
            socket.set_read_timeout(Some(tick(idle)))?;
            socket.set_write_timeout(Some(tick(idle)))?;
            socket.set_tcp_nodelay(true)?;
        }
        Ok(())
    }

    /// Takes over a stream from a listener that was prepared.
    pub(crate) fn accepted(stream: TcpStream, idle: Duration, stop: Stop) -> io::Result<Self> {
        if cfg!(target_os = "linux") {
            return Ok(Self::with_options(stream, idle, stop));
        }
        stream.set_nonblocking(false)?;
        Self::new(stream, idle, stop)
    }

    const fn with_options(stream: TcpStream, idle: Duration, stop: Stop) -> Self {
        Self {
            stream,
            idle,
            deadline: None,
            is_under_way: false,
            stop,
        }
    }

    /// A second handle to the same connection, for the other direction.
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            stream: self.stream.try_clone()?,
            idle: self.idle,
            deadline: self.deadline,
            is_under_way: self.is_under_way,
            stop: self.stop.clone(),
        })
    }

    /// The address of this end.
    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    /// The addresses of both ends.
    pub(crate) fn ends(&self) -> io::Result<Ends> {
        Ok(Ends {
            peer: self.stream.peer_addr()?,
            local: self.local_addr()?,
        })
    }

    /// How long a read or write may wait for the peer.
    pub(crate) const fn idle(&self) -> Duration {
        self.idle
    }

    /// A moment after which everything times out, however busy the peer keeps the connection; none lifts it. Nothing that was
    /// read is lost: it can be waited for again.
    pub(crate) fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// The same: from now on it all has as long as a silent peer, no longer.
    pub(crate) fn set_deadline_to_idle(&mut self) {
        self.set_deadline(Some(later(self.idle)));
    }

    /// Whether there is such a moment.
    pub(crate) const fn has_deadline(&self) -> bool {
        self.deadline.is_some()
    }

    /// Whether that moment has passed.
    pub(crate) fn is_past_deadline(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether the server was told to stop: it takes nothing on any more.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.is_raised()
    }

    /// Says whether something was taken on that is not done yet: a server that was told to stop still does it, and whoever waits
    /// for the server bounds that.
    pub(crate) const fn set_under_way(&mut self, is_under_way: bool) {
        self.is_under_way = is_under_way;
    }

    /// Has the system give the connection up once the peer has not acknowledged for `wait` what it was sent. By itself it goes on
    /// for a quarter of an hour, and takes what is written meanwhile, which looks like a peer that is there.
    pub(crate) fn set_acknowledged_within(&self, wait: Duration) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
            // Without it the connection ends later.
            let _ = rustix::net::sockopt::set_tcp_user_timeout(&self.stream, wait_ms);
        }
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let _ = wait;
    }

    /// Ends one direction or both.
    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.stream.shutdown(how)
    }

    /// Writes all of `octets`, which the system may hold back a moment, since more follow at once.
    #[cfg(target_os = "linux")]
    pub(crate) fn write_before_more(&self, mut octets: &[u8]) -> io::Result<()> {
        while !octets.is_empty() {
            let count = self.until_limit(|stream, waiting| {
                Ok(send(stream, octets, waiting.to_send() | SendFlags::MORE)?)
            })?;
            octets = octets.get(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// Writes all of `octets`.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn write_before_more(mut self: &Self, octets: &[u8]) -> io::Result<()> {
        self.write_all(octets)
    }

    /// Writes octets of a file from `first` on, without taking them into the process; the count is less than `length` where
    /// the file ends before. This cannot be told not to wait: call [`about_to_wait`] before.
    #[cfg(target_os = "linux")]
    pub(crate) fn write_file(&self, file: &File, first: u64, length: u64) -> io::Result<u64> {
        let end = first.saturating_add(length);
        let mut next = first;
        while next < end {
            // What the system takes at once is less anyway.
            let count = usize::try_from(end.saturating_sub(next)).unwrap_or(usize::MAX);
            let sent = self.until_limit(|stream, _| {
                Ok(rustix::fs::sendfile(stream, file, Some(&mut next), count)?)
            })?;
            if sent == 0 {
                break;
            }
        }
        Ok(next.saturating_sub(first))
    }

    /// To be called before the end, so that the peer gets to read what was written even if it is still sending: ends our side, then
    /// reads what arrives for a bounded time. Closing with unread octets would make the system send a reset that can overtake the
    /// reply.
    pub(crate) fn linger(&mut self) {
        const LINGER_MAX: Duration = Duration::from_secs(2);
        const LINGER_OCTETS_MAX: usize = 1 << 20;
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        self.set_under_way(false);
        self.set_deadline(Some(later(LINGER_MAX)));
        let mut scratch = [0; 8192];
        let mut seen = 0_usize;
        while seen < LINGER_OCTETS_MAX {
            match self.read(&mut scratch) {
                Ok(0) | Err(_) => return,
                Ok(count) => seen = seen.saturating_add(count),
            }
        }
    }

    /// Reads what is there; [`io::ErrorKind::WouldBlock`] when that is nothing. A thread that keeps nobody else waiting waits a
    /// moment for it.
    pub(crate) fn read_at_hand(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match recv(&self.stream, &mut *buffer, Waiting::now().to_receive()) {
                Ok((count, _)) => return Ok(count),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether something can be read within `wait`.
    pub(crate) fn is_readable_within(&self, wait: Duration) -> bool {
        if !wait.is_zero() {
            // Where there is no other thread the others wait, too: not for long.
            let _ = about_to_wait();
        }
        let Ok(wait) = Timespec::try_from(wait) else {
            return false;
        };
        let mut fds = [PollFd::new(self, PollFlags::IN)];
        matches!(poll(&mut fds, Some(&wait)), Ok(count) if count > 0)
    }

    /// Until when a peer may be silent that was silent for so long already.
    pub(crate) fn limit_after(&self, waited: Duration) -> Instant {
        let idle = later(self.idle.saturating_sub(waited));
        self.deadline.map_or(idle, |deadline| deadline.min(idle))
    }

    /// Repeats a call until it does something, the limit passes, or the stop flag is raised with nothing under way.
    fn until_limit(
        &self,
        mut call: impl FnMut(&TcpStream, Waiting) -> io::Result<usize>,
    ) -> io::Result<usize> {
        // Before the call, for what a call has read must not be lost.
        if self.is_past_deadline() {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the peer took too long",
            ));
        }
        let mut limit = None;
        loop {
            let waiting = Waiting::now();
            match call(&self.stream, waiting) {
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock && waiting == Waiting::Not =>
                {
                    about_to_wait()?;
                }
                // The socket's timeout has passed.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.is_under_way && self.stop.is_raised() {
                        return Err(io::Error::new(
                            io::ErrorKind::ConnectionAborted,
                            "the server is stopping",
                        ));
                    }
                    // The clock is read only once a call had to wait.
                    if Instant::now() >= *limit.get_or_insert_with(|| self.limit_after(TICK)) {
                        return Err(io::Error::new(
                            io::ErrorKind::TimedOut,
                            "the peer was silent for too long",
                        ));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

/// Whether a call may wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    /// As long as the socket's timeout.
    ATick,
    /// Not at all: others wait for this thread.
    Not,
}

impl Waiting {
    fn now() -> Self {
        if leads() { Self::Not } else { Self::ATick }
    }

    fn to_receive(self) -> RecvFlags {
        match self {
            Self::ATick => RecvFlags::empty(),
            Self::Not => RecvFlags::DONTWAIT,
        }
    }

    fn to_send(self) -> SendFlags {
        match self {
            Self::ATick => SendFlags::empty(),
            Self::Not => SendFlags::DONTWAIT,
        }
    }
}

/// To wait for it together with others.
impl AsFd for TimedStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

impl Read for &TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.until_limit(|stream, waiting| {
            let (count, _) = recv(stream, &mut *buffer, waiting.to_receive())?;
            Ok(count)
        })
    }
}

impl Write for &TimedStream {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.until_limit(|stream, waiting| Ok(send(stream, octets, waiting.to_send())?))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

impl Write for TimedStream {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        (&*self).write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How long a call may block on a connection that may be idle for so long.
fn tick(idle: Duration) -> Duration {
    TICK.min(idle).max(Duration::from_millis(1))
}

/// The moment `wait` from now.
pub(crate) fn later(wait: Duration) -> Instant {
    let now = Instant::now();
    // No wait of ours is longer than the clock goes.
    now.checked_add(wait).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::time::{Duration, Instant};

    use super::TimedStream;
    use crate::net::Stop;

    #[test]
    fn what_is_accepted_never_waits_for_ever_either() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let idle = Duration::from_millis(50);
        TimedStream::prepare_to_accept(&listener, idle).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut stream = TimedStream::accepted(stream, idle, Stop::new()).unwrap();
        assert!(stream.stream.nodelay().unwrap());
        let kind = |result: std::io::Result<usize>| result.unwrap_err().kind();
        assert_eq!(kind(stream.read(&mut [0])), ErrorKind::TimedOut);
        // Nobody reads, so the system takes no more at some time.
        let octets = vec![0; 1 << 20];
        let refused = (0..1000).find_map(|_| stream.write(&octets).err());
        assert_eq!(refused.map(|error| error.kind()), Some(ErrorKind::TimedOut));
    }

    #[test]
    fn what_comes_after_the_deadline_can_still_be_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut stream = TimedStream::new(stream, Duration::from_secs(60), Stop::new()).unwrap();
        peer.write_all(b"late").unwrap();
        stream.stream.peek(&mut [0]).unwrap();
        stream.set_deadline(Some(Instant::now()));
        let mut octets = [0; 4];
        assert_eq!(
            stream.read(&mut octets).unwrap_err().kind(),
            ErrorKind::TimedOut
        );
        stream.set_deadline(None);
        stream.read_exact(&mut octets).unwrap();
        assert_eq!(&octets, b"late");
    }

    /// The contract of every server: what is under way is finished.
    #[test]
    fn only_what_is_not_under_way_ends_with_the_stop_flag() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let stop = Stop::new();
        stop.raise();
        let mut stream = TimedStream::new(stream, Duration::from_secs(60), stop).unwrap();
        // The peer makes a call wait twice, and then there is something.
        let call = |stream: &TimedStream| {
            let mut waits = 2;
            stream.until_limit(|_, _| match waits {
                0 => Ok(7),
                _ => {
                    waits -= 1;
                    Err(ErrorKind::WouldBlock.into())
                }
            })
        };
        stream.set_under_way(true);
        assert_eq!(call(&stream).unwrap(), 7);
        assert_eq!(call(&stream.try_clone().unwrap()).unwrap(), 7);
        stream.set_under_way(false);
        let error = call(&stream).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionAborted);
    }

    #[test]
    fn neither_the_idle_time_nor_the_deadline_ends_early() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let limit = Duration::from_millis(300);
        for (idle, deadline) in [(limit, None), (Duration::from_secs(60), Some(limit))] {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let start = Instant::now();
            let mut stream = TimedStream::new(stream, idle, Stop::new()).unwrap();
            stream.set_deadline(deadline.map(|limit| start + limit));
            let error = stream.read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            assert!(start.elapsed() >= limit, "{:?}", start.elapsed());
        }
    }
}
