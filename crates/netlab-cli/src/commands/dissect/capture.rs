//! Reading captures: the datagrams and streams in pcap and pcapng files.
//!
//! By checked slices, not by the crates that write them: a reader must go on where an option of a block is odd, and must not look
//! beyond a header that is cut.

mod file;
mod ip;
mod layers;
mod octets;
mod packets;
mod pdu;
mod pieces;
mod streams;

use core::fmt;
use core::ops::Range;
use std::collections::BTreeMap;
use std::net::SocketAddr;

pub(super) use self::file::{foreign, is_capture, is_plain_capture};
use self::packets::Packets;
use crate::show::Transport;

/// Octets that went from one address to another: a datagram, or all that one side of a connection sent.
pub(super) struct Flow {
    pub(super) transport: Transport,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    /// One, or the parts of a stream between which octets are missing.
    pub(super) runs: Vec<Run>,
    /// Wireshark's name for what it is, where the capture says it ("exported PDU").
    pub(super) dissector: Option<String>,
}

impl Flow {
    /// The number of the packet that brought its first octet.
    fn first_packet(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.packets(0..0)[0])
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} > {}", self.transport, self.from, self.to)
    }
}

/// Octets of a flow without a gap.
pub(super) struct Run {
    pub(super) octets: Vec<u8>,
    /// Where what each packet brought starts, with the packet's number; the first stands at 0.
    packets: Vec<(usize, u64)>,
    /// Whether it is known that nothing was sent before it.
    pub(super) is_start: bool,
    /// How many octets behind it were sent and not captured.
    pub(super) missing: u64,
}

impl Run {
    const fn new(is_start: bool) -> Self {
        Self {
            octets: Vec::new(),
            packets: Vec::new(),
            is_start,
            missing: 0,
        }
    }

    fn extend(&mut self, octets: &[u8], packet: u64) {
        self.packets.push((self.octets.len(), packet));
        self.octets.extend_from_slice(octets);
    }

    /// The numbers of the packets, from 1, that brought the first and the last octet of a range.
    pub(super) fn packets(&self, range: Range<usize>) -> [u64; 2] {
        let last = range.end.saturating_sub(1).max(range.start);
        [range.start, last].map(|place| {
            let behind = self.packets.partition_point(|(start, _)| *start <= place);
            let packet = self.packets.get(behind.saturating_sub(1));
            packet.map_or(0, |(_, packet)| *packet)
        })
    }

    /// Where what each packet brought starts, from `place` on.
    pub(super) fn starts_from(&self, place: usize) -> impl Iterator<Item = usize> {
        let before = self.packets.partition_point(|(start, _)| *start < place);
        let packets = self.packets.get(before..).unwrap_or_default();
        packets.iter().map(|(start, _)| *start)
    }
}

/// What is in a capture.
pub(super) struct Contents {
    /// Every datagram and stream, by their first octets.
    pub(super) flows: Vec<Flow>,
    /// How many packets of which link types are not known here.
    pub(super) unknown_links: BTreeMap<u16, usize>,
    /// How many packets came in fragments of which the first was not captured.
    pub(super) lost_fragments: usize,
    /// Whether it could be read to its end: one that breaks off, as they do when the machine or the capturing program is stopped, is
    /// good up to there.
    pub(super) read: Result<(), String>,
}

/// Reads a capture, compressed or not.
pub(super) fn read(octets: &[u8]) -> Contents {
    let (octets, decompressed) = file::decompressed(octets);
    let mut capture = Capture::default();
    let read = capture.push(&octets);
    // What was lost in compression ends in the middle of something, too.
    capture.finish(decompressed.and(read))
}

/// A capture whose octets come piece by piece.
#[derive(Default)]
pub(super) struct Capture {
    reader: file::Reader,
    packets: Packets,
}

impl Capture {
    /// Takes the next octets; behind those that break it off nothing is read.
    pub(super) fn push(&mut self, octets: &[u8]) -> Result<(), String> {
        let packets = &mut self.packets;
        self.reader.push(octets, |packet| packets.packet(packet))
    }

    /// The datagrams that have come, and the streams that have ended, since it was asked for the last time.
    pub(super) fn ended(&mut self) -> Vec<Flow> {
        self.packets.ended()
    }

    /// The rest, with how reading ended.
    pub(super) fn finish(self, read: Result<(), String>) -> Contents {
        let read = read.and_then(|()| self.reader.finish());
        self.packets.finish(read)
    }
}
