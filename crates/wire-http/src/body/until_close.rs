//! Bodies that the end of the connection ends (RFC 9112 §6.3, item 8).

use super::length::take;
use super::{BodyEvent, BodyStep};
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;

/// Decodes a response body that has no length: everything up to the end of the input is data
/// ([RFC 9112 §6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3)).
///
/// Whether all of it came cannot be told, so such a body is never an error at its end: there is no `finish`, and no
/// [`BodyEvent::End`] ever comes.
///
/// ```
/// use wire_http::{BodyEvent, ErrorKind, Limits, UntilCloseDecoder};
///
/// let mut limits = Limits::new();
/// limits.body = 4;
/// let mut body = UntilCloseDecoder::with_limits(&limits);
/// assert_eq!(body.decode(b"abcde")?.event, BodyEvent::Data(b"abcd"));
/// assert_eq!(body.decode(b"e").unwrap_err().kind(), &ErrorKind::BodyTooLong { max: 4 });
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UntilCloseDecoder {
    max: u64,
    left: u64,
}

impl UntilCloseDecoder {
    /// A decoder within the default [`Limits`].
    #[must_use]
    pub const fn new() -> Self {
        Self::with_limits(&Limits::new())
    }

    /// A decoder that takes at most [`Limits::body`] octets.
    #[must_use]
    pub const fn with_limits(limits: &Limits) -> Self {
        Self {
            max: limits.body,
            left: limits.body,
        }
    }

    /// Decodes `input`: all of it is data, up to the limit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyTooLong`] at the first octet over the limit.
    pub fn decode<'b>(&mut self, input: &'b [u8]) -> Result<BodyStep<'b>, Error> {
        let data = take(input, &mut self.left);
        match (data.is_empty(), input.is_empty()) {
            (true, true) => Ok(BodyStep {
                consumed: 0,
                event: BodyEvent::NeedMore,
            }),
            (true, false) => Err(Error::new(0, ErrorKind::BodyTooLong { max: self.max })),
            (false, _) => Ok(BodyStep {
                consumed: data.len(),
                event: BodyEvent::Data(data),
            }),
        }
    }
}

impl Default for UntilCloseDecoder {
    fn default() -> Self {
        Self::new()
    }
}
