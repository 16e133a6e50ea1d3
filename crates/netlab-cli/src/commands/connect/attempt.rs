//! What one attempt to connect tells.

use std::io;

use crate::net::{ConnectAttempt, system_text};

/// What happened, and what that tells about the other side.
pub(super) fn outcome(attempt: &ConnectAttempt) -> String {
    use io::ErrorKind as Kind;
    let Some(error) = &attempt.error else {
        return "connected".to_owned();
    };
    match error.kind() {
        Kind::ConnectionRefused => {
            "connection refused: the host is there and nothing listens on the port".to_owned()
        }
        Kind::WouldBlock => "no answer yet when another address connected".to_owned(),
        Kind::TimedOut => {
            "timed out: no host there, or something on the way drops what is sent".to_owned()
        }
        Kind::NetworkUnreachable => {
            "network unreachable: there is no route to it, from here or from a router on the way"
                .to_owned()
        }
        Kind::HostUnreachable => {
            "host unreachable: nobody answers at its address, or a firewall on the way forbids it"
                .to_owned()
        }
        Kind::PermissionDenied => {
            "prohibited: a rule or a route, here or on the way, forbids it".to_owned()
        }
        Kind::ConnectionReset => {
            "connection reset: something on the way, or the host, broke it off".to_owned()
        }
        Kind::InvalidInput => {
            "invalid argument: a blackhole route of this machine, most likely".to_owned()
        }
        _ => system_text(error),
    }
}

/// The same in one word, for scripts.
pub(super) fn word(attempt: &ConnectAttempt) -> &'static str {
    use io::ErrorKind as Kind;
    match attempt.error.as_ref().map(io::Error::kind) {
        None => "connected",
        Some(Kind::ConnectionRefused) => "refused",
        Some(Kind::TimedOut) => "timed-out",
        Some(Kind::WouldBlock) => "overtaken",
        Some(Kind::NetworkUnreachable | Kind::HostUnreachable) => "unreachable",
        Some(Kind::PermissionDenied) => "prohibited",
        Some(Kind::ConnectionReset) => "reset",
        Some(_) => "failed",
    }
}
