//! What `httparse` tokenises, with the line ends checked that it leaves unchecked, and no type of it let out.

use crate::fields::LineStarts;
use crate::known::Known;
use crate::limits::Limits;
use crate::version::Version;
use core::mem::MaybeUninit;

/// How many lines are tokenised without help from the slow path.
const LINES_MAX: usize = 64;

/// The parts of a request line, and the length of its head.
pub(crate) struct RequestLine<'b> {
    pub(crate) method: &'b str,
    pub(crate) target: &'b str,
    pub(crate) version: Version,
    pub(crate) len: usize,
}

/// The parts of a status line but its reason, and the length of its head.
pub(crate) struct StatusLine {
    pub(crate) version: Version,
    pub(crate) code: u16,
    pub(crate) len: usize,
}

/// Indexes the complete request head at the start of `input`; `None` where there is the least doubt.
#[inline(always)]
pub(crate) fn request<'b>(
    input: &'b [u8],
    limits: &Limits,
    lines: &mut LineStarts,
    known: &mut Known<'b>,
) -> Option<RequestLine<'b>> {
    // Left uninitialised: only what httparse has filled is ever looked at.
    let mut slots = [const { MaybeUninit::<httparse::Header<'b>>::uninit() }; LINES_MAX];
    let slots = slots.get_mut(..limits.field_lines.min(LINES_MAX))?;
    let mut request = httparse::Request::new(&mut []);
    let Ok(httparse::Status::Complete(len)) = request.parse_with_uninit_headers(input, slots)
    else {
        return None;
    };
    index(input, len, request.headers, limits, lines, known)?;
    Some(RequestLine {
        method: request.method?,
        target: request.path?,
        version: version(request.version)?,
        len,
    })
}

/// The same for a response head; its reason is the caller's to find.
#[inline(always)]
pub(crate) fn response<'b>(
    input: &'b [u8],
    limits: &Limits,
    lines: &mut LineStarts,
    known: &mut Known<'b>,
) -> Option<StatusLine> {
    let mut slots = [const { MaybeUninit::<httparse::Header<'b>>::uninit() }; LINES_MAX];
    let slots = slots.get_mut(..limits.field_lines.min(LINES_MAX))?;
    let mut response = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let Ok(httparse::Status::Complete(len)) =
        config.parse_response_with_uninit_headers(&mut response, input, slots)
    else {
        return None;
    };
    index(input, len, response.headers, limits, lines, known)?;
    Some(StatusLine {
        version: version(response.version)?,
        code: response.code?,
        len,
    })
}

const fn version(minor: Option<u8>) -> Option<Version> {
    match minor {
        Some(0) => Some(Version::Http10),
        Some(1) => Some(Version::Http11),
        _ => None,
    }
}

/// Indexes the lines and checks that each ended with CRLF. Folding is refused, so a line ends just before the next name:
/// two octets tell, and no octet is looked for.
#[inline(always)]
fn index<'b>(
    input: &'b [u8],
    len: usize,
    headers: &[httparse::Header<'b>],
    limits: &Limits,
    lines: &mut LineStarts,
    known: &mut Known<'b>,
) -> Option<()> {
    if len > limits.head || !input.get(..len)?.ends_with(b"\r\n\r\n") {
        return None;
    }
    let starts = lines.fill(len, headers.len())?;
    for (slot, header) in starts.iter_mut().zip(headers) {
        let start = check_line(input, header, known)?;
        // `fill` has seen to it that no line starts beyond.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the head has at most 65,536 octets"
        )]
        {
            *slot = start as u16;
        }
    }
    match headers.get(starts.len()..) {
        Some(rest @ [_, ..]) => check_rest(input, rest, known),
        _ => Some(()),
    }
}

/// The lines after those that are indexed.
#[inline(never)]
fn check_rest<'b>(
    input: &'b [u8],
    headers: &[httparse::Header<'b>],
    known: &mut Known<'b>,
) -> Option<()> {
    headers
        .iter()
        .try_for_each(|header| check_line(input, header, known).map(drop))
}

/// Where the line starts, if the one before ended with CRLF.
#[inline(always)]
fn check_line<'b>(
    input: &'b [u8],
    header: &httparse::Header<'b>,
    known: &mut Known<'b>,
) -> Option<usize> {
    let name = header.name.as_bytes();
    let start = offset_in(input, name);
    if input.get(start.wrapping_sub(2)) != Some(&b'\r') {
        return None;
    }
    known.note(start, name, header.value);
    Some(start)
}

/// Where `part`, a slice of `input`, starts in it.
#[inline]
pub(crate) fn offset_in(input: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().wrapping_sub(input.as_ptr().addr())
}
