//! `--capture`: messages as a pcapng file that Wireshark opens.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use etherparse::err::packet::BuildWriteError;
use etherparse::{IpHeaders, Ipv4Header, Ipv6Header, PacketBuilder, PacketBuilderStep};
use lru::LruCache;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::{DataLink, PcapError};

use super::{Protocol, Seen, Transport};
use crate::exit::Failure;
use crate::lock::lock;
use crate::net::system_text;

/// What the packets of a capture look like.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum CaptureForm {
    /// Each message with its real addresses and its dissector's name (link type 252)
    #[default]
    Pdu,
    /// The same octets in IP and TCP or UDP headers made up around them (link type 101), so that Wireshark can follow the stream
    Tcp,
}

/// A capture file being written.
pub(crate) struct Capture {
    form: CaptureForm,
    state: Mutex<State>,
}

struct State {
    /// Makes blocks, in memory.
    blocks: PcapNgWriter<Vec<u8>>,
    file: File,
    /// Octets of the blocks in the file.
    written: u64,
    /// The disk was full, say: the capture is at its end.
    has_failed: bool,
    /// The next sequence number of each direction of a connection, of those used last: nothing tells of the end of one.
    sequence: LruCache<(SocketAddr, SocketAddr), u32>,
}

/// What of a message stands in one exported PDU; the rest follows in others, with none of another message between them. Wireshark
/// takes a file for damaged that has a packet of more than 256 KiB with its tags.
pub(crate) const PDU_OCTETS_MAX: usize = 128 * 1024;

/// More than a server has connections at once.
const DIRECTIONS_MAX: usize = 1 << 16;

impl Capture {
    /// Creates the file and writes what comes before the first message.
    pub(crate) fn create(path: &Path, form: CaptureForm) -> Result<Self, Failure> {
        Self::begin(path, form).map_err(|error| {
            let (path, reason) = (path.display(), system_text(&error));
            Failure::cannot_start(format!("cannot write the capture {path}: {reason}"))
        })
    }

    fn begin(path: &Path, form: CaptureForm) -> io::Result<Self> {
        let file = File::create(path)?;
        let mut blocks = PcapNgWriter::new(Vec::new()).map_err(io_error)?;
        let (linktype, description) = match form {
            CaptureForm::Pdu => (
                DataLink::WIRESHARK_UPPER_PDU,
                "messages as netlab sent and received them",
            ),
            CaptureForm::Tcp => (
                DataLink::RAW,
                "the octets of the messages are real, the IP, TCP and UDP headers around them were made up by netlab",
            ),
        };
        let interface = InterfaceDescriptionBlock {
            linktype,
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::Comment(Cow::Borrowed(description)),
                InterfaceDescriptionOption::IfName(Cow::Borrowed("netlab")),
                InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
            ],
        };
        blocks.write_pcapng_block(interface).map_err(io_error)?;
        let mut state = State {
            blocks,
            file,
            written: 0,
            has_failed: false,
            sequence: LruCache::unbounded(),
        };
        state.write_out()?;
        Ok(Self {
            form,
            state: Mutex::new(state),
        })
    }

    /// Notes who connected to whom, for the form that shows connections.
    pub(crate) fn connected(&self, client: SocketAddr, server: SocketAddr) -> io::Result<()> {
        match self.form {
            CaptureForm::Pdu => Ok(()),
            CaptureForm::Tcp => lock(&self.state).handshake(client, server),
        }
    }

    /// Adds one message. After an error nothing is added any more.
    pub(crate) fn write(&self, seen: &Seen<'_>) -> io::Result<()> {
        let mut state = lock(&self.state);
        if state.has_failed {
            return Ok(());
        }
        match self.form {
            CaptureForm::Pdu => {
                let octets = on_the_wire(seen);
                let (first, rest) = octets.split_at(octets.len().min(PDU_OCTETS_MAX));
                // An empty message is one too.
                core::iter::once(first)
                    .chain(rest.chunks(PDU_OCTETS_MAX))
                    .try_for_each(|piece| state.packet(exported_pdu(seen, piece)))
            }
            CaptureForm::Tcp => match seen.transport {
                Transport::Udp => {
                    let header = ip(seen.from, seen.to)?.udp(seen.from.port(), seen.to.port());
                    state.packet(packet(|packet| header.write(packet, seen.octets))?)
                }
                Transport::Tcp => state.tcp(seen),
            },
        }
    }
}

impl State {
    fn packet(&mut self, data: Vec<u8>) -> io::Result<()> {
        let timestamp = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let block = EnhancedPacketBlock {
            interface_id: 0,
            timestamp,
            original_len: u32::try_from(data.len()).unwrap_or(u32::MAX),
            data: Cow::Owned(data),
            options: Vec::new(),
        };
        self.blocks.write_pcapng_block(block).map_err(io_error)?;
        self.write_out()
    }

    /// Writes the block that was made: all of it, or nothing, since readers take a file for broken that has a part of one.
    fn write_out(&mut self) -> io::Result<()> {
        let result = self.file.write_all(self.blocks.get_ref());
        let octets = u64::try_from(self.blocks.get_ref().len()).unwrap_or(u64::MAX);
        self.blocks.get_mut().clear();
        match &result {
            Ok(()) => self.written = self.written.saturating_add(octets),
            Err(_) => {
                self.has_failed = true;
                // What is not a file has had all there is.
                let _ = self.file.set_len(self.written);
            }
        }
        result
    }

    /// Makes up the handshake of a connection, unless it has one.
    fn handshake(&mut self, client: SocketAddr, server: SocketAddr) -> io::Result<()> {
        if self.has_failed || self.sequence.contains(&(client, server)) {
            return Ok(());
        }
        let there = |sequence| {
            Ok::<_, io::Error>(ip(client, server)?.tcp(
                client.port(),
                server.port(),
                sequence,
                WINDOW,
            ))
        };
        let back = ip(server, client)?.tcp(server.port(), client.port(), 0, WINDOW);
        for header in [there(0)?.syn(), back.syn().ack(1), there(1)?.ack(1)] {
            self.packet(packet(|packet| header.write(packet, &[]))?)?;
        }
        self.sequence.put((client, server), 1);
        self.sequence.put((server, client), 1);
        while self.sequence.len() > DIRECTIONS_MAX {
            self.sequence.pop_lru();
        }
        Ok(())
    }

    /// Writes a message as TCP segments; without a handshake before it, whoever speaks first is the client.
    fn tcp(&mut self, seen: &Seen<'_>) -> io::Result<()> {
        /// What fits a packet of IPv4 beside the headers, in round numbers.
        const SEGMENT_OCTETS: usize = 32_768;
        let (from, to) = (seen.from, seen.to);
        self.handshake(from, to)?;
        for segment in on_the_wire(seen).chunks(SEGMENT_OCTETS) {
            let acknowledged = self.sequence.get(&(to, from)).copied().unwrap_or(1);
            let next = self.sequence.get_or_insert_mut((from, to), || 1);
            let sequence = *next;
            *next = sequence.wrapping_add(u32::try_from(segment.len()).unwrap_or(0));
            let header = ip(from, to)?
                .tcp(from.port(), to.port(), sequence, WINDOW)
                .ack(acknowledged)
                .psh();
            self.packet(packet(|packet| header.write(packet, segment))?)?;
        }
        Ok(())
    }
}

/// The message as its transport carries it: on a stream a length stands before a DNS message (RFC 1035 §4.2.2).
fn on_the_wire<'s>(seen: &Seen<'s>) -> Cow<'s, [u8]> {
    let mut framed = Vec::new();
    let is_framed = seen.protocol == Protocol::Dns && seen.transport == Transport::Tcp;
    if is_framed && wire_dns::stream::encode(seen.octets, &mut framed).is_ok() {
        return Cow::Owned(framed);
    }
    Cow::Borrowed(seen.octets)
}

/// A piece of the message behind the tags of Wireshark's "exported PDU" (`epan/exported_pdu.h`): dissector name, addresses, ports.
fn exported_pdu(seen: &Seen<'_>, octets: &[u8]) -> Vec<u8> {
    const END: u16 = 0;
    const DISSECTOR_NAME: u16 = 12;
    const IPV4_SOURCE: u16 = 20;
    const IPV4_DESTINATION: u16 = 21;
    const IPV6_SOURCE: u16 = 22;
    const IPV6_DESTINATION: u16 = 23;
    const PORT_TYPE: u16 = 24;
    const SOURCE_PORT: u16 = 25;
    const DESTINATION_PORT: u16 = 26;
    let mut data = Vec::with_capacity(octets.len().saturating_add(96));
    let mut tag = |kind: u16, value: &[u8]| {
        let padded = value.len().next_multiple_of(4);
        data.extend(kind.to_be_bytes());
        data.extend(u16::try_from(padded).unwrap_or(u16::MAX).to_be_bytes());
        data.extend(value);
        data.extend(core::iter::repeat_n(0, padded.saturating_sub(value.len())));
    };
    let port_type: u32 = match seen.transport {
        Transport::Tcp => 2,
        Transport::Udp => 3,
    };
    tag(DISSECTOR_NAME, seen.protocol.dissector().as_bytes());
    match (seen.from.ip().to_canonical(), seen.to.ip().to_canonical()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            tag(IPV4_SOURCE, &from.octets());
            tag(IPV4_DESTINATION, &to.octets());
        }
        (from, to) => {
            tag(IPV6_SOURCE, &ipv6_octets(from));
            tag(IPV6_DESTINATION, &ipv6_octets(to));
        }
    }
    tag(PORT_TYPE, &port_type.to_be_bytes());
    tag(SOURCE_PORT, &u32::from(seen.from.port()).to_be_bytes());
    tag(DESTINATION_PORT, &u32::from(seen.to.port()).to_be_bytes());
    tag(END, &[]);
    data.extend(octets);
    data
}

fn ipv6_octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// An IP header for these addresses.
fn ip(from: SocketAddr, to: SocketAddr) -> io::Result<PacketBuilderStep<IpHeaders>> {
    const HOPS: u8 = 64;
    let headers = match (from.ip().to_canonical(), to.ip().to_canonical()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => IpHeaders::Ipv4(
            Ipv4Header::new(0, HOPS, etherparse::IpNumber(0), from.octets(), to.octets())
                .map_err(io::Error::other)?,
            etherparse::Ipv4Extensions::default(),
        ),
        (from, to) => IpHeaders::Ipv6(
            Ipv6Header {
                hop_limit: HOPS,
                source: ipv6_octets(from),
                destination: ipv6_octets(to),
                ..Ipv6Header::default()
            },
            etherparse::Ipv6Extensions::default(),
        ),
    };
    Ok(PacketBuilder::ip(headers))
}

/// The packet that `write` writes.
fn packet(write: impl FnOnce(&mut Vec<u8>) -> Result<(), BuildWriteError>) -> io::Result<Vec<u8>> {
    let mut packet = Vec::new();
    write(&mut packet).map_err(io::Error::other)?;
    Ok(packet)
}

/// The window of every segment.
const WINDOW: u16 = 65_535;

fn io_error(error: PcapError) -> io::Error {
    match error {
        PcapError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

/// `if_tsresol`: times count in units of 10⁻⁹ s.
const NANOSECONDS: u8 = 9;

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::path::Path;

    use super::{Capture, CaptureForm, DIRECTIONS_MAX};

    /// A server captures for as long as it runs.
    #[test]
    fn connections_of_long_ago_are_forgotten() {
        let capture = Capture::create(Path::new("/dev/null"), CaptureForm::Tcp).unwrap();
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        let clients = (1..=u16::MAX).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        for client in clients.filter(|client| client != &server) {
            capture.connected(client, server).unwrap();
        }
        let state = super::lock(&capture.state);
        assert_eq!(state.sequence.len(), DIRECTIONS_MAX);
        assert!(state.written > 0);
    }
}
