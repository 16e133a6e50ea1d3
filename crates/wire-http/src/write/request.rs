//! Writing requests (RFC 9112 §3).

use super::lines::HeadLines;
use super::{BodyKind, BodyWriter, room_for};
use crate::authority::Authority;
use crate::error::{Error, ErrorKind};
use crate::field::FieldValue;
use crate::method::Method;
use crate::target::RequestTarget;
use crate::version::Version;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::BufMut;

/// Writes a request: method, target, fields, then [`send`](Self::send) with the whole content or [`start`](Self::start) with the
/// kind of body.
///
/// Content-Length, Transfer-Encoding, Connection and Host cannot be set by hand; no name and no value can end its line.
///
/// ```
/// use wire_http::{Method, RequestWriter};
///
/// let mut out = Vec::new();
/// RequestWriter::new(Method::GET, "/search?q=x", "a.test")?.field("Accept", "*/*")?.send(b"", &mut out)?;
/// assert_eq!(out, b"GET /search?q=x HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestWriter {
    method: String,
    target: String,
    version: Version,
    lines: HeadLines,
}

impl RequestWriter {
    /// A request with `method` for `target` at `host`, which is what Host will say.
    ///
    /// The target is in any form that goes with the method
    /// ([RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)): `/path?query`, `http://host/path` to a proxy,
    /// `host:port` for CONNECT, `*` for OPTIONS. If it names an authority, `host` must be the same.
    ///
    /// ```
    /// use wire_http::{ErrorKind, Method, RequestWriter};
    ///
    /// let mut out = Vec::new();
    /// RequestWriter::new(Method::CONNECT, "a.test:443", "a.test:443")?.send(b"", &mut out)?;
    /// assert_eq!(out, b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    ///
    /// let split = RequestWriter::new(Method::GET, "/ HTTP/1.1\r\nX: y", "a.test").unwrap_err();
    /// assert_eq!((split.offset(), split.kind()), (1, &ErrorKind::Target { octet: b' ' }));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The kinds of [`RequestTarget::new`], with the offset in `target`; [`ErrorKind::HostInvalid`], with the offset in `host`, and
    /// [`ErrorKind::HostOther`]. An empty `host` is for `*` only ([`ErrorKind::HostEmpty`]).
    pub fn new(method: Method<'_>, target: &str, host: &str) -> Result<Self, Error> {
        check_target(method, target, host)?;
        Ok(Self::from_checked(method, target, host))
    }

    /// A request whose parts are known to be good.
    pub(crate) fn from_checked(method: Method<'_>, target: &str, host: &str) -> Self {
        let mut lines = HeadLines::default();
        lines.push("Host", host.as_bytes());
        Self {
            method: method.as_str().into(),
            target: target.into(),
            version: Version::Http11,
            lines,
        }
    }

    /// Adds a field line after those already there; a name may come again.
    ///
    /// ```
    /// use wire_http::{ErrorKind, Method, RequestWriter};
    ///
    /// let mut request = RequestWriter::new(Method::GET, "/", "a.test")?;
    /// let split = request.field("X-Name", "v\r\nX-Other: 1").unwrap_err();
    /// assert_eq!((split.offset(), split.kind()), (1, &ErrorKind::FieldValue { octet: b'\r' }));
    /// assert_eq!(request.field("Content-Length", "5").unwrap_err().kind(), &ErrorKind::FieldReserved);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldReserved`] for Host, Content-Length, Transfer-Encoding, Connection, Keep-Alive, Proxy-Connection, TE and
    /// Upgrade; [`ErrorKind::FieldNameEmpty`], [`ErrorKind::FieldName`], [`ErrorKind::FieldValue`].
    #[doc(alias = "header")]
    pub fn field(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<&mut Self, Error> {
        if name.eq_ignore_ascii_case("host") {
            return Err(Error::new(0, ErrorKind::FieldReserved));
        }
        self.lines.add(name, value.as_ref())?;
        Ok(self)
    }

    /// Takes out every field line called `name`, whatever the case of its letters; nothing happens where there is none.
    ///
    /// With [`field`](Self::field) behind it this replaces a field, in a request from [`Forward`](crate::Forward) above all: what
    /// a client says of itself there is not to be believed.
    ///
    /// ```
    /// use wire_http::{Forward, ForwardedRequest, NextHop, RequestHead};
    ///
    /// let input = b"GET / HTTP/1.1\r\nHost: a.test\r\nx-forwarded-for: made up\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let ForwardedRequest::Send { mut request, body } = Forward::new("lab")?.request(&head, NextHop::Origin)? else { panic!() };
    /// request.remove_field("X-Forwarded-For")?.field("X-Forwarded-For", "192.0.2.7")?;
    /// let mut out = Vec::new();
    /// request.start(body, &mut out)?.finish(&mut out)?;
    /// assert_eq!(out, b"GET / HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 lab\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldReserved`] for the fields that [`field`](Self::field) refuses; [`ErrorKind::FieldNameEmpty`],
    /// [`ErrorKind::FieldName`].
    #[doc(alias = "replace")]
    pub fn remove_field(&mut self, name: &str) -> Result<&mut Self, Error> {
        if name.eq_ignore_ascii_case("host") {
            return Err(Error::new(0, ErrorKind::FieldReserved));
        }
        self.lines.remove(name)?;
        Ok(self)
    }

    /// Sends the request for another target, to another host: for a gateway whose origin has other names and paths than itself.
    ///
    /// ```
    /// use wire_http::{Forward, ForwardedRequest, NextHop, RequestHead};
    ///
    /// let input = b"GET /api/books HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let ForwardedRequest::Send { mut request, body } = Forward::new("lab")?.request(&head, NextHop::Origin)? else { panic!() };
    /// let target = request.target().strip_prefix("/api").unwrap_or("/").to_string();
    /// request.retarget(&target, "books.internal:8080")?;
    /// let mut out = Vec::new();
    /// request.start(body, &mut out)?.finish(&mut out)?;
    /// assert_eq!(out, b"GET /books HTTP/1.1\r\nHost: books.internal:8080\r\nAccept: */*\r\nVia: 1.1 lab\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Self::new`]; the request is then as it was.
    pub fn retarget(&mut self, target: &str, host: &str) -> Result<&mut Self, Error> {
        check_target(self.method(), target, host)?;
        self.target = target.into();
        self.lines.replace_first("Host", host.as_bytes());
        Ok(self)
    }

    /// Sends the request as another version than HTTP/1.1.
    ///
    /// ```
    /// use wire_http::{Method, RequestWriter, Version};
    ///
    /// let mut out = Vec::new();
    /// RequestWriter::new(Method::GET, "/", "a.test")?.version(Version::Http10).keep_alive().send(b"", &mut out)?;
    /// assert_eq!(out, b"GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub const fn version(&mut self, version: Version) -> &mut Self {
        self.version = version;
        self
    }

    /// Asks the server to end the connection after its response.
    pub const fn close(&mut self) -> &mut Self {
        self.lines.close = true;
        self.lines.keep_alive = false;
        self
    }

    /// Asks the server to keep the connection, which only HTTP/1.0 needs.
    pub const fn keep_alive(&mut self) -> &mut Self {
        self.lines.keep_alive = true;
        self.lines.close = false;
        self
    }

    /// Asks for another protocol, in Upgrade and Connection
    /// ([RFC 9110 §7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)). Once is enough: each call adds a line.
    ///
    /// ```
    /// use wire_http::{Method, RequestWriter};
    ///
    /// let mut out = Vec::new();
    /// RequestWriter::new(Method::GET, "/chat", "a.test")?.upgrade("websocket")?.send(b"", &mut out)?;
    /// assert_eq!(out, b"GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldValue`] with the first octet that no value has, as [`FieldValue::new`] says.
    pub fn upgrade(&mut self, protocols: &str) -> Result<&mut Self, Error> {
        self.lines.upgrade(protocols)?;
        Ok(self)
    }

    /// Says which transfer codings the answer may have, `trailers` for example, in TE and Connection
    /// ([RFC 9110 §10.1.4](https://www.rfc-editor.org/rfc/rfc9110#section-10.1.4)). Once is enough: each call adds a line.
    /// The decoders of this crate know no coding but `chunked`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldValue`] with the first octet that no value has, as [`FieldValue::new`] says.
    pub fn te(&mut self, codings: &str) -> Result<&mut Self, Error> {
        self.lines
            .push("TE", FieldValue::new(codings.as_bytes())?.as_bytes());
        self.lines.te = true;
        Ok(self)
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method<'_> {
        Method::from_token(&self.method)
    }

    /// The request-target.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Adds a line known to be good.
    pub(crate) fn push(&mut self, name: &str, value: &[u8]) {
        self.lines.push(name, value);
    }

    /// Writes the head; the body is written with what this gives back.
    ///
    /// A body of known length gets Content-Length, and so does the absence of one where the method expects content (POST, PUT,
    /// PATCH); an unknown length gets Transfer-Encoding.
    ///
    /// ```
    /// use wire_http::{BodyKind, Method, RequestWriter};
    ///
    /// let mut out = Vec::new();
    /// let mut body = RequestWriter::new(Method::POST, "/log", "a.test")?.start(BodyKind::Chunked, &mut out)?;
    /// body.write(b"one line\n", &mut out)?;
    /// body.finish(&mut out)?;
    /// assert_eq!(
    ///     out,
    ///     b"POST /log HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n9\r\none line\n\r\n0\r\n\r\n"
    /// );
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyKindNotAllowed`] for [`BodyKind::UntilClose`], for [`BodyKind::Chunked`] in HTTP/1.0, and for any body of
    /// CONNECT or TRACE; [`ErrorKind::OutputFull`]. Nothing is written then.
    pub fn start(&self, body: BodyKind, out: &mut impl BufMut) -> Result<BodyWriter, Error> {
        let method = self.method();
        let allowed = match body {
            BodyKind::Empty => true,
            BodyKind::UntilClose => false,
            _ if method == Method::CONNECT || method == Method::TRACE => false,
            BodyKind::Known(_) => true,
            BodyKind::Chunked => self.version == Version::Http11,
        };
        if !allowed {
            return Err(Error::new(0, ErrorKind::BodyKindNotAllowed));
        }
        let framing = (body != BodyKind::Empty || method.expects_content()).then_some(body);
        let mut head = Vec::with_capacity(256);
        for part in [
            self.method.as_str(),
            " ",
            &self.target,
            " ",
            self.version.as_str(),
            "\r\n",
        ] {
            head.extend_from_slice(part.as_bytes());
        }
        self.lines.end(framing, &mut head);
        room_for(head.len(), out)?;
        out.put_slice(&head);
        let persists =
            !self.lines.close && (self.version == Version::Http11 || self.lines.keep_alive);
        Ok(BodyWriter::new(body.into(), persists))
    }

    /// Writes the whole request with `content` as its body; none at all if it is empty.
    ///
    /// ```
    /// use wire_http::{Method, RequestWriter};
    ///
    /// let mut out = Vec::new();
    /// let mut request = RequestWriter::new(Method::PUT, "/f", "a.test")?;
    /// request.field("Content-Type", "text/plain")?.send(b"hello", &mut out)?;
    /// assert_eq!(
    ///     out,
    ///     b"PUT /f HTTP/1.1\r\nHost: a.test\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
    /// );
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Self::start`]; [`ErrorKind::OutputFull`] may come after the head was written.
    pub fn send(&self, content: &[u8], out: &mut impl BufMut) -> Result<(), Error> {
        self.start(BodyKind::of(content), out)?
            .write_whole(content, out)
    }
}

/// Whether `target` goes with `method`, and `host` with both.
fn check_target(method: Method<'_>, target: &str, host: &str) -> Result<(), Error> {
    let parsed = RequestTarget::new(target, method)?;
    if host.is_empty() {
        if parsed != RequestTarget::Asterisk {
            return Err(Error::new(0, ErrorKind::HostEmpty));
        }
    } else {
        let host = Authority::new(host)?;
        if parsed.authority().is_some_and(|named| named != host) {
            return Err(Error::new(0, ErrorKind::HostOther));
        }
    }
    Ok(())
}
