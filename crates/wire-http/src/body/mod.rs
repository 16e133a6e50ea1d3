//! Bodies: feed octets, get data without a copy (RFC 9112 §6, §7).

mod chunked;
mod length;
mod trailers;
mod until_close;

pub use chunked::{ChunkedDecoder, ChunkedEncoder};
pub use length::LengthDecoder;
pub use trailers::Trailers;
pub(crate) use trailers::check_name as check_trailer_name;
pub use until_close::UntilCloseDecoder;

use crate::error::Error;
use crate::framing::Framing;
use crate::limits::Limits;

/// What one call of a decoder found, and how much of the input that took.
///
/// ```
/// use wire_http::{BodyEvent, BodyStep, ChunkedDecoder};
///
/// let step = ChunkedDecoder::new().decode(b"5\r\nhel")?;
/// assert_eq!(step, BodyStep { consumed: 6, event: BodyEvent::Data(b"hel") });
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BodyStep<'b> {
    /// Octets of the input that are used up. The rest is to be given again, at the start of the next call's input.
    pub consumed: usize,
    /// What they were.
    pub event: BodyEvent<'b>,
}

/// What a body decoder found: [`Data`](Self::Data) any number of times, [`Trailers`](Self::Trailers) at most once, then
/// [`End`](Self::End), with [`NeedMore`](Self::NeedMore) anywhere before it.
///
/// ```
/// use wire_http::{BodyEvent, ChunkedDecoder};
///
/// let mut input = &b"2\r\nhi\r\n0\r\n\r\n"[..];
/// let (mut body, mut content) = (ChunkedDecoder::new(), Vec::new());
/// loop {
///     let step = body.decode(input)?;
///     input = &input[step.consumed..];
///     match step.event {
///         BodyEvent::Data(data) => content.extend_from_slice(data),
///         BodyEvent::Trailers(_) => {}
///         BodyEvent::NeedMore => panic!("here a program reads more"),
///         BodyEvent::End => break,
///     }
/// }
/// assert_eq!(content, b"hi");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a body is data, then perhaps trailers, then its end"
)]
pub enum BodyEvent<'b> {
    /// Octets of content, a part of the input; never empty.
    Data(&'b [u8]),
    /// Give what was not consumed again, with more after it; or, at the end of the input, call `finish`.
    NeedMore,
    /// The trailer section, if it is not empty; once, after all data.
    Trailers(Trailers<'b>),
    /// The body is over; what was not consumed is the next message.
    End,
}

/// The decoder for the body that a head's [`Framing`] promises.
///
/// ```
/// use wire_http::{BodyDecoder, BodyEvent, Framing};
///
/// let input = b"5\r\nhello\r\n6;x=1\r\n world\r\n0\r\nDigest: abc\r\n\r\nGET /next";
/// let mut body = BodyDecoder::new(Framing::Chunked);
/// let (mut used, mut content, mut trailers) = (0, Vec::new(), Vec::new());
/// loop {
///     let step = body.decode(&input[used..])?;
///     used += step.consumed;
///     match step.event {
///         BodyEvent::Data(data) => content.extend_from_slice(data),
///         BodyEvent::Trailers(section) => {
///             trailers.extend(section.fields().iter().map(|line| line.name().to_string()));
///         }
///         BodyEvent::NeedMore => panic!("here a program reads more"),
///         BodyEvent::End => break,
///     }
/// }
/// assert_eq!(content, b"hello world");
/// assert_eq!(trailers, ["Digest"]);
/// assert_eq!(&input[used..], b"GET /next");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BodyDecoder(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    Length(LengthDecoder),
    Chunked(ChunkedDecoder),
    UntilClose(UntilCloseDecoder),
}

impl BodyDecoder {
    /// A decoder within the default [`Limits`]. [`RequestHead::body`](crate::RequestHead::body) and
    /// [`ResponseHead::body`](crate::ResponseHead::body) make one from a head.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self::with_limits(framing, &Limits::new())
    }

    /// A decoder within `limits`. Those for bodies count, and [`Limits::lenient_response`]: leave that off for requests.
    #[must_use]
    pub fn with_limits(framing: Framing, limits: &Limits) -> Self {
        Self(match framing {
            Framing::None => Kind::Length(LengthDecoder::new(0)),
            Framing::ContentLength(length) => Kind::Length(LengthDecoder::new(length)),
            Framing::Chunked => Kind::Chunked(ChunkedDecoder::with_limits(limits)),
            Framing::UntilClose => Kind::UntilClose(UntilCloseDecoder::with_limits(limits)),
        })
    }

    /// Decodes the start of `input`, which goes on where the last call stopped consuming.
    ///
    /// Once [`BodyEvent::End`] was given, it is given again, with nothing consumed.
    ///
    /// # Errors
    ///
    /// For a chunked body those of [`ChunkedDecoder::decode`], for one that ends with the connection
    /// [`ErrorKind::BodyTooLong`](crate::ErrorKind::BodyTooLong); none for one of known length, which its head was judged by.
    /// The offset counts in `input`. Close the connection; nothing after the error is to be read.
    #[inline]
    pub fn decode<'b>(&mut self, input: &'b [u8]) -> Result<BodyStep<'b>, Error> {
        // Asked first and alone: a body has one call for each chunk, and one comparison is less than a match.
        if let Kind::Chunked(decoder) = &mut self.0 {
            return decoder.decode(input);
        }
        match &mut self.0 {
            Kind::Length(decoder) => Ok(decoder.decode(input)),
            Kind::Chunked(decoder) => decoder.decode(input),
            Kind::UntilClose(decoder) => decoder.decode(input),
        }
    }

    /// Says at the end of the input whether the body was complete
    /// ([RFC 9112 §8](https://www.rfc-editor.org/rfc/rfc9112#section-8)).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Truncated`](crate::ErrorKind::Truncated) if it was not.
    ///
    /// ```
    /// use wire_http::{BodyDecoder, ErrorKind, Framing};
    ///
    /// let mut body = BodyDecoder::new(Framing::ContentLength(5));
    /// body.decode(b"hell")?;
    /// assert_eq!(body.finish().unwrap_err().kind(), &ErrorKind::Truncated);
    /// body.decode(b"o")?;
    /// assert_eq!(body.finish(), Ok(()));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn finish(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::Length(decoder) => decoder.finish(),
            Kind::Chunked(decoder) => decoder.finish(),
            Kind::UntilClose(_) => Ok(()),
        }
    }

    /// Whether the body has ended, so that what follows is the next message. Never true of a body that the end of the
    /// connection ends.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        match &self.0 {
            Kind::Length(decoder) => decoder.remaining() == 0,
            Kind::Chunked(decoder) => decoder.is_done(),
            Kind::UntilClose(_) => false,
        }
    }
}
