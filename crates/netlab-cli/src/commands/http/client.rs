//! One connection to an HTTP server: requests out, responses in, one after the other (RFC 9112 §9).

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use wire_http::{
    Decoded, ErrorKind, Framing, HeadScanner, Limits, Method, ResponseHead, StatusCode,
};

use super::body_reader::{BodyReader, Piece};
use super::broken_rule::{malformed, refusal};
use super::received::Received;
use crate::exit::Failure;
use crate::net::{Ends, Stop, TimedStream, io_failure};
use crate::show::{Kept, Protocol, ResponseTo, Seen, Tap, Transport};

/// What a client takes from servers: what real ones send, as long as it can be understood in one way only.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.lenient_response = true;
    limits.field_lines = 256;
    limits
}

/// 1xx heads before a final one. RFC 9110 §15.2 sets no limit, so a server could keep a client busy with them for ever.
const INTERIMS_MAX: usize = 64;

/// A connection to a server.
///
/// The errors of its methods: `InvalidData` with the [`wire_http::Error`] for what breaks a rule, `UnexpectedEof` for a
/// connection that ended before a response began, and what the system says.
pub(crate) struct ClientConnection {
    stream: TimedStream,
    ends: Ends,
    received: Received,
    scanner: HeadScanner,
    /// Octets of the current head.
    head_octets: usize,
    body: BodyReader,
    /// 1xx heads since the last final one.
    interims: usize,
    tap: Tap,
    /// What the current response answers.
    response_to: ResponseTo,
    /// The octets of the response on the wire, kept when somebody watches.
    raw: Option<Kept>,
    /// Whether what broke a rule is among them.
    is_rest_kept: bool,
}

impl ClientConnection {
    /// Takes over a connected stream on which nothing waits longer than `timeout`. What is asked for is always under way: no stop
    /// flag ends it.
    pub(crate) fn new(stream: TcpStream, timeout: Duration, tap: &Tap) -> io::Result<Self> {
        const FIRST_OCTETS: usize = 16 * 1024;
        let stream = TimedStream::new(stream, timeout, Stop::new())?;
        let ends = stream.ends()?;
        Ok(Self {
            stream,
            ends,
            received: Received::with_room(FIRST_OCTETS),
            scanner: HeadScanner::new(),
            head_octets: 0,
            body: BodyReader::new(Framing::None, &Limits::default(), 0),
            interims: 0,
            tap: tap.clone(),
            response_to: ResponseTo::Other,
            raw: tap.kept(),
            is_rest_kept: false,
        })
    }

    /// The stream, to write to while a response is read.
    pub(crate) const fn stream(&self) -> &TimedStream {
        &self.stream
    }

    /// Sends octets of requests.
    pub(crate) fn send(&self, octets: &[u8]) -> io::Result<()> {
        (&self.stream).write_all(octets)
    }

    /// From now on the response has as long to begin as a silent server, and is to be waited for by whoever waits for many.
    pub(crate) fn await_response(&mut self) {
        self.stream.set_deadline_to_idle();
    }

    /// Reads what came of an awaited response: it may be nothing, unless the time is over.
    pub(crate) fn receive_awaited(&mut self) -> io::Result<()> {
        match self.received.read_at_hand(&self.stream) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            Err(_) if self.stream.is_past_deadline() => Err(io::ErrorKind::TimedOut.into()),
            // That the connection has ended is found again.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Shows a whole request to whoever watches.
    pub(crate) fn see_request(&self, octets: &[u8]) {
        if self.tap.is_watched() {
            self.tap.see(&Seen {
                transport: Transport::Tcp,
                from: self.ends.local,
                to: self.ends.peer,
                protocol: Protocol::HttpRequest,
                octets,
            });
        }
    }

    /// Shows the response that was read to whoever watches.
    pub(crate) fn see_response(&mut self, method: Method<'_>) {
        self.response_to = ResponseTo::method(method.as_str());
        self.see_raw();
    }

    fn see_raw(&mut self) {
        let Some(raw) = &mut self.raw else { return };
        if !raw.octets().is_empty() {
            self.tap.see(&Seen {
                transport: Transport::Tcp,
                from: self.ends.peer,
                to: self.ends.local,
                protocol: Protocol::HttpResponse(self.response_to),
                octets: raw.octets(),
            });
        }
        raw.clear();
    }

    /// Reads the next head of a response to `method` into `head`, which the caller decodes with the same limits. It is
    /// whole and within the rules then; the status says whether it is that of a 1xx response, which another follows.
    ///
    /// A head that trickles in has as long as a silent server, no longer. After a `TimedOut` it may be waited for again.
    pub(crate) fn read_head(
        &mut self,
        method: Method<'_>,
        limits: &Limits,
        head: &mut Vec<u8>,
    ) -> io::Result<StatusCode> {
        self.stream.set_deadline_to_idle();
        self.response_to = ResponseTo::method(method.as_str());
        let result = self.receive_head(method, limits, head);
        self.stream.set_deadline(None);
        result
    }

    fn receive_head(
        &mut self,
        method: Method<'_>,
        limits: &Limits,
        head: &mut Vec<u8>,
    ) -> io::Result<StatusCode> {
        loop {
            let received = self.received.octets();
            match self.scanner.response_with(received, method, limits) {
                Ok(Decoded::Complete { value, len }) => {
                    let status = value.status();
                    if status.is_informational() {
                        self.interims = self.interims.saturating_add(1);
                        if self.interims > INTERIMS_MAX {
                            return Err(io::Error::new(
                                io::ErrorKind::InvalidData,
                                format!("more than {INTERIMS_MAX} 1xx responses and no final one"),
                            ));
                        }
                    } else {
                        self.interims = 0;
                    }
                    head.clear();
                    head.extend_from_slice(received.get(..len).unwrap_or_default());
                    if let Some(raw) = &mut self.raw {
                        raw.push(head);
                    }
                    self.received.use_up(len);
                    self.head_octets = len;
                    return Ok(status);
                }
                Ok(Decoded::Incomplete) => {
                    if !self.received.read_from(&self.stream)? {
                        if self.received.is_empty() {
                            return Err(io::ErrorKind::UnexpectedEof.into());
                        }
                        self.keep_rest();
                        let length = self.received.octets().len();
                        return Err(malformed(wire_http::Error::new(
                            length,
                            ErrorKind::Truncated,
                        )));
                    }
                }
                Err(error) => {
                    self.keep_rest();
                    return Err(malformed(error));
                }
            }
        }
    }

    /// Prepares for the body that a head announced.
    pub(crate) fn begin_body(&mut self, framing: Framing, limits: &Limits) {
        self.body = BodyReader::new(framing, limits, self.head_octets);
    }

    /// Gives the next piece of content to `sink`; false at the end of the body.
    pub(crate) fn read_body(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<bool> {
        loop {
            match self.read_received(sink)? {
                Piece::Data => return Ok(true),
                Piece::End => return Ok(false),
                Piece::NeedMore => self.receive()?,
            }
        }
    }

    /// As [`Self::read_body`], but only of what was received already; it waits for nothing.
    pub(crate) fn read_received(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<Piece> {
        let input = self.received.octets();
        let (used, piece) = match self.body.read(input, sink) {
            Ok(read) => read,
            Err(error) => {
                self.keep_rest();
                return Err(error);
            }
        };
        if let Some(raw) = &mut self.raw {
            raw.push(input.get(..used).unwrap_or_default());
        }
        self.received.use_up(used);
        Ok(piece)
    }

    /// Receives more of the body, or that the connection ended, which may be its end.
    pub(crate) fn receive(&mut self) -> io::Result<()> {
        if !self.received.read_from(&self.stream)? {
            self.body.finish()?;
        }
        Ok(())
    }

    /// The names and values of the field lines that came behind the content (RFC 9110 §6.5).
    pub(crate) fn trailers(&self) -> &[(String, Vec<u8>)] {
        self.body.trailers()
    }

    /// Reads and drops content that nobody wants: to its end, or until a new connection costs less.
    pub(crate) fn skip_body(&mut self) -> io::Result<()> {
        const SKIPPED_OCTETS_MAX: usize = 1024 * 1024;
        let mut skipped = 0_usize;
        self.stream.set_deadline_to_idle();
        while skipped <= SKIPPED_OCTETS_MAX
            && self.read_body(&mut |piece: &[u8]| {
                skipped = skipped.saturating_add(piece.len());
                Ok(())
            })?
        {}
        self.stream.set_deadline(None);
        Ok(())
    }

    /// Whether the body was read to its end and nothing came after it.
    pub(crate) const fn is_clean(&self) -> bool {
        self.body.has_ended() && self.received.is_empty()
    }

    /// Whether the server has ended an idle connection, or sent something nobody asked for.
    pub(crate) fn is_stale(&self) -> bool {
        self.is_readable(Duration::ZERO)
    }

    /// Whether something, the end included, can be read within `wait`.
    pub(crate) fn is_readable(&self, wait: Duration) -> bool {
        !self.received.is_empty() || self.stream.is_readable_within(wait)
    }

    fn keep_rest(&mut self) {
        if let Some(raw) = &mut self.raw
            && !self.is_rest_kept
        {
            self.is_rest_kept = true;
            raw.push(self.received.octets());
        }
    }
}

/// What came and was not shown yet, because it was not whole or nobody asked for it, is shown too.
impl Drop for ClientConnection {
    fn drop(&mut self) {
        self.keep_rest();
        self.see_raw();
    }
}

/// The head in `octets`, which [`ClientConnection::read_head`] found whole and within the rules.
pub(crate) fn decode<'h>(
    octets: &'h [u8],
    method: Method<'_>,
    limits: &Limits,
) -> io::Result<ResponseHead<'h>> {
    match ResponseHead::decode_with(octets, method, limits) {
        Ok(Decoded::Complete { value, .. }) => Ok(value),
        Ok(Decoded::Incomplete) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(error) => Err(malformed(error)),
    }
}

/// Whether an exchange on a kept connection failed because the server had ended it already (RFC 9112 §9.3.1).
pub(crate) fn is_stale(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

/// The sentence for an error of a [`ClientConnection`].
pub(crate) fn failure(server: &str, error: &io::Error) -> Failure {
    if let Some(refusal) = refusal(error) {
        return Failure::failed(format!(
            "malformed response from {server}: {refusal} ({})",
            refusal.reference()
        ));
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Failure::failed(format!(
            "{server} closed the connection without an answer; does it speak HTTP?"
        ));
    }
    io_failure(server, "waiting for the response", error)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use wire_http::{Framing, Method};

    use super::{ClientConnection, limits};
    use crate::show::Tap;

    #[test]
    fn an_awaited_response_that_has_not_begun_in_time_is_too_late() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let timeout = Duration::from_millis(50);
        let mut connection = ClientConnection::new(stream, timeout, &Tap::default()).unwrap();
        connection.await_response();
        assert!(connection.stream().has_deadline());
        while !connection.stream().is_past_deadline() {
            std::thread::yield_now();
        }
        let error = connection.receive_awaited().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        // On a busy machine it may have come before anybody had time to look.
        server.write_all(b"H").unwrap();
        connection.receive_awaited().unwrap();
    }

    #[test]
    fn content_that_cannot_be_written_is_seen_once() {
        const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        server.write_all(RESPONSE).unwrap();
        let (mut tap, all) = (Tap::default(), Arc::new(Mutex::new(Vec::new())));
        let seen_by = Arc::clone(&all);
        tap.watch(move |seen| seen_by.lock().unwrap().extend_from_slice(seen.octets));
        let mut connection = ClientConnection::new(stream, Duration::from_secs(20), &tap).unwrap();
        let mut head = Vec::new();
        connection
            .read_head(Method::GET, &limits(), &mut head)
            .unwrap();
        connection.begin_body(Framing::ContentLength(5), &limits());
        let full = &mut |_: &[u8]| Err(io::ErrorKind::StorageFull.into());
        connection.read_body(full).unwrap_err();
        drop(connection);
        assert_eq!(
            all.lock().unwrap().escape_ascii().to_string(),
            RESPONSE.escape_ascii().to_string()
        );
    }
}
