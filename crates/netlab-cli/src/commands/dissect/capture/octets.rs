//! Numbers at a place in octets, `None` where the octets end before.

/// Two octets, the high one first.
pub(super) fn be16(octets: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*octets.get(place..)?.first_chunk()?))
}

/// Two octets, the low one first.
pub(super) fn le16(octets: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*octets.get(place..)?.first_chunk()?))
}

/// Four octets, the high one first.
pub(super) fn be32(octets: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*octets.get(place..)?.first_chunk()?))
}
