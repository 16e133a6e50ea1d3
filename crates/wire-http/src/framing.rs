//! How long the body is: the whole of RFC 9112 §6.3, decided once, from the complete head.

use crate::content_length;
use crate::error::{Error, ErrorKind};
use crate::known::Found;
use crate::limits::Limits;
use crate::method::Method;
use crate::status::StatusCode;
use crate::tokens::offset_in;
use crate::transfer_encoding;
use crate::version::Version;

/// How the body that follows a head is delimited ([RFC 9112 §6](https://www.rfc-editor.org/rfc/rfc9112#section-6)).
///
/// Every head comes with one, so a program never looks at Content-Length or Transfer-Encoding itself.
///
/// ```
/// use wire_http::{ErrorKind, Framing, Method, RequestHead, ResponseHead};
///
/// let head = |input, method| ResponseHead::decode(input, method).map(|head| head.complete().expect("a whole head").0);
/// let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
/// assert_eq!(head(chunked, Method::GET)?.framing(), Framing::Chunked);
/// assert_eq!(head(chunked, Method::HEAD)?.framing(), Framing::None);
/// assert_eq!(head(b"HTTP/1.1 200 OK\r\n\r\n", Method::GET)?.framing(), Framing::UntilClose);
///
/// let smuggling = b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
/// assert_eq!(RequestHead::decode(smuggling).unwrap_err().kind(), &ErrorKind::FramingConflict);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9112 §6.3 ends a body in no other way"
)]
pub enum Framing {
    /// There is no body: a request that names no length, or a response that never has one (to HEAD, 1xx, 204, 304, a 2xx to
    /// CONNECT).
    None,
    /// This many octets follow; 0 where the head says so.
    ContentLength(u64),
    /// The chunked coding says where it ends ([RFC 9112 §7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1)).
    Chunked,
    /// It ends with the connection. Responses only: no request is ever framed so.
    UntilClose,
}

/// What of a head decides its framing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FramingFields<'f, 'b> {
    /// What the values are slices of.
    pub(crate) input: &'b [u8],
    pub(crate) version: Version,
    pub(crate) content_length: &'f Found<'b>,
    pub(crate) transfer_encoding: &'f Found<'b>,
}

impl Framing {
    /// The framing of a request.
    #[inline]
    pub(crate) fn of_request(
        fields: &FramingFields<'_, '_>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        if fields.content_length.value.is_none() && fields.transfer_encoding.value.is_none() {
            return Ok(Self::None);
        }
        Self::of_fields(fields, limits)
    }

    /// The framing of the response with `status` to a request with `method`.
    pub(crate) fn of_response(
        fields: &FramingFields<'_, '_>,
        limits: &Limits,
        method: Method<'_>,
        status: StatusCode,
    ) -> Result<Self, Error> {
        // RFC 9110 §9.3.6: a client ignores both fields in a successful answer to CONNECT; what follows is the tunnel.
        if method == Method::CONNECT && status.is_successful() {
            return Ok(Self::None);
        }
        let bodiless = method == Method::HEAD
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if bodiless {
            // The length here is that of another response, so the bound on bodies does not matter; a framing that
            // nobody can read the same way still does.
            let unbounded = Limits {
                body: u64::MAX,
                ..limits.clone()
            };
            return Self::of_fields(fields, &unbounded).map(|_| Self::None);
        }
        match Self::of_fields(fields, limits)? {
            Self::None => Ok(Self::UntilClose),
            framing => Ok(framing),
        }
    }

    /// What the two fields say, refusing every doubt.
    fn of_fields(fields: &FramingFields<'_, '_>, limits: &Limits) -> Result<Self, Error> {
        if let Some(offset) = fields.transfer_encoding.again {
            return Err(Error::new(
                offset.get(),
                ErrorKind::TransferEncodingRepeated,
            ));
        }
        if let Some(offset) = fields.content_length.again {
            return Err(Error::new(offset.get(), ErrorKind::ContentLengthRepeated));
        }
        let offset_of = |value: &[u8]| offset_in(fields.input, value);
        match (fields.transfer_encoding.value, fields.content_length.value) {
            (None, None) => Ok(Self::None),
            (Some(one), Some(other)) => {
                let later = offset_of(one).max(offset_of(other));
                Err(Error::new(later, ErrorKind::FramingConflict))
            }
            (Some(value), None) => {
                let offset = offset_of(value);
                if fields.version == Version::Http10 {
                    return Err(Error::new(offset, ErrorKind::TransferEncodingInHttp10));
                }
                match transfer_encoding::check(value) {
                    Ok(()) => Ok(Self::Chunked),
                    Err((within, kind)) => Err(Error::new(offset.saturating_add(within), kind)),
                }
            }
            (None, Some(value)) => match content_length::parse(value) {
                Ok(length) if length > limits.body => Err(Error::new(
                    offset_of(value),
                    ErrorKind::BodyTooLong { max: limits.body },
                )),
                Ok(length) => Ok(Self::ContentLength(length)),
                Err((within, kind)) => {
                    Err(Error::new(offset_of(value).saturating_add(within), kind))
                }
            },
        }
    }
}
