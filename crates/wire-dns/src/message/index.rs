//! Where the parts of a checked message are.

use crate::Section;
use crate::header::Header;

/// Where the sections of a checked message and its OPT record begin.
///
/// The header is not kept: it is at hand in the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Index {
    /// Four places of 16 bits, in one word that is copied at once: the first octets of the answer, authority and additional
    /// section and of the OPT record (0 for none). A section without records may have any place.
    places: u64,
    /// False where a malformed RDATA was tolerated.
    pub(super) strict: bool,
}

impl Index {
    const AUTHORITY: u32 = 16;
    const ADDITIONAL: u32 = 32;
    const OPT: u32 = 48;

    /// All sections begin at the first record until one is seen to begin behind it.
    #[inline]
    pub(super) const fn of(first_record: usize) -> Self {
        Self {
            places: place_of(first_record).wrapping_mul(0x1_0001_0001),
            strict: true,
        }
    }

    #[inline]
    pub(super) const fn answer(self) -> usize {
        self.place(0)
    }

    #[inline]
    pub(super) const fn authority(self) -> usize {
        self.place(Self::AUTHORITY)
    }

    #[inline]
    pub(super) const fn additional(self) -> usize {
        self.place(Self::ADDITIONAL)
    }

    /// The OPT record, if there is one.
    #[inline]
    pub(super) const fn opt(self) -> Option<usize> {
        match self.place(Self::OPT) {
            0 => None,
            place => Some(place),
        }
    }

    /// Notes the place of the OPT record.
    #[inline]
    pub(super) const fn set_opt(&mut self, pos: usize) {
        self.set(Self::OPT, pos);
    }

    /// Notes that a section begins at `pos`, behind the first record, with `left` records left; with how many the next
    /// one does.
    #[inline]
    pub(super) const fn begin_section(&mut self, counts: Counts, left: u32, pos: usize) -> u32 {
        if left == counts.from_authority {
            self.set(Self::AUTHORITY, pos);
        }
        if left == counts.additional {
            self.set(Self::ADDITIONAL, pos);
        }
        counts.next_section(left)
    }

    #[inline]
    const fn place(self, shift: u32) -> usize {
        (self.places.wrapping_shr(shift) & 0xFFFF) as usize
    }

    #[inline]
    const fn set(&mut self, shift: u32, pos: usize) {
        let others = self.places & !0xFFFF_u64.wrapping_shl(shift);
        self.places = others | place_of(pos).wrapping_shl(shift);
    }
}

/// A position of a message, which has at most 65,535 octets.
#[inline]
const fn place_of(pos: usize) -> u64 {
    (pos & 0xFFFF) as u64
}

/// How many records are left where a section begins, so that one number tells the section of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    /// Of all three sections.
    pub(super) all: u32,
    /// Of the authority and the additional section.
    pub(super) from_authority: u32,
    /// Of the additional section.
    pub(super) additional: u32,
}

impl Counts {
    #[inline]
    pub(super) const fn of(header: Header) -> Self {
        let additional = header.additional_count as u32;
        // Three numbers of 16 bits do not overflow.
        let from_authority = additional.wrapping_add(header.authority_count as u32);
        Self {
            all: from_authority.wrapping_add(header.answer_count as u32),
            from_authority,
            additional,
        }
    }

    /// With how many records left the next section begins.
    #[inline]
    pub(super) const fn next_section(self, left: u32) -> u32 {
        if left > self.from_authority {
            self.from_authority
        } else if left > self.additional {
            self.additional
        } else {
            0
        }
    }

    /// The section of the record with which `left` records are left.
    #[inline]
    pub(super) const fn section(self, left: u32) -> Section {
        if left > self.from_authority {
            Section::Answer
        } else if left > self.additional {
            Section::Authority
        } else {
            Section::Additional
        }
    }

    /// Section of the record with which `left` records are left, and its number there, from 0.
    pub(super) fn place(self, left: u32) -> (Section, u16) {
        let section = self.section(left);
        let count = match section {
            Section::Authority => self.from_authority,
            Section::Additional => self.additional,
            _ => self.all,
        };
        // A section has at most 65,535 records.
        let number = u16::try_from(count.wrapping_sub(left)).unwrap_or(u16::MAX);
        (section, number)
    }
}
