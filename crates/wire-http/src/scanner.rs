//! Heads that arrive in pieces.

use crate::decoded::Decoded;
use crate::error::Error;
use crate::limits::Limits;
use crate::method::Method;
use crate::request::RequestHead;
use crate::response::ResponseHead;
use crate::scan::{Scan, ScanBounds, StartLine};

/// Decodes heads from a growing buffer and remembers how far it looked, so that a head which arrives one octet at a time
/// costs no more than a few times one which arrives whole.
///
/// Keep one for each connection and direction, and give it the whole of what was received and not yet used, each time with
/// more at the end. After a complete head (or a refusal) it starts afresh.
///
/// ```
/// use wire_http::{Decoded, HeadScanner};
///
/// let arrives = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
/// let mut scanner = HeadScanner::new();
/// let mut received = Vec::new();
/// for octet in &arrives[..arrives.len() - 1] {
///     received.push(*octet);
///     assert!(scanner.request(&received)?.is_incomplete());
/// }
/// received.push(b'\n');
/// let Decoded::Complete { value: head, len } = scanner.request(&received)? else { panic!() };
/// assert_eq!((head.target_text(), len), ("/", arrives.len()));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HeadScanner {
    scan: Scan,
    /// How many octets decoding has found incomplete.
    judged: usize,
}

impl HeadScanner {
    /// A scanner at the start of a message.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            scan: Scan::new(),
            judged: 0,
        }
    }

    /// The request head at the start of `received`, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// As [`RequestHead::decode_with`], at the same octet.
    pub fn request<'b>(&mut self, received: &'b [u8]) -> Result<Decoded<RequestHead<'b>>, Error> {
        self.request_with(received, &Limits::new())
    }

    /// The request head at the start of `received`, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`RequestHead::decode_with`], at the same octet.
    pub fn request_with<'b>(
        &mut self,
        received: &'b [u8],
        limits: &Limits,
    ) -> Result<Decoded<RequestHead<'b>>, Error> {
        self.decode(received, limits, StartLine::Request, |received| {
            RequestHead::decode_with(received, limits)
        })
    }

    /// The response head at the start of `received`, which answers a request with `method`, within the default [`Limits`].
    ///
    /// ```
    /// use wire_http::{Framing, HeadScanner, Method};
    ///
    /// let mut scanner = HeadScanner::new();
    /// let mut received = b"HTTP/1.1 200 OK\r\nContent-Le".to_vec();
    /// assert!(scanner.response(&received, Method::GET)?.is_incomplete());
    /// received.extend_from_slice(b"ngth: 5\r\n\r\nhel");
    /// let (head, len) = scanner.response(&received, Method::GET)?.complete().expect("a whole head");
    /// assert_eq!((head.framing(), &received[len..]), (Framing::ContentLength(5), &b"hel"[..]));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`ResponseHead::decode_with`], at the same octet.
    pub fn response<'b>(
        &mut self,
        received: &'b [u8],
        method: Method<'_>,
    ) -> Result<Decoded<ResponseHead<'b>>, Error> {
        self.response_with(received, method, &Limits::new())
    }

    /// The response head at the start of `received`, which answers a request with `method`, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`ResponseHead::decode_with`], at the same octet.
    pub fn response_with<'b>(
        &mut self,
        received: &'b [u8],
        method: Method<'_>,
        limits: &Limits,
    ) -> Result<Decoded<ResponseHead<'b>>, Error> {
        self.decode(received, limits, StartLine::Status, |received| {
            ResponseHead::decode_with(received, method, limits)
        })
    }

    /// How many octets of the head in progress were looked at: never more than were received, each once.
    #[must_use]
    pub const fn octets_seen(&self) -> usize {
        self.scan.seen()
    }

    fn decode<'b, T>(
        &mut self,
        received: &'b [u8],
        limits: &Limits,
        start: StartLine,
        decode: impl FnOnce(&'b [u8]) -> Result<Decoded<T>, Error>,
    ) -> Result<Decoded<T>, Error> {
        // Most heads arrive whole: the first time, decoding at once is cheaper than looking for the end.
        if self.judged > 0 {
            let bounds = ScanBounds {
                octets: limits.head,
                // The start line is one too.
                lines: limits.field_lines.saturating_add(1),
                first_line: limits.start_line,
                lenient: limits.lenient_response && start == StartLine::Status,
                start,
                judged: self.judged,
            };
            if !self.scan.look(received, &bounds) {
                return Ok(Decoded::Incomplete);
            }
        }
        self.judged = received.len();
        let decoded = decode(received);
        if !matches!(decoded, Ok(Decoded::Incomplete)) {
            *self = Self::new();
        }
        decoded
    }
}
