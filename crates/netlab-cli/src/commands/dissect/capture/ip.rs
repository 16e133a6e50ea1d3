//! IP headers: what a packet carries, from whom to whom.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::octets::{be16, be32};

/// A packet of IPv4 or IPv6, without its header and extension headers.
pub(super) struct IpPacket<'a> {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) carried: Carried<'a>,
    /// How many octets at its end were not captured.
    pub(super) missing: usize,
}

/// What is behind the headers.
pub(super) struct Carried<'a> {
    /// The protocol of the payload.
    pub(super) protocol: u8,
    pub(super) payload: &'a [u8],
    pub(super) fragment: Option<Fragment>,
}

/// Where a fragment stands in its packet (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy)]
pub(super) struct Fragment {
    pub(super) id: u32,
    /// In octets.
    pub(super) place: u64,
    pub(super) more: bool,
}

/// Reads a packet from which `cut` octets at the end were not captured; `None` if it is none.
pub(super) fn read(octets: &[u8], cut: usize) -> Option<IpPacket<'_>> {
    match octets.first()? >> 4 {
        4 => ipv4(octets, cut),
        6 => ipv6(octets, cut),
        _ => None,
    }
}

/// RFC 791 section 3.1.
fn ipv4(octets: &[u8], cut: usize) -> Option<IpPacket<'_>> {
    const MORE: u16 = 0x2000;
    const OFFSET: u16 = 0x1fff;
    let header = usize::from(octets.first()? & 15).saturating_mul(4);
    let from = Ipv4Addr::from(be32(octets, 12)?);
    let to = Ipv4Addr::from(be32(octets, 16)?);
    let protocol = *octets.get(9)?;
    let total = usize::from(be16(octets, 2)?);
    let behind = octets.get(header..)?;
    if header < 20 {
        return None;
    }
    let (payload, missing) = match total.checked_sub(header) {
        Some(length) => limited(behind, length),
        // The sending machine leaves it to its network card to cut the packet up; it was captured before that.
        None if total == 0 => (behind, cut),
        None => return None,
    };
    let field = be16(octets, 6)?;
    let fragment = Fragment {
        id: be16(octets, 4)?.into(),
        place: u64::from(field & OFFSET).saturating_mul(8),
        more: field & MORE != 0,
    };
    let mut carried = Carried {
        protocol,
        payload,
        fragment: (fragment.more || fragment.place > 0).then_some(fragment),
    };
    if protocol == AUTHENTICATION && carried.fragment.is_none() {
        carried = behind_extensions(protocol, payload)?;
    }
    Some(IpPacket {
        from: from.into(),
        to: to.into(),
        carried,
        missing,
    })
}

/// RFC 8200 section 3.
fn ipv6(octets: &[u8], cut: usize) -> Option<IpPacket<'_>> {
    let (header, behind) = octets.split_first_chunk::<40>()?;
    let address = |place: usize| Some(Ipv6Addr::from(*header.get(place..)?.first_chunk::<16>()?));
    let (payload, missing) = match be16(header, 4)? {
        // The same, or a jumbogram (RFC 2675), which has its length in an option.
        0 => (behind, cut),
        length => limited(behind, length.into()),
    };
    Some(IpPacket {
        from: address(8)?.into(),
        to: address(24)?.into(),
        carried: behind_extensions(*header.get(6)?, payload)?,
        missing,
    })
}

/// As much of `length` octets as there is, and how many there are not.
fn limited(octets: &[u8], length: usize) -> (&[u8], usize) {
    match octets.get(..length) {
        Some(octets) => (octets, 0),
        None => (octets, length.saturating_sub(octets.len())),
    }
}

const AUTHENTICATION: u8 = 51;

/// What is behind extension headers (RFC 8200 section 4, RFC 4302), to a fragment at most; `None` if they break off.
pub(super) fn behind_extensions(mut protocol: u8, mut payload: &[u8]) -> Option<Carried<'_>> {
    /// Hop-by-hop options, routing, destination options, mobility, host identity, Shim6.
    const EXTENSIONS: [u8; 6] = [0, 43, 60, 135, 139, 140];
    const FRAGMENT: u8 = 44;
    loop {
        let length = match protocol {
            FRAGMENT => {
                let field = be16(payload, 2)?;
                let fragment = Fragment {
                    id: be32(payload, 4)?,
                    place: u64::from(field & !7),
                    more: field & 1 != 0,
                };
                let next = *payload.first()?;
                if fragment.more || fragment.place > 0 {
                    return Some(Carried {
                        protocol: next,
                        payload: payload.get(8..)?,
                        fragment: Some(fragment),
                    });
                }
                8
            }
            AUTHENTICATION => usize::from(*payload.get(1)?)
                .saturating_add(2)
                .saturating_mul(4),
            known if EXTENSIONS.contains(&known) => usize::from(*payload.get(1)?)
                .saturating_add(1)
                .saturating_mul(8),
            _ => {
                return Some(Carried {
                    protocol,
                    payload,
                    fragment: None,
                });
            }
        };
        protocol = *payload.first()?;
        payload = payload.get(length..)?;
    }
}
