//! A memory of checked names, so that checking any message costs no more than a walk over its octets.

use crate::limits::POINTER_TARGET_END;

/// For each octet that a pointer can reach: how long the name from there is, when it was checked.
///
/// Kept off the common path: a reader asks for it only after much work behind pointers.
pub(crate) struct NameMemo {
    /// Octets of the name in the low half, pointers in the high half; 0 for not checked.
    known: [u16; POINTER_TARGET_END],
}

impl NameMemo {
    /// An empty memory.
    pub(crate) const fn new() -> Self {
        Self {
            known: [0; POINTER_TARGET_END],
        }
    }

    /// Octets and pointers of the checked name at `pos`.
    pub(crate) fn get(&self, pos: usize) -> Option<(usize, usize)> {
        match self.known.get(pos).copied() {
            Some(0) | None => None,
            Some(known) => Some((usize::from(known & 0xFF), usize::from(known >> 8))),
        }
    }

    /// Remembers the name at `pos`; both numbers are within the limits of a name.
    pub(crate) fn set(&mut self, pos: usize, octets: usize, pointers: usize) {
        if let (Some(slot), Ok(octets), Ok(pointers)) = (
            self.known.get_mut(pos),
            u8::try_from(octets),
            u8::try_from(pointers),
        ) {
            *slot = u16::from(octets) | (u16::from(pointers) << 8);
        }
    }
}

impl core::fmt::Debug for NameMemo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NameMemo")
    }
}
