//! Decoding chunks without copying them.

use super::super::length::take;
use super::super::{BodyEvent, BodyStep, Trailers};
use crate::diagnose::Stop;
use crate::error::{Error, ErrorKind};
use crate::grammar::{hex_value, is_ows, is_qdtext, is_quotable, is_tchar};
use crate::limits::Limits;
use crate::scan::{Scan, ScanBounds, StartLine};

/// Decodes a chunked body ([RFC 9112 §7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1)).
///
/// ```text
/// chunked-body   = *chunk last-chunk trailer-section CRLF
/// chunk          = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
/// chunk-size     = 1*HEXDIG
/// last-chunk     = 1*("0") [ chunk-ext ] CRLF
/// chunk-ext      = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
/// ```
///
/// A chunk line may arrive in any pieces; the trailer section must be whole in one input, so octets of it are given again
/// until it is. Extensions are checked, counted and dropped.
///
/// ```
/// use wire_http::{BodyEvent, ChunkedDecoder, ErrorKind};
///
/// let mut body = ChunkedDecoder::new();
/// let step = body.decode(b"4;x=\"y\"\r\nWiki\r\n0")?;
/// assert_eq!((step.consumed, step.event), (13, BodyEvent::Data(b"Wiki")));
/// let step = body.decode(b"\r\n0")?;
/// assert_eq!((step.consumed, step.event), (3, BodyEvent::NeedMore));
/// assert_eq!(body.finish().unwrap_err().kind(), &ErrorKind::Truncated);
/// assert_eq!(body.decode(b"\r\n\r\n")?.event, BodyEvent::End);
///
/// let refused = ChunkedDecoder::new().decode(b"0x5\r\n").unwrap_err();
/// assert_eq!((refused.offset(), refused.kind()), (1, &ErrorKind::ChunkSize { octet: b'x' }));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChunkedDecoder {
    state: State,
    lenient: bool,
    /// Digits of the chunk-size so far, counted no further than 255.
    digits: u8,
    /// The chunk-size so far, then the octets of the chunk still to come.
    remaining: u64,
    body_max: u64,
    body_left: u64,
    extension_line_max: u32,
    extension_line_left: u32,
    extensions_max: u32,
    extensions_left: u32,
    trailers_max: u32,
    trailer_lines_max: u16,
    scan: Scan,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Before or in the digits of a chunk-size.
    Size,
    /// Whitespace after the chunk-size; only an extension may follow.
    SizeBlank,
    /// After `;`.
    NameStart,
    Name,
    NameBlank,
    /// After `=`.
    ValueStart,
    Value,
    Quoted,
    QuotedPair,
    /// After a quoted string.
    QuotedEnd,
    ValueBlank,
    /// After the CR of a chunk line.
    LineFeed,
    Data,
    DataReturn,
    DataLineFeed,
    Trailers,
    Done,
}

impl Default for ChunkedDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl ChunkedDecoder {
    /// A decoder within the default [`Limits`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(&Limits::new())
    }

    /// A decoder within `limits`, of which [`Limits::lenient_response`] counts here too: leave it off for requests.
    #[must_use]
    pub fn with_limits(limits: &Limits) -> Self {
        let narrow = |max| u32::try_from(max).unwrap_or(u32::MAX);
        Self {
            state: State::Size,
            lenient: limits.lenient_response,
            digits: 0,
            remaining: 0,
            body_max: limits.body,
            body_left: limits.body,
            extension_line_max: narrow(limits.chunk_extension_line),
            extension_line_left: narrow(limits.chunk_extension_line),
            extensions_max: narrow(limits.chunk_extensions),
            extensions_left: narrow(limits.chunk_extensions),
            trailers_max: narrow(limits.trailers),
            trailer_lines_max: u16::try_from(limits.trailer_lines).unwrap_or(u16::MAX),
            scan: Scan::new(),
        }
    }

    /// Whether the body has ended.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Says at the end of the input whether the body was complete.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Truncated`] if the last chunk or the end of the trailer section has not come.
    pub const fn finish(&self) -> Result<(), Error> {
        if self.is_done() {
            Ok(())
        } else {
            Err(Error::new(0, ErrorKind::Truncated))
        }
    }

    /// Decodes the start of `input`, which goes on where the last call stopped consuming.
    ///
    /// # Errors
    ///
    /// The error is final; its offset counts in `input`.
    ///
    /// - Chunks: [`ErrorKind::ChunkSize`], [`ErrorKind::ChunkSizeOverflow`], [`ErrorKind::ChunkDataEnd`],
    ///   [`ErrorKind::BareCarriageReturn`], [`ErrorKind::BareLineFeed`], [`ErrorKind::BodyTooLong`].
    /// - Extensions: [`ErrorKind::ChunkExtension`], [`ErrorKind::ChunkExtensionLineTooLong`],
    ///   [`ErrorKind::ChunkExtensionsTooLong`].
    /// - Trailers: [`ErrorKind::TrailerForbidden`], [`ErrorKind::TrailersTooLong`], [`ErrorKind::TooManyTrailerLines`], and the
    ///   kinds of lines and field lines that [`RequestHead::decode_with`](crate::RequestHead::decode_with) lists.
    #[inline]
    pub fn decode<'b>(&mut self, input: &'b [u8]) -> Result<BodyStep<'b>, Error> {
        match self.next_chunk(input) {
            Some((consumed, data)) => Ok(BodyStep {
                consumed,
                event: BodyEvent::Data(data),
            }),
            None => self.decode_stepwise(input),
        }
    }

    /// The fast path: the line of a chunk without extension, whole in the input, and data after it. `None` says nothing and
    /// changes nothing.
    #[inline(always)]
    fn next_chunk<'b>(&mut self, input: &'b [u8]) -> Option<(usize, &'b [u8])> {
        let line = match self.state {
            State::DataReturn => input.strip_prefix(b"\r\n")?,
            State::Size if self.digits == 0 => input,
            _ => return None,
        };
        let (size, line_len) = short_line(line.first_chunk()?)?;
        // A size of 0 is the last chunk, or no digit at all.
        if size == 0 || u64::from(size) > self.body_left {
            return None;
        }
        let body_left = self.body_left.wrapping_sub(u64::from(size));
        let (_, rest) = line.split_at_checked(line_len)?;
        let line_end = input.len().wrapping_sub(rest.len());
        let (data, state, remaining) = match rest.get(..size as usize) {
            Some(data) => (data, State::DataReturn, 0),
            None if rest.is_empty() => return None,
            None => (
                rest,
                State::Data,
                u64::from(size).wrapping_sub(rest.len() as u64),
            ),
        };
        (self.state, self.remaining, self.body_left) = (state, remaining, body_left);
        Some((line_end.wrapping_add(data.len()), data))
    }

    fn decode_stepwise<'b>(&mut self, input: &'b [u8]) -> Result<BodyStep<'b>, Error> {
        let mut position = 0_usize;
        loop {
            let rest = input.get(position..).unwrap_or_default();
            position = match (self.state, rest) {
                (State::Data, [_, ..]) => {
                    let data = take(rest, &mut self.remaining);
                    if self.remaining == 0 {
                        self.state = State::DataReturn;
                    }
                    let consumed = position.saturating_add(data.len());
                    return Ok(BodyStep {
                        consumed,
                        event: BodyEvent::Data(data),
                    });
                }
                (State::Trailers, _) => return self.trailers(input, position),
                (State::Done, _) => {
                    return Ok(BodyStep {
                        consumed: position,
                        event: BodyEvent::End,
                    });
                }
                (_, []) => {
                    return Ok(BodyStep {
                        consumed: position,
                        event: BodyEvent::NeedMore,
                    });
                }
                _ => self.line_octet(rest, position)?,
            };
        }
    }

    /// The size is known and its line has ended. `position` is where an error about the size would be seen.
    #[inline]
    fn begin_chunk(&mut self, position: usize) -> Result<(), Error> {
        self.digits = 0;
        self.extension_line_left = self.extension_line_max;
        self.body_left = self
            .body_left
            .checked_sub(self.remaining)
            .ok_or(Error::new(
                position,
                ErrorKind::BodyTooLong { max: self.body_max },
            ))?;
        self.state = if self.remaining == 0 {
            State::Trailers
        } else {
            State::Data
        };
        Ok(())
    }

    /// Takes one octet of a chunk line, or of what ends chunk data; gives back the position after it.
    fn line_octet(&mut self, rest: &[u8], position: usize) -> Result<usize, Error> {
        let Some(&octet) = rest.first() else {
            return Ok(position);
        };
        let wrong = |kind| Err(Error::new(position, kind));
        self.state = match self.state {
            State::Size => match (hex_value(octet), octet) {
                (Some(digit), _) => {
                    self.digits = self.digits.saturating_add(1);
                    if self.digits > 16 {
                        self.count_extension(position)?;
                    }
                    let Some(size) = self.remaining.checked_mul(16) else {
                        return wrong(ErrorKind::ChunkSizeOverflow);
                    };
                    self.remaining = size | u64::from(digit);
                    State::Size
                }
                (None, b';') if self.digits > 0 => {
                    self.count_extension(position)?;
                    State::NameStart
                }
                (None, b'\r') if self.digits > 0 => State::LineFeed,
                (None, b' ' | b'\t') if self.digits > 0 => {
                    self.count_extension(position)?;
                    State::SizeBlank
                }
                _ => return wrong(ErrorKind::ChunkSize { octet }),
            },
            State::SizeBlank if octet == b'\r' && self.lenient => State::LineFeed,
            // RFC 9110 §5.6.3: BWS is to be parsed, but it only is BWS if an extension follows it.
            State::SizeBlank if !is_ows(octet) && octet != b';' => {
                return wrong(ErrorKind::ChunkSize { octet });
            }
            State::LineFeed if octet == b'\n' => {
                self.begin_chunk(position)?;
                self.state
            }
            State::LineFeed => return wrong(ErrorKind::BareCarriageReturn),
            State::DataReturn if octet == b'\r' => State::DataLineFeed,
            State::DataLineFeed if octet == b'\n' => State::Size,
            State::DataReturn | State::DataLineFeed => {
                return wrong(ErrorKind::ChunkDataEnd { octet });
            }
            state => {
                let Some(next) = after_extension_octet(state, octet) else {
                    return wrong(match octet {
                        b'\n' => ErrorKind::BareLineFeed,
                        _ => ErrorKind::ChunkExtension { octet },
                    });
                };
                if next != State::LineFeed {
                    self.count_extension(position)?;
                }
                next
            }
        };
        Ok(position.saturating_add(1))
    }

    /// Counts one octet of extension; both bounds are there because an extension carries nothing and costs as much as data.
    fn count_extension(&mut self, position: usize) -> Result<(), Error> {
        let max = self.extension_line_max as usize;
        self.extension_line_left = self.extension_line_left.checked_sub(1).ok_or(Error::new(
            position,
            ErrorKind::ChunkExtensionLineTooLong { max },
        ))?;
        let max = self.extensions_max as usize;
        self.extensions_left = self.extensions_left.checked_sub(1).ok_or(Error::new(
            position,
            ErrorKind::ChunkExtensionsTooLong { max },
        ))?;
        Ok(())
    }

    /// The trailer section, which starts at `position`.
    fn trailers<'b>(&mut self, input: &'b [u8], position: usize) -> Result<BodyStep<'b>, Error> {
        let section = input.get(position..).unwrap_or_default();
        if section.starts_with(b"\r\n") {
            self.state = State::Done;
            return Ok(BodyStep {
                consumed: position.saturating_add(2),
                event: BodyEvent::End,
            });
        }
        let bounds = ScanBounds {
            octets: self.trailers_max as usize,
            lines: usize::from(self.trailer_lines_max),
            first_line: usize::MAX,
            lenient: false,
            start: StartLine::None,
            judged: 0,
        };
        let more = BodyStep {
            consumed: position,
            event: BodyEvent::NeedMore,
        };
        if !self.scan.look(section, &bounds) {
            return Ok(more);
        }
        let limits = Limits {
            trailers: bounds.octets,
            trailer_lines: bounds.lines,
            ..Limits::new()
        };
        match Trailers::decode(input, position, &limits) {
            Ok((trailers, consumed)) => {
                self.state = State::Done;
                Ok(BodyStep {
                    consumed,
                    event: BodyEvent::Trailers(trailers),
                })
            }
            Err(Stop::Incomplete) => Ok(more),
            Err(Stop::Refused(error)) => Err(error),
        }
    }
}

/// The size in a line of at most eight digits and CRLF, and the length of that line. The octets after it, which must be
/// there, save a test for each digit.
#[inline]
fn short_line(octets: &[u8; 10]) -> Option<(u32, usize)> {
    let mut size = 0_u32;
    for (digits, pair) in octets.windows(2).enumerate() {
        size = match hex_value(*pair.first()?) {
            Some(digit) => size << 4 | u32::from(digit),
            None if pair == b"\r\n" => return Some((size, digits.wrapping_add(2))),
            None => return None,
        };
    }
    None
}

/// The grammar of `chunk-ext` (RFC 9112 §7.1.1).
fn after_extension_octet(state: State, octet: u8) -> Option<State> {
    Some(match (state, octet) {
        (
            State::SizeBlank
            | State::Name
            | State::NameBlank
            | State::Value
            | State::QuotedEnd
            | State::ValueBlank,
            b';',
        ) => State::NameStart,
        (State::Name | State::Value | State::QuotedEnd, b'\r') => State::LineFeed,
        (State::SizeBlank, b' ' | b'\t') => State::SizeBlank,
        (State::NameStart, b' ' | b'\t') => State::NameStart,
        (State::NameStart | State::Name, _) if is_tchar(octet) => State::Name,
        (State::Name | State::NameBlank, b' ' | b'\t') => State::NameBlank,
        (State::Name | State::NameBlank, b'=') => State::ValueStart,
        (State::ValueStart, b' ' | b'\t') => State::ValueStart,
        (State::ValueStart, b'"') => State::Quoted,
        (State::ValueStart | State::Value, _) if is_tchar(octet) => State::Value,
        (State::Quoted, b'"') => State::QuotedEnd,
        (State::Quoted, b'\\') => State::QuotedPair,
        (State::Quoted, _) if is_qdtext(octet) => State::Quoted,
        (State::QuotedPair, _) if is_quotable(octet) => State::Quoted,
        (State::Value | State::QuotedEnd | State::ValueBlank, b' ' | b'\t') => State::ValueBlank,
        _ => return None,
    })
}
