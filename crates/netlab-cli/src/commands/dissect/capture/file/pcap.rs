//! pcap: a header, then packets.

use super::{BREAKS_OFF, Order, Packet};

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

pub(super) fn packets(octets: &[u8], mut take: impl FnMut(Packet<'_>)) -> Result<(), String> {
    const FILE_HEADER: usize = 24;
    let (order, header) = form(octets).ok_or("it does not begin as pcap or pcapng files do")?;
    let (head, mut rest) = octets
        .split_at_checked(FILE_HEADER)
        .ok_or("it ends in the middle of its header")?;
    // What stands in the upper half is of the frame check sequence.
    let link = order.u32(head, 20).map_or(0, |word| word & 0xffff);
    let link = u16::try_from(link).unwrap_or(0);
    while !rest.is_empty() {
        let (head, behind) = rest.split_at_checked(header).ok_or(BREAKS_OFF)?;
        let captured = order.length(head, 8).ok_or(BREAKS_OFF)?;
        let length = order.length(head, 12).ok_or(BREAKS_OFF)?;
        let (data, behind) = behind.split_at_checked(captured).ok_or(BREAKS_OFF)?;
        take(Packet {
            link,
            data,
            cut: length.saturating_sub(captured),
        });
        rest = behind;
    }
    Ok(())
}
