//! The table of names already written, for compression (RFC 1035 §4.1.4).

use crate::limits::POINTER_TARGET_END;

/// Slots of the table that every message begins with.
const SMALL: usize = 64;

/// Slots of the table that takes over when the small one is half full.
const LARGE: usize = 4096;

/// Slots looked at before a name is taken as new. Bounded, whatever names a peer chooses (RUSTSEC-2026-0119).
const PROBES: usize = 8;

/// Finds the longest tail of a name that was written before, in exactly the same case.
///
/// An open-addressed hash table of every name and every tail of a name in the message. A slot holds 16 bits of the hash
/// above the 14-bit position; what it promises is compared with the message before it is believed.
#[derive(Clone, Debug)]
pub(crate) struct Compressor {
    small: [u32; SMALL],
    large: Option<[u32; LARGE]>,
    used: usize,
}

impl Compressor {
    /// An empty table.
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            small: [0; SMALL],
            large: None,
            used: 0,
        }
    }

    /// How many names are in the table.
    pub(crate) const fn used(&self) -> usize {
        self.used
    }

    /// Forgets the names from position `from` on, down to `used` names.
    ///
    /// What was entered later is what lies further behind, and never stood in the way of an older name's probes.
    pub(crate) fn forget(&mut self, from: usize, used: usize) {
        if self.used == used {
            return;
        }
        self.used = used;
        for slot in self.slots() {
            if position(*slot) >= from {
                *slot = 0;
            }
        }
    }

    /// How a name is to be written: so many octets of `flat` as they are, then a pointer to the position given, if any.
    ///
    /// It will be written at `at`, behind the message `octets`. Its new tails are entered in the table.
    #[inline]
    pub(crate) fn enter(&mut self, octets: &[u8], flat: &[u8], at: usize) -> (usize, Option<u16>) {
        let mut start = 0usize;
        let mut tail = flat;
        while let Some(len @ 1..) = tail.first().copied() {
            if let Some(found) = self.find_or_enter(octets, tail, at.wrapping_add(start)) {
                return (start, Some(found));
            }
            let label_end = usize::from(len).wrapping_add(1);
            start = start.wrapping_add(label_end);
            tail = tail.get(label_end..).unwrap_or_default();
        }
        (flat.len(), None)
    }

    /// Where a name was written before; if nowhere, it is entered as to be written at `at`.
    #[inline]
    fn find_or_enter(&mut self, octets: &[u8], name: &[u8], at: usize) -> Option<u16> {
        let hash = hash(name);
        let slots = self.slots();
        let mask = slots.len().wrapping_sub(1);
        for probe in 0..PROBES {
            let slot = slots.get_mut(hash.wrapping_add(probe) & mask)?;
            if *slot == 0 {
                // A pointer has 14 bits.
                if at < POINTER_TARGET_END {
                    *slot = entry(hash, at);
                    self.used = self.used.wrapping_add(1);
                    if self.used == SMALL / 2 {
                        self.enlarge();
                    }
                }
                return None;
            }
            if slot.wrapping_shr(16) as usize == hash
                && is_written_at(octets, name, position(*slot))
            {
                return u16::try_from(position(*slot)).ok();
            }
        }
        None
    }

    #[inline]
    fn slots(&mut self) -> &mut [u32] {
        match &mut self.large {
            Some(large) => large,
            None => &mut self.small,
        }
    }

    #[cold]
    #[inline(never)]
    fn enlarge(&mut self) {
        // After a roll-back the large table may be there already.
        if self.large.is_some() {
            return;
        }
        let large = self.large.insert([0; LARGE]);
        for slot in self.small.iter().filter(|slot| **slot != 0) {
            let hash = slot.wrapping_shr(16) as usize;
            let free = (0..PROBES).map(|probe| hash.wrapping_add(probe) & (LARGE - 1));
            for index in free {
                if let Some(free) = large.get_mut(index)
                    && *free == 0
                {
                    *free = *slot;
                    break;
                }
            }
        }
    }
}

/// 16 bits of the hash above the position.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the hash has 16 bits, the position 14"
)]
fn entry(hash: usize, at: usize) -> u32 {
    (hash as u32) << 16 | at as u32
}

#[inline]
fn position(slot: u32) -> usize {
    (slot & 0xFFFF) as usize
}

/// True when the name that stands at `at` has exactly the octets of `flat`.
#[inline]
fn is_written_at(octets: &[u8], flat: &[u8], at: usize) -> bool {
    if octets.get(at..at.wrapping_add(flat.len())) == Some(flat) {
        return true;
    }
    let mut at = at;
    let mut rest = flat;
    // Each turn uses up a label of `rest` or goes back to an earlier position.
    loop {
        match octets.get(at).copied() {
            Some(high @ 0xC0..) => {
                let Some(low) = octets.get(at.wrapping_add(1)).copied() else {
                    return false;
                };
                let target = usize::from(u16::from_be_bytes([high & 0x3F, low]));
                if target >= at {
                    return false;
                }
                at = target;
                if octets.get(at..at.wrapping_add(rest.len())) == Some(rest) {
                    return true;
                }
            }
            Some(len @ 1..=63) => {
                let label_end = usize::from(len).wrapping_add(1);
                let (Some(label), Some(tail)) = (rest.get(..label_end), rest.get(label_end..))
                else {
                    return false;
                };
                if octets.get(at..at.wrapping_add(label_end)) != Some(label) {
                    return false;
                }
                rest = tail;
                at = at.wrapping_add(label_end);
            }
            Some(0) => return rest == [0],
            _ => return false,
        }
    }
}

/// 16 bits from the octets of a name.
#[inline]
fn hash(octets: &[u8]) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = octets.len() as u64;
    let (chunks, tail) = octets.as_chunks::<8>();
    for chunk in chunks {
        state = (state.rotate_left(23) ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
    }
    let last = match octets.last_chunk::<8>() {
        // The last chunk may take octets twice; that does no harm.
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => tail
            .iter()
            .fold(0u64, |sum, octet| sum << 8 | u64::from(*octet)),
    };
    state = (state.rotate_left(23) ^ last).wrapping_mul(FACTOR);
    (state >> 48) as usize
}
