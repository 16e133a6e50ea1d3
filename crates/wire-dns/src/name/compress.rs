//! The table of names already written, for compression (RFC 1035 §4.1.4).

use crate::limits::{NAME_LABELS_MAX, POINTER_TARGET_END};

/// Slots of the table that every message begins with.
const SMALL: usize = 64;

/// Slots of the table that takes over when the small one is half full.
const LARGE: usize = 4096;

/// Slots looked at before a name is taken as new. Bounded, whatever names a peer chooses (RUSTSEC-2026-0119).
const PROBES: usize = 8;

/// Finds the longest tail of a name that was written before, in exactly the same case.
///
/// A tree of labels in an open-addressed hash table: a label is found by its octets and by where the name to its right
/// stands. Each slot holds 16 bits of the hash above the 14-bit position; what a slot promises is compared with the
/// message before it is believed.
#[derive(Clone, Debug)]
pub(crate) struct Compressor {
    small: [u32; SMALL],
    large: Option<[u32; LARGE]>,
    used: usize,
}

/// A name with its labels' positions, and how much of it was written before.
struct Tail {
    /// Labels from this one on are in the message.
    label: usize,
    /// Where; 0 for the root.
    at: usize,
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

    /// Forgets the names from position `from` on.
    ///
    /// What was entered later is what lies further behind, and never stood in the way of an older name's probes.
    pub(crate) fn forget(&mut self, from: usize, used: usize) {
        if self.used == used {
            return;
        }
        self.used = used;
        let slots: &mut [u32] = self
            .large
            .as_mut()
            .map_or(&mut self.small[..], |large| &mut large[..]);
        for slot in slots {
            if position(*slot) >= from {
                *slot = 0;
            }
        }
    }

    /// How a name is to be written: so many octets of `flat` as they are, then a pointer to the position given, if any.
    ///
    /// `at` is where it will be written, in the message `octets`. The new labels are entered in the table. With `whole`,
    /// the name is written without a pointer but serves later ones.
    #[inline]
    pub(crate) fn enter(
        &mut self,
        octets: &[u8],
        flat: &[u8],
        at: usize,
        whole: bool,
    ) -> (usize, Option<usize>) {
        let mut starts = [0u8; NAME_LABELS_MAX];
        let mut count = 0usize;
        let mut pos = 0usize;
        while let Some(len @ 1..) = flat.get(pos).copied() {
            if let (Some(slot), Ok(start)) = (starts.get_mut(count), u8::try_from(pos)) {
                *slot = start;
            }
            count = count.wrapping_add(1);
            pos = pos.wrapping_add(1).wrapping_add(usize::from(len));
        }
        let starts = starts.get(..count).unwrap_or_default();
        let tail = self.find(octets, flat, starts);
        self.add(flat, starts, at, &tail);
        let plain = starts
            .get(tail.label)
            .map_or(pos, |start| usize::from(*start));
        if whole || tail.at == 0 {
            (flat.len(), None)
        } else {
            (plain, Some(tail.at))
        }
    }

    /// Looks for the labels from the right on.
    #[inline]
    fn find(&self, octets: &[u8], flat: &[u8], starts: &[u8]) -> Tail {
        let mut tail = Tail {
            label: starts.len(),
            at: 0,
        };
        for (index, start) in starts.iter().enumerate().rev() {
            let name = flat.get(usize::from(*start)..).unwrap_or_default();
            let Some(at) = self.look_up(octets, name, tail.at) else {
                break;
            };
            tail = Tail { label: index, at };
        }
        tail
    }

    /// Where the name at the front of `name`, whose parent stands at `parent`, was written.
    #[inline]
    fn look_up(&self, octets: &[u8], name: &[u8], parent: usize) -> Option<usize> {
        let label_end = usize::from(*name.first()?).wrapping_add(1);
        let (label, rest) = name.split_at_checked(label_end)?;
        let hash = hash(label, parent);
        let slots = self.slots();
        for probe in 0..PROBES {
            let slot = *slots.get(hash.wrapping_add(probe) & slots.len().wrapping_sub(1))?;
            if slot == 0 {
                return None;
            }
            if slot >> 16 != u32::try_from(hash).unwrap_or(0) {
                continue;
            }
            let at = position(slot);
            let end = at.wrapping_add(label_end);
            if octets.get(at..end) != Some(label) {
                continue;
            }
            let follows = octets.get(end..).unwrap_or_default();
            let pointer = u16::try_from(parent).unwrap_or(0).to_be_bytes();
            let leads_to_parent = match follows {
                // The root has no position of its own.
                [0, ..] => parent == 0,
                [high @ 0xC0..=0xFF, low, ..] => [high & 0x3F, *low] == pointer,
                // The parent stands right behind, or once more right behind.
                _ => parent != 0 && (end == parent || follows.starts_with(rest)),
            };
            if leads_to_parent {
                return Some(at);
            }
        }
        None
    }

    /// Enters the labels left of `tail`, which will be written at `at`.
    #[inline]
    fn add(&mut self, flat: &[u8], starts: &[u8], at: usize, tail: &Tail) {
        let mut parent = tail.at;
        for start in starts.get(..tail.label).unwrap_or_default().iter().rev() {
            let position = at.wrapping_add(usize::from(*start));
            if position >= POINTER_TARGET_END {
                // What is further left stands earlier, but its parent cannot be found.
                return;
            }
            let name = flat.get(usize::from(*start)..).unwrap_or_default();
            let label_end = usize::from(name.first().copied().unwrap_or(0)).wrapping_add(1);
            let hash = hash(name.get(..label_end).unwrap_or_default(), parent);
            if !self.insert(hash, position) {
                return;
            }
            parent = position;
        }
    }

    #[inline]
    fn slots(&self) -> &[u32] {
        match &self.large {
            Some(large) => large,
            None => &self.small,
        }
    }

    /// Enters a position; false when its probes are all taken.
    #[inline]
    fn insert(&mut self, hash: usize, position: usize) -> bool {
        if self.large.is_none() && self.used >= SMALL / 2 {
            self.enlarge();
        }
        let slots: &mut [u32] = match &mut self.large {
            Some(large) => large,
            None => &mut self.small,
        };
        let inserted = place(slots, hash, position);
        self.used = self.used.wrapping_add(usize::from(inserted));
        inserted
    }

    #[cold]
    #[inline(never)]
    fn enlarge(&mut self) {
        let large = self.large.insert([0; LARGE]);
        for slot in self.small.iter().filter(|slot| **slot != 0) {
            place(large, (slot >> 16) as usize, position(*slot));
        }
    }
}

/// Puts a position into the first free of its slots; false when there is none.
#[inline]
fn place(slots: &mut [u32], hash: usize, position: usize) -> bool {
    let mask = slots.len().wrapping_sub(1);
    for probe in 0..PROBES {
        if let Some(slot) = slots.get_mut(hash.wrapping_add(probe) & mask)
            && *slot == 0
        {
            *slot = u32::try_from(hash << 16 | position).unwrap_or(0);
            return true;
        }
    }
    false
}

#[inline]
fn position(slot: u32) -> usize {
    (slot & 0xFFFF) as usize
}

/// 16 bits from a label with its length octet and its parent's position.
#[inline]
fn hash(label: &[u8], parent: usize) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = (parent as u64).wrapping_add(1).wrapping_mul(FACTOR);
    let (chunks, tail) = label.as_chunks::<8>();
    for chunk in chunks {
        state = (state ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
        state ^= state >> 32;
    }
    let mut last = [0u8; 8];
    for (to, from) in last.iter_mut().zip(tail) {
        *to = *from;
    }
    state = (state ^ u64::from_le_bytes(last)).wrapping_mul(FACTOR);
    (state >> 48) as usize
}
