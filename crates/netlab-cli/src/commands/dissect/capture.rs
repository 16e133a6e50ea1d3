//! Reading captures: the packets of pcap and pcapng files.

mod packets;
mod pdu;
mod streams;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::net::SocketAddr;

use pcap_file::PcapError;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};

use crate::net::system_text;
use crate::show::Transport;
use packets::Packets;

/// Octets that went from one address to another: a datagram, or all that one side of a connection sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Flow {
    pub(super) transport: Transport,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) octets: Vec<u8>,
    /// Whether it is a datagram of which the capture has only the beginning.
    pub(super) is_cut: bool,
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
        PCAPNG,
    ];
    octets
        .first_chunk()
        .is_some_and(|first| MAGIC.contains(first))
}

/// What is in a capture.
pub(super) struct Contents {
    /// Every datagram and stream, in the order in which they began.
    pub(super) flows: Vec<Flow>,
    /// How many packets of which link types are not known here.
    pub(super) unknown_links: BTreeMap<u32, usize>,
    /// Whether it could be read to its end: one that breaks off, as they do when the machine or the capturing program is stopped, is
    /// good up to there.
    pub(super) read: Result<(), String>,
}

/// Reads a capture.
pub(super) fn read(octets: &[u8]) -> Contents {
    let mut packets = Packets::default();
    let read = if octets.starts_with(&PCAPNG) {
        read_pcapng(octets, &mut packets)
    } else {
        read_pcap(octets, &mut packets)
    };
    packets.finish(read)
}

const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

fn read_pcapng(octets: &[u8], packets: &mut Packets) -> Result<(), String> {
    let mut reader = PcapNgReader::new(Cursor::new(octets)).map_err(|error| reason(&error))?;
    let mut links = Vec::new();
    while let Some(block) = reader.next_block() {
        match block.map_err(|error| reason(&error))? {
            Block::SectionHeader(_) => links.clear(),
            Block::InterfaceDescription(interface) => links.push(interface.linktype),
            Block::EnhancedPacket(packet) => {
                let link = usize::try_from(packet.interface_id)
                    .ok()
                    .and_then(|index| links.get(index))
                    .ok_or("it has a packet of an interface that it does not describe")?;
                packets.packet(*link, &packet.data);
            }
            Block::SimplePacket(packet) => {
                let link = links
                    .first()
                    .ok_or("it has a packet before any interface")?;
                packets.packet(*link, &packet.data);
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_pcap(octets: &[u8], packets: &mut Packets) -> Result<(), String> {
    let mut reader = PcapReader::new(Cursor::new(octets)).map_err(|error| reason(&error))?;
    let link = reader.header().datalink;
    // Raw, for a packet longer than the file's header says is still a packet.
    while let Some(packet) = reader.next_raw_packet() {
        packets.packet(link, &packet.map_err(|error| reason(&error))?.data);
    }
    Ok(())
}

/// What is wrong with a capture, in words that go on after "the capture is broken: ".
fn reason(error: &PcapError) -> String {
    match error {
        PcapError::IncompleteBuffer => "it ends in the middle of a packet".to_owned(),
        PcapError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends in the middle of a packet".to_owned()
        }
        PcapError::IoError(error) => system_text(error),
        error => error.to_string(),
    }
}
