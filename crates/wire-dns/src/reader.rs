//! Reader: the only code that indexes a received message.

use crate::error::{Error, ErrorKind};
use crate::limits::{HEADER_OCTETS, NAME_OCTETS_MAX, NAME_POINTERS_MAX};
use crate::name::{Name, NameMemo};

/// A position in a message and the end of what may be read there.
///
/// Compression pointers only lead backwards, so the octets behind the end (of an RDATA, say) are never needed.
#[derive(Debug)]
pub(crate) struct Reader<'a, 'm> {
    /// The message from its first octet to the end of what may be read.
    octets: &'a [u8],
    pos: usize,
    pointers: Pointers,
    /// Steps behind pointers so far; past [`WORK_MAX`] names are checked with a memory of what was seen.
    work: usize,
    memo: Option<&'m mut NameMemo>,
}

/// Whether names may be compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pointers {
    /// In a message.
    Allowed,
    /// In octets that stand alone.
    Refused,
}

/// Labels and pointers walked behind pointers before [`Reader`] asks to be started again with a [`NameMemo`].
const WORK_MAX: usize = 4096;

impl<'a, 'm> Reader<'a, 'm> {
    /// A reader of a message from octet `pos` on.
    #[inline]
    pub(crate) fn new(octets: &'a [u8], pos: usize) -> Self {
        Self {
            octets,
            pos,
            pointers: Pointers::Allowed,
            work: 0,
            memo: None,
        }
    }

    /// A reader of octets that stand alone, where a name has no pointers.
    #[inline]
    pub(crate) fn alone(octets: &'a [u8]) -> Self {
        Self {
            octets,
            pos: 0,
            pointers: Pointers::Refused,
            work: 0,
            memo: None,
        }
    }

    /// A reader that remembers checked names, so that its work is linear in the message.
    pub(crate) fn with_memo(octets: &'a [u8], pos: usize, memo: &'m mut NameMemo) -> Self {
        Self {
            octets,
            pos,
            pointers: Pointers::Allowed,
            work: 0,
            memo: Some(memo),
        }
    }

    /// The octet that is read next.
    #[inline]
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// Goes on at octet `pos`.
    #[inline]
    pub(crate) fn seek(&mut self, pos: usize) {
        self.pos = pos;
    }

    /// Octets left.
    #[inline]
    pub(crate) fn left(&self) -> usize {
        self.octets.len().saturating_sub(self.pos)
    }

    /// True when the work bound was passed and the whole must be read again with a memory.
    #[inline]
    pub(crate) fn is_exhausted(&self) -> bool {
        self.work > WORK_MAX && self.memo.is_none()
    }

    /// Narrows what may be read to the next `len` octets and gives the old bound for [`Reader::widen`].
    #[inline]
    pub(crate) fn narrow(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let whole = self.octets;
        match whole.get(..self.pos.wrapping_add(len)) {
            Some(octets) => {
                self.octets = octets;
                Ok(whole)
            }
            None => Err(self.short(len)),
        }
    }

    /// Takes back a [`Reader::narrow`].
    #[inline]
    pub(crate) fn widen(&mut self, whole: &'a [u8]) {
        self.octets = whole;
    }

    /// An error of `kind` at the present octet.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(self.pos, kind)
    }

    #[cold]
    fn short(&self, needed: usize) -> Error {
        let needed = u16::try_from(needed).unwrap_or(u16::MAX);
        let left = u16::try_from(self.left()).unwrap_or(u16::MAX);
        self.error(ErrorKind::UnexpectedEnd { needed, left })
    }

    /// The next `N` octets.
    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        match self
            .octets
            .get(self.pos..)
            .and_then(|rest| rest.first_chunk::<N>())
        {
            Some(chunk) => {
                self.pos = self.pos.wrapping_add(N);
                Ok(*chunk)
            }
            None => Err(self.short(N)),
        }
    }

    /// The next `len` octets.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let end = self.pos.wrapping_add(len);
        match self.octets.get(self.pos..end) {
            Some(octets) => {
                self.pos = end;
                Ok(octets)
            }
            None => Err(self.short(len)),
        }
    }

    /// Steps over the next `len` octets; false when there are fewer.
    #[inline]
    pub(crate) fn skip(&mut self, len: usize) -> bool {
        let fits = len <= self.left();
        if fits {
            self.pos = self.pos.wrapping_add(len);
        }
        fits
    }

    /// All octets that are left.
    #[inline]
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = self.octets.get(self.pos..).unwrap_or_default();
        self.pos = self.octets.len();
        rest
    }

    /// All octets that are left, not consumed.
    #[inline]
    pub(crate) fn peek_rest(&self) -> &'a [u8] {
        self.octets.get(self.pos..).unwrap_or_default()
    }

    /// The octet at the present position, not consumed.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.octets.get(self.pos).copied()
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.array::<1>().map(|[octet]| octet)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// Octets behind a one-octet length.
    #[inline]
    pub(crate) fn counted8(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u8()?;
        self.take(usize::from(len))
    }

    /// Octets behind a two-octet length.
    #[inline]
    pub(crate) fn counted16(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// Fails unless everything was read.
    #[inline]
    pub(crate) fn finish_rdata(&self) -> Result<(), Error> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.error(ErrorKind::TrailingRdata {
                count: u16::try_from(left).unwrap_or(u16::MAX),
            })),
        }
    }

    /// The name here, which was checked before: only its end is looked for.
    #[inline]
    pub(crate) fn name(&mut self) -> Result<Name<'a>, Error> {
        let start = self.pos;
        let Some(end) = name_end(self.octets, start) else {
            return Err(self.short(1));
        };
        self.pos = end;
        if self.pointers == Pointers::Refused {
            return Ok(Name::checked(
                self.octets.get(start..end).unwrap_or(&[0]),
                0,
            ));
        }
        Ok(Name::checked(self.octets, start))
    }

    /// Checks the name here, pointers and all, and steps over it.
    #[inline]
    pub(crate) fn check_name(&mut self) -> Result<(), Error> {
        // A sound name needs no error, so it is looked for first, with all that the loop needs in registers.
        if self.memo.is_none()
            && let Some((end, steps)) = sound_name(self.octets, self.pos)
            && (steps == 0 || self.may_follow(steps))
        {
            self.pos = end;
            self.work = self.work.wrapping_add(steps);
            return Ok(());
        }
        self.check_name_again()
    }

    /// True when a name with so many steps behind pointers needs no second look.
    #[inline]
    fn may_follow(&self, steps: usize) -> bool {
        self.pointers == Pointers::Allowed && self.work.wrapping_add(steps) <= WORK_MAX
    }

    /// Checks the name here by all rules: says what is wrong, and uses the memory when there is one.
    #[cold]
    #[inline(never)]
    fn check_name_again(&mut self) -> Result<(), Error> {
        let mut pos = self.pos;
        let start = pos;
        loop {
            match self.octets.get(pos).copied() {
                Some(0) => {
                    let end = pos.wrapping_add(1);
                    if end.wrapping_sub(start) > NAME_OCTETS_MAX {
                        return Err(self.error(ErrorKind::NameTooLong));
                    }
                    self.pos = end;
                    return Ok(());
                }
                Some(len @ 1..=63) => pos = pos.wrapping_add(1).wrapping_add(usize::from(len)),
                Some(high @ 0xC0..) => return self.check_pointer(pos, high),
                Some(octet) => return Err(Error::new(pos, ErrorKind::LabelType { octet })),
                None => return Err(self.name_end(pos)),
            }
        }
    }

    /// A name ran to octet `pos`, behind the end.
    #[cold]
    fn name_end(&self, pos: usize) -> Error {
        let over = pos.saturating_sub(self.octets.len()).saturating_add(1);
        let needed = u16::try_from(self.left().saturating_add(over)).unwrap_or(u16::MAX);
        self.error(ErrorKind::UnexpectedEnd {
            needed,
            left: u16::try_from(self.left()).unwrap_or(u16::MAX),
        })
    }

    /// The target of the pointer at `pos`, whose first octet is `high`.
    #[inline]
    fn target(&self, pos: usize, high: u8) -> Result<usize, Error> {
        match target(self.octets, pos, high) {
            Some(at) if at < pos && at >= HEADER_OCTETS => Ok(at),
            at => Err(self.refuse_target(pos, at)),
        }
    }

    #[cold]
    fn refuse_target(&self, pos: usize, target: Option<usize>) -> Error {
        let Some(target) = target.and_then(|target| u16::try_from(target).ok()) else {
            return Error::new(pos, ErrorKind::UnexpectedEnd { needed: 2, left: 1 });
        };
        let into_header = usize::from(target) < HEADER_OCTETS;
        let kind = if into_header {
            ErrorKind::PointerIntoHeader { target }
        } else {
            ErrorKind::PointerNotBackwards { target }
        };
        Error::new(pos, kind)
    }

    /// Checks what is behind the pointer at `pos` that ends the labels of a name.
    #[inline]
    fn check_pointer(&mut self, pos: usize, high: u8) -> Result<(), Error> {
        if self.pointers == Pointers::Refused {
            return Err(Error::new(pos, ErrorKind::PointerNotAllowed));
        }
        if self.memo.is_some() {
            return self.check_remembered();
        }
        let start = self.pos;
        // Octets of the name without the root's.
        let mut octets = pos.wrapping_sub(start);
        let mut pointers = 1usize;
        let mut steps = 0usize;
        let mut pos_now = self.target(pos, high)?;
        loop {
            steps = steps.wrapping_add(1);
            match self.octets.get(pos_now).copied() {
                Some(0) => break,
                Some(len @ 1..=63) => {
                    let step = usize::from(len).wrapping_add(1);
                    pos_now = pos_now.wrapping_add(step);
                    octets = octets.wrapping_add(step);
                    if octets >= NAME_OCTETS_MAX {
                        return Err(self.error(ErrorKind::NameTooLong));
                    }
                }
                Some(high @ 0xC0..) => {
                    pos_now = self.target(pos_now, high)?;
                    pointers = pointers.wrapping_add(1);
                    if pointers > NAME_POINTERS_MAX {
                        return Err(self.error(ErrorKind::TooManyPointers));
                    }
                }
                Some(octet) => return Err(Error::new(pos_now, ErrorKind::LabelType { octet })),
                None => return Err(self.name_end(pos_now)),
            }
        }
        if octets >= NAME_OCTETS_MAX {
            return Err(self.error(ErrorKind::NameTooLong));
        }
        self.work = self.work.wrapping_add(steps);
        if self.work > WORK_MAX {
            // The caller sees `is_exhausted` and begins again with a memory; this error never leaves the crate.
            return Err(self.error(ErrorKind::TooManyPointers));
        }
        self.pos = pos.wrapping_add(2);
        Ok(())
    }

    /// Checks a name with the memory of those seen before, each octet at most once or twice in the whole message.
    #[inline(never)]
    fn check_remembered(&mut self) -> Result<(), Error> {
        let start = self.pos;
        let (mut pos, mut end) = (start, None);
        let (mut octets, mut pointers) = (0usize, 0usize);
        // To the root, or to a name that is remembered.
        loop {
            if end.is_some()
                && let Some((known_octets, known_pointers)) =
                    self.memo.as_ref().and_then(|memo| memo.get(pos))
            {
                octets = octets.wrapping_add(known_octets);
                pointers = pointers.wrapping_add(known_pointers);
                break;
            }
            match self.octets.get(pos).copied() {
                Some(0) => {
                    end = end.or(Some(pos.wrapping_add(1)));
                    octets = octets.wrapping_add(1);
                    break;
                }
                Some(len @ 1..=63) => {
                    octets = octets.wrapping_add(1).wrapping_add(usize::from(len));
                    pos = pos.wrapping_add(1).wrapping_add(usize::from(len));
                }
                Some(high @ 0xC0..) => {
                    pointers = pointers.wrapping_add(1);
                    end = end.or(Some(pos.wrapping_add(2)));
                    pos = self.target(pos, high)?;
                }
                Some(octet) => return Err(Error::new(pos, ErrorKind::LabelType { octet })),
                None => return Err(self.name_end(pos)),
            }
            // Checked on the way, so that a loop of labels and pointers ends.
            if octets >= NAME_OCTETS_MAX {
                return Err(self.error(ErrorKind::NameTooLong));
            }
            if pointers > NAME_POINTERS_MAX {
                return Err(self.error(ErrorKind::TooManyPointers));
            }
        }
        if octets > NAME_OCTETS_MAX {
            return Err(self.error(ErrorKind::NameTooLong));
        }
        if pointers > NAME_POINTERS_MAX {
            return Err(self.error(ErrorKind::TooManyPointers));
        }
        self.remember(start, pos, octets, pointers);
        self.pos = end.unwrap_or(start);
        Ok(())
    }

    /// Enters every label and pointer of a checked name from `start` to `stop` into the memory.
    fn remember(&mut self, start: usize, stop: usize, octets: usize, pointers: usize) {
        let Some(memo) = self.memo.as_mut() else {
            return;
        };
        let (mut pos, mut octets, mut pointers) = (start, octets, pointers);
        while pos != stop {
            memo.set(pos, octets, pointers);
            match self.octets.get(pos).copied() {
                Some(len @ 1..=63) => {
                    octets = octets.wrapping_sub(1).wrapping_sub(usize::from(len));
                    pos = pos.wrapping_add(1).wrapping_add(usize::from(len));
                }
                Some(high @ 0xC0..) => {
                    pointers = pointers.wrapping_sub(1);
                    let Some(target) = target(self.octets, pos, high) else {
                        return;
                    };
                    pos = target;
                }
                _ => return,
            }
        }
    }
}

/// Where the name at `start` ends in place and how many steps are behind its pointers; nothing when it breaks any rule.
#[inline]
fn sound_name(octets: &[u8], start: usize) -> Option<(usize, usize)> {
    let mut pos = start;
    loop {
        match *octets.get(pos)? {
            0 => {
                let end = pos.wrapping_add(1);
                return (end.wrapping_sub(start) <= NAME_OCTETS_MAX).then_some((end, 0));
            }
            len @ 1..=63 => pos = pos.wrapping_add(1).wrapping_add(usize::from(len)),
            high @ 0xC0.. => {
                let steps = sound_tail(octets, pos, high, pos.wrapping_sub(start))?;
                return Some((pos.wrapping_add(2), steps));
            }
            _ => return None,
        }
    }
}

/// Steps behind the pointer at `pos` that follows `before` octets of a name; nothing when the name breaks any rule.
#[inline(never)]
fn sound_tail(octets: &[u8], pos: usize, high: u8, before: usize) -> Option<usize> {
    let (mut name_octets, mut pointers, mut labels) = (before, 1usize, 0usize);
    let mut at = backwards(octets, pos, high)?;
    loop {
        match *octets.get(at)? {
            0 => break,
            len @ 1..=63 => {
                let step = usize::from(len).wrapping_add(1);
                at = at.wrapping_add(step);
                name_octets = name_octets.wrapping_add(step);
                labels = labels.wrapping_add(1);
                // Checked on the way, so that a loop of labels and pointers ends.
                if name_octets >= NAME_OCTETS_MAX {
                    return None;
                }
            }
            high @ 0xC0.. => {
                at = backwards(octets, at, high)?;
                pointers = pointers.wrapping_add(1);
                if pointers > NAME_POINTERS_MAX {
                    return None;
                }
            }
            _ => return None,
        }
    }
    (name_octets < NAME_OCTETS_MAX).then_some(pointers.wrapping_add(labels))
}

/// Where the pointer at `pos` leads, if that is backwards and behind the header.
#[inline]
fn backwards(octets: &[u8], pos: usize, high: u8) -> Option<usize> {
    target(octets, pos, high).filter(|at| (HEADER_OCTETS..pos).contains(at))
}

/// Where the name at `start`, which was checked before, ends in place.
#[inline]
pub(crate) fn name_end(octets: &[u8], start: usize) -> Option<usize> {
    let mut pos = start;
    loop {
        match *octets.get(pos)? {
            0 => return Some(pos.wrapping_add(1)),
            len @ 1..=63 => pos = pos.wrapping_add(1).wrapping_add(usize::from(len)),
            _ => return Some(pos.wrapping_add(2)),
        }
    }
}

/// Where the pointer at `pos`, whose first octet is `high`, leads; nothing when its second octet is missing.
#[inline]
fn target(octets: &[u8], pos: usize, high: u8) -> Option<usize> {
    let low = octets.get(pos.wrapping_add(1)).copied()?;
    Some(usize::from(u16::from_be_bytes([high & 0x3F, low])))
}
