//! What a port answered, told apart by what the system really reported.

use core::fmt;
use std::io;

use rustix::io::Errno;

use crate::net::system_text;

/// The three answers a scan knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// Something listens.
    Open,
    /// The host answered that nothing listens.
    Closed,
    /// No answer, or something in between said no: whether anything listens is not known.
    Filtered,
}

/// Why a port is in its state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    /// The connection came about.
    Connected,
    /// The host refused it (a reset to our SYN, or ICMP port unreachable).
    Refused,
    /// The host broke it off while it came about.
    Reset,
    /// The connection came about with our own socket at both ends: nothing listens there.
    SelfConnect,
    /// Silence.
    Timeout,
    /// ICMP or this machine says there is no way to the host.
    HostUnreachable,
    /// ICMP or this machine says there is no way to the network.
    NetworkUnreachable,
    /// A rule forbids it.
    Prohibited,
    /// Any other answer of the system.
    System(Errno),
}

/// What one system call of a probe led to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// The port answered.
    Answer(Reason),
    /// The answer is still to come.
    Pending,
    /// This machine ran out of something, which says nothing about the port: try again later.
    Exhausted(Errno),
}

impl Reason {
    /// The state it stands for.
    pub(crate) const fn state(self) -> State {
        match self {
            Self::Connected => State::Open,
            Self::Refused | Self::Reset | Self::SelfConnect => State::Closed,
            Self::Timeout
            | Self::HostUnreachable
            | Self::NetworkUnreachable
            | Self::Prohibited
            | Self::System(_) => State::Filtered,
        }
    }

    /// Whether it came from the host itself, so that a silence before it was a loss. That there is no way to a host is found
    /// out only when nobody on its link has answered for seconds.
    pub(super) const fn is_of_host(self) -> bool {
        matches!(
            self,
            Self::Connected | Self::Refused | Self::Reset | Self::SelfConnect
        )
    }
}

impl Outcome {
    /// Reads the result of `connect` on a non-blocking socket.
    pub(super) const fn of_connect(result: Result<(), Errno>) -> Self {
        let errno = match result {
            Ok(()) | Err(Errno::ISCONN) => return Self::Answer(Reason::Connected),
            Err(errno) => errno,
        };
        match errno {
            Errno::INPROGRESS | Errno::ALREADY | Errno::INTR => Self::Pending,
            // EADDRNOTAVAIL and EADDRINUSE: every local port towards this address is taken (or remembered in TIME_WAIT).
            Errno::MFILE
            | Errno::NFILE
            | Errno::NOBUFS
            | Errno::NOMEM
            | Errno::AGAIN
            | Errno::ADDRNOTAVAIL
            | Errno::ADDRINUSE => Self::Exhausted(errno),
            Errno::CONNREFUSED => Self::Answer(Reason::Refused),
            Errno::CONNRESET | Errno::CONNABORTED => Self::Answer(Reason::Reset),
            Errno::TIMEDOUT => Self::Answer(Reason::Timeout),
            Errno::HOSTUNREACH | Errno::HOSTDOWN => Self::Answer(Reason::HostUnreachable),
            Errno::NETUNREACH | Errno::NETDOWN => Self::Answer(Reason::NetworkUnreachable),
            Errno::ACCESS | Errno::PERM => Self::Answer(Reason::Prohibited),
            other => Self::Answer(Reason::System(other)),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Filtered => "filtered",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::SelfConnect => "self-connect",
            Self::Timeout => "timeout",
            Self::HostUnreachable => "host-unreachable",
            Self::NetworkUnreachable => "network-unreachable",
            Self::Prohibited => "prohibited",
            Self::System(errno) => {
                return f.write_str(&system_text(&io::Error::from(*errno)));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::{Outcome, Reason, State};

    #[test]
    fn want_of_resources_is_never_an_answer() {
        for errno in [
            Errno::MFILE,
            Errno::NFILE,
            Errno::NOBUFS,
            Errno::NOMEM,
            Errno::AGAIN,
            Errno::ADDRNOTAVAIL,
            Errno::ADDRINUSE,
        ] {
            assert_eq!(Outcome::of_connect(Err(errno)), Outcome::Exhausted(errno));
        }
    }

    #[test]
    fn only_the_hosts_own_no_is_closed() {
        for (errno, state, reason) in [
            (Errno::CONNREFUSED, State::Closed, "refused"),
            (Errno::CONNRESET, State::Closed, "reset"),
            (Errno::TIMEDOUT, State::Filtered, "timeout"),
            (Errno::HOSTUNREACH, State::Filtered, "host-unreachable"),
            (Errno::NETUNREACH, State::Filtered, "network-unreachable"),
            (Errno::ACCESS, State::Filtered, "prohibited"),
            (Errno::PERM, State::Filtered, "prohibited"),
            (Errno::INVAL, State::Filtered, "invalid argument"),
        ] {
            let Outcome::Answer(answer) = Outcome::of_connect(Err(errno)) else {
                panic!("{errno:?} is an answer");
            };
            assert_eq!(answer.state(), state);
            assert_eq!(answer.to_string(), reason);
        }
        assert_eq!(
            Outcome::of_connect(Ok(())),
            Outcome::Answer(Reason::Connected)
        );
        assert_eq!(
            Outcome::of_connect(Err(Errno::INPROGRESS)),
            Outcome::Pending
        );
    }
}
