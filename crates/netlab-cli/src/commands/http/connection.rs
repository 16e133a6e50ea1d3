//! One connection of an HTTP server: requests in, replies out in their order, until one side ends it (RFC 9112 §9).

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use wire_http::{Decoded, HeadScanner, Limits, RequestHead, ResponseWriter, StatusCode};

use crate::context::Context;
use crate::net::{Cause, Conversation, Ends, Progress, TimedStream, relay};
use crate::show::{Kept, Protocol, ResponseTo, Seen, Transport};

pub(crate) use super::body_reader::Piece;
use super::broken_rule::refusal;
use super::clock::now_text;
use super::received::Received;
pub(crate) use super::reply::Reply;
use super::reply::{persists, write_out};
use super::request_body::Leftover;
pub(crate) use super::request_body::RequestBody;

/// What clients may send: browsers leave some octets of a query unencoded that RFC 3986 has not there.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.lenient_target = true;
    limits
}

/// What answers the requests of a connection.
pub(crate) trait Site: Send + 'static {
    /// Answers one request through `reply`. What is left of the body is read and dropped afterwards, or the connection closed.
    fn respond(
        &mut self,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Next>;

    /// Another connection from which something has to come before the request can be answered.
    fn awaited(&self) -> Option<&TimedStream> {
        None
    }
}

/// What becomes of the connection after a reply.
pub(crate) enum Next {
    /// It goes on if request and reply let it.
    Persist,
    /// It becomes a tunnel to this stream (CONNECT).
    Tunnel(TimedStream),
    /// Nothing of the reply has begun. The same request is to be responded to again when something came from
    /// [`Site::awaited`], or nothing did in time.
    Awaits,
}

/// What all connections of a server share.
pub(super) struct Front {
    pub(super) limits: Limits,
    pub(super) context: Context,
}

/// A client's requests to a site, and the replies.
pub(super) struct Exchanges<S> {
    received: Received,
    scanner: HeadScanner,
    connection: Connection<S>,
}

impl<S: Site> Exchanges<S> {
    /// A conversation in which nothing was said yet.
    pub(super) fn new(
        stream: TimedStream,
        peer: SocketAddr,
        front: Arc<Front>,
        site: S,
    ) -> io::Result<Self> {
        let is_watched = front.context.tap.is_watched();
        let ends = match is_watched {
            true => Some(Ends {
                local: stream.local_addr()?,
                peer,
            }),
            false => None,
        };
        Ok(Self {
            received: Received::with_room(FIRST_BUFFER_OCTETS),
            scanner: HeadScanner::new(),
            connection: Connection {
                stream,
                out: Vec::new(),
                peer,
                ends,
                is_drained: false,
                front,
                site,
            },
        })
    }
}

impl<S: Site> Conversation for Exchanges<S> {
    fn go_on(&mut self, cause: Cause) -> io::Result<Progress> {
        (self.connection).go_on(&mut self.received, &mut self.scanner, cause)
    }

    fn stream(&self) -> Option<&TimedStream> {
        Some(&self.connection.stream)
    }

    fn awaited(&self) -> Option<&TimedStream> {
        self.connection.site.awaited()
    }
}

const FIRST_BUFFER_OCTETS: usize = 4 * 1024;

struct Connection<S> {
    stream: TimedStream,
    /// Octets of replies that nobody has to wait for yet.
    out: Vec<u8>,
    peer: SocketAddr,
    /// Where its messages come from and go to, if somebody watches.
    ends: Option<Ends>,
    /// Whether all was read that the client had sent, unless a loop tells otherwise.
    is_drained: bool,
    front: Arc<Front>,
    site: S,
}

/// What is known of the client each time that a connection goes on.
struct Turn {
    /// Whether it was silent for too long, as far as anybody had time to look.
    is_late: bool,
    /// Whether a read that leaves room has read all.
    tells_all: bool,
    /// Whether something was read. Until then, on a busy machine, it may have said something in time that nobody has looked at.
    has_read: bool,
}

/// What comes after a request and its reply.
enum After {
    /// The next request, which begins behind this.
    Next(Leftover),
    /// No request, but octets to be passed on both ways.
    Tunnel(TimedStream),
    /// The reply, which waits for another connection.
    Awaits,
    /// Nothing that is read as a request, though the client may be sending.
    Linger,
    /// Nothing at all.
    Close,
}

impl<S: Site> Connection<S> {
    /// Answers requests until there is none.
    fn go_on(
        &mut self,
        received: &mut Received,
        scanner: &mut HeadScanner,
        cause: Cause,
    ) -> io::Result<Progress> {
        /// After so many, other clients have their turn.
        const AT_ONCE: usize = 16;
        let is_awaited = self.site.awaited().is_some();
        let mut turn = Turn {
            is_late: cause == Cause::Late && !is_awaited,
            tells_all: cause == Cause::Ready { to_the_end: false },
            has_read: false,
        };
        // That of before only counts where nobody has told of the client since.
        self.is_drained &= is_awaited && turn.tells_all;
        let mut answered = 0_usize;
        loop {
            match scanner.request_with(received.octets(), &self.front.limits) {
                Ok(Decoded::Incomplete) => {
                    self.flush()?;
                    self.stream.set_under_way(false);
                    if let Some(progress) = self.read_on(received, &mut turn)? {
                        return Ok(progress);
                    }
                }
                Err(error) => {
                    self.refuse(&error, received.octets())?;
                    return Ok(self.linger());
                }
                Ok(Decoded::Complete { value: head, len }) => {
                    match self.exchange(&head, received.octets(), len)? {
                        After::Next(leftover) => received.keep(&leftover),
                        After::Awaits => return Ok(Progress::Waits),
                        After::Tunnel(upstream) => {
                            let early = received.octets().get(len..).unwrap_or_default();
                            self.tunnel(&upstream, early)?;
                            return Ok(Progress::Over);
                        }
                        After::Linger => return Ok(self.linger()),
                        After::Close => return Ok(Progress::Over),
                    }
                    answered = answered.saturating_add(1);
                    if answered == AT_ONCE {
                        self.flush()?;
                        return Ok(Progress::Again);
                    }
                }
            }
        }
    }

    /// Reads more of a head that is not whole; if nothing came of it, says how far the conversation is.
    fn read_on(
        &mut self,
        received: &mut Received,
        turn: &mut Turn,
    ) -> io::Result<Option<Progress>> {
        if self.is_drained {
            return Ok(Some(Progress::Waits));
        }
        if turn.has_read && self.stream.is_past_deadline() {
            return self.time_out(received).map(Some);
        }
        match received.read_at_hand(&self.stream) {
            Ok((0, _)) => Ok(Some(self.client_has_ended(received))),
            Ok((_, has_room)) => {
                turn.has_read = true;
                self.is_drained = has_room && turn.tells_all;
                if !self.stream.has_deadline() {
                    // A head that trickles in octet by octet has as long as a silent client, no longer, also where its first
                    // octets came with the request before.
                    self.stream.set_deadline_to_idle();
                }
                Ok(None)
            }
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            Err(_) if turn.is_late && !turn.has_read => self.time_out(received).map(Some),
            Err(_) => Ok(Some(Progress::Waits)),
        }
    }

    /// The client has ended its side.
    fn client_has_ended(&mut self, received: &Received) -> Progress {
        if received.is_empty() {
            return Progress::Over;
        }
        self.watch().request(received.octets());
        self.linger()
    }

    /// Nothing more is read as a request, though the client may still be sending.
    fn linger(&mut self) -> Progress {
        self.stream.linger();
        Progress::Over
    }

    /// The client was silent for too long: that it began a request is answered.
    fn time_out(&mut self, received: &Received) -> io::Result<Progress> {
        if received.is_empty() {
            return Ok(Progress::Over);
        }
        self.stream.set_deadline(None);
        ResponseWriter::new(StatusCode::REQUEST_TIMEOUT)
            .close()
            .field("Date", now_text())
            .and_then(|writer| writer.send(b"", &mut self.out))
            .map_err(io::Error::other)?;
        self.flush()?;
        Ok(Progress::Over)
    }

    /// Answers a head that breaks a rule.
    fn refuse(&mut self, error: &wire_http::Error, head: &[u8]) -> io::Result<()> {
        let peer = self.peer;
        self.front
            .context
            .out
            .remark(|| format!("{peer} refused: {error} ({})", error.reference()));
        self.watch().request(head);
        let before = self.out.len();
        // RFC 9110 §6.6.1: a server with a clock puts Date into every 4xx.
        ResponseWriter::refusing(error)
            .field("Date", now_text())
            .and_then(|writer| writer.field("Content-Type", "text/plain"))
            .and_then(|writer| writer.send(format!("{error}\n").as_bytes(), &mut self.out))
            .map_err(io::Error::other)?;
        let answer = self.out.get(before..).unwrap_or_default();
        let answers = match error.refuses_head() {
            true => ResponseTo::Head,
            false => ResponseTo::Other,
        };
        self.watch().response(answers, answer);
        self.flush()
    }

    /// Answers one request; its head is the first `len` octets of what was received.
    fn exchange(
        &mut self,
        head: &RequestHead<'_>,
        received: &[u8],
        len: usize,
    ) -> io::Result<After> {
        self.stream.set_deadline(None);
        self.stream.set_under_way(true);
        let (head_octets, rest) = received.split_at_checked(len).unwrap_or((received, &[]));
        let watch = Watch::of(&self.front, self.ends);
        let raw = watch.kept();
        let mut body = RequestBody::new(head, len, &self.front.limits, &self.stream, rest, raw);
        if !body.has_ended() {
            // An answer to an earlier request must not wait behind this one's body.
            write_out(&self.stream, &mut self.out)?;
        }
        let mut reply = Reply::new(head, &self.stream, &mut self.out, watch.kept());
        // Who always has another request would keep a server from stopping.
        let is_stopping = self.stream.is_stopping();
        if is_stopping {
            reply.close();
        }
        let next = self
            .site
            .respond(head, &mut body, &mut reply)
            .or_else(|error| answer_failure(error, &mut reply));
        if matches!(next, Ok(Next::Awaits)) {
            return Ok(After::Awaits);
        }
        let (status, goes_on) = reply.outcome();
        let goes_on = goes_on && persists(head) && !is_stopping;
        let (peer, method) = (self.peer, head.method().as_str());
        self.front.context.out.remark(|| {
            let status = status.map_or(0, StatusCode::code);
            format!("{peer} {method} {} {status}", head.target_text())
        });
        if let Some(raw) = reply.raw() {
            watch.request(&[head_octets, body.raw()].concat());
            if !raw.is_empty() {
                watch.response(ResponseTo::method(method), raw);
            }
        }
        if let Next::Tunnel(upstream) = next? {
            return Ok(After::Tunnel(upstream));
        }
        end_of_request(head, body, goes_on, &self.stream, &mut self.out)
    }

    /// Passes octets on both ways, beginning with those that came with the head.
    fn tunnel(&mut self, mut upstream: &TimedStream, early: &[u8]) -> io::Result<()> {
        self.flush()?;
        self.stream.set_under_way(false);
        upstream.write_all(early)?;
        relay(&self.stream, upstream, self.stream.idle()).map(drop)
    }

    fn flush(&mut self) -> io::Result<()> {
        write_out(&self.stream, &mut self.out)
    }

    fn watch(&self) -> Watch<'_> {
        Watch::of(&self.front, self.ends)
    }
}

/// Finds the next request, if the connection goes on. What was not read of this one is dropped while it is little; a client that
/// sends much more has to connect anew.
fn end_of_request(
    head: &RequestHead<'_>,
    mut body: RequestBody<'_>,
    goes_on: bool,
    stream: &TimedStream,
    out: &mut Vec<u8>,
) -> io::Result<After> {
    if goes_on {
        if !body.has_ended() {
            // The client may wait for the reply before it sends the rest.
            write_out(stream, out)?;
        }
        if body.drain().unwrap_or(false) {
            return Ok(After::Next(body.leftover()));
        }
    }
    write_out(stream, out)?;
    // Who says "close" sends nothing after this request (RFC 9112 §9.6).
    let is_last = body.has_ended() && !head.persists();
    Ok(match is_last && body.leftover().is_empty() {
        true => After::Close,
        false => After::Linger,
    })
}

/// Answers with what went wrong with the body, unless an answer has begun. Other errors end the connection.
fn answer_failure(error: io::Error, reply: &mut Reply<'_>) -> io::Result<Next> {
    if let Some(refusal) = refusal(&error) {
        // A body that broke a rule is answered like a head that did.
        if !reply.has_begun() {
            let mut writer = reply.head(refusal.suggested_status())?;
            writer
                .close()
                .field("Content-Type", "text/plain")
                .map_err(io::Error::other)?;
            reply.send(&writer, format!("{refusal}\n").as_bytes())?;
        }
    } else if error.kind() == io::ErrorKind::TimedOut && !reply.has_begun() {
        // The rest of a body did not come (RFC 9110 §15.5.9).
        let mut writer = reply.head(StatusCode::REQUEST_TIMEOUT)?;
        writer.close();
        reply.send(&writer, b"")?;
    } else {
        return Err(error);
    }
    reply.give_up();
    Ok(Next::Persist)
}

/// Shows the messages of a connection, if somebody watches.
struct Watch<'a>(Option<(&'a Context, Ends)>);

impl<'a> Watch<'a> {
    fn of(front: &'a Front, ends: Option<Ends>) -> Self {
        Self(ends.map(|ends| (&front.context, ends)))
    }

    fn kept(&self) -> Option<Kept> {
        self.0.and_then(|(context, _)| context.tap.kept())
    }

    fn request(&self, octets: &[u8]) {
        self.see(Protocol::HttpRequest, octets);
    }

    fn response(&self, to: ResponseTo, octets: &[u8]) {
        self.see(Protocol::HttpResponse(to), octets);
    }

    fn see(&self, protocol: Protocol, octets: &[u8]) {
        let Some((context, Ends { local, peer })) = self.0 else {
            return;
        };
        let (from, to) = match protocol {
            Protocol::HttpRequest => (peer, local),
            _ => (local, peer),
        };
        context.tap.see(&Seen {
            transport: Transport::Tcp,
            from,
            to,
            protocol,
            octets,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::time::Duration;

    use wire_http::{Decoded, RequestHead, StatusCode};

    use super::{Exchanges, Front, Next, Reply, RequestBody, Site, answer_failure, limits};
    use crate::context::Context;
    use crate::net::{Cause, Conversation as _, Progress, Stop, TimedStream};
    use crate::output::Output;
    use crate::show::Tap;

    struct Empty;

    impl Site for Empty {
        fn respond(
            &mut self,
            _: &RequestHead<'_>,
            _: &mut RequestBody<'_>,
            reply: &mut Reply<'_>,
        ) -> io::Result<Next> {
            let head = reply.head(StatusCode::OK)?;
            reply.send(&head, b"")?;
            Ok(Next::Persist)
        }
    }

    /// A conversation whose client may be silent for a moment, and the client.
    fn exchanges() -> (Exchanges<Empty>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, peer) = listener.accept().unwrap();
        let stream = TimedStream::new(stream, Duration::from_millis(50), Stop::new()).unwrap();
        let (out, tap) = (Output::captured().0, Tap::default());
        let front = Front {
            limits: limits(),
            context: Context { out, tap },
        };
        let exchanges = Exchanges::new(stream, peer, Arc::new(front), Empty).unwrap();
        (exchanges, client)
    }

    /// On a busy machine the time may be over before a thread looks at what has come meanwhile.
    #[test]
    fn a_request_that_is_there_counts_although_the_time_is_over() {
        let (mut exchanges, mut client) = exchanges();
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .unwrap();
        assert_eq!(exchanges.go_on(Cause::Late).unwrap(), Progress::Waits);
        // This time there is nothing.
        assert_eq!(exchanges.go_on(Cause::Late).unwrap(), Progress::Over);
        drop(exchanges);
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    }

    #[test]
    fn the_rest_of_a_head_that_is_there_counts_although_the_time_is_over() {
        for (rest, status, progress) in [
            ("a.test\r\n\r\n", "200 OK", Progress::Waits),
            ("a.te", "408 Request Timeout", Progress::Over),
        ] {
            let (mut exchanges, mut client) = exchanges();
            client.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
            let ready = Cause::Ready { to_the_end: false };
            assert_eq!(exchanges.go_on(ready).unwrap(), Progress::Waits);
            while !exchanges.stream().unwrap().is_past_deadline() {
                std::thread::yield_now();
            }
            client.write_all(rest.as_bytes()).unwrap();
            assert_eq!(exchanges.go_on(Cause::Late).unwrap(), progress);
            drop(exchanges);
            let mut text = String::new();
            client.read_to_string(&mut text).unwrap();
            assert!(
                text.starts_with(&format!("HTTP/1.1 {status}\r\n")),
                "{text}"
            );
        }
    }

    /// It would take what comes behind the part that it got for the rest of it.
    #[test]
    fn who_takes_only_a_part_of_earlier_replies_in_time_gets_no_other() {
        /// More than the system takes for who does not read.
        const OCTETS: usize = 32 << 20;
        let (exchanges, _client) = exchanges();
        let request = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
        let Decoded::Complete { value: request, .. } = RequestHead::decode(request).unwrap() else {
            panic!("the request is whole")
        };
        let mut out = vec![b'x'; OCTETS];
        let stream = exchanges.stream().unwrap();
        let mut reply = Reply::new(&request, stream, &mut out, None);
        let error = reply.flush().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(answer_failure(error, &mut reply).is_err());
        assert_eq!(out.len(), OCTETS);
    }
}
