//! Trying the addresses of a name one after the other.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::exit::{ExitCode, Failure};
use crate::net::{HostPort, system_text};

/// One address tried.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) address: SocketAddr,
    pub(super) time: Duration,
    /// What went wrong; `None` if it connected.
    pub(super) error: Option<io::Error>,
}

/// Tries each address until one connects. Those left share what is left of `wait`, so that an address which swallows everything
/// leaves time for the others.
pub(super) fn try_each(
    addresses: &[SocketAddr],
    wait: Duration,
) -> (Option<TcpStream>, Vec<Attempt>) {
    let start = Instant::now();
    let mut attempts = Vec::new();
    for (index, &address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len().saturating_sub(index)).unwrap_or(u32::MAX);
        let left = wait.saturating_sub(start.elapsed());
        let share = left.checked_div(others).unwrap_or(left);
        let begin = Instant::now();
        let result = TcpStream::connect_timeout(&address, share.max(Duration::from_millis(1)));
        let time = begin.elapsed();
        let (stream, error) = match result {
            Ok(stream) => (Some(stream), None),
            Err(error) => (None, Some(error)),
        };
        attempts.push(Attempt {
            address,
            time,
            error,
        });
        if stream.is_some() {
            return (stream, attempts);
        }
    }
    (None, attempts)
}

impl Attempt {
    /// What happened, and what that tells about the other side.
    pub(super) fn outcome(&self) -> String {
        use io::ErrorKind as Kind;
        let Some(error) = &self.error else {
            return "connected".to_owned();
        };
        match error.kind() {
            Kind::ConnectionRefused => {
                "connection refused: the host is there and nothing listens on the port".to_owned()
            }
            Kind::TimedOut | Kind::WouldBlock => {
                "timed out: no host there, or something on the way drops what is sent".to_owned()
            }
            Kind::NetworkUnreachable => {
                "network unreachable: this machine has no route to it".to_owned()
            }
            Kind::HostUnreachable => {
                "host unreachable: a router says that the host does not answer".to_owned()
            }
            Kind::ConnectionReset => {
                "connection reset: something on the way, or the host, broke it off".to_owned()
            }
            _ => system_text(error),
        }
    }

    /// The same in one word, for scripts.
    pub(super) fn word(&self) -> &'static str {
        use io::ErrorKind as Kind;
        match self.error.as_ref().map(io::Error::kind) {
            None => "connected",
            Some(Kind::ConnectionRefused) => "refused",
            Some(Kind::TimedOut | Kind::WouldBlock) => "timed-out",
            Some(Kind::NetworkUnreachable | Kind::HostUnreachable) => "unreachable",
            Some(Kind::ConnectionReset) => "reset",
            Some(_) => "failed",
        }
    }

    fn exit_code(&self) -> ExitCode {
        match self.word() {
            "timed-out" => ExitCode::NoReply,
            _ => ExitCode::Refused,
        }
    }
}

/// The sentence for a name none of whose addresses connected. A refusal says more than silence, so it decides the exit status.
pub(super) fn failure(target: &HostPort, attempts: &[Attempt]) -> Failure {
    let telling = attempts
        .iter()
        .find(|attempt| attempt.word() == "refused")
        .or_else(|| attempts.last());
    let Some(telling) = telling else {
        return Failure::new(
            ExitCode::NotResolved,
            format!("cannot connect to {target}: it has no address"),
        );
    };
    let reason = match telling.word() {
        "refused" => "connection refused; is a server listening there?".to_owned(),
        "timed-out" => "no answer in time; is the host up and the port not filtered?".to_owned(),
        _ => {
            let text = telling.error.as_ref().map(system_text).unwrap_or_default();
            if telling.word() == "unreachable" {
                format!("{text}; is there a route to it?")
            } else {
                text
            }
        }
    };
    Failure::new(
        telling.exit_code(),
        format!("cannot connect to {target}: {reason}"),
    )
}
