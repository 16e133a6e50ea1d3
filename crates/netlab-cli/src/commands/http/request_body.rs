//! The body of a request, read from the connection as it is asked for.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use wire_http::{BodyDecoder, BodyEvent, Framing, Limits, RequestHead, ResponseWriter};

use super::broken_rule::malformed;
use crate::net::TimedStream;
use crate::show::Kept;

/// The body of a request, read only if somebody asks for it.
pub(crate) struct RequestBody<'c> {
    decoder: BodyDecoder,
    stream: &'c TimedStream,
    /// What came with the head, and how much of it was used.
    rest: &'c [u8],
    rest_used: usize,
    /// What came later, once that was used up, and how much of it was used.
    spill: Option<(Vec<u8>, usize)>,
    awaits_continue: bool,
    ended: bool,
    /// Octets of the message before what is read next.
    message_octets: usize,
    /// The body's octets on the wire, kept when somebody watches.
    raw: Option<Kept>,
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

pub(super) enum Leftover {
    /// How much of what came with the head was used.
    Rest(usize),
    /// What came behind the body.
    Spill(Vec<u8>),
}

impl<'c> RequestBody<'c> {
    /// The body that `head` of `head_octets` announces; `rest` is what came with the head.
    pub(super) fn new(
        head: &RequestHead<'_>,
        head_octets: usize,
        limits: &Limits,
        stream: &'c TimedStream,
        rest: &'c [u8],
        raw: Option<Kept>,
    ) -> Self {
        Self {
            decoder: BodyDecoder::with_limits(head.framing(), limits),
            stream,
            rest,
            rest_used: 0,
            spill: None,
            awaits_continue: head.expects_continue() && rest.is_empty(),
            ended: matches!(head.framing(), Framing::None | Framing::ContentLength(0)),
            message_octets: head_octets,
            raw,
        }
    }

    /// Whether all of it was read.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// The body's octets on the wire so far, if they are kept.
    pub(super) fn raw(&self) -> &[u8] {
        self.raw.as_ref().map(Kept::octets).unwrap_or_default()
    }

    /// Appends the next piece of content to `content`; false at the end.
    ///
    /// A body that breaks a rule is an error that holds the [`wire_http::Error`]; return it, and the client is answered with it.
    pub(crate) fn read(&mut self, content: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            match self.read_received(content)? {
                Piece::Data => return Ok(true),
                Piece::End => return Ok(false),
                Piece::NeedMore => self.receive()?,
            }
        }
    }

    /// As [`Self::read`], but only of what was received already; it waits for nothing.
    pub(crate) fn read_received(&mut self, content: &mut Vec<u8>) -> io::Result<Piece> {
        while !self.ended {
            let input = match &self.spill {
                None => self.rest.get(self.rest_used..),
                Some((octets, used)) => octets.get(*used..),
            }
            .unwrap_or_default();
            let step = match self.decoder.decode(input) {
                Ok(step) => step,
                Err(error) => {
                    if let Some(raw) = &mut self.raw {
                        // Whoever looks at the message is to see what was wrong with it.
                        raw.push(input);
                    }
                    return Err(self.malformed(error));
                }
            };
            if let (Some(raw), Some(used)) = (&mut self.raw, input.get(..step.consumed)) {
                raw.push(used);
            }
            let mut piece = None;
            match step.event {
                BodyEvent::Data(data) => {
                    content.extend_from_slice(data);
                    piece = Some(Piece::Data);
                }
                BodyEvent::NeedMore => piece = Some(Piece::NeedMore),
                BodyEvent::Trailers(_) => {}
                BodyEvent::End => self.ended = true,
            }
            let consumed = step.consumed;
            self.message_octets = self.message_octets.saturating_add(consumed);
            match &mut self.spill {
                None => self.rest_used = self.rest_used.saturating_add(consumed),
                Some((_, used)) => *used = used.saturating_add(consumed),
            }
            if let Some(piece) = piece {
                return Ok(piece);
            }
        }
        Ok(Piece::End)
    }

    /// Whether more, or the end, can be received within `wait`.
    pub(crate) fn is_readable(&self, wait: Duration) -> bool {
        self.stream.is_readable_within(wait)
    }

    /// How long the client may be silent.
    pub(crate) const fn idle(&self) -> Duration {
        self.stream.idle()
    }

    /// Whether the client waits for a word before it sends the body (RFC 9110 §10.1.1).
    pub(crate) const fn awaits_continue(&self) -> bool {
        self.awaits_continue
    }

    /// Somebody else has sent, or will send, the 100 that the client waits for.
    pub(crate) const fn forgo_continue(&mut self) {
        self.awaits_continue = false;
    }

    /// The whole content; one longer than `max` is refused with 413.
    pub(crate) fn read_all(&mut self, max: usize) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        while self.read(&mut content)? {
            // Many clients together may send less each.
            let has_no_room = self.raw.as_ref().is_some_and(Kept::has_no_room);
            if content.len() > max || has_no_room {
                let max = max.min(content.len());
                let max = u64::try_from(max).unwrap_or(u64::MAX);
                let error = wire_http::Error::new(0, wire_http::ErrorKind::BodyTooLong { max });
                return Err(malformed(error));
            }
        }
        Ok(content)
    }

    /// The fault, counted from the start of the message.
    fn malformed(&self, error: wire_http::Error) -> io::Error {
        malformed(error.moved_by(self.message_octets))
    }

    /// Receives more, as long as the client may take.
    pub(crate) fn receive(&mut self) -> io::Result<()> {
        const PIECE_OCTETS: usize = 32 * 1024;
        if self.awaits_continue {
            self.awaits_continue = false;
            let mut octets = Vec::new();
            ResponseWriter::send_continue(&mut octets).map_err(io::Error::other)?;
            self.stream.write_all(&octets)?;
        }
        let (octets, used) = self.spill.get_or_insert_with(|| {
            let unused = self.rest.get(self.rest_used..).unwrap_or_default();
            (unused.to_vec(), 0)
        });
        octets.drain(..*used);
        *used = 0;
        let len = octets.len();
        octets.resize(len.saturating_add(PIECE_OCTETS), 0);
        let space = octets.get_mut(len..).unwrap_or_default();
        let count = self.stream.read(space)?;
        octets.truncate(len.saturating_add(count));
        if count == 0 {
            self.decoder
                .finish()
                .map_err(|error| self.malformed(error))?;
            self.ended = true;
        }
        Ok(())
    }

    /// Reads and drops what is left, while it is little; false when the connection cannot go on.
    pub(crate) fn drain(&mut self) -> io::Result<bool> {
        const DRAIN_OCTETS_MAX: usize = 256 * 1024;
        if self.awaits_continue {
            // The client was never told to send it, and may or may not do so (RFC 9110 §10.1.1).
            return Ok(self.ended);
        }
        let mut dropped = 0_usize;
        let mut content = Vec::new();
        while self.read(&mut content)? {
            dropped = dropped.saturating_add(content.len());
            content.clear();
            if dropped > DRAIN_OCTETS_MAX {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn leftover(self) -> Leftover {
        match self.spill {
            None => Leftover::Rest(self.rest_used),
            Some((mut octets, used)) => {
                octets.drain(..used);
                Leftover::Spill(octets)
            }
        }
    }
}
