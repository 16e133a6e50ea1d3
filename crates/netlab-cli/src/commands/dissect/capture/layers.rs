//! From the link of a packet, through tags and tunnels, to the IP packet in it.

use super::octets::{be16, le16};

/// What octets begin with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Layer {
    Ip,
    Ethernet,
    /// What an EtherType announced; the small ones are lengths, with LLC behind them (IEEE 802.3).
    EtherType(u16),
    Llc,
    Mpls,
    Ppp,
    /// `LINKTYPE_C_HDLC`: address, control, EtherType.
    CiscoHdlc,
    /// `LINKTYPE_NULL` and `LINKTYPE_LOOP`: the address family in four octets.
    Loopback,
    /// `LINKTYPE_LINUX_SLL`, the "cooked" header: 16 octets that end in the EtherType.
    Cooked,
    /// `LINKTYPE_LINUX_SLL2`: 20 octets that begin with it.
    Cooked2,
    /// A frame of a wireless network.
    Wireless,
    /// `LINKTYPE_IEEE802_11_RADIOTAP`: what the radio tells, then the frame.
    Radiotap,
    Fddi,
    /// `LINKTYPE_PPI`: what the capturing program tells, its length and the link type behind it among that.
    Ppi,
    /// `LINKTYPE_PKTAP`: the same of macOS.
    Pktap,
    /// `LINKTYPE_NFLOG`: what the packet filter of Linux tells, the packet among that.
    Netfilter,
}

impl Layer {
    /// What packets of a link type begin with; `None` for what is not known here.
    pub(super) const fn of_link(link: u16) -> Option<Self> {
        Some(match link {
            0 | 108 => Self::Loopback,
            1 => Self::Ethernet,
            9 | 50 => Self::Ppp,
            // `LINKTYPE_RAW`, as the systems number it whose captures say so (Linux and others, OpenBSD), and those of one IP version.
            101 | 12 | 14 | 228 | 229 => Self::Ip,
            10 => Self::Fddi,
            51 => Self::EtherType(PPPOE),
            100 => Self::Llc,
            104 => Self::CiscoHdlc,
            105 => Self::Wireless,
            113 => Self::Cooked,
            127 => Self::Radiotap,
            192 => Self::Ppi,
            239 => Self::Netfilter,
            258 => Self::Pktap,
            276 => Self::Cooked2,
            _ => return None,
        })
    }

    /// The IP packet in `data`, if there is one. Every layer but a length and that before LLC takes
    /// octets, so this comes to an end.
    pub(super) fn to_ip(mut self, mut data: &[u8]) -> Option<&[u8]> {
        while self != Self::Ip {
            (self, data) = self.open(data)?;
        }
        Some(data)
    }

    /// What is inside.
    fn open(self, data: &[u8]) -> Option<(Self, &[u8])> {
        Some(match self {
            Self::Ip => (self, data),
            Self::Ethernet => (Self::EtherType(be16(data, 12)?), data.get(14..)?),
            Self::EtherType(length @ 0..=1500) => {
                (Self::Llc, data.get(..length.into()).unwrap_or(data))
            }
            Self::EtherType(0x0800 | 0x86dd) => (Self::Ip, data),
            // A tag for a virtual network (IEEE 802.1Q), and an outer one.
            Self::EtherType(0x8100 | 0x88a8 | 0x9100 | 0x9200) => {
                (Self::EtherType(be16(data, 2)?), data.get(4..)?)
            }
            Self::EtherType(0x8847 | 0x8848) => (Self::Mpls, data),
            // RFC 2516 section 4.
            Self::EtherType(PPPOE) => {
                let behind = data.get(6..)?;
                let session = behind.get(..be16(data, 4)?.into());
                (Self::Ppp, session.unwrap_or(behind))
            }
            Self::EtherType(0x6558) => (Self::Ethernet, data),
            Self::EtherType(0x880b) => (Self::Ppp, data),
            Self::EtherType(_) => return None,
            // SNAP with an EtherType (RFC 1042), or the address that IP itself has in LLC.
            Self::Llc => match data {
                [0xaa, 0xaa, 3, 0, 0, 0, high, low, behind @ ..] => {
                    (Self::EtherType(u16::from_be_bytes([*high, *low])), behind)
                }
                [6, 6, 3, behind @ ..] => (Self::Ip, behind),
                _ => return None,
            },
            // RFC 3032 section 2.1: the last label has a bit set; what it is for says only the router.
            Self::Mpls => match data {
                [_, _, last, _, behind @ ..] if last & 1 == 0 => (Self::Mpls, behind),
                [_, _, _, _, behind @ ..] => match behind.first()? >> 4 {
                    4 | 6 => (Self::Ip, behind),
                    // The control word of an Ethernet pseudowire (RFC 4448 section 4.6).
                    0 => (Self::Ethernet, behind.get(4..)?),
                    _ => return None,
                },
                _ => return None,
            },
            // RFC 1661 section 2, with or without the address and control of RFC 1662; an odd first octet is the whole protocol.
            Self::Ppp => {
                let data = data.strip_prefix(&[0xff, 3]).unwrap_or(data);
                let (protocol, behind) = match data {
                    [0x0f | 0x8f, 0, ..] => return Self::CiscoHdlc.open(data),
                    [low, behind @ ..] if low & 1 == 1 => (u16::from(*low), behind),
                    [high, low, behind @ ..] => (u16::from_be_bytes([*high, *low]), behind),
                    _ => return None,
                };
                match protocol {
                    0x21 | 0x57 => (Self::Ip, behind),
                    0x281 | 0x283 => (Self::Mpls, behind),
                    _ => return None,
                }
            }
            Self::CiscoHdlc => (Self::EtherType(be16(data, 2)?), data.get(4..)?),
            Self::Loopback => (Self::Ip, data.get(4..)?),
            Self::Cooked => match be16(data, 14)? {
                // No length here, but the number for LLC.
                4 => (Self::Llc, data.get(16..)?),
                ethertype => (Self::EtherType(ethertype), data.get(16..)?),
            },
            Self::Cooked2 => (Self::EtherType(be16(data, 0)?), data.get(20..)?),
            Self::Wireless => (Self::Llc, wireless_data(data)?),
            Self::Radiotap => (Self::Wireless, data.get(le16(data, 2)?.into()..)?),
            Self::Fddi => (Self::Llc, data.get(13..)?),
            Self::Ppi => {
                let layer = Self::of_link(le16(data, 4)?)?;
                (layer, data.get(le16(data, 2)?.max(8).into()..)?)
            }
            Self::Pktap => {
                let layer = Self::of_link(le16(data, 8)?)?;
                (layer, data.get(le16(data, 0)?.max(12).into()..)?)
            }
            Self::Netfilter => (Self::Ip, netfilter_payload(data.get(4..)?)?),
        })
    }
}

const PPPOE: u16 = 0x8864;

/// What a frame of a wireless network carries (IEEE 802.11 section 9.3.2), if it is data in one piece and in clear.
fn wireless_data(frame: &[u8]) -> Option<&[u8]> {
    const PROTECTED: u8 = 0x40;
    const MORE_FRAGMENTS: u8 = 4;
    let (kind, flags) = (*frame.first()?, *frame.get(1)?);
    let is_data = kind & 0b0100_1100 == 0b0000_1000;
    let fragment = frame.get(22)? & 15;
    if !is_data || flags & (PROTECTED | MORE_FRAGMENTS) != 0 || fragment != 0 {
        return None;
    }
    let addresses = if flags & 3 == 3 { 30 } else { 24 };
    let mut behind = frame.get(addresses..)?;
    if kind & 0x80 != 0 {
        // Quality of service, and the field that a set order bit announces there; several packets in one frame are not taken apart.
        const SEVERAL: u8 = 0x80;
        let control = if flags & 0x80 == 0 { 2 } else { 6 };
        if behind.first()? & SEVERAL != 0 {
            return None;
        }
        behind = behind.get(control..)?;
    }
    Some(behind)
}

/// The packet among attributes, each behind its length and kind in the order of the capturing machine; big ones are long gone.
fn netfilter_payload(mut attributes: &[u8]) -> Option<&[u8]> {
    const HEADER: usize = 4;
    const PAYLOAD: u16 = 9;
    loop {
        let length = usize::from(le16(attributes, 0)?);
        let value = attributes.get(HEADER..length)?;
        if le16(attributes, 2)? == PAYLOAD {
            return Some(value);
        }
        attributes = attributes.get(length.next_multiple_of(HEADER)..)?;
    }
}

/// What the header of GRE announces (RFC 2784, RFC 2890; with the PPP of RFC 2637), and the octets behind it.
pub(super) fn behind_gre(data: &[u8]) -> Option<(Layer, &[u8])> {
    const CHECKSUM: u16 = 0x8000;
    const ROUTING: u16 = 0x4000;
    const KEY: u16 = 0x2000;
    const SEQUENCE: u16 = 0x1000;
    const ACKNOWLEDGED: u16 = 0x0080;
    const MIRRORED: u16 = 0x88be;
    let flags = be16(data, 0)?;
    if flags & ROUTING != 0 {
        return None;
    }
    let optional = [CHECKSUM, KEY, SEQUENCE, ACKNOWLEDGED]
        .iter()
        .filter(|flag| flags & **flag != 0)
        .count();
    let behind = data.get(optional.saturating_mul(4).saturating_add(4)..)?;
    match be16(data, 2)? {
        // What a switch mirrors (ERSPAN): with a sequence number there is a header of its own, too.
        MIRRORED if flags & SEQUENCE == 0 => Some((Layer::Ethernet, behind)),
        MIRRORED => Some((Layer::Ethernet, behind.get(8..)?)),
        ethertype => Some((Layer::EtherType(ethertype), behind)),
    }
}

/// What a datagram to the port of a tunnel carries: VXLAN (RFC 7348) or Geneve (RFC 8926).
pub(super) fn behind_udp(port: u16, data: &[u8]) -> Option<(Layer, &[u8])> {
    match (port, data) {
        (4789, [flags, _, _, _, _, _, _, _, behind @ ..]) if flags & 8 != 0 => {
            Some((Layer::Ethernet, behind))
        }
        (6081, [first, _, high, low, _, _, _, _, behind @ ..]) if first >> 6 == 0 => {
            let options = usize::from(first & 63).saturating_mul(4);
            let ethertype = u16::from_be_bytes([*high, *low]);
            Some((Layer::EtherType(ethertype), behind.get(options..)?))
        }
        (2152, [flags, 0xff, _, _, _, _, _, _, behind @ ..]) if flags >> 4 == 3 => {
            Some((Layer::Ip, behind_gtp(flags & 7 != 0, behind)?))
        }
        _ => None,
    }
}

/// What is behind the optional fields of GTP-U and its extension headers, each of which says its length in fours and what follows.
fn behind_gtp(has_options: bool, mut behind: &[u8]) -> Option<&[u8]> {
    if !has_options {
        return Some(behind);
    }
    let mut next = *behind.get(3)?;
    behind = behind.get(4..)?;
    while next != 0 {
        let length = usize::from(*behind.first()?).saturating_mul(4).max(4);
        next = *behind.get(length.saturating_sub(1))?;
        behind = behind.get(length..)?;
    }
    Some(behind)
}
