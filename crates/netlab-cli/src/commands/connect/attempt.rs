//! What an attempt that did not connect tells.

use std::borrow::Cow;
use std::io;

use crate::net::system_text;

/// What happened: in one word for scripts, and with what that tells about the other side.
pub(super) fn outcome(error: &io::Error) -> (&'static str, Cow<'static, str>) {
    use io::ErrorKind as Kind;
    let (word, sentence) = match error.kind() {
        Kind::ConnectionRefused => (
            "refused",
            "connection refused: the host is there and nothing listens on the port",
        ),
        Kind::WouldBlock => ("overtaken", "no answer yet when another address connected"),
        Kind::TimedOut => (
            "timed-out",
            "timed out: no host there, or something on the way drops what is sent",
        ),
        Kind::NetworkUnreachable => (
            "unreachable",
            "network unreachable: there is no route to it, from here or from a router on the way",
        ),
        Kind::HostUnreachable => (
            "unreachable",
            "host unreachable: nobody answers at its address, or a firewall on the way forbids it",
        ),
        Kind::PermissionDenied => (
            "prohibited",
            "prohibited: a rule or a route, here or on the way, forbids it",
        ),
        Kind::ConnectionReset => (
            "reset",
            "connection reset: something on the way, or the host, broke it off",
        ),
        Kind::InvalidInput => (
            "failed",
            "invalid argument: a blackhole route of this machine, most likely",
        ),
        _ => return ("failed", system_text(error).into()),
    };
    (word, sentence.into())
}
