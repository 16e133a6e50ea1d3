//! Packets to datagrams and streams.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};

use super::file::Packet;
use super::ip::{self, Carried, Fragment};
use super::layers::{Layer, behind_gre, behind_udp};
use super::octets::be16;
use super::pieces::{Pieces, length};
use super::streams::{Segment, Streams};
use super::{Contents, Flow, Run, pdu};
use crate::show::Transport;

/// The datagrams and streams of the packets taken so far.
#[derive(Default)]
pub(super) struct Packets {
    /// How many packets.
    count: u64,
    /// Datagrams.
    flows: Vec<Flow>,
    streams: Streams,
    fragmented: HashMap<FragmentId, Fragmented>,
    unknown_links: BTreeMap<u16, usize>,
}

/// What the fragments of one packet have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
struct FragmentId {
    from: IpAddr,
    to: IpAddr,
    protocol: u8,
    id: u32,
}

/// The fragments of one packet.
#[derive(Default)]
struct Fragmented {
    pieces: Pieces,
    /// How many octets there are.
    octets: u64,
    /// Where the furthest ends, captured or not.
    end: u64,
    /// How many there must be, once the last fragment is known.
    length: Option<u64>,
    /// The number of the packet that brought the last of them.
    last_packet: u64,
}

/// Tunnels in tunnels end here.
const TUNNELS_MAX: u8 = 8;

impl Packets {
    /// Takes a packet; what is neither UDP nor TCP is passed over.
    pub(super) fn packet(&mut self, packet: Packet<'_>) {
        const EXPORTED_PDU: u16 = 252;
        self.count = self.count.saturating_add(1);
        if packet.link == EXPORTED_PDU {
            if let Some(flow) = pdu::flow(packet.data, self.count) {
                let last = self.flows.last_mut();
                if !last.is_some_and(|last| pdu::take_rest(last, &flow)) {
                    self.flows.push(flow);
                }
            }
            return;
        }
        match Layer::of_link(packet.link) {
            Some(layer) => self.layer(layer, packet.data, packet.cut, TUNNELS_MAX),
            None => {
                let count = self.unknown_links.entry(packet.link).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// The datagrams taken and the streams that ended since it was asked for the last time.
    pub(super) fn ended(&mut self) -> Vec<Flow> {
        // The rest of the last one may be under way.
        let unfinished = self.flows.pop_if(|last| pdu::may_go_on(last));
        let mut flows = std::mem::replace(&mut self.flows, Vec::from_iter(unfinished));
        flows.extend(self.streams.ended());
        flows.sort_by_key(Flow::first_packet);
        flows
    }

    /// All of the rest, with how reading ended.
    pub(super) fn finish(mut self, read: Result<(), String>) -> Contents {
        let mut lost_fragments = 0_usize;
        let mut fragmented: Vec<_> = self.fragmented.drain().collect();
        fragmented.sort_by_key(|(_, fragmented)| fragmented.last_packet);
        for (id, fragmented) in fragmented {
            let packet = fragmented.last_packet;
            let (octets, missing) = fragmented.into_beginning();
            match ip::behind_extensions(id.protocol, &octets) {
                Some(carried) if !octets.is_empty() => {
                    self.count = packet;
                    self.carried(id.from, id.to, &carried, missing, TUNNELS_MAX);
                }
                _ => lost_fragments = lost_fragments.saturating_add(1),
            }
        }
        let mut flows = self.flows;
        flows.extend(self.streams.finish());
        flows.sort_by_key(Flow::first_packet);
        Contents {
            flows,
            unknown_links: self.unknown_links,
            lost_fragments,
            read,
        }
    }

    fn layer(&mut self, layer: Layer, data: &[u8], cut: usize, tunnels: u8) {
        let packet = layer.to_ip(data).and_then(|data| ip::read(data, cut));
        let (Some(packet), Some(tunnels)) = (packet, tunnels.checked_sub(1)) else {
            return;
        };
        let (from, to, carried) = (packet.from, packet.to, packet.carried);
        let Some(fragment) = carried.fragment else {
            return self.carried(from, to, &carried, packet.missing, tunnels);
        };
        let id = FragmentId {
            from,
            to,
            protocol: carried.protocol,
            id: fragment.id,
        };
        let whole = self.fragmented.entry(id).or_default();
        whole.take(fragment, carried.payload, packet.missing, self.count);
        if !whole.is_whole() {
            return;
        }
        let octets = self
            .fragmented
            .remove(&id)
            .map(|whole| whole.into_beginning().0)
            .unwrap_or_default();
        if let Some(carried) = ip::behind_extensions(carried.protocol, &octets) {
            self.carried(from, to, &carried, 0, tunnels);
        }
    }

    fn carried(
        &mut self,
        from: IpAddr,
        to: IpAddr,
        carried: &Carried<'_>,
        missing: usize,
        tunnels: u8,
    ) {
        const IPV4: u8 = 4;
        const TCP: u8 = 6;
        const UDP: u8 = 17;
        const IPV6: u8 = 41;
        const GRE: u8 = 47;
        let payload = carried.payload;
        match carried.protocol {
            UDP => self.datagram(from, to, payload, missing, tunnels),
            TCP => {
                if let Some(segment) = Segment::read(payload, missing) {
                    let ends = (
                        SocketAddr::new(from, segment.from_port),
                        SocketAddr::new(to, segment.to_port),
                    );
                    self.streams.segment(ends, &segment, self.count);
                }
            }
            IPV4 | IPV6 => self.layer(Layer::Ip, payload, missing, tunnels),
            GRE => {
                if let Some((layer, data)) = behind_gre(payload) {
                    self.layer(layer, data, missing, tunnels);
                }
            }
            _ => {}
        }
    }

    /// RFC 768.
    fn datagram(&mut self, from: IpAddr, to: IpAddr, data: &[u8], missing: usize, tunnels: u8) {
        const HEADER: usize = 8;
        let Some((header, behind)) = data.split_first_chunk::<HEADER>() else {
            return;
        };
        let [from_high, from_low, to_high, to_low, ..] = *header;
        let from_port = u16::from_be_bytes([from_high, from_low]);
        let to_port = u16::from_be_bytes([to_high, to_low]);
        let sent = behind.len().saturating_add(missing);
        let length = match be16(header, 4).map(usize::from) {
            // A jumbogram (RFC 2675 section 4), or one that the sender's network card cuts up.
            None | Some(0) => sent,
            Some(length) => match length.checked_sub(HEADER) {
                Some(length) => length,
                None => return,
            },
        };
        let octets = behind.get(..length).unwrap_or(behind);
        // Some ends of tunnels answer to the port that they were asked from.
        let inner = behind_udp(to_port, octets).or_else(|| behind_udp(from_port, octets));
        if let Some((layer, inner)) = inner
            && layer.to_ip(inner).is_some()
        {
            return self.layer(layer, inner, missing, tunnels);
        }
        let mut run = Run::new(true);
        run.missing = u64::try_from(length.saturating_sub(octets.len())).unwrap_or(0);
        run.extend(octets, self.count);
        self.flows.push(Flow {
            transport: Transport::Udp,
            from: SocketAddr::new(from, from_port),
            to: SocketAddr::new(to, to_port),
            runs: vec![run],
            dissector: None,
        });
    }
}

impl Fragmented {
    fn take(&mut self, fragment: Fragment, octets: &[u8], missing: usize, packet: u64) {
        let new = self.pieces.insert(fragment.place, octets, packet);
        self.octets = self.octets.saturating_add(new);
        self.last_packet = packet;
        let sent = u64::try_from(octets.len().saturating_add(missing)).unwrap_or(0);
        let end = fragment.place.saturating_add(sent);
        self.end = self.end.max(end);
        if !fragment.more {
            self.length = Some(end);
        }
    }

    /// Pieces do not overlap, so none is missing where there are as many octets as there must be, and none beyond.
    fn is_whole(&self) -> bool {
        self.length == Some(self.octets) && self.octets == self.end
    }

    /// The octets up to the first gap, and how many more there must be, as far as that is known.
    fn into_beginning(self) -> (Vec<u8>, usize) {
        let mut octets = Vec::new();
        let mut next = 0_u64;
        for (place, piece) in self.pieces.into_iter() {
            if place != next {
                break;
            }
            next = next.saturating_add(length(&piece));
            octets.extend(piece.octets);
        }
        let missing = self.end.saturating_sub(next);
        (octets, usize::try_from(missing).unwrap_or(usize::MAX))
    }
}
