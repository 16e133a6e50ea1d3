//! Bodies on their way out: the octets that the head promised, neither more nor fewer.

use super::room_for;
use crate::body::ChunkedEncoder;
use crate::error::{Error, ErrorKind};
use bytes::BufMut;

/// Which body a message will have. It decides Content-Length and Transfer-Encoding; nobody else does.
///
/// ```
/// use wire_http::{BodyKind, ResponseWriter, StatusCode};
///
/// let head = |kind| {
///     let mut out = Vec::new();
///     ResponseWriter::new(StatusCode::OK).start(kind, &mut out).map(|_| out)
/// };
/// assert_eq!(head(BodyKind::Empty)?, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
/// assert_eq!(head(BodyKind::Known(5))?, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
/// assert_eq!(head(BodyKind::Chunked)?, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
/// assert_eq!(head(BodyKind::UntilClose)?, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9112 §6 delimits a body in no other way"
)]
pub enum BodyKind {
    /// None. The head says so where a reader would wait for one otherwise.
    Empty,
    /// This many octets, counted while they are written.
    Known(u64),
    /// Unknown length, in chunks. To an HTTP/1.0 client it becomes [`BodyKind::UntilClose`]; an HTTP/1.0 request cannot have it.
    Chunked,
    /// Unknown length, ended by closing the connection. Responses only.
    UntilClose,
}

impl BodyKind {
    /// The kind of body that `content` alone makes.
    pub(super) const fn of(content: &[u8]) -> Self {
        match content {
            [] => Self::Empty,
            _ => Self::Known(content.len() as u64),
        }
    }
}

/// Writes a body as its head promised. Made by [`ResponseWriter::start`](crate::ResponseWriter::start) and
/// [`RequestWriter::start`](crate::RequestWriter::start).
///
/// ```
/// use wire_http::{BodyKind, ErrorKind, ResponseWriter, StatusCode};
///
/// let mut out = Vec::new();
/// let mut body = ResponseWriter::new(StatusCode::OK).start(BodyKind::Known(5), &mut out)?;
/// body.write(b"hell", &mut out)?;
/// let too_many = body.write(b"oo", &mut out).unwrap_err();
/// assert_eq!(too_many.kind(), &ErrorKind::BodyOctetsTooMany { declared: 5 });
/// body.write(b"o", &mut out)?;
/// body.finish(&mut out)?;
/// assert!(out.ends_with(b"Content-Length: 5\r\n\r\nhello"));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a body that is not finished is not complete"]
pub struct BodyWriter {
    mode: Mode,
    persists: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    /// The head describes a body that this message does not have (HEAD, 304).
    Suppressed,
    Known {
        declared: u64,
        written: u64,
    },
    Chunked,
    UntilClose,
}

impl From<BodyKind> for Mode {
    fn from(kind: BodyKind) -> Self {
        let known = |declared| Self::Known {
            declared,
            written: 0,
        };
        match kind {
            BodyKind::Empty => known(0),
            BodyKind::Known(declared) => known(declared),
            BodyKind::Chunked => Self::Chunked,
            BodyKind::UntilClose => Self::UntilClose,
        }
    }
}

impl BodyWriter {
    pub(super) const fn new(mode: Mode, persists: bool) -> Self {
        Self { mode, persists }
    }

    /// Writes `content` as the whole body.
    pub(super) fn write_whole(
        mut self,
        content: &[u8],
        out: &mut impl BufMut,
    ) -> Result<(), Error> {
        self.write(content, out)?;
        self.finish(out)
    }

    /// Writes `data`; after HEAD and in a 304, where no body is sent, nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyOctetsTooMany`], [`ErrorKind::OutputFull`]; nothing is written then.
    pub fn write(&mut self, data: &[u8], out: &mut impl BufMut) -> Result<(), Error> {
        match self.mode {
            Mode::Suppressed => return Ok(()),
            Mode::Chunked => return ChunkedEncoder::chunk(data, out),
            Mode::Known { .. } | Mode::UntilClose => {}
        }
        room_for(data.len(), out)?;
        self.count(data.len() as u64)?;
        out.put_slice(data);
        Ok(())
    }

    /// Counts `octets` that the caller sends itself, straight from a file for example.
    ///
    /// ```
    /// use wire_http::{BodyKind, ErrorKind, ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// let mut body = ResponseWriter::new(StatusCode::OK).start(BodyKind::Known(9), &mut out)?;
    /// body.count(8)?;
    /// assert_eq!(body.finish(&mut out).unwrap_err().kind(), &ErrorKind::BodyOctetsTooFew { declared: 9, written: 8 });
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyOctetsTooMany`]; [`ErrorKind::BodyKindNotAllowed`] where the octets need more around them (chunked) or
    /// must not be sent (after HEAD, in a 304).
    pub fn count(&mut self, octets: u64) -> Result<(), Error> {
        match &mut self.mode {
            Mode::Suppressed | Mode::Chunked => Err(Error::new(0, ErrorKind::BodyKindNotAllowed)),
            Mode::UntilClose => Ok(()),
            Mode::Known { declared, written } => match written.checked_add(octets) {
                Some(sum) if sum <= *declared => {
                    *written = sum;
                    Ok(())
                }
                _ => Err(Error::new(
                    0,
                    ErrorKind::BodyOctetsTooMany {
                        declared: *declared,
                    },
                )),
            },
        }
    }

    /// Ends the body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyOctetsTooFew`]: the message is broken, close the connection. [`ErrorKind::OutputFull`], for the last
    /// chunk.
    pub fn finish(self, out: &mut impl BufMut) -> Result<(), Error> {
        self.finish_with_trailers(&[], out)
    }

    /// Ends the body with a trailer section ([RFC 9112 §7.1.2](https://www.rfc-editor.org/rfc/rfc9112#section-7.1.2)); after
    /// HEAD and in a 304, with nothing.
    ///
    /// ```
    /// use wire_http::{BodyKind, ResponseWriter, StatusCode};
    ///
    /// let mut out = Vec::new();
    /// let mut body = ResponseWriter::new(StatusCode::OK).start(BodyKind::Chunked, &mut out)?;
    /// body.write(b"hello", &mut out)?;
    /// body.finish_with_trailers(&[("ETag", b"\"1\"")], &mut out)?;
    /// assert!(out.ends_with(b"\r\n\r\n5\r\nhello\r\n0\r\nETag: \"1\"\r\n\r\n"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Self::finish`]; [`ErrorKind::TrailersNotAllowed`] if the body is not chunked, [`ErrorKind::TrailerForbidden`] for a
    /// field that frames, routes, authenticates or changes a message; [`ErrorKind::FieldNameEmpty`], [`ErrorKind::FieldName`],
    /// [`ErrorKind::FieldValue`].
    pub fn finish_with_trailers(
        self,
        trailers: &[(&str, &[u8])],
        out: &mut impl BufMut,
    ) -> Result<(), Error> {
        match self.mode {
            Mode::Chunked => ChunkedEncoder::finish(trailers, out),
            Mode::Suppressed => Ok(()),
            _ if !trailers.is_empty() => Err(Error::new(0, ErrorKind::TrailersNotAllowed)),
            Mode::Known { declared, written } if written < declared => Err(Error::new(
                0,
                ErrorKind::BodyOctetsTooFew { declared, written },
            )),
            Mode::Known { .. } | Mode::UntilClose => Ok(()),
        }
    }

    /// Whether octets written go nowhere: after HEAD and in a 304 no body is sent, so nothing needs to be read for it.
    ///
    /// ```
    /// use wire_http::{BodyKind, Method, ResponseWriter, StatusCode, Version};
    ///
    /// let mut out = Vec::new();
    /// let response = ResponseWriter::to(StatusCode::OK, Method::HEAD, Version::Http11, true);
    /// let mut body = response.start(BodyKind::Known(5), &mut out)?;
    /// assert!(body.is_suppressed());
    /// body.write(b"hello", &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn is_suppressed(&self) -> bool {
        matches!(self.mode, Mode::Suppressed)
    }

    /// Whether the connection may carry another message once this body is finished.
    #[must_use]
    pub const fn persists(&self) -> bool {
        self.persists
    }
}
