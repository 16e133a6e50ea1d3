//! The body of a request, read from the connection as it is asked for.

use std::io::{self, Write as _};
use std::time::Duration;

use wire_http::{Limits, RequestHead, ResponseWriter};

use super::body_reader::{BodyReader, Piece};
use super::broken_rule::malformed;
use super::received::Received;
use crate::net::TimedStream;
use crate::show::Kept;

/// The body of a request, read only if somebody asks for it.
pub(crate) struct RequestBody<'c> {
    reader: BodyReader,
    stream: &'c TimedStream,
    /// What came with the head and was not read yet. It has to stay where it is for as long as the head is looked at.
    rest: &'c [u8],
    /// That, and what came behind it, once more was received.
    later: Option<Received>,
    awaits_continue: bool,
    /// The body's octets on the wire, kept when somebody watches.
    raw: Option<Kept>,
}

/// What was received behind a body.
pub(super) enum Leftover {
    /// So many octets at the end of what came with the head.
    WithHead(usize),
    /// All of this, and nothing of what came with the head.
    Later(Received),
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
            reader: BodyReader::new(head.framing(), limits, head_octets),
            stream,
            rest,
            later: None,
            awaits_continue: head.expects_continue() && rest.is_empty(),
            raw,
        }
    }

    /// Whether all of it was read.
    pub(crate) const fn has_ended(&self) -> bool {
        self.reader.has_ended()
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
        let input = self.later.as_ref().map_or(self.rest, Received::octets);
        let read = self.reader.read(input, |piece| {
            content.extend_from_slice(piece);
            Ok(())
        });
        if let Some(raw) = &mut self.raw {
            raw.push(match &read {
                Ok((used, _)) => input.get(..*used).unwrap_or_default(),
                // Whoever looks at the message is to see what was wrong with it.
                Err(_) => input,
            });
        }
        let (used, piece) = read?;
        match &mut self.later {
            None => self.rest = self.rest.get(used..).unwrap_or_default(),
            Some(later) => later.use_up(used),
        }
        Ok(piece)
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

    /// Receives more, as long as the client may take.
    pub(crate) fn receive(&mut self) -> io::Result<()> {
        const ROOM_OCTETS: usize = 32 * 1024;
        if self.awaits_continue {
            self.awaits_continue = false;
            let mut octets = Vec::new();
            ResponseWriter::send_continue(&mut octets).map_err(io::Error::other)?;
            self.stream.write_all(&octets)?;
        }
        let later = self.later.get_or_insert_with(|| {
            let mut later = Received::with_room(ROOM_OCTETS);
            later.replace_with(self.rest);
            later
        });
        if !later.read_from(self.stream)? {
            self.reader.finish()?;
        }
        Ok(())
    }

    /// Reads and drops what is left, while it is little; false when the connection cannot go on.
    pub(crate) fn drain(&mut self) -> io::Result<bool> {
        const DRAIN_OCTETS_MAX: usize = 256 * 1024;
        if self.awaits_continue {
            // The client was never told to send it, and may or may not do so (RFC 9110 §10.1.1).
            return Ok(self.has_ended());
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

    /// What was received behind what was read.
    pub(super) fn leftover(self) -> Leftover {
        let rest = Leftover::WithHead(self.rest.len());
        self.later.map_or(rest, Leftover::Later)
    }
}

impl Leftover {
    /// Whether nothing was.
    pub(super) const fn is_empty(&self) -> bool {
        match self {
            Self::WithHead(count) => *count == 0,
            Self::Later(received) => received.is_empty(),
        }
    }
}
