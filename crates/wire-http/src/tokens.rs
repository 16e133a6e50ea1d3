//! What `httparse` tokenises, with the line ends checked that it leaves unchecked, and no type of it let out.

use crate::fields::{LINES_INLINE, Line, Lines};
use crate::known::Known;
use crate::limits::Limits;
use crate::version::Version;
use core::mem::MaybeUninit;

/// The index of a tokenised head.
pub(crate) struct Tokens {
    pub(crate) lines: Lines,
    pub(crate) known: Known,
    pub(crate) len: usize,
}

/// The parts of a request line.
pub(crate) struct RequestLine<'b> {
    pub(crate) method: &'b str,
    pub(crate) target: &'b str,
    pub(crate) version: Version,
}

/// The index of the complete request head at the start of `input`; `None` where there is the least doubt.
#[inline]
pub(crate) fn request<'b>(input: &'b [u8], limits: &Limits) -> Option<(RequestLine<'b>, Tokens)> {
    // Left uninitialised: only what httparse has filled is ever looked at.
    let mut slots = [const { MaybeUninit::<httparse::Header<'b>>::uninit() }; LINES_INLINE];
    let slots = slots.get_mut(..limits.field_lines.min(LINES_INLINE))?;
    let mut request = httparse::Request::new(&mut []);
    let Ok(httparse::Status::Complete(len)) = request.parse_with_uninit_headers(input, slots)
    else {
        return None;
    };
    let line = RequestLine {
        method: request.method?,
        target: request.path?,
        version: version(request.version?)?,
    };
    Some((line, index(input, len, request.headers, limits)?))
}

/// The same for a response head; its status line is the caller's to read.
#[inline]
pub(crate) fn response(input: &[u8], limits: &Limits) -> Option<(Version, u16, Tokens)> {
    let mut slots = [const { MaybeUninit::<httparse::Header<'_>>::uninit() }; LINES_INLINE];
    let slots = slots.get_mut(..limits.field_lines.min(LINES_INLINE))?;
    let mut response = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let Ok(httparse::Status::Complete(len)) =
        config.parse_response_with_uninit_headers(&mut response, input, slots)
    else {
        return None;
    };
    let version = version(response.version?)?;
    let code = response.code?;
    Some((version, code, index(input, len, response.headers, limits)?))
}

const fn version(minor: u8) -> Option<Version> {
    match minor {
        0 => Some(Version::Http10),
        1 => Some(Version::Http11),
        _ => None,
    }
}

/// Indexes the lines and checks that each ended with CRLF. Folding is refused, so a line ends just before the next name:
/// two octets tell, and no octet is looked for.
#[inline]
fn index(
    input: &[u8],
    len: usize,
    headers: &[httparse::Header<'_>],
    limits: &Limits,
) -> Option<Tokens> {
    if len > limits.head || u32::try_from(len).is_err() || !input.get(..len)?.ends_with(b"\r\n\r\n")
    {
        return None;
    }
    let mut lines = Lines::new();
    let mut known = Known::default();
    for (index, header) in headers.iter().enumerate() {
        let start = offset_in(input, header.name);
        if input.get(start.checked_sub(2)?) != Some(&b'\r') {
            return None;
        }
        known.note(header.name.as_bytes(), index);
        lines.push(Line::new(start, header.name.len()));
    }
    Some(Tokens { lines, known, len })
}

/// Where `part`, a slice of `input`, starts in it.
#[inline]
pub(crate) fn offset_in(input: &[u8], part: &str) -> usize {
    part.as_ptr().addr().wrapping_sub(input.as_ptr().addr())
}
