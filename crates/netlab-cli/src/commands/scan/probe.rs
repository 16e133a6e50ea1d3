//! One connection attempt on a non-blocking socket.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::connect;
#[cfg(target_os = "linux")]
use rustix::net::connect_unspec;
use socket2::{Domain, Protocol, Socket, Type};

use super::answer::{Outcome, Reason};
use crate::net::Ends;

/// A non-blocking TCP socket for targets of the family of `address`.
pub(super) fn socket(address: SocketAddr) -> Result<Socket, Outcome> {
    let open = || {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    };
    open().map_err(|error: io::Error| {
        Outcome::of_connect(Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)))
    })
}

/// Begins to connect. On loopback the answer is there before the call returns, so it is asked for at once.
pub(super) fn begin(socket: &Socket, address: SocketAddr) -> Outcome {
    match Outcome::of_connect(connect(socket, &address)) {
        Outcome::Pending => settle(socket, address),
        outcome => outcome,
    }
}

/// Asks how a connection attempt stands.
///
/// On Linux a second `connect` tells it in one call, and leaves a refused socket ready for the next port.
#[cfg(target_os = "linux")]
pub(super) fn settle(socket: &Socket, address: SocketAddr) -> Outcome {
    match Outcome::of_connect(connect(socket, &address)) {
        // ICMP that came while the first `connect` was at work, as it does from this machine's own firewall and from
        // containers, ends nothing: the attempt goes on, and only the socket's error tells of it.
        Outcome::Pending => match socket.take_error() {
            Ok(Some(error)) => {
                // Without it the socket is not ready for the next port.
                let _ = connect_unspec(socket);
                Outcome::of_connect(Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)))
            }
            _ => Outcome::Pending,
        },
        outcome => outcome,
    }
}

/// Asks how a connection attempt stands.
#[cfg(not(target_os = "linux"))]
pub(super) fn settle(socket: &Socket, _address: SocketAddr) -> Outcome {
    match socket.take_error() {
        Ok(Some(error)) => {
            Outcome::of_connect(Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)))
        }
        Ok(None) if socket.peer_addr().is_ok() => Outcome::Answer(Reason::Connected),
        _ => Outcome::Pending,
    }
}

/// Whether a socket whose attempt ended so can be used for the next one. Linux promises it for a refused one; it saves
/// half of the time of a closed port.
pub(super) const fn is_reusable(reason: Reason) -> bool {
    cfg!(target_os = "linux") && matches!(reason, Reason::Refused)
}

/// What tells of a connection of ours to ourselves.
impl Ends {
    /// Both ends of a connected socket; nothing if it is connected no more.
    pub(super) fn of(socket: &Socket) -> Option<Self> {
        Some(Self {
            local: socket.local_addr().ok()?.as_socket()?,
            peer: socket.peer_addr().ok()?.as_socket()?,
        })
    }

    /// Whether the system picked the target's own port as ours, and TCP's simultaneous open (RFC 9293 §3.5) connected the
    /// socket to itself.
    pub(super) fn is_one_socket(self) -> bool {
        self.local == self.peer
    }

    /// Whether both ends are on one address, so that a socket of ours may be at either.
    pub(super) fn is_one_host(self) -> bool {
        self.local.ip() == self.peer.ip()
    }

    /// The same connection seen from the other end.
    pub(super) const fn flipped(self) -> Self {
        Self {
            local: self.peer,
            peer: self.local,
        }
    }
}

/// Closes a connection that has our own sockets at both ends without a trace: an orderly close would keep its port in
/// TIME_WAIT, and a server that wants it could not bind for a minute.
pub(super) fn abort(socket: Socket) {
    // Without the option the close is merely an orderly one.
    let _ = socket.set_linger(Some(Duration::ZERO));
    drop(socket);
}

/// Probes one port by itself, again and again while the connection is one of ours to ourselves.
pub(super) fn probe_alone(address: SocketAddr, timeout: Duration) -> Reason {
    /// The system picks another local port each time, so that a second self-connect is already rare.
    const ATTEMPTS: usize = 8;
    for _ in 0..ATTEMPTS {
        let Ok(socket) = socket(address) else {
            continue;
        };
        let outcome = match begin(&socket, address) {
            Outcome::Pending => wait(&socket, address, timeout),
            outcome => outcome,
        };
        match outcome {
            Outcome::Answer(Reason::Connected) => {
                if Ends::of(&socket).is_some_and(Ends::is_one_socket) {
                    abort(socket);
                    continue;
                }
                return Reason::Connected;
            }
            Outcome::Answer(reason) => return reason,
            Outcome::Pending => return Reason::Timeout,
            Outcome::Exhausted(_) => {}
        }
    }
    Reason::SelfConnect
}

fn wait(socket: &Socket, address: SocketAddr, timeout: Duration) -> Outcome {
    let deadline = Instant::now().checked_add(timeout);
    loop {
        let left = deadline
            .and_then(|deadline| deadline.checked_duration_since(Instant::now()))
            .filter(|left| !left.is_zero());
        let (Some(left), mut fds) = (left, [PollFd::new(socket, PollFlags::OUT)]) else {
            return Outcome::Pending;
        };
        // A timeout too long for the system's type only wakes early.
        let left = Timespec::try_from(left).ok();
        if poll(&mut fds, left.as_ref()).is_ok_and(|ready| ready > 0) {
            match settle(socket, address) {
                Outcome::Pending => {}
                outcome => return outcome,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener};
    use std::time::Duration;

    use super::{Ends, abort, begin, probe_alone, socket};
    use crate::commands::scan::answer::{Outcome, Reason};

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn a_socket_can_connect_to_itself_and_is_found_out() {
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let itself = socket(any).unwrap();
        itself.bind(&any.into()).unwrap();
        let address = itself.local_addr().unwrap().as_socket().unwrap();
        assert_eq!(begin(&itself, address), Outcome::Answer(Reason::Connected));
        let ends = Ends::of(&itself).unwrap();
        assert!(ends.is_one_socket() && ends.is_one_host());
        abort(itself);
        // No TIME_WAIT keeps a server from this port, and nothing listens there.
        TcpListener::bind(address).unwrap();
        assert_eq!(probe_alone(address, PATIENCE), Reason::Refused);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_refused_socket_serves_the_next_port() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        // Bound, so that nobody else listens on it, and not listening.
        let reserved = socket(open).unwrap();
        reserved
            .bind(&SocketAddr::new(open.ip(), 0).into())
            .unwrap();
        let closed = reserved.local_addr().unwrap().as_socket().unwrap();
        let probe = socket(open).unwrap();
        for _ in 0..3 {
            assert_eq!(begin(&probe, closed), Outcome::Answer(Reason::Refused));
        }
        assert_eq!(begin(&probe, open), Outcome::Answer(Reason::Connected));
    }
}
