//! One question to one server: the query, and what counts as its answer.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use wire_dns::edns::Edns;
use wire_dns::{Builder, DecodeOptions, Flags, Growing, Header, Message, Question, Rcode};

use crate::context::Context;
use crate::exit::Failure;
use crate::net::{
    Ends, HostPort, TimedStream, ask_tcp, ask_udp, cannot_connect, io_failure, send_tcp,
};
use crate::random::random;
use crate::show::{Protocol, Seen, Transport};

/// A reply and how it came.
pub(super) struct Reply {
    pub(super) octets: Vec<u8>,
    pub(super) ends: Ends,
    pub(super) transport: Transport,
    pub(super) time: Duration,
}

impl Reply {
    /// Whether the whole answer has to be fetched over TCP (RFC 2181 §9).
    pub(super) fn is_truncated(&self) -> bool {
        Header::decode(&self.octets).is_ok_and(|header| header.flags.truncated())
    }

    /// What it says; RDATA that is malformed is shown as octets.
    pub(super) fn message(&self) -> Result<Message<'_>, Failure> {
        let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
        Message::decode_with(&self.octets, options).map_err(|error| {
            let server = self.ends.peer;
            Failure::failed(format!("the reply of {server} is malformed: {error}"))
        })
    }
}

/// A query with an ID that cannot be guessed (RFC 5452 §9.2); `ask` writes the question.
pub(super) fn query(
    flags: Flags,
    edns: Option<&Edns<'_>>,
    ask: impl FnOnce(&mut Builder<Growing<'_, Vec<u8>>>) -> Result<(), wire_dns::Error>,
) -> io::Result<Vec<u8>> {
    let mut query = Vec::new();
    let mut builder = Builder::new(&mut query);
    builder.set_id(u16::from_be_bytes(random()?));
    builder.set_flags(flags);
    ask(&mut builder)
        .and_then(|()| edns.map_or(Ok(()), |edns| builder.edns(edns)))
        .map_err(io::Error::other)?;
    builder.finish();
    Ok(query)
}

/// Asks once over UDP and waits for the answer; what else comes is passed over.
pub(super) fn over_udp(
    context: &Context,
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
) -> io::Result<Reply> {
    let start = Instant::now();
    let sent = seen(context, Transport::Udp);
    let (ends, octets) = ask_udp(server, query, timeout, sent, |ends, datagram| {
        see(context, Transport::Udp, ends.peer, ends.local, datagram);
        answers(query, datagram)
    })?;
    Ok(Reply {
        octets,
        ends,
        transport: Transport::Udp,
        time: start.elapsed(),
    })
}

/// Asks over a new TCP connection; `InvalidData` when what comes is no answer.
pub(super) fn over_tcp(
    context: &Context,
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
) -> io::Result<Reply> {
    let start = Instant::now();
    let sent = seen(context, Transport::Tcp);
    let (ends, octets) = ask_tcp(server, query, timeout, sent)?;
    see(context, Transport::Tcp, ends.peer, ends.local, &octets);
    if !answers(query, &octets) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a message that is no answer to the question",
        ));
    }
    Ok(Reply {
        octets,
        ends,
        transport: Transport::Tcp,
        time: start.elapsed(),
    })
}

/// Asks over a new TCP connection and leaves the reading to the caller.
pub(super) fn send_over_tcp(
    context: &Context,
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
) -> io::Result<(Ends, TimedStream)> {
    send_tcp(server, query, timeout, seen(context, Transport::Tcp))
}

/// Why nothing came over TCP from the server of that name.
pub(super) fn tcp_failure(name: &HostPort, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Failure::failed(format!(
            "{name} closed the connection before its answer was whole; does it serve DNS over TCP?"
        )),
        io::ErrorKind::InvalidData => Failure::failed(format!("{name} sent {error}")),
        // TCP refuses the connection, not what is said over it.
        io::ErrorKind::ConnectionRefused => cannot_connect(name, error),
        _ => io_failure(&name.to_string(), "waiting for the answer", error),
    }
}

/// Whether it was this machine that ran out of something, which says nothing about the server.
pub(super) fn is_own_lack(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM)
    )
}

/// Shows a query that was sent.
fn seen(context: &Context, transport: Transport) -> impl FnMut(Ends, &[u8]) + '_ {
    move |Ends { peer, local }, octets| {
        if transport == Transport::Tcp {
            context.out.remark(|| format!("connected to {peer}"));
        }
        see(context, transport, local, peer, octets);
    }
}

/// Shows a message to whoever watches.
pub(super) fn see(
    context: &Context,
    transport: Transport,
    from: SocketAddr,
    to: SocketAddr,
    octets: &[u8],
) {
    context.tap.see(&Seen {
        transport,
        from,
        to,
        protocol: Protocol::Dns,
        octets,
    });
}

/// Whether a message is a response with the query's ID and question (RFC 5452 §9.1). One without a question counts where the
/// server could not read ours.
pub(super) fn answers(query: &[u8], reply: &[u8]) -> bool {
    let asked = Question::decode_first(query);
    let answered = Question::decode_first(reply);
    let (Ok((asked_header, asked)), Ok((header, question))) = (asked, answered) else {
        return false;
    };
    let same_question = match question {
        Some(_) => question == asked,
        None => header.flags.rcode() != Rcode::NOERROR,
    };
    header.flags.response() && header.id == asked_header.id && same_question
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustix::io::Errno;

    use super::is_own_lack;

    #[test]
    fn what_this_machine_lacks_is_no_answer_of_the_server() {
        assert!(is_own_lack(&io::Error::from(Errno::MFILE)));
        for errno in [Errno::CONNREFUSED, Errno::NETUNREACH] {
            assert!(!is_own_lack(&io::Error::from(errno)));
        }
        assert!(!is_own_lack(&io::ErrorKind::TimedOut.into()));
    }
}
