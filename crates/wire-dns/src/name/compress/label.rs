//! The labels of a name, from the right, compared and hashed.

use crate::limits::NAME_LABELS_MAX;

/// The lengths of the labels of a name, leftmost first.
pub(super) type Lengths = [u8; NAME_LABELS_MAX];

/// Fills in the lengths of the labels before `end` and counts them, if a label or the root begins there.
#[inline]
pub(super) fn label_lengths(flat: &[u8], end: usize, lengths: &mut Lengths) -> Option<usize> {
    let (mut start, mut count) = (0usize, 0usize);
    while start < end {
        let len = *flat.get(start)?;
        *lengths.get_mut(count)? = len;
        count = count.wrapping_add(1);
        start = start.wrapping_add(usize::from(len)).wrapping_add(1);
    }
    (start == end).then_some(count)
}

/// The last one of `left` labels, which ends at `end`, and where it begins.
#[inline]
pub(super) fn last_label<'f>(
    flat: &'f [u8],
    end: usize,
    lengths: &Lengths,
    left: usize,
) -> Option<(usize, &'f [u8])> {
    let len = lengths.get(left.checked_sub(1)?)?;
    let begin = end.checked_sub(usize::from(*len).wrapping_add(1))?;
    Some((begin, flat.get(begin..end)?))
}

/// True when both are the same octets. Labels are short: a call of `memcmp` takes longer.
#[inline]
pub(super) fn same(ours: &[u8], theirs: &[u8]) -> bool {
    if ours.len() != theirs.len() {
        return false;
    }
    // The last chunk may overlap the one before.
    match (ours.last_chunk::<8>(), theirs.last_chunk::<8>()) {
        (Some(our_end), Some(their_end)) => {
            let chunks = ours
                .as_chunks::<8>()
                .0
                .iter()
                .zip(theirs.as_chunks::<8>().0);
            our_end == their_end && chunks.into_iter().all(|(a, b)| a == b)
        }
        _ => small(ours) == small(theirs),
    }
}

/// Where in the table to look first for a label, its length octet included, below its parent.
#[inline]
pub(super) fn hash(label: &[u8], parent: usize) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = parent as u64;
    let mut mix = |chunk: u64| state = (state.rotate_left(23) ^ chunk).wrapping_mul(FACTOR);
    match label.last_chunk::<8>() {
        Some(last) => {
            let (chunks, _) = label.as_chunks::<8>();
            chunks
                .iter()
                .for_each(|chunk| mix(u64::from_le_bytes(*chunk)));
            mix(u64::from_le_bytes(*last));
        }
        None => mix(small(label)),
    }
    (state >> 48) as usize
}

/// Up to 7 octets as a number, of which none other of the same length has the same.
#[inline]
fn small(octets: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (octets.first_chunk::<4>(), octets.last_chunk::<4>()) {
        let [first, last] = [first, last].map(|chunk| u64::from(u32::from_le_bytes(*chunk)));
        return first << 32 | last;
    }
    if let (Some(first), Some(last)) = (octets.first_chunk::<2>(), octets.last_chunk::<2>()) {
        let [first, last] = [first, last].map(|chunk| u64::from(u16::from_le_bytes(*chunk)));
        return first << 16 | last;
    }
    octets.first().copied().map_or(0, u64::from)
}
