//! pcapng: blocks, each with its kind and length.

use super::{BREAKS_OFF, Order, Packet};

/// The kind of the first block of each section, the same in either order.
pub(super) const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// An interface of a section.
struct Interface {
    link: u16,
    /// No packet has more octets, unless it is 0.
    snapshot: usize,
}

pub(super) fn packets(mut octets: &[u8], mut take: impl FnMut(Packet<'_>)) -> Result<(), String> {
    const SECTION: u32 = 0x0a0d_0d0a;
    const INTERFACE: u32 = 1;
    const OBSOLETE_PACKET: u32 = 2;
    const SIMPLE_PACKET: u32 = 3;
    const ENHANCED_PACKET: u32 = 6;
    let mut order = Order::Big;
    let mut interfaces = Vec::new();
    while !octets.is_empty() {
        if octets.starts_with(&MAGIC) {
            order = section_order(octets)?;
        }
        let kind = order.u32(octets, 0).ok_or(BREAKS_OFF)?;
        let length = order.length(octets, 4).ok_or(BREAKS_OFF)?;
        if length < 12 {
            return Err(format!("it has a block of {length} octets"));
        }
        // Its length stands behind the block once more, for readers that go back.
        let (block, rest) = length
            .checked_next_multiple_of(4)
            .and_then(|length| octets.split_at_checked(length))
            .ok_or(BREAKS_OFF)?;
        let body = block.get(8..length.saturating_sub(4)).unwrap_or_default();
        octets = rest;
        match kind {
            SECTION => interfaces.clear(),
            INTERFACE => interfaces.push(Interface {
                link: order.u16(body, 0).ok_or(BROKEN)?,
                snapshot: order.length(body, 4).ok_or(BROKEN)?,
            }),
            ENHANCED_PACKET | OBSOLETE_PACKET => {
                let index = if kind == ENHANCED_PACKET {
                    order.length(body, 0)
                } else {
                    order.u16(body, 0).map(usize::from)
                };
                let link = index
                    .and_then(|index| interfaces.get(index))
                    .ok_or("it has a packet of an interface that it does not describe")?
                    .link;
                let captured = order.length(body, 12).ok_or(BROKEN)?;
                let length = order.length(body, 16).ok_or(BROKEN)?;
                let data = body.get(20..).ok_or(BROKEN)?;
                take(Packet {
                    link,
                    data: data.get(..captured).ok_or(BROKEN)?,
                    cut: length.saturating_sub(captured),
                });
            }
            SIMPLE_PACKET => {
                let interface = interfaces
                    .first()
                    .ok_or("it has a packet before any interface")?;
                let length = order.length(body, 0).ok_or(BROKEN)?;
                let captured = match interface.snapshot {
                    0 => length,
                    snapshot => length.min(snapshot),
                };
                let data = body.get(4..).unwrap_or_default();
                let data = data.get(..captured).unwrap_or(data);
                take(Packet {
                    link: interface.link,
                    data,
                    cut: length.saturating_sub(data.len()),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

const BROKEN: &str = "it has a block that is too short for what it says it has";

/// The order of the numbers of a section.
fn section_order(octets: &[u8]) -> Result<Order, String> {
    match octets.get(8..12) {
        Some([0x1a, 0x2b, 0x3c, 0x4d]) => Ok(Order::Big),
        Some([0x4d, 0x3c, 0x2b, 0x1a]) => Ok(Order::Little),
        Some(_) => Err("its first block does not say the order of its octets".to_owned()),
        None => Err(BREAKS_OFF.to_owned()),
    }
}
