//! One connection of an HTTP server: requests in, replies out in their order, until one side ends it (RFC 9112 §9).

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use wire_http::{
    BodyDecoder, BodyEvent, BodyKind, BodyWriter, Decoded, Framing, HeadScanner, Limits, Method,
    RequestHead, ResponseWriter, StatusCode, Version,
};

use crate::context::Context;
use crate::net::{TimedStream, relay};
use crate::show::{Protocol, ResponseTo, Seen, Transport};

use super::clock::now_text;
use super::html::escape;

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
    let ends = Ends {
        local: stream.local_addr()?,
        peer,
    };
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
                    return Ok(());
                }
            }
            Err(error) => {
                context
                    .out
                    .remark(|| format!("{peer} refused: {error} ({})", error.reference()));
                see(context, ends.peer, ends.local, Protocol::HttpRequest, head);
                let before = connection.out.len();
                ResponseWriter::send_refusal(&error, &mut connection.out)
                    .map_err(io::Error::other)?;
                let answer = connection.out.get(before..).unwrap_or_default();
                see(
                    context,
                    ends.local,
                    ends.peer,
                    Protocol::HttpResponse(ResponseTo::Other),
                    answer,
                );
                connection.flush()?;
                connection.stream.linger();
                return Ok(());
            }
            Ok(Decoded::Complete { value: head, len }) => {
                connection.stream.set_deadline(None);
                let rest_start = connection.start.saturating_add(len);
                let rest = connection
                    .received
                    .get(rest_start..connection.end)
                    .unwrap_or_default();
                let watched = context.tap.is_watched();
                let mut body = RequestBody {
                    decoder: BodyDecoder::with_limits(head.framing(), limits),
                    stream: &connection.stream,
                    rest,
                    rest_used: 0,
                    spill: None,
                    awaits_continue: head.expects_continue() && rest.is_empty(),
                    ended: matches!(head.framing(), Framing::None | Framing::ContentLength(0)),
                    raw: watched.then(Vec::new),
                };
                if !body.ended {
                    // An answer to an earlier request must not wait behind this one's body.
                    write_out(&connection.stream, &mut connection.out)?;
                }
                let mut reply = Reply {
                    stream: &connection.stream,
                    out: &mut connection.out,
                    method: head.method(),
                    version: head.version(),
                    request_persists: head.persists(),
                    pending: StatusCode::OK,
                    status: None,
                    persists: false,
                    raw: watched.then(Vec::new),
                };
                let method = head.method().as_str();
                let next = site.respond(&head, &mut body, &mut reply);
                let next = match next {
                    Ok(next) => next,
                    Err(error) => {
                        let Some(refusal) = refusal(&error) else {
                            return Err(error);
                        };
                        // A body that broke a rule is answered like a head that did, if nothing was answered yet.
                        if reply.status.is_none() {
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
                        reply.persists = false;
                        Next::Persist
                    }
                };
                let (status, persists) = (reply.status, reply.persists);
                context.out.remark(|| {
                    format!(
                        "{peer} {method} {} {}",
                        head.target_text(),
                        status.map_or(0, StatusCode::code)
                    )
                });
                if let Some(raw) = &reply.raw {
                    let octets = connection
                        .received
                        .get(connection.start..rest_start)
                        .unwrap_or_default();
                    let request = [octets, body.raw.as_deref().unwrap_or_default()].concat();
                    see(context, peer, ends.local, Protocol::HttpRequest, &request);
                    let to = ResponseTo::method(method);
                    see(context, ends.local, peer, Protocol::HttpResponse(to), raw);
                }
                if let Next::Tunnel(upstream) = next {
                    let early = rest.to_vec();
                    connection.flush()?;
                    (&upstream).write_all(&early)?;
                    let idle = connection.stream.idle();
                    return relay(connection.stream, upstream, idle).map(|_| ());
                }
                // What was not read is dropped while it is little; a client that sends much more has to connect anew.
                let clean = persists && body.drain()?;
                let leftover = body.leftover();
                match leftover {
                    Leftover::Rest(used) => {
                        connection.start = rest_start.saturating_add(used);
                    }
                    Leftover::Spill(octets) => connection.restart_with(&octets),
                }
                if !clean {
                    connection.flush()?;
                    connection.stream.linger();
                    return Ok(());
                }
            }
        }
    }
}

/// The refusal behind an error of [`RequestBody::read`].
fn refusal(error: &io::Error) -> Option<&wire_http::Error> {
    error.get_ref()?.downcast_ref()
}

fn see(context: &Context, from: SocketAddr, to: SocketAddr, protocol: Protocol, octets: &[u8]) {
    if context.tap.is_watched() {
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
        let begun = self.end > self.start;
        let space = self.received.get_mut(self.end..).unwrap_or_default();
        match (&self.stream).read(space) {
            Ok(0) => Ok(false),
            Ok(count) => {
                if !begun {
                    // A head that trickles in octet by octet has as long as a silent client, no longer.
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
                        .send(b"", &mut self.out)
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

fn write_out(mut stream: &TimedStream, out: &mut Vec<u8>) -> io::Result<()> {
    if !out.is_empty() {
        stream.write_all(out)?;
        out.clear();
    }
    Ok(())
}

/// The body of a request, read only if somebody asks for it.
pub(crate) struct RequestBody<'c> {
    decoder: BodyDecoder,
    stream: &'c TimedStream,
    /// What came with the head, and how much of it was used.
    rest: &'c [u8],
    rest_used: usize,
    /// What came later, once that was used up, and how much of it was used.
    spill: Option<(Vec<u8>, usize)>,
    awaits_continue: bool,
    ended: bool,
    /// The body's octets on the wire, kept when somebody watches.
    raw: Option<Vec<u8>>,
}

enum Leftover {
    /// How much of what came with the head was used.
    Rest(usize),
    /// What came behind the body.
    Spill(Vec<u8>),
}

impl RequestBody<'_> {
    /// Appends the next piece of content to `content`; false at the end.
    ///
    /// A body that breaks a rule is an error that holds the [`wire_http::Error`]; return it, and the client is answered with it.
    pub(crate) fn read(&mut self, content: &mut Vec<u8>) -> io::Result<bool> {
        while !self.ended {
            let input = match &self.spill {
                None => self.rest.get(self.rest_used..),
                Some((octets, used)) => octets.get(*used..),
            }
            .unwrap_or_default();
            let step = self
                .decoder
                .decode(input)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            if let (Some(raw), Some(used)) = (&mut self.raw, input.get(..step.consumed)) {
                raw.extend_from_slice(used);
            }
            let (mut data, mut more) = (false, false);
            match step.event {
                BodyEvent::Data(piece) => {
                    content.extend_from_slice(piece);
                    data = true;
                }
                BodyEvent::NeedMore => more = true,
                BodyEvent::Trailers(_) => {}
                BodyEvent::End => self.ended = true,
            }
            let consumed = step.consumed;
            match &mut self.spill {
                None => self.rest_used = self.rest_used.saturating_add(consumed),
                Some((_, used)) => *used = used.saturating_add(consumed),
            }
            if data {
                return Ok(true);
            }
            if more {
                self.receive()?;
            }
        }
        Ok(false)
    }

    /// The whole content; one longer than `max` is refused with 413.
    pub(crate) fn read_all(&mut self, max: usize) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        while self.read(&mut content)? {
            if content.len() > max {
                let max = u64::try_from(max).unwrap_or(u64::MAX);
                let error = wire_http::Error::new(0, wire_http::ErrorKind::BodyTooLong { max });
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
        }
        Ok(content)
    }

    fn receive(&mut self) -> io::Result<()> {
        const PIECE_OCTETS: usize = 32 * 1024;
        if self.awaits_continue {
            self.awaits_continue = false;
            let mut octets = Vec::new();
            ResponseWriter::send_continue(&mut octets).map_err(io::Error::other)?;
            self.stream.write_all(&octets)?;
        }
        let (octets, used) = self.spill.get_or_insert_with(|| {
            let unused = self.rest.get(self.rest_used..).unwrap_or_default();
            (unused.to_vec(), 0)
        });
        octets.drain(..*used);
        *used = 0;
        let len = octets.len();
        octets.resize(len.saturating_add(PIECE_OCTETS), 0);
        let space = octets.get_mut(len..).unwrap_or_default();
        let count = self.stream.read(space)?;
        octets.truncate(len.saturating_add(count));
        if count == 0 {
            self.decoder
                .finish()
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            self.ended = true;
        }
        Ok(())
    }

    /// Reads and drops what is left, while it is little; false when the connection cannot go on.
    fn drain(&mut self) -> io::Result<bool> {
        const DRAIN_OCTETS_MAX: usize = 256 * 1024;
        if self.awaits_continue {
            // The client was never told to send it, and may or may not do so (RFC 9110 §10.1.1).
            return Ok(self.ended);
        }
        let mut dropped = 0_usize;
        let mut content = Vec::new();
        while self.read(&mut content)? {
            dropped = dropped.saturating_add(content.len());
            content.clear();
            if dropped > DRAIN_OCTETS_MAX {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn leftover(self) -> Leftover {
        match self.spill {
            None => Leftover::Rest(self.rest_used),
            Some((mut octets, used)) => {
                octets.drain(..used);
                Leftover::Spill(octets)
            }
        }
    }
}

/// Where the reply to a request goes.
pub(crate) struct Reply<'c> {
    stream: &'c TimedStream,
    out: &'c mut Vec<u8>,
    method: Method<'c>,
    version: Version,
    request_persists: bool,
    /// The status of the head in the making, and the one sent.
    pending: StatusCode,
    status: Option<StatusCode>,
    persists: bool,
    /// The reply's octets on the wire, kept when somebody watches.
    raw: Option<Vec<u8>>,
}

impl Reply<'_> {
    /// The head of a reply, with the fields that every reply of ours has.
    pub(crate) fn head(&mut self, status: StatusCode) -> io::Result<ResponseWriter> {
        let mut writer =
            ResponseWriter::to(status, self.method, self.version, self.request_persists);
        writer
            .field("Date", now_text())
            .and_then(|writer| writer.field("Server", "netlab"))
            .map_err(io::Error::other)?;
        self.pending = status;
        Ok(writer)
    }

    /// Sends a whole reply. Nothing waits for it: replies to pipelined requests leave together.
    pub(crate) fn send(&mut self, writer: &ResponseWriter, content: &[u8]) -> io::Result<()> {
        let kind = if content.is_empty() {
            BodyKind::Empty
        } else {
            BodyKind::Known(u64::try_from(content.len()).unwrap_or(u64::MAX))
        };
        let mut body = self.start(writer, kind)?;
        self.write(&mut body, content)?;
        self.finish(body)
    }

    /// Sends a small page that says what is wrong, or where to look instead.
    pub(crate) fn send_error(&mut self, mut head: ResponseWriter, why: &str) -> io::Result<()> {
        let status = self.pending;
        let title = format!("{} {}", status.code(), status.reason());
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n</body>\n</html>\n",
            escape(why)
        );
        head.field("Content-Type", "text/html; charset=utf-8")
            .map_err(io::Error::other)?;
        self.send(&head, page.as_bytes())
    }

    /// Starts a reply whose content comes in pieces.
    pub(crate) fn start(
        &mut self,
        writer: &ResponseWriter,
        kind: BodyKind,
    ) -> io::Result<BodyWriter> {
        let before = self.out.len();
        let body = writer.start(kind, self.out).map_err(io::Error::other)?;
        self.status = Some(self.pending);
        self.persists = body.persists();
        self.keep_raw(before);
        Ok(body)
    }

    /// Writes a piece of content.
    pub(crate) fn write(&mut self, body: &mut BodyWriter, content: &[u8]) -> io::Result<()> {
        const WAIT_FOR_MORE_OCTETS_MAX: usize = 64 * 1024;
        let before = self.out.len();
        body.write(content, self.out).map_err(io::Error::other)?;
        self.keep_raw(before);
        if self.out.len() >= WAIT_FOR_MORE_OCTETS_MAX {
            write_out(self.stream, self.out)?;
        }
        Ok(())
    }

    /// Ends a reply that was started.
    pub(crate) fn finish(&mut self, body: BodyWriter) -> io::Result<()> {
        let before = self.out.len();
        body.finish(self.out).map_err(io::Error::other)?;
        self.keep_raw(before);
        Ok(())
    }

    /// Whether a reply was begun, so that no other can be sent.
    pub(crate) const fn has_begun(&self) -> bool {
        self.status.is_some()
    }

    fn keep_raw(&mut self, from: usize) {
        if let Some(raw) = &mut self.raw {
            raw.extend_from_slice(self.out.get(from..).unwrap_or_default());
        }
    }
}
