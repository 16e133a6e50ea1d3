//! FlatName: a name in one piece, without an allocation.

use super::{Label, Name};
use crate::limits::NAME_OCTETS_MAX;

/// The uncompressed octets of a name.
#[derive(Clone, Copy)]
pub(crate) struct FlatName {
    octets: [u8; NAME_OCTETS_MAX],
    len: usize,
}

impl FlatName {
    pub(crate) const ROOT: Self = Self {
        octets: [0; NAME_OCTETS_MAX],
        len: 1,
    };

    /// The name of these labels; `None` if it is too long.
    #[inline]
    pub(crate) fn of<'a>(labels: impl Iterator<Item = Label<'a>>) -> Option<Self> {
        let mut octets = [0; NAME_OCTETS_MAX];
        let mut len = 0usize;
        for label in labels {
            let label = label.octets();
            let end = len.wrapping_add(1).wrapping_add(label.len());
            // One octet for the root must be left; the array began as zeros, so it is there.
            if end >= NAME_OCTETS_MAX {
                return None;
            }
            if let Some((first, rest)) = octets.get_mut(len..end).and_then(<[u8]>::split_first_mut)
            {
                *first = u8::try_from(label.len()).unwrap_or(0);
                rest.copy_from_slice(label);
            }
            len = end;
        }
        Some(Self {
            octets,
            len: len.wrapping_add(1),
        })
    }

    #[inline]
    pub(crate) fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or(&[0])
    }

    #[inline]
    pub(crate) fn name(&self) -> Name<'_> {
        Name::checked(self.octets(), 0)
    }

    /// The canonical form (RFC 4034 §6.2).
    #[cfg(feature = "dnssec")]
    pub(crate) fn folded(mut self) -> Self {
        // Length octets are below 64, so folding everything folds only letters.
        self.octets.make_ascii_lowercase();
        self
    }
}
