//! Bodies of known length (RFC 9112 §6.2).

use super::{BodyEvent, BodyStep};
use crate::error::{Error, ErrorKind};

/// Decodes a body of as many octets as Content-Length said ([RFC 9112 §6.2](https://www.rfc-editor.org/rfc/rfc9112#section-6.2)).
///
/// ```
/// use wire_http::{BodyEvent, LengthDecoder};
///
/// let mut body = LengthDecoder::new(5);
/// assert_eq!(body.decode(b"hel").event, BodyEvent::Data(b"hel"));
/// assert_eq!(body.remaining(), 2);
/// let step = body.decode(b"loGET /next");
/// assert_eq!((step.consumed, step.event), (2, BodyEvent::Data(b"lo")));
/// assert_eq!(body.decode(b"GET /next").event, BodyEvent::End);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LengthDecoder {
    remaining: u64,
}

impl LengthDecoder {
    /// A decoder for `length` octets.
    #[must_use]
    pub const fn new(length: u64) -> Self {
        Self { remaining: length }
    }

    /// Decodes the start of `input`: data as far as it goes, then the end. Nothing can be wrong with the octets, and
    /// [`Limits::body`](crate::Limits::body) was asked when the head was decoded.
    pub fn decode<'b>(&mut self, input: &'b [u8]) -> BodyStep<'b> {
        if self.remaining == 0 {
            return BodyStep {
                consumed: 0,
                event: BodyEvent::End,
            };
        }
        let data = take(input, &mut self.remaining);
        let event = if data.is_empty() {
            BodyEvent::NeedMore
        } else {
            BodyEvent::Data(data)
        };
        BodyStep {
            consumed: data.len(),
            event,
        }
    }

    /// Says at the end of the input whether the body was complete.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Truncated`] if octets are missing.
    pub const fn finish(&self) -> Result<(), Error> {
        if self.remaining == 0 {
            Ok(())
        } else {
            Err(Error::new(0, ErrorKind::Truncated))
        }
    }

    /// How many octets are still to come.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.remaining
    }
}

/// The first octets of `input`, at most `remaining`, which becomes so much less.
#[inline]
pub(super) fn take<'b>(input: &'b [u8], remaining: &mut u64) -> &'b [u8] {
    // A remainder beyond usize is beyond any slice.
    let most = usize::try_from(*remaining).unwrap_or(usize::MAX);
    let data = input.get(..most).unwrap_or(input);
    *remaining = remaining.saturating_sub(data.len() as u64);
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_as_much_as_was_announced_and_no_more() {
        let mut body = LengthDecoder::new(3);
        assert_eq!(
            body.decode(b""),
            BodyStep {
                consumed: 0,
                event: BodyEvent::NeedMore
            }
        );
        assert_eq!(
            body.decode(b"a"),
            BodyStep {
                consumed: 1,
                event: BodyEvent::Data(b"a")
            }
        );
        assert_eq!(body.finish().unwrap_err().kind(), &ErrorKind::Truncated);
        assert_eq!(
            body.decode(b"bcGET"),
            BodyStep {
                consumed: 2,
                event: BodyEvent::Data(b"bc")
            }
        );
        assert_eq!(
            body.decode(b"GET"),
            BodyStep {
                consumed: 0,
                event: BodyEvent::End
            }
        );
        assert_eq!(body.finish(), Ok(()));
    }
}
