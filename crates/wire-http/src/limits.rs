//! How much a peer may send, and the few named tolerances.

/// Bounds on what a peer may send, all on by default, and the switches that make decoding stricter or more tolerant.
///
/// Every bound holds on incomplete input too: a head that grows past one is refused at that octet, not when it ends.
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
    /// Empty lines before a request line; 1 (RFC 9112 §2.2).
    pub empty_lines: usize,
    /// Octets of a body; 2^64 - 1. A larger Content-Length is refused with the head, a chunked body when it passes the
    /// bound. Beyond: 413.
    pub body: u64,
    /// Octets of chunk extension in one chunk line; 256. Leading zeros of a chunk-size beyond 16 digits count as such.
    pub chunk_extension_line: usize,
    /// Octets of chunk extension in a whole body; 4,096.
    pub chunk_extensions: usize,
    /// Octets of the trailer section; 8,192. Beyond: 431.
    pub trailers: usize,
    /// Field lines of the trailer section; 16, and never more than 64. Beyond: 431.
    pub trailer_lines: usize,

    /// Stricter: refuse an absolute-form target whose authority differs from Host. Off: the target wins, as RFC 9112
    /// §3.2.2 says. The risk of leaving it off: whoever looked at Host only saw another name.
    pub refuse_other_host: bool,
    /// More tolerant: accept `[ ] \ ^ { | }`, the backtick and `%` without two digits in path and query, which browsers
    /// send unencoded. The risk: two parties that normalise such a target may disagree on the resource.
    pub lenient_target: bool,
    /// More tolerant, for responses only: accept lines of the head that end with LF alone, a status line without the space
    /// before an empty reason, and spaces or tabs after a chunk-size. Never anything that decides framing. The risk: a
    /// cache or client behind that reads LF differently.
    pub lenient_response: bool,
}

impl Limits {
    /// The bounds given at each field, all switches off.
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
