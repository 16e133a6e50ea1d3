//! Octets put together from pieces that come in any order, some of them again, some never.

use std::collections::BTreeMap;

/// Octets by where they stand; those that came first stay.
#[derive(Default)]
pub(super) struct Pieces {
    /// None overlaps another.
    pieces: BTreeMap<u64, Piece>,
}

/// Octets of one packet.
pub(super) struct Piece {
    pub(super) octets: Vec<u8>,
    /// The number of the packet that brought them.
    pub(super) packet: u64,
}

impl Pieces {
    /// Puts octets where they stand and says how many of them are new.
    pub(super) fn insert(&mut self, mut place: u64, mut octets: &[u8], packet: u64) -> u64 {
        let mut new = 0_u64;
        while !octets.is_empty() {
            let before = self.pieces.range(..=place).next_back();
            let end = before.map_or(0, |(start, piece)| start.saturating_add(length(piece)));
            let known = usize::try_from(end.saturating_sub(place)).unwrap_or(usize::MAX);
            let Some(rest) = octets.get(known..) else {
                break;
            };
            place = place.max(end);
            let behind = self.pieces.range(place..).next();
            let free = behind.map_or(usize::MAX, |(start, _)| {
                usize::try_from(start.saturating_sub(place)).unwrap_or(usize::MAX)
            });
            let (piece, rest) = rest.split_at_checked(free).unwrap_or((rest, &[]));
            if !piece.is_empty() {
                let piece = Piece {
                    octets: piece.to_vec(),
                    packet,
                };
                let taken = length(&piece);
                self.pieces.insert(place, piece);
                place = place.saturating_add(taken);
                new = new.saturating_add(taken);
            }
            octets = rest;
        }
        new
    }

    /// Where the first piece stands.
    pub(super) fn start(&self) -> Option<u64> {
        self.pieces.keys().next().copied()
    }

    /// All pieces in order, each with its place.
    pub(super) fn into_iter(self) -> impl Iterator<Item = (u64, Piece)> {
        self.pieces.into_iter()
    }
}

pub(super) fn length(piece: &Piece) -> u64 {
    u64::try_from(piece.octets.len()).unwrap_or(u64::MAX)
}
