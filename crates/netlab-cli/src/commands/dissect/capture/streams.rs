//! One side of each TCP connection of a capture, put together from its segments.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::octets::{be16, be32};
use super::pieces::{Pieces, length};
use super::{Flow, Run};
use crate::show::Transport;

/// The streams that are being put together.
#[derive(Default)]
pub(super) struct Streams {
    /// The latest between each two ends.
    latest: HashMap<(SocketAddr, SocketAddr), usize>,
    streams: Vec<Stream>,
}

struct Stream {
    from: SocketAddr,
    to: SocketAddr,
    pieces: Pieces,
    /// How many octets there are.
    octets: u64,
    /// Where its first octet stands, if the segment with SYN was captured.
    start: Option<u64>,
    /// Where its last octet known to have been sent ends, captured or not.
    end: u64,
    /// The sequence number there.
    next: u32,
    /// Whether the last octet was said to be the last.
    fin: bool,
    /// Whether its octets have been given away.
    is_given: bool,
}

/// A segment of a connection, as far as streams need it (RFC 9293 section 3.1).
pub(super) struct Segment<'a> {
    pub(super) from_port: u16,
    pub(super) to_port: u16,
    sequence: u32,
    syn: bool,
    fin: bool,
    payload: &'a [u8],
    /// How many octets of it were sent, captured or not.
    length: usize,
}

impl<'a> Segment<'a> {
    /// Reads one from which `missing` octets at the end were not captured.
    pub(super) fn read(octets: &'a [u8], missing: usize) -> Option<Self> {
        const HEADER_MIN: usize = 20;
        let flags = *octets.get(13)?;
        let header = usize::from(octets.get(12)? >> 4).saturating_mul(4);
        // Of one cut off in its options it is known where it stands.
        let payload = octets.get(header..).unwrap_or_default();
        let sent = octets.len().saturating_add(missing);
        if header < HEADER_MIN || octets.len() < HEADER_MIN || sent < header {
            return None;
        }
        let syn = flags & 2 != 0;
        Some(Self {
            from_port: be16(octets, 0)?,
            to_port: be16(octets, 2)?,
            // SYN takes a number of its own (RFC 9293 section 3.4).
            sequence: be32(octets, 4)?.wrapping_add(u32::from(syn)),
            syn,
            fin: flags & 1 != 0,
            payload,
            length: sent.saturating_sub(header),
        })
    }
}

impl Streams {
    /// Puts a segment where it belongs; octets that are there already are not taken again.
    pub(super) fn segment(
        &mut self,
        (from, to): (SocketAddr, SocketAddr),
        segment: &Segment<'_>,
        packet: u64,
    ) {
        if !segment.syn && !segment.fin && segment.length == 0 {
            return;
        }
        let known = self
            .latest
            .get(&(from, to))
            .and_then(|index| self.streams.get_mut(*index))
            .and_then(|stream| Some((stream.place(segment)?, stream)));
        if let Some((place, stream)) = known {
            if !stream.is_given {
                return stream.take(place, segment, packet);
            }
            // Sent once more.
            if place < stream.end {
                return;
            }
        }
        if !segment.syn && segment.length == 0 {
            return;
        }
        let mut stream = Stream {
            from,
            to,
            pieces: Pieces::default(),
            octets: 0,
            start: None,
            end: START,
            next: segment.sequence,
            fin: false,
            is_given: false,
        };
        stream.take(START, segment, packet);
        self.latest.insert((from, to), self.streams.len());
        self.streams.push(stream);
    }

    /// Gives both sides of each connection away that has ended and was captured whole, once.
    pub(super) fn ended(&mut self) -> Vec<Flow> {
        let has_ended = |stream: &Stream| {
            let other = self.latest.get(&(stream.to, stream.from));
            let other = other.and_then(|index| self.streams.get(*index));
            stream.is_whole() && other.is_none_or(Stream::is_whole)
        };
        let ended: Vec<bool> = self.streams.iter().map(has_ended).collect();
        let ended = self.streams.iter_mut().zip(ended);
        let ended = ended.filter(|(stream, has_ended)| *has_ended && !stream.is_given);
        ended.filter_map(|(stream, _)| stream.give()).collect()
    }

    /// Gives away what has not been.
    pub(super) fn finish(mut self) -> Vec<Flow> {
        self.streams.iter_mut().filter_map(Stream::give).collect()
    }
}

/// Where a stream is taken to start; what comes later may stand before it.
const START: u64 = 1 << 40;

impl Stream {
    /// Where a segment stands; `None` if it is of another connection.
    fn place(&self, segment: &Segment<'_>) -> Option<u64> {
        /// No window is wider (RFC 7323 section 2.3), so nothing of one connection is further off.
        const WINDOW_MAX: u32 = 1 << 30;
        let distance = segment.sequence.wrapping_sub(self.next).cast_signed();
        let place = self.end.checked_add_signed(distance.into())?;
        let is_near = distance.unsigned_abs() <= WINDOW_MAX;
        let is_its_syn = match self.start {
            Some(start) => start == place,
            None => self.pieces.start() >= Some(place),
        };
        (is_near && (!segment.syn || is_its_syn)).then_some(place)
    }

    fn take(&mut self, place: u64, segment: &Segment<'_>, packet: u64) {
        if segment.syn {
            self.start = Some(place);
        }
        let new = self.pieces.insert(place, segment.payload, packet);
        self.octets = self.octets.saturating_add(new);
        let end = place.saturating_add(u64::try_from(segment.length).unwrap_or(0));
        let further = end.saturating_sub(self.end);
        if further > 0 {
            // Sequence numbers have 32 bits and wrap.
            let further = u32::try_from(further & u64::from(u32::MAX)).unwrap_or(0);
            self.next = self.next.wrapping_add(further);
            self.end = end;
            self.fin = false;
        }
        self.fin |= segment.fin && end == self.end;
    }

    /// Whether everything from its first octet to its last was captured.
    fn is_whole(&self) -> bool {
        let length = self.start.and_then(|start| self.end.checked_sub(start));
        self.fin && (self.is_given || length == Some(self.octets))
    }

    /// Its octets, if it has any.
    fn give(&mut self) -> Option<Flow> {
        self.is_given = true;
        let runs = self.runs();
        (!runs.is_empty()).then_some(Flow {
            transport: Transport::Tcp,
            from: self.from,
            to: self.to,
            runs,
            dissector: None,
        })
    }

    /// The parts without a gap.
    fn runs(&mut self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut end = self.start;
        for (place, piece) in std::mem::take(&mut self.pieces).into_iter() {
            if self.start.is_some_and(|start| place < start) {
                continue;
            }
            let gap = end.map(|end| place.saturating_sub(end));
            end = Some(place.saturating_add(length(&piece)));
            match runs.last_mut() {
                Some(run) if gap == Some(0) => run.extend(&piece.octets, piece.packet),
                last => {
                    if let (Some(run), Some(gap)) = (last, gap) {
                        run.missing = gap;
                    }
                    let mut run = Run::new(self.start == Some(place));
                    run.extend(&piece.octets, piece.packet);
                    runs.push(run);
                }
            }
        }
        if let (Some(run), Some(end)) = (runs.last_mut(), end) {
            run.missing = self.end.saturating_sub(end);
        }
        runs
    }
}
