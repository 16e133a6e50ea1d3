//! A server's side of a stream that is answered as it arrives, also to a client that sends everything before it reads anything.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Stop;

/// Output kept for clients that do not read yet. Beyond the limits a server stops reading, and TCP makes the client wait.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    octets: AtomicUsize,
}

impl Backlog {
    /// What one connection may leave unread while there is room.
    const CONNECTION_MAX: usize = 16 << 20;
    /// What all connections of a server may leave unread before each is held to [`Self::CROWDED_MAX`].
    const TOTAL_MAX: usize = 256 << 20;
    /// What one connection may leave unread in a crowd.
    const CROWDED_MAX: usize = 64 << 10;

    fn has_room_for(&self, unread: usize) -> bool {
        let max = if self.octets.load(Ordering::Relaxed) < Self::TOTAL_MAX {
            Self::CONNECTION_MAX
        } else {
            Self::CROWDED_MAX
        };
        unread < max
    }
}

/// What is done with each piece of input: `Some` octets, then `None` at the end. Answers are appended to the buffer.
pub(crate) trait Answer {
    /// Takes a piece; an error ends the connection after what was appended has been sent.
    fn piece(&mut self, input: Option<&[u8]>, output: &mut Vec<u8>) -> io::Result<()>;
}

/// Reads, answers and writes until the client has ended its side and got everything, or nothing passed for `idle`.
pub(crate) fn duplex(
    stream: &mut TcpStream,
    idle: Duration,
    stop: &Stop,
    backlog: &Backlog,
    answer: &mut dyn Answer,
) -> io::Result<()> {
    const BUFFER_OCTETS: usize = 64 * 1024;
    stream.set_nonblocking(true)?;
    let mut input = vec![0; BUFFER_OCTETS];
    let mut output = Pending::new(backlog);
    let mut outcome: Option<io::Result<()>> = None;
    loop {
        let mut waits = PollFlags::empty();
        let mut progressed = false;
        // While there is room, reading goes on although the client reads nothing yet.
        if outcome.is_none() && backlog.has_room_for(output.left()) {
            match stream.read(&mut input) {
                Ok(0) => outcome = Some(answer.piece(None, &mut output.octets)),
                Ok(count) => {
                    progressed = true;
                    let piece = input.get(..count).unwrap_or_default();
                    if let Err(error) = answer.piece(Some(piece), &mut output.octets) {
                        outcome = Some(Err(error));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => waits |= PollFlags::IN,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => progressed = true,
                Err(error) => return Err(error),
            }
        }
        if output.left() > 0 && !output.flush(stream)? {
            waits |= PollFlags::OUT;
        }
        if output.left() == 0
            && let Some(outcome) = outcome.take()
        {
            // Ends our side; the caller's close does the rest.
            stream.shutdown(Shutdown::Write)?;
            return outcome;
        }
        if !progressed && !waits.is_empty() {
            wait(stream, waits, idle, stop)?;
        }
    }
}

/// Octets to be sent, how many of them were, and how many are counted in the backlog.
struct Pending<'b> {
    octets: Vec<u8>,
    sent: usize,
    counted: usize,
    backlog: &'b Backlog,
}

impl<'b> Pending<'b> {
    const fn new(backlog: &'b Backlog) -> Self {
        Self {
            octets: Vec::new(),
            sent: 0,
            counted: 0,
            backlog,
        }
    }

    fn left(&self) -> usize {
        self.octets.len().saturating_sub(self.sent)
    }

    /// Writes what the system takes; false when it takes no more for now.
    fn flush(&mut self, stream: &mut TcpStream) -> io::Result<bool> {
        while let Some(octets) = self.octets.get(self.sent..).filter(|left| !left.is_empty()) {
            match stream.write(octets) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.sent = self.sent.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // Moving no more than was sent keeps this linear in what passes.
                    if self.sent >= self.left() {
                        self.octets.drain(..self.sent);
                        self.sent = 0;
                    }
                    self.count(self.left());
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.octets.clear();
        self.sent = 0;
        self.count(0);
        Ok(true)
    }

    fn count(&mut self, octets: usize) {
        if octets != self.counted {
            self.backlog.octets.fetch_add(octets, Ordering::Relaxed);
            self.backlog
                .octets
                .fetch_sub(self.counted, Ordering::Relaxed);
            self.counted = octets;
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.count(0);
    }
}

/// Waits until the stream can do one of `waits`.
fn wait(stream: &TcpStream, waits: PollFlags, idle: Duration, stop: &Stop) -> io::Result<()> {
    const TICK: Duration = Duration::from_millis(200);
    let start = Instant::now();
    loop {
        let left = idle
            .checked_sub(start.elapsed())
            .filter(|left| !left.is_zero())
            .ok_or_else(|| {
                io::Error::new(io::ErrorKind::TimedOut, "the peer was silent for too long")
            })?;
        if stop.is_raised() {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the server is stopping",
            ));
        }
        let tick = Timespec::try_from(left.min(TICK)).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(stream, waits)], Some(&tick)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
