//! One connection of an HTTP server: requests in, replies out in their order, until one side ends it (RFC 9112 §9).

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use wire_http::{Decoded, HeadScanner, Limits, RequestHead, ResponseWriter, StatusCode};

use crate::context::Context;
use crate::net::{TimedStream, relay};
use crate::show::{Kept, Protocol, ResponseTo, Seen, Transport};

use super::clock::now_text;
use super::reply::write_out;
pub(crate) use super::reply::{Reply, persists};
use super::request_body::Leftover;
pub(crate) use super::request_body::{Piece, RequestBody};

/// What clients may send: browsers leave some octets of a query unencoded that RFC 3986 has not there.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.lenient_target = true;
    limits
}

/// What answers requests.
pub(crate) trait Site: Send + Sync + 'static {
    /// Answers one request through `reply`. What is left of the body is read and dropped afterwards, or the connection closed.
    fn respond(
        &self,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Next>;
}

/// What becomes of the connection after a reply.
pub(crate) enum Next {
    /// It goes on if request and reply let it.
    Persist,
    /// It becomes a tunnel to this stream (CONNECT).
    Tunnel(TimedStream),
}

/// Both ends of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// This side.
    pub(crate) local: SocketAddr,
    /// The client.
    pub(crate) peer: SocketAddr,
}

/// Serves requests until the connection ends.
pub(crate) fn serve(
    stream: TimedStream,
    peer: SocketAddr,
    limits: &Limits,
    context: &Context,
    site: &dyn Site,
) -> io::Result<()> {
    let watch = Watch::new(context, &stream, peer)?;
    let mut connection = Connection {
        stream,
        received: vec![0; FIRST_BUFFER_OCTETS],
        start: 0,
        end: 0,
        scanner: HeadScanner::new(),
        out: Vec::new(),
    };
    loop {
        let head = connection
            .received
            .get(connection.start..connection.end)
            .unwrap_or_default();
        match connection.scanner.request_with(head, limits) {
            Ok(Decoded::Incomplete) => {
                if !connection.read_more()? {
                    let cut = connection
                        .received
                        .get(connection.start..connection.end)
                        .unwrap_or_default();
                    if !cut.is_empty() {
                        watch.request(cut);
                        // It may still be sending.
                        connection.stream.linger();
                    }
                    return Ok(());
                }
            }
            Err(error) => {
                context
                    .out
                    .remark(|| format!("{peer} refused: {error} ({})", error.reference()));
                watch.request(head);
                let before = connection.out.len();
                // RFC 9110 §6.6.1: a server with a clock puts Date into every 4xx.
                ResponseWriter::refusing(&error)
                    .field("Date", now_text())
                    .and_then(|writer| writer.field("Content-Type", "text/plain"))
                    .and_then(|writer| {
                        writer.send(format!("{error}\n").as_bytes(), &mut connection.out)
                    })
                    .map_err(io::Error::other)?;
                let answer = connection.out.get(before..).unwrap_or_default();
                watch.response(ResponseTo::Other, answer);
                connection.flush()?;
                connection.stream.linger();
                return Ok(());
            }
            Ok(Decoded::Complete { value: head, len }) => {
                connection.stream.set_deadline(None);
                connection.stream.set_under_way(true);
                let rest_start = connection.start.saturating_add(len);
                let rest = connection
                    .received
                    .get(rest_start..connection.end)
                    .unwrap_or_default();
                let raw = watch.kept();
                let mut body = RequestBody::new(&head, len, limits, &connection.stream, rest, raw);
                if !body.has_ended() {
                    // An answer to an earlier request must not wait behind this one's body.
                    write_out(&connection.stream, &mut connection.out)?;
                }
                let mut reply =
                    Reply::new(&head, &connection.stream, &mut connection.out, watch.kept());
                let method = head.method().as_str();
                let next = site.respond(&head, &mut body, &mut reply);
                let next = match next {
                    Ok(next) => Ok(next),
                    Err(error) => match refusal(&error) {
                        Some(refusal) => {
                            // A body that broke a rule is answered like a head that did, if nothing was answered yet.
                            if !reply.has_begun() {
                                let mut writer = reply.head(refusal.suggested_status())?;
                                writer.close();
                                let text = format!("{refusal}\n");
                                reply.send(
                                    writer
                                        .field("Content-Type", "text/plain")
                                        .map_err(io::Error::other)?,
                                    text.as_bytes(),
                                )?;
                            }
                            reply.give_up();
                            Ok(Next::Persist)
                        }
                        None if error.kind() == io::ErrorKind::TimedOut && !reply.has_begun() => {
                            // The rest of a body did not come (RFC 9110 §15.5.9).
                            let mut writer = reply.head(StatusCode::REQUEST_TIMEOUT)?;
                            writer.close();
                            reply.send(&writer, b"")?;
                            reply.give_up();
                            Ok(Next::Persist)
                        }
                        None => Err(error),
                    },
                };
                let (status, goes_on) = reply.outcome();
                let goes_on = goes_on && persists(&head);
                context.out.remark(|| {
                    format!(
                        "{peer} {method} {} {}",
                        head.target_text(),
                        status.map_or(0, StatusCode::code)
                    )
                });
                if let Some(raw) = reply.raw() {
                    let octets = connection
                        .received
                        .get(connection.start..rest_start)
                        .unwrap_or_default();
                    let request = [octets, body.raw()].concat();
                    watch.request(&request);
                    if !raw.is_empty() {
                        watch.response(ResponseTo::method(method), raw);
                    }
                }
                let next = next?;
                if let Next::Tunnel(upstream) = next {
                    let early = rest.to_vec();
                    connection.flush()?;
                    connection.stream.set_under_way(false);
                    (&upstream).write_all(&early)?;
                    let idle = connection.stream.idle();
                    return relay(connection.stream, upstream, idle).map(|_| ());
                }
                // What was not read is dropped while it is little; a client that sends much more has to connect anew.
                if goes_on && !body.has_ended() {
                    // The client may wait for the reply before it sends the rest.
                    write_out(&connection.stream, &mut connection.out)?;
                }
                let clean = goes_on && body.drain().unwrap_or(false);
                // Who says "close" sends nothing after this request (RFC 9112 §9.6).
                let is_last = body.has_ended() && !head.persists();
                let leftover = body.leftover();
                match leftover {
                    Leftover::Rest(used) => {
                        connection.start = rest_start.saturating_add(used);
                    }
                    Leftover::Spill(octets) => connection.restart_with(&octets),
                }
                if !clean {
                    connection.flush()?;
                    let has_unread = connection.start != connection.end;
                    if has_unread || !is_last {
                        connection.stream.linger();
                    }
                    return Ok(());
                }
            }
        }
    }
}

/// The refusal behind an error of [`RequestBody::read`].
pub(crate) fn refusal(error: &io::Error) -> Option<&wire_http::Error> {
    error.get_ref()?.downcast_ref()
}

/// Shows the messages of a connection, if somebody watches.
struct Watch<'a>(Option<(&'a Context, Ends)>);

impl<'a> Watch<'a> {
    fn new(context: &'a Context, stream: &TimedStream, peer: SocketAddr) -> io::Result<Self> {
        if !context.tap.is_watched() {
            return Ok(Self(None));
        }
        let local = stream.local_addr()?;
        Ok(Self(Some((context, Ends { local, peer }))))
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

/// Says 503 to a connection over the limit, without waiting.
pub(crate) fn turn_away(mut stream: &TcpStream) {
    let mut out = Vec::new();
    let written = ResponseWriter::new(StatusCode::SERVICE_UNAVAILABLE)
        .close()
        .send(b"", &mut out);
    if written.is_ok() && stream.set_nonblocking(true).is_ok() {
        // Whoever does not get it sees the connection close.
        let _ = stream.write(&out);
    }
}

struct Connection {
    stream: TimedStream,
    received: Vec<u8>,
    start: usize,
    end: usize,
    scanner: HeadScanner,
    out: Vec<u8>,
}

const FIRST_BUFFER_OCTETS: usize = 8 * 1024;

impl Connection {
    /// Reads on; false when the client has ended, or was silent too long between requests.
    fn read_more(&mut self) -> io::Result<bool> {
        self.flush()?;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.received.len() {
            if self.start > 0 {
                self.received.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end.saturating_sub(self.start));
            } else {
                // The head's limit bounds this: past it the scanner refuses.
                let len = self.received.len().saturating_mul(2);
                self.received.resize(len, 0);
            }
        }
        self.stream.set_under_way(false);
        let begun = self.end > self.start;
        let space = self.received.get_mut(self.end..).unwrap_or_default();
        match (&self.stream).read(space) {
            Ok(0) => Ok(false),
            Ok(count) => {
                if !self.stream.has_deadline() {
                    // A head that trickles in octet by octet has as long as a silent client, no longer, also where its first
                    // octets came with the request before.
                    let idle = self.stream.idle();
                    self.stream.set_deadline(Instant::now().checked_add(idle));
                }
                self.end = self.end.saturating_add(count);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                if begun {
                    self.stream.set_deadline(None);
                    let mut writer = ResponseWriter::new(StatusCode::REQUEST_TIMEOUT);
                    writer
                        .close()
                        .field("Date", now_text())
                        .and_then(|writer| writer.send(b"", &mut self.out))
                        .map_err(io::Error::other)?;
                    self.flush()?;
                }
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        write_out(&self.stream, &mut self.out)
    }

    fn restart_with(&mut self, octets: &[u8]) {
        if self.received.len() < octets.len() {
            self.received.resize(octets.len(), 0);
        }
        if let Some(front) = self.received.get_mut(..octets.len()) {
            front.copy_from_slice(octets);
        }
        (self.start, self.end) = (0, octets.len());
    }
}
