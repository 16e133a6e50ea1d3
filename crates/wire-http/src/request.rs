//! Request heads (RFC 9112 §3), decoded and decided.

use crate::authority::{Authority, is_plain_name};
use crate::body::BodyDecoder;
use crate::connection::ConnectionOptions;
use crate::decoded::Decoded;
use crate::diagnose::{self, Stop};
use crate::error::{Error, ErrorKind};
use crate::field::FieldValue;
use crate::fields::{Fields, LineStarts, list_members};
use crate::framing::{Framing, FramingFields};
use crate::known::{Found, Known};
use crate::limits::Limits;
use crate::method::Method;
use crate::target::{Form, RequestTarget, octets_are_valid};
use crate::tokens::{self, RequestLine};
use crate::version::Version;
use core::ops::Range;

/// The head of a request, borrowed from the input, with everything decided that the head decides.
///
/// There is no head without a [`Framing`]: whoever has one knows how long the body is.
///
/// ```
/// use wire_http::{Decoded, Framing, Method, RequestHead, RequestTarget};
///
/// let input = b"POST /form HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\na=1&";
/// let Decoded::Complete { value: head, len } = RequestHead::decode(input)? else { panic!() };
/// assert_eq!(head.method(), Method::POST);
/// assert_eq!(head.target(), RequestTarget::Origin { path: "/form", query: None });
/// assert_eq!(head.host().unwrap().host(), "shop.test");
/// assert_eq!(head.framing(), Framing::ContentLength(4));
/// assert!(head.persists());
/// assert_eq!(&input[len..], b"a=1&");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestHead<'b> {
    method: Method<'b>,
    target: &'b str,
    form: Form,
    version: Version,
    framing: Framing,
    host: Option<Authority<'b>>,
    persists: bool,
    expects_continue: bool,
    upgrade: Option<FieldValue<'b>>,
    /// How many octets of empty line stand before the method.
    start: usize,
    fields: Fields<'b>,
}

/// The start line of a head that keeps the grammar, and the length of the head.
struct Start<'b> {
    method: &'b str,
    target: &'b str,
    form: Form,
    version: Version,
    /// Where the method starts.
    start: usize,
    len: usize,
}

impl<'b> RequestHead<'b> {
    /// The head at the start of `input`, within the default [`Limits`].
    ///
    /// ```
    /// use wire_http::{Decoded, ErrorKind, RequestHead};
    ///
    /// assert_eq!(RequestHead::decode(b"GET / HTTP/1.1\r\nHost: a.test\r\n")?, Decoded::Incomplete);
    /// let refused = RequestHead::decode(b"GET /a b HTTP/1.1\r\n").unwrap_err();
    /// assert_eq!((refused.offset(), refused.kind()), (7, &ErrorKind::Version));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Self::decode_with`].
    #[inline]
    #[doc(alias = "parse")]
    pub fn decode(input: &'b [u8]) -> Result<Decoded<Self>, Error> {
        const LIMITS: &Limits = &Limits::new();
        Self::decode_with(input, LIMITS)
    }

    /// The head at the start of `input`, within `limits`.
    ///
    /// `input` starts where the message before ended and may go on after the head. Does not allocate.
    ///
    /// # Errors
    ///
    /// The refusal is final, however the input goes on; answer with [`Error::suggested_status`] and close.
    ///
    /// - Lines: [`ErrorKind::EmptyLines`], [`ErrorKind::BareLineFeed`], [`ErrorKind::BareCarriageReturn`],
    ///   [`ErrorKind::StartLineTooLong`], [`ErrorKind::MethodTooLong`], [`ErrorKind::HeadTooLong`],
    ///   [`ErrorKind::TooManyFieldLines`].
    /// - Request line: [`ErrorKind::Method`], [`ErrorKind::Version`], [`ErrorKind::VersionUnsupported`], and what
    ///   [`RequestTarget::new`] says.
    /// - Field lines: [`ErrorKind::LeadingWhitespace`], [`ErrorKind::LineFolding`], [`ErrorKind::ColonMissing`],
    ///   [`ErrorKind::FieldNameEmpty`], [`ErrorKind::FieldName`], [`ErrorKind::SpaceBeforeColon`], [`ErrorKind::FieldValue`].
    /// - Host: [`ErrorKind::HostMissing`], [`ErrorKind::HostRepeated`], [`ErrorKind::HostInvalid`], [`ErrorKind::HostEmpty`],
    ///   [`ErrorKind::HostOther`].
    /// - Framing: [`ErrorKind::ContentLengthInvalid`], [`ErrorKind::ContentLengthOverflow`],
    ///   [`ErrorKind::ContentLengthRepeated`], [`ErrorKind::FramingConflict`], [`ErrorKind::TransferEncodingInvalid`],
    ///   [`ErrorKind::TransferEncodingRepeated`], [`ErrorKind::TransferEncodingInHttp10`], [`ErrorKind::ChunkedNotFinal`],
    ///   [`ErrorKind::TransferCodingUnsupported`], [`ErrorKind::BodyTooLong`].
    /// - Others: [`ErrorKind::ConnectionInvalid`], [`ErrorKind::ExpectationUnknown`].
    pub fn decode_with(input: &'b [u8], limits: &Limits) -> Result<Decoded<Self>, Error> {
        let mut lines = LineStarts::new();
        let mut known = Known::default();
        let Some(start) = tokenise(input, limits, &mut lines, &mut known) else {
            return Self::walk(input, limits);
        };
        Self::decide(input, start, &lines, &known, limits)
    }

    /// The slow path, which knows why.
    #[cold]
    #[inline(never)]
    pub(crate) fn walk(input: &'b [u8], limits: &Limits) -> Result<Decoded<Self>, Error> {
        let walked = match diagnose::request(input, limits) {
            Ok(walked) => walked,
            Err(Stop::Incomplete) => return Ok(Decoded::Incomplete),
            Err(Stop::Refused(error)) => return Err(error.in_request(input)),
        };
        let text = |range: Range<usize>| {
            core::str::from_utf8(input.get(range).unwrap_or_default()).unwrap_or_default()
        };
        let start = Start {
            start: walked.method.start,
            method: text(walked.method),
            target: text(walked.target),
            form: walked.form,
            version: walked.version,
            len: walked.fields.len,
        };
        Self::decide(
            input,
            start,
            &walked.fields.lines,
            &walked.fields.known,
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
        limits: &Limits,
    ) -> Result<Decoded<Self>, Error> {
        let Start {
            method,
            target,
            form,
            version,
            start,
            len,
        } = head;
        let refused = |error: Error| error.in_request(input);
        let host =
            decide_host(input, &known.host, version, form, target, len, limits).map_err(refused)?;
        let (content_length, transfer_encoding) = (&known.content_length, &known.transfer_encoding);
        let framing = Framing::of_request(
            &FramingFields {
                input,
                version,
                content_length,
                transfer_encoding,
            },
            limits,
        )
        .map_err(refused)?;
        let octets = input.get(..len).unwrap_or_default();
        // For the rare head that has such a field twice; the index is copied only where it stays.
        let fields = || Fields::new(octets, 0, lines.clone());
        let options = ConnectionOptions::of(&known.connection, input, fields).map_err(refused)?;
        let expects_continue = match known.expect.value {
            Some(_) if version == Version::Http11 => {
                expects_continue(&fields()).map_err(refused)?
            }
            _ => false,
        };
        let upgrade = match (version, known.upgrade.value) {
            (Version::Http11, Some(value)) if options.upgrade() => {
                Some(FieldValue::from_checked(value))
            }
            _ => None,
        };
        Ok(Decoded::Complete {
            len,
            value: Self {
                method: Method::from_token(method),
                target,
                form,
                version,
                framing,
                host,
                persists: options.persists(version),
                // RFC 9110 §10.1.1: no body, nothing to continue with.
                expects_continue: expects_continue
                    && !matches!(framing, Framing::None | Framing::ContentLength(0)),
                upgrade,
                start,
                fields: Fields::new(octets, 0, lines.clone()),
            },
        })
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method<'b> {
        self.method
    }

    /// The request-target, taken apart.
    #[must_use]
    pub fn target(&self) -> RequestTarget<'b> {
        self.form.of_text(self.target)
    }

    /// The request-target as received.
    #[must_use]
    #[doc(alias = "uri")]
    #[doc(alias = "url")]
    pub const fn target_text(&self) -> &'b str {
        self.target
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The field lines.
    #[must_use]
    #[doc(alias = "headers")]
    pub const fn fields(&self) -> &Fields<'b> {
        &self.fields
    }

    /// How the body is delimited; never [`Framing::UntilClose`].
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.framing
    }

    /// The decoder for the body, within `limits`; no tolerance of theirs counts for a request.
    ///
    /// ```
    /// use wire_http::{BodyEvent, Limits, RequestHead};
    ///
    /// let input = b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\na=1GET /next";
    /// let (head, len) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let mut body = head.body(&Limits::new());
    /// let step = body.decode(&input[len..])?;
    /// assert_eq!((step.consumed, step.event), (3, BodyEvent::Data(b"a=1")));
    /// assert_eq!(body.decode(b"GET /next")?.event, BodyEvent::End);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn body(&self, limits: &Limits) -> BodyDecoder {
        BodyDecoder::with_limits(
            self.framing,
            &Limits {
                lenient_response: false,
                ..limits.clone()
            },
        )
    }

    /// Whom the request is for: the authority of the target if it names one, else Host
    /// ([RFC 9112 §3.3](https://www.rfc-editor.org/rfc/rfc9112#section-3.3)).
    ///
    /// `None` only for HTTP/1.0 without Host and for `OPTIONS *` with an empty one.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert_eq!(head.host().expect("HTTP/1.1").host(), "a.test");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn host(&self) -> Option<Authority<'b>> {
        self.host
    }

    /// Whether the connection may carry another request after this one and its body
    /// ([RFC 9112 §9.3](https://www.rfc-editor.org/rfc/rfc9112#section-9.3)).
    ///
    /// A proxy does not keep a connection to an HTTP/1.0 client open even if this is true.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let head = |input| RequestHead::decode(input).map(|head| head.complete().expect("a whole head").0);
    /// assert!(head(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")?.persists());
    /// assert!(!head(b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")?.persists());
    /// assert!(!head(b"GET / HTTP/1.0\r\n\r\n")?.persists());
    /// assert!(head(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")?.persists());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "keep_alive")]
    pub const fn persists(&self) -> bool {
        self.persists
    }

    /// Whether the client waits for 100 (Continue) or a final status before it sends the body
    /// ([RFC 9110 §10.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1)).
    ///
    /// False where nothing follows to wait for, and in HTTP/1.0, whose expectations are ignored.
    ///
    /// ```
    /// use wire_http::{RequestHead, ResponseWriter};
    ///
    /// let input = b"PUT /f HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let mut out = Vec::new();
    /// if head.expects_continue() {
    ///     ResponseWriter::send_continue(&mut out)?;
    /// }
    /// assert_eq!(out, b"HTTP/1.1 100 Continue\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn expects_continue(&self) -> bool {
        self.expects_continue
    }

    /// The protocols that the client would like to switch to: the value of Upgrade, if Connection names it too.
    ///
    /// The body comes first. No octet after it is read as another request, or passed on, before the switch was agreed with
    /// 101 ([RFC 9110 §7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)). `None` in HTTP/1.0; of several Upgrade
    /// lines, this is the first.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert_eq!(head.upgrade().expect("named in Connection"), "websocket");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn upgrade(&self) -> Option<FieldValue<'b>> {
        self.upgrade
    }

    /// The octets of the method in the input.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"\r\nGET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert_eq!((head.method_range(), head.target_range(), head.version_range()), (2..5, 6..8, 9..17));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn method_range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.method.as_str().len())
    }

    /// The octets of the request-target in the input.
    #[must_use]
    pub fn target_range(&self) -> Range<usize> {
        let start = self.method_range().end.saturating_add(1);
        start..start.saturating_add(self.target.len())
    }

    /// The octets of the version in the input.
    #[must_use]
    pub fn version_range(&self) -> Range<usize> {
        let start = self.target_range().end.saturating_add(1);
        start..start.saturating_add(8)
    }
}

/// The fast path: a complete head that `httparse` accepts, with what it leaves unchecked checked. `None` says nothing.
#[inline(always)]
fn tokenise<'b>(
    input: &'b [u8],
    limits: &Limits,
    lines: &mut LineStarts,
    known: &mut Known<'b>,
) -> Option<Start<'b>> {
    let RequestLine {
        method,
        target,
        version,
        len,
    } = tokens::request(input, limits, lines, known)?;
    let start = match input {
        [b'\r', b'\n', ..] if limits.empty_lines > 0 => 2,
        _ => 0,
    };
    // SP and the version come after the target.
    let line_len = method.len().wrapping_add(target.len()).wrapping_add(10);
    let form = Form::of(target, Method::from_token(method)).ok()?;
    let plain = tokens::offset_in(input, method.as_bytes()) == start
        && line_len <= limits.start_line
        && octets_are_valid(target.as_bytes(), limits);
    plain.then_some(Start {
        method,
        target,
        form,
        version,
        start,
        len,
    })
}

/// Host and the target together (RFC 9112 §3.2, §3.3).
#[inline(always)]
fn decide_host<'b>(
    input: &'b [u8],
    found: &Found<'b>,
    version: Version,
    form: Form,
    target: &'b str,
    len: usize,
    limits: &Limits,
) -> Result<Option<Authority<'b>>, Error> {
    match (form, found) {
        (
            Form::Origin,
            Found {
                value: Some(value),
                again: None,
            },
        ) if is_plain_name(value) => Ok(Some(Authority::from_plain_name(value))),
        _ => decide_rare_host(input, found, version, form, target, len, limits),
    }
}

fn decide_rare_host<'b>(
    input: &'b [u8],
    found: &Found<'b>,
    version: Version,
    form: Form,
    target: &'b str,
    len: usize,
    limits: &Limits,
) -> Result<Option<Authority<'b>>, Error> {
    if let Some(again) = found.again {
        return Err(Error::new(again.get(), ErrorKind::HostRepeated));
    }
    let named = form.of_text_authority(target);
    let Some(value) = found.value else {
        return match version {
            Version::Http10 => Ok(named),
            // The empty line is where Host should have stood at the latest.
            Version::Http11 => Err(Error::new(len.saturating_sub(2), ErrorKind::HostMissing)),
        };
    };
    let start = tokens::offset_in(input, value);
    if value.is_empty() {
        return match form {
            Form::Origin => Err(Error::new(start, ErrorKind::HostEmpty)),
            _ if named.is_some() && limits.refuse_other_host => {
                Err(Error::new(start, ErrorKind::HostOther))
            }
            _ => Ok(named),
        };
    }
    let host = Authority::parse(value)
        .map_err(|within| Error::new(start.saturating_add(within), ErrorKind::HostInvalid))?;
    let Some(named) = named else {
        return Ok(Some(host));
    };
    let https = target
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    if limits.refuse_other_host && !named.same_as(&host, if https { 443 } else { 80 }) {
        return Err(Error::new(start, ErrorKind::HostOther));
    }
    Ok(Some(named))
}

/// Whether the expectations are `100-continue` and nothing else (RFC 9110 §10.1.1).
fn expects_continue(fields: &Fields<'_>) -> Result<bool, Error> {
    let mut expects = false;
    for line in fields.iter().filter(|line| line.name().is("expect")) {
        for member in list_members(line.value()) {
            if !member.as_bytes().eq_ignore_ascii_case(b"100-continue") {
                return Err(Error::new(
                    line.value_range().start,
                    ErrorKind::ExpectationUnknown,
                ));
            }
            expects = true;
        }
    }
    Ok(expects)
}

/// Whether the fast path takes the head.
#[cfg(test)]
pub(crate) fn is_fast(input: &[u8], limits: &Limits) -> bool {
    tokenise(input, limits, &mut LineStarts::new(), &mut Known::default()).is_some()
}
