//! Reading captures: packets to datagrams and streams, as much of IP and TCP as that takes.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_file::DataLink;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};

use crate::show::Transport;

/// Octets that went from one address to another: a datagram, or all that one side of a connection sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Flow {
    pub(super) transport: Transport,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) octets: Vec<u8>,
    /// Wireshark's name for what it is, where the capture says it ("exported PDU").
    pub(super) dissector: Option<String>,
}

/// Whether a file begins as pcap or pcapng files do.
pub(super) fn is_capture(octets: &[u8]) -> bool {
    const MAGIC: [[u8; 4]; 5] = [
        [0xa1, 0xb2, 0xc3, 0xd4],
        [0xd4, 0xc3, 0xb2, 0xa1],
        [0xa1, 0xb2, 0x3c, 0x4d],
        [0x4d, 0x3c, 0xb2, 0xa1],
        [0x0a, 0x0d, 0x0d, 0x0a],
    ];
    octets
        .first_chunk()
        .is_some_and(|first| MAGIC.contains(first))
}

/// Every datagram and stream of a capture, in the order in which they began. What is not UDP or TCP is passed over.
pub(super) fn read(octets: &[u8]) -> Result<Vec<Flow>, String> {
    let mut flows = Flows::default();
    let broken = |error: pcap_file::PcapError| format!("the capture is broken: {error}");
    if octets.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        let mut reader = PcapNgReader::new(Cursor::new(octets)).map_err(broken)?;
        let mut links = Vec::new();
        while let Some(block) = reader.next_block() {
            match block.map_err(broken)? {
                Block::SectionHeader(_) => links.clear(),
                Block::InterfaceDescription(interface) => links.push(interface.linktype),
                Block::EnhancedPacket(packet) => {
                    let link = usize::try_from(packet.interface_id)
                        .ok()
                        .and_then(|index| links.get(index))
                        .ok_or(
                            "the capture is broken: a packet of an interface it does not describe",
                        )?;
                    flows.packet(*link, &packet.data);
                }
                Block::SimplePacket(packet) => {
                    let link = links
                        .first()
                        .ok_or("the capture is broken: a packet before any interface")?;
                    flows.packet(*link, &packet.data);
                }
                _ => {}
            }
        }
    } else {
        let mut reader = PcapReader::new(Cursor::new(octets)).map_err(broken)?;
        let link = reader.header().datalink;
        while let Some(packet) = reader.next_packet() {
            flows.packet(link, &packet.map_err(broken)?.data);
        }
    }
    Ok(flows.finish())
}

#[derive(Default)]
struct Flows {
    flows: Vec<Flow>,
    streams: HashMap<(SocketAddr, SocketAddr), Stream>,
}

/// One side of a TCP connection being put together.
struct Stream {
    /// Where its flow stands in the list.
    flow: usize,
    /// The sequence number of the next octet.
    next: u32,
    /// Segments that came early, by distance from the first one missing.
    early: BTreeMap<u32, Vec<u8>>,
}

impl Flows {
    fn packet(&mut self, link: DataLink, data: &[u8]) {
        let sliced = match link {
            DataLink::WIRESHARK_UPPER_PDU => {
                self.flows.extend(exported_pdu(data));
                return;
            }
            DataLink::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
            DataLink::RAW | DataLink::IPV4 | DataLink::IPV6 => LaxSlicedPacket::from_ip(data).ok(),
            // The address family in four octets of the capturing host's order, then IP.
            DataLink::NULL | DataLink::LOOP => data
                .get(4..)
                .and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
            // "Cooked" headers of Linux: 16 octets that end in the EtherType; 20 in the second version, which begin with it.
            DataLink::LINUX_SLL => data
                .get(16..)
                .and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
            DataLink::LINUX_SLL2 => data
                .get(20..)
                .and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
            _ => None,
        };
        let Some(sliced) = sliced else { return };
        let (from, to): (IpAddr, IpAddr) = match &sliced.net {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                )
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                )
            }
            _ => return,
        };
        match &sliced.transport {
            Some(TransportSlice::Udp(udp)) => self.flows.push(Flow {
                transport: Transport::Udp,
                from: SocketAddr::new(from, udp.source_port()),
                to: SocketAddr::new(to, udp.destination_port()),
                octets: udp.payload().to_vec(),
                dissector: None,
            }),
            Some(TransportSlice::Tcp(tcp)) => self.segment(
                SocketAddr::new(from, tcp.source_port()),
                SocketAddr::new(to, tcp.destination_port()),
                tcp.syn(),
                tcp.sequence_number(),
                tcp.payload(),
            ),
            _ => {}
        }
    }

    fn segment(
        &mut self,
        from: SocketAddr,
        to: SocketAddr,
        syn: bool,
        sequence: u32,
        payload: &[u8],
    ) {
        /// A segment further ahead than any window belongs to another connection or to nobody.
        const WINDOW_MAX: u32 = 1 << 30;
        let begin = if syn {
            sequence.wrapping_add(1)
        } else {
            sequence
        };
        if syn {
            // A new connection on old ports starts a stream of its own.
            self.streams.remove(&(from, to));
        } else if payload.is_empty() {
            return;
        }
        let flows = &mut self.flows;
        let stream = self.streams.entry((from, to)).or_insert_with(|| {
            flows.push(Flow {
                transport: Transport::Tcp,
                from,
                to,
                octets: Vec::new(),
                dissector: None,
            });
            Stream {
                flow: flows.len().saturating_sub(1),
                next: begin,
                early: BTreeMap::new(),
            }
        });
        let Some(flow) = flows.get_mut(stream.flow) else {
            return;
        };
        if begin.wrapping_sub(stream.next) > WINDOW_MAX {
            // Sent again: only what lies beyond the known part is new.
            let known = usize::try_from(stream.next.wrapping_sub(begin)).unwrap_or(usize::MAX);
            if let Some(fresh) = payload.get(known..) {
                append(stream, flow, fresh);
            }
        } else if begin == stream.next {
            append(stream, flow, payload);
        } else {
            stream.early.insert(begin, payload.to_vec());
        }
        // What came early may fit now; serial order around the wrap does not matter, since each pass looks for the exact one.
        while let Some(payload) = stream.early.remove(&stream.next) {
            append(stream, flow, &payload);
        }
    }

    fn finish(mut self) -> Vec<Flow> {
        self.flows
            .retain(|flow| flow.transport == Transport::Udp || !flow.octets.is_empty());
        self.flows
    }
}

fn append(stream: &mut Stream, flow: &mut Flow, payload: &[u8]) {
    flow.octets.extend_from_slice(payload);
    stream.next = stream
        .next
        .wrapping_add(u32::try_from(payload.len()).unwrap_or(0));
}

/// A message behind the tags of Wireshark's "exported PDU", as `--capture` writes them.
fn exported_pdu(mut data: &[u8]) -> Option<Flow> {
    let (mut transport, mut from_ip, mut to_ip) = (Transport::Tcp, None, None);
    let (mut from_port, mut to_port) = (0, 0);
    let mut dissector = None;
    let port = |value: &[u8]| {
        value
            .first_chunk()
            .and_then(|octets| u16::try_from(u32::from_be_bytes(*octets)).ok())
    };
    loop {
        let (head, rest) = data.split_first_chunk::<4>()?;
        let [kind_high, kind_low, length_high, length_low] = *head;
        let length = usize::from(u16::from_be_bytes([length_high, length_low]));
        let (value, rest) = rest.split_at_checked(length)?;
        data = rest;
        match u16::from_be_bytes([kind_high, kind_low]) {
            0 => break,
            12 => {
                let name = String::from_utf8_lossy(value);
                dissector = Some(name.trim_end_matches('\0').to_owned());
            }
            20 => from_ip = value.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
            21 => to_ip = value.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
            22 => {
                from_ip = value
                    .first_chunk::<16>()
                    .map(|octets| IpAddr::from(*octets))
            }
            23 => {
                to_ip = value
                    .first_chunk::<16>()
                    .map(|octets| IpAddr::from(*octets))
            }
            24 if port(value) == Some(3) => transport = Transport::Udp,
            25 => from_port = port(value)?,
            26 => to_port = port(value)?,
            _ => {}
        }
    }
    Some(Flow {
        transport,
        from: SocketAddr::new(from_ip?, from_port),
        to: SocketAddr::new(to_ip?, to_port),
        octets: data.to_vec(),
        dissector,
    })
}
