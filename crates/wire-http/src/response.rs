//! Response heads (RFC 9112 §4), decoded and decided.

use crate::body::BodyDecoder;
use crate::connection::ConnectionOptions;
use crate::decoded::Decoded;
use crate::diagnose::{self, Stop};
use crate::error::Error;
use crate::field::FieldValue;
use crate::fields::{Fields, LineStarts};
use crate::framing::{Framing, FramingFields};
use crate::known::Known;
use crate::limits::Limits;
use crate::method::Method;
use crate::status::StatusCode;
use crate::tokens::{self, StatusLine};
use crate::version::Version;
use core::ops::Range;

/// The head of a response, borrowed from the input, with everything decided that the head decides.
///
/// Whether a body follows depends on the request, so its method is needed: after HEAD, 1xx, 204, 304 and a successful
/// CONNECT the framing is [`Framing::None`] whatever the fields say.
///
/// ```
/// use wire_http::{Decoded, Framing, Method, ResponseHead, StatusCode};
///
/// let input = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
/// let Decoded::Complete { value: head, len } = ResponseHead::decode(input, Method::GET)? else { panic!() };
/// assert_eq!(head.status(), StatusCode::OK);
/// assert_eq!(head.framing(), Framing::ContentLength(5));
/// assert_eq!(&input[len..], b"hello");
///
/// let Decoded::Complete { value: head, .. } = ResponseHead::decode(input, Method::HEAD)? else { panic!() };
/// assert_eq!(head.framing(), Framing::None);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResponseHead<'b> {
    version: Version,
    status: StatusCode,
    reason: &'b [u8],
    framing: Framing,
    persists: bool,
    tunnel: bool,
    upgrade: Option<FieldValue<'b>>,
    fields: Fields<'b>,
}

/// The start line of a head that keeps the grammar, and the length of the head.
struct Start<'b> {
    version: Version,
    status: StatusCode,
    reason: &'b [u8],
    len: usize,
}

impl<'b> ResponseHead<'b> {
    /// The head at the start of `input`, which answers a request with `method`, within the default [`Limits`].
    ///
    /// A 1xx head other than 101 is followed by another head: drop its octets and decode again.
    ///
    /// ```
    /// use wire_http::{Method, ResponseHead, StatusCode};
    ///
    /// let input = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    /// let (interim, len) = ResponseHead::decode(input, Method::PUT)?.complete().expect("a whole head");
    /// assert!(interim.status().is_informational() && !interim.is_tunnel());
    /// let (head, _) = ResponseHead::decode(&input[len..], Method::PUT)?.complete().expect("a whole head");
    /// assert_eq!(head.status(), StatusCode::NO_CONTENT);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Self::decode_with`].
    #[inline]
    #[doc(alias = "parse")]
    pub fn decode(input: &'b [u8], method: Method<'_>) -> Result<Decoded<Self>, Error> {
        const LIMITS: &Limits = &Limits::new();
        Self::decode_with(input, method, LIMITS)
    }

    /// The head at the start of `input`, which answers a request with `method`, within `limits`.
    ///
    /// Does not allocate.
    ///
    /// # Errors
    ///
    /// The refusal is final; close, and as a gateway answer 502.
    ///
    /// - Lines, field lines and framing: the kinds of [`RequestHead::decode_with`](crate::RequestHead::decode_with), but neither
    ///   [`ErrorKind::EmptyLines`] nor [`ErrorKind::MethodTooLong`]: nothing may stand before a status line.
    /// - Status line: [`ErrorKind::Version`], [`ErrorKind::VersionUnsupported`], [`ErrorKind::StatusCode`],
    ///   [`ErrorKind::Reason`].
    /// - [`ErrorKind::ConnectionInvalid`].
    ///
    /// [`ErrorKind::EmptyLines`]: crate::ErrorKind::EmptyLines
    /// [`ErrorKind::MethodTooLong`]: crate::ErrorKind::MethodTooLong
    /// [`ErrorKind::Version`]: crate::ErrorKind::Version
    /// [`ErrorKind::VersionUnsupported`]: crate::ErrorKind::VersionUnsupported
    /// [`ErrorKind::StatusCode`]: crate::ErrorKind::StatusCode
    /// [`ErrorKind::Reason`]: crate::ErrorKind::Reason
    /// [`ErrorKind::ConnectionInvalid`]: crate::ErrorKind::ConnectionInvalid
    pub fn decode_with(
        input: &'b [u8],
        method: Method<'_>,
        limits: &Limits,
    ) -> Result<Decoded<Self>, Error> {
        let mut lines = LineStarts::new();
        let mut known = Known::default();
        let Some(start) = tokenise(input, limits, &mut lines, &mut known) else {
            return Self::walk(input, method, limits);
        };
        Self::decide(input, start, &lines, &known, method, limits)
    }

    /// The slow path, which knows why.
    #[cold]
    #[inline(never)]
    pub(crate) fn walk(
        input: &'b [u8],
        method: Method<'_>,
        limits: &Limits,
    ) -> Result<Decoded<Self>, Error> {
        let walked = match diagnose::response(input, limits) {
            Ok(walked) => walked,
            Err(Stop::Incomplete) => return Ok(Decoded::Incomplete),
            Err(Stop::Refused(error)) => return Err(error),
        };
        let start = Start {
            version: walked.version,
            status: walked.status,
            reason: input.get(walked.reason).unwrap_or_default(),
            len: walked.fields.len,
        };
        Self::decide(
            input,
            start,
            &walked.fields.lines,
            &walked.fields.known,
            method,
            limits,
        )
    }

    /// Everything that a head which keeps the grammar decides.
    #[inline(always)]
    fn decide(
        input: &'b [u8],
        head: Start<'b>,
        lines: &LineStarts,
        known: &Known<'b>,
        method: Method<'_>,
        limits: &Limits,
    ) -> Result<Decoded<Self>, Error> {
        let Start {
            version,
            status,
            reason,
            len,
        } = head;
        let (content_length, transfer_encoding) = (&known.content_length, &known.transfer_encoding);
        let framing_fields = FramingFields {
            input,
            version,
            content_length,
            transfer_encoding,
        };
        let framing = Framing::of_response(&framing_fields, limits, method, status)?;
        let octets = input.get(..len).unwrap_or_default();
        // For the rare head that has such a field twice; the index is copied only where it stays.
        let fields = || Fields::new(octets, 0, lines.clone());
        let options = ConnectionOptions::of(&known.connection, input, fields)?;
        let connected = method == Method::CONNECT && status.is_successful();
        let tunnel = connected || status == StatusCode::SWITCHING_PROTOCOLS;
        let upgrade = known
            .upgrade
            .value
            .filter(|_| options.upgrade())
            .map(FieldValue::from_checked);
        // RFC 9112 §6.1, RFC 9110 §8.6: neither field belongs in a 1xx or 204. There is no body, but a sender that says
        // so may believe there is one; nothing after it is to be trusted.
        let claims_body = (status.is_informational() || status == StatusCode::NO_CONTENT)
            && (transfer_encoding.value.is_some()
                || content_length
                    .value
                    .is_some_and(|value| value.iter().any(|&octet| octet != b'0')));
        let persists =
            options.persists(version) && framing != Framing::UntilClose && !tunnel && !claims_body;
        Ok(Decoded::Complete {
            len,
            value: Self {
                version,
                status,
                reason,
                framing,
                persists,
                tunnel,
                upgrade,
                fields: Fields::new(octets, 0, lines.clone()),
            },
        })
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The reason phrase, mostly ASCII, possibly empty; it means nothing
    /// ([RFC 9112 §4](https://www.rfc-editor.org/rfc/rfc9112#section-4)).
    ///
    /// ```
    /// use wire_http::{Method, ResponseHead};
    ///
    /// let input = b"HTTP/1.1 404 Nobody Here\r\n\r\n";
    /// let (head, _) = ResponseHead::decode(input, Method::GET)?.complete().expect("a whole head");
    /// assert_eq!((head.reason(), head.status().reason()), (&b"Nobody Here"[..], "Not Found"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn reason(&self) -> &'b [u8] {
        self.reason
    }

    /// The field lines.
    #[must_use]
    #[doc(alias = "headers")]
    pub const fn fields(&self) -> &Fields<'b> {
        &self.fields
    }

    /// How the body is delimited.
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.framing
    }

    /// The decoder for the body, within `limits`.
    ///
    /// ```
    /// use wire_http::{BodyEvent, Limits, Method, ResponseHead};
    ///
    /// let input = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    /// let (head, len) = ResponseHead::decode(input, Method::GET)?.complete().expect("a whole head");
    /// let mut body = head.body(&Limits::new());
    /// let step = body.decode(&input[len..])?;
    /// assert_eq!(step.event, BodyEvent::Data(b"hello"));
    /// assert_eq!(body.decode(&input[len + step.consumed..])?.event, BodyEvent::End);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn body(&self, limits: &Limits) -> BodyDecoder {
        BodyDecoder::with_limits(self.framing, limits)
    }

    /// Whether the connection may carry another message after this one and its body
    /// ([RFC 9112 §9.3](https://www.rfc-editor.org/rfc/rfc9112#section-9.3)).
    ///
    /// Never after a body that the end of the connection ends, nor after a [tunnel](Self::is_tunnel) began, nor after a 1xx or
    /// 204 whose fields claim a body.
    ///
    /// ```
    /// use wire_http::{Method, ResponseHead};
    ///
    /// let head = |input| ResponseHead::decode(input, Method::GET).map(|head| head.complete().expect("a whole head").0);
    /// assert!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?.persists());
    /// assert!(!head(b"HTTP/1.1 200 OK\r\n\r\n")?.persists());
    /// assert!(!head(b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n")?.persists());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "keep_alive")]
    pub const fn persists(&self) -> bool {
        self.persists
    }

    /// Whether HTTP ends with this head: 101, or a successful answer to CONNECT. What follows is the other protocol.
    ///
    /// ```
    /// use wire_http::{Framing, Method, ResponseHead};
    ///
    /// let input = b"HTTP/1.1 200 Connected\r\nContent-Length: 5\r\n\r\nSSH-2.0";
    /// let (head, len) = ResponseHead::decode(input, Method::CONNECT)?.complete().expect("a whole head");
    /// assert!(head.is_tunnel() && head.framing() == Framing::None);
    /// assert_eq!(&input[len..], b"SSH-2.0");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn is_tunnel(&self) -> bool {
        self.tunnel
    }

    /// The value of the first Upgrade line, if Connection names it too
    /// ([RFC 9110 §7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)).
    #[must_use]
    pub const fn upgrade(&self) -> Option<FieldValue<'b>> {
        self.upgrade
    }

    /// The octets of the version in the input.
    #[must_use]
    pub const fn version_range(&self) -> Range<usize> {
        0..8
    }

    /// The octets of the status code in the input.
    #[must_use]
    pub const fn status_range(&self) -> Range<usize> {
        9..12
    }

    /// The octets of the reason phrase in the input.
    #[must_use]
    pub const fn reason_range(&self) -> Range<usize> {
        // A lenient status line may end at the code; its reason is empty and stands there.
        let start = if self.reason.is_empty() { 12 } else { 13_usize };
        start..start.saturating_add(self.reason.len())
    }
}

/// The fast path: a complete head that `httparse` accepts, with what it leaves unchecked checked. `None` says nothing.
#[inline]
fn tokenise<'b>(
    input: &'b [u8],
    limits: &Limits,
    lines: &mut LineStarts,
    known: &mut Known<'b>,
) -> Option<Start<'b>> {
    let StatusLine { version, code, len } = tokens::response(input, limits, lines, known)?;
    // httparse skips empty lines before the status line, and takes one without the space before its reason.
    if input.first() != Some(&b'H') || input.get(12) != Some(&b' ') {
        return None;
    }
    let line_end = lines
        .first()
        .unwrap_or(len.checked_sub(2)?)
        .checked_sub(2)?;
    if line_end > limits.start_line {
        return None;
    }
    Some(Start {
        version,
        status: StatusCode::new(code)?,
        reason: input.get(13..line_end)?,
        len,
    })
}

/// Whether the fast path takes the head.
#[cfg(test)]
pub(crate) fn is_fast(input: &[u8], limits: &Limits) -> bool {
    tokenise(input, limits, &mut LineStarts::new(), &mut Known::default()).is_some()
}
