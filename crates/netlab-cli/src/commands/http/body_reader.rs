//! The body of a message, read piece by piece from what was received of it.

use std::io;

use wire_http::{BodyDecoder, BodyEvent, Framing, Limits};

use super::broken_rule::malformed;

/// How far a body was read.
pub(super) struct BodyReader {
    decoder: BodyDecoder,
    has_ended: bool,
    /// Octets of the message before what is read next.
    message_octets: usize,
    trailers: Vec<(String, Vec<u8>)>,
}

/// What reading from what was received of a body came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Piece {
    /// Content.
    Data,
    /// Nothing more was received.
    NeedMore,
    /// The body is over.
    End,
}

impl BodyReader {
    /// For the body that a head of `head_octets` announced.
    pub(super) fn new(framing: Framing, limits: &Limits, head_octets: usize) -> Self {
        Self {
            decoder: BodyDecoder::with_limits(framing, limits),
            has_ended: matches!(framing, Framing::None | Framing::ContentLength(0)),
            message_octets: head_octets,
            trailers: Vec::new(),
        }
    }

    /// Whether all of it was read.
    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The names and values of the field lines that came behind the content (RFC 9110 §6.5).
    pub(super) fn trailers(&self) -> &[(String, Vec<u8>)] {
        &self.trailers
    }

    /// Gives the next piece of content in `input` to `sink`, and says how many octets of `input` are used up.
    ///
    /// After an error nothing is read any more. One that breaks a rule is counted from the start of the message.
    pub(super) fn read(
        &mut self,
        input: &[u8],
        mut sink: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<(usize, Piece)> {
        let mut used = 0_usize;
        while !self.has_ended {
            let step = self
                .decoder
                .decode(input.get(used..).unwrap_or_default())
                .map_err(|error| malformed(error.moved_by(self.message_octets)))?;
            used = used.saturating_add(step.consumed);
            self.message_octets = self.message_octets.saturating_add(step.consumed);
            match step.event {
                BodyEvent::Data(data) => {
                    sink(data)?;
                    return Ok((used, Piece::Data));
                }
                BodyEvent::NeedMore => return Ok((used, Piece::NeedMore)),
                BodyEvent::Trailers(section) => {
                    self.trailers.extend(section.fields().iter().map(|line| {
                        let value = line.value().as_bytes();
                        (line.name().as_str().to_owned(), value.to_owned())
                    }));
                }
                BodyEvent::End => self.has_ended = true,
            }
        }
        Ok((used, Piece::End))
    }

    /// The connection has ended, which may be the end of the body.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let finished = self.decoder.finish();
        finished.map_err(|error| malformed(error.moved_by(self.message_octets)))?;
        self.has_ended = true;
        Ok(())
    }
}
