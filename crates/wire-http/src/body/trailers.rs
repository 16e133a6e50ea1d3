//! The trailer section (RFC 9112 §7.1.2, RFC 9110 §6.5).

use crate::diagnose::{self, Stop};
use crate::error::{Error, ErrorKind};
use crate::fields::{Fields, LineStarts};
use crate::limits::Limits;

/// A checked trailer section, borrowed from the input.
///
/// Its fields are never merged into those of the head
/// ([RFC 9110 §6.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1)); whoever wants one asks here. No field is among
/// them that frames, routes, authenticates or changes a message.
///
/// ```
/// use wire_http::{BodyEvent, ChunkedDecoder, ErrorKind};
///
/// let step = ChunkedDecoder::new().decode(b"0\r\nETag: \"1\"\r\n\r\n")?;
/// let BodyEvent::Trailers(trailers) = step.event else { panic!() };
/// assert_eq!(trailers.fields().get("etag").expect("one line"), "\"1\"");
///
/// let refused = ChunkedDecoder::new().decode(b"0\r\nContent-Length: 9\r\n\r\n").unwrap_err();
/// assert_eq!((refused.offset(), refused.kind()), (3, &ErrorKind::TrailerForbidden));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Trailers<'b> {
    /// The input from its start up to and including the empty line.
    octets: &'b [u8],
    /// Where in it the section starts.
    start: usize,
}

impl<'b> Trailers<'b> {
    /// The section that starts at `start` and ends somewhere in `input`, and where it ends.
    pub(super) fn decode(
        input: &'b [u8],
        start: usize,
        limits: &Limits,
    ) -> Result<(Self, usize), Stop> {
        let section = input.get(start..).unwrap_or_default();
        let walked = diagnose::trailers(section, limits).map_err(|stop| match stop {
            Stop::Refused(error) => Stop::Refused(error.moved_by(start)),
            Stop::Incomplete => Stop::Incomplete,
        })?;
        let end = start.saturating_add(walked.len);
        let trailers = Self {
            octets: input.get(..end).unwrap_or_default(),
            start,
        };
        for line in &trailers.fields() {
            check_name(line.name().as_str())
                .map_err(|error| error.moved_by(line.name_range().start))?;
        }
        Ok((trailers, end))
    }

    /// The field lines. The index is made anew each time, so keep it.
    #[must_use]
    pub fn fields(&self) -> Fields<'b> {
        let section = self.octets.get(self.start..).unwrap_or_default();
        // The section was within its limits when it was decoded; now only its lines are wanted.
        let unbounded = Limits {
            trailers: usize::MAX,
            trailer_lines: usize::MAX,
            ..Limits::new()
        };
        let lines = diagnose::trailers(section, &unbounded)
            .map_or_else(|_| LineStarts::new(), |walked| walked.lines);
        Fields::new(section, self.start, lines)
    }
}

/// Refuses a name that must not be a trailer: what frames, routes, authenticates or changes a message was decided before
/// its body was read (RFC 9110 §6.5.1).
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if FORBIDDEN
        .iter()
        .any(|forbidden| name.eq_ignore_ascii_case(forbidden))
    {
        return Err(Error::new(0, ErrorKind::TrailerForbidden));
    }
    Ok(())
}

const FORBIDDEN: [&str; 31] = [
    // framing
    "content-length",
    "transfer-encoding",
    "trailer",
    // connection management
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "upgrade",
    "http2-settings",
    // routing
    "host",
    "forwarded",
    "max-forwards",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    // request modifiers
    "cache-control",
    "expect",
    "pragma",
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
    // authentication and state
    "authorization",
    "proxy-authorization",
    "proxy-authenticate",
    "www-authenticate",
    "cookie",
    "set-cookie",
];
