//! Response heads (RFC 9112 §4), decoded and decided.

use crate::body::BodyDecoder;
use crate::connection::ConnectionOptions;
use crate::decoded::Decoded;
use crate::diagnose::{self, Stop};
use crate::error::Error;
use crate::field::{FieldLine, FieldValue};
use crate::fields::Fields;
use crate::framing::{Framing, FramingFields};
use crate::known::Known;
use crate::limits::Limits;
use crate::method::Method;
use crate::status::StatusCode;
use crate::tokens::{self, Tokens};
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

/// A head that keeps the grammar and has nothing decided yet.
struct Parts<'b> {
    version: Version,
    status: StatusCode,
    reason: &'b [u8],
    fields: Fields<'b>,
    known: Known,
    len: usize,
}

impl<'b> ResponseHead<'b> {
    /// The head at the start of `input`, which answers a request with `method`, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// As [`Self::decode_with`].
    #[inline]
    pub fn decode(input: &'b [u8], method: Method<'_>) -> Result<Decoded<Self>, Error> {
        const LIMITS: &Limits = &Limits::new();
        Self::decode_with(input, method, LIMITS)
    }

    /// The head at the start of `input`, which answers a request with `method`, within `limits`.
    ///
    /// A 1xx head other than 101 is followed by another head: drop its octets and decode again.
    /// Does not allocate, unless `limits` allow more than 64 field lines and there are more.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) of heads and framing. The refusal is final; close, and as a gateway answer 502.
    pub fn decode_with(
        input: &'b [u8],
        method: Method<'_>,
        limits: &Limits,
    ) -> Result<Decoded<Self>, Error> {
        let parts = match tokenise(input, limits) {
            Some(parts) => parts,
            None => match walk(input, limits) {
                Ok(parts) => parts,
                Err(Stop::Incomplete) => return Ok(Decoded::Incomplete),
                Err(Stop::Refused(error)) => return Err(error),
            },
        };
        let len = parts.len;
        Self::decide(parts, method, limits).map(|value| Decoded::Complete { value, len })
    }

    fn decide(parts: Parts<'b>, method: Method<'_>, limits: &Limits) -> Result<Self, Error> {
        let Parts {
            version,
            status,
            reason,
            fields,
            known,
            ..
        } = parts;
        let line = |index: Option<u32>| index.and_then(|index| fields.line(index as usize));
        let framing_line = |index| {
            line(index)
                .map(|line: FieldLine<'b>| (line.value_range().start, line.value().as_bytes()))
        };
        let framing_fields = FramingFields {
            version,
            content_length: framing_line(known.content_length.first),
            transfer_encoding: framing_line(known.transfer_encoding.first),
            content_length_again: line(known.content_length.second)
                .map(|line| line.name_range().start),
            transfer_encoding_again: line(known.transfer_encoding.second)
                .map(|line| line.name_range().start),
        };
        let framing = Framing::of_response(&framing_fields, limits, method, status)?;
        let options = ConnectionOptions::of(&fields, &known)?;
        let connected = method == Method::CONNECT && status.is_successful();
        let tunnel = connected || status == StatusCode::SWITCHING_PROTOCOLS;
        let upgrade = if options.upgrade() {
            line(known.upgrade.first).map(|line| line.value())
        } else {
            None
        };
        // RFC 9112 §6.1, RFC 9110 §8.6: neither field belongs in a 1xx or 204. There is no body, but a sender that says
        // so may believe there is one; nothing after it is to be trusted.
        let claims_body = (status.is_informational() || status == StatusCode::NO_CONTENT)
            && (framing_fields.transfer_encoding.is_some()
                || framing_fields
                    .content_length
                    .is_some_and(|(_, value)| value.iter().any(|&octet| octet != b'0')));
        let persists =
            options.persists(version) && framing != Framing::UntilClose && !tunnel && !claims_body;
        Ok(Self {
            version,
            status,
            reason,
            framing,
            persists,
            tunnel,
            upgrade,
            fields,
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

    /// The reason phrase, mostly ASCII, possibly empty; it means nothing (RFC 9112 §4).
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
    #[must_use]
    pub fn body(&self, limits: &Limits) -> BodyDecoder {
        BodyDecoder::with_limits(self.framing, limits)
    }

    /// Whether the connection may carry another message after this one and its body (RFC 9112 §9.3).
    #[must_use]
    #[doc(alias = "keep_alive")]
    pub const fn persists(&self) -> bool {
        self.persists
    }

    /// Whether HTTP ends with this head: 101, or a successful answer to CONNECT. What follows is the other protocol.
    #[must_use]
    pub const fn is_tunnel(&self) -> bool {
        self.tunnel
    }

    /// The value of Upgrade, if Connection names it too (RFC 9110 §7.8).
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
fn tokenise<'b>(input: &'b [u8], limits: &Limits) -> Option<Parts<'b>> {
    let (version, code, Tokens { lines, known, len }) = tokens::response(input, limits)?;
    let octets = input.get(..len)?;
    // httparse skips empty lines before the status line, and takes one without the space before its reason.
    if octets.first() != Some(&b'H') || octets.get(12) != Some(&b' ') {
        return None;
    }
    let line_end = lines
        .first_start()
        .unwrap_or(len.checked_sub(2)?)
        .checked_sub(2)?;
    if line_end > limits.start_line {
        return None;
    }
    let reason = octets.get(13..line_end)?;
    let status = StatusCode::new(code)?;
    Some(Parts {
        version,
        status,
        reason,
        fields: Fields::new(octets, lines),
        known,
        len,
    })
}

/// The slow path, which knows why.
#[cold]
fn walk<'b>(input: &'b [u8], limits: &Limits) -> Result<Parts<'b>, Stop> {
    let walked = diagnose::response(input, limits)?;
    let fields = walked.fields;
    Ok(Parts {
        version: walked.version,
        status: walked.status,
        reason: input.get(walked.reason).unwrap_or_default(),
        fields: Fields::new(input.get(..fields.len).unwrap_or_default(), fields.lines),
        known: fields.known,
        len: fields.len,
    })
}

/// The head as the slow path alone sees it.
#[cfg(test)]
pub(crate) fn walk_alone<'b>(
    input: &'b [u8],
    method: Method<'_>,
    limits: &Limits,
) -> Result<Result<(ResponseHead<'b>, usize), Error>, Stop> {
    let parts = walk(input, limits)?;
    let len = parts.len;
    Ok(ResponseHead::decide(parts, method, limits).map(|head| (head, len)))
}

/// Whether the fast path takes the head.
#[cfg(test)]
pub(crate) fn is_fast(input: &[u8], limits: &Limits) -> bool {
    tokenise(input, limits).is_some()
}
