//! The grammar of a head, octet by octet: the reference that names the octet at fault.
//!
//! The fast path in `request.rs` and `response.rs` accepts what is beyond doubt; everything else comes here: refusals,
//! incomplete input, more field lines than the fast path indexes, and the tolerances of `Limits`. An error found here
//! depends on no octet after the one that it names (but the LF awaited after a CR), so input in pieces is refused at the
//! same octet as the whole.

use crate::error::{Error, ErrorKind};
use crate::fields::{LineStarts, value_of};
use crate::grammar::{is_field_octet, is_tchar};
use crate::known::Known;
use crate::limits::Limits;
use crate::method::Method;
use crate::status::StatusCode;
use crate::target::{Form, check_octets};
use crate::version::Version;
use core::ops::Range;

/// Why a walk ended before the end of the section.
pub(crate) enum Stop {
    Incomplete,
    Refused(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// What a walk over a field section found.
pub(crate) struct WalkedFields<'b> {
    pub(crate) lines: LineStarts,
    pub(crate) known: Known<'b>,
    /// The octets of the input up to and including the empty line.
    pub(crate) len: usize,
}

/// A request head that keeps the grammar.
pub(crate) struct WalkedRequest<'b> {
    pub(crate) method: Range<usize>,
    pub(crate) target: Range<usize>,
    pub(crate) form: Form,
    pub(crate) version: Version,
    pub(crate) fields: WalkedFields<'b>,
}

/// A response head that keeps the grammar.
pub(crate) struct WalkedResponse<'b> {
    pub(crate) version: Version,
    pub(crate) status: StatusCode,
    pub(crate) reason: Range<usize>,
    pub(crate) fields: WalkedFields<'b>,
}

/// Walks a request head.
pub(crate) fn request<'b>(input: &'b [u8], limits: &Limits) -> Result<WalkedRequest<'b>, Stop> {
    let mut walk = Walk::over_head(input, limits);
    let mut empty_lines = 0_usize;
    while matches!(walk.peek()?, b'\r' | b'\n') {
        if empty_lines == limits.empty_lines && walk.peek()? == b'\r' {
            return Err(walk.refuse(ErrorKind::EmptyLines {
                max: limits.empty_lines,
            }));
        }
        walk.line_end()?;
        empty_lines = empty_lines.saturating_add(1);
    }
    let head = walk.begin_start_line(limits);
    let method = walk.method().map_err(without_target)?;
    let target = walk.target(limits)?;
    let version = walk.version()?;
    if !matches!(walk.peek()?, b'\r' | b'\n') {
        return Err(walk.refuse(ErrorKind::Version));
    }
    walk.line_end()?;
    let version = supported(version, walk.position)?;
    let text = |range: &Range<usize>| {
        core::str::from_utf8(input.get(range.clone()).unwrap_or_default()).unwrap_or_default()
    };
    let form = Form::of(text(&target), Method::from_token(text(&method)))
        .map_err(|error| error.moved_by(target.start))?;
    let fields = walk.head_fields(head, limits)?;
    Ok(WalkedRequest {
        method,
        target,
        form,
        version,
        fields,
    })
}

/// A request line that is too long before its target began has a method that nobody implements (RFC 9112 §3).
fn without_target(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(error) => match *error.kind() {
            ErrorKind::StartLineTooLong { max } => {
                Error::new(error.offset(), ErrorKind::MethodTooLong { max }).into()
            }
            _ => Stop::Refused(error),
        },
        Stop::Incomplete => stop,
    }
}

/// Walks a response head.
pub(crate) fn response<'b>(input: &'b [u8], limits: &Limits) -> Result<WalkedResponse<'b>, Stop> {
    let mut walk = Walk::over_head(input, limits);
    walk.lenient = limits.lenient_response;
    let head = walk.begin_start_line(limits);
    let version = walk.version()?;
    if walk.peek()? != b' ' {
        return Err(walk.refuse(ErrorKind::Version));
    }
    let version = supported(version, walk.position)?;
    walk.advance();
    let code_start = walk.position;
    let mut code = 0_u16;
    for _ in 0..3 {
        let octet = walk.peek()?;
        if !octet.is_ascii_digit() {
            return Err(walk.refuse(ErrorKind::StatusCode));
        }
        code = code
            .wrapping_mul(10)
            .wrapping_add(u16::from(octet.wrapping_sub(b'0')));
        walk.advance();
    }
    let status =
        StatusCode::new(code).ok_or_else(|| Error::new(code_start, ErrorKind::StatusCode))?;
    match walk.peek()? {
        b' ' => walk.advance(),
        b'\r' | b'\n' if walk.lenient => {}
        octet => return Err(walk.refuse(ErrorKind::Reason { octet })),
    }
    let reason_start = walk.position;
    walk.skip_while(is_field_octet)?;
    let reason = reason_start..walk.position;
    match walk.peek()? {
        b'\r' | b'\n' => walk.line_end()?,
        octet => return Err(walk.refuse(ErrorKind::Reason { octet })),
    }
    let fields = walk.head_fields(head, limits)?;
    Ok(WalkedResponse {
        version,
        status,
        reason,
        fields,
    })
}

/// Walks a trailer section, from its first octet.
pub(crate) fn trailers<'b>(input: &'b [u8], limits: &Limits) -> Result<WalkedFields<'b>, Stop> {
    let (max, lines_max) = (limits.trailers, limits.trailer_lines);
    Walk::over(input, max, ErrorKind::TrailersTooLong { max })
        .fields(lines_max, ErrorKind::TooManyTrailerLines { max: lines_max })
}

/// The versions that there are a wire format for; `end` is just after the version.
fn supported((major, minor): (u8, u8), line_end: usize) -> Result<Version, Error> {
    match (major, minor) {
        (1, 0) => Ok(Version::Http10),
        (1, 1) => Ok(Version::Http11),
        _ => Err(Error::new(
            line_end,
            ErrorKind::VersionUnsupported { major, minor },
        )),
    }
}

/// A position in the input, and where the input would be too long.
struct Walk<'b> {
    input: &'b [u8],
    position: usize,
    /// Where a line or section must have ended, the kind of error if it has not, and the offset that error names.
    bound: Bound,
    /// Whether LF alone ends a line.
    lenient: bool,
}

#[derive(Clone)]
struct Bound {
    end: usize,
    offset: usize,
    kind: ErrorKind,
}

impl<'b> Walk<'b> {
    const fn over(input: &'b [u8], max: usize, kind: ErrorKind) -> Self {
        Self {
            input,
            position: 0,
            bound: Bound {
                end: max,
                offset: max,
                kind,
            },
            lenient: false,
        }
    }

    fn over_head(input: &'b [u8], limits: &Limits) -> Self {
        // Offsets in a head are held in 32 bits.
        let max = usize::try_from(u32::MAX).map_or(limits.head, |max| limits.head.min(max));
        Self::over(input, max, ErrorKind::HeadTooLong { max })
    }

    /// Sets the bound of the start line and gives back that of the head.
    fn begin_start_line(&mut self, limits: &Limits) -> Bound {
        let head = self.bound.clone();
        let offset = self.position.saturating_add(limits.start_line);
        // CRLF comes on top of the line's own octets.
        let end = offset.saturating_add(2);
        if end < head.end {
            self.bound = Bound {
                end,
                offset,
                kind: ErrorKind::StartLineTooLong {
                    max: limits.start_line,
                },
            };
        }
        head
    }

    fn refuse(&self, kind: ErrorKind) -> Stop {
        Stop::Refused(Error::new(self.position, kind))
    }

    fn advance(&mut self) {
        self.position = self.position.saturating_add(1);
    }

    /// The octet at the position; at the end of the input the walk stops.
    fn peek(&self) -> Result<u8, Stop> {
        if self.position >= self.bound.end && self.position < self.input.len() {
            return Err(Stop::Refused(Error::new(
                self.bound.offset,
                self.bound.kind,
            )));
        }
        self.input
            .get(self.position)
            .copied()
            .ok_or(Stop::Incomplete)
    }

    /// Moves to the first octet that does not satisfy `predicate`.
    fn skip_while(&mut self, predicate: impl Fn(u8) -> bool) -> Result<(), Stop> {
        while predicate(self.peek()?) {
            self.advance();
        }
        Ok(())
    }

    /// `CRLF` where the octet at the position is CR or LF (RFC 9112 §2.2).
    fn line_end(&mut self) -> Result<(), Stop> {
        if self.peek()? == b'\n' {
            if !self.lenient {
                return Err(self.refuse(ErrorKind::BareLineFeed));
            }
            self.advance();
            return Ok(());
        }
        self.advance();
        if self.peek()? != b'\n' {
            self.position = self.position.saturating_sub(1);
            return Err(self.refuse(ErrorKind::BareCarriageReturn));
        }
        self.advance();
        Ok(())
    }

    /// `method SP` (RFC 9112 §3.1).
    fn method(&mut self) -> Result<Range<usize>, Stop> {
        let start = self.position;
        self.skip_while(is_tchar)?;
        let method = start..self.position;
        match self.peek()? {
            b' ' if !method.is_empty() => self.advance(),
            octet => return Err(self.refuse(ErrorKind::Method { octet })),
        }
        Ok(method)
    }

    /// `request-target SP` (RFC 9112 §3.2), its octets checked.
    fn target(&mut self, limits: &Limits) -> Result<Range<usize>, Stop> {
        let start = self.position;
        let walked = self.skip_while(|octet| octet > b' ' && octet != 0x7f);
        let target = start..self.position;
        let text = self.input.get(target.clone()).unwrap_or_default();
        match check_octets(text, limits.lenient_target) {
            // Both digits may still come.
            Err(error)
                if walked.is_err()
                    && *error.kind() == ErrorKind::PercentEncoding
                    && error.offset().saturating_add(3) > text.len() => {}
            checked => checked.map_err(|error| error.moved_by(start))?,
        }
        walked?;
        match self.peek()? {
            _ if target.is_empty() => return Err(self.refuse(ErrorKind::TargetMissing)),
            b' ' => self.advance(),
            b'\r' | b'\n' => return Err(self.refuse(ErrorKind::Version)),
            octet => return Err(self.refuse(ErrorKind::Target { octet })),
        }
        Ok(target)
    }

    /// `HTTP-version = HTTP-name "/" DIGIT "." DIGIT` (RFC 9112 §2.3).
    fn version(&mut self) -> Result<(u8, u8), Stop> {
        for expected in *b"HTTP/" {
            if self.peek()? != expected {
                return Err(self.refuse(ErrorKind::Version));
            }
            self.advance();
        }
        let major = self.version_digit()?;
        if self.peek()? != b'.' {
            return Err(self.refuse(ErrorKind::Version));
        }
        self.advance();
        Ok((major, self.version_digit()?))
    }

    fn version_digit(&mut self) -> Result<u8, Stop> {
        let octet = self.peek()?;
        if !octet.is_ascii_digit() {
            return Err(self.refuse(ErrorKind::Version));
        }
        self.advance();
        Ok(octet.wrapping_sub(b'0'))
    }

    /// The fields behind a start line, under the bound of the whole `head` again.
    fn head_fields(&mut self, head: Bound, limits: &Limits) -> Result<WalkedFields<'b>, Stop> {
        self.bound = head;
        let max = limits.field_lines;
        self.fields(max, ErrorKind::TooManyFieldLines { max })
    }

    /// `*( field-line CRLF ) CRLF` (RFC 9112 §2.1, §5).
    fn fields(&mut self, lines_max: usize, too_many: ErrorKind) -> Result<WalkedFields<'b>, Stop> {
        let mut lines = LineStarts::new();
        let mut known = Known::default();
        loop {
            match self.peek()? {
                b'\r' | b'\n' => break,
                b' ' | b'\t' if lines.len() == 0 => {
                    return Err(self.refuse(ErrorKind::LeadingWhitespace));
                }
                b' ' | b'\t' => return Err(self.refuse(ErrorKind::LineFolding)),
                _ if lines.len() >= lines_max => return Err(self.refuse(too_many)),
                _ => {}
            }
            let start = self.position;
            self.skip_while(is_tchar)?;
            let name = self.input.get(start..self.position).unwrap_or_default();
            match self.peek()? {
                b':' if name.is_empty() => return Err(self.refuse(ErrorKind::FieldNameEmpty)),
                b':' => self.advance(),
                b' ' | b'\t' => return Err(self.refuse(ErrorKind::SpaceBeforeColon)),
                b'\r' | b'\n' => return Err(self.refuse(ErrorKind::ColonMissing)),
                octet => return Err(self.refuse(ErrorKind::FieldName { octet })),
            }
            let after_colon = self.position;
            self.skip_while(is_field_octet)?;
            let (value, _) = value_of(
                self.input
                    .get(after_colon..self.position)
                    .unwrap_or_default(),
            );
            match self.peek()? {
                b'\r' | b'\n' => self.line_end()?,
                octet => return Err(self.refuse(ErrorKind::FieldValue { octet })),
            }
            known.note(start, name, value);
            lines.push(start);
        }
        self.line_end()?;
        Ok(WalkedFields {
            lines,
            known,
            len: self.position,
        })
    }
}
