//! pcapng: blocks, each with its kind and length.

use super::{Order, Packet};

/// The kind of the first block of each section, the same in either order.
pub(super) const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// An interface of a section.
struct Interface {
    link: u16,
    /// No packet has more octets, unless it is 0.
    snapshot: usize,
}

struct Block<'a> {
    kind: u32,
    body: &'a [u8],
}

/// What is known of the section.
pub(super) struct Reader {
    order: Order,
    interfaces: Vec<Interface>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            order: Order::Big,
            interfaces: Vec::new(),
        }
    }
}

impl Reader {
    /// Gives each packet whose block is there whole to `take`, and says how many octets of blocks there were.
    pub(super) fn packets(
        &mut self,
        octets: &[u8],
        mut take: impl FnMut(Packet<'_>),
    ) -> Result<usize, String> {
        let mut rest = octets;
        while let Some((block, behind)) = self.block(rest)? {
            self.take(&block, &mut take)?;
            rest = behind;
        }
        Ok(octets.len().saturating_sub(rest.len()))
    }

    /// The next block and what is behind it; `None` if it is not there whole.
    fn block<'a>(&mut self, octets: &'a [u8]) -> Result<Option<(Block<'a>, &'a [u8])>, String> {
        if octets.starts_with(&MAGIC) {
            let Some(order) = section_order(octets)? else {
                return Ok(None);
            };
            self.order = order;
        }
        let (Some(kind), Some(length)) = (self.order.u32(octets, 0), self.order.length(octets, 4))
        else {
            return Ok(None);
        };
        if length < 12 {
            return Err(format!("it has a block of {length} octets"));
        }
        // Its length stands behind the block once more, for readers that go back.
        let block = length
            .checked_next_multiple_of(4)
            .and_then(|length| octets.split_at_checked(length));
        Ok(block.map(|(block, behind)| {
            let body = block.get(8..length.saturating_sub(4)).unwrap_or_default();
            (Block { kind, body }, behind)
        }))
    }

    /// Takes what a block says.
    fn take(&mut self, block: &Block<'_>, take: &mut impl FnMut(Packet<'_>)) -> Result<(), String> {
        const SECTION: u32 = 0x0a0d_0d0a;
        const INTERFACE: u32 = 1;
        const OBSOLETE_PACKET: u32 = 2;
        const SIMPLE_PACKET: u32 = 3;
        const ENHANCED_PACKET: u32 = 6;
        let (order, body) = (self.order, block.body);
        match block.kind {
            SECTION => self.interfaces.clear(),
            INTERFACE => self.interfaces.push(Interface {
                link: order.u16(body, 0).ok_or(BROKEN)?,
                snapshot: order.length(body, 4).ok_or(BROKEN)?,
            }),
            ENHANCED_PACKET | OBSOLETE_PACKET => {
                let index = if block.kind == ENHANCED_PACKET {
                    order.length(body, 0)
                } else {
                    order.u16(body, 0).map(usize::from)
                };
                let link = index
                    .and_then(|index| self.interfaces.get(index))
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
                let interface = self
                    .interfaces
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
        Ok(())
    }
}

const BROKEN: &str = "it has a block that is too short for what it says it has";

/// The order of the numbers of a section, if it is there.
fn section_order(octets: &[u8]) -> Result<Option<Order>, String> {
    match octets.get(8..12) {
        Some([0x1a, 0x2b, 0x3c, 0x4d]) => Ok(Some(Order::Big)),
        Some([0x4d, 0x3c, 0x2b, 0x1a]) => Ok(Some(Order::Little)),
        Some(_) => Err("its first block does not say the order of its octets".to_owned()),
        None => Ok(None),
    }
}
