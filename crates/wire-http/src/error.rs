//! What was wrong, where, which rule says so, and what a server might answer.

mod kind;

pub use kind::ErrorKind;

use crate::status::StatusCode;

/// A message, or a part of one, was refused while decoding or could not be encoded.
///
/// A refusal of received octets is final: the connection cannot be trusted to hold another message, so answer with
/// [`suggested_status`](Self::suggested_status) if you like, then close it. Nothing after [`offset`](Self::offset) is
/// ever to be read as another message.
///
/// ```
/// use wire_http::{Error, ErrorKind, StatusCode};
///
/// let error = Error::new(16, ErrorKind::HostMissing);
/// assert_eq!(error.to_string(), "octet 16: HTTP/1.1 request without Host");
/// assert_eq!(error.reference(), "RFC 9112 section 3.2");
/// assert_eq!(error.suggested_status(), StatusCode::BAD_REQUEST);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[error("octet {offset}: {kind}")]
pub struct Error {
    offset: usize,
    kind: ErrorKind,
    refuses_head: bool,
}

impl Error {
    /// An error of `kind` at `offset`, counted from the start of the buffer given to the outermost call: the input when
    /// decoding, the text of the part (a name, a value) when encoding.
    ///
    /// Made by hand it refuses what only the application knows, in the same form.
    ///
    /// ```
    /// use wire_http::{Error, ErrorKind, ResponseWriter};
    ///
    /// let mut out = Vec::new();
    /// ResponseWriter::send_refusal(&Error::new(0, ErrorKind::BodyTooLong { max: 1000 }), &mut out)?;
    /// assert!(out.starts_with(b"HTTP/1.1 413 Content Too Large\r\n"));
    /// assert!(out.ends_with(b"\r\n\r\noctet 0: body longer than 1000 octets\n"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn new(offset: usize, kind: ErrorKind) -> Self {
        Self {
            offset,
            kind,
            refuses_head: false,
        }
    }

    /// The first octet that is wrong, from the start of the buffer given to the outermost call.
    ///
    /// Where something is missing it is the octet that stands in its place; in a value joined from several field lines each
    /// line counts two octets more, for the comma and the space between them.
    ///
    /// ```
    /// let input = b"GET / HTTP/1.1\r\nHost: a.test\r\nX-Y : 1\r\n\r\n";
    /// let error = wire_http::RequestHead::decode(input).unwrap_err();
    /// assert_eq!((error.offset(), input[error.offset()]), (33, b' '));
    /// ```
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The section that makes the rule, in the form `RFC 9112 section 6.3`.
    #[must_use]
    pub const fn reference(&self) -> &'static str {
        self.kind.reference()
    }

    /// What a server answers before it closes the connection: mostly 400, else 413, 414, 417, 431, 501 or 505.
    ///
    /// A gateway or proxy that finds the error in a *response* answers its client 502 whatever the kind
    /// ([RFC 9110 §15.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3)).
    ///
    /// ```
    /// use wire_http::{RequestHead, StatusCode};
    ///
    /// let status = |input: &[u8]| RequestHead::decode(input).unwrap_err().suggested_status();
    /// assert_eq!(status(b"GET / HTTP/2.0\r\n\r\n"), StatusCode::HTTP_VERSION_NOT_SUPPORTED);
    /// assert_eq!(status(b"GET / HTTP/1.1\r\n\r\n"), StatusCode::BAD_REQUEST);
    /// assert_eq!(
    ///     status(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
    ///     StatusCode::NOT_IMPLEMENTED
    /// );
    /// ```
    #[must_use]
    pub const fn suggested_status(&self) -> StatusCode {
        self.kind.suggested_status()
    }

    /// The same error, seen from a buffer in which the part it was found in starts at `start`.
    ///
    /// ```
    /// use wire_http::{RequestHead, date::HttpDate};
    ///
    /// let input = b"GET / HTTP/1.0\r\nIf-Modified-Since: yesterday\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let line = head.fields().iter().next().expect("one line");
    /// let error = HttpDate::decode(line.value().as_bytes(), HttpDate::MAX).unwrap_err();
    /// assert_eq!(error.offset(), 0);
    /// assert_eq!(error.moved_by(line.value_range().start).offset(), 35);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn moved_by(self, start: usize) -> Self {
        Self {
            offset: self.offset.saturating_add(start),
            ..self
        }
    }

    /// Whether a request was refused of which so much was read that it is a HEAD. Its answer has no content, whatever is wrong
    /// with it ([RFC 9110 §9.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2));
    /// [`ResponseWriter::refusing`](crate::ResponseWriter::refusing) sees to that.
    ///
    /// ```
    /// use wire_http::{RequestHead, ResponseWriter};
    ///
    /// let error = RequestHead::decode(b"HEAD / HTTP/1.1\r\n\r\n").unwrap_err();
    /// assert!(error.refuses_head());
    /// let mut out = Vec::new();
    /// ResponseWriter::send_refusal(&error, &mut out)?;
    /// assert!(out.starts_with(b"HTTP/1.1 400 Bad Request\r\n") && out.ends_with(b"\r\n\r\n"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn refuses_head(&self) -> bool {
        self.refuses_head
    }

    /// The same error, found in the head of a request at the start of `input`.
    #[cold]
    pub(crate) fn in_request(self, input: &[u8]) -> Self {
        // Nothing behind the octet at fault: the error is the same however the input goes on.
        let mut read = input.get(..self.offset).unwrap_or_default();
        while let [b'\r' | b'\n', rest @ ..] = read {
            read = rest;
        }
        Self {
            refuses_head: read.starts_with(b"HEAD "),
            ..self
        }
    }
}
