//! A name in the message that others may end with.

use super::label::same;
use crate::limits::POINTER_TARGET_END;

/// A name that stands in the message in one piece, and that a pointer can reach: its position above its octets.
///
/// One number, because it is copied for every name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail(u32);

impl Tail {
    /// No name.
    pub(super) const NONE: Self = Self(0);

    /// The root's name, which is not compressed.
    pub(super) const ROOT: Self = Self(1);

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a position of 16 bits at most and up to 255 octets"
    )]
    pub(super) fn new(at: usize, len: usize) -> Self {
        Self((at as u32) << 8 | (len as u32 & 0xFF))
    }

    #[inline]
    pub(super) fn at(self) -> usize {
        self.0.wrapping_shr(8) as usize
    }

    #[inline]
    pub(super) fn len(self) -> usize {
        (self.0 & 0xFF) as usize
    }

    /// The labels but for the root, leftmost first, each with its position and that of its parent, 0 for the root.
    #[inline]
    pub(super) fn labels(self, octets: &[u8]) -> impl Iterator<Item = (usize, &[u8], usize)> {
        let root = self.at().wrapping_add(self.len()).saturating_sub(1);
        let mut next = self.at();
        core::iter::from_fn(move || {
            let at = next;
            next = at
                .wrapping_add(usize::from(*octets.get(at)?))
                .wrapping_add(1);
            let label = octets.get(at..next)?;
            (at < root).then_some((at, label, if next == root { 0 } else { next }))
        })
    }

    /// What of this tail is not longer than `flat`, or the parent of that, whichever `flat` ends with by its octets.
    #[inline(always)]
    pub(super) fn shared_with(self, octets: &[u8], flat: &[u8]) -> Option<Self> {
        if self.ends(octets, flat) {
            return Some(self);
        }
        self.part_shared_with(octets, flat)
    }

    /// [`Tail::shared_with`] for less than the whole tail; kept off the common path.
    #[inline(never)]
    fn part_shared_with(self, octets: &[u8], flat: &[u8]) -> Option<Self> {
        if self.len() <= flat.len() {
            return self.parent(octets).filter(|tail| tail.ends(octets, flat));
        }
        let tail = self.cut_to(octets, flat.len())?;
        if tail.ends(octets, flat) {
            return Some(tail);
        }
        tail.parent(octets).filter(|tail| tail.ends(octets, flat))
    }

    /// What of this tail has no more than `len_max` octets.
    fn cut_to(self, octets: &[u8], len_max: usize) -> Option<Self> {
        let mut tail = self;
        while tail.len() > len_max {
            tail = tail.parent(octets)?;
        }
        Some(tail)
    }

    #[inline]
    fn ends(self, octets: &[u8], flat: &[u8]) -> bool {
        let ours = octets.get(self.at()..self.at().wrapping_add(self.len()));
        let theirs = flat.get(flat.len().wrapping_sub(self.len())..);
        self.len() > 1 && matches!((ours, theirs), (Some(ours), Some(theirs)) if same(ours, theirs))
    }

    #[inline]
    fn parent(self, octets: &[u8]) -> Option<Self> {
        let label = usize::from(*octets.get(self.at())?).wrapping_add(1);
        let at = self.at().wrapping_add(label);
        let len = self.len().checked_sub(label)?;
        (at < POINTER_TARGET_END).then_some(Self::new(at, len))
    }
}
