//! Connecting with a deadline, and the sentences for what can go wrong.

use std::io;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use super::HostPort;
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

/// Resolves and connects, trying every address of the name within `timeout` in all.
pub(crate) fn connect(target: &HostPort, timeout: Duration) -> Result<Connected, Failure> {
    let start = Instant::now();
    let addresses = target.resolve()?;
    let resolve_time = start.elapsed();
    let mut last = None;
    let connect_start = Instant::now();
    for address in addresses {
        let Some(left) = timeout
            .checked_sub(connect_start.elapsed())
            .filter(|left| !left.is_zero())
        else {
            break;
        };
        let attempt = Instant::now();
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                return Ok(Connected {
                    stream,
                    resolve_time,
                    connect_time: attempt.elapsed(),
                });
            }
            Err(error) => last = Some(error),
        }
    }
    let error = last.unwrap_or_else(|| io::ErrorKind::TimedOut.into());
    Err(connect_failure(&target.to_string(), &error))
}

/// A UDP socket that only hears the first address of `target`.
pub(crate) fn udp_connect(target: &HostPort) -> Result<UdpSocket, Failure> {
    let mut last = None;
    for address in target.resolve()? {
        let any = if address.is_ipv4() {
            SocketAddr::from(([0, 0, 0, 0], 0))
        } else {
            SocketAddr::from(([0_u16; 8], 0))
        };
        match UdpSocket::bind(any).and_then(|socket| socket.connect(address).map(|()| socket)) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = Some(error),
        }
    }
    let error = last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
    Err(connect_failure(&target.to_string(), &error))
}

fn connect_failure(target: &str, error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let (code, reason) = match error.kind() {
        Kind::ConnectionRefused => (
            ExitCode::Refused,
            "connection refused; is a server listening there?".to_owned(),
        ),
        Kind::TimedOut | Kind::WouldBlock => (
            ExitCode::NoReply,
            "no answer in time; is the host up and the port not filtered?".to_owned(),
        ),
        Kind::NetworkUnreachable | Kind::HostUnreachable => (
            ExitCode::Refused,
            format!("{}; is there a route to it?", system_text(error)),
        ),
        _ => (ExitCode::Refused, system_text(error)),
    };
    Failure::new(code, format!("cannot connect to {target}: {reason}"))
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
            format!("{peer} refused while {doing}; is a server listening there?"),
        ),
        Kind::ConnectionReset | Kind::BrokenPipe => Failure::failed(format!(
            "{peer} closed the connection abruptly while {doing}"
        )),
        _ => Failure::failed(format!("{} while {doing} with {peer}", system_text(error))),
    }
}

/// The system's words without the number std adds: "connection refused".
pub(crate) fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
