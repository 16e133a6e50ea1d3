//! Reader: the way to the octets of a received message for all code that speaks in fields.

use crate::error::{Error, ErrorKind};
use crate::name::{Name, NameMemo, follow, name_end, sound_name};

/// A position in a message and the end of what may be read there.
///
/// Compression pointers only lead backwards, so the octets behind the end (of an RDATA, say) are never needed.
#[derive(Debug)]
pub(crate) struct Reader<'a, 'm> {
    /// The message from its first octet to the end of what may be read.
    octets: &'a [u8],
    pos: usize,
    pointers: Pointers,
    /// Octets and pointers that names with pointers may still have before they are checked with a memory of what was seen.
    work_left: usize,
    memo: Option<&'m mut NameMemo>,
    refusal: Refusal,
}

/// A reader refused; it knows where and why ([`Reader::refusal`]).
///
/// Results of this are as small as what they hold, and pass in registers where those of an [`Error`] go through memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Refused;

/// What a reader refused last.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    /// So many octets were needed at the present position, more than are left.
    Short(usize),
    /// What is wrong at an octet.
    Kind(usize, ErrorKind),
}

/// Whether names may be compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pointers {
    /// In a message.
    Allowed,
    /// In octets that stand alone.
    Refused,
}

/// Octets of names and pointers walked over before [`Reader`] asks to be started again with a [`NameMemo`].
const WORK_MAX: usize = 12_288;

impl<'a, 'm> Reader<'a, 'm> {
    /// A reader of a message from octet `pos` on.
    #[inline]
    pub(crate) fn new(octets: &'a [u8], pos: usize) -> Self {
        Self::with_memo(octets, pos, None)
    }

    /// A reader of octets that stand alone, where a name has no pointers.
    #[inline]
    pub(crate) fn alone(octets: &'a [u8]) -> Self {
        Self {
            octets,
            pos: 0,
            pointers: Pointers::Refused,
            work_left: 0,
            memo: None,
            refusal: Refusal::Short(0),
        }
    }

    /// A reader of a message that may remember checked names, so that its work is linear in the message.
    #[inline]
    pub(crate) fn with_memo(octets: &'a [u8], pos: usize, memo: Option<&'m mut NameMemo>) -> Self {
        Self {
            octets,
            pos,
            pointers: Pointers::Allowed,
            work_left: if memo.is_some() { 0 } else { WORK_MAX },
            memo,
            refusal: Refusal::Short(0),
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
        self.work_left == 0 && self.memo.is_none() && self.pointers == Pointers::Allowed
    }

    /// Another reader of the same octets from here on, for what was checked.
    #[inline]
    pub(crate) fn anew(&self) -> Reader<'a, 'static> {
        Reader {
            octets: self.octets,
            pos: self.pos,
            pointers: self.pointers,
            work_left: self.work_left,
            memo: None,
            refusal: Refusal::Short(0),
        }
    }

    /// Does `work` on the next `len` octets alone and steps over them; what it refuses, this reader refuses.
    #[inline(always)]
    pub(crate) fn within(
        &mut self,
        len: usize,
        work: impl FnOnce(&mut Reader<'a, '_>) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let end = self.pos.wrapping_add(len);
        let Some(octets) = self.octets.get(..end) else {
            return Err(self.short(len));
        };
        // A copy, so that this reader stays in registers: nothing else is given its address.
        let mut part = Reader {
            octets,
            pos: self.pos,
            pointers: self.pointers,
            work_left: self.work_left,
            memo: self.memo.as_deref_mut(),
            refusal: Refusal::Short(0),
        };
        let result = work(&mut part);
        if result.is_err() {
            let error = part.refusal();
            self.refusal = Refusal::Kind(error.offset(), *error.kind());
        }
        self.work_left = part.work_left;
        self.pos = end;
        result
    }

    /// Refuses what is at the present octet.
    #[inline]
    pub(crate) fn refuse(&mut self, kind: ErrorKind) -> Refused {
        self.refuse_at(self.pos, kind)
    }

    /// Refuses what is at octet `offset`.
    #[inline]
    pub(crate) fn refuse_at(&mut self, offset: usize, kind: ErrorKind) -> Refused {
        self.refusal = Refusal::Kind(offset, kind);
        Refused
    }

    /// Refuses because `needed` octets are more than are left.
    #[inline]
    fn short(&mut self, needed: usize) -> Refused {
        self.refusal = Refusal::Short(needed);
        Refused
    }

    /// What was refused last, as an error.
    #[inline]
    pub(crate) fn refusal(&self) -> Error {
        let (offset, kind) = match self.refusal {
            Refusal::Kind(offset, kind) => (offset, kind),
            Refusal::Short(needed) => (self.pos, unexpected_end(needed, self.left())),
        };
        Error::new(offset, kind)
    }

    /// The next `N` octets.
    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Refused> {
        self.chunk().copied()
    }

    /// The next `N` octets, in their place.
    #[inline]
    pub(crate) fn chunk<const N: usize>(&mut self) -> Result<&'a [u8; N], Refused> {
        match self
            .octets
            .get(self.pos..)
            .and_then(|rest| rest.first_chunk::<N>())
        {
            Some(chunk) => {
                self.pos = self.pos.wrapping_add(N);
                Ok(chunk)
            }
            None => Err(self.short(N)),
        }
    }

    /// The next `len` octets.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Refused> {
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
    pub(crate) fn peek_u8(&self) -> Option<u8> {
        self.octets.get(self.pos).copied()
    }

    /// The next `len` octets, not consumed.
    #[inline]
    pub(crate) fn peek(&mut self, len: usize) -> Result<&'a [u8], Refused> {
        match self.octets.get(self.pos..self.pos.wrapping_add(len)) {
            Some(octets) => Ok(octets),
            None => Err(self.short(len)),
        }
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Refused> {
        self.array::<1>().map(|[octet]| octet)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16, Refused> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32, Refused> {
        self.array().map(u32::from_be_bytes)
    }

    /// Octets behind a one-octet length.
    #[inline]
    pub(crate) fn counted8(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.u8()?;
        self.take(usize::from(len))
    }

    /// Octets behind a two-octet length.
    #[inline]
    pub(crate) fn counted16(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// Fails unless everything was read.
    #[inline]
    pub(crate) fn finish_rdata(&mut self) -> Result<(), Refused> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.refuse(ErrorKind::TrailingRdata {
                count: u16::try_from(left).unwrap_or(u16::MAX),
            })),
        }
    }

    /// The name here, which was checked before: only its end is looked for.
    #[inline(always)]
    pub(crate) fn name(&mut self) -> Result<Name<'a>, Refused> {
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

    /// The name here, which was checked before and ends where the octets do.
    #[inline]
    pub(crate) fn last_name(&mut self) -> Name<'a> {
        match self.pointers {
            Pointers::Allowed => Name::checked(self.octets, self.pos),
            Pointers::Refused => Name::checked(self.rest(), 0),
        }
    }

    /// Checks the name here, pointers and all, and steps over it.
    #[inline]
    pub(crate) fn check_name(&mut self) -> Result<(), Refused> {
        // A sound name needs no error, so it is looked for first, with all that the loop needs in registers.
        if let Some((end, steps)) = sound_name(self.octets, self.pos, self.work_left > 0) {
            self.pos = end;
            self.work_left = self.work_left.saturating_sub(steps);
            return Ok(());
        }
        let may_follow = self.pointers == Pointers::Allowed;
        match follow(self.octets, self.pos, may_follow, self.memo.as_deref_mut()) {
            Ok(end) if self.memo.is_some() => {
                self.pos = end;
                Ok(())
            }
            // A sound name and no memory: the caller sees `is_exhausted` and begins again with one. This refusal never
            // leaves the crate.
            Ok(_) => Err(self.refuse(ErrorKind::TooManyPointers)),
            Err((offset, kind)) => Err(self.refuse_at(offset, kind)),
        }
    }
}

#[cold]
fn unexpected_end(needed: usize, left: usize) -> ErrorKind {
    ErrorKind::UnexpectedEnd {
        needed: u16::try_from(needed).unwrap_or(u16::MAX),
        left: u16::try_from(left).unwrap_or(u16::MAX),
    }
}
