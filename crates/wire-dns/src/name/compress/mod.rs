//! The table of names already written, for compression (RFC 1035 §4.1.4).

mod label;
mod tail;

use core::num::NonZeroU16;

use self::label::{hash, label_lengths, last_label, same};
use self::tail::Tail;
use crate::limits::{NAME_LABELS_MAX, POINTER_TARGET_END};

/// Slots of the table that most messages do with.
const SMALL: usize = 64;

/// Slots of the table that takes over when the small one is half full.
const LARGE: usize = 4096;

/// Slots looked at before a label is taken as new: all of a small table. Bounded, whatever names a peer chooses
/// (RUSTSEC-2026-0119).
const PROBES: usize = SMALL;

/// Finds the longest tail of a name that was written before, in exactly the same case.
///
/// The names form a tree: a label below the position of the name to its right, 0 for the root. Names are looked for
/// from the root on, label by label, in an open-addressed hash table; a slot holds the position of the parent above the
/// position of the label, whose octets are compared with the message. So a match needs no pointer to be followed.
///
/// Before that, the tail that the name before had is tried: owners follow each other, and so do the names of an RRset.
#[derive(Clone, Debug)]
pub(crate) struct Compressor {
    table: Table,
    /// Slots in use.
    used: usize,
    /// Position of the last name entered.
    newest: usize,
    /// The first name, which is in the table only if there is one.
    first: Tail,
    owner: Tail,
    rdata: Tail,
}

/// Where a name is used: names of one kind often share their tail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// The name of a question or record.
    Owner,
    /// A name in RDATA.
    Rdata,
}

/// Many messages have one name, again and again; they need no table.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "no allocation; what is not in use is not written to either"
)]
enum Table {
    None,
    Small([u32; SMALL]),
    Large([u32; LARGE]),
}

impl Table {
    #[inline]
    fn slots(&mut self) -> &mut [u32] {
        match self {
            Self::None => &mut [],
            Self::Small(slots) => slots,
            Self::Large(slots) => slots,
        }
    }
}

impl Compressor {
    /// An empty table.
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            table: Table::None,
            used: 0,
            newest: 0,
            first: Tail::NONE,
            owner: Tail::NONE,
            rdata: Tail::NONE,
        }
    }

    /// Forgets the names from position `from` on.
    ///
    /// What was entered later is what lies further behind, and never stood in the way of an older label's probes.
    pub(crate) fn forget(&mut self, from: usize) {
        for tail in [&mut self.first, &mut self.owner, &mut self.rdata] {
            if tail.at() >= from {
                *tail = Tail::NONE;
            }
        }
        if self.first.len() == 0 {
            (self.table, self.used) = (Table::None, 0);
        }
        if self.newest < from {
            return;
        }
        (self.used, self.newest) = (0, 0);
        for slot in self.table.slots() {
            let at = position(*slot);
            if at >= from {
                *slot = 0;
            } else if at > 0 {
                self.used = self.used.wrapping_add(1);
                self.newest = self.newest.max(at);
            }
        }
    }

    /// How a name is to be written: so many octets of `flat` as they are, then a pointer to the position given, if any.
    ///
    /// It will be written behind the message `octets`. Its new tails are entered in the table.
    #[inline]
    pub(crate) fn enter(
        &mut self,
        octets: &[u8],
        flat: &[u8],
        place: Place,
    ) -> (usize, Option<NonZeroU16>) {
        if self.first.len() == 0 {
            if octets.len() < POINTER_TARGET_END {
                let whole = Tail::new(octets.len(), flat.len());
                (self.first, self.owner, self.rdata) = (whole, whole, whole);
            }
            return (flat.len(), None);
        }
        let (own, other) = match place {
            Place::Owner => (self.owner, self.rdata),
            Place::Rdata => (self.rdata, self.owner),
        };
        let known = own.shared_with(octets, flat);
        let Some(tail) = known.or_else(|| other.shared_with(octets, flat)) else {
            return self.enter_labels(octets, flat, place, Tail::NONE);
        };
        *self.recent(place) = tail;
        let start = flat.len().wrapping_sub(tail.len());
        let label = flat.get(..start).unwrap_or_default();
        match label.first() {
            None => (0, pointer(tail.at())),
            // Most names have one label more than a name before, or another one in its place.
            Some(len) if usize::from(*len).wrapping_add(1) == start => {
                self.make_room(octets, 1);
                let at = octets.len();
                let at = (at < POINTER_TARGET_END).then_some(at);
                match self.find_or_enter(octets, label, tail.at(), at) {
                    Some(found) if found < POINTER_TARGET_END => (0, pointer(found)),
                    _ => (start, pointer(tail.at())),
                }
            }
            Some(_) => self.enter_labels(octets, flat, place, tail),
        }
    }

    /// [`Compressor::enter`] for any number of labels, before the tail that the name ends with by its octets.
    #[inline(never)]
    fn enter_labels(
        &mut self,
        octets: &[u8],
        flat: &[u8],
        place: Place,
        known: Tail,
    ) -> (usize, Option<NonZeroU16>) {
        let name_at = octets.len();
        let mut lengths = [0; NAME_LABELS_MAX];
        let mut tail = known;
        let mut end = flat.len().wrapping_sub(tail.len());
        let mut left = label_lengths(flat, end, &mut lengths);
        if left.is_none() || tail.len() == 0 {
            // There is none, or its octets were inside a label.
            tail = Tail::ROOT;
            end = flat.len().saturating_sub(1);
            left = label_lengths(flat, end, &mut lengths);
        }
        let mut left = left.unwrap_or(0);

        self.make_room(octets, left);
        // A name that a pointer can reach is entered with all its labels, for the sake of those further left.
        let reachable = name_at < POINTER_TARGET_END;
        let mut parent = tail.at();
        let (mut plain, mut target) = (end, parent);
        while let Some((begin, label)) = last_label(flat, end, &lengths, left) {
            let here = name_at.wrapping_add(begin);
            match self.find_or_enter_one_of_many(octets, label, parent, reachable.then_some(here)) {
                Some(found) => {
                    let stands_before = found.wrapping_add(label.len()) == parent || parent == 0;
                    if stands_before && parent == tail.at() {
                        tail = Tail::new(found, tail.len().wrapping_add(label.len()));
                    }
                    if found < POINTER_TARGET_END {
                        (plain, target) = (begin, found);
                    }
                    parent = found;
                }
                None if reachable => parent = here,
                None => break,
            }
            end = begin;
            left = left.wrapping_sub(1);
        }
        if target == 0 && reachable {
            tail = Tail::new(name_at, flat.len());
        }
        if (1..POINTER_TARGET_END).contains(&tail.at()) {
            *self.recent(place) = tail;
        }
        match pointer(target) {
            None => (flat.len(), None),
            target => (plain, target),
        }
    }

    #[inline]
    fn recent(&mut self, place: Place) -> &mut Tail {
        match place {
            Place::Owner => &mut self.owner,
            Place::Rdata => &mut self.rdata,
        }
    }

    /// Position of the name that `label` makes with its parent; if it is new, it is entered as to be written at `at`, if
    /// that is given.
    ///
    /// A label that finds no free slot is not found again. Without a call where a name has one new label, the common case;
    /// elsewhere it is [`Compressor::find_or_enter_one_of_many`].
    #[inline(always)]
    fn find_or_enter(
        &mut self,
        octets: &[u8],
        label: &[u8],
        parent: usize,
        at: Option<usize>,
    ) -> Option<usize> {
        let slots = self.table.slots();
        let hash = hash(label, parent);
        for probe in 0..PROBES {
            let index = hash.wrapping_add(probe) & slots.len().wrapping_sub(1);
            let slot = slots.get_mut(index)?;
            let found = position(*slot);
            if *slot == 0 {
                if let Some(at) = at {
                    *slot = entry(parent, at);
                    self.used = self.used.wrapping_add(1);
                    self.newest = at;
                }
                return None;
            }
            if self::parent(*slot) == parent
                && octets
                    .get(found..found.wrapping_add(label.len()))
                    .is_some_and(|found| same(found, label))
            {
                return Some(found);
            }
        }
        None
    }

    #[inline(never)]
    fn find_or_enter_one_of_many(
        &mut self,
        octets: &[u8],
        label: &[u8],
        parent: usize,
        at: Option<usize>,
    ) -> Option<usize> {
        self.find_or_enter(octets, label, parent, at)
    }

    /// Sees to it that so many more labels can be entered, and leave half of a small table free.
    #[inline]
    fn make_room(&mut self, octets: &[u8], labels: usize) {
        let room = match self.table {
            Table::None => 0,
            Table::Small(_) => SMALL / 2,
            Table::Large(_) => usize::MAX,
        };
        if self.used.wrapping_add(labels) > room {
            self.change_table(octets, labels);
        }
    }

    #[cold]
    #[inline(never)]
    fn change_table(&mut self, octets: &[u8], labels: usize) {
        if let Table::Small(_) = self.table {
            return self.enlarge(octets);
        }
        // A label has two octets at least. Each arm writes in place, and nothing behind what it needs.
        if self.first.len() > SMALL && self.first.labels(octets).count() > SMALL / 2 {
            self.table = Table::Large([0; LARGE]);
        } else {
            self.table = Table::Small([0; SMALL]);
        }
        for (at, label, parent) in self.first.labels(octets) {
            self.find_or_enter_one_of_many(octets, label, parent, Some(at));
        }
        self.make_room(octets, labels);
    }

    fn enlarge(&mut self, octets: &[u8]) {
        let Table::Small(mut small) = self.table else {
            return;
        };
        (self.table, self.used) = (Table::Large([0; LARGE]), 0);
        // The oldest first, for the sake of `forget`.
        small.sort_unstable_by_key(|slot| position(*slot));
        for slot in small.iter().filter(|slot| **slot != 0) {
            let at = position(*slot);
            if let Some(len) = octets.get(at)
                && let Some(label) =
                    octets.get(at..at.wrapping_add(usize::from(*len)).wrapping_add(1))
            {
                self.find_or_enter_one_of_many(octets, label, parent(*slot), Some(at));
            }
        }
    }
}

/// A slot of the table: the position of the parent above that of the label.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a name that is entered begins before 16,384 and has 255 octets at most"
)]
fn entry(parent: usize, at: usize) -> u32 {
    (parent as u32) << 16 | at as u32
}

#[inline]
fn position(slot: u32) -> usize {
    (slot & 0xFFFF) as usize
}

#[inline]
fn parent(slot: u32) -> usize {
    slot.wrapping_shr(16) as usize
}

/// A position to point to; nothing for 0, where no name can be.
#[inline]
fn pointer(at: usize) -> Option<NonZeroU16> {
    u16::try_from(at).ok().and_then(NonZeroU16::new)
}
