//! How much a peer may send, and the few named tolerances.

/// Bounds on what a peer may send, all on by default, and the switches that make decoding stricter or more tolerant.
///
/// Every bound holds on incomplete input too: a head that grows past one is refused at that octet, not when it ends.
/// Each field's text gives its unit, its default and the status that answers what is beyond; start from
/// [`Limits::new`] and set what differs.
///
/// ```
/// use wire_http::{ErrorKind, Limits, RequestHead};
///
/// let mut limits = Limits::default();
/// limits.start_line = 20;
/// let refused = RequestHead::decode_with(b"GET /a-rather-long-path-that-goes-on", &limits);
/// assert_eq!(refused.unwrap_err().kind(), &ErrorKind::StartLineTooLong { max: 20 });
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of the request line or status line without its CRLF; 8,192. Beyond: 414, or 501 if the method is
    /// not over by then.
    pub start_line: usize,
    /// Octets of the whole head, from the first octet to the empty line; 65,536, and never more than 2^32 - 1. Beyond: 431.
    pub head: usize,
    /// Field lines of a head; 64. Beyond: 431. More may be allowed; the first 32 are indexed, looking up those after
    /// them walks the octets.
    pub field_lines: usize,
    /// Empty lines before a request line; 1 ([RFC 9112 §2.2](https://www.rfc-editor.org/rfc/rfc9112#section-2.2)). Beyond:
    /// 400. A response has none before its status line.
    pub empty_lines: usize,
    /// Octets of a body; 2^64 - 1. A larger Content-Length is refused with the head, a chunked body when it passes the
    /// bound. Beyond: 413.
    pub body: u64,
    /// Octets of chunk extension in one chunk line; 256, and never more than 2^32 - 1. Beyond: 400. Leading zeros of a
    /// chunk-size beyond 16 digits count as such.
    pub chunk_extension_line: usize,
    /// Octets of chunk extension in a whole body; 4,096, and never more than 2^32 - 1. Beyond: 400.
    pub chunk_extensions: usize,
    /// Octets of the trailer section, from its first octet to the empty line; 8,192, and never more than 2^32 - 1.
    /// Beyond: 431.
    pub trailers: usize,
    /// Field lines of the trailer section; 16, and never more than 65,535. Beyond: 431.
    pub trailer_lines: usize,

    /// Stricter: refuse an absolute-form target whose authority differs from Host. Off: the target wins, as
    /// [RFC 9112 §3.2.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2) says. The risk of leaving it off: whoever
    /// looked at Host only saw another name.
    ///
    /// ```
    /// use wire_http::{ErrorKind, Limits, RequestHead};
    ///
    /// let input = b"GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert_eq!(head.host().expect("a host").as_str(), "a.test");
    ///
    /// let mut limits = Limits::new();
    /// limits.refuse_other_host = true;
    /// assert_eq!(RequestHead::decode_with(input, &limits).unwrap_err().kind(), &ErrorKind::HostOther);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub refuse_other_host: bool,
    /// More tolerant: accept `[ ] \ ^ { | }`, the backtick and `%` without two digits in path and query, which browsers
    /// send unencoded. The risk: two parties that normalise such a target may disagree on the resource.
    ///
    /// ```
    /// use wire_http::{Limits, RequestHead};
    ///
    /// let input = b"GET /?a[]=1|2 HTTP/1.1\r\nHost: a.test\r\n\r\n";
    /// assert_eq!(RequestHead::decode(input).unwrap_err().offset(), 7);
    /// let mut limits = Limits::new();
    /// limits.lenient_target = true;
    /// assert!(RequestHead::decode_with(input, &limits).is_ok());
    /// ```
    pub lenient_target: bool,
    /// More tolerant, for responses only: accept lines of the head that end with LF alone, a status line without the space
    /// before an empty reason, and spaces or tabs after a chunk-size. Never anything that decides framing. The risk: a
    /// cache or client behind that reads LF differently.
    ///
    /// ```
    /// use wire_http::{Limits, Method, ResponseHead};
    ///
    /// let input = b"HTTP/1.1 200\nContent-Length: 0\n\n";
    /// assert_eq!(ResponseHead::decode(input, Method::GET).unwrap_err().offset(), 12);
    /// let mut limits = Limits::new();
    /// limits.lenient_response = true;
    /// assert!(ResponseHead::decode_with(input, Method::GET, &limits).is_ok());
    /// ```
    pub lenient_response: bool,
}

impl Limits {
    /// The bounds given at each field, all switches off.
    ///
    /// ```
    /// let limits = wire_http::Limits::new();
    /// assert_eq!((limits.start_line, limits.head, limits.field_lines), (8192, 65_536, 64));
    /// assert!(!limits.refuse_other_host && !limits.lenient_target && !limits.lenient_response);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            start_line: 8 * 1024,
            head: 64 * 1024,
            field_lines: 64,
            empty_lines: 1,
            body: u64::MAX,
            chunk_extension_line: 256,
            chunk_extensions: 4 * 1024,
            trailers: 8 * 1024,
            trailer_lines: 16,
            refuse_other_host: false,
            lenient_target: false,
            lenient_response: false,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
