//! Connecting with a deadline, and the sentences for what can go wrong.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::mpsc::channel;
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::udp_socket::let_routers_fragment;
use super::{HostPort, about_to_wait};
use crate::exit::{ExitCode, Failure};

/// A connection and how it came about.
#[derive(Debug)]
pub(crate) struct Connected {
    /// The connected stream.
    pub(crate) stream: TcpStream,
    /// How long name resolution took.
    pub(crate) resolve_time: Duration,
    /// How long the successful connection took.
    pub(crate) connect_time: Duration,
}

/// The attempt that connected.
#[derive(Debug)]
pub(crate) struct Winner {
    pub(crate) address: SocketAddr,
    pub(crate) time: Duration,
    pub(crate) stream: TcpStream,
}

/// An attempt that did not connect.
#[derive(Debug)]
pub(crate) struct FailedAttempt {
    pub(crate) address: SocketAddr,
    pub(crate) time: Duration,
    pub(crate) error: io::Error,
}

/// Resolves and connects, trying every address of the name within `timeout` in all.
pub(crate) fn connect(target: &HostPort, timeout: Duration) -> Result<Connected, Failure> {
    let start = Instant::now();
    let addresses = target.resolve_within(timeout)?;
    let resolve_time = start.elapsed();
    match connect_each(&addresses, timeout) {
        (Some(winner), _) => Ok(Connected {
            stream: winner.stream,
            resolve_time,
            connect_time: winner.time,
        }),
        (None, failed) => Err(connect_failure(target, &failed)),
    }
}

/// Tries the addresses until one connects, each as long as there is time: the next begins when one fails, or has not answered for
/// a moment (RFC 8305 §5). Those that the winner overtook have failed with [`io::ErrorKind::WouldBlock`].
pub(crate) fn connect_each(
    addresses: &[SocketAddr],
    wait: Duration,
) -> (Option<Winner>, Vec<FailedAttempt>) {
    /// RFC 8305 §8.
    const HEAD_START: Duration = Duration::from_millis(250);
    // Where there is no other thread, the others wait, too: not for long.
    let _ = about_to_wait();
    let start = Instant::now();
    let left = || wait.saturating_sub(start.elapsed());
    let (sender, ended) = channel();
    let mut attempts: Vec<Attempt> = Vec::new();
    let winner = loop {
        if let Some(&address) = addresses.get(attempts.len()) {
            let (index, begun) = (attempts.len(), Instant::now());
            let (sender, limit) = (sender.clone(), left().max(Duration::from_millis(1)));
            let connect = move || {
                let result = TcpStream::connect_timeout(&address, limit);
                // Nobody listens once another has connected.
                let _ = sender.send((index, begun.elapsed(), result));
            };
            let mut failed = None;
            if addresses.len() == 1 {
                connect();
            } else if let Err(error) = Builder::new().spawn(connect) {
                failed = Some((begun.elapsed(), thread_failure(&error)));
            }
            attempts.push(Attempt {
                address,
                begun,
                failed,
            });
        }
        let all_begun = attempts.len() == addresses.len();
        if all_begun && attempts.iter().all(|attempt| attempt.failed.is_some()) {
            break None;
        }
        let patience = if all_begun {
            left()
        } else {
            left().min(HEAD_START)
        };
        match ended.recv_timeout(patience) {
            Ok((index, time, Ok(stream))) => {
                let address = attempts.remove(index).address;
                break Some(Winner {
                    address,
                    time,
                    stream,
                });
            }
            Ok((index, time, Err(error))) => {
                if let Some(attempt) = attempts.get_mut(index) {
                    attempt.failed = Some((time, error));
                }
            }
            Err(_) if left().is_zero() => break None,
            Err(_) => {}
        }
    };
    let unanswered = match winner {
        Some(_) => io::ErrorKind::WouldBlock,
        None => io::ErrorKind::TimedOut,
    };
    let failed = attempts.into_iter().map(|attempt| {
        let failed = attempt.failed;
        let (time, error) = failed.unwrap_or_else(|| (attempt.begun.elapsed(), unanswered.into()));
        FailedAttempt {
            address: attempt.address,
            time,
            error,
        }
    });
    (winner, failed.collect())
}

/// An attempt that has not connected.
struct Attempt {
    address: SocketAddr,
    begun: Instant,
    /// After how long it failed, and why, if it has.
    failed: Option<(Duration, io::Error)>,
}

/// A UDP socket on a port of its own that hears `server` alone.
pub(crate) fn udp_connect(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    let_routers_fragment(&socket);
    socket.connect(server)?;
    Ok(socket)
}

/// The sentence for a name none of whose addresses connected. A refusal says more than silence, so it decides the exit status.
pub(crate) fn connect_failure(target: &HostPort, failed: &[FailedAttempt]) -> Failure {
    let errors = || failed.iter().map(|attempt| &attempt.error);
    let telling = errors()
        .find(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        .or_else(|| errors().next_back());
    match telling {
        Some(error) => cannot_connect(target, error),
        None => Failure::new(
            ExitCode::NotResolved,
            format!("cannot connect to {target}: it has no address"),
        ),
    }
}

/// Why there is no connection to `target`.
pub(crate) fn cannot_connect(target: &HostPort, error: &io::Error) -> Failure {
    let (code, reason) = no_way(error);
    Failure::new(code, format!("cannot connect to {target}: {reason}"))
}

/// Why what was sent first did not lead to anything: the exit status, the reason and the way out.
pub(crate) fn no_way(error: &io::Error) -> (ExitCode, String) {
    use io::ErrorKind as Kind;
    let (code, way_out) = match error.kind() {
        Kind::TimedOut | Kind::WouldBlock => {
            let reason = "no answer in time; is the host up and the port not filtered?";
            return (ExitCode::NoReply, reason.to_owned());
        }
        Kind::ConnectionRefused => (ExitCode::Refused, "; is a server listening there?"),
        Kind::NetworkUnreachable => (ExitCode::Refused, "; is there a route to it?"),
        // The system's words are the same whether nobody on the link answers or a firewall on the way forbids it.
        Kind::HostUnreachable => (
            ExitCode::Refused,
            "; is the host up, and does no firewall on the way forbid it?",
        ),
        Kind::PermissionDenied => (
            ExitCode::Refused,
            "; does a rule or a route, here or on the way, forbid it?",
        ),
        Kind::AddrNotAvailable => (
            ExitCode::Refused,
            "; has this machine an address from which to reach it?",
        ),
        // No other argument is wrong here.
        Kind::InvalidInput => (ExitCode::Refused, "; is there a blackhole route to it?"),
        // Whether the system tells of a reset now or with the first read is a matter of luck: it is the same failure.
        Kind::ConnectionReset => (ExitCode::Failed, "; something answered and broke it off"),
        _ => (ExitCode::Refused, ""),
    };
    (code, format!("{}{way_out}", system_text(error)))
}

/// The failure of a conversation with `peer` that had begun; `doing` completes "… while".
pub(crate) fn io_failure(peer: &str, doing: &str, error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::TimedOut | Kind::WouldBlock => Failure::new(
            ExitCode::NoReply,
            format!(
                "no reply in time from {peer} while {doing}; is the right server running there?"
            ),
        ),
        Kind::ConnectionRefused => Failure::new(
            ExitCode::Refused,
            format!(
                "cannot reach {peer}: connection refused while {doing}; is a server listening there?"
            ),
        ),
        Kind::ConnectionReset | Kind::BrokenPipe => Failure::failed(format!(
            "{peer} closed the connection abruptly while {doing}"
        )),
        _ => Failure::failed(format!("{peer}: {} while {doing}", system_text(error))),
    }
}

/// The system has no thread to give. Its own kind of error would read as a wait that was in vain.
pub(crate) fn thread_failure(error: &io::Error) -> io::Error {
    io::Error::other(format!("cannot start a thread: {}", system_text(error)))
}

/// The system's words without the number std adds: "connection refused".
pub(crate) fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = words.chars();
    match chars.next() {
        Some(first) if chars.clone().next().is_some_and(char::is_alphabetic) => {
            first.to_lowercase().chain(chars).collect()
        }
        // Also musl's "I/O error".
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::time::Duration;

    use rustix::io::Errno;

    use super::{connect_each, no_way, system_text};

    #[test]
    fn what_the_system_says_goes_on_after_a_colon() {
        let said = |text: &str| system_text(&std::io::Error::other(text));
        assert_eq!(said("Address in use (os error 98)"), "address in use");
        assert_eq!(said("I/O error (os error 5)"), "I/O error");
        assert_eq!(said(""), "");
    }

    /// An exit status of 7 as curl, and a way out that fits what the system said.
    #[test]
    fn each_no_of_the_system_has_its_own_way_out() {
        for (errno, number, reason) in [
            (
                Errno::CONNREFUSED,
                7,
                "connection refused; is a server listening there?",
            ),
            (
                Errno::HOSTUNREACH,
                7,
                "no route to host; is the host up, and does no firewall on the way forbid it?",
            ),
            (
                Errno::NETUNREACH,
                7,
                "network is unreachable; is there a route to it?",
            ),
            (
                Errno::ACCESS,
                7,
                "permission denied; does a rule or a route, here or on the way, forbid it?",
            ),
            (
                Errno::INVAL,
                7,
                "invalid argument; is there a blackhole route to it?",
            ),
            (
                Errno::TIMEDOUT,
                28,
                "no answer in time; is the host up and the port not filtered?",
            ),
        ] {
            let (code, text) = no_way(&errno.into());
            // The words are those of this C library.
            if cfg!(all(target_os = "linux", target_env = "gnu")) {
                assert_eq!(text, reason);
            }
            assert_eq!(code.number(), number, "{text}");
        }
    }

    /// RFC 8200 §5, RFC 791 §3.2: else Linux drops it, and ends the waiting for the reply with EMSGSIZE.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_datagram_too_long_for_a_link_is_cut() {
        use rustix::net::sockopt::{
            Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, ip_mtu_discover, ipv6_mtu_discover,
        };
        let v4 = super::udp_connect(([127, 0, 0, 1], 9).into()).unwrap();
        assert_eq!(ip_mtu_discover(&v4).unwrap(), Ipv4PathMtuDiscovery::DONT);
        // Not every machine has IPv6.
        if let Ok(v6) = super::udp_connect((std::net::Ipv6Addr::LOCALHOST, 9).into()) {
            assert_eq!(ipv6_mtu_discover(&v6).unwrap(), Ipv6PathMtuDiscovery::DONT);
        }
    }

    /// RFC 8305 gives the reason: an address without an answer must not keep a client from the next one.
    #[test]
    fn a_silent_address_is_overtaken_by_the_next() {
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        // Nobody accepts, and once the queue is full nobody is let in either.
        let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let silent = silent.unwrap();
        silent.bind(&any.into()).unwrap();
        silent.listen(0).unwrap();
        let silent = silent.local_addr().unwrap().as_socket().unwrap();
        let short = Duration::from_millis(50);
        let queue: Vec<TcpStream> = (0..8)
            .map_while(|_| TcpStream::connect_timeout(&silent, short).ok())
            .collect();
        let listener = TcpListener::bind(any).unwrap();
        let open = listener.local_addr().unwrap();
        let (winner, failed) = connect_each(&[silent, open], Duration::from_secs(20));
        let winner = winner.unwrap();
        assert_eq!(winner.stream.peer_addr().unwrap(), open);
        assert_eq!(winner.address, open);
        assert_eq!(failed.len(), 1, "{}", queue.len());
        assert_eq!(failed[0].address, silent);
        assert_eq!(failed[0].error.kind(), std::io::ErrorKind::WouldBlock);
    }
}
