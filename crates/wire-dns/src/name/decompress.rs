//! Following the labels and compression pointers of a name in a message (RFC 1035 §4.1.4).
//!
//! Pointers go strictly backwards, not into the header, and are at most [`NAME_POINTERS_MAX`] in a name, so every walk
//! ends. [`sound_name`] only says whether a name is sound and is fast; [`follow`] says what is wrong with it, or uses a
//! memory of names that were checked before.

use super::NameMemo;
use crate::error::ErrorKind;
use crate::limits::{HEADER_OCTETS, NAME_OCTETS_MAX, NAME_POINTERS_MAX};

/// What is wrong with a name and at which octet.
pub(crate) type Fault = (usize, ErrorKind);

/// Where the name at `start` ends in place and how many octets and pointers are behind its first pointer, if it has one;
/// nothing when it breaks any rule, and nothing for a name with a pointer unless pointers may be followed.
#[inline]
pub(crate) fn sound_name(octets: &[u8], start: usize, may_follow: bool) -> Option<(usize, usize)> {
    let reach = reach(octets, start, NAME_OCTETS_MAX);
    let mut pos = start;
    loop {
        match *reach.get(pos)? {
            0 => return Some((pos.wrapping_add(1), 0)),
            len @ 1..=63 => pos = behind(pos, len),
            high @ 0xC0.. if may_follow => {
                let room = NAME_OCTETS_MAX.wrapping_sub(pos.wrapping_sub(start));
                return Some((pos.wrapping_add(2), sound_tail(octets, pos, high, room)?));
            }
            _ => return None,
        }
    }
}

/// Octets of the name and pointers behind the one at `pos`; nothing when it has more than `room` octets or breaks
/// any other rule.
#[inline(never)]
fn sound_tail(octets: &[u8], pos: usize, high: u8, room: usize) -> Option<usize> {
    let (mut pos, mut high, mut room) = (pos, high, room);
    for pointers in 0..NAME_POINTERS_MAX {
        let start = backwards(octets, pos, high)?;
        let reach = reach(octets, start, room);
        pos = start;
        loop {
            match *reach.get(pos)? {
                0 => {
                    let before = NAME_OCTETS_MAX.wrapping_sub(room);
                    let walked = before.wrapping_add(pos.wrapping_sub(start));
                    return Some(walked.wrapping_add(pointers));
                }
                len @ 1..=63 => pos = behind(pos, len),
                octet @ 0xC0.. => {
                    high = octet;
                    break;
                }
                _ => return None,
            }
        }
        room = room.wrapping_sub(pos.wrapping_sub(start));
    }
    None
}

/// The octets up to the last that a name with `room` octets may have when it goes on at `start`.
///
/// One bound on the way for both the end of the octets and that of the name.
#[inline]
fn reach(octets: &[u8], start: usize, room: usize) -> &[u8] {
    octets.get(..start.wrapping_add(room)).unwrap_or(octets)
}

/// Where the name at `start`, which was checked before, ends in place.
#[inline(never)]
pub(crate) fn name_end(octets: &[u8], start: usize) -> Option<usize> {
    let mut pos = start;
    loop {
        match *octets.get(pos)? {
            0 => return Some(pos.wrapping_add(1)),
            len @ 1..=63 => pos = behind(pos, len),
            _ => return Some(pos.wrapping_add(2)),
        }
    }
}

/// Checks the name at `start` by all rules: where it ends in place, or what is wrong.
///
/// With a memory, each octet is looked at no more than once or twice in the whole message.
pub(crate) fn follow(
    octets: &[u8],
    start: usize,
    may_follow: bool,
    mut memo: Option<&mut NameMemo>,
) -> Result<usize, Fault> {
    let mut pos = start;
    let mut high = loop {
        match octets.get(pos).copied() {
            Some(0) => {
                let end = pos.wrapping_add(1);
                return if end.wrapping_sub(start) > NAME_OCTETS_MAX {
                    Err((start, ErrorKind::NameTooLong))
                } else {
                    Ok(end)
                };
            }
            Some(len @ 1..=63) => pos = behind(pos, len),
            Some(high @ 0xC0..) => break high,
            Some(octet) => return Err((pos, ErrorKind::LabelType { octet })),
            None => return Err(cut_short(octets, start, pos)),
        }
    };
    if !may_follow {
        return Err((pos, ErrorKind::PointerNotAllowed));
    }
    let end = pos.wrapping_add(2);
    let (mut name_octets, mut pointers) = (pos.wrapping_sub(start), 0usize);
    // To the root, or to a name that is remembered.
    loop {
        pos = target(octets, pos, high)?;
        pointers = pointers.wrapping_add(1);
        if pointers > NAME_POINTERS_MAX {
            return Err((start, ErrorKind::TooManyPointers));
        }
        let tail = loop {
            if let Some(known) = memo.as_ref().and_then(|memo| memo.get(pos)) {
                break Some(known);
            }
            match octets.get(pos).copied() {
                Some(0) => break Some((1, 0)),
                Some(len @ 1..=63) => {
                    pos = behind(pos, len);
                    name_octets = behind(name_octets, len);
                    // Checked on the way, so that a loop of labels and pointers ends.
                    if name_octets >= NAME_OCTETS_MAX {
                        return Err((start, ErrorKind::NameTooLong));
                    }
                }
                Some(octet @ 0xC0..) => {
                    high = octet;
                    break None;
                }
                Some(octet) => return Err((pos, ErrorKind::LabelType { octet })),
                None => return Err(cut_short(octets, start, pos)),
            }
        };
        if let Some((tail_octets, tail_pointers)) = tail {
            name_octets = name_octets.wrapping_add(tail_octets);
            pointers = pointers.wrapping_add(tail_pointers);
            break;
        }
    }
    if name_octets > NAME_OCTETS_MAX {
        return Err((start, ErrorKind::NameTooLong));
    }
    if pointers > NAME_POINTERS_MAX {
        return Err((start, ErrorKind::TooManyPointers));
    }
    if let Some(memo) = memo.as_mut() {
        remember(memo, octets, (start, pos), name_octets, pointers);
    }
    Ok(end)
}

/// Enters every label and pointer of a checked name between two places into the memory.
fn remember(
    memo: &mut NameMemo,
    octets: &[u8],
    (from, to): (usize, usize),
    mut name_octets: usize,
    mut pointers: usize,
) {
    let mut pos = from;
    while pos != to {
        memo.set(pos, name_octets, pointers);
        match octets.get(pos).copied() {
            Some(len @ 1..=63) => {
                name_octets = name_octets.wrapping_sub(1).wrapping_sub(usize::from(len));
                pos = behind(pos, len);
            }
            Some(high @ 0xC0..) => {
                pointers = pointers.wrapping_sub(1);
                let Some(target) = pointer(octets, pos, high) else {
                    return;
                };
                pos = target;
            }
            _ => return,
        }
    }
}

/// The place behind a label of `len` octets at `pos`.
#[inline]
fn behind(pos: usize, len: u8) -> usize {
    pos.wrapping_add(1).wrapping_add(usize::from(len))
}

/// Where the pointer at `pos` leads, if that is backwards and behind the header.
#[inline]
fn backwards(octets: &[u8], pos: usize, high: u8) -> Option<usize> {
    let at = pointer(octets, pos, high)?;
    if at >= pos || at < HEADER_OCTETS {
        return None;
    }
    Some(at)
}

/// Where the pointer at `pos` leads, or why it must not lead there.
fn target(octets: &[u8], pos: usize, high: u8) -> Result<usize, Fault> {
    let Some(at) = pointer(octets, pos, high) else {
        return Err((pos, ErrorKind::UnexpectedEnd { needed: 2, left: 1 }));
    };
    let target = u16::try_from(at).unwrap_or(u16::MAX);
    if at < HEADER_OCTETS {
        Err((pos, ErrorKind::PointerIntoHeader { target }))
    } else if at >= pos {
        Err((pos, ErrorKind::PointerNotBackwards { target }))
    } else {
        Ok(at)
    }
}

/// Where the pointer at `pos`, whose first octet is `high`, leads; nothing when its second octet is missing.
#[inline]
fn pointer(octets: &[u8], pos: usize, high: u8) -> Option<usize> {
    let low = octets.get(pos.wrapping_add(1)).copied()?;
    Some(usize::from(high & 0x3F).wrapping_shl(8) | usize::from(low))
}

/// The name at `start` ran to octet `pos`, behind the end.
#[cold]
fn cut_short(octets: &[u8], start: usize, pos: usize) -> Fault {
    let left = octets.len().saturating_sub(start);
    let over = pos.saturating_sub(octets.len()).saturating_add(1);
    let kind = ErrorKind::UnexpectedEnd {
        needed: u16::try_from(left.saturating_add(over)).unwrap_or(u16::MAX),
        left: u16::try_from(left).unwrap_or(u16::MAX),
    };
    (start, kind)
}
