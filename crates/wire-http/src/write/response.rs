//! Writing responses (RFC 9112 §4).

use super::body::Mode;
use super::lines::{HeadLines, push_decimal};
use super::{BodyKind, BodyWriter, room_for};
use crate::error::{Error, ErrorKind};
use crate::method::Method;
use crate::request::RequestHead;
use crate::status::StatusCode;
use crate::version::Version;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::BufMut;

/// Writes a response: status, fields, then [`send`](Self::send) with the whole content or [`start`](Self::start) with the kind
/// of body.
///
/// Content-Length, Transfer-Encoding and Connection follow from the body and from the request and cannot be set by hand; no
/// name and no value can end its line. So nothing that an application puts into a response changes where it ends. Date is
/// not written by itself, for the clock is the caller's: add it as a [field](Self::field)
/// ([RFC 9110 §6.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1)).
///
/// ```
/// use wire_http::{Decoded, RequestHead, ResponseWriter, StatusCode};
///
/// let input = b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
/// let Decoded::Complete { value: request, .. } = RequestHead::decode(input)? else { panic!() };
/// let mut out = Vec::new();
/// ResponseWriter::answering(&request, StatusCode::OK).field("Content-Type", "text/plain")?.send(b"hello", &mut out)?;
/// assert_eq!(
///     out,
///     b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
/// );
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResponseWriter {
    status: StatusCode,
    reason: Option<Vec<u8>>,
    client: Version,
    to_head: bool,
    to_connect: bool,
    lines: HeadLines,
}

impl ResponseWriter {
    /// A response to a GET from an HTTP/1.1 client on a connection that persists.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self::to(status, Method::GET, Version::Http11, true)
    }

    /// The response to `request`: knows that HEAD gets no body, that HTTP/1.0 gets no chunks, and whether the connection
    /// persists.
    #[must_use]
    pub fn answering(request: &RequestHead<'_>, status: StatusCode) -> Self {
        Self::to(
            status,
            request.method(),
            request.version(),
            request.persists(),
        )
    }

    /// The response to a refused request: the status that the error suggests, and the end of the connection. Its content is left out
    /// where the error [refuses a HEAD](Error::refuses_head).
    ///
    /// ```
    /// use wire_http::{RequestHead, ResponseWriter};
    ///
    /// let error = RequestHead::decode(b"GET / HTTP/1.1\r\n\r\n").unwrap_err();
    /// let mut out = Vec::new();
    /// ResponseWriter::refusing(&error).send(error.to_string().as_bytes(), &mut out)?;
    /// assert!(out.starts_with(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn refusing(error: &Error) -> Self {
        let method = if error.refuses_head() {
            Method::HEAD
        } else {
            Method::GET
        };
        Self::to(error.suggested_status(), method, Version::Http11, false)
    }

    /// The response with `status` to a request with `method` and `version` on a connection that `persists` so far.
    ///
    /// ```
    /// use wire_http::{Method, ResponseWriter, StatusCode, Version};
    ///
    /// let mut out = Vec::new();
    /// ResponseWriter::to(StatusCode::OK, Method::HEAD, Version::Http10, true).send(b"hello", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn to(status: StatusCode, method: Method<'_>, version: Version, persists: bool) -> Self {
        let mut lines = HeadLines::default();
        lines.close = !persists;
        lines.keep_alive = persists && version == Version::Http10;
        let (to_head, to_connect) = (method == Method::HEAD, method == Method::CONNECT);
        Self {
            status,
            reason: None,
            client: version,
            to_head,
            to_connect,
            lines,
        }
    }

    /// Adds a field line after those already there; a name may come again, as Set-Cookie does.
    ///
    /// ```
    /// use wire_http::{ErrorKind, ResponseWriter, StatusCode, date::HttpDate};
    ///
    /// let now = HttpDate::from_unix(784_111_777).expect("before the year 10000");
    /// let mut response = ResponseWriter::new(StatusCode::NO_CONTENT);
    /// assert_eq!(response.field("Content-Length", "5").unwrap_err().kind(), &ErrorKind::FieldReserved);
    /// let mut out = Vec::new();
    /// response.field("Date", now.to_string())?.send(b"", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldReserved`] for Content-Length, Transfer-Encoding, Connection, Keep-Alive, Proxy-Connection, TE and
    /// Upgrade; [`ErrorKind::FieldNameEmpty`], [`ErrorKind::FieldName`], [`ErrorKind::FieldValue`].
    #[doc(alias = "header")]
    pub fn field(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<&mut Self, Error> {
        self.lines.add(name, value.as_ref())?;
        Ok(self)
    }

    /// Takes out every field line called `name`, whatever the case of its letters; nothing happens where there is none. With
    /// [`field`](Self::field) behind it this replaces a field, in a response from [`Forward`](crate::Forward) for example.
    ///
    /// ```
    /// use wire_http::{ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// let mut response = ResponseWriter::new(StatusCode::NO_CONTENT);
    /// response.field("Server", "a/1.0")?.field("Age", "5")?.field("server", "b")?;
    /// response.remove_field("SERVER")?.send(b"", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 204 No Content\r\nAge: 5\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldReserved`] for the fields that [`field`](Self::field) refuses; [`ErrorKind::FieldNameEmpty`],
    /// [`ErrorKind::FieldName`].
    #[doc(alias = "replace")]
    pub fn remove_field(&mut self, name: &str) -> Result<&mut Self, Error> {
        self.lines.remove(name)?;
        Ok(self)
    }

    /// Sets another status, for who begins the response while the request is at hand and decides after its body was read.
    ///
    /// ```
    /// use wire_http::{RequestHead, ResponseWriter, StatusCode};
    ///
    /// let mut received = b"PUT /f HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi".to_vec();
    /// let (head, len) = RequestHead::decode(&received)?.complete().expect("a whole head");
    /// let mut response = ResponseWriter::answering(&head, StatusCode::OK); // borrows nothing of the head
    /// received.drain(..len);
    /// let mut out = Vec::new();
    /// response.status(StatusCode::FORBIDDEN).send(&received, &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub const fn status(&mut self, status: StatusCode) -> &mut Self {
        self.status = status;
        self
    }

    /// Sets another reason phrase than the registered one.
    ///
    /// ```
    /// use wire_http::{ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// ResponseWriter::new(StatusCode::OK).reason(b"Fine")?.send(b"", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reason`] with the first octet that is a control.
    pub fn reason(&mut self, reason: &[u8]) -> Result<&mut Self, Error> {
        match reason
            .iter()
            .enumerate()
            .find(|(_, octet)| !crate::grammar::is_field_octet(**octet))
        {
            Some((offset, &octet)) => Err(Error::new(offset, ErrorKind::Reason { octet })),
            None => {
                self.reason = Some(reason.to_vec());
                Ok(self)
            }
        }
    }

    /// Ends the connection with this response.
    pub const fn close(&mut self) -> &mut Self {
        self.lines.close = true;
        self.lines.keep_alive = false;
        self
    }

    /// Names the protocols of a 101 or 426, in Upgrade and Connection
    /// ([RFC 9110 §7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)). Once is enough: each call adds a line.
    ///
    /// ```
    /// use wire_http::{ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// ResponseWriter::new(StatusCode::SWITCHING_PROTOCOLS).upgrade("websocket")?.send(b"", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldValue`] with the first octet that no value has, as [`FieldValue::new`](crate::FieldValue::new) says.
    pub fn upgrade(&mut self, protocols: &str) -> Result<&mut Self, Error> {
        self.lines.upgrade(protocols)?;
        Ok(self)
    }

    /// Whether the connection may carry another request after this response, unless its body is to end with it.
    #[must_use]
    pub const fn persists(&self) -> bool {
        !self.lines.close
    }

    /// Adds a line known to be good.
    pub(crate) fn push(&mut self, name: &str, value: &[u8]) {
        self.lines.push(name, value);
    }

    /// Writes the head; the body is written with what this gives back, which also knows whether the connection persists.
    ///
    /// ```
    /// use wire_http::{BodyKind, ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// let mut body = ResponseWriter::new(StatusCode::OK).start(BodyKind::UntilClose, &mut out)?;
    /// body.write(b"hello", &mut out)?;
    /// assert!(!body.persists());
    /// body.finish(&mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyKindNotAllowed`] for a body in a 1xx, 204, 205 or 2xx to CONNECT; [`ErrorKind::OutputFull`]. Nothing is
    /// written then.
    pub fn start(&self, body: BodyKind, out: &mut impl BufMut) -> Result<BodyWriter, Error> {
        let tunnel = self.to_connect && self.status.is_successful();
        let no_fields =
            self.status.is_informational() || self.status == StatusCode::NO_CONTENT || tunnel;
        let empty = matches!(body, BodyKind::Empty | BodyKind::Known(0));
        if !empty && (no_fields || self.status == StatusCode::RESET_CONTENT) {
            return Err(Error::new(0, ErrorKind::BodyKindNotAllowed));
        }
        let body = match body {
            // RFC 9112 §6.1: no transfer coding to a client that does not know it.
            BodyKind::Chunked if self.client == Version::Http10 => BodyKind::UntilClose,
            body => body,
        };
        let framing = match body {
            _ if no_fields => None,
            // The length here would be that of a 200; an empty one would be a claim about it.
            BodyKind::Empty if self.status == StatusCode::NOT_MODIFIED => None,
            body => Some(body),
        };
        let suppressed = self.to_head || self.status == StatusCode::NOT_MODIFIED;
        let mut lines = self.lines.clone();
        if body == BodyKind::UntilClose && !suppressed {
            lines.close = true;
            lines.keep_alive = false;
        }
        if (self.status.is_informational() && self.status != StatusCode::SWITCHING_PROTOCOLS)
            || tunnel
        {
            // The connection goes on in any case, so nothing is to be said about it.
            (lines.close, lines.keep_alive) = (false, false);
        }
        let mut head = Vec::with_capacity(256);
        head.extend_from_slice(b"HTTP/1.1 ");
        push_decimal(u64::from(self.status.code()), &mut head);
        head.push(b' ');
        head.extend_from_slice(
            self.reason
                .as_deref()
                .unwrap_or(self.status.reason().as_bytes()),
        );
        head.extend_from_slice(b"\r\n");
        lines.end(framing, &mut head);
        room_for(head.len(), out)?;
        out.put_slice(&head);
        let mode = if suppressed {
            Mode::Suppressed
        } else {
            body.into()
        };
        Ok(BodyWriter::new(mode, !lines.close))
    }

    /// Writes the whole response with `content` as its body; after HEAD, and in a 304, the head alone. For HEAD give what
    /// GET would get: its length belongs in the head ([RFC 9110 §8.6](https://www.rfc-editor.org/rfc/rfc9110#section-8.6)).
    ///
    /// # Errors
    ///
    /// As [`Self::start`]; [`ErrorKind::OutputFull`] may come after the head was written.
    pub fn send(&self, content: &[u8], out: &mut impl BufMut) -> Result<(), Error> {
        self.start(BodyKind::of(content), out)?
            .write_whole(content, out)
    }

    /// Writes `100 Continue` ([RFC 9110 §15.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-15.2.1)), for a request that
    /// [expects](RequestHead::expects_continue) it.
    ///
    /// ```
    /// let mut out = Vec::new();
    /// wire_http::ResponseWriter::send_continue(&mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 100 Continue\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutputFull`], with nothing written.
    #[doc(alias = "100-continue")]
    pub fn send_continue(out: &mut impl BufMut) -> Result<(), Error> {
        Self::new(StatusCode::CONTINUE).send(b"", out)
    }

    /// Writes a refusal with the error's own sentence as text, the shortest way to answer what was refused; to HEAD the head alone.
    ///
    /// ```
    /// use wire_http::{RequestHead, ResponseWriter};
    ///
    /// let error = RequestHead::decode(b"GET / HTTP/3.0\r\n\r\n").unwrap_err();
    /// let mut out = Vec::new();
    /// ResponseWriter::send_refusal(&error, &mut out)?;
    /// assert_eq!(
    ///     out,
    ///     b"HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Type: text/plain\r\nConnection: close\r\n\
    ///     Content-Length: 44\r\n\r\noctet 16: HTTP version 3.0 is not supported\n"
    /// );
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutputFull`], which may come after the head was written.
    pub fn send_refusal(error: &Error, out: &mut impl BufMut) -> Result<(), Error> {
        let mut text = error.to_string();
        text.push('\n');
        Self::refusing(error)
            .field("Content-Type", "text/plain")?
            .send(text.as_bytes(), out)
    }
}
