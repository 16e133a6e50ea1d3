//! Packets to datagrams and streams, as much of the layers below as that takes.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};

use etherparse::defrag::IpDefragBuf;
use etherparse::{
    EtherType, IpFragOffset, IpNumber, Ipv6ExtensionSlice, LaxNetSlice, LaxSlicedPacket, TcpSlice,
    UdpSlice,
};
use pcap_file::DataLink;

use super::streams::Streams;
use super::{Contents, Flow, pdu};
use crate::show::Transport;

/// The datagrams and streams of the packets taken so far.
#[derive(Default)]
pub(super) struct Packets {
    flows: Vec<Flow>,
    streams: Streams,
    fragmented: HashMap<FragmentId, IpDefragBuf>,
    unknown_links: BTreeMap<u32, usize>,
}

/// What the fragments of one packet have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Eq, Hash, PartialEq)]
struct FragmentId {
    from: IpAddr,
    to: IpAddr,
    protocol: IpNumber,
    id: u32,
}

/// Where a fragment stands in its packet.
struct Fragment {
    id: u32,
    offset: IpFragOffset,
    more: bool,
}

impl Packets {
    /// Takes a packet; what is neither UDP nor TCP is passed over.
    pub(super) fn packet(&mut self, link: DataLink, data: &[u8]) {
        /// `LINKTYPE_RAW` as the systems number it whose captures say so (Linux and others, OpenBSD).
        const RAW: [DataLink; 2] = [DataLink::Unknown(12), DataLink::Unknown(14)];
        let ethertype = |octets: &[u8; 2], behind| {
            let ethertype = EtherType(u16::from_be_bytes(*octets));
            Some(LaxSlicedPacket::from_ether_type(ethertype, behind))
        };
        let sliced = match link {
            DataLink::WIRESHARK_UPPER_PDU => {
                self.flows.extend(pdu::flow(data));
                return;
            }
            DataLink::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
            DataLink::RAW | DataLink::IPV4 | DataLink::IPV6 => LaxSlicedPacket::from_ip(data).ok(),
            link if RAW.contains(&link) => LaxSlicedPacket::from_ip(data).ok(),
            // The address family in four octets of the capturing host's order, then IP.
            DataLink::NULL | DataLink::LOOP => data
                .get(4..)
                .and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
            // "Cooked" headers of Linux: 16 octets that end in the EtherType; 20 in the second version, which begin with it.
            DataLink::LINUX_SLL => data
                .split_first_chunk::<16>()
                .and_then(|([.., high, low], behind)| ethertype(&[*high, *low], behind)),
            DataLink::LINUX_SLL2 => data
                .split_first_chunk::<20>()
                .and_then(|([high, low, ..], behind)| ethertype(&[*high, *low], behind)),
            link => {
                let count = self.unknown_links.entry(link.into()).or_default();
                *count = count.saturating_add(1);
                None
            }
        };
        match sliced.and_then(|packet| packet.net) {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                let fragment = header.is_fragmenting_payload().then(|| Fragment {
                    id: header.identification().into(),
                    offset: header.fragments_offset(),
                    more: header.more_fragments(),
                });
                let (from, to) = (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                );
                let payload = ip.payload();
                self.payload(from, to, payload.ip_number, payload.payload, fragment);
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                let fragment = ip
                    .extensions()
                    .clone()
                    .into_iter()
                    .find_map(|extension| match extension {
                        Ipv6ExtensionSlice::Fragment(slice) => Some(slice),
                        _ => None,
                    })
                    .filter(|slice| slice.is_fragmenting_payload())
                    .map(|slice| Fragment {
                        id: slice.identification(),
                        offset: slice.fragment_offset(),
                        more: slice.more_fragments(),
                    });
                let (from, to) = (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                );
                let payload = ip.payload();
                self.payload(from, to, payload.ip_number, payload.payload, fragment);
            }
            _ => {}
        }
    }

    /// All of it, with how reading ended.
    pub(super) fn finish(mut self, read: Result<(), String>) -> Contents {
        self.flows
            .retain(|flow| flow.transport == Transport::Udp || !flow.octets.is_empty());
        Contents {
            flows: self.flows,
            unknown_links: self.unknown_links,
            read,
        }
    }

    fn payload(
        &mut self,
        from: IpAddr,
        to: IpAddr,
        protocol: IpNumber,
        payload: &[u8],
        fragment: Option<Fragment>,
    ) {
        /// A fragment of some octets may claim a place at the end of 64 KiB; this bounds what such ones can take.
        const FRAGMENTED_PACKETS_MAX: usize = 1024;
        let Some(Fragment { id, offset, more }) = fragment else {
            return self.transport(from, to, protocol, payload);
        };
        if self.fragmented.len() >= FRAGMENTED_PACKETS_MAX {
            self.fragmented.clear();
        }
        let id = FragmentId {
            from,
            to,
            protocol,
            id,
        };
        let mut whole = self
            .fragmented
            .remove(&id)
            .unwrap_or_else(|| IpDefragBuf::new(protocol, Vec::new(), Vec::new()));
        // A fragment that contradicts the others is passed over.
        let _ = whole.add(offset, more, payload);
        if whole.is_complete() {
            self.transport(from, to, protocol, whole.data());
        } else {
            self.fragmented.insert(id, whole);
        }
    }

    fn transport(&mut self, from: IpAddr, to: IpAddr, protocol: IpNumber, payload: &[u8]) {
        match protocol {
            IpNumber::UDP => {
                let Ok(udp) = UdpSlice::from_slice_lax(payload) else {
                    return;
                };
                self.flows.push(Flow {
                    transport: Transport::Udp,
                    from: SocketAddr::new(from, udp.source_port()),
                    to: SocketAddr::new(to, udp.destination_port()),
                    octets: udp.payload().to_vec(),
                    is_cut: usize::from(udp.length()) > payload.len(),
                    dissector: None,
                });
            }
            IpNumber::TCP => {
                let Ok(tcp) = TcpSlice::from_slice(payload) else {
                    return;
                };
                let from = SocketAddr::new(from, tcp.source_port());
                let to = SocketAddr::new(to, tcp.destination_port());
                self.streams.segment(&mut self.flows, from, to, &tcp);
            }
            _ => {}
        }
    }
}
