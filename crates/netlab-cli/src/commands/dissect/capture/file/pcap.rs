//! pcap: a header, then packets.

use super::{Order, Packet};

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Of a patched library of old; each packet has eight octets more in its header.
const MODIFIED: u32 = 0xa1b2_cd34;

/// The order of its numbers, and how long the header of a packet is.
fn form(octets: &[u8]) -> Option<(Order, usize)> {
    [Order::Big, Order::Little].into_iter().find_map(|order| {
        let header = match order.u32(octets, 0)? {
            MICROSECONDS | NANOSECONDS => 16,
            MODIFIED => 24,
            _ => return None,
        };
        Some((order, header))
    })
}

pub(super) fn is_magic(octets: &[u8]) -> bool {
    form(octets).is_some()
}

/// What the header said, once it has come.
#[derive(Default)]
pub(super) struct Reader {
    header: Option<Header>,
}

struct Header {
    order: Order,
    /// How long the header of each packet is.
    packet_header: usize,
    link: u16,
}

impl Reader {
    /// Gives each packet that is there whole to `take`, and says how many octets they all were.
    pub(super) fn packets(
        &mut self,
        octets: &[u8],
        mut take: impl FnMut(Packet<'_>),
    ) -> Result<usize, String> {
        const FILE_HEADER: usize = 24;
        let mut rest = octets;
        let header = match &self.header {
            Some(header) => header,
            None => {
                let (order, packet_header) =
                    form(octets).ok_or("it does not begin as pcap or pcapng files do")?;
                let Some((head, behind)) = octets.split_at_checked(FILE_HEADER) else {
                    return Ok(0);
                };
                rest = behind;
                // What stands in the upper half is of the frame check sequence.
                let link = order.u32(head, 20).map_or(0, |word| word & 0xffff);
                self.header.insert(Header {
                    order,
                    packet_header,
                    link: u16::try_from(link).unwrap_or(0),
                })
            }
        };
        while let Some((packet, behind)) = header.packet(rest) {
            take(packet);
            rest = behind;
        }
        Ok(octets.len().saturating_sub(rest.len()))
    }

    /// In the middle of what it ends, if octets are left.
    pub(super) const fn place(&self) -> &'static str {
        match self.header {
            Some(_) => "a packet",
            None => "its header",
        }
    }
}

impl Header {
    /// The next packet and what is behind it; `None` if it is not there whole.
    fn packet<'a>(&self, octets: &'a [u8]) -> Option<(Packet<'a>, &'a [u8])> {
        let (head, behind) = octets.split_at_checked(self.packet_header)?;
        let captured = self.order.length(head, 8)?;
        let length = self.order.length(head, 12)?;
        let (data, behind) = behind.split_at_checked(captured)?;
        let packet = Packet {
            link: self.link,
            data,
            cut: length.saturating_sub(captured),
        };
        Some((packet, behind))
    }
}
